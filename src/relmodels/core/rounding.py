"""Rounded amounts that still add up: by largest remainders.

Rounded one by one, parts of a hundred may add up to ninety-nine or a hundred and one. Here every part is rounded down
first, and what is missing goes, one unit each, to the parts with the largest remainders.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, check_finite, column, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import whole

__all__ = ["rounded_to_total"]


def rounded_to_total(values: ArrayLike, digits: int = 0) -> FloatArray:
    """Return ``(n,)`` the values rounded so that they add up to their rounded total.

    Each differs from its value by less than one unit of the last digit. Equal remainders go to the earlier values.

    Args:
        values: ``(n,)`` parts of a whole, of either sign.
        digits: decimal places, 2 for cents; negative for tens.

    Raises:
        InvalidData: if a value is not a finite number.
        InvalidParameters: if values are too large for so many digits.

    Examples:
        >>> rounded_to_total([33.333, 33.333, 33.334], 2).tolist()
        [33.33, 33.33, 33.34]
        >>> rounded_to_total([0.5, 0.5, 0.5, 0.5]).tolist()
        [1.0, 1.0, 0.0, 0.0]

    """
    problems = Problems("rounding")
    parts = column(values, "values", problems)
    check_finite(parts, "values", problems)
    problems.raise_if_any()
    if not parts.size:
        return parts
    whole(digits, "digits", -300)
    unit = Decimal(1).scaleb(-digits)
    exact = [Decimal(repr(part)) / unit for part in parts.tolist()]
    if max(abs(part) for part in exact) > 2**53:
        message = f"digits = {digits}: the values have more digits than a number can hold; round to fewer"
        raise InvalidParameters(message)
    down = [part.to_integral_value(rounding="ROUND_FLOOR") for part in exact]
    missing = int(sum(exact, Decimal(0)).to_integral_value(rounding="ROUND_HALF_EVEN") - sum(down, Decimal(0)))
    order = sorted(range(len(exact)), key=lambda place: down[place] - exact[place])
    for place in order[:missing]:
        down[place] += 1
    return read_only(np.array([float(part * unit) for part in down]))
