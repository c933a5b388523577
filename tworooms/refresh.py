"""What is due to be read again: findings, judged claims, help lines, tables of law, cases.

How long each kind of row may stand is data, in `data/evidence/review_intervals.csv`, and so is each later reading, in
`readings.csv`. A finding that is itself the end of a rule is due when that day comes, whenever it was last read.
Nothing here asks a network and nothing is changed: `make refresh` prints the list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from . import evidence, paths
from .case import Case, all_cases, read_text

#: How `written` can put the list.
FORMS = ("text", "json")
#: A reading with this outcome read nothing.
UNREACHABLE = "unreachable"
_LAW_HEADING = re.compile(r"^##\s+Law and guidance\s*$", re.MULTILINE)
_DAY = re.compile(r"\b20\d\d-\d\d-\d\d\b")
_CITED = re.compile(r"\bfact:([a-z0-9-]+)")


class Kind(NamedTuple):
    """One row of review_intervals.csv; `matches` is None where every row of the table is of the kind."""

    kind: str
    table: str
    column: str
    matches: re.Pattern[str] | None
    months: int
    read_by: str
    reason: str


@dataclass(frozen=True)
class Due:
    """One thing to look at again.

    kind: of review_intervals.csv, or "end of a rule", "case". file, place: where it stands; place is a row or line, or "".
    key: which row. due: the day on which it was or will be due. what: what to do. cited: names of the cases that cite it.
    """

    kind: str
    file: str
    place: str
    key: str
    due: date
    what: str
    cited: tuple[str, ...] = ()


def kinds(table: pd.DataFrame) -> list[Kind]:
    """Return the kinds in their order, from the rows of review_intervals.csv. Raises re.error for a pattern that is none."""
    return [
        Kind(row.kind, row.table, row.column, re.compile(row.matches) if row.matches else None, int(row.months), row.read_by, row.reason)
        for row in table.itertuples()
    ]


def kind_of(known: list[Kind], table: str, row: dict[str, str]) -> Kind | None:
    """Return the first kind that fits a row of the table, or None."""
    for kind in known:
        if kind.table == table and (kind.matches is None or kind.matches.fullmatch(row.get(kind.column, ""))):
            return kind
    return None


def due(root: Path, today: date, ahead: timedelta = timedelta(0)) -> list[Due]:
    """List what is due on a day, kind by kind, the longest overdue first.

    Parameters
    ----------
    root
        The collection's folder.
    today
        The day asked about.
    ahead
        What comes due within this time is listed too.

    Raises
    ------
    TwoRoomsError
        When a table or a case cannot be read.
    """
    known = kinds(evidence.raw("review_intervals", root))
    cases = all_cases(root)
    found = [*_ends(root, known), *_rows(root, known), *_help_lines(root, known), *_law_tables(root, known, cases), *_cases(root, cases)]
    order = ["end of a rule", "case", *(kind.kind for kind in known)]
    cited = _citing(cases)
    listed = [replace(item, cited=cited.get(item.key, ())) for item in found if item.due <= today + ahead]
    # Within a kind: the longest overdue first, then what a case rests on.
    return sorted(listed, key=lambda item: (order.index(item.kind), item.due, not item.cited))


def _later(day: date, months: int) -> date:
    return (pd.Timestamp(day) + pd.DateOffset(months=months)).date()


def _read(root: Path) -> dict[tuple[str, str], date]:
    """The last day on which each row was read, where that is noted."""
    table = evidence.raw("readings", root)
    last: dict[tuple[str, str], date] = {}
    for row in table[table.outcome != UNREACHABLE].itertuples():
        day = date.fromisoformat(row.read_on)
        last[row.table, row.key] = max(day, last.get((row.table, row.key), day))
    return last


def _rows(root: Path, known: list[Kind]) -> Iterator[Due]:
    read = _read(root)
    for name in dict.fromkeys(kind.table for kind in known if kind.read_by):
        declared = evidence.resource(name, root)
        table = evidence.raw(name, root)
        for number, row in zip(table.index, table.to_dict("records"), strict=True):
            kind = kind_of(known, name, row)
            if kind is None:
                continue
            key = evidence.row_key(name, row, declared)
            last = max(date.fromisoformat(kind.read_by), read.get((name, key), date.min))
            where = row.get("check_url") or row.get("source_key") or "its facts"
            yield Due(kind.kind, f"{paths.DATA}/{declared['path']}", str(number), key, _later(last, kind.months), f"last read {last}; read {where} again")


def _ends(root: Path, known: list[Kind]) -> Iterator[Due]:
    """Rules that run to a day, unless they were read after that day."""
    file = f"{paths.DATA}/{evidence.resource('facts', root)['path']}"
    read = _read(root)
    table = evidence.raw("facts", root)
    for row in table[(table.unit == "yyyymmdd") & table.measure.str.startswith("end date")].itertuples():
        end = date(int(row.value[:4]), int(row.value[4:6]), int(row.value[6:]))
        kind = kind_of(known, "facts", row._asdict())
        first = date.fromisoformat(kind.read_by) if kind else date.min
        if max(first, read.get(("facts", row.fact_id), first)) <= end:
            what = f"the rule ends on {end}: find what follows, correct the row and every page that names the day"
            yield Due("end of a rule", file, str(row.Index), row.fact_id, end, what)


def _help_lines(root: Path, known: list[Kind]) -> Iterator[Due]:
    file = f"{paths.DATA}/{evidence.resource('help_lines', root)['path']}"
    for kind in known:
        if kind.table == "help_lines":
            for row in evidence.raw("help_lines", root).itertuples():
                day = _later(date.fromisoformat(row.checked_on), kind.months)
                what = f"checked {row.checked_on}; check {row.contact} with the service, then change checked_on"
                yield Due(kind.kind, file, str(row.Index), f"{row.jurisdiction} / {row.service}", day, what)


def _law_tables(root: Path, known: list[Kind], cases: list[Case]) -> Iterator[Due]:
    """The tables under "Law and guidance"; one that gives no day is due from the first."""
    for kind in known:
        if kind.table == "notes":
            for case in cases:
                file = case.note_path.relative_to(root).as_posix()
                text = read_text(case.note_path, "the teaching note")
                heading = _LAW_HEADING.search(text)
                if heading is None:
                    continue
                before_table = text[heading.end() :].partition("\n|")[0]
                line = str(text.count("\n", 0, heading.start()) + 1)
                if day := _DAY.search(before_table):
                    what = f"checked {day[0]}; look each row up again and change the day"
                    yield Due(kind.kind, file, line, case.slug, _later(date.fromisoformat(day[0]), kind.months), what)
                else:
                    yield Due(kind.kind, file, line, case.slug, date.min, "says no day on which it was checked; expected one such as 2026-11-21")


def _cases(root: Path, cases: list[Case]) -> Iterator[Due]:
    for case in cases:
        file = (case.folder / "case.yml").relative_to(root).as_posix()
        meta = case.metadata
        what = f"reviewed {meta.date_reviewed}; read it through, then change date_reviewed and next_review"
        yield Due("case", file, "", case.slug, meta.next_review, what)


def _citing(cases: list[Case]) -> dict[str, tuple[str, ...]]:
    """The cases that cite each finding, in reading or note."""
    found: dict[str, list[str]] = {}
    for case in cases:
        text = read_text(case.notebook_path, "the notebook") + read_text(case.note_path, "the teaching note")
        for fact_id in sorted(set(_CITED.findall(text))):
            found.setdefault(fact_id, []).append(case.slug)
    return {fact_id: tuple(slugs) for fact_id, slugs in found.items()}


def written(items: list[Due], form: str, today: date) -> str:
    """The list for a reader, in groups (``text``), or for a program (``json``, a list of objects). Raises ValueError for another form."""
    if form == "json":
        rows = [{**asdict(item), "due": item.due.isoformat(), "overdue": item.due <= today} for item in items]
        return json.dumps(rows, indent=2, ensure_ascii=False)
    if form != "text":
        raise ValueError(f"no form {form!r}; expected one of {', '.join(FORMS)}")
    lines: list[str] = []
    for name in dict.fromkeys(item.kind for item in items):
        group = [item for item in items if item.kind == name]
        now = sum(item.due <= today for item in group)
        lines += ["", f"{name}: {now} due" + (f", {len(group) - now} soon" if now < len(group) else "")]
        for item in group:
            at = f"{item.file}:{item.place}" if item.place else item.file
            when = f"due {item.due}: " if item.due > date.min else ""
            where = f" (in {', '.join(item.cited)})" if item.cited else ""
            lines.append(f"  {at}: {item.key}: {when}{item.what}{where}")
    return "\n".join(lines[1:]) or f"Nothing is due on {today}."
