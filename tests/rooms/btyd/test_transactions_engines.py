"""Every engine gives the same summary of the same purchases."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

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
