"""What a row of payments is worth today, and at which rate it is worth nothing.

The first payment is now, the others follow at the ends of equal periods; the rate is the one of a period. A row whose
payments change sign once has one internal rate of return at most; one that changes sign more often may have several,
or none, and none of them says what the project is worth. Libraries pick one in silence, and not the same one: for
(-100, 230, -132) one answers 10 %, another 20 %, and both are roots. Here all are listed, and one is returned only
where there is one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, by_fields, check_finite, column, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import is_number

__all__ = [
    "InternalRates",
    "discounted_payback",
    "equivalent_annuity",
    "internal_rates",
    "irr",
    "mirr",
    "npv",
    "payback",
    "profitability_index",
]


def npv(rate: float, flows: ArrayLike) -> float:
    """Return the net present value of payments, ``Σ c_t / (1 + i)^t`` with the first one now.

    Args:
        rate: of a period, above -1.
        flows: ``(T + 1,)`` payments, those received positive.

    Raises:
        InvalidData: if a payment is not a finite number, there are none, or their worth is too large for a number.
        InvalidParameters: if the rate is not above -1.

    Examples:
        >>> round(npv(0.06, [-500, 300, 200, 150]), 2)
        86.96

    Reference:
        Fisher, I. (1907), The Rate of Interest, Macmillan.

    """
    payments = _flows(flows)
    factor = 1.0 / (1.0 + _rate(rate, "rate"))
    with np.errstate(over="ignore", invalid="ignore"):
        worth = float(np.polynomial.polynomial.polyval(factor, payments))
    if not math.isfinite(worth):
        message = (
            f"the payments are worth more at rate = {rate} than a number can hold; state them in thousands or millions"
        )
        raise InvalidData(message)
    return worth


@dataclass(frozen=True, slots=True, eq=False)
class InternalRates:
    """Every rate above -1 at which payments are worth nothing.

    Attributes:
        rates: ``(k,)`` rising.
        sign_changes: how often the payments change sign; there are no more rates than that.

    """

    rates: FloatArray
    sign_changes: int

    __reduce__ = by_fields


def internal_rates(flows: ArrayLike) -> InternalRates:
    """Return every internal rate of return of payments: none, one or several.

    They are the positive roots of the payments as a polynomial of ``1 / (1 + i)``, refined by Newton's method.

    Args:
        flows: ``(T + 1,)`` payments, the first one now.

    Raises:
        InvalidData: if a payment is not a finite number, or all are 0.

    Examples:
        >>> internal_rates([-100, 230, -132]).rates.round(6).tolist()
        [0.1, 0.2]
        >>> internal_rates([100, -10, 20]).rates.tolist()
        []

    Reference:
        Lorie, J. H. and Savage, L. J. (1955), Three problems in rationing capital, Journal of Business 28(4), 229-239.

    """
    payments = _flows(flows)
    moved = payments[payments != 0.0]
    if not moved.size:
        message = "internal rate of return: all payments are 0; every rate is one"
        raise InvalidData(message)
    changes = int(np.sum(np.diff(np.sign(moved)) != 0))
    if changes == 0:
        return InternalRates(read_only(np.empty(0)), 0)
    scaled = payments / np.abs(payments).max()
    used = np.flatnonzero(scaled)
    roots = np.polynomial.polynomial.polyroots(scaled[used[0] : used[-1] + 1])
    real = roots.real[(np.abs(roots.imag) <= 1e-5 * np.abs(roots)) & (roots.real > 0.0)]
    factors = _distinct(np.array([_refined(scaled, factor) for factor in real.tolist()]), scaled)
    return InternalRates(read_only(np.sort(1.0 / factors - 1.0)), changes)


def irr(flows: ArrayLike) -> float:
    """Return the internal rate of return of a period, where there is exactly one.

    Args:
        flows: ``(T + 1,)`` payments, the first one now.

    Raises:
        InvalidData: if there is no such rate, or there are several; all are named then.

    Examples:
        >>> round(irr([-500, 300, 200, 150]), 4)
        0.1646
        >>> irr([-100, 230, -132])
        Traceback (most recent call last):
        relmodels.core.errors.InvalidData: the payments change sign 2 times and have 2 internal rates of return:...

    Reference:
        Lorie, J. H. and Savage, L. J. (1955), Three problems in rationing capital, Journal of Business 28(4), 229-239.

    """
    found = internal_rates(flows)
    if found.rates.size == 1:
        return float(found.rates[0])
    if not found.rates.size:
        message = (
            f"the payments change sign {found.sign_changes} times and have no internal rate of return: "
            "they are worth more, or less, than nothing at every rate; use npv at your own rate"
        )
        raise InvalidData(message)
    listed = ", ".join(f"{rate:.6g}%" for rate in 100.0 * found.rates)
    message = (
        f"the payments change sign {found.sign_changes} times and have {found.rates.size} internal rates of return: "
        f"{listed}; none of them says what they are worth: use npv at your own rate, or mirr"
    )
    raise InvalidData(message)


def _refined(payments: FloatArray, factor: float) -> float:
    slope = np.polynomial.polynomial.polyder(payments)
    for _ in range(20):
        value = float(np.polynomial.polynomial.polyval(factor, payments))
        steep = float(np.polynomial.polynomial.polyval(factor, slope))
        if steep == 0.0 or not math.isfinite(step := value / steep) or factor - step <= 0.0:
            break
        factor -= step
        if abs(step) <= 1e-15 * factor:
            break
    return factor


def _distinct(factors: FloatArray, payments: FloatArray) -> FloatArray:
    kept: list[float] = []
    for factor in np.sort(factors).tolist():
        size = float(np.abs(payments) @ factor ** np.arange(payments.size))
        is_root = abs(float(np.polynomial.polynomial.polyval(factor, payments))) <= 1e-9 * size
        if is_root and (not kept or abs(factor - kept[-1]) > 1e-7 * factor):
            kept.append(factor)
    return np.array(kept)


def mirr(flows: ArrayLike, *, finance_rate: float, reinvest_rate: float) -> float:
    """Return the modified internal rate of return: outlays financed at one rate, receipts reinvested at another.

    ``(FV of receipts at the end / PV of outlays now)^(1 / T) - 1``; it always is one number.

    Args:
        flows: ``(T + 1,)`` payments, at least one of either sign.
        finance_rate: of a period, at which outlays are discounted.
        reinvest_rate: of a period, at which receipts grow to the end.

    Raises:
        InvalidData: if there is no outlay or no receipt, or only one payment.
        InvalidParameters: if a rate is not above -1.

    Examples:
        >>> round(mirr([-120000, 39000, 30000, 21000, 37000, 46000], finance_rate=0.10, reinvest_rate=0.12), 6)
        0.126094

    Reference:
        Lin, S. A. Y. (1976), The modified internal rate of return and investment criterion, The Engineering Economist
        21(4), 237-247.

    """
    payments = _flows(flows)
    finance, reinvest = _rate(finance_rate, "finance_rate"), _rate(reinvest_rate, "reinvest_rate")
    last = payments.size - 1
    if last < 1 or payments.min() >= 0.0 or payments.max() <= 0.0:
        message = "modified internal rate of return: give at least one outlay and one receipt"
        raise InvalidData(message)
    outlay = -npv(finance, np.minimum(payments, 0.0))
    receipts = npv(reinvest, np.maximum(payments, 0.0)) * (1.0 + reinvest) ** last
    return float((receipts / outlay) ** (1.0 / last) - 1.0)


def payback(flows: ArrayLike) -> float | None:
    """Return after how many periods the payments so far add up to 0 for good, ``None`` if they never do.

    Within a period payments are taken to come evenly. What turns negative again later has not been paid back.

    Examples:
        >>> payback([-500, 300, 200, 150]), payback([-500, 300, 400]), payback([-500, 100])
        (2.0, 1.5, None)

    Raises:
        InvalidData: if a payment is not a finite number, or there are none.

    Reference:
        Gordon, M. J. (1955), The payoff period and the rate of profit, Journal of Business 28(4), 253-260.

    """
    sums = np.cumsum(_flows(flows))
    # A sum that is 0 but for rounding is 0.
    sums[np.abs(sums) <= 1e-12 * np.abs(_flows(flows)).sum()] = 0.0
    below = np.flatnonzero(sums < 0.0)
    if not below.size:
        return 0.0
    last = int(below[-1])
    if last == sums.size - 1:
        return None
    return last + float(-sums[last] / (sums[last + 1] - sums[last]))


def discounted_payback(rate: float, flows: ArrayLike) -> float | None:
    """Return after how many periods the discounted payments add up to 0 for good, ``None`` if they never do.

    Examples:
        >>> round(discounted_payback(0.06, [-500, 300, 200, 150]), 4)
        2.3095

    Raises:
        InvalidData: if a payment is not a finite number, or there are none.
        InvalidParameters: if the rate is not above -1.

    Reference:
        Gordon, M. J. (1955), The payoff period and the rate of profit, Journal of Business 28(4), 253-260.

    """
    payments = _flows(flows)
    return payback(payments / (1.0 + _rate(rate, "rate")) ** np.arange(payments.size))


def profitability_index(rate: float, flows: ArrayLike) -> float:
    """Return the present value of all later payments over the outlay now; above 1 where that pays.

    Examples:
        >>> round(profitability_index(0.06, [-500, 300, 200, 150]), 4)
        1.1739

    Raises:
        InvalidData: if the first payment is no outlay.
        InvalidParameters: if the rate is not above -1.

    Reference:
        Lorie, J. H. and Savage, L. J. (1955), Three problems in rationing capital, Journal of Business 28(4), 229-239.

    """
    payments = _flows(flows)
    if not payments[0] < 0.0:
        message = f"profitability index: flows[0] = {payments[0]} is no outlay; the first payment must be negative"
        raise InvalidData(message)
    return npv(rate, np.concatenate(([0.0], payments[1:]))) / -float(payments[0])


def equivalent_annuity(rate: float, flows: ArrayLike) -> float:
    """Return the equal payment at the end of each period that is worth as much as the payments.

    Examples:
        >>> round(equivalent_annuity(0.06, [-500, 300, 200, 150]), 2)
        32.53

    Raises:
        InvalidData: if there are fewer than two payments.
        InvalidParameters: if the rate is not above -1.

    Reference:
        Fisher, I. (1907), The Rate of Interest, Macmillan.

    """
    payments = _flows(flows)
    if payments.size < 2:
        message = "equivalent annuity: there is no period to spread the payments over; give two or more"
        raise InvalidData(message)
    return npv(rate, payments) / npv(rate, np.concatenate(([0.0], np.ones(payments.size - 1))))


def _flows(flows: ArrayLike) -> FloatArray:
    problems = Problems("cash flows")
    payments = column(flows, "flows", problems)
    check_finite(payments, "flows", problems)
    if not problems and not payments.size:
        problems.add("there are no payments")
    problems.raise_if_any()
    return payments


def _rate(rate: float, name: str) -> float:
    if not is_number(rate) or not math.isfinite(rate) or rate <= -1.0:
        message = f"{name} = {rate!r} is no rate of a period; it must lie above -1, six per cent as 0.06"
        raise InvalidParameters(message)
    return float(rate)
