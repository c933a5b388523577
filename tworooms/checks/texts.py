"""Every text of the collection with its place: not the prose alone, also code, figures, tables and metadata.

What a fork publishes is more than its prose: a comment, a cell of a CSV file or the label of a trace is read by whoever opens
the repository, and by search engines. Rules about numbers and style read `passages`; rules that protect people read this.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from ..case import Case, read_text
from ..errors import TwoRoomsError
from ..figures import MIME_TYPE
from .passages import Passage, blank, said_of

#: Stands in a text where something else begins: the next row of a table, the next value, the next statement.
BREAK = "\f"
#: A fork keeps its original there; what is wrong in it is told of the original.
_NOT_READ = {"upstream", "__pycache__", ".ipynb_checkpoints"}
_TABLES = {".csv": ",", ".tsv": "\t"}
_WRITTEN = {".md", ".txt", ".html", ".svg", ".json"}
#: Tables of which pages show cells, and the columns no page shows: the maintainers' trail and keys into other tables.
_SHOWN_TABLES = ("evidence/facts.csv", "evidence/series.csv", "evidence/claims.csv", "evidence/disputes.csv", "glossary.csv")
_TRAIL = {"locator", "check", "check_url", "provenance", "second_reading", "source_key", "source_keys", "sources"}


def texts_around(root: Path) -> Iterator[Passage]:
    """Every text of the pages around the cases, and of the tables that they show; as `texts_of_case` gives it."""
    for page in sorted((root / "book").glob("*.md")):
        yield from _whole(root, page, None)
    for name in _SHOWN_TABLES:
        yield from _whole(root, root / "data" / name, None)


def texts_of_case(root: Path, case: Case) -> Iterator[Passage]:
    """Every text of a case.

    The text of a passage has the lines of its file or cell, with blanks where nothing is said, and `BREAK` where two things meet.
    What cannot be read is left to the structure rules.
    """
    for path in sorted(case.folder.rglob("*")):
        if path.is_file() and not _NOT_READ & set(path.relative_to(case.folder).parts):
            if path == case.notebook_path:
                yield from _notebook(root, case)
            else:
                yield from _whole(root, path, case)


def _whole(root: Path, path: Path, case: Case | None) -> Iterator[Passage]:
    kind = path.suffix.lower()
    if kind not in {*_TABLES, *_WRITTEN, ".py", ".yml", ".yaml"}:
        return
    try:
        text = read_text(path, "text")
    except TwoRoomsError:
        return
    if kind in _TABLES:
        text = _cells(text, _TABLES[kind])
    elif kind == ".py":
        text = said_in_code(text)
    elif kind in (".yml", ".yaml"):
        text = _values(text)
    yield Passage(path.relative_to(root).as_posix(), "", text, case)


def _notebook(root: Path, case: Case) -> Iterator[Passage]:
    file = case.notebook_path.relative_to(root).as_posix()
    try:
        cells = case.notebook.cells
    except TwoRoomsError:
        return
    for number, cell in enumerate(cells, 1):
        text = said_in_code(cell.source) if cell.cell_type == "code" else cell.source
        yield Passage(file, f"cell {number}", text, case)
        for output in cell.get("outputs", ()):
            for what, said in _output(output):
                yield Passage(file, f"cell {number}, {what}", said, case)


def _output(output: NotebookNode) -> Iterator[tuple[str, str]]:
    data = output.get("data", {})
    if MIME_TYPE not in data:
        texts = [output.get("text", ""), *(value for kind, value in data.items() if kind.startswith("text/"))]
        yield "output", f"\n{BREAK}".join("".join(text) for text in texts)
        return
    stored = data[MIME_TYPE] if isinstance(data[MIME_TYPE], dict) else {}
    try:
        about = said_of(stored) or {}
    except TwoRoomsError:
        about = {}  # notebooks.py reports it
    name = about.get("name")
    for part in ("caption", "alt", "cannot_show"):
        yield f"{part} of {name}", str(about.get(part, ""))
    # One line a row, as the page shows it.
    table = about.get("table") if isinstance(about.get("table"), dict) else {}
    rows = [table.get("columns", ()), *table.get("rows", ())]
    yield f"table of {name}", f"{BREAK}\n".join(", ".join(map(str, row)) for row in rows if isinstance(row, (list, tuple)))
    drawn = {key: part for key, part in stored.items() if key != "layout"}
    layout = stored.get("layout")
    drawn["layout"] = {key: part for key, part in layout.items() if key not in ("meta", "template")} if isinstance(layout, dict) else {}
    yield f"drawing of {name}", BREAK.join(dict.fromkeys(_strings(drawn)))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list, tuple)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def said_in_code(source: str) -> str:
    """Comments and strings of Python source, each where it stands; everything when the source cannot be taken apart."""
    lines = [list(re.sub(r"[^\n]", " ", line)) for line in source.split("\n")]
    ends = []
    # A cell whose magic hands it to another language.
    if source.lstrip().startswith("%%"):
        return source
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                _put(lines, token.start, re.sub(r"^#+", lambda signs: " " * len(signs.group()), token.string))
            elif token.type == tokenize.STRING:
                _put(lines, token.start, _UNQUOTED.sub(lambda quotes: " " * len(quotes.group()), token.string))
            elif token.type == _PIECE:
                _put(lines, token.start, token.string)
            elif token.type == tokenize.NEWLINE:
                ends.append(token.start[0] - 1)
    except (tokenize.TokenError, SyntaxError, IndexError):
        return source
    for row in ends:
        lines[row].append(BREAK)
    return "\n".join(map("".join, lines))


_UNQUOTED = re.compile(r"^[A-Za-z]{0,2}(?:\"{3}|'{3}|[\"'])|(?:\"{3}|'{3}|[\"'])$")
#: From Python 3.12 on an f-string comes in pieces.
_PIECE = getattr(tokenize, "FSTRING_MIDDLE", -1)


def _put(lines: list[list[str]], start: tuple[int, int], text: str) -> None:
    row, column = start
    for number, part in enumerate(text.split("\n")):
        at = column if number == 0 else 0
        lines[row - 1 + number][at : at + len(part)] = part


_CELL = r'("(?:[^"]|"")*"|[^{0}\n]*)({0}|\r?\n|\Z)'


def _cells(text: str, delimiter: str) -> str:
    """A table's text with a break where a row ends, without columns that no page shows."""
    names, column, row, parts, at = [], 0, 0, [], 0
    for cell in re.compile(_CELL.format(delimiter)).finditer(text):
        if at == len(text):
            break
        said, end = cell.groups()
        at = cell.end()
        if row == 0:
            names.append(said.strip('"'))
        hidden = column < len(names) and names[column] in _TRAIL
        parts.append(re.sub(r"[^\n]", " ", said) if hidden else said.replace('"', " "))
        parts.append(end if end == delimiter else f"{BREAK}\n")
        column, row = (column + 1, row) if end == delimiter else (0, row + 1)
    return "".join(parts)


_KEY = re.compile(r"^([ \t]*(?:- +)*)([\w-]+:(?=\s)|- |- *$)", re.MULTILINE)


#: What a case allows itself is quoted there from where it stands.
_ALLOWANCES = re.compile(r"^safety_allowed:.*\n(?:[ \t-].*\n?|\n)*", re.MULTILINE)


def _values(text: str) -> str:
    """A YAML file's text without its keys, with a break before each value."""
    text = _ALLOWANCES.sub(blank, text)
    return _KEY.sub(lambda key: BREAK + " " * (len(key.group()) - 1), text)
