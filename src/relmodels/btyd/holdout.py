"""What the customers of a summary did after the calibration ended: the yardstick of a forecast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from relmodels.core.arrays import AnyArray, FloatArray, by_fields, read_only

__all__ = ["Holdout"]


@dataclass(frozen=True, slots=True, eq=False)
class Holdout:
    """Purchases after the last day of the calibration, up to and including the last day of observation.

    Attributes:
        frequency: ``(n,)`` days with a purchase; all are repeat purchases.
        spend: ``(n,)`` mean amount of these days, 0 where there are none; ``None`` without amounts.
        duration: the length of the holdout, in the unit of the summary.

    Examples:
        >>> from relmodels import PurchaseSummary
        >>> log = {"who": ["Ann", "Bob", "Ann"], "day": ["2026-01-05", "2026-01-06", "2026-02-02"]}
        >>> split = PurchaseSummary.from_transactions(log, customer="who", date="day", calibration_end="2026-01-19")
        >>> split.holdout.frequency.tolist(), split.holdout.duration
        ([1.0, 0.0], 2.0)

    """

    frequency: FloatArray
    spend: FloatArray | None
    duration: float

    __reduce__ = by_fields

    def take(self, rows: AnyArray | slice) -> Self:
        """Return the rows picked by an index array, a mask or a slice, in that order."""
        spend = None if self.spend is None else read_only(self.spend[rows])
        return type(self)(read_only(self.frequency[rows]), spend, self.duration)
