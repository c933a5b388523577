"""The kinetic models against independent solutions of the same equations and against published numbers."""

import ast
from dataclasses import FrozenInstanceError, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.linalg import expm

from tworooms.models import pharmacokinetics as pk

DATA = Path(__file__).resolve().parents[1] / "data" / "evidence"
TABLE = pd.read_csv(DATA / "pk_parameters.csv")
FACTS = pd.read_csv(DATA / "facts.csv").set_index("fact_id")
SETS = pk.parameter_sets(TABLE)
A, B, C, D, E, F, G = (
    "A-fanta-otto", "B-perezruixo", "C-simons", "D-domino", "E-clements", "F-kamp", "G-noppers",
)
PEAKS = {A: 158, B: 125, E: 177, D: 240, F: 253, G: 277, C: 289}
STANDARD = pk.Infusion(35.0, 40.0)
TIMES = np.array([0.0, 0.5, 2, 5, 12, 13.5, 20, 31.8, 33, 40, 41, 60, 90, 150, 240, 480, 900, 1440])

CASES = [
    *((model, STANDARD) for model in PEAKS),
    *((model, pk.Infusion(20.0, 0.0)) for model in PEAKS),
    (B, pk.Nasal(28.0)),
    (B, pk.Nasal(84.0, devices=3, interval_min=5.0)),
    (B, pk.Oral(84.0)),
    (C, pk.Film(50.0)),
]


def ids(case):
    return "-".join(str(part) for part in case) if isinstance(case, tuple) else None


# ------------------------------------------------------------------ an independent solution
#
# Written from the table's rows and the sources' diagrams with fluxes between compartments, in hours for
# what is given per hour, and solved numerically: nothing of the module is used.


def cells(model_id):
    rows = TABLE[TABLE.model_id == model_id]
    return dict(zip(rows.parameter, rows.value, strict=True))


def fluxes(model_id, weight):
    """(matrix in 1/min, central volume, index of the liver or None), written out set by set."""
    p = cells(model_id)
    size = weight / 70.0
    if model_id == B:
        k = np.zeros((4, 4))

        def flow(a, b, litres_per_hour, volume):
            k[a, a] -= litres_per_hour / volume / 60
            if b is not None:
                k[b, a] += litres_per_hour / volume / 60

        for outer, flux, volume in ((1, p["Q1"], p["Vp1"]), (2, p["Q2"], p["Vp2"]), (3, p["Qh"], p["Vh"])):
            flow(0, outer, flux, p["Vc"])
            flow(outer, 0, flux, volume)
        flow(3, None, (p["kel"] + p["kmet"]) * p["Vh"], p["Vh"])
        return k, p["Vc"], 3
    if model_id in (D, E):
        n = 3 if model_id == D else 2
        k = np.zeros((n, n))
        k[0, 0] = -p["k10"] - p["k12"] - p.get("k13", 0.0)
        k[1, 0], k[0, 1], k[1, 1] = p["k12"], p["k21"], -p["k21"]
        if n == 3:
            k[2, 0], k[0, 2], k[2, 2] = p["k13"], p["k31"], -p["k31"]
        return k, p["V1_per_kg"] * weight, None
    hour = 60.0 if model_id in (A, F, G) else 1.0
    v1, cl = p["V1"] * size, p["CL"] / hour * size**0.75
    outer = 1.0 if model_id == A else size
    between = 1.0 if model_id == A else size**0.75
    q2, q3, v2, v3 = p["Q2"] / hour * between, p["Q3"] / hour * between, p["V2"] * outer, p["V3"] * outer
    return (
        np.array(
            [
                [-(cl + q2 + q3) / v1, q2 / v2, q3 / v3],
                [q2 / v1, -q2 / v2, 0.0],
                [q3 / v1, 0.0, -q3 / v3],
            ]
        ),
        v1,
        None,
    )


def feeds(model_id, dose):
    """[(mg, start, duration, ka per min or None, into the liver?)] as the sources describe the routes."""
    p = cells(model_id)
    if isinstance(dose, pk.Infusion):
        return [(dose.dose_mg, dose.start_min, dose.duration_min, None, False)]
    if isinstance(dose, pk.Film):
        return [(dose.dose_mg * p["F1"], dose.start_min, p["D1"], p["KA1"], False)]
    if isinstance(dose, pk.Oral):
        return [(dose.dose_mg * p["Fgut"], dose.start_min, p["D_po"] * 60, p["ka_po"] / 60, True)]
    found = []
    for i in range(dose.devices):
        mg, start = dose.dose_mg / dose.devices, dose.start_min + i * dose.interval_min
        share = p["FRn"] * (1.0 if i == 0 else p["FRn_later"])
        found.append((mg * share, start, 0.0, p["ka_n"] / 60, False))
        found.append((mg * (1 - share) * p["Fgut"], start, p["D_sw"] * 60, p["ka_sw"] / 60, True))
    return found


def extended(model_id, dose, weight):
    """The system with one depot an input, and a last compartment for all that has been eliminated."""
    k, volume, liver = fluxes(model_id, weight)
    sources = feeds(model_id, dose)
    core, n = len(k), len(k) + len(sources) + 1
    whole = np.zeros((n, n))
    whole[:core, :core] = k
    for i, (_, _, _, ka, into_liver) in enumerate(sources, start=core):
        if ka is not None:
            whole[i, i] = -ka
            whole[liver if into_liver else 0, i] = ka
    whole[-1, :core] = -k.sum(axis=0)
    return whole, volume, sources, core


def pieces(sources, end):
    edges = {0.0, float(end)}
    for _, start, duration, _, _ in sources:
        edges |= {start, start + duration}
    return sorted(edge for edge in edges if 0.0 <= edge <= end)


def by_integration(model_id, dose, times, weight=70.0):
    """Concentrations, and (mg in the body and eliminated) - (mg given), by solve_ivp between the breaks."""
    whole, volume, sources, core = extended(model_id, dose, weight)
    state, amounts, error = np.zeros(len(whole)), {}, []
    # Every asked time is an end of a piece: no interpolation between the solver's steps.
    edges = sorted({*pieces(sources, times[-1]), *times.tolist()})
    for low, high in pairwise(edges):
        rate = np.zeros(len(whole))
        for i, (mg, start, duration, ka, _) in enumerate(sources, start=core):
            target = 0 if ka is None else i
            if duration == 0 and start == low:
                state[target] += mg
            elif duration > 0 and start <= low < start + duration:
                rate[target] += mg / duration
        amounts[low] = state[0]
        done = solve_ivp(
            lambda t, x, rate=rate: whole @ x + rate,
            (low, high),
            state,
            method="DOP853",
            rtol=1e-11,
            atol=1e-13,
        )
        assert done.success
        state = done.y[:, -1]
        amounts[high] = state[0]
        given = sum(
            mg * (1.0 if d == 0 else min(max((high - s) / d, 0.0), 1.0))
            for mg, s, d, _, _ in sources
            if s < high
        )
        error.append(state.sum() - given)
    return np.array([amounts[time] for time in times]) / volume * 1000, np.array(error)


def by_exponential(model_id, dose, time, weight=70.0):
    """The same at one time by the matrix exponential of the system with its inputs."""
    whole, volume, sources, core = extended(model_id, dose, weight)
    state = np.zeros(len(whole) + 1)
    state[-1] = 1.0
    edges = pieces(sources, time)
    for low, high in pairwise(edges):
        system = np.zeros((len(state), len(state)))
        system[:-1, :-1] = whole
        for i, (mg, start, duration, ka, _) in enumerate(sources, start=core):
            target = 0 if ka is None else i
            if duration == 0 and start == low:
                state[target] += mg
            elif duration > 0 and start <= low < start + duration:
                system[target, -1] += mg / duration
        state = expm(system * (high - low)) @ state
    return state[0] / volume * 1000


# ------------------------------------------------------------------ exactness


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_equals_numerical_integration(case):
    model, dose = case
    expected, lost = by_integration(model, dose, TIMES)
    np.testing.assert_allclose(pk.concentration(SETS[model], dose, TIMES), expected, rtol=1e-7, atol=1e-8)
    assert np.abs(lost).max() < 1e-8


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_equals_matrix_exponential(case):
    model, dose = case
    times = np.array([3.0, 20.0, 55.0, 300.0, 2880.0])
    expected = [by_exponential(model, dose, time) for time in times]
    np.testing.assert_allclose(pk.concentration(SETS[model], dose, times), expected, rtol=1e-8)


@pytest.mark.parametrize("weight", [45.0, 110.0])
@pytest.mark.parametrize("model", PEAKS)
def test_other_weights_equal_numerical_integration(model, weight):
    expected, _ = by_integration(model, STANDARD, TIMES, weight)
    found = pk.concentration(SETS[model], STANDARD, TIMES, weight_kg=weight)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-8)


def changed(model, **new):
    rows = TABLE.copy()
    for name, value in new.items():
        rows.loc[(rows.model_id == model) & (rows.parameter == name), "value"] = value
    return pk.parameter_set(rows, model)


@pytest.mark.parametrize("nearness", [0.0, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3])
@pytest.mark.parametrize("mode", [0, 1, 2])
def test_absorption_as_fast_as_a_phase_of_the_curve(mode, nearness):
    rate = np.log(2) / pk.half_lives(SETS[C])[mode] * (1 + nearness)
    params = changed(C, KA1=rate)
    times = np.array([1.0, 13.1, 14.0, 40.0, 200.0, 900.0])
    matrix, volume, sources, core = extended(C, pk.Film(50.0), 70.0)
    matrix[core, core], matrix[0, core] = -rate, rate
    mg, _, duration, _, _ = sources[0]
    for time, found in zip(times, pk.concentration(params, pk.Film(50.0), times), strict=True):
        system = np.zeros((len(matrix) + 1,) * 2)
        system[:-1, :-1] = matrix
        system[core, -1] = mg / duration
        state = expm(system * min(time, duration))[:, -1]
        system[core, -1] = 0.0
        state = expm(system * max(time - duration, 0.0)) @ state
        assert found == pytest.approx(state[0] / volume * 1000, rel=1e-9)


def test_two_equal_eigenvalues():
    # Two outer compartments with the same rate back: one phase of the curve is theirs alone.
    params = changed(G, V3=28.3, Q3=127.0)
    k = 127.0 / 60
    matrix = np.array(
        [
            [-(93.5 / 60 + 2 * k) / 17, k / 28.3, k / 28.3, 35 / 40],
            [k / 17, -k / 28.3, 0, 0],
            [k / 17, 0, -k / 28.3, 0],
            [0, 0, 0, 0],
        ]
    )
    found = pk.concentration(params, STANDARD, [10.0, 40.0])
    np.testing.assert_allclose(found, [expm(matrix * t)[0, 3] / 17 * 1000 for t in (10, 40)], rtol=1e-10)


def test_late_concentrations_keep_their_digits():
    # Ten days on, straight from the slowest phase: nothing is left of subtracted large numbers.
    for model, dose in CASES:
        slowest = np.log(2) / pk.half_lives(SETS[model])[-1]
        first, later = pk.concentration(SETS[model], dose, [14400.0, 14400.0 + 600.0])
        assert later / first == pytest.approx(np.exp(-slowest * 600.0), rel=1e-6)


# ------------------------------------------------------------------ published numbers


@pytest.mark.parametrize(("model", "expected"), PEAKS.items())
def test_peak_of_the_standard_infusion(model, expected):
    top, when = pk.peak(SETS[model], STANDARD)
    assert round(top) == expected
    assert when == 40.0


def test_racemate_adjusted_peak():
    fact = FACTS.loc["pharm-persson-enantiomer-cl"]
    ratio = fact.comparator_value / fact.value
    assert ratio == pytest.approx(0.020 / 0.024)
    top, when = pk.racemate_peak(SETS[A], STANDARD, r_to_s_clearance=ratio)
    assert round(top) == 161
    assert when == 40.0


@pytest.mark.parametrize(("mg", "expected"), [(28, 43.8), (56, 72.5), (84, 101.0)])
def test_published_typical_peaks_of_the_spray(mg, expected):
    assert f"{expected:g}" in FACTS.loc["pharm-perezruixo-cmax", "claim"]
    for interval in (0.0, 5.0):
        top, _ = pk.peak(SETS[B], pk.Nasal(mg, devices=mg // 28, interval_min=interval))
        assert top == pytest.approx(expected, rel=0.015)


def test_published_bioavailability():
    assert pk.bioavailability(SETS[B], pk.Nasal(56, devices=2)) == pytest.approx(0.54, abs=0.005)
    assert pk.bioavailability(SETS[B], pk.Nasal(84, devices=3)) == pytest.approx(0.51, abs=0.005)
    oral = FACTS.loc["pharm-fanta-oral-f", "value"] / 100
    assert pk.bioavailability(SETS[A], pk.Oral(84)) == pytest.approx(oral)
    film = FACTS.loc["pharm-simons-film-f", "value"] / 100
    assert pk.bioavailability(SETS[C], pk.Film(50)) == pytest.approx(film, abs=0.005)
    assert pk.bioavailability(SETS[F], STANDARD) == pytest.approx(1.0)


def test_arterial_infusion_near_what_was_measured():
    fact = FACTS.loc["pharm-simons-iv-peak"]
    top, _ = pk.peak(SETS[C], pk.Infusion(20.0, 20.0))
    assert top == pytest.approx(fact.value, rel=0.05)
    # With the film of six hours before, as in the study.
    both, _ = pk.peak(SETS[C], [pk.Film(50.0), pk.Infusion(20.0, 20.0, start_min=360.0)])
    assert top < both < 1.05 * fact.value


# ------------------------------------------------------------------ laws that must hold


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_area_is_bioavailable_dose_over_clearance(case):
    model, dose = case
    p = cells(model)
    if model == B:
        liver = (p["kel"] + p["kmet"]) * p["Vh"]
        extraction = liver / (liver + p["Qh"])
        clearance = p["Qh"] * extraction / 60
    elif model in (D, E):
        clearance = p["k10"] * p["V1_per_kg"] * 70
    else:
        clearance = p["CL"] / (1 if model == C else 60)
    share = 1.0
    if isinstance(dose, pk.Film):
        share = p["F1"]
    elif isinstance(dose, pk.Oral):
        share = p["Fgut"] * (1 - extraction)
    elif isinstance(dose, pk.Nasal):
        through = p["Fgut"] * (1 - extraction)
        each = [p["FRn"] * (1 if i == 0 else p["FRn_later"]) for i in range(dose.devices)]
        share = np.mean([absorbed + (1 - absorbed) * through for absorbed in each])
    expected = share * dose.dose_mg / clearance * 1000
    assert pk.exposure(SETS[model], dose) == pytest.approx(expected, rel=1e-9)

    def curve(time):
        return pk.concentration(SETS[model], dose, [time])[0]

    edges = [0.0, 5.0, 10.0, 20.0, 31.8, 40.0, 60.0, 300.0, 1500.0, 6000.0, 30000.0]
    area = sum(quad(curve, a, b, epsrel=1e-9, limit=200)[0] for a, b in pairwise(edges))
    assert area == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_proportional_to_dose(case):
    model, dose = case
    triple, nothing = replace(dose, dose_mg=3 * dose.dose_mg), replace(dose, dose_mg=0.0)
    one, three = (pk.concentration(SETS[model], each, TIMES) for each in (dose, triple))
    np.testing.assert_allclose(three, 3 * one, rtol=1e-12)
    assert not pk.concentration(SETS[model], nothing, TIMES).any()


def test_doses_add_up_and_shift_in_time():
    doses = [pk.Nasal(56, devices=2), pk.Oral(28, start_min=30), pk.Infusion(10, 15, start_min=45)]
    together = pk.concentration(SETS[B], doses, TIMES)
    apart = sum(pk.concentration(SETS[B], dose, TIMES) for dose in doses)
    np.testing.assert_allclose(together, apart, rtol=1e-12)
    late = pk.concentration(SETS[B], pk.Nasal(56, devices=2, start_min=100), TIMES + 100)
    np.testing.assert_allclose(late, pk.concentration(SETS[B], doses[0], TIMES), rtol=1e-9, atol=1e-12)
    assert not pk.concentration(SETS[B], pk.Nasal(56, start_min=100), [0.0, 50.0, 99.9]).any()
    two = [pk.Infusion(17.5, 20), pk.Infusion(17.5, 20, start_min=20)]
    np.testing.assert_allclose(
        pk.concentration(SETS[A], two, TIMES), pk.concentration(SETS[A], STANDARD, TIMES), rtol=1e-12
    )


def test_order_of_times_and_empty_lists():
    shuffled = np.random.default_rng(3).permutation(TIMES)
    found = pk.concentration(SETS[A], STANDARD, shuffled)
    np.testing.assert_array_equal(np.sort(found), np.sort(pk.concentration(SETS[A], STANDARD, TIMES)))
    assert not pk.concentration(SETS[A], [], TIMES).any()
    assert pk.concentration(SETS[A], STANDARD, []).shape == (0,)


def test_bolus_starts_at_dose_over_central_volume():
    for model, litres in ((A, 133.0), (B, 192.0), (C, 11.6), (D, 0.063 * 70), (E, 1.7522 * 70)):
        top, when = pk.peak(SETS[model], pk.Infusion(7.0, 0.0))
        assert (top, when) == (pytest.approx(7.0 / litres * 1000), 0.0)


@pytest.mark.parametrize("case", [case for case in CASES if case[1].route != "intravenous"], ids=ids)
def test_peak_is_the_maximum_of_a_fine_curve(case):
    model, dose = case
    times = np.arange(0, 400, 0.01)
    curve = pk.concentration(SETS[model], dose, times)
    top, when = pk.peak(SETS[model], dose)
    assert top == pytest.approx(curve.max(), rel=1e-7)
    assert when == pytest.approx(times[curve.argmax()], abs=0.1)


def test_weight_counts_only_where_the_set_says_so():
    light, heavy = (pk.concentration(SETS[B], STANDARD, TIMES, weight_kg=w) for w in (50, 100))
    np.testing.assert_array_equal(light, heavy)
    for model in (D, E):
        light, heavy = (pk.exposure(SETS[model], STANDARD, weight_kg=w) for w in (50, 100))
        assert light / heavy == pytest.approx(2.0)
    for model in (A, C, F, G):
        light, heavy = (pk.exposure(SETS[model], STANDARD, weight_kg=w) for w in (50, 100))
        assert light / heavy == pytest.approx(2**0.75)
    assert dict(SETS[A].exponents) == {"V1": 1.0, "CL": 0.75}
    assert not SETS[A].assumed_exponents
    assert set(SETS[C].assumed_exponents) == {"V1", "V2", "V3", "CL", "Q2", "Q3"}


def test_row_of_weights():
    rows = pk.concentration(SETS[F], STANDARD, TIMES, weight_kg=[50, 70, 90])
    assert rows.shape == (3, len(TIMES))
    np.testing.assert_allclose(rows[1], pk.concentration(SETS[F], STANDARD, TIMES), rtol=1e-12)
    top, _ = pk.peak(SETS[F], STANDARD, weight_kg=[50, 70, 90])
    assert np.all(np.diff(top) < 0)


# ------------------------------------------------------------------ racemate


def test_racemate_is_half_and_half():
    same = pk.racemate_concentration(SETS[A], STANDARD, TIMES, r_to_s_clearance=1.0)
    np.testing.assert_allclose(same, pk.concentration(SETS[A], STANDARD, TIMES), rtol=1e-12)
    half = pk.Infusion(17.5, 40.0)
    other = pk.r_enantiomer(SETS[A], r_to_s_clearance=0.5)
    assert (other.analyte, other.routes) == ("R", ("intravenous",))
    assert pk.exposure(other, half) == pytest.approx(2 * pk.exposure(SETS[A], half))
    sum_of_both = pk.concentration(SETS[A], half, TIMES) + pk.concentration(other, half, TIMES)
    found = pk.racemate_concentration(SETS[A], STANDARD, TIMES, r_to_s_clearance=0.5)
    np.testing.assert_allclose(found, sum_of_both, rtol=1e-12)


def test_racemate_for_people_scales_each_own_clearance():
    people = pk.draw_people(SETS[A], 20, np.random.default_rng(5))
    both = pk.racemate_concentration(SETS[A], STANDARD, TIMES, r_to_s_clearance=1.0, people=people)
    plain = pk.concentration(SETS[A], STANDARD, TIMES, people=people)
    np.testing.assert_allclose(both, plain, rtol=1e-12)
    tops, _ = pk.racemate_peak(SETS[A], STANDARD, r_to_s_clearance=0.8, people=people)
    assert np.all(tops > pk.peak(SETS[A], STANDARD, people=people)[0])


@pytest.mark.parametrize(
    ("model", "dose", "ratio", "words"),
    [
        (D, STANDARD, 0.8, "analyte racemic"),
        (B, STANDARD, 0.8, "liver; expected a set for S with the parameter CL"),
        (C, pk.Film(50), 0.8, "dose is Film; expected Infusion"),
        (A, STANDARD, 0.0, "expected more than 0"),
    ],
)
def test_racemate_refuses(model, dose, ratio, words):
    with pytest.raises(ValueError, match=words):
        pk.racemate_concentration(SETS[model], dose, TIMES, r_to_s_clearance=ratio)


# ------------------------------------------------------------------ variability


def test_moments_of_people():
    n = 200_000
    for model in (A, B, C):
        params = SETS[model]
        people = pk.draw_people(params, n, np.random.default_rng(2024))
        assert set(people.values) == set(params.cv) | set(params.logit_sd)
        for name, cv in params.cv.items():
            logs = np.log(people.values[name] / params.values[name])
            sd = np.sqrt(np.log1p(cv**2))
            assert logs.mean() == pytest.approx(0.0, abs=5 * sd / np.sqrt(n))
            assert logs.std() == pytest.approx(sd, rel=0.01)
            found = people.values[name].std() / people.values[name].mean()
            assert found == pytest.approx(cv, rel=0.05)
    share = pk.draw_people(SETS[B], n, np.random.default_rng(1)).values["FRn"]
    logits = np.log(share / (1 - share))
    assert logits.mean() == pytest.approx(np.log(0.54 / 0.46), abs=0.01)
    assert logits.std() == pytest.approx(0.708, rel=0.01)
    assert 0 < share.min() and share.max() < 1


def test_covariance_of_people():
    people = pk.draw_people(SETS[A], 200_000, np.random.default_rng(7))
    found = np.cov(np.log(people.values["V1"]), np.log(people.values["CL"]))
    assert found[0, 1] == pytest.approx(0.02261, rel=0.02)
    others = np.corrcoef(np.log(people.values["F_oral"]), np.log(people.values["CL"]))
    assert abs(others[0, 1]) < 0.01


def test_variances_agree_with_the_source_of_set_a():
    # The source prints variances of the logarithms; the table's percentages are their rounded form.
    assert np.log1p(SETS[A].cv["V1"] ** 2) == pytest.approx(0.084177, rel=0.01)
    assert np.log1p(SETS[A].cv["CL"] ** 2) == pytest.approx(0.026048, rel=0.01)


def test_same_seed_same_people_and_first_people_stay():
    one, two = (pk.draw_people(SETS[B], n, np.random.default_rng(11)) for n in (50, 500))
    for name in one.values:
        np.testing.assert_array_equal(one.values[name], two.values[name][:50])
    other = pk.draw_people(SETS[B], 50, np.random.default_rng(12))
    assert not np.array_equal(one.values["Vc"], other.values["Vc"])
    with pytest.raises(ValueError, match="read-only"):
        one.values["Vc"][0] = 1.0


def test_people_at_once_equal_people_one_by_one():
    for model, dose in ((A, STANDARD), (B, pk.Nasal(84, devices=3)), (B, pk.Oral(84)), (C, pk.Film(50))):
        people = pk.draw_people(SETS[model], 5000, np.random.default_rng(9))
        weights = np.linspace(50, 110, 5000)
        everybody = pk.concentration(SETS[model], dose, TIMES, people=people, weight_kg=weights)
        assert everybody.shape == (5000, len(TIMES))
        for i in (0, 1234, 4999):
            own = {name: values[[i]] for name, values in people.values.items()}
            single = pk.People(model, 1, own)
            alone = pk.concentration(SETS[model], dose, TIMES, people=single, weight_kg=weights[i])
            np.testing.assert_allclose(everybody[i], alone[0], rtol=1e-9, atol=1e-12)
            top, when = pk.peak(SETS[model], dose, people=single, weight_kg=weights[i])
            there = pk.concentration(SETS[model], dose, when, people=single, weight_kg=weights[i])
            assert there[0, 0] == pytest.approx(top[0], rel=1e-12)


def test_people_average_exposure():
    people = pk.draw_people(SETS[A], 1000, np.random.default_rng(4))
    areas = pk.exposure(SETS[A], STANDARD, people=people)
    np.testing.assert_allclose(areas, 35.0 / (people.values["CL"]) * 1000, rtol=1e-9)
    shares = pk.bioavailability(SETS[A], pk.Oral(50), people=people)
    np.testing.assert_allclose(shares, people.values["F_oral"], rtol=1e-9)


@pytest.mark.parametrize("model", [D, E, F, G])
def test_no_people_without_published_variability(model):
    assert not SETS[model].varies
    with pytest.raises(ValueError, match=f"model {model}: no variability published"):
        pk.draw_people(SETS[model], 10, np.random.default_rng(0))


# ------------------------------------------------------------------ the table


def test_seven_sets_and_what_they_hold():
    assert list(SETS) == [A, B, C, D, E, F, G]
    assert {model: params.routes for model, params in SETS.items()} == {
        A: ("intravenous", "oral"),
        B: ("intravenous", "nasal", "oral"),
        C: ("intravenous", "film"),
        **dict.fromkeys((D, E, F, G), ("intravenous",)),
    }
    assert SETS[A].exposure_only == ("oral",)
    assert [SETS[model].analyte for model in SETS] == ["S", "S", "S", "racemic", "racemic", "mixed", "S"]
    assert SETS[A].sources == ("otto2021", "fanta2015")
    assert (SETS[A].values["CL"], SETS[A].units["CL"]) == (pytest.approx(95.2 / 60), "L/min")
    assert SETS[C].values["CL"] == 1.48
    assert (SETS[B].values["D_sw"], SETS[B].units["D_sw"]) == (pytest.approx(31.8), "min")
    assert SETS[A].covariance == {("V1", "CL"): 0.02261}
    with pytest.raises(TypeError):
        SETS[A].values["CL"] = 1.0
    with pytest.raises(FrozenInstanceError):
        SETS[A].label = "other"


def test_every_row_of_a_model_is_read():
    for model, params in SETS.items():
        names = set(TABLE[TABLE.model_id == model].parameter)
        read = set(params.values) | {f"sd_logit_{name}" for name in params.logit_sd}
        read |= {f"cov_{one}_{two}" for one, two in params.covariance}
        read |= {f"exp_{name}" for name in params.exponents if name not in params.assumed_exponents}
        assert read == names


def test_empty_text_instead_of_nan():
    typed = TABLE.copy()
    for column in typed.columns.difference(["value", "bsv_cv_percent", "compartments"]):
        typed[column] = typed[column].fillna("").astype(str)
    assert pk.parameter_sets(typed) == SETS
    assert pk.parameter_sets(TABLE.astype(object).where(TABLE.notna(), "")) == SETS


def spoilt(model, parameter, /, **cells_):
    rows = TABLE.astype(object).copy()
    at = (rows.model_id == model) & (rows.parameter == parameter)
    assert at.sum() == 1
    for column, value in cells_.items():
        rows.loc[at, column] = value
    return rows


def without(model, *parameters):
    return TABLE[~((TABLE.model_id == model) & TABLE.parameter.isin(parameters))]


@pytest.mark.parametrize(
    ("table", "model", "words"),
    [
        (without(A, "V2"), A, "model A-fanta-otto, parameter V2: missing; expected a volume in L"),
        (without(B, "Fgut"), B, "model B-perezruixo, parameter Fgut: missing"),
        (without(B, "FRn"), B, "model B-perezruixo, parameter FRn: missing"),
        (without(C, "KA1"), C, "model C-simons, parameter KA1: missing; expected a rate in 1/min or 1/h"),
        (without(D, "V1_per_kg"), D, "model D-domino, parameter V1_per_kg: missing"),
        (spoilt(F, "CL", unit="mL/min"), F, "F-kamp, parameter CL: unit is 'mL/min'; expected L/min or L/h"),
        (spoilt(F, "CL", unit=np.nan), F, "parameter CL: unit is empty"),
        (spoilt(G, "V1", unit="L/kg"), G, "model G-noppers, parameter V1: unit is 'L/kg'; expected L"),
        (spoilt(E, "k21", parameter="k2l"), E, "model E-clements, parameter k21: missing"),
        (spoilt(A, "F_oral", parameter="F_orl"), A, "parameter F_orl: unknown parameter; expected one of V1"),
        (spoilt(A, "exp_V1", parameter="exp_V9"), A, "parameter exp_V9: unknown parameter"),
        (spoilt(A, "exp_V1", parameter="exp_V2"), A, "V2 is not per 70 kg"),
        (spoilt(A, "cov_V1_CL", parameter="cov_V1_V9"), A, "parameter cov_V1_V9: unknown parameter"),
        (spoilt(A, "cov_V1_CL", parameter="cov_V1_V2"), A, "V2 has no bsv_cv_percent"),
        (spoilt(A, "cov_V1_CL", value=0.9), A, "parameter cov_V1_CL: too large for the variances"),
        (spoilt(A, "V1", value=0), A, "parameter V1: value is 0; expected more than 0"),
        (spoilt(A, "V1", value="lots"), A, "parameter V1: value is 'lots'; expected a number"),
        (spoilt(A, "V1", value=np.nan), A, "parameter V1: value is empty; expected a number"),
        (spoilt(A, "F_oral", value=8), A, "parameter F_oral: value is 8; expected more than 0 and at most 1"),
        (spoilt(A, "V1", bsv_cv_percent="wide"), A, "bsv_cv_percent is 'wide'"),
        (spoilt(A, "V1", bsv_cv_percent=-5), A, "bsv_cv_percent is -5.0; expected more than 0 or empty"),
        (spoilt(A, "V1", per_70kg="maybe"), A, "per_70kg is 'maybe'; expected yes or no"),
        (spoilt(D, "k10", per_70kg="yes"), D, "parameter k10: per_70kg is yes for a rate"),
        (spoilt(D, "k10", compartments=4), D, "model D-domino: column compartments differs between rows"),
        (pd.concat([TABLE, TABLE.iloc[[0]]]), A, "parameter V1: given 2 times; expected once"),
        (TABLE.drop(columns="unit"), A, "column unit is missing"),
        (TABLE, "H-unknown", "no model 'H-unknown'; expected one of A-fanta-otto, B-perezruixo"),
        (TABLE, "R-route-literature", "model R-route-literature: compartments is empty"),
        (TABLE[~TABLE.parameter.isin(["V1", "CL"])], A, "model A-fanta-otto: no parameters of disposition"),
    ],
)
def test_faults_of_the_table_are_one_clear_line(table, model, words):
    with pytest.raises(ValueError) as caught:
        pk.parameter_set(table, model)
    message = str(caught.value)
    assert message.startswith("pk_parameters: ")
    assert words in message
    assert "\n" not in message and "expected" in message


# ------------------------------------------------------------------ misuse


@pytest.mark.parametrize(
    ("model", "dose", "words"),
    [
        (A, pk.Nasal(56), "model A-fanta-otto: no nasal route; expected intravenous or oral"),
        (B, pk.Film(50), "model B-perezruixo: no film route"),
        (C, pk.Oral(50), "model C-simons: no oral route"),
        (G, pk.Oral(50), "model G-noppers: no oral route"),
    ],
)
def test_routes_that_a_set_lacks(model, dose, words):
    for call in (lambda: pk.concentration(SETS[model], dose, TIMES), lambda: pk.exposure(SETS[model], dose)):
        with pytest.raises(ValueError, match=words):
            call()


def test_oral_of_set_a_has_an_exposure_and_no_time_course():
    assert pk.exposure(SETS[A], pk.Oral(100)) == pytest.approx(0.08 * 100 / (95.2 / 60) * 1000)
    for call in (pk.peak, lambda *args: pk.concentration(*args, TIMES)):
        with pytest.raises(ValueError, match=r"A-fanta-otto: oral route has .* no absorption rate"):
            call(SETS[A], pk.Oral(100))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: pk.Infusion(-1), "Infusion: dose_mg is -1; expected 0 or more"),
        (lambda: pk.Infusion(1, np.inf), "duration_min is inf"),
        (lambda: pk.Oral(1, np.nan), "start_min is nan"),
        (lambda: pk.Nasal(1, devices=0), "devices is 0"),
        (lambda: pk.Nasal(1, devices=1.5), "devices is 1.5"),
        (lambda: pk.concentration(SETS[A], STANDARD, [0, np.nan]), "times_min"),
        (lambda: pk.concentration(SETS[A], STANDARD, [[0, 1]]), "times_min"),
        (lambda: pk.concentration(SETS[A], STANDARD, TIMES, weight_kg=0), "weight_kg"),
        (lambda: pk.peak(SETS[A], []), "doses: none"),
        (lambda: pk.peak(SETS[A], STANDARD, horizon_min=0), "horizon_min"),
        (lambda: pk.bioavailability(SETS[A], pk.Oral(0)), "dose_mg is 0"),
        (lambda: pk.draw_people(SETS[A], 0, np.random.default_rng(0)), "n is 0"),
    ],
)
def test_misuse(make, words):
    with pytest.raises(ValueError, match=words) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_people_must_fit():
    people = pk.draw_people(SETS[A], 4, np.random.default_rng(0))
    with pytest.raises(ValueError, match="drawn from A-fanta-otto; expected people of C-simons"):
        pk.concentration(SETS[C], STANDARD, TIMES, people=people)
    with pytest.raises(ValueError, match="3 for 4 people"):
        pk.concentration(SETS[A], STANDARD, TIMES, people=people, weight_kg=[50, 60, 70])


def test_models_import_nothing_else_of_the_project():
    folder = Path(pk.__file__).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [("." * node.level) + (node.module or "")]
            outside = [n for n in names if n.startswith("tworooms") and not n.startswith("tworooms.models")]
            assert not outside, f"{path.name} imports {outside}"
