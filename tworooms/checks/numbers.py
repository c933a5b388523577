"""Prose and data cannot drift apart: every empirical number is a link, and agrees with what it links to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .. import evidence
from ..errors import TwoRoomsError
from . import Problem
from .passages import LINK, Passage, figure_notes, passages

_NUMBER = re.compile(r"(?<![\w.,])([−-]?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?![\d])")
_SELECTORS = {
    "": ("value", "ci_low", "ci_high", "comparator_value", "n"),
    "value": ("value",),
    "ci": ("ci_low", "ci_high"),
    "comparator": ("comparator_value",),
    "n": ("n",),
    "year": ("year",),
    "x": ("x",),
    "claim": (),
}
#: Words for a unit in prose, and the units of the table they may stand for.
_UNITS = (
    (re.compile(r"\s?percentage points?\b"), {"percentage points"}),
    (re.compile(r"\s?(?:%|percent\b|per cent\b)"), {"percent"}),
    (re.compile(r"[\s-]points?\b"), {"points", "percentage points"}),
    (re.compile(r"\s?ng/mL"), {"ng/mL"}),
    (re.compile(r"\s?mmHg"), {"mmHg"}),
    (re.compile(r"\s?mg\b"), {"mg"}),
    (re.compile(r"[\s-]hours?\b|\s?h\b"), {"h"}),
    (re.compile(r"[\s-]min(?:utes?)?\b"), {"min"}),
    (re.compile(r"[\s-]days?\b"), {"day"}),
    (re.compile(r"[\s-]weeks?\b"), {"week", "per week"}),
    (re.compile(r"[\s-]months?\b"), {"month"}),
    (re.compile(r"[\s-]years?\b"), {"year"}),
    (re.compile(r"[\s-]miles?\b"), {"mile"}),
)
_MONEY = {"$": {"USD", "USD/QALY"}, "£": {"GBP"}}
_PEOPLE_UNITS = {"people", "sessions", "studies", "reports", "deaths", "cases", "count"}

#: What makes an unlinked number look empirical.
_EMPIRICAL = (
    (re.compile(r"\b\d[\d,]*(?:\.\d+)?\s?(?:%|percent\b|per cent\b|percentage points?\b)"), "a percentage"),
    (re.compile(r"\b\d[\d,.]*\s?(?:ng/mL|mg\b|mmHg|mcg\b|kg\b|L/h\b|mg/kg)"), "a measurement"),
    (re.compile(r"[$£€]\s?\d[\d,.]*"), "a sum of money"),
    (re.compile(r"(?<![\d.:])\d+\.\d+(?![\d.:])"), "a decimal"),
    (re.compile(r"(?<![\d,])\d{1,3}(?:,\d{3})+"), "a large number"),
    (re.compile(r"\b\d+ (?:of|in|out of) (?:the |every )?\d+\b"), "a proportion"),
    (re.compile(r"\b[nN]\s?=\s?\d+"), "a sample size"),
    (re.compile(r"[−-]?\b\d+ points\b"), "a difference on a scale"),
)
_ALLOWED = re.compile(r"\b95\s?(?:%|percent) (?:CI|confidence interval|interval)s?\b|CC BY 4\.0|WCAG 2\.\d|Python 3\.\d+|version \d[\d.]*"
                      r"|nbformat 4\.\d|_config\.yml")  # fmt: skip


def check(root: Path) -> list[Problem]:
    """Every number rule, over every case and page."""
    problems: list[Problem] = []
    tables: dict[Path, dict[str, list[float]]] = {}
    for passage in passages(root):
        problems += _links(root, passage, tables)
        problems += _unlinked(passage)
    return problems


def _links(root: Path, passage: Passage, tables: dict[Path, dict[str, list[float]]]) -> Iterator[Problem]:
    for match in LINK.finditer(passage.text):
        text, scheme, rest = match.groups()
        place = passage.at(match.start())
        if scheme == "fact":
            yield from _fact_link(root, passage.file, place, text, rest)
        elif scheme == "figure":
            if passage.case is None:
                yield Problem(passage.file, place, "a figure link stands outside a case", "a link in a case's own text", "numbers")
                continue
            if passage.case.folder not in tables:
                tables[passage.case.folder] = _figure_numbers(passage)
            yield from _figure_link(passage.file, place, text, rest, tables[passage.case.folder])
        elif scheme == "term":
            slugs = set(evidence.glossary(root)["slug"])
            if evidence.slug(rest) not in slugs:
                yield Problem(passage.file, place, f"term:{rest} is not in the glossary", "a term of data/glossary.csv", "numbers")


def _fact_link(root: Path, file: str, place: str, text: str, rest: str) -> Iterator[Problem]:
    fact_id, _, selector = rest.partition("#")
    try:
        fact = evidence.fact(fact_id, root)
    except TwoRoomsError as error:
        yield Problem(file, place, *_split(error), "numbers")
        return
    if selector not in _SELECTORS:
        yield Problem(file, place, f"fact:{rest} selects {selector!r}", "one of " + ", ".join(filter(None, _SELECTORS)), "numbers")
        return
    for match in _NUMBER.finditer(text):
        shown = match.group(0)
        sign, digits = match.groups()
        # A hyphen right behind a digit or a letter joins; it is not a minus.
        sign = sign if sign == "−" or match.start() == 0 or text[match.start() - 1] in " (" else ""
        if selector == "claim":
            stated = [_value(m) for m in _NUMBER.finditer(f"{fact.claim} {fact.caveat}")]
            if _value_of(sign, digits) not in stated and not _fits(sign, digits, fact.value):
                yield Problem(file, place, f"'{text}' says {shown}, which neither claim nor caveat of {fact_id} states",
                              "a number of that claim", "numbers")  # fmt: skip
            continue
        columns = _SELECTORS[selector]
        agreeing = [c for c in columns if _fits(sign, digits, getattr(fact, c))]
        if not agreeing:
            held = ", ".join(f"{c} {fact.recorded[c]}" for c in columns if fact.recorded[c]) or "no number"
            yield Problem(file, place, f"'{text}' says {shown}, but {fact_id} has {held}", "the table's number, rounded at most", "numbers")
            continue
        unit = _unit_after(text, match)
        allowed = set()
        for column in agreeing:
            allowed |= _PEOPLE_UNITS if column == "n" else {"year"} if column == "year" else {fact.x_unit} if column == "x" else {fact.unit}
        if unit is not None and not unit & allowed:
            yield Problem(file, place, f"'{text}' gives {shown} in {' or '.join(sorted(unit))}, but {fact_id} is in "
                          f"{fact.unit or 'no unit'}", "the table's unit", "numbers")  # fmt: skip


def _figure_numbers(passage: Passage) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    try:
        notes = figure_notes(passage.case)
    except TwoRoomsError:
        return found
    for _, about in notes:
        values: list[float] = []
        for row in (about.get("table") or {}).get("rows", ()):
            for cell in row:
                if isinstance(cell, (int, float)) and not isinstance(cell, bool):
                    values.append(float(cell))
                elif isinstance(cell, str):
                    values += [_value(m) for m in _NUMBER.finditer(cell)]
        found[about.get("name", "")] = values
    return found


def _figure_link(file: str, place: str, text: str, name: str, tables: dict[str, list[float]]) -> Iterator[Problem]:
    if name not in tables:
        yield Problem(file, place, f"figure:{name} is no figure of this case", "one of " + (", ".join(tables) or "none stored yet"), "numbers")
        return
    for match in _NUMBER.finditer(text):
        sign, digits = match.groups()
        if not any(_fits(sign, digits, value) for value in tables[name]):
            yield Problem(file, place, f"'{text}' says {match.group(0)}, which the data table of figure {name} does not hold",
                          "a number of that table, rounded at most", "numbers")  # fmt: skip


def _unlinked(passage: Passage) -> Iterator[Problem]:
    prose = LINK.sub(lambda match: " " * len(match.group()), passage.prose())
    prose = re.sub(r"\]\([^)]*\)|<[^>]+>|https?://\S+", lambda match: " " * len(match.group()), prose)
    prose = _ALLOWED.sub(lambda match: " " * len(match.group()), prose)
    if passage.place and ("alt of" in passage.place or "cannot_show" in passage.place):
        return
    taken: list[tuple[int, int]] = []
    for pattern, kind in _EMPIRICAL:
        for match in pattern.finditer(prose):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            yield Problem(passage.file, passage.at(match.start()), f"'{match.group().strip()}' is {kind} without a link",
                          "[…](fact:ID), […](figure:NAME), or […](story:) for a number invented for teaching", "numbers")  # fmt: skip


def _unit_after(text: str, match: re.Match[str]) -> set[str] | None:
    before = text[match.start() - 1 : match.start()] if match.start() else ""
    if before in _MONEY:
        return _MONEY[before]
    for pattern, units in _UNITS:
        if pattern.match(text, match.end()):
            return units
    return None


def _value(match: re.Match[str]) -> float:
    return _value_of(match.group(1) if match.group(1) == "−" or match.start() == 0 else "", match.group(2))


def _value_of(sign: str, digits: str) -> float:
    return float(digits.replace(",", "")) * (-1 if sign else 1)


def _fits(sign: str, digits: str, value: Any) -> bool:
    """Whether the digits shown are the value, rounded to as many decimals as are shown."""
    if value is None:
        return False
    decimals = len(digits.partition(".")[2])
    return abs(_value_of(sign, digits) - value) <= 0.5 * 10**-decimals * (1 + 1e-9) and (
        bool(sign) == (value < 0) or value == 0 or float(digits.replace(",", "")) == 0
    )


def _split(error: Exception) -> tuple[str, str]:
    message, _, expected = str(error).partition("; expected ")
    return message, expected or "a known id"
