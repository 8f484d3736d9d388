"""Every fault of a purchase table is listed, once, with column, rows and values, and never with an identifier."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pytest

from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, InvalidParameters

GOOD: dict[str, list[Any]] = {
    "who": ["secret-1", "secret-2", "secret-1"],
    "day": ["2026-01-05", "2026-01-06", "2026-01-09"],
    "paid": [1.0, 2.0, 3.0],
}
NAMES: dict[str, Any] = {"customer": "who", "date": "day", "amount": "paid"}


def problems(table: object, **options: Any) -> tuple[str, ...]:
    """Return what is wrong with a table; no identifier may appear."""
    with pytest.raises(InvalidData) as caught:
        PurchaseSummary.from_transactions(table, **(NAMES | options))
    assert "secret" not in str(caught.value)
    return caught.value.problems


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("who", ["secret-1", None, "secret-2"], "who is missing in row 1"),
        ("who", [1, "1", 2], "who holds identifiers of several types (int, str)"),
        ("who", [1.0, float("nan"), 2.0], "who is missing in row 1"),
        ("day", ["2026-01-05", "06.01.2026", "2026-13-01"], "day in rows 1, 2 ('06.01.2026', '2026-13-01') is not"),
        ("day", ["2026-01-05", None, "2026-01-09"], "day is missing in row 1"),
        ("day", [dt.date(2026, 1, 5), pd.NaT, None], "day is missing in rows 1, 2"),
        ("day", [20260105, 20260106, 20260107], "day holds int64 values such as 20260105, dates are needed"),
        ("day", [dt.date(2026, 1, 5), 46000.0, dt.date(2026, 1, 6)], "day in row 1 (46000.0) is not an ISO date"),
        ("paid", [1.0, float("nan"), float("inf")], "paid[1] = nan, paid[2] = inf is not a finite number"),
        ("paid", [1.0, None, 2.0], "paid[1] = nan is not a finite number"),
        ("paid", ["1", "2", "3"], "paid holds text such as '1' in row 0, numbers are needed"),
        ("paid", [True, False, True], "paid holds booleans, numbers are needed"),
        ("paid", [1.0, -2.0, 3.0], "paid nets below zero on 1 day of a customer (row 1, 2026-01-06: -2)"),
    ],
)  # fmt: skip
def test_each_fault_is_described(column, values, message) -> None:
    """One faulty column gives one sentence with column, rows, values and what to do."""
    (found,) = problems(GOOD | {column: values})
    assert found.startswith(f"purchase table: {message}")
    assert ";" in found


def test_all_faults_are_one_error() -> None:
    """A missing customer, an unreadable date, a missing amount and two impossible ends are reported together."""
    table = {"who": ["a", None], "day": ["2026-01-05", "05.01.2026"], "paid": [float("nan"), 3.0]}
    found = problems(table, calibration_end="later", observation_end=20260105)
    assert len(found) == 5
    assert found[0].startswith("purchase table: calibration_end = 'later' is not a date; give ISO text")
    assert found[1].startswith("purchase table: observation_end = 20260105 is not a date")


def test_a_missing_column_does_not_hide_other_faults() -> None:
    """The columns that are there are checked, and near names are suggested for the one that is not."""
    missing, unfinished = problems({"Who": ["a"], "day": ["2026-01-05"], "paid": [float("inf")]})
    assert "there is no column 'who' (did you mean 'Who'?); the columns are: 'Who', 'day', 'paid'" in missing
    assert "paid[0] = inf" in unfinished


def test_without_any_of_the_columns() -> None:
    """All missing columns are named."""
    assert len(problems({"x": [1]})) == 3


def test_mixed_zones_are_refused() -> None:
    """A column of times with and without a zone is refused, with the rows of each."""
    days = [dt.datetime(2026, 1, 5, 1, tzinfo=zone) for zone in (None, ZoneInfo("UTC"), ZoneInfo("Asia/Tokyo"))]
    for table in (GOOD | {"day": days}, pd.DataFrame(GOOD | {"day": pd.Series(days, dtype=object)})):
        (found,) = problems(table)
        assert "day mixes times in 3 time zones" in found


@pytest.mark.parametrize(
    "table", [{"who": [], "day": [], "paid": []}, pl.DataFrame(GOOD).head(0), pd.DataFrame(GOOD).head(0)]
)
def test_an_empty_table_is_refused(table) -> None:
    """At least one purchase is needed."""
    assert problems(table) == ("purchase table: there are no rows; at least one purchase is needed",)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"observation_end": "2026-01-04"}, "observation_end = 2026-01-04 lies before the first date, 2026-01-05"),
        ({"calibration_end": "2026-01-04"}, "calibration_end = 2026-01-04 lies before the first date, 2026-01-05"),
        (
            {"calibration_end": "2026-01-09"},
            "does not lie before observation_end = 2026-01-09 (the last date of the table)",
        ),
        (
            {"calibration_end": "2026-01-08", "observation_end": "2026-01-08"},
            "calibration_end = 2026-01-08 does not lie before observation_end = 2026-01-08 (given)",
        ),
        ({"observation_end": "31.12.2026"}, "observation_end = '31.12.2026' is not a date"),
        ({"observation_end": np.datetime64("NaT")}, "is not a date"),
        ({"observation_end": pd.NaT}, "is not a date"),
    ],
)
def test_ends_have_to_fit(options, message) -> None:
    """Ends before the purchases, in the wrong order or unreadable are refused."""
    (found,) = problems(GOOD, **options)
    assert message in found


def test_ends_are_checked_beside_other_faults() -> None:
    """A faulty amount does not hide an end that does not fit."""
    assert len(problems(GOOD | {"paid": [1.0, 2.0, None]}, observation_end="2020-01-01")) == 2


def test_options_are_checked() -> None:
    """Units and rules are words from a short list."""
    with pytest.raises(InvalidParameters, match="'fortnight' is not a time unit"):
        PurchaseSummary.from_transactions(GOOD, **NAMES, unit="fortnight")  # type: ignore[arg-type]
    with pytest.raises(InvalidParameters, match="use 'raise' or 'drop'"):
        PurchaseSummary.from_transactions(GOOD, **NAMES, negative="ignore")  # type: ignore[arg-type]


def test_negative_days_are_listed_in_the_order_of_rows() -> None:
    """Of many days below zero the first five rows are named, the others counted; the way out is said."""
    table = {"who": list(range(8, 0, -1)), "day": ["2026-01-05"] * 8, "paid": [-float(v) for v in range(8)]}
    (found,) = problems(table)
    assert "on 7 days of a customer (row 1, 2026-01-05: -1; row 2, 2026-01-05: -2" in found
    assert found.endswith("and 2 more); correct these rows, or pass negative='drop' to leave such days out")


def test_negative_days_keep_their_row_numbers_beside_rows_after_the_end() -> None:
    """Row numbers are those of the table, also if rows after the end are left out; such rows are not looked at."""
    table = {
        "who": [1, 1, 1, 2],
        "day": ["2026-02-01", "2026-01-05", "2026-01-07", "2026-02-01"],
        "paid": [1.0, 1.0, -4.0, -9.0],
    }
    (found,) = problems(table, observation_end="2026-01-31")
    assert "on 1 day of a customer (row 2, 2026-01-07: -4)" in found


def test_columns_of_different_length_are_refused() -> None:
    """A mapping is a table only if its columns have one length."""
    (found,) = problems({"who": [1, 2], "day": ["2026-01-05"], "paid": [1.0]})
    assert "the columns differ in length: who has 2, day has 1, paid has 1 rows" in found


@pytest.mark.parametrize("table", [GOOD, pl.LazyFrame(GOOD)], ids=["mapping", "lazy"])
@pytest.mark.parametrize("role", ["customer", "date"])
@pytest.mark.parametrize("name", [None, 1.5, ["who"]])
def test_columns_are_given_by_name(table, role, name) -> None:
    """What is no name of a column is refused before the table is read."""
    with pytest.raises(InvalidParameters, match=f"{role} = .* is not the name of a column"):
        PurchaseSummary.from_transactions(table, **(NAMES | {role: name}))


def test_an_end_is_given_to_the_day() -> None:
    """A month is no last day, although numpy would take its first."""
    (found,) = problems(GOOD, calibration_end=np.datetime64("2026-01"))
    assert "calibration_end = np.datetime64('2026-01') is not a date" in found
