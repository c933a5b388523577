"""The bridge between two literatures: hand-worked values, limits, and inversions that must close."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tworooms.models import transfer

FACTS = pd.read_csv(Path(__file__).resolve().parents[1] / "data" / "evidence" / "facts.csv").set_index("fact_id")
PARAMETERS = {"power": (0.1, 0.5, 1.0, 2.0), "threshold": (0.0, 0.01, 0.05, 0.5), "saturating": (0.01, 0.05, 1.0, 50.0)}
CURVES = [(shape, k) for shape, values in PARAMETERS.items() for k in values]
EXPOSURES = np.linspace(0.0, 1.0, 201)


# ------------------------------------------------------------------ published and hand-worked values


def test_survey_share_over_the_published_gap():
    anchor = FACTS.loc["harms-winstock-luts", "value"] / 100
    gap = FACTS.loc["harms-strous-dose-gap", "value"]
    x = transfer.relative_exposure(gap)
    assert x == 0.025
    assert transfer.implied_share(anchor, x, "power", 1.0) == pytest.approx(0.00665)
    # 1 / sqrt(40) = 0.158114
    assert transfer.implied_share(anchor, x, "power", 0.5) == pytest.approx(0.266 * 0.158114, rel=1e-5)
    assert transfer.implied_share(anchor, x, "threshold", 0.05) == 0.0
    # 1.05 * 0.025 / 0.075 = 0.35
    assert transfer.implied_share(anchor, x, "saturating", 0.05) == pytest.approx(0.266 * 0.35)


def test_highest_therapeutic_study_needs_a_dose_that_hardly_matters():
    anchor = FACTS.loc["harms-winstock-luts", "value"] / 100
    target = FACTS.loc["harms-therapy-urology-range", "value"] / 100
    exponent = transfer.parameter_needed(target, anchor, 1 / 40, "power")
    assert exponent == pytest.approx(np.log(0.245 / 0.266) / np.log(0.025))
    assert 0.02 < exponent < 0.025


def test_published_excess_over_placebo():
    fact = FACTS.loc["harms-esketamine-pollakiuria"]
    excess = transfer.excess_over_background(fact.value / 100, fact.comparator_value / 100)
    assert excess == pytest.approx(0.025 / 0.995)


def test_background_as_hand_worked():
    # Of 100, 10 anyway; of the other 90, 60 more: 70. Abbott: (70 - 10) / 90.
    assert transfer.excess_over_background(0.7, 0.1) == pytest.approx(2 / 3)
    assert transfer.with_background(2 / 3, 0.1) == pytest.approx(0.7)
    # 26.6 with 20 anyway leaves 6.6 of 80; a fortieth of that on a line, on top of 20.
    assert transfer.implied_share(0.266, 0.025, "power", 1.0, 0.2) == pytest.approx(0.2 + 0.066 / 40)


def test_two_backgrounds_as_hand_worked():
    # 26.6 with 5 anyway leaves 21.6 of 95; the plateau keeps 0.35 of that at a fortieth, in the 80 of 100 not ill anyway.
    share = transfer.implied_share(0.266, 0.025, "saturating", 0.05, 0.05, 0.2)
    assert share == pytest.approx(0.2 + 0.8 * 0.35 * 21.6 / 95)
    # The survey's own excess on top of the higher background is more than the survey's share.
    assert transfer.implied_share(0.266, 1.0, "power", 1.0, 0.0, 0.2) == pytest.approx(0.2 + 0.8 * 0.266)
    for shape, k in CURVES:
        one = transfer.implied_share(0.266, EXPOSURES, shape, k, 0.1)
        assert np.allclose(one, transfer.implied_share(0.266, EXPOSURES, shape, k, 0.1, 0.1))
        assert transfer.implied_share(0.266, 0.0, shape, k, 0.0, 0.2) == pytest.approx(0.2)


def test_exposure_with_and_without_duration():
    assert transfer.relative_exposure(40, duration_ratio=0.25) == 1 / 40
    assert transfer.relative_exposure(40, 0.25, 1.0) == 1 / 160
    assert transfer.relative_exposure(40, 4.0, 1.0) == 1 / 10
    assert transfer.relative_exposure(40, 4.0, 0.5) == 1 / 20


# ------------------------------------------------------------------ invariants


@pytest.mark.parametrize(("shape", "k"), CURVES)
def test_every_shape_starts_at_none_and_ends_at_the_anchor(shape, k):
    left = transfer.share_of_anchor(EXPOSURES, shape, k)
    assert left[0] == 0.0 and left[-1] == pytest.approx(1.0)
    assert np.all(np.diff(left) >= -1e-12)
    assert np.all((left >= 0.0) & (left <= 1.0 + 1e-12))


@pytest.mark.parametrize(("shape", "k"), CURVES)
@pytest.mark.parametrize("background", [0.0, 0.1, 0.2])
def test_implied_share_stays_between_background_and_anchor(shape, k, background):
    shares = transfer.implied_share(0.266, EXPOSURES, shape, k, background)
    assert shares[0] == pytest.approx(background) and shares[-1] == pytest.approx(0.266)
    assert np.all(np.diff(shares) >= -1e-12)


def test_shapes_keep_to_their_side_of_the_straight_line():
    inside = EXPOSURES[1:-1]
    line = transfer.share_of_anchor(inside, "power", 1.0)
    assert np.all(transfer.share_of_anchor(inside, "power", 0.5) > line)
    assert np.all(transfer.share_of_anchor(inside, "saturating", 0.05) > line)
    assert np.all(transfer.share_of_anchor(inside, "threshold", 0.05) < line)
    assert np.all(transfer.share_of_anchor(inside, "power", 2.0) < line)


def test_limits_of_the_shapes():
    inside = EXPOSURES[1:-1]
    assert np.allclose(transfer.share_of_anchor(inside, "threshold", 0.0), inside)
    assert np.allclose(transfer.share_of_anchor(inside, "saturating", 1e9), inside)
    assert np.allclose(transfer.share_of_anchor(inside, "saturating", 1e-9), 1.0)
    assert np.allclose(transfer.share_of_anchor(inside, "power", 1e-9), 1.0)


def test_a_higher_background_narrows_what_the_shape_can_change():
    spreads = []
    for background in (0.0, 0.05, 0.1, 0.2, 0.26):
        shares = [transfer.implied_share(0.266, 0.025, s, k, background) for s, k in CURVES]
        spreads.append(max(shares) - min(shares))
    assert spreads == sorted(spreads, reverse=True)


# ------------------------------------------------------------------ inversions


@pytest.mark.parametrize(("shape", "k"), CURVES)
@pytest.mark.parametrize("background", [0.0, 0.1])
@pytest.mark.parametrize("gap", [1.5, 5.0, 40.0, 160.0])
def test_inversions_close(shape, k, background, gap):
    share = transfer.implied_share(0.6, 1 / gap, shape, k, background)
    if share <= background:
        assert shape == "threshold" and 1 / gap <= k
        return
    assert transfer.parameter_needed(share, 0.6, 1 / gap, shape, background) == pytest.approx(k, rel=1e-6, abs=1e-9)
    assert transfer.gap_needed(share, 0.6, shape, k, background) == pytest.approx(gap, rel=1e-6)


def test_a_target_out_of_a_shapes_reach_is_not_a_number():
    assert np.isnan(transfer.parameter_needed(0.1, 0.266, 0.025, "threshold"))
    assert np.isnan(transfer.parameter_needed(0.001, 0.266, 0.025, "saturating"))
    mixed = transfer.parameter_needed([0.001, 0.1], 0.266, 0.025, "threshold")
    assert np.isfinite(mixed[0]) and np.isnan(mixed[1])


def test_gap_at_the_anchor_is_one():
    for shape, k in CURVES:
        assert transfer.gap_needed(0.266, 0.266, shape, k) == pytest.approx(1.0)


# ------------------------------------------------------------------ what it refuses


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: transfer.relative_exposure(0.5), "dose_gap"),
        (lambda: transfer.relative_exposure(2, 4.0, 1.0), "relative exposure"),
        (lambda: transfer.relative_exposure(40, 0.0), "duration_ratio"),
        (lambda: transfer.relative_exposure(40, 1.0, 2.0), "duration_weight"),
        (lambda: transfer.excess_over_background(0.1, 0.2), "background"),
        (lambda: transfer.excess_over_background(26.6, 0.0), "share"),
        (lambda: transfer.with_background(0.5, 1.0), "background"),
        (lambda: transfer.implied_share(0.266, 0.025, "power", 1.0, 0.0, 1.0), "background"),
        (lambda: transfer.share_of_anchor(1.5, "power", 1.0), "exposure"),
        (lambda: transfer.share_of_anchor(0.5, "cubic", 1.0), "shape"),
        (lambda: transfer.share_of_anchor(0.5, "power", 0.0), "exponent"),
        (lambda: transfer.share_of_anchor(0.5, "threshold", 1.0), "threshold"),
        (lambda: transfer.share_of_anchor(0.5, "saturating", -1.0), "half-constant"),
        (lambda: transfer.share_of_anchor(float("nan"), "power", 1.0), "exposure"),
        (lambda: transfer.parameter_needed(0.3, 0.266, 0.025, "power"), "target"),
        (lambda: transfer.parameter_needed(0.1, 0.266, 1.0, "power"), "exposure"),
        (lambda: transfer.gap_needed(0.0, 0.266, "power", 1.0), "target"),
    ],
)
def test_refuses_in_one_line(call, word):
    with pytest.raises(ValueError, match=word) as error:
        call()
    assert "expected" in str(error.value) and "\n" not in str(error.value)
