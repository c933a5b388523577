"""Reports known vulnerabilities of the pinned libraries and of the vendored JavaScript. Run by `make audit`.

The Python libraries are looked up by pip-audit (https://github.com/pypa/pip-audit), in an environment that is thrown away;
JavaScript, of which it knows nothing, in the OSV database (https://google.github.io/osv.dev/post-v1-query/).
Ends with 1 when something known is found, and with 0 when nothing is or nobody could be asked, which it says.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from upkeep import ROOT, Vendored, environment, pins, vendored

OSV = "https://api.osv.dev/v1/query"
#: pip-audit's two sources; the second is asked when the first says nothing.
SOURCES = ("pypi", "osv")
SECONDS = 20
NOT_AUDITED = "not audited: no advisory source could be reached"
LOOK = "look it up by its name at https://github.com/advisories?query=ecosystem%3Anpm"


class Found(NamedTuple):
    """One known vulnerability. fixed: versions without it, or ""."""

    library: str
    version: str
    identifier: str
    fixed: str


def python_libraries(pinned: dict[str, list[str]], folder: Path) -> tuple[list[Found], list[str]] | None:
    """Vulnerabilities of what is pinned, and the libraries of which the source knows nothing; None when no source answers.

    pinned: as `upkeep.pins` gives them. folder: an empty one, for the environment of pip-audit.
    """
    try:
        python = environment(folder / "audit")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pip-audit"], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    # Without markers: a fault in what only Windows needs is one too. pip-audit takes one version of a library in a file.
    files = []
    for number, versions in enumerate(zip_longest(*pinned.values())):
        files.append(folder / f"pins-{number}.txt")
        files[-1].write_text("".join(f"{name}=={version}\n" for name, version in zip(pinned, versions, strict=True) if version), encoding="utf-8")
    for source in SOURCES:
        found: list[Found] = []
        unknown: list[str] = []
        audited = 0
        for file in files:
            command = [python, "-m", "pip_audit", "-r", file, "--no-deps", "--disable-pip", "--vulnerability-service", source,
                       "--format", "json", "--progress-spinner", "off"]  # fmt: skip
            done = subprocess.run(command, capture_output=True, text=True)
            try:
                rows = json.loads(done.stdout)["dependencies"]
            except (ValueError, KeyError):
                break
            for row in rows:
                if "skip_reason" in row:
                    unknown.append(row["name"])
                    continue
                audited += 1
                found += [Found(row["name"], row["version"], " ".join([one["id"], *one.get("aliases", [])]), ", ".join(one["fix_versions"])) for one in row["vulns"]]
        else:
            # A mirror of an index often has no advisories, and answers as if it had never heard of any library.
            if audited:
                return found, unknown
    return None


def ask(library: Vendored) -> list[Found] | None:
    """Vulnerabilities of a JavaScript library; None when the database does not answer."""
    question = {"version": library.version, "package": {"name": library.name, "ecosystem": "npm"}}
    request = urllib.request.Request(OSV, json.dumps(question).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as reply:
            known = json.load(reply).get("vulns", [])
    except (OSError, ValueError):
        return None
    return [Found(library.name, library.version, " ".join([one["id"], *one.get("aliases", [])]), "") for one in known]


def main() -> int:
    """Print what is known; 1 when something is."""
    out, err = Console(highlight=False, soft_wrap=True, markup=False), Console(stderr=True)
    pinned, scripts = pins(), vendored()
    try:
        with err.status("Asking for advisories"), tempfile.TemporaryDirectory() as scratch:
            libraries = python_libraries(pinned, Path(scratch))
            answers = [ask(library) for library in scripts]
    except KeyboardInterrupt:
        err.print("Stopped; nothing was changed.")
        return 130
    found = [one for answer in answers for one in answer or ()]
    if libraries is None:
        out.print(f"{len(pinned)} Python libraries: {NOT_AUDITED}")
    else:
        found = libraries[0] + found
        out.print(f"{len(pinned)} Python libraries: audited" + (f", except {', '.join(libraries[1])}" if libraries[1] else ""))
    for library, answer in zip(scripts, answers, strict=True):
        said = f"{NOT_AUDITED}; {LOOK}" if answer is None else "audited"
        out.print(f"{library.folder.relative_to(ROOT).as_posix()}: {library.name} {library.version}: {said}")
    for one in found:
        out.print(f"{one.library} {one.version}: {one.identifier}; " + (f"fixed in {one.fixed}" if one.fixed else "no version without it is named"))
    if not found and libraries is not None and None not in answers:
        out.print("Nothing is known against any of them.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
