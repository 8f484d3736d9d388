"""The boundary rules, edge values and refusals of the ABC analysis."""

from __future__ import annotations

import numpy as np
import pytest

from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.effectiveness.abc_analysis import abc_analysis


def test_the_customer_who_crosses_the_cutoff_is_still_a() -> None:
    """With shares 50, 40 and 10 % the second customer carries the sum over 80 % and is A."""
    assert abc_analysis([50, 40, 10]).classes.tolist() == ["A", "A", "B"]


def test_boundary_after_is_the_textbook_rule() -> None:
    """Under c_i ≤ 80 % the customer who crosses the line already belongs to the next class."""
    assert abc_analysis([50, 40, 10], boundary="after").classes.tolist() == ["A", "B", "C"]


def test_a_sum_that_meets_the_cutoff_exactly_ends_the_class() -> None:
    """A customer who finds 80 % already reached is B under the default rule."""
    assert abc_analysis([80, 15, 5]).classes.tolist() == ["A", "B", "C"]


def test_the_best_customer_is_always_a() -> None:
    """A single customer above all cut-offs is A under both rules."""
    assert abc_analysis([99, 1], boundary="after").classes.tolist() == ["A", "C"]
    assert abc_analysis([5], boundary="after").classes.tolist() == ["A"]


def test_equal_values_share_the_better_class() -> None:
    """Ten equal customers are all A, as nothing but their place in the file tells them apart."""
    assert set(abc_analysis([1.0] * 10).classes.tolist()) == {"A"}


def test_customers_without_value_are_c() -> None:
    """A value of 0 is C even if the second cut-off is the whole total."""
    assert abc_analysis([10, 0, 0], (0.5, 1.0)).classes.tolist() == ["A", "C", "C"]


def test_when_nobody_has_value_everybody_is_c() -> None:
    """A total of 0 puts all customers in class C with shares of 0."""
    result = abc_analysis([0, 0])
    assert result.classes.tolist() == ["C", "C"]
    assert result.cumulative_share.tolist() == [0.0, 0.0]
    assert [group.share_of_value for group in result.groups] == [0.0, 0.0, 0.0]


def test_groups_state_count_shares_and_threshold() -> None:
    """The class table of a small base is what one counts by hand."""
    a, b, c = abc_analysis([10, 600, 60, 230, 100]).groups
    assert (a.count, a.share_of_customers, a.value, a.threshold) == (2, 0.4, 830.0, 230.0)
    assert (b.count, b.value, b.threshold) == (2, 160.0, 60.0)
    assert (c.count, c.value, c.threshold) == (1, 10.0, 10.0)
    assert a.share_of_value == pytest.approx(0.83)


def test_an_empty_class_has_no_threshold() -> None:
    """A class without members has count 0 and no smallest value."""
    group = abc_analysis([1.0, 1.0]).groups[1]
    assert (group.count, group.value, group.share_of_value, group.threshold) == (0, 0.0, 0.0, None)


def test_order_and_cumulative_share_give_the_curve() -> None:
    """``order`` leads from the best to the worst row, equal values in input order, and the shares rise to 1."""
    result = abc_analysis([1, 5, 1, 3])
    assert result.order.tolist() == [1, 3, 0, 2]
    np.testing.assert_allclose(result.cumulative_share, [0.5, 0.8, 0.9, 1.0])


def test_values_whose_sum_overflows_are_refused() -> None:
    """Values that add up to infinity have no shares; the message says to change the unit of money."""
    with pytest.raises(InvalidData, match="more than a number can hold"):
        abc_analysis([1.5e308, 1.5e308])
    assert abc_analysis([1e308, 0.2e308]).classes.tolist() == ["A", "B"]


def test_classes_can_be_counted_by_name() -> None:
    """The count of a class is the number of its customers, 0 for a name that is none."""
    result = abc_analysis([50, 40, 10])
    assert [result.count(name) for name in ("A", "B", "C", "D")] == [2, 1, 0, 0]


def test_table_has_one_row_for_each_class() -> None:
    """The table lists A, B and C with their counts."""
    table = abc_analysis([50, 40, 10]).table()
    assert table.column("class") == ("A", "B", "C")
    assert list(table.column("customers")) == [2, 1, 0]


def test_results_are_read_only() -> None:
    """Nobody can write into the arrays of a result."""
    result = abc_analysis([2, 1])
    for array in (result.classes, result.order, result.cumulative_share):
        assert not array.flags.writeable


def test_all_unusable_values_are_named_at_once() -> None:
    """Negative and missing values are reported together, each with row and value."""
    with pytest.raises(InvalidData) as caught:
        abc_analysis([1.0, -2.0, np.nan, -4.0])
    text = str(caught.value)
    for part in ("values[2] = nan", "values[1] = -2.0", "values[3] = -4.0", "2 problems"):
        assert part in text


@pytest.mark.parametrize("values", [[], [[1.0, 2.0]], ["1", "2"]])
def test_no_values_text_and_tables_are_refused(values: list[object]) -> None:
    """An empty column, a two-dimensional one and text raise ``InvalidData``."""
    with pytest.raises(InvalidData):
        abc_analysis(values)  # type: ignore[arg-type]


@pytest.mark.parametrize("cutoffs", [(0.95, 0.8), (0, 0.9), (0.8, 1.2), (80, 95), (0.8,), ("a", "b"), (0.8, np.nan)])
def test_cutoffs_must_be_two_rising_shares(cutoffs: tuple[float, float]) -> None:
    """Percentages, falling pairs, wrong counts and text are refused with the rule in the message."""
    with pytest.raises(InvalidParameters, match="two rising shares"):
        abc_analysis([1.0], cutoffs)


def test_an_unknown_boundary_rule_is_refused() -> None:
    """Only 'before' and 'after' are rules."""
    with pytest.raises(InvalidParameters, match="boundary = 'at'"):
        abc_analysis([1.0], boundary="at")  # type: ignore[arg-type]
