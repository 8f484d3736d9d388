"""New purchases added to a summary."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData
from relmodels.datasets.cdnow import cdnow
from tests.rooms.btyd.test_transactions_engines import assert_close, assert_equal, purchases

NAMES: dict[str, Any] = {"customer": "customer", "date": "date", "amount": "amount", "negative": "drop"}
OLD = {"customer": ["a", "b"], "date": ["2026-01-05", "2026-01-07"], "amount": [1.0, 2.0]}


def old(**options: Any) -> PurchaseSummary:
    """Return a small summary up to 2026-01-10."""
    return PurchaseSummary.from_transactions(
        OLD, **(NAMES | {"observation_end": "2026-01-10", "unit": "day"} | options)
    )


@pytest.mark.parametrize("options", [{}, {"calibration_end": "1997-02-15"}], ids=["whole", "split"])
@pytest.mark.parametrize("form", ["eager", "lazy", "duckdb"])
def test_three_updates_equal_the_whole_table(options, form) -> None:
    """The CDNOW sample with refunds, added in four parts, gives the summary of the whole table, counts included."""
    log = purchases()
    whole = PurchaseSummary.from_transactions(log, **NAMES, **options)
    cuts = [
        dt.date(1996, 12, 31),
        dt.date(1997, 3, 1),
        dt.date(1997, 7, 11),
        dt.date(1997, 7, 12),
        dt.date(1998, 6, 30),
    ]
    day = pl.col("date")
    parts = [log.filter((day > after) & (day <= end)) for after, end in itertools.pairwise(cuts)]
    summary = PurchaseSummary.from_transactions(parts[0], **NAMES, **options)
    for part in parts[1:]:
        new: Any = {"eager": part, "lazy": part.lazy()}.get(form)
        if new is None:
            connection = duckdb.connect()
            connection.register("log", part.to_arrow())
            new = connection.sql("select * from log")
        summary = summary.update(new)
    assert_equal(summary, whole)
    assert_close(summary.log_gaps, whole.log_gaps)


def test_rows_after_the_old_end_are_expected_anew() -> None:
    """Rows that an earlier end left out belong into the new table; the counts are those of the whole."""
    log = cdnow().to_frame("polars")
    cut = PurchaseSummary.from_transactions(log, **NAMES, observation_end="1997-06-30")
    later = cut.update(log.filter(pl.col("date") > pl.date(1997, 6, 30)), observation_end="1997-12-31")
    assert_equal(later, PurchaseSummary.from_transactions(log, **NAMES, observation_end="1997-12-31"))
    assert later.intake is not None
    assert later.intake.rows_after_end > 0


def test_an_old_summary_is_not_changed() -> None:
    """An update gives a new summary."""
    summary = old()
    before = summary.frequency.copy()
    summary.update({"customer": ["a"], "date": ["2026-01-20"], "amount": [5.0]})
    np.testing.assert_array_equal(summary.frequency, before)


def test_time_goes_by_without_purchases() -> None:
    """No new rows and a later end make everybody older, and nothing else."""
    empty: dict[str, list[Any]] = {"customer": [], "date": [], "amount": []}
    later = old().update(empty, observation_end="2026-01-31")
    assert later.age.tolist() == [26, 24]
    assert later.activity is not None
    assert len(later.activity) == 27
    assert_equal(later, old(observation_end="2026-01-31"))
    with pytest.raises(InvalidData, match="there are no new rows; pass observation_end"):
        old().update(empty)


def test_new_rows_after_the_new_end_are_left_out() -> None:
    """Rows after the new end are counted, also if all are."""
    later = old().update({"customer": ["a"], "date": ["2026-03-01"], "amount": [1.0]}, observation_end="2026-01-31")
    assert later.intake is not None
    assert (later.intake.rows, later.intake.rows_after_end) == (3, 1)
    assert later.frequency.tolist() == [0, 0]


def test_rows_that_are_not_new_are_named() -> None:
    """Rows up to the old end are refused by row, with the other faults."""
    new = {
        "customer": ["a", "b", "a"],
        "date": ["2026-01-10", "2026-01-11", "2026-01-02"],
        "amount": [1.0, np.inf, 1.0],
    }
    with pytest.raises(InvalidData) as caught:
        old().update(new, observation_end="2026-01-09")
    amount, early, end = caught.value.problems
    assert "amount[1] = inf" in amount
    assert "date in rows 0, 2 does not lie after 2026-01-10, the end of observation so far" in early
    assert "observation_end = 2026-01-09 lies before 2026-01-10" in end


def test_faults_of_the_new_table_are_listed() -> None:
    """A missing column, an unreadable date and an unreadable end are one error."""
    with pytest.raises(InvalidData) as caught:
        old().update({"customer": ["a"], "date": ["tomorrow"]}, observation_end="soon")
    assert len(caught.value.problems) == 3


def test_refunds_follow_the_old_rule() -> None:
    """A summary that refuses days below zero refuses them in an update too."""
    with pytest.raises(InvalidData, match="nets below zero on 1 day"):
        old(negative="raise").update({"customer": ["a"], "date": ["2026-01-20"], "amount": [-5.0]})


@pytest.mark.parametrize("split", [None, "2026-01-08"])
def test_who_only_returned_things_may_come_back(split) -> None:
    """A customer known only by a refund becomes a customer, or a late one, with the first purchase."""
    table = {
        "customer": ["a", "x", "y"],
        "date": ["2026-01-05", "2026-01-06", "2026-01-09"],
        "amount": [1.0, -2.0, -3.0],
    }
    options: dict[str, Any] = NAMES | {"calibration_end": split}
    new = {"customer": ["x", "z", "y"], "date": ["2026-01-12", "2026-01-13", "2026-01-14"], "amount": [4.0, -1.0, -1.0]}
    both = {name: table[name] + new[name] for name in table}  # type: ignore[operator]
    found = PurchaseSummary.from_transactions(table, **options).update(new)
    assert_equal(found, PurchaseSummary.from_transactions(both, **options))
    assert found.left_out is not None
    assert found.left_out.without_purchase.tolist() == ["y", "z"]


def test_identifiers_keep_their_type() -> None:
    """Smaller or larger whole numbers are the same identifiers; text is not."""
    table = {"customer": np.array([1, 2], dtype=np.int16), "date": ["2026-01-05"] * 2, "amount": [1.0, 1.0]}
    summary = PurchaseSummary.from_transactions(table, **NAMES)
    later = summary.update({"customer": np.array([2, 10**12]), "date": ["2026-01-06"] * 2, "amount": [1.0, 1.0]})
    assert later.customer is not None
    assert later.customer.tolist() == [1, 2, 10**12]
    assert later.frequency.tolist() == [0, 1, 0]
    with pytest.raises(InvalidData, match="customer holds str, but the identifiers so far are int16"):
        summary.update({"customer": ["2"], "date": ["2026-01-06"], "amount": [1.0]})


def test_a_summary_of_an_engine_can_be_updated() -> None:
    """A summary made by an engine has no log gaps before or after."""
    frame = pl.DataFrame(OLD)
    made = PurchaseSummary.from_transactions(frame.lazy(), **NAMES).update(
        {"customer": ["a"], "date": ["2026-01-20"], "amount": [5.0]}
    )
    assert made.log_gaps is None
    assert made.frequency.tolist() == [1, 0]
    assert made.spend is not None
    assert made.spend.tolist() == [5, 0]


def test_without_amounts() -> None:
    """A summary without amounts is updated without amounts."""
    made = old(amount=None).update({"customer": ["a", "c"], "date": ["2026-01-20", "2026-01-20"]})
    assert made.spend is None
    assert made.frequency.tolist() == [1, 0, 0]


def test_a_changed_summary_is_refused() -> None:
    """What carries no record of its table cannot be updated."""
    with pytest.raises(InvalidData, match="only a summary made by from_transactions"):
        replace(old(), intake=None).update(OLD)


@pytest.mark.parametrize("options", [{}, {"calibration_end": "2026-01-05", "observation_end": "2026-01-10"}])
def test_totals_stay_finite(options) -> None:
    """New amounts that add up to infinity with those before are refused."""
    log = {"who": [1, 1], "day": ["2026-01-05", "2026-01-06"], "paid": [1.0, 1.5e308]}
    summary = PurchaseSummary.from_transactions(log, customer="who", date="day", amount="paid", **options)
    with pytest.raises(InvalidData, match="paid in the new rows, with those before, adds up to more"):
        summary.update({"who": [1], "day": ["2026-02-02"], "paid": [1.5e308]})
