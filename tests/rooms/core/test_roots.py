"""Roots of many rising functions at once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from relmodels.core.roots import rising_root


@given(scales=st.lists(st.floats(1e-12, 1e12), min_size=1, max_size=6), share=st.floats(1e-6, 1 - 1e-6))
def test_roots_of_different_scales_are_found_together(scales, share) -> None:
    """Quantiles of exponential times are found to their last digits, whatever the guess."""
    rate = 1 / np.array(scales)
    found = rising_root(lambda x, of: -np.expm1(-rate[of] * x) - share, np.ones(rate.size), np.full(rate.size, 1e20))
    np.testing.assert_allclose(found, -np.log1p(-share) / rate, rtol=1e-8)


def test_a_function_that_stays_below_has_no_root() -> None:
    """Where the function is still negative at the largest point the answer is infinity, beside one that has a root."""
    found = rising_root(lambda x, of: x / (1 + x) - np.array([2.0, 0.5])[of], np.ones(2), np.full(2, 1e9))
    assert found[0] == np.inf
    np.testing.assert_allclose(found[1], 1.0)


def test_a_step_is_found_by_halving() -> None:
    """A function that jumps is bracketed to the last bit, interpolation or not."""
    found = rising_root(lambda x, of: np.where(x < 3.0, -1.0, 1.0) + 0.0 * of, np.ones(1), np.full(1, 1e9))
    np.testing.assert_allclose(found, 3.0, rtol=1e-12)


def test_nobody_asks_for_nothing() -> None:
    """Without functions there are no roots."""
    assert rising_root(lambda x, of: x * of, np.ones(0), np.ones(0)).size == 0
