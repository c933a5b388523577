"""Concentration of ketamine in plasma after a dose, by published kinetic models.

The parameters come from ``data/evidence/pk_parameters.csv`` as a DataFrame; nothing here holds a number
of its own about ketamine. Every model is a system of linear compartments, solved exactly.

Units everywhere: doses in mg of drug base (a salt weighs more: fact ``pharm-simons-salt-base``), times in
minutes, weights in kg, concentrations in ng/mL.

What the models are
-------------------
All of them are stars: a central compartment, from which concentrations are read, exchanges drug with
each other compartment and with nothing else. Three ways of writing one occur in the table:

* clearances and volumes (``V1 CL V2 Q2 V3 Q3``): A, C, F, G;
* a central volume per kg and rate constants (``V1_per_kg k10 k12 k21 k13 k31``): D, E. With
  ``V1 = V1_per_kg * weight`` they are the same system with ``CL = k10 V1``, ``Q2 = k12 V1``,
  ``V2 = Q2 / k21``, ``Q3 = k13 V1``, ``V3 = Q3 / k31``;
* a liver compartment (``Vc Q1 Vp1 Q2 Vp2 Qh Vh kel kmet``): B. Blood flow ``Qh`` joins centre and liver and
  only the liver eliminates, with the clearance ``(kel + kmet) Vh``. What is swallowed enters through the
  liver, so first pass needs no factor of its own.

How they are solved
-------------------
With amounts ``a``, volumes ``V`` and concentrations ``a / V``, a star obeys ``da/dt = -M V^-1 a``, in which
``M`` holds the exchange flows and the eliminations and is symmetric. Hence ``V^-1/2 M V^-1/2`` is symmetric
too: its eigenvalues are real and positive and its eigenvectors orthogonal, equal eigenvalues included. A
unit of drug put into compartment ``j`` gives the central concentration
``sum_k u_0k u_jk / sqrt(V_0 V_j) exp(-lambda_k t)``. Infusions and absorption are convolutions of each
exponential with the input, written so that nothing cancels when an absorption rate equals an eigenvalue.
Doses add up, because the system is linear. This is textbook algebra of compartments; what a published
model contributes is its parameters.

What they cannot show
---------------------
The models disagree (dispute ``pk-models``). Two describe arterial blood, which reads higher than venous blood
during an infusion (facts ``pharm-persson-venous``, ``pharm-simons-iv-peak``). Four describe S-ketamine, two
the racemate, one a mixture of both: a dose is taken as the dose of whatever a set describes
(``ParameterSet.analyte``). Metabolites, effects, age and ancestry are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Dose",
    "Film",
    "Infusion",
    "Nasal",
    "Oral",
    "ParameterSet",
    "People",
    "bioavailability",
    "concentration",
    "draw_people",
    "exposure",
    "half_lives",
    "parameter_set",
    "parameter_sets",
    "peak",
    "r_enantiomer",
    "racemate_concentration",
    "racemate_peak",
]

Array = NDArray[np.float64]

REFERENCE_WEIGHT_KG = 70.0
NG_PER_ML_IN_MG_PER_L = 1000.0

# Unit in the table -> (unit used here, factor).
_UNITS: dict[str, dict[str, tuple[str, float]]] = {
    "volume": {"L": ("L", 1.0)},
    "volume per kg": {"L/kg": ("L/kg", 1.0)},
    "clearance": {"L/min": ("L/min", 1.0), "L/h": ("L/min", 1.0 / 60.0)},
    "rate": {"1/min": ("1/min", 1.0), "1/h": ("1/min", 1.0 / 60.0)},
    "duration": {"min": ("min", 1.0), "h": ("min", 60.0)},
    "fraction": {"fraction": ("fraction", 1.0)},
    "ratio": {"ratio": ("ratio", 1.0)},
    "residual": {"fraction": ("fraction", 1.0), "log units": ("log units", 1.0)},
    "covariance": {"variance": ("variance", 1.0)},
    "exponent": {"unitless": ("unitless", 1.0)},
    "logit sd": {"unitless": ("unitless", 1.0)},
}

# A set that is "per 70 kg" and prints no exponent is scaled with these.
_USUAL_EXPONENT = {"volume": 1.0, "clearance": 0.75}

_CLEARANCES = {
    2: {"V1": "volume", "CL": "clearance", "V2": "volume", "Q2": "clearance"},
    3: {
        "V1": "volume", "CL": "clearance", "V2": "volume", "Q2": "clearance",
        "V3": "volume", "Q3": "clearance",
    },
}
_RATES = {
    2: {"V1_per_kg": "volume per kg", "k10": "rate", "k12": "rate", "k21": "rate"},
    3: {
        "V1_per_kg": "volume per kg", "k10": "rate", "k12": "rate", "k21": "rate",
        "k13": "rate", "k31": "rate",
    },
}
_LIVER = {
    3: {
        "Vc": "volume", "Q1": "clearance", "Vp1": "volume", "Q2": "clearance", "Vp2": "volume",
        "Qh": "clearance", "Vh": "volume", "kel": "rate", "kmet": "rate",
    },
}
_STRUCTURES = {"clearances": _CLEARANCES, "rates": _RATES, "liver": _LIVER}

# A route is there when any parameter of its own is; then all that it needs must be.
_ROUTES: dict[str, tuple[set[str], dict[str, str]]] = {
    "nasal": (
        {"FRn", "FRn_later", "ka_n", "D_sw", "ka_sw", "sd_logit_FRn"},
        {
            "FRn": "fraction", "FRn_later": "ratio", "ka_n": "rate",
            "D_sw": "duration", "ka_sw": "rate", "Fgut": "fraction",
        },
    ),
    "oral": ({"D_po", "ka_po"}, {"D_po": "duration", "ka_po": "rate", "Fgut": "fraction"}),
    "film": ({"F1", "D1", "KA1"}, {"F1": "fraction", "D1": "duration", "KA1": "rate"}),
}
_THROUGH_LIVER = {"nasal", "oral"}
_OPTIONAL = {
    "F_oral": "fraction", "sd_logit_FRn": "logit sd", "sigma_prop": "residual", "sigma_log": "residual",
}

_COLUMNS = (
    "model_id", "model_label", "compartments", "analyte", "sampling", "parameter",
    "value", "unit", "bsv_cv_percent", "per_70kg", "source_key",
)


# --------------------------------------------------------------------------- parameters


@dataclass(frozen=True)
class ParameterSet:
    """One published model, read from the table, in L, L/min, 1/min and min.

    Attributes
    ----------
    model_id, label : str
        ``C-simons`` and the label of the table.
    compartments : int
        As published; the liver compartment of set B comes on top.
    analyte : str
        ``S``, ``racemic`` or ``mixed`` (``R`` for a set made by `r_enantiomer`): what a dose is a dose of.
    sampling : str
        ``venous``, ``arterial``, ``mixed`` or ``not-stated``.
    routes : tuple of str
        Of ``intravenous``, ``nasal``, ``oral``, ``film``.
    exposure_only : tuple of str
        Routes with a bioavailability and no absorption rate: exposure can be had, a time course cannot
        (set A, ``F_oral``).
    structure : str
        ``clearances``, ``rates`` or ``liver``; see the module's text.
    values, units : mapping of str to float, str
        Typical values and the units they were converted to.
    cv : mapping of str to float
        Between-subject coefficients of variation, as fractions, of the parameters that have one. For the
        absorption of set C they are between occasions of one person.
    covariance : mapping of (str, str) to float
        Published covariances of the logarithms.
    logit_sd : mapping of str to float
        Between-subject standard deviations on the logit scale.
    exponents : mapping of str to float
        Weight exponent, for parameters that are given per 70 kg.
    assumed_exponents : tuple of str
        Those of them for which the table gives no exponent, so that the usual 1 (volumes) and 0.75
        (clearances) are used: an assumption, without effect at 70 kg.
    sources : tuple of str
        Keys in ``references.bib``.
    """

    model_id: str
    label: str
    compartments: int
    analyte: str
    sampling: str
    routes: tuple[str, ...]
    exposure_only: tuple[str, ...]
    structure: str
    values: Mapping[str, float]
    units: Mapping[str, str]
    cv: Mapping[str, float]
    covariance: Mapping[tuple[str, str], float]
    logit_sd: Mapping[str, float]
    exponents: Mapping[str, float]
    assumed_exponents: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def varies(self) -> bool:
        """Whether any variability between people was published."""
        return bool(self.cv or self.logit_sd)


def _blank(cell: object) -> bool:
    return cell is None or cell == "" or bool(pd.isna(cell))


def _at(model_id: str, parameter: str) -> str:
    return f"pk_parameters: model {model_id}, parameter {parameter}"


def _number(cell: object, where: str, what: str) -> float:
    try:
        number = float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number):
        raise ValueError(f"{where}: {what} is {'empty' if _blank(cell) else repr(cell)}; expected a number")
    return number


def _convert(value: float, unit: object, kind: str, where: str) -> tuple[float, str]:
    known = _UNITS[kind]
    if unit not in known:
        found = "empty" if _blank(unit) else repr(unit)
        raise ValueError(f"{where}: unit is {found}; expected {' or '.join(known)}")
    canonical, factor = known[str(unit)]
    return value * factor, canonical


def _choose_structure(names: set[str], where: str) -> str:
    if names & {"V1_per_kg", "k10"}:
        return "rates"
    if names & {"Vc", "Vh", "Qh"}:
        return "liver"
    if names & {"V1", "CL"}:
        return "clearances"
    expected = "V1 and CL, or V1_per_kg and k10, or Vc and Qh"
    raise ValueError(f"{where}: no parameters of disposition; expected {expected}")


def parameter_set(table: pd.DataFrame, model_id: str) -> ParameterSet:
    """Read one model from the parameter table.

    Parameters
    ----------
    table : pandas.DataFrame
        ``pk_parameters.csv`` with its columns; empty cells may be NaN or ``""``.
    model_id : str
        For example ``A-fanta-otto``.

    Returns
    -------
    ParameterSet

    Raises
    ------
    ValueError
        One line that names the model and the parameter: an unknown model, a missing, repeated or unknown
        parameter, an unknown unit, a value that is no positive number, a covariance that no people could
        have, or rows that are no model (``R-route-literature`` holds single values by route).
    """
    absent = [column for column in _COLUMNS if column not in table.columns]
    if absent:
        raise ValueError(f"pk_parameters: column {absent[0]} is missing; expected {', '.join(_COLUMNS)}")
    rows = table[table["model_id"] == model_id]
    if rows.empty:
        known = ", ".join(dict.fromkeys(table["model_id"].astype(str)))
        raise ValueError(f"pk_parameters: no model {model_id!r}; expected one of {known}")
    where = f"pk_parameters: model {model_id}"

    first = rows.iloc[0]
    if _blank(first["compartments"]):
        raise ValueError(f"{where}: compartments is empty, so its rows are single values; expected 2 or 3")
    compartments = int(_number(first["compartments"], where, "compartments"))
    for column in ("compartments", "analyte", "sampling"):
        if rows[column].nunique(dropna=False) != 1:
            raise ValueError(f"{where}: column {column} differs between rows; expected one value")

    names = [str(name) for name in rows["parameter"]]
    repeated = [name for name in names if names.count(name) > 1]
    if repeated:
        times = names.count(repeated[0])
        raise ValueError(f"{_at(model_id, repeated[0])}: given {times} times; expected once")

    structure = _choose_structure(set(names), where)
    if compartments not in _STRUCTURES[structure]:
        choices = " or ".join(str(n) for n in _STRUCTURES[structure])
        raise ValueError(f"{where}: compartments is {compartments}; expected {choices}")
    kinds = dict(_STRUCTURES[structure][compartments])
    routes = ["intravenous"]
    for route, (signs, needs) in _ROUTES.items():
        if signs & set(names) and (structure == "liver" or route not in _THROUGH_LIVER):
            kinds |= needs
            routes.append(route)
    exposure_only = []
    if "F_oral" in names and "oral" not in routes:
        routes.append("oral")
        exposure_only.append("oral")
    for name in kinds:
        if name not in names:
            unit = " or ".join(_UNITS[kinds[name]])
            raise ValueError(f"{_at(model_id, name)}: missing; expected a {kinds[name]} in {unit}")
    kinds |= _OPTIONAL

    values: dict[str, float] = {}
    units: dict[str, str] = {}
    cv: dict[str, float] = {}
    logit_sd: dict[str, float] = {}
    per_70kg: list[str] = []
    given_exponents: dict[str, float] = {}
    covariance: dict[tuple[str, str], float] = {}
    for row in rows.itertuples(index=False):
        name = str(row.parameter)
        at = _at(model_id, name)
        value = _number(row.value, at, "value")
        if name.startswith("exp_"):
            if kinds.get(name.removeprefix("exp_")) not in _USUAL_EXPONENT:
                raise ValueError(f"{at}: unknown parameter; expected exp_ and a volume or clearance")
            given_exponents[name.removeprefix("exp_")], _ = _convert(value, row.unit, "exponent", at)
            continue
        if name.startswith("cov_"):
            pair = tuple(name.removeprefix("cov_").split("_"))
            if len(pair) != 2 or any(part not in kinds for part in pair):
                raise ValueError(f"{at}: unknown parameter; expected cov_ and two parameters of the model")
            covariance[pair], _ = _convert(value, row.unit, "covariance", at)
            continue
        if name not in kinds:
            raise ValueError(f"{at}: unknown parameter; expected one of {', '.join(kinds)}")
        kind = kinds[name]
        value, unit = _convert(value, row.unit, kind, at)
        upper = 1.0 if kind == "fraction" else np.inf
        if not 0.0 < value <= upper:
            expected = "more than 0 and at most 1" if kind == "fraction" else "more than 0"
            raise ValueError(f"{at}: value is {row.value}; expected {expected}")
        if kind == "logit sd":
            logit_sd[name.removeprefix("sd_logit_")] = value
            continue
        values[name], units[name] = value, unit
        if not _blank(row.bsv_cv_percent):
            percent = _number(row.bsv_cv_percent, at, "bsv_cv_percent")
            if percent <= 0.0:
                raise ValueError(f"{at}: bsv_cv_percent is {percent}; expected more than 0 or empty")
            cv[name] = percent / 100.0
        if row.per_70kg not in ("yes", "no"):
            raise ValueError(f"{at}: per_70kg is {row.per_70kg!r}; expected yes or no")
        if row.per_70kg == "yes":
            if kind not in _USUAL_EXPONENT:
                raise ValueError(f"{at}: per_70kg is yes for a {kind}; expected a volume or a clearance")
            per_70kg.append(name)

    for name in given_exponents:
        if name not in per_70kg:
            at = _at(model_id, "exp_" + name)
            raise ValueError(f"{at}: {name} is not per 70 kg; expected per_70kg yes")
    for name in logit_sd:
        if name not in values:
            at = _at(model_id, "sd_logit_" + name)
            raise ValueError(f"{at}: unknown parameter; expected sd_logit_ and a fraction of the model")
    for pair in covariance:
        for name in pair:
            if name not in cv:
                where = _at(model_id, "cov_" + "_".join(pair))
                raise ValueError(f"{where}: {name} has no bsv_cv_percent; expected one")
    made = ParameterSet(
        model_id=model_id,
        label=str(first["model_label"]),
        compartments=compartments,
        analyte=str(first["analyte"]),
        sampling=str(first["sampling"]),
        routes=tuple(routes),
        exposure_only=tuple(exposure_only),
        structure=structure,
        values=MappingProxyType(values),
        units=MappingProxyType(units),
        cv=MappingProxyType(cv),
        covariance=MappingProxyType(covariance),
        logit_sd=MappingProxyType(logit_sd),
        exponents=MappingProxyType(
            {name: given_exponents.get(name, _USUAL_EXPONENT[kinds[name]]) for name in per_70kg}
        ),
        assumed_exponents=tuple(name for name in per_70kg if name not in given_exponents),
        sources=tuple(dict.fromkeys(str(key) for key in rows["source_key"])),
    )
    _log_covariance(made)
    return made


def parameter_sets(table: pd.DataFrame) -> dict[str, ParameterSet]:
    """Read every model of the table, in its order.

    Rows without a number of compartments (``R-route-literature``: single values by route) are no model
    and are left out.

    Parameters
    ----------
    table : pandas.DataFrame
        ``pk_parameters.csv``.

    Returns
    -------
    dict of str to ParameterSet
        By ``model_id``.

    Raises
    ------
    ValueError
        As `parameter_set`.
    """
    for column in ("model_id", "compartments"):
        if column not in table.columns:
            raise ValueError(f"pk_parameters: column {column} is missing; expected {', '.join(_COLUMNS)}")
    counted = table[[not _blank(cell) for cell in table["compartments"]]]
    return {str(name): parameter_set(table, name) for name in dict.fromkeys(counted["model_id"])}


# --------------------------------------------------------------------------- doses


def _check_dose(dose: Dose, *names: str) -> None:
    for name in names:
        value = getattr(dose, name)
        if not np.isfinite(value) or value < 0.0:
            raise ValueError(f"{type(dose).__name__}: {name} is {value}; expected 0 or more")
    if not np.isfinite(dose.start_min):
        raise ValueError(f"{type(dose).__name__}: start_min is {dose.start_min}; expected minutes")


@dataclass(frozen=True)
class Infusion:
    """A constant infusion into a vein; a bolus when ``duration_min`` is 0.

    Parameters
    ----------
    dose_mg : float
        Total dose, mg.
    duration_min : float
        Length, min.
    start_min : float
        Beginning, min.

    Raises
    ------
    ValueError
        For a negative or infinite number.
    """

    route: ClassVar[str] = "intravenous"
    dose_mg: float
    duration_min: float = 40.0
    start_min: float = 0.0

    def __post_init__(self) -> None:
        _check_dose(self, "dose_mg", "duration_min")


@dataclass(frozen=True)
class Nasal:
    """Nasal spray from one or more single-use devices of equal content.

    Parameters
    ----------
    dose_mg : float
        Total dose of all devices, mg.
    devices : int
        Number of devices; from the second on the nasal cavity takes up less (``FRn_later``). The source
        says "spray" and means a device of two sprays (fact ``pharm-perezruixo-nasal-dose``).
    interval_min : float
        Time between two devices, min.
    start_min : float
        Time of the first, min.

    Raises
    ------
    ValueError
        For a negative or infinite number, or fewer than one device.
    """

    route: ClassVar[str] = "nasal"
    dose_mg: float
    devices: int = 1
    interval_min: float = 5.0
    start_min: float = 0.0

    def __post_init__(self) -> None:
        _check_dose(self, "dose_mg", "interval_min")
        if self.devices != int(self.devices) or self.devices < 1:
            raise ValueError(f"Nasal: devices is {self.devices}; expected a whole number, 1 or more")


@dataclass(frozen=True)
class Oral:
    """A swallowed dose (solution, in set B).

    Parameters
    ----------
    dose_mg, start_min : float
        Dose, mg, and time, min.

    Raises
    ------
    ValueError
        For a negative or infinite number.
    """

    route: ClassVar[str] = "oral"
    dose_mg: float
    start_min: float = 0.0

    def __post_init__(self) -> None:
        _check_dose(self, "dose_mg")


@dataclass(frozen=True)
class Film:
    """An oromucosal film (set C).

    Only uptake through the mucosa is modelled: in the source the swallowed part feeds metabolites, not
    ketamine in plasma.

    Parameters
    ----------
    dose_mg, start_min : float
        Dose of S-ketamine base, mg, and time, min.

    Raises
    ------
    ValueError
        For a negative or infinite number.
    """

    route: ClassVar[str] = "film"
    dose_mg: float
    start_min: float = 0.0

    def __post_init__(self) -> None:
        _check_dose(self, "dose_mg")


Dose = Infusion | Nasal | Oral | Film


# --------------------------------------------------------------------------- people


@dataclass(frozen=True)
class People:
    """Virtual people: their own values of the parameters that vary, before any scaling by weight.

    Attributes
    ----------
    model_id : str
        The set they were drawn from.
    n : int
        How many.
    values : mapping of str to numpy.ndarray, shape (n,)
        In the units of ``ParameterSet.units``.
    """

    model_id: str
    n: int
    values: Mapping[str, Array]


def _log_covariance(params: ParameterSet) -> tuple[list[str], Array]:
    names = list(params.cv)
    matrix = np.diag([np.log1p(params.cv[name] ** 2) for name in names]) if names else np.zeros((0, 0))
    for (one, other), value in params.covariance.items():
        i, j = names.index(one), names.index(other)
        matrix[i, j] = matrix[j, i] = value
    try:
        return names, np.linalg.cholesky(matrix) if names else matrix
    except np.linalg.LinAlgError:
        pair = "_".join(next(iter(params.covariance)))
        where = _at(params.model_id, "cov_" + pair)
        raise ValueError(f"{where}: too large for the variances; expected a correlation below 1") from None


def draw_people(params: ParameterSet, n: int, rng: np.random.Generator) -> People:
    """Draw virtual people from the published variability between subjects.

    A parameter with coefficient of variation ``CV`` is log-normal about its typical value, which is the
    median: ``typical * exp(eta)``, ``eta ~ N(0, ln(1 + CV^2))``. The variances that the sources of sets A and
    C print give the table's percentages back in this way; set B prints percentages, taken in the same
    sense. Published covariances hold between the ``eta``; parameters without one vary independently.
    ``FRn`` of set B varies on the logit scale with ``sd_logit_FRn``. A bioavailability drawn above 1 counts
    as 1.

    Not drawn, because not published: variability of peripheral volumes and flows without a percentage
    (``kmet`` of set B varied in the source, which left the figure out), residual error (``sigma_*``),
    and anything that differs between products. The people are therefore more alike than real ones.

    Parameters
    ----------
    params : ParameterSet
    n : int
        Number of people.
    rng : numpy.random.Generator
        Same state, same people; the first ``m`` people do not depend on ``n``.

    Returns
    -------
    People

    Raises
    ------
    ValueError
        If no variability was published for the set (D, E, F, G), or ``n`` is less than 1.
    """
    if not params.varies:
        where = f"pk_parameters: model {params.model_id}"
        raise ValueError(f"{where}: no variability published; expected a set with bsv_cv_percent")
    if n != int(n) or n < 1:
        raise ValueError(f"draw_people: n is {n}; expected a whole number, 1 or more")
    names, root = _log_covariance(params)
    normal = rng.standard_normal((int(n), len(names) + len(params.logit_sd)))
    # einsum, not a BLAS product: its sums are the same on every machine.
    eta = np.einsum("pj,ij->pi", normal[:, : len(names)], root)
    drawn: dict[str, Array] = {}
    for i, name in enumerate(names):
        drawn[name] = params.values[name] * np.exp(eta[:, i])
        if params.units[name] == "fraction":
            drawn[name] = np.minimum(drawn[name], 1.0)
    for i, (name, sd) in enumerate(params.logit_sd.items(), start=len(names)):
        typical = params.values[name]
        drawn[name] = 1.0 / (1.0 + (1.0 - typical) / typical * np.exp(-sd * normal[:, i]))
    for values in drawn.values():
        values.flags.writeable = False
    return People(model_id=params.model_id, n=int(n), values=MappingProxyType(drawn))


def _individuals(
    params: ParameterSet, weight_kg: ArrayLike, people: People | None
) -> tuple[dict[str, Array], bool]:
    """Every parameter as an array of shape (n,), scaled by weight; and whether this is one person."""
    weight = np.asarray(weight_kg, dtype=float)
    if weight.ndim > 1 or not np.all(np.isfinite(weight) & (weight > 0)):
        raise ValueError("weight_kg: not one positive number or a row of them; expected kg")
    if people is not None:
        if people.model_id != params.model_id:
            raise ValueError(f"people: drawn from {people.model_id}; expected people of {params.model_id}")
        if weight.ndim == 1 and weight.size != people.n:
            raise ValueError(f"weight_kg: {weight.size} for {people.n} people; expected one, or one each")
    n = people.n if people is not None else weight.size
    own: dict[str, Array] = {}
    for name, typical in params.values.items():
        value = np.asarray(typical if people is None else people.values.get(name, typical))
        if name in params.exponents:
            value = value * (weight / REFERENCE_WEIGHT_KG) ** params.exponents[name]
        elif params.units[name] == "L/kg":
            value = value * weight
        own[name] = np.broadcast_to(value, (n,))
    return own, people is None and weight.ndim == 0


# --------------------------------------------------------------------------- the linear system


@dataclass(frozen=True)
class _Modes:
    """Central response, 1/L, to a unit in compartment j: sum_k weights[:, j, k] exp(-rates[:, k] t)."""

    rates: Array
    weights: Array


@dataclass(frozen=True)
class _Input:
    """Drug on its way into a compartment.

    It comes over ``duration`` at a constant rate (None: at once), into a depot that empties at ``rate``
    (None: no depot).
    """

    compartment: int
    amount: Array
    start: float
    duration: Array | None = None
    rate: Array | None = None


def _disposition(params: ParameterSet, own: Mapping[str, Array]) -> tuple[Array, Array, Array]:
    """Volumes (n, m), exchange flows of the outer compartments (n, m - 1), elimination clearances (n, m)."""
    if params.structure == "liver":
        volumes = [own["Vc"], own["Vp1"], own["Vp2"], own["Vh"]]
        flows = [own["Q1"], own["Q2"], own["Qh"]]
        eliminating, clearance = -1, (own["kel"] + own["kmet"]) * own["Vh"]
    else:
        numbers = range(2, params.compartments + 1)
        eliminating = 0
        if params.structure == "rates":
            centre = own["V1_per_kg"]
            flows = [own[f"k1{i}"] * centre for i in numbers]
            volumes = [centre, *(own[f"k1{i}"] * centre / own[f"k{i}1"] for i in numbers)]
            clearance = own["k10"] * centre
        else:
            flows = [own[f"Q{i}"] for i in numbers]
            volumes = [own[f"V{i}"] for i in range(1, params.compartments + 1)]
            clearance = own["CL"]
    stacked = np.stack(volumes, axis=1)
    elimination = np.zeros_like(stacked)
    elimination[:, eliminating] = clearance
    return stacked, np.stack(flows, axis=1), elimination


def _modes(params: ParameterSet, own: Mapping[str, Array]) -> _Modes:
    volumes, flows, elimination = _disposition(params, own)
    n, m = volumes.shape
    matrix = np.zeros((n, m, m))
    diagonal = np.arange(m)
    leaving = elimination.copy()
    leaving[:, 0] += flows.sum(axis=1)
    leaving[:, 1:] += flows
    matrix[:, diagonal, diagonal] = leaving / volumes
    matrix[:, 0, 1:] = matrix[:, 1:, 0] = -flows / np.sqrt(volumes[:, :1] * volumes[:, 1:])
    rates, vectors = np.linalg.eigh(matrix)
    weights = vectors[:, :1, :] * vectors / np.sqrt(volumes[:, :1] * volumes)[:, :, None]
    return _Modes(rates=rates, weights=weights)


def _inputs(
    params: ParameterSet, own: Mapping[str, Array], doses: Sequence[Dose], *, timed: bool
) -> list[_Input]:
    liver = params.compartments
    found: list[_Input] = []
    for dose in doses:
        if dose.route not in params.routes:
            has = " or ".join(params.routes)
            raise ValueError(f"pk_parameters: model {params.model_id}: no {dose.route} route; expected {has}")
        if timed and dose.route in params.exposure_only:
            raise ValueError(
                f"pk_parameters: model {params.model_id}: {dose.route} route has a bioavailability and no"
                " absorption rate, so no time course; expected exposure() or bioavailability()"
            )
        n = next(iter(own.values())).shape
        if isinstance(dose, Infusion):
            length = np.full(n, dose.duration_min) if dose.duration_min > 0 else None
            found.append(_Input(0, np.full(n, dose.dose_mg), dose.start_min, duration=length))
        elif isinstance(dose, Nasal):
            each = dose.dose_mg / dose.devices
            for number in range(int(dose.devices)):
                start = dose.start_min + number * dose.interval_min
                absorbed = own["FRn"] if number == 0 else np.minimum(own["FRn"] * own["FRn_later"], 1.0)
                found.append(_Input(0, each * absorbed, start, rate=own["ka_n"]))
                swallowed = each * (1.0 - absorbed) * own["Fgut"]
                found.append(_Input(liver, swallowed, start, duration=own["D_sw"], rate=own["ka_sw"]))
        elif isinstance(dose, Film):
            amount = dose.dose_mg * own["F1"]
            found.append(_Input(0, amount, dose.start_min, duration=own["D1"], rate=own["KA1"]))
        elif dose.route in params.exposure_only:
            found.append(_Input(0, dose.dose_mg * own["F_oral"], dose.start_min))
        else:
            amount = dose.dose_mg * own["Fgut"]
            found.append(_Input(liver, amount, dose.start_min, duration=own["D_po"], rate=own["ka_po"]))
    return found


def _through_depot(rate: Array, depot: Array, time: Array) -> Array:
    """Convolution of exp(-rate t) and exp(-depot t), at ``time``.

    It is (exp(-rate t) - exp(-depot t)) / (depot - rate), and t exp(-rate t) where the two are equal; expm1
    keeps every digit of the difference on the way from one to the other.
    """
    gap = np.maximum(np.abs(depot - rate), np.finfo(float).tiny)
    return np.exp(-np.minimum(rate, depot) * time) * (-np.expm1(-gap * time) / gap)


def _mode_response(rates: Array, time: Array, dose: _Input, part: slice) -> Array:
    """Answer of each mode to a unit of an input, at ``time`` after its start.

    Parameters: rates (n, m, 1); time (1 or n, 1, t). Returns (n, m, t).
    """
    after = np.maximum(time, 0.0)
    if dose.duration is None:
        if dose.rate is None:
            return np.where(time >= 0.0, np.exp(-rates * after), 0.0)
        depot = dose.rate[part, None, None]
        return depot * _through_depot(rates, depot, after)
    length = dose.duration[part, None, None]
    during = np.minimum(after, length)
    since = np.maximum(after - length, 0.0)
    decay = np.exp(-rates * since)
    if dose.rate is None:
        return -np.expm1(-rates * during) / (rates * length) * decay
    depot = dose.rate[part, None, None]
    left_depot = -np.expm1(-depot * during)
    # What has come in is in the depot, in the mode, or gone at rates * mode: hence the integral of the mode.
    mode = (left_depot - depot * _through_depot(rates, depot, during)) / (rates * length)
    return mode * decay + left_depot / length * _through_depot(rates, depot, since)


_BLOCK = 60_000


def _curves(params: ParameterSet, own: Mapping[str, Array], doses: Sequence[Dose], times: Array) -> Array:
    """Concentrations (n, t) in ng/mL at times (t,) or, for each person, (n, t)."""
    modes = _modes(params, own)
    inputs = _inputs(params, own, doses, timed=True)
    n, m = modes.rates.shape
    grid = np.atleast_2d(times)
    result = np.zeros((n, grid.shape[1]))
    # Blocks that fit a processor's cache are several times faster than one pass over everybody.
    step = max(1, _BLOCK // max(1, m * grid.shape[1]))
    for low in range(0, n, step):
        part = slice(low, low + step)
        rates = modes.rates[part, :, None]
        here = grid[part, None, :] if grid.shape[0] > 1 else grid[:, None, :]
        for dose in inputs:
            weights = modes.weights[part, dose.compartment, :] * dose.amount[part, None]
            response = _mode_response(rates, here - dose.start, dose, part)
            result[part] += np.einsum("nk,nkt->nt", weights, response)
    # Rounding may leave a zero a hair below it.
    return np.maximum(result, 0.0) * NG_PER_ML_IN_MG_PER_L


def _listed(doses: Dose | Sequence[Dose]) -> list[Dose]:
    return [doses] if isinstance(doses, Dose) else list(doses)


def _times(times_min: ArrayLike) -> Array:
    times = np.atleast_1d(np.asarray(times_min, dtype=float))
    if times.ndim != 1 or not np.all(np.isfinite(times)):
        raise ValueError("times_min: not a row of finite numbers; expected minutes")
    return times


# --------------------------------------------------------------------------- what a case asks for


def concentration(
    params: ParameterSet,
    doses: Dose | Sequence[Dose],
    times_min: ArrayLike,
    *,
    weight_kg: ArrayLike = REFERENCE_WEIGHT_KG,
    people: People | None = None,
) -> Array:
    """Concentration in plasma over time.

    Parameters
    ----------
    params : ParameterSet
    doses : Infusion, Nasal, Oral or Film, or a sequence of them
        Their concentrations add up.
    times_min : array_like, shape (t,)
        Minutes, in any order. Before a dose it gives nothing; at the instant of a bolus it is already in.
    weight_kg : float or array_like of shape (n,)
        Weight. It has an effect where the set has one: sets A (V1 and CL only), C, F and G (all of the
        disposition), D and E (in proportion); none in B, in which weight was no covariate.
    people : People, optional
        From `draw_people`; the typical person if left out.

    Returns
    -------
    numpy.ndarray
        ng/mL; shape (t,) for one typical person, (n, t) with people or with a row of weights.

    Raises
    ------
    ValueError
        If the set lacks the route or (set A, oral) an absorption rate; for people of another set, weights
        that do not fit, times that are not finite.

    Notes
    -----
    Formulas: module text. Sources of parameters: ``params.sources``.
    """
    own, single = _individuals(params, weight_kg, people)
    result = _curves(params, own, _listed(doses), _times(times_min))
    return result[0] if single else result


def _events(doses: Sequence[Dose]) -> list[float]:
    events: list[float] = []
    for dose in doses:
        if isinstance(dose, Infusion):
            events += [dose.start_min, dose.start_min + dose.duration_min]
        elif isinstance(dose, Nasal):
            events += [dose.start_min + i * dose.interval_min for i in range(int(dose.devices))]
        else:
            events.append(dose.start_min)
    return events


def _highest(
    curves: Callable[[Array], Array], doses: Sequence[Dose], horizon_min: float
) -> tuple[Array, Array]:
    """Peak and its time: a grid that is fine after each event, refined three times about its best point."""
    if not np.isfinite(horizon_min) or horizon_min <= 0:
        raise ValueError(f"horizon_min: {horizon_min}; expected more than 0")
    events = np.unique(_events(doses))
    spread = np.concatenate([[0.0], np.geomspace(0.5, horizon_min, 72)])
    grid = np.unique((events[:, None] + spread).ravel())
    values = curves(grid)
    best = values.argmax(axis=1)
    rows = np.arange(len(values))
    top, when = values[rows, best], grid[best]
    low, high = grid[np.maximum(best - 1, 0)], grid[np.minimum(best + 1, grid.size - 1)]
    for _ in range(3):
        fine = np.linspace(low, high, 21, axis=1)
        values = curves(fine)
        best = values.argmax(axis=1)
        better = values[rows, best] > top
        top = np.where(better, values[rows, best], top)
        when = np.where(better, fine[rows, best], when)
        width = (high - low) / 20.0
        low, high = np.maximum(low, when - width), np.minimum(high, when + width)
    return top, when


def peak(
    params: ParameterSet,
    doses: Dose | Sequence[Dose],
    *,
    weight_kg: ArrayLike = REFERENCE_WEIGHT_KG,
    people: People | None = None,
    horizon_min: float = 1440.0,
) -> tuple[float | Array, float | Array]:
    """Highest concentration, and when.

    Parameters
    ----------
    params, doses, weight_kg, people
        As for `concentration`; at least one dose.
    horizon_min : float
        How long after the last event (start or end of an infusion, a device, a swallowed dose) to look, min.

    Returns
    -------
    concentration, time : float, or numpy.ndarray of shape (n,)
        ng/mL and min. After an infusion the peak is exact; after absorption it is searched for, within
        about 0.01 min near the dose.

    Raises
    ------
    ValueError
        As `concentration`; also without a dose.
    """
    listed = _listed(doses)
    if not listed:
        raise ValueError("doses: none; expected at least one dose")
    own, single = _individuals(params, weight_kg, people)
    top, when = _highest(lambda times: _curves(params, own, listed, times), listed, horizon_min)
    return (float(top[0]), float(when[0])) if single else (top, when)


def exposure(
    params: ParameterSet,
    doses: Dose | Sequence[Dose],
    *,
    weight_kg: ArrayLike = REFERENCE_WEIGHT_KG,
    people: People | None = None,
) -> float | Array:
    """Area under the concentration from the first dose to infinity.

    The integral of each exponential, so for an infusion it is dose / clearance, and for other routes the
    bioavailable dose / clearance. Set A has an oral bioavailability (``F_oral``, fact
    ``pharm-fanta-oral-f``) and no absorption rate: this function serves it, `concentration` does not.

    Parameters
    ----------
    params, doses, weight_kg, people
        As for `concentration`.

    Returns
    -------
    float, or numpy.ndarray of shape (n,)
        ng·min/mL.

    Raises
    ------
    ValueError
        If the set lacks the route; for people or weights that do not fit.
    """
    own, single = _individuals(params, weight_kg, people)
    modes = _modes(params, own)
    total = np.zeros(len(modes.rates))
    for dose in _inputs(params, own, _listed(doses), timed=False):
        total += dose.amount * (modes.weights[:, dose.compartment, :] / modes.rates).sum(axis=1)
    total *= NG_PER_ML_IN_MG_PER_L
    return float(total[0]) if single else total


def bioavailability(
    params: ParameterSet,
    dose: Dose,
    *,
    weight_kg: ArrayLike = REFERENCE_WEIGHT_KG,
    people: People | None = None,
) -> float | Array:
    """Share of a dose that gets into the circulation: its exposure over that of the same dose in a vein.

    In set B it is ``FRn + (1 - FRn) Fgut (1 - E)`` for the first device and ``Fgut (1 - E)`` for a swallowed
    dose, with ``E = K / (Qh + K)`` and ``K = (kel + kmet) Vh``, the well-stirred liver (perezruixo2021); the
    source's 0.54 and 0.51 for two and three devices follow (caveat of fact ``pharm-perezruixo-nasal``). In
    set A it is ``F_oral`` (fact ``pharm-fanta-oral-f``), in set C ``F1`` (fact ``pharm-simons-film-f``).

    Parameters
    ----------
    params, weight_kg, people
        As for `concentration`.
    dose : Infusion, Nasal, Oral or Film
        Its ``dose_mg`` must be more than 0.

    Returns
    -------
    float, or numpy.ndarray of shape (n,)
        Fraction.

    Raises
    ------
    ValueError
        If the set lacks the route, or the dose is 0.
    """
    if dose.dose_mg <= 0:
        raise ValueError(f"{type(dose).__name__}: dose_mg is {dose.dose_mg}; expected more than 0")
    vein = exposure(params, Infusion(dose.dose_mg, 0.0), weight_kg=weight_kg, people=people)
    return exposure(params, dose, weight_kg=weight_kg, people=people) / vein


def half_lives(
    params: ParameterSet, *, weight_kg: ArrayLike = REFERENCE_WEIGHT_KG, people: People | None = None
) -> Array:
    """Half-lives of the phases of the curve in a vein, shortest first: ln 2 over each eigenvalue.

    Parameters
    ----------
    params, weight_kg, people
        As for `concentration`.

    Returns
    -------
    numpy.ndarray
        min; shape (m,) for one typical person, else (n, m); m counts the liver compartment.

    Raises
    ------
    ValueError
        For people or weights that do not fit.
    """
    own, single = _individuals(params, weight_kg, people)
    result = np.log(2.0) / _modes(params, own).rates[:, ::-1]
    return result[0] if single else result


# --------------------------------------------------------------------------- racemate


def r_enantiomer(params: ParameterSet, *, r_to_s_clearance: float) -> ParameterSet:
    """A set for R-ketamine made from one for S-ketamine, by scaling its clearance and nothing else.

    Parameters
    ----------
    params : ParameterSet
        For S-ketamine, with a parameter ``CL``.
    r_to_s_clearance : float
        Clearance of R over clearance of S. Fact ``pharm-persson-enantiomer-cl``: 0.020 over 0.024 L/min/kg,
        arterial, ten healthy men.

    Returns
    -------
    ParameterSet
        Intravenous only: what the other routes let through was measured for S.

    Raises
    ------
    ValueError
        If the set does not describe S-ketamine, has no ``CL``, or the ratio is not positive.

    Notes
    -----
    Assumed: equal volumes and flows, equal variability, and no effect of one enantiomer on the other.
    """
    if params.analyte != "S" or "CL" not in params.values:
        raise ValueError(
            f"pk_parameters: model {params.model_id}: analyte {params.analyte}, {params.structure};"
            " expected a set for S with the parameter CL"
        )
    if not np.isfinite(r_to_s_clearance) or r_to_s_clearance <= 0:
        raise ValueError(f"r_to_s_clearance: {r_to_s_clearance}; expected more than 0")
    values = dict(params.values)
    values["CL"] *= r_to_s_clearance
    fields = {name: getattr(params, name) for name in params.__dataclass_fields__}
    fields |= {
        "analyte": "R",
        "values": MappingProxyType(values),
        "routes": ("intravenous",),
        "exposure_only": (),
    }
    return ParameterSet(**fields)


def _racemate_curves(
    params: ParameterSet,
    doses: Sequence[Infusion],
    r_to_s_clearance: float,
    weight_kg: ArrayLike,
    people: People | None,
) -> tuple[Callable[[Array], Array], bool]:
    other = r_enantiomer(params, r_to_s_clearance=r_to_s_clearance)
    for dose in doses:
        if dose.route != "intravenous":
            raise ValueError(f"racemate: dose is {type(dose).__name__}; expected Infusion (else S only)")
    halves = [Infusion(dose.dose_mg / 2.0, dose.duration_min, dose.start_min) for dose in doses]
    own_s, single = _individuals(params, weight_kg, people)
    # Each person's own clearance is scaled: who clears S fast clears R fast.
    own_r = {**own_s, "CL": own_s["CL"] * r_to_s_clearance}
    return (
        lambda times: _curves(params, own_s, halves, times) + _curves(other, own_r, halves, times),
        single,
    )


def racemate_concentration(
    params: ParameterSet,
    doses: Infusion | Sequence[Infusion],
    times_min: ArrayLike,
    *,
    r_to_s_clearance: float,
    weight_kg: ArrayLike = REFERENCE_WEIGHT_KG,
    people: People | None = None,
) -> Array:
    """Total ketamine (S + R) after racemate in a vein, from a set for S-ketamine.

    Half of each dose is S and follows the set; half is R and follows `r_enantiomer`. With set A and
    ``0.020 / 0.024`` (fact ``pharm-persson-enantiomer-cl``) the standard infusion of 35 mg over 40 min peaks
    at 161 instead of 158 ng/mL: during a short infusion distribution matters more than clearance.

    Parameters
    ----------
    params, times_min, weight_kg, people
        As for `concentration`.
    doses : Infusion or sequence of Infusion
        Doses of racemate.
    r_to_s_clearance : float
        As for `r_enantiomer`.

    Returns
    -------
    numpy.ndarray
        ng/mL; shapes as for `concentration`.

    Raises
    ------
    ValueError
        As `concentration` and `r_enantiomer`; also for another route.
    """
    curves, single = _racemate_curves(params, _listed(doses), r_to_s_clearance, weight_kg, people)
    result = curves(_times(times_min))
    return result[0] if single else result


def racemate_peak(
    params: ParameterSet,
    doses: Infusion | Sequence[Infusion],
    *,
    r_to_s_clearance: float,
    weight_kg: ArrayLike = REFERENCE_WEIGHT_KG,
    people: People | None = None,
    horizon_min: float = 1440.0,
) -> tuple[float | Array, float | Array]:
    """Highest total ketamine (S + R), and when: `peak` for `racemate_concentration`.

    Parameters
    ----------
    params, doses, r_to_s_clearance, weight_kg, people
        As for `racemate_concentration`.
    horizon_min : float
        As for `peak`.

    Returns
    -------
    concentration, time : float, or numpy.ndarray of shape (n,)
        ng/mL and min.

    Raises
    ------
    ValueError
        As `racemate_concentration`; also without a dose.
    """
    listed = _listed(doses)
    if not listed:
        raise ValueError("doses: none; expected at least one dose")
    curves, single = _racemate_curves(params, listed, r_to_s_clearance, weight_kg, people)
    top, when = _highest(curves, listed, horizon_min)
    return (float(top[0]), float(when[0])) if single else (top, when)
