"""What a proportion can be when some outcomes are missing, and what would make it a given number.

Three whole numbers come in: ``events`` seen, ``observed`` people whose outcome is known, ``total`` people
the proportion is meant for. Functions take numbers or arrays (they broadcast as numpy does) and return
proportions between 0 and 1, never percent. Bounds come first and assumptions after: the bounds use nothing
but arithmetic, and every number between them is a belief about people nobody asked.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import betaincinv, expit, logit
from scipy.stats import norm

__all__ = [
    "Bounds",
    "assumed",
    "assumed_interval",
    "break_even",
    "counts_behind",
    "delta_adjusted",
    "imbens_manski",
    "union_interval",
    "worst_best",
]

Number = float | NDArray[np.float64]


class Bounds(NamedTuple):
    """Two ends of what a proportion can be, each a float or an array."""

    low: Number
    high: Number


def _plain(value: ArrayLike) -> Number:
    array = np.asarray(value, dtype=float)
    return float(array) if array.ndim == 0 else array


def _count(value: ArrayLike, name: str, least: int) -> NDArray[np.float64]:
    array = np.asarray(value, dtype=float)
    if not np.all(np.isfinite(array) & (array == np.floor(array)) & (array >= least)):
        raise ValueError(f"{name}: {value} holds no count; expected whole numbers, {least} or more")
    return array


def _counts(events: ArrayLike, observed: ArrayLike, total: ArrayLike) -> tuple[NDArray[np.float64], ...]:
    e, n, size = np.broadcast_arrays(
        _count(events, "events", 0), _count(observed, "observed", 0), _count(total, "total", 1)
    )
    if np.any(e > n):
        raise ValueError(f"events: {events} of {observed} observed; expected no more events than observed")
    if np.any(n > size):
        raise ValueError(f"observed: {observed} of {total} in total; expected no more observed than total")
    return e, n, size


def _proportion(value: ArrayLike, name: str) -> NDArray[np.float64]:
    array = np.asarray(value, dtype=float)
    if not np.all((array >= 0) & (array <= 1)):
        raise ValueError(f"{name}: {value} holds no proportion; expected 0 to 1")
    return array


def _tail(confidence: float) -> float:
    if np.ndim(confidence) or not 0 < confidence < 1:
        raise ValueError(f"confidence: {confidence}; expected one number between 0 and 1")
    return (1.0 - float(confidence)) / 2.0


def _exact(x: NDArray[np.float64], size: NDArray[np.float64], tail: float) -> tuple[NDArray[np.float64], ...]:
    """Return both exact (beta quantile) ends of a proportion of known outcomes."""
    low = np.where(x > 0, betaincinv(np.maximum(x, 1.0), size - x + 1.0, tail), 0.0)
    high = np.where(x < size, betaincinv(x + 1.0, np.maximum(size - x, 1.0), 1.0 - tail), 1.0)
    return low, high


def counts_behind(percent: float, n: int, decimals: int = 1) -> tuple[int, int]:
    """Fewest and most events that print as a rounded percentage of ``n``.

    Parameters
    ----------
    percent : float
        As printed, 0 to 100.
    n : int
        People it is a percentage of, 1 or more.
    decimals : int
        Decimals printed.

    Returns
    -------
    tuple of int
        Both ends, equal when only one count fits.

    Raises
    ------
    ValueError
        For a percentage outside 0 to 100, an ``n`` that is no count, or when no whole number fits: the
        percentage was then not of this ``n``.

    Notes
    -----
    62.8 percent of 1,247 (fact ``home-hull-response-phq9``) can only be 783 people. Half a unit of the last
    decimal is allowed on either side.
    """
    _proportion(percent / 100, "percent / 100")
    size = int(_count(n, "n", 1))
    half = 0.5 * 10.0**-decimals + 1e-9
    low = int(np.ceil((percent - half) / 100 * size))
    high = int(np.floor((percent + half) / 100 * size))
    if low > high:
        raise ValueError(f"percent: no count of {size} prints as {percent}; expected a percentage of this n")
    return max(low, 0), min(high, size)


def worst_best(events: ArrayLike, observed: ArrayLike, total: ArrayLike) -> Bounds:
    """Between what the proportion in everybody must lie, whatever happened to the missing.

    The low end takes every missing person for a non-event, the high end for an event. Their distance is the
    share missing: no amount of care in the analysis makes it narrower.

    Parameters
    ----------
    events, observed, total : int or array_like of int
        Events seen, outcomes known, people in all.

    Returns
    -------
    Bounds
        events / total and (events + total - observed) / total.

    Raises
    ------
    ValueError
        If a number is no count, or not events <= observed <= total.

    Notes
    -----
    The worst-case bounds of Manski, Am Econ Rev 1990;80(2):319-323. His example of people followed up after
    leaving shelters (Identification Problems in the Social Sciences, 1995, chapter 2: 106 men sampled, 64
    found again, 21 of them housed) gives 0.20 and 0.59.
    """
    e, n, size = _counts(events, observed, total)
    return Bounds(_plain(e / size), _plain((e + size - n) / size))


def assumed(events: ArrayLike, observed: ArrayLike, total: ArrayLike, missing_rate: ArrayLike) -> Number:
    """Proportion in everybody if the missing had a supposed rate.

    Parameters
    ----------
    events, observed, total : int or array_like of int
        Events seen, outcomes known, people in all.
    missing_rate : float or array_like
        Rate supposed among the missing, 0 to 1.

    Returns
    -------
    float or numpy.ndarray
        (events + missing_rate (total - observed)) / total.

    Raises
    ------
    ValueError
        As `worst_best`, or for a rate outside 0 to 1.
    """
    e, n, size = _counts(events, observed, total)
    return _plain((e + _proportion(missing_rate, "missing_rate") * (size - n)) / size)


def break_even(events: ArrayLike, observed: ArrayLike, total: ArrayLike, target: ArrayLike) -> Number:
    """Rate the missing would need for everybody together to reach a target.

    Parameters
    ----------
    events, observed, total : int or array_like of int
        Events seen, outcomes known, people in all.
    target : float or array_like
        Proportion wanted in everybody, 0 to 1.

    Returns
    -------
    float or numpy.ndarray
        (target total - events) / (total - observed). Below 0: reached whatever the missing did. Above 1: out
        of reach whatever they did. Not a number where nobody is missing.

    Raises
    ------
    ValueError
        As `worst_best`, or for a target outside 0 to 1.
    """
    e, n, size = _counts(events, observed, total)
    wanted = _proportion(target, "target")
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = (wanted * size - e) / (size - n)
    return _plain(np.where(size > n, needed, np.nan))


def delta_adjusted(
    events: ArrayLike, observed: ArrayLike, total: ArrayLike, delta: ArrayLike, scale: str = "difference"
) -> Number:
    """Proportion in everybody if the missing did worse or better than the observed by a stated amount.

    Parameters
    ----------
    events, observed, total : int or array_like of int
        Events seen, outcomes known (1 or more), people in all.
    delta : float or array_like
        Missing minus observed: a difference of proportions, or of log-odds.
    scale : {"difference", "log-odds"}
        What ``delta`` is measured in. A difference that would leave 0 to 1 stops at the end.

    Returns
    -------
    float or numpy.ndarray
        The proportion; ``delta`` 0 says that the missing are like the observed.

    Raises
    ------
    ValueError
        As `worst_best`; if nobody was observed; for a ``delta`` that is no finite number or an unknown scale.

    Notes
    -----
    Delta adjustment of a pattern-mixture model, as for a binary outcome in White, Carpenter and Horton,
    Clin Trials 2012;9:396-407, without their regression on covariates.
    """
    e, n, size = _counts(events, observed, total)
    if np.any(n < 1):
        raise ValueError(f"observed: {observed}; expected 1 or more: delta is measured from the observed")
    shift = np.asarray(delta, dtype=float)
    if not np.all(np.isfinite(shift)):
        raise ValueError(f"delta: {delta}; expected finite numbers")
    seen = e / n
    if scale == "difference":
        rate = np.clip(seen + shift, 0.0, 1.0)
    elif scale == "log-odds":
        rate = expit(logit(seen) + shift)
    else:
        raise ValueError(f"scale: {scale!r}; expected 'difference' or 'log-odds'")
    return _plain((e + rate * (size - n)) / size)


def assumed_interval(
    events: ArrayLike,
    observed: ArrayLike,
    total: ArrayLike,
    missing_rate: ArrayLike,
    confidence: float = 0.95,
) -> Bounds:
    """Interval of chance around `assumed`, with the supposed rate and the share missing taken as given.

    Parameters
    ----------
    events, observed, total : int or array_like of int
        Events seen, outcomes known (1 or more), people in all.
    missing_rate : float or array_like
        Rate supposed among the missing, 0 to 1.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Bounds
        The exact interval of events in ``observed``, weighted with the observed share, plus what is supposed.

    Raises
    ------
    ValueError
        As `assumed`; if nobody was observed; for a confidence outside 0 to 1.

    Notes
    -----
    The only chance in it is that of the observed (Clopper and Pearson, Biometrika 1934;26:404-413). It grows
    narrow as more people are missing, because a supposition has no sampling error: a reason to distrust it.
    """
    e, n, size = _counts(events, observed, total)
    if np.any(n < 1):
        raise ValueError(f"observed: {observed}; expected 1 or more")
    low, high = _exact(e, n, _tail(confidence))
    rest = _proportion(missing_rate, "missing_rate") * (size - n)
    return Bounds(_plain((low * n + rest) / size), _plain((high * n + rest) / size))


def union_interval(
    events: ArrayLike, observed: ArrayLike, total: ArrayLike, confidence: float = 0.95
) -> Bounds:
    """Chance and missing outcomes together: exact low end of the worst case to high end of the best.

    Covers the whole range between `worst_best` with at least the stated confidence, and so any truth in it
    with more: conservative, and explained in one sentence.

    Parameters
    ----------
    events, observed, total : int or array_like of int
        Events seen, outcomes known, people in all.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Bounds
        Low end of the exact interval of ``events`` in ``total``; high end of that of ``events`` and all the
        missing.

    Raises
    ------
    ValueError
        As `worst_best`, or for a confidence outside 0 to 1.

    Notes
    -----
    Each end has half the error (Clopper and Pearson, Biometrika 1934;26:404-413), so both hold together with
    the stated confidence at least. Supposes that ``total`` is a random sample of somebody.
    """
    e, n, size = _counts(events, observed, total)
    tail = _tail(confidence)
    return Bounds(_plain(_exact(e, size, tail)[0]), _plain(_exact(e + size - n, size, tail)[1]))


def imbens_manski(
    events: ArrayLike, observed: ArrayLike, total: ArrayLike, confidence: float = 0.95
) -> Bounds:
    """Interval that covers the one true proportion, rather than the whole range, with the stated confidence.

    A little narrower than `union_interval`: the truth cannot lie near both ends at once, so with much missing
    each end needs only a one-sided allowance.

    Parameters
    ----------
    events, observed, total : int or array_like of int
        Events seen, outcomes known, people in all.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Bounds
        Bounds of `worst_best` widened by c standard errors, held within 0 and 1.

    Raises
    ------
    ValueError
        As `worst_best`, or for a confidence outside 0 to 1.

    Notes
    -----
    Imbens and Manski, Econometrica 2004;72:1845-1857: c solves
    Phi(c + (high - low) / max(se)) - Phi(-c) = confidence. With nobody missing c is the two-sided quantile,
    1.96 at 95 percent; with many missing it falls to the one-sided one, 1.64. A normal approximation: use
    `union_interval` for small numbers or proportions near 0 or 1.
    """
    e, n, size = _counts(events, observed, total)
    tail = _tail(confidence)
    low, high = e / size, (e + size - n) / size
    se_low, se_high = np.sqrt(low * (1 - low) / size), np.sqrt(high * (1 - high) / size)
    widest = np.maximum(se_low, se_high)

    def critical(gap: float, se: float) -> float:
        if se == 0:
            return 0.0
        top = norm.isf(tail)
        return brentq(lambda c: norm.cdf(c + gap / se) - norm.cdf(-c) - (1 - 2 * tail), 0.0, top + 1e-9)

    c = np.vectorize(critical, otypes=[float])(high - low, widest)
    return Bounds(_plain(np.maximum(low - c * se_low, 0.0)), _plain(np.minimum(high + c * se_high, 1.0)))
