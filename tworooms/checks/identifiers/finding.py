"""What the identifier check finds, and what it knows to be nobody's identifier."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

#: Kinds of identifier, with the letter of 45 CFR 164.514(b)(2)(i) they answer to, and how a message calls them.
KINDS = {
    "name": "a name outside the declared cast",  # A
    "place": "a place smaller than a state or a country's region",  # B
    "postcode": "a postcode",  # B
    "date": "a date of a person's own",  # C
    "age": "an age over 89",  # C
    "phone": "a telephone number",  # D
    "fax": "a fax number",  # E
    "email": "an e-mail address",  # F
    "national-id": "a national or social security number",  # G
    "record": "a record number",  # H
    "health-plan": "a health plan number",  # I
    "account": "an account or card number",  # J
    "licence": "a licence number",  # K
    "vehicle": "a vehicle's number",  # L
    "device": "a device's number",  # M
    "url": "a web address or handle",  # N
    "ip": "a network address",  # O
    "biometric": "a biometric mark",  # P
    "other": "a number that may belong to one person",  # R
}
_NUMBERS = {"national-id", "record", "health-plan", "account", "licence", "device", "other"}
#: Titles that a declared name may carry.
_TITLES = {
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "nurse", "sister", "aunt", "auntie", "uncle", "nana", "sir", "lady",
    "sgt",
}  # fmt: skip
_DIGITS = re.compile(r"\d+")
#: Five digits or more, with whatever an office puts between them.
_LONG_NUMBER = re.compile(r"\d(?:[A-Z ()./+-]{0,3}\d){4,}")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’]s$|(?<=s)['’]$")


def group_of(kind: str) -> str:
    """The group in which two kinds count as the same: a fax number is a phone number, a record number one of many numbers."""
    return "number" if kind in _NUMBERS else "phone" if kind == "fax" else kind


@dataclass(frozen=True, order=True)
class Found:
    """One identifier: its kind, a key of `KINDS`, and where it stands in the text."""

    start: int
    end: int
    kind: str
    text: str

    def shown(self) -> str:
        """Enough to find it by, and not the whole: a report of a leak should not leak."""
        visible = self.text[:2] if len(self.text) > 4 else self.text[:1]
        return f"'{visible}…' of {len(self.text)} characters"


def key_of(word: str) -> str:
    """A word as it is compared: lower case, straight apostrophes, without the possessive."""
    return _POSSESSIVE.sub("", word).replace("’", "'").lower()


@dataclass(frozen=True)
class Known:
    """What is public in a collection and so nobody's identifier.

    authors: surnames in the bibliography. words: words of the evidence tables and the glossary, lower case. phones: digits of
    the help lines. hosts: web hosts that the sources stand on.
    """

    authors: frozenset[str] = frozenset()
    full_names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()


def _merged(matches: Iterable[re.Match[str]], margin: int, length: int) -> list[tuple[int, int]]:
    """The matches with a margin, those that meet made one: text where nothing stands is not searched."""
    spans: list[tuple[int, int]] = []
    for match in matches:
        start, end = max(0, match.start() - margin), min(length, match.end() + margin)
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


@dataclass
class Reading:
    """A text while it is searched: what has been found, and the places that are taken.

    cast: words of the declared names. known: what is public.
    """

    text: str
    cast: frozenset[str]
    known: Known
    findings: list[Found] = field(default_factory=list)
    _taken: bytearray = field(init=False)
    _ends: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._taken = bytearray(len(self.text))

    def matches(self, pattern: re.Pattern[str], *, digits: int = 1) -> Iterator[re.Match[str]]:
        """Matches of a pattern that holds so many digits, looked for only where as many stand close together."""
        for start, end in self._near_digits if digits < 5 else self._near_numbers:
            yield from pattern.finditer(self.text, start, end)

    @cached_property
    def _near_digits(self) -> list[tuple[int, int]]:
        return _merged(_DIGITS.finditer(self.text), 40, len(self.text))

    @cached_property
    def _near_numbers(self) -> list[tuple[int, int]]:
        return _merged(_LONG_NUMBER.finditer(self.text), 24, len(self.text))

    def free(self, start: int, end: int) -> bool:
        return not any(self._taken[start:end])

    def ended(self, before: int, reach: int) -> set[str]:
        """Kinds of what was found to end at most so many characters before a place."""
        return {self._ends[at] for at in range(max(0, before - reach), before + 1) if at in self._ends}

    def take(self, start: int, end: int) -> None:
        """Let nobody find anything here."""
        self._taken[start:end] = b"\1" * (end - start)

    def add(self, kind: str, start: int, end: int) -> bool:
        """Note a finding unless something stands there already."""
        if start >= end or not self.free(start, end):
            return False
        self.take(start, end)
        self._ends[end] = kind
        self.findings.append(Found(start, end, kind, self.text[start:end]))
        return True


def words_of_cast(cast: Iterable[str]) -> frozenset[str]:
    """The words by which a declared person may be called: each part of the name, without titles."""
    return frozenset(key_of(word) for name in cast for word in WORD.findall(name)) - _TITLES
