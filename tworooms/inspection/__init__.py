"""What somebody else's case would do and what it holds, told without running, importing or unpacking any of it.

The report names what the cases of this book do not do. It is a reader's help and no proof: code can hide what it does, so run a
case only when its author is somebody you would let write on your machine, or where it can do no harm.
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from .. import archives, sanitise
from ..checks.passages import joined
from ..errors import TwoRoomsError
from . import content
from .code import FILES, HTML, NETWORK, PROGRAMS, RUNS, Code
from .content import HOLDS

#: The groups of a report in their order, with what heads each.
GROUPS = {
    RUNS: "Runs", NETWORK: "Reaches the network", PROGRAMS: "Starts programs", FILES: "Reads and writes",
    HTML: "Shows raw HTML", HOLDS: "Holds",
}  # fmt: skip
QUIET = "Nothing that a case of this book would not do."
#: No file of a case is larger than the first, or is read beyond the second.
LARGE, MOST_READ = 2_000_000, 20_000_000
_MOST_FILES = 20_000
_TEXT = {".csv", ".tsv", ".txt", ".md", ".yml", ".yaml", ".json", ".bib", ".cff"}
_PICTURES = {".png": b"\x89PNG", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".gif": b"GIF8", ".webp": b"RIFF"}
_PROGRAM_SUFFIXES = {
    ".exe", ".dll", ".so", ".dylib", ".com", ".scr", ".msi", ".bat", ".cmd", ".ps1", ".sh", ".bash", ".zsh", ".command", ".vbs", ".js",
    ".mjs", ".wsf", ".hta", ".lnk", ".desktop", ".app", ".pyc", ".pyo", ".pyd", ".pyw", ".pyx", ".rb", ".pl", ".php", ".r", ".jl", ".c",
    ".docm", ".xlsm", ".pptm", ".pth", ".reg", ".wasm", ".bin", ".elf",
}  # fmt: skip
_LOADED_AS_CODE = {
    ".pkl", ".pickle", ".joblib", ".npy", ".npz", ".pt", ".pth", ".h5", ".hdf5", ".rds", ".rda", ".rdata", ".db", ".sqlite", ".parquet",
}  # fmt: skip
_PAGES = {".html", ".htm", ".xhtml", ".css", ".xml", ".xsl", ".svgz", ".mht", ".mhtml", ".swf", ".pdf"}
_MAGIC = {b"\x7fELF": "a program", b"MZ": "a program for Windows", b"\xcf\xfa\xed\xfe": "a program for macOS",
          b"\xca\xfe\xba\xbe": "a program",
          b"\xfe\xed\xfa": "a program for macOS",
          b"#!": "a script", b"\x80\x04\x95": "pickle", b"\x80\x05\x95": "pickle", b"\x80\x03": "pickle", b"PK\x03\x04": "an archive",
          b"\x1f\x8b": "an archive",
          b"7z\xbc\xaf": "an archive", b"Rar!": "an archive", b"BZh": "an archive", b"\xfd7zXZ": "an archive", b"\x00asm": "a program",
          b"%PDF": "a PDF"}  # fmt: skip
#: Read by tools by their names alone.
_BY_NAME = {
    "conftest.py", "sitecustomize.py", "usercustomize.py", "setup.py", "setup.cfg", "pyproject.toml", "requirements.txt",
    "environment.yml", "environment.yaml", "makefile", "dockerfile", "postbuild", "start", "apt.txt", "pipfile", "tox.ini", "noxfile.py",
    "pytest.ini", "conf.py", "_config.yml", "jupyter_config.py", "ipython_config.py", "jupyter_notebook_config.py",
    "jupyter_server_config.py", "package.json", "autorun.inf", "desktop.ini", "justfile", "taskfile.yml", "manage.py",
}  # fmt: skip
_SHADOWED = {
    "pandas", "numpy", "plotly", "tworooms", "IPython", "ipykernel", "scipy", "matplotlib", "nbformat", "traitlets", "tornado", "zmq",
    "jupyter_client", "comm", "pip", "setuptools",
}  # fmt: skip
#: Made by tools, and made anew by them; git's own folder.
_MADE = {
    "_build", ".venv", "venv", "node_modules", "__pycache__", ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints", ".git", ".mypy_cache",
}  # fmt: skip
#: Folders of a collection that hold its program; the rest of it is read.
_PROGRAM = ("tworooms/", "tests/", ".ci/", ".github/")
_HIDDEN_KNOWN = (".gitignore", ".gitattributes", ".editorconfig", ".nojekyll")
#: Settings of git that name a program, or another file of settings.
_GIT_PROGRAM = re.compile(
    r"\s*(?:path|fsmonitor|hookspath|sshcommand|editor|pager|askpass|gitproxy|clean|smudge|process|"
    r"textconv|command|helper|external|cmd|driver)\s*=",
    re.IGNORECASE,
)
_UNFINISHED = "is a list of changes that the next command would finish"
_SLUG = re.compile(r"cases/[^/]+/")


@dataclass(frozen=True)
class Line:
    """One line of a report. place: cell and line, or line; "" for a whole file. look: whether a case of the book would not do it."""

    group: str
    file: str
    place: str
    what: str
    look: bool

    def __str__(self) -> str:
        """``file: place: what``, on one line and without characters that a terminal would act on."""
        return _visible(": ".join(part for part in (self.file, self.place, self.what) if part))


@dataclass
class Report:
    """What was found in one file, folder or ZIP."""

    path: str
    lines: list[Line] = field(default_factory=list)

    @cached_property
    def to_look_at(self) -> list[Line]:
        """What a case of the book would not do."""
        return [line for line in self.lines if line.look]

    @property
    def verdict(self) -> str:
        """The last line: that there is nothing, or how much there is to look at."""
        count = len(self.to_look_at)
        return QUIET if not count else f"{count} {'thing' if count == 1 else 'things'} to look at."

    def grouped(self) -> dict[str, list[Line]]:
        """The lines by what they do, in the order of :data:`GROUPS`; what is to be looked at comes first."""
        return {group: sorted((line for line in self.lines if line.group == group), key=lambda line: not line.look) for group in GROUPS}

    def as_json(self) -> str:
        """The report for programs: path, verdict, count, and the lines with their fields."""
        said = {
            "path": self.path,
            "verdict": self.verdict,
            "to_look_at": len(self.to_look_at),
            "lines": [asdict(line) for line in self.lines],
        }
        return json.dumps(said, ensure_ascii=True, indent=2)


@dataclass(frozen=True)
class _Held:
    """A file as it lies there. content: None where it is too large, or not ours to open."""

    name: str
    size: int
    content: bytes | None
    runnable: bool = False


def inspect(path: Path) -> Report:
    """Say what a case, a collection, a notebook or a ZIP of one would do and holds.

    Nothing is executed, imported, unpacked or followed; a file is opened for reading and read once.

    Raises
    ------
    TwoRoomsError
        When there is nothing at `path`, it is neither folder, notebook nor ZIP, or it holds no case.
    """
    report = Report(str(path))
    if not os.path.lexists(path):
        raise TwoRoomsError(f"{path}: is missing; expected the folder of a case or a collection, a notebook, or a ZIP of one")
    if path.is_dir():
        held = list(_of_folder(path, report))
    elif path.suffix.lower() == ".ipynb" and path.is_file():
        held = [_file(path, path.name)]
    elif path.is_file() and path.suffix.lower() == ".zip":
        held = list(_of_zip(path, report))
    else:
        raise TwoRoomsError(f"{path}: is no folder, notebook or ZIP; expected one of these")
    if not held and not report.lines:
        raise TwoRoomsError(f"{path}: is empty; expected a case")
    _Inspection(report, held).run()
    return report


# What lies there ------------------------------------------------------------------------------------


def _of_folder(folder: Path, report: Report) -> Iterator[_Held]:
    count, left = 0, archives.MOST_BYTES
    for place, folders, files in os.walk(folder):
        here = Path(place)
        for name in sorted(folders):
            inside = (here / name).relative_to(folder).as_posix()
            if (here / name).is_symlink():
                report.lines.append(_link(here / name, inside, folder))
            elif name in _MADE:
                report.lines += _made(here / name, inside)
        folders[:] = sorted(name for name in folders if name not in _MADE and not (here / name).is_symlink())
        for name in sorted(files):
            path, inside = here / name, (here / name).relative_to(folder).as_posix()
            count += 1
            if count > _MOST_FILES:
                report.lines.append(Line(HOLDS, folder.name, "", f"more than {_MOST_FILES:,} files; the others were not read", True))
                return
            if path.is_symlink():
                report.lines.append(_link(path, inside, folder))
            elif not stat.S_ISREG(path.lstat().st_mode):
                report.lines.append(Line(HOLDS, inside, "", "is no ordinary file", True))
            else:
                one = _file(path, inside, min(left, MOST_READ))
                left -= len(one.content or b"")
                yield one


def _file(path: Path, inside: str, most: int = MOST_READ) -> _Held:
    about = path.stat()
    held = None
    if about.st_size <= most:
        with path.open("rb") as file:
            held = file.read(most)
    # Windows has no such mark, and a disk of another system may mark every file.
    return _Held(inside, about.st_size, held, runnable=os.name != "nt" and bool(about.st_mode & 0o111))


def _link(path: Path, inside: str, folder: Path) -> Line:
    leads = os.readlink(path)
    out = not (path.parent / leads).resolve().is_relative_to(folder.resolve())
    return Line(HOLDS, inside, "", f"is a link to {leads}{', outside the folder' if out else ''}", True)


def _made(folder: Path, inside: str) -> Iterator[Line]:
    """Folders that tools make are not read, but for what a command would act on."""
    if folder.name == ".git":
        yield from _of_git(folder, inside)
        return
    if (folder / "unfinished.json").exists():
        yield Line(FILES, f"{inside}/unfinished.json", "", _UNFINISHED, True)
    if folder.name == "__pycache__":
        yield Line(HOLDS, inside, "", "holds compiled Python, which may differ from its source; delete it", True)
    else:
        # Beside the cases they are one's own; within a case somebody put them there.
        within = "/" in inside
        yield Line(HOLDS, inside, "", f"is made by tools and was not read{'; delete it before you use the case' if within else ''}", within)


def _of_git(folder: Path, inside: str) -> Iterator[Line]:
    """Programs that git would start for whoever works in the folder: https://git-scm.com/docs/githooks and git-config."""
    for path in sorted((folder / "hooks").glob("*")):
        if not path.name.endswith(".sample"):
            yield Line(PROGRAMS, f"{inside}/hooks/{path.name}", "", "runs whenever git does its part", True)
    config = folder / "config"
    if config.is_file() and not config.is_symlink() and config.stat().st_size < LARGE:
        for number, line in enumerate(config.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if _GIT_PROGRAM.match(line):
                what = f"has git start a program: {' '.join(line.split())[:60]}"
                yield Line(PROGRAMS, f"{inside}/config", f"line {number}", what, True)


def _of_zip(path: Path, report: Report) -> Iterator[_Held]:
    with archives.opened(path, "a ZIP of a case or a collection") as file:
        entries = file.infolist()
        for name, danger in archives.archive_dangers(entries):
            report.lines.append(Line(HOLDS, name or path.name, "", danger, True))
        left = archives.MOST_BYTES
        for entry in entries[: archives.MOST_ENTRIES]:
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if entry.filename.endswith("/") or entry.flag_bits & 0x1 or kind not in (0, stat.S_IFREG):
                if kind == stat.S_IFLNK and entry.file_size < 4096:
                    leads = (archives.content(file, entry, 4096) or b"").decode("utf-8", "replace")
                    report.lines.append(Line(HOLDS, entry.filename, "", f"leads to {leads}", True))
                continue
            try:
                held = archives.content(file, entry, min(MOST_READ, left))
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
                report.lines.append(Line(HOLDS, entry.filename, "", f"cannot be read ({error})", True))
                continue
            if held is None:
                report.lines.append(
                    Line(HOLDS, entry.filename, "", f"grows beyond {min(MOST_READ, left):,} bytes, and was not read further", True)
                )
                continue
            left -= len(held)
            yield _Held(entry.filename.replace("\\", "/"), len(held), held, runnable=bool(entry.external_attr >> 16 & 0o111))


# What is in it --------------------------------------------------------------------------------------


class _Inspection:
    """Goes through what lies there, file by file."""

    def __init__(self, report: Report, held: list[_Held]):
        self.report = report
        # A downloaded ZIP has one folder around everything.
        tops = {PurePosixPath(one.name).parts[0] for one in held if one.name} if all("/" in one.name for one in held) else set()
        self.wrap = f"{next(iter(tops))}/" if len(tops) == 1 and next(iter(tops)) != "cases" else ""
        self.held = {one.name.removeprefix(self.wrap): one for one in held}
        self.is_collection = "_config.yml" in self.held and any(_SLUG.match(name) for name in self.held)

    def run(self) -> None:
        program: list[str] = []
        for name, one in self.held.items():
            if self.is_collection and (name.startswith(_PROGRAM) or ("/" not in name and self._is_by_name(name))):
                program.append(name)
            else:
                self._read(name, one)
        if self.is_collection:
            self._compare(program)
        folders: dict[str, None] = {}
        for name in self.held:
            found = _SLUG.match(name)
            folders[found[0].rstrip("/") if found else ""] = None
        counted = [one for name, one in self.held.items() if name not in program]
        said = f"{len(counted)} files, {sum(one.size for one in counted):,} bytes"
        cases = [name for name in folders if name]
        self._say(
            HOLDS,
            self.wrap.rstrip("/") or Path(self.report.path).name,
            "",
            f"{said}{f', {len(cases)} cases' if self.is_collection else ''}",
            False,
        )

    def _say(self, group: str, file: str, place: str, what: str, look: bool) -> None:
        self.report.lines.append(Line(group, file, place, what, look))

    @staticmethod
    def _is_by_name(name: str) -> bool:
        return PurePosixPath(name).name.lower() in _BY_NAME

    def _compare(self, program: Iterable[str]) -> None:
        """A collection brings its own program: whoever builds in its folder runs that. It is compared with this one."""
        ours = Path(__file__).resolve().parents[2]
        same = 0
        for name in sorted(program):
            one, known = self.held[name], ours / name
            if (
                one.content is not None
                and known.is_file()
                and known.read_bytes().replace(b"\r\n", b"\n") == one.content.replace(b"\r\n", b"\n")
            ):
                same += 1
            else:
                self._say(
                    RUNS,
                    name,
                    "",
                    "is part of the program and not as in the one that inspects"
                    if known.is_file()
                    else "is part of the program, and the one that inspects has no such file",
                    True,
                )
        if same:
            self._say(RUNS, "tworooms", "", f"{same} files of the program are as in the one that inspects", False)

    def _read(self, name: str, one: _Held) -> None:
        path = PurePosixPath(name)
        suffix = path.suffix.lower()
        if danger := archives.name_danger(name):
            self._say(HOLDS, name, "", danger, True)
        if unicodedata.normalize("NFKC", name) != unicodedata.normalize("NFC", name):
            self._say(HOLDS, name, "", "has letters in its name that look like others", True)
        if any(part.startswith(".") for part in path.parts) and not (self.is_collection and name in _HIDDEN_KNOWN):
            self._say(HOLDS, name, "", "is hidden", True)
        if name.endswith("_build/unfinished.json"):
            self._say(FILES, name, "", _UNFINISHED, True)
        if one.size > LARGE:
            self._say(HOLDS, name, "", f"has {one.size:,} bytes", True)
        if one.content is None:
            self._say(HOLDS, name, "", "is too large to be read", True)
            return
        if self._is_by_name(name):
            self._say(RUNS, name, "", "is a file that tools act on by its name", True)
        if path.stem in _SHADOWED | sys.stdlib_module_names and suffix in (".py", ".pyc", ".so", ".pyd"):
            self._say(RUNS, name, "", f"is loaded in place of the library {path.stem} when the notebook runs", True)
        elif any(part in _SHADOWED | sys.stdlib_module_names for part in path.parts[:-1]) and suffix == ".py":
            self._say(RUNS, name, "", "stands in a folder that is loaded in place of a library when the notebook runs", True)
        kind = next((what for magic, what in _MAGIC.items() if one.content.startswith(magic)), "")
        if suffix == ".ipynb":
            self._notebook(name, one.content)
        elif suffix == ".py":
            self._python(name, one)
        elif suffix in (".yml", ".yaml", ".cff"):
            self._text(name, one.content, content.of_yaml)
        elif suffix == ".md":
            self._text(name, one.content, self._page(name))
        elif suffix in (".csv", ".tsv"):
            self._text(name, one.content, content.of_table)
        elif suffix in _PICTURES:
            if not one.content.startswith(_PICTURES[suffix]):
                self._say(HOLDS, name, "", f"is called a picture and is {kind or 'none'}", True)
        elif suffix == ".svg":
            if not sanitise.is_plain_svg(one.content):
                self._say(HTML, name, "", "is a drawing (SVG) that does more than draw", True)
        elif suffix in archives.ARCHIVES or kind == "an archive":
            self._say(HOLDS, name, "", "is an archive within, which was not opened", True)
        elif suffix in _LOADED_AS_CODE or kind == "pickle":
            self._say(RUNS, name, "", "is data of a kind that can run when it is read", True)
        elif suffix in _PROGRAM_SUFFIXES or kind.startswith(("a program", "a script")):
            self._say(PROGRAMS, name, "", f"is {kind or 'a program'}", True)
        elif suffix in _PAGES:
            self._say(HTML, name, "", "is a page that a browser or viewer acts on", True)
        elif not (suffix in _TEXT or (self.is_collection and path.suffix == "" and "/" not in name)):
            self._say(HOLDS, name, "", f"is of a type that no case of the book has ({suffix or 'no suffix'})", True)
        if suffix in _TEXT and kind:
            self._say(
                PROGRAMS if kind.startswith(("a program", "a script")) else HOLDS, name, "", f"is called {suffix} and is {kind}", True
            )
        if one.runnable and suffix not in _PROGRAM_SUFFIXES and not kind.startswith(("a program", "a script")):
            self._say(PROGRAMS, name, "", "is marked as a program", True)

    def _page(self, name: str) -> Any:
        def told(text: str) -> Iterator:
            # Around the cases pages have a description at their head; a case's have none.
            around = self.is_collection and not _SLUG.match(name)
            if not around or re.search(r"\A---\n(?:.*\n)*?(?:myst|mystnb|jupytext|file_format|substitutions|html_meta)\b", text):
                yield from content.front_matter(text)
            yield from content.of_markdown(_without_front_matter(text))

        return told

    def _text(self, name: str, raw: bytes, told: Any) -> None:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            self._say(HOLDS, name, "", "is no UTF-8 text", True)
            return
        for line, group, what, look in dict.fromkeys(told(text)):
            self._say(group, name, f"line {line}", what, look)

    def _python(self, name: str, one: _Held) -> None:
        try:
            text = (one.content or b"").decode("utf-8")
        except UnicodeDecodeError:
            self._say(RUNS, name, "", "is no UTF-8 text", True)
            return
        code = Code([text], self._neighbours(name), notebook=False)
        self._say(
            RUNS,
            name,
            "",
            f"a program of {text.count(chr(10)):,} lines, run by hand; imports {', '.join(code.imports(0)) or 'nothing'}",
            False,
        )
        for line, group, what, look in code.told(0):
            self._say(group, name, f"line {line}", what, look)

    def _neighbours(self, name: str) -> set[str]:
        here = PurePosixPath(name).parent
        return (
            {PurePosixPath(other).stem for other in self.held if PurePosixPath(other).parent == here and other.endswith(".py")}
            - _SHADOWED
            - sys.stdlib_module_names
        )

    def _notebook(self, name: str, raw: bytes) -> None:
        try:
            stored = json.loads(raw)
            cells = stored["cells"]
            if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
                raise TypeError
        except (ValueError, KeyError, TypeError, RecursionError):
            self._say(HOLDS, name, "", "is no notebook of format 4 that can be read", True)
            return
        for _, group, what, look in content.of_notebook_metadata(stored):
            self._say(group, name, "", what, look)
        sources = [joined(cell.get("source", "")) for cell in cells]
        is_code = [cell.get("cell_type") == "code" for cell in cells]
        code = Code([source if runs else "" for source, runs in zip(sources, is_code)], self._neighbours(name))
        for number, (cell, source) in enumerate(zip(cells, sources), 1):
            place = f"cell {number}"
            for _, group, what, look in content.of_cell(cell):
                self._say(group, name, place, what, look)
            if is_code[number - 1]:
                if source.strip():
                    self._say(
                        RUNS,
                        name,
                        place,
                        f"{len(source.splitlines())} lines of code; imports {', '.join(code.imports(number - 1)) or 'nothing'}",
                        False,
                    )
                found: Iterable = code.told(number - 1)
            else:
                found = dict.fromkeys(content.of_markdown(source))
            for line, group, what, look in found:
                self._say(group, name, f"{place}, line {line}", what, look)
            outputs = cell.get("outputs")
            for output in outputs if isinstance(outputs, list) else ():
                for group, what, look in dict.fromkeys(content.of_output(output)) if isinstance(output, dict) else ():
                    self._say(group, name, place, what, look)


def _without_front_matter(text: str) -> str:
    return re.sub(r"\A\ufeff?---\n.*?\n---\n", lambda found: "\n" * found[0].count("\n"), text, count=1, flags=re.DOTALL)


def _visible(text: str) -> str:
    """On one line, with whatever does not print spelt out."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape", "surrogatepass").decode() for one in text)
