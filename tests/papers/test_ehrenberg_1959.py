"""Ehrenberg (1959), The pattern of consumer purchases, Applied Statistics 8(1), 26-41: NBD.

Standing of each figure: *derived* (computed by independent software on the CDNOW sample).
"""

from __future__ import annotations

import relmodels as rm
from relmodels.btyd.nbd import NBD
from relmodels.btyd.summary import PurchaseSummary


def test_fit_to_the_cdnow_sample() -> None:
    """Derived: maximum likelihood gives r .384766, alpha 12.0720 and -9763.657615, standard errors .0210 and .809."""
    cdnow = PurchaseSummary.from_transactions(
        rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
    )
    fit = rm.fit(NBD, cdnow)
    assert (round(fit.model.r, 6), round(fit.model.alpha, 4)) == (0.384766, 12.072)
    assert round(fit.log_likelihood, 6) == -9763.657615
    assert (round(fit.standard_errors["r"], 4), round(fit.standard_errors["alpha"], 3)) == (0.021, 0.809)
