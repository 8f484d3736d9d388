"""Identifiers are opaque: sorted, compared, never changed and never shown."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest

from relmodels.core.errors import Problems
from relmodels.frames.columns import coded, object_array
from relmodels.frames.identifiers import Identifiers, identifiers


def read(column) -> tuple[Identifiers, list[str]]:
    """Return a column as identifiers and what is wrong with it."""
    problems = Problems("log")
    return identifiers(column, "who", problems), problems.found


@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.uint64])
def test_whole_numbers_are_their_own_codes(dtype) -> None:
    """Whole numbers keep their type."""
    found, faults = read(np.array([7, 3, 7], dtype=dtype))
    assert not faults
    assert found.of(found.codes[:2]).tolist() == [7, 3]
    assert found.example.dtype == dtype


@pytest.mark.parametrize(
    "column",
    [
        np.array([2.5, 1.5]),
        np.array([True, False]),
        np.array(["2026-01-05", "2026-01-04"], dtype="datetime64[D]"),
        object_array([dt.date(2026, 1, 5), dt.date(2026, 1, 4)]),
        object_array([2**80, 2**70]),
        coded(["b", "a"]),
    ],
    ids=["floats", "booleans", "days", "dates", "huge", "text"],
)
def test_other_identifiers_are_coded_in_their_order(column) -> None:
    """Whatever can be sorted can identify."""
    found, faults = read(column)
    assert not faults
    assert found.codes.tolist() == [1, 0]
    assert len(found) == 2
    assert found.labels is not None
    assert sorted(found.labels.tolist()) == found.labels.tolist()


@pytest.mark.parametrize(
    "column", [np.array([1.0, np.nan]), object_array([("a",), None]), coded(["a", None]), np.array([0, "NaT"], "M8[s]")]
)
def test_missing_identifiers_are_named_by_row(column) -> None:
    """Missing identifiers are reported by row."""
    assert read(column)[1] == ["who is missing in row 1; every row needs a customer, fill or drop these rows"]


def test_identifiers_of_several_types_are_refused() -> None:
    """The number 1 and the text 1 may be the same customer or not; only the caller knows."""
    (fault,) = read(object_array([1, "1", 2]))[1]
    assert "who holds identifiers of several types (int, str)" in fault


def test_identifiers_without_an_order_are_refused() -> None:
    """Complex objects cannot be sorted."""
    (fault,) = read(object_array([{1}, {2}]))[1]
    assert "set values, which have no order" in fault


def test_decimals_are_the_whole_numbers_they_are() -> None:
    """A decimal without a fraction is a whole number, however it is written."""
    found, faults = read(object_array([Decimal("2.00"), Decimal(1), Decimal(2)]))
    assert not faults
    assert found.of(found.codes).tolist() == [2, 1, 2]
    assert found.labels is not None
    assert found.labels.dtype == np.int64


@pytest.mark.parametrize("value", ["1.5", "Infinity"])
def test_decimals_that_are_not_whole_are_refused(value) -> None:
    """A fraction or an infinity identifies nobody; it is counted and not shown."""
    (fault,) = read(object_array([Decimal(value), Decimal(2)]))[1]
    assert "who holds decimals with a fraction, 1 distinct value" in fault
    assert value not in fault


def test_nested_values_are_not_missing() -> None:
    """Arrays in a column of objects are refused for what they are, not as missing."""
    (fault,) = read(object_array([np.array([1, 2]), np.array([3])]))[1]
    assert "ndarray values, which have no order" in fault
