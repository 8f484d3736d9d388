"""The same summary where the rows are: a lazy frame is counted by its own engine.

Only one row for each customer and one for each day are collected. The logarithms of the gaps between purchases would
need the rows in order, which not every engine has; they are ``None``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from relmodels.btyd.customer_days import NETTING
from relmodels.btyd.tally import Counts, LeftOut, Tally, daily_activity, intake, require_customers
from relmodels.btyd.terms import SUBJECT, Span, Terms, check_some, checked_span, negative_days, no_dates, too_large
from relmodels.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from relmodels.core.errors import InvalidData, Problems
from relmodels.frames.columns import Coded, require
from relmodels.frames.dates import days_of_texts, whole_days, written
from relmodels.frames.door import Eager, Expression, Lazy, col, count, lit, when, whole
from relmodels.frames.identifiers import identifiers

__all__ = ["push_down"]

_COUNTED: Final = ("rows", "zero", "below", "netted")


def push_down(lazy: Lazy, terms: Terms, problems: Problems) -> Tally:
    """Return what is counted of each customer of a lazy frame.

    Raises:
        InvalidData: naming every fault; rows have no numbers in an engine, so their count is given instead.

    """
    usable = _check_columns(lazy, terms, problems)
    rows = _checked_rows(lazy, terms, usable, problems)
    ends = _ends(lazy, terms.date, problems) if terms.date in usable else np.empty(0, dtype=np.int64)
    if ends.size == 0:  # without dates there is no span to check
        problems.raise_if_any()
        raise InvalidData(no_dates(terms))
    span = checked_span(int(ends.min()), int(ends.max()), terms, problems)
    problems.raise_if_any()
    log = _log(lazy, terms)
    query = _Query(log, _net_days(log, span, terms), span, terms)
    return query.tally(query.counts(rows))


@dataclass(frozen=True, slots=True, eq=False)
class _Query:
    """The questions put to the engine; ``days`` has one row for each customer and day up to the end."""

    log: Lazy
    days: Any
    span: Span
    terms: Terms

    def counts(self, rows: int) -> Counts:
        """Return the counts of rows and days.

        Raises:
            InvalidData: if days net below zero and are not to be dropped, or amounts add up to infinity.

        """
        zero, below = col("net") == 0, col("net") < 0
        marks = self.days.select(
            "rows",
            "gross",
            zero=whole(zero),
            below=whole(below),
            netted=whole((col("mixed") > 0) & ~below),
        )
        sums = marks.select(count().alias("days"), *(col(n).sum() for n in ("gross", *_COUNTED)))
        collected = self.log.collect(sums)
        if not np.isfinite(_real(collected, "gross")).all():
            self._check_sums()
        found = _row(collected, ("days", *_COUNTED))
        if found["below"] and self.terms.negative == "raise":
            some = self.log.collect(self.days.filter(below).select("day", "net").sort("day", "net").head(5))
            days, nets = _days(some, "day"), some.column("net")
            shown = [f"{written(int(day))}: {net:.10g}" for day, net in zip(days, np.asarray(nets), strict=True)]
            raise InvalidData(negative_days(self.terms, found["below"], shown))
        return Counts(
            rows=rows,
            rows_after_end=rows - found["rows"],
            same_day_rows=found["rows"] - found["days"],
            zero_days=found["zero"] if self.terms.amount else 0,
            netted_days=found["netted"],
            dropped_days=found["below"],
        )

    def tally(self, counts: Counts) -> Tally:
        """Return what is counted of each customer."""
        bought = self.days.filter(col("net") >= 0).with_columns(first=col("day").min().over("customer"))
        people = self.log.collect(self._customers(bought).sort("customer"))
        first = _days(people, "first")
        known = first <= self.span.counted_to
        labels = _identifiers(people, self.terms.customer)
        left_out = LeftOut(labels[~known], self._refunded(counts))
        require_customers(int(known.sum()), int(first.min()) if first.size else None, self.span)
        activity = self._activity(bought, first[known])
        spend = self.terms.amount is not None
        split = self.span.calibration_end is not None
        return Tally(
            customer=labels[known],
            first=first[known],
            last=_days(people, "last", known),
            days=_whole(people, "days", known),
            log_gaps=None,
            first_day_spend=_real(people, "first_spend", known) if spend else None,
            repeat_spend=_real(people, "repeat_spend", known) if spend else None,
            holdout_days=_whole(people, "held_days", known) if split else None,
            holdout_spend=_real(people, "held_spend", known) if split and spend else None,
            activity=activity,
            left_out=left_out,
            intake=intake(counts, self.span, self.terms, left_out, int(known.sum()), activity),
        )

    def _check_sums(self) -> None:
        """Raise if the amounts of a customer, all taken as positive, add up to infinity; so no net or total can."""
        each = self.days.group_by("customer").agg(col("rows").sum(), col("gross").sum())
        infinite = self.log.collect(each.filter(~col("gross").is_finite()).select("rows"))
        if len(infinite):
            raise InvalidData(too_large(self.terms, _several(int(_whole(infinite, "rows").sum()), "row")))

    def _customers(self, bought: Any) -> Any:
        """Return the query with one row for each customer who bought."""
        within = col("day") <= _date(self.span.counted_to)
        begins = col("day") == col("first")
        marked = bought.with_columns(
            within=when(within).then(col("day")),
            in_calibration=whole(within),
            held=whole(~within),
            on_first=when(begins).then(col("net")).otherwise(0.0),
            later=when(within & ~begins).then(col("net")).otherwise(0.0),
            after=when(~within).then(col("net")).otherwise(0.0),
        )
        return marked.group_by("customer").agg(
            col("day").min().alias("first"),
            col("within").max().alias("last"),
            col("in_calibration").sum().alias("days"),
            col("held").sum().alias("held_days"),
            col("on_first").sum().alias("first_spend"),
            col("later").sum().alias("repeat_spend"),
            col("after").sum().alias("held_spend"),
        )

    def _refunded(self, counts: Counts) -> AnyArray:
        """Return the identifiers of customers who only have days that net below zero."""
        best = self.days.group_by("customer").agg(col("net").max().alias("best"))
        nobody = best.filter(col("best") < 0) if counts.dropped_days else best.head(0)
        return _identifiers(self.log.collect(nobody.select("customer").sort("customer")), self.terms.customer)

    def _activity(self, bought: Any, first: IntArray) -> Any:
        """Return the daily purchases of the customers in the summary."""
        known = bought.filter(col("first") <= _date(self.span.counted_to))
        daily = self.log.collect(known.group_by("day").agg(count().alias("customers")))
        day, origin = _days(daily, "day"), int(first.min())
        per_day = np.zeros(self.span.end - origin + 1, dtype=np.int64)
        per_day[day - origin] = _whole(daily, "customers")
        return daily_activity(first, per_day, origin, self.span.end)


def _log(lazy: Lazy, terms: Terms) -> Lazy:
    """Return the columns that are read, under names of our own."""
    amount = lit(0.0) if terms.amount is None else lazy.number(terms.amount)
    return lazy.select(
        lazy.value(terms.customer).alias("customer"), lazy.day(terms.date).alias("day"), amount.alias("amount")
    )


def _net_days(log: Lazy, span: Span, terms: Terms) -> Any:
    """Return the query with one row for each customer and day: the net amount, its rows, its negative rows."""
    rows = log.frame.filter(col("day") <= _date(span.end)).with_columns(
        size=col("amount").abs(), negative=whole(col("amount") < 0)
    )
    days = rows.group_by("customer", "day").agg(
        count().alias("rows"),
        col("amount").sum().alias("net"),
        col("size").sum().alias("gross"),
        col("negative").sum().alias("mixed"),
    )
    if terms.amount is None:
        return days
    # Amounts that cancel leave a rounding error, which is neither a purchase nor a refund.
    cancelled = (col("mixed") > 0) & (col("net").abs() <= col("gross") * NETTING)
    return days.with_columns(net=when(cancelled).then(lit(0.0)).otherwise(col("net")))


def _check_columns(lazy: Lazy, terms: Terms, problems: Problems) -> set[str]:
    """Return the columns that are there and of a usable type; the others are noted."""
    require(terms.named, lazy.columns, problems)
    usable = {name for name in terms.named if name in lazy.schema}
    if terms.customer in usable and lazy.nested(terms.customer):
        held = lazy.schema[terms.customer]
        problems.add(f"{terms.customer} holds {held} values, which have no order; give whole numbers or text")
        usable.discard(terms.customer)
    if terms.date in usable and lazy.kind(terms.date) not in ("text", "date", "datetime"):
        problems.add(f"{terms.date} holds {lazy.schema[terms.date]}, dates are needed; convert the column first")
        usable.discard(terms.date)
    if terms.amount in usable and lazy.kind(str(terms.amount)) != "number":
        problems.add(f"{terms.amount} holds {lazy.schema[str(terms.amount)]}, numbers are needed; convert it first")
        usable.discard(str(terms.amount))
    return usable


def _checked_rows(lazy: Lazy, terms: Terms, usable: set[str], problems: Problems) -> int:
    """Return the number of rows; missing values and amounts that are not finite are noted."""
    rules = {
        terms.customer: "missing; every row needs a customer, fill or drop these rows",
        terms.date: "missing; every row needs a date, fill or drop these rows",
        terms.amount: "not a finite number; fill or drop these rows",
    }
    marks = [whole(_unusable(lazy, name, number=name == terms.amount)).alias(name) for name in sorted(usable)]
    total = _whole(lazy.collect(lazy.frame.select(count().alias("rows"))), "rows")
    check_some(int(total[0]), problems)
    if marks:
        sums = lazy.frame.select(*marks).select(*(col(name).sum() for name in sorted(usable)))
        found = _row(lazy.collect(sums), sorted(usable))
        for name in (name for name in terms.named if found.get(name)):
            problems.add(f"{name} of {_several(found[name], 'row')} is {rules[name]}")
    return int(total[0])


def _unusable(lazy: Lazy, name: str, *, number: bool) -> Expression:
    missing = col(name).is_null()
    if number:
        return missing | ~lazy.number(name).is_finite()
    return missing | col(name).is_nan() if lazy.schema[name].is_float() else missing


def _ends(lazy: Lazy, name: str, problems: Problems) -> IntArray:
    """Return days among which are the first and the last; none if there are none, or texts that are no dates."""
    given = lazy.frame.filter(~col(name).is_null())
    if lazy.kind(name) == "text":
        column, before = lazy.collect(given.select(text=lazy.value(name)).unique()).column("text"), len(problems.found)
        days = days_of_texts(column.words if isinstance(column, Coded) else column, name, problems, _how_many)
        return days if len(problems.found) == before else days[:0]
    ends = given.select(day=lazy.day(name)).select(col("day").min().alias("first"), col("day").max().alias("last"))
    row, unusable = lazy.collect(ends), Problems(SUBJECT)
    days = np.concatenate([whole_days(row.column(end), name, unusable) for end in ("first", "last")])
    if any("outside the years" in problem for problem in unusable.found):  # no dates at all is noted elsewhere
        problems.add(f"{name} lies outside the years 1 to 9999 in some rows; correct or drop these rows")
        return days[:0]
    return days


def _how_many(marked: BoolArray) -> str:
    return _several(int(marked.sum()), "distinct value")


def _several(count: int, word: str) -> str:
    return f"{count} {word}{'s' if count > 1 else ''}"


def _date(day: int) -> Any:
    return lit(written(day))


def _row(frame: Eager, names: Iterable[str]) -> dict[str, int]:
    return {name: int(np.asarray(frame.column(name))[0]) for name in names}


def _days(frame: Eager, name: str, rows: AnyArray | slice = slice(None)) -> IntArray:
    dates = np.asarray(frame.column(name))[rows]
    return dates.astype("datetime64[D]").astype(np.int64)


def _whole(frame: Eager, name: str, rows: AnyArray | slice = slice(None)) -> IntArray:
    return np.asarray(frame.column(name))[rows].astype(np.int64)


def _real(frame: Eager, name: str, rows: AnyArray | slice = slice(None)) -> FloatArray:
    return np.asarray(frame.column(name))[rows].astype(np.float64)


def _identifiers(frame: Eager, name: str) -> AnyArray:
    problems = Problems(SUBJECT)
    found = identifiers(frame.key("customer"), name, problems)
    problems.raise_if_any()
    return found.of(found.codes)
