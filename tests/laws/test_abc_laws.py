"""What every ABC classification and every measure of concentration obeys."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from relmodels.core.arrays import FloatArray
from relmodels.effectiveness.abc_analysis import abc_analysis
from relmodels.effectiveness.lorenz import gini, lorenz

# Whole numbers from a short range, so that ties and sums that fall exactly on a cut-off are common.
VALUES = st.lists(st.integers(0, 30), min_size=1, max_size=40).map(lambda whole: np.array(whole, dtype=np.float64))
AMOUNTS = st.lists(st.floats(0, 1e9, allow_subnormal=False), min_size=1, max_size=40).map(np.array)
SCALES = st.sampled_from([1e-6, 0.01, 0.1, 1 / 3, 7.0, 1e3, 123.456, 1e9])
BOUNDARIES = st.sampled_from(["before", "after"])
LEVELS = st.sampled_from([(0.80, 0.95), (0.70, 0.95), (0.5, 1.0), (1 / 3, 2 / 3)])


@settings(max_examples=60, deadline=None)
@given(values=AMOUNTS, cutoffs=LEVELS, boundary=BOUNDARIES)
def test_classes_partition_customers_and_value(values: FloatArray, cutoffs: tuple[float, float], boundary: str) -> None:
    """Each customer is in exactly one class, and counts, values and shares of the classes add up to the whole."""
    result = abc_analysis(values, cutoffs, boundary=boundary)  # type: ignore[arg-type]
    assert set(result.classes.tolist()) <= {"A", "B", "C"}
    assert sum(group.count for group in result.groups) == values.size
    assert [group.count for group in result.groups] == [int((result.classes == name).sum()) for name in "ABC"]
    np.testing.assert_allclose(sum(group.value for group in result.groups), values.sum(), rtol=1e-12)
    total_share = sum(group.share_of_value for group in result.groups)
    assert abs(total_share - (1.0 if values.sum() > 0 else 0.0)) < 1e-12


@settings(max_examples=60, deadline=None)
@given(values=VALUES, cutoffs=LEVELS, boundary=BOUNDARIES, seed=st.integers(0, 2**32 - 1))
def test_classes_ignore_the_order_of_the_rows(
    values: FloatArray, cutoffs: tuple[float, float], boundary: str, seed: int
) -> None:
    """Shuffling the customers shuffles their classes along with them, ties included."""
    shuffled = np.random.default_rng(seed).permutation(values.size)
    straight = abc_analysis(values, cutoffs, boundary=boundary).classes  # type: ignore[arg-type]
    assert straight[shuffled].tolist() == abc_analysis(values[shuffled], cutoffs, boundary=boundary).classes.tolist()  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(values=VALUES, cutoffs=LEVELS, boundary=BOUNDARIES, scale=SCALES)
def test_classes_ignore_the_currency(
    values: FloatArray, cutoffs: tuple[float, float], boundary: str, scale: float
) -> None:
    """Multiplying all values by a positive number changes no class, even when a sum falls exactly on a cut-off."""
    plain = abc_analysis(values, cutoffs, boundary=boundary).classes.tolist()  # type: ignore[arg-type]
    assert abc_analysis(values * scale, cutoffs, boundary=boundary).classes.tolist() == plain  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(values=VALUES, boundary=BOUNDARIES)
def test_a_better_customer_never_has_a_worse_class(values: FloatArray, boundary: str) -> None:
    """Classes fall as values fall, and equal values have equal classes."""
    classes = abc_analysis(values, boundary=boundary).classes  # type: ignore[arg-type]
    rows = np.argsort(-values, kind="stable")
    assert (np.sort(classes) == classes[rows]).all()
    for value in np.unique(values):
        assert len(set(classes[values == value].tolist())) == 1


@settings(max_examples=60, deadline=None)
@given(values=AMOUNTS)
def test_lorenz_is_convex_below_the_diagonal_from_corner_to_corner(values: FloatArray) -> None:
    """The Lorenz curve starts at (0, 0), ends at (1, 1), never falls, is convex and lies below the diagonal."""
    curve = lorenz(values)
    assert (curve.population[0], curve.share[0], curve.population[-1], curve.share[-1]) == (0.0, 0.0, 1.0, 1.0)
    steps = np.diff(curve.share)
    assert (steps >= -1e-12).all()
    assert (np.diff(steps) >= -1e-12).all()
    assert (curve.share <= curve.population + 1e-12).all()


@settings(max_examples=60, deadline=None)
@given(values=AMOUNTS)
def test_gini_is_half_the_relative_mean_difference(values: FloatArray) -> None:
    """The Gini coefficient equals the mean absolute difference of all pairs over twice the mean, within [0, 1)."""
    found = gini(values)
    assert 0 <= found < 1
    if values.sum() > 0:
        scaled = values / values.max()
        brute = float(np.abs(scaled[:, None] - scaled).mean()) / (2 * float(scaled.mean()))
        assert abs(found - brute) < 1e-9


@settings(max_examples=60, deadline=None)
@given(values=AMOUNTS)
def test_gini_is_twice_the_area_between_diagonal_and_lorenz_curve(values: FloatArray) -> None:
    """One minus twice the trapezoid area under the Lorenz curve is the Gini coefficient."""
    curve = lorenz(values)
    area = float(np.trapezoid(curve.share, curve.population))
    assert abs(gini(values) - (1 - 2 * area)) < 1e-9


@settings(max_examples=40, deadline=None)
@given(values=AMOUNTS, copies=st.integers(2, 5))
def test_gini_and_lorenz_ignore_copies_of_the_population(values: FloatArray, copies: int) -> None:
    """Repeating every customer the same number of times leaves the Gini coefficient as it is."""
    assert abs(gini(np.tile(values, copies)) - gini(values)) < 1e-9
