"""Panels of covariates: what a value means, in every engine, and every fault of the two tables in one error."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

from relmodels.btyd.covariate_panel import CovariatePanel
from relmodels.btyd.mbg_nbd import MBGNBD
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.inference.bootstrap import Resampled
from relmodels.inference.model import Rows

LOG = pl.DataFrame(
    {
        "who": ["Ann", "Ann", "Ann", "Bob", "Cy", "Cy"],
        "day": ["2026-01-05", "2026-02-02", "2026-02-16", "2026-01-12", "2026-01-19", "2026-01-26"],
    }
)
PATHS = pl.DataFrame(
    {
        "id": ["Ann", "Ann", "Ann", "Bob", "Bob", "Cy", "Cy", "Dee"],
        "from": [
            *("2026-01-05", "2026-02-02", "2026-03-02"),
            *("2025-12-01", "2026-01-12"),
            *("2026-01-01", "2026-01-26", "2020-01-01"),
        ],
        "sale": [0.0, 1.0, 0.0, 9.0, 2.0, 3.0, 4.0, 7.0],
        "north": [1.0, 1.0, 1.0, 8.0, 0.0, 5.0, 5.0, 7.0],
    }
)
ENGINES = ("pandas", "polars", "polars-lazy", "pyarrow", "duckdb", "mapping")
NAMED: dict[str, Any] = {"customer": "id", "date": "from", "purchase": ["sale"], "attrition": ["north", "sale"]}
END = "2026-03-02"


def in_engine(frame: pl.DataFrame, engine: str) -> Any:
    """Return the frame, its rows shuffled, in the form of an engine."""
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=3)
    if engine == "duckdb":
        connection = duckdb.connect()
        connection.register("rows", shuffled.to_arrow())
        return connection.sql("select * from rows")
    forms: dict[str, Callable[[], Any]] = {
        "pandas": shuffled.to_pandas,
        "polars": lambda: shuffled,
        "polars-lazy": shuffled.lazy,
        "pyarrow": shuffled.to_arrow,
        "mapping": lambda: shuffled.to_dict(as_series=False),
    }
    return forms[engine]()


def summary_of(log: Any = LOG, end: str | None = END, **options: Any) -> PurchaseSummary:
    """Return the summary of the log in days."""
    return PurchaseSummary.from_transactions(
        log, customer="who", date="day", unit="day", observation_end=end, **options
    )


def panel_of(paths: Any = PATHS, log: Any = LOG, **options: Any) -> CovariatePanel:
    """Return the panel of the log and these paths."""
    return CovariatePanel.from_frames(summary_of(), paths, log, **(NAMED | options))


def faults(paths: Any = PATHS, log: Any = LOG, **options: Any) -> list[str]:
    """Return what is wrong with tables."""
    with pytest.raises(InvalidData) as caught:
        panel_of(paths, log, **options)
    return [problem.removeprefix("covariate panel: ") for problem in caught.value.problems]


def changed(**columns: Any) -> pl.DataFrame:
    """Return the paths with other columns."""
    return PATHS.with_columns(**{name: pl.Series(values) for name, values in columns.items()})


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_paths(engine) -> None:
    """Rows in any order and engine become paths from the first purchase on; who is not in the summary is not read."""
    panel = panel_of(in_engine(PATHS, engine), in_engine(LOG, engine))
    assert panel.customer is not None
    assert panel.customer.tolist() == ["Ann", "Bob", "Cy"]
    assert panel.frequency.tolist() == [2.0, 0.0, 1.0]
    assert panel.offsets.tolist() == [0, 3, 4, 6]
    assert panel.begin.tolist() == [0.0, 28.0, 56.0, 0.0, 0.0, 7.0]
    assert panel.purchase.tolist() == [[0.0], [1.0], [0.0], [2.0], [3.0], [4.0]]
    assert panel.attrition.tolist() == [[1.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 2.0], [5.0, 3.0], [5.0, 4.0]]


def test_a_value_holds_from_its_own_day_on() -> None:
    """A purchase on the day of a new value was made at that value; the first purchase is no repeat."""
    assert panel_of().bought_at.tolist() == [[2.0], [0.0], [4.0]]


@pytest.mark.parametrize("kind", ["dates", "times", "text"])
def test_dates_may_be_of_any_form(kind) -> None:
    """Dates, times and ISO text mean the same days."""
    days = [dt.date.fromisoformat(day) for day in PATHS["from"]]
    forms = {
        "dates": days,
        "times": [dt.datetime.combine(day, dt.time(23, 30)) for day in days],
        "text": PATHS["from"].to_list(),
    }
    panel = panel_of(changed(**{"from": forms[kind]}))
    assert panel.begin.tolist() == panel_of().begin.tolist()


def test_dates_at_which_nothing_changes_begin_no_piece() -> None:
    """Weekly rows of a covariate that never changes are one piece, in the unit of the summary."""
    weeks = [f"2026-0{month}-{day:02}" for month in (1, 2, 3) for day in (1, 8, 15, 22)]
    paths = {"id": ["Ann"] * 12 + ["Bob"] * 12 + ["Cy"] * 12, "from": weeks * 3, "sale": [0.5] * 36, "north": [1] * 36}
    panel = panel_of(paths)
    assert panel.begin.tolist() == [0.0, 0.0, 0.0]
    assert panel.bought_at.tolist() == [[1.0], [0.0], [0.5]]
    assert panel.known.tolist() == [76.0, 69.0, 62.0]


def test_the_last_value_holds_to_the_last_date_or_as_long_as_is_said() -> None:
    """Paths end with the last date of all, with ``until`` on that day, with ``longest`` so long after their own."""
    assert panel_of().known.tolist() == [56.0, 49.0, 42.0]
    assert panel_of(until="2026-04-01").known.tolist() == [86.0, 79.0, 72.0]
    assert panel_of(longest=60).known.tolist() == [116.0, 60.0, 67.0]
    assert panel_of(longest=60, until="2026-04-01").known.tolist() == [86.0, 60.0, 67.0]


def test_a_holdout_is_no_part_of_the_panel() -> None:
    """Purchases after the calibration are not added up, and ages end with it."""
    summary = summary_of(end=None, calibration_end="2026-02-09")
    panel = CovariatePanel.from_frames(summary, PATHS, LOG, **NAMED)
    assert panel.frequency.tolist() == [1.0, 0.0, 1.0]
    assert panel.bought_at.tolist() == [[1.0], [0.0], [4.0]]
    assert panel.age.tolist() == [35.0, 28.0, 21.0]


def test_whole_numbers_of_other_types_identify_the_same_customers() -> None:
    """Identifiers may be signed in one table and unsigned in the other, and lose no digit."""
    ids = [2**60 + 1, 2**60 + 2]
    log = pl.DataFrame({"who": pl.Series(ids, dtype=pl.Int64), "day": ["2026-01-05", "2026-01-06"]})
    paths = pl.DataFrame({"id": pl.Series(ids, dtype=pl.UInt64), "from": ["2026-01-01"] * 2, "sale": [1.0, 2.0]})
    panel = CovariatePanel.from_frames(
        summary_of(log), paths, log, customer="id", date="from", purchase=["sale"], until=END
    )
    assert panel.purchase.tolist() == [[1.0], [2.0]]


def test_columns_that_are_missing_are_named() -> None:
    """Each missing column is named with the nearest there is."""
    assert faults(PATHS.rename({"sale": "sales"}), attrition=[]) == [
        "there is no column 'sale' (did you mean 'sales'?); the columns are: 'id', 'from', 'sales', 'north'"
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_faults_of_the_paths_are_counted_and_placed(engine) -> None:
    """Who has no path, whose path begins late and to when all are known is said in one error, whatever the engine."""
    paths = PATHS.filter(pl.col("id") != "Bob").with_columns(
        pl.Series("from", ["2026-01-06", "2026-02-02", "2026-02-28", "2026-01-19", "2026-01-26", "2020-01-01"])
    )
    none, late, early = faults(in_engine(paths, engine), in_engine(LOG, engine))
    assert none.startswith("1 customer of the summary without any covariates (row 1); give every customer a path")
    assert late.startswith("1 customer whose path begins after the first purchase (row 0: bought on 2026-01-05, covar")
    assert "covariates from 2026-01-06 on); add the values that held on the day of the first purchase" in late
    assert early.startswith("the covariates are known to 2026-02-28 only (the last date of any of these customers), a")
    assert "the observation ends on 2026-03-02; add later rows, or pass until='2026-03-02' if the last" in early


def test_the_first_few_of_many_faults_are_shown() -> None:
    """Of many customers with a fault the first five are shown, and the rest counted."""
    log = pl.DataFrame({"who": range(8), "day": ["2026-01-05"] * 8})
    paths = pl.DataFrame({"id": range(8), "from": ["2026-01-06"] * 8, "sale": [1.0] * 8})
    with pytest.raises(InvalidData, match=r"8 customers whose path begins .* \(row 0: .*; row 4: .*; and 3 more\)"):
        CovariatePanel.from_frames(
            summary_of(log), paths, log, customer="id", date="from", purchase=["sale"], until=END
        )


def test_days_that_come_twice_are_refused() -> None:
    """A second row of the same customer and day is placed."""
    twice = pl.concat([PATHS, PATHS[[4, 0]]])
    assert faults(twice) == [
        "from in rows 8, 9 is one that the same customer has in an earlier row; keep one row for each customer and date"
    ]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1.0, None, 1, 1, 1, float("inf"), 1, 1], "sale[1] = nan, sale[5] = inf is not a finite number"),
        (["a", "b"] * 4, "sale holds text such as 'a' in row 0, numbers are needed; code categories as numbers, for"),
        ([True, False] * 4, "sale holds booleans, numbers are needed"),
    ],
)
def test_covariates_that_are_no_numbers_are_refused(values, message) -> None:
    """Missing values are placed, and categories are to be coded as numbers by whoever knows what they mean."""
    (fault,) = faults(changed(sale=values))
    assert fault.startswith(message)


@pytest.mark.parametrize("engine", ENGINES)
def test_categories_are_refused_in_every_engine(engine) -> None:
    """Text is text in every engine."""
    (fault,) = faults(in_engine(changed(north=["n", "s"] * 4), engine))
    assert fault.startswith("north holds text such as")


def test_all_faults_of_both_tables_are_one_error() -> None:
    """Unreadable dates, missing identifiers, bad values and another log are reported together."""
    bad = changed(
        id=["Ann", None, "Ann", "Bob", "Bob", "Cy", "Cy", "Dee"],
        sale=[float("nan")] * 8,
        **{"from": ["soon", *PATHS["from"][1:]]},
    )
    found = faults(bad, LOG.filter(pl.col("who") != "Cy"), until="then")
    starts = (
        "until = 'then' is not a date",
        "id is missing in row 1",
        "from in row 0 ('soon') is not an ISO date",
        "sale[0] = nan",
        "the transactions are not those of the summary: the purchase days of 1 customer differ (summary row 2)",
    )
    assert len(found) == len(starts)
    for fault, start in zip(found, starts, strict=True):
        assert fault.startswith(start), fault


def test_identifiers_of_another_type_are_refused() -> None:
    """Numbers never equal text, so that nobody would have a path."""
    (fault,) = faults(changed(id=range(8)))
    assert fault.startswith("id holds whole numbers, but the identifiers of the summary are text; convert")


def test_holes_are_named_if_values_hold_for_a_limited_time() -> None:
    """With the longest time that a value may hold, periods without one are named with their customer and dates."""
    assert faults(longest=28) == [
        (
            "2 periods of more than 28 days without a new value (row 1: 2026-01-12 to 2026-03-02; "
            "row 2: 2026-01-26 to 2026-03-02); fill the rows that are missing, or let values hold longer"
        )
    ]


def test_a_day_before_the_end_is_no_end() -> None:
    """An ``until`` before the end of observation is refused, with or without a limit."""
    for options in ({}, {"longest": 60}):
        (fault,) = faults(until="2026-02-01", **options)
        assert fault.startswith("the covariates are known to 2026-02-01 only (until)")


@pytest.mark.parametrize(
    "log",
    [
        LOG.filter(pl.col("day") != "2026-02-02"),
        LOG.with_columns(day=pl.col("day").replace("2026-01-05", "2026-01-06")),
        LOG.head(0),
        LOG.with_columns(day=pl.lit("2027-01-01")),
        LOG.with_columns(who=pl.Series(range(6))),
    ],
    ids=["a purchase less", "another first day", "nothing", "only later", "other identifiers"],
)
def test_another_log_is_refused(log) -> None:
    """The transactions have to be those that the summary was made of."""
    (fault,) = faults(log=log)
    assert "transactions" in fault


def test_faults_of_the_log_are_listed() -> None:
    """A log that cannot be read is refused as it is by a summary."""
    found = faults(log=LOG.with_columns(day=pl.lit("soon"), who=pl.lit(None)))
    assert [fault.split(" in ")[0] for fault in found] == ["who is missing", "day"]


def test_an_empty_table_of_covariates_gives_nobody_a_path() -> None:
    """Without a row everybody lacks a path."""
    (fault,) = faults(PATHS.head(0))
    assert fault.startswith("3 customers of the summary without any covariates (rows 0, 1, 2)")


def test_what_is_no_summary_of_transactions_is_refused() -> None:
    """A panel needs the dates of a summary made from transactions."""
    ready = PurchaseSummary.from_arrays(frequency=[1], recency=[2], age=[3])
    for given, message in (
        (ready, "need a summary made by from_transactions"),
        (summary_of().take([0]), "take\\(\\) rows of the panel"),
        (LOG, "a PurchaseSummary is needed, got DataFrame"),
    ):
        with pytest.raises(InvalidData, match=message):
            CovariatePanel.from_frames(given, PATHS, LOG, **NAMED)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"purchase": [], "attrition": []}, "no covariate is named"),
        ({"purchase": "sale"}, "purchase = 'sale' is not a list of columns"),
        ({"purchase": [1]}, r"purchase = \[1\] is not a list of columns"),
        ({"attrition": ["sale", "sale"]}, "attrition names 'sale' twice"),
        ({"longest": 0}, "longest = 0 is not a number of days"),
        ({"longest": 7.5}, "longest = 7.5 is not a number of days"),
        ({"longest": True}, "longest = True is not a number of days"),
    ],
)
def test_arguments_are_checked(options, message) -> None:
    """Arguments outside their domain are refused with their value."""
    with pytest.raises(InvalidParameters, match=message):
        panel_of(**options)


def test_customers_are_picked_with_their_paths() -> None:
    """Rows can be picked by indices, a mask, a slice or a step, with all that belongs to them."""
    panel = panel_of()
    picked = panel.take([2, 0])
    assert picked.customer is not None
    assert picked.customer.tolist() == ["Cy", "Ann"]
    assert picked.offsets.tolist() == [0, 2, 5]
    assert picked.purchase.ravel().tolist() == [3.0, 4.0, 0.0, 1.0, 0.0]
    assert picked.bought_at.ravel().tolist() == [4.0, 2.0]
    assert panel.take(np.array([False, True, False])).begin.tolist() == [0.0]
    assert panel.take(slice(1, None)).offsets.tolist() == [0, 1, 3]
    assert panel.every(2).frequency.tolist() == [2.0, 1.0]
    assert len(panel.take([])) == 0
    with pytest.raises(InvalidParameters, match="step = 0"):
        panel.every(0)


def test_a_panel_is_what_the_engine_and_the_bootstrap_ask_for() -> None:
    """A panel has rows with weights that can be drawn again, is pickled whole and cannot be written to."""
    panel = panel_of()
    assert isinstance(panel, Rows)
    assert isinstance(panel, Resampled)
    assert not panel.purchase.flags.writeable
    again = pickle.loads(pickle.dumps(panel))  # noqa: S301 - our own bytes
    assert again.attrition.tolist() == panel.attrition.tolist()
    assert (
        repr(panel) == "<CovariatePanel of 3 customers, in days; purchases by sale; attrition by north, sale; 6 pieces>"
    )


def test_the_covariates_may_be_named_in_any_order() -> None:
    """A panel whose covariates stand in another order is brought into the one asked for; others are refused."""
    panel = panel_of()
    turned = panel.ordered(("sale",), ("sale", "north"))
    assert turned.attrition.tolist() == panel.attrition[:, ::-1].tolist()
    with pytest.raises(InvalidData) as caught:
        panel.ordered((), ("north",))
    assert len(caught.value.problems) == 2


def test_only_pareto_nbd_has_a_form_for_panels() -> None:
    """The kind of Pareto/NBD has the panel's covariates; other models are refused."""
    names = ("r", "alpha", "s", "beta", "purchase.sale", "attrition.north", "attrition.sale")
    assert panel_of().kind_of(ParetoNBD).space.names == names
    with pytest.raises(InvalidParameters, match="no form with covariates that change in time; ParetoNBD has"):
        panel_of().kind_of(MBGNBD)
