"""Write the invented observations of this case: `looks.csv` and `observations.csv`.

One evening in one body, invented, is placed in three rooms. The same eight things happen at the same
minutes in each of them; what differs is who looks, when, and what they can measure. Nothing here was observed
in anybody.

Run `python make_observations.py` in this folder. The seed is fixed, so the files come out the same each time.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
SEED = 911
DISCHARGE_MIN = 120
SCREEN_DARK_MIN = 25
HOME_FROM_CLINIC_MIN = 190
END_MIN = 240

#: number, what happens, earliest and latest beginning, shortest and longest duration (min), how it can be
#: noticed. Pressure and drowsiness keep to the published course of supervised sessions: see the caption.
EVENTS = (
    (1, "Blood pressure up", (12, 18), (50, 70), "cuff"),
    (2, "Frightened, cannot say so", (19, 24), (10, 16), "look"),
    (3, "Slow to answer to her name", (30, 36), (25, 40), "look"),
    (4, "Oxygen reading low", (38, 44), (3, 6), "oximeter"),
    (5, "Vomits", (55, 65), (3, 6), "sound"),
    (6, "Says she misses the smell of tomato leaves", (74, 84), (1, 3), "near"),
    (7, "Stands too soon, sways", (92, 104), (2, 4), "look"),
    (8, "Trips on the porch step", (198, 210), (1, 2), "near"),
)


def looks(rng: np.random.Generator) -> list[dict]:
    """Every moment at which somebody other than Dawn looks at her: room, who, role, minute."""
    rows = []
    minute = 0.0
    while minute < DISCHARGE_MIN:
        rows.append({"room": "clinic", "who": "nurse", "role": "trained", "minute": round(minute)})
        minute += rng.uniform(8, 12)
    for minute in range(0, SCREEN_DARK_MIN + 1, 5):
        rows.append({"room": "remote", "who": "guide", "role": "trained", "minute": minute})
    minute = SCREEN_DARK_MIN + rng.exponential(14)
    while minute < END_MIN:
        rows.append({"room": "remote", "who": "Kris", "role": "lay", "minute": round(minute)})
        minute += rng.exponential(14)
    minute = float(DISCHARGE_MIN + 5)
    while minute < END_MIN:
        rows.append({"room": "clinic", "who": "Kris", "role": "lay", "minute": round(minute)})
        minute += rng.uniform(8, 20) if minute < HOME_FROM_CLINIC_MIN + 20 else rng.exponential(30)
    return rows


def what_happens(rng: np.random.Generator) -> list[dict]:
    """The eight events with the minute each begins and ends."""
    rows = []
    for number, label, begins, lasts, noticed_by in EVENTS:
        began = int(rng.integers(begins[0], begins[1] + 1))
        ended = began + int(rng.integers(lasts[0], lasts[1] + 1))
        rows.append(
            {"event": number, "what": label, "began_min": began, "ended_min": ended, "noticed_by": noticed_by}
        )
    return rows


def seen(event: dict, room: str, looked: list[dict]) -> tuple[str, str, int] | None:
    """Who other than Dawn notices the event first, in what role, at what minute; None when nobody does."""
    began, ended, how = event["began_min"], event["ended_min"], event["noticed_by"]
    in_clinic = room == "clinic" and began < DISCHARGE_MIN
    mine = sorted((row for row in looked if row["room"] == room), key=lambda row: row["minute"])
    if how == "oximeter":
        return ("nurse", "trained", began + 1) if in_clinic else None
    if how == "cuff":
        # The clinic measures at every look; the remote room once, before the tablet, too early to matter.
        mine = [row for row in mine if row["who"] == "nurse"]
    if in_clinic and how in {"sound", "near"}:
        return "nurse", "trained", began
    if room == "remote" and how == "sound":
        return "Kris", "lay", began + 1
    if how == "near" and began >= HOME_FROM_CLINIC_MIN and room in {"clinic", "remote"}:
        # She is walked in from the car, or to the dog's last outing: somebody has her arm.
        return "Kris", "lay", began
    hit = next((row for row in mine if began <= row["minute"] <= ended), None)
    return (hit["who"], hit["role"], hit["minute"]) if hit else None


def written(event: dict, room: str, who: str) -> tuple[str, str]:
    """Who writes the event down, and where; two empty strings when nobody does."""
    if who == "nurse":
        return "nurse", "chart"
    if who == "guide":
        return "guide", "session note"
    if room == "remote" and event["event"] in (5, 8):
        return "Dawn", "next-day form"
    if event["event"] == 6 and room in {"remote", "alone"}:
        return "Dawn", "garden notebook"
    return "", ""


def observations(events: list[dict], looked: list[dict]) -> list[dict]:
    """One row for each event in each room."""
    rows = []
    for room in ("clinic", "remote", "alone"):
        for event in events:
            who, role, minute = seen(event, room, looked) or ("", "nobody", "")
            author, place = written(event, room, who)
            rows.append({
                "room": room, "event": event["event"], "what": event["what"], "began_min": event["began_min"],
                "ended_min": event["ended_min"], "seen_by": who, "role": role, "seen_min": minute,
                "written_by": author, "written_where": place,
            })  # fmt: skip
    return rows


def save(name: str, rows: list[dict]) -> None:
    """Write rows as CSV beside this script."""
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    rng = np.random.default_rng(SEED)
    events = what_happens(rng)
    looked = looks(rng)
    save("looks.csv", looked)
    save("observations.csv", observations(events, looked))
