"""Customers of Pareto/NBD with covariates that change in time, drawn along given paths.

Each draws a rate and a hazard, leaves when the clock of leaving has run long enough, and until then buys a Poisson
number of times in each segment of the path; the last of so many uniform times within a segment is beta distributed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from relmodels.btyd.clocks import pace
from relmodels.btyd.covariate_panel import CovariatePanel
from relmodels.btyd.path_segments import cut
from relmodels.core.arrays import FloatArray, read_only
from relmodels.core.errors import InvalidParameters

__all__ = ["simulated"]

_MOST_PURCHASES: Final = 1e15


def simulated(
    panel: CovariatePanel,
    base: tuple[float, float, float, float],
    purchase: FloatArray,
    attrition: FloatArray,
    draw: np.random.Generator,
) -> CovariatePanel:
    """Return the customers of ``panel`` with purchases drawn anew.

    Args:
        panel: whose paths and ages are kept.
        base: r, alpha, s and beta.
        purchase: ``(p,)`` coefficients of purchases.
        attrition: ``(q,)`` coefficients of leaving.
        draw: the source of randomness.

    Raises:
        InvalidParameters: if a customer would buy more than 1e15 times.

    """
    r, alpha, s, beta = base
    many = len(panel)
    path = cut(panel.offsets, panel.begin, np.zeros(many), panel.age)
    buying, leaving = pace(panel.purchase[path.piece], purchase), pace(panel.attrition[path.piece], attrition)
    rate = draw.gamma(r, size=many) / alpha
    with np.errstate(divide="ignore"):  # a hazard that underflows to 0 means that this customer never leaves
        lifetime = beta * (draw.exponential(size=many) / draw.gamma(s, size=many))
    left = (lifetime[path.row] - path.before(leaving * path.length)) / leaving
    there = np.clip(left, 0.0, path.length)
    expected = rate[path.row] * buying * there
    if np.max(expected, initial=0.0) > _MOST_PURCHASES:
        message = f"alpha = {alpha!r} makes a customer buy more than 1e15 times; check alpha, r and the coefficients"
        raise InvalidParameters(message)
    count = draw.poisson(expected).astype(np.float64)
    last = path.begin + there * draw.beta(np.maximum(count, 1.0), 1.0)
    return replace(
        panel,
        frequency=read_only(path.total(count)),
        recency=read_only(np.maximum(path.largest(np.where(count > 0, last, 0.0)), 0.0)),
        bought_at=read_only(path.total(count[:, None] * panel.purchase[path.piece])),
    )
