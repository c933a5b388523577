"""Prose and data cannot drift apart: every empirical number is a link, and agrees with what it links to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from .. import evidence
from ..case import Case, all_cases
from ..errors import TwoRoomsError
from . import Problem
from .passages import LINK, Passage, blank, figure_notes, passages_around, passages_of_case

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
_PEOPLE_UNITS = {"people", "sessions", "studies", "reports", "deaths", "cases", "count"}
#: Words for a unit in prose, and the units of the table they may stand for.
_UNITS = (
    (re.compile(r"\s?percentage points?\b"), {"percentage points"}),
    (re.compile(r"\s?(?:%|percent\b|per cent\b)"), {"percent"}),
    (re.compile(r"[\s-]points?\b"), {"points", "percentage points"}),
    (re.compile(r"\s?ng/m[lL]"), {"ng/mL"}),
    (re.compile(r"\s?mmHg"), {"mmHg"}),
    (re.compile(r"\s?mg\b"), {"mg"}),
    (re.compile(r"[\s-]hours?\b|\s?h\b"), {"h"}),
    (re.compile(r"[\s-]min(?:utes?)?\b"), {"min"}),
    (re.compile(r"[\s-]days?\b"), {"day"}),
    (re.compile(r"[\s-]weeks?\b"), {"week", "per week"}),
    (re.compile(r"[\s-]months?\b"), {"month"}),
    (re.compile(r"[\s-]years?\b"), {"year"}),
    (re.compile(r"[\s-]miles?\b"), {"mile"}),
    (re.compile(r"[\s-]dollars?\b"), {"USD", "USD/QALY"}),
    (re.compile(r"\s(?:people|persons|patients|participants|adults)\b"), _PEOPLE_UNITS | {"per million people"}),
)
_MONEY = (("A$", {"AUD"}), ("US$", {"USD", "USD/QALY"}), ("$", {"USD", "USD/QALY"}), ("£", {"GBP"}), ("€", {"EUR"}))
_CURRENCIES = {unit for _, units in _MONEY for unit in units}

#: What makes an unlinked number look empirical.
_EMPIRICAL = (
    (re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?[\s-]?(?:%|percent\b|per cent\b|percentage points?\b)"), "a percentage"),
    (re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?[\s-]?(?:ng/m[lL]|m[lL]\b|[μµ]g\b|m?c?g\b|kg\b|mmHg|bpm\b|°[CF]|L/h\b|mmol\b)"),
     "a measurement"),
    (re.compile(r"[$£€]\s?\d[\d,.]*"), "a sum of money"),
    (re.compile(r"(?<![\d.:])\d+\.\d+(?![\d.:])|(?<![\w.])\.\d+\b"), "a decimal"),
    (re.compile(r"(?<![\d,])\d{1,3}(?:,\d{3})+|\b\d+ (?:million|billion)\b"), "a large number"),
    # Four digits from 1500 to 2099 are taken for a year.
    (re.compile(r"(?<![\w.,:/#+-])(?!(?:1[5-9]|20)\d\d(?!\d))\d{4,}(?![\w:/-])"), "a large number"),
    (re.compile(r"\b\d+ (?:of|in|out of) (?:the |every )?\d+\b"), "a proportion"),
    (re.compile(r"\b[nN]\s?=\s?\d+"), "a sample size"),
    (re.compile(r"[−-]?\b\d+[ -]points?\b(?! (?:scale|rating|Likert))"), "a difference on a scale"),
)  # fmt: skip
_LEVEL = re.compile(r"\b\d\d\s?(?:%|percent|per cent) (?:CI|confidence interval|credible interval|interval|confidence)s?\b")
_ALLOWED = re.compile(rf"{_LEVEL.pattern}|CC BY 4\.0|WCAG 2\.\d|Python 3\.\d+(?:(?:\s?[–-]\s?| to | and )3\.\d+)?|[Vv]ersion \d[\d.]*|\bv\d[\d.]*"
                      r"|nbformat 4\.\d|\b\d\d?\.\d\d\s?[ap]\.?m\b")  # fmt: skip
#: A link that the book would follow and the comparison would not see: with a title, in angle brackets, by reference.
_OTHER_LINK = re.compile(r"\]\(\s*<?(?:fact|figure):[^)]{0,300}\)|^[ \t]*\[[^\]\n]+\]:[ \t]*<?(?:fact|figure):.*$|<(?:fact|figure):[^<>]*>", re.MULTILINE)
_DATES = re.compile(r"(?P<d>\d\d?) (?P<m>[A-Z][a-z]+) (?P<y>\d{4})|(?P<m2>[A-Z][a-z]+) (?P<d2>\d\d?), (?P<y2>\d{4})")


def check(root: Path, cases: list[Case] | None = None) -> list[Problem]:
    """Every number rule, over some cases, or over every case and page."""
    if cases is None:
        return check(root, all_cases(root)) + around(root)
    return [problem for case in cases for problem in _passages(root, passages_of_case(root, case))]


def around(root: Path) -> list[Problem]:
    """Every number rule, over the pages around the cases."""
    return _passages(root, passages_around(root))


def _passages(root: Path, passages: Iterable[Passage]) -> list[Problem]:
    problems: list[Problem] = []
    tables: dict[Path, dict[str, list[float]]] = {}
    for passage in passages:
        problems += _links(root, passage, tables)
        problems += _other_links(passage)
        problems += _unlinked(passage)
    return problems


def _links(root: Path, passage: Passage, tables: dict[Path, dict[str, list[float]]]) -> Iterator[Problem]:
    for match in LINK.finditer(passage.without_code()):
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


def _other_links(passage: Passage) -> Iterator[Problem]:
    rest = LINK.sub(blank, passage.without_code())
    for match in _OTHER_LINK.finditer(rest):
        yield Problem(passage.file, passage.at(match.start()), f"'{match.group().strip()}' is a link that cannot be compared",
                      "the plain form [text](fact:ID), without brackets inside the text", "numbers")  # fmt: skip


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
    # "95% CI" is the name of an interval, not a number of the table.
    compared = _LEVEL.sub(blank, text)
    if fact.unit == "yyyymmdd" and selector in ("", "value"):
        for day in _DATES.finditer(compared):
            if not _is_date(day, fact.value):
                held = evidence.number_text(fact.recorded["value"], fact.unit)
                yield Problem(file, place, f"'{text}' says {day.group()}, but {fact_id} has {held}", "the table's date", "numbers")
        compared = _DATES.sub(blank, compared)
    for match in _NUMBER.finditer(compared):
        shown = match.group(0)
        sign, digits = _signed(match)
        if selector == "claim":
            words = f"{fact.claim} {fact.caveat}"
            stated = [_signed(m) for m in _NUMBER.finditer(words)]
            same = [d for s, d in stated if _value_of(s, d) == _value_of(sign, digits) and _decimals(digits) <= _decimals(d)]
            if not same and not _agrees(sign, digits, fact, "value"):
                yield Problem(file, place, f"'{text}' says {shown}, which neither claim nor caveat of {fact_id} states",
                              "a number of that claim", "numbers")  # fmt: skip
            continue
        columns = _SELECTORS[selector]
        agreeing = [c for c in columns if _agrees(sign, digits, fact, c)]
        if not agreeing:
            held = ", ".join(f"{c} {fact.recorded[c]}" for c in columns if fact.recorded[c]) or "no number"
            yield Problem(file, place, f"'{text}' says {shown}, but {fact_id} has {held}", "the table's number, rounded at most", "numbers")
            continue
        unit = _unit_after(text, match)
        allowed = set()
        for column in agreeing:
            allowed |= _PEOPLE_UNITS if column == "n" else {"year"} if column == "year" else {fact.x_unit} if column == "x" else {fact.unit}
        if unit is not None and not unit & allowed:
            yield Problem(file, place, f"'{text}' gives {shown} in {'people' if 'people' in unit else ' or '.join(sorted(unit))}, but {fact_id} is in "
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
                    values += [_value_of(*_signed(m)) for m in _NUMBER.finditer(cell)]
        found[about.get("name", "")] = values
    return found


def _figure_link(file: str, place: str, text: str, name: str, tables: dict[str, list[float]]) -> Iterator[Problem]:
    if name not in tables:
        yield Problem(file, place, f"figure:{name} is no figure of this case", "one of " + (", ".join(tables) or "none stored yet"), "numbers")
        return
    for match in _NUMBER.finditer(text):
        sign, digits = _signed(match)
        if not any(_fits(sign, digits, value) for value in tables[name]):
            yield Problem(file, place, f"'{text}' says {match.group(0)}, which the data table of figure {name} does not hold",
                          "a number of that table, rounded at most", "numbers")  # fmt: skip


def _unlinked(passage: Passage) -> Iterator[Problem]:
    prose = LINK.sub(blank, passage.prose())
    prose = re.sub(r"\]\([^)]{0,2000}\)|<!--.*?(?:-->|\Z)|</?[A-Za-z][^<>\n]*>|https?://\S+", blank, prose, flags=re.DOTALL)
    prose = _ALLOWED.sub(blank, prose)
    if " alt of " in passage.place or " cannot_show of " in passage.place:
        return
    taken = bytearray(len(prose))
    for pattern, kind in _EMPIRICAL:
        for match in pattern.finditer(prose):
            if any(taken[match.start() : match.end()]):
                continue
            taken[match.start() : match.end()] = b"\1" * len(match.group())
            yield Problem(passage.file, passage.at(match.start()), f"'{match.group().strip()}' is {kind} without a link",
                          "[…](fact:ID), […](figure:NAME), or […](story:) for a number invented for teaching", "numbers")  # fmt: skip


def _unit_after(text: str, match: re.Match[str]) -> set[str] | None:
    for mark, units in _MONEY:
        if text.endswith(mark, 0, match.start()):
            return units
    for pattern, units in _UNITS:
        if pattern.match(text, match.end()):
            return units
    return None


def _is_date(match: re.Match[str], value: float | None) -> bool:
    """Whether a date in words is the eight digits of the table."""
    parts = match.groupdict()
    day, month, year = (parts[k] or parts[f"{k}2"] for k in "dmy")
    try:
        return value is not None and int(datetime.strptime(f"{day} {month} {year}", "%d %B %Y").strftime("%Y%m%d")) == int(value)
    except ValueError:
        return False


def _signed(match: re.Match[str]) -> tuple[str, str]:
    """Sign and digits of a number. A hyphen is a minus only where a word may begin: elsewhere it joins."""
    sign, digits = match.groups()
    before = match.string[match.start() - 1 : match.start()] if match.start() else " "
    return (sign if sign == "−" or before in " \n(*_“\"'" else ""), digits


def _decimals(digits: str) -> int:
    return len(digits.partition(".")[2])


def _agrees(sign: str, digits: str, fact: evidence.Fact, column: str) -> bool:
    """Whether the digits shown are a column's number, with no more decimals than the table gives it."""
    recorded = fact.recorded[column]
    # Money is written with two decimals or none.
    most = max(_decimals(recorded), 2) if fact.unit in _CURRENCIES else _decimals(recorded)
    return _decimals(digits) <= most and _fits(sign, digits, getattr(fact, column))


def _value_of(sign: str, digits: str) -> float:
    return float(digits.replace(",", "")) * (-1 if sign else 1)


def _fits(sign: str, digits: str, value: Any) -> bool:
    """Whether the digits shown are the value, rounded to as many decimals as are shown."""
    if value is None:
        return False
    decimals = _decimals(digits)
    return abs(_value_of(sign, digits) - value) <= 0.5 * 10**-decimals * (1 + 1e-9) and (
        bool(sign) == (value < 0) or value == 0 or float(digits.replace(",", "")) == 0
    )


def _split(error: Exception) -> tuple[str, str]:
    message, _, expected = str(error).partition("; expected ")
    return message, expected or "a known id"
