"""A panel from a raw log of purchases: days are netted, then counted in calendar periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from relmodels.core.arrays import AnyArray, FloatArray, IntArray, check_finite, column, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.periods import Unit, as_unit
from relmodels.frames.columns import Columns, require, row_list
from relmodels.frames.dates import day_of, whole_days
from relmodels.frames.identifiers import identifiers
from relmodels.markov.calendar import periods_of
from relmodels.markov.panel_frames import PanelColumns, collected

__all__ = ["panel_of_log"]

Kept: TypeAlias = Literal["purchases", "bought", "amount"]
First: TypeAlias = Literal["with", "after"]
Negative: TypeAlias = Literal["raise", "drop"]
# Amounts that cancel leave rounding, as in a purchase summary.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class _Days:
    """Customer-days: the place of the customer, the day, the net amount; and the identifiers."""

    rows: IntArray
    day: IntArray
    net: FloatArray
    customer: AnyArray


def panel_of_log(
    frame: object,
    names: tuple[str, str, str | None],
    unit: Unit,
    outcomes: tuple[str, ...],
    observation_end: str | None,
    *,
    first: str,
    negative: str,
) -> PanelColumns:
    """Return what each customer did in each period.

    Args:
        frame: a table of any kind.
        names: its columns of customers, dates and, or ``None``, amounts.
        unit: the calendar period.
        outcomes: what is kept.
        observation_end: the last day observed.
        first: whether the period of the first purchase belongs to the history.
        negative: what happens to a net below 0.

    """
    _check_options(names, unit, outcomes, first, negative)
    days = _customer_days(collected(frame), *names, negative=negative)
    last = _last_day(days.day, observation_end)
    ended = int(periods_of(np.array([last + 1]), unit)[0]) - 1
    period = periods_of(days.day, unit)
    begin = np.full(len(days.customer), np.iinfo(np.int64).max)
    np.minimum.at(begin, days.rows, period)
    begin += int(first == "after")
    length = ended - begin + 1
    kept = np.flatnonzero(length > 0)
    if not kept.size:
        message = f"panel: nobody has a whole {unit} of history by {np.datetime64(last, 'D')}; take shorter periods"
        raise InvalidData(message)
    values = np.zeros((len(days.customer), int(length.max()), len(outcomes)))
    place = period - begin[days.rows]
    inside = (place >= 0) & (period <= ended)
    at = (days.rows[inside], place[inside])
    for outcome, name in enumerate(outcomes):
        amount = days.net[inside] if name == "amount" else np.ones(int(inside.sum()))
        np.add.at(values[:, :, outcome], at, amount)
        if name == "bought":
            np.minimum(values[:, :, outcome], 1.0, out=values[:, :, outcome])
    values[np.arange(values.shape[1]) >= length[:, None]] = np.nan
    return PanelColumns(
        customer=read_only(days.customer[kept]),
        start=read_only(begin[kept]),
        length=read_only(length[kept]),
        values=read_only(values[kept]),
    )


def _check_options(
    names: tuple[str, str, str | None], unit: Unit, outcomes: tuple[str, ...], first: str, negative: str
) -> None:
    as_unit(unit)
    problems = Problems("panel")
    for name in outcomes:
        if name not in get_args(Kept):
            problems.add(f"outcome {name!r} is unknown; use {', '.join(get_args(Kept))}")
    if not outcomes or len(set(outcomes)) < len(outcomes):
        problems.add("outcome must name at least one outcome, each once")
    if "amount" in outcomes and names[2] is None:
        problems.add("outcome 'amount' needs the column of amounts: amount='...'")
    for name, value, allowed in (("first", first, get_args(First)), ("negative", negative, get_args(Negative))):
        if value not in allowed:
            problems.add(f"{name} = {value!r} is unknown; use {' or '.join(allowed)}")
    problems.raise_if_any(InvalidParameters)


def _customer_days(table: Columns, customer: str, date: str, amount: str | None, *, negative: str) -> _Days:
    problems = Problems("panel")
    require([name for name in (customer, date, amount) if name is not None], list(table.columns), problems)
    problems.raise_if_any()
    who = identifiers(table.key(customer), customer, problems)
    day = whole_days(table.column(date), date, problems)
    paid = np.ones(len(table)) if amount is None else _amounts(table, amount, problems)
    if not problems and not len(table):
        problems.add("there are no purchases")
    problems.raise_if_any()
    codes, rows = np.unique(who.codes, return_inverse=True)
    low, span = int(day.min()), int(day.max()) - int(day.min()) + 1
    key, inverse = np.unique(rows * span + (day - low), return_inverse=True)
    net: FloatArray = np.bincount(inverse, weights=paid, minlength=key.size).astype(np.float64)
    size = np.bincount(inverse, weights=np.abs(paid), minlength=key.size)
    net = np.where(np.abs(net) <= _ROUNDING * size, 0.0, net)
    below = net < 0.0
    if below.any() and negative == "raise":
        marked = below[inverse]
        message = (
            f"panel: {amount} nets to less than 0 on {int(below.sum())} customer-days, in {row_list(marked)}; "
            "book returns with what was bought, or pass negative='drop'"
        )
        raise InvalidData(message)
    rows_of, day_of_key = np.divmod(key[~below], span)
    return _Days(rows_of, day_of_key + low, net[~below], who.of(codes))


def _amounts(table: Columns, amount: str, problems: Problems) -> FloatArray:
    found = table.column(amount)
    if not isinstance(found, np.ndarray):
        problems.add(f"{amount} holds text, numbers are needed; convert the column first")
        return np.zeros(len(table))
    numbers = column(found, amount, problems)
    check_finite(numbers, amount, problems)
    return numbers


def _last_day(days: IntArray, observation_end: str | None) -> int:
    last = int(days.max())
    if observation_end is None:
        return last
    given = day_of(observation_end)
    if given is None:
        message = f"observation_end = {observation_end!r} is no day; write it as 2026-03-31"
        raise InvalidParameters(message)
    if given < last:
        message = f"observation_end = {observation_end} lies before the last purchase; leave later rows out first"
        raise InvalidData(message)
    return given
