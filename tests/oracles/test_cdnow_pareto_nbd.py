"""Pareto/NBD on the CDNOW sample against released R packages; versions and settings are in the data file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.periods import Rate

STORED = json.loads((Path(__file__).parent / "data" / "cdnow_sample_pareto_nbd.json").read_text(encoding="utf-8"))
DISCOUNT = Rate(0.0027, per="week", kind="continuous")
# Both packages take differences of hypergeometric functions, which for single customers lose up to four digits.
PRINTED = 3e-11
# Totals over 2,357 rows, and log-likelihoods, are printed with 15 digits.
SUMMED = 2e-12
# Their optimizers stop within this share of the optimum.
STOPPED = 2e-5


@pytest.fixture(scope="module")
def cdnow() -> PurchaseSummary:
    return PurchaseSummary.from_transactions(
        rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
    )


@pytest.mark.parametrize("package", ["clvtools", "btyd"])
def test_predictions_of_single_customers(package) -> None:
    """P(alive), the purchases expected in 39 weeks and DERT equal the packages' at their own parameters."""
    found = STORED[package]
    model = ParetoNBD(**(found["params"] if package == "btyd" else found["fit"]["params"]))
    x, t_x, T, alive, expected, residual = np.array(found["rows"]).T
    summary = PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=T)
    np.testing.assert_allclose(model.p_alive(summary), alive, rtol=PRINTED)
    np.testing.assert_allclose(model.expected_purchases(summary, 39), expected, rtol=PRINTED)
    np.testing.assert_allclose(model.discounted_residual(summary, DISCOUNT), residual, rtol=PRINTED)


def test_counts_of_new_customers() -> None:
    """The probabilities of 0 to 5 purchases in 26 weeks equal those of BTYD."""
    found = STORED["btyd"]
    probability = ParetoNBD(**found["params"]).pmf(found["pmf"]["x"], found["pmf"]["t"])
    np.testing.assert_allclose(probability, found["pmf"]["p"], rtol=PRINTED)


def test_counts_over_the_age_of_customers() -> None:
    """The probabilities of 0 to 5 purchases within single customers' ages equal those of CLVTools."""
    model = ParetoNBD(**STORED["clvtools"]["fit"]["params"])
    for age, probability in STORED["clvtools"]["pmf_of_new_customer_over_age"]:
        np.testing.assert_allclose(model.pmf(np.arange(6), age), probability, rtol=PRINTED)


def test_totals_over_all_customers(cdnow) -> None:
    """P(alive), expected purchases, DERT and counts, summed over the sample, equal those of CLVTools."""
    found = STORED["clvtools"]
    model, totals = ParetoNBD(**found["fit"]["params"]), found["totals"]
    assert len(cdnow) == totals["customers"]
    assert model.p_alive(cdnow).sum() == pytest.approx(totals["p_alive"], rel=SUMMED)
    assert model.expected_purchases(cdnow, 39).sum() == pytest.approx(totals["expected"], rel=SUMMED)
    assert model.discounted_residual(cdnow, DISCOUNT).sum() == pytest.approx(totals["dert"], rel=SUMMED)
    counts = model.pmf(np.arange(6)[:, None], cdnow.age).sum(axis=1)
    np.testing.assert_allclose(counts, found["pmf_totals"], rtol=SUMMED)


def test_log_likelihood_at_fixed_points(cdnow) -> None:
    """The log-likelihood of the sample at given parameters equals that of CLVTools, at the optimum and far from it."""
    fit = STORED["clvtools"]["fit"]
    points = [*STORED["clvtools"]["log_likelihood_at"], {"params": fit["params"].values(), "loglik": fit["loglik"]}]
    for point in points:
        total = ParetoNBD(*point["params"]).log_likelihood(cdnow).sum()
        assert total == pytest.approx(point["loglik"], rel=1e-13)


def test_fit_and_standard_errors(cdnow) -> None:
    """The fit reaches the packages' optimum or a better one, with the same parameters and standard errors."""
    fit, found = rm.fit(ParetoNBD, cdnow), STORED["clvtools"]
    assert fit.log_likelihood >= found["fit"]["loglik"] - 1e-9
    assert fit.log_likelihood == pytest.approx(found["fit"]["loglik"], abs=1e-5)
    for name, value in found["fit"]["params"].items():
        assert getattr(fit.model, name) == pytest.approx(value, rel=STOPPED)
        assert fit.standard_errors[name] == pytest.approx(found["fit"]["std_errors"][name], rel=1e-3)
