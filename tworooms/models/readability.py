"""What a readability formula sees of a text, and what a list of statements sees that a formula cannot.

A formula counts words, sentences, syllables and letters and returns a school grade or an ease. It has never
met a reader: it does not know whether a sentence is true, whether two people take it the same way, or what
the text leaves out. `coverage` counts the last of these, one statement at a time.

Counting is done here by rule, so that the same text gives the same grade on every machine. Syllables are
the weak part of any such counter; `count` therefore takes the counter as an argument, and
`hyphenation_syllables` offers the one that the textstat package uses.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

__all__ = [
    "Counts",
    "Coverage",
    "automated_readability_index",
    "count",
    "coverage",
    "flesch_kincaid_grade",
    "flesch_reading_ease",
    "hyphenation_syllables",
    "sentences",
    "smog_grade",
    "smog_quick_grade",
    "syllables",
    "words",
]


class Counts(NamedTuple):
    """What the formulas are fed: whole numbers of 0 or more.

    words, sentences, syllables; polysyllables: words of three syllables or more; characters: letters and
    digits.
    """

    words: int
    sentences: int
    syllables: int
    polysyllables: int
    characters: int


class Coverage(NamedTuple):
    """Statements by how a version treats them, each a list of the statements' names, in their order."""

    said: list[str]
    softened: list[str]
    left_out: list[str]


#: Full stops that end no sentence: after a title never, after these others only before a small letter.
_TITLE = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|St)\.(?=\s)")
_SHORTENED = re.compile(r"\b(?:[Ee]\.g|[Ii]\.e|etc|vs|approx|[ap]\.m)\.(?=\s+[a-z0-9])")
_INITIALS = re.compile(r"\b(?:[A-Z]\.){2,}(?=\s+[a-z])")
_WORD = re.compile(r"[A-Za-z0-9]+(?:[’'.,:-][A-Za-z0-9]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’')\]]*\s+|\n\s*\n")

#: Vowels that are spoken apart although they stand together.
_APART = re.compile(
    r"(?<![cgst])ia(?!ge)|cia(?=t)|(?<![cgstxln])io(?!u)|siolog|oe(?=[mt])|cie(?=ty)|(?<![cgtx])iou"
    r"|(?<![gq])ua|eo$|[ei]um$|uou|(?:[^cft]|sc)ie(?=t|n[ct])|creat(?!ur)|(?<=[aeiou])ing"
)
#: Common words that the rules get wrong.
_IRREGULAR = {
    "anyone": 3, "area": 3, "business": 2, "conscience": 2, "denial": 3, "derealisation": 6, "dial": 2, "every": 2, "everyone": 3,
    "everything": 3, "fluid": 2, "idea": 3, "ideas": 3, "judgement": 2, "material": 4, "real": 2, "really": 3,
    "reassurance": 4, "reliable": 4, "ruin": 2, "serious": 3, "theatre": 3, "therefore": 2, "thereto": 2, "trial": 2,
    "trials": 2,
}  # fmt: skip


def words(text: str) -> list[str]:
    """Words of a text in order: runs of letters and digits; a hyphen, an apostrophe or a colon inside joins.

    ``self-pay``, ``you’re`` and ``9:04`` are one word each, as in most counters.
    """
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    """Sentences of a text in order, each with at least one word.

    A sentence ends at a full stop, question mark, exclamation mark or ellipsis followed by a space, or at
    an empty line. Titles (Dr.), decimals, and shortened words or initials before a small letter (e.g. this)
    end none; the last stretch counts even without a stop. Short sentences count: a formula that drops them
    rewards hiding them.
    """
    guarded = text
    for pattern in (_TITLE, _SHORTENED, _INITIALS):
        guarded = pattern.sub(lambda match: match.group().replace(".", "\x00"), guarded)
    parts = (part.replace("\x00", ".").strip() for part in _SENTENCE_END.split(guarded))
    return [part for part in parts if _WORD.search(part)]


def syllables(word: str) -> int:
    """Syllables of one English word by rule, at least 1; the parts of a hyphenated word are added up.

    Groups of vowels are counted; a silent final e, es or ed is taken off, a spoken one (-le, -tes, -ted)
    kept, and a few pairs of vowels spoken apart are added. A word of digits counts 1. Rules err: expect a
    wrong count for about one uncommon word in twenty.

    Raises
    ------
    ValueError
        If there is no letter or digit in ``word``.
    """
    parts = re.findall(r"[a-z0-9]+", re.sub(r"[’']", "", word.lower()))
    if not parts:
        raise ValueError(f"word: {word!r} holds no letter or digit; expected one word")
    return sum(_syllables_of_part(part) for part in parts)


def _syllables_of_part(part: str) -> int:
    if part in _IRREGULAR:
        return _IRREGULAR[part]
    # A y before a vowel and after one is a consonant: "player", "employer".
    part = re.sub(r"(?<=[aeiou])y(?=[aeiou])", "-", part)
    groups = len(re.findall(r"[aeiouy]+", part)) + len(_APART.findall(part))
    # A final e is silent, except in -le and -re after a consonant: "time", but "table" and "centre".
    silent = re.search(r"[^aeiouy]e$|[gq]ue$", part) and not re.search(r"[^aeiouyr]le$|[^aeiouyl]re$", part)
    # -ed is silent but for -ted and -ded; -es is silent but for hissing and -les after a consonant.
    silent = silent or re.search(r"[^aeioutd]ed$", part)
    hissing = re.search(r"(?:[^aeiouyr]l|[^aeiouyl]r|sh|ch)es$", part)
    silent = silent or (re.search(r"[^aeiouscgxz]es$", part) and not hissing)
    inside = re.findall(r"[aeiouy][^aeiouy]e(?=ment|ful|less|ly$|thing|where|ty$|times$|bodys?$)", part)
    return max(groups - bool(silent) - len(inside), 1)


def hyphenation_syllables(word: str) -> int:
    """Syllables of one word as textstat 0.7.4 counts them: places where a printer may break it, plus one.

    A printer never leaves one letter alone, so the count falls short: "any" and "medicine" come out as one.
    Kept to show how far a grade depends on the counter.

    Raises
    ------
    ValueError
        If there is no letter or digit in ``word``.
    """
    if not re.search(r"[A-Za-z0-9]", word):
        raise ValueError(f"word: {word!r} holds no letter or digit; expected one word")
    with warnings.catch_warnings():
        # textstat 0.7.4 warns of its own way of finding data files.
        warnings.simplefilter("ignore", UserWarning)
        import textstat
    return max(int(textstat.syllable_count(word)), 1)


def count(text: str, syllables_of: Callable[[str], int] = syllables) -> Counts:
    """All counts of a text. An empty text gives zeros.

    Parameters
    ----------
    text : str
        Running prose; no headings, lists or tables, which no formula was made for.
    syllables_of : callable
        Counter for one word: `syllables` or `hyphenation_syllables`.
    """
    found = words(text)
    spoken = [syllables_of(word) for word in found]
    return Counts(
        words=len(found),
        sentences=len(sentences(text)),
        syllables=sum(spoken),
        polysyllables=sum(n >= 3 for n in spoken),
        characters=sum(character.isalnum() for word in found for character in word),
    )


def flesch_reading_ease(counts: Counts) -> float:
    """Flesch reading ease: 206.835 - 1.015 words/sentence - 84.6 syllables/word. Higher is easier; no limits.

    Raises
    ------
    ValueError
        If there is no word or no sentence, or a count is impossible.

    Notes
    -----
    Flesch R. A new readability yardstick. J Appl Psychol 1948;32:221-233.
    """
    per_sentence, per_word = _lengths(counts)
    return 206.835 - 1.015 * per_sentence - 84.6 * per_word


def flesch_kincaid_grade(counts: Counts) -> float:
    """Flesch-Kincaid grade: 0.39 words/sentence + 11.8 syllables/word - 15.59, a US school grade.

    Falls below zero for very short words in very short sentences and has no upper end.

    Raises
    ------
    ValueError
        If there is no word or no sentence, or a count is impossible.

    Notes
    -----
    Kincaid JP and others. Research Branch Report 8-75, Naval Technical Training Command, 1975.
    """
    per_sentence, per_word = _lengths(counts)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59


def smog_grade(counts: Counts) -> float:
    """SMOG grade by regression: 3.1291 + 1.0430 sqrt(30 polysyllables/sentences), a US school grade.

    Made for samples of 30 sentences; shorter ones are scaled up and less certain. Never below 3.13.

    Raises
    ------
    ValueError
        If there is no word or no sentence, or a count is impossible.

    Notes
    -----
    McLaughlin GH. SMOG grading: a new readability formula. J Reading 1969;12:639-646.
    """
    _lengths(counts)
    return 3.1291 + 1.0430 * math.sqrt(30 * counts.polysyllables / counts.sentences)


def smog_quick_grade(polysyllables: int) -> int:
    """SMOG grade by hand: 3 plus the whole number nearest to the root of the polysyllables in 30 sentences.

    Raises
    ------
    ValueError
        If ``polysyllables`` is no whole number of 0 or more.

    Notes
    -----
    McLaughlin 1969, as above; the conversion tables printed on health-literacy sheets follow from it.
    """
    if polysyllables != int(polysyllables) or polysyllables < 0:
        raise ValueError(f"polysyllables: {polysyllables} is no count; expected a whole number of 0 or more")
    return 3 + round(math.sqrt(polysyllables))


def automated_readability_index(counts: Counts) -> float:
    """Automated readability index: 4.71 characters/word + 0.5 words/sentence - 21.43, a US school grade.

    Counts letters instead of syllables, so it does not depend on a syllable counter.

    Raises
    ------
    ValueError
        If there is no word or no sentence, or a count is impossible.

    Notes
    -----
    Smith EA, Senter RJ. Automated readability index. AMRL-TR-66-220, 1967.
    """
    per_sentence, _ = _lengths(counts)
    return 4.71 * counts.characters / counts.words + 0.5 * per_sentence - 21.43


def _lengths(counts: Counts) -> tuple[float, float]:
    """Words a sentence and syllables a word, after checking that the counts can belong to a text."""
    for name, value in counts._asdict().items():
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{name}: {value} is no count; expected 0 or more")
    if counts.words == 0 or counts.sentences == 0:
        raise ValueError("counts: the text has no word or no sentence; expected at least one of each")
    if max(counts.sentences, counts.polysyllables) > counts.words or counts.syllables < counts.words:
        raise ValueError(
            f"counts: {tuple(counts)} cannot come from a text; expected sentences <= words <= syllables"
        )
    return counts.words / counts.sentences, counts.syllables / counts.words


def coverage(names: Sequence[str], texts: Mapping[str, str], softened: Sequence[str] = ()) -> Coverage:
    """Sort statements into said, softened and left out.

    Parameters
    ----------
    names : sequence of str
        Every statement a full version would hold, without repeats.
    texts : mapping of str to str
        The version's wording of each; blank or missing means left out.
    softened : sequence of str
        Statements that a reader marked as worded away. This is a reader's judgement: no count finds it.

    Raises
    ------
    ValueError
        If a name is repeated or unknown, or a statement marked as softened has no wording.
    """
    if len(set(names)) != len(names):
        raise ValueError(f"names: {list(names)} repeats a statement; expected each once")
    strangers = sorted((set(texts) | set(softened)) - set(names))
    if strangers:
        raise ValueError(
            f"texts: {strangers[0]!r} is no statement of the list; expected one of {list(names)}"
        )
    worded = {name for name in names if texts.get(name, "").strip()}
    silent = sorted(set(softened) - worded)
    if silent:
        raise ValueError(
            f"softened: {silent[0]!r} has no wording; expected a statement that the version words"
        )
    return Coverage(
        said=[name for name in names if name in worded and name not in softened],
        softened=[name for name in names if name in softened],
        left_out=[name for name in names if name not in worded],
    )
