"""A small table of named columns: what ``table()`` methods return, and what a data set without a frame library is."""

from __future__ import annotations

import html
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, overload

import numpy as np

from relmodels.core.arrays import AnyArray, read_only
from relmodels.core.errors import Problems
from relmodels.frames import door
from relmodels.frames.columns import Column, Columns, as_array, coded, object_array, require

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = ["MOST_ROWS", "Table", "open_frame"]

FrameT = TypeVar("FrameT")
Cells: TypeAlias = AnyArray | tuple[object, ...]
MOST_ROWS = 30  # that are printed without leaving some out
_HEAD, _TAIL = 15, 5
_DIGITS = 4
_MOST_DECIMALS = 6
_EXACT = 2**53  # larger whole numbers would lose digits as floats


@dataclass(frozen=True, slots=True, eq=False, init=False, repr=False)
class Table:
    """Named columns of equal length, in order.

    A column is a read-only ``(n,)`` array, or a tuple where its values are no numbers. Arrays are not copied.

    Examples:
        >>> print(Table({"class": ["A", "B"], "share": [0.8, 0.15]}))
        class   share
        A      0.8000
        B      0.1500

    """

    _columns: dict[str, Cells]

    def __init__(self, columns: Mapping[str, object]) -> None:
        """Make a table of a mapping from names to sequences or arrays.

        Raises:
            InvalidData: if a column is not one-dimensional or the lengths differ.

        """
        problems = Problems("table")
        found = {name: _cells(values, name, problems) for name, values in columns.items()}
        problems.raise_if_any()
        lengths = {name: len(cells) for name, cells in found.items()}
        if len(set(lengths.values())) > 1:
            listed = ", ".join(f"{name} has {length}" for name, length in lengths.items())
            problems.add(f"the columns differ in length: {listed} rows; give every column one value for each row")
        problems.raise_if_any()
        object.__setattr__(self, "_columns", found)

    def __reduce__(self) -> tuple[type[Table], tuple[dict[str, Cells]]]:
        """Pickle and copy by the columns, so that they come back read-only."""
        return Table, (self._columns,)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns, in order."""
        return tuple(self._columns)

    def __len__(self) -> int:
        """Return the number of rows."""
        return next((len(cells) for cells in self._columns.values()), 0)

    def column(self, name: str) -> Cells:
        """Return one column.

        Raises:
            InvalidData: if there is none of that name.

        """
        problems = Problems("table")
        require([name], self.columns, problems)
        problems.raise_if_any()
        return self._columns[name]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Return an iterator over the rows as tuples of plain Python values.

        Examples:
            >>> list(Table({"class": ["A", "B"], "count": [1, 2]}).rows())
            [('A', 1), ('B', 2)]

        """
        return zip(*(_plain(cells) for cells in self._columns.values()), strict=True)

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
        """Return the table as a frame of the same kind as ``like``.

        Args:
            like: a frame of any supported library, or ``"pandas"``, ``"polars"`` or ``"pyarrow"``;
                with ``None`` the table is its own frame.

        Raises:
            InvalidData: if ``like`` is no frame.
            InvalidParameters: if it names no supported library, or one that is not installed.

        """
        if like is None or isinstance(like, Table):
            return self
        if isinstance(like, Mapping):
            return dict(self._columns)
        return door.to_native(self._columns, like)

    def __str__(self) -> str:
        """Return the table as aligned text; of a long one the first and the last rows."""
        texts = [[name, *cells] for name, cells in self._texts().items()]
        right = [_is_number(cells) for cells in self._columns.values()]
        widths = [max(map(len, column)) for column in texts]
        lines = [
            "  ".join(
                cell.rjust(width) if number else cell.ljust(width)
                for cell, width, number in zip(row, widths, right, strict=True)
            ).rstrip()
            for row in zip(*texts, strict=True)
        ]
        return "\n".join([*lines, *self._note()])

    def __repr__(self) -> str:
        """Return the size of the table and the names of its columns."""
        return f"<Table of {len(self):,} rows: {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        right = [' style="text-align: right"' if _is_number(cells) else "" for cells in self._columns.values()]
        head = "".join(
            f"<th{side}>{html.escape(str(name))}</th>" for name, side in zip(self.columns, right, strict=True)
        )
        body = "".join(
            "<tr>"
            + "".join(f"<td{side}>{html.escape(cell)}</td>" for cell, side in zip(row, right, strict=True))
            + "</tr>"
            for row in zip(*self._texts().values(), strict=True)
        )
        note = "".join(f"<caption>{line}</caption>" for line in self._note())
        return f"<table>{note}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _texts(self) -> dict[str, list[str]]:
        return {name: _shown(cells) for name, cells in self._columns.items()}

    def _note(self) -> list[str]:
        return [f"({len(self):,} rows)"] if len(self) > MOST_ROWS else []


@dataclass(frozen=True, slots=True, eq=False)
class _TableColumns:
    """A :class:`Table` as the columns that readers of frames work on."""

    table: Table

    @property
    def columns(self) -> tuple[Hashable, ...]:
        return self.table.columns

    def __len__(self) -> int:
        return len(self.table)

    def column(self, name: Hashable) -> Column:
        cells = self.table.column(str(name))
        array = object_array(cells) if isinstance(cells, tuple) else cells
        if array.dtype.kind in "UT":
            return coded(array.tolist())
        kinds = set(map(type, array)) if array.dtype == np.object_ else set()
        return coded(array) if str in kinds and kinds <= {str, type(None)} else array

    def key(self, name: Hashable) -> Column:
        return self.column(name)


def open_frame(frame: object) -> Columns | door.Lazy:
    """Return any supported table, as columns in memory or as a query on its own engine.

    Args:
        frame: a pandas, polars or pyarrow frame, a lazy frame or a DuckDB relation, a :class:`Table`,
            or a mapping of names to sequences.

    Raises:
        InvalidData: if it is none of these, two columns share a name, or the columns of a mapping differ in length.

    """
    if isinstance(frame, Mapping):
        frame = Table(frame)
    return _TableColumns(frame) if isinstance(frame, Table) else door.enter(frame)


def _cells(values: object, name: str, problems: Problems) -> Cells:
    if isinstance(values, list | tuple):
        return _from_sequence(values)
    array = as_array(values)
    if array.ndim != 1:
        problems.add(
            f"column {name!r} has shape {array.shape} (a {type(values).__name__}), one dimension is needed; "
            "give a list or an array with one value for each row"
        )
        return ()
    return read_only(array)


def _from_sequence(values: Sequence[object]) -> Cells:
    # numpy would turn [1, "x"] into two texts and [1, True] into two numbers; such columns stay as they are.
    kinds = set(map(type, values))
    one_kind = kinds in ({int}, {float}, {int, float}, {bool}) or all(issubclass(kind, np.generic) for kind in kinds)
    if not values or not one_kind:
        return tuple(values)
    array = np.array(values)
    if array.dtype.kind == "f" and any(type(value) is int and abs(value) > _EXACT for value in values):
        return tuple(values)
    return tuple(values) if array.dtype == np.object_ or array.ndim != 1 else read_only(array)


def _plain(cells: Cells) -> Sequence[Any]:
    return cells if isinstance(cells, tuple) else cells.tolist()


def _is_number(cells: Cells) -> bool:
    return not isinstance(cells, tuple) and cells.dtype.kind in "iuf"


def _shown(cells: Cells) -> list[str]:
    if len(cells) <= MOST_ROWS:
        return _formatted(cells)
    ends = (*cells[:_HEAD], *cells[-_TAIL:]) if isinstance(cells, tuple) else np.append(cells[:_HEAD], cells[-_TAIL:])
    texts = _formatted(ends)
    return [*texts[:_HEAD], "...", *texts[_HEAD:]]


def _formatted(cells: Cells) -> list[str]:
    if isinstance(cells, tuple) or cells.dtype.kind != "f":
        return ["-" if value is None else str(value) for value in _plain(cells)]
    decimals = _decimals(cells)
    return [f"{value:.{decimals}f}" if np.isfinite(value) else _not_finite(value) for value in cells.tolist()]


def _not_finite(value: float) -> str:
    return "-" if np.isnan(value) else str(value)


def _decimals(values: AnyArray) -> int:
    """Return how many decimals show the smallest number with four digits; none if all numbers are whole."""
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    if sizes.size == 0 or np.all(sizes == np.rint(sizes)):
        return 0
    return int(np.clip(_DIGITS - 1 - np.floor(np.log10(sizes.min())), 0, _MOST_DECIMALS))
