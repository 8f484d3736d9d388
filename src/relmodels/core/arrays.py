"""Read-only arrays, coerced and checked once at the door.

Every public object that holds numbers takes anything array-like and keeps a read-only ``float64`` copy or view.
The dataclasses that hold the arrays stay so when they are copied or pickled: their ``__reduce__`` is :func:`by_fields`.
The checks below add sentences to a :class:`~relmodels.core.errors.Problems` collector instead of raising,
so that one call can report every fault of its input, each with its column, row and value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from relmodels.core.errors import Problems

__all__ = [
    "AnyArray",
    "BoolArray",
    "DateArray",
    "FloatArray",
    "IntArray",
    "by_fields",
    "check_finite",
    "check_not_negative",
    "check_rows",
    "column",
    "read_only",
]

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
DateArray: TypeAlias = NDArray[np.datetime64]
AnyArray: TypeAlias = NDArray[Any]

_ROWS_SHOWN = 5


def read_only(values: AnyArray) -> AnyArray:
    """Return a view of ``values`` that cannot be written through.

    Examples:
        >>> read_only(np.zeros(2)).flags.writeable
        False

    """
    view = values.view()
    view.flags.writeable = False
    return view


def by_fields(self: Any) -> tuple[Callable[..., object], tuple[type, dict[str, object]]]:
    """Return how ``pickle`` and ``copy`` make a dataclass of arrays anew: from its fields, with arrays read-only.

    numpy forgets that an array is read-only when the array is pickled or copied deeply; a frozen dataclass would come
    back with arrays that can be written to. Each one that holds arrays has this function as its ``__reduce__``.

    Examples:
        >>> import pickle
        >>> from relmodels import lorenz
        >>> pickle.loads(pickle.dumps(lorenz([3, 1, 0]))).share.flags.writeable
        False

    """
    return _made_of, (type(self), {field.name: getattr(self, field.name) for field in fields(self)})


def column(values: ArrayLike, name: str, problems: Problems) -> FloatArray:
    """Return ``values`` as a read-only ``(n,)`` array of float64; what cannot be one is noted in ``problems``.

    The result shares no memory with ``values`` that somebody else could write to.
    Text, booleans, dates and complex numbers are refused rather than converted.
    An unusable column comes back empty, so that the other columns can still be looked at.
    """
    raw = _as_array(values)
    if raw.dtype == np.object_:
        raw = _from_objects(raw)
    if raw.ndim == 0:
        problems.add(f"{name} = {values!r} is a single value; pass a column with one value for each row")
        return read_only(np.empty(0))
    if raw.dtype.kind not in "iuf" and raw.size:
        problems.add(f"{name} holds {_kind(raw)}, numbers are needed; convert the column first")
        return read_only(np.empty(0))
    if raw.ndim != 1:
        problems.add(f"{name} has shape {raw.shape}, one dimension is needed; pass a single column")
        return read_only(np.empty(0))
    return read_only(np.array(raw, dtype=np.float64))


def check_finite(values: FloatArray, name: str, problems: Problems) -> bool:
    """Return whether all ``values`` are finite; the rows that are not are noted in ``problems``."""
    return check_rows(~np.isfinite(values), values, name, "is not a finite number; fill or drop these rows", problems)


def check_not_negative(values: FloatArray, name: str, problems: Problems) -> bool:
    """Return whether no value is negative; the rows that are get noted in ``problems``."""
    return check_rows(values < 0, values, name, "is negative; it must be 0 or more", problems)


def check_rows(bad: BoolArray, values: AnyArray, name: str, rule: str, problems: Problems) -> bool:
    """Return whether no row is ``bad``; otherwise note the first rows, their values and ``rule``.

    Examples:
        >>> from relmodels.core.errors import Problems
        >>> problems, age = Problems("summary"), np.array([3.0, -1.0])
        >>> check_rows(age < 0, age, "age", "is negative; it must be 0 or more", problems)
        False
        >>> problems.found
        ['age[1] = -1.0 is negative; it must be 0 or more']

    """
    rows = np.flatnonzero(bad)
    if rows.size == 0:
        return True
    shown = ", ".join(f"{name}[{row}] = {values[row]}" for row in rows[:_ROWS_SHOWN])
    more = "" if rows.size <= _ROWS_SHOWN else f" and {rows.size - _ROWS_SHOWN} more rows"
    problems.add(f"{shown}{more} {rule}")
    return False


def _made_of(kind: Callable[..., object], values: dict[str, object]) -> object:
    return kind(**{name: _frozen(value) for name, value in values.items()})


def _frozen(value: object) -> object:
    if isinstance(value, np.ndarray):
        return read_only(value)
    if type(value) is tuple:
        return tuple(map(_frozen, value))
    return {key: _frozen(item) for key, item in value.items()} if isinstance(value, dict) else value


def _as_array(values: ArrayLike) -> AnyArray:
    if isinstance(values, np.ma.MaskedArray):  # what is masked is missing, and is reported by its row
        return np.asarray(np.ma.filled(values.astype(np.float64), np.nan))
    try:
        return np.asarray(values)
    except ValueError:  # lists of different lengths
        return np.array(["lists of different lengths"])


def _from_objects(raw: AnyArray) -> AnyArray:
    # Nullable columns, Decimals and lists with None arrive as objects; None becomes nan and is reported by row.
    # Booleans and text would pass float() silently, so they keep their object type and are refused above.
    if any(isinstance(value, bool | np.bool_ | str | bytes) for value in raw.flat):
        return raw
    try:
        return np.array([np.nan if value is None else float(value) for value in raw.flat]).reshape(raw.shape)
    except (TypeError, ValueError):
        return raw


def _kind(raw: AnyArray) -> str:
    names = {"b": "booleans", "U": "text", "S": "bytes", "M": "dates", "m": "durations", "c": "complex numbers"}
    return names.get(raw.dtype.kind, f"values such as {raw.flat[0]!r}")
