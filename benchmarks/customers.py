"""ABC classes, RFM scores and margins of a million customers, beside the pandas and polars code one would write.

The bar is one second for each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from benchmarks.inputs import SEED
from benchmarks.measure import Line, Run, Table, seconds
from relmodels.core.arrays import AnyArray
from relmodels.effectiveness.abc_analysis import abc_analysis
from relmodels.effectiveness.abc_extensions import abc_xyz
from relmodels.effectiveness.margins import customer_margins, margin_by_group
from relmodels.effectiveness.rfm import rfm_scores, rfm_segments

__all__ = ["customers", "measure"]

HEADS: Final = ("", "beside", "other CPU s", "ours CPU s", "ratio", "bar")
CUSTOMERS = 1_000_000
_BAR: Final = 1.0
_SHARES: Final = (0.8, 0.95)


def customers(size: int) -> dict[str, AnyArray]:
    """Return the figures of customers as columns."""
    rng = np.random.default_rng(SEED)
    return {
        "recency": rng.integers(0, 365, size),
        "frequency": rng.poisson(3.0, size) + 1,
        "value": np.round(rng.lognormal(4.0, 1.2, size), 2),
        "goods": np.round(rng.lognormal(3.0, 1.0, size), 2),
        "region": rng.integers(0, 12, size),
        "channel": rng.integers(0, 4, size),
    }


def of_pandas(columns: dict[str, AnyArray]) -> dict[str, Callable[[], object]]:
    """Return what one would write in pandas."""
    import pandas as pd

    frame = pd.DataFrame(columns)

    def classes() -> object:
        falling = frame["value"].sort_values(ascending=False)
        before = falling.cumsum().shift(fill_value=0.0) / falling.sum()
        return pd.cut(before, [-1.0, *_SHARES, 2.0], right=False, labels=list("ABC")).reindex(frame.index)

    def scores() -> object:
        names = ("recency", "frequency", "value")
        return [pd.qcut(frame[name].rank(method="first"), 5, labels=False) for name in names]

    def margins() -> object:
        whole = frame.assign(margin=frame["value"] - frame["goods"])
        return whole.groupby(["region", "channel"])[["value", "goods", "margin"]].sum()

    return {"ABC classes": classes, "RFM scores": scores, "margins by two keys": margins}


def of_polars(columns: dict[str, AnyArray]) -> dict[str, Callable[[], object]]:
    """Return what one would write in polars."""
    import polars as pl

    frame = pl.DataFrame(columns)

    def classes() -> object:
        before = (pl.col("value").cum_sum() - pl.col("value")) / pl.col("value").sum()
        cut = before.cut(list(_SHARES), labels=list("ABC"), left_closed=True)
        return frame.with_row_index().sort("value", descending=True).with_columns(cut.alias("class")).sort("index")

    def scores() -> object:
        names = ("recency", "frequency", "value")
        return frame.select(pl.col(name).rank("ordinal").qcut(5, labels=list("12345")) for name in names)

    def margins() -> object:
        whole = frame.with_columns((pl.col("value") - pl.col("goods")).alias("margin"))
        return whole.group_by("region", "channel").agg(pl.col("value", "goods", "margin").sum())

    return {"ABC classes": classes, "RFM scores": scores, "margins by two keys": margins}


def ours(columns: dict[str, AnyArray]) -> dict[str, Callable[[], object]]:
    """Return our work, each by its name."""
    periods = columns["value"][:, None] * np.array([0.2, 0.3, 0.1, 0.4])
    return {
        "ABC classes": lambda: abc_analysis(columns["value"]),
        "RFM scores": lambda: rfm_scores(columns["recency"], columns["frequency"], columns["value"]),
        "RFM scores and segments": lambda: rfm_segments(
            rfm_scores(columns["recency"], columns["frequency"], columns["value"], method="nested")
        ),
        "margins by two keys": lambda: margin_by_group(
            customer_margins(columns["value"], goods=columns["goods"]), groups=[columns["region"], columns["channel"]]
        ),
        "ABC-XYZ over four periods": lambda: abc_xyz(periods),
    }


def measure(run: Run) -> Table:
    """Return the times of all, each beside what one would write."""
    size = run.count(CUSTOMERS)
    columns = customers(size)
    mine = {name: seconds(work, 2) for name, work in ours(columns).items()}
    lines: list[Line] = []
    if run.peers:
        for peer, works in (("pandas", of_pandas(columns)), ("polars", of_polars(columns))):
            lines += [_line(name, peer, mine[name], seconds(work, 2)) for name, work in works.items()]
        rest = [name for name in mine if name not in of_pandas(columns)]
    else:
        rest = list(mine)
    lines += [_line(name, "", mine[name], None) for name in rest]
    return Table(f"Classes, scores and margins of {size:,} customers", HEADS, tuple(lines))


def _line(name: str, peer: str, mine: float, other: float | None) -> Line:
    beside = "" if other is None else f"{other:.2f}"
    ratio = "" if other is None else f"{other / mine:.1f}"
    return Line((name, peer, beside, f"{mine:.2f}", ratio, f"{_BAR:.0f} s"), mine <= _BAR)
