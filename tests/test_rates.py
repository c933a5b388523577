"""Rates, their bounds, and the published numbers that they must give back."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq
from scipy.stats import binom, binomtest, poisson

from tworooms.models import rates

DATA = Path(__file__).resolve().parents[1] / "data" / "evidence"
FACTS = pd.read_csv(DATA / "facts.csv").set_index("fact_id")


# ------------------------------------------------------------------ published facts


def test_no_event_in_1985_sessions():
    fact = FACTS.loc["home-zero-numerator"]
    assert fact.n == 1985
    assert round(100 * rates.rule_of_three(fact.n), 2) == fact.value == fact.ci_high == 0.15
    assert round(100 * rates.zero_events_upper(fact.n), 2) == fact.value


def test_sedation_by_session_and_by_patient():
    session, patient = FACTS.loc["clinic-rems-sedation"], FACTS.loc["clinic-rems-sedation-patients"]
    each = session.n / patient.n
    assert each == pytest.approx(25.4, abs=0.05)
    p, share = session.value / 100, patient.value / 100
    low, high = rates.per_person_bounds(p, each)
    assert low == p and high == 1.0
    assert low < share < high
    # Independence would leave next to nobody out, so sedation clusters in people.
    assert rates.per_person_independent(p, each) > 0.9999
    assert rates.per_session_independent(share, each) < 0.04 < p
    bounds = rates.per_session_bounds(share, each)
    assert bounds.low < p < bounds.high


def test_one_in_twenty_thousand_sessions():
    sessions = FACTS.loc["home-esketamine-respiratory", "value"]
    needed = rates.sessions_needed(1 / sessions)
    assert needed == pytest.approx(3 * sessions, rel=0.002)
    assert "1,247" in FACTS.loc["home-esketamine-respiratory", "caveat"]
    assert rates.at_least_one(1 / sessions, 1247) < 0.07


def test_share_of_small_trial():
    fact = FACTS.loc["pharm-naltrexone"]
    assert round(100 * 7 / fact.n, 1) == fact.value
    low, high = rates.clopper_pearson(7, fact.n)
    assert low < fact.value / 100 < high and high - low > 0.5


# ------------------------------------------------------------------ intervals, by published examples and by their equations


# Newcombe, Stat Med 1998;17:857-872, table I: method 3 (score) and method 5 (exact).
# Taken as other packages' public tests give them.
@pytest.mark.parametrize(
    ("x", "n", "score", "clopper"),
    [
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_newcombes_examples(x, n, score, clopper):
    assert np.round(rates.wilson(x, n), 4).tolist() == list(score)
    assert np.round(rates.clopper_pearson(x, n), 4).tolist() == list(clopper)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("events", [0, 1, 3, 10, 47])
def test_garwood_solves_its_equations(events, confidence):
    """Garwood's bounds are the rates at which so few, or so many, events have half the error's chance."""
    tail = (1 - confidence) / 2
    low, high = rates.garwood(events, 20.0, confidence)
    assert poisson.cdf(events, high * 20) == pytest.approx(tail)
    if events:
        assert poisson.sf(events - 1, low * 20) == pytest.approx(tail)
    else:
        assert low == 0.0 and high * 20 == pytest.approx(-np.log(tail))


@pytest.mark.parametrize(("x", "n"), [(3, 16), (15, 16), (8, 128), (33, 34)])
def test_clopper_pearson_solves_its_equations(x, n):
    low, high = rates.clopper_pearson(x, n)
    assert binom.sf(x - 1, n, low) == pytest.approx(0.025)
    assert binom.cdf(x, n, high) == pytest.approx(0.025)


def test_all_and_none():
    for interval in (rates.wilson, rates.clopper_pearson):
        assert interval(0, 9).low == 0.0 and interval(9, 9).high == 1.0
        assert interval(0, 9).high == pytest.approx(1 - interval(9, 9).low)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: rates.wilson(3, 2), "no more events than n"),
        (lambda: rates.wilson(1, 0), "1 or more"),
        (lambda: rates.clopper_pearson(0.5, 2), "whole number"),
        (lambda: rates.wilson(1, 2, 1.0), "less than 1"),
        (lambda: rates.garwood(1, 0), "more than 0"),
        (lambda: rates.garwood(-1, 5), "0 or more"),
    ],
)
def test_intervals_refuse_in_one_clear_line(call, said):
    with pytest.raises(ValueError) as caught:
        call()
    assert said in str(caught.value) and "\n" not in str(caught.value)


# ------------------------------------------------------------------ no events


@pytest.mark.parametrize("n", [1, 5, 30, 300, 1985, 10**7])
def test_zero_events_bound_is_exact(n):
    upper = rates.zero_events_upper(n)
    assert binom.pmf(0, n, upper) == pytest.approx(0.05, rel=1e-6)
    assert upper < rates.rule_of_three(n) <= 1.0
    assert rates.zero_events_upper(n, 0.975) == pytest.approx(rates.clopper_pearson(0, n).high, rel=1e-9)
    if n >= 300:
        assert rates.rule_of_three(n) == pytest.approx(upper, rel=0.01)


def test_rule_of_three_never_exceeds_one():
    np.testing.assert_allclose(rates.rule_of_three([1, 2, 3, 4]), [1.0, 1.0, 1.0, 0.75])
    assert isinstance(rates.rule_of_three(10), float)


# ------------------------------------------------------------------ intervals


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
@pytest.mark.parametrize(("x", "n"), [(0, 10), (10, 10), (1, 1), (3, 10), (7, 12), (40, 868000), (499, 1000)])
def test_intervals_against_scipy(x, n, confidence):
    result = binomtest(x, n)
    for ours, method in ((rates.clopper_pearson, "exact"), (rates.wilson, "wilson")):
        expected = result.proportion_ci(confidence, method=method)
        low, high = ours(x, n, confidence)
        assert low == pytest.approx(expected.low, rel=1e-8, abs=1e-15)
        assert high == pytest.approx(expected.high, rel=1e-8)


@pytest.mark.parametrize(("x", "n"), [(3, 10), (7, 12), (50, 80)])
def test_intervals_by_their_definitions(x, n):
    exact = rates.clopper_pearson(x, n)
    assert binom.sf(x - 1, n, exact.low) == pytest.approx(0.025)
    assert binom.cdf(x, n, exact.high) == pytest.approx(0.025)
    z2 = 1.959963984540054**2
    for bound, (a, b) in zip(rates.wilson(x, n), [(1e-9, x / n), (x / n, 1 - 1e-9)], strict=True):
        assert bound == pytest.approx(brentq(lambda p: (x / n - p) ** 2 - z2 * p * (1 - p) / n, a, b))


def test_exact_interval_covers():
    n = 25
    x = np.arange(n + 1)
    low, high = rates.clopper_pearson(x, n)
    for p in np.linspace(0.01, 0.99, 50):
        covered = binom.pmf(x, n, p)[(low <= p) & (p <= high)].sum()
        assert covered >= 0.95


def test_intervals_mirror_and_broadcast():
    for interval in (rates.clopper_pearson, rates.wilson):
        low, high = interval(np.array([0, 3, 10]), 10)
        assert low.shape == (3,)
        mirrored = interval(np.array([10, 7, 0]), 10)
        np.testing.assert_allclose(low, 1 - mirrored.high, atol=1e-12)
        assert (low[0], high[2]) == (0.0, 1.0)
        assert isinstance(interval(3, 10).low, float)
        assert interval([[1], [2]], [10, 20]).high.shape == (2, 2)


# ------------------------------------------------------------------ sessions and people


def test_independent_sessions_there_and_back():
    p = np.array([0.0, 1e-12, 0.01, 0.347, 1.0])
    share = rates.per_person_independent(p, 6)
    np.testing.assert_allclose(share, 1 - (1 - p) ** 6, rtol=1e-3)
    np.testing.assert_allclose(rates.per_session_independent(share, 6), p, rtol=1e-9)
    assert rates.per_person_independent(1e-12, 6) == pytest.approx(6e-12, rel=1e-9)
    assert rates.per_person_independent(0.2, 1) == pytest.approx(0.2)


def test_bounds_hold_for_any_clustering():
    rng = np.random.default_rng(8)
    for _ in range(200):
        people, k = rng.integers(1, 30), rng.integers(1, 10)
        own_risk = rng.beta(0.3, 0.6, size=(people, 1))
        events = rng.random((people, k)) < own_risk
        p, share = events.mean(), events.any(axis=1).mean()
        low, high = rates.per_person_bounds(p, k)
        assert low - 1e-12 <= share <= high + 1e-12
        back = rates.per_session_bounds(share, k)
        assert back.low - 1e-12 <= p <= back.high + 1e-12


def test_bounds_are_reached():
    assert rates.per_person_bounds(0.1, 4) == (0.1, 0.4)
    assert rates.per_person_bounds(0.4, 4) == (0.4, 1.0)
    assert rates.per_session_bounds(0.4, 4) == (0.1, 0.4)
    low, high = rates.per_person_bounds([0.1, 0.2], [[1], [2]])
    assert low.shape == high.shape == (2, 2)
    np.testing.assert_allclose(high, [[0.1, 0.2], [0.2, 0.4]])
    assert rates.per_person_bounds(0.1, 4).low <= rates.per_person_independent(0.1, 4) <= 0.4


# ------------------------------------------------------------------ sessions needed


@pytest.mark.parametrize("p", [1e-9, 1 / 20000, 0.01, 0.1, 0.5, 0.95, 0.99, 1.0])
@pytest.mark.parametrize("wanted", [0.5, 0.8, 0.95, 0.99])
def test_fewest_sessions(p, wanted):
    n = rates.sessions_needed(p, wanted)
    assert isinstance(n, int) and n >= 1
    assert rates.at_least_one(p, n) >= wanted * (1 - 1e-12)
    assert rates.at_least_one(p, n - 1) < wanted


def test_fewest_sessions_when_the_quotient_is_whole():
    for n in range(1, 60):
        p = 0.3
        assert rates.sessions_needed(p, 1 - (1 - p) ** n) in (n, n + 1)
    assert rates.sessions_needed(0.5, 0.75) == 2
    assert rates.sessions_needed(0.1, 0.271) == 3
    np.testing.assert_array_equal(rates.sessions_needed([0.01, 0.1]), [299, 29])


def test_at_least_one():
    assert rates.at_least_one(0.5, 0) == 0.0
    assert rates.at_least_one(1.0, 0) == 0.0
    assert rates.at_least_one(1.0, 3) == 1.0
    np.testing.assert_allclose(rates.at_least_one(0.5, [1, 2, 3]), [0.5, 0.75, 0.875])


# ------------------------------------------------------------------ misuse


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rates.rule_of_three(0), "n: 0 holds no count; expected whole numbers, 1 or more"),
        (lambda: rates.rule_of_three(2.5), "n: 2.5"),
        (lambda: rates.rule_of_three(np.nan), "n: nan"),
        (lambda: rates.zero_events_upper(10, 1.0), "confidence: 1.0"),
        (lambda: rates.zero_events_upper(10, 95), "confidence: 95"),
        (lambda: rates.clopper_pearson(11, 10), "11 of 10; expected no more events than n"),
        (lambda: rates.wilson(-1, 10), "events: -1"),
        (lambda: rates.wilson(1, 10, 0.0), "confidence: 0.0"),
        (lambda: rates.per_person_independent(34.7, 25), "per_session: 34.7 .* expected 0 to 1"),
        (lambda: rates.per_person_independent(0.3, 0.5), "sessions_each: 0.5"),
        (lambda: rates.per_session_independent(np.nan, 2), "per_person: nan"),
        (lambda: rates.per_person_bounds(0.3, np.inf), "sessions_each: inf"),
        (lambda: rates.per_session_bounds(-0.1, 2), "per_person: -0.1"),
        (lambda: rates.at_least_one(0.3, -1), "sessions: -1"),
        (lambda: rates.sessions_needed(0.0), "per_session: 0.0"),
        (lambda: rates.sessions_needed(1e-20), "1e-15 or more"),
        (lambda: rates.sessions_needed(0.1, 1.0), "probability: 1.0"),
    ],
)
def test_misuse(call, words):
    with pytest.raises(ValueError, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
