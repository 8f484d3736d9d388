"""How many contracts are still there at each renewal: the data of a business whose customers say when they leave.

A contract is renewed or lost at the end of each period. A *cohort* is a group of contracts that began together, or that
have seen equally many renewals. For every cohort the table holds how many contracts were lost at each renewal and how
many were still there at the last one observed; nothing else enters the models of retention.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd.contracts import Contracts, read_contracts
from relmodels.btyd.survivor_checks import checked_cohorts
from relmodels.core.arrays import AnyArray, FloatArray, by_fields, read_only
from relmodels.core.errors import Problems
from relmodels.core.periods import Unit, as_unit
from relmodels.frames.dates import written
from relmodels.frames.table import Table

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = ["RetentionTable"]

FrameT = TypeVar("FrameT")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RetentionTable:
    """Cohorts of contracts; make one with :meth:`from_survivors` or :meth:`from_customers`.

    Attributes:
        lost: ``(n, periods)`` contracts of each cohort lost at the first, second, ... renewal; 0 after its last one.
        kept: ``(n,)`` contracts still there at the last renewal observed.
        renewals: ``(n,)`` how many renewals have been observed; whole numbers, held as floats.
        unit: the period from one renewal to the next.
        cohort: ``(n,)`` names of the cohorts, passed through untouched; made from customers, their ``renewals``.
        observation_end: the last day of observation; ``None`` for a table of survivors.
        left_out: how many contracts began after the end of observation and were left out.

    Examples:
        >>> from relmodels.btyd.retention_table import RetentionTable
        >>> table = RetentionTable.from_survivors({2024: [500, 430, 390], 2025: [600, 525]}, unit="year")
        >>> table.lost.tolist(), table.kept.tolist(), table.n
        ([[70.0, 40.0], [75.0, 0.0]], [390.0, 525.0], 1100.0)

    """

    lost: FloatArray
    kept: FloatArray
    renewals: FloatArray
    unit: Unit
    cohort: AnyArray | None = None
    observation_end: date | None = None
    left_out: int = 0

    __reduce__ = by_fields

    @classmethod
    def from_survivors(
        cls,
        counts: ArrayLike | Sequence[ArrayLike] | Mapping[Any, ArrayLike],
        cohort: object = None,
        *,
        unit: Unit = "year",
    ) -> Self:
        """Return the table of one cohort or several, given how many contracts were there at the start and thereafter.

        Shares instead of numbers of contracts give the same estimates, but errors for a single contract.

        Args:
            counts: for one cohort the number at the start, after the first renewal, after the second, ...; for
                several a list of such rows, which may differ in length or end in nan, or a mapping from names to rows.
            cohort: the name of the cohort, or a name for each row.
            unit: the period from one renewal to the next.

        Raises:
            InvalidData: naming every fault with its cohort, place and value.
            InvalidParameters: if ``unit`` is not a time unit.

        Examples:
            >>> from relmodels.btyd.retention_table import RetentionTable
            >>> table = RetentionTable.from_survivors([1000, 869, 743, 653])
            >>> table.lost.tolist(), table.kept.tolist()
            ([[131.0, 126.0, 90.0]], [653.0])

        """
        unit, problems = as_unit(unit), Problems("retention table")
        names, rows = checked_cohorts(counts, cohort, problems)
        problems.raise_if_any()
        lost = np.zeros((len(rows), max(row.size for row in rows) - 1))
        for place, row in enumerate(rows):
            lost[place, : row.size - 1] = row[:-1] - row[1:]
        return cls(
            lost=read_only(lost),
            kept=read_only(np.array([row[-1] for row in rows])),
            renewals=read_only(np.array([row.size - 1.0 for row in rows])),
            unit=unit,
            cohort=names,
        )

    @classmethod
    def from_customers(
        cls, frame: object, *, start: str, end: str, unit: Unit = "year", observation_end: object = None
    ) -> Self:
        """Return the table of contracts given one row each, those with equally many renewals observed as one cohort.

        Months, quarters and years end on the calendar day on which the contract began, or on the last day of a shorter
        month. A contract is lost at the first renewal on or after its end. Where that renewal lies after the end of
        observation the contract still counts as there: of those that will renew then nothing is known yet.

        Args:
            frame: any supported table; a lazy one is collected.
            start: the column with the first day of each contract, as dates, times or ISO text.
            end: the column with the last day, or the day of the renewal that was not made; missing if still there.
            unit: the period from one renewal to the next.
            observation_end: the last day of observation, by default the last date of the table. Give it if some
                contracts end on a day yet to come; those that begin later are left out and counted.

        Raises:
            InvalidData: listing every fault of the table with its column, rows and values.
            InvalidParameters: if ``unit`` is not a time unit.

        Examples:
            >>> from relmodels.btyd.retention_table import RetentionTable
            >>> contracts = {
            ...     "from": ["2023-01-31", "2023-03-01", "2023-03-15"],
            ...     "to": ["2023-02-28", None, "2023-04-20"],
            ... }
            >>> table = RetentionTable.from_customers(
            ...     contracts, start="from", end="to", unit="month", observation_end="2023-04-30"
            ... )
            >>> table.renewals.tolist(), table.lost.tolist(), table.kept.tolist()
            ([3.0, 1.0], [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]], [0.0, 2.0])

        """
        unit = as_unit(unit)
        contracts = read_contracts(frame, start, end, unit, observation_end)
        return cls._of_contracts(
            contracts, unit=unit, observation_end=written(contracts.last_day), left_out=contracts.left_out
        )

    @classmethod
    def of_lifetimes(cls, lost_at: FloatArray, renewals: FloatArray, *, unit: Unit) -> Self:
        """Return the table of contracts given at which renewal each is lost.

        Args:
            lost_at: ``(m,)`` the renewal, from 1 on, at which each contract is lost; infinite for never.
            renewals: ``(m,)`` how many renewals of each contract are observed.
            unit: the period from one renewal to the next.

        Examples:
            >>> import numpy as np
            >>> from relmodels.btyd.retention_table import RetentionTable
            >>> table = RetentionTable.of_lifetimes(np.array([1.0, 5.0]), np.array([2.0, 2.0]), unit="month")
            >>> table.lost.tolist(), table.kept.tolist()
            ([[1.0, 0.0]], [1.0])

        """
        return cls._of_contracts(Contracts(lost_at=lost_at, renewals=renewals), unit=unit)

    @classmethod
    def _of_contracts(
        cls, contracts: Contracts, *, unit: Unit, observation_end: date | None = None, left_out: int = 0
    ) -> Self:
        renewals, row = np.unique(-contracts.renewals, return_inverse=True)
        renewals = -renewals
        periods = int(renewals[0])
        gone = contracts.lost_at <= contracts.renewals
        cell = row[gone] * periods + contracts.lost_at[gone].astype(np.int64) - 1
        lost = np.bincount(cell, minlength=renewals.size * periods).reshape(renewals.size, periods)
        return cls(
            lost=read_only(lost.astype(np.float64)),
            kept=read_only(np.bincount(row[~gone], minlength=renewals.size).astype(np.float64)),
            renewals=read_only(renewals + 0.0),
            unit=unit,
            cohort=read_only(renewals.astype(np.int64)),
            observation_end=observation_end,
            left_out=left_out,
        )

    def __len__(self) -> int:
        """Return the number of cohorts."""
        return int(self.kept.size)

    @property
    def n(self) -> float:
        """Return the number of contracts."""
        return float(self.lost.sum() + self.kept.sum())

    def take(self, rows: AnyArray | slice) -> Self:
        """Return the cohorts picked by an index array, a mask or a slice, in that order."""
        return type(self)(
            lost=read_only(self.lost[rows]),
            kept=read_only(self.kept[rows]),
            renewals=read_only(self.renewals[rows]),
            unit=self.unit,
            cohort=None if self.cohort is None else read_only(self.cohort[rows]),
            observation_end=self.observation_end,
        )

    def every(self, step: int) -> Self:
        """Return each ``step``-th cohort, from the first on."""
        return self.take(slice(None, None, step))

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
        """Return one row for each cohort and renewal: contracts before it, lost at it, and still there after it.

        Args:
            like: a frame of any supported library, or ``"pandas"``, ``"polars"`` or ``"pyarrow"``; by default the
                result is a :class:`~relmodels.frames.table.Table`.

        Raises:
            InvalidData: if ``like`` is no frame.
            InvalidParameters: if it names no supported library, or one that is not installed.

        Examples:
            >>> from relmodels.btyd.retention_table import RetentionTable
            >>> print(RetentionTable.from_survivors([1000, 869, 743]).to_frame())
            cohort  renewal  before  lost  kept
                 0        1    1000   131   869
                 0        2     869   126   743

        """
        table = self._table()
        converted: object = table if like is None else table.to_frame(like)
        return converted

    def __repr__(self) -> str:
        """Return the numbers of contracts, cohorts and renewals in one line."""
        cohorts = "1 cohort" if len(self) == 1 else f"{len(self)} cohorts"
        return f"<RetentionTable of {self.n:,.0f} contracts in {cohorts}, up to {self.lost.shape[1]} {self.unit}s>"

    def __str__(self) -> str:
        """Return the table as text."""
        return str(self._table())

    def _repr_html_(self) -> str:
        """Return the same for a notebook."""
        return self._table()._repr_html_()

    def _table(self) -> Table:
        observed = np.arange(1, self.lost.shape[1] + 1) <= self.renewals[:, None]
        row, column = np.nonzero(observed)
        gone = np.cumsum(self.lost, axis=1)[observed]
        before = (self.lost.sum(axis=1) + self.kept)[row] - gone + self.lost[observed]
        names = np.arange(len(self)) if self.cohort is None else self.cohort
        return Table(
            {
                "cohort": names[row],
                "renewal": column + 1,
                "before": before,
                "lost": self.lost[observed],
                "kept": before - self.lost[observed],
            }
        )
