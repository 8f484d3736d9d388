import numpy as np
import pytest

from relmodels.btyd.panels import integral, moments, shortened
from relmodels.core.errors import InvalidParameters


def test_integrals_of_any_steepness():
    """Exponentials that fall by a little or by exp(-1e5) over the range integrate to rounding, whatever the guess."""
    rate = np.array([0.0, 1e-3, 1.0, 30.0, 1e3, 1e5])
    truth = np.where(rate > 0, -np.expm1(-rate) / np.where(rate > 0, rate, 1.0), 1.0)
    for guess in (1.0, 1e3):
        found = integral(lambda y, rows: (-rate[rows] * y,), np.zeros(6), np.ones(6), np.full(6, guess))
        np.testing.assert_allclose(found, truth, rtol=1e-13)


def test_an_empty_range_counts_for_nothing():
    """Rows whose range is empty have the integral 0."""
    found = integral(lambda y, rows: (np.zeros_like(y),), np.zeros(2), np.array([0.0, 2.0]), np.full(2, 8.0))
    np.testing.assert_allclose(found, [0.0, 2.0], rtol=1e-15)


def test_a_hidden_peak_is_found():
    """A peak a hundred times narrower than the range is found by splitting."""
    found = integral(lambda y, rows: (-0.5 * (y - 3.3) ** 2 * 1e4,), np.zeros(1), np.full(1, 5.0), np.full(1, 8.0))
    assert found[0] == pytest.approx(np.sqrt(2 * np.pi) / 100, rel=1e-13)


@pytest.mark.parametrize("height", [np.nan, -np.inf])
def test_what_cannot_be_integrated_is_refused(height):
    """An integrand that is nan, or 0 all over, raises instead of giving a number."""
    with pytest.raises(InvalidParameters, match="does not settle"):
        integral(lambda y, rows: (np.full_like(y, height),), np.zeros(1), np.ones(1), np.full(1, 8.0))


def test_moments_of_an_exponential():
    """Mean and mean square under an exponential density are 1 and 2 over the rate and its square."""
    rate = np.array([2.0, 50.0])
    total, mean, square = moments(
        lambda y, rows: (-rate[rows] * y, y), lambda block: block.carried, 1, 1, np.full(2, 40.0), np.full(2, 8.0)
    )
    np.testing.assert_allclose(total, 1 / rate, rtol=1e-13)
    np.testing.assert_allclose(mean[0], 1 / rate, rtol=1e-13)
    np.testing.assert_allclose(square[0, 0], 2 / rate**2, rtol=1e-13)


def test_ends_are_drawn_in_to_where_something_is_left():
    """A range is halved while its farther half holds nothing, and left alone otherwise."""
    found = shortened(lambda y, rows: -y, np.array([1.0, 1e6]), np.full(2, 40.0))
    assert found[0] == 1.0
    assert 40.0 <= found[1] < 80.0
