"""Discounted sums along a survival curve that has no closed form, block by block until the rest is worth nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters

__all__ = ["residual_sums"]

_FIRST_BLOCK: Final = 1 << 9
_MOST: Final = 1 << 22
_ROUNDING: Final = 1e-16


def residual_sums(
    log_survival: Callable[[FloatArray], FloatArray],
    reached: FloatArray,
    first: FloatArray,
    force: float,
    periods: float,
) -> FloatArray:
    """Return the sums of ``S(first + i) / S(reached) exp(-force i)`` over i = 0, 1, ... , ``(m,)``.

    Args:
        log_survival: the logarithm of the survival curve S, which falls; takes whole numbers of any shape.
        reached: ``(m,)`` where each contract is known to be still there.
        first: ``(m,)`` the first period that counts.
        force: the continuous rate of discount per period; positive if ``periods`` is infinite.
        periods: how many terms are counted; may be infinite.

    Raises:
        InvalidParameters: if four million terms are not enough.

    Examples:
        >>> residual_sums(lambda t: -t * np.log(2), np.array([3.0]), np.array([4.0]), 0.0, 2.0).round(4)
        array([0.75])

    """
    total, known = np.zeros(first.size), log_survival(reached)[:, None]
    begin, end = 0, _FIRST_BLOCK
    while end <= _MOST:
        i = np.arange(begin, min(end, periods), dtype=np.float64)
        if i.size == 0:
            return total
        terms = np.exp(log_survival(first[:, None] + i) - known - force * i)
        total += terms.sum(axis=1)
        # Since the curve falls, what is left is less than a geometric series, if the rate is positive.
        left = terms[:, -1] / -np.expm1(-force) if force > 0 else np.full(first.size, np.inf)
        if np.all(left <= _ROUNDING * total):
            return total
        begin, end = end, 2 * end
    message = (
        f"after {_MOST} payments those to come still matter at this rate; give a higher rate or a horizon up to {_MOST}"
    )
    raise InvalidParameters(message)
