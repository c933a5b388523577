"""Write `accounts.csv`: what each of five invented records says about twelve details of the same eleven seconds.

The records are the nurse's note, the clinic's form, the therapist's account, the patient's page and the monitor's
trace, as they stand in the reading. The coding is ours: "says", "part" (vaguely, or only so far), "differs"
(says something another record contradicts) or "silent". Nothing here was observed in anybody, and nothing is drawn
by lot, so the file comes out the same each time.

Run `python make_accounts.py` in this folder.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parent
RECORDS = ("note", "form", "Gil", "Adele", "trace")
CODES = {"S": "says", "p": "part", "x": "differs", ".": "silent"}

#: detail, then one letter a record in the order of RECORDS, then why the letters are not plainer.
DETAILS = (
    ("Where the hand was", "S.pS.", "Gil: where you'd put yours. Adele gives it to her grandmother."),
    ("How long", "x.x..", "Eleven seconds seen, by the clock; three or four from memory."),
    ("The thumb", "S.p..", "Gil: it's a hand."),
    ("Did she reach for him", "p.S..", "The note could not tell; Gil is sure."),
    ("Breath or hand first", "p.Sp.", "Gil: flat, then hand, then breath. Adele: hand, then breath; nothing of a stop."),
    ("The breathing line", "SpS.S", "Flat for part of it. The form: vital signs stable, by itself no line."),
    ("What page 6 said", "Spp..", "The form: an agreement is on file. Gil: it cannot mean that."),
    ("What could not be seen", "Sp...", "The form: partial view."),
    ("One witness, two rooms", "pp...", "The note: counting in Room 3. The form: staffing."),
    ("Who ended it", "S....", "She went in with a cuff that was not due."),
    ("What it was for", ".xx..", "The form: supportive. Gil: so that she would breathe."),
    ("What it was to her", ".p.S.", "The form: resting comfortably. Adele: the one I came for."),
)


def accounts() -> pd.DataFrame:
    """One row for each detail and record: detail, record, code, why."""
    return pd.DataFrame(
        [
            {"detail": detail, "record": record, "code": CODES[letter], "why": why}
            for detail, letters, why in DETAILS
            for record, letter in zip(RECORDS, letters, strict=True)
        ]
    )


if __name__ == "__main__":
    accounts().to_csv(FOLDER / "accounts.csv", index=False, lineterminator="\n")
