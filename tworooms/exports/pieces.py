"""What a case puts before a class, in the order of its reading: the opening, rooms, stops, figures, claims and
questions.

Texts stay Markdown as the author wrote them; the forms turn them into their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..case import Case, markdown_cells
from ..checks.passages import said_of
from ..errors import TwoRoomsError
from ..figures import MIME_TYPE
from .prose import MARKDOWN, directives, lines_of
from .reading import asked

_LABELLED = re.compile(r"\*\*(.+?)\*\*\s*(.*)", re.DOTALL)
_FINDING = re.compile(r"\s*\*\*(.+?)\*\*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Stop:
    """A stop. lead: what stands before and after its choices."""

    number: int
    id: str
    title: str
    lead: str
    choices: list[str]


@dataclass(frozen=True)
class Rooms:
    """Settings side by side: the body of each by its name."""

    bodies: dict[str, str]

    def rows(self) -> dict[str, dict[str, str]]:
        """For each label that begins a paragraph in bold, what each room says of it; one row without a label otherwise."""
        found: dict[str, dict[str, str]] = {}
        for setting, body in self.bodies.items():
            for paragraph in re.split(r"\n\s*\n", body.strip()):
                labelled = _LABELLED.fullmatch(paragraph.strip())
                if labelled is None:
                    return {"": self.bodies}
                row = found.setdefault(labelled[1], {})
                row[setting] = f"{row[setting]}\n\n{labelled[2]}" if setting in row else labelled[2]
        return found


@dataclass(frozen=True)
class Figure:
    """A figure. number: as the book counts. finding: the words in bold that begin its caption, and what follows them."""

    number: int
    about: dict[str, Any]
    bundle: dict[str, Any]

    @property
    def finding(self) -> tuple[str, str]:
        found = _FINDING.fullmatch(self.about["caption"])
        return (found[1], found[2].strip()) if found else (self.about["caption"], "")


@dataclass(frozen=True)
class Question:
    """A question for discussion, with the number it has in the reading."""

    number: int
    text: str


@dataclass(frozen=True)
class Claims:
    """The exercise in judging claims. option: what names them, as `tworooms.claims.named` reads it. lead: its text."""

    option: str | None
    lead: str


Piece = Stop | Rooms | Figure | Question | Claims


def pieces(case: Case) -> list[Piece]:
    """Everything that a class meets together, in order.

    Raises
    ------
    TwoRoomsError
        When the notebook is at fault (names the cell).
    """
    found: list[Piece] = []
    for number, cell in enumerate(case.notebook.cells, 1):
        try:
            if cell.cell_type == "markdown":
                for piece in _of_markdown(cell.source):
                    if isinstance(piece, Stop):
                        piece = Stop(1 + sum(isinstance(other, Stop) for other in found), piece.id, piece.title, piece.lead, piece.choices)
                    found.append(piece)
            for output in cell.get("outputs", ()):
                bundle = output.get("data", {}).get(MIME_TYPE)
                about = said_of(bundle)
                if about:
                    found.append(Figure(1 + sum(isinstance(other, Figure) for other in found), about, bundle))
        except TwoRoomsError as error:
            raise TwoRoomsError(f"cases/{case.slug}/case.ipynb: cell {number}: {error}") from None
    return found


def _of_markdown(source: str) -> Iterator[Piece]:
    for found in directives(source):
        if found.name == "rooms":
            yield Rooms({inner.argument: inner.body for inner in directives(found.body) if inner.name == "room"})
        elif found.name == "stop":
            lead, choices = _choices(found.body)
            yield Stop(0, found.argument, found.options.get("title", ""), lead, choices)
        elif found.name == "claims-exercise":
            yield Claims(found.options.get("claims"), found.body.strip())
    for number, text in asked(source):
        yield Question(number, text)


def _choices(body: str) -> tuple[str, list[str]]:
    """A stop's text around its list, and the list's items."""
    lines, choices, outside = lines_of(body), [], []
    done, listed = 0, False
    for token in MARKDOWN.parse(body):
        if token.type == "bullet_list_open" and token.level == 0 and token.map and not listed:
            outside += lines[done : token.map[0]]
            done, listed = token.map[1], True
        elif token.type == "list_item_open" and token.level == 1 and token.markup in "-*+" and token.map and token.map[1] <= done:
            first, *rest = lines[token.map[0] : token.map[1]]
            choices.append("\n".join([re.sub(r"^\s*[-*+]\s+", "", first), *(line.strip() for line in rest)]).strip())
    return "\n".join([*outside, *lines[done:]]).strip(), choices


def opening(case: Case) -> tuple[str, list[str]]:
    """The heading of Part A, and its paragraphs up to the first that names a day or a place in bold; nothing where there is none."""
    for _, source in markdown_cells(case.notebook):
        tokens = MARKDOWN.parse(source)
        for token, inner in zip(tokens, tokens[1:]):
            if token.type == "heading_open" and inner.content.startswith("Part A") and token.map:
                lines = lines_of(source)[token.map[1] :]
                paragraphs = [text.strip() for text in re.split(r"\n\s*\n", "\n".join(lines)) if text.strip()]
                end = next((at for at, text in enumerate(paragraphs) if re.match(r"\*\*|#|:{3}", text)), len(paragraphs))
                return inner.content, paragraphs[:end]
    return "", []
