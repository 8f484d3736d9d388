"""BG/NBD on the CDNOW sample against released R packages; versions and settings are in the data file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.summary import PurchaseSummary

STORED = json.loads((Path(__file__).parent / "data" / "cdnow_sample_bg_nbd.json").read_text(encoding="utf-8"))
# CLVTools prints 15 digits and is right to 6e-14; the other two packages likewise in this region.
PRINTED = 2e-12
# Its totals add 2,357 rows.
SUMMED = 1e-11
# Its optimizer stops within this share of the optimum.
STOPPED = 2e-5


@pytest.fixture(scope="module")
def cdnow() -> PurchaseSummary:
    return PurchaseSummary.from_transactions(
        rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
    )


def stored_rows(package: str) -> tuple[PurchaseSummary, np.ndarray, np.ndarray]:
    x, t_x, T, alive, expected = np.array(STORED[package]["rows"]).T
    return PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=T), alive, expected


@pytest.mark.parametrize("package", ["clvtools", "btyd"])
def test_predictions_of_single_customers(package) -> None:
    """P(alive) and the purchases expected in 39 weeks equal the packages' at their own parameters."""
    found = STORED[package]
    model = BGNBD(**(found["params"] if package == "btyd" else found["fit"]["params"]))
    summary, alive, expected = stored_rows(package)
    np.testing.assert_allclose(model.p_alive(summary), alive, rtol=PRINTED)
    np.testing.assert_allclose(model.expected_purchases(summary, 39), expected, rtol=PRINTED)


def test_expectation_of_new_customers() -> None:
    """The purchases expected of a new customer equal those of BTYDplus, which counts up to 99 purchases only."""
    found = STORED["btydplus"]
    model, k = BGNBD(**found["params"]), np.arange(100)
    for horizon, stored in zip(found["expectation"]["t"], found["expectation"]["E"], strict=True):
        assert model.pmf(k, horizon) @ k == pytest.approx(stored, rel=PRINTED)
        shortfall = 1e-13 if horizon <= 10 else 6e-5
        assert float(model.expected_purchases_new(horizon)) == pytest.approx(stored, rel=PRINTED + shortfall)


@pytest.mark.parametrize("package", ["btydplus", "btyd"])
def test_counts_of_new_customers(package) -> None:
    """The probabilities of 0 to 5 purchases in 26 weeks equal those of BTYD and BTYDplus."""
    found = STORED[package]
    probability = BGNBD(**found["params"]).pmf(found["pmf"]["x"], found["pmf"]["t"])
    np.testing.assert_allclose(probability, found["pmf"]["p"], rtol=PRINTED)


def test_counts_over_the_age_of_customers() -> None:
    """The probabilities of 0 to 5 purchases within single customers' ages equal those of CLVTools."""
    model = BGNBD(**STORED["clvtools"]["fit"]["params"])
    for age, probability in STORED["clvtools"]["pmf_of_new_customer_over_age"]:
        np.testing.assert_allclose(model.pmf(np.arange(6), age), probability, rtol=PRINTED)


def test_totals_over_all_customers(cdnow) -> None:
    """P(alive), expected purchases and count probabilities, summed over the sample, equal those of CLVTools."""
    found = STORED["clvtools"]
    model = BGNBD(**found["fit"]["params"])
    assert len(cdnow) == found["totals"]["customers"]
    assert model.p_alive(cdnow).sum() == pytest.approx(found["totals"]["p_alive"], rel=SUMMED)
    assert model.expected_purchases(cdnow, 39).sum() == pytest.approx(found["totals"]["expected"], rel=SUMMED)
    counts = model.pmf(np.arange(6)[:, None], cdnow.age).sum(axis=1)
    np.testing.assert_allclose(counts, found["pmf_totals"], rtol=SUMMED)


def test_log_likelihood_at_fixed_points(cdnow) -> None:
    """The log-likelihood of the sample at given parameters equals that of CLVTools, at the optimum and far from it."""
    points = [*STORED["clvtools"]["log_likelihood_at"]]
    points.append(
        {"params": STORED["clvtools"]["fit"]["params"].values(), "loglik": STORED["clvtools"]["fit"]["loglik"]}
    )
    for point in points:
        total = BGNBD(*point["params"]).log_likelihood(cdnow).sum()
        assert total == pytest.approx(point["loglik"], rel=1e-13)


def test_point_where_a_package_returns_nan(cdnow) -> None:
    """At r = alpha = a = b = 1, where b + x - 1 is 0 for x = 0, the log-likelihood is finite and right."""
    assert BGNBD(1, 1, 1, 1).log_likelihood(cdnow).sum() == pytest.approx(-13887.712625, abs=5e-7)


def test_fit_and_standard_errors(cdnow) -> None:
    """The fit reaches the packages' optimum or a better one, with the same parameters and covariance."""
    fit, found = rm.fit(BGNBD, cdnow), STORED["clvtools"]
    assert fit.log_likelihood >= found["fit"]["loglik"] - 1e-8
    assert fit.log_likelihood == pytest.approx(found["fit"]["loglik"], abs=1e-5)
    for name, value in found["fit"]["params"].items():
        assert getattr(fit.model, name) == pytest.approx(value, rel=STOPPED)
        assert fit.standard_errors[name] == pytest.approx(found["fit"]["std_errors"][name], rel=1e-3)
