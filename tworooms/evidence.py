"""The evidence tables: facts, series, disputes, claims, references, help lines, kinetic parameters.

Columns, types, vocabularies and keys are declared once, in `data/datapackage.json`; this module reads
the tables by that declaration and refuses, in one line, a table that departs from it.
Columns kept for maintainers (how a row was read) stay in the files: no function for readers returns them.

Every function takes `root`, the collection's folder; left out, it is the one `paths.root()` finds.
Tables are read once and again only when a file's size or time of change differs.
"""

import csv
import difflib
import functools
import json
import math
import re
import stat
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pandas as pd

from tworooms import paths
from tworooms.errors import TwoRoomsError

BIBLIOGRAPHY = "evidence/references.bib"
FACT_ID = re.compile(r"(?<![\w/-])(?:clinic|home|harms|ethics|pharm)-[a-z0-9]+(?:-[a-z0-9]+)+(?![\w-])")
"""A fact id inside running text."""

#: Columns that stay in the collection; a copy of the tables for readers has none of them.
_MAINTAINERS = {
    "facts": ("check_url", "provenance"),
    "unconfirmed": ("check_url",),
    "claims": ("sources",),
    "pk_parameters": ("check_url",),
    "help_lines": ("check_url",),
}
_ROOMS = {"supervised-clinic": "clinic", "remote-supervised-home": "remote", "unsupervised": "alone"}
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,30}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMERIC = ("number", "integer")


class UnknownFact(TwoRoomsError):
    """A fact id that is not in facts.csv. `near` holds up to three ids that look like it."""

    def __init__(self, fact_id: str, near: list[str], unconfirmed: bool = False):
        """Say which id is unknown and which ones are near."""
        self.fact_id, self.near = fact_id, near
        what = "is not a fact id of this table"
        if unconfirmed:
            what = "stands in unconfirmed.csv, which is not for citing"
        hint = "one of " + ", ".join(near) if near else "an id from its first column"
        super().__init__(f"{paths.EVIDENCE}/facts.csv: '{fact_id}' {what}; expected {hint}")


class Fault(NamedTuple):
    """A cell, row or file that departs from the declaration.

    file: path from the collection's folder. place: row number in the file ("" for the whole file).
    """

    file: str
    place: str
    message: str
    expected: str

    def error(self) -> TwoRoomsError:
        """Return the fault as the error a user sees; the error keeps it as `fault`."""
        where = f"{self.file}:{self.place}" if self.place else self.file
        error = TwoRoomsError(f"{where}: {self.message}; expected {self.expected}")
        error.fault = self
        return error


# The declaration ------------------------------------------------------------------------------------

_cache: dict[tuple[str, Path], tuple[tuple, Any]] = {}


def _cached(kind: str, path: Path, others: tuple[Path, ...], make):
    """Return make(), remembered until one of the files changes its size or time."""
    stamp = []
    for file in (path, *others):
        try:
            info = file.stat()
        except OSError:
            raise Fault(
                _short(file), "", "the file is missing", "it beside the other tables"
            ).error() from None
        if not stat.S_ISREG(info.st_mode):
            raise Fault(_short(file), "", "is no ordinary file", "it beside the other tables").error()
        stamp.append((info.st_mtime_ns, info.st_size))
    kept = _cache.get((kind, path))
    if kept is None or kept[0] != tuple(stamp):
        kept = _cache[kind, path] = (tuple(stamp), make())
    return kept[1]


def _short(file: Path) -> str:
    """Return the part of a path from the collection's data folder on."""
    parts = file.parts
    last = max((i for i, part in enumerate(parts) if part == paths.DATA), default=0)
    return "/".join(parts[last:])


def _home(root: str | Path | None) -> Path:
    return paths.root() if root is None else Path(root).resolve()


def package(root: str | Path | None = None) -> dict:
    """Return the data package (`data/datapackage.json`) as a dictionary; not to be changed.

    Raises TwoRoomsError when the file is missing or no JSON.
    """
    file = _home(root) / paths.PACKAGE

    def read():
        try:
            declared = json.loads(file.read_text(encoding="utf-8"))
            # Escapes can give halves of characters, which no file can hold again: a UnicodeError, and so a ValueError.
            json.dumps(declared, ensure_ascii=False).encode()
        except (OSError, RecursionError, ValueError) as error:
            place = str(getattr(error, "lineno", ""))
            raise Fault(
                paths.PACKAGE, place, "not readable as JSON", "a Frictionless Data Package"
            ).error() from None
        wrong = _misdeclared(declared)
        if wrong:
            raise Fault(paths.PACKAGE, "", wrong, "a Frictionless Data Package").error()
        return declared

    return _cached("package", file, (), read)


def _misdeclared(package: Any) -> str:
    """Return what in a data package no table could be read by, or nothing."""
    if not isinstance(package, dict) or not isinstance(package.get("resources"), list):
        return "there is no list of resources"
    for table in package["resources"]:
        if not isinstance(table, dict) or not all(table.get(k) and isinstance(table[k], str) for k in ("name", "path")):
            return "a resource lacks its name or its path"
        name, place = table["name"], PurePosixPath(table["path"])
        if place.is_absolute() or ".." in place.parts or re.search(r"[\\:\0]", table["path"]):
            return f"the path of resource '{name}' leads out of {paths.DATA}/"
        if "schema" not in table:
            continue
        schema = table["schema"]
        fields = schema.get("fields") if isinstance(schema, dict) else None
        if not isinstance(fields, list) or not fields:
            return f"the schema of resource '{name}' has no fields"
        for spec in fields:
            if not isinstance(spec, dict) or not all(isinstance(spec.get(k), str) for k in ("name", "type")):
                return f"a field of resource '{name}' lacks its name or its type"
            if wrong := _misruled(spec):
                return f"field '{spec['name']}' of resource '{name}': {wrong}"
        names = [spec["name"] for spec in fields]
        keys = schema.get("primaryKey") or []
        keys = [keys] if isinstance(keys, str) else keys
        if not isinstance(keys, list) or not all(isinstance(key, str) and key in names for key in keys):
            return f"the primary key of resource '{name}' is none of its fields"
    return ""


def _misruled(spec: dict) -> str:
    """Return what in the constraints of a field no cell could be held to, or nothing."""
    rules = spec.get("constraints", {})
    if not isinstance(rules, dict):
        return "its constraints are no object"
    bound = (int, float) if spec["type"] in _NUMERIC else str
    kinds = {"enum": list, "maxLength": int, "minimum": bound, "maximum": bound, "pattern": str}
    for rule, kind in kinds.items():
        if rule in rules and (not isinstance(rules[rule], kind) or isinstance(rules[rule], bool)):
            return f"its {rule} is of another kind"
    if not all(isinstance(word, str) for word in rules.get("enum", ())):
        return "its enum holds what is no text"
    try:
        _pattern(rules.get("pattern", ""))
    except (re.error, OverflowError, RecursionError):
        return "its pattern is no regular expression"
    return ""


def resource(name: str, root: str | Path | None = None) -> dict:
    """Return the declaration of one table of the data package, by its name ("facts").

    Raises TwoRoomsError when the package has no such table.
    """
    found = {r.get("name"): r for r in package(root).get("resources", [])}
    if "schema" not in found.get(name, ()):
        raise Fault(
            paths.PACKAGE, "", f"no resource '{name}'", "one of " + ", ".join(map(str, found))
        ).error()
    return found[name]


def for_readers(name: str, root: str | Path | None = None) -> pd.DataFrame:
    """Return one table as text without the columns kept for maintainers, to be given away.

    Raises TwoRoomsError at the first departure from the declaration.
    """
    return raw(name, root).drop(columns=list(_MAINTAINERS.get(name, ())))


def row_key(name: str, row: dict[str, str], declared: dict) -> str:
    """Return the words that name a row of the table `name`: its primary key, or what serves as one."""
    columns = declared["schema"].get("primaryKey") or list(row)[:4]
    columns = [columns] if isinstance(columns, str) else columns
    return " / ".join(row[c] for c in columns if row.get(c))


# Reading one table ----------------------------------------------------------------------------------


def _expected(spec: dict) -> str:
    """Return in words what a column takes."""
    rules = spec.get("constraints", {})
    empty = "" if rules.get("required") else " or an empty cell"
    if "enum" in rules:
        return "one of " + ", ".join(rules["enum"]) + empty
    if rules.get("maxLength") == 0:
        return "an empty cell"
    if spec["type"] in _NUMERIC:
        kind = "a number" if spec["type"] == "number" else "a whole number"
        low, high = rules.get("minimum"), rules.get("maximum")
        between = f" from {low}" if low is not None else ""
        between += f" up to {high}" if high is not None else ""
        return kind + between + empty
    if spec["type"] == "date":
        low = f", {rules['minimum']} or later" if "minimum" in rules else ""
        return f"a date such as {spec.get('example', '2026-11-21')}{low}" + empty
    if "pattern" in rules:
        return f"text such as {spec.get('example', rules['pattern'])}" + empty
    if "maxLength" in rules:
        return f"at most {rules['maxLength']} characters"
    return "some text"


def _cell_fault(text: str, spec: dict) -> str:
    """Return what is wrong with one cell, or nothing."""
    rules = spec.get("constraints", {})
    if text != text.strip():
        return f"'{text}' has blanks at an end"
    if "\n" in text or "\r" in text:
        return "the cell holds a line break"
    if not text:
        return "the cell is empty" if rules.get("required") else ""
    if spec["type"] in _NUMERIC:
        whole = spec["type"] == "integer"
        if not (_WHOLE if whole else _NUMBER).fullmatch(text):
            return f"'{text}' is not a {'whole ' if whole else ''}number"
        if not math.isfinite(float(text)) or not rules.get("minimum", float("-inf")) <= float(text) <= rules.get("maximum", float("inf")):
            return f"{text} is out of range"
    if spec["type"] == "date":
        try:
            date.fromisoformat(text)
        except ValueError:
            return f"'{text}' is not a date"
        if not _DAY.fullmatch(text) or text < rules.get("minimum", ""):
            return f"{text} is out of range"
    if "enum" in rules and text not in rules["enum"]:
        return f"'{text}' is not in the vocabulary"
    if "maxLength" in rules and len(text) > rules["maxLength"]:
        return f"{len(text)} characters are too many"
    if "pattern" in rules and not _pattern(rules["pattern"]).fullmatch(text):
        return f"'{text}' is not of the right form"
    return ""


@functools.cache
def _pattern(text: str) -> re.Pattern:
    return re.compile(text)


def read_table(name: str, root: str | Path | None = None) -> tuple[pd.DataFrame, list[Fault]]:
    """Read one table as text and list everything in it that departs from its declaration.

    name: the table's name in the data package, "facts" for instance.
    Returns the table (every column str, "" for an empty cell, the index being row numbers in the file)
    and the faults. A file that cannot be read, or whose header is wrong, gives an empty table.
    """
    home = _home(root)
    declared = resource(name, home)
    path = home / paths.DATA / declared["path"]
    file = f"{paths.DATA}/{declared['path']}"
    specs = declared["schema"]["fields"]
    columns = [spec["name"] for spec in specs]
    empty = pd.DataFrame(columns=columns, dtype=str)
    if not path.is_file():
        return empty, [Fault(file, "", "the file is missing", "it beside the other tables")]
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = next(reader, [])
            start, lines = reader.line_num + 1, []
            for cells in reader:
                lines.append((start, cells))
                start = reader.line_num + 1
    except OSError:
        return empty, [Fault(file, "", "the file is missing", "it beside the other tables")]
    except UnicodeDecodeError:
        return empty, [Fault(file, "", "the file is not UTF-8 text", "a table saved as UTF-8")]
    except csv.Error as error:
        return empty, [
            Fault(file, str(reader.line_num), f"not readable as CSV ({error})", "one record a line")
        ]
    if header != columns:
        return empty, [Fault(file, "1", *_header_fault(header, columns))]

    faults, rows, numbers, seen = [], [], [], {}
    for number, cells in lines:
        if len(cells) != len(columns):
            key = cells[0] if cells else ""
            faults.append(
                Fault(
                    file,
                    str(number),
                    f"row '{key}' has {len(cells)} cells",
                    f"{len(columns)}, one for each column",
                )
            )
            continue
        row = dict(zip(columns, cells, strict=True))
        key = row_key(name, row, declared)
        for spec in specs:
            wrong = _cell_fault(row[spec["name"]], spec)
            if wrong:
                message = f"column '{spec['name']}' of {key}: {wrong}"
                faults.append(Fault(file, str(number), message, _expected(spec)))
        if declared["schema"].get("primaryKey"):
            if key in seen:
                message = f"'{key}' stands already in row {seen[key]}"
                faults.append(Fault(file, str(number), message, "each identifier once"))
            seen.setdefault(key, number)
        rows.append(cells)
        numbers.append(number)
    return pd.DataFrame(rows, columns=columns, index=numbers, dtype=str), faults


def _header_fault(header: list[str], columns: list[str]) -> tuple[str, str]:
    if header and header[0].startswith("\ufeff"):
        return "the file starts with a byte order mark", "UTF-8 without one"
    missing = [c for c in columns if c not in header]
    strange = [c for c in header if c not in columns]
    parts = []
    for names, what in ((missing, "missing"), (strange, "unknown")):
        if names:
            more = f" (and {len(names) - 1} more)" if names[1:] else ""
            parts.append(f"column '{names[0]}' is {what}{more}")
    return " and ".join(parts) or "the columns stand in another order", "the columns " + ",".join(columns)


def raw(name: str, root: str | Path | None = None) -> pd.DataFrame:
    """Return one table as text with every column, those for maintainers included. Not for readers.

    Raises TwoRoomsError at the first departure from the declaration.
    """
    home = _home(root)
    path = home / paths.DATA / resource(name, home)["path"]

    def read():
        table, faults = read_table(name, home)
        if faults:
            raise faults[0].error()
        return table

    return _cached(f"raw {name}", path, (home / paths.PACKAGE,), read).copy(deep=False)


def _typed(name: str, root: str | Path | None) -> pd.DataFrame:
    """Return one table for readers: numbers as float, text as str, maintainers' columns left out."""
    home = _home(root)
    declared = resource(name, home)
    path = home / paths.DATA / declared["path"]

    def make():
        table = raw(name, home).reset_index(drop=True)
        for spec in declared["schema"]["fields"]:
            if spec["type"] in _NUMERIC:
                table[spec["name"]] = pd.to_numeric(table[spec["name"]].replace("", None)).astype(float)
        return table.drop(columns=list(_MAINTAINERS.get(name, ())), errors="ignore")

    return _cached(f"typed {name}", path, (home / paths.PACKAGE,), make).copy(deep=False)


def facts(root: str | Path | None = None) -> pd.DataFrame:
    """Return the verified findings, one a row. Raises TwoRoomsError when the table is at fault."""
    return _typed("facts", root)


def series(root: str | Path | None = None) -> pd.DataFrame:
    """Return the sets of facts that plot together, one a row; always show `note` beside the plot."""
    return _typed("series", root)


def disputes(root: str | Path | None = None) -> pd.DataFrame:
    """Return the questions on which sources disagree, one row a side; `fact_ids` by semicolons."""
    return _typed("disputes", root)


def claims(root: str | Path | None = None) -> pd.DataFrame:
    """Return the paraphrased claims of five web pages with our verdicts, one a row."""
    return _typed("claims", root)


def help_lines(root: str | Path | None = None) -> pd.DataFrame:
    """Return crisis, substance-use and emergency contacts, one a row; print `checked_on` beside them."""
    return _typed("help_lines", root)


def pk_parameters(root: str | Path | None = None) -> pd.DataFrame:
    """Return the published kinetic parameters, one a row, each in the unit of its column `unit`."""
    return _typed("pk_parameters", root)


def glossary(root: str | Path | None = None) -> pd.DataFrame:
    """Return the glossary: columns term, definition and slug (the name used in `term:` links)."""
    table = _typed("glossary", root)
    return table.assign(slug=[slug(term) for term in table.term])


def slug(term: str) -> str:
    """Return the name of a glossary term in a link: lower case, hyphens for blanks, no apostrophes."""
    return re.sub(r"[^a-z0-9]+", "-", term.lower().replace("'", "")).strip("-")


def list_cell(cell: str) -> list[str]:
    """Return the items of a cell that holds a list separated by semicolons."""
    return [item.strip() for item in cell.split(";") if item.strip()]


def points(series_id: str, root: str | Path | None = None) -> pd.DataFrame:
    """Return the facts of one series, ordered by x where it has one; a missing x is a gap, not a zero.

    Raises TwoRoomsError for an unknown series.
    """
    known = list(series(root).series_id)
    if series_id not in known:
        near = _near(series_id, known)
        hint = "one of " + ", ".join(near) if near else "an id from its first column"
        raise Fault(f"{paths.EVIDENCE}/series.csv", "", f"no series '{series_id}'", hint).error()
    table = facts(root)
    return table[table.series_id == series_id].sort_values("x", kind="stable").reset_index(drop=True)


def setting_room(setting: str) -> str | None:
    """Return "clinic", "remote" or "alone" for a setting of facts.csv; None for one that is no room."""
    return _ROOMS.get(setting)


# References -----------------------------------------------------------------------------------------


_NOT_FOR_READERS = frozenset(
    [
        "120ty.net",
        "530805.nyhckvksx.asia",
        "api-pubmed-ncbi.laibokeji.com",
        "bluelight.org",
        "booksci.cn",
        "collector.com.tr",
        "dev.funandflip.com",
        "develop-sr3snxi-tt7lcx6s5gdv4.us-4.platformsh.site",
        "gatsbygreenlight.com",
        "mdedge9-ma1.mdedge.com",
        "medrxiv.stage.highwire.org",
        "melakarnets.com",
        "mrcolemansclass.com",
        "mta-sts.analysisgroup.com",
        "prod.news.stv.tv",
        "regolse.blogspot.com",
        "staging.scite.ai",
    ]
)


@dataclass(frozen=True)
class Reference:
    """One cited work.

    authors: as one text, at most six named. container: journal, institution or publisher.
    label: short form for running text, "Lii et al. 2023". title_is_descriptive: the title is ours,
    because the work's own was not seen. Missing parts are "".
    """

    key: str
    authors: str
    year: str
    title: str
    container: str
    doi: str
    url: str
    label: str
    title_is_descriptive: bool = False

    @property
    def href(self) -> str:
        """The address readers are sent to: the DOI, else the recorded address, else "".

        Addresses of forums, staging hosts and unnamed copies are left out: they were good enough to
        check a figure on, not to send a reader to.
        """
        if self.doi:
            return f"https://doi.org/{self.doi}"
        host = urlsplit(self.url).hostname or ""
        return "" if host.removeprefix("www.") in _NOT_FOR_READERS else self.url


def bib_entries(root: str | Path | None = None) -> list[tuple[str, str, dict[str, str], int]]:
    """Return the entries of references.bib: type, key, fields as written, line number.

    Raises TwoRoomsError when the file is missing or cannot be parsed.
    """
    home = _home(root)
    path = home / paths.DATA / BIBLIOGRAPHY
    return _cached("bib", path, (), lambda: _parse_bib(path))


def _parse_bib(path: Path) -> list[tuple[str, str, dict[str, str], int]]:
    from pybtex.database.input.bibtex import LowLevelParser
    from pybtex.scanner import PybtexSyntaxError

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Fault(_short(path), "", "the file is not UTF-8 text", "a bibliography saved as UTF-8").error() from None
    lines: dict[str, list[int]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if found := re.match(r"@\w+\{([^,\s]+),", line):
            lines.setdefault(found[1], []).append(number)
    entries = []
    try:
        # Only the syntax is read here: splitting every author of every work takes ten times as long.
        for kind, (key, parts) in LowLevelParser(text):
            fields = {name.lower(): "".join(values) for name, values in parts}
            where = lines.get(key) or [0]
            entries.append((kind.lower(), key, fields, where.pop(0) if where[1:] else where[0]))
    except (PybtexSyntaxError, ValueError) as error:
        place = str(getattr(error, "lineno", "") or "")
        raise Fault(
            _short(path), place, "not readable as BibTeX", "entries @type{key, field = {text}}"
        ).error() from None
    return entries


def _plain(text: str) -> str:
    """Return BibTeX text as a reader sees it."""
    if not re.search(r"[\\{}~`]|--", text):
        return text
    from pybtex.richtext import Text

    words = str(Text.from_latex(text)).replace("\u00a0", " ").replace("``", "“").replace("''", "”")
    words = re.sub(r"`([^`']*)'", r"‘\1’", words)
    return " ".join(words.split())


def _names(text: str) -> list[tuple[str, str]]:
    """Return (family name, initials) of each author; ("others", "") for an open list."""
    from pybtex.database import Person
    from pybtex.database.input.bibtex import split_name_list

    names = []
    for name in split_name_list(text):
        person = Person(name)
        family = _plain(" ".join(person.prelast_names + person.last_names))
        given = [_plain(n) for n in person.first_names + person.middle_names]
        names.append((family, "".join(part[0] for n in given for part in n.split("-") if part)))
    return names


def _shortened(text: str, words: int = 8) -> str:
    """Return the first words of a long name or title, not ending in a small one."""
    kept = text.split()
    if len(kept) <= words:
        return text
    kept = kept[:words]
    while kept[1:] and (len(kept[-1]) < 4 and kept[-1].islower() or kept[-1] in {"with", "from", "among"}):
        kept.pop()
    return " ".join(kept).rstrip(",:;") + "…"


_NO_TITLE = re.compile(r"^\[Title not [^\]]*\]\s*|\(descriptive title[^()]*\)$", re.I)


def _reference(kind: str, key: str, fields: dict[str, str]) -> Reference:
    title = _plain(fields.get("title", ""))
    marked = title.startswith("[") or "descriptive title" in title.lower()
    described = marked or "descriptive title" in fields.get("note", "").lower()
    title = _NO_TITLE.sub("", title).strip()
    if title.startswith("[") and title.endswith("]"):
        title = title[1:-1]
    year = _plain(fields.get("year", ""))
    names = _names(fields.get("author") or fields.get("editor") or "")
    people = [(family, initials) for family, initials in names if family != "others"]
    shown = [f"{family} {initials}".strip() for family, initials in people[:6]]
    if len(people) > 6 or len(people) < len(names):
        shown.append("et al.")
    authors = ", ".join(shown)
    if not authors:
        authors = _plain(fields.get("organization") or fields.get("institution") or "")
    if len(names) > 2 and people:
        who = f"{people[0][0]} et al."
    elif len(people) == 2:
        who = f"{people[0][0]} and {people[1][0]}" if len(names) == 2 else f"{people[0][0]} et al."
    elif people:
        who = people[0][0] + (" et al." if len(names) > 1 else "")
    else:
        who = authors or title
    if fields.get("author", "{").startswith("{"):
        who = _shortened(who)
    container = ""
    for name in (
        "journal",
        "booktitle",
        "institution",
        "school",
        "publisher",
        "organization",
        "howpublished",
    ):
        if fields.get(name):
            container = _plain(fields[name])
            break
    return Reference(
        key=key,
        authors=authors,
        year=year,
        title=title,
        container=container,
        doi=fields.get("doi", "").replace("\\", ""),
        url=fields.get("url", "").replace("\\", ""),
        label=f"{who} {year}" if year else f"{who}, undated",
        title_is_descriptive=described,
    )


def reference(key: str, root: str | Path | None = None) -> Reference:
    """Return one work by its key in references.bib. Raises TwoRoomsError for an unknown key."""
    home = _home(root)
    path = home / paths.DATA / BIBLIOGRAPHY
    made = _cached("references", path, (), dict)
    if key not in made:
        entries = {k: (kind, k, fields) for kind, k, fields, _ in bib_entries(home)}
        if key not in entries:
            near = _near(key, list(entries))
            hint = "one of " + ", ".join(near) if near else "a key of that file"
            raise Fault(f"{paths.DATA}/{BIBLIOGRAPHY}", "", f"no entry '{key}'", hint).error()
        made[key] = _readable_reference(*entries[key])
    return made[key]


def _readable_reference(kind: str, key: str, fields: dict[str, str]) -> Reference:
    from pybtex.exceptions import PybtexError

    try:
        made = _reference(kind, key, fields)
        made.href  # noqa: B018 -- an address that is none is refused here
        return made
    except (PybtexError, RecursionError, ValueError, IndexError) as error:
        message = f"entry '{key}' cannot be read ({str(error).partition(chr(10))[0][:100] or type(error).__name__})"
        raise Fault(f"{paths.DATA}/{BIBLIOGRAPHY}", "", message, "braces in pairs, names as BibTeX writes them, an address").error() from None


def references(root: str | Path | None = None) -> pd.DataFrame:
    """Return all works, one a row: the attributes of Reference and `href`."""
    home = _home(root)
    rows = [reference(key, home) for _, key, _, _ in bib_entries(home)]
    return pd.DataFrame([{**vars(r), "href": r.href} for r in rows])


# One fact -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fact:
    """One verified finding; attributes are the columns of facts.csv that readers may see.

    Numbers are float or None, text is "" where nothing is recorded. `recorded` holds the digits of the
    numeric columns exactly as the table has them. `disputes`: ids of the disputed questions that
    cite this fact.
    """

    fact_id: str
    theme: str
    setting: str
    claim: str
    measure: str
    value: float | None
    unit: str
    ci_low: float | None
    ci_high: float | None
    n: float | None
    population: str
    group: str
    comparator: str
    comparator_value: float | None
    series_id: str
    x: float | None
    x_unit: str
    year: float | None
    jurisdiction: str
    source_key: str
    locator: str
    check: str
    caveat: str
    second_reading: str
    disputes: tuple[str, ...] = ()
    recorded: MappingProxyType = field(default_factory=lambda: MappingProxyType({}), repr=False, hash=False)
    root: Path | None = field(default=None, repr=False, compare=False)

    @property
    def id(self) -> str:
        """The fact's id."""
        return self.fact_id

    @property
    def room(self) -> str | None:
        """The room of its setting: "clinic", "remote", "alone" or None."""
        return setting_room(self.setting)

    @property
    def reference(self) -> Reference:
        """The work the fact comes from."""
        return reference(self.source_key, self.root)


def _all_facts(home: Path) -> dict[str, Fact]:
    folder = home / paths.EVIDENCE

    def make():
        numeric = [s["name"] for s in resource("facts", home)["schema"]["fields"] if s["type"] in _NUMERIC]
        cited: dict[str, dict[str, None]] = {}
        for row in raw("disputes", home).itertuples():
            for fact_id in list_cell(row.fact_ids):
                cited.setdefault(fact_id, {})[row.dispute_id] = None
        made = {}
        table = raw("facts", home).drop(columns=list(_MAINTAINERS["facts"]), errors="ignore")
        for row in table.to_dict("records"):
            recorded = MappingProxyType({c: row[c] for c in numeric})
            row.update({c: float(row[c]) if row[c] else None for c in numeric})
            made[row["fact_id"]] = Fact(
                **row, disputes=tuple(cited.get(row["fact_id"], ())), recorded=recorded, root=home
            )
        return made

    return _cached("fact", folder / "facts.csv", (folder / "disputes.csv", home / paths.PACKAGE), make)


def fact(fact_id: str, root: str | Path | None = None) -> Fact:
    """Return one finding by its id. Raises UnknownFact, which suggests ids that look like it."""
    home = _home(root)
    known = _all_facts(home)
    if fact_id in known:
        return known[fact_id]
    unconfirmed = fact_id in set(raw("unconfirmed", home).fact_id)
    raise UnknownFact(fact_id, _near(fact_id, list(known)), unconfirmed)


def _near(word: str, words: list[str]) -> list[str]:
    try:
        from rapidfuzz import fuzz, process
    except ModuleNotFoundError:
        # A notebook given to students brings this module and few others.
        return difflib.get_close_matches(word, words, 3)
    return [
        found for found, _, _ in process.extract(word, words, scorer=fuzz.WRatio, limit=3, score_cutoff=65)
    ]


# A fact in words ------------------------------------------------------------------------------------

_MONEY = {"USD": "US$", "GBP": "£", "AUD": "A$", "USD/QALY": "US$"}
_AFTER = {
    "percent": "%",
    "ratio": "",
    "unitless": "",
    "count": "",
    "calendar year": "",
    "SD units": " SD",
    "min": " minutes",
    "h": " hours",
    "day": " days",
    "week": " weeks",
    "month": " months",
    "year": " years",
    "mile": " miles",
    "QALY": " QALYs",
    "school grade": " school grades",
}
_ONE = {" people": " person", " studies": " study", " school grades": " school grade"} | {
    f" {unit}s": f" {unit}"
    for unit in (
        [
            "percentage point",
            "minute",
            "hour",
            "day",
            "week",
            "month",
            "year",
            "mile",
            "QALY",
            "point",
            "death",
            "report",
            "case",
            "session",
        ]
    )
}
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_LEVEL = re.compile(r"\b(?:interval|limits)\b[^.;]{0,300}?\b(8\d|9\d)(?: percent|%)")


def _digits(text: str, unit: str) -> str:
    """Return a recorded number with a real minus sign and commas between thousands."""
    sign = "−" if text.startswith("-") else ""
    whole, point, rest = text.lstrip("+-").partition(".")
    if unit in _MONEY and len(rest) == 1:
        rest += "0"
    if unit not in ("calendar year", "yyyymmdd") and len(whole) > 3 and whole.isdigit():
        whole = f"{int(whole):,}"
    return f"{sign}{whole}{point}{rest}"


def number_text(text: str, unit: str) -> str:
    """Return a recorded number with its unit as a reader sees it: "−5.82 points", "34.7%", "US$300".

    text: digits as the table has them. unit: a word of the unit vocabulary.
    """
    if not text:
        return ""
    if unit == "yyyymmdd" and re.fullmatch(r"[0-9]{4}(?:0[1-9]|1[0-2])[0-9]{2}", text):
        return f"{int(text[6:8])} {_MONTHS[int(text[4:6]) - 1]} {text[:4]}"
    number = _digits(text, unit)
    if unit in _MONEY:
        sign = "−" if number.startswith("−") else ""
        return sign + _MONEY[unit] + number.lstrip("−") + (" per QALY" if unit == "USD/QALY" else "")
    after = _AFTER.get(unit, f" {unit}")
    return number + (_ONE.get(after, after) if float(text) == 1 else after)


def value_text(fact: Fact) -> str:
    """Return a fact's estimate as a reader sees it: "−5.82 points (95% CI −13.3 to 1.64)".

    Digits are those recorded in the table. "" for a fact without a number.
    """
    recorded = fact.recorded
    text = number_text(recorded["value"], fact.unit)
    low, high = (_digits(recorded[c], fact.unit) if recorded[c] else "" for c in ("ci_low", "ci_high"))
    level = _LEVEL.search(fact.caveat)
    level = level[1] if level else "95"
    if low and high:
        return f"{text} ({level}% CI {low} to {high})"
    if low or high:
        side = "lower" if low else "upper"
        bound = low or high
        same = float(recorded["ci_low"] or recorded["ci_high"]) == fact.value
        return f"{text} ({side} {level}% bound)" if same else f"{text} ({side} {level}% bound {bound})"
    return text


_CHECKED = {
    "full-text": "Read in the full text",
    "abstract": "Read in the abstract",
    "agency-page": "Read on an agency's own page",
    "secondary": "Read in a secondary report, not in the work itself",
}
_SECOND = {
    "confirmed": "confirmed by a second reading",
    "nuanced": "a second reading added limits, which the caveat gives",
    "": "not yet read a second time",
}


def checked_text(fact: Fact) -> str:
    """Return how a fact was read: "Read in the abstract; confirmed by a second reading"."""
    return f"{_CHECKED[fact.check]}; {_SECOND[fact.second_reading]}"
