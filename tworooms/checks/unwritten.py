"""What a new case's template leaves to its author is written, and what a merge left open is decided."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..case import Case, all_cases, markdown_cells, read_text
from ..errors import TwoRoomsError
from . import Problem

#: How the template marks a place; up to where the sentence or the quotation ends.
_MARK = re.compile(r"TO WRITE\b(?::\s*([^\n\"|]{1,60}))?")


_CONFLICT = re.compile(r"^<<<<<<< ", re.MULTILINE)


def check(root: Path, cases: list[Case] | None = None) -> list[Problem]:
    """Every place of some cases, or of every case, that still holds the template's words."""
    problems = []
    for case in all_cases(root) if cases is None else cases:
        for file, place, text in _texts(root, case):
            for mark in _MARK.finditer(text):
                line = text.count("\n", 0, mark.start()) + 1
                wanted = " ".join((mark[1] or "your own words").split()).rstrip(".")
                problems.append(Problem(file, f"{place}, line {line}" if place else str(line), "is not written yet", wanted, "unwritten"))
            for mark in _CONFLICT.finditer(text):
                line = text.count("\n", 0, mark.start()) + 1
                at = f"{place}, line {line}" if place else str(line)
                problems.append(Problem(file, at, "both versions of a merge stand here", "one of them, without the marks", "unwritten"))
    return problems


def _texts(root: Path, case: Case) -> Iterator[tuple[str, str, str]]:
    folder = case.folder.relative_to(root).as_posix()
    for name in ("case.yml", "teaching-note.md", "quiz.yml"):
        try:
            yield f"{folder}/{name}", "", read_text(case.folder / name, "a file of the case")
        except TwoRoomsError:
            continue  # structure.py reports it
    try:
        for number, text in markdown_cells(case.notebook):
            yield f"{folder}/case.ipynb", f"cell {number}", text
    except TwoRoomsError:
        return
