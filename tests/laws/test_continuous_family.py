"""What every model of buying in continuous time obeys: one vocabulary, one meaning, no special cases."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.ggompertz_nbd import GGompertzNBD
from relmodels.btyd.mbg_nbd import MBGNBD
from relmodels.btyd.nbd import NBD
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidParameters
from relmodels.core.periods import Rate
from tests.strategies import clock, customers, log_uniform, models, one, summaries

FAMILY = [BGNBD, MBGNBD, ParetoNBD, GGompertzNBD, NBD, SarmanovParetoNBD]
family = pytest.mark.parametrize("kind", FAMILY)
reach = log_uniform(0.01, 3.0)


def draw_case(kind, data):
    """Draw a model, customers, and a horizon that is neither long nor short for the model."""
    model = data.draw(models(kind))
    return model, data.draw(summaries(spend=False)), data.draw(reach) * clock(model)


def rescaled(model, factor: float):
    """Return the same model with times counted in units ``1/factor`` as long."""
    values = {parameter.name: getattr(model, parameter.name) * factor**parameter.power for parameter in model.space}
    return replace(model, **values)


@family
@given(data=st.data())
def test_pmf_sums_to_one_with_the_expected_mean(kind, data) -> None:
    """The probabilities of 0, 1, 2, ... purchases of a new customer sum to 1, and their mean is the expectation."""
    model = data.draw(models(kind))
    horizon = data.draw(reach) * clock(model)
    k = np.arange(400)
    probability = model.pmf(k, horizon)
    assert np.all((probability >= 0) & (probability <= 1))
    assert probability.sum() == pytest.approx(1.0, abs=1e-12)
    assert probability @ k == pytest.approx(float(model.expected_purchases_new(horizon)), rel=1e-11)


@family
@settings(max_examples=30)
@given(data=st.data())
def test_pmf_given_sums_to_one_with_the_expected_mean(kind, data) -> None:
    """The same holds for each customer with a history."""
    model, summary, _ = draw_case(kind, data)
    quiet = summary.take(summary.frequency <= 12)
    horizon = data.draw(reach) * min(clock(model), 10.0)
    k = np.arange(1200)
    probability = model.pmf_given(k, quiet, horizon)
    assert probability.shape == (len(quiet), k.size)
    np.testing.assert_allclose(probability.sum(axis=1), 1.0, atol=1e-12)
    np.testing.assert_allclose(probability @ k, model.expected_purchases(quiet, horizon), rtol=1e-10)


@family
@given(data=st.data())
def test_a_single_count_gives_a_column_of_the_table(kind, data) -> None:
    """``pmf_given`` at one k, shape (n,), is the column of that k in the table for several, shape (n, m)."""
    model, summary, horizon = draw_case(kind, data)
    table = model.pmf_given([0, 1, 5], summary, horizon)
    np.testing.assert_allclose(model.pmf_given(5, summary, horizon), table[:, 2], rtol=1e-13)


@family
@given(data=st.data())
def test_p_alive_is_a_probability_that_never_rises_in_silence(kind, data) -> None:
    """P(alive) lies in [0, 1]; a longer silence after the same purchases never raises it, a shorter never lowers it."""
    model, (x, t_x, T) = data.draw(models(kind)), data.draw(customers())
    silence = np.array([0.0, 0.1, 1.0, 5.0, 30.0, 500.0])
    same = np.full(6, 1.0)
    later = PurchaseSummary.from_arrays(frequency=x * same, recency=t_x * same, age=t_x + silence + (T - t_x))
    alive = model.p_alive(later)
    assert np.all((alive >= 0) & (alive <= 1))
    assert np.all(np.diff(alive) <= 1e-15)


@family
@given(data=st.data())
def test_p_alive_falls_into_the_future(kind, data) -> None:
    """P(alive) after some time ahead starts at P(alive) now and falls."""
    model, summary, horizon = draw_case(kind, data)
    ahead = [model.p_alive(summary, ahead=share * horizon) for share in (0.0, 0.1, 1.0, 10.0)]
    np.testing.assert_array_equal(ahead[0], model.p_alive(summary))
    assert np.all(np.diff(ahead, axis=0) <= 1e-15)
    assert np.all(np.array(ahead) >= 0)


@family
@given(data=st.data(), factor=st.sampled_from([7.0, 12.0, 1 / 7, 365.2425]))
def test_time_unit_rescales_one_parameter(kind, data, factor) -> None:
    """With times in another unit only the parameters that are times change; the log-likelihood shifts by x ln k."""
    model, summary, horizon = draw_case(kind, data)
    other = rescaled(model, factor)
    changed = PurchaseSummary.from_arrays(
        frequency=summary.frequency, recency=summary.recency * factor, age=summary.age * factor
    )
    rows = model.log_likelihood(summary)
    shift = summary.frequency * np.log(factor)
    np.testing.assert_allclose(
        other.log_likelihood(changed) + shift, rows, rtol=1e-11, atol=1e-12 * (np.abs(shift) + 10).max()
    )
    np.testing.assert_allclose(other.p_alive(changed), model.p_alive(summary), rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(
        other.expected_purchases(changed, horizon * factor),
        model.expected_purchases(summary, horizon),
        rtol=1e-9,
        atol=1e-300,
    )


@family
@given(data=st.data())
def test_expected_purchases_rise_ever_more_slowly(kind, data) -> None:
    """Expected purchases are 0 at horizon 0, increase with it, and increase less and less."""
    model, summary, horizon = draw_case(kind, data)
    path = np.array([model.expected_purchases(summary, step * horizon) for step in range(6)])
    steps = np.diff(path, axis=0)
    assert np.all(path[0] == 0)
    assert np.all(steps >= -1e-14 * path[-1])
    assert np.all(np.diff(steps, axis=0) <= 1e-12 * path[-1])


@family
@given(data=st.data())
def test_expected_purchases_of_new_customers_rise_ever_more_slowly(kind, data) -> None:
    """The same for new customers, all horizons in one call, in the shape they were asked for."""
    model = data.draw(models(kind))
    horizons = data.draw(reach) * clock(model) * np.arange(6.0).reshape(2, 3)
    path = model.expected_purchases_new(horizons)
    assert path.shape == horizons.shape
    assert path[0, 0] == 0
    assert path[0, 1] > 0
    assert np.all(np.diff(path.ravel()) >= -1e-14 * path.max())
    assert np.all(np.diff(path.ravel(), 2) <= 1e-12 * path.max())


@family
@given(data=st.data())
def test_a_new_customer_is_one_without_history(kind, data) -> None:
    """A customer observed for no time is predicted like a new one."""
    model = data.draw(models(kind))
    horizon = data.draw(reach) * clock(model)
    newcomer = one(0, 0, 0)
    assert 0.0 < model.p_alive(newcomer)[0] <= 1.0
    expected = float(model.expected_purchases_new(horizon))
    assert model.expected_purchases(newcomer, horizon)[0] == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(model.pmf_given([0, 1, 7], newcomer, horizon)[0], model.pmf([0, 1, 7], horizon))


@family
@given(data=st.data())
def test_purchases_begin_at_the_rate_of_the_first(kind, data) -> None:
    """Over a very short horizon the expected number of purchases is the probability of one."""
    model, summary, _ = draw_case(kind, data)
    moment = 1e-9 * clock(model)
    expected = model.expected_purchases(summary, moment)
    np.testing.assert_allclose(model.pmf_given(1, summary, moment), expected, rtol=1e-5, atol=1e-300)


@family
@settings(max_examples=40)
@given(data=st.data())
def test_undiscounted_residual_is_the_expectation(kind, data) -> None:
    """At rate 0, up to a horizon, the discounted residual is the expected number of purchases."""
    model, summary, horizon = draw_case(kind, data)
    residual = model.discounted_residual(summary, 0.0, horizon=horizon)
    np.testing.assert_allclose(residual, model.expected_purchases(summary, horizon), rtol=1e-11, atol=1e-300)


@family
@settings(max_examples=40)
@given(data=st.data())
def test_discounting_lowers_and_horizon_raises_the_residual(kind, data) -> None:
    """The residual falls with the rate, rises with the horizon, and has the unlimited one as its limit."""
    model, summary, horizon = draw_case(kind, data)
    by_rate = [model.discounted_residual(summary, rate, horizon=horizon) for rate in (0.0, 0.05, 0.2, 2.0)]
    slack = 1e-12 * by_rate[0]
    assert np.all(np.diff(by_rate, axis=0) <= slack)
    forever = model.discounted_residual(summary, 0.2)
    assert np.all(by_rate[2] <= forever * (1 + 1e-12))
    np.testing.assert_allclose(
        model.discounted_residual(summary, 0.2, horizon=40_000.0), forever, rtol=1e-11, atol=1e-300
    )


@family
@settings(max_examples=40)
@given(data=st.data())
def test_residual_is_the_discounted_sum_of_small_steps(kind, data) -> None:
    """The residual lies between the sums of many small steps discounted from their ends and from their beginnings."""
    model, summary, horizon = draw_case(kind, data)
    rate = Rate(0.3 / horizon, per="week", kind="continuous")
    times = np.linspace(0.0, horizon, 41)
    steps = np.diff([model.expected_purchases(summary, time) for time in times], axis=0)
    factors = np.exp(-0.3 * times / horizon)
    residual = model.discounted_residual(summary, rate, horizon=horizon)
    assert np.all(residual <= factors[:-1] @ steps * (1 + 1e-11))
    assert np.all(residual >= factors[1:] @ steps * (1 - 1e-11))


@family
@given(data=st.data())
def test_order_and_company_do_not_matter(kind, data) -> None:
    """A customer's prediction is his own: it does not depend on who else is predicted, nor in which order."""
    model, summary, horizon = draw_case(kind, data)
    order = np.array(data.draw(st.permutations(range(len(summary)))))
    shuffled, alone = summary.take(order), summary.take(order[:1])
    for predict in (
        lambda some: model.p_alive(some, ahead=horizon),
        lambda some: model.expected_purchases(some, horizon),
        lambda some: model.pmf_given([0, 3], some, horizon),
        lambda some: model.discounted_residual(some, 0.1, horizon=horizon),
    ):
        np.testing.assert_allclose(predict(shuffled), predict(summary)[order], rtol=1e-12, atol=1e-300)
        np.testing.assert_allclose(predict(alone)[0], predict(summary)[order[0]], rtol=1e-11, atol=1e-300)


@family
@settings(max_examples=25)
@given(data=st.data(), seed=st.integers(0, 2**32 - 1))
def test_simulated_customers_are_possible_and_repeatable(kind, data, seed) -> None:
    """Simulated histories obey what summaries demand, keep the ages asked for, and repeat with the seed."""
    model = data.draw(models(kind))
    ages = clock(model) * np.linspace(0.0, 3.0, 50)
    first, again = model.simulate(ages, seed), model.simulate(ages, seed)
    np.testing.assert_array_equal(first.age, ages)
    np.testing.assert_array_equal(first.frequency, again.frequency)
    np.testing.assert_array_equal(first.recency, again.recency)
    assert np.all((first.recency > 0) == (first.frequency > 0))
    assert np.all(first.recency <= first.age)


@family
@settings(max_examples=10)
@given(data=st.data())
def test_simulation_agrees_with_the_formulas(kind, data) -> None:
    """The mean and the share of each count among many simulated customers are the model's, within sampling error."""
    model = data.draw(models(kind))
    age, many = clock(model) * 1.5, 20_000
    x = model.simulate(np.full(many, age), 20050101).frequency
    mean = float(model.expected_purchases_new(age))
    assert x.mean() == pytest.approx(mean, abs=5.0 * x.std() / np.sqrt(many))
    expected = model.pmf(np.arange(4), age)
    seen = np.bincount(x.astype(int), minlength=4)[:4] / many
    assert np.all(np.abs(seen - expected) <= 5.0 * np.sqrt(expected / many))


@family
@settings(max_examples=10)
@given(data=st.data())
def test_expectations_add_over_a_split_horizon(kind, data) -> None:
    """What is expected now of a later stretch is the mean of what will then be expected of it."""
    model = data.draw(models(kind))
    first, second, many = clock(model), 1.5 * clock(model), 20_000
    then = model.expected_purchases(model.simulate(np.full(many, first), 20050102), second)
    now = float(model.expected_purchases_new(first + second) - model.expected_purchases_new(first))
    hardly = 1e-4 * float(model.expected_purchases_new(first))  # where next to nobody is left, too few are drawn
    assert then.mean() == pytest.approx(now, abs=5.0 * then.std() / np.sqrt(many) + hardly)


@family
@settings(max_examples=15)
@given(data=st.data())
def test_residual_lifetime_is_the_integral_of_p_alive(kind, data) -> None:
    """The time that customers are expected to stay is the integral of the probability that they are still there."""
    model, summary, horizon = draw_case(kind, data)
    nodes, weights = np.polynomial.legendre.leggauss(12)
    ends = horizon * np.array([0.0, 1e-4, 1e-3, 0.01, 0.05, 0.2, 0.5, 1.0])
    total = np.zeros(len(summary))
    for low, high in pairwise(ends):
        times = low + (high - low) * (nodes + 1.0) / 2
        total += (high - low) / 2 * weights @ [model.p_alive(summary, ahead=float(time)) for time in times]
    stay = model.residual_lifetime(summary, horizon=horizon)
    np.testing.assert_allclose(stay, total, rtol=1e-7, atol=1e-300)
    assert np.all(stay <= horizon * (1 + 1e-12))
    assert np.all(model.residual_lifetime(summary, horizon=0.0) == 0.0)


@family
@settings(max_examples=15)
@given(data=st.data())
def test_unlimited_lifetime_is_the_limit_or_refused(kind, data) -> None:
    """Without a horizon the residual lifetime is the limit of those with one, and refused where it is infinite."""
    model, summary, _ = draw_case(kind, data)
    far = model.residual_lifetime(summary, horizon=1e9 * clock(model))
    try:
        forever = model.residual_lifetime(summary)
    except InvalidParameters:
        # What has no mean grows without bound, however slowly.
        assert np.any(far > 1.0005 * model.residual_lifetime(summary, horizon=1e8 * clock(model)))
    else:
        assert np.all(far <= forever * (1 + 1e-11))
        assert np.all(np.isfinite(forever))


@family
@settings(max_examples=15)
@given(data=st.data(), probability=st.floats(0.02, 0.95))
def test_time_to_next_purchase_is_a_quantile(kind, data, probability) -> None:
    """By that time the chance of no purchase has fallen to the rest, and where it is infinite it never does."""
    model, summary, _ = draw_case(kind, data)
    times = model.time_to_next_purchase(summary, probability=probability)
    assert np.all(times > 0)
    for row, time in enumerate(times.tolist()):
        asked = min(time, 1e12 * clock(model))
        none = model.pmf_given(0, summary.take([row]), asked)[0]
        assert none == pytest.approx(1 - probability, abs=1e-9) if np.isfinite(time) else none > 1 - probability
