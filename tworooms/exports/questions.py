"""The questions of a case in the form that every learning management system is given: HTML texts, links resolved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..case import Case, Item
from ..errors import TwoRoomsError
from .prose import Sourced, inline


@dataclass(frozen=True)
class Option:
    """One answer. text, feedback: HTML without a paragraph. correct: None where there is no key."""

    text: str
    feedback: str
    correct: bool | None


@dataclass(frozen=True)
class Question:
    """One item of quiz.yml. stem: HTML without a paragraph."""

    id: str
    kind: Literal["single", "multiple", "opinion"]
    use: Literal["practice", "graded"]
    stem: str
    options: tuple[Option, ...]

    @property
    def text(self) -> str:
        """What is asked, as paragraphs. A question without a key is answered in words: its positions stand in the text."""
        if self.kind != "opinion":
            return f"<p>{self.stem}</p>"
        positions = "".join(f"<li>{option.text}</li>" for option in self.options)
        return f"<p>{self.stem}</p><ol>{positions}</ol><p>Choose one and say why. There is no key.</p>"

    @property
    def feedback(self) -> str:
        """What each position gets you, for a question without a key; the others have it with each option."""
        if self.kind != "opinion":
            return ""
        positions = "".join(f"<li><strong>{option.text}</strong> {option.feedback}</li>" for option in self.options)
        return f"<p>What each answer gets you:</p><ol>{positions}</ol>"


def questions(case: Case, root: Path) -> list[Question]:
    """Every item of a case's quiz, in its order.

    Raises
    ------
    TwoRoomsError
        When the quiz is at fault, or links to an unknown finding (names the item).
    """
    return [_question(case, item, root) for item in case.quiz.items]


def _question(case: Case, item: Item, root: Path) -> Question:
    try:
        options = tuple(
            # No link inside what is to be chosen: a tap on it would leave the quiz.
            Option(inline(choice.text, Sourced(root, linked=False)), inline(choice.feedback, Sourced(root)), choice.correct)
            for choice in item.choices
        )
        return Question(item.id, item.kind, item.use, inline(item.stem, Sourced(root)), options)
    except TwoRoomsError as error:
        raise TwoRoomsError(f"{place(case, item.id)}: {error}") from None


def place(case: Case, identifier: str) -> str:
    """Where an item stands, for a message."""
    return f"cases/{case.slug}/quiz.yml: item {identifier}"
