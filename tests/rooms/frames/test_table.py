"""The small table: what it holds, shows and turns into."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.frames.table import Table

SMALL = {
    "class": ["A", "B"],
    "count": [1, 2],
    "share": [0.8, 0.15],
    "since": np.array(["2026-01-05", "NaT"], dtype="datetime64[D]"),
}


def test_columns_keep_their_order_and_values() -> None:
    """Columns come back in order; numbers are read-only arrays, words are tuples."""
    table = Table(SMALL)
    assert table.columns == ("class", "count", "share", "since")
    assert len(table) == 2
    assert table.column("class") == ("A", "B")
    share = table.column("share")
    assert isinstance(share, np.ndarray)
    assert not share.flags.writeable


def test_rows_are_plain_values() -> None:
    """A row holds Python values: text, whole numbers, floats and dates."""
    assert list(Table(SMALL).rows()) == [("A", 1, 0.8, dt.date(2026, 1, 5)), ("B", 2, 0.15, None)]


def test_text_is_aligned() -> None:
    """Words stand to the left, numbers to the right with equal decimals, and what is missing is a dash."""
    table = Table({"class": ["A", "longer"], "share": [0.8, np.nan], "count": [7, 1200]})
    assert str(table) == "class    share  count\nA       0.8000      7\nlonger       -   1200"


def test_whole_floats_have_no_decimals() -> None:
    """A column of whole floats is shown without decimals."""
    assert str(Table({"x": [1.0, 20.0]})) == " x\n 1\n20"


def test_infinity_is_shown_as_such() -> None:
    """A number that is not finite does not spoil the decimals of the others."""
    assert str(Table({"x": [np.inf, 0.5]})).split() == ["x", "inf", "0.5000"]


@pytest.mark.parametrize("values", [np.arange(100), [f"name {row}" for row in range(100)]])
def test_a_long_table_shows_both_ends(values) -> None:
    """Of a hundred rows the first fifteen and the last five are shown, and the number of rows is stated."""
    lines = str(Table({"row": values})).splitlines()
    assert len(lines) == 1 + 15 + 1 + 5 + 1
    assert lines[-1] == "(100 rows)"
    assert lines[-2].endswith("99")
    assert "<caption>(100 rows)</caption>" in Table({"row": values})._repr_html_()


def test_html_is_escaped() -> None:
    """Names and cells are escaped, so that a customer called <script> stays a word."""
    found = Table({"a<b": ["<script>", "x & y"]})._repr_html_()
    assert "<th>a&lt;b</th>" in found
    assert "&lt;script&gt;" in found
    assert "x &amp; y" in found
    assert "<script>" not in found


def test_repr_names_the_columns() -> None:
    """The representation is one line."""
    assert repr(Table({"a": [1], "b": [2]})) == "<Table of 1 rows: a, b>"


def test_an_empty_table_is_a_table() -> None:
    """No columns and no rows are allowed."""
    assert len(Table({})) == 0
    assert str(Table({"a": []})) == "a"


def test_mixed_values_are_not_converted() -> None:
    """A column of a number, a word and a boolean keeps all three, instead of turning them into words."""
    assert Table({"x": [1, "1", True]}).column("x") == (1, "1", True)


def test_a_missing_column_is_named_with_near_names() -> None:
    """Asking for a column that is not there lists what is there and suggests the nearest."""
    with pytest.raises(InvalidData, match=r"no column 'shared' \(did you mean 'share'\?\).*'class', 'count', 'share'"):
        Table(SMALL).column("shared")


def test_columns_of_different_length_are_refused() -> None:
    """All lengths are reported."""
    with pytest.raises(InvalidData, match="a has 1, b has 2 rows"):
        Table({"a": [1], "b": [1, 2]})


@pytest.mark.parametrize("values", ["text", 3, np.zeros((2, 2)), {"a": 1}, None])
def test_a_column_has_one_dimension(values) -> None:
    """A single value, a matrix or a mapping is no column."""
    with pytest.raises(InvalidData, match="one dimension is needed"):
        Table({"x": values})


@pytest.mark.parametrize(("name", "kind"), [("pandas", pd.DataFrame), ("polars", pl.DataFrame), ("pyarrow", pa.Table)])
def test_to_frame_by_name(name, kind) -> None:
    """A library's name gives a frame of that library."""
    assert isinstance(Table(SMALL).to_frame(like=name), kind)


def test_to_frame_keeps_dates_and_words() -> None:
    """Dates arrive as dates, words as text, and a missing date as a null."""
    frame = Table(SMALL).to_frame("polars")
    assert frame.schema == {"class": pl.String, "count": pl.Int64, "share": pl.Float64, "since": pl.Date}
    assert frame["since"].to_list() == [dt.date(2026, 1, 5), None]


def test_to_frame_like_a_frame() -> None:
    """A frame gives one of its own kind: eager, lazy, a relation, a mapping or a table."""
    small = pl.DataFrame({"a": [1]})
    relation = duckdb.connect().sql("select 1 as a")
    for like in (small, small.lazy(), small.to_pandas(), small.to_arrow(), relation, {"a": [1]}, Table({"a": [1]})):
        assert type(Table(SMALL).to_frame(like)) is type(like)


def test_to_frame_without_a_wish_is_the_table() -> None:
    """A table is its own frame."""
    table = Table(SMALL)
    assert table.to_frame() is table


def test_to_frame_refuses_what_it_does_not_know() -> None:
    """An unknown name and an object that is no frame are refused with what is allowed."""
    with pytest.raises(InvalidParameters, match="use one of pandas, polars, pyarrow"):
        Table(SMALL).to_frame("excel")
    with pytest.raises(InvalidData, match="a int is not a table"):
        Table(SMALL).to_frame(3)


def test_to_frame_says_which_library_is_missing() -> None:
    """Asking for a library that is not installed says how to install it."""
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from relmodels.frames.table import Table\n"
        "try: Table({'a': [1]}).to_frame('pyarrow')\n"
        "except ValueError as error: print(type(error).__name__, error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(
        "InvalidParameters like = 'pyarrow' needs a library that is not installed: pip install"
    )
