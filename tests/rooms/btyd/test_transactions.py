"""The rules by which a table of purchases becomes a summary, each on a case small enough to check by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest

from relmodels.btyd.customer_days import customer_days
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData

NAMES = {"customer": "who", "date": "day", "amount": "paid"}


def log(*rows: tuple[object, str, float]) -> dict[str, list[Any]]:
    """Return purchases as a table."""
    who, day, paid = zip(*rows, strict=True)
    return {"who": list(who), "day": list(day), "paid": list(paid)}


def summarized(*rows: tuple[object, str, float], **options: Any) -> PurchaseSummary:
    """Return the summary of purchases, in days unless said otherwise."""
    return PurchaseSummary.from_transactions(log(*rows), **(NAMES | {"unit": "day"} | options))


def test_purchases_of_one_day_count_once() -> None:
    """Three rows on two days are one repeat purchase; the extra row is counted, its amount added."""
    summary = summarized(("a", "2026-01-05", 1), ("a", "2026-01-07", 10), ("a", "2026-01-07", 5))
    assert summary.frequency.tolist() == [1]
    assert summary.spend is not None
    assert summary.spend.tolist() == [15]
    assert summary.intake is not None
    assert summary.intake.same_day_rows == 1


def test_times_of_one_day_are_one_day() -> None:
    """Two times of one day are one purchase day."""
    summary = summarized(("a", "2026-01-05 00:00", 1), ("a", "2026-01-05T23:59:59", 2))
    assert summary.frequency.tolist() == [0]


def test_the_first_purchase_is_no_repeat() -> None:
    """One purchase gives frequency 0, recency 0 and spend 0, and its amount is kept apart."""
    summary = summarized(("a", "2026-01-05", 7), ("b", "2026-01-09", 1))
    assert summary.frequency.tolist() == [0, 0]
    assert summary.recency.tolist() == [0, 0]
    assert summary.spend is not None
    assert summary.spend.tolist() == [0, 0]
    assert summary.first_day_spend is not None
    assert summary.first_day_spend.tolist() == [7, 1]


def test_spend_is_the_mean_of_repeat_days() -> None:
    """The first day does not enter, and a day with two purchases is one day."""
    summary = summarized(
        ("a", "2026-01-05", 1000), ("a", "2026-01-06", 10), ("a", "2026-01-06", 20), ("a", "2026-01-08", 50)
    )
    assert summary.spend is not None
    assert summary.spend.tolist() == [40]


def test_a_huge_first_day_does_not_blur_the_rest() -> None:
    """Small repeat amounts keep their digits beside a first day a quadrillion times as large."""
    summary = summarized(("a", "2026-01-05", 1e15), ("a", "2026-01-06", 0.01), ("a", "2026-01-07", 0.03))
    assert summary.spend is not None
    assert summary.spend.tolist() == [0.02]


@pytest.mark.parametrize(
    ("unit", "length"),
    [("day", 1.0), ("week", 7.0), ("month", 365.2425 / 12), ("quarter", 365.2425 / 4), ("year", 365.2425)],
)
def test_times_are_in_the_unit(unit, length) -> None:
    """Recency and age are days divided by the length of the unit; log gaps are those of the gaps in the unit."""
    rows = (("a", "2026-01-05", 1), ("a", "2026-01-08", 1), ("a", "2026-02-01", 1))
    summary = summarized(*rows, unit=unit, observation_end="2026-03-05")
    assert summary.unit == unit
    np.testing.assert_allclose(summary.recency, [27 / length], rtol=1e-15)
    np.testing.assert_allclose(summary.age, [59 / length], rtol=1e-15)
    assert summary.log_gaps is not None
    np.testing.assert_allclose(summary.log_gaps, [np.log(3 / length) + np.log(24 / length)], rtol=1e-13)


def test_age_counts_no_extra_day() -> None:
    """Who first bought on the last day of observation has age 0; a day earlier, age 1."""
    summary = summarized(("a", "2026-01-05", 1), ("b", "2026-01-06", 1))
    assert summary.age.tolist() == [1, 0]
    assert summary.log_gaps is not None
    assert summary.log_gaps.tolist() == [0, 0]


def test_the_end_is_the_last_date_unless_given() -> None:
    """The default end is the last date of the table, and the summary states it."""
    rows = (("a", "2026-01-05", 1), ("b", "2026-01-09", 1))
    assert summarized(*rows).intake.observation_end == dt.date(2026, 1, 9)  # type: ignore[union-attr]
    later = summarized(*rows, observation_end="2026-01-31")
    assert later.age.tolist() == [26, 22]
    assert later.intake.observation_end == dt.date(2026, 1, 31)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "end",
    [
        "2026-01-07",
        "2026-01-07 18:00",
        dt.date(2026, 1, 7),
        np.datetime64("2026-01-07"),
        np.datetime64("2026-01-07T05"),
    ],
)
def test_the_end_is_inclusive_and_later_rows_are_left_out(end) -> None:
    """A purchase on the end counts, one after it is left out and counted; text, dates and datetime64 are ends."""
    summary = summarized(
        ("a", "2026-01-05", 1),
        ("a", "2026-01-07", 1),
        ("a", "2026-01-08", 1),
        ("b", "2026-01-08", 1),
        observation_end=end,
    )
    assert summary.frequency.tolist() == [1]
    assert summary.age.tolist() == [2]
    assert summary.intake is not None
    assert (summary.intake.rows, summary.intake.rows_after_end, summary.intake.customers) == (4, 2, 1)


def test_amounts_of_a_day_are_netted() -> None:
    """A net of zero is a purchase, also if it is reached by a refund; both are counted."""
    summary = summarized(
        ("a", "2026-01-05", 5), ("a", "2026-01-06", 10), ("a", "2026-01-06", -4), ("a", "2026-01-07", 3),
        ("a", "2026-01-07", -3), ("a", "2026-01-08", 0),
    )  # fmt: skip
    assert summary.frequency.tolist() == [3]
    assert summary.spend is not None
    assert summary.spend.tolist() == [2]
    assert summary.intake is not None
    assert (summary.intake.netted_days, summary.intake.zero_days, summary.intake.dropped_days) == (2, 2, 0)


@pytest.mark.parametrize("lazy", [False, True])
def test_rounding_is_no_refund(lazy) -> None:
    """0.1 + 0.2 - 0.3 is zero although floating-point numbers disagree, in memory and in an engine."""
    frame = pl.DataFrame(log(("a", "2026-01-05", 1.0), *((("a", "2026-01-06", v)) for v in (0.3, -0.1, -0.2))))
    summary = PurchaseSummary.from_transactions(frame.lazy() if lazy else frame, **NAMES)  # type: ignore[arg-type]
    assert summary.frequency.tolist() == [1]
    assert summary.spend is not None
    assert summary.spend.tolist() == [0]


def test_days_that_net_below_zero_may_be_dropped() -> None:
    """A dropped day is no purchase, neither first nor repeat, and is counted."""
    summary = summarized(
        ("a", "2026-01-04", -9),
        ("a", "2026-01-05", 5),
        ("a", "2026-01-06", -1),
        ("a", "2026-01-07", 3),
        negative="drop",
    )
    assert summary.first is not None
    assert summary.first.astype(str).tolist() == ["2026-01-05"]
    assert summary.frequency.tolist() == [1]
    assert summary.intake is not None
    assert (summary.intake.dropped_days, summary.intake.start) == (2, dt.date(2026, 1, 5))


def test_customers_without_a_purchase_are_left_out() -> None:
    """Who only returned things is left out and counted."""
    summary = summarized(("a", "2026-01-04", 1), ("b", "2026-01-05", -5), negative="drop")
    assert len(summary) == 1
    assert summary.intake is not None
    assert (summary.intake.customers, summary.intake.customers_without_purchase) == (1, 1)


def test_without_amounts_there_is_no_spend() -> None:
    """Amounts that are not asked for are not read, whatever they hold."""
    summary = summarized(("a", "2026-01-04", float("nan")), ("a", "2026-01-05", -5), amount=None)
    assert (summary.spend, summary.first_day_spend) == (None, None)
    assert summary.frequency.tolist() == [1]
    assert summary.intake is not None
    assert summary.intake.columns == ("who", "day", None)


def test_calibration_and_holdout() -> None:
    """Days up to the calibration's end are summarized, later ones are held out, and late customers are left out."""
    summary = summarized(
        ("a", "2026-01-05", 1), ("a", "2026-01-10", 8), ("a", "2026-01-11", 20), ("a", "2026-01-11", 10),
        ("a", "2026-01-20", 2), ("b", "2026-01-10", 4), ("c", "2026-01-11", 9), calibration_end="2026-01-10",
    )  # fmt: skip
    assert summary.customer is not None
    assert summary.customer.tolist() == ["a", "b"]
    assert summary.frequency.tolist() == [1, 0]
    assert summary.recency.tolist() == [5, 0]
    assert summary.age.tolist() == [5, 0]
    assert summary.spend is not None
    assert summary.spend.tolist() == [8, 0]
    assert summary.last is not None
    assert summary.last.astype(str).tolist() == ["2026-01-10", "2026-01-10"]
    assert summary.holdout is not None
    assert summary.holdout.frequency.tolist() == [2, 0]
    assert summary.holdout.spend is not None
    assert summary.holdout.spend.tolist() == [16, 0]
    assert summary.holdout.duration == 10
    assert summary.intake is not None
    assert (summary.intake.late_customers, summary.intake.end) == (1, dt.date(2026, 1, 10))


def test_there_is_no_holdout_without_a_calibration_end() -> None:
    """The whole observation is the calibration by default."""
    assert summarized(("a", "2026-01-05", 1)).holdout is None


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([10, 9, -1], [-1, 9, 10]),
        (["10", "9", "009"], ["009", "10", "9"]),
        ([2**62, -(2**62), 0], [-(2**62), 0, 2**62]),
        (np.array([2**64 - 1, 0, 5], dtype=np.uint64), [0, 5, 2**64 - 1]),
        (np.array([100, -100, 0], dtype=np.int8), [-100, 0, 100]),
        ([2.5, -1.0, 7.25], [-1.0, 2.5, 7.25]),
    ],
    ids=["whole", "text", "far apart", "unsigned", "small", "floats"],
)
@pytest.mark.parametrize("amount", [None, "paid"])
def test_rows_are_sorted_by_identifier(ids, expected, amount) -> None:
    """Identifiers pass through unchanged, in their own order: numbers as numbers, text as text."""
    table = {"who": ids, "day": ["2026-01-05"] * 3, "paid": [1.0, 2.0, 3.0]}
    summary = PurchaseSummary.from_transactions(table, customer="who", date="day", amount=amount)
    assert summary.customer is not None
    assert summary.customer.tolist() == expected
    if amount:
        order = np.argsort(np.asarray(ids, dtype=object))
        np.testing.assert_array_equal(summary.first_day_spend, np.array([1.0, 2.0, 3.0])[order])


def test_identifiers_and_days_that_do_not_fit_one_word() -> None:
    """Identifiers over the whole range of 64 bits and dates over all years are counted as any others."""
    rows = [(2**63 - 1, "9999-12-31", 1.0), (-(2**63), "0001-01-01", 2.0), (2**63 - 1, "2026-01-05", 4.0)]
    summary = summarized(*rows)
    assert summary.frequency.tolist() == [0, 1]
    assert summary.customer is not None
    assert summary.customer.tolist() == [-(2**63), 2**63 - 1]
    assert summary.spend is not None
    assert summary.spend.tolist() == [0, 1]


def test_row_numbers_that_do_not_fit_one_word(monkeypatch) -> None:
    """Where customer, day and row are too long for one whole number, a slower sort gives the same."""
    rng = np.random.default_rng(20261123)
    ids, day, paid = rng.integers(-5, 5, 200), rng.integers(0, 20, 200), rng.normal(2, 3, 200)
    expected = customer_days(ids, day, paid)
    monkeypatch.setattr("relmodels.btyd.customer_days._WORD", 4)
    found = customer_days(ids, day, paid)
    for name in ("codes", "starts", "day", "net", "mixed", "row"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


def test_the_intake_says_it_in_words() -> None:
    """What was left out, merged and netted is said in sentences, and nothing that did not happen."""
    summary = summarized(
        ("a", "2026-01-05", 1), ("a", "2026-01-05", 1), ("b", "2026-01-12", 1), ("c", "2026-01-05", -1),
        calibration_end="2026-01-10", negative="drop",
    )  # fmt: skip
    assert str(summary.intake) == (
        "4 rows (customers from 'who', dates from 'day', amounts from 'paid') gave 1 customers, observed from "
        "2026-01-05 to 2026-01-12, both days included. The days after 2026-01-10 are held out. "
        "1 rows joined another of the same customer and day. 1 days that net below zero were left out. "
        "1 customers who came in the holdout were left out. 1 customers without a purchase were left out."
    )
    assert "no amounts" in str(summarized(("a", "2026-01-05", 1), amount=None).intake)


def test_input_is_not_changed() -> None:
    """Arrays of the caller are neither written to nor kept."""
    table = {
        "who": np.array([2, 1]),
        "day": np.array(["2026-01-05", "2026-01-06"], dtype="datetime64[D]"),
        "paid": np.array([1.0, 2.0]),
    }
    before = {name: values.copy() for name, values in table.items()}
    summary = PurchaseSummary.from_transactions(table, **NAMES)  # type: ignore[arg-type]
    for name, values in table.items():
        np.testing.assert_array_equal(values, before[name])
        values[0] = values[1]
    assert summary.customer is not None
    assert summary.customer.tolist() == [1, 2]


def test_arrays_are_read_only() -> None:
    """Nothing of a summary can be written to."""
    summary = summarized(("a", "2026-01-05", 1), ("a", "2026-01-20", 1), calibration_end="2026-01-10")
    assert summary.holdout is not None
    assert summary.activity is not None
    for values in (
        summary.frequency,
        summary.first,
        summary.customer,
        summary.holdout.frequency,
        summary.activity.new_customers,
    ):
        assert isinstance(values, np.ndarray)
        with pytest.raises(ValueError, match="read-only"):
            values[0] = values[0]


def test_nobody_left_is_refused() -> None:
    """If everybody came late, or nobody bought, the message says when the purchases begin."""
    with pytest.raises(InvalidData, match=r"nobody bought up to 2026-01-10, the end of the calibration; .* 2026-01-11"):
        summarized(("a", "2026-01-04", -1), ("a", "2026-01-11", 1), ("a", "2026-01-20", 1),
                   calibration_end="2026-01-10", negative="drop")  # fmt: skip
    with pytest.raises(InvalidData, match=r"the end of the observation; .* no day that nets to zero or more"):
        summarized(("a", "2026-01-04", -1), negative="drop")
