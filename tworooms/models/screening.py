"""What a test result means: sensitivity, specificity and how common the thing is.

Functions take numbers or arrays (they broadcast as numpy does). Shares are proportions between 0 and 1, never
percent. "Positive" is whatever the test announces when it finds what it looks for: a flag, a second line, an
alarm. A test can only look for what it was made to look for; nothing here repairs that.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Counts",
    "LikelihoodRatios",
    "PredictiveBounds",
    "PredictiveValues",
    "Range",
    "counts",
    "likelihood_ratios",
    "odds_ratio_of_shares",
    "predictive_bounds",
    "predictive_spread",
    "predictive_values",
    "prevalence_needed",
    "update",
]

Number = float | NDArray[np.float64]


class Counts(NamedTuple):
    """Natural frequencies: how many of a round number fall in each of the four fields."""

    true_positive: Number
    false_negative: Number
    false_positive: Number
    true_negative: Number


class PredictiveValues(NamedTuple):
    """Share of positive results that are right, and share of negative results that are right."""

    positive: Number
    negative: Number


class LikelihoodRatios(NamedTuple):
    """Factors by which a positive and a negative result multiply the odds."""

    positive: Number
    negative: Number


class Range(NamedTuple):
    """Lowest and highest of something, each a float or an array."""

    low: Number
    high: Number


class PredictiveBounds(NamedTuple):
    """A range of each predictive value."""

    positive: Range
    negative: Range


def _plain(value: NDArray[np.float64]) -> Number:
    return float(value) if np.ndim(value) == 0 else value


def _share(value: ArrayLike, name: str) -> NDArray[np.float64]:
    array = np.asarray(value, dtype=float)
    if not np.all((array >= 0) & (array <= 1)):
        raise ValueError(f"{name}: {value} holds no proportion; expected 0 to 1")
    return array


def _inside(value: ArrayLike, name: str) -> NDArray[np.float64]:
    array = _share(value, name)
    if np.any((array <= 0) | (array >= 1)):
        raise ValueError(f"{name}: {value}; expected more than 0 and less than 1")
    return array


def _range(value: ArrayLike, name: str) -> tuple[float, float]:
    array = np.atleast_1d(_share(value, name))
    if array.shape == (1,):
        array = np.repeat(array, 2)
    if array.shape != (2,) or array[0] > array[1]:
        raise ValueError(f"{name}: {value} is no range; expected one number, or the lower and the higher")
    return float(array[0]), float(array[1])


def _divide(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom > 0, top / bottom, np.nan)


def counts(prevalence: ArrayLike, sensitivity: ArrayLike, specificity: ArrayLike, size: float = 1000) -> Counts:
    """Natural frequencies: of `size` things tested, how many land in each field of the two-by-two table.

    Parameters
    ----------
    prevalence : float or array_like
        Share that truly has what the test looks for, 0 to 1.
    sensitivity : float or array_like
        Share of those that the test flags, 0 to 1.
    specificity : float or array_like
        Share of all the others that the test passes, 0 to 1.
    size : float
        How many are tested; more than 0. The four counts add up to it.

    Returns
    -------
    Counts
        Expected counts, not rounded, in the units of `size`.

    Raises
    ------
    ValueError
        If a share lies outside 0 to 1, or `size` is not above 0.

    Notes
    -----
    Gigerenzer and Hoffrage, Psychological Review 1995;102:684-704, who put Bayes' rule in this form.
    """
    if not (np.isfinite(size) and size > 0):
        raise ValueError(f"size: {size}; expected more than 0")
    p, se, sp = np.broadcast_arrays(
        _share(prevalence, "prevalence"), _share(sensitivity, "sensitivity"), _share(specificity, "specificity")
    )
    return Counts(*(_plain(size * part) for part in (p * se, p * (1 - se), (1 - p) * (1 - sp), (1 - p) * sp)))


def predictive_values(prevalence: ArrayLike, sensitivity: ArrayLike, specificity: ArrayLike) -> PredictiveValues:
    """Share of positive and of negative results that are right (Bayes' rule).

    Parameters
    ----------
    prevalence, sensitivity, specificity : float or array_like
        As in `counts`.

    Returns
    -------
    PredictiveValues
        Two proportions. One is nan where the test never gives that result.

    Raises
    ------
    ValueError
        If a share lies outside 0 to 1.
    """
    tp, fn, fp, tn = (np.asarray(part) for part in counts(prevalence, sensitivity, specificity, 1))
    return PredictiveValues(_plain(_divide(tp, tp + fp)), _plain(_divide(tn, tn + fn)))


def likelihood_ratios(sensitivity: ArrayLike, specificity: ArrayLike) -> LikelihoodRatios:
    """Factor by which each result multiplies the odds: Se / (1 - Sp) and (1 - Se) / Sp.

    Parameters
    ----------
    sensitivity, specificity : float or array_like
        As in `counts`.

    Returns
    -------
    LikelihoodRatios
        Numbers of 0 or more; 1 means that the result says nothing. The first is infinite for a test without
        false alarms; either is nan for a test that never gives that result.

    Raises
    ------
    ValueError
        If a share lies outside 0 to 1.
    """
    se, sp = np.broadcast_arrays(_share(sensitivity, "sensitivity"), _share(specificity, "specificity"))

    def ratio(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where((bottom == 0) & (top > 0), np.inf, _divide(top, bottom))

    return LikelihoodRatios(_plain(ratio(se, 1 - sp)), _plain(ratio(1 - se, sp)))


def update(prevalence: ArrayLike, likelihood_ratio: ArrayLike) -> Number:
    """Probability after a result: the odds before, times the likelihood ratio.

    Parameters
    ----------
    prevalence : float or array_like
        Probability before the result, 0 to 1.
    likelihood_ratio : float or array_like
        0 or more. The product of several for several results, if their errors are independent.

    Returns
    -------
    float or numpy.ndarray
        Probability after the result. An impossible thing stays impossible and a certain one certain.

    Raises
    ------
    ValueError
        If `prevalence` lies outside 0 to 1, or a ratio is negative or not finite.
    """
    p, ratio = np.broadcast_arrays(_share(prevalence, "prevalence"), np.asarray(likelihood_ratio, dtype=float))
    if not np.all(np.isfinite(ratio) & (ratio >= 0)):
        raise ValueError(f"likelihood_ratio: {likelihood_ratio}; expected a finite number of 0 or more")
    return _plain(_divide(p * ratio, p * ratio + (1 - p)))


def prevalence_needed(predictive_value: ArrayLike, sensitivity: ArrayLike, specificity: ArrayLike) -> Number:
    """How common the thing must be for a positive result to be right this often: `predictive_values` inverted.

    Parameters
    ----------
    predictive_value : float or array_like
        Share of positive results that shall be right, more than 0 and less than 1.
    sensitivity, specificity : float or array_like
        As in `counts`, more than 0 and less than 1, so that both kinds of error can happen.

    Returns
    -------
    float or numpy.ndarray
        Prevalence, 0 to 1.

    Raises
    ------
    ValueError
        If a number lies outside its range.
    """
    wanted, se, sp = np.broadcast_arrays(
        _inside(predictive_value, "predictive_value"),
        _inside(sensitivity, "sensitivity"),
        _inside(specificity, "specificity"),
    )
    odds = wanted / (1 - wanted) * (1 - sp) / se
    return _plain(odds / (1 + odds))


def predictive_bounds(prevalence: ArrayLike, sensitivity: ArrayLike, specificity: ArrayLike) -> PredictiveBounds:
    """Lowest and highest predictive values when each of the three is only known to lie in a range.

    Both values rise with sensitivity and specificity; the positive one rises with prevalence and the negative one
    falls. So the extremes sit at the corners, and no combination inside the ranges goes beyond them.

    Parameters
    ----------
    prevalence, sensitivity, specificity : float or two floats
        One number, or the lower and the higher end, each 0 to 1.

    Returns
    -------
    PredictiveBounds
        Two ranges of proportions.

    Raises
    ------
    ValueError
        If an end lies outside 0 to 1, or a range is not the lower and the higher end.
    """
    (p_low, p_high), (se_low, se_high), (sp_low, sp_high) = (
        _range(prevalence, "prevalence"), _range(sensitivity, "sensitivity"), _range(specificity, "specificity"),
    )  # fmt: skip
    return PredictiveBounds(
        Range(
            predictive_values(p_low, se_low, sp_low).positive,
            predictive_values(p_high, se_high, sp_high).positive,
        ),
        Range(
            predictive_values(p_high, se_low, sp_low).negative,
            predictive_values(p_low, se_high, sp_high).negative,
        ),
    )


def predictive_spread(
    prevalence: ArrayLike,
    sensitivity: ArrayLike,
    specificity: ArrayLike,
    *,
    level: float = 0.95,
    steps: int = 41,
) -> PredictiveBounds:
    """Middle share of the predictive values when every point of the three ranges is held equally likely.

    An even grid instead of random draws, so that the answer is the same on every machine. Narrower than
    `predictive_bounds`, and only as good as the supposition that the three vary independently and evenly.

    Parameters
    ----------
    prevalence, sensitivity, specificity : float or two floats
        As in `predictive_bounds`.
    level : float
        Middle share kept, more than 0 and less than 1.
    steps : int
        Points along each range, 3 or more; the grid holds `steps` cubed.

    Returns
    -------
    PredictiveBounds
        Two ranges of proportions.

    Raises
    ------
    ValueError
        If a range, `level` or `steps` is not as described.
    """
    kept = float(_inside(level, "level"))
    if int(steps) != steps or steps < 3:
        raise ValueError(f"steps: {steps}; expected a whole number of 3 or more")
    middles = (np.arange(int(steps)) + 0.5) / int(steps)
    axes = []
    for value, name in ((prevalence, "prevalence"), (sensitivity, "sensitivity"), (specificity, "specificity")):
        low, high = _range(value, name)
        axes.append(low + (high - low) * middles)
    values = predictive_values(*np.meshgrid(*axes, indexing="ij"))
    tail = 50 * (1 - kept)

    def middle(part: Number) -> Range:
        low, high = np.nanpercentile(part, [tail, 100 - tail])
        return Range(float(low), float(high))

    return PredictiveBounds(middle(values.positive), middle(values.negative))


def odds_ratio_of_shares(share_of_events: ArrayLike, share_of_time: ArrayLike) -> Number:
    """How many times likelier an event is in one place than elsewhere, per unit of time spent there.

    If a share `e` of all events falls in a place where a share `t` of all exposure is spent, the rate there over the
    rate elsewhere is [e / (1 - e)] / [t / (1 - t)]: Bayes' rule, with exposure as the odds before.

    Parameters
    ----------
    share_of_events : float or array_like
        Share of the events in that place, 0 to 1, less than 1.
    share_of_time : float or array_like
        Share of the exposure (evenings, sessions, hours) spent there, more than 0 and less than 1.

    Returns
    -------
    float or numpy.ndarray
        Ratio of the two rates; 1 when the shares are equal.

    Raises
    ------
    ValueError
        If a share lies outside its range.

    Notes
    -----
    Says nothing of why: a place with company, help or different people in it may differ in all of these.
    """
    events = _share(share_of_events, "share_of_events")
    if np.any(events == 1):
        raise ValueError(f"share_of_events: {share_of_events}; expected less than 1")
    events, time = np.broadcast_arrays(events, _inside(share_of_time, "share_of_time"))
    return _plain(events / (1 - events) * (1 - time) / time)
