"""Alarm rules over a prescription record: what each would have called about, whom, and how late.

A record is a table with one row for each order a person placed (`ORDER_COLUMNS`). A rule turns it into
alarms, one True or False for each order; a truth table says who changed, and on which day. From the two
come the share of changed people found, the false calls, and the days from the change to the call, each
with its uncertainty. Thresholds are arguments: no rule here has a right setting.

Days are counted from the person's first order. An order can only ring when it is placed, so a rule is blind
between orders and to whoever stops ordering.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .rates import wilson

__all__ = [
    "DAYS_A_MONTH",
    "ORDER_COLUMNS",
    "TRUTH_COLUMNS",
    "Calls",
    "Delay",
    "Share",
    "at_least",
    "calls",
    "days_to_alarm",
    "early_order",
    "found",
    "found_among_called",
    "median_days",
    "missed_checkins",
    "rising_supply",
    "wait_in_turn",
]

#: Columns of a record: who, day of the order, days before it was due (negative: late), supply in percent of
#: the person's first order, check-ins missed since the order before.
ORDER_COLUMNS = ("patient", "day", "early", "supply", "missed")
#: Columns of a truth table: who, and the day of the change (empty for somebody who did not change).
TRUTH_COLUMNS = ("patient", "change_day")
#: A year of 365.25 days in twelve.
DAYS_A_MONTH = 365.25 / 12


class Share(NamedTuple):
    """A proportion (0 to 1) of ``n`` people, with its interval; NaN when there is nobody."""

    events: int
    n: int
    value: float
    low: float
    high: float


class Calls(NamedTuple):
    """False calls: their number, the months they were counted in, and the rate per 100 patient-months."""

    events: int
    months: float
    per_100: float
    low: float
    high: float


class Delay(NamedTuple):
    """Median days from change to alarm, infinity when fewer than half are found, with its interval."""

    found: int
    n: int
    median: float
    low: float
    high: float


def _level(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence: {confidence}; expected more than 0 and less than 1")
    return float(confidence)


# ------------------------------------------------------------------ rules


def _record(fills: pd.DataFrame) -> pd.DataFrame:
    lacking = [name for name in ORDER_COLUMNS if name not in fills.columns]
    if lacking:
        raise ValueError(f"record: no column {lacking[0]!r}; expected {', '.join(ORDER_COLUMNS)}")
    if fills.empty:
        raise ValueError("record: no orders; expected one row or more")
    if fills[list(ORDER_COLUMNS)].isna().any().any():
        raise ValueError("record: an empty cell; expected a value for every order")
    backwards = fills.groupby("patient", sort=False)["day"].diff() <= 0
    if backwards.any():
        row = fills.loc[backwards].iloc[0]
        raise ValueError(
            f"record: patient {row['patient']}, day {row['day']:g}, follows a later order; expected rising days"
        )
    return fills


def _positive(value: float, name: str) -> float:
    if not (np.isfinite(value) and value > 0):
        raise ValueError(f"{name}: {value}; expected more than 0")
    return float(value)


def _whole(value: int, name: str) -> int:
    if value != int(value) or value < 1:
        raise ValueError(f"{name}: {value}; expected a whole number, 1 or more")
    return int(value)


def early_order(fills: pd.DataFrame, days: float = 5, times: int = 1, last: int = 1) -> pd.Series:
    """Ring when enough of the latest orders came early.

    Parameters
    ----------
    fills : pandas.DataFrame
        A record (`ORDER_COLUMNS`), each person's orders in rising days.
    days : float
        An order counts as early when placed this many days or more before it was due.
    times, last : int
        Ring when ``times`` or more of the ``last`` orders, this one included and early itself, were early.

    Returns
    -------
    pandas.Series
        True or False for each order, in the record's index.

    Raises
    ------
    ValueError
        For a record that lacks a column, a threshold of 0 or less, or ``times`` above ``last``.
    """
    _record(fills)
    _positive(days, "days")
    if _whole(times, "times") > _whole(last, "last"):
        raise ValueError(f"times: {times} of the last {last}; expected no more than {last}")
    early = (fills["early"] >= days).astype(int)
    in_window = early.groupby(fills["patient"], sort=False).transform(
        lambda one: one.rolling(last, min_periods=1).sum()
    )
    return (in_window >= times) & (early == 1)


def rising_supply(fills: pd.DataFrame, rise: float = 30, orders: int = 3) -> pd.Series:
    """Ring when the supply has grown against a few orders ago.

    Parameters
    ----------
    fills : pandas.DataFrame
        A record (`ORDER_COLUMNS`).
    rise : float
        Growth in percent of the earlier supply, more than 0.
    orders : int
        How many orders back to compare with; people with fewer are compared with their first.

    Returns
    -------
    pandas.Series
        True or False for each order.

    Raises
    ------
    ValueError
        For a record that lacks a column, or a threshold of 0 or less.
    """
    _record(fills)
    factor = 1 + _positive(rise, "rise") / 100
    _whole(orders, "orders")
    supply = fills.groupby("patient", sort=False)["supply"]
    before = supply.shift(orders).fillna(supply.transform("first"))
    # A supply that grew by exactly the threshold rings, whatever the last binary digit says.
    return fills["supply"] >= before * factor - 1e-9


def missed_checkins(fills: pd.DataFrame, missed: int = 4, last: int = 2) -> pd.Series:
    """Ring when too many check-ins were missed before the latest orders.

    Parameters
    ----------
    fills : pandas.DataFrame
        A record (`ORDER_COLUMNS`).
    missed : int
        Check-ins missed, 1 or more.
    last : int
        Over how many gaps between orders, this one included.

    Returns
    -------
    pandas.Series
        True or False for each order.

    Raises
    ------
    ValueError
        For a record that lacks a column, or a threshold below 1.
    """
    _record(fills)
    _whole(missed, "missed")
    _whole(last, "last")
    together = fills.groupby("patient", sort=False)["missed"].transform(
        lambda one: one.rolling(last, min_periods=1).sum()
    )
    return together >= missed


def at_least(k: int, *rings: pd.Series) -> pd.Series:
    """Ring when ``k`` or more rules ring at the same order.

    Parameters
    ----------
    k : int
        1 (any of them) up to the number of rules (all of them).
    *rings : pandas.Series of bool
        Alarms of rules over the same record.

    Returns
    -------
    pandas.Series
        True or False for each order.

    Raises
    ------
    ValueError
        For no rules, ``k`` outside 1 to their number, or rules over different records.
    """
    if not rings or not 1 <= k <= len(rings):
        raise ValueError(f"k: {k} of {len(rings)} rules; expected 1 to the number of rules")
    if any(not ring.index.equals(rings[0].index) for ring in rings):
        raise ValueError("rules: of different records; expected alarms in the same order")
    return sum(ring.astype(int) for ring in rings) >= k


# ------------------------------------------------------------------ what a rule is worth


def _changes(fills: pd.DataFrame, truth: pd.DataFrame) -> pd.Series:
    lacking = [name for name in TRUTH_COLUMNS if name not in truth.columns]
    if lacking:
        raise ValueError(f"truth: no column {lacking[0]!r}; expected {', '.join(TRUTH_COLUMNS)}")
    if truth["patient"].duplicated().any():
        raise ValueError("truth: a patient twice; expected one row each")
    unknown = set(fills["patient"]) - set(truth["patient"])
    if unknown:
        raise ValueError(f"truth: nothing on patient {min(unknown)}; expected everybody in the record")
    return truth.set_index("patient")["change_day"].astype(float)


def _rings(fills: pd.DataFrame, rings: pd.Series) -> pd.Series:
    _record(fills)
    if not rings.index.equals(fills.index):
        raise ValueError("alarms: of another record; expected one for each order")
    return rings.astype(bool)


def days_to_alarm(fills: pd.DataFrame, rings: pd.Series, truth: pd.DataFrame) -> pd.Series:
    """Days from each person's change to the first alarm on or after it.

    Parameters
    ----------
    fills : pandas.DataFrame
        A record (`ORDER_COLUMNS`).
    rings : pandas.Series of bool
        Alarms of one rule over it.
    truth : pandas.DataFrame
        `TRUTH_COLUMNS`; ``change_day`` empty for people who did not change.

    Returns
    -------
    pandas.Series
        Days, indexed by patient, for those who changed; infinity when no alarm followed. An alarm before the
        change finds nothing.

    Raises
    ------
    ValueError
        For tables that lack a column or a person, or alarms of another record.
    """
    ringing = _rings(fills, rings)
    change = _changes(fills, truth).dropna()
    wait = fills["day"] - fills["patient"].map(change)
    wait = wait[ringing & (wait >= 0)].groupby(fills["patient"]).min()
    return wait.reindex(change.index).fillna(np.inf).rename("days")


def found(days: ArrayLike, confidence: float = 0.95) -> Share:
    """Share of changed people whom the rule found: its sensitivity, with a Wilson interval.

    Parameters
    ----------
    days : array_like
        Days to the alarm, infinity for not found (`days_to_alarm`).
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Share
        NaN when nobody changed.

    Raises
    ------
    ValueError
        For a confidence outside 0 to 1.
    """
    waits = np.asarray(days, dtype=float)
    return _share(int(np.isfinite(waits).sum()), waits.size, confidence)


def _share(events: int, n: int, confidence: float) -> Share:
    _level(confidence)
    if n == 0:
        return Share(0, 0, np.nan, np.nan, np.nan)
    return Share(events, n, events / n, *wilson(events, n, confidence))


def found_among_called(
    fills: pd.DataFrame, rings: pd.Series, truth: pd.DataFrame, confidence: float = 0.95
) -> Share:
    """Share of the people ever called who had changed before a call: the value of an alarm in this record.

    Parameters
    ----------
    fills, rings, truth
        As `days_to_alarm`.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Share
        People found, of people with at least one alarm; Wilson interval; NaN when nobody was called.

    Raises
    ------
    ValueError
        As `days_to_alarm`.

    Notes
    -----
    Holds for this record's share of changed people only; `predictive_value` moves it to another.
    """
    waits = days_to_alarm(fills, rings, truth)
    called = fills.loc[_rings(fills, rings), "patient"].nunique()
    return _share(int(np.isfinite(waits).sum()), called, confidence)


def calls(
    fills: pd.DataFrame,
    rings: pd.Series,
    truth: pd.DataFrame,
    until: float,
    *,
    draws: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Calls:
    """False calls per 100 patient-months: alarms on people who had not, or not yet, changed.

    Every such alarm counts, also a second one on the same person, since each is a call somebody makes. Time
    after a person's change is left out; time after the last order counts, since the subscription runs on.
    The interval resamples people, who ring again and again.

    Parameters
    ----------
    fills, rings, truth
        As `days_to_alarm`.
    until : float
        Last day of the record; everybody is watched from day 0 to it.
    draws : int
        Bootstrap samples of people.
    seed : int
        Of the generator.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Calls
        ``per_100`` with percentile bounds.

    Raises
    ------
    ValueError
        As `days_to_alarm`; for ``until`` before the last order, or fewer than one draw.
    """
    ringing = _rings(fills, rings)
    change = _changes(fills, truth)
    if not until >= fills["day"].max():
        raise ValueError(
            f"until: day {until}; expected the last order's day, {fills['day'].max():g}, or later"
        )
    _whole(draws, "draws")
    tail = (1 - _level(confidence)) / 2
    false = ringing & ~(fills["day"] >= fills["patient"].map(change))
    count = false.groupby(fills["patient"]).sum().reindex(change.index, fill_value=0).to_numpy(dtype=float)
    months = change.fillna(until).clip(0, until).to_numpy() / DAYS_A_MONTH
    if months.sum() == 0:
        return Calls(0, 0.0, np.nan, np.nan, np.nan)
    picked = np.random.default_rng(seed).integers(0, len(count), (draws, len(count)))
    time = months[picked].sum(axis=1)
    rates = 100 * count[picked].sum(axis=1)[time > 0] / time[time > 0]
    low, high = np.quantile(rates, [tail, 1 - tail])
    return Calls(
        int(count.sum()),
        float(months.sum()),
        float(100 * count.sum() / months.sum()),
        float(low),
        float(high),
    )


def median_days(days: ArrayLike, *, draws: int = 1000, seed: int = 0, confidence: float = 0.95) -> Delay:
    """Median days from change to alarm over everybody who changed, found or not.

    People not found wait forever. Leaving them out would make a rule that finds only the easy ones look fast.

    Parameters
    ----------
    days : array_like
        Days, infinity for not found (`days_to_alarm`).
    draws, seed, confidence
        Of the bootstrap over people.

    Returns
    -------
    Delay
        ``median`` is infinity when fewer than half are found, and so may be the upper bound. The lower of
        two middle values is taken, so that a median of days and infinity stays a day.

    Raises
    ------
    ValueError
        For negative days, no people, fewer than one draw, or a confidence outside 0 to 1.
    """
    waits = np.sort(np.asarray(days, dtype=float))
    if waits.size == 0 or np.isnan(waits).any() or waits[0] < 0:
        raise ValueError("days: empty or negative; expected days from 0, or infinity, for one person or more")
    _whole(draws, "draws")
    tail = (1 - _level(confidence)) / 2
    middle = (waits.size - 1) // 2
    picked = np.random.default_rng(seed).integers(0, waits.size, (draws, waits.size))
    medians = np.sort(waits[np.sort(picked, axis=1)[:, middle]])
    low, high = (medians[round(q * (draws - 1))] for q in (tail, 1 - tail))
    return Delay(int(np.isfinite(waits).sum()), waits.size, float(waits[middle]), float(low), float(high))


def wait_in_turn(every: float, finds: float = 1.0) -> float:
    """Mean days from a change to being found, if everybody is called in turn.

    Parameters
    ----------
    every : float
        Days between two calls to the same person, more than 0.
    finds : float
        Chance that one call finds a change that is there, more than 0 and at most 1.

    Returns
    -------
    float
        ``every * (1 / finds - 1 / 2)``: half a round, and a whole one for each call that finds nothing.

    Raises
    ------
    ValueError
        For a round of no days or a chance outside 0 to 1.

    Notes
    -----
    The change falls anywhere in a round with equal chance, and calls succeed independently: the mean number
    of calls needed is ``1 / finds``. What a call really finds nobody has measured.
    """
    _positive(every, "every")
    if not 0 < finds <= 1:
        raise ValueError(f"finds: {finds}; expected more than 0, at most 1")
    return float(every * (1 / finds - 0.5))
