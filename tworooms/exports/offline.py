"""The whole book in one ZIP that opens from a folder, without a network or a server."""

from __future__ import annotations

import zipfile
from pathlib import Path

from ..files import replacing
from .package import entry

_README = "Unpack this folder anywhere and open index.html in a browser. Nothing is sent anywhere.\n"


def export(site: Path, target: Path, name: str) -> Path:
    """Write a built edition as `target/NAME.zip`; the same site gives the same bytes.

    Returns
    -------
    The file written.
    """
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{name}.zip"
    with replacing(path) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        entry(archive, f"{name}/READ-ME-FIRST.txt", _README.encode())
        for file in sorted(site.rglob("*")):
            if file.is_file() and file.name != ".buildinfo":
                entry(archive, f"{name}/{file.relative_to(site).as_posix()}", file.read_bytes())
    return path
