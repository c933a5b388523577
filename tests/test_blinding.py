"""Blinding: the published comparators and guess rate, the model turned backwards, and its edges."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from tworooms.models import blinding

DATA = Path(__file__).resolve().parents[1] / "data" / "evidence"
FACTS = pd.read_csv(DATA / "facts.csv").set_index("fact_id")
SALINE = FACTS.loc["clinic-wilkinson2019-saline"]
MIDAZOLAM = FACTS.loc["clinic-wilkinson2019-midazolam"]


# ------------------------------------------------------------------ published facts


def test_the_shift_from_saline_to_midazolam_needs_hope_worth_at_least_1_1():
    assert (SALINE.value, MIDAZOLAM.value) == (1.8, 0.7)
    least = blinding.hope_needed_for_shift(SALINE.value, MIDAZOLAM.value)
    assert least == pytest.approx(1.1)
    # Forwards again: everybody can tell saline, nobody midazolam, and all of 0.7 is the drug.
    assert blinding.apparent_effect(MIDAZOLAM.value, least, 1) == pytest.approx(SALINE.value)
    assert blinding.apparent_effect(MIDAZOLAM.value, least, 0) == pytest.approx(MIDAZOLAM.value)
    # Any narrower difference in who can tell asks for more.
    for gap_a in np.linspace(0.1, 1, 10):
        for gap_b in np.linspace(0, 0.9, 10):
            if gap_a > gap_b:
                worth = blinding.hope_needed_for_shift(SALINE.value, MIDAZOLAM.value, gap_a, gap_b)
                assert worth >= least - 1e-12
                assert worth * (gap_a - gap_b) == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("drug", "share", "right"), [(0.0, 38.9, 69.4), (0.35, 24.1, 62.1), (0.7, 0.0, 50.0)]
)
def test_three_true_effects_give_both_published_effects(drug, share, right):
    hope = blinding.hope_needed(SALINE.value, drug, 1)
    gap = blinding.gap_needed(MIDAZOLAM.value, drug, hope)
    assert round(100 * gap, 1) == share
    assert round(100 * blinding.correct_guesses(gap), 1) == right
    assert blinding.apparent_effect(drug, hope, 1) == pytest.approx(SALINE.value)
    assert blinding.apparent_effect(drug, hope, gap) == pytest.approx(MIDAZOLAM.value)


def test_a_comparator_that_helps_leaves_less_for_hope():
    helps = blinding.hope_needed_for_shift(1.8, 0.7, control_b_effect=0.4)
    harms = blinding.hope_needed_for_shift(1.8, 0.7, control_b_effect=-0.4)
    assert helps == pytest.approx(0.7) and harms == pytest.approx(1.5)


def test_published_responses_put_the_shift_in_the_control_arm():
    # "46 against 1 percent" and "45 against 18": the ketamine arms agree, so belief on ketamine must too.
    assert "46 against 1 percent" in SALINE.caveat and "45 against 18 percent" in MIDAZOLAM.caveat
    hope, gap = 1.8, blinding.gap_needed(0.7, 0, 1.8)
    believe_control = 1 - gap  # with everybody on ketamine believing in both kinds of trial
    assert blinding.belief_gap(1, believe_control) == pytest.approx(gap)
    assert blinding.apparent_effect(0, hope, blinding.belief_gap(1, believe_control)) == pytest.approx(0.7)


def test_36_8_percent_against_a_coin():
    fact = FACTS.loc["ethics-expectancy-masked-guess"]
    assert "14 of 38" in fact.caveat
    guess = blinding.guess_rate(14, 38)
    assert round(100 * guess.share, 1) == fact.value
    assert guess.interval.low == pytest.approx(0.218, abs=0.0005)
    assert guess.interval.high == pytest.approx(0.540, abs=0.0005)
    assert guess.interval.low < 0.5 < guess.interval.high
    by_hand = binom.cdf(14, 38, 0.5) + binom.sf(23, 38, 0.5)
    assert guess.p_value == pytest.approx(by_hand) == pytest.approx(0.143, abs=0.0005)


def test_no_other_count_of_the_40_gives_36_8_percent():
    fits = [(k, n) for n in range(1, 41) for k in range(n + 1) if round(100 * k / n, 1) == 36.8]
    assert fits == [(7, 19), (14, 38)]


# ------------------------------------------------------------------ beliefs


def test_the_gap_is_the_share_who_can_tell_whatever_the_others_say():
    for tell in np.linspace(0, 1, 11):
        for said in np.linspace(0, 1, 11):
            arms = blinding.beliefs(tell, said)
            assert 0 <= arms.control <= arms.drug <= 1
            gap = blinding.belief_gap(*arms)
            assert gap == pytest.approx(tell)
            # Counted directly: right in the drug arm, and right in the control arm, half each.
            assert blinding.correct_guesses(gap) == pytest.approx((arms.drug + 1 - arms.control) / 2)


def test_edges_of_belief():
    assert blinding.beliefs(0) == (0.5, 0.5)
    assert blinding.beliefs(1, 0.3) == (1.0, 0.0)
    assert blinding.correct_guesses(0) == 0.5
    assert blinding.correct_guesses(-1) == 0 and blinding.correct_guesses(1) == 1


# ------------------------------------------------------------------ effects


def test_backwards_is_the_inverse_of_forwards():
    for true in (-0.5, 0, 0.3, 1.2):
        for hope in (-0.7, 0.4, 2.0):
            for gap in (-1, -0.4, 0.25, 1):
                seen = blinding.apparent_effect(true, hope, gap)
                assert blinding.gap_needed(seen, true, hope) == pytest.approx(gap)
                assert blinding.hope_needed(seen, true, gap) == pytest.approx(hope)


def test_hope_without_a_gap_and_a_gap_without_hope_change_nothing():
    for true in (-1, 0, 0.7):
        assert blinding.apparent_effect(true, 5, 0) == true
        assert blinding.apparent_effect(true, 0, 1) == true


def test_more_tellers_never_lower_the_effect_when_hope_helps():
    for true in (-0.3, 0, 0.7):
        effects = blinding.apparent_effect(true, 1.1, np.linspace(-1, 1, 41))
        assert np.all(np.diff(effects) > 0)


def test_a_real_spread_makes_it_smaller_and_agrees_with_people_drawn_at_random():
    rng = np.random.default_rng(2019)
    n = 400_000
    for true, hope, p, q in ((0.0, 1.8, 1.0, 0.61), (0.7, 1.1, 0.8, 0.5), (0.35, 1.45, 0.9, 0.2)):
        drug = rng.normal(size=n) + true + hope * (rng.random(n) < p)
        control = rng.normal(size=n) + hope * (rng.random(n) < q)
        d = (drug.mean() - control.mean()) / np.sqrt((drug.var() + control.var()) / 2)
        model = blinding.observed_effect(true, hope, p, q)
        assert model == pytest.approx(d, abs=0.01)
        assert model < blinding.apparent_effect(true, hope, blinding.belief_gap(p, q))
    assert blinding.observed_effect(0.7, 1.1, 1, 0) == pytest.approx(1.8)


def test_true_effects_span_the_worth_of_hope():
    low, high = blinding.true_effects(0.7, 1.1)
    assert (low, high) == (pytest.approx(-0.4), 0.7)
    for gap in np.linspace(0, 1, 11):
        assert low - 1e-12 <= 0.7 - 1.1 * gap <= high
    assert blinding.true_effects(0.7, 0) == (0.7, 0.7)


def test_arrays_and_numbers_agree():
    gaps = np.array([0, 0.5, 1])
    assert blinding.apparent_effect(0.2, 1.0, gaps).tolist() == [0.2, 0.7, 1.2]
    assert blinding.beliefs(gaps, 0.4).control.tolist() == pytest.approx([0.4, 0.2, 0.0])
    assert isinstance(blinding.apparent_effect(0.2, 1.0, 0.5), float)
    assert isinstance(blinding.gap_needed(0.7, 0, 1.8), float)


# ------------------------------------------------------------------ guesses


def test_bang_adds_up_to_twice_the_gap_without_dont_knows():
    for right_drug in range(0, 25, 6):
        for right_control in range(0, 25, 6):
            total = blinding.bang_index(right_drug, 24 - right_drug)
            total += blinding.bang_index(right_control, 24 - right_control)
            gap = blinding.belief_gap(right_drug / 24, (24 - right_control) / 24)
            assert total == pytest.approx(2 * gap)


def test_bang_by_hand_and_at_its_ends():
    assert blinding.bang_index(20, 4) == pytest.approx(2 / 3)
    assert blinding.bang_index(15, 9) == 0.25
    assert blinding.bang_index(7, 0) == 1 and blinding.bang_index(0, 7) == -1
    assert blinding.bang_index(0, 0, 5) == 0
    assert abs(blinding.bang_index(8, 2, 10)) < abs(blinding.bang_index(8, 2))


def test_guess_rate_at_its_ends_and_with_another_chance():
    none, everyone = blinding.guess_rate(0, 12), blinding.guess_rate(12, 12)
    assert none.interval.low == 0 and everyone.interval.high == 1
    assert none.p_value == pytest.approx(everyone.p_value) == pytest.approx(2 * 0.5**12)
    assert blinding.guess_rate(6, 12).p_value == pytest.approx(1)
    assert blinding.guess_rate(4, 12, chance=1 / 3).p_value == pytest.approx(1)
    narrow, wide = blinding.guess_rate(14, 38, confidence=0.8), blinding.guess_rate(14, 38, confidence=0.99)
    assert wide.interval.low < narrow.interval.low and narrow.interval.high < wide.interval.high


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: blinding.beliefs(1.2), "can_tell"),
        (lambda: blinding.beliefs(0.5, -0.1), "guess_drug"),
        (lambda: blinding.beliefs(float("nan")), "can_tell"),
        (lambda: blinding.belief_gap(36.8, 0.5), "believe_drug"),
        (lambda: blinding.correct_guesses(1.5), "gap"),
        (lambda: blinding.apparent_effect(float("inf"), 1, 0), "true_effect"),
        (lambda: blinding.apparent_effect(0, 1, 2), "gap"),
        (lambda: blinding.observed_effect(0, 1, 1, -0.5), "believe_control"),
        (lambda: blinding.gap_needed(1.8, 0.7, 0), "hope"),
        (lambda: blinding.gap_needed(1.8, 0.7, 0.5), "observed"),
        (lambda: blinding.hope_needed(1.8, 0.7, 0), "gap"),
        (lambda: blinding.hope_needed_for_shift(1.8, 0.7, 0.3, 0.3), "gap_a"),
        (lambda: blinding.true_effects(0.7, -1), "hope"),
        (lambda: blinding.guess_rate(5, 4), "events"),
        (lambda: blinding.guess_rate(1, 0), "asked"),
        (lambda: blinding.guess_rate(1.5, 4), "correct"),
        (lambda: blinding.guess_rate(1, 4, chance=1), "chance"),
        (lambda: blinding.guess_rate(1, 4, confidence=95), "confidence"),
        (lambda: blinding.bang_index(0, 0), "nobody"),
        (lambda: blinding.bang_index(-1, 4), "correct"),
        (lambda: blinding.bang_index(True, 4), "correct"),
    ],
)
def test_mistakes_are_named_in_one_line(call, names):
    with pytest.raises(ValueError, match=names) as error:
        call()
    assert "\n" not in str(error.value) and "expected" in str(error.value)
