"""What became of the rows of a purchase table on their way into a summary: counted, dated, and said in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

__all__ = ["Intake", "Negative"]

Negative: TypeAlias = Literal["raise", "drop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """How a table of purchases was read; all ends are inclusive.

    Attributes:
        columns: the names of the columns of customers, dates and amounts (``None`` without amounts).
        rows: rows of the table.
        rows_after_end: rows after ``observation_end``, left out.
        same_day_rows: rows that joined an earlier row of the same customer and day.
        zero_days: days of a customer whose amounts net to exactly zero; they are purchases.
        netted_days: purchase days on which a negative amount was set off against others.
        dropped_days: days of a customer whose amounts net below zero, left out.
        customers: customers in the summary.
        late_customers: customers whose first purchase lies after ``calibration_end``, left out.
        customers_without_purchase: customers who only have dropped days, left out.
        start: the day of the first purchase of a customer in the summary.
        calibration_end: the last day of the calibration; ``None`` if nothing is held out.
        observation_end: the last day of observation.
        negative: what was to happen to days that net below zero.

    Examples:
        >>> from relmodels import PurchaseSummary
        >>> log = {"who": ["Ann", "Ann", "Bob"], "day": ["2026-01-05", "2026-01-05", "2026-01-06"]}
        >>> intake = PurchaseSummary.from_transactions(log, customer="who", date="day").intake
        >>> intake.customers, intake.same_day_rows, intake.observation_end.isoformat()
        (2, 1, '2026-01-06')

    """

    columns: tuple[str, str, str | None]
    rows: int
    rows_after_end: int
    same_day_rows: int
    zero_days: int
    netted_days: int
    dropped_days: int
    customers: int
    late_customers: int
    customers_without_purchase: int
    start: date
    calibration_end: date | None
    observation_end: date
    negative: Negative

    @property
    def end(self) -> date:
        """Return the day to which ages are counted: the end of the calibration, or of observation without one."""
        return self.observation_end if self.calibration_end is None else self.calibration_end

    def __str__(self) -> str:
        """Return the same in sentences."""
        return " ".join([self._period(), *(sentence for count, sentence in self._counts() if count)])

    def _period(self) -> str:
        customer, day, amount = self.columns
        paid = "no amounts" if amount is None else f"amounts from {amount!r}"
        text = (
            f"{self.rows:,} rows (customers from {customer!r}, dates from {day!r}, {paid}) gave {self.customers:,} "
            f"customers, observed from {self.start} to {self.observation_end}, both days included."
        )
        if self.calibration_end is None:
            return text
        return f"{text} The days after {self.calibration_end} are held out."

    def _counts(self) -> tuple[tuple[int, str], ...]:
        return (
            (self.rows_after_end, f"{self.rows_after_end:,} rows after the end were left out."),
            (self.same_day_rows, f"{self.same_day_rows:,} rows joined another of the same customer and day."),
            (self.zero_days, f"{self.zero_days:,} purchase days net to zero."),
            (self.netted_days, f"On {self.netted_days:,} purchase days a negative amount was set off."),
            (self.dropped_days, f"{self.dropped_days:,} days that net below zero were left out."),
            (self.late_customers, f"{self.late_customers:,} customers who came in the holdout were left out."),
            (
                self.customers_without_purchase,
                f"{self.customers_without_purchase:,} customers without a purchase were left out.",
            ),
        )
