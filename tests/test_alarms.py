"""Alarm rules: published worked examples, a record small enough to count by hand, and what must always hold."""

import csv
import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from tworooms.models import alarms, rates, screening

CASE = Path(__file__).resolve().parents[1] / "cases" / "the-refill-button"

# Three people. A changes on day 50 and orders ever earlier; B travels once; C's supply grows, nothing changed.
RECORD = pd.DataFrame(
    [
        ("A", 0, 0, 100, 0),
        ("A", 28, 0, 100, 1),
        ("A", 50, 6, 100, 2),
        ("A", 74, 10, 130, 3),
        ("B", 0, 0, 100, 0),
        ("B", 21, 7, 100, 1),
        ("B", 56, 0, 100, 0),
        ("C", 0, 0, 100, 0),
        ("C", 30, -2, 120, 0),
        ("C", 56, 0, 130, 4),
    ],
    columns=list(alarms.ORDER_COLUMNS),
)
TRUTH = pd.DataFrame({"patient": ["A", "B", "C"], "change_day": [50.0, np.nan, np.nan]})
UNTIL = 84


# ------------------------------------------------------------------ rules, by hand


def where(ring):
    return [(RECORD.patient[i], int(RECORD.day[i])) for i in RECORD.index[ring]]


def test_early_order():
    assert where(alarms.early_order(RECORD, days=5)) == [("A", 50), ("A", 74), ("B", 21)]
    assert where(alarms.early_order(RECORD, days=7)) == [("A", 74), ("B", 21)]
    assert where(alarms.early_order(RECORD, days=5, times=2, last=2)) == [("A", 74)]
    assert where(alarms.early_order(RECORD, days=11)) == []


def test_repeated_early_orders_ring_on_the_early_one_only():
    late = RECORD.assign(early=[0, 6, 6, 0, 0, 7, 0, 0, -2, 0])
    ring = alarms.early_order(late, days=5, times=2, last=3)
    assert [i for i in late.index[ring]] == [2]


def test_rising_supply():
    assert where(alarms.rising_supply(RECORD, rise=30, orders=3)) == [("A", 74), ("C", 56)]
    assert where(alarms.rising_supply(RECORD, rise=20, orders=3)) == [("A", 74), ("C", 30), ("C", 56)]
    assert where(alarms.rising_supply(RECORD, rise=20, orders=1)) == [("A", 74), ("C", 30)]
    assert where(alarms.rising_supply(RECORD, rise=31, orders=3)) == []


@pytest.mark.parametrize("rise", [7, 10, 14, 15, 21, 28, 35, 55])
def test_a_rise_of_exactly_the_threshold_rings(rise):
    grown = RECORD.assign(supply=[100, 100, 100, 100 + rise, *[100] * 6])
    assert alarms.rising_supply(grown, rise=rise).sum() == 1


def test_missed_checkins():
    assert where(alarms.missed_checkins(RECORD, missed=4, last=2)) == [("A", 74), ("C", 56)]
    assert where(alarms.missed_checkins(RECORD, missed=3, last=1)) == [("A", 74), ("C", 56)]
    assert where(alarms.missed_checkins(RECORD, missed=3, last=2)) == [("A", 50), ("A", 74), ("C", 56)]


def test_at_least():
    one, two = alarms.early_order(RECORD, days=5), alarms.rising_supply(RECORD, rise=30)
    assert where(alarms.at_least(2, one, two)) == [("A", 74)]
    assert (alarms.at_least(1, one, two) == (one | two)).all()


# ------------------------------------------------------------------ what a rule is worth, by hand


def test_hand_counted_record():
    ring = alarms.early_order(RECORD, days=5)
    days = alarms.days_to_alarm(RECORD, ring, TRUTH)
    assert days.to_dict() == {"A": 0.0}
    assert alarms.found(days)[:3] == (1, 1, 1.0)
    assert alarms.found_among_called(RECORD, ring, TRUTH)[:3] == (1, 2, 0.5)
    false = alarms.calls(RECORD, ring, TRUTH, UNTIL)
    assert false.events == 1
    assert false.months == pytest.approx((50 + 84 + 84) / alarms.DAYS_A_MONTH)
    assert false.per_100 == pytest.approx(100 / false.months)
    assert false.low == 0.0 < false.per_100 < false.high


def test_an_alarm_before_the_change_finds_nothing_and_counts_as_false():
    late = TRUTH.assign(change_day=[60.0, np.nan, np.nan])
    ring = alarms.early_order(RECORD, days=5)
    assert alarms.days_to_alarm(RECORD, ring, late)["A"] == 14
    assert alarms.calls(RECORD, ring, late, UNTIL).events == 2
    never = late.assign(change_day=[80.0, np.nan, np.nan])
    assert alarms.days_to_alarm(RECORD, ring, never)["A"] == np.inf
    assert alarms.found_among_called(RECORD, ring, never)[:2] == (0, 2)
    assert alarms.calls(RECORD, ring, never, UNTIL).events == 3


def test_a_rule_that_never_rings():
    ring = alarms.early_order(RECORD, days=99)
    assert alarms.found(alarms.days_to_alarm(RECORD, ring, TRUTH))[:3] == (0, 1, 0.0)
    assert np.isnan(alarms.found_among_called(RECORD, ring, TRUTH).value)
    assert alarms.calls(RECORD, ring, TRUTH, UNTIL)[:3:2] == (0, 0.0)


def test_nobody_changed():
    nobody = TRUTH.assign(change_day=np.nan)
    days = alarms.days_to_alarm(RECORD, alarms.early_order(RECORD), nobody)
    assert days.empty and np.isnan(alarms.found(days).value)
    with pytest.raises(ValueError, match="one person or more"):
        alarms.median_days(days)


def test_medians_count_those_not_found():
    inf = np.inf
    assert alarms.median_days([10, 20, inf]).median == 20
    assert alarms.median_days([10, inf, inf]).median == inf
    assert alarms.median_days([10, inf]).median == 10
    one = alarms.median_days([5, 5, 5, 5], draws=50)
    assert one == (4, 4, 5.0, 5.0, 5.0)


def test_bootstrap_bounds_of_the_median_against_the_binomial():
    """The chance that a resampled median is at most the k-th of n distinct values is a binomial tail."""
    n = 21
    waits = np.arange(1.0, n + 1)
    got = alarms.median_days(waits, draws=40000, seed=3)
    need = (n - 1) // 2 + 1
    at_most = [binom.sf(need - 1, n, k / n) for k in range(1, n + 1)]
    low = next(k for k, p in enumerate(at_most, 1) if p >= 0.025)
    high = next(k for k, p in enumerate(at_most, 1) if p >= 0.975)
    assert (got.low, got.median, got.high) == (low, 11, high)


def test_bootstrap_of_calls_is_wider_than_poisson_when_one_person_rings():
    """Thirty calls on one of thirty people: independent counting would claim far too much."""
    rows = [(p, d, 9 if p == 0 else 0, 100, 0) for p in range(30) for d in range(30)]
    record = pd.DataFrame(rows, columns=list(alarms.ORDER_COLUMNS))
    truth = pd.DataFrame({"patient": range(30), "change_day": np.nan})
    got = alarms.calls(record, alarms.early_order(record), truth, 29)
    naive = rates.garwood(got.events, got.months)
    assert got.events == 30 and got.low == 0.0
    assert got.high - got.low > 100 * (naive.high - naive.low)


def test_wait_in_turn_against_simulation():
    rng = np.random.default_rng(11)
    for every, finds in ((56, 1.0), (56, 0.5), (10, 0.2)):
        waits = rng.random(200_000) * every + every * (rng.geometric(finds, 200_000) - 1)
        assert alarms.wait_in_turn(every, finds) == pytest.approx(waits.mean(), rel=0.01)


# ------------------------------------------------------------------ what must always hold


def random_record(rng):
    rows = []
    for patient in range(12):
        day = 0
        for _ in range(int(rng.integers(1, 9))):
            rows.append(
                (patient, day, int(rng.integers(-3, 12)), int(rng.integers(80, 170)), int(rng.integers(0, 5)))
            )
            day += int(rng.integers(15, 40))
    truth = pd.DataFrame(
        {"patient": range(12), "change_day": np.where(rng.random(12) < 0.5, rng.integers(0, 200, 12), np.nan)}
    )
    return pd.DataFrame(rows, columns=list(alarms.ORDER_COLUMNS)), truth


@pytest.mark.parametrize("seed", range(20))
def test_stricter_settings_ring_less_and_later(seed):
    record, truth = random_record(np.random.default_rng(seed))
    until = record["day"].max() + 10
    families = {
        "early": [alarms.early_order(record, days=d) for d in (1, 3, 5, 8)],
        "rising": [alarms.rising_supply(record, rise=r) for r in (5, 20, 40, 80)],
        "missed": [alarms.missed_checkins(record, missed=m) for m in (1, 3, 5, 7)],
    }
    families["k of three"] = [alarms.at_least(k, *(f[1] for f in families.values())) for k in (1, 2, 3)]
    for loose_to_strict in families.values():
        for loose, strict in itertools.pairwise(loose_to_strict):
            assert not (strict & ~loose).any()
            days = [alarms.days_to_alarm(record, ring, truth) for ring in (loose, strict)]
            assert (days[0] <= days[1]).all()
            false = [alarms.calls(record, ring, truth, until, draws=20).events for ring in (loose, strict)]
            assert false[0] >= false[1]


@pytest.mark.parametrize("seed", range(10))
def test_order_of_people_and_their_names_do_not_matter(seed):
    rng = np.random.default_rng(100 + seed)
    record, truth = random_record(rng)
    turned = record.assign(patient=99 - record["patient"]).sort_values(["patient", "day"], ignore_index=True)
    other = truth.assign(patient=99 - truth["patient"])
    ring = [alarms.at_least(1, alarms.early_order(r), alarms.missed_checkins(r)) for r in (record, turned)]
    assert sorted(alarms.days_to_alarm(record, ring[0], truth)) == sorted(
        alarms.days_to_alarm(turned, ring[1], other)
    )
    until = record["day"].max()
    a, b = alarms.calls(record, ring[0], truth, until), alarms.calls(turned, ring[1], other, until)
    assert a[:2] == pytest.approx(b[:2])


@pytest.mark.parametrize("seed", range(10))
def test_predictive_value_agrees_with_counting(seed):
    record, truth = random_record(np.random.default_rng(200 + seed))
    # With the change on day 0 no call comes too soon, and Bayes and counting must agree.
    truth["change_day"] = np.where(truth["change_day"].notna(), 0.0, np.nan)
    ring = alarms.early_order(record, days=4)
    changed = truth["change_day"].notna()
    called = set(record.loc[ring, "patient"])
    counted = alarms.found_among_called(record, ring, truth)
    sensitivity = alarms.found(alarms.days_to_alarm(record, ring, truth)).value
    others = truth.loc[~changed, "patient"]
    false = others.isin(called).mean() if len(others) else 0.0
    assert screening.predictive_values(changed.mean(), sensitivity, 1 - false).positive == pytest.approx(
        counted.value, nan_ok=True
    )


def test_seed_decides():
    ring = alarms.early_order(RECORD)
    same = [alarms.calls(RECORD, ring, TRUTH, UNTIL, draws=200, seed=s) for s in (1, 1, 2)]
    assert same[0] == same[1] and same[0].per_100 == same[2].per_100


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: alarms.early_order(RECORD, days=0), "days: 0"),
        (lambda: alarms.early_order(RECORD, times=3, last=2), "no more than 2"),
        (lambda: alarms.rising_supply(RECORD, rise=-5), "rise: -5"),
        (lambda: alarms.rising_supply(RECORD, orders=0), "orders: 0"),
        (lambda: alarms.missed_checkins(RECORD, missed=1.5), "whole number"),
        (lambda: alarms.early_order(RECORD.drop(columns="early")), "no column 'early'"),
        (lambda: alarms.early_order(RECORD.iloc[:0]), "no orders"),
        (lambda: alarms.early_order(RECORD.assign(day=[*RECORD.day[:9], np.nan])), "empty cell"),
        (lambda: alarms.early_order(RECORD.iloc[::-1]), "rising days"),
        (lambda: alarms.at_least(3, alarms.early_order(RECORD)), "1 to the number of rules"),
        (lambda: alarms.at_least(0), "1 to the number of rules"),
        (
            lambda: alarms.at_least(1, alarms.early_order(RECORD), alarms.early_order(RECORD)[1:]),
            "different records",
        ),
        (
            lambda: alarms.days_to_alarm(RECORD, alarms.early_order(RECORD), TRUTH.iloc[1:]),
            "nothing on patient A",
        ),
        (lambda: alarms.days_to_alarm(RECORD, alarms.early_order(RECORD), TRUTH.iloc[[0, 0, 1, 2]]), "twice"),
        (lambda: alarms.days_to_alarm(RECORD, alarms.early_order(RECORD), TRUTH[["patient"]]), "change_day"),
        (lambda: alarms.calls(RECORD, alarms.early_order(RECORD), TRUTH, 10), "last order's day"),
        (lambda: alarms.calls(RECORD, alarms.early_order(RECORD), TRUTH, 99, draws=0), "draws: 0"),
        (lambda: alarms.median_days([-1.0]), "negative"),
        (lambda: alarms.wait_in_turn(0), "every: 0"),
        (lambda: alarms.wait_in_turn(5, 0), "finds: 0"),
    ],
)
def test_refusals_are_one_clear_line(call, said):
    with pytest.raises(ValueError) as caught:
        call()
    assert said in str(caught.value) and "\n" not in str(caught.value)


# ------------------------------------------------------------------ the invented record


def test_record_is_reproducible(tmp_path):
    script = tmp_path / "make_record.py"
    script.write_bytes((CASE / "make_record.py").read_bytes())
    subprocess.run([sys.executable, str(script)], check=True, cwd=tmp_path)
    for name in ("orders.csv", "people.csv", "ilda.csv", "ilda_orders.csv"):
        assert (tmp_path / name).read_bytes() == (CASE / name).read_bytes()
    assert sum(path.stat().st_size for path in CASE.glob("*.csv")) <= 60_000


def test_ildas_orders_ring_as_the_case_says():
    orders = pd.read_csv(CASE / "ilda_orders.csv")
    early, rising, missed = (
        alarms.early_order(orders),
        alarms.rising_supply(orders),
        alarms.missed_checkins(orders),
    )
    assert orders["day"][early].tolist() == [78] and orders["day"][missed].tolist() == [140]
    assert not rising.any() and not alarms.at_least(2, early, rising, missed).any()


def test_record_holds_what_its_script_states():
    with (CASE / "people.csv").open(encoding="utf-8") as file:
        people = list(csv.DictReader(file))
    assert len(people) == 200
    for row in people:
        assert bool(row["change_day"]) == (row["kind"] in {"relapsing", "drifting"})
