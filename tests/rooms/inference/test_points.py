"""Likelihoods at many points at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import relmodels as rm
from relmodels.core.errors import InvalidParameters
from relmodels.inference.points import in_blocks, one_by_one, values_at
from tests.rooms.inference.toys import Coin, Numbers

TOSSES = Numbers(np.array([1.0, 1.0, 0.0]))


@pytest.mark.parametrize("shortcut", [True, False])
def test_values_are_those_of_each_point(shortcut) -> None:
    """With or without a value-only path each point gets its value, and minus infinity where that is not a number."""
    likelihood = Coin.likelihood(TOSSES)
    found = values_at(likelihood if shortcut else replace(likelihood, values=None), np.array([[0.5], [0.25], [1.5]]))
    np.testing.assert_allclose(found[:2], [3 * np.log(0.5), 2 * np.log(0.25) + np.log(0.75)])
    assert found[2] == -np.inf


def test_a_point_that_a_model_refuses_counts_as_impossible() -> None:
    """A refusal at one point is nan there and leaves the others alone."""

    def value(point: np.ndarray) -> float:
        if point[0] > 1:
            message = "too large"
            raise InvalidParameters(message)
        return float(point[0])

    np.testing.assert_array_equal(one_by_one(value)(np.array([[0.5], [2.0], [1.0]])), [0.5, np.nan, 1.0])


def test_blocks_cover_all_points_in_order() -> None:
    """However many rows the data have, every point is evaluated once, in its place; no points give no values."""
    points = np.arange(100.0)[:, None]
    for rows in (1, 5_000, 10**9):
        np.testing.assert_array_equal(in_blocks(lambda block: block[:, 0], rows)(points), points[:, 0])
    assert in_blocks(lambda block: block[:, 0], 3)(points[:0]).size == 0


def test_the_number_of_phases_may_differ_between_points() -> None:
    """Regular-timing models give the value at each point with that point's own number of phases."""
    log = rm.datasets.cdnow()
    summary = rm.PurchaseSummary.from_transactions(log, customer="customer", date="date").every(20)
    points = np.array([[k, 0.3, 3.0, 0.9, 2.0] for k in (2.0, 1.0, 3.0, 2.0)])
    for kind in (rm.BGCNBD, rm.MBGCNBD):
        likelihood = kind.likelihood(summary)
        single = [likelihood.evaluate(point).value for point in points]
        np.testing.assert_allclose(values_at(likelihood, points), single, rtol=1e-12)
