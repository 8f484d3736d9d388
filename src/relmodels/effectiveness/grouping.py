"""Rows gathered by a key of any kind: numbers, texts, dates, enumerations, or several keys together."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidData
from relmodels.frames.columns import is_missing

__all__ = ["Groups", "gathered", "gathered_by_all"]


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Which group each row belongs to.

    Attributes:
        keys: what each of ``k`` groups is called: sorted where the keys can be, else in the order they came in.
        codes: ``(n,)`` the place of each row's group in ``keys``.

    """

    keys: tuple[Hashable, ...]
    codes: IntArray

    __reduce__ = by_fields

    @property
    def counts(self) -> IntArray:
        """Return ``(k,)`` how many rows each group has."""
        return np.asarray(np.bincount(self.codes, minlength=len(self.keys)), dtype=np.int64)

    def sums(self, values: FloatArray) -> FloatArray:
        """Return ``(k,)`` the sum of ``values`` in each group."""
        return np.asarray(np.bincount(self.codes, weights=values, minlength=len(self.keys)), dtype=np.float64)

    def rows(self) -> Iterable[tuple[Hashable, AnyArray]]:
        """Yield each key with the rows of its group, in order."""
        order = np.argsort(self.codes, kind="stable")
        ends = np.cumsum(self.counts)
        for place, key in enumerate(self.keys):
            yield key, order[ends[place] - self.counts[place] : ends[place]]


def gathered(key: ArrayLike | Sequence[Hashable], rows: int, name: str = "group") -> Groups:
    """Return the groups of one key.

    Raises:
        InvalidData: if the key has not one value for each row, or one is missing.

    Examples:
        >>> groups = gathered(["b", "a", "b"], 3)
        >>> groups.keys, groups.codes.tolist()
        (('a', 'b'), [1, 0, 1])

    """
    array = np.asarray(key) if not isinstance(key, list | tuple) else _as_objects(key)
    if array.shape != (rows,):
        message = f"{name} has the shape {array.shape}; it needs one key for each of {rows} rows"
        raise InvalidData(message)
    if array.dtype.kind in "OSU":
        return _of_objects(array.tolist(), name)
    if array.dtype.kind == "M" and np.datetime_data(array.dtype)[0] in {"ns", "ps", "fs", "as"}:
        array = array.astype("datetime64[us]")  # finer ones would come out as whole numbers
    missing = np.flatnonzero(_is_nothing(array))
    if missing.size:
        raise InvalidData(_no_key(name, int(missing[0])))
    if array.dtype.kind in "iu" and array.size and (span := int(array.max()) - int(array.min())) <= 4 * array.size:
        present, codes = _closed_up(array.astype(np.int64) - int(array.min()), span + 1)
        return Groups(tuple((present + int(array.min())).tolist()), read_only(codes))
    distinct, codes = np.unique(array, return_inverse=True)
    return Groups(tuple(distinct.tolist()), read_only(codes.astype(np.int64)))


def gathered_by_all(keys: Sequence[ArrayLike | Sequence[Hashable]], rows: int) -> Groups:
    """Return the groups of several keys together; each is called by the tuple of its keys.

    Examples:
        >>> gathered_by_all([["a", "a", "b"], [1, 2, 1]], 3).keys
        (('a', 1), ('a', 2), ('b', 1))

    """
    parts = [gathered(key, rows, f"keys[{place}]") for place, key in enumerate(keys)]
    codes = np.zeros(rows, dtype=np.int64)
    size = 1
    for part in parts:
        codes = codes * len(part.keys) + part.codes
        size *= len(part.keys)
    distinct, places = _closed_up(codes, size) if size <= 4 * rows else np.unique(codes, return_inverse=True)
    names: list[tuple[Hashable, ...]] = []
    for code in distinct.tolist():
        name: list[Hashable] = []
        left = code
        for part in reversed(parts):
            left, place = divmod(left, len(part.keys))
            name.append(part.keys[place])
        names.append(tuple(reversed(name)))
    return Groups(tuple(names), read_only(places.astype(np.int64)))


def _closed_up(codes: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """Return the codes that occur, and each row's place among them, without sorting."""
    occurs = np.bincount(codes, minlength=size) > 0
    place = np.cumsum(occurs) - 1
    return np.flatnonzero(occurs), np.asarray(place[codes], dtype=np.int64)


def _is_nothing(array: AnyArray) -> BoolArray:
    if array.dtype.kind in "mM":
        return np.isnat(array)
    return np.isnan(array) if array.dtype.kind in "fc" else np.zeros(array.shape, dtype=bool)


def _as_objects(key: Sequence[Hashable]) -> AnyArray:
    array = np.empty(len(key), dtype=object)
    array[:] = key
    return array


def _of_objects(values: list[Hashable], name: str) -> Groups:
    places: dict[Hashable, int] = {}
    try:
        codes = np.fromiter((places.setdefault(value, len(places)) for value in values), np.int64, len(values))
    except TypeError as error:
        message = f"{name} holds what cannot be a key, such as lists; give one text, number, date or tuple for each row"
        raise InvalidData(message) from error
    for value in places:
        if is_missing(value):
            raise InvalidData(_no_key(name, int(np.flatnonzero(codes == places[value])[0])))
    keys = list(places)
    try:
        order = sorted(range(len(keys)), key=lambda place: keys[place])  # type: ignore[arg-type, return-value]
    except TypeError:
        order = list(range(len(keys)))
    rank = np.empty(len(keys), dtype=np.int64)
    rank[order] = np.arange(len(keys))
    return Groups(tuple(keys[place] for place in order), read_only(rank[codes] if keys else codes))


def _no_key(name: str, row: int) -> str:
    return f"{name}[{row}] is missing; give every row a key, as 'unknown'"
