"""Segments of customers in the years to come, and the revenue they bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, by_fields, check_finite, check_not_negative, column, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import finite, whole
from relmodels.frames.table import Table
from relmodels.markov.chain import MarkovChain

__all__ = ["SegmentForecast", "forecast_segments"]


@dataclass(frozen=True, slots=True, eq=False)
class SegmentForecast:
    """Customers in each segment, and what they bring.

    Attributes:
        segments: the names of ``k`` segments.
        sizes: ``(T + 1, k)`` customers in each, from now on.
        revenue: ``(T + 1,)`` of all in each period.
        discounted: ``(T + 1,)`` the same as worth today.

    """

    segments: tuple[str, ...]
    sizes: FloatArray
    revenue: FloatArray
    discounted: FloatArray

    __reduce__ = by_fields

    @property
    def total(self) -> float:
        """Return the discounted revenue of all periods."""
        return float(self.discounted.sum())

    def table(self) -> Table:
        """Return a row for each period."""
        sizes = {name: self.sizes[:, place] for place, name in enumerate(self.segments)}
        return Table(
            {"period": list(range(len(self.sizes))), **sizes, "revenue": self.revenue, "discounted": self.discounted}
        )


def forecast_segments(
    chain: MarkovChain,
    sizes: ArrayLike,
    revenue: ArrayLike,
    discount_rate: float,
    periods: int,
    *,
    whole_customers: bool = False,
) -> SegmentForecast:
    """Return how many customers each segment will have, and what they will bring.

    Args:
        chain: of segments.
        sizes: ``(k,)`` customers in each now.
        revenue: ``(k,)`` what a customer in each brings in a period.
        discount_rate: of a period.
        periods: how many to look ahead.
        whole_customers: whether sizes are rounded to whole customers after each period, and revenues to whole units, as
            some course texts do; off by default.

    Raises:
        InvalidData: if there are not amounts for each segment.
        InvalidParameters: if the rate is not above -1.

    Examples:
        >>> chain = MarkovChain([[0.5, 0.5], [0.0, 1.0]], ["active", "lost"])
        >>> forecast_segments(chain, [100, 0], [10, 0], 0.1, 2).revenue.tolist()
        [1000.0, 500.0, 250.0]

    Reference:
        De Bruyn, A., Foundations of Marketing Analytics, for the example that tests reproduce.

    """
    problems = Problems("segments")
    now, brings = column(sizes, "sizes", problems), column(revenue, "revenue", problems)
    for values, name in ((now, "sizes"), (brings, "revenue")):
        check_finite(values, name, problems)
        if not problems and values.size != len(chain):
            problems.add(f"{name} has {values.size} rows; give one for each of {len(chain)} segments")
    if not problems:
        check_not_negative(now, "sizes", problems)
    problems.raise_if_any()
    rate = finite(discount_rate, "discount_rate", "a rate of a period")
    if not rate > -1.0:
        message = f"discount_rate = {discount_rate!r} must lie above -1"
        raise InvalidParameters(message)
    rows = [now]
    for _ in range(whole(periods, "periods", 0)):
        moved = rows[-1] @ chain.transition
        rows.append(np.round(moved) if whole_customers else moved)
    table = np.array(rows)
    brought = table @ brings
    worth = brought * (1.0 + rate) ** -np.arange(len(table), dtype=np.float64)
    if whole_customers:
        brought, worth = np.round(brought), np.round(worth)
    return SegmentForecast(chain.states, read_only(table), read_only(brought), read_only(worth))
