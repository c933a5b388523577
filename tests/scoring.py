"""How well a check of words tells what it should from what looks like it: recall and false alarms on labelled sentences."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

FIXTURES = Path(__file__).parent / "fixtures"
ROOT = Path(__file__).resolve().parents[1]
#: In a confusion table: nothing found, or nothing there to find.
NOTHING = "–"


@dataclass
class Score:
    """What came of a labelled set.

    confusion: how often each expected kind was found as which kind; `NOTHING` stands for nothing found or nothing expected.
    missed and alarms: (id, kind, piece of the text), for whoever wants to do better. innocent: how many sentences hold nothing to find.
    """

    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed: list[tuple[str, str, str]] = field(default_factory=list)
    alarms: list[tuple[str, str, str]] = field(default_factory=list)
    innocent: int = 0
    alarmed: int = 0
    found: Counter[str] = field(default_factory=Counter)
    expected: Counter[str] = field(default_factory=Counter)

    def recall(self, *kinds: str) -> float:
        """Share of the expected that was found, of some kinds or of all."""
        chosen = kinds or tuple(self.expected)
        wanted = sum(self.expected[kind] for kind in chosen)
        return sum(self.found[kind] for kind in chosen) / wanted if wanted else 1.0

    def alarm_rate(self) -> float:
        """Share of the innocent sentences in which something was found."""
        return self.alarmed / self.innocent if self.innocent else 0.0


def rows(path: Path, half: str = "") -> list[dict[str, str]]:
    """The rows of a labelled set; of one half when it is named: `tuned`, by which the rules were made, or `unseen`."""
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if half in ("", row["half"])]


def halves(path: Path) -> list[str]:
    """The halves of a labelled set, in their order."""
    return list(dict.fromkeys(row["half"] for row in rows(path)))


def safety(half: str = "", path: Path = FIXTURES / "safety.csv") -> Score:
    """The score of the safety check. A fault that is found as another topic's counts as missed."""
    from tworooms.checks import safety

    score = Score()
    for row in rows(path, half):
        topics = sorted({fault.topic for fault in safety.found(row["text"])})
        if row["label"] == "fault":
            right = row["rule"] in topics
            score.expected[row["rule"]] += 1
            score.found[row["rule"]] += right
            score.confusion[row["rule"], row["rule"] if right else (topics or [NOTHING])[0]] += 1
            if not right:
                score.missed.append((row["id"], row["rule"], row["text"]))
        else:
            score.innocent += 1
            score.alarmed += bool(topics)
            for topic in topics or [NOTHING]:
                score.confusion[NOTHING, topic] += 1
            score.alarms += [(row["id"], topic, row["text"]) for topic in topics]
    return score


def identifiers(half: str = "", path: Path = FIXTURES / "identifiers.csv") -> Score:
    """The score of the identifier check. A span counts as found when a finding of its group overlaps it."""
    from tworooms.checks.identifiers import found, group_of, known_in

    known, score = known_in(ROOT), Score()
    for row in rows(path, half):
        text = row["text"]
        findings = found(text, cast=[name.strip() for name in row["cast"].split(";") if name.strip()], known=known)
        used, position = set(), {}
        for span in filter(None, (part.strip() for part in row["spans"].split(";"))):
            kind, _, piece = span.partition("=")
            start = text.find(piece, position.get(piece, 0))
            assert start >= 0, f"{row['id']}: {piece!r} is not in the text"
            position[piece] = start + 1
            over = [finding for finding in findings if finding.start < start + len(piece) and start < finding.end]
            right = [finding for finding in over if group_of(finding.kind) == group_of(kind)]
            used |= set(over)
            score.expected[kind] += 1
            score.found[kind] += bool(right)
            score.confusion[kind, (right or over)[0].kind if over else NOTHING] += 1
            if not right:
                score.missed.append((row["id"], kind, piece))
        extra = [finding for finding in findings if finding not in used]
        for finding in extra:
            score.confusion[NOTHING, finding.kind] += 1
            score.alarms.append((row["id"], finding.kind, finding.text))
        if not row["spans"].strip():
            score.innocent += 1
            score.alarmed += bool(extra)
    return score
