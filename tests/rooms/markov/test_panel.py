"""Panels: made of tables, logs and arrays, with every fault named at its place."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import relmodels as rm

ROWS = {
    "who": ["b", "a", "a", "b", "a"],
    "month": [3, 1, 3, 2, 2],
    "gifts": [0.0, 2.0, 1.0, 4.0, None],
    "mailed": [0.0, 1.0, 0.0, 1.0, 1.0],
}
LOG = {
    "who": [7, 7, 3, 7, 3, 7],
    "day": ["2026-01-10", "2026-02-03", "2026-02-05", "2026-02-03", "2026-04-30", "2026-03-31"],
    "paid": [10.0, 4.0, 5.0, 6.0, 2.0, 8.0],
}
ENGINES = {
    "dict": lambda rows: rows,
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "lazy": pl.LazyFrame,
    "pyarrow": pa.table,
    "table": rm.Table,
}


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
def test_a_table_of_any_library_makes_the_same_panel(engine):
    """Rows in any order become histories from first to last row; an empty outcome within one is missing."""
    rows = dict(ROWS) if engine is not rm.Table else ROWS | {"gifts": [0.0, 2.0, 1.0, 4.0, float("nan")]}
    panel = rm.Panel.from_frame(engine(rows), customer="who", period="month", outcome="gifts", covariates=["mailed"])
    assert panel.customer is not None
    assert panel.customer.tolist() == ["a", "b"]
    assert (panel.start.tolist(), panel.length.tolist()) == ([1, 2], [3, 2])
    np.testing.assert_array_equal(panel.values[:, :, 0], [[2.0, np.nan, 1.0], [4.0, 0.0, np.nan]])
    assert panel.covariates is not None
    np.testing.assert_array_equal(panel.covariates[:, :, 0], [[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]])


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
def test_a_log_of_any_library_makes_the_same_panel(engine):
    """Days of purchase are counted in whole calendar months after the first one, up to the last that ended."""
    panel = rm.Panel.from_transactions(
        engine(LOG), customer="who", date="day", amount="paid", unit="month", outcome=["purchases", "bought", "amount"]
    )
    assert panel.customer is not None
    assert panel.customer.tolist() == [3, 7]
    np.testing.assert_array_equal(panel.values[1], [[1, 1, 10], [1, 1, 8], [0, 0, 0]])
    np.testing.assert_array_equal(panel.values[0], [[0, 0, 0], [1, 1, 2], [np.nan] * 3])
    assert panel.unit == "month"


def test_the_period_of_the_first_purchase_can_be_kept():
    """With the first period every history begins with at least one purchase."""
    panel = rm.Panel.from_transactions(LOG, customer="who", date="day", unit="month", first="with")
    assert (panel.values[:, 0, 0] >= 1.0).all()
    assert panel.length.tolist() == [3, 4]


def test_every_fault_of_a_log_is_named():
    """Missing columns come with the nearest name; bad dates and amounts with their rows."""
    with pytest.raises(rm.InvalidData, match=r"daay.*day"):
        rm.Panel.from_transactions(LOG, customer="who", date="daay")
    bad = {"who": [1, 1], "day": ["2026-01-10", "soon"], "paid": [float("inf"), 3.0]}
    with pytest.raises(rm.InvalidData) as caught:
        rm.Panel.from_transactions(bad, customer="who", date="day", amount="paid")
    assert len(caught.value.problems) == 2
    with pytest.raises(rm.InvalidParameters, match="needs the column of amounts"):
        rm.Panel.from_transactions(LOG, customer="who", date="day", outcome=["amount"])
    with pytest.raises(rm.InvalidData, match="nets to less than 0"):
        rm.Panel.from_transactions(LOG | {"paid": [-1.0] * 6}, customer="who", date="day", amount="paid")
    with pytest.raises(rm.InvalidData, match="nobody has a whole year"):
        rm.Panel.from_transactions(LOG, customer="who", date="day", unit="year")
    with pytest.raises(rm.InvalidData, match="before the last purchase"):
        rm.Panel.from_transactions(LOG, customer="who", date="day", observation_end="2026-01-31")


def test_every_fault_of_a_table_is_named():
    """Periods that stand twice, periods that are not whole and gaps under covariates are named with their rows."""
    with pytest.raises(rm.InvalidData, match=r"stands twice: row 2"):
        rm.Panel.from_frame({"a": [1, 1, 1], "t": [1, 2, 2], "y": [0, 1, 2]}, customer="a", period="t", outcome="y")
    with pytest.raises(rm.InvalidData, match=r"t is no whole number in row 1"):
        rm.Panel.from_frame({"a": [1, 1], "t": [1, 2.5], "y": [0, 1]}, customer="a", period="t", outcome="y")
    with pytest.raises(rm.InvalidData, match="1 periods within histories have no row"):
        rm.Panel.from_frame(
            {"a": [1, 1], "t": [1, 3], "y": [0, 1], "x": [0, 1]},
            customer="a",
            period="t",
            outcome="y",
            covariates=["x"],
        )


def test_every_fault_of_arrays_is_named():
    """Lengths out of range, infinite outcomes and fractional trials come with their places."""
    with pytest.raises(rm.InvalidData, match=r"lengths.*must lie between 1 and 2"):
        rm.Panel.from_arrays([[1, 2], [3, 4]], lengths=[2, 3])
    with pytest.raises(rm.InvalidData) as caught:
        rm.Panel.from_arrays([[1, np.inf]], trials=[[2.5, 1]])
    assert len(caught.value.problems) == 2
    with pytest.raises(rm.InvalidData, match="covariates has the shape"):
        rm.Panel.from_arrays([[1, 2]], covariates=[[1, 2, 3]], covariate_names=["x"])


def test_equal_histories_are_grouped():
    """Grouped rows carry their number as a weight and give the same likelihood."""
    panel = rm.Panel.from_arrays([[0, 1], [2, 0], [0, 1], [0, 1]])
    grouped = panel.grouped()
    assert len(grouped) == 2
    model = rm.markov.HMM([0.5, 0.5], rm.markov.FreeTransitions([[0.9, 0.1], [0.2, 0.8]]), rm.markov.Poisson([0.3, 2]))
    total = model.log_likelihood(grouped) @ grouped.counts
    assert total == pytest.approx(model.log_likelihood(panel).sum(), rel=1e-14)
