"""What a panel of arrays must be, and every way in which it may not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import BoolArray, FloatArray, IntArray, check_rows, column, read_only
from relmodels.core.errors import Problems

__all__ = ["CheckedArrays", "checked_arrays"]


@dataclass(frozen=True, slots=True, eq=False)
class CheckedArrays:
    """The arrays of a panel.

    Attributes:
        values: ``(n, T, d)``.
        length: ``(n,)``.
        start: ``(n,)``.
        trials: ``(n, T)``.
        covariates: ``(n, T, c)``.

    """

    values: FloatArray
    length: IntArray
    start: IntArray
    trials: FloatArray | None
    covariates: FloatArray | None


def checked_arrays(
    values: ArrayLike,
    outcomes: tuple[str, ...],
    lengths: ArrayLike | None,
    starts: ArrayLike | None,
    trials: ArrayLike | None,
    covariates: ArrayLike | None,
    covariate_names: tuple[str, ...],
) -> CheckedArrays:
    """Return the arrays, checked against each other, with nothing behind the end of a history.

    Raises:
        InvalidData: naming every fault with its place.

    """
    problems = Problems("panel")
    table = _numbers(values, "values", problems)
    table = table[:, :, None] if table.ndim == 2 else table
    if not problems and (table.ndim != 3 or table.shape[2] != len(outcomes) or not table.shape[1]):
        problems.add(f"values has the shape {table.shape}; it needs customers, periods and {len(outcomes)} outcomes")
    problems.raise_if_any()
    rows, periods = table.shape[:2]
    length = _whole(lengths, "lengths", rows, periods, problems)
    start = _whole(starts, "starts", rows, 0, problems)
    if not problems:
        fits = (length >= 1) & (length <= periods)
        check_rows(~fits, length, "lengths", f"must lie between 1 and {periods}", problems)
    counted = None if trials is None else _shaped(trials, "trials", (rows, periods), problems)
    beside = None
    if covariates is not None:
        beside = _numbers(covariates, "covariates", problems)
        beside = _shaped(
            beside[:, :, None] if beside.ndim == 2 else beside,
            "covariates",
            (rows, periods, len(covariate_names)),
            problems,
        )
    elif covariate_names:
        problems.add("covariate_names are given without covariates")
    problems.raise_if_any()
    beyond = np.arange(periods) >= length[:, None]
    table[beyond] = np.nan
    _first_bad(np.isinf(table), table, "values", "finite, or nan where nothing was observed", problems)
    if counted is not None:
        counted[beyond] = 1.0
        bad = ~(np.isfinite(counted) & (counted >= 0.0) & (counted == np.floor(counted)))
        _first_bad(bad & ~np.isnan(table).all(axis=2), counted, "trials", "a whole number of 0 or more", problems)
    if beside is not None:
        beside[beyond] = 0.0
        _first_bad(~np.isfinite(beside), beside, "covariates", "a finite number in every period", problems)
    problems.raise_if_any()
    return CheckedArrays(
        read_only(table),
        read_only(length),
        read_only(start),
        None if counted is None else read_only(counted),
        None if beside is None else read_only(beside),
    )


def _numbers(values: ArrayLike, name: str, problems: Problems) -> FloatArray:
    try:
        return np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        problems.add(f"{name} is no table of numbers; give rows of equal length, with nan where nothing was observed")
        return np.empty((0, 0))


def _shaped(values: ArrayLike, name: str, shape: tuple[int, ...], problems: Problems) -> FloatArray:
    table = _numbers(values, name, problems)
    if not problems and table.shape != shape:
        problems.add(f"{name} has the shape {table.shape}; it needs {shape}, as the outcomes have")
    return table


def _whole(values: ArrayLike | None, name: str, rows: int, default: int, problems: Problems) -> IntArray:
    if values is None:
        return np.full(rows, default, dtype=np.int64)
    numbers = column(values, name, problems)
    if not problems and numbers.size != rows:
        problems.add(f"{name} has {numbers.size} rows; give one for each of {rows}")
    if not problems:
        check_rows(~(np.isfinite(numbers) & (numbers == np.floor(numbers))), numbers, name, "is not whole", problems)
    return np.full(rows, default, dtype=np.int64) if problems else numbers.astype(np.int64)


def _first_bad(bad: BoolArray, values: FloatArray, name: str, rule: str, problems: Problems) -> None:
    places = np.argwhere(bad)
    if len(places):
        shown = ", ".join(f"{name}{place.tolist()} = {values[tuple(place)]}" for place in places[:5])
        more = f" and {len(places) - 5} more" if len(places) > 5 else ""
        problems.add(f"{shown}{more} must be {rule}")
