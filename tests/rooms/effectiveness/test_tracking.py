"""Repeat purchases over calendar time, on CDNOW and on a log that can be counted by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from relmodels.btyd.bg_bb import BGBB
from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.datasets.cdnow import cdnow
from relmodels.effectiveness.tracking import tracking

MODEL = BGNBD(0.2426, 4.4136, 0.7929, 2.4259, unit="week")
HAND = {
    "who": ["Ann", "Ann", "Ann", "Bob", "Bob", "Cid"],
    "day": ["2026-01-01", "2026-01-08", "2026-02-03", "2026-01-02", "2026-01-20", "2026-01-30"],
}


@pytest.fixture(scope="module")
def split() -> PurchaseSummary:
    """Return the CDNOW sample with 39 weeks of calibration and 39 weeks of holdout."""
    return PurchaseSummary.from_transactions(cdnow(), customer="customer", date="date", calibration_end="1997-09-30")


def test_every_repeat_purchase_is_counted(split: PurchaseSummary) -> None:
    """CDNOW has 2,457 repeat purchases in 39 weeks of calibration and 1,882 in 39 weeks of holdout."""
    found = tracking(MODEL, split)
    assert (found.period, len(found), int(found.held_out.sum())) == ("week", 78, 39)
    assert found.cumulative_actual[[38, 77]].tolist() == [2457, 2457 + 1882]
    assert found.holdout_actual == found.actual[found.held_out].sum() == 1882
    assert found.holdout_expected == pytest.approx(found.expected[found.held_out].sum())


def test_the_expectation_is_the_sum_over_customers(split: PurchaseSummary) -> None:
    """Convolving daily arrivals with the mean curve equals adding up the customers one by one."""
    found = tracking(MODEL, split)
    assert split.first is not None
    passed = (found.end[40] - split.first.astype("datetime64[D]")).astype(np.float64)
    assert found.cumulative_expected[40] == pytest.approx(float(MODEL.expected_purchases_new(passed / 7).sum()))


def test_periods_counted_by_hand() -> None:
    """Weeks run from the first purchase on, months are those of the calendar, and ends cut short are known."""
    summary = PurchaseSummary.from_transactions(HAND, customer="who", date="day", observation_end="2026-02-05")
    weeks, months = tracking(MODEL, summary), tracking(MODEL, summary, period="month")
    assert weeks.actual.tolist() == [0, 1, 1, 0, 1, 0]
    assert weeks.whole.tolist() == [True] * 5 + [False]
    assert months.end.astype(str).tolist() == ["2026-01-31", "2026-02-05"]
    assert months.days.tolist() == [31, 5]
    assert months.actual.tolist() == [2, 1]
    assert months.whole.tolist() == [True, False]
    assert months.expected.sum() == pytest.approx(weeks.expected.sum())
    assert months.split is None
    assert months.holdout_actual is None
    assert months.holdout_expected is None
    assert not months.held_out.any()


def test_a_calibration_may_end_within_a_period() -> None:
    """The holdout is counted from the day after the calibration, wherever the periods end."""
    summary = PurchaseSummary.from_transactions(
        HAND, customer="who", date="day", calibration_end="2026-01-19", observation_end="2026-02-05"
    )
    found = tracking(MODEL, summary, period="month")
    assert found.holdout_actual == 2
    assert found.holdout_expected == pytest.approx(
        float(
            MODEL.expected_purchases_new([35 / 7, 34 / 7]).sum() - MODEL.expected_purchases_new([18 / 7, 17 / 7]).sum()
        )
    )


def test_longer_units_are_tracked_by_month() -> None:
    """A summary in years is followed month by month unless another period is asked for."""
    summary = PurchaseSummary.from_transactions(cdnow(), customer="customer", date="date", unit="year")
    model = BGNBD(0.25, 0.1, 0.6, 2.6)
    assert (tracking(model, summary).period, len(tracking(model, summary))) == ("month", 18)
    assert len(tracking(model, summary, period="quarter")) == 6
    assert tracking(model, summary, period="year").whole.tolist() == [True, False]


def test_the_table_has_a_row_for_each_period(split: PurchaseSummary) -> None:
    """The table shows each period's end and days, its own purchases, those since the beginning, and the holdout."""
    table = tracking(MODEL, split).table()
    assert len(table) == 78
    assert table.columns == (
        "end",
        "days",
        "actual",
        "expected",
        "cumulative_actual",
        "cumulative_expected",
        "held_out",
    )
    first = next(iter(table.rows()))
    assert first[:3] == (dt.date(1997, 1, 7), 7, 0)


def test_fixed_occasions_can_be_tracked_if_they_are_a_week_apart() -> None:
    """BG/BB counts occasions: a weekly market is followed from one to the next, days in between are refused."""
    model = BGBB(1.2, 0.75, 0.66, 2.78)
    days = ["2026-01-05", "2026-01-12", "2026-01-26", "2026-01-12", "2026-01-26"]
    weekly = {"who": ["Ann", "Ann", "Ann", "Bob", "Bob"], "day": days}
    found = tracking(model, PurchaseSummary.from_transactions(weekly, customer="who", date="day"))
    each = model.expected_purchases_new([0, 1, 2, 3])
    np.testing.assert_allclose(found.cumulative_expected, each + np.append(0, each[:3]))
    odd = PurchaseSummary.from_transactions(HAND, customer="who", date="day")
    with pytest.raises(InvalidParameters, match="whole number"):
        tracking(model, odd)


def test_tracking_needs_dates_and_the_models_unit(split: PurchaseSummary) -> None:
    """A summary without dates or in another unit is refused with the remedy, and so is what is no period."""
    bare = PurchaseSummary.from_arrays(frequency=[0, 2], recency=[0, 20], age=[39, 39])
    with pytest.raises(InvalidData, match=r"make it with PurchaseSummary\.from_transactions"):
        tracking(MODEL, bare)
    days = PurchaseSummary.from_transactions(HAND, customer="who", date="day", unit="day")
    with pytest.raises(InvalidData, match="week"):
        tracking(MODEL, days)
    with pytest.raises(InvalidParameters, match="'fortnight' is not a time unit"):
        tracking(MODEL, split, period="fortnight")  # type: ignore[arg-type]
