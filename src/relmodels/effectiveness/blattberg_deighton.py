"""How much to spend on winning customers and how much on keeping them: the customer equity test.

Judgment gives two points of a curve: the share won, or kept, at today's spending, and the ceiling that no money could
pass. Between them the curve rises quickly first and levels off, ``c (1 - e^{-k A})``. Customer equity is what a
prospect is worth less what was spent on them. At the best budgets the last customer won costs what a customer is worth,
and so does the last one kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from relmodels.core.errors import InvalidParameters
from relmodels.core.numbers import finite

__all__ = ["OptimalEquity", "ResponseCurve", "customer_equity", "optimal_equity"]


@dataclass(frozen=True, slots=True)
class ResponseCurve:
    """The share of prospects won, or of customers kept, at some spending on each: ``c (1 - e^{-k A})``.

    Attributes:
        ceiling: the share that no money could pass, above 0 and at most 1.
        slope: how quickly the ceiling is approached, above 0.

    Raises:
        InvalidParameters: if one is out of range.

    Examples:
        >>> curve = ResponseCurve.from_judgment(spend=10, share=0.2528, ceiling=0.4)
        >>> round(curve.slope, 3), round(curve.share(10), 4), round(curve.spend(0.2528), 4)
        (0.1, 0.2528, 10.0)

    """

    ceiling: float
    slope: float

    def __post_init__(self) -> None:
        """Check the range of both."""
        if not 0.0 < finite(self.ceiling, "ceiling", "a share") <= 1.0:
            message = f"ceiling = {self.ceiling!r} is not above 0 and at most 1"
            raise InvalidParameters(message)
        if not 0.0 < finite(self.slope, "slope", "a number above 0") < math.inf:
            message = f"slope = {self.slope!r} is not above 0"
            raise InvalidParameters(message)

    @classmethod
    def from_judgment(cls, *, spend: float, share: float, ceiling: float) -> Self:
        """Return the curve through today's spending and share, with a ceiling."""
        if not finite(spend, "spend", "an amount above 0") > 0.0 or not 0.0 < share < ceiling:
            message = (
                f"spend = {spend!r}, share = {share!r}, ceiling = {ceiling!r}: give spending above 0, a share below"
            )
            raise InvalidParameters(f"{message} the ceiling")
        return cls(ceiling, -math.log1p(-share / ceiling) / spend)

    def share(self, spend: float) -> float:
        """Return the share won, or kept, at some spending, 0 or more."""
        if not finite(spend, "spend", "an amount of 0 or more") >= 0.0:
            message = f"spend = {spend!r} is negative"
            raise InvalidParameters(message)
        return -self.ceiling * math.expm1(-self.slope * spend)

    def spend(self, share: float) -> float:
        """Return the spending at which a share is won, or kept: infinite at the ceiling."""
        if not 0.0 <= finite(share, "share", "a share") <= self.ceiling:
            message = f"share = {share!r} is not between 0 and the ceiling {self.ceiling}"
            raise InvalidParameters(message)
        return math.inf if share == self.ceiling else -math.log1p(-share / self.ceiling) / self.slope

    def marginal(self, spend: float) -> float:
        """Return how fast the share rises with spending, ``c k e^{-k A}``."""
        return self.ceiling * self.slope * math.exp(-self.slope * spend)


def customer_equity(
    acquisition: ResponseCurve,
    retention: ResponseCurve,
    *,
    margin: float,
    discount: float,
    acquisition_spend: float,
    retention_spend: float,
) -> float:
    """Return what a prospect is worth, less what is spent on winning them.

    ``a [M + (M - R / r) r / (1 + d - r)] - A = a [M (1 + d) - R] / (1 + d - r) - A``, with the shares won ``a`` and
    kept ``r``. The first margin comes at once; keeping costs ``R`` a year for each who was there.

    Args:
        acquisition: the share of prospects won.
        retention: the share of customers kept.
        margin: of a year.
        discount: the rate of a year, above 0.
        acquisition_spend: on each prospect.
        retention_spend: on each customer a year.

    Raises:
        InvalidParameters: if something is out of range.

    Examples:
        >>> winning, keeping = ResponseCurve(0.4, 0.1), ResponseCurve(0.7, 0.1)
        >>> round(
        ...     customer_equity(winning, keeping, margin=50, discount=0.15, acquisition_spend=10, retention_spend=16), 3
        ... )
        7.745

    Reference:
        Blattberg, R. C. and Deighton, J. (1996), Manage marketing by the customer equity test, Harvard Business Review
        74(4), 136-144.

    """
    rate = _discount(discount)
    won, kept = acquisition.share(acquisition_spend), retention.share(retention_spend)
    value = (finite(margin, "margin", "an amount") * (1.0 + rate) - retention_spend) / (1.0 + rate - kept)
    return won * value - acquisition_spend


def _discount(discount: float) -> float:
    rate = finite(discount, "discount", "a rate above 0")
    if not 0.0 < rate < math.inf:
        message = f"discount = {discount!r} is no rate above 0"
        raise InvalidParameters(message)
    return rate


@dataclass(frozen=True, slots=True)
class OptimalEquity:
    """The budgets at which customer equity is largest.

    Attributes:
        acquisition_spend: on each prospect.
        retention_spend: on each customer a year.
        acquisition_rate: the share won.
        retention_rate: the share kept.
        customer_value: what a customer is worth, before the cost of winning.
        equity: what a prospect is worth, after it.

    """

    acquisition_spend: float
    retention_spend: float
    acquisition_rate: float
    retention_rate: float
    customer_value: float
    equity: float


def optimal_equity(
    acquisition: ResponseCurve, retention: ResponseCurve, *, margin: float, discount: float
) -> OptimalEquity:
    """Return the budgets at which customer equity is largest.

    Keeping comes first: its budget makes a customer worth most, whatever winning costs. It solves
    ``r'(R) V(R) = 1`` with ``V = [M (1 + d) - R] / (1 + d - r)``; winning then solves ``a'(A) V = 1``. Where a curve is
    too flat for the first unit of money to pay, its budget is 0.

    Args:
        acquisition: the share of prospects won.
        retention: the share of customers kept.
        margin: of a year, above 0.
        discount: the rate of a year, above 0.

    Raises:
        InvalidParameters: if something is out of range.

    Examples:
        >>> best = optimal_equity(ResponseCurve(0.4, 0.1), ResponseCurve(0.7, 0.1), margin=50, discount=0.15)
        >>> round(best.acquisition_spend, 3), round(best.retention_spend, 3), round(best.customer_value, 3)
        (10.322, 15.918, 70.182)

    Reference:
        Blattberg, R. C. and Deighton, J. (1996), Manage marketing by the customer equity test, Harvard Business Review
        74(4), 136-144; the conditions of the optimum are those of Pfeifer, P. E. (2005).

    """
    rate = _discount(discount)
    gain = finite(margin, "margin", "an amount above 0")
    if not 0.0 < gain < math.inf:
        message = f"margin = {margin!r} is not above 0; nothing is worth spending on"
        raise InvalidParameters(message)
    keeping = _best_keeping(retention, gain, rate)
    kept = retention.share(keeping)
    value = (gain * (1.0 + rate) - keeping) / (1.0 + rate - kept)
    steep = acquisition.marginal(0.0) * value
    winning = math.log(steep) / acquisition.slope if steep > 1.0 else 0.0
    won = acquisition.share(winning)
    return OptimalEquity(winning, keeping, won, kept, value, won * value - winning)


def _best_keeping(retention: ResponseCurve, margin: float, rate: float) -> float:
    from scipy.optimize import brentq

    def slope(spend: float) -> float:
        value = (margin * (1.0 + rate) - spend) / (1.0 + rate - retention.share(spend))
        return retention.marginal(spend) * value - 1.0

    if slope(0.0) <= 0.0:
        return 0.0
    # At R = M (1 + d) a customer is worth nothing, so the slope is -1 there; it falls only once on the way.
    return float(brentq(slope, 0.0, margin * (1.0 + rate), xtol=1e-13, rtol=1e-14))
