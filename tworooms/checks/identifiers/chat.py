"""Names in chats and hurried notes, where nothing is capitalised."""

from __future__ import annotations

import re

from .finding import Reading, key_of
from .lists import terms, words
from .tokens import FOREIGN_WORDS, KIN, PERSON_AFTER, UPPER, ordinary

#: Lower-case writing: names that can be told without a capital, alone behind a cue or as a pair.
_LOWER_CUED = re.compile(
    rf"\b(?:(?:its|it's|it’s|this is|im|i'm|i’m|i am|name is|name's|names|named|called|(?:mr|mrs|ms|miss|dr|prof)\.?|nurse|aunt|auntie"
    rf"|uncle|nana|spoke to|spoke w/?|spoke with|tell|told|ask|asked|saw|ring|call|text|dear|hi|hey|hello|thanks|from|with|w/|for|by"
    rf"|per|and|pt|patient|re|to|"
    rf"{KIN})[,:]? )([^\W\d_]{{3,}}(?:['’-][^\W\d_]+)*)(?: ([^\W\d_]{{3,}}(?:['’-][^\W\d_]+)*))?(?: ([^\W\d_]{{3,}}))?",
)  # fmt: skip
_LOWER = re.compile(r"(?<![\w@./-])[^\W\d_]{3,}(?:['’-][^\W\d_]+)*(?![\w@]|\.\w)")
#: What follows a name in hurried writing: an age with a sex, a birthday; a verb of speech.
_NOTED_AFTER = re.compile(r",? (?:\d{1,2}[./-]\d|\d{2} ?(?:m|f|yo|y)\b|dob|born)")
_CHAT_AFTER = re.compile(r",? (?:said|says|rang|texted|here|\d{2} ?(?:m|f|yo|yom|yof)\b)")
_CHAT_BEFORE = re.compile(r"(?:^|[,.;:] |\band )$")
_LOWER_STRONG = re.compile(r"^(?:mr|mrs|ms|miss|dr|prof|nurse|aunt|auntie|uncle|nana)\b")


def find(reading: Reading, foreign: bool) -> None:
    """Names in chats and hurried notes, where nothing is capitalised."""
    text, given, family = reading.text, words("given-names"), words("surnames")
    if text[:40].isupper():
        return
    for match in _LOWER_CUED.finditer(text):
        first = match[1]
        strong = _LOWER_STRONG.match(match.group()) is not None
        key = key_of(first)
        if not first[0].islower() or key in reading.cast or ordinary(key) or key in terms() or key in FOREIGN_WORDS:
            continue
        if key in given or (strong and (key in family or len(key) > 3)):
            end = match.end(1)
            for group in (2, 3):
                word = match[group]
                if word and not ordinary(key_of(word)) and key_of(word) not in terms() and key_of(word) not in FOREIGN_WORDS:
                    end = match.end(group)
                else:
                    break
            if not foreign or strong:
                reading.add("name", match.start(1), end)
    if foreign:
        return
    previous: tuple[int, int, bool] | None = None
    for match in _LOWER.finditer(text):
        key = key_of(match.group())
        named = (
            match.group()[0].islower()
            and (key in given or key in family)
            and not ordinary(key)
            and key not in terms()
            and key not in reading.cast
            and key not in FOREIGN_WORDS
        )
        if (
            not named
            and match.group()[0].islower()
            and not ordinary(key)
            and key not in terms()
            and key not in reading.cast
            and key not in FOREIGN_WORDS
            and key not in reading.known.words
        ):
            # An unknown word beside a known name, or two unknown ones of whom something is said.
            beside = previous is not None and text[previous[1] : match.start()] == " " and _prose_around(text, previous[0], match.end())
            after = text[match.end() : match.end() + 20]
            if (
                not beside
                and _CHAT_AFTER.match(after)
                and _CHAT_BEFORE.search(text, max(0, match.start() - 12), match.start())
                and not re.search(rf"[{UPPER}]", text[max(0, match.start() - 60) : match.start()])
            ):
                reading.add("name", *match.span())
            if beside and (previous[2] or _NOTED_AFTER.match(after) or PERSON_AFTER.match(text[match.end() : match.end() + 20])):
                reading.add("name", previous[0], match.end())
            previous = (*match.span(), False)
            continue
        if named and match.start() == 0 and _CHAT_AFTER.match(text[match.end() : match.end() + 20]):
            reading.add("name", *match.span())
        if named and previous and text[previous[1] : match.start()] == " ":
            reading.add("name", previous[0], match.end())
        previous = (*match.span(), True) if named else None


def _prose_around(text: str, start: int, end: int) -> bool:
    return (
        text[max(0, start - 1) : start] in ("", " ", "\n", '"', "“")
        and text[end : end + 1] in ("", " ", ",", ".", ":", ";", "\n")
        and text[max(0, start - 2) : start].strip() not in ("=", "#", "import")
    )
