"""Purchases over calendar time."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from relmodels.btyd.activity import Activity
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidParameters
from relmodels.datasets.cdnow import cdnow


def test_days_run_from_the_first_purchase_to_the_end() -> None:
    """New customers and repeat purchases are counted by day, late customers are not, and the end may be silent."""
    table = {
        "who": ["a", "b", "a", "b", "c", "a"],
        "day": ["2026-01-05", "2026-01-06", "2026-01-06", "2026-01-08", "2026-01-08", "2026-01-08"],
    }
    summary = PurchaseSummary.from_transactions(
        table, customer="who", date="day", calibration_end="2026-01-07", observation_end="2026-01-10"
    )
    activity = summary.activity
    assert activity is not None
    assert (activity.start, activity.end, len(activity)) == (dt.date(2026, 1, 5), dt.date(2026, 1, 10), 6)
    assert activity.new_customers.tolist() == [1, 1, 0, 0, 0, 0]
    assert activity.repeat_purchases.tolist() == [0, 1, 0, 2, 0, 0]
    assert activity.day.astype(str).tolist()[-1] == "2026-01-10"


def test_weeks_are_blocks_from_the_start() -> None:
    """Weeks begin on the weekday of the first purchase; the last may be cut short."""
    weekly = Activity(dt.date(2026, 1, 7), np.ones(17, dtype=np.int64), np.arange(17)).per("week")
    assert weekly.start.astype(str).tolist() == ["2026-01-07", "2026-01-14", "2026-01-21"]
    assert weekly.end.astype(str).tolist() == ["2026-01-13", "2026-01-20", "2026-01-23"]
    assert weekly.new_customers.tolist() == [7, 7, 3]
    assert weekly.days.tolist() == [7, 7, 3]
    assert weekly.repeat_purchases.tolist() == [21, 70, 45]
    assert len(weekly) == 3


@pytest.mark.parametrize(
    ("unit", "starts"),
    [
        ("day", 425),
        ("month", ["2025-11-30", "2025-12-01", "2026-01-01"]),
        ("quarter", ["2025-11-30", "2026-01-01", "2026-04-01"]),
        ("year", ["2025-11-30", "2026-01-01", "2027-01-01"]),
    ],
)
def test_longer_periods_follow_the_calendar(unit, starts) -> None:
    """Months, quarters and years begin on their first day, the very first period on the first purchase."""
    activity = Activity(dt.date(2025, 11, 30), np.ones(425, dtype=np.int64), np.zeros(425, dtype=np.int64))
    found = activity.per(unit)
    assert found.unit == unit
    if isinstance(starts, int):
        assert len(found) == starts
    else:
        assert found.start[:3].astype(str).tolist() == starts
    assert found.new_customers.tolist() == found.days.tolist()
    assert found.end[-1] == np.datetime64(activity.end)


def test_periods_before_1970() -> None:
    """Calendar periods before 1970 begin where they should."""
    found = Activity(dt.date(1968, 12, 31), np.ones(3, dtype=np.int64), np.zeros(3, dtype=np.int64)).per("quarter")
    assert found.start.astype(str).tolist() == ["1968-12-31", "1969-01-01"]


def test_an_unknown_unit_is_refused() -> None:
    """The unit is a word from a short list."""
    with pytest.raises(InvalidParameters, match="is not a time unit"):
        Activity(dt.date(2026, 1, 5), np.ones(1, dtype=np.int64), np.zeros(1, dtype=np.int64)).per("decade")  # type: ignore[arg-type]


def test_totals_are_those_of_the_summary() -> None:
    """All customers come once; repeat purchases are those of calibration and holdout."""
    summary = PurchaseSummary.from_transactions(cdnow(), customer="customer", date="date", calibration_end="1997-02-15")
    assert summary.activity is not None
    assert summary.holdout is not None
    assert summary.activity.new_customers.sum() == len(summary)
    assert summary.activity.repeat_purchases.sum() == summary.frequency.sum() + summary.holdout.frequency.sum()


def test_activity_is_shown_in_one_line() -> None:
    """The representation gives days and sums, not the arrays."""
    activity = Activity(dt.date(2026, 1, 30), np.array([5, 1, 0]), np.array([0, 1, 2]))
    assert repr(activity) == "<Activity of 3 days from 2026-01-30: 6 new customers, 3 repeat purchases>"
    monthly = repr(activity.per("month"))
    assert monthly == "<ActivityByPeriod of 2 months: 6 new customers, 3 repeat purchases>"
