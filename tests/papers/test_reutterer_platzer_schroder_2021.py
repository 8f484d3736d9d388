"""Reutterer, Platzer & Schröder (2021), International Journal of Research in Marketing 38(1), 194-215: (M)BG/CNBD-k.

The paper's own figures are of data that are not public.
Standing of each figure: *derived* (computed by independent software on the CDNOW sample).
"""

from __future__ import annotations

import pytest

import relmodels as rm
from relmodels.btyd.bg_cnbd import BGCNBD
from relmodels.btyd.mbg_cnbd import MBGCNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.inference.whole import best_of


@pytest.fixture(scope="module")
def cdnow() -> PurchaseSummary:
    return PurchaseSummary.from_transactions(
        rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
    )


def test_fit_with_two_phases(cdnow) -> None:
    """Derived: BG/CNBD-2 has r .226917, alpha 1.462920, a .944002, b 2.074329 and -9855.326974."""
    fit = rm.fit(BGCNBD, cdnow, fixed={"k": 2})
    found = [round(value, 6) for value in fit.parameters.values()]
    assert found == [2, 0.226917, 1.46292, 0.944002, 2.074329]
    assert round(fit.log_likelihood, 6) == -9855.326974


def test_fit_with_three_phases(cdnow) -> None:
    """Derived: MBG/CNBD-3 has r .532968, alpha 1.258196, a 1.288664, b 1.845209 and -10394.362652."""
    fit = rm.fit(MBGCNBD, cdnow, fixed={"k": 3})
    found = [round(value, 6) for value in fit.parameters.values()]
    assert found == [3, 0.532968, 1.258196, 1.288664, 1.845209]
    assert round(fit.log_likelihood, 6) == -10394.362652


def test_exact_expectations(cdnow) -> None:
    """Derived: 1466.130 (BG/CNBD-2) and 1270.022 (MBG/CNBD-3) purchases are expected in 39 weeks."""
    two = BGCNBD(2, 0.226917215527213, 1.46291963516711, 0.944002261535093, 2.07432919613636)
    three = MBGCNBD(3, 0.532968364231014, 1.25819566831774, 1.288663794983, 1.84520933412449)
    assert round(float(two.expected_purchases(cdnow, 39).sum()), 3) == 1466.130
    assert round(float(three.expected_purchases(cdnow, 39).sum()), 3) == 1270.022


@pytest.mark.parametrize("kind", [BGCNBD, MBGCNBD])
def test_cdnow_buyers_have_no_rhythm(cdnow, kind) -> None:
    """Derived: the profile likelihood of the CDNOW sample is highest at one phase."""
    best = best_of("k", lambda k: rm.fit(kind, cdnow, fixed={"k": k}, check=False))
    assert best.model.k == 1
    assert best.fixed == ()
