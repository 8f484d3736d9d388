"""What every model with covariates obeys, whatever the base model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relmodels.btyd.bg_cnbd import BGCNBD
from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.ggompertz_nbd import GGompertzNBD
from relmodels.btyd.mbg_cnbd import MBGCNBD
from relmodels.btyd.mbg_nbd import MBGNBD
from relmodels.btyd.nbd import NBD
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
from relmodels.btyd.with_covariates import WithCovariates
from tests.strategies import clock, differenced
from tests.strategies_covariates import COLUMNS, described, explained

FAMILY = [BGNBD, MBGNBD, ParetoNBD, GGompertzNBD, SarmanovParetoNBD, NBD, BGCNBD, MBGCNBD]
family = pytest.mark.parametrize("kind", FAMILY)
few = settings(max_examples=5)


def sets_of(kind):
    """Return the sets of covariates that a model has a place for."""
    return tuple(dict.fromkeys(parameter.effect.block for parameter in kind.space if parameter.effect is not None))


def names_of(kind) -> tuple[str, ...]:
    """Return the names of the coefficients of all sets."""
    return WithCovariates.of(kind, dict.fromkeys(sets_of(kind), COLUMNS)).space.names[len(kind.space) :]


def draw_case(kind, data):
    """Draw a model with coefficients, customers with covariates, and a horizon."""
    model = data.draw(explained(kind, names_of(kind)))
    return model, data.draw(described(sets_of(kind))), 0.7 * clock(model.base)


@family
@few
@given(data=st.data())
def test_zero_coefficients_are_the_plain_model(kind, data) -> None:
    """With coefficients of 0 every answer is the base model's, to the last bit where nothing is tabulated."""
    drawn, summary, horizon = draw_case(kind, data)
    model, base = replace(drawn, coefficients=dict.fromkeys(drawn.coefficients, 0.0)), drawn.base
    for ask in (
        lambda m: m.log_likelihood(summary),
        lambda m: m.p_alive(summary, ahead=horizon),
        lambda m: m.expected_purchases(summary, horizon),
        lambda m: m.residual_lifetime(summary, horizon=horizon),
        lambda m: m.pmf_given([0, 2], summary, horizon),
    ):
        np.testing.assert_array_equal(ask(model), ask(base))
    # The chain rule multiplies by each parameter and divides by it again.
    np.testing.assert_allclose(model.score(summary)[:, : len(base.space)], base.score(summary), rtol=1e-15)
    # The tables of discounted purchases are made for all parameters of a call together.
    np.testing.assert_allclose(
        model.discounted_residual(summary, 0.1, horizon=horizon),
        base.discounted_residual(summary, 0.1, horizon=horizon),
        rtol=1e-12,
    )


@family
@few
@given(data=st.data())
def test_each_customer_has_a_base_model_of_their_own(kind, data) -> None:
    """Every answer is that of the base model whose parameters are multiplied by the exponential of the effects."""
    model, summary, horizon = draw_case(kind, data)
    for row in (0, len(summary) - 1):
        one, own = summary.take([row]), own_model(model, summary, row)
        for ask in (
            lambda m, s: m.log_likelihood(s),
            lambda m, s: m.p_alive(s),
            lambda m, s: m.expected_purchases(s, horizon),
            lambda m, s: m.pmf_given([0, 1, 4], s, horizon),
            lambda m, s: m.discounted_residual(s, 0.2),
            lambda m, s: m.time_to_next_purchase(s, probability=0.2),
        ):
            np.testing.assert_allclose(ask(model, summary)[row], ask(own, one)[0], rtol=1e-9, atol=1e-14)


def own_model(model, summary, row: int):
    """Return the base model of one customer, written out without the library's bookkeeping."""
    values = {name: float(getattr(model.base, name)) for name in model.base.space.names}
    for parameter in model.base.space:
        if parameter.effect is None:
            continue
        found = summary.covariates.of(parameter.effect.block)
        for name, z in zip(found.names, found.values[row], strict=True):
            block = parameter.effect.block
            several = f"{block}.{parameter.name}.{name}"
            g = model.coefficients[several if several in model.coefficients else f"{block}.{name}"]
            values[parameter.name] *= np.exp(parameter.effect.sign * g * z)
    return type(model.base)(**(values | ({"k": int(values["k"])} if "k" in values else {})))


@family
@few
@given(data=st.data())
def test_derivatives_are_slopes(kind, data) -> None:
    """Scores are the slopes of the rows' log-likelihoods, the gradient their sum, the Hessian the gradient's slope."""
    model, summary, _ = draw_case(kind, data)
    kind_of, at = model.kind, model.kind.values(model)
    likelihood = kind_of.likelihood(summary)
    moving = np.array([name != "k" for name in kind_of.space.names])  # whole numbers have no slopes

    def full(values):
        return np.where(moving, np.insert(values, 0, at[0]) if len(values) < at.size else values, at)

    score, found = model.score(summary)[:, moving], likelihood.evaluate(at)
    rows = differenced(lambda values: kind_of.make(full(values), None).log_likelihood(summary), at[moving])
    scale = np.abs(model.log_likelihood(summary))[:, None] + np.abs(score) + 1.0
    assert np.all(np.abs(score - rows.T) <= 1e-6 * scale)
    assert found.value == pytest.approx(model.log_likelihood(summary).sum(), rel=1e-11)
    np.testing.assert_allclose(found.gradient[moving], score.sum(axis=0), rtol=1e-8, atol=1e-8 * scale.max())
    slopes = differenced(lambda values: likelihood.evaluate(full(values)).gradient[moving], at[moving])
    size = np.abs(score).sum() + np.abs(found.hessian).max() + len(summary)
    assert np.all(np.abs(found.hessian[np.ix_(moving, moving)] - slopes) <= 1e-6 * size)


@family
@few
@given(data=st.data(), factor=st.sampled_from([0.01, 10.0]))
def test_units_of_covariates_do_not_matter(kind, data, factor) -> None:
    """A covariate in another unit with its coefficient in the inverse unit changes nothing."""
    model, summary, horizon = draw_case(kind, data)
    frames = {
        name: dict(zip(COLUMNS, (factor * summary.covariates.matrix(name)).T, strict=True)) for name in sets_of(kind)
    }
    other = replace(model, coefficients={name: g / factor for name, g in model.coefficients.items()})
    np.testing.assert_allclose(
        other.expected_purchases(summary.with_covariates(**frames), horizon),
        model.expected_purchases(summary, horizon),
        rtol=1e-9,
        atol=1e-300,
    )


@family
@few
@given(data=st.data())
def test_a_new_customer_with_covariates_is_one_without_history(kind, data) -> None:
    """Predictions for a new customer are those for a customer with the same covariates observed for no time."""
    model, summary, horizon = draw_case(kind, data)
    new = summary.take([0])
    new = replace(new, frequency=np.zeros(1), recency=np.zeros(1), age=np.zeros(1), log_gaps=np.zeros(1))
    given_ones = {
        name: dict(zip(COLUMNS, summary.covariates.matrix(name)[0].tolist(), strict=True)) for name in sets_of(kind)
    }
    expected = model.expected_purchases(new, horizon)[0]
    assert float(model.expected_purchases_new(horizon, given_ones)) == pytest.approx(expected, rel=1e-11)
    np.testing.assert_allclose(
        model.pmf([0, 1, 3], horizon, given_ones), model.pmf_given([0, 1, 3], new, horizon)[0], rtol=1e-10, atol=1e-300
    )


@family
@settings(max_examples=5)
@given(data=st.data())
def test_simulated_customers_follow_their_own_models(kind, data) -> None:
    """Many simulated customers with the same covariates buy as often as their own base model expects."""
    model, summary, _ = draw_case(kind, data)
    many, age = 20_000, 1.2 * clock(model.base)
    crowd = summary.take(np.zeros(many, dtype=np.int64))
    drawn = model.simulate(replace(crowd, age=np.full(many, age)), 20261125)
    expected = float(own_model(model, summary, 0).expected_purchases_new(age))
    assert drawn.frequency.mean() == pytest.approx(expected, abs=5 * drawn.frequency.std() / np.sqrt(many) + 1e-9)
    assert drawn.covariates is crowd.covariates


@family
@few
@given(data=st.data())
def test_groups_keep_customers_with_other_covariates_apart(kind, data) -> None:
    """The likelihood of grouped customers, and of each customer twice at half the weight, is the same."""
    model, summary, _ = draw_case(kind, data)
    at = model.kind.values(model)
    whole_sum = model.kind.likelihood(summary).evaluate(at)
    grouped = model.kind.likelihood(summary.grouped()).evaluate(at)
    twice = replace(summary.take(np.repeat(np.arange(len(summary)), 2)), weight=np.full(2 * len(summary), 0.5))
    for other in (grouped, model.kind.likelihood(twice).evaluate(at)):
        assert other.value == pytest.approx(whole_sum.value, rel=1e-11)
        np.testing.assert_allclose(
            other.gradient, whole_sum.gradient, rtol=1e-8, atol=1e-8 * np.abs(whole_sum.gradient).max()
        )
