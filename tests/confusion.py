"""What the checks of words find in their labelled sentences: `python tests/confusion.py identifiers`, or `safety`.

The rules were made by the half called `tuned`. The half called `unseen` tells what to expect of sentences that nobody has
written yet, and is lower.
"""

from __future__ import annotations

import sys

import scoring
from rich.console import Console
from rich.table import Table


CHECKS = {"identifiers": scoring.identifiers, "safety": scoring.safety}


def table(score: scoring.Score, title: str) -> Table:
    """Rows: what stands there. Columns: what was found."""
    found = sorted({kind for _, kind in score.confusion}, key=lambda kind: (kind == scoring.NOTHING, kind))
    expected = sorted({kind for kind, _ in score.confusion}, key=lambda kind: (kind == scoring.NOTHING, kind))
    drawn = Table("stands there", *found, "recall", title=title)
    for kind in expected:
        counts = [str(score.confusion[kind, other] or "·") for other in found]
        drawn.add_row(kind, *counts, f"{score.recall(kind):.3f}" if kind != scoring.NOTHING else "")
    return drawn


def main(arguments: list[str]) -> int:
    """Print the tables of a check, one for each half of its sentences; 1 when the name is none."""
    if len(arguments) != 1 or arguments[0] not in CHECKS:
        print(f"{' '.join(arguments) or 'no name'}: is no labelled set; expected one of {', '.join(CHECKS)}", file=sys.stderr)
        return 1
    (name,) = arguments
    console = Console(width=None if sys.stdout.isatty() else 220)
    for half in scoring.halves(scoring.FIXTURES / f"{name}.csv"):
        score = CHECKS[name](half)
        console.print(table(score, f"{name}, {half}"))
        console.print(f"{half}: recall {score.recall():.3f}; something found in {score.alarmed} of {score.innocent} innocent sentences ({score.alarm_rate():.3f})")
        for words, rows in (("not found", score.missed), ("false alarm", score.alarms)):
            for identifier, kind, text in rows:
                console.print(f"{words}: {identifier} {kind}: {text}", markup=False, highlight=False)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
