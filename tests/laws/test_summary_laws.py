"""What every summary of a purchase table obeys, whatever the table."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import defaultdict
from typing import Any, TypeAlias

import duckdb
import numpy as np
import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData

Row: TypeAlias = tuple[Any, int, float]
START = dt.date(2023, 12, 20)
# Few customers and days, so that purchases of one day, refunds and silence meet; amounts in quarters add up exactly.
WHOLE = st.sampled_from([-3, 0, 1, 2, 10**9, 2**62])
TEXT = st.sampled_from(["007", "7", "a", "é", ""])
AMOUNTS = st.integers(-6, 12).map(lambda quarters: quarters / 4)
UNITS = {"day": 1.0, "week": 7.0, "month": 365.2425 / 12}


@st.composite
def logs(draw: st.DrawFn, least: int = 1) -> list[Row]:
    """Draw purchases: customer, days since the start, amount."""
    customer = draw(st.sampled_from([WHOLE, TEXT]))
    rows = st.tuples(customer, st.integers(0, 24), AMOUNTS)
    return draw(st.lists(rows, min_size=least, max_size=30))


def table(rows: list[Row]) -> dict[str, Any]:
    """Return purchases as columns."""
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    who, day, paid = (list(values) for values in columns)
    return {"who": who, "day": [START + dt.timedelta(d) for d in day], "paid": [float(value) for value in paid]}


def summary_of(frame: object, split: int | None = None, end: int | None = None, **options: Any) -> PurchaseSummary:
    """Return the summary of purchases, ends as days since the start."""
    dates = [None if day is None else START + dt.timedelta(day) for day in (split, end)]
    names: dict[str, Any] = {"customer": "who", "date": "day", "amount": "paid", "negative": "drop", "unit": "day"}
    return PurchaseSummary.from_transactions(
        frame, **(names | {"calibration_end": dates[0], "observation_end": dates[1]} | options)
    )


def possible(rows: list[Row], split: int | None = None, end: int | None = None) -> PurchaseSummary:
    """Return the summary, and give up on tables without one."""
    try:
        return summary_of(table(rows), split, end)
    except InvalidData:
        assume(False)
        raise


def by_hand(rows: list[Row], split: int | None, end: int | None) -> tuple[dict[Any, dict[str, float]], dict[str, int]]:
    """Return what the rules say, word by word: figures of each customer, and counts."""
    end = max(day for _, day, _ in rows) if end is None else end
    kept = [row for row in rows if row[1] <= end]
    nets: defaultdict[Any, defaultdict[int, float]] = defaultdict(lambda: defaultdict(float))
    signs: defaultdict[tuple[Any, int], bool] = defaultdict(bool)
    for who, day, paid in kept:
        nets[who][day] += paid
        signs[who, day] |= paid < 0
    days = [(who, day, net) for who, found in nets.items() for day, net in found.items()]
    counts = {
        "rows": len(rows),
        "rows_after_end": len(rows) - len(kept),
        "same_day_rows": len(kept) - len(days),
        "zero_days": sum(net == 0 for _, _, net in days),
        "netted_days": sum(signs[who, day] for who, day, net in days if net >= 0),
        "dropped_days": sum(net < 0 for _, _, net in days),
        "late_customers": 0,
        "customers_without_purchase": 0,
    }
    last_day, people = end if split is None else split, {}
    for who, found in nets.items():
        bought = sorted(day for day, net in found.items() if net >= 0)
        inside, after = [day for day in bought if day <= last_day], [day for day in bought if day > last_day]
        counts["customers_without_purchase"] += not bought
        counts["late_customers"] += bool(bought and not inside)
        if inside:
            repeats = inside[1:]
            people[who] = {
                "first": inside[0],
                "last": inside[-1],
                "frequency": len(repeats),
                "recency": inside[-1] - inside[0],
                "age": last_day - inside[0],
                "spend": sum(found[day] for day in repeats) / len(repeats) if repeats else 0.0,
                "first_day_spend": found[inside[0]],
                "log_gaps": sum(math.log(b - a) for a, b in zip(inside, repeats, strict=False)),
                "held": len(after),
                "held_spend": sum(found[day] for day in after) / len(after) if after else 0.0,
            }
    return people, counts | {"customers": len(people)}


def assert_close(one: Any, other: Any, name: str = "") -> None:
    """Check that two columns are equal but for rounding."""
    np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12, err_msg=name)


def assert_same(one: PurchaseSummary, other: PurchaseSummary, *, gaps: bool = True) -> None:
    """Check that two summaries are equal but for rounding, with all that belongs to the population."""
    for name in ("customer", "frequency", "recency", "age", "first", "last"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    for name in ("spend", "first_day_spend", *(["log_gaps"] if gaps else [])):
        assert_close(getattr(one, name), getattr(other, name), name)
    assert one.intake == other.intake
    for kind in ("late", "without_purchase"):
        assert getattr(one.left_out, kind).tolist() == getattr(other.left_out, kind).tolist()
    for name in ("new_customers", "repeat_purchases"):
        np.testing.assert_array_equal(getattr(one.activity, name), getattr(other.activity, name), err_msg=name)
    assert (one.holdout is None) == (other.holdout is None)
    if one.holdout is not None and other.holdout is not None:
        np.testing.assert_array_equal(one.holdout.frequency, other.holdout.frequency)
        assert_close(one.holdout.spend, other.holdout.spend)
        assert one.holdout.duration == other.holdout.duration


@settings(max_examples=150, deadline=None)
@given(rows=logs(), split=st.none() | st.integers(0, 20), end=st.none() | st.integers(3, 30))
def test_the_rules_word_by_word(rows: list[Row], split: int | None, end: int | None) -> None:
    """The summary is what the rules say when they are followed row by row in plain Python."""
    summary = possible(rows, split, end)
    people, counts = by_hand(rows, split, end)
    assert summary.customer is not None
    assert summary.customer.tolist() == sorted(people)
    expected = [people[who] for who in sorted(people)]
    for name in ("frequency", "recency", "age", "spend", "first_day_spend", "log_gaps"):
        found = [figures[name] for figures in expected]
        assert_close(getattr(summary, name), found, name)
    for name in ("first", "last"):
        dates = getattr(summary, name).astype(object)
        assert [(date - START).days for date in dates] == [figures[name] for figures in expected]
    assert {name: getattr(summary.intake, name) for name in counts} == counts
    if summary.holdout is not None:
        assert summary.holdout.spend is not None
        assert summary.holdout.frequency.tolist() == [figures["held"] for figures in expected]
        np.testing.assert_allclose(summary.holdout.spend, [figures["held_spend"] for figures in expected], atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(rows=logs(), split=st.none() | st.integers(0, 20), seed=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[Row], split: int | None, seed: Any) -> None:
    """Shuffling the rows of the table changes nothing."""
    summary = possible(rows, split)
    shuffled = list(rows)
    seed.shuffle(shuffled)
    assert_same(summary_of(table(shuffled), split), summary)


@settings(max_examples=120, deadline=None)
@given(rows=logs(), split=st.none() | st.integers(0, 6), cut=st.integers(1, 23), later=st.integers(0, 4))
def test_an_update_is_a_recomputation(rows: list[Row], split: int | None, cut: int, later: int) -> None:
    """A table cut between two days and put together by an update gives the summary of the whole, counts included."""
    end = max(day for _, day, _ in rows) + later
    before, after = [row for row in rows if row[1] <= cut], [row for row in rows if row[1] > cut]
    assume(before and (split is None or split < cut))
    assume(cut <= end)
    start = possible(before, split, cut)
    found = start.update(table(after), observation_end=START + dt.timedelta(end))
    assert_same(found, summary_of(table(rows), split, end))


@settings(max_examples=40, deadline=None)
@given(rows=logs(least=3), cuts=st.sets(st.integers(1, 23), min_size=2, max_size=4))
def test_updates_chain(rows: list[Row], cuts: set[int]) -> None:
    """Several updates, each with the default end, equal one summary of everything."""
    edges = [-1, *sorted(cuts), 24]
    parts = [[row for row in rows if low < row[1] <= high] for low, high in itertools.pairwise(edges)]
    first, *more = [part for part in parts if part]
    summary = possible(first)
    for part in more:
        summary = summary.update(table(part))
    assert_same(summary, summary_of(table(rows)))


@settings(max_examples=25, deadline=None)
@given(rows=logs(), split=st.none() | st.integers(0, 20), end=st.none() | st.integers(3, 30))
def test_engines_agree(rows: list[Row], split: int | None, end: int | None) -> None:
    """polars, eager and lazy, and DuckDB give the summary that plain columns give."""
    summary = possible(rows, split, end)
    frame = pl.DataFrame(table(rows))
    assert_same(summary_of(frame, split, end), summary)
    assert_same(summary_of(frame.lazy(), split, end), summary, gaps=False)
    connection = duckdb.connect()
    connection.register("log", frame.to_arrow())
    assert_same(summary_of(connection.sql("select * from log"), split, end), summary, gaps=False)


@settings(max_examples=60, deadline=None)
@given(rows=logs(), unit=st.sampled_from(sorted(UNITS)))
def test_the_unit_only_scales_times(rows: list[Row], unit: str) -> None:
    """Another unit divides times by its length and shifts log gaps by its logarithm for each repeat purchase."""
    summary = possible(rows)
    scaled = summary_of(table(rows), unit=unit)
    length = UNITS[unit]
    np.testing.assert_allclose(scaled.recency, summary.recency / length, rtol=1e-15)
    np.testing.assert_allclose(scaled.age, summary.age / length, rtol=1e-15)
    assert summary.log_gaps is not None
    expected = summary.log_gaps - summary.frequency * math.log(length)
    assert_close(scaled.log_gaps, expected)
    np.testing.assert_array_equal(scaled.spend, summary.spend)


@settings(max_examples=60, deadline=None)
@given(rows=logs(), split=st.none() | st.integers(0, 20))
def test_a_summary_is_fit_for_the_models(rows: list[Row], split: int | None) -> None:
    """What comes from a table passes the checks of ready-made columns."""
    summary = possible(rows, split)
    again = PurchaseSummary.from_arrays(
        frequency=summary.frequency,
        recency=summary.recency,
        age=summary.age,
        spend=summary.spend,
        log_gaps=summary.log_gaps,
        customer=summary.customer,
        unit=summary.unit,
    )
    assert len(again) == len(summary)
    assert summary.activity is not None
    assert summary.activity.new_customers.sum() == len(summary)
    held = 0 if summary.holdout is None else summary.holdout.frequency.sum()
    assert summary.activity.repeat_purchases.sum() == summary.frequency.sum() + held
