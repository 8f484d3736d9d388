"""Gamma-gamma on the CDNOW sample against released R packages; versions and settings are in the data file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.gamma_gamma import GammaGamma
from relmodels.btyd.summary import PurchaseSummary

STORED = json.loads((Path(__file__).parent / "data" / "cdnow_sample_gamma_gamma.json").read_text(encoding="utf-8"))
# Both packages print 15 digits.
PRINTED = 1e-12
# Their optimizers stop within this share of the optimum; the likelihood is flat along a ridge of p and gamma.
STOPPED = 1e-4


@pytest.fixture(scope="module")
def cdnow() -> PurchaseSummary:
    return PurchaseSummary.from_transactions(
        rm.datasets.cdnow(), customer="customer", date="date", amount="amount", calibration_end="1997-09-30"
    )


@pytest.mark.parametrize("package", ["clvtools", "btyd"])
def test_expected_spend_of_single_customers(package) -> None:
    """Expected spend equals the packages' at their own parameters, for repeat buyers and for others."""
    found = STORED[package]
    model = GammaGamma(**_parameters(found))
    x, m, expected = np.array(found["rows"]).T
    summary = PurchaseSummary.from_arrays(frequency=x, recency=x, age=x + 1, spend=m)
    np.testing.assert_allclose(model.expected_spend(summary), expected, rtol=PRINTED)


@pytest.mark.parametrize("package", ["clvtools", "btyd"])
def test_log_likelihood_of_the_sample(cdnow, package) -> None:
    """The log-likelihood of the 946 repeat buyers equals the packages' at their own parameters."""
    found = STORED[package]
    model = GammaGamma(**_parameters(found))
    stored = found["loglik"] if package == "btyd" else found["fit"]["loglik"]
    assert GammaGamma.likelihood(cdnow).n == 946
    assert model.log_likelihood(cdnow).sum() == pytest.approx(stored, rel=1e-12)


def test_fit_and_standard_errors(cdnow) -> None:
    """The fit reaches the packages' optimum or a better one, with the same parameters and standard errors."""
    fit, found = rm.fit(GammaGamma, cdnow), STORED["clvtools"]["fit"]
    assert fit.log_likelihood >= found["loglik"] - 1e-8
    for name, value in found["params"].items():
        assert getattr(fit.model, name) == pytest.approx(value, rel=STOPPED)
        assert fit.standard_errors[name] == pytest.approx(found["std_errors"][name], rel=2e-3)


def _parameters(found) -> dict[str, float]:
    given: dict[str, float] = found["params"] if "params" in found else found["fit"]["params"]
    return given
