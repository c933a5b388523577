"""A case folder is whole: its files exist, agree with their schemas and with one another."""

from __future__ import annotations

import re
from pathlib import Path

from .. import derive, evidence
from ..case import Case, all_cases, read_text, reading_order
from ..errors import TwoRoomsError
from . import Problem

#: A heading that promises minutes: "50-minute class", "2 × 50-minute classes", "150 minutes over a week".
_PLAN = re.compile(r"^#{2,4}\s.*?\b(?:(\d{1,4})\s?[×x]\s?)?(\d{1,4})[- ]min", re.IGNORECASE)
_ROW = re.compile(r"^\s*\|(.*)\|\s*$")


def check(root: Path, cases: list[Case] | None = None) -> list[Problem]:
    """Every structure rule, over some cases, or over every case, the reading order and the pages."""
    if cases is None:
        return check(root, all_cases(root)) + around(root)
    return [problem for case in cases for problem in _case(root, case)]


def around(root: Path) -> list[Problem]:
    """What can be wrong beside the cases: the reading order, and pages that cannot be read."""
    problems = _reading_order(root)
    for page in sorted((root / "book").glob("*.md")):
        try:
            read_text(page, "a page")
        except TwoRoomsError as error:
            problems.append(_as_problem(error))
    return problems


def _case(root: Path, case: Case) -> list[Problem]:
    problems = []
    folder = case.folder.relative_to(root).as_posix()
    for part in ("metadata", "quiz", "notebook"):
        try:
            getattr(case, part)
        except TwoRoomsError as error:
            problems.append(_as_problem(error))
    try:
        problems += _minute_plans(f"{folder}/teaching-note.md", read_text(case.note_path, "the teaching note"))
    except TwoRoomsError as error:
        problems.append(_as_problem(error))
    if problems:
        return problems

    meta = case.metadata
    for item in case.quiz.items:
        if item.objective > len(meta.teaches):
            problems.append(Problem(f"{folder}/quiz.yml", f"item {item.id}", f"objective {item.objective} does not exist",
                                    f"1 to {len(meta.teaches)}, the entries of teaches in case.yml", "structure"))  # fmt: skip
    known = list(dict.fromkeys(evidence.help_lines(root)["jurisdiction"]))
    for code in meta.crisis_locales:
        if code not in known:
            problems.append(Problem(f"{folder}/case.yml", "crisis_locales", f"{code} has no crisis line", "one of " + ", ".join(known), "structure"))
    try:
        differences = derive.differences(root, case)
    except TwoRoomsError as error:
        return [*problems, _as_problem(error)]
    for field, now, expected in differences:
        problems.append(Problem(f"{folder}/case.yml", field, f"{now} is not what the case holds", f"{expected}: run `tworooms execute {case.slug}`", "structure"))  # fmt: skip
    return problems


def _minute_plans(file: str, note: str) -> list[Problem]:
    """A plan's minutes, the columns headed "min" of its table, add up to what its heading promises."""
    problems = []
    plan, promised, columns, sums = 0, 0, [], []

    def settle() -> None:
        problems.extend(
            Problem(file, str(plan), f"the plan's minutes add up to {total}", f"{promised}, as its heading says", "structure")
            for total in sums
            if total != promised
        )

    for number, line in enumerate(note.splitlines(), 1):
        heading = _PLAN.match(line)
        if line.startswith("#"):
            settle()
            plan, promised, columns, sums = (number, int(heading.group(2)), [], []) if heading else (0, 0, [], [])
        row = _ROW.match(line)
        if not plan or not row:
            continue
        cells = [cell.strip() for cell in row.group(1).split("|")]
        if not columns:
            columns = [index for index, cell in enumerate(cells) if cell.lower() in ("min", "minutes")]
            sums = [0] * len(columns)
        else:
            for place, index in enumerate(columns):
                if index < len(cells) and re.fullmatch(r"\d{1,4}", cells[index]):
                    sums[place] += int(cells[index])
    settle()
    return problems


def _reading_order(root: Path) -> list[Problem]:
    try:
        reading_order(root)
    except TwoRoomsError as error:
        return [_as_problem(error)]
    return []


def _as_problem(error: TwoRoomsError) -> Problem:
    message, _, expected = str(error).partition("; expected ")
    file, _, message = message.partition(": ")
    file, _, line = file.partition(":")
    return Problem(file, line, message, expected, "structure")
