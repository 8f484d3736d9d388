"""Many quantiles are found at once, near and far from where the search begins."""

import math

import numpy as np
import pytest

from relmodels.effectiveness.quantiles import quantiles

SHARES = np.array([1e-6, 0.1, 0.5, 0.9, 1 - 1e-6])


@pytest.mark.parametrize("near", [1e-200, 1e-3, 1.0, 1e200])
@pytest.mark.parametrize("scale", [1e-100, 0.3, 7.0, 1e100])
def test_quantiles_of_a_known_distribution_are_found_from_anywhere(scale, near):
    """The quantiles of an exponential distribution are its formula's, however far away the search begins."""
    found = quantiles(lambda amount, _: -np.expm1(-amount / scale), SHARES, near)
    np.testing.assert_allclose(found, -scale * np.log1p(-SHARES), rtol=1e-9)


def test_each_distribution_has_its_own_quantile():
    """Hundreds of distributions of different shapes are told apart by their number."""
    shape = np.linspace(0.05, 30, 400)
    found = quantiles(lambda amount, which: amount ** shape[which] / (1 + amount ** shape[which]), shape / 31, 1.0)
    expected = (shape / 31 / (1 - shape / 31)) ** (1 / shape)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_a_distribution_that_begins_high_enough_has_the_quantile_zero():
    """Where an amount of 0 already has the probability asked for, the answer is 0; above it, it is positive."""
    found = quantiles(lambda amount, _: 0.4 + 0.6 * amount / (1 + amount), np.array([0.3, 0.4, 0.55, 0.7]), 1.0)
    np.testing.assert_allclose(found, [0, 0, 1 / 3, 1], rtol=1e-12)


def test_a_jump_is_found():
    """A distribution that leaps over the probability has its quantile where it leaps."""
    found = quantiles(lambda amount, _: np.where(amount < 20, 0.1, 0.9), np.array([0.5]), 1.0)
    assert found[0] == pytest.approx(20, rel=1e-12)


def test_a_probability_that_is_met_exactly_ends_the_search():
    """Where the search happens to hit the probability exactly, at its beginning or on its way, that is the answer."""
    found = quantiles(lambda amount, _: amount / (1 + amount), np.array([0.5]), 1.0)
    assert found[0] == pytest.approx(1.0, rel=1e-12)


def test_what_no_float_reaches_is_infinite_and_what_is_too_small_is_nothing():
    """A tail beyond the largest float gives infinity, a quantile below the smallest gives 0."""
    found = quantiles(lambda amount, _: 0.5 * np.minimum(amount, 1.0), np.array([0.6]), 1.0)
    assert found[0] == math.inf
    assert quantiles(lambda amount, _: np.where(amount > 0, 0.7, 0.0), np.array([0.6]), 1.0)[0] == 0.0


def test_nobody_has_no_quantiles():
    """No distributions give no amounts."""
    assert quantiles(lambda amount, _: amount, np.empty(0), 1.0).size == 0
