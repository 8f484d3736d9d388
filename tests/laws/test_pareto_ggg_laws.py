"""What follows from the story of Pareto/GGG: a regularity, a rate and a hazard of their own for each customer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from relmodels.btyd.bg_cnbd import BGCNBD
from relmodels.btyd.pareto_ggg import ParetoGGG
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.core.periods import Rate
from tests.likelihoods import check_gradient, check_hessian, check_same, check_score, check_start, check_total
from tests.strategies import clock, customers, log_uniform, models, one

few = settings(max_examples=5)
reach = log_uniform(0.05, 2.0)
# What the predictions promise is some 1e-8.
PREDICTED = 1e-7
MODELS = [
    ParetoGGG(1.67, 0.371, 0.984, 5.392, 0.427, 4.16),
    ParetoGGG(3.0, 5.0, 0.6, 4.0, 0.8, 10.0),
    ParetoGGG(12.0, 2.0, 2.0, 8.0, 1.5, 30.0),
]
CUSTOMERS = [
    (0, 0.0, 20.0, 0.0),
    (1, 6.0, 20.0, 1.79),
    (4, 15.0, 20.0, 4.9),
    (4, 15.0, 20.0, 2.0),
    (3, 20.0, 20.0, 5.0),
]


@st.composite
def histories(draw: st.DrawFn, most_rows: int = 5, busiest: int = 60) -> PurchaseSummary:
    """Draw summaries with the sums of the logarithms of times between purchases that belong to them."""
    rows = draw(st.lists(customers(busiest=busiest), min_size=1, max_size=most_rows))
    x, t_x, T = np.array(rows).T
    # A silence that is only rounding has a meaning here: clusters of purchases are shorter still.
    t_x = np.where(T - t_x < 1e-6 * T, T, t_x)
    uneven = np.array([draw(st.floats(0.02, 1.0)) for _ in rows])
    gaps = np.where(x > 0, x * (np.log(np.where(x > 0, t_x / np.maximum(x, 1.0), 1.0)) - uneven * (x > 1)), 0.0)
    return PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=T, log_gaps=gaps)


def customer(x: float, t_x: float, T: float, gaps: float) -> PurchaseSummary:
    """Return the summary of a single customer."""
    return PurchaseSummary.from_arrays(frequency=[x], recency=[t_x], age=[T], log_gaps=[gaps])


def of_one_regularity(k: float, r: float, alpha: float, s: float, beta: float) -> ParetoGGG:
    """Return the model in which everybody is as regular, but for a hundred-thousandth."""
    return ParetoGGG(1e10, 1e10 / k, r, alpha, s, beta)


def spread(shape: float, scale: float, low: float, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return values of a gamma distributed variable and their weights: a trapezoidal sum over its logarithm."""
    logs = np.linspace(low, np.log(60.0 + 4.0 * shape), nodes)
    values = np.exp(logs) / scale
    return values, np.exp(shape * logs - np.exp(logs) - special.gammaln(shape)) * (logs[1] - logs[0])


def survival(model: ParetoGGG, time: np.ndarray | float) -> np.ndarray:
    return np.asarray((model.beta / (model.beta + time)) ** model.s)


def stories(model: ParetoGGG, x: float, t_x: float, T: float, gaps: float) -> tuple[float, float]:
    """Return the likelihoods of being there and of having left, by brute force over k, the rate and the leaving."""
    k, of_k = spread(model.t, model.gamma, -30.0 / (model.t + x), 80)
    rate, of_rate = spread(model.r, model.alpha, -(14.0 if x else 30.0) / model.r, 400)
    k, rate = k[:, None], rate[None]
    log_timing = k * x * np.log(k * rate) + (k - 1.0) * gaps - k * rate * t_x - x * special.gammaln(k)
    both = of_k[:, None] * of_rate * np.exp(log_timing)
    there = float((both * special.gammaincc(k, k * rate * (T - t_x))).sum() * survival(model, T))
    node, weight = np.polynomial.legendre.leggauss(32)
    left = 0.0
    for u, du in zip((node + 1.0) / 2, weight / 2, strict=True):
        silence = (T - t_x) * u**4
        hazard = model.s * survival(model, t_x + silence) / (model.beta + t_x + silence)
        left += float((both * special.gammaincc(k, k * rate * silence)).sum() * hazard * (T - t_x) * 4.0 * u**3 * du)
    return there, left


@pytest.mark.parametrize(
    ("model", "row"), [(MODELS[0], CUSTOMERS[3]), *((MODELS[2], row) for row in CUSTOMERS)], ids=str
)
def test_likelihood_is_the_mean_over_regularities_rates_and_leavings(model, row) -> None:
    """Likelihood and P(alive) are those of the story, averaged over k, the rate and the time of leaving by force."""
    there, left = stories(model, *row)
    assert model.log_likelihood(customer(*row))[0] == pytest.approx(np.log(there + left), abs=1e-8)
    assert model.p_alive(customer(*row))[0] == pytest.approx(there / (there + left), rel=1e-8)


def purchases(model: ParetoGGG, row: tuple[float, float, float, float], horizon: float, force: float) -> np.ndarray:
    """Return the worth of the 1st, 2nd, ... purchase, by brute force over k, and the time of each."""
    x, t_x, T, gaps = row
    k, of_k = spread(model.t, model.gamma, -30.0 / (model.t + x), 60)
    K, c, w = model.r + k * x, model.alpha / k + t_x, T - t_x
    log_timing = special.gammaln(K) - special.gammaln(model.r) + model.r * np.log(model.alpha / k) - K * np.log(c)
    share = of_k * np.exp(log_timing + (k - 1.0) * gaps - x * special.gammaln(k))
    node, weight = np.polynomial.legendre.leggauss(48)
    power = 6.0 if w else 24.0
    u, du = horizon * ((node + 1.0) / 2) ** power, horizon * power * ((node + 1.0) / 2) ** (power - 1.0) * weight / 2
    k, K, c, u = k[:, None, None], K[:, None, None], c[:, None, None], u[:, None]
    n, y = np.arange(1.0, 80.0 if x > 1 else 260.0), w + u
    log_density = -n * k * np.log1p(c / y) - K * np.log1p(y / c) - special.betaln(n * k, K) - np.log(y)
    first_is_long = np.where((n > 1) & (w > 0), special.betainc(np.maximum((n - 1.0) * k, 1e-9), k, u / y), 1.0)
    worth = np.exp(log_density - force * u) * first_is_long * survival(model, T + u)
    there, left = stories(model, *row)
    return np.einsum("k,u,kun->n", share, du, worth) / (there + left)


@pytest.mark.parametrize(
    ("model", "row"), [(MODELS[0], CUSTOMERS[3]), *((MODELS[1], row) for row in CUSTOMERS)], ids=str
)
def test_predictions_are_sums_over_purchases_by_brute_force(model, row) -> None:
    """Expected and discounted purchases and their probabilities are those of the 1st, 2nd, ... purchase, each alone.

    Here the first gap is a beta distributed share of the first n; the library splits the time at the next purchase.
    """
    worth, plain = purchases(model, row, 15.0, 0.03), purchases(model, row, 15.0, 0.0)
    who, rate = customer(*row), Rate(0.03, per="week", kind="continuous")
    assert model.expected_purchases(who, 15.0)[0] == pytest.approx(plain.sum(), rel=PREDICTED)
    assert model.discounted_residual(who, rate, horizon=15.0)[0] == pytest.approx(worth.sum(), rel=PREDICTED)
    exactly = -np.diff(np.concatenate([[1.0], plain]))[:5]
    np.testing.assert_allclose(model.pmf_given(np.arange(5), who, 15.0)[0], exactly, atol=PREDICTED)


@few
@given(data=st.data())
def test_regularity_of_one_for_all_is_random_buying(data) -> None:
    """Where every k is 1, likelihood, score and predictions are those of Pareto/NBD."""
    plain, summary = data.draw(models(ParetoNBD)), data.draw(histories())
    model, horizon = of_one_regularity(1.0, plain.r, plain.alpha, plain.s, plain.beta), data.draw(reach) * 10.0
    np.testing.assert_allclose(model.log_likelihood(summary), plain.log_likelihood(summary), rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(model.score(summary)[:, 2:], plain.score(summary), rtol=1e-6, atol=1e-6)
    for predict in (
        lambda of: of.p_alive(summary, ahead=horizon),
        lambda of: of.expected_purchases(summary, horizon),
        lambda of: of.expected_purchases_new([0.0, horizon]),
        lambda of: of.discounted_residual(summary, 0.1, horizon=horizon),
        lambda of: of.discounted_residual(summary, 0.2),
    ):
        np.testing.assert_allclose(predict(model), predict(plain), rtol=PREDICTED, atol=1e-300)
    np.testing.assert_allclose(model.pmf([0, 1, 5], horizon), plain.pmf([0, 1, 5], horizon), atol=PREDICTED)


@few
@given(data=st.data(), k=st.sampled_from([2, 3]))
def test_whole_regularity_without_leaving_is_buying_in_phases(data, k) -> None:
    """Where every k is a whole number and nobody leaves, the answers are those of BG/CNBD-k without dropout."""
    r, alpha, summary = data.draw(log_uniform(0.3, 3.0)), data.draw(log_uniform(2.0, 20.0)), data.draw(histories(4, 8))
    model, phases = of_one_regularity(k, r, alpha, 1e-40, 1.0), BGCNBD(k, r, alpha / k, 1e-40, 1.0)
    horizon = data.draw(reach) * alpha
    np.testing.assert_allclose(model.log_likelihood(summary), phases.log_likelihood(summary), rtol=1e-6, atol=1e-6)
    for predict in (
        lambda of: of.expected_purchases(summary, horizon),
        lambda of: of.expected_purchases_new([0.0, horizon]),
        lambda of: of.discounted_residual(summary, 0.1, horizon=horizon),
    ):
        np.testing.assert_allclose(predict(model), predict(phases), rtol=1e-6, atol=1e-300)
    np.testing.assert_allclose(
        model.pmf_given([0, 1, 4], summary, horizon), phases.pmf_given([0, 1, 4], summary, horizon), atol=PREDICTED
    )


@few
@given(data=st.data())
def test_likelihood_has_exact_derivatives(data) -> None:
    """The likelihood is the sum of its rows, and gradient, score and Hessian are its slopes."""
    model, summary = data.draw(models(ParetoGGG)), data.draw(histories(4))
    check_total(model, summary)
    check_gradient(model, summary)
    check_score(model, summary)
    check_hessian(model, summary)


@few
@given(data=st.data())
def test_weights_count_rows_and_the_start_is_usable(data) -> None:
    """A row of weight 2 counts as the row twice, and the search can begin at the start the model proposes."""
    model, summary = data.draw(models(ParetoGGG)), data.draw(histories(4))
    twice = replace(summary, weight=np.full(len(summary), 2.0))
    check_same(model, twice, summary.take(np.repeat(np.arange(len(summary)), 2)))
    check_start(ParetoGGG, summary)


@few
@given(data=st.data(), factor=st.sampled_from([7.0, 1 / 7, 365.2425]))
def test_time_unit_rescales_two_parameters(data, factor) -> None:
    """With times in another unit only alpha and beta change; the log-likelihood shifts by x ln k."""
    model, summary, x = data.draw(models(ParetoGGG)), data.draw(histories()), 0.0
    x, horizon = summary.frequency, data.draw(reach) * 10.0
    other = replace(model, alpha=model.alpha * factor, beta=model.beta * factor)
    changed = PurchaseSummary.from_arrays(
        frequency=x,
        recency=summary.recency * factor,
        age=summary.age * factor,
        log_gaps=summary.log_gaps + x * np.log(factor),
    )
    rows, shift = model.log_likelihood(summary), x * np.log(factor)
    np.testing.assert_allclose(other.log_likelihood(changed) + shift, rows, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(other.p_alive(changed), model.p_alive(summary), rtol=1e-8)
    np.testing.assert_allclose(
        other.expected_purchases(changed, horizon * factor), model.expected_purchases(summary, horizon), rtol=PREDICTED
    )


@few
@given(data=st.data())
def test_p_alive_is_a_probability_that_never_rises_in_silence(data) -> None:
    """P(alive) lies in [0, 1], falls with the length of the silence, and falls into the future."""
    model, (x, t_x, T) = data.draw(models(ParetoGGG)), data.draw(customers(busiest=60))
    silence, same = np.array([0.0, 0.1, 1.0, 5.0, 30.0, 500.0]), np.full(6, 1.0)
    gaps = x * np.log(t_x / x) - 0.1 * (x > 1) if x else 0.0
    later = PurchaseSummary.from_arrays(
        frequency=x * same, recency=t_x * same, age=t_x + silence + (T - t_x), log_gaps=gaps * same
    )
    alive = model.p_alive(later)
    assert np.all((alive >= 0) & (alive <= 1))
    assert np.all(np.diff(alive) <= 1e-9)
    ahead = np.array([model.p_alive(later, ahead=time) for time in (0.0, 1.0, 10.0)])
    np.testing.assert_array_equal(ahead[0], alive)
    assert np.all(np.diff(ahead, axis=0) <= 0)


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_a_regular_customer_who_is_overdue_is_more_surely_gone(model) -> None:
    """After five gaps' silence P(alive) and what is expected fall with the evenness of the gaps before."""
    even = 6.0 * np.log(2.0) - np.array([0.01, 0.3, 1.0, 3.0, 9.0])
    same = np.ones(5)
    overdue = PurchaseSummary.from_arrays(frequency=6 * same, recency=12 * same, age=22 * same, log_gaps=even)
    assert np.all(np.diff(model.p_alive(overdue)) > 0)
    assert np.all(np.diff(model.expected_purchases(overdue, 10.0)) > 0)


@pytest.mark.parametrize("model", MODELS[1:], ids=str)
def test_probabilities_of_counts_sum_to_one_with_the_expected_mean(model) -> None:
    """The probabilities of 0, 1, 2, ... purchases of new customers and of others sum to 1; their mean is expected."""
    who, horizon, k = customer(*CUSTOMERS[2]), 1.0, np.arange(50)
    table = np.stack([model.pmf(k, horizon), model.pmf_given(k, who, horizon)[0]])
    assert np.all((table >= 0) & (table <= 1))
    expected = [float(model.expected_purchases_new(horizon)), model.expected_purchases(who, horizon)[0]]
    left_out = 1.0 - table.sum(axis=1)
    assert np.all(left_out >= -1e-8)
    assert np.all(left_out <= 1e-5)
    # Of the mean, what is left out is at least 50 times as much, and not a hundred times that.
    missing = expected - table @ k
    assert np.all(missing >= 50.0 * left_out - 1e-6)
    assert np.all(missing <= 5000.0 * left_out + 1e-6)


@few
@given(data=st.data())
def test_a_new_customer_is_one_without_history(data) -> None:
    """A customer observed for no time is predicted like a new one, and is there."""
    model, newcomer = data.draw(models(ParetoGGG)), one(0, 0, 0)
    horizon = data.draw(reach) * clock(model)
    assert model.p_alive(newcomer)[0] == pytest.approx(1.0, abs=1e-12)
    assert model.expected_purchases(newcomer, horizon)[0] == float(model.expected_purchases_new(horizon))
    np.testing.assert_array_equal(model.pmf_given([0, 1, 7], newcomer, horizon)[0], model.pmf([0, 1, 7], horizon))


@few
@given(data=st.data())
def test_expected_purchases_rise_with_the_horizon(data) -> None:
    """Expected purchases are 0 at horizon 0 and increase with it, those of new customers in one call."""
    model, summary = data.draw(models(ParetoGGG)), data.draw(histories(3))
    horizons = data.draw(reach) * clock(model) * np.array([[0.0, 0.01, 0.1], [0.3, 1.0, 2.0]])
    new = model.expected_purchases_new(horizons)
    assert new.shape == horizons.shape
    path = np.array([model.expected_purchases(summary, time) for time in horizons.ravel()])
    for values in (new.ravel()[:, None], path):
        assert np.all(values[0] == 0)
        assert np.all(np.diff(values, axis=0) > -PREDICTED * values[-1])


@few
@given(data=st.data())
def test_discounting_lowers_the_residual(data) -> None:
    """Undiscounted the residual is the expectation, it falls with the rate, and grows to the unlimited one."""
    model, summary = data.draw(models(ParetoGGG)), data.draw(histories(3))
    horizon = data.draw(reach) * 20.0
    by_rate = [model.discounted_residual(summary, rate, horizon=horizon) for rate in (-0.1, 0.0, 0.2, 2.0)]
    np.testing.assert_array_equal(by_rate[1], model.expected_purchases(summary, horizon))
    assert np.all(np.diff(by_rate, axis=0) <= PREDICTED * by_rate[0])
    heavy = Rate(0.3, per="week", kind="continuous")
    near, ever = (model.discounted_residual(summary, heavy, horizon=end) for end in (25.0 / 0.3, None))
    np.testing.assert_allclose(near, ever, rtol=PREDICTED)


@few
@given(data=st.data())
def test_residual_is_the_discounted_sum_of_steps(data) -> None:
    """The residual lies between the sums of steps discounted from their ends and from their beginnings."""
    model, summary, horizon = data.draw(models(ParetoGGG)), data.draw(histories(2)), data.draw(reach) * 20.0
    times = np.linspace(0.0, horizon, 9)
    steps = np.diff([model.expected_purchases(summary, time) for time in times], axis=0)
    factors = np.exp(-0.3 * times / horizon)
    rate = Rate(0.3 / horizon, per="week", kind="continuous")
    residual = model.discounted_residual(summary, rate, horizon=horizon)
    assert np.all(residual <= factors[:-1] @ steps * (1 + PREDICTED))
    assert np.all(residual >= factors[1:] @ steps * (1 - PREDICTED))


@few
@given(data=st.data())
def test_order_and_company_do_not_matter(data) -> None:
    """A customer's figures are their own: they depend neither on who else is asked about, nor on the order."""
    model, summary = data.draw(models(ParetoGGG)), data.draw(histories(4))
    order = np.array(data.draw(st.permutations(range(len(summary)))))
    shuffled, alone = summary.take(order), summary.take(order[:1])
    for predict in (
        model.log_likelihood,
        model.score,
        model.p_alive,
        lambda some: model.expected_purchases(some, 10.0),
        lambda some: model.pmf_given([0, 3], some, 10.0),
    ):
        np.testing.assert_allclose(predict(shuffled), predict(summary)[order], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(predict(alone)[0], predict(summary)[order[0]], rtol=1e-9, atol=1e-12)


@few
@given(data=st.data())
def test_simulated_customers_are_possible_and_repeatable(data) -> None:
    """Simulated histories keep the ages asked for, repeat with the seed, and have gaps that belong to their times."""
    model = data.draw(models(ParetoGGG))
    ages = clock(model) * np.linspace(0.0, 3.0, 100)
    simulated, again = model.simulate(ages, 7), model.simulate(ages, 7)
    x, t_x, gaps = simulated.frequency, simulated.recency, simulated.log_gaps
    np.testing.assert_array_equal(simulated.age, ages)
    np.testing.assert_array_equal(gaps, again.log_gaps)
    assert np.all((t_x > 0) == (x > 0))
    assert np.all(t_x <= ages)
    bought = x > 0
    assert np.all(gaps[~bought] == 0)
    assert np.all(gaps[bought] <= x[bought] * np.log(t_x[bought] / x[bought]) + 1e-9 * (1 + np.abs(gaps[bought])))


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_simulation_agrees_with_the_formulas(model) -> None:
    """Counts, purchases in a later stretch and the mean score of simulated customers are the model's."""
    many, first, second = 20_000, 20.0, 15.0
    simulated = model.simulate(np.full(many, first), 20210101)
    expected = model.pmf(np.arange(4), first)
    seen = np.bincount(simulated.frequency.astype(int), minlength=4)[:4] / many
    assert np.all(np.abs(seen - expected) <= 5.0 * np.sqrt(expected / many))
    some = simulated.take(np.arange(250))
    then = model.expected_purchases(some, second)
    now = float(model.expected_purchases_new(first + second) - model.expected_purchases_new(first))
    assert then.mean() == pytest.approx(now, abs=5.0 * then.std() / np.sqrt(len(some)))
    score = model.score(simulated.take(np.arange(1500)))
    assert np.all(np.abs(score.mean(axis=0)) <= 5.0 * score.std(axis=0) / np.sqrt(1500))


def test_gaps_are_needed_from_the_second_purchase_on() -> None:
    """Without log gaps a summary is refused if anyone bought twice again; else they are the log of the recency."""
    model, known = MODELS[0], PurchaseSummary.from_arrays(frequency=[0, 1], recency=[0, 6], age=[9, 9])
    given_too = replace(known, log_gaps=np.array([0.0, np.log(6.0)]))
    np.testing.assert_array_equal(model.log_likelihood(known), model.log_likelihood(given_too))
    for ask in (model.log_likelihood, model.p_alive, ParetoGGG.likelihood, ParetoGGG.start):
        with pytest.raises(InvalidData, match="log_gaps"):
            ask(one(2, 6, 9))


def test_clusters_without_end_are_refused() -> None:
    """With t of 1 or less a new customer's purchases have no finite expectation; those of others, and counts, do."""
    model, known = (
        ParetoGGG(0.9, 0.5, 1.0, 5.0, 0.5, 5.0),
        PurchaseSummary.from_arrays(frequency=[0, 1, 1], recency=[0, 6, 9], age=[9, 9, 9]),
    )
    with pytest.raises(InvalidParameters, match="t > 1"):
        model.expected_purchases_new(10.0)
    with pytest.raises(InvalidParameters, match="t > 1"):
        model.discounted_residual(one(0, 0, 0), 0.1)
    assert np.all(model.expected_purchases(known, 10.0) > 0)
    assert model.pmf([0, 1], 10.0).sum() < 1.0
