"""Summarize ten million purchases, side by side with lifetimes and a bare polars group-by in one run.

The bars: without amounts at least 10 times less than lifetimes, with amounts 5 times less, and less than the group-by
in both; with text as identifiers at most twice the group-by.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from benchmarks.inputs import SEED
from benchmarks.measure import Line, Run, Table, seconds
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import AnyArray

__all__ = ["measure"]

HEADS: Final = ("", "", "other CPU s", "ours CPU s", "ratio", "bar")
_NOTES: Final = (
    "On AMD Zen 4 numpy's sort takes five times as long with AVX-512 as without it (numpy/x86-simd-sort, issue 6).",
    'NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL AVX512_SPR" in front of the command turns it off there.',
)
ROWS = 10_000_000
CUSTOMERS = 6_200_000  # of whom about 5 million buy
DAYS = 730


def purchases(rows: int) -> dict[str, AnyArray]:
    """Return purchases of customers drawn at random on random days, as columns."""
    rng = np.random.default_rng(SEED)
    return {
        "customer": rng.integers(0, max(rows * CUSTOMERS // ROWS, 1), rows),
        "date": (np.datetime64("2024-01-01", "ns") + rng.integers(0, DAYS, rows).astype("timedelta64[D]")),
        "amount": np.round(rng.gamma(2.0, 20.0, rows), 2),
    }


def ours(frame: object, amount: str | None) -> Callable[[], object]:
    """Return the work of our summary."""
    return lambda: PurchaseSummary.from_transactions(frame, customer="customer", date="date", amount=amount, unit="day")


def of_lifetimes(frame: object, amount: str | None) -> Callable[[], object]:
    """Return the work of lifetimes' summary."""
    from lifetimes.utils import summary_data_from_transaction_data

    return lambda: summary_data_from_transaction_data(frame, "customer", "date", amount)


def of_polars(frame: object, amount: str | None) -> Callable[[], object]:
    """Return the work of a bare group-by in polars: first, last and number of days, with amounts also sums of days."""
    import polars as pl

    assert isinstance(frame, pl.DataFrame)  # noqa: S101 # for the type checker
    date = pl.col("date")
    ends = (date.min().alias("first"), date.max().alias("last"))
    if amount is None:
        return lambda: frame.group_by("customer").agg(*ends, date.n_unique().alias("days"))
    days = (pl.len().alias("days"), pl.col(amount).sum().alias("spend"))
    return lambda: frame.group_by("customer", "date").agg(pl.col(amount).sum()).group_by("customer").agg(*ends, *days)


def measure(run: Run) -> Table:
    """Return the times of all summaries, each beside ours on the same frame."""
    import pandas as pd
    import polars as pl

    rows = run.count(10_000_000)
    columns = purchases(rows)
    customers = len(np.unique(columns["customer"]))
    in_pandas, in_polars = pd.DataFrame(columns), pl.DataFrame(columns).with_columns(pl.col("date").cast(pl.Date))
    as_text = in_polars.with_columns(pl.col("customer").cast(pl.String).str.zfill(8))
    lines: list[Line] = []
    for amount, bar in ((None, 10.0), ("amount", 5.0)):
        paid = "without amounts" if amount is None else "with amounts"
        if run.peers:
            other = seconds(of_lifetimes(in_pandas, amount))
            lines.append(_line(f"lifetimes, {paid}", seconds(ours(in_pandas, amount), 3), other, bar))
        other = seconds(of_polars(in_polars, amount), 2)
        lines.append(_line(f"polars, a bare group-by, {paid}", seconds(ours(in_polars, amount), 3), other, 1.0))
        other = seconds(of_polars(as_text, amount), 2)
        lines.append(_line(f"the same, text identifiers, {paid}", seconds(ours(as_text, amount), 2), other, 0.5))
    return Table(f"Summary of {rows:,} purchases of {customers:,} customers", HEADS, tuple(lines), _NOTES)


def _line(what: str, own: float, other: float, bar: float) -> Line:
    """Return one comparison, kept if the other takes at least ``bar`` times our own time."""
    ratio = other / max(own, 1e-6)
    return Line((what, "", f"{other:.2f}", f"{own:.2f}", f"{ratio:.1f}", f"> {bar:g}"), kept=ratio >= bar)
