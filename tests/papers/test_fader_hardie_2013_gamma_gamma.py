"""Fader & Hardie (2013), The gamma-gamma model of monetary value, note 025.

Standing of each figure: *printed* in the note, *secondary* (the spreadsheet that goes with it, known from other
software's tests).
"""

from __future__ import annotations

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.gamma_gamma import GammaGamma
from relmodels.btyd.summary import PurchaseSummary

# The spreadsheet's first ten customers: frequency, mean repeat spend, expected spend.
FIRST_TEN = (
    (2, 22.35, 24.65),
    (1, 11.77, 18.91),
    (0, 0.00, 35.17),
    (0, 0.00, 35.17),
    (0, 0.00, 35.17),
    (7, 73.74, 71.46),
    (1, 11.77, 18.91),
    (0, 0.00, 35.17),
    (2, 25.55, 27.28),
    (0, 0.00, 35.17),
)


@pytest.fixture(scope="module")
def cdnow() -> PurchaseSummary:
    return PurchaseSummary.from_transactions(
        rm.datasets.cdnow(), customer="customer", date="date", amount="amount", calibration_end="1997-09-30"
    )


def test_fit_gives_the_printed_parameters(cdnow) -> None:
    """Printed: maximum likelihood on the 946 repeat buyers gives p 6.25, q 3.74, gamma 15.44."""
    fit = rm.fit(GammaGamma, cdnow)
    assert (round(fit.model.p, 2), round(fit.model.q, 2), round(fit.model.gamma, 2)) == (6.25, 3.74, 15.44)
    assert fit.n == 946


def test_expected_spend_of_the_first_ten_customers(cdnow) -> None:
    """Secondary: the expected spend of the first ten customers, at the fitted parameters."""
    x, m, expected = np.array(FIRST_TEN).T
    first = cdnow.take(slice(0, 10))
    np.testing.assert_array_equal(first.frequency, x)
    assert first.spend is not None
    np.testing.assert_allclose(first.spend, m, atol=0.0051)
    np.testing.assert_allclose(rm.fit(GammaGamma, cdnow).model.expected_spend(first), expected, atol=0.0051)
