"""What of a collection is searched: every file of a case's folder, cell by cell and row by row, and the pages around the cases."""

from __future__ import annotations

import base64
import csv
import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...case import Case, Metadata, all_cases, load_yaml
from ...derive import HELP
from ...errors import TwoRoomsError
from ...figures import MIME_TYPE
from .. import Problem
from ..passages import LINK, blank, joined
from .finding import KINDS, Known
from .pictures import SUFFIXES as PICTURES
from .pictures import faults_of
from .public import host_of, known_in
from .search import found

RULE = "identifiers"
#: What cannot be read line by line, and has no business in a case's folder.
_CLOSED = {
    ".doc", ".docx", ".docm", ".dot", ".dotx", ".odt", ".ods", ".odp", ".rtf", ".xls", ".xlsx", ".xlsm", ".xlsb", ".ppt", ".pptx",
    ".pdf", ".pages", ".numbers", ".key", ".one", ".msg", ".eml", ".pst", ".zip", ".7z", ".rar", ".tar",
    ".gz", ".tgz", ".bz2", ".xz", ".sav", ".dta", ".rdata", ".rds", ".pkl", ".pickle", ".parquet", ".feather", ".db", ".sqlite",
    ".sqlite3", ".mdb", ".accdb", ".dcm", ".mp3", ".m4a", ".wav", ".ogg", ".aac", ".mp4", ".mov", ".avi", ".mkv", ".webm",
}  # fmt: skip
_EDITORS = re.compile(r"~$|^~\$|^\.~lock\.|^#.*#$|\.(?:swp|swo|bak|orig|tmp|old)$|^\._|^Thumbs\.db$|^desktop\.ini$", re.IGNORECASE)
_EXPECTED = {
    "name": "an invented name, declared under cast in case.yml",
    "place": "no place smaller than a state or region",
    "postcode": "no postcode",
    "date": "'week 3' or a season, not a day or month of a year",
    "age": "'over 89'",
}
_OTHERWISE = "nothing that could be a real person's"
#: Fields of case.yml that name no person of the story: keys, days of review, and what is declared to be innocent.
_UNSEARCHED_FIELDS = {"facts", "cast", "innocent", "authors", "date_reviewed", "next_review", "derived_from", "version"}
#: What Jupyter itself writes into metadata: when a cell ran, and under which name.
_MACHINE_KEYS = {
    "font", "family", "color", "colorway", "hovertemplate", "template", "marker", "line", "id", "execution", "language_info",
    "kernelspec", "nbformat", "nbformat_minor", "bdata", "dtype", "uid", "signature",
}  # fmt: skip
_TAG = re.compile(r"<[^>]*>")
_DIRECTIVE = re.compile(r"^[ \t]*:{3,}(?:\{[^}\n]*\})?|^[ \t]*:[a-z_-]+:(?=[ \t]|$)", re.MULTILINE)
#: What a page of the book links to by its title.
_CITED = re.compile(r"\]\((https?://[^)\s]+)\)")
#: A number too short to be anybody's, or with decimals.
_COUNT = re.compile(r"-?\d{0,4}(?:\.\d*)?(?:e-?\d+)?|-?\d+\.\d+|None|nan", re.IGNORECASE)
_WIDE_TEXT = re.compile(rb"(?:\x00[\x20-\x7e]){4,}")


@dataclass(frozen=True)
class _Piece:
    """A text to search, or a picture. place: of a character, for the message."""

    file: str
    text: str
    place: Callable[[int], str]
    picture: bytes = b""


@dataclass(frozen=True)
class _Innocent:
    """What a case declares: names of its people, and texts that look like identifiers and are none."""

    cast: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


def check(root: Path, cases: list[Case] | None = None) -> list[Problem]:
    """Identifiers of real people in some cases, or in all of them and the pages around them.

    Parameters
    ----------
    root
        The collection's folder.
    cases
        The cases to search; None for the whole collection.
    """
    if cases is None:
        return check(root, all_cases(root)) + around(root)
    known = known_in(root)
    return [problem for case in cases for problem in _case(root, case, known)]


def around(root: Path) -> list[Problem]:
    """Identifiers of real people in the pages around the cases."""
    known, problems = known_in(root), []
    for path in sorted((root / "book").rglob("*")):
        if path.is_file() and path.suffix in (".md", ".csv"):
            cited = _CITED.findall(path.read_text(encoding="utf-8", errors="replace"))
            hosts = known.hosts | set(map(host_of, cited))
            problems += _searched(_of_file(root, path), _Innocent(), replace(known, hosts=hosts), set())
    return problems


def _case(root: Path, case: Case, known: Known) -> Iterator[Problem]:
    try:
        meta = case.metadata
    except TwoRoomsError:
        return  # structure.py reports it; without its cast every name would be told of
    innocent = _declared(meta)
    copied = case.folder / "upstream"
    try:
        original = _declared(load_yaml(copied / "case.yml", Metadata)) if copied.is_dir() else innocent
    except TwoRoomsError:
        original = innocent
    # A copy renames people; the original beside it keeps the names it declared.
    both = _Innocent(innocent.cast + original.cast, innocent.allowed + original.allowed)
    used: set[str] = set()
    for path in sorted(path for path in case.folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        declared = both if copied in path.parents else innocent
        yield from _names_of_file(root, case, path, declared, known, used)
        if _EDITORS.search(path.name) or path.suffix.lower() in _CLOSED:
            name = path.relative_to(root).as_posix()
            what = "was left by a program" if _EDITORS.search(path.name) else "cannot be searched for identifiers"
            yield Problem(name, "", what, "a folder without it: take it out", RULE)
        yield from _searched(_of_file(root, path), declared, known, used)
    where = (case.folder / "case.yml").relative_to(root).as_posix()
    for number, entry in enumerate(meta.innocent, 1):
        if entry.text not in used:
            yield Problem(
                where, f"innocent.{number}", f"{entry.text!r} excuses nothing in the case", "an entry that is needed, or none", RULE
            )


def _declared(meta: Metadata) -> _Innocent:
    return _Innocent((*meta.cast, *(author.name for author in meta.authors)), tuple(entry.text for entry in meta.innocent))


def _searched(pieces: Iterator[_Piece], innocent: _Innocent, known: Known, used: set[str]) -> Iterator[Problem]:
    # Once a file, where it first stands: the same name is taken out at one go.
    told: dict[tuple[str, str], tuple[str, str, int]] = {}
    shown: dict[tuple[str, str], str] = {}
    for piece in pieces:
        for fault, expected in faults_of(piece.picture) if piece.picture else ():
            excuse = next((text for text in innocent.allowed if Path(piece.file).name == text), None)
            if excuse is None:
                yield Problem(piece.file, piece.place(0), fault, expected, RULE)
            else:
                used.add(excuse)
        for finding in found(piece.text, cast=innocent.cast, known=known):
            excuse = next((text for text in innocent.allowed if finding.text in text), None)
            if excuse is not None:
                used.add(excuse)
                continue
            key = (finding.kind, finding.text)
            first = told.get(key, (piece.file, piece.place(finding.start), 0))
            told[key] = (*first[:2], first[2] + 1)
            shown[key] = finding.shown()
    for (kind, text), (file, place, times) in told.items():
        more = f", {times} times in this file" if times > 1 else ""
        yield Problem(file, place, f"{shown[kind, text]} looks like {KINDS[kind]}{more}", _EXPECTED.get(kind, _OTHERWISE), RULE)


def _names_of_file(root: Path, case: Case, path: Path, innocent: _Innocent, known: Known, used: set[str]) -> Iterator[Problem]:
    """Identifiers in the names of a file and of the folders that hold it, inside the case's own."""
    for part in path.relative_to(case.folder).parts:
        spaced = re.sub(r"[_+.-]+", " ", Path(part).stem)
        forms = {part, spaced, re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)", " ", spaced)}
        texts = (_Piece(path.relative_to(root).as_posix(), form, lambda at: "its name") for form in sorted(forms))
        first = next(_searched(texts, innocent, known, used), None)
        if first is not None:
            yield first


def _of_file(root: Path, path: Path) -> Iterator[_Piece]:
    name = path.relative_to(root).as_posix()
    content = path.read_bytes()
    if path.suffix.lower() in PICTURES:
        yield _Piece(name, "", lambda at: "", content)
        return
    if path.name == ".DS_Store":
        # It keeps the names of files that stood here, two bytes a letter.
        names = "\n".join(run.decode("utf-16-be") for run in _WIDE_TEXT.findall(content))
        yield _Piece(name, names, lambda at: "")
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\0" in content:
            return
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        return
    if path.suffix == ".ipynb":
        yield from _of_notebook(name, text)
    elif path.suffix in (".csv", ".tsv"):
        yield from _of_table(name, text, "\t" if path.suffix == ".tsv" else ",")
    else:
        if path.name == "case.yml":
            text = _without_fields(text)
        elif path.suffix == ".md":
            text = _markdown(text)
        yield _Piece(name, text, lambda at: str(text.count("\n", 0, at) + 1))


def _of_notebook(name: str, text: str) -> Iterator[_Piece]:
    try:
        notebook = json.loads(text)
        cells = notebook["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        if name.endswith("/case.ipynb"):
            return  # structure.py reports it
        yield _Piece(name, text, lambda at: str(text.count("\n", 0, at) + 1))
        return
    yield _of_values(name, "the notebook's metadata", {key: value for key, value in notebook.items() if key != "cells"})
    for number, cell in enumerate(cells if isinstance(cells, list) else (), 1):
        if not isinstance(cell, dict):
            continue
        source = joined(cell.get("source", ""))
        source = _markdown(source) if cell.get("cell_type") == "markdown" else source
        yield _Piece(name, source, lambda at, source=source, number=number: f"cell {number}, line {source.count(chr(10), 0, at) + 1}")
        yield _of_values(name, f"cell {number}, metadata", cell.get("metadata", {}))
        for attached, bundle in (cell.get("attachments") or {}).items():
            yield _of_values(name, f"cell {number}, attachment", attached)
            yield from _of_bundle(name, f"cell {number}, attachment {attached}", bundle)
        for output in cell.get("outputs", ()):
            where = f"cell {number}, output"
            if "text" in output:
                yield _of_values(name, where, joined(output["text"]))
            if output.get("output_type") == "error":
                yield _of_values(name, where, [output.get("evalue", ""), *output.get("traceback", ())])
            yield _of_values(name, where, output.get("metadata", {}))
            yield from _of_bundle(name, where, output.get("data") or {})


def _of_bundle(name: str, where: str, bundle: dict[str, Any]) -> Iterator[_Piece]:
    for kind, value in bundle.items():
        if kind.startswith("image/") and kind != "image/svg+xml":
            try:
                pictured = base64.b64decode(joined(value))
            except ValueError:
                continue
            yield _Piece(name, "", lambda at, where=where: where, pictured)
        elif kind == "text/html" and MIME_TYPE in bundle:
            continue  # the same caption and table again
        elif kind in ("text/html", "image/svg+xml"):
            text = html.unescape(
                _TAG.sub(
                    lambda tag: "\n" if tag.group().startswith(("</tr", "</p", "<br", "</li", "</th", "</td", "</text")) else " ",
                    joined(value),
                )
            )
            yield _Piece(name, text, lambda at, where=where: where)
        else:
            yield _of_values(name, where, joined(value) if isinstance(value, (str, list)) else value)


def _of_values(name: str, where: str, value: Any) -> _Piece:
    text = "\n".join(_strings(value))
    return _Piece(name, text, lambda at: where)


def _strings(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        columns, rows = value.get("columns"), value.get("rows")
        if isinstance(columns, list) and isinstance(rows, list):
            yield from _rows([str(column) for column in columns], [row for row in rows if isinstance(row, list)])
            value = {name: part for name, part in value.items() if name not in ("columns", "rows")}
        for name, part in value.items():
            if name not in _MACHINE_KEYS:
                yield from _strings(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part, key)
    elif isinstance(value, str):
        yield f"{key}: {value}" if key and len(value) < 40 else value


def _of_table(name: str, text: str, separator: str) -> Iterator[_Piece]:
    """A table as lines "column: value", so that a heading such as "mrn" or "dob" says what its numbers are."""
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=separator))
    except csv.Error:
        rows = []
    if not rows:
        yield _Piece(name, text, lambda at: str(text.count("\n", 0, at) + 1))
        return
    written = "\n".join([" ".join(rows[0]), *_rows(rows[0], rows[1:])])
    yield _Piece(name, written, lambda at: f"row {written.count(chr(10), 0, at) + 1}")


def _rows(columns: list[str], rows: list[list[Any]]) -> Iterator[str]:
    heads = [re.sub(r"[_-]+", " ", column) for column in columns]
    for row in rows:
        cells = ((heads[place] if place < len(heads) else "", str(cell)) for place, cell in enumerate(row) if not isinstance(cell, bool))
        yield " | ".join(f"{head}: {cell}" for head, cell in cells if not _COUNT.fullmatch(cell) or "age" in head.lower().split()).replace(
            "\n", " "
        )


def _markdown(text: str) -> str:
    """Without what is compared with the tables already, names of directives and targets inside the book; positions stay.

    A sign of section stands where a finding was cited, so that the sentence is known to speak of what is published.
    """
    # The help lines are compared with their table by another rule.
    text = HELP.sub(blank, text)
    text = LINK.sub(
        lambda link: "§" + blank(link)[1:] if link[2] in ("fact", "figure") else f"[{link[1]}]{' ' * (len(link[0]) - len(link[1]) - 2)}",
        text,
    )
    return _DIRECTIVE.sub(blank, text)


def _without_fields(text: str) -> str:
    """The text of a case.yml with the fields blanked that name nobody of the story."""
    kept, searched = [], True
    for line in text.split("\n"):
        if line[:1] not in ("", " ", "#", "-", "\t"):
            searched = line.partition(":")[0] not in _UNSEARCHED_FIELDS
        kept.append(line if searched else "")
    return "\n".join(kept)
