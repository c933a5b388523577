"""The same help block at the same place on every page, from data/evidence/help_lines.csv."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from .. import evidence
from ..errors import TwoRoomsError
from .dates import reader_date
from .places import place_name

#: Countries a page names when its case does not choose.
DEFAULT_LOCALES = ("US", "GB", "GB-ENG", "IE", "CA", "AU", "NZ")
#: Order within a place: what cannot wait stands first.
KINDS = ("emergency", "crisis", "substance use", "poison advice", "sexual assault")
_DIALLED = re.compile(r"(?<![\w-])(\+?\d[\d -]{1,}\d)(?![\w-])")


def contacts(text: str) -> list[dict[str, str | None]]:
    """Split a contact line so that every telephone number can be tapped; the words between stay text."""
    found: list[dict[str, str | None]] = []
    end = 0
    for match in _DIALLED.finditer(text):
        if match.start() > end:
            found.append({"text": text[end : match.start()], "href": None})
        number = re.sub(r"\D", "", match.group(1))
        found.append({"text": match.group(1), "href": f"tel:{number}"})
        end = match.end()
    if end < len(text):
        found.append({"text": text[end:], "href": None})
    return found


def help_places(root: Path, locales: tuple[str, ...] | None = None) -> tuple[list[dict[str, Any]], str]:
    """Help lines by place.

    Parameters
    ----------
    root
        The collection's folder.
    locales
        Codes to show, in order; every place when None.

    Returns
    -------
    The places, each with its lines, and the oldest date on which a shown line was checked.

    Raises
    ------
    TwoRoomsError
        For a code that the table does not have.
    """
    table = evidence.help_lines(root)
    known = list(dict.fromkeys(table["jurisdiction"]))
    order = known if locales is None else list(locales)
    unknown = [code for code in order if code not in known]
    if unknown or not order:
        wrong = f"no help line for {unknown[0]!r}" if unknown else "no place is named"
        raise TwoRoomsError(f"data/evidence/help_lines.csv: {wrong}; expected one of {', '.join(known)}")
    places, dates = [], []
    for code in order:
        lines = []
        here = table[table["jurisdiction"] == code]
        for row in here.sort_values("kind", key=lambda kinds: kinds.map(KINDS.index), kind="stable").itertuples():
            lines.append({"service": row.service, "kind": row.kind, "hours": row.hours, "who_runs_it": row.who_runs_it,
                          "note": row.note, "contacts": contacts(row.contact)})  # fmt: skip
            dates.append(str(row.checked_on))
        if lines:
            places.append({"code": code, "name": place_name(code), "lines": lines})
    return places, reader_date(date.fromisoformat(min(dates)))


def plain_text(root: Path, locales: tuple[str, ...]) -> str:
    """The block as one Markdown paragraph, for notebooks; a check holds notebooks to it."""
    places, checked = help_places(root, locales)
    sentences = []
    for place in places:
        lines = "; ".join(f"{line['service']}: " + "".join(c["text"] for c in line["contacts"]) for line in place["lines"])
        sentences.append(f"{place['name']}: {lines}.")
    return f"**If this is close to home.** {' '.join(sentences)} Checked {checked}."
