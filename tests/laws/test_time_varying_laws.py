"""What Pareto/NBD with covariates that change in time obeys whatever the paths, histories and parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relmodels.btyd.covariate_panel import CovariatePanel
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.btyd.time_varying_kind import TimeVaryingKind
from relmodels.btyd.time_varying_pareto_nbd import TimeVaryingParetoNBD
from relmodels.btyd.with_covariates import WithCovariates
from relmodels.core.arrays import FloatArray
from relmodels.core.periods import Rate
from tests.covariate_panels import models, panels, plain
from tests.strategies import models as plain_models
from tests.strategies_covariates import described

HORIZON = 1.0
DISCOUNT = Rate(0.01, per="week", kind="continuous")
# Two ways to the same figure, each with an error of some 1e-13 times the powers of a heavy buyer.
SAME = 1e-11
COEFFICIENTS = ("purchase.sale", "purchase.rain", "attrition.rival")


def values_of(model: TimeVaryingParetoNBD) -> FloatArray:
    """Return the coefficients of a model."""
    return np.array(list(model.coefficients.values()))


def answers(model: TimeVaryingParetoNBD, panel: CovariatePanel) -> list[FloatArray]:
    """Return all that a model says of customers."""
    return [
        model.log_likelihood(panel),
        model.p_alive(panel),
        model.p_alive(panel, ahead=HORIZON),
        model.expected_purchases(panel, HORIZON),
        model.discounted_residual(panel, DISCOUNT, horizon=HORIZON),
    ]


def plain_answers(model: ParetoNBD | WithCovariates[ParetoNBD], summary: PurchaseSummary) -> list[FloatArray]:
    """Return what a model without paths says of the same customers."""
    return [
        model.log_likelihood(summary),
        model.p_alive(summary),
        model.p_alive(summary, ahead=HORIZON),
        model.expected_purchases(summary, HORIZON),
        model.discounted_residual(summary, DISCOUNT, horizon=HORIZON),
    ]


def slopes(function: Callable[[FloatArray], FloatArray], at: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return central differences by each coordinate, along the first axis, and what they are relative to."""
    steps = np.where(np.abs(at) < 1e-6, 1.0, np.abs(at))
    moves = np.diag(1e-5 * steps)
    return np.array([(function(at + move) - function(at - move)) / (2 * move.sum()) for move in moves]), steps


def assert_same(one: list[FloatArray], other: list[FloatArray]) -> None:
    for left, right in zip(one, other, strict=True):
        np.testing.assert_allclose(left, right, rtol=SAME, atol=SAME)


@given(plain_models(ParetoNBD), panels())
def test_zero_coefficients_are_the_plain_model(base, panel) -> None:
    """With coefficients of 0 every answer is that of Pareto/NBD, and so is the score of its parameters."""
    model = TimeVaryingParetoNBD(base, dict.fromkeys(COEFFICIENTS, 0.0))
    assert_same(answers(model, panel), plain_answers(base, plain(panel)))
    scores = base.score(plain(panel))
    np.testing.assert_allclose(model.score(panel)[:, :4], scores, rtol=1e-9, atol=1e-10 * (1 + np.abs(scores).max()))


@given(models(), panels(most=1, constant=True))
def test_constant_covariates_shift_the_scales(model, panel) -> None:
    """Covariates that do not change in time divide alpha and beta by the paces, and nothing else."""
    buying = np.exp(panel.purchase[0] @ values_of(model)[:2])
    leaving = np.exp(panel.attrition[0, 0] * model.coefficients["attrition.rival"])
    shifted = replace(model.base, alpha=model.base.alpha / buying, beta=model.base.beta / leaving)
    assert_same(answers(model, panel), plain_answers(shifted, plain(panel)))


@given(models(), panels(), st.floats(-1.0, 1.0), st.floats(-1.0, 1.0))
def test_centering_only_moves_the_scales(model, panel, sale, rival) -> None:
    """Adding a constant to a covariate multiplies alpha or beta by its effect; answers stay."""
    moved = replace(
        panel,
        purchase=panel.purchase + np.array([sale, 0.0]),
        attrition=panel.attrition + rival,
        bought_at=panel.bought_at + panel.frequency[:, None] * np.array([sale, 0.0]),
    )
    base = replace(
        model.base,
        alpha=model.base.alpha * np.exp(sale * model.coefficients["purchase.sale"]),
        beta=model.base.beta * np.exp(rival * model.coefficients["attrition.rival"]),
    )
    assert_same(answers(replace(model, base=base), moved), answers(model, panel))


@given(models(), panels())
def test_a_piece_may_be_cut(model, panel) -> None:
    """A date at which no covariate changes makes no difference."""
    ends = np.append(panel.begin[1:], 0.0)
    ends[panel.offsets[1:] - 1] = panel.begin[panel.offsets[1:] - 1] + 2.0
    twice = replace(
        panel,
        offsets=2 * panel.offsets,
        begin=np.ravel(np.column_stack([panel.begin, (panel.begin + ends) / 2])),
        purchase=np.repeat(panel.purchase, 2, axis=0),
        attrition=np.repeat(panel.attrition, 2, axis=0),
    )
    assert_same(answers(model, twice), answers(model, panel))


@given(models(), panels(), st.sampled_from([1e-3, 7.0, 365.2425]))
def test_the_unit_of_time_does_not_matter(model, panel, factor) -> None:
    """With all times and both scales multiplied by a factor, the answers stay, but for the density of the timing."""
    times = {name: getattr(panel, name) * factor for name in ("recency", "age", "begin", "known")}
    base = replace(model.base, alpha=model.base.alpha * factor, beta=model.base.beta * factor)
    longer, scaled = replace(model, base=base), replace(panel, **times)
    density = longer.log_likelihood(scaled) + panel.frequency * np.log(factor)
    size = 1.0 + panel.frequency * abs(np.log(factor)) + np.abs(model.log_likelihood(panel))
    np.testing.assert_allclose(density / size, model.log_likelihood(panel) / size, atol=1e-13)
    np.testing.assert_allclose(longer.p_alive(scaled, ahead=factor), model.p_alive(panel, ahead=1.0), rtol=SAME)
    now, then = longer.expected_purchases(scaled, factor), model.expected_purchases(panel, 1.0)
    np.testing.assert_allclose(now, then, rtol=SAME)


@given(models(), panels())
def test_the_score_is_the_slope_of_the_likelihood(model, panel) -> None:
    """The score of each customer equals differences of the log-likelihood by every parameter."""
    at, score = model.kind.values(model), model.score(panel)
    found, steps = slopes(lambda values: model.kind.make(values, None).log_likelihood(panel), at)
    scale = 1.0 + np.abs(model.log_likelihood(panel))[:, None]
    assert np.all(np.abs(score - found.T) * steps <= 1e-7 * (scale + np.abs(score) * steps))


@given(models(), panels())
def test_the_likelihood_adds_up_and_its_hessian_is_the_slope_of_the_gradient(model, panel) -> None:
    """Value and gradient of a data set are the sums over its customers, and the Hessian differences of the gradient."""
    kind, at = model.kind, model.kind.values(model)
    likelihood = kind.likelihood(panel)
    found = likelihood.evaluate(at)
    rows, scores = model.log_likelihood(panel), model.score(panel)
    assert found.value == pytest.approx(rows.sum(), rel=1e-12, abs=1e-12 * np.abs(rows).sum())
    np.testing.assert_allclose(found.gradient, scores.sum(axis=0), rtol=1e-10, atol=1e-11 * (1 + np.abs(scores).max()))
    np.testing.assert_allclose(likelihood.scores(at), scores, rtol=1e-12)
    np.testing.assert_allclose(found.hessian, found.hessian.T, rtol=1e-12, atol=1e-12 * np.abs(found.hessian).max())
    differences, steps = slopes(lambda values: likelihood.evaluate(values).gradient, at)
    scale = np.outer(steps, steps)
    size = np.abs(scores * steps).sum() + np.abs(found.hessian * scale).max() + likelihood.n
    assert np.all(np.abs(found.hessian - differences) * scale <= 1e-7 * size)


@given(models(), panels(), st.integers(1, 5))
def test_a_weight_counts_a_customer_several_times(model, panel, times) -> None:
    """A customer of weight k has the likelihood of k rows of weight 1."""
    rows = np.repeat(np.arange(len(panel)), times)
    weighted = replace(panel, weight=np.full(len(panel), float(times)))
    kind, at = model.kind, model.kind.values(model)
    one, other = kind.likelihood(weighted), kind.likelihood(panel.take(rows))
    left, right = one.evaluate(at), other.evaluate(at)
    assert one.n == other.n == weighted.n
    assert left.value == pytest.approx(right.value, rel=1e-12, abs=1e-12)
    np.testing.assert_allclose(
        left.gradient, right.gradient, rtol=1e-9, atol=1e-10 * (1 + np.abs(right.gradient).max())
    )
    np.testing.assert_allclose(left.hessian, right.hessian, rtol=1e-9, atol=1e-10 * (1 + np.abs(right.hessian).max()))


@given(models(), panels())
def test_customers_can_be_taken_in_any_order(model, panel) -> None:
    """The answers about customers who are picked are those about them among all."""
    rows = np.arange(len(panel))[::-1]
    for whole, part in zip(answers(model, panel), answers(model, panel.take(rows)), strict=True):
        np.testing.assert_allclose(part, whole[rows], rtol=1e-13, atol=1e-300)
    assert len(panel.every(2)) == (len(panel) + 1) // 2


@given(models(), panels())
def test_probabilities_and_expectations_are_what_they_have_to_be(model, panel) -> None:
    """P(alive) lies in [0, 1] and falls ahead; expectations grow with the horizon; discounting at 0 changes nothing."""
    horizons = [0.0, 0.3, 1.0]
    alive = np.array([model.p_alive(panel, ahead=time) for time in horizons])
    expected = np.array([model.expected_purchases(panel, time) for time in horizons])
    assert np.all((alive >= 0.0) & (alive <= 1.0))
    assert np.all(np.diff(alive, axis=0) <= 0.0)
    assert np.all(expected[0] == 0.0)
    assert np.all(np.diff(expected, axis=0) >= 0.0)
    nothing = Rate(0.0, per="week", kind="continuous")
    np.testing.assert_allclose(model.discounted_residual(panel, nothing, horizon=1.0), expected[-1], rtol=1e-12)


@given(models(), panels(most=2))
def test_purchases_come_at_the_rate_of_the_living(model, panel) -> None:
    """The expectation rises as fast as the rate given being there, times the pace then, times P(alive) then."""
    time, step = 0.7, 1e-4
    slope = (model.expected_purchases(panel, time + step) - model.expected_purchases(panel, time - step)) / (2 * step)
    piece = [
        np.searchsorted(panel.begin[low:high], age + time, side="right") - 1 + low
        for low, high, age in zip(panel.offsets[:-1], panel.offsets[1:], panel.age, strict=True)
    ]
    near = np.abs(panel.begin[:, None] - panel.age - time).min(axis=0) <= 2 * step
    coefficients = values_of(model)[:2]
    pace = np.exp(panel.purchase[piece] @ coefficients)
    reading = _reading(panel, coefficients)
    rate = (model.base.r + panel.frequency) / (model.base.alpha + reading)
    expected = rate * pace * model.p_alive(panel, ahead=time)
    np.testing.assert_allclose(slope[~near], expected[~near], rtol=1e-5, atol=1e-9)


def _reading(panel: CovariatePanel, coefficients: FloatArray) -> FloatArray:
    """Return the integral of the pace of purchases over each customer's age, one by one."""
    readings = []
    for low, high, age in zip(panel.offsets[:-1], panel.offsets[1:], panel.age, strict=True):
        ends = np.append(panel.begin[low + 1 : high], np.inf)
        length = np.clip(np.minimum(ends, age) - panel.begin[low:high], 0.0, None)
        readings.append(float(length @ np.exp(panel.purchase[low:high] @ coefficients)))
    return np.array(readings)


@given(
    plain_models(ParetoNBD),
    described(("purchase", "attrition")),
    st.lists(st.floats(-0.8, 0.8), min_size=4, max_size=4),
)
def test_paths_without_a_change_are_fixed_covariates(base, summary, values) -> None:
    """Customers whose covariates never change get the answers of Pareto/NBD with fixed covariates."""
    names = ("purchase.size", "purchase.member", "attrition.size", "attrition.member")
    coefficients = dict(zip(names, values, strict=True))
    purchase = summary.covariates.purchase.values
    panel = CovariatePanel(
        frequency=summary.frequency,
        recency=summary.recency,
        age=summary.age,
        unit=summary.unit,
        purchases_by=summary.covariates.purchase.names,
        attrition_by=summary.covariates.attrition.names,
        offsets=np.arange(len(summary) + 1),
        begin=np.zeros(len(summary)),
        known=summary.age + HORIZON,
        purchase=purchase,
        attrition=summary.covariates.attrition.values,
        bought_at=summary.frequency[:, None] * purchase,
    )
    fixed, moving = WithCovariates(base, coefficients), TimeVaryingParetoNBD(base, coefficients)
    assert_same(answers(moving, panel), plain_answers(fixed, summary))
    scores = fixed.score(summary)
    np.testing.assert_allclose(moving.score(panel), scores, rtol=1e-9, atol=1e-10 * (1 + np.abs(scores).max()))


def test_covariates_of_one_process_only() -> None:
    """A model may have covariates of purchases only, or of leaving only."""
    names = TimeVaryingKind(("sale",), ()).space.names, TimeVaryingKind((), ("sale",)).space.names
    assert names == (("r", "alpha", "s", "beta", "purchase.sale"), ("r", "alpha", "s", "beta", "attrition.sale"))
