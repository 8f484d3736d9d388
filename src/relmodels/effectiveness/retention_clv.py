"""The value of a customer from a margin, a retention rate and a discount rate, with every convention spelled out.

Textbooks print three formulas that differ by when the first margin comes: at once, after the first period if the
customer is still there, or at the end of the first period for certain. The first and the second differ by one margin,
the first and the third by the factor 1 + d. Retention may cost something, at the beginning, in the middle or at the end
of each period. Rates are those of one period, and the margin is that of one period.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import numpy as np

from relmodels.core.errors import InvalidParameters
from relmodels.core.numbers import finite, number, whole

__all__ = [
    "CostTiming",
    "FirstPayment",
    "ValueSensitivity",
    "annuity_clv",
    "continuous_clv",
    "margin_multiple",
    "retention_clv",
    "value_sensitivity",
]

FirstPayment: TypeAlias = Literal["now", "after_retention", "end_of_period"]
CostTiming: TypeAlias = Literal["start", "middle", "end"]
_SHIFT: Final[dict[CostTiming, float]] = {"start": 0.0, "middle": 0.5, "end": 1.0}


def retention_clv(
    margin: float,
    retention: float,
    discount: float,
    *,
    first_payment: FirstPayment,
    retention_cost: float = 0.0,
    cost_timing: CostTiming = "start",
    periods: int | None = None,
) -> float:
    """Return the lifetime value of a customer who stays each period with the same chance.

    - ``"now"``: ``m Σ r^t / (1 + d)^t`` from ``t = 0``; without end ``m (1 + d) / (1 + d - r)``;
    - ``"after_retention"``: from ``t = 1``; without end ``m r / (1 + d - r)``;
    - ``"end_of_period"``: ``m Σ r^(t - 1) / (1 + d)^t`` from ``t = 1``; without end ``m / (1 + d - r)``.

    The cost of keeping is spent on everybody who is there at the beginning of a period.

    Args:
        margin: of a period.
        retention: the share that stays for another period, from 0 to 1.
        discount: the rate of a period, above -1; with endless periods such that ``1 + d > r``.
        first_payment: when the first margin comes; there is no default, since the field has none.
        retention_cost: spent in each period on each customer who is there.
        cost_timing: when in the period it is spent.
        periods: how many margins are counted after ``t = 0``; endless by default.

    Raises:
        InvalidParameters: naming what is out of range, or a sum without end that has no value.

    Examples:
        >>> round(retention_clv(17.95, 0.995, 0.01, first_payment="now"), 2)
        1208.63
        >>> round(retention_clv(17.95, 0.995, 0.01, first_payment="after_retention"), 2)
        1190.68

    Reference:
        Berger, P. D. and Nasr, N. I. (1998), Customer lifetime value: Marketing models and applications, Journal of
        Interactive Marketing 12(1), 17-30.

    """
    if first_payment not in get_args(FirstPayment):
        message = f"first_payment = {first_payment!r} is unknown; use one of {', '.join(get_args(FirstPayment))}"
        raise InvalidParameters(message)
    if cost_timing not in _SHIFT:
        message = f"cost_timing = {cost_timing!r} is unknown; use one of {', '.join(_SHIFT)}"
        raise InvalidParameters(message)
    keep, rate = _share(retention), _rate(discount)
    amount, spent = finite(margin, "margin", "an amount"), finite(retention_cost, "retention_cost", "an amount")
    present = _alive(keep, rate, periods, first=1)
    earned = {"now": 1.0 + keep / (1.0 + rate) * present, "after_retention": keep / (1.0 + rate) * present}
    value = earned[first_payment] if first_payment in earned else present / (1.0 + rate)
    costs = present * float((1.0 + rate) ** -_SHIFT[cost_timing])
    return amount * value - spent * costs


def _alive(keep: float, rate: float, periods: int | None, first: int) -> float:
    """Return ``Σ (r / (1 + d))^t`` from 0, of as many terms as there are periods, or without end."""
    factor = keep / (1.0 + rate)
    if periods is None:
        if factor >= 1.0:
            message = f"retention = {keep} and discount = {rate}: without end the value has none; 1 + d must be above r"
            raise InvalidParameters(message)
        return 1.0 / (1.0 - factor)
    return float(np.sum(factor ** np.arange(whole(periods, "periods", first))))


def _share(value: float, name: str = "retention") -> float:
    share = finite(value, name, "a share between 0 and 1")
    if not 0.0 <= share <= 1.0:
        message = f"{name} = {value!r} is not between 0 and 1; give ninety per cent as 0.9"
        raise InvalidParameters(message)
    return share


def _rate(value: float, name: str = "discount") -> float:
    rate = finite(value, name, "a rate of a period")
    if not -1.0 < rate < math.inf:
        message = f"{name} = {value!r} is no rate of a period; it must lie above -1, ten per cent as 0.1"
        raise InvalidParameters(message)
    return rate


def margin_multiple(retention: float, discount: float, *, growth: float = 0.0) -> float:
    """Return by what a yearly margin is multiplied to give a customer's value: ``r / (1 + i - r (1 + g))``.

    The first margin comes after a period, if the customer is still there; received at once it adds 1.

    Args:
        retention: the share that stays for another period.
        discount: the rate of a period.
        growth: by which the margin grows each period.

    Raises:
        InvalidParameters: if something is out of range, or margins grow faster than they are discounted and lost.

    Examples:
        >>> round(margin_multiple(0.9, 0.12), 2), round(margin_multiple(0.9, 0.12, growth=0.08), 2)
        (4.09, 6.08)

    Reference:
        Gupta, S. and Lehmann, D. R. (2003), Customers as assets, Journal of Interactive Marketing 17(1), 9-24.

    """
    keep, rate, growing = _share(retention), _rate(discount), _rate(growth, "growth")
    left = 1.0 + rate - keep * (1.0 + growing)
    if not left > 0.0:
        message = f"retention = {keep}, growth = {growing}, discount = {rate}: r (1 + g) must be below 1 + i"
        raise InvalidParameters(message)
    return keep / left


def annuity_clv(margin: float, discount: float, periods: int) -> float:
    """Return the value of a customer who stays for certain for some periods: an annuity paid at their ends.

    ``m (1 - (1 + d)^-n) / d``; ``m n`` without discounting.

    Raises:
        InvalidParameters: if the rate is not above -1, or there is not at least one period.

    Examples:
        >>> round(annuity_clv(100, 0.1, 5), 2), annuity_clv(100, 0.0, 5)
        (379.08, 500.0)

    Reference:
        Berger, P. D. and Nasr, N. I. (1998), Customer lifetime value: Marketing models and applications, Journal of
        Interactive Marketing 12(1), 17-30.

    """
    rate = _rate(discount)
    count = whole(periods, "periods", 1)
    factor = float(count) if rate == 0.0 else -math.expm1(-count * math.log1p(rate)) / rate
    return finite(margin, "margin", "an amount") * factor


def continuous_clv(margin_rate: float, hazard: float, force: float, *, horizon: float = math.inf) -> float:
    """Return the value of a margin that flows evenly until the customer leaves at a constant hazard.

    ``m (1 - e^(-(h + δ) T)) / (h + δ)``.

    Args:
        margin_rate: margin per unit of time.
        hazard: chance of leaving per unit of time, 0 or more.
        force: the continuous discount rate, such as ``ln(1 + d)``.
        horizon: how long margins are counted.

    Raises:
        InvalidParameters: if hazard or horizon is negative, or without end nothing shrinks.

    Examples:
        >>> round(continuous_clv(100, 0.2, 0.1), 4)
        333.3333

    Reference:
        Berger, P. D. and Nasr, N. I. (1998), Customer lifetime value: Marketing models and applications, Journal of
        Interactive Marketing 12(1), 17-30.

    """
    leaving, decay = finite(hazard, "hazard", "a rate of 0 or more"), finite(force, "force", "a rate")
    length = number(horizon, "horizon", "a length of time of 0 or more")
    if leaving < 0.0 or length < 0.0 or not (math.isfinite(length) or leaving + decay > 0.0):
        message = f"hazard = {hazard!r}, force = {force!r}, horizon = {horizon!r}: rates must shrink what has no end"
        raise InvalidParameters(message)
    whole = leaving + decay
    seen = length if whole == 0.0 else (1.0 if math.isinf(length) else -math.expm1(-whole * length)) / whole
    return finite(margin_rate, "margin_rate", "an amount per unit of time") * seen


@dataclass(frozen=True, slots=True)
class ValueSensitivity:
    """By how many per cent the value of a customer changes if a quantity changes by one: elasticities.

    Attributes:
        value: what is changed: value less the cost of acquisition.
        retention: elasticity by the retention rate.
        margin: by the margin.
        discount: by the discount rate.
        acquisition: by the cost of acquisition.

    """

    value: float
    retention: float
    margin: float
    discount: float
    acquisition: float


def value_sensitivity(
    margin: float, retention: float, discount: float, *, acquisition_cost: float = 0.0, first_payment: FirstPayment
) -> ValueSensitivity:
    """Return the elasticities of a customer's value, without end and without cost of keeping.

    Args:
        margin: of a period.
        retention: the share that stays for another period.
        discount: the rate of a period, with ``1 + d > r``.
        acquisition_cost: taken off the value.
        first_payment: as for :func:`retention_clv`.

    Raises:
        InvalidParameters: if something is out of range, or the value is 0, which nothing is a per cent of.

    Examples:
        >>> found = value_sensitivity(100, 0.8, 0.1, first_payment="after_retention")
        >>> round(found.retention, 3), found.margin, round(found.discount, 3)
        (3.667, 1.0, -0.333)

    Reference:
        Gupta, S., Lehmann, D. R. and Stuart, J. A. (2004), Valuing customers, Journal of Marketing Research 41(1).

    """
    gross = retention_clv(margin, retention, discount, first_payment=first_payment)
    keep, rate = _share(retention), _rate(discount)
    left = 1.0 + rate - keep
    amount, spent = finite(margin, "margin", "an amount"), finite(acquisition_cost, "acquisition_cost", "an amount")
    slopes = {
        "now": ((1.0 + rate) / left**2, -keep / left**2),
        "after_retention": ((1.0 + rate) / left**2, -keep / left**2),
        "end_of_period": (1.0 / left**2, -1.0 / left**2),
    }[first_payment]
    value = gross - spent
    if value == 0.0:
        message = "the value less the cost of acquisition is 0; a change of it is no per cent of anything"
        raise InvalidParameters(message)
    by_retention, by_discount = (amount * slope for slope in slopes)
    return ValueSensitivity(
        value, by_retention * keep / value, gross / value, by_discount * rate / value, -spent / value
    )
