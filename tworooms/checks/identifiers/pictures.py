"""What a picture gives away beside what it shows: where, when, with which camera and by whom it was taken."""

from __future__ import annotations

import io
import logging

SUFFIXES = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".tif", ".tiff", ".bmp", ".heic", ".heif", ".avif"}
#: Names that exifread gives the fields of EXIF 2.32 (CIPA DC-008) which lead to a place, a device or a person.
_TELLING = (
    ("GPS GPSLatitude", "where it was taken"),
    ("GPS GPSDestLatitude", "what place it shows"),
    ("EXIF BodySerialNumber", "its camera's serial number"),
    ("EXIF LensSerialNumber", "its lens's serial number"),
    ("EXIF CameraOwnerName", "its camera's owner"),
    ("Image Artist", "who took it"),
    ("Image XPAuthor", "who took it"),
    ("Image Copyright", "whose it is"),
    ("Image HostComputer", "the computer it was on"),
    ("EXIF ImageUniqueID", "an id of its own"),
    ("EXIF UserComment", "a comment"),
    ("Image ImageDescription", "a description"),
    ("EXIF DateTimeOriginal", "when it was taken"),
    ("Image DateTime", "when it was changed"),
)
#: Side in pixels from which a face in a picture can be told; below it lie icons. Full-face pictures are kind Q of 45 CFR 164.514(b)(2)(i).
FACE = 160
_PHOTOGRAPHS = (b"\xff\xd8\xff", b"RIFF", b"II*\0", b"MM\0*")


def faults_of(content: bytes) -> list[tuple[str, str]]:
    """(what is wrong, what is expected) of a picture, most telling first.

    Parameters
    ----------
    content
        The picture's bytes; what is no picture has no fault.
    """
    faults = []
    telling = [words for field, words in _TELLING if field in _fields(content)]
    if telling:
        faults.append((f"the picture stores {' and '.join(dict.fromkeys(telling))}", "a picture saved without its EXIF data"))
    width, height = _size(content)
    if min(width, height) >= FACE and _is_photograph(content):
        faults.append(
            (
                f"the photograph of {width} × {height} pixels is large enough to show a face",
                "a drawing, or nobody to recognise: see innocent in case.yml",
            )
        )
    return faults


def _fields(content: bytes) -> dict[str, object]:
    import exifread

    logging.getLogger("exifread").setLevel(logging.CRITICAL)
    try:
        return exifread.process_file(io.BytesIO(content), details=False)
    except Exception:  # noqa: BLE001 (a broken picture is no reason to stop; exifread raises what it meets)
        return {}


def _size(content: bytes) -> tuple[int, int]:
    import imagesize

    try:
        return imagesize.get(io.BytesIO(content))
    except Exception:  # noqa: BLE001 (as above)
        return (-1, -1)


def _is_photograph(content: bytes) -> bool:
    """Whether the format is one that cameras write; charts and screens are PNG, GIF and SVG."""
    return content.startswith(_PHOTOGRAPHS) or content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif", b"ftypheif")
