"""What a result means: a published worked example, hand-worked values, limits and rules that must hold."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tworooms.models import screening

FACTS = pd.read_csv(Path(__file__).resolve().parents[1] / "data" / "evidence" / "facts.csv").set_index("fact_id")
SHARES = (0.01, 0.1, 0.24, 0.5, 0.9, 0.99)
TESTS = [(se, sp) for se in SHARES for sp in SHARES]


# ------------------------------------------------------------------ published and hand-worked values


def test_altman_and_blands_liver_scan():
    """BMJ 1994;309:102: 231 of 258 ill and 32 of 86 well people had an abnormal scan."""
    sensitivity, false = 231 / 258, 32 / 86
    assert round(screening.predictive_values(258 / 344, sensitivity, 1 - false).positive, 2) == 0.88 == round(231 / 263, 2)
    assert round(screening.predictive_values(0.25, sensitivity, 1 - false).positive, 2) == 0.45


def test_predictive_value_rises_with_the_prevalence():
    values = screening.predictive_values(np.linspace(0, 1, 21), 0.75, 1 - 0.3).positive
    assert values[0] == 0.0 and values[-1] == 1.0 and (np.diff(values) > 0).all()
    assert np.isnan(screening.predictive_values(0.5, 0, 1).positive)
    # A rule that calls everybody alike is worth no more than chance.
    np.testing.assert_allclose(
        screening.predictive_values(np.linspace(0.1, 0.9, 5), 0.4, 1 - 0.4).positive, np.linspace(0.1, 0.9, 5)
    )


def test_the_mammography_problem_of_1995():
    # Gigerenzer and Hoffrage 1995, Table 1: 10 in 1,000 women, 8 of those 10, 95 of the other 990; 8 of 103, 7.8%.
    found = screening.counts(10 / 1000, 8 / 10, 1 - 95 / 990)
    assert found == pytest.approx((8, 2, 95, 895))
    assert found.true_positive + found.false_positive == pytest.approx(103)
    assert round(100 * screening.predictive_values(0.01, 0.8, 1 - 95 / 990).positive, 1) == 7.8
    # Their probability format says 1%, 80%, 9.6%.
    assert round(100 * screening.predictive_values(0.01, 0.80, 0.904).positive, 1) == 7.8


def test_a_result_by_hand():
    # Of 1,000, 240 hold something else; 192 flagged, 48 passed; of 760 the test flags 76 for nothing.
    found = screening.counts(0.24, 0.8, 0.9)
    assert found == pytest.approx((192, 48, 76, 684))
    values = screening.predictive_values(0.24, 0.8, 0.9)
    assert values.positive == pytest.approx(192 / 268)
    assert values.negative == pytest.approx(684 / 732)


def test_likelihood_ratios_by_hand():
    assert screening.likelihood_ratios(0.8, 0.9) == pytest.approx((8.0, 2 / 9))
    # odds 0.01 / 0.99 times 0.8 / 0.096 are 0.084175, a probability of 0.077640
    assert screening.update(0.01, 0.8 / 0.096) == pytest.approx(0.0776398, rel=1e-5)


def test_place_of_death_by_hand():
    # 72.1% of events against 50% of time: 0.721 / 0.279
    share = FACTS.loc["harms-aus-deaths-private", "value"] / 100
    assert screening.odds_ratio_of_shares(share, 0.5) == pytest.approx(2.58423, rel=1e-5)
    assert screening.odds_ratio_of_shares(share, share) == pytest.approx(1.0)
    # 0.721 / 0.279 over 9
    assert screening.odds_ratio_of_shares(share, 0.9) == pytest.approx(0.287136, rel=1e-5)


def test_bounds_by_hand():
    bounds = screening.predictive_bounds((0.02, 0.24), (0.6, 0.95), (0.85, 0.98))
    # Lowest: 12 right of 12 + 147; highest: 228 right of 228 + 15.2.
    assert bounds.positive == pytest.approx((12 / 159, 228 / 243.2))
    # Lowest: 646 right of 646 + 96; highest: 960.4 right of 960.4 + 1.
    assert bounds.negative == pytest.approx((646 / 742, 960.4 / 961.4))


# ------------------------------------------------------------------ rules that must hold


@pytest.mark.parametrize(("se", "sp"), TESTS)
def test_four_counts_make_the_whole_and_their_margins(se, sp):
    for p in SHARES:
        tp, fn, fp, tn = screening.counts(p, se, sp, 500)
        assert tp + fn + fp + tn == pytest.approx(500)
        assert tp + fn == pytest.approx(500 * p)
        assert tn == pytest.approx(500 * (1 - p) * sp)


@pytest.mark.parametrize(("se", "sp"), TESTS)
def test_odds_and_bayes_agree(se, sp):
    ratios = screening.likelihood_ratios(se, sp)
    for p in SHARES:
        values = screening.predictive_values(p, se, sp)
        assert screening.update(p, ratios.positive) == pytest.approx(values.positive)
        assert screening.update(p, ratios.negative) == pytest.approx(1 - values.negative)


@pytest.mark.parametrize(("se", "sp"), TESTS)
def test_inversion_closes(se, sp):
    for wanted in SHARES:
        p = screening.prevalence_needed(wanted, se, sp)
        assert screening.predictive_values(p, se, sp).positive == pytest.approx(wanted)


def test_results_average_back_to_the_prevalence():
    for se, sp in TESTS:
        tp, fn, fp, tn = screening.counts(0.24, se, sp, 1)
        values = screening.predictive_values(0.24, se, sp)
        back = (tp + fp) * values.positive + (fn + tn) * (1 - values.negative)
        assert back == pytest.approx(0.24)


def test_a_coin_says_nothing():
    # sensitivity 0.3 and specificity 0.7: flags three in ten of either kind
    for p in SHARES:
        values = screening.predictive_values(p, 0.3, 0.7)
        assert values == pytest.approx((p, 1 - p))
    assert screening.likelihood_ratios(0.3, 0.7) == pytest.approx((1.0, 1.0))


def test_commoner_makes_alarms_truer_and_passes_falser():
    p = np.linspace(0.001, 0.999, 200)
    values = screening.predictive_values(p, 0.8, 0.9)
    assert np.all(np.diff(values.positive) > 0)
    assert np.all(np.diff(values.negative) < 0)


def test_nothing_inside_the_ranges_leaves_the_bounds():
    rng = np.random.default_rng(7)
    for _ in range(60):
        ranges = np.sort(rng.uniform(0.01, 0.99, (3, 2)), axis=1)
        bounds = screening.predictive_bounds(*ranges)
        points = ranges[:, :1] + rng.uniform(size=(3, 50)) * np.diff(ranges, axis=1)
        values = screening.predictive_values(*points)
        for inside, (low, high) in zip(values, bounds, strict=True):
            assert np.all((inside >= low - 1e-12) & (inside <= high + 1e-12))


def test_the_spread_sits_inside_the_bounds_and_grows_with_its_level():
    ranges = ((0.02, 0.24), (0.6, 0.95), (0.85, 0.98))
    bounds = screening.predictive_bounds(*ranges)
    half, most = (screening.predictive_spread(*ranges, level=level) for level in (0.5, 0.95))
    for outer, wide, narrow in zip(bounds, most, half, strict=True):
        assert outer.low < wide.low < narrow.low < narrow.high < wide.high < outer.high


def test_no_range_no_spread():
    point = screening.predictive_values(0.24, 0.8, 0.9)
    for made in (screening.predictive_bounds, screening.predictive_spread):
        for (low, high), value in zip(made(0.24, 0.8, 0.9), point, strict=True):
            assert (low, high) == pytest.approx((value, value))


def test_arrays_broadcast():
    found = screening.counts([0.1, 0.2], 0.8, 0.9)
    assert found.true_positive == pytest.approx([80, 160])
    assert screening.odds_ratio_of_shares(0.5, [0.25, 0.5]) == pytest.approx([3.0, 1.0])


# ------------------------------------------------------------------ edges


def test_a_test_that_never_speaks():
    values = screening.predictive_values(0.2, 0.0, 1.0)
    assert np.isnan(values.positive)
    assert values.negative == pytest.approx(0.8)
    assert np.isnan(screening.likelihood_ratios(0.0, 1.0).positive)


def test_a_perfect_test():
    assert screening.predictive_values(0.2, 1.0, 1.0) == (1.0, 1.0)
    ratios = screening.likelihood_ratios(1.0, 1.0)
    assert np.isinf(ratios.positive)
    assert ratios.negative == 0


def test_certainty_stays():
    assert screening.update(0.0, 50) == 0
    assert screening.update(1.0, 0.01) == 1
    assert screening.predictive_values(0.0, 0.8, 0.9) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: screening.counts(1.2, 0.8, 0.9), "prevalence"),
        (lambda: screening.counts(0.1, -0.1, 0.9), "sensitivity"),
        (lambda: screening.counts(0.1, 0.8, float("nan")), "specificity"),
        (lambda: screening.counts(0.1, 0.8, 0.9, 0), "size"),
        (lambda: screening.update(0.1, -1), "likelihood_ratio"),
        (lambda: screening.update(0.1, float("inf")), "likelihood_ratio"),
        (lambda: screening.prevalence_needed(1.0, 0.8, 0.9), "predictive_value"),
        (lambda: screening.prevalence_needed(0.5, 0.8, 1.0), "specificity"),
        (lambda: screening.predictive_bounds((0.3, 0.2), 0.8, 0.9), "prevalence"),
        (lambda: screening.predictive_bounds(0.2, (0.1, 0.2, 0.3), 0.9), "sensitivity"),
        (lambda: screening.predictive_spread(0.2, 0.8, 0.9, level=1.0), "level"),
        (lambda: screening.predictive_spread(0.2, 0.8, 0.9, steps=2), "steps"),
        (lambda: screening.odds_ratio_of_shares(1.0, 0.5), "share_of_events"),
        (lambda: screening.odds_ratio_of_shares(0.5, 0.0), "share_of_time"),
    ],
)
def test_bad_input_is_named(call, word):
    with pytest.raises(ValueError, match=word) as caught:
        call()
    assert "\n" not in str(caught.value)
