"""What a course of treatment costs the person, and how far a fixed budget reaches under different rules.

Money keeps whatever currency it comes in and is never converted. The only common measure is an hour of the
person's own pay: ``hours_of_pay`` turns money into it, and hours that go unpaid are already in it. Benefit
is counted in good months of one year. Nothing here knows whether a treatment works: gains are the caller's
guess.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "RULES",
    "Course",
    "cost_per_person_reached",
    "course",
    "good_months",
    "healthy_years",
    "hours_of_pay",
    "lifted_over",
    "priority_gain",
    "ranks",
    "reach",
    "score",
    "watched_hours_per_event",
]

#: Rules that `score` knows, each with what it counts.
RULES = {
    "good months": "good months gained, whoever gains them",
    "priority": "good months gained, each counting for more the fewer the person has",
    "line": "people lifted over a line of good months",
    "same room": "people beyond the road who are brought to the room that others live near",
}

_COLUMNS = ("fixed", "per_person", "start", "gain", "brought_near")


class Course(NamedTuple):
    """One person's course: money in their currency, hours in hours.

    ``fees`` and ``running`` are money; ``road``, ``watched`` and ``companion`` are hours. ``companion``
    holds the hours of whoever drives and waits, 0 without one.
    """

    fees: float
    running: float
    road: float
    watched: float
    companion: float

    @property
    def money(self) -> float:
        """Fees and running cost together, in the currency they were given in."""
        return self.fees + self.running

    @property
    def hours(self) -> float:
        """The person's own hours, on the road and being watched."""
        return self.road + self.watched


def _at_least(value: float, name: str, least: float = 0.0, *, above: bool = False) -> float:
    number = float(value)
    if not math.isfinite(number) or number < least or (above and number == least):
        raise ValueError(f"{name}: {value}; expected {'more than' if above else 'at least'} {least:g}")
    return number


def _count(value: float, name: str, least: int = 0) -> int:
    number = _at_least(value, name, least)
    if number != math.floor(number):
        raise ValueError(f"{name}: {value}; expected a whole number")
    return int(number)


def course(
    sessions: int,
    fee: float = 0.0,
    *,
    miles: float = 0.0,
    mph: float = 40.0,
    watched: float = 2.0,
    running_per_mile: float = 0.0,
    companion: bool = False,
) -> Course:
    """Cost of one course to the person who takes it.

    Parameters
    ----------
    sessions : int
        Visits, or evenings at home; 0 or more.
    fee : float
        Money per session that the person pays, any currency; 0 where a public fund pays.
    miles : float
        One way, to where the session takes place; 0 at home.
    mph : float
        Miles per hour, door to door; more than 0.
    watched : float
        Hours of observation per session.
    running_per_mile : float
        Fuel and wear per mile, in the currency of ``fee``.
    companion : bool
        Whether another adult gives the same hours.

    Returns
    -------
    Course

    Raises
    ------
    ValueError
        For a negative or infinite number, a part of a session, or a speed of 0.

    Notes
    -----
    Everything is proportional to ``sessions``. Four sessions at 300 US dollars make 1,200 and six at 1,500
    make 9,000: the range of fact ``clinic-us-price``.
    """
    n = _count(sessions, "sessions")
    driven = 2.0 * n * _at_least(miles, "miles")
    road = driven / _at_least(mph, "mph", above=True)
    stay = n * _at_least(watched, "watched")
    return Course(
        fees=n * _at_least(fee, "fee"),
        running=driven * _at_least(running_per_mile, "running_per_mile"),
        road=road,
        watched=stay,
        companion=road + stay if companion else 0.0,
    )


def hours_of_pay(money: float, wage: float) -> float:
    """Money as hours of the person's own pay: ``money`` / ``wage``, both in one currency.

    Raises
    ------
    ValueError
        If ``money`` is negative or ``wage`` not above 0. Somebody without pay has no such measure.
    """
    return _at_least(money, "money") / _at_least(wage, "wage", above=True)


def reach(budget: float, per_person: float, fixed: float = 0.0) -> int:
    """How many people a budget treats whole: nobody gets part of a course.

    Parameters
    ----------
    budget, per_person, fixed : float
        In one currency. ``fixed`` is paid once, before anybody is treated.

    Returns
    -------
    int
        0 when the fixed cost leaves too little for one.

    Raises
    ------
    ValueError
        If a number is negative or ``per_person`` is 0.
    """
    left = _at_least(budget, "budget") - _at_least(fixed, "fixed")
    each = _at_least(per_person, "per_person", above=True)
    # A quotient that should be whole may come out a hair below.
    return max(0, math.floor(left / each * (1 + 4 * np.finfo(float).eps)))


def cost_per_person_reached(budget: float, per_person: float, fixed: float = 0.0) -> float:
    """Money spent for each person reached, the fixed cost shared among them; infinite when nobody is.

    Parameters and errors as in `reach`. Never below ``per_person``.
    """
    people = reach(budget, per_person, fixed)
    return per_person + fixed / people if people else math.inf


def healthy_years(budget: float, per_year: float) -> float:
    """Quality-adjusted life-years that a budget buys at a given ratio: ``budget`` / ``per_year``.

    Parameters
    ----------
    budget : float
        Money, in the currency of the ratio.
    per_year : float
        Money per year gained: a published ratio, or the threshold of a payer.

    Raises
    ------
    ValueError
        If ``budget`` is negative or ``per_year`` not above 0.

    Notes
    -----
    Supposes that the ratio holds at any scale. One million US dollars at the modelled ratio of fact
    ``clinic-ross2020-icer`` buys 4.2.
    """
    return _at_least(budget, "budget") / _at_least(per_year, "per_year", above=True)


def watched_hours_per_event(sessions: int, hours: float, events: int) -> float:
    """Hours of observation for each event reported: ``sessions`` x ``hours`` / ``events``.

    Says what a rule costs in sitting, never what it prevents: events happen watched or not. Some go unreported,
    which lowers the true figure, and some are not caused by the drug, which raises it.

    Raises
    ------
    ValueError
        If ``sessions`` or ``events`` is no whole number, ``events`` is 0, or ``hours`` is negative.
    """
    n = _count(sessions, "sessions")
    return n * _at_least(hours, "hours") / _count(events, "events", 1)


def good_months(people: float, gain: float) -> float:
    """Good months gained in all: ``people`` x ``gain``, whoever gains them."""
    return _at_least(people, "people") * _at_least(gain, "gain")


def priority_gain(people: float, start: float, gain: float, aversion: float) -> float:
    """Gain weighted by how badly off people were.

    Parameters
    ----------
    people : float
        How many.
    start : float
        Good months each had in the year before; more than 0.
    gain : float
        Good months each gains; 0 or more.
    aversion : float
        0 counts every month alike, 1 counts a doubling alike for everybody, above 1 leans further.

    Returns
    -------
    float
        In good months as a person at one month a year would count them, so that the first month of such a
        person weighs 1. Comparable between options at one ``aversion``, never between two.

    Raises
    ------
    ValueError
        If a number is out of range.

    Notes
    -----
    Isoelastic welfare: people x (g(start + gain) - g(start)), with g(u) = u^(1 - e) / (1 - e), or ln u at
    e = 1. A. B. Atkinson, On the measurement of inequality, J Econ Theory 1970;2:244-263.
    """
    n, low = _at_least(people, "people"), _at_least(start, "start", above=True)
    high, e = low + _at_least(gain, "gain"), _at_least(aversion, "aversion")
    # ln(high / low) * expm1(x) / x keeps its digits where 1 - e is nearly 0.
    log = math.log(high / low)
    x = (1.0 - e) * log
    return n * low ** (1.0 - e) * log * (math.expm1(x) / x if x else 1.0)


def lifted_over(people: float, start: float, gain: float, line: float) -> float:
    """People who start below ``line`` good months and reach it; nobody when all start above or stay below."""
    n, low = _at_least(people, "people"), _at_least(start, "start")
    return n if low < _at_least(line, "line") <= low + _at_least(gain, "gain") else 0.0


def score(
    options: pd.DataFrame, budget: float, rule: str, *, aversion: float = 1.0, line: float = 6.0
) -> NDArray[np.float64]:
    """What a budget achieves with each option, by one rule.

    Parameters
    ----------
    options : pandas.DataFrame
        A row for each option: ``fixed`` and ``per_person`` (money), ``start`` and ``gain`` (good months a
        year), ``brought_near`` (share of those reached who live far off and are brought to the room).
    budget : float
        Money, spent on one option whole.
    rule : str
        A key of `RULES`.
    aversion, line : float
        For the rules "priority" and "line".

    Returns
    -------
    numpy.ndarray
        One number for each row; larger is better by that rule.

    Raises
    ------
    ValueError
        For an unknown rule, a missing column, or a number out of range.
    """
    if rule not in RULES:
        raise ValueError(f"rule: {rule!r}; expected one of {', '.join(RULES)}")
    missing = [name for name in _COLUMNS if name not in options]
    if missing:
        raise ValueError(f"options: no column {missing[0]!r}; expected {', '.join(_COLUMNS)}")
    scores = []
    for row in options.itertuples():
        people = reach(budget, row.per_person, row.fixed)
        if rule == "good months":
            scores.append(good_months(people, row.gain))
        elif rule == "priority":
            scores.append(priority_gain(people, row.start, row.gain, aversion))
        elif rule == "line":
            scores.append(lifted_over(people, row.start, row.gain, line))
        else:
            if not 0 <= row.brought_near <= 1:
                raise ValueError(f"brought_near: {row.brought_near}; expected 0 to 1")
            scores.append(people * row.brought_near)
    return np.array(scores, dtype=float)


def ranks(scores: Sequence[float] | ArrayLike) -> NDArray[np.int64]:
    """Places from scores, 1 for the largest; equal scores share the better place.

    Scores within a billionth of each other count as equal.

    Raises
    ------
    ValueError
        If a score is not finite or there is none.
    """
    values = np.asarray(scores, dtype=float)
    if values.ndim != 1 or not len(values) or not np.all(np.isfinite(values)):
        raise ValueError("scores: expected a row of finite numbers")
    slack = 1e-9 * max(1.0, float(np.abs(values).max()))
    return np.array([1 + int(np.sum(values > value + slack)) for value in values])
