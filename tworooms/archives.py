"""ZIP files from elsewhere, read without believing what they say of themselves: names, sizes, kinds of entry.

The one place that opens them. What is dangerous is named, and nothing of such a file is written.
"""

from __future__ import annotations

import lzma
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from .errors import TwoRoomsError

#: No collection is larger once unpacked, and none has so many files.
MOST_BYTES = 200_000_000
MOST_ENTRIES = 20_000
#: Deflate makes text twenty times smaller at best, and nothing more than 1,032 times; see https://www.bamsoftware.com/hacks/zipbomb/.
MOST_RATIO, _FREE_OF_RATIO = 200, 1_000_000
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".whl", ".jar", ".zst", ".imscc", ".epub", ".docx", ".xlsx")
# What Windows takes for a device, with or without a suffix.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?\Z", re.IGNORECASE)
_CHUNK = 1 << 16
# Each kind of compression has an error of its own.
_DAMAGED = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, struct.error,
    NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
)  # fmt: skip


def name_danger(name: str) -> str:
    """What is wrong with the name of an entry, in a few words; "" when it stays inside the folder it is unpacked to.

    Read by the rules of every system, since who unpacks it may sit at any.
    """
    parts = name.replace("\\", "/").split("/")
    if not name or "\0" in name:
        return "has no name that can be written"
    if "\\" in name:
        return "has a backslash in its name, which leads elsewhere on Windows"
    if name.startswith("/"):
        return "has an absolute name, which leads out of the folder"
    if re.match(r"[A-Za-z]:", name):
        return "begins with a drive's letter, which leads out of the folder"
    if ".." in parts:
        return "leads out of the folder"
    if ":" in name or any(_DEVICE.match(part) for part in parts):
        return "has a name that Windows takes for a device or a hidden stream"
    if any(part != part.rstrip(". ") for part in parts if part):
        return "has a name that ends in a dot or a blank, which Windows drops"
    if any(not one.isprintable() for one in name):
        return "has invisible characters in its name"
    return ""


def entry_danger(entry: zipfile.ZipInfo) -> str:
    """What is wrong with an entry of a ZIP, in a few words; "" for a plain file or folder."""
    # Python cuts a name at its first NUL and turns backslashes on Windows; the original says what was meant.
    danger = name_danger(entry.orig_filename) or name_danger(entry.filename)
    if danger:
        return danger
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "is a link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is no plain file"
    if entry.flag_bits & 0x1:
        return "is encrypted, so nobody can see what it is"
    if entry.file_size > _FREE_OF_RATIO and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
        return f"grows from {entry.compress_size:,} to {entry.file_size:,} bytes"
    return ""


def archive_dangers(entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, str]]:
    """(name, what is wrong in a few words) of every danger of a ZIP that can be told without unpacking anything."""
    if len(entries) > MOST_ENTRIES:
        yield "", f"holds {len(entries):,} entries"
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES:
        yield "", f"grows to {total:,} bytes"
    seen: dict[str, str] = {}
    end = -1
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end:
            yield entry.filename, "shares its bytes with another entry, as in a ZIP bomb"
        end = entry.header_offset + entry.compress_size
    for entry in entries:
        danger = entry_danger(entry)
        if danger:
            yield entry.filename, danger
        # Names that Windows and macOS take for one: https://unicode.org/reports/tr15/ and case folding.
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", entry.filename).casefold())
        if folded in seen:
            same = seen[folded] == entry.filename
            yield entry.filename, "stands in it twice" if same else f"and {seen[folded]} are one name on Windows and macOS"
        seen.setdefault(folded, entry.filename)


@contextmanager
def opened(archive: Path, wanted: str) -> Iterator[zipfile.ZipFile]:
    """A ZIP to read from. `wanted` says what it should be.

    Raises
    ------
    TwoRoomsError
        In one line, when it is no ZIP, damaged, or stored in a way that Python does not know.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            yield file
    except _DAMAGED as error:
        raise TwoRoomsError(f"{archive}: cannot be unpacked ({error}); expected {wanted}") from None


def content(file: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes | None:
    """The bytes of an entry, or None when there turn out to be more than `most`, whatever its header says."""
    made = bytearray()
    with file.open(entry) as stream:
        while part := stream.read(_CHUNK):
            made += part
            if len(made) > most:
                return None
    return bytes(made)


def unpack(archive: Path, folder: Path, place: Callable[[tuple[str, ...]], tuple[str, ...] | None], wanted: str) -> None:
    """Write the chosen files of a ZIP into a folder, and nothing anywhere else.

    Parameters
    ----------
    archive
        The ZIP.
    folder
        Where to write; it exists.
    place
        Told the parts of an entry's name, says the parts of the path it gets under `folder`, or None to leave it out.
    wanted
        What the file should be, for the message.

    Raises
    ------
    TwoRoomsError
        When the ZIP cannot be read, or anything that would be written is dangerous (see :func:`entry_danger`), stands in
        it twice, or is larger than :data:`MOST_BYTES` together. What has been written by then is the caller's to throw away.
    """
    with opened(archive, wanted) as file:
        files = [entry for entry in file.infolist() if not entry.filename.endswith("/")]
        chosen = [(entry, inside) for entry in files if (inside := place(PurePosixPath(entry.filename).parts))]
        for name, danger in archive_dangers([entry for entry, _ in chosen]):
            raise TwoRoomsError(f"{archive}: {name + ' ' if name else ''}{danger}; expected {wanted} of plain files")
        left = MOST_BYTES
        for entry, inside in chosen:
            held = content(file, entry, left)
            if held is None:
                raise TwoRoomsError(f"{archive}: {entry.filename} grows beyond {MOST_BYTES:,} bytes; expected {wanted} of plain files")
            left -= len(held)
            target = folder.joinpath(*inside)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(held)
