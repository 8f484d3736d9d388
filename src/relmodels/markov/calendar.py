"""Calendar periods as whole numbers: days and weeks since 1970, months, quarters and years since its first."""

from __future__ import annotations

from typing import Final

import numpy as np

from relmodels.core.arrays import IntArray
from relmodels.core.periods import Unit, as_unit

__all__ = ["first_day_of", "periods_of"]

_MONTHS: Final[dict[str, int]] = {"month": 1, "quarter": 3, "year": 12}
_MONDAY: Final = 3  # 1970-01-01 was a Thursday


def periods_of(days: IntArray, unit: Unit) -> IntArray:
    """Return the period of each day, ``(n,)``; weeks begin on Monday.

    Args:
        days: ``(n,)`` days since 1970-01-01.
        unit: the period.

    Examples:
        >>> day = np.array(["1970-01-04", "1970-01-05", "1970-02-01"], dtype="datetime64[D]").astype(np.int64)
        >>> periods_of(day, "week").tolist(), periods_of(day, "month").tolist()
        ([0, 1, 4], [0, 0, 1])

    """
    if as_unit(unit) == "day":
        return days
    if unit == "week":
        return (days + _MONDAY) // 7
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(months // _MONTHS[unit], dtype=np.int64)


def first_day_of(periods: IntArray, unit: Unit) -> IntArray:
    """Return the first day of each period, ``(n,)`` days since 1970-01-01.

    Examples:
        >>> first_day_of(np.array([1]), "week").tolist(), first_day_of(np.array([1]), "month").tolist()
        ([4], [31])

    """
    if as_unit(unit) == "day":
        return periods
    if unit == "week":
        return periods * 7 - _MONDAY
    months = (periods * _MONTHS[unit]).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64)
