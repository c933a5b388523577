"""Write the invented weeks of this case: `weeks.csv` and `visits.csv`.

Seventy-eight weeks of one invented woman's notebook, and what six questions would have met at nine visits.
Nothing here was observed in anybody, and the arithmetic is a story's, not a finding.

Run `python make_weeks.py` in this folder. The seed is fixed, so the files come out the same each time.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent
SEED = 140
WEEKS = 78
LENT = range(28, 34)
#: Week of each entry in the record, who wrote it, and the numbers of the questions that were put.
VISITS = (
    (1, "Dr Hallam", (1,)),
    (3, "Nurse Tattersall", (1,)),
    (9, "Dr Lund, telephone", (1,)),
    (16, "Nurse Tattersall", (1,)),
    (24, "Pharmacist, telephone", ()),
    (33, "Online form", (1,)),
    (41, "Out-of-hours doctor", (3,)),
    (52, "Dr Menon", (1,)),
    (70, "Care navigator", (1,)),
)
QUESTIONS = (
    "More often, day or night?",
    "Pain as it fills, easing when you go?",
    "Cramps under the ribs?",
    "Any blood you can see?",
    "When it eased, what had changed?",
    "Ketamine, by name, with the reason?",
)
#: What she says afterwards that she would have told: these questions from this week on, bar these visits.
TELLS_FROM = {1: 1, 2: 1, 3: 41, 4: 52, 5: 33, 6: 16}
TELLS_NOT = {(6, 33), (6, 41), (6, 70)}


def weeks(rng: np.random.Generator) -> pd.DataFrame:
    """One row a week: evenings with ketamine, times up at night, cramps, visible blood."""
    rows, sore = [], 0.8
    for week in range(1, WEEKS + 1):
        wanted = np.interp(week, [1, 10, 20, 27, 34, 45, 60, 78], [1, 1.4, 3, 4, 3, 4.5, 6, 6])
        evenings = 0 if week in LENT else int(np.clip(round(wanted + rng.normal(0, 0.4)), 1, 6))
        sore = 0.88 * sore + 0.11 * evenings
        up = max(1, round(1 + sore + rng.normal(0, 0.3)))
        cramps = int(rng.poisson(0.5 * max(0, evenings - 3)))
        # Two weeks that the story tells: her three evenings, and the cramp that folded her over the wheel.
        evenings = 3 if week == 16 else evenings
        cramps = max(1, cramps) if week == 41 else cramps
        rows.append({
            "week": week, "evenings": evenings, "up_at_night": up, "cramps": cramps,
            "pain_on_filling": int(sore > 1.1), "blood_seen": int(sore > 3.6),
        })  # fmt: skip
    return pd.DataFrame(rows)


def true_answer(question: int, week: int, book: pd.DataFrame) -> int:
    """1 where the true answer to a question, looking back a month from this week, is yes."""
    row = book[book["week"] == week].iloc[0]
    month = book[(book["week"] > week - 4) & (book["week"] <= week)]
    answers = {
        1: row["up_at_night"] >= 2,
        2: row["pain_on_filling"] == 1,
        3: month["cramps"].sum() > 0,
        4: month["blood_seen"].sum() > 0,
        # An easing, and something that had changed, exist from the end of Lent on.
        5: week >= max(LENT),
        # The question asks about ever.
        6: True,
    }
    return int(answers[question])


def visits(book: pd.DataFrame) -> pd.DataFrame:
    """One row for each question at each visit: true, asked, and what she says she would have told."""
    rows = []
    for week, who, asked in VISITS:
        for number, question in enumerate(QUESTIONS, 1):
            true = true_answer(number, week, book)
            tells = week >= TELLS_FROM[number] and (number, week) not in TELLS_NOT
            rows.append({
                "week": week, "who": who, "number": number, "question": question,
                "true": true, "asked": int(number in asked), "would_tell": int(true and tells),
            })  # fmt: skip
    return pd.DataFrame(rows)


if __name__ == "__main__":
    book = weeks(np.random.default_rng(SEED))
    book.to_csv(FOLDER / "weeks.csv", index=False, lineterminator="\n")
    visits(book).to_csv(FOLDER / "visits.csv", index=False, lineterminator="\n")
