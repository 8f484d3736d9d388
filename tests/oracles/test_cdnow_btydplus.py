"""MBG/NBD, BG/CNBD-k, MBG/CNBD-k and NBD on the CDNOW sample against BTYDplus; its version is in the data file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.bg_cnbd import BGCNBD
from relmodels.btyd.mbg_cnbd import MBGCNBD
from relmodels.btyd.mbg_nbd import MBGNBD
from relmodels.btyd.nbd import NBD
from relmodels.btyd.summary import PurchaseSummary

STORED = json.loads((Path(__file__).parent / "data" / "cdnow_sample_btydplus.json").read_text(encoding="utf-8"))
MODELS = {"MBGNBD": MBGNBD, "BGCNBD": BGCNBD, "MBGCNBD": MBGCNBD, "NBD": NBD}
with_dropout = pytest.mark.parametrize("name", ["MBGNBD", "BGCNBD", "MBGCNBD"])
# The package prints 15 digits and is right to a few of the last.
PRINTED = 5e-13
# Its totals add 2,357 rows.
SUMMED = 1e-11
# Its optimizer, polished, stops within this share of the optimum.
STOPPED = 2e-6
# Its expectations stop counting at some purchase, which shows at long horizons.
TRUNCATED = 1e-5
# Its standard errors are from a Hessian of differences.
DIFFERENCED = 1e-5


@pytest.fixture(scope="module")
def cdnow() -> PurchaseSummary:
    return PurchaseSummary.from_transactions(
        rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
    )


def stored(name):
    return MODELS[name](**STORED["models"][name]["params"]), STORED["models"][name]


def stored_rows(found) -> tuple[PurchaseSummary, np.ndarray, list[float | None]]:
    x, t_x, T, gaps, alive, expected = zip(*found["rows"], strict=True)
    summary = PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=T, log_gaps=gaps)
    return summary, np.array(alive), list(expected)


@with_dropout
def test_p_alive_of_single_customers(name) -> None:
    """P(alive) equals the package's at its own parameters."""
    model, found = stored(name)
    summary, alive, _ = stored_rows(found)
    np.testing.assert_allclose(model.p_alive(summary), alive, rtol=PRINTED)


def test_expectations_of_single_customers() -> None:
    """Under MBG/NBD the purchases expected in 39 weeks equal the package's, each and in total."""
    model, found = stored("MBGNBD")
    summary, _, expected = stored_rows(found)
    np.testing.assert_allclose(model.expected_purchases(summary, 39), np.array(expected, dtype=float), rtol=PRINTED)


@with_dropout
def test_counts_of_new_customers(name) -> None:
    """The probabilities of 0 to 5 purchases in 26 weeks equal the package's."""
    model, found = stored(name)
    np.testing.assert_allclose(model.pmf(found["pmf"]["x"], found["pmf"]["t"]), found["pmf"]["p"], rtol=PRINTED)


@with_dropout
def test_expectation_of_new_customers(name) -> None:
    """The purchases expected of a new customer equal the package's, which stops counting at some purchase."""
    model, found = stored(name)
    for horizon, expected in zip(found["expectation"]["t"], found["expectation"]["E"], strict=True):
        allowed = PRINTED if horizon <= 10 else TRUNCATED
        assert float(model.expected_purchases_new(horizon)) == pytest.approx(expected, rel=allowed)


@with_dropout
def test_totals_over_all_customers(cdnow, name) -> None:
    """P(alive) summed over the sample equals the package's, and under MBG/NBD so do the expected purchases."""
    model, found = stored(name)
    assert model.p_alive(cdnow).sum() == pytest.approx(found["p_alive_total"], rel=SUMMED)
    if found["expected_total"] is not None:
        assert model.expected_purchases(cdnow, 39).sum() == pytest.approx(found["expected_total"], rel=SUMMED)


@pytest.mark.parametrize("name", MODELS)
def test_log_likelihood_of_the_sample(cdnow, name) -> None:
    """The log-likelihood of the sample at the package's parameters equals its own."""
    model, found = stored(name)
    assert model.log_likelihood(cdnow).sum() == pytest.approx(found["loglik"], rel=1e-13)


def test_expectations_without_dropout(cdnow) -> None:
    """Under NBD the purchases expected of the first 20 customers equal the package's."""
    model, found = stored("NBD")
    np.testing.assert_allclose(
        model.expected_purchases(cdnow.take(slice(20)), 39), found["expected_first_20"], rtol=PRINTED
    )


@pytest.mark.parametrize("name", MODELS)
def test_fit_and_standard_errors(cdnow, name) -> None:
    """The fit reaches the package's optimum or a better one, with its parameters and standard errors."""
    model, found = stored(name)
    held = {key: value for key, value in found["params"].items() if key == "k"}
    fit = rm.fit(type(model), cdnow, fixed=held)
    assert fit.log_likelihood >= found["loglik"] - 1e-9
    for key, error in found["std_errors"].items():
        assert getattr(fit.model, key) == pytest.approx(found["params"][key], rel=STOPPED * 10)
        assert fit.standard_errors[key] == pytest.approx(error, rel=DIFFERENCED)
