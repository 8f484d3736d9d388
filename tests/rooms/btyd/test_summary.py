"""What a summary holds, groups, picks, shows and turns into."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.datasets.cdnow import cdnow
from relmodels.frames.table import Table


def cdnow_summary() -> PurchaseSummary:
    """Return the CDNOW sample with its 39-week calibration."""
    return PurchaseSummary.from_transactions(
        cdnow(), customer="customer", date="date", amount="amount", calibration_end="1997-09-30"
    )


def test_cdnow_sample() -> None:
    """The sample has 2,357 customers, 946 of whom bought again in 39 weeks, 2,457 times; 1,882 times in the next 39."""
    summary = cdnow_summary()
    assert len(summary) == 2357
    assert int((summary.frequency > 0).sum()) == 946
    assert summary.frequency.sum() == 2457
    assert summary.holdout is not None
    assert summary.holdout.frequency.sum() == 1882
    assert summary.holdout.duration == 39
    assert (summary.age.min(), summary.age.max()) == (27, pytest.approx(38.857, abs=1e-3))


def test_repeat_rate_counts_weights() -> None:
    """The share of repeat buyers counts each row as often as its weight says."""
    summary = PurchaseSummary.from_arrays(frequency=[0, 2], recency=[0, 3], age=[9, 9], weight=[3, 1])
    assert (summary.repeat_rate, summary.n, len(summary)) == (0.25, 4.0, 2)


def test_spend_is_not_read_where_nobody_bought_again() -> None:
    """Whatever stands there, NaN included, becomes 0."""
    summary = PurchaseSummary.from_arrays(frequency=[0, 1], recency=[0, 2], age=[9, 9], spend=[np.nan, 20])
    assert summary.spend is not None
    assert summary.spend.tolist() == [0, 20]


def test_rows_are_distinct_if_a_model_can_tell_them_apart() -> None:
    """Rows that differ in spend or log gaps only are kept apart; who the customer is makes no difference."""
    summary = PurchaseSummary.from_arrays(
        frequency=[1, 1, 1, 1],
        recency=[2, 2, 2, 2],
        age=[9, 9, 9, 9],
        spend=[5, 6, 5, 5],
        log_gaps=[0.5, 0.5, 0.6, 0.5],
        customer=["a", "b", "c", "d"],
    )
    found = summary.distinct_rows()
    assert found.rows.size == 3
    assert found.inverse[0] == found.inverse[3]


def test_grouped_rows_count_customers() -> None:
    """Equal rows become one; weights add up, log gaps are averaged, what belongs to one customer is dropped."""
    summary = PurchaseSummary.from_arrays(
        frequency=[1, 0, 1, 1],
        recency=[2, 0, 2, 3],
        age=[9, 9, 9, 9],
        spend=[5, 0, 6, 7],
        log_gaps=[0.5, 0, 1.5, 1],
        weight=[1, 2, 3, 4],
        customer=["a", "b", "c", "d"],
    )
    grouped = summary.grouped()
    assert grouped.recency.tolist() == [0, 2, 3]
    assert grouped.weight is not None
    assert grouped.weight.tolist() == [2, 4, 4]
    assert grouped.log_gaps is not None
    assert grouped.log_gaps.tolist() == [0, 1.25, 1]
    assert (grouped.customer, grouped.spend, grouped.first, grouped.holdout, grouped.intake) == (None,) * 5
    assert grouped.n == summary.n
    assert grouped.unit == summary.unit


def test_grouping_keeps_totals() -> None:
    """The CDNOW sample has the same number of customers, purchases and weeks after grouping, in fewer rows."""
    summary = cdnow_summary()
    grouped = summary.grouped()
    assert len(grouped) < len(summary)
    assert grouped.weight is not None
    for name in ("frequency", "recency", "age", "log_gaps"):
        np.testing.assert_allclose(getattr(grouped, name) @ grouped.weight, getattr(summary, name).sum(), rtol=1e-12)


def test_take_picks_rows_of_all_columns() -> None:
    """An index array, a mask and a slice pick rows; figures of the whole population are dropped, the holdout is not."""
    summary = cdnow_summary()
    rows = np.array([5, 0])
    picked = summary.take(rows)
    assert picked.customer is not None
    assert picked.customer.tolist() == [6, 1]
    assert picked.holdout is not None
    assert summary.holdout is not None
    assert picked.holdout.frequency.tolist() == summary.holdout.frequency[rows].tolist()
    assert picked.holdout.duration == 39
    assert (picked.activity, picked.intake) == (None, None)
    assert len(summary.take(summary.frequency > 0)) == 946
    assert len(summary.every(1000)) == 3


def test_to_frame_has_the_columns_that_are_there() -> None:
    """Columns come in a fixed order, those that are not there are left out, the holdout comes last."""
    assert PurchaseSummary.from_arrays(frequency=[1], recency=[2], age=[9]).to_frame().columns == (
        "frequency",
        "recency",
        "age",
    )
    frame = cdnow_summary().to_frame("polars")
    assert frame.columns == [
        "customer", "first", "last", "frequency", "recency", "age", "spend", "first_day_spend", "log_gaps",
        "holdout_frequency", "holdout_spend",
    ]  # fmt: skip
    assert frame.schema["first"] == pl.Date
    assert len(frame) == 2357


def test_to_frame_like() -> None:
    """A frame or the name of a library decides what comes out."""
    summary = cdnow_summary()
    assert isinstance(summary.to_frame(), Table)
    assert isinstance(summary.to_frame("pandas"), pd.DataFrame)
    assert isinstance(summary.to_frame(like=pl.LazyFrame({"a": [1]})), pl.LazyFrame)
    with pytest.raises(InvalidParameters, match="is not supported"):
        summary.to_frame("spss")


def test_it_shows_what_matters() -> None:
    """The representation says how many customers over which time and how many bought again."""
    summary = cdnow_summary()
    line = "2,357 customers, 1997-01-01 to 1997-09-30, in weeks; 40.1% bought again"
    assert repr(summary) == f"<PurchaseSummary of {line}>"
    assert str(summary).splitlines()[0] == line
    assert "8 purchase days net to zero." in str(summary)
    assert summary._repr_html_().startswith(f"<div><p><b>{line}</b></p><p>6,919 rows")
    plain = PurchaseSummary.from_arrays(frequency=[0, 2], recency=[0, 3], age=[9, 12.5], unit="month")
    assert str(plain) == "2 customers, ages 9 to 12.5 months; 50.0% bought again"


def test_names_of_columns_are_escaped_in_html() -> None:
    """A column called <b> stays a word in a notebook."""
    summary = PurchaseSummary.from_transactions({"<b>": [1], "day": ["2026-01-05"]}, customer="<b>", date="day")
    assert "&lt;b&gt;" in summary._repr_html_()
    assert "'<b>'" not in summary._repr_html_()


def test_the_caller_keeps_the_arrays() -> None:
    """Writing to the arrays a summary was made of does not change it."""
    ids, x = np.array([1, 2]), np.array([0.0, 0.0])
    summary = PurchaseSummary.from_arrays(frequency=x, recency=x, age=[9, 9], customer=ids)
    x[0], ids[0] = 7, 7
    assert summary.frequency.tolist() == [0, 0]
    assert summary.customer is not None
    assert summary.customer.tolist() == [1, 2]


def test_only_summaries_of_tables_can_be_updated() -> None:
    """Summaries from arrays, picked rows and groups refuse an update and say why."""
    summary = cdnow_summary()
    made = PurchaseSummary.from_arrays(frequency=[0], recency=[0], age=[9])
    for other in (made, summary.take(slice(5)), summary.every(2), summary.grouped()):
        with pytest.raises(InvalidData, match="only a summary made by from_transactions can be updated"):
            other.update({"customer": [1], "date": ["1999-01-01"], "amount": [1.0]})


@pytest.mark.parametrize("weight", [None, [1, 2]])
def test_nobody_can_be_shown_and_grouped(weight) -> None:
    """A selection that holds nobody is a summary without rows."""
    everybody = PurchaseSummary.from_arrays(
        frequency=[0, 2], recency=[0, 3], age=[9, 9], spend=[0, 1], log_gaps=[0, 1], weight=weight
    )
    for nobody in (everybody.take(everybody.frequency > 99), everybody.take([]), everybody.take(slice(0))):
        assert len(nobody) == 0
        assert str(nobody) == "0 customers, in weeks"
        assert repr(nobody) == "<PurchaseSummary of 0 customers, in weeks>"
        assert "0 customers" in nobody._repr_html_()
        assert nobody.repeat_rate == 0
        assert len(nobody.grouped()) == 0
        assert nobody.grouped().n == 0
        assert len(nobody.to_frame()) == 0


def test_a_list_picks_rows() -> None:
    """Rows may be given as a list, and nobody of a split summary has an empty holdout."""
    summary = cdnow_summary()
    picked = summary.take([1, 0])
    assert picked.customer is not None
    assert picked.customer.tolist() == [2, 1]
    nobody = summary.take([])
    assert nobody.holdout is not None
    assert nobody.holdout.frequency.size == 0
    assert str(nobody).startswith("0 customers")


@pytest.mark.parametrize("step", [0, -1, 1.5])
def test_steps_are_forward(step) -> None:
    """A step of less than one row is refused."""
    with pytest.raises(InvalidParameters, match=f"step = {step} is not a distance between rows"):
        cdnow_summary().every(step)


@pytest.mark.parametrize(
    "customer",
    [
        [1, "x"],
        [2**60 + 1, 1.5],
        [1, "1"],
        ["a", "a\x00"],
        [2**63, -1],
        [(1, 2), (1, 3)],
        np.array(["a", "b"]),
        pd.Series([2**60, 2**60 + 1]),
        pd.Categorical([10, 9]),
        pl.Series([1, 2], dtype=pl.Int128),
    ],
)
def test_identifiers_are_passed_through(customer) -> None:
    """Identifiers of ready-made columns come out as they went in, whatever they are."""
    summary = PurchaseSummary.from_arrays(frequency=[0, 0], recency=[0, 0], age=[9, 9], customer=customer)
    assert summary.customer is not None
    assert summary.customer.tolist() == list(customer)
    assert [type(value) for value in summary.customer.tolist()] == [
        type(getattr(value, "item", lambda value=value: value)()) for value in customer
    ]


def test_the_scale_of_the_data_is_what_is_typical_of_its_customers() -> None:
    """Time is measured by the mean age, money by the mean spend of repeat buyers, customers counted by weight."""
    data = PurchaseSummary.from_arrays(
        frequency=[2, 0, 1], recency=[5, 0, 8], age=[10, 20, 30], spend=[4.0, 99.0, 10.0], weight=[1, 1, 2]
    )
    assert data.scale("time") == pytest.approx(22.5)
    assert data.scale("1/time") == pytest.approx(1 / 22.5)
    assert data.scale("money") == pytest.approx(8.0)
    assert data.scale("none") == 1.0


def test_data_without_a_scale_say_so() -> None:
    """Where no time has passed, nobody bought again or there are no amounts, there is nothing to measure by."""
    new = PurchaseSummary.from_arrays(frequency=[0, 0], recency=[0, 0], age=[0, 0], spend=[3.0, 4.0])
    with pytest.raises(InvalidData, match="no positive age to measure by; pass prior="):
        new.scale("1/time")
    with pytest.raises(InvalidData, match="no positive spend of repeat buyers to measure by"):
        new.scale("money")
    with pytest.raises(InvalidData, match="no positive spend of repeat buyers"):
        PurchaseSummary.from_arrays(frequency=[2], recency=[3], age=[4]).scale("money")
