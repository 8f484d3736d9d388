"""Summarize ten million purchases, side by side with lifetimes and a bare polars group-by in one run.

Run it with ``make bench``. Times are processor seconds of the whole process (all threads); trust the ratios.
The bars: without amounts at least 10 times less than lifetimes, with amounts 5 times less, and less than the group-by
in both; with text as identifiers at most twice the group-by.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Callable

import numpy as np

from relmodels.btyd.summary import PurchaseSummary

ROWS = 10_000_000
CUSTOMERS = 6_200_000  # of whom about 5 million buy
DAYS = 730


def purchases(rows: int) -> dict[str, np.ndarray]:
    """Return purchases of customers drawn at random on random days, as columns."""
    rng = np.random.default_rng(20261123)
    return {
        "customer": rng.integers(0, max(rows * CUSTOMERS // ROWS, 1), rows),
        "date": (np.datetime64("2024-01-01", "ns") + rng.integers(0, DAYS, rows).astype("timedelta64[D]")),
        "amount": np.round(rng.gamma(2.0, 20.0, rows), 2),
    }


def seconds(work: Callable[[], object], runs: int = 1) -> float:
    """Return the least processor time of several runs of ``work``."""
    times = []
    for _ in range(runs):
        gc.collect()
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


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


def report(what: str, own: float, other: float, bar: float) -> bool:
    """Print one comparison and return whether it keeps to its bar, the least ratio of the other to our own."""
    kept = other / own >= bar
    times = f"{other:8.2f} s   ours {own:6.2f} s   ratio {other / own:6.1f}   bar {bar:4.1f}"
    print(f"{what:<44} {times}   {'ok' if kept else 'MISSED'}")
    return kept


def main(rows: int = ROWS) -> int:
    """Print all comparisons; return 1 if one misses its bar."""
    import pandas as pd
    import polars as pl

    columns = purchases(rows)
    in_pandas, in_polars = pd.DataFrame(columns), pl.DataFrame(columns).with_columns(pl.col("date").cast(pl.Date))
    as_text = in_polars.with_columns(pl.col("customer").cast(pl.String).str.zfill(8))
    customers = len(np.unique(columns["customer"]))
    print(f"{rows:,} purchases of {customers:,} customers, processor seconds")
    kept = []
    for amount, bar in ((None, 10.0), ("amount", 5.0)):
        paid = "without amounts" if amount is None else "with amounts"
        kept.append(
            report(
                f"lifetimes, {paid}", seconds(ours(in_pandas, amount), 3), seconds(of_lifetimes(in_pandas, amount)), bar
            )
        )
        own = seconds(ours(in_polars, amount), 3)
        kept.append(report(f"polars group-by, {paid}", own, seconds(of_polars(in_polars, amount), 2), 1.0))
        own = seconds(ours(as_text, amount), 2)
        kept.append(report(f"polars group-by, text ids, {paid}", own, seconds(of_polars(as_text, amount), 2), 0.5))
    print(f"peak memory of the whole run: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
