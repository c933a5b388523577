"""One text, searched for every kind of identifier."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from . import checksums, contact, dates, labelled, names, places, postcodes
from .finding import Found, Known, Reading, words_of_cast


def found(text: str, *, cast: Iterable[str] = (), known: Known | None = None) -> list[Found]:
    """Every identifier in a text, in its order.

    Parameters
    ----------
    text
        Prose, code or a table's rows, in any of the languages that notes of Europe and North America are written in.
    cast
        Names of invented people, as the case declares them; each part of such a name is innocent.
    known
        What is public in the collection: authors, help lines, hosts of the sources.

    Returns
    -------
    Findings that do not overlap. Where several rules claim a place, a check digit comes before a label and a label before a shape.
    """
    return list(_found(text, words_of_cast(cast), known or Known()))


@lru_cache(maxsize=4096)
def _found(text: str, cast: frozenset[str], known: Known) -> tuple[Found, ...]:
    """What `found` says; remembered, since copies of a case share most of their texts with it."""
    reading = Reading(text, cast, known)
    for pattern in (labelled.PUBLIC_NUMBERS, labelled.COLOUR):
        for match in reading.matches(pattern):
            reading.take(*match.span())
    for match in labelled.NOBODY.finditer(text):
        reading.take(*match.span())
    contact.find(reading)
    checksums.find(reading)
    contact.phones(reading, named=True)
    postcodes.after_state(reading)
    labelled.find(reading)
    dates.find(reading)
    contact.phones(reading)
    postcodes.find(reading)
    places.find(reading)
    places.before_places(reading)
    names.find(reading)
    postcodes.after_place(reading)
    labelled.shapes(reading)
    return tuple(sorted(reading.findings))
