"""Builds an edition of the book with Jupyter Book, and lets no warning pass."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from . import case as case_module
from . import evidence
from .case import Case, instructor_pages, reading_order, toc
from .checks import passages
from .errors import TwoRoomsError
from .files import stamps, write_whole

EDITIONS = ("student", "instructor")
#: What every page may draw on.
_TABLES = ("facts", "unconfirmed", "series", "disputes", "help_lines", "glossary")
#: With fewer pages than this, what one process saves another spends on telling it what it read.
_WORTH_PROCESSES = 60
#: More would wait for the one that writes the search index.
_MOST_PROCESSES = 4
_WARNING = re.compile(r"\b(?:WARNING|ERROR|SEVERE|CRITICAL): ")
_CELL = re.compile(r"\.ipynb:(\d{5,}):")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def output_folder(root: Path, edition: str) -> Path:
    """Where an edition stands once built."""
    return root / "_build" / edition / "html"


def build(
    root: Path, edition: str = "student", *, fresh: bool = False, jobs: int | None = 1, tell: Callable[[str], None] = lambda line: None
) -> Path:
    """Build one edition from the outputs that the notebooks store.

    Parameters
    ----------
    root
        The collection's folder.
    edition
        ``student`` (readings) or ``instructor`` (readings and teaching notes).
    fresh
        Read every page anew instead of only what changed.
    jobs
        How many processes read and write pages; None for what the size of the book and the machine suggest. Windows always
        has one. The pages are the same, byte for byte. More than one must not be asked for where other threads are at work:
        Sphinx forks.
    tell
        Called with each stage that Sphinx reports.

    Returns
    -------
    The folder of the built site.

    Raises
    ------
    TwoRoomsError
        With every warning of the build, one a line: nothing that Sphinx complains about is published.
    """
    if edition not in EDITIONS:
        raise TwoRoomsError(f"edition {edition!r} does not exist; expected one of {', '.join(EDITIONS)}")
    from jupyter_book.sphinx import build_sphinx

    root = root.resolve()
    folder = root / "_build" / edition
    unreadable = _unreadable(root, folder / "readable.json")
    if unreadable:
        raise BuildError(unreadable)
    folder.mkdir(parents=True, exist_ok=True)
    overrides = {
        "latex_individualpages": False,
        "tworooms_edition": edition,
        "external_toc_path": _reading_order(root, edition, folder),
        # extension/project.py finds the pages; a pattern for every other file would be held against each file.
        "external_toc_exclude_missing": False,
    }
    said, complaints = _Lines(tell), io.StringIO()
    with redirect_stdout(said), redirect_stderr(complaints):  # type: ignore[type-var]
        outcome = build_sphinx(
            root,
            output_folder(root, edition),
            path_config=root / "_config.yml",
            confoverrides=overrides,
            noconfig=True,
            doctreedir=folder / "doctrees",
            freshenv=fresh,
            warningiserror=True,
            keep_going=True,
            jobs=jobs or (min(os.cpu_count() or 1, _MOST_PROCESSES) if len(reading_order(root)) >= _WORTH_PROCESSES else 1),
        )
    if isinstance(outcome, KeyboardInterrupt):
        raise outcome
    warnings = [line for line in _COLOUR.sub("", complaints.getvalue()).splitlines() if line.strip()]
    if isinstance(outcome, Exception):
        # Behind its warnings Sphinx prints how it stopped, in a form for its own developers.
        warnings = [line for line in warnings if _WARNING.search(line)] + [_reason(outcome)]
    if outcome != 0 or warnings:
        # A page believed to be read would not be complained of a second time.
        (folder / "doctrees" / "environment.pickle").unlink(missing_ok=True)
        lines = [_CELL.sub(_in_cell, line.replace(f"{root}/", "")) for line in warnings]
        raise BuildError(lines or ["the build stopped without a word; expected a finished book"])
    return output_folder(root, edition)


def _unreadable(root: Path, kept: Path) -> list[str]:
    """What no page could be made from, one line each: tables, reading order, and the files of the cases in it.

    Cases that were readable and have not changed since, as `kept` says, are not read again.
    """
    faults: dict[str, None] = {}

    def attempt(read: Callable[[], object]) -> bool:
        try:
            read()
        except TwoRoomsError as error:
            faults[str(error)] = None
            return False
        return True

    for table in _TABLES:
        attempt(lambda table=table: evidence.raw(table, root))
    attempt(lambda: evidence.bib_entries(root))
    if attempt(lambda: reading_order(root)):
        rules = hashlib.sha256(b"".join(Path(module.__file__).read_bytes() for module in (case_module, passages))).hexdigest()
        before = _kept(kept)
        readable, known = {}, before["cases"] if before.get("rules") == rules else {}
        for name in reading_order(root):
            if name.startswith("cases/"):
                case = Case((root / name).parent)
                stamp = _stamp(case)
                if stamp is None or known.get(name) != stamp:
                    parts = (lambda case=case: case.metadata, lambda case=case: case.quiz, lambda case=case: passages.figure_notes(case))
                    if not all([attempt(part) for part in parts]):
                        continue
                readable[name] = stamp
        # What is refused leaves no new folder behind.
        if readable != known and (kept.parent.is_dir() or not faults):
            kept.parent.mkdir(parents=True, exist_ok=True)
            write_whole(kept, json.dumps({"rules": rules, "cases": readable}))
    return list(faults)


def _stamp(case: Case) -> list[list[int]] | None:
    try:
        return [list(stamp) for stamp in stamps(case.folder / "case.yml", case.folder / "quiz.yml", case.notebook_path)]
    except OSError:
        return None


def _kept(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def _reason(outcome: BaseException) -> str:
    """One line for what stopped Sphinx: a mistake in the collection in its own words, anything else by its kind."""
    error: BaseException | None = outcome
    while error is not None:
        if isinstance(error, TwoRoomsError):
            return str(error)
        error = getattr(error, "orig_exc", None) or error.__cause__ or error.__context__
    return " ".join(f"the build stopped: {type(outcome).__name__}: {outcome}; expected a finished book".split())


def _in_cell(match: re.Match[str]) -> str:
    # MyST-NB numbers a cell's first line 10,000 times the cell's number, and 2.
    cell, line = divmod(int(match.group(1)) - 1, 10_000)
    return f".ipynb: cell {cell}, line {max(line, 1)}:"


def _reading_order(root: Path, edition: str, folder: Path) -> str:
    """`book/_toc.yml`, or for instructors a copy with the note after each case and the pages for them alone."""
    if edition == "student":
        return "book/_toc.yml"
    yaml = YAML()
    order = toc(root)
    for part in order.get("parts", ()):
        chapters = []
        for chapter in part["chapters"]:
            chapters.append(chapter)
            note = Path(str(chapter.get("file", ""))).with_name("teaching-note")
            if str(chapter.get("file", "")).startswith("cases/") and (root / note).with_suffix(".md").is_file():
                chapters.append({"file": note.as_posix()})
        part["chapters"] = chapters
    more = [{"file": name} for name in instructor_pages(root)]
    if more and order.get("parts"):
        # After the page for instructors where there is one: it is what they read first.
        around = order["parts"][-1]["chapters"]
        names = [chapter.get("file") for chapter in around]
        place = names.index("book/for-instructors") + 1 if "book/for-instructors" in names else len(names)
        around[place:place] = more
    target = folder / "_toc.yml"
    buffer = io.StringIO()
    yaml.dump(order, buffer)
    # Sphinx decides by the file's time what to read again, so an unchanged order keeps its file.
    if not target.is_file() or target.read_text(encoding="utf-8") != buffer.getvalue():
        target.write_text(buffer.getvalue(), encoding="utf-8")
    return target.relative_to(root).as_posix()


class BuildError(TwoRoomsError):
    """What Sphinx complained about: `lines` holds one complaint each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines[0] if len(lines) == 1 else f"{lines[0]} (and {len(lines) - 1} more)")
        self.lines = lines


class _Lines(io.TextIOBase):
    """Hands complete lines on, so that a progress display can show the stage."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell, self._rest, self._process = tell, "", os.getpid()

    def write(self, text: str) -> int:
        if os.getpid() != self._process:
            return len(text)  # a forked process must not touch a display that another one draws
        *lines, self._rest = (self._rest + _COLOUR.sub("", text)).replace("\r", "\n").split("\n")
        for line in lines:
            if line.strip():
                self._tell(line.strip())
        return len(text)
