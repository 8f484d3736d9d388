"""Exact small cases of the Lorenz curve and the Gini coefficient."""

from __future__ import annotations

import numpy as np
import pytest

from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.effectiveness.lorenz import LorenzCurve, gini, lorenz


def test_gini_of_ten_values_in_print() -> None:
    """Seven ones, a 10, a 33 and a 50 have a Gini coefficient of 0.71."""
    assert gini([1, 1, 1, 1, 1, 1, 1, 10, 33, 50]) == pytest.approx(0.71, abs=1e-12)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([7.0], 0.0), ([3.0, 3.0, 3.0], 0.0), ([0.0, 0.0], 0.0), ([0.0, 1.0], 0.5), ([0.0, 0.0, 0.0, 5.0], 0.75)],
)
def test_gini_of_simple_cases(values: list[float], expected: float) -> None:
    """Equality gives 0; one of n holding everything gives 1 - 1/n."""
    assert gini(values) == pytest.approx(expected, abs=1e-15)


def test_gini_of_evenly_spread_values_is_a_third() -> None:
    """The values 1 to n have the Gini coefficient (n - 1/n) / (3 (n + 1)), a third in the limit."""
    n = 999
    assert gini(np.arange(1, n + 1)) == pytest.approx((n - 1) / (3 * n), abs=1e-12)


def test_lorenz_of_three_values() -> None:
    """The curve of 0, 1 and 3 passes through (1/3, 0) and (2/3, 1/4)."""
    curve = lorenz([3, 1, 0])
    np.testing.assert_allclose(curve.population, [0, 1 / 3, 2 / 3, 1])
    np.testing.assert_allclose(curve.share, [0, 0, 0.25, 1])
    assert not curve.share.flags.writeable


def test_lorenz_of_zeros_is_the_diagonal() -> None:
    """If nobody has anything, all have the same."""
    curve = lorenz([0, 0])
    np.testing.assert_array_equal(curve.share, curve.population)


def test_share_of_the_top() -> None:
    """The best fifth of five customers is the best one."""
    curve = lorenz([1, 1, 1, 1, 6])
    assert curve.share_of_top(0.2) == pytest.approx(0.6)
    assert (curve.share_of_top(0.0), curve.share_of_top(1.0)) == (0.0, 1.0)


@pytest.mark.parametrize("fraction", [-0.1, 20, np.nan])
def test_share_of_the_top_needs_a_share(fraction: float) -> None:
    """Percentages and missing numbers are refused."""
    curve = LorenzCurve(population=np.array([0.0, 1.0]), share=np.array([0.0, 1.0]))
    with pytest.raises(InvalidParameters, match="twenty per cent as"):
        curve.share_of_top(fraction)


@pytest.mark.parametrize("function", [gini, lorenz])
def test_losses_are_refused_by_row(function: type) -> None:
    """A negative value is named with its row, as shares of a total have no meaning with losses."""
    with pytest.raises(InvalidData, match=r"values\[1\] = -1\.0 is negative"):
        function([2.0, -1.0])
