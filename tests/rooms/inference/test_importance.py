"""Importance sampling finds distributions with known moments, adapts to bent ones, and owns up to heavy tails."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from relmodels.core.arrays import FloatArray
from relmodels.inference.importance import Cloud, resampled, weighted_draws
from relmodels.inference.mixtures import Mixture, fitted, single
from relmodels.inference.pareto_smoothing import largest_good_k

COVARIANCE = np.array([[2.0, 0.9], [0.9, 0.5]])


def normal(points: FloatArray) -> FloatArray:
    inverse = np.linalg.inv(COVARIANCE)
    return -0.5 * np.einsum("ni,ij,nj->n", points - 1.0, inverse, points - 1.0)


def banana(points: FloatArray) -> FloatArray:
    """Return a log density under which x is standard normal and y is x²/2 give or take 0.3."""
    x, y = points.T
    return -0.5 * x**2 - 0.5 * ((y - 0.5 * x**2) / 0.3) ** 2


def moments(cloud: Cloud) -> tuple[FloatArray, FloatArray]:
    mean = cloud.weight @ cloud.points
    return mean, np.einsum("n,ni,nj->ij", cloud.weight, cloud.points - mean, cloud.points - mean)


def test_a_normal_target_is_found_at_once() -> None:
    """On a normal target two proposals do, most draws count, and mean and covariance are right within their noise."""
    cloud = weighted_draws(normal, np.ones(2), COVARIANCE, 4000, np.random.default_rng(1))
    mean, covariance = moments(cloud)
    noise = 4 / np.sqrt(cloud.ess)
    assert (cloud.rounds, len(cloud.points)) == (2, 5000)
    assert cloud.k < 0.3
    assert cloud.ess > 4000
    assert np.all(np.abs(mean - 1.0) < noise * np.sqrt(np.diag(COVARIANCE)))
    np.testing.assert_allclose(covariance, COVARIANCE, rtol=2 * noise)


def test_a_bent_target_is_followed_by_a_mixture() -> None:
    """A ridge bent into a banana takes more proposals, after which E x = 0, E x² = 1 and E y = 0.5 within noise."""
    cloud = weighted_draws(banana, np.zeros(2), np.diag([1.0, 0.09]), 4000, np.random.default_rng(1))
    mean, covariance = moments(cloud)
    noise = 4 / np.sqrt(cloud.ess)
    assert cloud.rounds > 2
    assert cloud.settled
    assert cloud.k <= 0.7
    assert mean[0] == pytest.approx(0.0, abs=noise)
    assert covariance[0, 0] == pytest.approx(1.0, abs=noise * np.sqrt(2))
    assert mean[1] == pytest.approx(0.5, abs=noise * np.sqrt(0.59))


def test_a_tail_too_heavy_shows_in_k() -> None:
    """A target that falls like 1/√x has no finite mass: no proposal settles, and k stays above the limit to the end."""
    cloud = weighted_draws(
        lambda points: -0.25 * np.log1p(points[:, 0] ** 2), np.zeros(1), np.eye(1), 2000, np.random.default_rng(2)
    )
    assert cloud.rounds == 6
    assert not cloud.settled
    assert cloud.k > largest_good_k(len(cloud.points))


def test_draws_follow_their_density() -> None:
    """A mixture integrates to one, and its draws follow it."""
    mixture = Mixture(np.array([0.3, 0.7]), np.array([[-2.0], [1.0]]), np.array([[[0.5]], [[1.5]]]))

    def density(x: float) -> float:
        return float(np.exp(mixture.log_density(np.array([[x]]))[0]))

    assert integrate.quad(density, -60, 60, limit=200)[0] == pytest.approx(1.0, abs=1e-6)
    drawn = mixture.sample(20_000, np.random.default_rng(3))[:, 0]
    below = integrate.quad(density, -60, 0.5, limit=200)[0]
    assert (drawn < 0.5).mean() == pytest.approx(below, abs=0.015)
    assert (drawn[:6000]).mean() == pytest.approx(-2.0, abs=0.05)


def test_a_single_component_is_the_multivariate_t() -> None:
    """The density of one component is that of SciPy's multivariate t distribution with 6 degrees of freedom."""
    points = np.random.default_rng(4).normal(size=(5, 2)) * 3
    known = stats.multivariate_t(np.ones(2), COVARIANCE, df=6).logpdf(points)
    np.testing.assert_allclose(single(np.ones(2), COVARIANCE).log_density(points), known, rtol=1e-12)


def test_a_mixture_is_recovered_from_its_draws() -> None:
    """Two groups that lie apart are found with their shares, centers and scales."""
    true = Mixture(np.array([0.4, 0.6]), np.array([[-4.0, 0.0], [4.0, 2.0]]), np.array([np.eye(2), 0.5 * np.eye(2)]))
    points = true.sample(20_000, np.random.default_rng(5))
    found = fitted(points, np.full(20_000, 1 / 20_000), 2)
    order = np.argsort(found.center[:, 0])
    np.testing.assert_allclose(found.share[order], true.share, atol=0.005)
    np.testing.assert_allclose(found.center[order], true.center, atol=0.05)
    # Each scale takes two per cent of the scale of the whole, most of it along the line between the centers.
    np.testing.assert_allclose(found.root[order, 1, 1], true.root[:, 1, 1], rtol=0.12)


def test_components_that_nothing_belongs_to_are_dropped() -> None:
    """Of more components than groups, those with less than one draw in a hundred vanish."""
    points = np.random.default_rng(6).normal(size=(300, 1))
    weight = np.zeros(300)
    weight[:3] = [0.992, 0.004, 0.004]
    assert fitted(points, weight, 3).share.size < 3


def test_resampling_takes_each_as_often_as_its_weight() -> None:
    """A draw is taken as often as its weight says, rounded up or down, and never if its weight is 0."""
    weight = np.array([0.5, 0.251, 0.0, 0.249])
    cloud = Cloud(np.arange(4.0)[:, None], weight, k=0.0, rounds=1, settled=True)
    taken = resampled(cloud, 1000, np.random.default_rng(7))
    counts = np.bincount(taken, minlength=4)
    assert np.all(np.abs(counts - 1000 * weight) <= 1)
    assert counts[2] == 0
    # The order is random, so that the first of the draws are a fair sample of all.
    assert 60 < np.count_nonzero(taken[:200] == 0) < 140
