"""Moodle XML: the questions of a case for a question bank, in one category for each use."""

from __future__ import annotations

from html import escape
from pathlib import Path
from xml.etree.ElementTree import Element

from ..case import Case
from ..files import write_whole
from .package import add, credit, root, xml
from .questions import Question, questions

_CATEGORIES = {"practice": "Practice", "graded": "Graded"}


def export(case: Case, collection: Path, target: Path) -> Path:
    """Write `target/SLUG-moodle.xml`. Returns the file."""
    asked = questions(case, collection)
    quiz = root("quiz", {})
    for use, name in _CATEGORIES.items():
        chosen = [question for question in asked if question.use == use]
        if chosen:
            _category(quiz, case, use, name)
        for question in chosen:
            _question(quiz, case, question)
    path = target / f"{case.slug}-moodle.xml"
    write_whole(path, xml(quiz))
    return path


def _category(quiz: Element, case: Case, use: str, name: str) -> None:
    # A stroke inside a name is doubled; a single one leads to the category below.
    title = f"Two Rooms: {case.metadata.title}".replace("/", "//")
    category = add(quiz, "question", type="category")
    add(add(category, "category"), "text", f"$course$/top/{title}/{name}")
    _html(category, "info", f"<p>{escape(credit(case))}</p>")
    add(category, "idnumber", f"{case.slug}-{use}")


def _question(quiz: Element, case: Case, question: Question) -> None:
    opinion = question.kind == "opinion"
    entry = add(quiz, "question", type="essay" if opinion else "multichoice")
    add(add(entry, "name"), "text", f"{case.slug} {question.id}")
    _html(entry, "questiontext", question.text)
    _html(entry, "generalfeedback", question.feedback)
    # Moodle refuses a choice in which no answer earns the whole mark, so a question without a key is answered in words.
    add(entry, "defaultgrade", "0" if opinion else "1")
    add(entry, "penalty", "0" if opinion else "0.3333333")
    add(entry, "hidden", "0")
    add(entry, "idnumber", f"{case.slug}-{question.id}")
    if opinion:
        for name, value in (("responseformat", "editor"), ("responserequired", "1"), ("responsefieldlines", "5"),
                            ("attachments", "0"), ("attachmentsrequired", "0")):  # fmt: skip
            add(entry, name, value)
        _html(entry, "graderinfo", "<p>A question of judgment: nothing to grade.</p>")
        _html(entry, "responsetemplate", "")
    else:
        _choices(entry, question)
    add(add(add(entry, "tags"), "tag"), "text", case.slug)


def _choices(entry: Element, question: Question) -> None:
    single = question.kind == "single"
    for name, value in (("single", str(single).lower()), ("shuffleanswers", "false"), ("answernumbering", "abc"),
                        ("showstandardinstruction", "0" if single else "1")):  # fmt: skip
        add(entry, name, value)
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        _html(entry, name, "")
    right = sum(bool(option.correct) for option in question.options)
    wrong = len(question.options) - right
    for option in question.options:
        if option.correct:
            share = _percent(right)
        else:
            # Where several fit, choosing everything must not pay.
            share = "0" if single else f"-{_percent(wrong)}"
        answer = add(entry, "answer", fraction=share, format="html")
        add(answer, "text", option.text)
        _html(answer, "feedback", f"<p>{option.feedback}</p>")


def _percent(parts: int) -> str:
    """The share of one of so many, with the digits of Moodle's list: it refuses other fractions."""
    return f"{100 / parts:.5f}".rstrip("0").rstrip(".")


def _html(parent: Element, tag: str, html: str) -> None:
    add(add(parent, tag, format="html"), "text", html)
