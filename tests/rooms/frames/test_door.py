"""What comes through the door: every engine, every kind of column."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from relmodels.core.errors import InvalidData
from relmodels.frames.columns import Coded, coded, is_missing, text_order
from relmodels.frames.door import Lazy
from relmodels.frames.table import Table, open_frame

WORDS = ["007", "b", None, "a", "007", "é"]


def read(frame: object, name: str) -> Any:
    """Return one column of a frame in memory."""
    opened = open_frame(frame)
    assert not isinstance(opened, Lazy)
    return opened.column(name)


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"x": WORDS}),
        pl.DataFrame({"x": pl.Series(WORDS, dtype=pl.Categorical)}),
        pd.DataFrame({"x": WORDS}, index=[5, 4, 3, 2, 1, 0]),
        pd.DataFrame({"x": pd.Series(WORDS, dtype=object)}),
        pd.DataFrame({"x": pd.Series(WORDS, dtype="category")}),
        pa.table({"x": WORDS}),
        {"x": WORDS},
        {"x": np.array(WORDS, dtype=object)},
        Table({"x": WORDS}),
    ],
    ids=["polars", "polars-cat", "pandas", "pandas-object", "pandas-cat", "pyarrow", "mapping", "objects", "table"],
)
def test_text_comes_as_codes(frame) -> None:
    """Text of every engine comes as codes of its sorted distinct values, leading zeros kept, -1 where missing."""
    column = read(frame, "x")
    assert isinstance(column, Coded)
    assert column.words.tolist() == ["007", "a", "b", "é"]
    assert column.codes.tolist() == [0, 2, -1, 1, 0, 3]
    assert column.texts().tolist() == WORDS


@pytest.mark.parametrize("values", [[None, None], [], ["same"] * 3])
def test_text_at_its_edges(values) -> None:
    """Nothing but nulls, no rows, and one text only are columns of text."""
    column = read(pl.DataFrame({"x": pl.Series(values, dtype=pl.String)}), "x")
    expected = coded(values)
    assert isinstance(column, Coded)
    assert (column.codes.tolist(), column.words.tolist()) == (expected.codes.tolist(), expected.words.tolist())


def test_numpy_text_comes_as_codes() -> None:
    """Arrays of fixed-width text and of variable-width text are text too."""
    for dtype in ("U3", np.dtypes.StringDType()):
        column = read({"x": np.array(["b", "a"], dtype=dtype)}, "x")
        assert isinstance(column, Coded)
        assert column.words.tolist() == ["a", "b"]


@pytest.mark.parametrize("texts", [["b", "a\0", "a"], ["é", "z", "a"], ["x" * 90, "w"], ["ab" * 6, "aa" * 6], []])
def test_text_order_is_that_of_python(texts) -> None:
    """Null characters, other scripts and long texts sort as Python sorts them."""
    assert [texts[place] for place in text_order(texts)] == sorted(texts)


def test_numbers_come_as_numpy() -> None:
    """Whole numbers stay whole; nullable ones become floats with nan; decimals become floats."""
    frame = pl.DataFrame({"i": [1, 2], "n": [1, None], "d": [Decimal("1.5"), Decimal(2)], "b": [True, False]})
    whole = read(frame, "i")
    assert isinstance(whole, np.ndarray)
    assert whole.dtype == np.int64
    np.testing.assert_array_equal(read(frame, "n"), [1.0, np.nan])
    np.testing.assert_array_equal(read(frame, "d"), [1.5, 2.0])
    assert read(frame, "b").dtype == np.bool_


@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Asia/Kolkata"])
@pytest.mark.parametrize("library", ["polars", "pandas", "pyarrow"])
def test_times_stand_in_their_own_zone(zone, library) -> None:
    """A time with a zone comes as the clock of that zone showed it."""
    series = pl.Series("t", [dt.datetime(2026, 1, 5, 23, 30), None]).dt.replace_time_zone(zone)  # noqa: DTZ001
    frame = {
        "polars": series.to_frame(),
        "pandas": series.to_frame().to_pandas(),
        "pyarrow": series.to_frame().to_arrow(),
    }
    column = read(frame[library], "t")
    assert isinstance(column, np.ndarray)
    assert column.astype("datetime64[m]").astype(str).tolist() == ["2026-01-05T23:30", "NaT"]


def test_objects_have_none_where_they_are_missing() -> None:
    """Missing values of a column of objects are None, whatever pandas calls them."""
    opened = open_frame(pd.DataFrame({"x": pd.Series([dt.date(2026, 1, 5), pd.NaT, pd.NA, None], dtype=object)}))
    assert opened.column("x").tolist() == [dt.date(2026, 1, 5), None, None, None]  # type: ignore[union-attr]


def test_columns_of_unknown_type_come_as_objects() -> None:
    """A type that the door does not know, such as a pandas period, is handed on as objects."""
    opened = open_frame(pd.DataFrame({"x": pd.period_range("2026-01", periods=2, freq="M")}))
    assert opened.column("x").dtype == np.object_  # type: ignore[union-attr]


def test_names_need_not_be_text() -> None:
    """Pandas allows numbers as names of columns."""
    opened = open_frame(pd.DataFrame({7: [1, 2], "b": [3, 4]}))
    assert opened.columns == (7, "b")
    assert opened.column(7).tolist() == [1, 2]  # type: ignore[union-attr]


def test_lazy_frames_stay_lazy() -> None:
    """Lazy frames and relations are not read; the kind of each column is known from the schema."""
    frame = pl.DataFrame(
        {"s": ["a"], "i": [1], "d": [dt.date(2026, 1, 5)], "t": [dt.datetime(2026, 1, 5)], "b": [True]}  # noqa: DTZ001
    )
    connection = duckdb.connect()
    connection.register("frame", frame.to_arrow())
    for lazy in (frame.lazy(), connection.sql("select * from frame")):
        opened = open_frame(lazy)
        assert isinstance(opened, Lazy)
        assert [opened.kind(str(name)) for name in opened.columns] == ["text", "number", "date", "datetime", "other"]
        assert len(opened.collect()) == 1


@pytest.mark.parametrize("value", [[1, 2], 3, "log.csv", np.zeros((2, 2)), pd.Series([1]), None])
def test_what_is_no_table_is_refused(value) -> None:
    """Lists, numbers, paths, matrices and single columns are refused with what is supported."""
    with pytest.raises(InvalidData, match="is not a table; give one of: pandas, polars"):
        open_frame(value)


@pytest.mark.parametrize(
    "frame",
    [pd.DataFrame([[1, 2]], columns=["a", "a"]), pa.table([[1], [2]], names=["a", "a"])],
    ids=["pandas", "pyarrow"],
)
def test_duplicate_names_are_refused(frame) -> None:
    """Two columns of one name are refused, whatever column is wanted."""
    with pytest.raises(InvalidData, match="two columns share a name"):
        open_frame(frame)


@pytest.mark.parametrize("other", ["a", "A"])
def test_duplicate_names_of_a_relation_are_refused(other) -> None:
    """DuckDB would take the first of two columns of one name, in whatever case, so such a relation is refused."""
    with duckdb.connect() as connection:
        relation = connection.sql(f'select 1 as a, 2 as b, 3 as "{other}"')
        with pytest.raises(InvalidData, match=f"two columns share a name.* rename one.*: 'a', '{other}'$"):
            open_frame(relation)
        assert open_frame(connection.sql("select 1 as a, 2 as b")).columns == ("a", "b")


def test_a_signaling_nan_is_missing() -> None:
    """A Decimal that refuses every comparison stands for nothing, in a pandas column as in a list."""
    values = [Decimal("1.5"), Decimal("sNaN"), None]
    for frame in (pd.DataFrame({"x": values}), {"x": values}):
        found = read(frame, "x").tolist()
        assert found[0] == Decimal("1.5")
        assert all(map(is_missing, found[1:]))


def test_missing_values_of_every_library() -> None:
    """None, nan, NaT and NA stand for nothing; zero and the empty text do not."""
    assert all(is_missing(value) for value in (None, float("nan"), np.datetime64("NaT"), pd.NaT, pd.NA))
    assert not any(is_missing(value) for value in (0, "", False, dt.date(2026, 1, 5)))


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"x": pd.Categorical([10, 9, 9])}),
        pa.table({"x": pa.array([10, 9, 9]).dictionary_encode()}),
        pa.table({"x": pa.array([10, 9, 9]).dictionary_encode()}).to_pandas(types_mapper=pd.ArrowDtype),
        {"x": pd.Categorical([10, 9, 9])},
    ],
    ids=["pandas", "pyarrow", "pandas-arrow", "mapping"],
)
def test_categories_that_are_numbers_stay_numbers(frame) -> None:
    """Categories are decoded to what they are."""
    for column in (read(frame, "x"), open_frame(frame).key("x")):  # type: ignore[union-attr]
        assert isinstance(column, np.ndarray)
        assert column.dtype == np.int64
        assert column.tolist() == [10, 9, 9]


def test_missing_numbers_of_a_dictionary_stay_missing() -> None:
    """No row of a dictionary of numbers takes the value of another."""
    column = read(pa.table({"x": pa.array([10, None, 9]).dictionary_encode()}), "x")
    assert column.tolist() == [10, None, 9]


def test_categories_of_text_with_arrow_stay_text() -> None:
    """A dictionary of arrow within pandas is text if its words are."""
    words = pa.table({"x": pa.array(["b", "a", "b"]).dictionary_encode()})
    column = read(words.to_pandas(types_mapper=pd.ArrowDtype), "x")
    assert isinstance(column, Coded)
    assert column.texts().tolist() == ["b", "a", "b"]


def test_large_numbers_beside_fractions_keep_their_digits() -> None:
    """A list of whole numbers and fractions becomes one of floats only if that loses nothing."""
    assert read({"x": [2**60 + 1, 1.5]}, "x").tolist() == [2**60 + 1, 1.5]
    assert read({"x": [2**63, -1]}, "x").tolist() == [2**63, -1]
    assert read({"x": [1, 1.5]}, "x").dtype == np.float64


def test_columns_without_a_value_have_a_key() -> None:
    """Columns of nothing but missing values identify nobody, but can be looked at."""
    opened = open_frame(pl.DataFrame({"x": [None, None]}))
    assert opened.key("x").tolist() == [None, None]  # type: ignore[union-attr]
