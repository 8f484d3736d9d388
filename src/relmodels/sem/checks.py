"""What is looked at when answers and tables come in at the door of the workshop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeGuard, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import BoolArray, FloatArray
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import is_number

__all__ = [
    "check_correlations",
    "check_definite",
    "distinct_names",
    "group_at",
    "name_list",
    "places_of",
    "same_order",
    "square_table",
    "too_few",
]

NameT = TypeVar("NameT", bound=str)

_SMALLEST: Final = 1e-10  # of the largest eigenvalue of the correlations; below, a variable is a sum of others
_SHOWN: Final = 5  # entries of a table that are named


def name_list(names: Iterable[NameT], what: str) -> list[NameT]:
    """Return names as a list, or raise if they are one text, which would fall apart into its letters.

    Examples:
        >>> name_list("trust1", "columns")
        Traceback (most recent call last):
        relmodels.core.errors.InvalidParameters: columns = 'trust1' is a text; write ['trust1']

    """
    if isinstance(names, str):
        message = f"{what} = {names!r} is a text; write [{names!r}]"
        raise InvalidParameters(message)
    return list(names)


def places_of(wanted: Sequence[str], names: tuple[str, ...], what: str) -> list[int]:
    """Return where the wanted ones stand, or raise naming those that are not there."""
    asked = name_list(wanted, "names")
    lacking = [str(name) for name in asked if name not in names]
    if lacking:
        message = f"there is no {what} {', '.join(lacking)}; there are {', '.join(names)}"
        raise InvalidData(message)
    return [names.index(name) for name in asked]


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


def too_few(complete: int, questions: int, where: str) -> str:
    """Return that so few respondents answered every question, and what can be done about it."""
    return (
        f"{complete} complete answers{where}; {questions} questions need more than as many; leave questions out, take "
        'parcels with with_parcels(..., missing="available"), or, if others answered a part, fit with missing="ml"'
    )


def square_table(values: ArrayLike, what: str, names: Sequence[str], problems: Problems) -> FloatArray:
    """Return ``(p, p)`` a symmetric table; what is wrong with it is noted.

    Args:
        values: all of it, or one triangle: the other is 0, ``nan`` or left out, as in rows of 1, 2, 3 numbers.
        what: it is a table of.
        names: of the variables, for what is noted.
        problems: to which faults are added.

    """
    table = _filled(_square(values, what, problems))
    bad = np.asarray(~np.isfinite(table), dtype=bool)
    if bad.any():
        shown = _entries(bad, what, names, lambda row, place: f"{table[row, place]}")
        problems.add(f"{shown} is not a finite number; give all of the table, or one triangle")
        return np.eye(len(table))
    apart = np.asarray(np.abs(table - table.T) > 1e-6 * max(1.0, np.abs(table).max()), dtype=bool)
    if apart.any():
        shown = _entries(
            np.triu(apart),
            what,
            names,
            lambda row, place: f"{table[row, place]} but [{place}, {row}] = {table[place, row]}",
        )
        problems.add(f"{shown}; where a paper prints other figures above the diagonal, give the lower triangle alone")
    return np.asarray(0.5 * (table + table.T), dtype=np.float64)


def check_correlations(table: FloatArray, what: str, names: Sequence[str], problems: Problems) -> None:
    """Note what is on the diagonal and not 1, or beyond 1 in size elsewhere."""
    own = np.diag(table)
    off = np.asarray(np.abs(own - 1.0) > 1e-6, dtype=bool)
    beyond = np.asarray(np.triu(np.abs(table), 1) > 1.0 + 1e-9, dtype=bool)
    if off.any():
        shown = _entries(np.diag(off), what, names, lambda row, _: f"{own[row]:g}")
        roots = bool((own > 0.0).all() and (own <= 1.0 + 1e-6).all())
        advice = (
            "replace with 1 what papers print there, roots of AVE or reliabilities"
            if roots
            else "this may be a covariance table, for from_covariance"
        )
        problems.add(f"{shown}, and correlations have ones on the diagonal; {advice}")
    elif beyond.any():
        shown = _entries(beyond, what, names, lambda row, place: f"{table[row, place]:g}")
        problems.add(f"{shown}, and correlations lie between -1 and 1; this may be a covariance table")


def _entries(bad: BoolArray, what: str, names: Sequence[str], said: Callable[[int, int], str]) -> str:
    """Return the first bad entries of a table, with the variables they are of if each has a name."""
    shown = []
    for row, place in np.argwhere(bad)[:_SHOWN].tolist():
        of = "" if len(names) != len(bad) else names[row] if row == place else f"{names[row]} with {names[place]}"
        shown.append(f"{what}[{row}, {place}] = {said(row, place)}{f' ({of})' if of else ''}")
    more = int(bad.sum()) - _SHOWN
    return f"{', '.join(shown)}{f' and {more} more' if more > 0 else ''}"


def _square(values: ArrayLike, what: str, problems: Problems) -> FloatArray:
    """Return a table as it was given, ``nan`` where rows were shorter; what is no square of numbers is noted."""
    try:
        table = _triangle([_numbers(row) for row in values]) if _ragged(values) else _numbers(values)
    except (TypeError, ValueError):
        problems.add(f"{what} is no table of numbers; give rows of equal length, or one triangle of it")
        return np.eye(1)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not table.size:
        problems.add(f"{what} has the shape {table.shape}; it needs a row and a column for each variable")
        return np.eye(1)
    return table


def _numbers(values: ArrayLike) -> FloatArray:
    raw = np.asarray(values)
    if raw.dtype.kind not in "iufO" or (raw.dtype.kind == "O" and any(isinstance(one, str | bool) for one in raw.flat)):
        raise TypeError
    return np.array(raw, dtype=np.float64)


def _ragged(values: ArrayLike) -> TypeGuard[list[ArrayLike]]:
    """Return whether rows of different lengths were given."""
    if not isinstance(values, list | tuple):
        return False
    lengths = [len(row) for row in values if isinstance(row, list | tuple | np.ndarray)]
    return len(lengths) == len(values) and len(set(lengths)) > 1


def _triangle(rows: Sequence[FloatArray]) -> FloatArray:
    """Return the table of which one triangle was given row by row, ``nan`` in the other."""
    count = len(rows)
    table = np.full((count, count), np.nan)
    lengths = [row.size for row in rows]
    if lengths not in (list(range(1, count + 1)), list(range(count, 0, -1))):
        raise ValueError
    for place, row in enumerate(rows):
        table[place, slice(place + 1) if lengths[0] == 1 else slice(place, None)] = row
    return table


def _filled(table: FloatArray) -> FloatArray:
    """Return a table with the triangle filled in that is 0 or ``nan`` throughout."""
    above = np.triu(np.ones_like(table, dtype=bool), 1)
    for empty in (above, above.T):
        if not table[empty].any() or np.isnan(table[empty]).all():
            return np.where(empty, table.T, table)
    return table


def distinct_names(names: Sequence[str], count: int, problems: Problems) -> tuple[str, ...]:
    """Return names, one for each of so many variables; it is noted if they are not."""
    found = tuple(str(name) for name in name_list(names, "names"))
    if len(found) != count or len(set(found)) != count:
        twice = [name for name in dict.fromkeys(found) if found.count(name) > 1]
        shown = f"{', '.join(map(repr, twice))} stands twice" if twice else f"there are {len(found)}"
        problems.add(f"names must be {count} different names, one for each variable; {shown}")
    return found


def same_order(table: object, names: Sequence[str], problems: Problems) -> None:
    """Note if a table that names its own columns names the same variables in another order."""
    own = [str(name) for name in getattr(table, "columns", ())]
    given = [str(name) for name in names]
    if own and own != given and sorted(own) == sorted(given):
        problems.add(
            f"names are {', '.join(given)} and the columns {', '.join(own)}; pass names in the order of columns"
        )


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
