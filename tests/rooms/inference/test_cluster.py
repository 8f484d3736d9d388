"""Clustered standard errors."""

from __future__ import annotations

import numpy as np
import pytest

import relmodels as rm
from tests.rooms.inference.toys import Numbers, OnlyTheProduct
from tests.rooms.inference.weighted import Counted, WeightedNormal

VALUES = Counted(np.random.default_rng(5).normal(1.0, 2.0, 60))
FIT = rm.fit(WeightedNormal, VALUES)
GROUPS = np.arange(60) // 6


def test_the_error_of_a_mean_is_that_of_the_clusters() -> None:
    """For a mean the clustered variance is the sum of squared cluster totals over n², times G/(G-1)."""
    found = rm.clustered(FIT, VALUES, GROUPS)
    totals = np.bincount(GROUPS, weights=VALUES.values - VALUES.values.mean())
    assert found.robust_standard_errors["mean"] == pytest.approx(np.sqrt(totals @ totals * 10 / 9) / 60, rel=1e-6)
    assert found.standard_errors == FIT.standard_errors
    assert found.parameters == FIT.parameters


def test_customers_that_are_clusters_of_their_own_give_the_plain_sandwich() -> None:
    """With every row a cluster it is the plain robust covariance times n/(n-1)."""
    found = rm.clustered(FIT, VALUES, [f"row {row}" for row in range(60)])
    assert found.robust_covariance is not None
    assert FIT.robust_covariance is not None
    np.testing.assert_allclose(found.robust_covariance, FIT.robust_covariance * 60 / 59, rtol=1e-6)


def test_copies_of_a_sample_are_found_out() -> None:
    """Each row eight times, with its copies as a cluster, has the error of the sample, not of eight times as many."""
    copies = Counted(np.repeat(VALUES.values, 8))
    honest = rm.clustered(rm.fit(WeightedNormal, copies), copies, np.repeat(np.arange(60), 8))
    once = rm.clustered(FIT, VALUES, np.arange(60))
    assert honest.robust_standard_errors["mean"] == pytest.approx(once.robust_standard_errors["mean"], rel=1e-6)
    weighted = Counted(VALUES.values, np.full(60, 8.0))
    again = rm.clustered(rm.fit(WeightedNormal, weighted), weighted, np.arange(60).astype(object))
    assert again.robust_standard_errors["mean"] == pytest.approx(once.robust_standard_errors["mean"], rel=1e-6)


def test_the_delta_method_uses_the_clusters() -> None:
    """A robust delta method takes the clustered covariance, also for a model with covariates."""
    summary = rm.NBD(0.8, 8.0, unit="week").simulate([39.0] * 800, rng=1)
    known = summary.with_covariates(purchase={"size": np.random.default_rng(2).normal(size=800)})
    fit = rm.fit(rm.NBD, known)
    found = rm.clustered(fit, known, np.arange(800) % 40)
    assert set(found.robust_standard_errors) == {"r", "alpha", "purchase.size"}
    plain, robust = (
        rm.delta_method(found, lambda model: model.expected_purchases(known, 26.0).mean(), robust=robust)
        for robust in (False, True)
    )
    assert float(plain.standard_error) != float(robust.standard_error)


@pytest.mark.parametrize(
    ("cluster", "words"),
    [
        (np.zeros(60), "all rows are in one"),
        (np.arange(59), r"it has shape \(59,\), the data 60 rows"),
        ([*range(59), None], "it is missing in row 59"),
        (3, r"it has shape \(\), the data 60 rows"),
    ],
)
def test_faults_of_clusters_are_named(cluster, words) -> None:
    """Too few clusters, another length and missing ones are refused."""
    with pytest.raises(rm.InvalidData, match=words):
        rm.clustered(FIT, VALUES, cluster)


def test_other_rows_and_failed_fits_are_refused() -> None:
    """Rows the fit is not of are found out by their scores, and a fit without a maximum has no errors."""
    with pytest.raises(rm.InvalidData, match="the scores of these rows do not add up to 0"):
        rm.clustered(FIT, Counted(VALUES.values + 1.0), GROUPS)
    flat = rm.fit(OnlyTheProduct, Numbers(np.arange(1.0, 9.0)), check=False)
    with pytest.raises(rm.NotConverged, match="no covariance to make robust"):
        rm.clustered(flat, Numbers(np.arange(1.0, 9.0)), np.arange(8))
