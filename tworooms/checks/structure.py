"""A case folder is whole: its files exist, agree with their schemas and with one another."""

from __future__ import annotations

import re
from pathlib import Path

from ruamel.yaml import YAML

from .. import derive
from ..case import Case, all_cases
from ..errors import TwoRoomsError
from . import Problem

_PLAN = re.compile(r"^#{2,4}\s.*?\b(\d+)(?:\s?[×x]\s?(\d+))?[- ]min", re.IGNORECASE)


def check(root: Path) -> list[Problem]:
    """Every structure rule, over every case and the reading order."""
    problems = []
    for case in all_cases(root):
        problems += _case(root, case)
    problems += _reading_order(root)
    return problems


def _case(root: Path, case: Case) -> list[Problem]:
    problems = []
    folder = case.folder.relative_to(root).as_posix()
    for part in ("metadata", "quiz", "notebook"):
        try:
            getattr(case, part)
        except TwoRoomsError as error:
            message, _, expected = str(error).partition("; expected ")
            file, _, message = message.partition(": ")
            file, _, line = file.partition(":")
            problems.append(Problem(file, line, message, expected, "structure"))
    if not case.note_path.is_file():
        problems.append(Problem(f"{folder}/teaching-note.md", "", "is missing", "the teaching note", "structure"))
    if problems:
        return problems

    meta = case.metadata
    for item in case.quiz.items:
        if item.objective > len(meta.teaches):
            problems.append(Problem(f"{folder}/quiz.yml", f"item {item.id}", f"objective {item.objective} does not exist",
                                    f"1 to {len(meta.teaches)}, the entries of teaches in case.yml", "structure"))  # fmt: skip
    for field, now, expected in derive.differences(root, case):
        problems.append(Problem(f"{folder}/case.yml", field, f"{now} is not what the case holds", f"{expected}: run `tworooms execute {case.slug}`", "structure"))  # fmt: skip
    return problems


def _reading_order(root: Path) -> list[Problem]:
    path = root / "book" / "_toc.yml"
    named = set(re.findall(r"file:\s*(cases/[^/\s]+)/case\b", path.read_text(encoding="utf-8")))
    try:
        YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except Exception as error:
        return [Problem("book/_toc.yml", "", " ".join(str(error).split()), "YAML", "structure")]
    there = {case.folder.relative_to(root).as_posix() for case in all_cases(root)}
    return [
        Problem("book/_toc.yml", "", f"{name} is named but there is no such case", "a folder with a case.yml", "structure")
        for name in sorted(named - there)
    ]
