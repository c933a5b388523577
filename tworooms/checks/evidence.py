"""Rules of the evidence tables, and the seals that make a silent change visible."""

import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pandas as pd

from tworooms import evidence, paths, refresh
from tworooms.case import Case
from tworooms.checks import Problem
from tworooms.errors import TwoRoomsError
from tworooms.files import write_whole

TABLES = (
    "facts",
    "unconfirmed",
    "series",
    "disputes",
    "claims",
    "pk_parameters",
    "curation-log",
    "help_lines",
    "review_intervals",
    "readings",
    "glossary",
)
SEALS = "row_digests"
BIB = f"{paths.DATA}/{evidence.BIBLIOGRAPHY}"
RULE, SEAL_RULE = "evidence", "evidence-seal"

_MOST_UNITS = 45
_FEWEST_DISPUTES = 18
_WITH_FACTS_ONLY = ("value", "unit", "ci_low", "ci_high", "comparator_value", "series_id", "x")
_NEED_NO_SOURCE = {"value-judgement", "unverifiable"}


@dataclass
class _Collection:
    """Everything the rules look at, read once. Tables hold text; their index is the row in the file."""

    root: Path
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    entries: list = field(default_factory=list)
    package: dict = field(default_factory=dict)

    def rows(self, name: str) -> Iterator:
        """Return the rows of a table as named tuples; `Index` is the row number."""
        return self.tables[name].itertuples()

    def problem(self, name: str, row: object, message: str, expected: str, rule: str = RULE) -> Problem:
        """Return a problem in a row of a table."""
        return Problem(self.files[name], str(row), message, expected, rule)


def check(root: str | Path, cases: list[Case] | None = None) -> list[Problem]:
    """Return every problem of the evidence tables, the glossary, the bibliography and their seals.

    root: the collection's folder. cases: taken for the sake of the other families; every case stands on all tables. Rules that compare tables are left out while a table cannot be read.
    """
    found, problems = _read(Path(root).resolve())
    if found is None:
        return problems
    if not problems:
        for rule in _RULES:
            problems.extend(rule(found))
    problems.extend(_check_seals(found))
    return problems


def _read(root: Path) -> tuple[_Collection | None, list[Problem]]:
    found, problems = _Collection(root), []
    try:
        found.package = evidence.package(root)
        for name in (*TABLES, SEALS):
            found.files[name] = f"{paths.DATA}/{evidence.resource(name, root)['path']}"
    except TwoRoomsError as error:
        return None, [_as_problem(error)]
    for name in TABLES:
        found.tables[name], faults = evidence.read_table(name, root)
        problems.extend(Problem(*fault, RULE) for fault in faults)
    try:
        found.entries = evidence.bib_entries(root)
    except TwoRoomsError as error:
        problems.append(_as_problem(error))
    return found, problems


def _as_problem(error: TwoRoomsError) -> Problem:
    return Problem(*error.fault, RULE)


# Rules ----------------------------------------------------------------------------------------------


def _identifiers(c: _Collection) -> Iterator[Problem]:
    ids = set(c.tables["facts"].fact_id)
    for name in ("facts", "unconfirmed"):
        for row in c.rows(name):
            if row.fact_id.partition("-")[0] != row.theme:
                message = f"column 'theme' of {row.fact_id}: '{row.theme}' is not the first word of the id"
                yield c.problem(name, row.Index, message, row.fact_id.partition("-")[0])
            if name == "unconfirmed" and row.fact_id in ids:
                message = f"{row.fact_id} stands in facts.csv as well"
                yield c.problem(name, row.Index, message, "an id in one of the two tables")
    known = ids | set(c.tables["unconfirmed"].fact_id)
    for name in ("facts", "unconfirmed"):
        for row in c.rows(name):
            for token in evidence.FACT_ID.findall(f"{row.claim} {row.caveat}"):
                if token not in known:
                    message = f"the words of {row.fact_id} mention {token}, which does not exist"
                    yield c.problem(name, row.Index, message, "an id of facts.csv or unconfirmed.csv")


def _vocabularies(c: _Collection) -> Iterator[Problem]:
    specs = {s["name"]: s for s in evidence.resource("facts", c.root)["schema"]["fields"]}
    units = specs["unit"]["constraints"]["enum"]
    for unit in sorted(set(units) - set(c.tables["facts"].unit)):
        yield Problem(paths.PACKAGE, "facts.unit", f"no fact has the unit '{unit}'", "units in use", RULE)
    if len(units) > _MOST_UNITS:
        yield Problem(paths.PACKAGE, "facts.unit", f"{len(units)} units", f"at most {_MOST_UNITS}", RULE)
    others = [s for s in evidence.resource("series", c.root)["schema"]["fields"] if s["name"] == "unit"]
    if others[0]["constraints"]["enum"] != units:
        yield Problem(
            paths.PACKAGE, "series.unit", "the units differ from those of facts", "the same list", RULE
        )


def _numbers(c: _Collection) -> Iterator[Problem]:
    together = (
        ("value", "unit"),
        ("unit", "value"),
        ("ci_low", "value"),
        ("ci_high", "value"),
        ("x", "x_unit"),
        ("x_unit", "x"),
        ("comparator_value", "comparator"),
        ("x", "series_id"),
    )
    for row in c.rows("facts"):
        for given, wanted in together:
            if getattr(row, given) and not getattr(row, wanted):
                message = f"column '{wanted}' of {row.fact_id}: empty beside a {given}"
                yield c.problem("facts", row.Index, message, f"a {wanted}, or neither")
        low, high = row.ci_low or row.value, row.ci_high or row.value
        if row.value and not float(low) <= float(row.value) <= float(high):
            message = (
                f"column 'value' of {row.fact_id}: {row.value} lies outside the interval {low} to {high}"
            )
            yield c.problem("facts", row.Index, message, "a value between ci_low and ci_high")
        if row.unit == "yyyymmdd" and not _is_day(row.value):
            message = f"column 'value' of {row.fact_id}: '{row.value}' is not a date"
            yield c.problem("facts", row.Index, message, "eight digits such as 20241231")


def _is_day(text: str) -> bool:
    try:
        return bool(datetime.strptime(text, "%Y%m%d")) and len(text) == 8
    except ValueError:
        return False


def _wording(c: _Collection) -> Iterator[Problem]:
    for row in c.rows("facts"):
        if "_" in row.measure:
            message = f"column 'measure' of {row.fact_id}: an underscore"
            yield c.problem("facts", row.Index, message, "words a reader knows")
        if row.unit and row.measure.lower() in row.unit.lower():
            message = f"column 'unit' of {row.fact_id}: '{row.unit}' repeats the measure"
            yield c.problem("facts", row.Index, message, "a measure that says what is measured")
    if (c.tables["facts"].provenance != "").mean() <= 0.5:
        yield c.problem("facts", "", "more than half of the rows lack provenance", "a trail for most rows")


def _jurisdictions(c: _Collection) -> Iterator[Problem]:
    from babel import Locale

    countries = set(Locale("en").territories) | {"intl"}
    for name in ("facts", "unconfirmed", "help_lines"):
        for row in c.rows(name):
            key = row.service if name == "help_lines" else row.fact_id
            for place in evidence.list_cell(row.jurisdiction):
                if place.partition("-")[0] not in countries:
                    message = f"column 'jurisdiction' of {key}: '{place}' is no country code"
                    yield c.problem(name, row.Index, message, "an ISO 3166 code such as GB")


def _sources(c: _Collection) -> Iterator[Problem]:
    lines: dict[str, int] = {}
    for _, key, fields, line in c.entries:
        if key in lines:
            yield Problem(
                BIB, str(line), f"'{key}' stands already in line {lines[key]}", "each key once", RULE
            )
        lines.setdefault(key, line)
        if not fields.get("title"):
            yield Problem(BIB, str(line), f"'{key}' has no title", "a title, descriptive if need be", RULE)
    used = set()
    for name in ("facts", "pk_parameters"):
        for row in c.rows(name):
            keys = [row.source_key]
            if name == "pk_parameters":
                keys += re.findall(r"\bvia (\w+)\.", row.note)
            used.update(keys)
            owner = row.fact_id if name == "facts" else f"{row.model_id} / {row.parameter}"
            for key in keys:
                if key not in lines:
                    message = f"column 'source_key' of {owner}: '{key}' is not in references.bib"
                    yield c.problem(name, row.Index, message, "a key of that file")
    for key in lines:
        if key not in used:
            yield Problem(BIB, str(lines[key]), f"no row cites '{key}'", "only works in use", RULE)


def _pointers(c: _Collection) -> Iterator[Problem]:
    ids = set(c.tables["facts"].fact_id)
    for name, column in (("claims", "evidence_ids"), ("disputes", "fact_ids")):
        for row in c.rows(name):
            owner = row.claim_id if name == "claims" else f"{row.dispute_id} / {row.side}"
            tokens = evidence.list_cell(getattr(row, column))
            for token, times in Counter(tokens).items():
                if times > 1:
                    message = f"column '{column}' of {owner}: {token} is named twice"
                    yield c.problem(name, row.Index, message, "each id once")
                if token not in ids:
                    message = f"column '{column}' of {owner}: {token} is not in facts.csv"
                    yield c.problem(name, row.Index, message, "ids of facts.csv")
    for row in c.rows("claims"):
        if not (row.evidence_ids or row.sources or row.verdict in _NEED_NO_SOURCE):
            message = f"the verdict '{row.verdict}' on {row.claim_id} rests on neither facts nor sources"
            yield c.problem("claims", row.Index, message, "evidence_ids or sources")


def _disputes(c: _Collection) -> Iterator[Problem]:
    table = c.tables["disputes"]
    for dispute, sides in table.groupby("dispute_id"):
        if sides.side.nunique() < 2:
            yield c.problem("disputes", sides.index[0], f"{dispute} has one side only", "two sides or more")
        for row in sides.iloc[1:].itertuples():
            if row.question != sides.question.iloc[0]:
                message = f"column 'question' of {dispute} / {row.side}: differs from row {sides.index[0]}"
                yield c.problem("disputes", row.Index, message, "the same question on every side")
    if table.dispute_id.nunique() < _FEWEST_DISPUTES:
        message = f"{table.dispute_id.nunique()} disputes"
        yield c.problem("disputes", "", message, f"{_FEWEST_DISPUTES} or more")


def _curation(c: _Collection) -> Iterator[Problem]:
    ids = set(c.tables["facts"].fact_id)
    known = ids | set(c.tables["unconfirmed"].fact_id)
    for row in c.rows("curation-log"):
        if not row.change.startswith("dropped-duplicate"):
            continue
        if row.fact_id in known:
            message = f"column 'fact_id': the dropped {row.fact_id} is still in a table"
            yield c.problem("curation-log", row.Index, message, "an id that no longer exists")
        for kept in evidence.list_cell(row.kept_id) or [""]:
            if kept not in ids:
                message = f"column 'kept_id' of {row.fact_id}: '{kept}' is not in facts.csv"
                yield c.problem("curation-log", row.Index, message, "the id of the fact that was kept")


def _series(c: _Collection) -> Iterator[Problem]:
    facts = c.tables["facts"]
    points = facts[facts.series_id != ""]
    known = set(c.tables["series"].series_id)
    for row in points.itertuples():
        if row.series_id not in known:
            message = f"column 'series_id' of {row.fact_id}: '{row.series_id}' is not in series.csv"
            yield c.problem("facts", row.Index, message, "a series of that table")
        if not row.value:
            message = f"column 'value' of {row.fact_id}: empty in a point of series {row.series_id}"
            yield c.problem("facts", row.Index, message, "a number")
        if not (row.x or row.group):
            message = f"{row.fact_id} has neither x nor group in series {row.series_id}"
            yield c.problem("facts", row.Index, message, "one of them")
    for row in points[points.duplicated(["series_id", "group", "x"])].itertuples():
        message = f"{row.fact_id} repeats the group and x of another point of series {row.series_id}"
        yield c.problem("facts", row.Index, message, "each point once")
    for row in c.rows("series"):
        mine = points[points.series_id == row.series_id]
        keys = ";".join(sorted(set(mine.source_key)))
        for wrong, message, expected in (
            (len(mine) < 2, f"{row.series_id} has {len(mine)} points", "two or more"),
            (
                str(len(mine)) != row.n_points,
                f"column 'n_points' of {row.series_id}: {row.n_points}",
                str(len(mine)),
            ),
            (
                set(mine.unit) - {row.unit},
                f"column 'unit' of {row.series_id}: its facts are in {', '.join(sorted(set(mine.unit)))}",
                f"{row.unit} in all of them",
            ),
            (mine.x_unit.nunique() > 1, f"{row.series_id} mixes units of x", "one unit of x"),
            (
                (mine.x != "").any() and (mine.x == "").any(),
                f"{row.series_id} has an x in some of its facts only",
                "an x in all or none",
            ),
            (row.source_keys != keys, f"column 'source_keys' of {row.series_id}: {row.source_keys}", keys),
        ):
            if wrong:
                yield c.problem("series", row.Index, message, expected)


def _help_lines(c: _Collection) -> Iterator[Problem]:
    table = c.tables["help_lines"]
    for place, rows in table.groupby("jurisdiction", sort=False):
        if not set(rows.kind) & {"crisis", "emergency"}:
            message = f"{place} has no crisis or emergency contact"
            yield c.problem("help_lines", rows.index[0], message, "one of them in every jurisdiction")


def _reviews(c: _Collection) -> Iterator[Problem]:
    kinds = c.tables["review_intervals"]
    for row in kinds.itertuples():
        columns = list(c.tables[row.table].columns) if row.table in c.tables else []
        if row.column and row.column not in columns:
            message = f"column 'column' of {row.kind}: '{row.column}' is no column of {row.table}"
            yield c.problem("review_intervals", row.Index, message, ", ".join(columns) or "an empty cell")
        if bool(row.column) != bool(row.matches):
            message = f"column 'matches' of {row.kind}: one of column and matches is empty"
            yield c.problem("review_intervals", row.Index, message, "both, or neither")
        try:
            re.compile(row.matches)
        except re.error as error:
            message = f"column 'matches' of {row.kind}: no regular expression ({error})"
            yield c.problem("review_intervals", row.Index, message, "one such as legal (status|rule)")
            return
    known = refresh.kinds(kinds)
    for name in evidence.resource("readings", c.root)["schema"]["fields"][0]["constraints"]["enum"]:
        declared = evidence.resource(name, c.root)
        keys = set()
        for number, row in zip(c.tables[name].index, c.tables[name].to_dict("records"), strict=True):
            key = evidence.row_key(name, row, declared)
            keys.add(key)
            if refresh.kind_of(known, name, row) is None:
                message = f"{key} is of no kind in review_intervals.csv"
                yield c.problem(name, number, message, "a kind, so that it is read again one day")
        for row in c.rows("readings"):
            if row.table == name and row.key not in keys:
                message = f"column 'key': '{row.key}' is no row of {name}"
                yield c.problem("readings", row.Index, message, "the key of a row")


def _glossary(c: _Collection) -> Iterator[Problem]:
    slugs: dict[str, int] = {}
    last = ""
    for row in c.rows("glossary"):
        name = evidence.slug(row.term)
        if name in slugs:
            message = f"'{row.term}' has the link name of row {slugs[name]}"
            yield c.problem("glossary", row.Index, message, "terms that differ in letters")
        slugs.setdefault(name, row.Index)
        if row.term.casefold() < last:
            yield c.problem(
                "glossary", row.Index, f"'{row.term}' is out of order", "terms in alphabetical order"
            )
        last = row.term.casefold()
        if not row.definition.endswith("."):
            message = f"column 'definition' of {row.term}: no full stop at its end"
            yield c.problem("glossary", row.Index, message, "one or two sentences")
        if re.search(r"\d[.,]\d|\d ?%|\d{3}|\bpercent\b", row.definition):
            message = f"column 'definition' of {row.term}: a figure that belongs in facts.csv"
            yield c.problem("glossary", row.Index, message, "words without figures from studies")


_RULES: tuple[Callable[[_Collection], Iterator[Problem]], ...] = (
    _identifiers,
    _vocabularies,
    _numbers,
    _wording,
    _jurisdictions,
    _sources,
    _pointers,
    _disputes,
    _curation,
    _series,
    _help_lines,
    _reviews,
    _glossary,
)


# Seals ----------------------------------------------------------------------------------------------


def _digest(cells: list[str]) -> str:
    return hashlib.sha256(json.dumps(cells, ensure_ascii=False).encode()).hexdigest()[:16]


def _digests(c: _Collection) -> dict[tuple[str, str], tuple[str, str]]:
    """Return digest and row number of every row, by table and key."""
    found = {}

    def put(name: str, key: str, digest: str, row: object) -> None:
        times = 1
        while (name, key if times == 1 else f"{key} #{times}") in found:
            times += 1
        found[name, key if times == 1 else f"{key} #{times}"] = (digest, str(row))

    for name in TABLES:
        declared = evidence.resource(name, c.root)
        for number, row in zip(c.tables[name].index, c.tables[name].to_dict("records"), strict=True):
            put(name, evidence.row_key(name, row, declared), _digest(list(row.values())), number)
    for kind, key, fields, line in c.entries:
        put("references", key, _digest([kind, key, *(f"{k}={v}" for k, v in fields.items())]), line)
    return found


def _check_seals(c: _Collection) -> list[Problem]:
    problems = []
    files = {**c.files, "references": BIB}
    unreadable = {name for name in TABLES if c.tables[name].empty} | (set() if c.entries else {"references"})
    table, faults = evidence.read_table(SEALS, c.root)
    problems.extend(Problem(*fault, SEAL_RULE) for fault in faults)
    sealed = {(row.table, row.key): (row.digest, row.Index) for row in table.itertuples()}
    now = _digests(c)
    if not faults:
        for (name, key), (digest, row) in now.items():
            if (name, key) not in sealed:
                message, expected = f"row '{key}' has no seal", "a seal, once the row has been reviewed"
            elif sealed[name, key][0] != digest:
                message, expected = (
                    f"row '{key}' differs from its seal",
                    "the row as sealed, or a new seal after review",
                )
            else:
                continue
            problems.append(Problem(files[name], row, message, expected, SEAL_RULE))
        for (name, key), (_, row) in sealed.items():
            if (name, key) in now or name in unreadable:
                continue
            if name in files:
                message, expected = (
                    f"the sealed row '{key}' is gone",
                    "the row, or a line in curation-log.csv and a new seal",
                )
                problems.append(Problem(files[name], key, message, expected, SEAL_RULE))
            else:
                message = f"column 'table': '{name}' is no table"
                problems.append(
                    Problem(files[SEALS], str(row), message, "a table of the data package", SEAL_RULE)
                )
    named = {problem.file for problem in problems}
    for item in c.package.get("resources", []):
        file = f"{paths.DATA}/{item['path']}"
        if file in named:
            continue
        try:
            content = (c.root / file).read_bytes()
        except OSError:
            problems.append(
                Problem(file, "", "the file is missing", "it, as the data package says", SEAL_RULE)
            )
            continue
        if b"\r" in content:
            problems.append(Problem(file, "", "lines end in carriage returns", "LF line ends", SEAL_RULE))
        elif item.get("bytes") != len(content) or item.get("hash") != _sha256(content):
            message = "the file differs from the bytes and hash in datapackage.json"
            problems.append(
                Problem(file, "", message, "the file as sealed, or a new seal after review", SEAL_RULE)
            )
    return problems


def _sha256(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def seal(root: str | Path) -> list[str]:
    """Write the row digests, and the bytes and hashes of the data package, anew.

    root: the collection's folder. Returns one line for each row whose seal is new, changed or withdrawn.
    Files are replaced in one step each, so that an interrupted run leaves no half-written file.
    Raises TwoRoomsError, and writes nothing, while a rule other than the seals is broken.
    """
    root = Path(root).resolve()
    broken = [problem for problem in check(root) if problem.rule != SEAL_RULE]
    if broken:
        more = f" (and {len(broken) - 1} more)" if broken[1:] else ""
        raise TwoRoomsError(f"{broken[0]}{more}: nothing was sealed")
    c, _ = _read(root)
    for item in c.package["resources"]:
        file = root / paths.DATA / item["path"]
        if file.exists() and b"\r" in file.read_bytes():
            write_whole(file, file.read_bytes().replace(b"\r\n", b"\n"))
    before = {(row.table, row.key): row.digest for row in evidence.read_table(SEALS, root)[0].itertuples()}
    now = {key: digest for key, (digest, _) in _digests(c).items()}
    text = io.StringIO()
    rows = [(table, key, digest) for (table, key), digest in now.items()]
    pd.DataFrame(rows, columns=["table", "key", "digest"]).to_csv(text, index=False, lineterminator="\n")
    write_whole(root / c.files[SEALS], text.getvalue())

    package = json.loads((root / paths.PACKAGE).read_text(encoding="utf-8"))
    for item in package["resources"]:
        content = (root / paths.DATA / item["path"]).read_bytes()
        item["bytes"], item["hash"] = len(content), _sha256(content)
    write_whole(root / paths.PACKAGE, json.dumps(package, indent=2, ensure_ascii=False) + "\n")
    names = {**c.files, "references": BIB}
    words = []
    for table, key in dict.fromkeys([*now, *before]):
        old, new = before.get((table, key)), now.get((table, key))
        if old != new:
            what = "new" if old is None else "withdrawn" if new is None else "changed"
            words.append(f"{names.get(table, table)}: {key}: {what}")
    return words
