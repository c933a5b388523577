"""How far people agree when each puts the same items into one of several categories.

Kappa is the share of agreement beyond what the raters' own habits would give by chance,

    kappa = (observed - expected) / (1 - expected),

1 for agreement throughout, 0 for what chance would give, below 0 for less. It says that people agree, never
that they are right, and it depends on how often each category is used: two studies with other items have other
kappas. Categories have no order here.

Cohen's kappa compares two named raters, each with habits of their own. Fleiss' kappa compares many raters, who
share one set of habits and need not be the same for every item; with two raters it differs slightly from Cohen's.

Sources: J. Cohen, Educational and Psychological Measurement 20 (1960) 37-46, doi:10.1177/001316446002000104;
J. L. Fleiss, Psychological Bulletin 76 (1971) 378-382, doi:10.1037/h0031619; for a number of raters that varies,
K. L. Gwet, Handbook of Inter-Rater Reliability, 4th edition (2014).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = ["Agreement", "Interval", "cohen_kappa", "counts", "fleiss_kappa", "interval"]

# Exact agreement in one category gives an expected agreement of 1 up to rounding.
_ONE = 1 - 1e-12


class Agreement(NamedTuple):
    """Agreement on a set of items, and why there is no kappa if there is none."""

    observed: float  # share of agreeing pairs of verdicts, 0 to 1
    expected: float  # the share that the raters' habits alone would give, 0 to 1
    kappa: float  # (observed - expected) / (1 - expected); nan where it is not defined
    reason: str = ""  # one sentence where a number is nan, else empty


class Interval(NamedTuple):
    """A bootstrap interval of a kappa, and how many resamples gave one."""

    low: float
    high: float
    draws: int


def _agreement(observed: float, expected: float) -> Agreement:
    if expected >= _ONE:
        return Agreement(
            observed,
            expected,
            float("nan"),
            "every verdict is the same, so chance alone would agree throughout",
        )
    return Agreement(observed, expected, (observed - expected) / (1 - expected))


def _nothing(reason: str) -> Agreement:
    return Agreement(float("nan"), float("nan"), float("nan"), reason)


def cohen_kappa(first: Sequence, second: Sequence, categories: Sequence | None = None) -> Agreement:
    """Cohen's kappa of two raters who judged the same items.

    Parameters
    ----------
    first, second : sequence, shape (items,)
        The verdict of each rater on each item, in the same order; None or NaN where there is none. An item
        that one of them left open is left out.
    categories : sequence, optional
        The verdicts that are allowed. Without it, whatever occurs. A category that nobody uses changes
        nothing.

    Returns
    -------
    Agreement
        With kappa nan and a reason if no item has both verdicts, or if both raters give one verdict throughout.

    Raises
    ------
    ValueError
        For sequences of unequal length, two Series of unequal index, or a verdict that is not in `categories`.
    """
    if (
        isinstance(first, pd.Series)
        and isinstance(second, pd.Series)
        and not first.index.equals(second.index)
    ):
        raise ValueError("first, second: the indexes differ; expected the same items in the same order")
    one, two = (pd.Series(list(column), dtype=object) for column in (first, second))
    if len(one) != len(two):
        raise ValueError(
            f"first, second: {len(one)} and {len(two)} verdicts; expected one of each for every item"
        )
    if categories is not None:
        _known(pd.concat([one, two]), categories)
    both = one.notna() & two.notna()
    if not both.any():
        return _nothing("no item was judged by both raters")
    codes, names = pd.factorize(pd.concat([one[both], two[both]]))
    one_codes, two_codes = np.split(codes, 2)
    habits = [np.bincount(column, minlength=len(names)) / len(column) for column in (one_codes, two_codes)]
    return _agreement(float(np.mean(one_codes == two_codes)), float(habits[0] @ habits[1]))


def fleiss_kappa(counts: ArrayLike) -> Agreement:
    """Fleiss' kappa of many raters.

    With the same number of raters for every item this is Fleiss (1971). Where the number varies it is Gwet's
    form: every item weighs the same, whoever judged it. Observed agreement is the mean, over items with at least
    two raters, of the share of agreeing pairs; chance agreement comes from the mean, over items with at least
    one rater, of the share of each category. Items without a rater are left out.

    Parameters
    ----------
    counts : array_like, shape (items, categories)
        How many raters put each item into each category: numbers of 0 or more.

    Returns
    -------
    Agreement
        With kappa nan and a reason if no item has two raters, or if every verdict is the same.

    Raises
    ------
    ValueError
        If `counts` is not a table of finite numbers of 0 or more.
    """
    table = np.asarray(counts, dtype=float)
    if table.ndim != 2:
        raise ValueError(f"counts: {table.ndim} dimension(s); expected items by categories")
    if not np.all(np.isfinite(table)) or np.any(table < 0):
        raise ValueError("counts: holds a number below 0 or none at all; expected how many raters chose each")
    raters = table.sum(axis=1)
    table, raters = table[raters > 0], raters[raters > 0]
    several = raters > 1
    if not several.any():
        return _nothing("no item was judged by two raters")
    pairs = raters[several] * (raters[several] - 1)
    agreeing = (table[several] * (table[several] - 1)).sum(axis=1)
    shares = (table / raters[:, None]).mean(axis=0)
    return _agreement(float(np.mean(agreeing / pairs)), float(shares @ shares))


def counts(verdicts: pd.DataFrame, categories: Sequence[str]) -> pd.DataFrame:
    """Count how many raters gave each claim each verdict: what `fleiss_kappa` takes.

    Parameters
    ----------
    verdicts : pandas.DataFrame
        One row for each verdict, with columns ``rater``, ``claim_id`` and ``verdict``; a missing verdict is not
        counted, but its claim keeps a row.
    categories : sequence of str
        All verdicts that are allowed, in the order of the columns wanted.

    Returns
    -------
    pandas.DataFrame, shape (claims, categories)
        Whole numbers; claims in the order in which they first occur.

    Raises
    ------
    ValueError
        If a column is missing, a verdict is not in `categories`, or a rater judged one claim twice.
    """
    missing = [name for name in ("rater", "claim_id", "verdict") if name not in verdicts.columns]
    if missing:
        raise ValueError(f"verdicts: no column {', '.join(missing)}; expected rater, claim_id and verdict")
    given = verdicts[verdicts["verdict"].notna()]
    _known(given["verdict"], categories)
    twice = given[given.duplicated(["rater", "claim_id"])]
    if len(twice):
        row = twice.iloc[0]
        raise ValueError(
            f"verdicts: rater {row.rater} judged {row.claim_id} twice; expected one verdict a claim"
        )
    table = pd.crosstab(given["claim_id"], given["verdict"])
    table = table.reindex(index=pd.unique(verdicts["claim_id"]), columns=list(categories), fill_value=0)
    return table.astype(int).rename_axis(index="claim_id", columns=None)


def interval(
    kappa: Callable[..., Agreement],
    *columns: ArrayLike,
    level: float = 0.95,
    draws: int = 2000,
    seed: int = 1,
) -> Interval:
    """Percentile interval of a kappa from resampling its items, with replacement.

    It answers "what if we had been given other claims of this sort?". The raters stay the same, so it says
    nothing about another class.

    Parameters
    ----------
    kappa : callable
        `fleiss_kappa` or `cohen_kappa`.
    *columns : array_like, each of shape (items, …)
        What `kappa` takes: a table of counts, or two sequences of verdicts. Rows are drawn together.
    level : float, optional
        Share of the resamples between the ends, above 0 and below 1.
    draws : int, optional
        Number of resamples, 1 or more.
    seed : int, optional
        The same seed gives the same interval.

    Returns
    -------
    Interval
        Ends, and how many resamples had a kappa (one in which every verdict is the same has none and is left
        out). Both ends are nan with fewer than two items, or if fewer than half of the resamples had one.

    Raises
    ------
    ValueError
        For columns of unequal length, or a level or number of draws out of range.
    """
    if not 0 < level < 1:
        raise ValueError(f"level: {level}; expected a share above 0 and below 1")
    if draws < 1:
        raise ValueError(f"draws: {draws}; expected 1 or more")
    arrays = [_rows(column) for column in columns]
    lengths = {len(array) for array in arrays}
    if len(lengths) != 1:
        raise ValueError("columns: unequal lengths; expected one row of each for every item")
    items = lengths.pop()
    if items < 2:
        return Interval(float("nan"), float("nan"), 0)
    random = np.random.default_rng(seed)
    found = []
    for chosen in random.integers(0, items, size=(draws, items)):
        value = kappa(*(array[chosen] for array in arrays)).kappa
        if not np.isnan(value):
            found.append(value)
    if len(found) < draws / 2:
        return Interval(float("nan"), float("nan"), len(found))
    tail = (1 - level) / 2
    low, high = np.quantile(found, [tail, 1 - tail])
    return Interval(float(low), float(high), len(found))


def _rows(column: ArrayLike) -> NDArray:
    # A list of verdicts with gaps in it must keep them: numpy would make the text "None" or "nan" of a gap.
    array = column.to_numpy() if isinstance(column, pd.DataFrame | pd.Series) else column
    array = np.asarray(array)
    return np.asarray(column, dtype=object) if array.dtype.kind in "US" else array


def _known(verdicts: pd.Series, categories: Sequence) -> None:
    strange = [value for value in pd.unique(verdicts.dropna()) if value not in list(categories)]
    if strange:
        raise ValueError(f"verdict: {strange[0]!r}; expected one of {', '.join(map(str, categories))}")
