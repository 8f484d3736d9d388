"""Arrays are coerced once, kept read-only, and their faults are named by row and value."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from relmodels.core.arrays import check_finite, check_not_negative, check_rows, column, read_only
from relmodels.core.errors import Problems


@pytest.mark.parametrize(
    "values",
    [
        [1, 2, 3],
        (1.0, 2.0, 3.0),
        np.array([1, 2, 3], dtype=np.int8),
        np.array([1, 2, 3], dtype=np.uint64),
        np.array([1, 2, 3], dtype=np.float32),
        [Decimal(1), Decimal(2), Decimal(3)],
        np.array([1, 2.0, Decimal(3)], dtype=object),
    ],
    ids=lambda values: type(values).__name__,
)
def test_numbers_of_any_type_become_floats(values):
    """Lists, tuples, integer and float arrays of any width and Decimals arrive as float64."""
    problems = Problems("table")
    result = column(values, "age", problems)
    assert result.dtype == np.float64
    assert result.tolist() == [1.0, 2.0, 3.0]
    assert not problems


@given(arrays(np.float64, st.integers(0, 20)))
def test_columns_cannot_be_written_from_either_side(values):
    """A column is read-only and does not follow later changes of the array it was made from."""
    result = column(values, "age", Problems("table"))
    before = result.copy()
    values[:] = -7.0
    np.testing.assert_array_equal(result, before)
    with pytest.raises(ValueError, match="read-only"):
        result[...] = 0.0


def test_missing_values_become_nan_and_are_named_by_row():
    """None in a column of objects is a missing number, which the check for finite values then reports."""
    problems = Problems("table")
    result = column(np.array([1.0, None, 3.0], dtype=object), "age", problems)
    assert not problems
    assert not check_finite(result, "age", problems)
    assert problems.found == ["age[1] = nan is not a finite number; fill or drop these rows"]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2"], "text"),
        ([True, False], "booleans"),
        (np.array([1 + 2j]), "complex numbers"),
        (np.array(["2024-01-01"], dtype="datetime64[D]"), "dates"),
        (np.array([3], dtype="timedelta64[D]"), "durations"),
        (np.array([b"1"]), "bytes"),
        ([1, "2", None], "values such as"),
        ([None, True], "values such as"),
        ([object()], "values such as"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_number_is_refused_by_its_kind(values, kind):
    """Text, booleans, dates, durations and complex numbers are named, never converted."""
    problems = Problems("table")
    result = column(values, "age", problems)
    assert result.size == 0
    assert len(problems.found) == 1
    assert problems.found[0].startswith(f"age holds {kind}")


@pytest.mark.parametrize("values", [[[1.0, 2.0]]], ids=["matrix"])
def test_a_column_has_one_dimension(values):
    """A single number and a matrix are refused with the shape they have."""
    problems = Problems("table")
    assert column(values, "age", problems).size == 0
    assert problems.found == [f"age has shape {np.shape(values)}, one dimension is needed; pass a single column"]


def test_an_empty_list_is_an_empty_column():
    """A column without rows is no fault of the column."""
    problems = Problems("table")
    assert column([], "age", problems).shape == (0,)
    assert not problems


def test_only_the_first_five_bad_rows_are_shown():
    """Of many bad rows five are printed and the others counted."""
    problems = Problems("table")
    values = -np.arange(1.0, 9.0)
    assert not check_not_negative(values, "age", problems)
    shown = ", ".join(f"age[{row}] = {-row - 1.0}" for row in range(5))
    assert problems.found == [f"{shown} and 3 more rows is negative; it must be 0 or more"]


@given(arrays(np.float64, st.integers(0, 30), elements=st.floats(-3, 3)))
def test_checks_answer_what_they_note(values):
    """A check answers True exactly when it noted nothing, and exactly when no row is bad."""
    problems = Problems("table")
    assert check_not_negative(values, "age", problems) is not bool(problems)
    assert bool(problems) is bool((values < 0).any())


def test_rows_are_named_in_their_order():
    """check_rows names the rows of the mask with the values of the column."""
    problems = Problems("table")
    values = np.array([5, 6, 7])
    assert not check_rows(np.array([True, False, True]), values, "code", "is unknown", problems)
    assert problems.found == ["code[0] = 5, code[2] = 7 is unknown"]


def test_views_share_memory_but_cannot_be_written():
    """read_only copies nothing and protects the view, not the original."""
    values = np.zeros(3)
    view = read_only(values)
    assert np.shares_memory(view, values)
    assert not view.flags.writeable
    assert values.flags.writeable


def test_what_is_masked_is_missing_and_is_reported():
    """A masked value is not read through its mask: it counts as missing."""
    problems = Problems("table")
    age = column(np.ma.array([2, 0, 1], mask=[True, False, False]), "age", problems)
    assert not check_finite(age, "age", problems)
    assert problems.found == ["age[0] = nan is not a finite number; fill or drop these rows"]


@pytest.mark.parametrize("values", [3.0, None], ids=["number", "nothing"])
def test_a_single_value_is_no_column(values):
    """A number or None where a column is due is named as a single value."""
    problems = Problems("table")
    assert column(values, "age", problems).size == 0
    assert problems.found == [f"age = {values!r} is a single value; pass a column with one value for each row"]


def test_lists_of_different_lengths_are_no_column():
    """A ragged list is refused like any other input that is no column of numbers."""
    problems = Problems("table")
    column([[1.0], [1.0, 2.0]], "age", problems)
    assert len(problems.found) == 1
