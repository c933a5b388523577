"""The prose of the collection, piece by piece, each piece with the place a message should name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..case import Case, all_cases, markdown_cells, read_text
from ..errors import TwoRoomsError
from ..figures import MIME_TYPE

LINK = re.compile(r"\[([^\]\[]*)\]\((fact|figure|story|term):([^)\s]*)\)")
#: What is not read: the directive's name and the option's, but not a title that stands behind them.
_DIRECTIVE_LINE = re.compile(r"^[ \t]*:{3,}(?:\{[\w-]+\})?|^[ \t]*:[a-z]+:(?=[ \t]|$)", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_CODE = re.compile(r"^(`{3,}|~{3,})(?!\s*\{).*?^\1[`~]*[ \t]*$|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\2(?!`)", re.DOTALL | re.MULTILINE)
#: Fields of case.yml that stand on a page.
_READ_IN_METADATA = ("title", "dilemma", "abstract", "content_notes", "fiction")
_HELP = re.compile(r"^:{3,}\{help\}.*?^:{3,}\s*$", re.DOTALL | re.MULTILINE)


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
        text = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    return text


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


def passages(root: Path) -> Iterator[Passage]:
    """Every piece of prose that readers see: cases first, then the pages around them."""
    for case in all_cases(root):
        yield from passages_of_case(root, case)
    for page in sorted((root / "book").glob("*.md")):
        try:
            yield Passage(page.relative_to(root).as_posix(), "", read_text(page, "a page"), None)
        except TwoRoomsError:
            continue


def figure_notes(case: Case) -> list[tuple[int, dict]]:
    """(cell number, what `publish` stored beside the drawing) of each stored figure of a case."""
    found = []
    for number, cell in enumerate(case.notebook.cells, 1):
        for output in cell.get("outputs", ()):
            bundle = output.get("data", {}).get(MIME_TYPE)
            if bundle is not None:
                found.append((number, said_of(bundle) or {}))
    return found


def said_of(bundle: Any) -> dict | None:
    """What `publish` stored beside a drawing; None for a drawing that did not come through it."""
    for key in ("layout", "meta", "tworooms"):
        bundle = bundle.get(key) if isinstance(bundle, dict) else None
    return bundle if isinstance(bundle, dict) else None
