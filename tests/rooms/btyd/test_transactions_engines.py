"""Every engine gives the same summary of the same purchases."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from narwhals.exceptions import NarwhalsError

from relmodels.btyd.summary import PurchaseSummary
from relmodels.btyd.tally import LeftOut
from relmodels.core.errors import InvalidData
from relmodels.datasets.cdnow import cdnow
from relmodels.frames.table import Table

NAMES: dict[str, Any] = {"customer": "customer", "date": "date", "amount": "amount"}
ENGINES = ("pandas", "pandas-arrow", "polars", "polars-lazy", "pyarrow", "duckdb", "table", "mapping")
LAZY = ("polars-lazy", "duckdb")


def purchases() -> pl.DataFrame:
    """Return the CDNOW sample with some refunds."""
    log = cdnow().to_frame("polars")
    refunds = log[::50].with_columns(amount=-pl.col("amount") - 1)
    return pl.concat([log, refunds])


def in_engine(frame: pl.DataFrame, engine: str) -> Any:
    """Return the frame in the form of an engine, rows shuffled where their order must not matter."""
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=7)
    if engine == "duckdb":
        connection = duckdb.connect()
        connection.register("log", shuffled.to_arrow())
        return connection.sql("select * from log")
    forms = {
        "pandas": lambda: shuffled.to_pandas().set_index(np.arange(len(frame)) % 5),
        "pandas-arrow": lambda: shuffled.to_pandas(use_pyarrow_extension_array=True),
        "polars": lambda: shuffled,
        "polars-lazy": shuffled.lazy,
        "pyarrow": shuffled.to_arrow,
        "table": lambda: Table(shuffled.to_dict(as_series=False)),
        "mapping": lambda: {name: shuffled[name].to_numpy() for name in shuffled.columns},
    }
    return forms[engine]()


def assert_close(one: Any, other: Any) -> None:
    """Check that two columns are equal but for rounding."""
    np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-11)


def assert_equal(one: PurchaseSummary, other: PurchaseSummary) -> None:
    """Check that two summaries are equal but for rounding; an engine knows no log gaps."""
    for name in ("customer", "frequency", "recency", "age", "first", "last"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    for name in ("spend", "first_day_spend"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-12, atol=1e-12, err_msg=name)
    assert one.activity is not None
    assert other.activity is not None
    np.testing.assert_array_equal(one.activity.new_customers, other.activity.new_customers)
    np.testing.assert_array_equal(one.activity.repeat_purchases, other.activity.repeat_purchases)
    assert one.intake == other.intake
    assert one.left_out is not None
    assert other.left_out is not None
    assert one.left_out.late.tolist() == other.left_out.late.tolist()
    assert one.left_out.without_purchase.tolist() == other.left_out.without_purchase.tolist()
    if one.holdout is not None and other.holdout is not None:
        np.testing.assert_array_equal(one.holdout.frequency, other.holdout.frequency)
        assert_close(one.holdout.spend, other.holdout.spend)
        assert one.holdout.duration == other.holdout.duration


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "options",
    [{}, {"calibration_end": "1997-02-28"}, {"calibration_end": "1997-02-28", "observation_end": dt.date(1998, 3, 31)}],
    ids=["whole", "split", "cut"],
)
def test_engines_agree(engine, options) -> None:
    """Shuffled rows in any engine give what the table in memory gives, counts and left-out customers included."""
    frame = purchases()
    expected = PurchaseSummary.from_transactions(frame, **NAMES, negative="drop", **options)
    found = PurchaseSummary.from_transactions(in_engine(frame, engine), **NAMES, negative="drop", **options)
    assert_equal(found, expected)
    assert (found.log_gaps is None) == (engine in LAZY)
    if found.log_gaps is not None:
        assert_close(found.log_gaps, expected.log_gaps)


@pytest.mark.parametrize("engine", ENGINES)
def test_engines_agree_on_text(engine) -> None:
    """Identifiers and dates as text give the same, the identifiers with their leading zeros."""
    frame = purchases()
    expected = PurchaseSummary.from_transactions(frame, **NAMES, negative="drop")
    text = frame.with_columns(
        pl.col("customer").cast(pl.String).str.zfill(5), pl.col("date").dt.strftime("%Y-%m-%dT23:15:00")
    )
    found = PurchaseSummary.from_transactions(in_engine(text, engine), **NAMES, negative="drop")
    assert found.customer is not None
    assert found.customer[:2].tolist() == ["00001", "00002"]
    assert found.left_out is not None
    nobody = LeftOut(found.left_out.late, found.left_out.without_purchase.astype(np.int64))
    assert_equal(replace(found, customer=found.customer.astype(np.int64), left_out=nobody), expected)


@pytest.mark.parametrize("engine", ENGINES)
def test_engines_agree_without_amounts(engine) -> None:
    """Without amounts there is no spend, and nothing is netted or dropped."""
    found = PurchaseSummary.from_transactions(in_engine(purchases(), engine), customer="customer", date="date")
    expected = PurchaseSummary.from_transactions(purchases(), customer="customer", date="date")
    np.testing.assert_array_equal(found.frequency, expected.frequency)
    np.testing.assert_array_equal(found.recency, expected.recency)
    assert found.spend is None
    assert found.intake == expected.intake


@pytest.mark.parametrize("engine", ["polars", "polars-lazy", "pandas", "pyarrow"])
def test_the_date_is_the_one_in_its_own_zone(engine) -> None:
    """Late in the evening in New York is the same day, although it is the next in London."""
    times = pl.Series("date", ["2026-01-05T23:30", "2026-01-06T00:30"]).str.to_datetime("%Y-%m-%dT%H:%M")
    frame = pl.DataFrame(
        {"customer": [1, 1], "date": times.dt.replace_time_zone("America/New_York"), "amount": [1.0, 2.0]}
    )
    found = PurchaseSummary.from_transactions(in_engine(frame, engine), **NAMES)
    assert found.first is not None
    assert found.first.astype(str).tolist() == ["2026-01-05"]
    assert found.frequency.tolist() == [1]


def test_the_same_kind_of_frame_comes_out() -> None:
    """The summary turns into the kind of frame that it was made of, one row for each customer."""
    for engine in ENGINES:
        given = in_engine(purchases(), engine)
        made = PurchaseSummary.from_transactions(given, **NAMES, negative="drop").to_frame(like=given)
        assert type(made) is type(given)


def test_the_index_of_pandas_is_ignored() -> None:
    """A frame whose index is shuffled or repeated gives the same as one with a plain index."""
    frame = pd.DataFrame(
        {"customer": [1, 2, 1], "date": ["2026-01-05", "2026-01-06", "2026-01-08"], "amount": [1.0, 2.0, 3.0]}
    )
    odd = frame.set_axis([9, 9, 0], axis=0)
    assert_equal(PurchaseSummary.from_transactions(odd, **NAMES), PurchaseSummary.from_transactions(frame, **NAMES))


@pytest.mark.parametrize("engine", LAZY)
@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("customer", [1.0, None, float("nan")], "customer of 2 rows is missing"),
        ("date", ["2026-01-05", None, "2026-01-06"], "date of 1 row is missing"),
        (
            "date",
            ["2026-01-05", "05.01.2026", "06.01.2026"],
            r"date in 2 distinct values \('05.01.2026', '06.01.2026'\) is not",
        ),
        ("date", ["2026-01-05T10:00Z", "2026-01-05T10:00", "2026-01-06"], "mixes times in 2 time zones"),
        ("date", [1, 2, 3], "date holds Int64, dates are needed"),
        ("amount", ["1", "2", "3"], "amount holds String, numbers are needed"),
        ("amount", [1.0, float("inf"), None], "amount of 2 rows is not a finite number"),
        ("amount", [1.0, -2.0, 3.0], r"amount nets below zero on 1 day of a customer \(2026-01-06: -2\)"),
    ],
)
def test_lazy_frames_are_checked(engine, column, values, message) -> None:
    """A fault in a lazy frame is found by its engine; its rows have no numbers, so they are counted."""
    good = {"customer": [1, 2, 3], "date": ["2026-01-05", "2026-01-06", "2026-01-07"], "amount": [1.0, 2.0, 3.0]}
    with pytest.raises(InvalidData, match=message):
        PurchaseSummary.from_transactions(in_engine(pl.DataFrame(good | {column: values}), engine), **NAMES)


@pytest.mark.parametrize("engine", LAZY)
def test_all_faults_of_a_lazy_frame_are_listed(engine) -> None:
    """A missing column, missing values and unreadable dates are one error."""
    frame = pl.DataFrame({"customer": [1, None], "date": ["x", None], "sum": [1.0, 2.0]})
    with pytest.raises(InvalidData) as caught:
        PurchaseSummary.from_transactions(in_engine(frame, engine), **NAMES, observation_end="soon")
    assert len(caught.value.problems) == 5
    with pytest.raises(InvalidData, match="there are no rows"):
        PurchaseSummary.from_transactions(in_engine(frame.head(0), engine), customer="customer", date="date")
    with pytest.raises(InvalidData, match="date of 1 row is missing"):
        PurchaseSummary.from_transactions(
            in_engine(pl.DataFrame({"customer": [1], "date": pl.Series([None], dtype=pl.Date)}), engine),
            customer="customer",
            date="date",
        )


DAYS = [dt.date(2020, 1, 1), dt.date(2020, 1, 2), dt.date(2020, 1, 3)]


def duck(query: str) -> Any:
    """Return a query as a relation of a fresh database."""
    return duckdb.connect().sql(query)


def wide_identifiers() -> dict[str, Any]:
    """Return tables of three customers whose whole numbers are wider than a float, as decimals or in 128 bits."""
    decimals = pa.table({"c": pa.array([Decimal(2**60 + i) for i in range(3)], pa.decimal128(30, 0)), "d": DAYS})
    wide = pl.DataFrame({"c": pl.Series([2**60 + i for i in range(3)], dtype=pl.Int128), "d": DAYS})
    rows = "select {kind} + i as c, date '2020-01-01' + i::int as d from range(3) t(i)"
    return {
        "pyarrow": decimals,
        "polars": pl.from_arrow(decimals),
        "pandas": decimals.to_pandas(types_mapper=pd.ArrowDtype),
        "series": {"c": wide["c"], "d": DAYS},
        "objects": {"c": [Decimal(2**60 + i) for i in range(3)], "d": DAYS},
        "polars-lazy": pl.from_arrow(decimals).lazy(),  # type: ignore[union-attr]
        "polars-128": wide,
        "polars-128-lazy": wide.lazy(),
        "duckdb-decimal": duck(rows.format(kind="1152921504606846976::decimal(30,0)")),
        "duckdb-hugeint": duck(rows.format(kind="1152921504606846976::hugeint")),
    }


@pytest.mark.parametrize("engine", list(wide_identifiers()))
def test_wide_identifiers_keep_their_digits(engine) -> None:
    """Decimals and 128-bit numbers that differ in the last digit only are different customers."""
    found = PurchaseSummary.from_transactions(wide_identifiers()[engine], customer="c", date="d")
    assert found.customer is not None
    assert found.customer.dtype == np.int64
    assert found.customer.tolist() == [2**60, 2**60 + 1, 2**60 + 2]


@pytest.mark.parametrize("engine", ["polars", "polars-lazy"])
def test_identifiers_beyond_64_bits_stay_whole_numbers(engine) -> None:
    """Whole numbers that no 64 bits hold come out as Python's own."""
    frame = pl.DataFrame({"c": pl.Series([2**70 + 1, 2**70], dtype=pl.Int128), "d": DAYS[:2]})
    found = PurchaseSummary.from_transactions(frame if engine == "polars" else frame.lazy(), customer="c", date="d")
    assert found.customer is not None
    assert found.customer.tolist() == [2**70, 2**70 + 1]


@pytest.mark.parametrize("engine", ["pyarrow", "polars-lazy", "duckdb"])
def test_decimal_identifiers_with_a_fraction_are_refused(engine) -> None:
    """A decimal with a fraction identifies nobody."""
    table = pa.table({"c": [Decimal("1.5"), Decimal("2.0")], "d": DAYS[:2]})
    forms = {"pyarrow": table, "polars-lazy": pl.from_arrow(table).lazy()}  # type: ignore[union-attr]
    if engine == "duckdb":
        forms[engine] = duck("select 1.5::decimal(9,1) as c, date '2020-01-01' as d")
    with pytest.raises(InvalidData, match="c holds decimals with a fraction, 1 distinct value, which identify nobody"):
        PurchaseSummary.from_transactions(forms[engine], customer="c", date="d")


@pytest.mark.parametrize("engine", ["mapping", *LAZY])
@pytest.mark.parametrize("days", [DAYS[:1] * 2, DAYS[:2]], ids=["a day", "two days"])
@pytest.mark.parametrize("amounts", [[1e308, 1e308], [1e308, -1e308]])
def test_amounts_that_add_up_to_infinity_are_refused(engine, days, amounts) -> None:
    """No net, no total and no tolerance of a customer is infinite; every engine follows the same rule."""
    frame = pl.DataFrame({"customer": [1, 1, 2], "date": [*days, DAYS[2]], "amount": [*amounts, 1.0]})
    with pytest.raises(InvalidData, match=r"amount in .* adds up to more than a floating-point number can hold"):
        PurchaseSummary.from_transactions(in_engine(frame, engine), **NAMES, negative="drop")


@pytest.mark.parametrize("engine", ["mapping", *LAZY])
def test_large_amounts_of_different_customers_do_not_add_up(engine) -> None:
    """Only the amounts of one customer are added, and the rows that are too large together are named."""
    table = {"customer": [1, 2, 2], "date": DAYS, "amount": [1.5e308, 1e308, 2e307]}
    found = PurchaseSummary.from_transactions(in_engine(pl.DataFrame(table), engine), **NAMES)
    assert found.first_day_spend is not None
    assert found.first_day_spend.tolist() == [1.5e308, 1e308]
    with pytest.raises(InvalidData, match="amount in rows 1, 2 adds up to more"):
        PurchaseSummary.from_transactions(table | {"amount": [1.0, 1e308, 1e308]}, **NAMES)


@pytest.mark.parametrize("day", ["'infinity'::date", "'-infinity'::timestamp", "date '0044-03-15 (BC)'"])
def test_dates_outside_the_calendar_are_refused(day) -> None:
    """The infinities of an engine and the years before 1 are no dates of purchases."""
    with pytest.raises(InvalidData, match="d lies outside the years 1 to 9999 in some rows"):
        PurchaseSummary.from_transactions(duck(f"select 1 as c, {day} as d"), customer="c", date="d")


@pytest.mark.parametrize(
    "frame",
    [
        pa.table({"c": [{"a": 1}, {"a": 2}], "d": DAYS[:2]}),
        pa.table({"c": [[1], [2, 3]], "d": DAYS[:2]}),
        pa.table({"c": [[1], [2, 3]], "d": DAYS[:2]}).to_pandas(types_mapper=pd.ArrowDtype),
        pl.DataFrame({"c": [{"a": 1}, {"a": 2}], "d": DAYS[:2]}),
        pl.DataFrame({"c": [[1], [2, 3]], "d": DAYS[:2]}),
        pl.DataFrame({"c": pl.Series([[1, 2], [3, 4]], dtype=pl.Array(pl.Int64, 2)), "d": DAYS[:2]}),
        pl.LazyFrame({"c": [{"a": 1}, {"a": 2}], "d": DAYS[:2]}),
        pl.LazyFrame({"c": [[1], [2, 3]], "d": DAYS[:2]}),
        duck("select {'a': 1} as c, date '2020-01-01' as d"),
        duck("select [1] as c, date '2020-01-01' as d"),
        {"c": [[1], [2, 3]], "d": DAYS[:2]},
        {"c": [[1, 2], [3, 4]], "d": DAYS[:2]},
        {"c": [{"a": 1}, {"a": 2}], "d": DAYS[:2]},
    ],
)
def test_nested_identifiers_are_refused(frame) -> None:
    """Lists and structs identify nobody, whatever engine holds them."""
    with pytest.raises(InvalidData, match=r"c holds .* values, which have no order"):
        PurchaseSummary.from_transactions(frame, customer="c", date="d")


@pytest.mark.parametrize(
    "values", [pa.array([b"b1", b"a1"], pa.binary(2)), pa.array([b"b1", b"a1"]), pl.Series([b"b1", b"a1"])]
)
def test_bytes_identify(values) -> None:
    """Bytes have an order, so they identify, of fixed size or not."""
    frame = pl.DataFrame({"c": values, "d": DAYS[:2]}) if isinstance(values, pl.Series) else None
    table = pa.table({"c": values, "d": DAYS[:2]}) if frame is None else frame
    found = PurchaseSummary.from_transactions(table, customer="c", date="d")
    assert found.customer is not None
    assert found.customer.tolist() == [b"a1", b"b1"]


def test_uuids_of_an_engine_identify() -> None:
    """An engine hands its UUIDs out as text."""
    found = PurchaseSummary.from_transactions(
        duck(
            "select ('00000000-0000-0000-0000-00000000000' || i)::uuid as c, date '2020-01-01' as d from range(2) t(i)"
        ),
        customer="c",
        date="d",
    )
    assert found.customer is not None
    assert [text[-2:] for text in found.customer] == ["00", "01"]


def test_faults_of_an_engine_have_their_cause() -> None:
    """A query that its engine cannot evaluate is invalid data, with the engine's own error as the cause."""
    log = pl.LazyFrame({"c": [1], "d": ["x"]})
    for lazy in (log.select("nobody"), log.with_columns(pl.col("d").str.to_date("%Y-%m-%d"))):
        with pytest.raises(InvalidData, match="the engine of the table could not evaluate it") as caught:
            PurchaseSummary.from_transactions(lazy, customer="c", date="d")
        assert isinstance(caught.value.__cause__, pl.exceptions.PolarsError | NarwhalsError)


def test_a_missing_file_stays_a_missing_file(tmp_path) -> None:
    """That the file of a lazy frame is not there is said as the engine says it."""
    with pytest.raises(FileNotFoundError):
        PurchaseSummary.from_transactions(pl.scan_csv(tmp_path / "nothing.csv"), customer="c", date="d")
