"""The prose of the collection, piece by piece, each piece with the place a message should name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..case import Case, all_cases, markdown_cells
from ..errors import TwoRoomsError
from ..figures import MIME_TYPE

LINK = re.compile(r"\[([^\]\[]*)\]\((fact|figure|story|term):([^)\s]*)\)")
_DIRECTIVE_LINE = re.compile(r"^\s*:{3,}.*$|^\s*:[a-z]+:.*$", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
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
        blanked = self.text
        for pattern in (_FRONT_MATTER, _HELP, _CODE, _DIRECTIVE_LINE):
            blanked = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), blanked)
        return blanked


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
    if case.note_path.is_file():
        yield Passage(case.note_path.relative_to(root).as_posix(), "", case.note_path.read_text(encoding="utf-8"), case)
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
        yield Passage(page.relative_to(root).as_posix(), "", page.read_text(encoding="utf-8"), None)


def figure_notes(case: Case) -> list[tuple[int, dict]]:
    """(cell number, what `publish` stored beside the drawing) of each stored figure of a case."""
    found = []
    for number, cell in enumerate(case.notebook.cells, 1):
        for output in cell.get("outputs", ()):
            bundle = output.get("data", {}).get(MIME_TYPE)
            if bundle is not None:
                found.append((number, ((bundle.get("layout") or {}).get("meta") or {}).get("tworooms") or {}))
    return found
