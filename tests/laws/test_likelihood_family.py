"""What every likelihood of rows obeys, whatever the model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.gamma_gamma import GammaGamma
from relmodels.btyd.ggompertz_nbd import GGompertzNBD
from relmodels.btyd.mbg_nbd import MBGNBD
from relmodels.btyd.nbd import NBD
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.inference.points import values_at
from tests.strategies import differenced, models, summaries

FAMILY = [BGNBD, GammaGamma, ParetoNBD, GGompertzNBD, NBD, MBGNBD]
family = pytest.mark.parametrize("kind", FAMILY)


def weighted(summary: PurchaseSummary, weight) -> PurchaseSummary:
    return PurchaseSummary.from_arrays(
        frequency=summary.frequency,
        recency=summary.recency,
        age=summary.age,
        spend=summary.spend,
        weight=weight,
        unit=summary.unit,
    )


@family
@given(data=st.data())
def test_total_is_the_sum_of_the_rows(kind, data) -> None:
    """The likelihood of a data set is the sum of its rows' log-likelihoods, grouped or not."""
    model, summary = data.draw(models(kind)), data.draw(summaries())
    rows = model.log_likelihood(summary)
    total = kind.likelihood(summary).evaluate(kind.space.values(model)).value
    assert total == pytest.approx(rows.sum(), rel=1e-11, abs=1e-11 * np.abs(rows).sum())


@family
@given(data=st.data())
def test_gradient_is_the_sum_of_the_scores(kind, data) -> None:
    """The gradient is the sum of the rows' scores, and the weighted sum of the distinct rows' scores."""
    model, summary = data.draw(models(kind)), data.draw(summaries())
    likelihood, at = kind.likelihood(summary), kind.space.values(model)
    gradient, scores = likelihood.evaluate(at).gradient, model.score(summary)
    size = np.abs(scores).sum(axis=0)
    np.testing.assert_allclose(gradient, scores.sum(axis=0), rtol=1e-9, atol=1e-11 * size.max())
    np.testing.assert_allclose(gradient, likelihood.weight @ likelihood.scores(at), rtol=1e-9, atol=1e-11 * size.max())


@family
@given(data=st.data())
def test_score_is_the_slope_of_the_log_likelihood(kind, data) -> None:
    """The score of each row is the derivative of its log-likelihood by each parameter."""
    model, summary = data.draw(models(kind)), data.draw(summaries())
    at = kind.space.values(model)
    slopes = differenced(lambda values: kind(*values).log_likelihood(summary), at)
    scale = np.abs(model.log_likelihood(summary)) + 1.0
    error = np.abs(model.score(summary) - slopes.T) * at
    assert np.all(error <= 1e-7 * (scale[:, None] + np.abs(model.score(summary)) * at))


@family
@given(data=st.data())
def test_hessian_is_the_slope_of_the_gradient(kind, data) -> None:
    """The Hessian is symmetric and is the derivative of the gradient."""
    model, summary = data.draw(models(kind)), data.draw(summaries())
    likelihood, at = kind.likelihood(summary), kind.space.values(model)
    hessian = likelihood.evaluate(at).hessian
    slopes = differenced(lambda values: likelihood.evaluate(values).gradient, at)
    scale = np.outer(at, at)
    np.testing.assert_allclose(hessian, hessian.T, rtol=1e-13, atol=1e-13 * np.abs(hessian).max())
    size = np.abs(model.score(summary) * at).sum() + np.abs(hessian * scale).max()
    assert np.all(np.abs(hessian - slopes) * scale <= 1e-7 * size)


@family
@given(data=st.data())
def test_weight_two_is_the_row_twice(kind, data) -> None:
    """A row of weight 2 counts as the same row twice, in value, gradient, Hessian and number of cases."""
    model, summary = data.draw(models(kind)), data.draw(summaries())
    at, n = kind.space.values(model), len(summary)
    twice = summary.take(np.repeat(np.arange(n), 2))
    one, other = kind.likelihood(weighted(summary, np.full(n, 2.0))), kind.likelihood(twice)
    left, right = one.evaluate(at), other.evaluate(at)
    assert one.n == other.n
    assert left.value == pytest.approx(right.value, rel=1e-12)
    np.testing.assert_allclose(left.gradient, right.gradient, rtol=1e-9, atol=1e-10 * np.abs(right.gradient).max())
    np.testing.assert_allclose(left.hessian, right.hessian, rtol=1e-9, atol=1e-10 * np.abs(right.hessian).max())


@family
@given(data=st.data())
def test_order_of_customers_does_not_matter(kind, data) -> None:
    """Permuting the customers permutes their log-likelihoods and scores."""
    model, summary = data.draw(models(kind)), data.draw(summaries())
    order = np.array(data.draw(st.permutations(range(len(summary)))))
    shuffled = summary.take(order)
    np.testing.assert_allclose(model.log_likelihood(shuffled), model.log_likelihood(summary)[order], rtol=1e-13)
    np.testing.assert_allclose(model.score(shuffled), model.score(summary)[order], rtol=1e-13)


@family
@given(data=st.data())
def test_start_lies_in_the_domain(kind, data) -> None:
    """Every summary the model accepts yields a start inside the domain, from which the likelihood is finite."""
    summary = data.draw(summaries())
    start = kind.start(summary)
    assert isinstance(kind(**start), kind)
    at = kind.likelihood(summary).evaluate(kind.space.pack(start))
    assert np.isfinite(at.value)
    assert np.isfinite(at.gradient).all()
    assert np.isfinite(at.hessian).all()


@family
@given(data=st.data(), factor=st.sampled_from([7.0, 12.0, 0.01]))
def test_start_scales_with_the_units(kind, data, factor) -> None:
    """Times and amounts in another unit change the start by that factor, and nothing else."""
    summary = data.draw(summaries())
    other = PurchaseSummary.from_arrays(
        frequency=summary.frequency,
        recency=summary.recency * factor,
        age=summary.age * factor,
        spend=summary.spend * factor,
    )
    start, scaled = kind.start(summary), kind.start(other)
    for parameter in kind.space:
        ratio = factor**parameter.power
        assert scaled[parameter.name] == pytest.approx(start[parameter.name] * ratio, rel=1e-9)


@family
@given(data=st.data())
def test_values_at_many_points_are_those_at_each(kind, data) -> None:
    """The values at several points at once are those of evaluating each point by itself."""
    several, summary = data.draw(st.lists(models(kind), min_size=1, max_size=3)), data.draw(summaries())
    likelihood = kind.likelihood(summary)
    points = np.array([kind.space.values(model) for model in several])
    single = [likelihood.evaluate(point).value for point in points]
    scale = max(np.abs(model.log_likelihood(summary)).sum() for model in several)
    np.testing.assert_allclose(values_at(likelihood, points), single, rtol=1e-11, atol=1e-11 * scale)
