"""What packages share: XML, a ZIP whose bytes depend on nothing but its contents, and the words of the licence."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from ..case import Case
from ..extension.dates import reader_date
from ..files import replacing

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LANGUAGES = {"american": "en-US", "british": "en-GB"}
# A ZIP needs dates; the same bytes for the same contents need the same date.
_DATE = (2000, 1, 1, 0, 0, 0)
#: What XML 1.0 cannot hold, even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def root(tag: str, attributes: Mapping[str, str]) -> ElementTree.Element:
    """A root element. Names and namespaces are written as given and in the order given: Moodle looks for the
    namespace of a manifest in its first 500 bytes.
    """
    return ElementTree.Element(tag, {name: legal(value) for name, value in attributes.items()})


def add(parent: ElementTree.Element, tag: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    """A new last child; a character that XML has no room for becomes U+FFFD."""
    child = ElementTree.SubElement(parent, tag, {name: legal(value) for name, value in attributes.items()})
    child.text = legal(text) if text is not None else None
    return child


def legal(text: str) -> str:
    """The text with U+FFFD for every character that XML has no room for."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def xml(top: ElementTree.Element) -> bytes:
    """The document: UTF-8, one element a line, texts untouched."""
    ElementTree.indent(top)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(top, encoding="unicode")}\n'.encode()


def entry(archive: zipfile.ZipFile, name: str, content: bytes, compression: int = zipfile.ZIP_DEFLATED) -> None:
    """Add a file, always with the same date and rights."""
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = compression
    info.external_attr = 0o644 << 16
    archive.writestr(info, content)


def write_zip(path: Path, files: Mapping[str, bytes]) -> None:
    """Write files, by their names inside, as one ZIP in the order of the names."""
    with replacing(path) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry(archive, name, files[name])


def authors(case: Case) -> str:
    """The names that the licence asks to be given."""
    return ", ".join(author.name for author in case.metadata.authors)


def credit(case: Case) -> str:
    """The credit line of LICENSE-CONTENT, with what a fork says of its origin."""
    meta = case.metadata
    said = (
        f"“{meta.title}”, version {meta.version}, from Two Rooms, by {authors(case)}, licensed under CC BY 4.0 ({LICENCE}). "
        f"Reviewed {reader_date(meta.date_reviewed)}."
    )
    if meta.derived_from:
        origin = meta.derived_from
        said += f" Adapted from the case {origin.case}, version {origin.version}. Changes: {' '.join(origin.changes.split())}"
    return said
