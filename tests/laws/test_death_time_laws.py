"""What follows from the story of Pareto/NBD and Gompertz/NBD: customers may leave at any moment, unseen."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln

from relmodels.btyd.ggompertz_nbd import GGompertzNBD
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.summary import PurchaseSummary
from tests.strategies import clock, models, one, summaries

CUSTOMERS = [(0, 0.0, 5.0), (1, 3.0, 10.0), (4, 9.0, 9.5), (7, 2.0, 12.0)]


def spread(shape: float, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Return values of a gamma distributed variable and their weights: a trapezoidal sum over its logarithm."""
    logs = np.linspace(-45.0 / shape, 6.0, 2001)
    values = np.exp(logs) / scale
    return values, np.exp(shape * logs - np.exp(logs) - gammaln(shape)) * (logs[1] - logs[0])


@pytest.mark.parametrize("customer", CUSTOMERS)
@pytest.mark.parametrize("model", [ParetoNBD(0.55, 3.0, 0.6, 8.0), ParetoNBD(1.4, 12.0, 2.5, 2.0)], ids=str)
def test_pareto_likelihood_is_the_mean_over_rates_and_hazards(model, customer) -> None:
    """The likelihood is ``λ^x e^{-λt} (1 or μ) e^{-μt}`` averaged over gamma distributed λ and μ, by brute force."""
    x, t_x, age = customer
    rate, of_rate = spread(model.r, model.alpha)
    hazard, of_hazard = spread(model.s, model.beta)
    both = rate[:, None] + hazard
    gone = hazard / both * np.exp(-both * t_x) * -np.expm1(-both * (age - t_x))
    total = of_rate @ (rate[:, None] ** x * (np.exp(-both * age) + gone)) @ of_hazard
    assert model.log_likelihood(one(*customer))[0] == pytest.approx(np.log(total), abs=1e-10)


@pytest.mark.parametrize("customer", CUSTOMERS)
@pytest.mark.parametrize("beta", [0.2, 1.0, 6.0])
def test_gompertz_likelihood_is_the_mean_over_rates_levels_and_times(beta, customer) -> None:
    """The likelihood is ``λ^x e^{-λt}`` averaged over λ, over levels of the hazard and times of leaving, by force."""
    x, t_x, age = customer
    model = GGompertzNBD(0.55, 3.0, 0.15, 0.8, beta)
    rate, of_rate = spread(model.r, model.alpha)
    level, of_level = spread(model.s, model.beta)
    node, weight = np.polynomial.legendre.leggauss(80)
    times = t_x + (age - t_x) * (node + 1.0) / 2
    stays = of_level @ np.exp(-level * np.expm1(model.b * age))
    leaves = of_level @ (
        level[:, None] * model.b * np.exp(model.b * times - level[:, None] * np.expm1(model.b * times))
    )
    timing = (of_rate * rate**x) @ np.exp(-rate[:, None] * np.append(times, age))
    total = stays * timing[-1] + (leaves * timing[:-1]) @ weight * (age - t_x) / 2
    assert model.log_likelihood(one(*customer))[0] == pytest.approx(np.log(total), abs=1e-10)


@given(data=st.data())
def test_gompertz_without_growth_is_pareto(data) -> None:
    """As b and beta fall to 0 at a fixed ratio, Gompertz/NBD becomes the Pareto/NBD whose beta is that ratio."""
    pareto, summary = data.draw(models(ParetoNBD)), data.draw(summaries(spend=False))
    b = 1e-10 / clock(pareto)
    limit = GGompertzNBD(pareto.r, pareto.alpha, b, pareto.s, b * pareto.beta)
    np.testing.assert_allclose(limit.log_likelihood(summary), pareto.log_likelihood(summary), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(limit.p_alive(summary, ahead=3.0), pareto.p_alive(summary, ahead=3.0), rtol=1e-4)
    np.testing.assert_allclose(
        limit.expected_purchases(summary, 40.0), pareto.expected_purchases(summary, 40.0), rtol=1e-4
    )
    np.testing.assert_allclose(limit.pmf([0, 1, 9], 40.0), pareto.pmf([0, 1, 9], 40.0), rtol=1e-5)


@given(data=st.data())
def test_pareto_is_continuous_at_s_of_one(data) -> None:
    """At s = 1 the expectation is the limit from both sides; the published formula divides by s - 1."""
    model, summary = data.draw(models(ParetoNBD)), data.draw(summaries(spend=False))
    sides = [ParetoNBD(model.r, model.alpha, s, model.beta) for s in (1.0 - 1e-13, 1.0, 1.0 + 1e-13)]
    below, at, above = (some.expected_purchases(summary, 52.0) for some in sides)
    np.testing.assert_allclose(below, at, rtol=1e-11)
    np.testing.assert_allclose(above, at, rtol=1e-11)
    expected = model.r * model.beta / model.alpha * np.log1p(52.0 / model.beta)
    assert float(sides[1].expected_purchases_new(52.0)) == pytest.approx(expected, rel=1e-14)


@given(data=st.data())
def test_pareto_does_not_care_which_scale_is_smaller(data) -> None:
    """The log-likelihood and its score pass smoothly through alpha = beta, where the axis of the integral changes."""
    model, summary = data.draw(models(ParetoNBD)), data.draw(summaries(spend=False))
    sides = [ParetoNBD(model.r, model.alpha, model.s, model.alpha * ratio) for ratio in (1.0 - 1e-12, 1.0, 1.0 + 1e-12)]
    for left, right in pairwise(sides):
        np.testing.assert_allclose(left.log_likelihood(summary), right.log_likelihood(summary), rtol=1e-9, atol=1e-11)
        size = np.abs(right.score(summary)).max(axis=0)
        np.testing.assert_allclose(left.score(summary), right.score(summary), atol=1e-8 * size.max())


@settings(max_examples=30)
@given(data=st.data(), kind=st.sampled_from([ParetoNBD, GGompertzNBD]))
def test_who_is_seen_to_the_last_purchase_is_there(data, kind) -> None:
    """A customer who bought on the last day is there for certain, for one who did not P(alive) is below 1."""
    model = data.draw(models(kind))
    both = PurchaseSummary.from_arrays(frequency=[3, 3, 0], recency=[20, 20, 0], age=[20, 25, 5])
    alive = model.p_alive(both)
    assert alive[0] == 1.0
    assert np.all(alive[1:] < 1.0)
