"""Dates of every form, and the refusal to guess."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from relmodels.core.errors import Problems
from relmodels.frames.columns import coded, object_array
from relmodels.frames.dates import day_of, whole_days, written

DAY = (dt.date(2026, 1, 5) - dt.date(1970, 1, 1)).days


def faults(column) -> list[str]:
    """Return what is wrong with a column called when."""
    problems = Problems("log")
    assert whole_days(column, "when", problems).size == 0
    return problems.found


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-05",
        "2026-01-05 23:59",
        "2026-01-05T23:59:59.123456",
        "2026-01-05T23:59:59Z",
        "2026-01-05T00:30:00+05:30",
        dt.date(2026, 1, 5),
        dt.datetime(2026, 1, 5, 23, 59),  # noqa: DTZ001
        dt.datetime(2026, 1, 5, 23, 59, tzinfo=ZoneInfo("Asia/Tokyo")),
        np.datetime64("2026-01-05"),
        np.datetime64("2026-01-05T23:59:59.999999999"),
        pd.Timestamp("2026-01-05 12:00"),
    ],
)
def test_one_date_of_any_form(value) -> None:
    """Dates, times and ISO text give the day that is written in them."""
    assert day_of(value) == DAY
    problems = Problems("log")
    assert whole_days(object_array([value]), "when", problems).tolist() == [DAY] or isinstance(value, str)


@pytest.mark.parametrize(
    "value",
    [
        "05.01.2026",
        "01/05/2026",
        "2026-1-5",
        "20260105",
        "2026-02-30",
        "2026-01-05 25:00",
        "",
        "2026-01",
        20260105,
        None,
    ],
)
def test_what_is_no_date(value) -> None:
    """Other text is never guessed at, impossible days are no dates, and neither are numbers."""
    assert day_of(value) is None


def test_days_before_1970_and_the_ends_of_the_calendar() -> None:
    """The years 1 to 9999 are covered, and times before 1970 belong to the day they are in."""
    assert written(day_of("0001-01-01") or 0) == dt.date.min
    assert written(day_of("9999-12-31") or 0) == dt.date.max
    problems = Problems("log")
    assert whole_days(np.array(["1969-12-31T23:00"], dtype="datetime64[s]"), "when", problems).tolist() == [-1]


@pytest.mark.parametrize("precision", ["D", "h", "s", "ms", "us", "ns"])
def test_times_of_every_precision(precision) -> None:
    """The precision of a time does not matter."""
    column = np.array(["2026-01-05"], dtype="datetime64[D]").astype(f"datetime64[{precision}]")
    assert whole_days(column, "when", Problems("log")).tolist() == [DAY]


@pytest.mark.parametrize("precision", ["Y", "M", "W"])
def test_months_are_no_days(precision) -> None:
    """A column of months or years does not say on which day anybody bought."""
    (fault,) = faults(np.array(["2026-01-05"], dtype="datetime64[D]").astype(f"datetime64[{precision}]"))
    assert f"when holds dates to the nearest '{precision}', days are needed" in fault


def test_unreadable_text_is_listed_with_rows_and_values() -> None:
    """Rows and values are named, and the way out is said."""
    (fault,) = faults(coded(["2026-01-05", "05.01.2026", "2026-01-06", "05.01.2026"]))
    assert fault.startswith("when in rows 1, 3 ('05.01.2026') is not an ISO date (2026-11-23); parse the column")


def test_missing_dates_are_listed_with_rows() -> None:
    """Missing dates of text, times and objects are named by row."""
    for column in (
        coded(["2026-01-05", None]),
        np.array(["2026-01-05", "NaT"], dtype="datetime64[ns]"),
        object_array([dt.date(2026, 1, 5), pd.NaT]),
    ):
        assert faults(column) == ["when is missing in row 1; every row needs a date, fill or drop these rows"]


def test_mixed_zones_of_objects_are_refused() -> None:
    """Times with and without a zone, or in two zones, are named with their rows."""
    naive, east, west = (
        dt.datetime(2026, 1, 5, 12, tzinfo=zone)
        for zone in (None, ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York"))
    )
    (fault,) = faults(object_array([naive, east, east, west]))
    assert "mixes times in 3 time zones" in fault
    assert "(none in row 0; Asia/Tokyo in rows 1, 2; America/New_York in row 3)" in fault


def test_mixed_offsets_of_text_are_refused() -> None:
    """Text with two offsets is refused; a date without a time has no zone and mixes with any."""
    (fault,) = faults(coded(["2026-01-05T10:00Z", "2026-01-05T10:00-03:30"]))
    assert "(UTC-3:30:00 in row 1; UTC+0:00:00 in row 0)" in fault
    assert whole_days(coded(["2026-01-05T10:00Z", "2026-01-06"]), "when", Problems("log")).size == 2


def test_one_place_through_the_seasons_is_one_zone() -> None:
    """Winter and summer time of one place do not count as two zones."""
    zone = ZoneInfo("Europe/Berlin")
    column = object_array([dt.datetime(2026, 1, 5, tzinfo=zone), dt.datetime(2026, 7, 5, tzinfo=zone)])
    assert whole_days(column, "when", Problems("log")).size == 2


def test_objects_that_are_no_dates_are_listed() -> None:
    """Numbers among dates are named by row and value."""
    (fault,) = faults(object_array([dt.date(2026, 1, 5), 20260105]))
    assert "when in row 1 (20260105) is not an ISO date" in fault


@pytest.mark.parametrize("column", [np.array([20260105]), np.array([1.5]), np.array([True])])
def test_numbers_are_no_dates(column) -> None:
    """A column of numbers is refused by its type, with an example."""
    (fault,) = faults(column)
    assert "dates are needed; convert the column first" in fault


def test_days_outside_the_calendar_are_refused() -> None:
    """A time beyond the year 9999 is named by row."""
    (fault,) = faults(np.array(["2026-01-05", "12026-01-05"], dtype="datetime64[D]"))
    assert fault == "when lies outside the years 1 to 9999 in row 1; correct or drop these rows"
