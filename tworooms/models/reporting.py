"""What a count of reports says about the number of events behind it.

An event becomes a number in a table only if it passes every stage of a funnel: somebody notices it, takes it for
wrong, tells anyone, it is recorded, and a search finds the record. Each stage lets a share through, between 0 and
1, and nobody need know the share better than a range. ``shares`` is an array of shape (stages, 2), one row a stage
with its lowest and highest share; proportions, never percent. A range is a supposition of whoever typed it: nothing
in this module measured anything.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .rates import garwood, rule_of_three

__all__ = [
    "STAGES",
    "Range",
    "events_behind",
    "events_with_chance",
    "expected_found",
    "levels",
    "poisson_range",
    "silence_upper",
    "simulate",
    "spread",
]

#: The stages between what happened and what a search finds, in the order in which an event passes them.
STAGES = ("noticed", "recognized as wrong", "told to anyone", "recorded", "found by a search")


class Range(NamedTuple):
    """Lowest and highest value compatible with what was supposed."""

    low: float
    high: float


def _shares(shares: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(shares, dtype=float)
    if array.size == 0:
        return np.empty((0, 2))
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"shares: an array of shape {array.shape}; expected one row a stage, lowest and highest share")
    if not np.all((array >= 0) & (array <= 1)):
        raise ValueError(f"shares: {array.tolist()} holds no proportion; expected 0 to 1")
    if np.any(array[:, 0] > array[:, 1]):
        raise ValueError(f"shares: {array.tolist()} has a lowest share above its highest; expected lowest first")
    if np.any(array[:, 1] == 0):
        raise ValueError("shares: a stage lets nothing through; expected a highest share above 0")
    return array


def _count(value: float, name: str, least: int) -> float:
    number = float(value)
    if not (np.isfinite(number) and number == np.floor(number) and number >= least):
        raise ValueError(f"{name}: {value} is no count; expected a whole number, {least} or more")
    return number


def _divide(number: float, by: float) -> float:
    """Nothing found behind a stage that may let nothing through is any number at all."""
    return number / by if by > 0 else np.inf


def events_behind(found: float, shares: ArrayLike) -> Range:
    """Events compatible with ``found`` reports, by interval arithmetic.

    Parameters
    ----------
    found : int
        Reports found, 0 or more. Taken as exact: see `events_with_chance`.
    shares : array_like of float, shape (stages, 2)
        Lowest and highest share let through by each stage.

    Returns
    -------
    Range
        ``found`` divided by the product of the highest and of the lowest shares; the upper end is infinite when a
        lowest share is 0. For no report both ends are 0, since chance is left out: `silence_upper` and
        `events_with_chance` put it in.

    Raises
    ------
    ValueError
        If ``found`` is no count or ``shares`` no table of proportions.

    Notes
    -----
    The product falls in every share, so its extremes lie at the corners (Moore, Interval Analysis, 1966).
    """
    reports, table = _count(found, "found", 0), _shares(shares)
    if reports == 0:
        return Range(0.0, 0.0)
    return Range(reports / float(np.prod(table[:, 1])), _divide(reports, float(np.prod(table[:, 0]))))


def levels(found: float, shares: ArrayLike) -> NDArray[np.float64]:
    """The range at every level of the funnel, from what was found back to what happened.

    Parameters
    ----------
    found : int
        Reports found, 1 or more.
    shares : array_like of float, shape (stages, 2)
        As `events_behind`, in the order in which an event passes the stages.

    Returns
    -------
    numpy.ndarray, shape (stages + 1, 2)
        Row 0 is ``found`` twice; row k is the range before the last k stages; the last row is `events_behind`.

    Raises
    ------
    ValueError
        As `events_behind`, or for no report.
    """
    reports, table = _count(found, "found", 1), _shares(shares)
    rows = [events_behind(reports, table[len(table) - k :]) for k in range(len(table) + 1)]
    return np.array(rows, dtype=float)


def expected_found(events: float, shares: ArrayLike) -> Range:
    """Reports to be expected, on average, from a number of events: the funnel run forward.

    Parameters
    ----------
    events : float
        Events that happened, 0 or more.
    shares : array_like of float, shape (stages, 2)
        As `events_behind`.

    Returns
    -------
    Range
        ``events`` times the product of the lowest and of the highest shares.

    Raises
    ------
    ValueError
        If ``events`` is negative or not finite, or ``shares`` no table of proportions.
    """
    number, table = float(events), _shares(shares)
    if not (np.isfinite(number) and number >= 0):
        raise ValueError(f"events: {events}; expected 0 or more")
    return Range(number * float(np.prod(table[:, 0])), number * float(np.prod(table[:, 1])))


def poisson_range(found: int, confidence: float = 0.95) -> Range:
    """Average numbers of reports under which ``found`` would be no surprise.

    Parameters
    ----------
    found : int
        Reports found, 0 or more.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Range
        Exact two-sided interval of a Poisson mean. For no report the low end is 0 and all of the error stands
        above, which gives -ln(1 - confidence), at 95 percent the three of the rule of three.

    Raises
    ------
    ValueError
        If ``found`` is no count or ``confidence`` not between 0 and 1.

    Notes
    -----
    Garwood's interval, as `rates.garwood`, but for the one side of no report.
    """
    reports = _count(found, "found", 0)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence: {confidence}; expected between 0 and 1")
    if reports == 0:
        return Range(0.0, float(-np.log1p(-confidence)))
    return Range(*garwood(reports, confidence=confidence))


def events_with_chance(found: int, shares: ArrayLike, confidence: float = 0.95) -> Range:
    """As `events_behind`, with the luck of the count added.

    Parameters
    ----------
    found : int
        Reports found, 0 or more.
    shares : array_like of float, shape (stages, 2)
        As `events_behind`.
    confidence : float
        Of the chance part only; the shares have no confidence, they are supposed.

    Returns
    -------
    Range
        Ends of `poisson_range` divided by the products of the highest and of the lowest shares: long-run averages,
        which may lie below the count itself.

    Raises
    ------
    ValueError
        As `events_behind` and `poisson_range`.
    """
    average, table = poisson_range(found, confidence), _shares(shares)
    return Range(average.low / float(np.prod(table[:, 1])), _divide(average.high, float(np.prod(table[:, 0]))))


def silence_upper(sessions: int, shares: ArrayLike = ()) -> float:
    """How common events can be, per session, when nothing was reported in a number of sessions.

    Parameters
    ----------
    sessions : int
        Sessions behind the silence, 1 or more.
    shares : array_like of float, shape (stages, 2)
        As `events_behind`; empty for a count that misses nothing.

    Returns
    -------
    float
        Proportion: three divided by ``sessions`` and by the product of the lowest shares, at most 1.

    Raises
    ------
    ValueError
        If ``sessions`` is no count of 1 or more, or ``shares`` no table of proportions.

    Notes
    -----
    Rule of three, 95 percent, one-sided: Hanley and Lippman-Hand, JAMA 1983;249:1743-1745; no event in 1,985
    sessions gives 0.15 percent, fact ``home-zero-numerator``. Sessions with one person are no independent
    witnesses, so the true bound is looser.
    """
    number, table = _count(sessions, "sessions", 1), _shares(shares)
    return min(1.0, _divide(rule_of_three(number), float(np.prod(table[:, 0]))))


def spread(shares: ArrayLike) -> NDArray[np.float64]:
    """How many times wider each stage makes the answer.

    Parameters
    ----------
    shares : array_like of float, shape (stages, 2)
        As `events_behind`.

    Returns
    -------
    numpy.ndarray, shape (stages,)
        Highest share divided by lowest: 1 for a stage that is known, infinite for one that may let nothing
        through. Their product is the upper end of `events_behind` divided by the lower, so learning one share
        exactly narrows the answer by that stage's number, whatever the share turns out to be.

    Raises
    ------
    ValueError
        As `events_behind`.
    """
    table = _shares(shares)
    with np.errstate(divide="ignore"):
        return table[:, 1] / table[:, 0]


def simulate(found: int, shares: ArrayLike, draws: int = 20_000, seed: int = 11) -> NDArray[np.float64]:
    """Events behind ``found`` reports when every share is drawn by lot from its range.

    Parameters
    ----------
    found : int
        Reports found, 1 or more, taken as exact.
    shares : array_like of float, shape (stages, 2)
        As `events_behind`; lowest shares above 0.
    draws : int
        Number of draws, 1 or more.
    seed : int
        Of the random generator: the same seed gives the same draws.

    Returns
    -------
    numpy.ndarray, shape (draws,)
        Events. Never outside `events_behind`, and far more crowded: drawing evenly and independently is one more
        supposition, and the stages of a real funnel are likely to fail together.

    Raises
    ------
    ValueError
        If a count is none, or a lowest share is 0.
    """
    reports, number, table = _count(found, "found", 1), _count(draws, "draws", 1), _shares(shares)
    if np.any(table[:, 0] == 0):
        raise ValueError("shares: a lowest share is 0, from which nothing can be drawn; expected above 0")
    rng = np.random.default_rng(seed)
    drawn = rng.uniform(table[:, 0], table[:, 1], size=(int(number), len(table)))
    behind = events_behind(reports, table)
    # Rounding in the last digit may step over an end of the range.
    return np.clip(reports / np.prod(drawn, axis=1), behind.low, behind.high)
