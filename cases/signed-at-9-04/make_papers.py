"""Write the invented papers of this case: `specimen.csv` and `trail.csv`.

`specimen.csv` holds one consent form in three versions, the same ten statements in each, and says of every wording
whether it states the matter, words it away or leaves it out. That judgement is ours; argue with it. `trail.csv` is
the log of the tablet that Ken signed. No form of any clinic or company was copied, and nobody signed these.

Run `python make_papers.py` in this folder. Nothing is drawn by chance, so the files come out the same each time.
"""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent

#: Topic, and for each version (lawyer's, clinic's, patients') whether it is "said", "softened" or "left out", and how.
STATEMENTS = (
    (
        "What it is, licensed for what",
        (
            "said",
            "The patient acknowledges that ketamine hydrochloride is authorised as an anaesthetic and that its "
            "administration for a psychiatric indication, being outside the terms of that authorisation, is undertaken "
            "on the responsibility of the prescribing practitioner.",
        ),
        ("softened", "Ketamine is a trusted medicine. Our doctors use it to help people with low mood."),
        (
            "said",
            "Ketamine is an anaesthetic. It is not licensed for depression. Doctors are allowed to use it this way, and "
            "yours has to be able to tell you why.",
        ),
    ),
    (
        "What else there is",
        (
            "said",
            "The patient confirms that alternative modalities, including but not limited to antidepressant medication, "
            "psychological therapy, electroconvulsive therapy and transcranial magnetic stimulation, have been made "
            "available for consideration and have been declined or deferred.",
        ),
        ("left out", ""),
        (
            "said",
            "You could do something else. Ask about another tablet, talking therapy, magnets, ECT, or waiting. Ask what "
            "this clinic earns from each.",
        ),
    ),
    (
        "What it may do for you",
        (
            "said",
            "No representation, warranty or guarantee, express or implied, is given as to the existence, magnitude or "
            "duration of any therapeutic benefit.",
        ),
        ("softened", "Many of our clients soon start to feel better."),
        (
            "said",
            "It may help a lot, a little or not at all. If it helps, that often fades within weeks. A few of us felt worse.",
        ),
    ),
    (
        "What it is like",
        (
            "said",
            "Transient alterations of perception, cognition and consciousness, including dissociative phenomena, "
            "derealisation and depersonalisation, may be anticipated in a proportion of recipients and are in general "
            "self-limiting.",
        ),
        ("softened", "You may feel floaty. This is normal and it will pass."),
        (
            "said",
            "We tried to describe it and could not agree. Time stretches. Your body may seem far off, or not yours. You may "
            "be unable to speak. Some of us would not have missed it, and some of us would never go back.",
        ),
    ),
    (
        "What it does to the body that day",
        (
            "said",
            "Cardiovascular stimulation, nausea, emesis, sedation and, infrequently, respiratory depression may occur and "
            "may necessitate discontinuation or emergency intervention.",
        ),
        (
            "said",
            "Some people feel sick or sleepy. Your blood pressure may go up and your breathing may slow. A nurse checks both.",
        ),
        (
            "said",
            "Your blood pressure goes up for a while. You may be sick. You may be very sleepy. Now and then somebody's "
            "breathing slows, and then you need people near you who know what to do.",
        ),
    ),
    (
        "What it may do later",
        (
            "said",
            "Urological, hepatic, cognitive and dependence-related sequelae have been described following repeated "
            "non-medical exposure, and their applicability to therapeutic administration remains undetermined.",
        ),
        ("left out", ""),
        (
            "said",
            "People who use a great deal of ketamine for a long time can ruin their bladder, and some find it hard to stop. "
            "Nobody has counted well enough to say what a course like yours does. Tell us if it hurts to pee.",
        ),
    ),
    (
        "Touch",
        (
            "softened",
            "The patient authorises such physical contact as may in the reasonable judgement of attending personnel be "
            "incidental to monitoring, reassurance or safety.",
        ),
        ("softened", "I am happy for the team to hold my hand."),
        (
            "said",
            "Will anyone touch you? You can refuse everything but first aid. If you say one thing today and another under "
            "the drug, which answer counts? Write that down too.",
        ),
    ),
    (
        "How to stop",
        (
            "softened",
            "The patient may withdraw authorisation at any time, provided that such withdrawal shall not affect the "
            "lawfulness of anything done prior thereto, nor oblige personnel to act in a manner which in their judgement "
            "would be unsafe.",
        ),
        ("softened", "You can stop at any time."),
        (
            "said",
            "Until it starts, you can walk out. A drip can be turned off, but what is already in you takes its time. A "
            "tablet you have swallowed cannot be turned off by anybody. Pick a word now that means stop.",
        ),
    ),
    (
        "Who watches, and the way home",
        (
            "softened",
            "Monitoring shall be conducted by personnel deemed appropriate by the provider for such period as the provider "
            "shall determine, following which the patient undertakes to be accompanied and to refrain from operating "
            "vehicles or machinery.",
        ),
        ("said", "A nurse is with you. Ask a friend to take you home, and do not drive today."),
        (
            "said",
            "Ask who will watch you, what they are trained to do, and who takes over when they leave the room. Somebody must "
            "see you home. Do not drive until you have slept.",
        ),
    ),
    (
        "Records, money, complaints",
        (
            "said",
            "Fees are non-refundable once administration has commenced; information may be recorded, retained and disclosed "
            "in accordance with the privacy policy of the provider; and any dispute shall be resolved under the complaints "
            "procedure or, where applicable, by binding arbitration.",
        ),
        ("softened", "We keep your notes safe. You pay on the day."),
        (
            "said",
            "You pay every time, and nobody can tell you how many times. We will ask before we record you. If something goes "
            "wrong, here is who you complain to, and here is who they answer to.",
        ),
    ),
)
VERSIONS = ("lawyer's", "clinic's", "patients'")

OPENED = "09:04:11"
#: What the tablet showed, page by page, and for how many seconds.
PAGES = (
    ("page 1 opened", "Ketamine is a trusted medicine.", 9),
    ("page 2 opened", "You may feel floaty.", 6),
    ("page 3 opened", "Some people feel sick or sleepy.", 5),
    ("page 4 opened", "[x] I am happy for the team to hold my hand.", 4),
    ("page 5 opened", "You can stop at any time.", 5),
    ("page 6 opened", "We keep your notes safe.", 11),
    ("signed, finger", "K Thwaite", 0),
)


def statements() -> list[dict]:
    """One row for each statement in each version."""
    return [
        {"version": version, "statement": topic, "status": status, "text": text}
        for which, version in enumerate(VERSIONS)
        for topic, *versions in STATEMENTS
        for status, text in (versions[which],)
    ]


def trail() -> list[dict]:
    """One row for each event of the tablet's log, with the clock at which it began."""
    clock = datetime.strptime(OPENED, "%H:%M:%S")
    rows = []
    for event, shown, seconds in PAGES:
        rows.append({"clock": f"{clock:%H:%M:%S}", "event": event, "shown": shown, "seconds": seconds})
        clock += timedelta(seconds=seconds)
    return rows


def save(name: str, rows: list[dict]) -> None:
    """Write rows as CSV beside this script."""
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    save("specimen.csv", statements())
    save("trail.csv", trail())
