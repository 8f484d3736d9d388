"""Time units, lengths of time, rates of discount, and the one place where they meet.

Every summary of purchases carries a time unit, every horizon is a number in that unit unless it is given as a
:class:`Duration`, and every discount rate is effective per year unless it is given as a :class:`Rate`.
A week is 7 days; a month, a quarter and a year are 365.2425/12, 365.2425/4 and 365.2425 days,
the mean lengths of the Gregorian calendar, so that conversion never depends on the date.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, TypeVar, get_args

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters
from relmodels.core.numbers import number

__all__ = [
    "DAYS",
    "Duration",
    "Rate",
    "RateKind",
    "Unit",
    "as_unit",
    "convert",
    "discount_factors",
    "force_of_interest",
    "in_unit",
]

Unit: TypeAlias = Literal["day", "week", "month", "quarter", "year"]
RateKind: TypeAlias = Literal["effective", "continuous"]
ValueT = TypeVar("ValueT")

_YEAR: Final = 365.2425
DAYS: Final[dict[Unit, float]] = {
    "day": 1.0,
    "week": 7.0,
    "month": _YEAR / 12,
    "quarter": _YEAR / 4,
    "year": _YEAR,
}
# Months divide quarters and years exactly, which their lengths in days do only to rounding.
_MONTHS: Final[dict[Unit, float]] = {"month": 1.0, "quarter": 3.0, "year": 12.0}


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
        >>> convert(52, "week", to="day"), convert(12, "month", to="year")
        (364.0, 1.0)

    """
    lengths = _MONTHS if {as_unit(unit), as_unit(to)} <= _MONTHS.keys() else DAYS
    return duration * lengths[unit] / lengths[to]


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time that says its unit; it may stand wherever a plain number would be in the unit of the data.

    Attributes:
        value: how many units, 0 or more; ``math.inf`` for ever, where that is allowed.
        unit: the unit.

    Raises:
        InvalidParameters: if the value is not a number of 0 or more, or the unit is not a time unit.

    Examples:
        >>> Duration(12, "month").to("week")
        52.1775
        >>> print(Duration(12, "month"))
        12 months

    """

    value: float
    unit: Unit

    def __post_init__(self) -> None:
        """Check the domain of the duration."""
        as_unit(self.unit)
        if not number(self.value, "duration", "a number of 0 or more") >= 0:
            message = f"duration = {self.value!r} is not a length of time; it must be a number of 0 or more"
            raise InvalidParameters(message)

    def to(self, unit: Unit) -> float:
        """Return the same length of time as a number of ``unit``."""
        return convert(self.value, self.unit, to=unit)

    def __str__(self) -> str:
        """Return the duration in words."""
        return f"{self.value:g} {self.unit}{'' if self.value == 1 else 's'}"


def in_unit(duration: ValueT | Duration, unit: Unit | None) -> ValueT | float:
    """Return a :class:`Duration` as a number of ``unit``; anything else is in that unit already and comes as it is.

    Args:
        duration: a duration, or what a caller passed as a length of time in ``unit``, not checked here.
        unit: the unit of the data or of the model; ``None`` where neither is known.

    Raises:
        InvalidParameters: if a duration is to be converted and there is no unit.

    Examples:
        >>> in_unit(Duration(1, "year"), "quarter"), in_unit(52, "week")
        (4.0, 52)

    """
    if not isinstance(duration, Duration):
        return duration
    if unit is None:
        message = f"{duration} cannot be converted, as the model has no unit; give it one, or pass a plain number"
        raise InvalidParameters(message)
    return duration.to(unit)


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
