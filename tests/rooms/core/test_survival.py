"""The product limit: against counting by hand, and at its edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmodels as rm
from relmodels.core.survival import product_limit

CASES = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40)


@given(CASES)
def test_it_is_the_product_over_times(cases):
    """At every time the share is the product of those left over those at risk, counted case by case."""
    found = product_limit(*zip(*cases, strict=True))
    share = 1.0
    for time in range(14):
        at_risk = sum(lasted >= time for lasted, _ in cases)
        ended = sum(lasted == time and over for lasted, over in cases)
        share *= 1.0 - ended / at_risk if at_risk else 1.0
        if time <= found.longest or share == 0.0:
            assert found.at([time])[0] == pytest.approx(share, abs=1e-12)
        else:
            assert np.isnan(found.at([time])[0])


@given(CASES)
def test_intervals_hold_the_share_and_stay_between_0_and_1(cases):
    """The ends lie on both sides of the estimate, and a higher level is wider."""
    found = product_limit(*zip(*cases, strict=True))
    low, high = found.interval(0.9)
    lower, higher = found.interval(0.99)
    assert ((lower <= low + 1e-12) & (low <= found.share + 1e-12)).all()
    assert ((found.share <= high + 1e-12) & (high <= higher + 1e-12)).all()
    assert ((lower >= 0.0) & (higher <= 1.0)).all()


@given(st.lists(st.floats(0.1, 50.0), min_size=1, max_size=30))
def test_without_unfinished_cases_it_is_the_plain_mean_and_median(durations):
    """If all have ended, the area under the curve is the mean, and the median the lower of the middle ones."""
    found = product_limit(durations, [True] * len(durations))
    assert found.mean_until(found.longest) == pytest.approx(np.mean(durations), rel=1e-10)
    assert found.median == sorted(durations)[(len(durations) - 1) // 2]


def test_greenwood_at_the_first_step():
    """With 2 of 10 ended the interval is that of log(-log): .41 to .95, as worked out by hand."""
    found = product_limit([1.0] * 2 + [5.0] * 8, [True] * 2 + [False] * 8)
    width = 1.959963984540054 * np.sqrt(2 / (10 * 8)) / abs(np.log(0.8))
    low, high = found.interval()
    np.testing.assert_allclose([low[0], high[0]], [0.8 ** np.exp(width), 0.8 ** np.exp(-width)], rtol=1e-12)


def test_what_it_refuses():
    """Durations below 0, ends that are neither true nor false and horizons beyond what was seen are named."""
    with pytest.raises(rm.InvalidData) as caught:
        product_limit([1.0, -2.0], ["yes", "no"])
    assert len(caught.value.problems) == 2
    with pytest.raises(rm.InvalidData, match="duration has 2 rows and ended 1"):
        product_limit([1.0, 2.0], [True])
    with pytest.raises(rm.InvalidParameters, match="between 0 and the longest duration seen, 2"):
        product_limit([1.0, 2.0], [True, False]).mean_until(3.0)
    with pytest.raises(rm.InvalidParameters, match="level"):
        product_limit([1.0], [True]).interval(1.0)
