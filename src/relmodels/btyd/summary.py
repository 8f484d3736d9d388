"""The purchases of a customer base, reduced to what the models need: one row for each customer.

``frequency`` counts the days with a repeat purchase, ``recency`` is the time from the first to the last purchase,
``age`` the time from the first purchase to the end of observation, all in ``unit``.
The papers write ``x``, ``t_x`` and ``T``; note that *recency* elsewhere in marketing means the time since the last
purchase, which is ``age - recency`` here.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd.activity import Activity
from relmodels.btyd.distinct import distinct
from relmodels.btyd.holdout import Holdout
from relmodels.btyd.intake import Intake, Negative
from relmodels.btyd.summary_checks import check_columns, identifier_array
from relmodels.btyd.tally import LeftOut, Tally
from relmodels.btyd.terms import SUBJECT, terms_of
from relmodels.btyd.transactions import summarize
from relmodels.btyd.update import updated
from relmodels.core.arrays import AnyArray, DateArray, FloatArray, IntArray, column, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.periods import DAYS, Unit, as_unit
from relmodels.core.sums import dot
from relmodels.frames.dates import DateLike, as_dates, written
from relmodels.frames.table import Table
from relmodels.inference.space import Scale

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = ["PurchaseSummary"]

FrameT = TypeVar("FrameT")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PurchaseSummary:
    """Customers as arrays; make one with :meth:`from_transactions` or :meth:`from_arrays`.

    Attributes:
        frequency: ``(n,)`` days with a repeat purchase; whole numbers, held as floats.
        recency: ``(n,)`` time from the first to the last purchase, in ``unit``; 0 where ``frequency`` is 0.
        age: ``(n,)`` time from the first purchase to the end of observation, in ``unit``.
        unit: the time unit.
        spend: ``(n,)`` mean amount of the repeat purchase days; 0 where ``frequency`` is 0, never read there.
        log_gaps: ``(n,)`` sum of the natural logarithms of the times between purchases, in ``unit``;
            ``None`` if an engine made the summary of a lazy frame.
        customer: ``(n,)`` identifiers, passed through untouched; sorted if made from transactions.
        weight: ``(n,)`` how many customers each row stands for; ``None`` means one each.
        first: ``(n,)`` the day of the first purchase.
        last: ``(n,)`` the day of the last purchase in the calibration.
        first_day_spend: ``(n,)`` net amount of the first purchase day.
        holdout: what the same customers did after the calibration; ``None`` if nothing is held out.
        activity: purchases of these customers by day; ``None`` if there are no dates.
        intake: how the table of purchases was read, and what was counted on the way.
        left_out: identifiers of customers who are not in the summary, which :meth:`update` needs.

    """

    frequency: FloatArray
    recency: FloatArray
    age: FloatArray
    unit: Unit
    spend: FloatArray | None = None
    log_gaps: FloatArray | None = None
    customer: AnyArray | None = None
    weight: FloatArray | None = None
    first: DateArray | None = None
    last: DateArray | None = None
    first_day_spend: FloatArray | None = None
    holdout: Holdout | None = None
    activity: Activity | None = None
    intake: Intake | None = None
    left_out: LeftOut | None = None

    @classmethod
    def from_transactions(
        cls,
        frame: object,
        *,
        customer: str,
        date: str,
        amount: str | None = None,
        unit: Unit = "week",
        calibration_end: DateLike | None = None,
        observation_end: DateLike | None = None,
        negative: Negative = "raise",
    ) -> Self:
        """Return the summary of a table of purchases, sorted by customer.

        Purchases of one day count once, with their amounts netted; a net of zero or more is a purchase.
        ``frequency`` is the number of purchase days after the first, ``spend`` the mean of their nets,
        ``age`` the difference between the first day and the end, none added.
        A lazy frame is counted by its own engine; then ``log_gaps`` is ``None``.

        Args:
            frame: pandas, polars (eager or lazy), pyarrow or DuckDB table, a :class:`Table`, or a mapping of columns.
            customer: the column of identifiers: whole numbers, text or any type that can be sorted.
            date: the column of dates, times (their date as it stands in their zone) or ISO text.
            amount: the column of amounts; without it there is no spend.
            unit: the time unit of the summary.
            calibration_end: the last day of the calibration, as a date or ISO text; later days are the holdout, and
                customers who first bought then are left out and counted.
            observation_end: the last day of observation, by default the last date of the table; later rows are left
                out and counted.
            negative: whether days that net below zero raise or are dropped and counted.

        Raises:
            InvalidData: listing every fault of the table with its column, rows and values.
            InvalidParameters: if ``unit`` or ``negative`` is not one of the words allowed, or a column is not given by
                its name.

        Examples:
            >>> log = {"who": ["Ann", "Ann", "Bob"], "day": ["2026-01-05", "2026-02-02", "2026-01-12"]}
            >>> summary = PurchaseSummary.from_transactions(log, customer="who", date="day", unit="week")
            >>> summary.frequency.tolist(), summary.recency.tolist(), summary.age.tolist()
            ([1.0, 0.0], [4.0, 0.0], [4.0, 3.0])

        """
        problems, unit = Problems(SUBJECT), as_unit(unit)
        terms = terms_of(customer, date, amount, calibration_end, observation_end, negative, problems)
        return cls._of_tally(summarize(frame, terms, problems), unit)

    @classmethod
    def from_arrays(
        cls,
        *,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
        spend: ArrayLike | None = None,
        log_gaps: ArrayLike | None = None,
        customer: ArrayLike | Sequence[object] | None = None,
        weight: ArrayLike | None = None,
        unit: Unit = "week",
    ) -> Self:
        """Return a summary of ready-made columns, each ``(n,)``; identifiers are kept as they are.

        Raises:
            InvalidData: naming every fault with its column, row and value.
            InvalidParameters: if ``unit`` is not a time unit.

        Examples:
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> len(summary)
            2

        """
        problems = Problems("purchase summary")
        given = {"frequency": frequency, "recency": recency, "age": age}
        optional = {"spend": spend, "log_gaps": log_gaps, "weight": weight}
        given |= {name: values for name, values in optional.items() if values is not None}
        columns: dict[str, Any] = {name: column(values, name, problems) for name, values in given.items()}
        ids = None if customer is None else identifier_array(customer, problems)
        problems.raise_if_any()
        check_columns(columns, ids, problems)
        problems.raise_if_any()
        if "spend" in columns:
            columns["spend"] = read_only(np.where(columns["frequency"] > 0, columns["spend"], 0.0))
        return cls(**columns, customer=ids, unit=as_unit(unit))

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.frequency.size)

    @property
    def n(self) -> float:
        """Return the number of customers: the rows, or the sum of their weights."""
        return float(len(self) if self.weight is None else self.weight.sum())

    @property
    def repeat_rate(self) -> float:
        """Return the share of customers with a repeat purchase, 0 if there are no customers."""
        return float(np.average(self.frequency > 0, weights=self.weight)) if len(self) else 0.0

    def scale(self, kind: Scale) -> float:
        """Return the data's own measure of what scales like ``kind``, against which a prior can be weak in any unit.

        It is the mean age of the customers for ``"time"``, one over that for ``"1/time"``, the mean spend of the repeat
        buyers for ``"money"`` and 1 for ``"none"``; customers count by their weight.

        Raises:
            InvalidData: if no time has passed, or for money if no repeat buyer spent anything.

        Examples:
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[9, 0], age=[10, 14], spend=[5.0, 0])
            >>> summary.scale("time"), summary.scale("money")
            (12.0, 5.0)

        """
        if kind == "none":
            return 1.0
        weight = np.ones(len(self)) if self.weight is None else self.weight
        values, what = (self.spend, "spend of repeat buyers") if kind == "money" else (self.age, "age")
        weight = weight * (self.frequency > 0) if kind == "money" else weight
        mean = 0.0 if values is None else dot(weight, values) / max(float(weight.sum()), 1.0)
        if not mean > 0:
            message = f"the summary has no positive {what} to measure by; pass prior=rm.Priors({{...}})"
            raise InvalidData(message)
        return 1.0 / mean if kind == "1/time" else mean

    def take(self, rows: AnyArray | Sequence[int] | slice) -> Self:
        """Return the rows picked by indices, a mask or a slice, in that order, without population figures.

        Nobody may be picked: a summary without rows can be shown and grouped.
        """
        chosen = rows if isinstance(rows, slice) else _places(rows)
        picked: dict[str, Any] = {
            field.name: read_only(values[chosen])
            for field in fields(self)
            if isinstance(values := getattr(self, field.name), np.ndarray)
        }
        return type(self)(**picked, unit=self.unit, holdout=None if self.holdout is None else self.holdout.take(chosen))

    def every(self, step: int) -> Self:
        """Return each ``step``-th row, from the first on.

        Raises:
            InvalidParameters: if ``step`` is not 1 or more.

        """
        if int(step) != step or step < 1:
            message = f"step = {step!r} is not a distance between rows; give a whole number of 1 or more"
            raise InvalidParameters(message)
        return self.take(slice(None, None, step))

    def grouped(self) -> Self:
        """Return one row for each distinct ``(frequency, recency, age)``, with ``weight`` the customers it stands for.

        ``log_gaps`` is averaged, since likelihoods are linear in it. What belongs to one customer (identifier, dates,
        spend, holdout) is dropped.

        Examples:
            >>> summary = PurchaseSummary.from_arrays(frequency=[0, 1, 0], recency=[0, 2, 0], age=[9, 9, 9])
            >>> summary.grouped().frequency.tolist(), summary.grouped().weight.tolist()
            ([0.0, 1.0], [2.0, 1.0])

        """
        found = distinct(self.frequency, self.recency, self.age)
        weight = found.total(self.weight)
        gaps = self.log_gaps
        if gaps is not None:
            each = gaps if self.weight is None else gaps * self.weight
            gaps = read_only(np.bincount(found.inverse, weights=each, minlength=weight.size) / weight)
        return type(self)(
            frequency=read_only(self.frequency[found.rows]),
            recency=read_only(self.recency[found.rows]),
            age=read_only(self.age[found.rows]),
            unit=self.unit,
            log_gaps=gaps,
            weight=read_only(weight),
        )

    def update(self, new_transactions: object, observation_end: DateLike | None = None) -> Self:
        """Return the summary with new purchases, equal to one made anew from the whole table.

        The new table has the columns named before. All its rows lie after the end of observation so far; rows that were
        left out for lying after it belong into the new table. The end of a calibration stays, the holdout grows.
        A lazy frame is collected.

        Args:
            new_transactions: any table that :meth:`from_transactions` takes.
            observation_end: the new last day of observation, by default the last date of the new table.

        Raises:
            InvalidData: naming the rows that do not lie after the end so far and every other fault of the table; or if
                this summary was not made by :meth:`from_transactions`.

        Examples:
            >>> log = {"who": ["Ann", "Bob"], "day": ["2026-01-05", "2026-01-12"]}
            >>> summary = PurchaseSummary.from_transactions(log, customer="who", date="day")
            >>> summary.update({"who": ["Ann"], "day": ["2026-02-02"]}).frequency.tolist()
            [1.0, 0.0]

        """
        return self._of_tally(updated(self._tally(), new_transactions, observation_end), self.unit)

    @overload
    def to_frame(self, like: None = None) -> Table: ...
    @overload
    def to_frame(self, like: Literal["pandas"]) -> pd.DataFrame: ...
    @overload
    def to_frame(self, like: Literal["polars"]) -> pl.DataFrame: ...
    @overload
    def to_frame(self, like: Literal["pyarrow"]) -> pa.Table: ...  # pyright: ignore[reportUnknownParameterType]
    @overload
    def to_frame(self, like: FrameT) -> FrameT: ...
    def to_frame(self, like: object = None) -> object:
        """Return the columns that are there as a frame of the same kind as ``like``, a :class:`Table` by default.

        Args:
            like: a frame of any supported library, or ``"pandas"``, ``"polars"`` or ``"pyarrow"``.

        Raises:
            InvalidData: if ``like`` is no frame.
            InvalidParameters: if it names no supported library, or one that is not installed.

        Examples:
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[3.5], age=[9])
            >>> print(summary.to_frame())
            frequency  recency  age
                    2    3.500    9

        """
        order = ("customer", "first", "last", "frequency", "recency", "age", "spend", "first_day_spend", "log_gaps")
        columns = {name: getattr(self, name) for name in (*order, "weight")}
        if self.holdout is not None:
            columns |= {"holdout_frequency": self.holdout.frequency, "holdout_spend": self.holdout.spend}
        return Table({name: values for name, values in columns.items() if values is not None}).to_frame(like)

    def __repr__(self) -> str:
        """Return the number of customers, their span and their repeat rate in one line."""
        return f"<PurchaseSummary of {self._head()}>"

    def __str__(self) -> str:
        """Return the same, and how the table of purchases was read."""
        head = self._head()
        return head if self.intake is None else f"{head}\n{self.intake}"

    def _repr_html_(self) -> str:
        head, *more = str(self).split("\n")
        text = "".join(f"<p>{html.escape(line)}</p>" for line in more)
        return f"<div><p><b>{html.escape(head)}</b></p>{text}{self.take(slice(5)).to_frame()._repr_html_()}</div>"

    def _head(self) -> str:
        if len(self) == 0:
            return f"0 customers, in {self.unit}s"
        return f"{self.n:,.0f} customers, {self._span()}; {self.repeat_rate:.1%} bought again"

    def _span(self) -> str:
        if self.intake is not None:
            return f"{self.intake.start} to {self.intake.end}, in {self.unit}s"
        return f"ages {self.age.min():.4g} to {self.age.max():.4g} {self.unit}s"

    @classmethod
    def _of_tally(cls, found: Tally, unit: Unit) -> Self:
        """Return the summary of what was counted in days, in ``unit``."""
        length, end = DAYS[unit], (found.intake.end - written(0)).days
        frequency = (found.days - 1).astype(np.float64)
        gaps = None if found.log_gaps is None else found.log_gaps - frequency * np.log(length)
        columns: dict[str, Any] = {
            "frequency": frequency,
            "recency": (found.last - found.first) / length,
            "age": (end - found.first) / length,
            "spend": _mean(found.repeat_spend, frequency),
            "log_gaps": gaps,
            "customer": found.customer,
            "first": as_dates(found.first),
            "last": as_dates(found.last),
            "first_day_spend": found.first_day_spend,
        }
        return cls(
            **{name: read_only(values) for name, values in columns.items() if values is not None},
            unit=unit,
            holdout=_holdout(found, length),
            activity=found.activity,
            intake=found.intake,
            left_out=found.left_out,
        )

    def _tally(self) -> Tally:
        """Return what was counted, in days.

        Raises:
            InvalidData: if this summary is not one of a whole table of purchases.

        """
        if self.intake is None or self.activity is None or self.left_out is None:
            message = (
                "only a summary made by from_transactions can be updated; from_arrays, take, every and grouped "
                "keep no record of the table: make the summary anew from all purchases"
            )
            raise InvalidData(message)
        x, held = self.frequency, self.holdout
        return Tally(
            customer=np.asarray(self.customer),
            first=_days(self.first),
            last=_days(self.last),
            days=np.rint(x).astype(np.int64) + 1,
            log_gaps=None if self.log_gaps is None else self.log_gaps + x * np.log(DAYS[self.unit]),
            first_day_spend=self.first_day_spend,
            repeat_spend=None if self.spend is None else self.spend * x,
            holdout_days=None if held is None else np.rint(held.frequency).astype(np.int64),
            holdout_spend=None if held is None or held.spend is None else held.spend * held.frequency,
            activity=self.activity,
            left_out=self.left_out,
            intake=self.intake,
        )


def _places(rows: AnyArray | Sequence[int]) -> AnyArray:
    given = np.asarray(rows)
    # An empty list is one of floats to numpy, which pick nothing.
    return given.astype(np.int64) if given.size == 0 and given.dtype.kind == "f" else given


def _days(dates: DateArray | None) -> IntArray:
    return np.asarray(dates).astype("datetime64[D]").astype(np.int64)


def _mean(total: FloatArray | None, count: FloatArray) -> FloatArray | None:
    """Return ``total / count``, 0 where there is nothing to count."""
    return None if total is None else total / np.maximum(count, 1.0)


def _holdout(found: Tally, length: float) -> Holdout | None:
    split = found.intake.calibration_end
    if split is None or found.holdout_days is None:
        return None
    frequency = found.holdout_days.astype(np.float64)
    spend = _mean(found.holdout_spend, frequency)
    duration = (found.intake.observation_end - split).days / length
    return Holdout(read_only(frequency), None if spend is None else read_only(spend), duration)
