"""Write the invented class of this case: `class_verdicts.csv`, with columns rater, claim_id, verdict.

Twenty-four students, invented, judge the twelve lines of Rita's message. Each line has a leaning, the share of
an average student that would give it each verdict; each student has two turns of mind of their own: how much
they ask before they call a thing supported, and how readily they say that a line is a matter of values. Nobody
was asked; the leanings are not our verdicts, and in places they contradict them.

Run `python make_verdicts.py` in this folder. The seed is fixed, so the file comes out the same each time.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
SEED = 132
RATERS = 24
VERDICTS = (
    "supported", "partly-supported", "unsupported", "contradicted", "unverifiable", "value-judgement",
)  # fmt: skip

#: How an average student leans on each line, in percent, in the order of VERDICTS. The two confusions that a
#: teacher should expect are built in: a value judgment taken for an empty claim, and partly taken for supported.
LEANINGS = {
    "wiki-05": (14, 12, 10, 0, 2, 62),
    "wiki-07": (4, 34, 46, 4, 8, 4),
    "wiki-17": (52, 40, 4, 2, 0, 2),
    "clinic-08": (34, 50, 10, 2, 4, 0),
    "clinic-19": (46, 14, 2, 0, 2, 36),
    "clinic-23": (0, 12, 46, 28, 10, 4),
    "interview-06": (4, 8, 18, 0, 68, 2),
    "interview-17": (6, 12, 8, 0, 6, 68),
    "supplier-10": (60, 34, 2, 0, 2, 2),
    "supplier-18": (2, 8, 20, 64, 6, 0),
    "recovery-23": (16, 44, 28, 2, 4, 6),
    "recovery-29": (22, 58, 14, 2, 2, 2),
}

#: Which verdicts a demanding student prefers (positive) or avoids, and which one with an eye for values.
STRICTNESS = np.array([-1.0, 0.1, 0.9, 0.6, 0.5, 0.0])
VALUES = np.array([-0.1, 0.0, -0.3, -0.2, 0.0, 1.0])


def classroom(rng: np.random.Generator) -> list[dict]:
    """One row for each verdict: rater, claim, verdict."""
    rows = []
    for number in range(1, RATERS + 1):
        tilt = np.exp(rng.normal(0, 0.7) * STRICTNESS + rng.normal(0, 0.8) * VALUES)
        for claim, leaning in LEANINGS.items():
            chance = np.array(leaning, dtype=float) * tilt
            verdict = rng.choice(len(VERDICTS), p=chance / chance.sum())
            rows.append({"rater": f"student-{number:02d}", "claim_id": claim, "verdict": VERDICTS[verdict]})
    return rows


def save(name: str, rows: list[dict]) -> None:
    """Write rows as CSV beside this script."""
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    save("class_verdicts.csv", classroom(np.random.default_rng(SEED)))
