"""The prose of the collection, piece by piece, each piece with the place a message should name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..case import Case, markdown_cells, read_text
from ..errors import TwoRoomsError
from ..figures import MIME_TYPE

# None of these may look far for an end that never comes, at every place where it could begin.
LINK = re.compile(r"\[([^\]\[]*)\]\((fact|figure|story|term):([^)\s]{0,300})\)")
#: What is not read: the directive's name and the option's, but not a title that stands behind them.
_DIRECTIVE_LINE = re.compile(r"^[ \t]*:{3,}(?:\{[\w-]+\})?|^[ \t]*:[a-z]+:(?=[ \t]|$)", re.MULTILINE)
#: A figure's table where it has none.
NO_TABLE: dict[str, list] = {"columns": [], "rows": []}
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_CODE = re.compile(r"^(`{3,}+|~{3,}+)(?!\s*\{)(?:.*\n){1,120}?\1[`~]*[ \t]*$|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\2(?!`)", re.MULTILINE)
#: Fields of case.yml that stand on a page.
_READ_IN_METADATA = ("title", "dilemma", "abstract", "content_notes", "fiction")
_HELP = re.compile(r"^:{3,}\{help\}.*\n(?:(?!:{3,}).*\n)*:{3,}[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Passage:
    """A piece of prose.

    file: path from the collection's folder. place: cell or item, "" for a whole file. text: Markdown.
    case: the case it belongs to, or None for a page around the cases.
    """

    file: str
    place: str
    text: str
    case: Case | None

    def at(self, position: int) -> str:
        """The place of a character in the text: `cell 4, line 7`, or just the line in a Markdown file."""
        line = self.text.count("\n", 0, position) + 1
        return f"{self.place}, line {line}" if self.place else str(line)

    def prose(self) -> str:
        """The text with directive lines, code and front matter blanked out; positions stay the same."""
        return _without(self.text, _FRONT_MATTER, _HELP, _CODE, _DIRECTIVE_LINE)

    def without_code(self) -> str:
        """The text with code blanked out; positions stay the same."""
        return _without(self.text, _CODE)


def _without(text: str, *patterns: re.Pattern[str]) -> str:
    for pattern in patterns:
        text = pattern.sub(blank, text)
    return text


def blank(match: re.Match[str]) -> str:
    """Blanks and the same line ends in place of what was found, so that places stay where they are."""
    return re.sub(r"[^\n]", " ", match.group())


def joined(text: Any) -> str:
    """A text as notebooks store it, in one piece or by lines."""
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def passages_of_case(root: Path, case: Case) -> Iterator[Passage]:
    """Reading, captions, teaching note and quiz of one case; what is missing or unreadable is left to other rules."""
    try:
        name = case.notebook_path.relative_to(root).as_posix()
        for number, text in markdown_cells(case.notebook):
            yield Passage(name, f"cell {number}", text, case)
        for number, about in figure_notes(case):
            for part in ("caption", "alt", "cannot_show"):
                yield Passage(name, f"cell {number}, {part} of {about.get('name')}", str(about.get(part, "")), case)
    except TwoRoomsError:
        pass
    try:
        yield Passage(case.note_path.relative_to(root).as_posix(), "", read_text(case.note_path, "the teaching note"), case)
    except TwoRoomsError:
        pass
    try:
        where = (case.folder / "case.yml").relative_to(root).as_posix()
        meta = case.metadata
        for field in _READ_IN_METADATA:
            yield Passage(where, field, getattr(meta, field), case)
        for number, aim in enumerate(meta.teaches, 1):
            yield Passage(where, f"teaches.{number}", aim, case)
    except TwoRoomsError:
        pass
    try:
        for item in case.quiz.items:
            where = (case.folder / "quiz.yml").relative_to(root).as_posix()
            yield Passage(where, f"item {item.id}, stem", item.stem, case)
            for number, choice in enumerate(item.choices, 1):
                yield Passage(where, f"item {item.id}, choice {number}", choice.text, case)
                yield Passage(where, f"item {item.id}, feedback {number}", choice.feedback, case)
    except TwoRoomsError:
        pass


def passages_around(root: Path) -> Iterator[Passage]:
    """The pages around the cases, each one piece."""
    for page in sorted((root / "book").glob("*.md")):
        try:
            yield Passage(page.relative_to(root).as_posix(), "", read_text(page, "a page"), None)
        except TwoRoomsError:
            continue


def figure_notes(case: Case) -> list[tuple[int, dict]]:
    """(cell number, what `publish` stored beside the drawing) of each stored figure of a case.

    Raises
    ------
    TwoRoomsError
        When a figure is not as `publish` stores it (names the cell).
    """
    found = []
    for number, cell in enumerate(case.notebook.cells, 1):
        for output in cell.get("outputs", ()):
            bundle = output.get("data", {}).get(MIME_TYPE)
            if bundle is not None:
                try:
                    found.append((number, said_of(bundle) or {}))
                except TwoRoomsError as error:
                    raise TwoRoomsError(f"cases/{case.slug}/case.ipynb: cell {number}: {error}") from None
    return found


class _Stored(BaseModel):
    model_config = ConfigDict(strict=True)


class _Table(_Stored):
    columns: list[str] = []
    rows: list[list[str | bool | int | float | None]] = []


class _Said(_Stored):
    name: str = ""
    caption: str = ""
    alt: str = ""
    provenance: str = ""
    cannot_show: str = ""
    facts: list[str] = []
    says: dict[str, str] = {}
    table: _Table = _Table()


class _Step(_Stored):
    label: str = ""
    method: str = ""
    args: list[Any] | None = None


class _Prefix(_Stored):
    prefix: str | None = None


class _Control(_Stored):
    """A slider or an update menu, as far as the book draws it itself."""

    name: str | None = None
    currentvalue: _Prefix | None = None
    steps: list[_Step] | None = None
    buttons: list[_Step] | None = None
    active: int | None = None


class _Meta(_Stored):
    tworooms: _Said


class _Layout(_Stored):
    meta: _Meta
    sliders: list[_Control] | None = None
    updatemenus: list[_Control] | None = None
    height: float | None = Field(default=None, ge=0, le=10_000)


class _Bundle(_Stored):
    """What the book, the slides and the paper rely on in a stored figure; the rest is Plotly's."""

    data: list[dict[str, Any]]
    layout: _Layout
    config: dict[str, Any]


def said_of(bundle: Any) -> dict | None:
    """What `publish` stored beside a drawing, with nothing for what is missing; None for a drawing that did not come through it.

    Raises
    ------
    TwoRoomsError
        When what the collection relies on is of another kind than `publish` stores (names the field).
    """
    said = bundle
    for key in ("layout", "meta", "tworooms"):
        said = said.get(key) if isinstance(said, dict) else None
    if not isinstance(said, dict):
        return None
    try:
        _Bundle.model_validate(bundle)
    except ValidationError as errors:
        error = errors.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part + 1 if isinstance(part, int) else part) for part in error["loc"])
        raise TwoRoomsError(f"a stored figure: {place}: {error['msg']}; expected it as figures.publish(…) stores it") from None
    return _Said().model_dump() | said | {"table": NO_TABLE | said.get("table", {})}
