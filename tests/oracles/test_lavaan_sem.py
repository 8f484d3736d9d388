"""Structural equations against stored results of lavaan 0.6-14; what was run is told in the data file."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import relmodels as rm
from relmodels.sem import PathFit, PathModel, Survey
from relmodels.sem import fit as structural
from relmodels.sem.active import solved
from relmodels.sem.complete import Parameter

DATA = Path(__file__).parent / "data"
STORED: dict[str, Any] = json.loads((DATA / "lavaan_sem.json").read_text(encoding="utf-8"))
MODELS: dict[str, str] = json.loads((DATA / "sem_models.json").read_text(encoding="utf-8"))
# Its search stops short of the minimum by up to this share of a standard error, and its errors are taken there: at the
# minimum ours differ by up to 3e-5 of themselves, at the place where it stopped by less than 1e-7.
STOPPED = 2e-4
ERRORS = 3e-5
INDICES = 1e-5


@dataclass(frozen=True)
class Case:
    """A model, the data, the place of lavaan's result, and the options of the fit."""

    model: str
    data: str
    stored: tuple[str, str]
    options: dict[str, Any]
    disturbances: Any = "uncorrelated"


def case(model: str, data: str, group: str, key: str, disturbances: Any = "uncorrelated", **options: Any) -> Case:
    return Case(model, data, (group, key), options, disturbances)


HOLZINGER, DEMOCRACY, KMV = "holzinger_swineford_1939", "political_democracy", "kmv_n204"
CASES = {
    "hs ML": case("hs", HOLZINGER, "holzinger", "ml"),
    "hs MLR": case("hs", HOLZINGER, "holzinger", "mlr", estimator="MLR"),
    "hs MLM": case("hs", HOLZINGER, "holzinger", "mlm", estimator="MLM"),
    "hs GLS": case("hs", HOLZINGER, "holzinger", "gls", estimator="GLS"),
    "hs ULS": case("hs", HOLZINGER, "holzinger", "uls", estimator="ULS"),
    "hs missing": case("hs", "holzinger_mcar10", "holzinger", "fiml_mcar10", missing="ml"),
    "hs missing MLR": case("hs", "holzinger_mcar10", "holzinger", "fiml_mlr_mcar10", missing="ml", estimator="MLR"),
    "hs listwise": case("hs", "holzinger_mcar10", "holzinger", "listwise_mcar10"),
    "hs ordinal": case("hs", "holzinger_ordinal4", "holzinger", "wlsmv_ordinal4", estimator="WLSMV"),
    "pd ML": case("pd", DEMOCRACY, DEMOCRACY, "ml"),
    "pd MLR": case("pd", DEMOCRACY, DEMOCRACY, "mlr", estimator="MLR"),
    "pd MLM": case("pd", DEMOCRACY, DEMOCRACY, "mlm", estimator="MLM"),
    "pd GLS": case("pd", DEMOCRACY, DEMOCRACY, "gls", estimator="GLS"),
    "pd missing": case("pd", "political_democracy_mcar10", DEMOCRACY, "fiml_mcar10", missing="ml"),
    "pd missing MLR": case(
        "pd", "political_democracy_mcar10", DEMOCRACY, "fiml_mlr_mcar10", missing="ml", estimator="MLR"
    ),
    "kmv ML": case("kmv", KMV, KMV, "ml"),
    "kmv outcomes vary together": case("kmv_autocov", KMV, KMV, "ml_autocovy", "outcomes"),
    "kmv rival": case("kmv_rival", KMV, KMV, "rival"),
    "kmv measurement": case("kmv_meas", KMV, KMV, "measurement"),
    "kmv one factor": case("kmv_harman", KMV, KMV, "harman_onefactor"),
    "kmv MLR": case("kmv", KMV, KMV, "mlr", estimator="MLR"),
    "kmv Likert MLR": case("kmv", "kmv_likert_n204", KMV, "likert_mlr", estimator="MLR"),
    "kmv missing": case("kmv", "kmv_mcar10_n204", "kmv_fiml_n204", "fiml", missing="ml"),
}
PLAIN = {
    "chisq": "chi_square",
    "df": "df",
    "pvalue": "p_value",
    "baseline.chisq": "baseline_chi_square",
    "baseline.df": "baseline_df",
    "cfi": "cfi",
    "tli": "tli",
    "nfi": "nfi",
    "pnfi": "pnfi",
    "rmsea": "rmsea",
    "rmsea.ci.lower": "rmsea_low",
    "rmsea.ci.upper": "rmsea_high",
    "rmsea.pvalue": "close_fit",
    "srmr": "srmr",
    "logl": "log_likelihood",
    "aic": "aic",
    "bic": "bic",
    "bic2": "sabic",
}
CORRECTED = {
    "chisq.scaled": "chi_square",
    "baseline.chisq.scaled": "baseline_chi_square",
    "cfi.scaled": "cfi",
    "tli.scaled": "tli",
    "rmsea.scaled": "rmsea",
}
ROBUST = {
    "cfi.robust": "cfi",
    "tli.robust": "tli",
    "rmsea.robust": "rmsea",
    "rmsea.ci.lower.robust": "rmsea_low",
    "rmsea.ci.upper.robust": "rmsea_high",
}


def fitted(one: Case) -> PathFit:
    return fitted_with_answers(one)[0]


def fitted_with_answers(one: Case) -> tuple[PathFit, Survey]:
    model = PathModel.parse(MODELS[one.model], disturbances=one.disturbances)
    survey = Survey.from_frame(pl.read_csv(DATA / f"{one.data}.csv", null_values="NA"), model.observed)
    return rm.fit(model, survey, **one.options), survey


def near(stored: dict[str, float], found: object, names: dict[str, str]) -> None:
    for theirs, ours in names.items():
        if theirs in stored:
            expected = stored[theirs]
            assert getattr(found, ours) == pytest.approx(expected, rel=INDICES, abs=INDICES), theirs


def stored_of(one: Parameter, estimates: dict[str, list[float]], group: str = "") -> list[float]:
    """Return the stored estimate and its error; a covariance may be named the other way round."""
    named = f"{group}{one.name}"
    return estimates[named if named in estimates else f"{group}{one.right} {one.operator} {one.left}"]


def beside(fit: PathFit, estimates: dict[str, list[float]], group: str = "", place: int = 0) -> None:
    """Check every free estimate and its error beside the stored ones."""
    for one, value, error in zip(fit.parameters, fit.values, fit.errors, strict=True):
        if one.index < 0 or one.group != place:
            continue
        expected, spread = stored_of(one, estimates, group)
        assert abs(value - expected) <= STOPPED * spread, one.name
        assert error == pytest.approx(spread, rel=ERRORS), one.name


@pytest.mark.parametrize("one", CASES.values(), ids=CASES)
def test_fits_agree_with_lavaan(one):
    """Every index to 1e-5, every error to 3e-5, every estimate within 2e-4 of an error, at no worse a discrepancy."""
    fit, survey = fitted_with_answers(one)
    stored = STORED[one.stored[0]][one.stored[1]]
    assert fit.score <= 1e-8
    near(stored["fit"], fit.indices(), PLAIN)
    assert fit.chi_square <= stored["fit"]["chisq"] * (1.0 + 1e-8) + 1e-6
    if "chisq.scaling.factor" in stored["fit"]:
        assert fit.scaling == pytest.approx(stored["fit"]["chisq.scaling.factor"], abs=INDICES)
        near(stored["fit"], fit.indices(corrected=True), CORRECTED)
        if fit.missing == "listwise" and fit.thresholds is None:
            near(stored["fit"], fit.robust_indices(), ROBUST)
    if fit.missing == "ml":
        near(stored["fit"], fit.robust_indices(survey), ROBUST)
    if "estimates" in stored and fit.estimator != "ULS":
        beside(fit, stored["estimates"])


NORMAL_THEORY = [
    name for name, one in CASES.items() if one.stored[1] not in {"uls", "wlsmv_ordinal4", "harman_onefactor"}
]


@pytest.mark.parametrize("name", NORMAL_THEORY)
def test_errors_where_lavaan_stopped_are_its_own(name, monkeypatch):
    """At the stored estimates, a little short of the minimum, every error agrees to the stored digits: 1e-7."""
    one = CASES[name]
    estimates = STORED[one.stored[0]][one.stored[1]]["estimates"]

    def stopped(found, answers):
        problem, solution = solved(found, answers)
        theta = solution.theta.copy()
        for parameter in found.parameters:
            if parameter.index >= 0:
                theta[parameter.index] = stored_of(parameter, estimates)[0]
        return problem, replace(solution, theta=theta)

    monkeypatch.setattr(structural, "solved", stopped)
    fit = fitted(one)
    for parameter, error in zip(fit.parameters, fit.errors, strict=True):
        if parameter.index >= 0:
            assert error == pytest.approx(stored_of(parameter, estimates)[1], rel=1e-7), parameter.name


@pytest.mark.parametrize("name", ["hs ML", "pd ML", "kmv ML"])
def test_standardized_solutions_agree_with_lavaan(name):
    """Standardized values within 2e-5 and their own errors within 1e-6 of the stored ones; shares explained to 1e-5."""
    one = CASES[name]
    fit, stored = fitted(one), STORED[one.stored[0]]["ml"]
    table = fit.standardized()
    columns = (table.column(name) for name in ("parameter", "standardized", "standard_error"))
    for parameter, value, error in zip(*columns, strict=True):
        left, _, right = parameter.partition(" ~~ ")
        key = parameter if parameter in stored["standardized"] else f"{right} ~~ {left}"
        assert value == pytest.approx(stored["standardized"][key][0], abs=2e-5), parameter
        assert error == pytest.approx(stored["standardized"][key][1], abs=1e-6), parameter
    shares = fit.r_squared()
    for variable, share in stored["r2"].items():
        assert shares[variable] == pytest.approx(share, abs=1e-5), variable


def test_standardized_rows_of_labeled_models_have_their_label():
    """A model with labels has a column for them."""
    assert "label" in fitted(CASES["pd ML"]).table().columns


def test_defined_effects_have_lavaans_errors():
    """The indirect and the total effect of Political Democracy: 1.24178 (.35542) and 1.81406 by the delta method."""
    indirect, total = fitted(CASES["pd ML"]).defined()
    stored = STORED[DEMOCRACY]["ml"]["estimates"]
    for one, name in ((indirect, "ind := a*b"), (total, "tot := c+a*b")):
        key = name if name in stored else next(key for key in stored if key.startswith(f"{one.name} :="))
        assert one.value == pytest.approx(stored[key][0], abs=1e-5)
        assert one.standard_error == pytest.approx(stored[key][1], rel=ERRORS)


LADDER: dict[str, tuple[Any, ...]] = {
    "configural": (),
    "metric": ("loadings",),
    "scalar": ("loadings", "intercepts"),
    "strict": ("loadings", "intercepts", "residuals"),
}


def of_schools() -> tuple[PathModel, Survey]:
    model = PathModel.parse(MODELS["hs"], means=True)
    frame = pl.read_csv(DATA / f"{HOLZINGER}.csv", null_values="NA").with_columns(
        school=pl.col("school").replace_strict({"Pasteur": "1 Pasteur", "Grant-White": "2 Grant-White"})
    )
    return model, Survey.from_frame(frame, model.observed, group="school")


@pytest.mark.parametrize("step", LADDER)
def test_the_ladder_of_invariance_agrees_with_lavaan(step):
    """Two schools, from nothing equal to loadings, intercepts and residuals: indices, estimates and errors."""
    model, survey = of_schools()
    fit = rm.fit(model, survey, equal=LADDER[step])
    stored = STORED["holzinger"]["multigroup"][step]
    near(stored["fit"], fit.indices(), PLAIN)
    for place in (0, 1):
        beside(fit, stored["estimates"], f"{place + 1}: ", place)


def test_scaled_differences_along_the_ladder():
    """Corrected differences of MLR fits are 6.567, 40.838 and 15.694; plain ones of ML 8.192, 40.059 and 17.409."""
    model, survey = of_schools()
    for estimator, name in (("ML", "multigroup_differences"), ("MLR", "multigroup_mlr_differences")):
        options: dict[str, Any] = {"estimator": estimator}
        fits = [rm.fit(model, survey, equal=equal, **options) for equal in LADDER.values()]
        for wide, narrow, (difference, df) in zip(fits[:-1], fits[1:], STORED["holzinger"][name], strict=True):
            found = rm.sem.compare(wide, narrow)
            assert found.chi_square == pytest.approx(difference, rel=1e-5)
            assert found.df == df


def test_least_squares_errors_are_those_of_repeated_samples():
    """ULS errors match the spread of 300 drawn samples; lavaan's stored ones are an inverse that changes with units."""
    fit = fitted(CASES["hs ULS"])
    rng = np.random.default_rng(1)
    root = np.linalg.cholesky(fit.implied[0])
    drawn = []
    for _ in range(300):
        values = rng.normal(size=(fit.n, len(fit.names))) @ root.T
        survey = Survey.from_frame(dict(zip(fit.names, values.T, strict=True)), fit.names)
        drawn.append(rm.fit(fit.model, survey, estimator="ULS", check=False).theta)
    free = np.array([error for one, error in zip(fit.parameters, fit.errors, strict=True) if one.index >= 0])
    spread = np.percentile(drawn, [15.87, 84.13], axis=0)
    np.testing.assert_allclose(0.5 * (spread[1] - spread[0]), free, rtol=0.35)
    assert np.median(0.5 * (spread[1] - spread[0]) / free) == pytest.approx(1.0, abs=0.08)


def test_polychorics_agree_with_lavaan():
    """Correlations behind four steps to 2e-8, thresholds to 1e-10."""
    one = CASES["hs ordinal"]
    frame = pl.read_csv(DATA / f"{one.data}.csv")
    found = rm.sem.polychorics(frame.columns, frame.to_numpy())
    stored = STORED["holzinger"]["wlsmv_ordinal4"]
    np.testing.assert_allclose(found.correlation, stored["polychoric"], atol=2e-8)
    for key, value in stored["thresholds"].items():
        name, _, place = key.partition("|t")
        assert found.thresholds[name][int(place) - 1] == pytest.approx(value, abs=1e-10)


def test_standardized_ordinal_solution_agrees_with_lavaan():
    """Standardized values, their errors and shares explained, where every question has a variance of 1."""
    fit, stored = fitted(CASES["hs ordinal"]), STORED["holzinger"]["wlsmv_ordinal4"]
    for parameter, value, error in fit.standardized().rows():
        assert value == pytest.approx(stored["standardized"][parameter][0], abs=1e-6)
        assert error == pytest.approx(stored["standardized"][parameter][1], abs=1e-6)
    for name, share in fit.r_squared().items():
        assert share == pytest.approx(stored["r2"][name], abs=1e-6)


def test_the_theory_on_seven_steps():
    """WLSMV on seven steps, lavaan: 563.671, corrected 852.196, CFI .9975, RMSEA .0095, SRMR .0504."""
    fit = fitted(case("kmv", "kmv_likert_n204", KMV, "ml", estimator="WLSMV"))
    found = fit.indices(corrected=True)
    assert round(fit.chi_square, 3) == 563.671
    assert (round(found.chi_square, 3), round(found.cfi, 4), round(found.rmsea, 4)) == (852.196, 0.9975, 0.0095)
    assert round(fit.srmr, 4) == 0.0504
