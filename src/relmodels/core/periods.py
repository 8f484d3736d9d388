"""Time units, rates of discount, and the one place where they meet.

Every summary of purchases carries a time unit, every horizon is a number in that unit,
and every discount rate is effective per year unless it is given as a :class:`Rate`.
A week is 7 days; a month, a quarter and a year are 365.2425/12, 365.2425/4 and 365.2425 days,
the mean lengths of the Gregorian calendar, so that conversion never depends on the date.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters
from relmodels.core.numbers import number

__all__ = ["DAYS", "Rate", "RateKind", "Unit", "as_unit", "convert", "discount_factors", "force_of_interest"]

Unit: TypeAlias = Literal["day", "week", "month", "quarter", "year"]
RateKind: TypeAlias = Literal["effective", "continuous"]

_YEAR: Final = 365.2425
DAYS: Final[dict[Unit, float]] = {
    "day": 1.0,
    "week": 7.0,
    "month": _YEAR / 12,
    "quarter": _YEAR / 4,
    "year": _YEAR,
}


def as_unit(value: object) -> Unit:
    """Return ``value`` as a time unit.

    Raises:
        InvalidParameters: if it is not one of day, week, month, quarter, year.

    Examples:
        >>> as_unit("week")
        'week'

    """
    for unit in DAYS:
        if value == unit:
            return unit
    message = f"unit = {value!r} is not a time unit; use one of {', '.join(DAYS)}"
    raise InvalidParameters(message)


def convert(duration: float, unit: Unit, to: Unit) -> float:
    """Return ``duration``, given in ``unit``, as a number of ``to``.

    Examples:
        >>> convert(52, "week", to="day")
        364.0

    """
    return duration * DAYS[as_unit(unit)] / DAYS[as_unit(to)]


@dataclass(frozen=True, slots=True)
class Rate:
    """A discount rate that says which period it is for and how it compounds.

    Attributes:
        value: the rate as a plain number, 0.1 for ten per cent; more than -1 when effective.
        per: the period the rate is for.
        kind: ``"effective"`` (money grows by ``1 + value`` over one period)
            or ``"continuous"`` (by ``exp(value)``).

    Raises:
        InvalidParameters: if the value is not finite, or effective and not above -1.

    Examples:
        >>> Rate(0.0027, per="week", kind="continuous").per_year
        0.1512...

    """

    value: float
    per: Unit = "year"
    kind: RateKind = "effective"

    def __post_init__(self) -> None:
        """Check the domain of the rate."""
        as_unit(self.per)
        if self.kind not in get_args(RateKind):
            message = f"kind = {self.kind!r} is not a kind of rate; use 'effective' or 'continuous'"
            raise InvalidParameters(message)
        if not math.isfinite(number(self.value, "rate", "a finite number, ten per cent as 0.1")):
            message = f"rate = {self.value!r} is not a finite number; give ten per cent as 0.1"
            raise InvalidParameters(message)
        if self.kind == "effective" and self.value <= -1:
            message = f"rate = {self.value!r} loses everything in one period; an effective rate must exceed -1"
            raise InvalidParameters(message)

    @property
    def per_year(self) -> float:
        """Return the effective rate per year that grows money as fast as this one."""
        return math.expm1(self.force("year"))

    def force(self, unit: Unit) -> float:
        """Return the force of interest per ``unit``: the continuous rate that grows money as fast.

        Examples:
            >>> Rate(0.15).force("year")
            0.1397...

        """
        per_period = math.log1p(self.value) if self.kind == "effective" else float(self.value)
        return convert(per_period, unit, to=self.per)


def force_of_interest(rate: float | Rate, unit: Unit) -> float:
    """Return the continuous rate per ``unit``; a plain number is effective per year.

    Raises:
        InvalidParameters: if a plain number is not finite or not above -1.

    Examples:
        >>> force_of_interest(0.15, "week")
        0.00267...

    """
    return (rate if isinstance(rate, Rate) else Rate(rate)).force(unit)


def discount_factors(rate: float | Rate, times: ArrayLike, unit: Unit) -> FloatArray:
    """Return what one unit of money at each of ``times`` is worth now, in the shape of ``times``.

    Args:
        rate: effective per year as a plain number, or a :class:`Rate`.
        times: any shape, in ``unit`` from now.
        unit: the unit of ``times``.

    Examples:
        >>> discount_factors(0.10, [0, 1, 2], "year").round(4).tolist()
        [1.0, 0.9091, 0.8264]

    """
    factors: FloatArray = np.exp(-force_of_interest(rate, unit) * np.asarray(times, dtype=np.float64))
    return factors
