"""What is looked at when answers and tables come in at the door of the workshop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeGuard

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import BoolArray, FloatArray, IntArray, column
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import finite, is_number
from relmodels.frames.columns import Coded, Columns, row_list

__all__ = [
    "answered_column",
    "check_definite",
    "check_reverse",
    "counts_column",
    "distinct_names",
    "group_at",
    "places_of",
    "square_table",
    "too_few",
]

_SMALLEST: Final = 1e-10  # of the largest eigenvalue of the correlations; below, a variable is a sum of others
_MOST: Final = 10_000_000  # respondents: each has a row of answers in memory


def places_of(wanted: Sequence[str], names: tuple[str, ...], what: str) -> list[int]:
    """Return where the wanted ones stand, or raise naming those that are not there."""
    lacking = [name for name in wanted if name not in names]
    if lacking:
        message = f"there is no {what} {', '.join(lacking)}; there are {', '.join(names)}"
        raise InvalidData(message)
    return [names.index(name) for name in wanted]


def group_at(group: object, groups: Sequence[str]) -> int:
    """Return the place of a group given by place or name, or raise naming the groups that there are.

    Examples:
        >>> group_at(2, ("buyers", "sellers"))
        Traceback (most recent call last):
        relmodels.core.errors.InvalidParameters: group = 2 is no group; there are 2, from 0: buyers, sellers

    """
    if is_number(group) and group in range(len(groups)):
        return int(group)  # type: ignore[call-overload, no-any-return]
    if isinstance(group, str) and group in groups:
        return list(groups).index(group)
    message = f"group = {group!r} is no group; there are {len(groups)}, from 0: {', '.join(groups)}"
    raise InvalidParameters(message)


def check_reverse(reverse: object) -> None:
    """Raise unless reversed questions come with the lowest and the highest answer of each."""
    if reverse is None:
        return
    if not isinstance(reverse, Mapping):
        first = reverse if isinstance(reverse, str) else next(iter(reverse), None) if _listed(reverse) else None
        shown = str(first) if isinstance(first, str) else "trust4"
        message = (
            f"reverse = {reverse!r} does not say on which scale; give the lowest and the highest answer of each "
            f"question, as in reverse={{{shown!r}: (1, 7)}}"
        )
        raise InvalidParameters(message)
    problems = Problems("reverse")
    for name, ends in reverse.items():
        if not _listed(ends) or len(ends) != 2:
            problems.add(f"{name}: {ends!r} must be the lowest and the highest answer, such as (1, 7)")
    problems.raise_if_any(InvalidParameters)


def _listed(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, list | tuple | np.ndarray)


def too_few(complete: int, questions: int, where: str) -> str:
    """Return that so few respondents answered every question, and what can be done about it."""
    return (
        f"{complete} complete answers{where}; {questions} questions need more than as many; leave questions out, take "
        'parcels with with_parcels(..., missing="available"), or, if others answered a part, fit with missing="ml"'
    )


def answered_column(table: Columns, name: str, turned: tuple[float, float] | None, problems: Problems) -> FloatArray:
    """Return ``(n,)`` one column, turned if it asks the other way round; what is wrong with it is noted."""
    found = table.column(name)
    if isinstance(found, Coded):
        problems.add(f"{name} holds text, numbers are needed; convert the column first")
        return np.zeros(len(table))
    values = column(found, name, problems)
    if values.size != len(table):
        return np.zeros(len(table))
    if np.isinf(values).any():
        problems.add(f"{name} is infinite in {row_list(np.isinf(values))}")
    if turned is None:
        return values
    low, high = (finite(end, "reverse", "a number") for end in turned)
    off: BoolArray = np.asarray(~np.isnan(values) & ~((values >= low) & (values <= high)), dtype=bool)
    if off.any():
        problems.add(f"{name} is off the scale from {low:g} to {high:g} in {row_list(off)}")
    return low + high - values


def counts_column(table: Columns, name: str, problems: Problems) -> IntArray:
    """Return ``(n,)`` how many respondents each row stands for."""
    found = table.column(name)
    if isinstance(found, Coded):
        problems.add(f"{name} holds text, numbers are needed; convert the column first")
        return np.ones(len(table), dtype=np.int64)
    values = column(found, name, problems)
    off = np.asarray(~((values >= 0.0) & (values == np.floor(values)) & np.isfinite(values)), dtype=bool)
    if off.any():
        problems.add(f"{name} must be whole numbers from 0 on; it is not in {row_list(off)}")
        return np.ones(len(table), dtype=np.int64)
    if values.sum() > _MOST:
        where = row_list(values == values.max())
        problems.add(
            f"{name} stands for {values.sum():.4g} respondents, the most of them in {where}; "
            f"a survey holds up to {_MOST:,}; divide the counts, or pass covariances as SampleMoments"
        )
        return np.ones(len(table), dtype=np.int64)
    return values.astype(np.int64)


def square_table(values: ArrayLike, name: str, problems: Problems) -> FloatArray:
    """Return ``(p, p)`` a symmetric table, filled up from its lower triangle; what is wrong with it is noted."""
    try:
        table = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        problems.add(f"{name} is no table of numbers; give rows of equal length")
        return np.eye(1)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not table.size:
        problems.add(f"{name} has the shape {table.shape}; it needs a row and a column for each variable")
        return np.eye(1)
    if not np.triu(table, 1).any():
        table = table + np.tril(table, -1).T
    if not np.isfinite(table).all():
        row, place = np.argwhere(~np.isfinite(table))[0]
        problems.add(f"{name}[{row}, {place}] = {table[row, place]} is not a finite number")
        return np.eye(len(table))
    gap = np.abs(table - table.T)
    if gap.max() > 1e-6 * max(1.0, np.abs(table).max()):
        row, place = np.unravel_index(gap.argmax(), gap.shape)
        problems.add(f"{name}[{row}, {place}] = {table[row, place]} but [{place}, {row}] = {table[place, row]}")
    return 0.5 * (table + table.T)


def distinct_names(names: Sequence[str], count: int, problems: Problems) -> tuple[str, ...]:
    """Return names, one for each of so many variables; it is noted if they are not."""
    found = tuple(str(name) for name in names)
    if len(found) != count or len(set(found)) != count:
        problems.add(f"names must be {count} different names, one for each variable")
    return found


def check_definite(table: FloatArray, names: Sequence[str], subject: str) -> None:
    """Raise if the covariances are none that data can have, or a variable is a sum of others."""
    variance = np.diag(table)
    if not (variance > 0.0).all():
        place = int(np.argmin(variance))
        message = f"{subject}: the variance of {names[place]} is {variance[place]:g}; it must be above 0"
        raise InvalidData(message)
    spread = np.sqrt(variance)
    values, vectors = np.linalg.eigh(table / np.outer(spread, spread))
    if values[0] > _SMALLEST * values[-1]:
        return
    most = np.argsort(-np.abs(vectors[:, 0]))[:3]
    concerned = ", ".join(str(names[place]) for place in sorted(map(int, most)) if abs(vectors[place, 0]) > 0.1)
    what = "is not positive definite" if values[0] < -_SMALLEST else "is singular: a variable is a sum of others"
    message = f"{subject}: the table {what} (smallest eigenvalue {values[0]:.3g}); look at {concerned}"
    raise InvalidData(message)
