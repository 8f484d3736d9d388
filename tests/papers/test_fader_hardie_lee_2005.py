"""Fader, Hardie & Lee (2005), "Counting your customers" the easy way, Marketing Science 24(2), 275-284.

Standing of each figure: *printed* in the paper, *secondary* (the authors' note on the model in a spreadsheet, known
from other software's tests), *derived* (computed by independent software at the printed parameters).
"""

from __future__ import annotations

import pytest

import relmodels as rm
from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.summary import PurchaseSummary
from tests.strategies import one

PRINTED = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")


@pytest.fixture(scope="module")
def cdnow() -> PurchaseSummary:
    return PurchaseSummary.from_transactions(
        rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
    )


def test_log_likelihood_at_the_printed_parameters(cdnow) -> None:
    """Printed, table 2: the log-likelihood of the sample is -9582.4 at r .243, alpha 4.414, a .793, b 2.426."""
    assert round(float(PRINTED.log_likelihood(cdnow).sum()), 1) == -9582.4


def test_fit_gives_the_printed_parameters(cdnow) -> None:
    """Printed, table 2: maximum likelihood gives r .243, alpha 4.414, a .793, b 2.426 and -9582.4."""
    fit = rm.fit(BGNBD, cdnow)
    model = fit.model
    assert (round(model.r, 3), round(model.alpha, 3), round(model.a, 3), round(model.b, 3)) == (
        0.243,
        4.414,
        0.793,
        2.426,
    )
    assert round(fit.log_likelihood, 1) == -9582.4
    assert fit.n == 2357


def test_expectation_of_the_first_customer() -> None:
    """Secondary: a customer with x = 2, t_x = 30.43, T = 38.86 is expected to buy 1.226 times in 39 more weeks."""
    assert round(float(PRINTED.expected_purchases(one(2, 30.43, 38.86), 39)[0]), 3) == 1.226


def test_p_alive_of_the_first_customer() -> None:
    """Derived: the same customer is still there with probability .7266."""
    assert round(float(PRINTED.p_alive(one(2, 30.43, 38.86))[0]), 4) == 0.7266


def test_p_alive_without_a_repeat_purchase() -> None:
    """Printed, as an assumption: customers can leave only after a repeat purchase, so those without one are there."""
    assert PRINTED.p_alive(one(0, 0, 38.86))[0] == 1.0
