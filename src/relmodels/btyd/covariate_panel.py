"""Customers with covariates that change in time: what they bought, and the path of every covariate they had.

A covariate is a number that may change: the season, a campaign, the level of prices, where somebody lives. It may bear
on purchases, on leaving, or on both. Its value holds from the day it is dated until the customer's next date; what
never changes is a path of one piece. A panel holds what likelihoods need of the purchases, the paths from the first
purchase on, and how far into the future they are known, since a forecast reaches only as far as its covariates do.
Rescaling and centering are left to whoever knows what the numbers mean; coefficients are those of the numbers given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from relmodels.btyd.covariate_checks import Customers, Reach
from relmodels.btyd.covariate_frames import Paths, read_paths
from relmodels.btyd.repeat_days import customers_of, repeat_days
from relmodels.btyd.summary import PurchaseSummary
from relmodels.btyd.terms import end_day
from relmodels.core.arrays import AnyArray, DateArray, FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.periods import DAYS, Unit
from relmodels.frames.dates import DateLike, written
from relmodels.inference.model import Model

if TYPE_CHECKING:
    from relmodels.btyd.time_varying_kind import TimeVaryingKind

__all__ = ["CovariatePanel"]

_SHOWN: Final = 5
# Ages and horizons are sums of fractions of days; the last day of a path has to count as reached.
_ROUNDING: Final = 1e-9
_OF_PIECES: Final = ("begin", "purchase", "attrition")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CovariatePanel:
    """Customers with the paths of their covariates; make one with :meth:`from_frames`.

    A path is made of pieces within which no covariate changes; all pieces stand in one array, customer by customer.

    Attributes:
        frequency: ``(n,)`` days with a repeat purchase.
        recency: ``(n,)`` time from the first to the last purchase, in ``unit``.
        age: ``(n,)`` time from the first purchase to the end of observation, in ``unit``.
        unit: the time unit.
        purchases_by: the names of the covariates of purchases.
        attrition_by: the names of the covariates of leaving.
        offsets: ``(n + 1,)`` where the pieces of each customer begin, and the last one's end.
        begin: ``(pieces,)`` when each piece begins, from the first purchase on, in ``unit``; 0 for the first of a path.
        known: ``(n,)`` how long each path is known, from the first purchase on, in ``unit``; at least ``age``.
        purchase: ``(pieces, p)`` the covariates of purchases on each piece.
        attrition: ``(pieces, q)`` the covariates of leaving on each piece.
        bought_at: ``(n, p)`` the covariates of purchases on the days of repeat purchases, added up.
        customer: ``(n,)`` identifiers, as in the summary.
        first: ``(n,)`` the day of the first purchase.
        weight: ``(n,)`` how many customers each row stands for; ``None`` means one each.

    """

    frequency: FloatArray
    recency: FloatArray
    age: FloatArray
    unit: Unit
    purchases_by: tuple[str, ...]
    attrition_by: tuple[str, ...]
    offsets: IntArray
    begin: FloatArray
    known: FloatArray
    purchase: FloatArray
    attrition: FloatArray
    bought_at: FloatArray
    customer: AnyArray | None = None
    first: DateArray | None = None
    weight: FloatArray | None = None

    __reduce__ = by_fields

    @classmethod
    def from_frames(
        cls,
        summary: PurchaseSummary,
        covariates: object,
        transactions: object,
        *,
        customer: str,
        date: str,
        purchase: Sequence[str] = (),
        attrition: Sequence[str] = (),
        until: DateLike | None = None,
        longest: int | None = None,
    ) -> Self:
        """Return the customers of ``summary`` with their covariates, in the same order.

        A value dated d holds from d, d included, until the customer's next date. Of each customer the values are needed
        from the day of the first purchase to the end of observation, and for forecasts beyond. Dates need not be
        regular. Rows of people who are not in the summary are not read.

        Args:
            summary: made by :meth:`PurchaseSummary.from_transactions`; it may have a holdout.
            covariates: any supported table, with one row for each customer and date.
            transactions: the log that ``summary`` was made of, for the covariates on the days of purchases.
            customer: the column of identifiers in ``covariates``.
            date: its column of dates.
            purchase: its columns that bear on purchases, numbers.
            attrition: its columns that bear on leaving; the same may be in both.
            until: the day to which the last value of every path holds, by default the last date of any of them.
            longest: the most days that a value may hold; longer holes are refused then, and the last value of a path
                holds that long. Give 7 for a path with a row for each week.

        Raises:
            InvalidData: listing every fault of both tables with its column, rows or customers; or if ``summary`` was
                not made from transactions.
            InvalidParameters: if no covariate is named, or ``longest`` is not a number of days.

        Examples:
            >>> log = {"who": ["Ann", "Ann", "Bob"], "day": ["2026-01-05", "2026-02-02", "2026-01-12"]}
            >>> summary = PurchaseSummary.from_transactions(log, customer="who", date="day", unit="week")
            >>> season = {
            ...     "who": ["Ann", "Ann", "Bob", "Bob"],
            ...     "day": ["2026-01-01", "2026-02-01", "2026-01-01", "2026-02-01"],
            ...     "sale": [0.0, 1.0, 0.0, 1.0],
            ... }
            >>> panel = CovariatePanel.from_frames(
            ...     summary, season, log, customer="who", date="day", purchase=["sale"], until="2026-03-02"
            ... )
            >>> panel
            <CovariatePanel of 2 customers, in weeks; purchases by sale; attrition by nothing; 4 pieces>
            >>> panel.bought_at.tolist(), panel.known.tolist()
            ([[1.0], [0.0]], [8.0, 7.0])

        """
        by = _names(purchase, "purchase"), _names(attrition, "attrition")
        names = tuple(dict.fromkeys(by[0] + by[1]))
        if not names:
            message = "no covariate is named; give columns with purchase=[...], attrition=[...] or both"
            raise InvalidParameters(message)
        of, problems = customers_of(summary), Problems("covariate panel")
        reach = Reach(end_day(until, "until", problems), _days(longest))
        paths = read_paths(covariates, customer, date, names, of, reach, problems)
        row, day = repeat_days(summary, transactions, of, problems)
        if problems or paths is None:
            raise InvalidData([f"{problems.subject}: {problem}" for problem in problems.found])
        return cls._of_paths(summary, of, paths, paths.added_up(row, day), by)

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.frequency.size)

    @property
    def n(self) -> float:
        """Return the number of customers: the rows, or the sum of their weights."""
        return float(len(self) if self.weight is None else self.weight.sum())

    def take(self, rows: AnyArray | Sequence[int] | slice) -> Self:
        """Return the customers picked by indices, a mask or a slice, in that order, with their paths.

        Examples:
            >>> log = {"who": ["Ann", "Bob"], "day": ["2026-01-05", "2026-01-12"]}
            >>> summary = PurchaseSummary.from_transactions(log, customer="who", date="day", unit="week")
            >>> north = {"who": ["Ann", "Bob"], "day": ["2026-01-01"] * 2, "north": [0.0, 1.0]}
            >>> panel = CovariatePanel.from_frames(
            ...     summary, north, log, customer="who", date="day", attrition=["north"], until="2026-02-01"
            ... )
            >>> panel.take([1]).attrition.tolist()
            [[1.0]]

        """
        chosen = np.arange(len(self))[rows if isinstance(rows, slice) else _rows(rows)]
        counts = np.diff(self.offsets)[chosen]
        offsets = np.append(0, np.cumsum(counts))
        pieces = np.repeat(self.offsets[chosen] - offsets[:-1], counts) + np.arange(offsets[-1])
        picked: dict[str, Any] = {"offsets": offsets} | {name: getattr(self, name)[pieces] for name in _OF_PIECES}
        for other in fields(self):
            values = getattr(self, other.name)
            if other.name not in picked and isinstance(values, np.ndarray):
                picked[other.name] = values[chosen]
        picked = {name: read_only(values) for name, values in picked.items()}
        return replace(self, **picked)

    def every(self, step: int) -> Self:
        """Return each ``step``-th customer, from the first on.

        Raises:
            InvalidParameters: if ``step`` is not 1 or more.

        """
        if int(step) != step or step < 1:
            message = f"step = {step!r} is not a distance between rows; give a whole number of 1 or more"
            raise InvalidParameters(message)
        return self.take(slice(None, None, step))

    def ordered(self, purchase: tuple[str, ...], attrition: tuple[str, ...]) -> Self:
        """Return the panel with its covariates in this order.

        Raises:
            InvalidData: if it has others.

        """
        if (purchase, attrition) == (self.purchases_by, self.attrition_by):
            return self
        problems = Problems("covariate panel")
        both = (("purchases", purchase, self.purchases_by), ("leaving", attrition, self.attrition_by))
        for what, wanted, present in both:
            if set(wanted) != set(present):
                problems.add(
                    f"the model has coefficients of {what} for {', '.join(wanted) or 'nothing'}, the panel covariates "
                    f"{', '.join(present) or 'none'}; make the panel with those of the model, or fit the model to it"
                )
        problems.raise_if_any()
        first, second = ([present.index(name) for name in wanted] for _, wanted, present in both)
        return replace(
            self,
            purchases_by=purchase,
            attrition_by=attrition,
            purchase=read_only(self.purchase[:, first]),
            attrition=read_only(self.attrition[:, second]),
            bought_at=read_only(self.bought_at[:, first]),
        )

    def kind_of(self, model: type[Model[Any]]) -> TimeVaryingKind:
        """Return what :func:`relmodels.fit` estimates for ``model`` from a panel: the model with these covariates.

        Raises:
            InvalidParameters: if the model has no form with covariates that change in time.

        """
        from relmodels.btyd.pareto_nbd import ParetoNBD
        from relmodels.btyd.time_varying_kind import TimeVaryingKind

        if model is not ParetoNBD:
            message = f"{model!r} has no form with covariates that change in time; ParetoNBD has"
            raise InvalidParameters(message)
        return TimeVaryingKind.of(self)

    def require_known(self, horizon: float, name: str) -> None:
        """Check that every path is known for ``horizon`` after the end of observation.

        Raises:
            InvalidData: if some are not, with the rows, to when they are known, and to when they would have to be.

        """
        needed = self.age + horizon
        short = np.flatnonzero(self.known < needed - _ROUNDING * (1.0 + needed))
        if short.size == 0:
            return
        shown = "; ".join(
            f"row {row}: to {self._day(row, float(self.known[row]))}, not to {self._day(row, float(needed[row]))}"
            for row in short[:_SHOWN].tolist()
        )
        more = f"; and {short.size - _SHOWN} more" if short.size > _SHOWN else ""
        message = (
            f"the covariates of {short.size:,} customer{'s' if short.size > 1 else ''} are not known as far as "
            f"{name} = {horizon:g} {self.unit}s reaches ({shown}{more}); make the panel with their later values, pass "
            "until= if the last ones hold, or ask for less"
        )
        raise InvalidData(message)

    def __repr__(self) -> str:
        """Return the number of customers, the covariates and the number of pieces in one line."""
        by = [
            f"{what} by {', '.join(names) or 'nothing'}"
            for what, names in (("purchases", self.purchases_by), ("attrition", self.attrition_by))
        ]
        return (
            f"<CovariatePanel of {self.n:,.0f} customers, in {self.unit}s; {'; '.join(by)}; {self.begin.size:,} pieces>"
        )

    def _day(self, row: int, time: float) -> str:
        """Return a time from the first purchase of a customer on as a date, or as it is if that date is not known."""
        if self.first is None:
            return f"{time:.4g} {self.unit}s"
        first = int(np.asarray(self.first[row]).astype("datetime64[D]").astype(np.int64))
        return written(first + int(np.ceil(time * DAYS[self.unit] - _ROUNDING))).isoformat()

    @classmethod
    def _of_paths(
        cls,
        summary: PurchaseSummary,
        of: Customers,
        paths: Paths,
        bought_at: FloatArray,
        by: tuple[tuple[str, ...], tuple[str, ...]],
    ) -> Self:
        """Return the panel of a summary; dates at which nothing changes begin no piece."""
        length, many = DAYS[summary.unit], of.first.size
        steps = np.diff(paths.values, axis=0, prepend=np.nan)
        changes = (np.diff(paths.row, prepend=-1) != 0) | (steps != 0).any(axis=1)
        row = paths.row[changes]
        columns: dict[str, Any] = {
            "offsets": np.append(0, np.cumsum(np.bincount(row, minlength=many))),
            "begin": np.maximum(paths.day[changes] - of.first[row], 0) / length,
            "known": (paths.known - of.first) / length,
            "purchase": paths.values[changes][:, paths.places(by[0])],
            "attrition": paths.values[changes][:, paths.places(by[1])],
            "bought_at": bought_at[:, paths.places(by[0])],
        }
        return cls(
            frequency=summary.frequency,
            recency=summary.recency,
            age=summary.age,
            unit=summary.unit,
            purchases_by=by[0],
            attrition_by=by[1],
            customer=summary.customer,
            first=summary.first,
            **{name: read_only(values) for name, values in columns.items()},
        )


def _names(given: Sequence[str], what: str) -> tuple[str, ...]:
    if isinstance(given, str) or not all(isinstance(name, str) for name in given):
        message = f"{what} = {given!r} is not a list of columns; write {what}=['season', 'channel']"
        raise InvalidParameters(message)
    twice = [name for place, name in enumerate(given) if name in given[:place]]
    if twice:
        message = f"{what} names {', '.join(map(repr, twice))} twice; name every covariate once"
        raise InvalidParameters(message)
    return tuple(given)


def _days(longest: object) -> int | None:
    if longest is None:
        return None
    if isinstance(longest, bool) or not isinstance(longest, int | np.integer) or longest < 1:
        message = f"longest = {longest!r} is not a number of days; give a whole number of 1 or more, 7 for a week"
        raise InvalidParameters(message)
    return int(longest)


def _rows(rows: AnyArray | Sequence[int]) -> AnyArray:
    given = np.asarray(rows)
    # An empty list is one of floats to numpy, which pick nothing.
    return given.astype(np.int64) if given.size == 0 and given.dtype.kind == "f" else given
