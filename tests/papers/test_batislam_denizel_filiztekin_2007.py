"""Batislam, Denizel & Filiztekin (2007), International Journal of Research in Marketing 24(3), 201-209: MBG/NBD.

The paper's own figures are of a grocery chain's customers, which are not public.
Standing of each figure: *derived* (computed by independent software on the CDNOW sample).
"""

from __future__ import annotations

import pytest

import relmodels as rm
from relmodels.btyd.mbg_nbd import MBGNBD
from relmodels.btyd.summary import PurchaseSummary


@pytest.fixture(scope="module")
def cdnow() -> PurchaseSummary:
    return PurchaseSummary.from_transactions(
        rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
    )


def test_fit_to_the_cdnow_sample(cdnow) -> None:
    """Derived: maximum likelihood gives r .5248, alpha 6.183, a .891, b 1.614 and -9582.135716."""
    fit = rm.fit(MBGNBD, cdnow)
    model = fit.model
    assert (round(model.r, 4), round(model.alpha, 3), round(model.a, 3), round(model.b, 3)) == (
        0.5248,
        6.183,
        0.891,
        1.614,
    )
    assert round(fit.log_likelihood, 6) == -9582.135716


def test_sums_over_the_cdnow_sample(cdnow) -> None:
    """Derived: 1057.636 customers are there, and 1576.728 purchases are expected in 39 weeks."""
    model = MBGNBD(0.52484324053977, 6.18308544414355, 0.891359255480913, 1.61400179224642)
    assert round(float(model.p_alive(cdnow).sum()), 3) == 1057.636
    assert round(float(model.expected_purchases(cdnow, 39).sum()), 3) == 1576.728
