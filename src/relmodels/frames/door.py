"""The one door for data frames, and the only file that knows the library behind it.

Frames in memory come in as numpy columns. Lazy frames stay with their engine: a room writes its query in the few words
exported here (``col``, ``count``, ``when``, ``lit``), which every supported engine understands in the same way.
Not among them, because some engine refuses or misreads it: subtraction of dates, arithmetic inside an aggregation,
ordered windows, truncation of dates.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
from narwhals.exceptions import DuplicateError

from relmodels.core.arrays import AnyArray
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.frames.columns import Coded, Column, is_missing, object_array, text_order, whole_numbers

__all__ = ["Eager", "Expression", "Kind", "Lazy", "col", "count", "enter", "lit", "to_native", "when", "whole"]

Expression: TypeAlias = nw.Expr
Kind: TypeAlias = Literal["number", "text", "date", "datetime", "other"]
col, lit, when, count = nw.col, nw.lit, nw.when, nw.len

_SUPPORTED = (
    "pandas, polars (eager and lazy), pyarrow and DuckDB tables, a relmodels Table, "
    "or a mapping of names to sequences of equal length"
)
_BACKENDS = ("pandas", "polars", "pyarrow")
_WIDE = (nw.Decimal, nw.Int128, nw.UInt128)  # no type of numpy holds them exactly
_NESTED = (nw.Struct, nw.List, nw.Array)


@dataclass(frozen=True, slots=True, eq=False)
class Eager:
    """A frame in memory."""

    frame: nw.DataFrame[Any]

    @property
    def columns(self) -> tuple[Hashable, ...]:
        """Return the names of the columns."""
        return tuple(self.frame.columns)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.frame)

    def column(self, name: Hashable) -> Column:
        """Return one column: text as codes, times without their zone, objects with ``None`` where one is missing."""
        series = self.frame.get_column(name)  # type: ignore[arg-type]  # pandas allows numbers as names
        dtype = series.dtype
        if isinstance(dtype, nw.Categorical | nw.Enum) and not _of_words(series):
            return _decoded(series)
        if isinstance(dtype, nw.String | nw.Categorical | nw.Enum):
            return _coded(series.cast(nw.String()))
        if isinstance(dtype, nw.Datetime) or dtype == nw.Unknown:
            return _local(series)
        if isinstance(dtype, _WIDE):
            return series.cast(nw.Float64()).to_numpy()
        values = series.to_numpy()
        return _objects(series, values) if values.dtype == np.object_ else values

    def key(self, name: Hashable) -> Column:
        """Return one column as it identifies: no number loses a digit, and nested values come as they are."""
        series = self.frame.get_column(name)  # type: ignore[arg-type]
        if isinstance(series.dtype, _WIDE):
            return whole_numbers(series.to_list())
        return object_array(series.to_list()) if isinstance(series.dtype, _NESTED) else self.column(name)


@dataclass(frozen=True, slots=True, eq=False)
class Lazy:
    """A frame that its own engine evaluates."""

    frame: nw.LazyFrame[Any]
    schema: Mapping[str, nw.dtypes.DType]

    @property
    def columns(self) -> tuple[Hashable, ...]:
        """Return the names of the columns."""
        return tuple(self.schema)

    def kind(self, name: str) -> Kind:
        """Return what a column holds."""
        dtype = self.schema[name]
        if dtype.is_numeric():
            return "number"
        if isinstance(dtype, nw.String | nw.Categorical | nw.Enum):
            return "text"
        if isinstance(dtype, nw.Date):
            return "date"
        return "datetime" if isinstance(dtype, nw.Datetime) else "other"

    def nested(self, name: str) -> bool:
        """Return whether the values of a column are made of several, such as lists and structs."""
        return isinstance(self.schema[name], _NESTED)

    def value(self, name: str) -> Expression:
        """Return a column in the form that engines group and add up: text as text, numbers of any precision."""
        return col(name).cast(nw.String()) if self.kind(name) == "text" else col(name)

    def number(self, name: str) -> Expression:
        """Return a column as floating-point numbers."""
        return col(name).cast(nw.Float64())

    def day(self, name: str) -> Expression:
        """Return the date of a column of dates, of times as they stand in their own zone, or of ISO text."""
        if self.kind(name) == "text":
            return col(name).cast(nw.String()).str.slice(0, 10).str.to_date("%Y-%m-%d")
        dtype = self.schema[name]
        local = col(name).dt.replace_time_zone(None) if getattr(dtype, "time_zone", None) else col(name)
        return local.cast(nw.Date())

    def collect(self, query: nw.LazyFrame[Any] | None = None) -> Eager:
        """Return the rows of ``query``, of the whole frame by default, in memory.

        Raises:
            InvalidData: if the engine fails; its own error is the cause.

        """
        try:
            return Eager((self.frame if query is None else query).collect())
        except (OSError, MemoryError):
            raise
        except Exception as error:
            raise _failed(error) from error

    def select(self, *expressions: Expression) -> Lazy:
        """Return the columns that ``expressions`` make, still with the engine.

        Raises:
            InvalidData: if the engine cannot make them; its own error is the cause.

        """
        try:
            frame = self.frame.select(*expressions)
            return Lazy(frame, dict(frame.collect_schema()))
        except (OSError, MemoryError):
            raise
        except Exception as error:
            raise _failed(error) from error


def whole(expression: Expression) -> Expression:
    """Return the expression as whole numbers, so that flags can be added up."""
    return expression.cast(nw.Int64())


def enter(frame: object) -> Eager | Lazy:
    """Return a frame of a supported library.

    Raises:
        InvalidData: if it is none, or two of its columns share a name.

    """
    try:
        opened = nw.from_native(frame)  # type: ignore[call-overload]
        schema = dict(opened.collect_schema())
    except TypeError:
        message = f"a {type(frame).__name__} is not a table; give one of: {_SUPPORTED}"
        raise InvalidData(message) from None
    except DuplicateError as error:
        message = f"two columns share a name, so it is not clear which is meant; rename one. {error}"
        raise InvalidData(message) from None
    except (OSError, MemoryError):
        raise
    except Exception as error:
        raise _failed(error) from error
    if opened.implementation.is_duckdb():
        _check_distinct(opened.to_native().columns)
    return Lazy(opened, schema) if isinstance(opened, nw.LazyFrame) else Eager(opened)


def to_native(columns: Mapping[str, AnyArray | Sequence[object]], like: object) -> object:
    """Return ``columns`` as a frame of the kind of ``like``, a frame or the name of a library.

    Raises:
        InvalidData: if ``like`` is no frame.
        InvalidParameters: if it names no supported library, or one that is not installed.

    """
    if isinstance(like, str):
        return _eager(columns, _backend(like)).to_native()
    opened = enter(like).frame
    if isinstance(opened, nw.DataFrame):
        return _eager(columns, opened.implementation).to_native()
    made_in = "polars" if opened.implementation.is_polars() else "pyarrow"
    lazy: object = _eager(columns, made_in).lazy(opened.implementation).to_native()
    return lazy


def _check_distinct(names: Sequence[str]) -> None:
    # DuckDB takes the first of several columns that share a name or differ in case only, and says nothing.
    places: dict[str, list[str]] = {}
    for name in names:
        places.setdefault(name.lower(), []).append(name)
    shared = [repr(name) for same in places.values() if len(same) > 1 for name in same]
    if shared:
        message = (
            f"two columns share a name, so it is not clear which is meant; rename one. DuckDB does not tell apart, "
            f"whatever the case of the letters: {', '.join(shared)}"
        )
        raise InvalidData(message)


def _failed(error: Exception) -> InvalidData:
    # Engines share no ancestor of their errors. Their texts may quote identifiers, so only the type is repeated.
    return InvalidData(
        f"the engine of the table could not evaluate it ({type(error).__name__}); see the error above this one, which "
        "is the engine's own, and mend the query or the columns"
    )


def _backend(name: str) -> str:
    if name not in _BACKENDS:
        message = f"like = {name!r} is not supported; use one of {', '.join(_BACKENDS)}, or pass a frame"
        raise InvalidParameters(message)
    return name


def _eager(columns: Mapping[str, AnyArray | Sequence[object]], backend: Any) -> nw.DataFrame[Any]:
    # Objects go in as lists: arrays of objects keep their own dtype in some libraries instead of becoming text.
    ready = {
        name: list(values) if not isinstance(values, np.ndarray) or values.dtype.kind == "O" else values
        for name, values in columns.items()
    }
    try:
        return nw.from_dict(ready, backend=backend)
    except ModuleNotFoundError as error:
        message = f"like = {backend!r} needs a library that is not installed: pip install {error.name or backend}"
        raise InvalidParameters(message) from error


def _of_words(series: nw.Series[Any]) -> bool:
    try:
        categories = series.cat.get_categories()
    except AttributeError:  # pandas with arrow categories has no such accessor
        categories = series
    return all(isinstance(word, str) for word in categories.drop_nulls().unique().to_list())


def _decoded(series: nw.Series[Any]) -> AnyArray:
    if series.null_count():  # some library fills missing rows of a dictionary with another value
        values = object_array(series.to_list())
        return _objects(series, values)
    return series.to_numpy()


def _local(series: nw.Series[Any]) -> AnyArray:
    if series.null_count() == len(series):  # a column without any value has no type that could be asked
        return np.full(len(series), None, dtype=object)
    try:
        return series.dt.replace_time_zone(None).to_numpy()
    except (AttributeError, RuntimeError, TypeError):  # of unknown type and not a time
        return _objects(series, object_array(series.to_list()))


def _objects(series: nw.Series[Any], values: AnyArray) -> AnyArray:
    try:
        missing = series.is_null().to_numpy()
    except ArithmeticError:  # pandas compares, which a signaling NaN among Decimals refuses
        missing = np.fromiter(map(is_missing, values), dtype=np.bool_, count=values.size)
    if not missing.any():
        return values
    filled = values.copy()
    filled[missing] = None
    return filled


def _first_rows(texts: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    """Return each ``row`` with the ``first`` row that holds the same text, in any order."""
    earliest = nw.col("row").min()
    if not texts.implementation.is_pyarrow():
        return texts.select("row", first=earliest.over("text"))
    # A window is a join in pyarrow, whose joins keep no order: both columns have to come out of the same join.
    return texts.join(texts.group_by("text").agg(earliest.alias("first")), on="text", how="left").select("row", "first")


def _coded(series: nw.Series[Any]) -> Coded:
    texts = series.alias("text").to_frame().with_row_index("row")
    given = texts.filter(~nw.col("text").is_null()) if series.null_count() else texts
    found = _first_rows(given)
    row, first = found["row"].to_numpy(), found["first"].to_numpy()
    begins = np.sort(first[first == row])
    labels = series[begins].to_list()
    order = text_order(labels)
    word = np.int32 if len(series) <= np.iinfo(np.int32).max else np.int64
    rank = np.empty(len(series), dtype=word)
    rank[begins[order]] = np.arange(begins.size, dtype=word)
    codes = np.full(len(series), -1, dtype=word)
    codes[row] = rank[first]
    return Coded(codes, object_array(labels)[order])
