"""The whale curve: profit added up from the best customer to the worst.

It rises as long as customers bring something, stands still over those who bring nothing, and comes down again over
those who cost. The height of its back above its end is what the losing customers take of what the others bring. The
Stobachoff index puts the whole curve into one number: the area between it and a straight line to its end, as a part of
the area beneath it; 0 if all bring the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, IntArray, by_fields, check_finite, column, read_only
from relmodels.core.errors import Problems
from relmodels.core.numbers import whole
from relmodels.frames.table import Table

__all__ = ["WhaleCurve", "whale_curve"]


@dataclass(frozen=True, slots=True, eq=False)
class WhaleCurve:
    """Cumulative profit of ``n`` customers, the best first.

    Attributes:
        order: ``(n,)`` rows of the input from the most to the least profitable.
        customers: ``(n + 1,)`` share of customers, from 0 to 1.
        cumulative: ``(n + 1,)`` profit so far, in the currency of the input, from 0 to the total.
        total: the profit of all.
        peak: the highest point of the curve: the profit of those who bring some.
        peak_customers: how many bring some.
        losers: how many cost.

    """

    order: IntArray
    customers: FloatArray
    cumulative: FloatArray
    total: float
    peak: float
    peak_customers: int
    losers: int

    __reduce__ = by_fields

    @property
    def share(self) -> FloatArray | None:
        """Return ``(n + 1,)`` the curve as a share of the total, ``None`` if the total is not above 0."""
        return read_only(self.cumulative / self.total) if self.total > 0.0 else None

    @property
    def peak_share(self) -> float | None:
        """Return the peak as a share of the total, such as 2.25; ``None`` if the total is not above 0."""
        return self.peak / self.total if self.total > 0.0 else None

    @property
    def leakage(self) -> float:
        """Return what the losing customers take: the peak less the total, in the currency of the input."""
        return self.peak - self.total

    @property
    def stobachoff(self) -> float | None:
        """Return the Stobachoff index, ``(area - 1/2) / area`` under the curve of shares.

        0 if all customers bring the same, near 1 where few bring many times the total; ``None`` if that is not above 0.
        """
        if self.share is None:
            return None
        area = float(np.sum((self.share[1:] + self.share[:-1]) / 2.0) / self.order.size)
        return (area - 0.5) / area

    def share_of_top(self, fraction: float) -> float | None:
        """Return which share of the total the best ``fraction`` of customers brings; ``None`` without one above 0."""
        return None if self.share is None else float(np.interp(fraction, self.customers, self.share))

    def cross_subsidy(self, parts: int = 10) -> Table:
        """Return who pays for whom: a row for each part of the customers, the most profitable first.

        Args:
            parts: into how many parts of nearly equal size the customers are cut.

        """
        cuts = np.linspace(0, self.order.size, whole(parts, "parts", 1) + 1).round().astype(np.int64)
        profit = np.diff(self.cumulative[cuts])
        return Table(
            {
                "part": list(range(1, len(cuts))),
                "customers": np.diff(cuts),
                "profit": profit,
                "cumulated": self.cumulative[cuts[1:]],
                "brings or takes": ["brings" if amount > 0.0 else "takes" if amount < 0.0 else "" for amount in profit],
            }
        )

    def table(self) -> Table:
        """Return the figures that people ask of the curve."""
        figures = {
            "customers": float(self.order.size),
            "total profit": self.total,
            "peak": self.peak,
            "customers at the peak": float(self.peak_customers),
            "losing customers": float(self.losers),
            "leakage": self.leakage,
            "Stobachoff index": np.nan if self.stobachoff is None else self.stobachoff,
        }
        return Table({"figure": list(figures), "value": list(figures.values())})


def whale_curve(profits: ArrayLike) -> WhaleCurve:
    """Return the whale curve of customers' profits.

    Args:
        profits: ``(n,)`` of either sign, in any one currency.

    Raises:
        InvalidData: if a value is not a finite number, or there are none.

    Examples:
        >>> curve = whale_curve([60, 50, 40, 0, -50])
        >>> curve.peak_share, curve.leakage, curve.losers, round(curve.stobachoff, 4)
        (1.5, 50.0, 1, 0.5192)

    Reference:
        Kaplan, R. S. and Narayanan, V. G. (2001), Measuring and managing customer profitability, Journal of Cost
        Management 15(5), 5-15; the index is that of Storbacka, K. (1998).

    """
    problems = Problems("whale curve")
    values = column(profits, "profits", problems)
    check_finite(values, "profits", problems)
    if not problems and not values.size:
        problems.add("there are no profits; at least one customer is needed")
    problems.raise_if_any()
    order = np.argsort(-values, kind="stable")
    with np.errstate(over="ignore", invalid="ignore"):
        cumulative = np.concatenate(([0.0], np.cumsum(values[order])))
    if not np.isfinite(cumulative).all():
        problems.add("profits add up to more than a number can hold; state them in thousands or millions")
    problems.raise_if_any()
    return WhaleCurve(
        order=read_only(order.astype(np.int64)),
        customers=read_only(np.arange(values.size + 1) / values.size),
        cumulative=read_only(cumulative),
        total=float(cumulative[-1]),
        peak=float(max(cumulative.max(), 0.0)),
        peak_customers=int(np.sum(values > 0.0)),
        losers=int(np.sum(values < 0.0)),
    )
