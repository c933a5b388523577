"""Write the invented record of this case: `orders.csv`, `people.csv`, `ilda.csv` and `ilda_orders.csv`.

Two hundred invented subscribers, ten orders each, and what was true of every one of them, which no service
ever knows. How many drift, relapse or travel is decided below (`PEOPLE`) and was measured nowhere; so is how
each of them orders. Change the numbers and run again: the rules' results move, which is the point.

`ilda.csv` is one invented woman's twenty-one weeks: what happened, and the week in which somebody would have
noticed in each setting, under the suppositions its columns name. An empty cell means nobody.

Run `python make_record.py` in this folder. The seed is fixed, so the files come out the same each time. It is
one of some two dozen that were tried; another moves every result.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent
SEED = 24
ORDERS = 10
DAYS_BETWEEN = 28
CHECKINS_BETWEEN = 4
#: How many of each kind there are. An assumption: nobody has counted them at home.
PEOPLE = {"steady": 128, "travels": 34, "relapsing": 22, "drifting": 16}
#: Days between which a relapse or a drift begins.
CHANGE_BETWEEN = (56, 182)

#: Ilda: what happened, its week, and the week in which somebody other than Ilda would have noticed. "remote" is
#: as it went; "remote_call" supposes a call to everybody every eighth week that asks and is answered truthfully;
#: "clinic" a visit every fourth week, all of them kept; "clinic_missed" that the trial (weeks 12 to 16) costs her the
#: visit of week 16; "alone" is her brother upstairs. None: nobody by week 26. 0: could not happen that way there.
ILDA = (
    # what, week, remote, remote_call, clinic, clinic_missed, alone
    ("She watches the clock on Fridays", 8, None, None, None, None, 9),
    ("Nobody sits with her any more", 10, None, 16, 12, 12, 10),
    ("Good days shrink, five to three", 12, 21, 16, 12, 12, None),
    ("A hard answer: not minding an end", 13, 13, 13, 16, 20, None),
    ("A second evening in one week", 15, None, 16, 0, 0, 17),
    ("Up twice a night", 16, None, 16, 16, 20, None),
    ("Runs out; sixteen days with none", 18, None, 24, 0, 0, 19),
    ("She drops a \u201cnot\u201d in court", 20, None, 24, None, None, 20),
)

#: Ilda's own orders: day, days early, supply in percent of the first, check-ins missed since the order before.
ILDA_ORDERS = ((0, 0, 100, 0), (28, 0, 100, 0), (56, 0, 100, 0), (78, 6, 100, 0), (112, 0, 100, 3), (140, 0, 100, 4))


def steady(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Days early, supply step in percent and check-ins missed, for somebody nothing happens to."""
    early = np.round(rng.normal(0.3, 1.7, ORDERS))
    steps = np.where(rng.random(ORDERS) < 0.012, rng.choice([20, 35]), 0)
    missed = rng.binomial(CHECKINS_BETWEEN, rng.beta(1.2, 7.0), ORDERS)
    return early, steps, missed


def travels(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Orders before trips, and misses check-ins on them."""
    early, steps, missed = steady(rng)
    trips = rng.choice(np.arange(1, ORDERS), int(rng.integers(1, 4)), replace=False)
    early[trips] = rng.integers(4, 13, len(trips))
    missed[trips] = rng.binomial(CHECKINS_BETWEEN, 0.4, len(trips))
    return early, steps, missed


def relapsing(rng: np.random.Generator, since: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The illness returns: forms go unanswered, one request for more, orders a little early or late."""
    early, steps, missed = steady(rng)
    early = np.where(since > 0, np.round(rng.normal(1.0, 3.0, ORDERS)), early)
    missed = np.where(since > 0, rng.binomial(CHECKINS_BETWEEN, 0.45, ORDERS), missed)
    if rng.random() < 0.6:
        steps = np.where(since == rng.integers(1, 3), rng.choice([20, 35]), steps)
    return early, steps, missed


def drifting(rng: np.random.Generator, since: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Use outgrows the plan. Some order ever earlier, some ask for more, some hide both."""
    early, steps, missed = steady(rng)
    asks, hides = rng.random() < 0.55, rng.random() < 0.25
    grows = np.minimum(1.5 + 2.0 * since, 9.0)
    if not hides:
        early = np.where(since > 0, np.round(rng.normal(grows, 2.0)), early)
    if asks:
        steps = np.where((since > 0) & (rng.random(ORDERS) < 0.7), 15, steps)
    missed = np.where(since > 0, rng.binomial(CHECKINS_BETWEEN, 0.35, ORDERS), missed)
    return early, steps, missed


def record(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All orders, and what was true of the people who placed them."""
    kinds = rng.permutation(np.repeat(list(PEOPLE), list(PEOPLE.values())))
    due = np.arange(ORDERS) * DAYS_BETWEEN
    orders, people = [], []
    for patient, kind in enumerate(kinds, 1):
        change = int(rng.integers(*CHANGE_BETWEEN)) if kind in {"relapsing", "drifting"} else None
        # Orders since the change: 0 before it, then 1, 2, 3 …
        since = np.cumsum(due >= change) if change is not None else np.zeros(ORDERS, dtype=int)
        make = {"steady": steady, "travels": travels, "relapsing": relapsing, "drifting": drifting}[kind]
        early, steps, missed = make(rng, since) if change is not None else make(rng)
        early[0], steps[0], missed[0] = 0, 0, 0
        early = np.clip(early, -9, 20).astype(int)
        orders += [
            [patient, int(d - e), e, int(s), int(m)]
            for d, e, s, m in zip(due, early, 100 + np.cumsum(steps), missed)
        ]
        people.append([patient, kind, change])
    table = pd.DataFrame(orders, columns=["patient", "day", "early", "supply", "missed"])
    truth = pd.DataFrame(people, columns=["patient", "kind", "change_day"]).astype({"change_day": "Int64"})
    return table, truth


def save(name: str, table: pd.DataFrame) -> None:
    """Write a table as CSV beside this script."""
    table.to_csv(FOLDER / name, index=False, lineterminator="\n")


if __name__ == "__main__":
    orders, people = record(np.random.default_rng(SEED))
    save("orders.csv", orders)
    save("people.csv", people)
    columns = ["what", "week", "remote", "remote_call", "clinic", "clinic_missed", "alone"]
    save("ilda.csv", pd.DataFrame(ILDA, columns=columns).astype({c: "Int64" for c in columns[1:]}))
    own = pd.DataFrame(ILDA_ORDERS, columns=["day", "early", "supply", "missed"])
    save("ilda_orders.csv", own.assign(patient="Ilda")[["patient", *own.columns]])
