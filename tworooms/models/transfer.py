"""What would have to be true for a harm seen at one exposure to appear at a much smaller one.

Two literatures describe the same symptom in people whose exposures hardly overlap. Between them stands an
assumption, and these functions make it explicit: a share seen in one group (the anchor), how many times smaller the
other group's exposure is (the gap), how the excess falls on the way down (the shape), and how many would have
the symptom anyway (the background). They say what follows from an assumption; none of them says which is true.

Exposure is relative: 0 is none, 1 is the anchor group's. Every shape runs from 0 at exposure 0 to 1 at
exposure 1, so that shapes differ only in between. Nothing is extrapolated above the anchor. Shares are
proportions from 0 to 1, never percent. Arguments broadcast as in numpy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "SHAPES",
    "excess_over_background",
    "gap_needed",
    "implied_share",
    "parameter_needed",
    "relative_exposure",
    "share_of_anchor",
    "with_background",
]

Number = float | NDArray[np.float64]

#: Each shape, and what its one parameter means.
SHAPES = {
    "power": "exponent, more than 0: 1 is a straight line, below 1 rises early, above 1 rises late",
    "threshold": "relative exposure, 0 to less than 1, up to which nothing happens; a straight line from there",
    "saturating": "half-constant, more than 0: small means that most of the excess is there at low exposure",
}


def _plain(value: NDArray[np.float64]) -> Number:
    return float(value) if np.ndim(value) == 0 else value


def _within(
    value: ArrayLike, name: str, low: float, high: float, *, open_low: bool = False, open_high: bool = False
) -> NDArray[np.float64]:
    array = np.asarray(value, dtype=float)
    above = array > low if open_low else array >= low
    below = array < high if open_high else array <= high
    if not np.all(np.isfinite(array) & above & below):
        least = f"more than {low:g}" if open_low else f"{low:g}"
        if np.isinf(high):
            raise ValueError(f"{name}: {value}; expected {least}" + ("" if open_low else " or more"))
        most = f"less than {high:g}" if open_high else f"{high:g}"
        raise ValueError(f"{name}: {value}; expected {least} to {most}")
    return array


def _shape(shape: str) -> str:
    if shape not in SHAPES:
        raise ValueError(f"shape: {shape!r}; expected one of " + ", ".join(SHAPES))
    return shape


def _parameter(shape: str, parameter: ArrayLike) -> NDArray[np.float64]:
    if _shape(shape) == "threshold":
        return _within(parameter, "threshold", 0.0, 1.0, open_high=True)
    return _within(parameter, "exponent" if shape == "power" else "half-constant", 0.0, np.inf, open_low=True)


def relative_exposure(
    dose_gap: ArrayLike, duration_ratio: ArrayLike = 1.0, duration_weight: ArrayLike = 0.0
) -> Number:
    """Exposure of the second group as a fraction of the anchor group's: ratio ** weight / gap.

    Parameters
    ----------
    dose_gap : float or array_like
        How many times smaller the second group's dose is; 1 or more (no unit).
    duration_ratio : float or array_like
        Its duration divided by the anchor group's, in the same unit; more than 0.
    duration_weight : float or array_like
        0: only the dose counts. 1: dose times duration counts (cumulative dose). Between: in between.

    Returns
    -------
    float or numpy.ndarray
        Relative exposure, more than 0 and at most 1.

    Raises
    ------
    ValueError
        For an argument outside its range, or an exposure above the anchor's (nothing is extrapolated).

    Notes
    -----
    The weight generalises the rule of thumb that concentration times time has a constant effect (Haber's
    rule; Miller, Schlosser and Janszen, Toxicology 2000;149:21-34, discuss the exponents).
    """
    gap = _within(dose_gap, "dose_gap", 1.0, np.inf)
    ratio = _within(duration_ratio, "duration_ratio", 0.0, np.inf, open_low=True)
    weight = _within(duration_weight, "duration_weight", 0.0, 1.0)
    exposure = ratio**weight / gap
    if np.any(exposure > 1.0):
        raise ValueError(f"relative exposure: {np.max(exposure):g}; expected 1 or less, the anchor's own")
    return _plain(exposure)


def excess_over_background(share: ArrayLike, background: ArrayLike) -> Number:
    """Share that exposure accounts for, when a background share would have the symptom anyway.

    Parameters
    ----------
    share : float or array_like
        Observed share, 0 to 1, at least the background.
    background : float or array_like
        Share with the symptom without exposure, 0 to less than 1.

    Returns
    -------
    float or numpy.ndarray
        (share - background) / (1 - background).

    Raises
    ------
    ValueError
        For a share outside 0 to 1, or below its background.

    Notes
    -----
    Abbott, J Econ Entomol 1925;18:265-267: assumes that background and exposure act independently.
    """
    p = _within(share, "share", 0.0, 1.0)
    b = _within(background, "background", 0.0, 1.0, open_high=True)
    if np.any(p < b):
        raise ValueError(f"share: {share} is below its background {background}; expected no less")
    return _plain((p - b) / (1.0 - b))


def with_background(excess: ArrayLike, background: ArrayLike) -> Number:
    """Share with the symptom from exposure or without it: background + (1 - background) * excess.

    Parameters
    ----------
    excess : float or array_like
        Share that exposure accounts for, 0 to 1.
    background : float or array_like
        Share with the symptom without exposure, 0 to less than 1.

    Returns
    -------
    float or numpy.ndarray
        Observed share: the inverse of `excess_over_background`.

    Raises
    ------
    ValueError
        For an argument outside its range.
    """
    e = _within(excess, "excess", 0.0, 1.0)
    b = _within(background, "background", 0.0, 1.0, open_high=True)
    return _plain(b + (1.0 - b) * e)


def share_of_anchor(exposure: ArrayLike, shape: str, parameter: ArrayLike) -> Number:
    """How much of the anchor's excess is left at a relative exposure.

    Parameters
    ----------
    exposure : float or array_like
        Relative exposure x, 0 to 1.
    shape : str
        "power": x ** parameter. "threshold": (x - parameter) / (1 - parameter), 0 below it.
        "saturating": (1 + parameter) * x / (parameter + x).
    parameter : float or array_like
        See `SHAPES`.

    Returns
    -------
    float or numpy.ndarray
        0 at no exposure, 1 at the anchor's, never falling in between.

    Raises
    ------
    ValueError
        For an unknown shape, or an argument outside its range.
    """
    x = _within(exposure, "exposure", 0.0, 1.0)
    k = _parameter(shape, parameter)
    if shape == "power":
        return _plain(x**k)
    if shape == "threshold":
        return _plain(np.maximum(x - k, 0.0) / (1.0 - k))
    return _plain((1.0 + k) * x / (k + x))


def implied_share(
    anchor: ArrayLike,
    exposure: ArrayLike,
    shape: str,
    parameter: ArrayLike,
    background: ArrayLike = 0.0,
    background_there: ArrayLike | None = None,
) -> Number:
    """Share with the symptom that a set of assumptions implies at a smaller exposure.

    Parameters
    ----------
    anchor : float or array_like
        Share observed at exposure 1, 0 to 1, at least the background.
    exposure : float or array_like
        Relative exposure, 0 to 1; see `relative_exposure`.
    shape, parameter
        As `share_of_anchor`.
    background : float or array_like
        Share with the symptom anyway in the anchor group; 0 to less than 1.
    background_there : float or array_like, optional
        Share with the symptom anyway in the group at the smaller exposure; the same if not given.

    Returns
    -------
    float or numpy.ndarray
        Proportion. With one background, from ``background`` (no exposure) to ``anchor``; with two, from
        ``background_there`` to what the anchor's excess gives on top of it, which may be more than ``anchor``.

    Raises
    ------
    ValueError
        For an unknown shape, or an argument outside its range.

    Notes
    -----
    0.266 (fact ``harms-winstock-luts``) at an exposure 40 times smaller (fact ``harms-strous-dose-gap``), on a
    straight line without background: 0.00665. The two facts describe different people, which is the point.
    """
    excess = excess_over_background(anchor, background)
    left = np.asarray(excess) * share_of_anchor(exposure, shape, parameter)
    return with_background(left, background if background_there is None else background_there)


def parameter_needed(
    target: ArrayLike, anchor: ArrayLike, exposure: ArrayLike, shape: str, background: ArrayLike = 0.0
) -> Number:
    """Parameter that a shape must have to give a target share: the inverse of `implied_share`.

    Parameters
    ----------
    target : float or array_like
        Share at the smaller exposure, strictly between ``background`` and ``anchor``.
    anchor, background
        As `implied_share`, with one background for both groups.
    exposure : float or array_like
        Relative exposure, strictly between 0 and 1.
    shape : str
        One of `SHAPES`.

    Returns
    -------
    float or numpy.ndarray
        Exponent, threshold or half-constant; NaN where no curve of that shape can give the target: a
        threshold gives no more than a straight line does, and a saturating curve gives more than it.

    Raises
    ------
    ValueError
        For an unknown shape, or an argument outside its range.
    """
    _shape(shape)
    x = _within(exposure, "exposure", 0.0, 1.0, open_low=True, open_high=True)
    e_target = np.asarray(excess_over_background(target, background))
    e_anchor = np.asarray(excess_over_background(anchor, background))
    if np.any(e_target <= 0.0) or np.any(e_target >= e_anchor):
        raise ValueError(f"target: {target}; expected more than background and less than anchor")
    left = e_target / e_anchor
    with np.errstate(divide="ignore", invalid="ignore"):
        if shape == "power":
            return _plain(np.log(left) / np.log(x))
        if shape == "threshold":
            # A straight line is the threshold at 0, and rounding must not push it out of reach.
            reached = left <= x * (1.0 + 1e-9)
            return _plain(np.where(reached, np.maximum(x - left, 0.0) / (1.0 - left), np.nan))
        return _plain(np.where(left > x, x * (1.0 - left) / (left - x), np.nan))


def gap_needed(
    target: ArrayLike, anchor: ArrayLike, shape: str, parameter: ArrayLike, background: ArrayLike = 0.0
) -> Number:
    """How many times smaller the exposure must be for the implied share to come down to a target.

    Parameters
    ----------
    target : float or array_like
        Share aimed at, more than ``background`` and at most ``anchor``.
    anchor, shape, parameter, background
        As `implied_share`, with one background for both groups.

    Returns
    -------
    float or numpy.ndarray
        Gap, 1 or more: ``implied_share(anchor, 1 / gap, ...)`` is the target.

    Raises
    ------
    ValueError
        For an unknown shape, or an argument outside its range.
    """
    k = _parameter(shape, parameter)
    e_target = np.asarray(excess_over_background(target, background))
    e_anchor = np.asarray(excess_over_background(anchor, background))
    if np.any(e_target <= 0.0) or np.any(e_target > e_anchor):
        raise ValueError(f"target: {target}; expected more than background and at most anchor")
    left = e_target / e_anchor
    if shape == "power":
        return _plain(left ** (-1.0 / k))
    if shape == "threshold":
        return _plain(1.0 / (k + left * (1.0 - k)))
    return _plain((1.0 + k - left) / (k * left))
