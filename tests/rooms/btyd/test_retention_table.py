"""Tables of contracts: what goes in, what is refused, and how contracts are counted."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest

from relmodels.btyd.retention_table import RetentionTable
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.frames.table import Table
from relmodels.inference.model import Rows

CONTRACTS = {
    "begin": ["2020-01-15", "2020-01-15", "2020-01-15", "2020-01-15", "2021-06-01", "2022-03-01", "2023-05-01"],
    "end": ["2021-01-14", "2021-01-15", "2021-01-16", None, None, "2022-12-24", None],
}


def of_contracts(frame: object = None, **arguments) -> RetentionTable:
    terms = {"start": "begin", "end": "end", "observation_end": "2022-12-31"} | arguments
    return RetentionTable.from_customers(CONTRACTS if frame is None else frame, **terms)


def test_one_cohort():
    """A list of counts is one cohort: what is lost at each renewal, and what is kept."""
    table = RetentionTable.from_survivors([1000, 869, 743])
    assert table.lost.tolist() == [[131, 126]]
    assert (table.kept.tolist(), table.renewals.tolist()) == ([743], [2])
    assert (len(table), table.n, table.unit, table.cohort) == (1, 1000, "year", None)


def test_the_name_of_one_cohort():
    """A single cohort may have a name."""
    table = RetentionTable.from_survivors([10, 9], cohort="High End", unit="month")
    assert table.cohort is not None
    assert table.cohort.tolist() == ["High End"]
    assert table.unit == "month"


@pytest.mark.parametrize(
    "counts",
    [
        [[100, 80, 70], [50, 45]],
        ((100, 80, 70), (50, 45)),
        np.array([[100, 80, 70], [50, 45, np.nan]]),
        pd.DataFrame({0: [100, 50], 1: [80, 45], 2: [70, None]}),
        [np.array([100, 80, 70]), [50, 45, None]],
    ],
    ids=["lists", "tuples", "array", "pandas", "mixed"],
)
def test_several_cohorts(counts):
    """Cohorts may come as ragged rows, or as a table that ends in missing values; all give the same."""
    table = RetentionTable.from_survivors(counts, cohort=["old", "new"])
    assert table.lost.tolist() == [[20, 10], [5, 0]]
    assert table.kept.tolist() == [70, 45]
    assert table.renewals.tolist() == [2, 1]
    assert table.cohort is not None
    assert table.cohort.tolist() == ["old", "new"]


def test_cohorts_by_name():
    """A mapping names the cohorts; whole numbers stay whole numbers, other names stay what they are."""
    years = RetentionTable.from_survivors({2024: [500, 430], 2025: [600]})
    days = RetentionTable.from_survivors({date(2024, 1, 1): [500, 430]})
    assert years.cohort is not None
    assert days.cohort is not None
    assert (years.cohort.tolist(), days.cohort.tolist()) == ([2024, 2025], [date(2024, 1, 1)])
    assert (years.renewals.tolist(), years.n) == ([1, 0], 1100)


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ([100, 101], r"counts\[1\] = 101.0 exceeds counts\[0\] = 100.0.*does not come back"),
        ([100, -1], r"counts\[1\] = -1.0 is negative"),
        ([100, np.inf], r"counts\[1\] = inf is not a finite number"),
        ([100, None, 90], r"counts\[1\] = nan is not a finite number"),
        ([0, 0], "0.0 contracts at the start"),
        (["100", "90"], "holds text, numbers are needed"),
        ([100], "no cohort has seen a renewal"),
        ([], "is empty"),
        ([np.nan], "is empty"),
        ({}, "there are no cohorts"),
        ([[[1, 1]]], "one dimension is needed"),
        ({"A": [10, 9], "B": [9, 10]}, r"counts\['B'\]\[1\] = 10.0 exceeds counts\['B'\]\[0\] = 9.0"),
        ([[9, 8], [9, 10]], r"counts\[1\]\[1\] = 10.0 exceeds"),
        (list(range(1, 9)), "and 2 more; a contract"),
    ],
)
def test_counts_are_checked(counts, says):
    """A fault is named with its cohort, its place and its value, and what is allowed."""
    with pytest.raises(InvalidData, match=says):
        RetentionTable.from_survivors(counts)


def test_all_faults_are_reported_at_once():
    """Faults of several cohorts and of their names come in one error."""
    with pytest.raises(InvalidData) as raised:
        RetentionTable.from_survivors([[5.0, 6.0], [-1.0, -2.0], []], cohort=["a", "a"])
    assert len(raised.value.problems) == 4
    assert all(problem.startswith("retention table: ") for problem in raised.value.problems)


@pytest.mark.parametrize(
    ("cohort", "says"), [(["a", "a"], "'a' is named twice"), (["a"], "1 names, counts has 2"), ("ab", "1 names")]
)
def test_names_are_checked(cohort, says):
    """There is one name for each cohort, and no two are equal."""
    with pytest.raises(InvalidData, match=says):
        RetentionTable.from_survivors([[9, 8], [9, 8]], cohort=cohort)


def test_named_counts_take_no_further_names():
    """Names are given once: by the mapping or by the argument."""
    with pytest.raises(InvalidData, match="named already"):
        RetentionTable.from_survivors({"a": [9, 8]}, cohort="b")


def test_the_unit_is_checked():
    """A period that is no time unit is refused by both doors."""
    with pytest.raises(InvalidParameters, match="not a time unit"):
        RetentionTable.from_survivors([9, 8], unit="years")  # type: ignore[arg-type]
    with pytest.raises(InvalidParameters, match="not a time unit"):
        of_contracts(unit="years")


def test_arrays_are_read_only():
    """Neither the table's arrays nor the caller's data can be changed through it."""
    given = np.array([10.0, 9.0])
    table = RetentionTable.from_survivors(given, cohort="a").take(slice(None))
    given[0] = 5.0
    assert table.lost.tolist() == [[1.0]]
    for array in (table.lost, table.kept, table.renewals, table.cohort):
        assert array is not None
        assert not array.flags.writeable


def test_a_table_is_rows_for_the_engine():
    """A table has what the engine asks of data, and cohorts can be picked."""
    table = RetentionTable.from_survivors({"a": [9, 8], "b": [7, 6, 5], "c": [5, 4]})
    assert isinstance(table, Rows)
    assert table.every(2).kept.tolist() == [8, 4]
    picked = table.take(np.array([2, 1])).cohort
    assert picked is not None
    assert picked.tolist() == ["c", "b"]


def test_a_table_as_a_frame():
    """The frame has one row for each cohort and renewal seen, of the kind asked for."""
    table = RetentionTable.from_survivors({"a": [9, 8], "b": [7, 6, 5]})
    frame = table.to_frame("polars")
    assert isinstance(table.to_frame(), Table)
    assert frame.columns == ["cohort", "renewal", "before", "lost", "kept"]
    assert frame.rows() == [("a", 1, 9, 1, 8), ("b", 1, 7, 1, 6), ("b", 2, 6, 1, 5)]
    assert isinstance(table.to_frame(pd.DataFrame()), pd.DataFrame)


def test_a_table_shows_itself():
    """A table prints its size in one line, its rows as text and as a page."""
    table = RetentionTable.from_survivors({"a": [1000, 869], "b": [7, 6, 5]}, unit="month")
    assert repr(table) == "<RetentionTable of 1,007 contracts in 2 cohorts, up to 2 months>"
    assert "1 cohort," in repr(table.take(slice(1)))
    assert "869" in str(table)
    assert "<table" in table._repr_html_()


def test_contracts_are_lost_at_the_renewal_on_or_after_their_end():
    """Ending the day before the renewal or on it is one renewal lost, a day later is the next one lost."""
    table = of_contracts()
    assert table.cohort is not None
    assert table.cohort.tolist() == [2, 1, 0]
    assert table.lost.tolist() == [[2, 1], [0, 0], [0, 0]]
    assert table.kept.tolist() == [1, 1, 1]


def test_a_loss_known_before_the_renewal_waits_for_it():
    """Who has left in the course of a period still counts as there, since who will renew is not known yet."""
    assert of_contracts().kept.tolist()[-1] == 1
    later = of_contracts(observation_end="2023-03-01")
    assert later.lost.tolist() == [[2, 1, 0], [1, 0, 0]]


def test_contracts_that_begin_later_are_counted():
    """Contracts that begin after the end of observation are left out and counted; the end is on the table."""
    table = of_contracts()
    assert (table.left_out, table.observation_end, table.n) == (1, date(2022, 12, 31), 6)
    assert of_contracts(observation_end=None).observation_end == date(2023, 5, 1)
    assert of_contracts(observation_end=None).left_out == 0


@pytest.mark.parametrize(
    ("unit", "begin", "end", "lost_at"),
    [
        ("month", "2023-01-31", "2023-02-28", 1),
        ("month", "2023-01-31", "2023-03-01", 2),
        ("month", "2024-01-30", "2024-02-29", 1),
        ("quarter", "2023-01-31", "2023-04-30", 1),
        ("quarter", "2023-01-31", "2023-05-01", 2),
        ("year", "2020-02-29", "2021-02-28", 1),
        ("year", "2020-02-29", "2021-03-01", 2),
        ("week", "2023-01-02", "2023-01-09", 1),
        ("week", "2023-01-02", "2023-01-10", 2),
        ("day", "2023-01-02", "2023-01-05", 3),
        ("day", "2023-01-02", "2023-01-02", 1),
    ],
)
def test_renewals_follow_the_calendar(unit, begin, end, lost_at):
    """Months, quarters and years end on the day of the month, or the last one of a shorter month; weeks have 7 days."""
    table = of_contracts({"begin": [begin], "end": [end]}, unit=unit, observation_end="2025-12-31")
    assert np.flatnonzero(table.lost[0]).tolist() == [lost_at - 1]


@pytest.mark.parametrize(
    "ends",
    [
        pl.Series([date(2021, 1, 14), None]),
        pl.Series([None, None], dtype=pl.Date),
        pl.Series([None, None]),
        pl.Series(["2021-01-14", None]),
        pl.Series([date(2021, 1, 14), date(2021, 3, 1)]),
    ],
    ids=["dates", "no dates", "no type", "text", "all"],
)
def test_missing_ends_are_contracts_still_there(ends):
    """A missing end means that the contract is still there, however the column holds it and whatever the library."""
    frame = pl.DataFrame({"begin": ["2020-01-15", "2020-02-15"], "end": ends})
    wanted = of_contracts(frame)
    assert wanted.kept.sum() == ends.null_count()
    for same in (frame.to_pandas(), frame.to_arrow(), frame.lazy()):
        assert of_contracts(same).lost.tolist() == wanted.lost.tolist()


def test_a_pandas_column_without_any_end():
    """A column of nan alone, which pandas holds as numbers, is contracts still there."""
    frame = pd.DataFrame({"begin": ["2020-01-15"], "end": [np.nan]})
    assert of_contracts(frame).kept.tolist() == [1]


@pytest.mark.parametrize(
    ("frame", "arguments", "says"),
    [
        ({"begin": ["2020-01-15"], "ending": ["2021-01-15"]}, {}, "no column 'end'.*'ending'"),
        ({"begin": [None], "end": ["2021-01-15"]}, {}, "begin is missing in row 0"),
        ({"begin": ["2020-01-15"], "end": ["15.01.2021"]}, {}, "end in row 0 .*is not an ISO date"),
        ({"begin": ["2020-01-15"], "end": ["2019-01-15"]}, {}, "end lies before begin in row 0.*swapped"),
        ({"begin": ["2020-01-15"], "end": [7]}, {}, "end holds int64 values"),
        ({"begin": [], "end": []}, {}, "there are no rows"),
        (None, {"observation_end": "31.12.2022"}, "observation_end = '31.12.2022' is not a date"),
        (None, {"observation_end": "2019-12-31"}, "lies before the first contract"),
        (None, {"observation_end": "2020-12-31"}, "no contract has reached its first renewal by 2020-12-31"),
    ],
)
def test_tables_of_contracts_are_checked(frame, arguments, says):
    """A fault is named with its column, row and value, and what to do."""
    with pytest.raises(InvalidData, match=says):
        of_contracts(frame, **arguments)


def test_faults_of_both_columns_are_reported_at_once():
    """Unreadable dates of both columns come in one error, with the rows they stand in."""
    with pytest.raises(InvalidData) as raised:
        of_contracts({"begin": ["yesterday", "2020-01-01"], "end": [None, "tomorrow"]})
    assert ["begin in row 0" in raised.value.problems[0], "end in row 1" in raised.value.problems[1]] == [True, True]
