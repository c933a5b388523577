"""Words about people and drugs. What a person in a case says, in quotation marks, is their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from . import Problem
from .passages import Passage, passages

_PERSON = "person who uses ketamine, person with a ketamine use disorder"
WORDS = (
    (r"addicts?\b", _PERSON),
    (r"(?:drug |ketamine |substance )?abus(?:e|er|ers|ed|ing)\b", "use, unhealthy use, nonmedical use"),
    (r"junkies?\b", _PERSON),
    (r"(?:recreational |drug |ketamine )?users?\b", _PERSON),
    (r"(?:drug |ketamine )habits?\b", "use"),
    (r"drug[- ]seeking", "asked for"),
    (r"non-?complian(?:t|ce)", "did not take"),
    (r"(?:get|gets|got|getting|stay|stays|stayed|staying) clean\b", "in recovery"),
    (r"(?:clean|dirty) (?:urine|drug )?(?:tests?|screens?|samples?)\b", "tested negative, tested positive"),
    (r"(?:get|gets|got|getting) high\b|\ba high\b(?! (?:price|dose|level|risk|bar|number|share|rate|score|chance|proportion|degree|fever|ceiling|school|street))", "felt the effect"),
    (r"commit(?:s|ted|ting)? suicide", "died by suicide"),
    (r"(?:failed|successful|unsuccessful) (?:suicide )?attempts?", "non-fatal attempt, died by suicide"),
    (r"failed (?:treatments?|antidepressants?|medications?)", "did not respond to"),
    (r"failed (?:two|three|several|to respond to) ", "did not respond to"),
    (r"den(?:ies|ied) (?:any |suicidal|using|use|pain|drug)", "reports no"),
    (r"delv(?:e|es|ed|ing)\b", "a plainer word"),
    (r"it is important to note", "the note itself"),
)  # fmt: skip
_PATTERNS = [(re.compile(rf"\b(?:{pattern})", re.IGNORECASE), better) for pattern, better in WORDS]

#: Names and statutes that hold such a word, each with its reason.
ALLOWED = {
    "Misuse of Drugs": "name of a British statute and of its advisory council",
    "National Institute on Drug Abuse": "name of an agency",
    "Drug Abuse Warning Network": "name of a programme",
    "Substance Abuse and Mental Health Services Administration": "name of an agency",
    "sexual abuse": "another meaning",
    "physical abuse": "another meaning",
}
_QUOTED = re.compile(r"“[^”]*”|\"[^\"\n]*\"|‘[^’\n]{12,}’")


def check(root: Path) -> list[Problem]:
    """The word list, over every case and page."""
    return [problem for passage in passages(root) for problem in _words(passage)]


def _words(passage: Passage) -> Iterator[Problem]:
    # Addresses are names, not words.
    prose = re.sub(r"\]\([^)]*\)", lambda match: " " * len(match.group()), passage.prose())
    prose = _QUOTED.sub(lambda match: " " * len(match.group()), prose)
    for phrase in ALLOWED:
        prose = re.sub(re.escape(phrase), " " * len(phrase), prose, flags=re.IGNORECASE)
    for pattern, better in _PATTERNS:
        for match in pattern.finditer(prose):
            yield Problem(passage.file, passage.at(match.start()), f"'{match.group().strip()}' stands outside a quotation", better, "language")
