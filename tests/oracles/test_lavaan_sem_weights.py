"""Weights made of the answers, against stored results of lavaan 0.6-14; what was run is told in the data file."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

import relmodels as rm
from relmodels.sem import PathFit, PathModel, Survey, ordinal
from relmodels.sem import fit as structural
from relmodels.sem.active import solved
from relmodels.sem.missing import answers_of
from relmodels.sem.prepare import prepared
from relmodels.sem.search import Problem, total_curvature
from tests.oracles.test_lavaan_sem import CORRECTED, DATA, HOLZINGER, MODELS, PLAIN, ROBUST, near, stored_of

STORED: dict[str, Any] = json.loads((DATA / "lavaan_sem_weights.json").read_text(encoding="utf-8"))
# Its search stops short of the minimum by up to this share of a standard error.
STOPPED = 1e-3
# With one group errors differ only because lavaan stopped short. With several it weights their information by n_g / N,
# and their discrepancies by (n_g - 1) / N; here both have the second, so that errors are those of what is minimized.
ERRORS, ERRORS_OF_GROUPS = 1e-5, 2e-4
ESTIMATORS = ("WLS", "DWLS robust", "ULSMV", "MLMV")
OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "means": {"means": True},
    "schools": {},
    "metric": {"means": True, "equal": ["loadings"]},
    "scalar": {"equal": ["loadings", "intercepts"]},
}
ORDINAL: dict[str, dict[str, Any]] = {
    "schools": {},
    "metric": {"equal": ["loadings"]},
    "metric and variances": {"equal": ["loadings", "variances", "covariances"]},
    "pairwise": {"missing": "pairwise"},
    "pairwise schools": {"missing": "pairwise"},
}
MODEL = PathModel.parse(MODELS["hs"])
EVERY = [(kind, estimator) for kind in OPTIONS for estimator in ESTIMATORS]


def survey_of(name: str = HOLZINGER, *, schools: bool = False) -> Survey:
    names = {"Pasteur": "1 Pasteur", "Grant-White": "2 Grant-White"}
    school = pl.read_csv(DATA / f"{HOLZINGER}.csv", null_values="NA")["school"].replace_strict(names)
    frame = pl.read_csv(DATA / f"{name}.csv", null_values="NA").with_columns(school=school)
    return Survey.from_frame(frame, MODEL.observed, group="school" if schools else None)


def fitted(kind: str, estimator: Any) -> PathFit:
    data = survey_of(schools=kind not in {"plain", "means"})
    return rm.fit(MODEL, data, estimator=estimator.split()[0], **OPTIONS[kind])


def fitted_ordinal(kind: str) -> PathFit:
    name = "holzinger_ordinal4_mcar10" if "pairwise" in kind else "holzinger_ordinal4"
    data = survey_of(name, schools=kind != "pairwise")
    return rm.fit(MODEL, data, estimator="WLSMV", **ORDINAL[kind])


def beside(fit: PathFit, stored: dict[str, Any]) -> None:
    """Check indices, estimates and errors, and that the discrepancy is no worse."""
    near(stored["fit"], fit.indices(), PLAIN)
    assert fit.score <= 1e-8
    assert fit.chi_square <= stored["fit"]["chisq"] * (1.0 + 1e-8) + 1e-6
    tolerance = ERRORS if len(fit.groups) == 1 else ERRORS_OF_GROUPS
    for one, value, error in zip(fit.parameters, fit.values, fit.errors, strict=True):
        if one.index >= 0:
            expected, spread = stored_of(one, stored["estimates"], f"{one.group + 1}: " * (len(fit.groups) > 1))
            assert abs(value - expected) <= STOPPED * spread, one.name
            assert error == pytest.approx(spread, rel=tolerance), one.name


def beside_corrected(fit: PathFit, stored: dict[str, float]) -> None:
    tolerance = ERRORS if len(fit.groups) == 1 else 2.0 * ERRORS
    assert fit.scaling == pytest.approx(stored["chisq.scaling.factor"], rel=tolerance)
    assert fit.baseline.scaling == pytest.approx(stored["baseline.chisq.scaling.factor"], rel=tolerance)
    near(stored, fit.indices(corrected=True), CORRECTED)
    if fit.thresholds is None:
        near(stored, fit.robust_indices(), ROBUST)


@pytest.mark.parametrize(("kind", "estimator"), EVERY)
def test_weighted_fits_agree_with_lavaan(kind, estimator):
    """Indices, shifted test and robust indices to 1e-5, errors to 1e-5 and with two groups to 2e-4."""
    fit, stored = fitted(kind, estimator), STORED[kind][estimator]
    beside(fit, stored)
    if estimator == "WLS":
        assert fit.scaling is None
    else:
        beside_corrected(fit, stored["fit"])


@pytest.mark.parametrize("kind", ORDINAL)
def test_ordinal_fits_of_groups_and_of_pairs_agree_with_lavaan(kind):
    """Two schools, equal loadings, and a tenth of the answers missing: indices and corrected test to 1e-5."""
    fit, stored = fitted_ordinal(kind), STORED["ordinal"][kind]
    beside(fit, stored)
    beside_corrected(fit, stored["fit"])


def stopped(problem: Problem, stored: dict[str, Any], found: Any, sizes: np.ndarray, theta: np.ndarray) -> Any:
    """Return the problem with the groups weighted by their cases, and the stored estimates."""
    theta = theta.copy()
    for one in found.parameters:
        if one.index >= 0:
            theta[one.index] = stored_of(one, stored["estimates"], f"{one.group + 1}: " * (sizes.size > 1))[0]
    targets = [replace(target, share=share) for target, share in zip(problem.targets, sizes / sizes.sum(), strict=True)]
    return replace(problem, targets=targets), theta


@pytest.mark.parametrize(("kind", "estimator"), [*EVERY, *(("ordinal", kind) for kind in ORDINAL)])
def test_errors_where_lavaan_stopped_are_its_own(kind, estimator, monkeypatch):
    """At the stored estimates, groups weighted by their cases, errors agree to 1e-7 and the scaling to 1e-8."""
    stored = STORED[kind][estimator]

    def there(found, answers):
        problem, solution = solved(found, answers)
        problem, theta = stopped(problem, stored, found, np.array(found.moments.sizes), solution.theta)
        return problem, replace(solution, theta=theta)

    for module in (structural, ordinal):
        monkeypatch.setattr(module, "solved", there)
    fit = fitted_ordinal(estimator) if kind == "ordinal" else fitted(kind, estimator)
    for one, error in zip(fit.parameters, fit.errors, strict=True):
        if one.index >= 0:
            expected = stored_of(one, stored["estimates"], f"{one.group + 1}: " * (len(fit.groups) > 1))[1]
            assert error == pytest.approx(expected, rel=1e-7), one.name
    if fit.scaling is not None:
        assert fit.scaling == pytest.approx(stored["fit"]["chisq.scaling.factor"], rel=1e-8)


def test_plain_dwls_has_the_estimates_of_lavaan_and_not_its_errors():
    """Estimates and indices agree; the stored errors are the inverse of the curvature, up to twice ours and half."""
    stored, found = STORED["plain"]["DWLS"], []
    fit = fitted("plain", "DWLS")
    near(stored["fit"], fit.indices(), PLAIN)
    answers = answers_of(MODEL, survey_of(), listwise=True)
    problem = prepared(MODEL, answers.moments, form="DWLS", divisor="n-1", values=answers.values).problem
    _, theta = stopped(problem, stored, fit, np.array([fit.n]), fit.theta)
    naive = np.sqrt(np.diag(np.linalg.inv(total_curvature(problem, theta))) / (fit.n - 1))
    for one, value, error in zip(fit.parameters, fit.values, fit.errors, strict=True):
        if one.index >= 0:
            expected, spread = stored_of(one, stored["estimates"])
            assert abs(value - expected) <= STOPPED * spread
            assert naive[one.index] == pytest.approx(spread, rel=1e-7)
            found.append(error / spread)
    assert 0.3 < min(found) < 0.8
    assert 1.2 < max(found) < 2.0


def test_pairwise_polychorics_agree_with_lavaan():
    """Correlations of those who answered both to 5e-8, thresholds to 1e-9, their spread to 2e-7."""
    found = rm.sem.polychorics(MODEL.observed, survey_of("holzinger_ordinal4_mcar10").values)
    stored = STORED["ordinal"]["pairwise"]
    np.testing.assert_allclose(found.correlation, stored["correlation"], atol=5e-8)
    np.testing.assert_allclose(np.diag(found.spread), stored["spread"], rtol=2e-7)
    for key, value in stored["thresholds"].items():
        name, _, place = key.partition("|t")
        assert found.thresholds[name][int(place) - 1] == pytest.approx(value, abs=1e-9)
