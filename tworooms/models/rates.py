"""What a count of events says about a rate, and what a rate says about a count.

Functions take numbers or arrays (they broadcast as numpy does) and return proportions between 0 and 1, never
percent. None of them knows who was left uncounted: an interval describes chance alone, and the bound for a
place that nobody counts is 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, gammaincinv
from scipy.stats import norm

__all__ = [
    "Interval",
    "at_least_one",
    "clopper_pearson",
    "garwood",
    "per_person_bounds",
    "per_person_independent",
    "per_session_bounds",
    "per_session_independent",
    "rule_of_three",
    "sessions_needed",
    "wilson",
    "zero_events_upper",
]

Number = float | NDArray[np.float64]


class Interval(NamedTuple):
    """Two bounds of a proportion or a rate, each a float or an array."""

    low: Number
    high: Number


def _plain(value: NDArray[np.float64]) -> Number:
    return float(value) if np.ndim(value) == 0 else value


def _proportion(
    value: ArrayLike, name: str, *, above_zero: bool = False, below_one: bool = False
) -> NDArray[np.float64]:
    array = np.asarray(value, dtype=float)
    inside = (array > 0 if above_zero else array >= 0) & (array < 1 if below_one else array <= 1)
    if not np.all(inside):
        low, high = "more than 0" if above_zero else "0", "less than 1" if below_one else "1"
        raise ValueError(f"{name}: {value} holds no proportion; expected {low} to {high}")
    return array


def _count(value: ArrayLike, name: str, least: int) -> NDArray[np.float64]:
    array = np.asarray(value, dtype=float)
    if not np.all(np.isfinite(array) & (array == np.floor(array)) & (array >= least)):
        raise ValueError(f"{name}: {value} holds no count; expected whole numbers, {least} or more")
    return array


def _sessions_each(value: ArrayLike, name: str) -> NDArray[np.float64]:
    array = np.asarray(value, dtype=float)
    if not np.all(np.isfinite(array) & (array >= 1)):
        raise ValueError(f"{name}: {value}; expected 1 or more sessions a person")
    return array


def _events(events: ArrayLike, n: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, size = np.broadcast_arrays(_count(events, "events", 0), _count(n, "n", 1))
    if np.any(x > size):
        raise ValueError(f"events: {events} of {n}; expected no more events than n")
    return x, size


def rule_of_three(n: ArrayLike) -> Number:
    """Upper bound of a rate after no event in ``n``: 3 / n, at most 1.

    One-sided, 95 percent: a higher true rate would have shown at least one event with more than 95 percent
    probability. A shortcut for `zero_events_upper`, always a little above it (-ln 0.05 = 2.996).

    Parameters
    ----------
    n : int or array_like of int
        Sessions (or people) without an event, 1 or more.

    Returns
    -------
    float or numpy.ndarray
        Proportion, per session if ``n`` counts sessions.

    Raises
    ------
    ValueError
        If ``n`` is no whole number of 1 or more.

    Notes
    -----
    Hanley and Lippman-Hand, JAMA 1983;249:1743-1745. No event in 1,985 sessions gives 0.15 percent, fact
    ``home-zero-numerator``. Sessions of one person are no independent witnesses, so with few people the
    bound is too low.
    """
    return _plain(np.minimum(3.0 / _count(n, "n", 1), 1.0))


def zero_events_upper(n: ArrayLike, confidence: ArrayLike = 0.95) -> Number:
    """Exact one-sided upper bound of a rate after no event in ``n``: 1 - (1 - confidence)^(1 / n).

    Parameters
    ----------
    n : int or array_like of int
        Sessions (or people) without an event, 1 or more.
    confidence : float or array_like
        Between 0 and 1; one-sided.

    Returns
    -------
    float or numpy.ndarray
        The rate at which no event in ``n`` would still happen with probability 1 - ``confidence``.

    Raises
    ------
    ValueError
        If ``n`` is no whole number of 1 or more, or ``confidence`` not between 0 and 1.

    Notes
    -----
    Solves (1 - p)^n = 1 - confidence, the Clopper-Pearson bound for no event; assumes independent sessions.
    """
    level = _proportion(confidence, "confidence", above_zero=True, below_one=True)
    return _plain(-np.expm1(np.log1p(-level) / _count(n, "n", 1)))


def clopper_pearson(events: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Interval:
    """Exact two-sided interval of a proportion.

    Covers the true rate with at least the stated confidence, usually more. After no event it puts half of
    the error above, so that its upper end (about 3.7 / n) lies above the one-sided bound of
    `zero_events_upper`.

    Parameters
    ----------
    events, n : int or array_like of int
        Events, and sessions or people in which they were counted.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Interval
        ``low`` and ``high``: floats or arrays.

    Raises
    ------
    ValueError
        For counts that are no whole numbers, more events than ``n``, or a confidence outside 0 to 1.

    Notes
    -----
    Clopper and Pearson, Biometrika 1934;26:404-413, by quantiles of the beta distribution.
    """
    x, size = _events(events, n)
    tail = (1.0 - _proportion(confidence, "confidence", above_zero=True, below_one=True)) / 2.0
    # At the ends the beta distribution is undefined and the bound is exact without it.
    low = np.where(x > 0, betaincinv(np.maximum(x, 1.0), size - x + 1.0, tail), 0.0)
    high = np.where(x < size, betaincinv(x + 1.0, np.maximum(size - x, 1.0), 1.0 - tail), 1.0)
    return Interval(_plain(low), _plain(high))


def wilson(events: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Interval:
    """Two-sided score interval of a proportion: narrower than the exact one, right on average.

    Parameters
    ----------
    events, n : int or array_like of int
        Events, and sessions or people in which they were counted.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Interval
        ``low`` and ``high``: floats or arrays.

    Raises
    ------
    ValueError
        As `clopper_pearson`.

    Notes
    -----
    Wilson, J Am Stat Assoc 1927;22:209-212, without continuity correction: the proportions p that solve
    (events / n - p)^2 = z^2 p (1 - p) / n.
    """
    x, size = _events(events, n)
    level = _proportion(confidence, "confidence", above_zero=True, below_one=True)
    z = norm.isf((1.0 - level) / 2.0)
    middle = (x + z**2 / 2.0) / (size + z**2)
    half = z * np.sqrt(x * (size - x) / size + z**2 / 4.0) / (size + z**2)
    low = np.where(x > 0, middle - half, 0.0)
    high = np.where(x < size, middle + half, 1.0)
    return Interval(_plain(low), _plain(high))


def garwood(events: ArrayLike, exposure: ArrayLike = 1.0, confidence: float = 0.95) -> Interval:
    """Exact two-sided interval of a rate from a Poisson count.

    Parameters
    ----------
    events : int or array_like of int
        Events counted, 0 or more.
    exposure : float or array_like
        Time they were counted in (any unit), more than 0; 1 for the mean of the count itself.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Interval
        Bounds of the rate, per unit of exposure.

    Raises
    ------
    ValueError
        For a count that is no whole number, no exposure, or a confidence outside 0 to 1.

    Notes
    -----
    Garwood, Biometrika 1936;28:437-442, by quantiles of the gamma distribution. Assumes independent events: where the
    same people have them again and again it is too narrow.
    """
    x, time = np.broadcast_arrays(_count(events, "events", 0), np.asarray(exposure, dtype=float))
    if not np.all(time > 0):
        raise ValueError(f"exposure: {exposure}; expected more than 0")
    tail = (1.0 - _proportion(confidence, "confidence", above_zero=True, below_one=True)) / 2.0
    low = np.where(x > 0, gammaincinv(np.maximum(x, 1.0), tail), 0.0)
    return Interval(_plain(low / time), _plain(gammaincinv(x + 1.0, 1.0 - tail) / time))


def at_least_one(per_session: ArrayLike, sessions: ArrayLike) -> Number:
    """Probability of one event or more in a number of independent sessions: 1 - (1 - p)^n.

    Parameters
    ----------
    per_session : float or array_like
        Rate per session, 0 to 1.
    sessions : int or array_like of int
        0 or more.

    Returns
    -------
    float or numpy.ndarray
        Probability.

    Raises
    ------
    ValueError
        For a rate outside 0 to 1 or a number of sessions that is no count.
    """
    return _any(_proportion(per_session, "per_session"), _count(sessions, "sessions", 0))


def _any(p: NDArray[np.float64], k: NDArray[np.float64]) -> Number:
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = -np.expm1(k * np.log1p(-p))
    return _plain(np.where(p >= 1.0, np.where(k > 0, 1.0, 0.0), chance))


def per_person_independent(per_session: ArrayLike, sessions_each: ArrayLike) -> Number:
    """Share of people with one event or more, if every session carries the same independent risk.

    Parameters
    ----------
    per_session : float or array_like
        Rate per session, 0 to 1.
    sessions_each : float or array_like
        Sessions a person, the same for all; 1 or more, fractions allowed for a mean.

    Returns
    -------
    float or numpy.ndarray
        1 - (1 - p)^k.

    Raises
    ------
    ValueError
        For a rate outside 0 to 1 or fewer than one session.

    Notes
    -----
    Rarely true: sedation in 34.7 percent of 1,486,213 sessions (fact ``clinic-rems-sedation``) of 58,483
    patients would have reached nearly all of them; it reached 61.9 percent (fact
    ``clinic-rems-sedation-patients``). The same people have it again and again.
    """
    return _any(_proportion(per_session, "per_session"), _sessions_each(sessions_each, "sessions_each"))


def per_session_independent(per_person: ArrayLike, sessions_each: ArrayLike) -> Number:
    """Rate per session that gives a share of people, if sessions are independent: 1 - (1 - P)^(1 / k).

    Parameters
    ----------
    per_person : float or array_like
        Share of people with one event or more, 0 to 1.
    sessions_each : float or array_like
        Sessions a person, the same for all; 1 or more.

    Returns
    -------
    float or numpy.ndarray
        Rate per session: the inverse of `per_person_independent`.

    Raises
    ------
    ValueError
        For a share outside 0 to 1 or fewer than one session.
    """
    share = _proportion(per_person, "per_person")
    return _any(share, 1.0 / _sessions_each(sessions_each, "sessions_each"))


def per_person_bounds(per_session: ArrayLike, sessions_each: ArrayLike) -> Interval:
    """Between what a share of people with one event or more can lie, whatever clusters in whom.

    Each person has ``k`` sessions and a share ``p`` of all sessions has an event. The fewest people are
    affected when their every session has one: then ``p`` of the people hold all events. The most are affected
    when nobody has two: ``k p`` of them, or all. Nothing is assumed about independence.

    Parameters
    ----------
    per_session : float or array_like
        Share of sessions with an event, 0 to 1.
    sessions_each : float or array_like
        Sessions a person, 1 or more.

    Returns
    -------
    Interval
        ``p`` and ``min(1, k p)``.

    Raises
    ------
    ValueError
        For a rate outside 0 to 1 or fewer than one session.

    Notes
    -----
    With unequal numbers of sessions the upper bound holds for their mean, and the lower one need not: people
    with many sessions may hold all the events.
    """
    p = _proportion(per_session, "per_session")
    p, k = np.broadcast_arrays(p, _sessions_each(sessions_each, "sessions_each"))
    return Interval(_plain(p.copy()), _plain(np.minimum(1.0, k * p)))


def per_session_bounds(per_person: ArrayLike, sessions_each: ArrayLike) -> Interval:
    """Between what a rate per session can lie when a share of people had one event or more.

    Parameters
    ----------
    per_person : float or array_like
        Share of people with one event or more, 0 to 1.
    sessions_each : float or array_like
        Sessions a person, the same for all; 1 or more.

    Returns
    -------
    Interval
        ``P / k`` (one event each) and ``P`` (an event in every session of those who had any).

    Raises
    ------
    ValueError
        For a share outside 0 to 1 or fewer than one session.

    Notes
    -----
    The inverse of `per_person_bounds`. With unequal numbers of sessions the lower bound holds for their mean,
    the upper one need not.
    """
    share = _proportion(per_person, "per_person")
    share, k = np.broadcast_arrays(share, _sessions_each(sessions_each, "sessions_each"))
    return Interval(_plain(share / k), _plain(share.copy()))


def sessions_needed(per_session: ArrayLike, probability: ArrayLike = 0.95) -> int | NDArray[np.int64]:
    """Fewest independent sessions that show one event or more with a wanted probability.

    Parameters
    ----------
    per_session : float or array_like
        Rate per session, more than 0 and at most 1.
    probability : float or array_like
        Between 0 and 1.

    Returns
    -------
    int or numpy.ndarray of int
        The smallest n with 1 - (1 - p)^n >= probability; near 3 / p for 95 percent.

    Raises
    ------
    ValueError
        For a rate or probability outside its range, or a rate below 1e-15 (no event would be awaited).

    Notes
    -----
    One event in 20,000 sessions (fact ``home-esketamine-respiratory``) takes about 60,000 sessions to be seen
    once with 95 percent probability.
    """
    p = _proportion(per_session, "per_session", above_zero=True)
    if np.any(p < 1e-15):
        raise ValueError(f"per_session: {per_session}; expected 1e-15 or more")
    wanted = _proportion(probability, "probability", above_zero=True, below_one=True)
    with np.errstate(divide="ignore"):
        exact = np.log1p(-wanted) / np.log1p(-p)
    # A quotient that should be whole may come out a hair above.
    n = np.maximum(np.ceil(exact * (1.0 - 4.0 * np.finfo(float).eps)), 1.0).astype(np.int64)
    return int(n) if n.ndim == 0 else n
