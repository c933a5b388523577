"""Proportions with missing outcomes: worked examples, published numbers, and rules that always hold."""

from itertools import product
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, norm

from tworooms.models import missing

DATA = Path(__file__).resolve().parents[1] / "data" / "evidence"
FACTS = pd.read_csv(DATA / "facts.csv").set_index("fact_id")
CASES = [(0, 0, 5), (0, 5, 5), (5, 5, 5), (2, 5, 9), (21, 64, 106), (783, 1247, 2848), (783, 1247, 4334)]


# ------------------------------------------------------------------ published and hand-worked examples


def test_manski_men_followed_up_after_a_shelter():
    # 106 men sampled, 64 found six months later, 21 of them housed: printed as the interval 0.20 to 0.59.
    low, high = missing.worst_best(21, 64, 106)
    assert (round(low, 2), round(high, 2)) == (0.20, 0.59)
    assert missing.assumed(21, 64, 106, 21 / 64) == pytest.approx(21 / 64)


def test_ten_charts_by_hand():
    # Ten charts, six with answers, three better. The other four: none, half or all of them better.
    assert missing.worst_best(3, 6, 10) == (0.3, 0.7)
    assert missing.assumed(3, 6, 10, 0.5) == 0.5
    assert missing.break_even(3, 6, 10, 0.5) == 0.5
    assert missing.delta_adjusted(3, 6, 10, -0.25) == pytest.approx((3 + 4 * 0.25) / 10)
    assert missing.delta_adjusted(3, 6, 10, np.log(3), "log-odds") == pytest.approx((3 + 4 * 0.75) / 10)


def test_home_cohort():
    counted = FACTS.loc["home-hull-response-phq9"]
    n = int(counted.n)
    assert missing.counts_behind(counted.value, n) == (783, 783)
    charts = [FACTS.loc[f"home-hull-records-{end}", "value"] for end in ("low", "high")]
    low, high = missing.worst_best(783, n, charts)
    np.testing.assert_allclose(100 * low, [27.5, 18.1], atol=0.05)
    np.testing.assert_allclose(100 * high, [83.7, 89.3], atol=0.05)
    np.testing.assert_allclose(100 * missing.break_even(783, n, charts, 0.5), [40.0, 44.8], atol=0.05)
    # The caveats' own arithmetic: 43.8 and 28.8 percent analysed, so the range is what is left.
    np.testing.assert_allclose(high - low, 1 - np.array([0.438, 0.288]), atol=5e-4)


def test_clinic_cohort_is_wider_still():
    clinic = FACTS.loc["clinic-mcinnes2022-response"]
    least, most = missing.counts_behind(clinic.value, int(clinic.n))
    assert least == most == 288
    low, high = missing.worst_best(288, int(clinic.n), 9016)
    assert "9,016" in clinic.caveat
    assert high - low == pytest.approx(1 - 537 / 9016) and high - low > 0.94


def test_counts_behind_rounding():
    assert missing.counts_behind(50, 10, 0) == (5, 5)
    assert missing.counts_behind(0, 7) == (0, 0) and missing.counts_behind(100, 7) == (7, 7)
    least, most = missing.counts_behind(33, 1000, 0)
    assert (least, most) == (325, 335)
    for count in range(18):
        low, high = missing.counts_behind(round(100 * count / 17, 1), 17)
        assert low == count == high
    with pytest.raises(ValueError, match="no count of 10 prints as 41.2"):
        missing.counts_behind(41.2, 10)


# ------------------------------------------------------------------ rules that always hold


@pytest.mark.parametrize(("known", "gone"), [([1, 0, 1], 0), ([1, 0], 3), ([], 4), ([0, 0, 0, 1], 5)])
def test_bounds_are_the_extremes_of_every_completion(known, gone):
    shares = [np.mean([*known, *rest]) for rest in product([0, 1], repeat=gone)]
    low, high = missing.worst_best(sum(known), len(known), len(known) + gone)
    assert low == pytest.approx(min(shares)) and high == pytest.approx(max(shares))


@pytest.mark.parametrize(("e", "n", "size"), CASES)
def test_bounds_assumptions_and_break_even_agree(e, n, size):
    low, high = missing.worst_best(e, n, size)
    assert 0 <= low <= high <= 1
    assert high - low == pytest.approx((size - n) / size)
    assert missing.assumed(e, n, size, 0) == pytest.approx(low)
    assert missing.assumed(e, n, size, 1) == pytest.approx(high)
    rates = np.linspace(0, 1, 11)
    everyone = missing.assumed(e, n, size, rates)
    assert np.all(np.diff(everyone) >= -1e-12)
    assert np.all((everyone >= low - 1e-12) & (everyone <= high + 1e-12))
    if size > n:
        np.testing.assert_allclose(missing.break_even(e, n, size, everyone), rates, atol=1e-9)
        assert missing.break_even(e, n, size, 1.0) >= 1 or high == 1
    else:
        assert np.isnan(missing.break_even(e, n, size, 0.5))


@pytest.mark.parametrize(("e", "n", "size"), [case for case in CASES if case[1]])
def test_delta(e, n, size):
    low, high = missing.worst_best(e, n, size)
    assert missing.delta_adjusted(e, n, size, 0) == pytest.approx(e / n)
    assert missing.delta_adjusted(e, n, size, 0, "log-odds") == pytest.approx(e / n)
    assert missing.delta_adjusted(e, n, size, -1) == pytest.approx(low)
    assert missing.delta_adjusted(e, n, size, 1) == pytest.approx(high)
    moved = missing.delta_adjusted(e, n, size, np.linspace(-3, 3, 13), "log-odds")
    assert np.all(np.diff(moved) >= -1e-12) and np.all((moved >= low - 1e-12) & (moved <= high + 1e-12))


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
@pytest.mark.parametrize(("e", "n", "size"), CASES)
def test_intervals_hold_the_bounds(e, n, size, confidence):
    bounds = missing.worst_best(e, n, size)
    union = missing.union_interval(e, n, size, confidence)
    assert union.low <= bounds.low and bounds.high <= union.high
    assert union.low == pytest.approx(binomtest(e, size).proportion_ci(confidence).low, abs=1e-9)
    assert union.high == pytest.approx(binomtest(e + size - n, size).proportion_ci(confidence).high, abs=1e-9)
    one = missing.imbens_manski(e, n, size, confidence)
    assert 0 <= one.low <= bounds.low + 1e-12 and bounds.high - 1e-12 <= one.high <= 1
    if size > 1000:
        assert union.low <= one.low + 1e-3 and one.high <= union.high + 1e-3
    if n:
        inside = missing.assumed_interval(e, n, size, 0.4, confidence)
        assert inside.low <= missing.assumed(e, n, size, 0.4) <= inside.high
        wider = missing.assumed_interval(e, n, size, 0.4, 0.5 + confidence / 2)
        assert wider.low <= inside.low and inside.high <= wider.high


def test_nobody_missing_leaves_the_ordinary_interval():
    exact = binomtest(30, 80).proportion_ci(0.95)
    for interval in (missing.union_interval(30, 80, 80), missing.assumed_interval(30, 80, 80, 0.9)):
        assert interval.low == pytest.approx(exact.low) and interval.high == pytest.approx(exact.high)
    low, high = missing.imbens_manski(30, 80, 80)
    se = np.sqrt(0.375 * 0.625 / 80)
    assert high - 0.375 == pytest.approx(norm.isf(0.025) * se) and 0.375 - low == pytest.approx(high - 0.375)


def test_many_missing_need_one_side_only():
    low, _ = missing.imbens_manski(783, 1247, 4334)
    worst = 783 / 4334
    assert (worst - low) / np.sqrt(worst * (1 - worst) / 4334) == pytest.approx(1.645, abs=1e-3)


@pytest.mark.parametrize(("p_event", "p_other"), [(0.3, 0.3), (0.1, 0.6), (0.05, 0.05), (0.6, 0.1)])
def test_union_covers_both_ends_by_counting_every_sample(p_event, p_other):
    # Every sample of 15: seen events, seen others, missing. Exact, no random numbers.
    size, covered = 15, 0.0
    for e in range(size + 1):
        for other in range(size - e + 1):
            chance = (
                comb(size, e) * comb(size - e, other) * p_event**e * p_other**other
                * (1 - p_event - p_other) ** (size - e - other)
            )  # fmt: skip
            low, high = missing.union_interval(e, e + other, size)
            covered += chance * (low <= p_event and 1 - p_other <= high)
    assert 0.95 <= covered <= 1 + 1e-9


def test_arrays_broadcast_and_numbers_stay_numbers():
    low, high = missing.worst_best(783, 1247, [1247, 2848, 4334])
    assert low.shape == high.shape == (3,) and np.all(np.diff(low) < 0) and np.all(np.diff(high) > 0)
    grid = missing.assumed([[3], [4]], 6, 10, [0.0, 0.5, 1.0])
    assert grid.shape == (2, 3)
    bounds = (*missing.worst_best(3, 6, 10), *missing.imbens_manski(3, 6, 10))
    for value in (*bounds, missing.break_even(3, 6, 10, 0.5)):
        assert isinstance(value, float)


# ------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: missing.worst_best(7, 6, 10), "no more events than observed"),
        (lambda: missing.worst_best(3, 11, 10), "no more observed than total"),
        (lambda: missing.worst_best(2.5, 6, 10), "whole numbers"),
        (lambda: missing.worst_best(-1, 6, 10), "whole numbers"),
        (lambda: missing.worst_best(0, 0, 0), "1 or more"),
        (lambda: missing.worst_best(3, 6, float("nan")), "whole numbers"),
        (lambda: missing.assumed(3, 6, 10, 40), "expected 0 to 1"),
        (lambda: missing.break_even(3, 6, 10, 50), "expected 0 to 1"),
        (lambda: missing.delta_adjusted(0, 0, 10, 0.1), "1 or more"),
        (lambda: missing.delta_adjusted(3, 6, 10, float("inf")), "finite"),
        (lambda: missing.delta_adjusted(3, 6, 10, 0.1, "odds"), "log-odds"),
        (lambda: missing.assumed_interval(0, 0, 10, 0.5), "1 or more"),
        (lambda: missing.union_interval(3, 6, 10, 95), "between 0 and 1"),
        (lambda: missing.imbens_manski(3, 6, 10, 0), "between 0 and 1"),
        (lambda: missing.counts_behind(162.8, 10), "expected 0 to 1"),
    ],
)
def test_mistakes_say_what_was_expected(call, says):
    with pytest.raises(ValueError, match=says) as error:
        call()
    assert "\n" not in str(error.value)
