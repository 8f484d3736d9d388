"""A log-likelihood at many points of the parameter space, value only.

Random draws of parameters need thousands of values and no derivatives. A model whose likelihood is a sum over tables
evaluates a block of points in one go; a model without such a shortcut is evaluated point by point.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import RelmodelsError
from relmodels.inference.model import Likelihood

__all__ = ["in_blocks", "one_by_one", "values_at"]

# An eighth of a megabyte: a few arrays of this size stay in the cache of one core.
_CELLS: Final = 1 << 14


def in_blocks(values: Callable[[FloatArray], FloatArray], rows: int) -> Callable[[FloatArray], FloatArray]:
    """Return ``values`` applied to blocks of points that are few enough for the cache.

    Args:
        values: points ``(d, p)`` to values ``(d,)``, by arrays of ``d`` times ``rows`` numbers.
        rows: how many rows the data have.

    """
    size = max(1, _CELLS // max(rows, 1))

    def blockwise(points: FloatArray) -> FloatArray:
        parts = [values(points[begin : begin + size]) for begin in range(0, len(points), size)]
        return np.concatenate(parts) if parts else np.empty(0)

    return blockwise


def one_by_one(value: Callable[[FloatArray], float]) -> Callable[[FloatArray], FloatArray]:
    """Return ``value``, a function of one point ``(p,)``, as one of many, ``(d, p)`` to ``(d,)``.

    A point at which the model refuses to vouch for a value gets nan.
    """

    def at(point: FloatArray) -> float:
        try:
            return value(point)
        except RelmodelsError:
            return np.nan

    return lambda points: np.array([at(point) for point in points], dtype=np.float64)


def values_at(likelihood: Likelihood, points: FloatArray) -> FloatArray:
    """Return the log-likelihood at ``points``, ``(d, p)`` inside the domain, minus infinity where it is not a number.

    Examples:
        >>> import relmodels as rm
        >>> summary = rm.PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.4, 0], age=[38.9, 38.9])
        >>> values_at(rm.BGNBD.likelihood(summary), np.array([[0.24, 4.4, 0.8, 2.4], [0.5, 4.4, 0.8, 2.4]])).round(3)
        array([-10.02 , -10.269])

    """
    with np.errstate(all="ignore"):  # what is not finite far out in the tails counts as impossible
        values = likelihood.values or one_by_one(lambda point: likelihood.evaluate(point).value)
        found = values(points)
    return np.where(np.isfinite(found), found, -np.inf)
