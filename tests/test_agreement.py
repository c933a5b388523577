"""Agreement: published worked examples, numbers done by hand, and where there is no kappa."""

import numpy as np
import pandas as pd
import pytest

from tworooms.models import agreement
from tworooms.models.agreement import cohen_kappa, fleiss_kappa, interval

# The worked example of Wikipedia's page on Fleiss' kappa: 10 subjects, 14 raters, 5 categories, kappa 0.210. The
# table, its column of agreements and the shares of the categories are those in the tests of statsmodels
# (statsmodels/stats/tests/test_inter_rater.py).
FOURTEEN_RATERS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]
EACH_AGREES = [1.000, 0.253, 0.308, 0.440, 0.330, 0.462, 0.242, 0.176, 0.286, 0.286]
SHARES = [0.143, 0.200, 0.279, 0.150, 0.229]

# Fleiss (1971): 30 patients, 6 diagnoses each, 5 categories, kappa 0.430; as `diagnoses` of the R package irr,
# whose kappam.fleiss gives 0.4302445 (same file of statsmodels).
DIAGNOSES = """444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445
333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555"""


def raters(table):
    """Two columns of verdicts from a square table: the first rater's verdict by row, the second's by column."""
    pairs = [
        (row, column) for row, line in enumerate(table) for column, n in enumerate(line) for _ in range(n)
    ]
    return [one for one, _ in pairs], [two for _, two in pairs]


# ------------------------------------------------------------------ published examples


def test_fourteen_raters_of_wikipedia():
    found = fleiss_kappa(FOURTEEN_RATERS)
    assert round(found.kappa, 3) == 0.210
    assert found.observed == pytest.approx(np.mean(EACH_AGREES), abs=5e-4)
    assert found.expected == pytest.approx(np.square(SHARES).sum(), abs=1e-3)
    assert found.reason == ""


def test_psychiatric_diagnoses_of_fleiss_1971():
    table = [[patient.count(diagnosis) for diagnosis in "12345"] for patient in DIAGNOSES.split()]
    assert np.sum(table, axis=0).tolist() == [26, 26, 30, 55, 43]
    assert fleiss_kappa(table).kappa == pytest.approx(0.4302445, abs=5e-8)


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        # Wikipedia's page on Cohen's kappa, three tables of two raters (statsmodels, sandbox of inter_rater)
        ([[20, 5], [10, 15]], 0.4),
        ([[45, 15], [25, 15]], 0.1304),
        ([[25, 35], [5, 35]], 0.2593),
        # SAS, quoted in the tests of statsmodels
        ([[0, 4, 1], [0, 8, 0], [0, 1, 5]], 0.4842),
        # cont3x3abstractors of the R package irrCAC, kappa2.table in its vignette
        ([[13, 0, 0], [0, 20, 7], [0, 4, 56]], 0.7964),
    ],
)
def test_published_tables_of_two_raters(table, kappa):
    first, second = raters(table)
    assert round(cohen_kappa(first, second).kappa, 4) == kappa
    assert cohen_kappa(second, first).kappa == pytest.approx(cohen_kappa(first, second).kappa)


@pytest.mark.parametrize(
    ("table", "kappa"),
    # The fixed-marginal kappas of an online calculator, quoted in the tests of statsmodels
    [([[7, 1], [3, 5]], 0.161905), ([[7, 0], [0, 7]], 1), ([[6, 1, 0], [0, 7, 0]], 0.708333)],
)
def test_published_small_tables_of_many_raters(table, kappa):
    assert fleiss_kappa(table).kappa == pytest.approx(kappa, abs=6e-6)


def test_four_raters_with_gaps_of_gwet_2014():
    # cac.raw4raters: agreement 0.81818, chance 0.23872, kappa 0.76117 (documentation of irrCAC for Python); an
    # item of one rater counts for chance and not for agreement.
    items = "11-1 2232 3333 3333 2222 1234 4444 1121 2222 -555 --11 --3-"
    found = fleiss_kappa([[item.count(category) for category in "12345"] for item in items.split()])
    assert [round(value, 5) for value in found[:3]] == [0.81818, 0.23872, 0.76117]


def test_anxiety_of_the_r_package_irr_for_two_raters():
    # kappa2(anxiety[,2:3]) = -0.006289308, quoted in the tests of statsmodels
    second = [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4]
    third = [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2]
    assert cohen_kappa(second, third).kappa == pytest.approx(-0.006289308, abs=5e-10)


# ------------------------------------------------------------------ by hand


def test_a_number_of_raters_that_varies():
    # Items of 4, 2, 1 and 0 raters. Agreeing pairs: 1/2 and 1; the item of one rater has none, but a habit.
    found = fleiss_kappa([[3, 1], [2, 0], [0, 1], [0, 0]])
    assert found.observed == pytest.approx((0.5 + 1) / 2)
    yes = (0.75 + 1 + 0) / 3
    assert found.expected == pytest.approx(yes**2 + (1 - yes) ** 2)
    assert found.kappa == pytest.approx((found.observed - found.expected) / (1 - found.expected))


def test_raters_who_agree_less_than_chance():
    assert fleiss_kappa([[1, 1], [1, 1]]).kappa == -1
    assert cohen_kappa("ab", "ba").kappa == -1


def test_an_unused_category_changes_nothing():
    assert fleiss_kappa(np.pad(FOURTEEN_RATERS, ((0, 0), (0, 2)))) == fleiss_kappa(FOURTEEN_RATERS)
    assert cohen_kappa("aabb", "abab", "abc") == cohen_kappa("aabb", "abab")


def test_a_missing_verdict_leaves_its_item_out():
    gaps = cohen_kappa(["a", None, "b", "a", float("nan")], ["a", "a", "b", "b", "b"])
    assert gaps == cohen_kappa("aba", "abb") and gaps.observed == pytest.approx(2 / 3)


# ------------------------------------------------------------------ where there is no kappa


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (cohen_kappa("aaa", "aaa"), "every verdict is the same"),
        (fleiss_kappa([[3, 0], [2, 0]]), "every verdict is the same"),
        (fleiss_kappa([[1, 0], [0, 1], [0, 0]]), "two raters"),
        (fleiss_kappa(np.zeros((0, 6))), "two raters"),
        (cohen_kappa([], []), "both raters"),
        (cohen_kappa(["a", None], [None, "a"]), "both raters"),
    ],
)
def test_no_kappa_has_a_reason(found, says):
    assert np.isnan(found.kappa) and says in found.reason


def test_one_rater_with_one_verdict_throughout_has_a_kappa_of_zero():
    found = cohen_kappa("aaaa", "aaab")
    assert (found.observed, found.expected, found.kappa) == (0.75, 0.75, 0)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: cohen_kappa("ab", "a"), "2 and 1 verdicts"),
        (lambda: cohen_kappa("ab", "ax", "ab"), "'x'; expected one of a, b"),
        (lambda: cohen_kappa(pd.Series({"p": "a"}), pd.Series({"q": "a"})), "indexes differ"),
        (lambda: fleiss_kappa([3, 4]), "items by categories"),
        (lambda: fleiss_kappa([[3, -1]]), "below 0"),
        (lambda: fleiss_kappa([[3, float("nan")]]), "below 0 or none"),
        (lambda: interval(fleiss_kappa, [[1, 2]] * 3, level=95), "level: 95"),
        (lambda: interval(fleiss_kappa, [[1, 2]] * 3, draws=0), "draws: 0"),
        (lambda: interval(cohen_kappa, ["a"], ["a", "b"]), "unequal lengths"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()


# ------------------------------------------------------------------ counting


def verdicts(*rows):
    return pd.DataFrame(rows, columns=["rater", "claim_id", "verdict"])


def test_counts_keep_the_order_and_every_claim():
    found = agreement.counts(
        verdicts((1, "c-2", "no"), (1, "c-1", "yes"), (2, "c-2", "no"), (2, "c-3", None)),
        ["yes", "no", "never"],
    )
    assert found.index.tolist() == ["c-2", "c-1", "c-3"] and found.columns.tolist() == ["yes", "no", "never"]
    assert found.to_numpy().tolist() == [[0, 2, 0], [1, 0, 0], [0, 0, 0]]
    assert agreement.counts(verdicts(), ["yes", "no"]).shape == (0, 2)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (verdicts((1, "c-1", "maybe")), "'maybe'; expected one of yes, no"),
        (verdicts((1, "c-1", "yes"), (1, "c-1", "no")), "rater 1 judged c-1 twice"),
        (verdicts().drop(columns="rater"), "no column rater"),
    ],
)
def test_counts_refuse_what_they_cannot_count(table, says):
    with pytest.raises(ValueError, match=says):
        agreement.counts(table, ["yes", "no"])


# ------------------------------------------------------------------ intervals


def test_an_interval_repeats_with_its_seed_and_holds_the_kappa():
    found = interval(fleiss_kappa, FOURTEEN_RATERS)
    assert found == interval(fleiss_kappa, pd.DataFrame(FOURTEEN_RATERS)) and found.draws == 2000
    assert found != interval(fleiss_kappa, FOURTEEN_RATERS, seed=2)
    assert found.low < fleiss_kappa(FOURTEEN_RATERS).kappa < found.high
    narrower = interval(fleiss_kappa, FOURTEEN_RATERS, level=0.5)
    assert found.low < narrower.low < narrower.high < found.high


def test_more_items_of_the_same_kind_narrow_an_interval():
    def width(found):
        return found.high - found.low

    first, second = raters([[20, 5], [10, 15]])
    few = interval(cohen_kappa, first, second, draws=400)
    many = interval(cohen_kappa, first * 9, second * 9, draws=400)
    assert width(many) == pytest.approx(width(few) / 3, rel=0.2)


def test_resampling_keeps_gaps_as_gaps():
    first, second = ["a", None, "b", "a", "b"] * 4, ["a", "a", "b", "b", "b"] * 4
    assert interval(cohen_kappa, first, second, draws=100).high <= 1
    assert interval(cohen_kappa, [None] * 5, list("ababa"), draws=20) == pytest.approx(
        (np.nan, np.nan, 0), nan_ok=True
    )


def test_too_few_items_or_resamples_have_no_interval():
    assert np.isnan(interval(fleiss_kappa, [[1, 1]]).low)
    assert np.isnan(interval(fleiss_kappa, [[3, 0]] * 5).high)
    # Where one item in four differs, a third of the resamples miss it and have no kappa.
    assert 100 < interval(fleiss_kappa, [[2, 0]] * 3 + [[0, 2]], draws=200).draws < 200
