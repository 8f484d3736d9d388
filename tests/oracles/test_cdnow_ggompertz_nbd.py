"""Gompertz/NBD on the CDNOW sample against a released R package; version and settings are in the data file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.ggompertz_nbd import GGompertzNBD
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.summary import PurchaseSummary

STORED = json.loads((Path(__file__).parent / "data" / "cdnow_sample_ggompertz_nbd.json").read_text(encoding="utf-8"))
FOUND = STORED["clvtools"]
# CLVTools integrates numerically: P(alive) and counts to about 1e-10, expectations to 3e-7 only.
INTEGRATED = 1e-9
EXPECTED = 1e-6


@pytest.fixture(scope="module")
def cdnow() -> PurchaseSummary:
    return PurchaseSummary.from_transactions(
        rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
    )


def test_predictions_of_single_customers() -> None:
    """P(alive) and the purchases expected in 39 weeks equal those of CLVTools at its own parameters."""
    model = GGompertzNBD(**FOUND["params"])
    x, t_x, T, alive, expected = np.array(FOUND["rows"]).T
    summary = PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=T)
    np.testing.assert_allclose(model.p_alive(summary), alive, rtol=INTEGRATED)
    np.testing.assert_allclose(model.expected_purchases(summary, 39), expected, rtol=EXPECTED)


def test_counts_over_the_age_of_customers() -> None:
    """The probabilities of 0 to 5 purchases within single customers' ages equal those of CLVTools."""
    model = GGompertzNBD(**FOUND["params"])
    for age, probability in FOUND["pmf_of_new_customer_over_age"]:
        np.testing.assert_allclose(model.pmf(np.arange(6), age), probability, rtol=INTEGRATED)


def test_totals_over_all_customers(cdnow) -> None:
    """P(alive), expected purchases and counts, summed over the sample, equal those of CLVTools."""
    model, totals = GGompertzNBD(**FOUND["params"]), FOUND["totals"]
    assert len(cdnow) == totals["customers"]
    assert model.p_alive(cdnow).sum() == pytest.approx(totals["p_alive"], rel=INTEGRATED)
    assert model.expected_purchases(cdnow, 39).sum() == pytest.approx(totals["expected"], rel=EXPECTED)
    counts = model.pmf(np.arange(6)[:, None], cdnow.age).sum(axis=1)
    np.testing.assert_allclose(counts, FOUND["pmf_totals"], rtol=INTEGRATED)


def test_log_likelihood_at_fixed_points(cdnow) -> None:
    """The log-likelihood of the sample at given parameters equals that of CLVTools."""
    points = [*FOUND["log_likelihood_at"], {"params": FOUND["params"].values(), "loglik": FOUND["loglik"]}]
    for point in points:
        total = GGompertzNBD(*point["params"]).log_likelihood(cdnow).sum()
        assert total == pytest.approx(point["loglik"], rel=1e-10)


def test_sample_has_no_maximum_and_the_fit_says_so(cdnow) -> None:
    """On this sample b and beta run to 0 together: the fit raises, names both, and its end is the Pareto/NBD limit."""
    with pytest.raises(rm.NotConverged, match=r"\(b (up|down), beta (up|down)\).*take a simpler model"):
        rm.fit(GGompertzNBD, cdnow)
    record, pareto = rm.fit(GGompertzNBD, cdnow, check=False), rm.fit(ParetoNBD, cdnow)
    assert record.covariance is None
    # The search ends once it sees that less than 0.001 is left to rise on a way without end.
    assert record.log_likelihood == pytest.approx(pareto.log_likelihood, abs=1e-3)
    assert record.model.beta / record.model.b == pytest.approx(pareto.model.beta, rel=1e-3)
    assert record.log_likelihood >= FOUND["loglik"] - 1e-3
