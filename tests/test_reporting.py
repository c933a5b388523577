"""The funnel from events to reports: published numbers, worked examples, and rules that always hold."""

from math import exp, log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from tworooms.models import rates, reporting

DATA = Path(__file__).resolve().parents[1] / "data" / "evidence"
FACTS = pd.read_csv(DATA / "facts.csv").set_index("fact_id")
TENTH = [(0.1, 1.0)] * 5


def tables():
    """Fifty funnels of one to seven stages, none of which may let nothing through."""
    rng = np.random.default_rng(28)
    for _ in range(50):
        yield np.sort(rng.uniform(0.01, 1.0, size=(rng.integers(1, 8), 2)), axis=1)


# ------------------------------------------------------------------ published and hand-worked examples


def test_rule_of_three_as_published():
    zero = FACTS.loc["home-zero-numerator"]
    assert round(100 * reporting.silence_upper(int(zero.n)), 2) == zero.value == 0.15
    assert reporting.silence_upper(int(zero.n)) == rates.rule_of_three(int(zero.n))


def test_garwoods_published_limits():
    # Garwood's table, 95 percent: 1 gives 0.0253 to 5.572; 10 gives 4.795 to 18.39.
    np.testing.assert_allclose(reporting.poisson_range(1), (0.0253, 5.572), rtol=1e-3)
    np.testing.assert_allclose(reporting.poisson_range(10), (4.795, 18.39), rtol=5e-4)


def test_no_report_gives_the_three_of_the_rule():
    assert reporting.poisson_range(0) == (0.0, pytest.approx(-log(0.05)))
    assert reporting.poisson_range(0).high == pytest.approx(3, abs=0.005)


def test_two_systems_for_the_same_sessions():
    # Programme forms below 0.1 percent, company database 0.18: if both count the same thing, the forms hold under 56 percent.
    sae = FACTS.loc["clinic-rems-sae"]
    assert "below 0.1 percent" in sae.caveat and sae.value == 0.18
    assert reporting.expected_found(sae.value, [(0, 0.1 / 0.18)]).high == pytest.approx(0.1)


def test_a_funnel_by_hand():
    # One report; half noticed; one in four to one in two recorded: four to eight events.
    assert reporting.events_behind(1, [(0.5, 0.5), (0.25, 0.5)]) == (4, 8)
    assert reporting.expected_found(8, [(0.5, 0.5), (0.25, 0.5)]) == (1, 2)
    np.testing.assert_allclose(reporting.levels(1, [(0.5, 0.5), (0.25, 0.5)]), [[1, 1], [2, 4], [4, 8]])
    np.testing.assert_allclose(reporting.spread([(0.5, 0.5), (0.25, 0.5)]), [1, 2])


def test_five_stages_of_a_tenth_to_all():
    low, high = reporting.events_behind(1, TENTH)
    assert low == 1 and high == pytest.approx(100_000)


def test_silence_behind_a_funnel():
    # 3,000 quiet sessions; one in ten of two stages at worst: 0.1 percent becomes 10 percent.
    assert reporting.silence_upper(3000) == pytest.approx(0.001)
    assert reporting.silence_upper(3000, [(0.1, 1), (0.1, 0.5)]) == pytest.approx(0.1)
    assert reporting.silence_upper(30, TENTH) == 1


# ------------------------------------------------------------------ edges


def test_nothing_lost_is_what_was_found():
    assert reporting.events_behind(7, []) == (7, 7)
    assert reporting.events_behind(7, [(1, 1)] * 5) == (7, 7)
    assert reporting.levels(3, []).tolist() == [[3, 3]]


def test_a_share_that_may_be_nought_has_no_upper_end():
    assert reporting.events_behind(1, [(0, 1)]) == (1, np.inf)
    assert reporting.events_with_chance(0, [(0, 1)]) == (0, np.inf)
    assert reporting.silence_upper(10**6, [(0, 1)]) == 1
    assert reporting.spread([(0, 1)])[0] == np.inf


def test_no_report_is_no_proof_of_no_event():
    assert reporting.events_behind(0, TENTH) == (0, 0)
    assert reporting.events_with_chance(0, TENTH).high == pytest.approx(-log(0.05) * 1e5)


@pytest.mark.parametrize(
    "call",
    [
        lambda: reporting.events_behind(-1, TENTH),
        lambda: reporting.events_behind(1.5, TENTH),
        lambda: reporting.events_behind(1, [(0.5, 0.2)]),
        lambda: reporting.events_behind(1, [(0.5, 1.2)]),
        lambda: reporting.events_behind(1, [(0, 0)]),
        lambda: reporting.events_behind(1, [0.5, 0.6]),
        lambda: reporting.events_behind(1, [(0.1, 0.2, 0.3)]),
        lambda: reporting.events_behind(1, [(np.nan, 1)]),
        lambda: reporting.events_behind(np.inf, TENTH),
        lambda: reporting.levels(0, TENTH),
        lambda: reporting.expected_found(-1, TENTH),
        lambda: reporting.poisson_range(2, 1),
        lambda: reporting.silence_upper(0),
        lambda: reporting.simulate(1, [(0, 1)]),
        lambda: reporting.simulate(1, TENTH, draws=0),
    ],
)
def test_what_it_refuses_in_one_line(call):
    with pytest.raises(ValueError) as error:
        call()
    assert "\n" not in str(error.value) and "; expected" in str(error.value)


# ------------------------------------------------------------------ rules that always hold


def test_the_interval_holds_every_draw():
    for table in tables():
        low, high = reporting.events_behind(3, table)
        drawn = reporting.simulate(3, table, draws=2000)
        assert low <= drawn.min() and drawn.max() <= high


def test_the_draws_are_not_the_interval():
    high = reporting.events_behind(1, TENTH).high
    fifth, ninety_fifth = np.percentile(reporting.simulate(1, TENTH), [5, 95])
    assert 2 < fifth < ninety_fifth < high / 20


def test_one_stage_in_closed_form():
    # With one share drawn evenly from a to 1, the mean of 1/share is -ln(a) / (1 - a), and its median 2 / (1 + a).
    drawn = reporting.simulate(1, [(0.1, 1)], draws=200_000)
    assert drawn.mean() == pytest.approx(-log(0.1) / 0.9, rel=0.01)
    assert np.median(drawn) == pytest.approx(2 / 1.1, rel=0.01)


def test_the_same_seed_gives_the_same_draws():
    assert np.array_equal(reporting.simulate(2, TENTH, 500, seed=4), reporting.simulate(2, TENTH, 500, seed=4))
    assert not np.array_equal(reporting.simulate(2, TENTH, 500, seed=4), reporting.simulate(2, TENTH, 500, seed=5))


def test_forward_and_back_agree():
    for table in tables():
        for events in reporting.events_behind(5, table):
            forward = reporting.expected_found(events, table)
            assert forward.low <= 5 * (1 + 1e-9) and forward.high >= 5 * (1 - 1e-9)
        back = reporting.events_behind(5, table)
        assert reporting.expected_found(back.low, table).high == pytest.approx(5)
        assert reporting.expected_found(back.high, table).low == pytest.approx(5)


def test_levels_widen_and_end_at_the_events():
    for table in tables():
        rows = reporting.levels(2, table)
        assert len(rows) == len(table) + 1
        assert np.all(np.diff(rows, axis=0) >= 0)
        np.testing.assert_allclose(rows[-1], reporting.events_behind(2, table))


def test_the_spreads_multiply_to_the_width():
    for table in tables():
        low, high = reporting.events_behind(1, table)
        assert np.prod(reporting.spread(table)) == pytest.approx(high / low)


def test_knowing_a_stage_narrows_by_its_own_spread():
    for table in tables():
        low, high = reporting.events_behind(1, table)
        for stage, factor in enumerate(reporting.spread(table)):
            known = table.copy()
            known[stage] = table[stage].mean()
            new_low, new_high = reporting.events_behind(1, known)
            assert low <= new_low * (1 + 1e-12) and new_high <= high * (1 + 1e-12)
            assert (high / low) / (new_high / new_low) == pytest.approx(factor)


def test_the_order_of_the_stages_does_not_matter_to_the_end():
    for table in tables():
        np.testing.assert_allclose(reporting.events_behind(4, table), reporting.events_behind(4, table[::-1]))


def test_chance_only_widens():
    for table in tables():
        for found in (1, 4, 30):
            plain, lucky = reporting.events_behind(found, table), reporting.events_with_chance(found, table)
            assert lucky.low < plain.low and plain.high < lucky.high


def test_poisson_ends_leave_the_stated_tails():
    for found in (1, 2, 9, 40):
        low, high = reporting.poisson_range(found)
        assert poisson.sf(found - 1, low) == pytest.approx(0.025)
        assert poisson.cdf(found, high) == pytest.approx(0.025)
    assert poisson.pmf(0, reporting.poisson_range(0).high) == pytest.approx(0.05) == pytest.approx(exp(log(0.05)))


def test_silence_grows_quieter_with_sessions_and_louder_with_leaks():
    bounds = [reporting.silence_upper(n, [(0.2, 1)]) for n in (1, 10, 100, 10_000)]
    assert bounds == sorted(bounds, reverse=True)
    for table in tables():
        assert reporting.silence_upper(1985) <= reporting.silence_upper(1985, table) <= 1
