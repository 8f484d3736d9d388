"""Customers observed period after period: what hidden Markov models are estimated from.

A panel holds one or more outcomes of each customer in each period: purchases in a month, visits and amounts, a gift or
none. Customers may come and go at different times, so their histories may be of different lengths; a period without an
observation within a history is missing, which is not the same as an outcome of 0. Covariates stand beside the outcomes
and must be known in every period of a history, because they bear on the step into that period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import whole
from relmodels.core.periods import Unit
from relmodels.frames.table import Table
from relmodels.markov.panel_checks import checked_arrays
from relmodels.markov.panel_frames import PanelColumns, read_panel
from relmodels.markov.panel_log import panel_of_log

__all__ = ["Panel"]

_OF_ROWS = ("start", "length", "values", "trials", "covariates", "customer", "weight")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Panel:
    """Outcomes of ``n`` customers in up to ``T`` periods, made of a table, of a log of purchases or of arrays.

    Attributes:
        outcomes: the names of ``d`` outcomes.
        values: ``(n, T, d)`` what was observed from each customer's first period on; ``nan`` where nothing was, and
            after the end of a history.
        length: ``(n,)`` periods from the first to the last of each history.
        start: ``(n,)`` the first period of each, as a whole number: the periods of the panel are ``start`` and on.
        trials: ``(n, T)`` out of how many a binomial outcome is counted; ``None`` if there is none, or always one.
        covariate_names: the names of ``c`` covariates.
        covariates: ``(n, T, c)`` their values in each period; 0 after the end of a history.
        customer: ``(n,)`` identifiers.
        weight: ``(n,)`` how many customers each row stands for; ``None`` means one each.
        unit: the time unit of a period; ``None`` if periods are only counted.

    Examples:
        >>> panel = Panel.from_arrays([[0, 2, 1], [1, None, 0], [3, 1, None]], lengths=[3, 3, 2])
        >>> len(panel), panel.length.tolist(), panel.observations
        (3, [3, 3, 2], 7)

    """

    outcomes: tuple[str, ...]
    values: FloatArray
    length: IntArray
    start: IntArray
    trials: FloatArray | None = None
    covariate_names: tuple[str, ...] = ()
    covariates: FloatArray | None = None
    customer: AnyArray | None = None
    weight: FloatArray | None = None
    unit: Unit | None = None

    __reduce__ = by_fields

    @classmethod
    def from_arrays(
        cls,
        values: ArrayLike,
        *,
        outcomes: Sequence[str] = ("outcome",),
        lengths: ArrayLike | None = None,
        starts: ArrayLike | None = None,
        trials: ArrayLike | None = None,
        covariates: ArrayLike | None = None,
        covariate_names: Sequence[str] = (),
        customer: ArrayLike | None = None,
        weight: ArrayLike | None = None,
        unit: Unit | None = None,
    ) -> Self:
        """Return a panel of arrays.

        Args:
            values: ``(n, T)`` outcomes, or ``(n, T, d)`` for several; ``nan`` or ``None`` where nothing was observed.
            outcomes: the names of the outcomes.
            lengths: ``(n,)`` periods of each history; all ``T`` by default.
            starts: ``(n,)`` the number of each first period; 0 by default.
            trials: ``(n, T)`` out of how many a binomial outcome is counted.
            covariates: ``(n, T, c)``, or ``(n, T)`` for a single one.
            covariate_names: their names.
            customer: ``(n,)`` identifiers; row numbers by default.
            weight: ``(n,)`` how many customers each row stands for.
            unit: the time unit of a period.

        Raises:
            InvalidData: naming every fault with its place.

        """
        given = checked_arrays(values, tuple(outcomes), lengths, starts, trials, covariates, tuple(covariate_names))
        who = np.arange(len(given.values)) if customer is None else np.asarray(customer)
        counted = None if weight is None else np.asarray(weight, dtype=np.float64)
        problems = Problems("panel")
        for name, column in (("customer", who), ("weight", counted)):
            if column is not None and column.shape != (len(given.values),):
                problems.add(f"{name} has the shape {column.shape}; give one for each of {len(given.values)} rows")
        if counted is not None and not problems and not (np.isfinite(counted) & (counted > 0)).all():
            problems.add("weight must be numbers above 0")
        problems.raise_if_any()
        return cls(
            outcomes=tuple(outcomes),
            values=given.values,
            length=given.length,
            start=given.start,
            trials=given.trials,
            covariate_names=tuple(covariate_names),
            covariates=given.covariates,
            customer=read_only(who),
            weight=None if counted is None else read_only(counted),
            unit=unit,
        )

    @classmethod
    def from_frame(
        cls,
        frame: object,
        *,
        customer: str,
        period: str,
        outcome: str | Sequence[str],
        trials: str | None = None,
        covariates: Sequence[str] = (),
        unit: Unit | None = None,
    ) -> Self:
        """Return a panel of a table with a row for each customer and period.

        A history runs from a customer's first row to the last. A period between them without a row, or with an empty
        outcome, is missing; with covariates every period needs a row.

        Args:
            frame: a table of any supported library, eager or lazy.
            customer: the column of identifiers.
            period: the column of periods: whole numbers, or dates if ``unit`` is given.
            outcome: the column or columns of outcomes.
            trials: the column that says out of how many a binomial outcome is counted.
            covariates: columns of numbers that bear on the step into the period of their row.
            unit: the calendar period in which dates are counted; weeks begin on Monday.

        Raises:
            InvalidData: naming missing columns, periods that stand twice, and values that are none, each with its rows.

        Examples:
            >>> rows = {"who": ["a", "a", "b", "b"], "month": [1, 3, 2, 3], "gifts": [0, 2, 1, 0]}
            >>> panel = Panel.from_frame(rows, customer="who", period="month", outcome="gifts")
            >>> panel.start.tolist(), panel.values[:, :, 0].tolist()
            ([1, 2], [[0.0, nan, 2.0], [1.0, 0.0, nan]])

        """
        names = (outcome,) if isinstance(outcome, str) else tuple(outcome)
        found = read_panel(frame, customer, period, names, trials, tuple(covariates), unit)
        return cls._of_columns(found, names, tuple(covariates), unit)

    @classmethod
    def from_transactions(
        cls,
        frame: object,
        *,
        customer: str,
        date: str,
        amount: str | None = None,
        unit: Unit = "month",
        outcome: Sequence[Literal["purchases", "bought", "amount"]] = ("purchases",),
        observation_end: str | None = None,
        first: Literal["with", "after"] = "after",
        negative: Literal["raise", "drop"] = "raise",
    ) -> Self:
        """Return a panel of a raw log of purchases, with a row a purchase: what each customer did in each period.

        Histories run to the last period that had ended by the end of observation. Days of purchase are counted, not
        rows, and amounts of one customer-day are netted, as in :class:`~relmodels.PurchaseSummary`.

        Args:
            frame: a table of any supported library, eager or lazy.
            customer: the column of identifiers.
            date: the column of dates.
            amount: the column of amounts, if ``"amount"`` is wanted or days of net 0 and less should not count.
            unit: the calendar period; weeks begin on Monday.
            outcome: what is kept of each period: days of purchase, whether there was one, the amount.
            observation_end: the last day observed; the last date of the log by default.
            first: whether histories begin with the period of the first purchase, or after it, since everybody bought
                in the period in which they became customers. Customers whose history is empty are left out.
            negative: whether a customer-day of a net below 0 is an error or is left out.

        Raises:
            InvalidData: naming missing columns, unusable dates and amounts, each with its rows, and if nobody is left.
            InvalidParameters: if an option is unknown.

        Examples:
            >>> from relmodels import datasets
            >>> panel = Panel.from_transactions(datasets.cdnow(), customer="customer", date="date", unit="month")
            >>> len(panel), panel.values.shape, int(panel.length.min()), int(np.nansum(panel.values))
            (2357, (2357, 17, 1), 15, 4005)

        """
        found = panel_of_log(
            frame, (customer, date, amount), unit, tuple(outcome), observation_end, first=first, negative=negative
        )
        return cls._of_columns(found, tuple(outcome), (), unit)

    @classmethod
    def _of_columns(
        cls, found: PanelColumns, outcomes: tuple[str, ...], covariates: tuple[str, ...], unit: Unit | None
    ) -> Self:
        return cls(
            outcomes=outcomes,
            values=found.values,
            length=found.length,
            start=found.start,
            trials=found.trials,
            covariate_names=covariates,
            covariates=found.covariates,
            customer=found.customer,
            unit=unit,
        )

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.length.size)

    @property
    def periods(self) -> int:
        """Return the number of periods of the longest history."""
        return int(self.values.shape[1])

    @property
    def within(self) -> BoolArray:
        """Return ``(n, T)`` whether a period belongs to the history."""
        return read_only(np.arange(self.periods) < self.length[:, None])

    @property
    def observations(self) -> int:
        """Return how many customer-periods have an observation."""
        return int((~np.isnan(self.values)).any(axis=2).sum())

    @property
    def counts(self) -> FloatArray:
        """Return ``(n,)`` how many customers each row stands for."""
        return read_only(np.ones(len(self))) if self.weight is None else self.weight

    def rows(self, chosen: AnyArray | slice) -> Self:
        """Return the panel of some rows: a mask, places or a slice."""
        present = {name: value for name in _OF_ROWS if (value := getattr(self, name)) is not None}
        kept: dict[str, Any] = {name: read_only(value[chosen]) for name, value in present.items()}
        return replace(self, **kept)

    def every(self, step: int) -> Self:
        """Return each ``step``-th row, from the first on."""
        return self.rows(slice(None, None, step))

    def grouped(self) -> Self:
        """Return the panel with equal histories in one row each, weights added up; identifiers are dropped."""
        parts = [self.length[:, None], *(self._flat(name) for name in ("values", "trials", "covariates"))]
        keys = np.ascontiguousarray(np.concatenate([part for part in parts if part is not None], axis=1, dtype=float))
        # nan is equal to itself as bytes, and -0 is made 0.
        rows = (keys + 0.0).view(np.dtype((np.void, keys.dtype.itemsize * keys.shape[1]))).ravel()
        _, place, inverse = np.unique(rows, return_index=True, return_inverse=True)
        weight = np.bincount(inverse.ravel(), weights=self.counts, minlength=place.size)
        return replace(self.rows(place), customer=None, weight=read_only(weight))

    def _flat(self, name: str) -> FloatArray | None:
        value = getattr(self, name)
        return None if value is None else value.reshape(len(self), -1)

    def until(self, periods: int) -> Self:
        """Return the panel with only the first ``periods`` of each history.

        Raises:
            InvalidParameters: if it is not a whole number of 1 or more.

        """
        kept = whole(periods, "periods", 1)
        cut: dict[str, Any] = {
            name: read_only(value[:, :kept])
            for name in ("values", "trials", "covariates")
            if (value := getattr(self, name)) is not None
        }
        return replace(self, length=read_only(np.minimum(self.length, kept)), **cut)

    def outcome(self, name: str | None = None) -> FloatArray:
        """Return ``(n, T)`` one outcome, the first by default.

        Raises:
            InvalidParameters: if there is none of that name.

        """
        if name is not None and name not in self.outcomes:
            message = f"there is no outcome {name!r}; the outcomes are {', '.join(self.outcomes)}"
            raise InvalidParameters(message)
        return read_only(self.values[:, :, 0 if name is None else self.outcomes.index(name)])

    def table(self) -> Table:
        """Return a row for each customer and period of their history, in order."""
        row, step = np.nonzero(self.within)
        who = row if self.customer is None else self.customer[row]
        columns: dict[str, object] = {"customer": who, "period": self.start[row] + step}
        for place, name in enumerate(self.outcomes):
            columns[name] = self.values[row, step, place]
        if self.trials is not None:
            columns["trials"] = self.trials[row, step]
        for place, name in enumerate(self.covariate_names):
            columns[name] = np.asarray(self.covariates)[row, step, place]
        return Table(columns)

    def require_covariates(self, names: Sequence[str]) -> FloatArray:
        """Return ``(n, T, k)`` the covariates of these names.

        Raises:
            InvalidData: naming those that the panel lacks.

        """
        lacking = [name for name in names if name not in self.covariate_names]
        if lacking:
            known = ", ".join(self.covariate_names) or "none"
            message = f"the panel has no covariate {', '.join(lacking)}; it has: {known}"
            raise InvalidData(message)
        if self.covariates is None:
            return np.zeros((len(self), self.periods, 0))
        return self.covariates[:, :, [self.covariate_names.index(name) for name in names]]
