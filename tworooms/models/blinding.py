"""What a trial can mistake for a drug when people can tell what they were given.

One additive model, and the arithmetic of guessing. In the model a person's outcome is

    outcome = chance + (effect of what was in the drip) + hope x (1 if the person believes it was the drug)

so that two arms differ by ``true effect + hope x (P(believe drug | drug) - P(believe drug | control))``, in
standard deviations of ``chance``. It assumes that belief comes before the outcome, is worth the same to
everybody and in both arms, and adds to the drug without changing it. None of these is known to hold. A belief
that follows from getting better would look the same and is not in the model.

Functions take numbers or arrays (they broadcast as numpy does); shares are proportions, never percent.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binomtest

from .rates import Interval, clopper_pearson

__all__ = [
    "Arms",
    "Guess",
    "apparent_effect",
    "bang_index",
    "belief_gap",
    "beliefs",
    "correct_guesses",
    "gap_needed",
    "guess_rate",
    "hope_needed",
    "hope_needed_for_shift",
    "observed_effect",
    "true_effects",
]

Number = float | NDArray[np.float64]


class Arms(NamedTuple):
    """One quantity in each of two arms, each a float or an array of proportions."""

    drug: Number
    control: Number


class Guess(NamedTuple):
    """A guess rate beside chance: the share, its exact interval, and the exact two-sided p-value."""

    share: float
    interval: Interval
    p_value: float


def _plain(value: NDArray[np.float64]) -> Number:
    return float(value) if np.ndim(value) == 0 else value


def _finite(value: ArrayLike, name: str) -> NDArray[np.float64]:
    array = np.asarray(value, dtype=float)
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name}: {value} holds no finite number; expected standard deviations")
    return array


def _between(value: ArrayLike, name: str, low: float, high: float) -> NDArray[np.float64]:
    array = np.asarray(value, dtype=float)
    if not np.all((array >= low) & (array <= high)):
        raise ValueError(f"{name}: {value}; expected {low:g} to {high:g}")
    return array


def _whole(value: int, name: str, least: int = 0) -> int:
    if isinstance(value, bool) or not np.isfinite(value) or value != int(value) or value < least:
        raise ValueError(f"{name}: {value} holds no count; expected a whole number, {least} or more")
    return int(value)


# ------------------------------------------------------------------ who believes what


def beliefs(can_tell: ArrayLike, guess_drug: ArrayLike = 0.5) -> Arms:
    """Share of each arm that believes it was given the drug.

    A share of both arms can tell and is right; the others say "drug" with one probability, whichever arm they
    are in.

    Parameters
    ----------
    can_tell : float or array_like
        Share of people, the same in both arms, who can tell; 0 to 1.
    guess_drug : float or array_like
        Probability that one of the others says "drug"; 0 to 1. A hopeful room has more than one half.

    Returns
    -------
    Arms
        ``drug``: P(believe drug | drug) = t + (1 - t) g; ``control``: P(believe drug | control) = (1 - t) g.

    Raises
    ------
    ValueError
        For a share outside 0 to 1.
    """
    tell, said = np.broadcast_arrays(
        _between(can_tell, "can_tell", 0, 1), _between(guess_drug, "guess_drug", 0, 1)
    )
    return Arms(_plain(tell + (1 - tell) * said), _plain((1 - tell) * said))


def belief_gap(believe_drug: ArrayLike, believe_control: ArrayLike) -> Number:
    """P(believe drug | drug) minus P(believe drug | control).

    Parameters
    ----------
    believe_drug, believe_control : float or array_like
        Share of each arm that believes it was given the drug; 0 to 1.

    Returns
    -------
    float or numpy.ndarray
        From -1 (everybody wrong) over 0 (beliefs alike) to 1 (everybody right). Under `beliefs` it is
        ``can_tell``, whatever the others say.

    Raises
    ------
    ValueError
        For a share outside 0 to 1.
    """
    drug = _between(believe_drug, "believe_drug", 0, 1)
    return _plain(drug - _between(believe_control, "believe_control", 0, 1))


def correct_guesses(gap: ArrayLike) -> Number:
    """Share of all people who name their arm correctly, with arms of equal size and an answer from everybody.

    Parameters
    ----------
    gap : float or array_like
        Belief gap, -1 to 1.

    Returns
    -------
    float or numpy.ndarray
        (1 + gap) / 2: one half when nobody can tell.

    Raises
    ------
    ValueError
        For a gap outside -1 to 1.
    """
    return _plain((1 + _between(gap, "gap", -1, 1)) / 2)


# ------------------------------------------------------------------ what the trial then shows


def apparent_effect(true_effect: ArrayLike, hope: ArrayLike, gap: ArrayLike) -> Number:
    """Difference between the arms, in standard deviations of people who believe alike.

    Parameters
    ----------
    true_effect : float or array_like
        What the drug does beyond the control when beliefs are alike; standard deviations.
    hope : float or array_like
        What believing is worth, the same in both arms; standard deviations.
    gap : float or array_like
        Belief gap, -1 to 1.

    Returns
    -------
    float or numpy.ndarray
        true_effect + hope x gap.

    Raises
    ------
    ValueError
        For a number that is not finite or a gap outside -1 to 1.
    """
    width = _between(gap, "gap", -1, 1)
    return _plain(_finite(true_effect, "true_effect") + _finite(hope, "hope") * width)


def observed_effect(
    true_effect: ArrayLike, hope: ArrayLike, believe_drug: ArrayLike, believe_control: ArrayLike
) -> Number:
    """The same difference divided by the spread that a trial would see, which belief widens.

    Within an arm belief is a yes or no of probability p and adds hope^2 p (1 - p) to a variance of 1; the two
    arms are pooled with equal weight, as for Cohen's d of equal arms. Where all or none of each arm believe,
    the result is `apparent_effect`; elsewhere it is nearer to zero.

    Parameters
    ----------
    true_effect, hope : float or array_like
        As in `apparent_effect`; standard deviations of people who believe alike.
    believe_drug, believe_control : float or array_like
        Share of each arm that believes it was given the drug; 0 to 1.

    Returns
    -------
    float or numpy.ndarray
        Standardised difference in a trial of unlimited size.

    Raises
    ------
    ValueError
        As in `apparent_effect` and `belief_gap`.
    """
    worth = _finite(hope, "hope")
    p = _between(believe_drug, "believe_drug", 0, 1)
    q = _between(believe_control, "believe_control", 0, 1)
    spread = np.sqrt(1 + worth**2 * (p * (1 - p) + q * (1 - q)) / 2)
    return _plain(apparent_effect(true_effect, worth, belief_gap(p, q)) / spread)


# ------------------------------------------------------------------ the same, read backwards


def gap_needed(observed: ArrayLike, true_effect: ArrayLike, hope: ArrayLike) -> Number:
    """Belief gap at which a true effect and a worth of hope give an observed difference.

    Parameters
    ----------
    observed, true_effect : float or array_like
        Standard deviations.
    hope : float or array_like
        What believing is worth, not 0; standard deviations.

    Returns
    -------
    float or numpy.ndarray
        (observed - true_effect) / hope: the inverse of `apparent_effect`.

    Raises
    ------
    ValueError
        If hope is 0, or if the gap would lie outside -1 to 1: then no belief can explain the difference.
    """
    worth = _finite(hope, "hope")
    if np.any(worth == 0):
        raise ValueError(f"hope: {hope}; expected a worth other than 0, which explains nothing")
    gap = (_finite(observed, "observed") - _finite(true_effect, "true_effect")) / worth
    # Published values are rounded, and 1.1 / 1.1 may come out a hair above 1.
    snapped = np.where(np.abs(np.abs(gap) - 1) < 1e-12, np.sign(gap), gap)
    if np.any(np.abs(snapped) > 1):
        raise ValueError(
            f"observed: {observed} with a true effect of {true_effect} and hope {hope} needs a gap beyond 1; "
            "expected a difference that belief can bridge"
        )
    return _plain(snapped)


def hope_needed(observed: ArrayLike, true_effect: ArrayLike, gap: ArrayLike) -> Number:
    """What believing would have to be worth for a belief gap to explain a difference.

    Parameters
    ----------
    observed, true_effect : float or array_like
        Standard deviations.
    gap : float or array_like
        Belief gap, -1 to 1, not 0.

    Returns
    -------
    float or numpy.ndarray
        (observed - true_effect) / gap, in standard deviations.

    Raises
    ------
    ValueError
        If the gap is 0 or outside -1 to 1, or a number is not finite.
    """
    width = _between(gap, "gap", -1, 1)
    if np.any(width == 0):
        raise ValueError(f"gap: {gap}; expected beliefs that differ between the arms")
    return _plain((_finite(observed, "observed") - _finite(true_effect, "true_effect")) / width)


def hope_needed_for_shift(
    observed_a: ArrayLike,
    observed_b: ArrayLike,
    gap_a: ArrayLike = 1.0,
    gap_b: ArrayLike = 0.0,
    control_b_effect: ArrayLike = 0.0,
) -> Number:
    """What believing must be worth if hope is why two comparators give different effects.

    Both kinds of trial are taken to have the same drug, the same people and the same worth of hope.
    Comparator b may also act on the illness by itself.

    Parameters
    ----------
    observed_a, observed_b : float or array_like
        Standardised differences from the drug with comparator a (tell-tale) and b (less so).
    gap_a, gap_b : float or array_like
        Belief gaps, -1 to 1, gap_a more than gap_b. The defaults are the extremes, everybody and nobody can
        tell, and give the smallest worth that would do with gaps from 0 to 1.
    control_b_effect : float or array_like
        What comparator b does beyond comparator a when beliefs are alike; standard deviations, negative if it
        harms.

    Returns
    -------
    float or numpy.ndarray
        (observed_a - observed_b - control_b_effect) / (gap_a - gap_b), in standard deviations.

    Raises
    ------
    ValueError
        If the first gap does not exceed the second, or a number is out of its range.

    Notes
    -----
    Facts ``clinic-wilkinson2019-saline`` (1.8) and ``clinic-wilkinson2019-midazolam`` (0.7) give 1.1. They
    were compared between trials, not by lot, so people, years and sites may be the reason as well.
    """
    a, b = _between(gap_a, "gap_a", -1, 1), _between(gap_b, "gap_b", -1, 1)
    if not np.all(a > b):
        raise ValueError(f"gap_a: {gap_a} and gap_b: {gap_b}; expected a first gap above the second")
    shift = _finite(observed_a, "observed_a") - _finite(observed_b, "observed_b")
    return _plain((shift - _finite(control_b_effect, "control_b_effect")) / (a - b))


def true_effects(observed: ArrayLike, hope: ArrayLike) -> Interval:
    """Every true effect that fits one observed difference, when the belief gap may be anything from 0 to 1.

    Parameters
    ----------
    observed : float or array_like
        Standardised difference.
    hope : float or array_like
        What believing is worth, 0 or more; standard deviations.

    Returns
    -------
    Interval
        ``low`` = observed - hope (everybody could tell), ``high`` = observed (nobody could).

    Raises
    ------
    ValueError
        For a number that is not finite or a negative hope.
    """
    seen, worth = np.broadcast_arrays(_finite(observed, "observed"), _finite(hope, "hope"))
    if np.any(worth < 0):
        raise ValueError(f"hope: {hope}; expected 0 or more")
    return Interval(_plain(seen - worth), _plain(seen.copy()))


# ------------------------------------------------------------------ guesses against a coin


def guess_rate(correct: int, asked: int, chance: float = 0.5, confidence: float = 0.95) -> Guess:
    """A count of correct guesses beside what a coin would give.

    Parameters
    ----------
    correct, asked : int
        People who named their arm, and people who answered (1 or more).
    chance : float
        Probability of a right answer by luck, above 0 and below 1; one half for two equal arms.
    confidence : float
        Of the interval, above 0 and below 1.

    Returns
    -------
    Guess
        ``share`` (proportion), ``interval`` (exact, Clopper and Pearson) and ``p_value`` (exact, two-sided:
        how often luck alone would give a count this improbable or more so).

    Raises
    ------
    ValueError
        For counts that are no counts, more correct guesses than people, or a chance outside 0 to 1.

    Notes
    -----
    Fact ``ethics-expectancy-masked-guess``: 36.8 percent fits 14 of 38. An interval that includes chance does
    not show that nobody could tell.
    """
    right, people = _whole(correct, "correct"), _whole(asked, "asked", 1)
    if not 0 < chance < 1:
        raise ValueError(f"chance: {chance}; expected more than 0 and less than 1")
    interval = clopper_pearson(right, people, confidence)
    return Guess(right / people, interval, float(binomtest(right, people, chance).pvalue))


def bang_index(correct: int, wrong: int, dont_know: int = 0) -> float:
    """Bang's blinding index of one arm: right guesses beyond wrong ones, as a share of everybody asked.

    Parameters
    ----------
    correct, wrong, dont_know : int
        People of one arm, 0 or more, at least one in all.

    Returns
    -------
    float
        1: all name their arm; 0: as many right as wrong; -1: all name the other. In the drug arm a high
        value, and in the control arm a low one, can both come from one wish: that all hope for the drug.

    Raises
    ------
    ValueError
        For numbers that are no counts, or for nobody asked.

    Notes
    -----
    Bang, Ni and Davis, Control Clin Trials 2004;25:143-156, for three answers. With no don't-knows the two
    arms' indices add up to twice the belief gap.
    """
    right, other, unsure = (
        _whole(count, name)
        for count, name in ((correct, "correct"), (wrong, "wrong"), (dont_know, "dont_know"))
    )
    asked = right + other + unsure
    if asked == 0:
        raise ValueError("correct, wrong, dont_know: nobody was asked; expected one person or more")
    return (right - other) / asked
