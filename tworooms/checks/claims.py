"""An exercise in judging claims names claims that exist, and its verdicts can be kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .. import claims
from ..case import Case, all_cases, markdown_cells
from ..errors import TwoRoomsError
from ..exports.prose import Found, directives
from . import Problem

RULE = "claims"


def check(root: Path, cases: list[Case] | None = None) -> list[Problem]:
    """Every exercise of some cases, or of every case; a notebook that cannot be read is left to other rules."""
    problems = []
    for case in all_cases(root) if cases is None else cases:
        try:
            problems += _case(root, case)
        except TwoRoomsError:
            continue
    return problems


def _case(root: Path, case: Case) -> Iterator[Problem]:
    file = case.notebook_path.relative_to(root).as_posix()
    found: list[tuple[int, Found]] = []
    for number, source in markdown_cells(case.notebook):
        try:
            found += [(number, one) for one in _all(source)]
        except TwoRoomsError as error:
            message, _, expected = str(error).partition("; expected ")
            yield Problem(file, f"cell {number}", message, expected, RULE)
    exercises = [(number, one) for number, one in found if one.name == "claims-exercise"]
    for number, one in exercises:
        try:
            claims.named(one.options.get("claims"), root)
        except TwoRoomsError as error:
            message, _, expected = str(error).partition("; expected ")
            yield Problem(file, f"cell {number}", message, expected, RULE)
    for number, _ in exercises[1:]:
        yield Problem(file, f"cell {number}", "claims-exercise stands twice in one reading", "one", RULE)
    if exercises and not any(one.name == "decisions" for _, one in found):
        yield Problem(
            file,
            f"cell {exercises[0][0]}",
            "verdicts given here cannot be saved",
            "a decisions block in the same reading",
            RULE,
        )


def _all(source: str) -> Iterator[Found]:
    """The directives of a text, and those inside them."""
    for found in directives(source):
        yield found
        yield from _all(found.body)
