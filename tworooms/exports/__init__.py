"""Other forms of the same cases, one format a module; `FORMS` says what each needs and what writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import TwoRoomsError

if TYPE_CHECKING:
    from ..case import Case


@dataclass(frozen=True)
class Order:
    """What is to be written.

    root: the collection's folder. cases: in the order asked for. target: folder of the files.
    site: a built student edition, where the form needs one. note: told, in one line each, what a form cannot carry.
    """

    root: Path
    cases: list[Case]
    target: Path
    site: Path | None
    note: Callable[[str], None]


@dataclass(frozen=True)
class Form:
    """One form. what: in a few words. site, browser: whether it needs the built book, and a Chromium."""

    what: str
    write: Callable[[Order], list[Path]]
    site: bool = False
    browser: bool = False


def _cartridge(order: Order) -> list[Path]:
    from . import cartridge

    return [cartridge.export(case, order.root, order.target, order.note) for case in order.cases]


def _epub(order: Order) -> list[Path]:
    from ..case import all_cases
    from . import epub

    return [epub.export(all_cases(order.root), order.root, order.target)]


def _handout(order: Order) -> list[Path]:
    from . import handout

    return handout.export(order.cases, order.root, order.target, order.note)


def _ipynb(order: Order) -> list[Path]:
    from . import notebook

    return [notebook.export(case, order.root, order.target) for case in order.cases]


def _moodle(order: Order) -> list[Path]:
    from . import moodle

    return [moodle.export(case, order.root, order.target) for case in order.cases]


def _pdf(order: Order) -> list[Path]:
    from . import pdf

    return pdf.export(order.site, order.cases, order.target)


def _qti(order: Order) -> list[Path]:
    from . import qti

    return [qti.export(case, order.root, order.target) for case in order.cases]


def _slides(order: Order) -> list[Path]:
    from . import slides

    return [slides.export(case, order.root, order.target, order.note) for case in order.cases]


def _zip(order: Order) -> list[Path]:
    from . import offline

    return [offline.export(order.site, order.target, "two-rooms-book")]


FORMS = {
    "cartridge": Form("reading, topics, quizzes and links for a course", _cartridge),
    "epub": Form("the whole book's readings, for an e-reader", _epub),
    "handout": Form("a case on a few sheets, for Word and as PDF", _handout),
    "ipynb": Form("a notebook that runs by itself", _ipynb),
    "moodle": Form("questions for Moodle", _moodle),
    "pdf": Form("a case for paper", _pdf, site=True, browser=True),
    "qti": Form("questions for Canvas", _qti),
    "slides": Form("slides with the teaching note as speaker notes", _slides),
    "zip": Form("the whole book, to read offline", _zip, site=True),
}


def chosen(names: str) -> list[str]:
    """The forms in a list separated by commas, each once, in its order.

    Raises
    ------
    TwoRoomsError
        For a name that is no form; names those that are.
    """
    asked = [name.strip() for name in names.split(",")]
    for name in asked:
        if name not in FORMS:
            raise TwoRoomsError(f"--to {name or names}: there is no such form; expected one or more of {', '.join(FORMS)}, with commas between")
    return list(dict.fromkeys(asked))
