"""The rate of another period: interest compounds, retention multiplies, and neither is divided by twelve.

One per cent a month is 12.68 % a year, since interest earns interest; 95 % retention a month is 54 % a year, since who
has left cannot stay. See :class:`~relmodels.effectiveness.retention.RetentionRate` for retention with its period.
"""

from __future__ import annotations

import math

from relmodels.core.errors import InvalidParameters
from relmodels.core.numbers import finite
from relmodels.core.periods import Unit, as_unit, convert

__all__ = ["rate_per"]


def rate_per(rate: float, *, per: Unit, to: Unit) -> float:
    """Return the effective rate of another period that compounds to the same.

    Args:
        rate: effective, of the period ``per``; above -1.
        per: the period of the rate.
        to: the period wanted.

    Raises:
        InvalidParameters: if the rate is not above -1, or a period is unknown.

    Examples:
        >>> round(rate_per(0.01, per="month", to="year"), 6), round(rate_per(0.12, per="year", to="month"), 6)
        (0.126825, 0.009489)

    Reference:
        Fisher, I. (1907), The Rate of Interest, Macmillan.

    """
    value = finite(rate, "rate", "an effective rate, one per cent as 0.01")
    if not -1.0 < value < math.inf:
        message = f"rate = {rate!r} is no rate; it must lie above -1"
        raise InvalidParameters(message)
    periods = convert(1.0, as_unit(to), as_unit(per))
    return math.expm1(float(periods) * math.log1p(value))
