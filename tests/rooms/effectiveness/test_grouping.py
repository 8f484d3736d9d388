"""Keys of any kind, from any frame, gather the same rows."""

from __future__ import annotations

import enum
from datetime import datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest

import relmodels as rm
from relmodels.effectiveness.grouping import gathered, gathered_by_all

VALUES = [90.0, 10.0, 5.0, 5.0]
WORDS = ["b", "b", "a", "a"]


class Channel(enum.Enum):
    """A key that has no order."""

    SHOP = "shop"
    WEB = "web"


@pytest.mark.parametrize(
    "keys",
    [
        WORDS,
        tuple(WORDS),
        np.array(WORDS),
        np.array([2, 2, 1, 1]),
        np.array([2, 2, -7_000_000_000, -7_000_000_000]),
        np.array([2.5, 2.5, 1.5, 1.5]),
        np.array([True, True, False, False]),
        np.array(["2026-02-01"] * 2 + ["2026-01-01"] * 2, dtype="datetime64[ns]"),
        [Channel.WEB, Channel.WEB, Channel.SHOP, Channel.SHOP],
        [("x", 2), ("x", 2), ("x", 1), ("x", 1)],
        pd.Series(WORDS),
        pd.Series(WORDS, dtype="category"),
        pl.Series(WORDS),
        pl.Series(WORDS, dtype=pl.Categorical),
    ],
    ids=lambda keys: f"{type(keys).__module__.partition('.')[0]}-{getattr(keys, 'dtype', type(keys).__name__)}",
)
def test_keys_of_any_kind_gather_the_same_rows(keys):
    """Text, numbers, dates, booleans, enumerations and tuples, from any frame, give the same two groups."""
    found = rm.abc_by_group(pl.Series(VALUES), keys)
    assert found.classes.tolist() == ["A", "B", "A", "A"]
    assert len(found.analyses) == 2
    statement = rm.margin_by_group(rm.customer_margins(pd.Series(VALUES)), keys)
    assert sorted(statement.lines["customer_margin"].tolist()) == [10.0, 100.0]


def test_keys_keep_their_kind_and_order():
    """Keys come out as they went in, sorted where they can be; dates in nanoseconds are dates."""
    dates = np.array(["2026-02-01", "2026-01-01"], dtype="datetime64[ns]")
    assert gathered(dates, 2).keys == (datetime(2026, 1, 1), datetime(2026, 2, 1))  # noqa: DTZ001 - columns have no zone
    assert gathered([Channel.WEB, Channel.SHOP], 2).keys == (Channel.WEB, Channel.SHOP)
    assert gathered(["b", "a"], 2).keys == ("a", "b")
    assert gathered([], 0).keys == ()


def test_several_keys_are_called_by_all_of_them():
    """Groups by several keys are the combinations that occur, in the order of the keys."""
    found = gathered_by_all([["b", "a", "b"], [1, 2, 1]], 3)
    assert found.keys == (("a", 2), ("b", 1))
    assert found.counts.tolist() == [1, 2]
    many = [list(range(40)) for _ in range(4)]
    assert len(gathered_by_all(many, 40).keys) == 40
