"""What the programs that look after the libraries share: what is pinned, what lies vendored, an environment to throw away."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
#: Where a folder named vendor may lie.
PLACES = ("book", "cases", "tests", "tworooms")
#: Beside each VERSION; `sha256sum --check` reads it too.
SUMS = "SHA256SUMS"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)", re.MULTILINE)
_VERSION = re.compile(r"^(\S+) (\d\S*) \(npm\)")


class Vendored(NamedTuple):
    """A JavaScript library that lies in the repository; name and version are those of its folder's VERSION."""

    folder: Path
    name: str
    version: str


def pins(root: Path = ROOT) -> dict[str, list[str]]:
    """Each library of requirements.txt and its version; two where Pythons need different ones."""
    found: dict[str, list[str]] = {}
    for name, version in _PIN.findall((root / "requirements.txt").read_text(encoding="utf-8")):
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


def vendored(root: Path = ROOT) -> list[Vendored]:
    """Every vendored library. Raises ValueError for a VERSION that does not begin with name, version and origin."""
    found = []
    for path in sorted(path for top in PLACES for path in root.glob(f"{top}/**/vendor/*/VERSION")):
        begins = _VERSION.match(path.read_text(encoding="utf-8"))
        if begins is None:
            raise ValueError(f"{path.relative_to(root)}: does not say what lies here; expected a line such as 'reveal.js 6.0.2 (npm), unchanged'")
        found.append(Vendored(path.parent, begins[1], begins[2]))
    return found


def changed(library: Vendored) -> list[str]:
    """Files of a vendored library that are not what its SHA256SUMS records: other, more or fewer."""
    lines = (library.folder / SUMS).read_text(encoding="utf-8").splitlines()
    recorded = {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}
    present = {
        path.relative_to(library.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in library.folder.rglob("*")
        if path.is_file() and path.name != SUMS
    }
    return sorted(name for name in recorded.keys() | present.keys() if recorded.get(name) != present.get(name))


def environment(folder: Path, python: str = sys.executable) -> Path:
    """Make a virtual environment in `folder`; returns its Python. Raises OSError or subprocess.CalledProcessError."""
    subprocess.run([python, "-m", "venv", str(folder)], check=True, capture_output=True, text=True)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
