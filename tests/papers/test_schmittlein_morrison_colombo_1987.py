"""Schmittlein, Morrison & Colombo (1987), Counting your customers, Management Science 33(1), 1-24: Pareto/NBD.

Its authors print no data that can be had; the figures are those for the CDNOW sample in table 2 of Fader, Hardie & Lee
(2005), "Counting your customers" the easy way, Marketing Science 24(2), 275-284.
Standing of each figure: *printed* there, *derived* (a consequence the first paper states, checked by integration).
"""

from __future__ import annotations

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.summary import PurchaseSummary

PRINTED = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, unit="week")


@pytest.fixture(scope="module")
def cdnow() -> PurchaseSummary:
    return PurchaseSummary.from_transactions(
        rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
    )


def test_log_likelihood_at_the_printed_parameters(cdnow) -> None:
    """Printed, table 2: the log-likelihood of the sample is -9595.0 at r .553, alpha 10.578, s .606, beta 11.669."""
    assert round(float(PRINTED.log_likelihood(cdnow).sum()), 1) == -9595.0


def test_fit_gives_the_printed_parameters(cdnow) -> None:
    """Printed, table 2: maximum likelihood gives r .553, alpha 10.578, s .606, beta 11.669 and -9595.0."""
    fit = rm.fit(ParetoNBD, cdnow)
    model = fit.model
    assert (round(model.r, 3), round(model.alpha, 3), round(model.s, 3), round(model.beta, 3)) == (
        0.553,
        10.578,
        0.606,
        11.669,
    )
    assert round(fit.log_likelihood, 1) == -9595.0
    assert fit.n == 2357


def test_expected_purchases_are_bounded_only_above_s_of_one() -> None:
    """Derived: in the long run a new customer buys r beta / (alpha (s - 1)) times if s > 1, else ever more."""
    many = ParetoNBD(0.553, 10.578, 1.5, 11.669).expected_purchases_new([1e12, 1e14])
    np.testing.assert_allclose(many, 0.553 * 11.669 / (10.578 * 0.5), rtol=1e-4)
    assert np.all(np.diff(PRINTED.expected_purchases_new([1e3, 1e6, 1e9])) > 10.0)
