"""A panel from a table with a row for each customer and period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relmodels.core.arrays import AnyArray, FloatArray, IntArray, column, read_only
from relmodels.core.errors import Problems
from relmodels.core.periods import Unit
from relmodels.frames.columns import Columns, require, row_list
from relmodels.frames.dates import whole_days
from relmodels.frames.door import Lazy
from relmodels.frames.identifiers import identifiers
from relmodels.frames.table import open_frame
from relmodels.markov.calendar import periods_of

__all__ = ["PanelColumns", "collected", "read_panel"]


@dataclass(frozen=True, slots=True, eq=False)
class PanelColumns:
    """What was read: a row for each customer.

    Attributes:
        customer: ``(n,)`` identifiers.
        start: ``(n,)`` the first period of each.
        length: ``(n,)`` periods from first to last.
        values: ``(n, T, d)`` outcomes, ``nan`` where there is none.
        trials: ``(n, T)``.
        covariates: ``(n, T, c)``.

    """

    customer: AnyArray
    start: IntArray
    length: IntArray
    values: FloatArray
    trials: FloatArray | None = None
    covariates: FloatArray | None = None


def collected(frame: object) -> Columns:
    """Return a table of any kind in memory."""
    opened = open_frame(frame)
    return opened.collect() if isinstance(opened, Lazy) else opened


def read_panel(
    frame: object,
    customer: str,
    period: str,
    outcomes: tuple[str, ...],
    trials: str | None,
    covariates: tuple[str, ...],
    unit: Unit | None,
) -> PanelColumns:
    """Return the columns of a panel.

    Raises:
        InvalidData: naming every fault with its rows.

    """
    problems = Problems("panel")
    table = collected(frame)
    extra = () if trials is None else (trials,)
    require([customer, period, *outcomes, *extra, *covariates], list(table.columns), problems)
    if not outcomes:
        problems.add("outcome names no column")
    problems.raise_if_any()
    who = identifiers(table.key(customer), customer, problems)
    when = _periods(table, period, unit, problems)
    numbers = {name: _column(table, name, problems) for name in (*outcomes, *extra, *covariates)}
    for name in (*extra, *covariates):
        _whole_column(numbers[name], name, problems)
    if not problems and not len(table):
        problems.add("the table has no rows")
    problems.raise_if_any()
    codes, rows = np.unique(who.codes, return_inverse=True)
    return _spread(who.of(codes), rows, when, numbers, outcomes, trials, covariates)


def _periods(table: Columns, period: str, unit: Unit | None, problems: Problems) -> IntArray:
    if unit is not None:
        return periods_of(whole_days(table.column(period), period, problems), unit)
    when = _column(table, period, problems)
    odd = ~(np.isfinite(when) & (when == np.floor(when)))
    if odd.any():
        problems.add(f"{period} is no whole number in {row_list(odd)}; number the periods, or give unit= for dates")
    return np.where(odd, 0.0, when).astype(np.int64)


def _column(table: Columns, name: str, problems: Problems) -> FloatArray:
    found = table.column(name)
    if not isinstance(found, np.ndarray):
        problems.add(f"{name} holds text, numbers are needed; convert the column first")
        return np.zeros(len(table))
    numbers = column(found.astype(np.float64) if found.dtype.kind == "b" else found, name, problems)
    if numbers.size and np.isinf(numbers).any():
        problems.add(f"{name} is infinite in {row_list(np.isinf(numbers))}")
    return numbers if numbers.size == len(table) else np.zeros(len(table))


def _whole_column(values: FloatArray, name: str, problems: Problems) -> None:
    if np.isnan(values).any():
        problems.add(f"{name} is missing in {row_list(np.isnan(values))}; it must be known in every row")


def _spread(
    customer: AnyArray,
    rows: IntArray,
    when: IntArray,
    numbers: dict[str, FloatArray],
    outcomes: tuple[str, ...],
    trials: str | None,
    covariates: tuple[str, ...],
) -> PanelColumns:
    """Return the rows spread over customers and periods."""
    count = len(customer)
    start = np.full(count, np.iinfo(np.int64).max)
    end = np.full(count, np.iinfo(np.int64).min)
    np.minimum.at(start, rows, when)
    np.maximum.at(end, rows, when)
    length = end - start + 1
    place = when - start[rows]
    problems = Problems("panel")
    order = np.lexsort((place, rows))
    twice = (np.diff(rows[order]) == 0) & (np.diff(place[order]) == 0)
    if twice.any():
        marked = np.zeros(rows.size, dtype=np.bool_)
        marked[order[1:][twice]] = True
        problems.add(f"a customer's period stands twice: {row_list(marked)} repeat an earlier row; add them up first")
    gaps = int(length.sum()) - rows.size
    if covariates and not twice.any() and gaps:
        problems.add(
            f"{gaps} periods within histories have no row, but covariates must be known in every period; "
            "add rows with an empty outcome"
        )
    problems.raise_if_any()
    shape = (count, int(length.max()))

    def spread(names: tuple[str, ...], empty: float) -> FloatArray:
        table = np.full((*shape, len(names)), empty)
        for column_place, name in enumerate(names):
            table[rows, place, column_place] = numbers[name]
        return read_only(table)

    return PanelColumns(
        customer=read_only(customer),
        start=read_only(start),
        length=read_only(length),
        values=spread(outcomes, np.nan),
        trials=None if trials is None else read_only(spread((trials,), 1.0)[:, :, 0]),
        covariates=spread(covariates, 0.0) if covariates else None,
    )
