"""Densities have mass one, exact derivatives, and draws that follow them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

import relmodels as rm
from relmodels import priors

# Each density with the same of SciPy.
KNOWN = [
    (priors.Normal(1.5, 0.7), stats.norm(1.5, 0.7)),
    (priors.LogNormal(3.0, 0.6), stats.lognorm(0.6, scale=3.0)),
    (priors.Gamma(2.5, 0.4), stats.gamma(2.5, scale=0.4)),
    (priors.Weibull(2.0, 10.0), stats.weibull_min(2.0, scale=10.0)),
    (priors.Pareto(1.5, 2.0), stats.pareto(1.5, scale=2.0)),
    (priors.Beta(2.0, 3.5), stats.beta(2.0, 3.5)),
    (priors.Uniform(-1.0, 3.0), stats.uniform(-1.0, 4.0)),
]
each = pytest.mark.parametrize(("density", "known"), KNOWN, ids=lambda value: type(value).__name__)
WORD: Any = "wide"
NUMBER: Any = 3.0
DROPOUT = priors.ShareAndTotal(priors.Beta(2.0, 3.0), priors.Gamma(3.0, 0.7))


@each
def test_a_density_is_the_textbooks(density, known) -> None:
    """The logarithm is that of the distribution of this name, inside the support and, as minus infinity, outside."""
    points = known.ppf([0.001, 0.1, 0.5, 0.9, 0.999])
    np.testing.assert_allclose(density.log_density(points), known.logpdf(points), rtol=1e-12)
    low, high = density.support
    outside = [end for end in (low - 1.0, high + 1.0) if np.isfinite(end)]
    assert np.all(density.log_density(outside) == -np.inf)
    assert known.support() == pytest.approx((low, high))


@each
def test_slope_and_curvature_are_derivatives(density, known) -> None:
    """Slope and curvature are the differences of the logarithm and of the slope."""
    points = known.ppf([0.05, 0.4, 0.95])
    step = 1e-6 * np.abs(points)
    rise = density.log_density(points + step) - density.log_density(points - step)
    np.testing.assert_allclose(density.slope(points), rise / (2 * step), rtol=1e-6, atol=1e-7)
    rise = density.slope(points + step) - density.slope(points - step)
    np.testing.assert_allclose(density.curvature(points), rise / (2 * step), rtol=1e-6, atol=1e-7)


@each
def test_draws_follow_the_density(density, known) -> None:
    """Twenty thousand draws pass the test of Kolmogorov and Smirnov."""
    drawn = density.sample(20_000, np.random.default_rng(1))
    assert stats.kstest(drawn, known.cdf).pvalue > 0.001


def test_a_pair_has_mass_one() -> None:
    """The density of a pair by its share and its total integrates to one over both numbers."""
    mass, _ = integrate.dblquad(
        lambda b, a: float(np.exp(DROPOUT.log_density(np.array([a, b])))), 0, 12, 0, 12, epsabs=1e-5
    )
    assert mass == pytest.approx(1.0, abs=1e-4)
    assert DROPOUT.log_density(np.array([-1.0, 2.0])) == -np.inf


def test_share_and_total_of_a_pairs_draws_are_independent_and_as_given() -> None:
    """Shares and totals of drawn pairs follow their own densities and are not correlated."""
    a, b = DROPOUT.sample(20_000, np.random.default_rng(2)).T
    assert stats.kstest(a / (a + b), stats.beta(2.0, 3.0).cdf).pvalue > 0.001
    assert stats.kstest(a + b, stats.gamma(3.0, scale=0.7).cdf).pvalue > 0.001
    assert abs(np.corrcoef(a / (a + b), a + b)[0, 1]) < 4 / np.sqrt(20_000)


def test_derivatives_of_a_pair() -> None:
    """Gradient and Hessian of a pair are the differences of the logarithm and of the gradient."""
    at = np.array([0.8, 2.4])
    for place, step in enumerate(1e-6 * np.eye(2)):
        rise = DROPOUT.log_density(at + step) - DROPOUT.log_density(at - step)
        assert DROPOUT.slope(at)[place] == pytest.approx(rise / 2e-6, rel=1e-6)
        np.testing.assert_allclose(
            DROPOUT.curvature(at)[place], (DROPOUT.slope(at + step) - DROPOUT.slope(at - step)) / 2e-6, rtol=1e-6
        )
    np.testing.assert_allclose(DROPOUT.curvature(at), DROPOUT.curvature(at).T)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: priors.Normal(np.nan, 0.0),
            ["mean = nan must be a real number", "sd = 0.0 must be a positive number"],
        ),
        (lambda: priors.LogNormal(-1.0, WORD), ["median = -1.0", "sd = 'wide' must be a positive number"]),
        (lambda: priors.Gamma(0.0, 1.0), ["shape = 0.0"]),
        (lambda: priors.Weibull(2.0, np.inf), ["scale = inf"]),
        (lambda: priors.Pareto(True, 1.0), ["shape = True"]),
        (lambda: priors.Beta(1.0, -2.0), ["b = -2.0"]),
        (lambda: priors.Uniform(2.0, 2.0), ["low = 2.0 must be below high = 2.0"]),
        (
            lambda: priors.ShareAndTotal(priors.Gamma(1.0, 1.0), NUMBER),
            ["must lie within 0 and 1", "3.0 is not a density"],
        ),
        (lambda: priors.ShareAndTotal(priors.Uniform(0, 1), priors.Normal(1, 1)), ["must lie within 0 and inf"]),
    ],
)
def test_impossible_numbers_are_refused_together(make, words) -> None:
    """A density of impossible numbers is refused, and every one of them is named."""
    with pytest.raises(rm.InvalidParameters) as caught:
        make()
    assert all(word in str(caught.value) for word in words)
