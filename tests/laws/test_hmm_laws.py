"""What every hidden Markov model obeys: its recursions are sums over all paths, its score is their derivative."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relmodels.markov import HMM, Binomial, FreeTransitions, Gaussian, OrderedLogit, Panel, Poisson
from relmodels.markov.hmm import arrays_of, hmm_of
from relmodels.markov.hmm_em import em_step, guessed
from relmodels.markov.hmm_spec import HMMSpec
from relmodels.markov.hmm_starts import permuted
from relmodels.markov.prepared import prepared
from tests.strategies_hmm import FAMILIES, all_paths, case, cases, emission, with_values

few = settings(max_examples=25)
some = settings(max_examples=60)


@some
@given(drawn=cases)
def test_the_likelihood_is_the_sum_over_all_paths(drawn):
    """The forward recursion gives the same likelihood as enumerating every segment and path of states."""
    found = drawn.model.log_likelihood(drawn.panel)
    for row in range(len(drawn.panel)):
        assert found[row] == pytest.approx(np.log(sum(all_paths(drawn.model, drawn.panel, row).values())), rel=1e-12)


@few
@given(drawn=cases)
def test_smoothed_chances_are_shares_of_the_paths(drawn):
    """The backward recursion gives the chances of states, and of segments, that enumeration gives."""
    states, segments = drawn.model.smooth(drawn.panel), drawn.model.segment_chances(drawn.panel)
    for row in range(len(drawn.panel)):
        paths = all_paths(drawn.model, drawn.panel, row)
        total, length = sum(paths.values()), int(drawn.panel.length[row])
        expected = np.zeros((length, drawn.model.states))
        groups = np.zeros(drawn.model.segments.size)
        for (group, path), chance in paths.items():
            expected[np.arange(length), list(path)] += chance / total
            groups[group] += chance / total
        np.testing.assert_allclose(states[row, :length], expected, atol=1e-12)
        np.testing.assert_allclose(segments[row], groups, atol=1e-12)
        assert np.isnan(states[row, length:]).all()


@few
@given(drawn=cases)
def test_filtered_chances_know_no_future(drawn):
    """Filtered chances of a period are smoothed chances of the history cut there."""
    filtered = drawn.model.filter(drawn.panel)
    for periods in range(1, drawn.panel.periods + 1):
        cut = drawn.panel.until(periods)
        smoothed = drawn.model.smooth(cut)
        last = cut.length == periods
        np.testing.assert_allclose(filtered[last, periods - 1], smoothed[last, periods - 1], atol=1e-12)


@few
@given(drawn=cases)
def test_the_most_likely_path_is_the_best_of_all(drawn):
    """No path has a higher joint density than the one that is returned."""
    found = drawn.model.most_likely_path(drawn.panel)
    for row in range(len(drawn.panel)):
        paths = all_paths(drawn.model, drawn.panel, row)
        length = int(drawn.panel.length[row])
        own = max(chance for (_, path), chance in paths.items() if path == tuple(found[row, :length].tolist()))
        assert own == pytest.approx(max(paths.values()), rel=1e-12)
        assert (found[row, length:] == -1).all()


@few
@given(drawn=cases)
def test_the_score_is_the_derivative_of_the_likelihood(drawn):
    """Each parameter's score agrees with central differences of the log-likelihood, for every form of model."""
    kind = drawn.model.kind
    at = kind.values(drawn.model)
    score = drawn.model.score(drawn.panel)
    assert score.shape == (len(drawn.panel), at.size)
    for place, name in enumerate(kind.space.names):
        step = np.zeros(at.size)
        step[place] = 1e-6 * max(abs(at[place]), 0.1)
        high, low = (kind.make(at + side * step, None).log_likelihood(drawn.panel) for side in (1, -1))
        np.testing.assert_allclose(
            score[:, place], (high - low) / (2 * step[place]), rtol=2e-5, atol=2e-6, err_msg=name
        )


@some
@given(drawn=cases)
def test_parameters_and_models_are_two_names_of_one_thing(drawn):
    """A model made of the parameters of a model is that model."""
    kind = drawn.model.kind
    again = kind.make(kind.values(drawn.model), None)
    np.testing.assert_allclose(
        again.log_likelihood(drawn.panel), drawn.model.log_likelihood(drawn.panel), rtol=1e-11, atol=1e-11
    )
    free = kind.space.to_free(kind.values(drawn.model))
    np.testing.assert_allclose(kind.space.to_natural(free), kind.values(drawn.model), rtol=1e-12)


@few
@given(seed=st.integers(0, 10**6))
def test_relabeled_states_are_the_same_model(seed):
    """Permuting the states of a free model changes no likelihood, and permutes what it says of states."""
    drawn = case(seed, states=3, logit=False)
    form, arrays = drawn.model.form, arrays_of(drawn.model)
    order = np.random.default_rng(seed).permutation(3)
    categories = tuple(tuple(np.array(one)[order].tolist()) if one else () for one in form.categories)
    places = {state: place for place, state in enumerate(order.tolist())}
    moved = hmm_of(
        replace(form, categories=categories, preferred=(form.preferred[0], *(places[p] for p in form.preferred[1:]))),
        permuted(arrays, order),
    )
    np.testing.assert_allclose(
        moved.log_likelihood(drawn.panel), drawn.model.log_likelihood(drawn.panel), rtol=1e-11, atol=1e-11
    )
    np.testing.assert_allclose(moved.smooth(drawn.panel), drawn.model.smooth(drawn.panel)[:, :, order], atol=1e-11)


@few
@given(seed=st.integers(0, 10**6))
def test_what_is_missing_is_summed_over(seed):
    """The likelihood with a missing count is the sum of the likelihoods over all values it may have had."""
    drawn = case(seed, kinds=("binomial",))
    values = drawn.panel.values.copy()
    values[0, 0, 0] = np.nan
    total = np.exp(drawn.model.log_likelihood(with_values(drawn.panel, values))[0])
    parts = []
    for value in (0.0, 1.0):
        values[0, 0, 0] = value
        parts.append(np.exp(drawn.model.log_likelihood(with_values(drawn.panel, values))[0]))
    assert total == pytest.approx(sum(parts), rel=1e-12)


@few
@given(drawn=cases)
def test_equal_rows_count_as_one_with_their_weight(drawn):
    """Grouping equal histories changes no total."""
    panel = drawn.panel
    doubled = panel.rows(np.concatenate([np.arange(len(panel)), np.arange(len(panel))]))
    grouped = doubled.grouped()
    assert len(grouped) <= len(panel)
    assert grouped.counts.sum() == len(doubled)
    total = float(grouped.counts @ drawn.model.log_likelihood(grouped))
    assert total == pytest.approx(2 * drawn.model.log_likelihood(panel).sum(), rel=1e-12)


@few
@given(seed=st.integers(0, 10**6), family=st.sampled_from(FAMILIES))
def test_a_round_of_expectation_and_maximization_never_lowers_the_likelihood(seed, family):
    """Each round of ten rises or stays, to rounding, for every family and with segments."""
    rng = np.random.default_rng(seed)
    drawn = case(seed, states=2, logit=False, kinds=(family,))
    model, panel = (
        drawn.model,
        drawn.model.simulate(
            6, rng, customers=20, trials=rng.integers(1, 4, size=(20, 6)) if family == "trials" else None
        ),
    )
    form = replace(model.form, stationary=False)
    data = prepared(panel, form)
    arrays, path = guessed(data, form, 0.5, rng), []
    for _ in range(10):
        value, arrays = em_step(data, form, arrays)
        path.append(value)
    if family != "gaussian" or np.isfinite(path).all():
        assert np.diff(path).min() > -1e-8 * abs(path[0])


def test_ten_thousand_periods_do_not_underflow():
    """A history of ten thousand periods has a finite likelihood, and chances in each period that add up to one."""
    model = HMM([0.6, 0.4], FreeTransitions([[0.9, 0.1], [0.2, 0.8]]), Poisson([0.2, 30.0]))
    panel = model.simulate(10_000, rng=1, customers=2)
    found = model.log_likelihood(panel)
    assert np.isfinite(found).all()
    assert found.max() < -10_000
    for chances in (model.filter(panel), model.smooth(panel)):
        np.testing.assert_allclose(chances.sum(axis=2), 1.0, atol=1e-9)


@pytest.mark.parametrize("value", [40.0, 200.0])
def test_an_observation_that_no_reachable_state_explains_keeps_its_digits(value):
    """Where all scaled densities vanish beside those of a state that cannot be reached, logarithms are exact."""
    model = HMM([1.0, 0.0], FreeTransitions([[1.0, 0.0], [0.5, 0.5]]), Gaussian([0.0, value], [1.0, 1.0]))
    panel = Panel.from_arrays([[0.0, value, 0.0], [0.0, 0.1, 0.0]])
    expected = -0.5 * value**2 - 1.5 * np.log(2 * np.pi)
    found = model.log_likelihood(panel)
    assert found[0] == pytest.approx(expected, rel=1e-14)
    assert found[1] == pytest.approx(-0.005 - 1.5 * np.log(2 * np.pi), rel=1e-14)
    assert model.smooth(panel)[0].tolist() == [[1.0, 0.0]] * 3
    score = dict(zip(model.kind.space.names, model.score(panel)[0], strict=True))
    assert score["outcome.center.1"] == pytest.approx(value, rel=1e-12)


def test_an_impossible_history_has_no_likelihood():
    """What no path can bring about has the log-likelihood minus infinity, and says nothing of the others."""
    model = HMM([1.0, 0.0], FreeTransitions([[1.0, 0.0], [0.0, 1.0]]), Binomial([1e-300, 0.5]))
    panel = Panel.from_arrays([[1, 1], [0, 0]])
    assert model.log_likelihood(panel)[0] == pytest.approx(2 * np.log(1e-300))
    chain = FreeTransitions([[0.0, 1.0], [1.0, 0.0]])
    from relmodels.markov import Categorical

    strict = HMM([1.0, 0.0], chain, Categorical(probability=[[1.0, 0.0], [0.0, 1.0]]))
    found = strict.log_likelihood(Panel.from_arrays([[0, 1, 0], [0, 0, 0]]))
    assert found.tolist() == [0.0, -np.inf]


@few
@given(seed=st.integers(0, 10**6))
def test_an_ordered_logit_without_effects_is_a_free_matrix(seed):
    """With slopes of 0 an ordered logit is the free model with the same matrix."""
    rng = np.random.default_rng(seed)
    logit = OrderedLogit(np.cumsum(rng.uniform(0.2, 2, size=(3, 2)), axis=1) - 1, np.zeros((3, 1)), ["contact"])
    family = emission("poisson", 3, rng)
    free = HMM([0.2, 0.3, 0.5], FreeTransitions(logit.matrix([0.0])), family)
    model = HMM([0.2, 0.3, 0.5], logit, family)
    panel = model.simulate(5, rng, customers=6, covariates=rng.normal(size=(6, 5, 1)))
    np.testing.assert_allclose(model.log_likelihood(panel), free.log_likelihood(panel), rtol=1e-13)


@few
@given(drawn=cases)
def test_a_form_declares_what_a_specification_estimates(drawn):
    """Parameters have distinct names, each in its domain, and a specification of the same parts has the same states."""
    space = drawn.model.kind.space
    assert len(set(space.names)) == len(space.names)
    for parameter, value in zip(space, drawn.model.kind.values(drawn.model), strict=True):
        assert parameter.domain.contains(float(value)) or parameter.domain.upper == np.inf, parameter.name
    families = dict(zip(drawn.model.outcomes, drawn.model.form.families, strict=True))
    assert HMMSpec(1, families).names == drawn.model.outcomes


@few
@given(seed=st.integers(0, 10**6))
def test_a_mixture_of_equal_segments_is_one_model(seed):
    """Segments with the same moves and beginnings are one model, whatever their shares."""
    rng = np.random.default_rng(seed)
    matrix, begin, family = rng.dirichlet(np.ones(2), size=2), rng.dirichlet(np.ones(2)), emission("poisson", 2, rng)
    single = HMM(begin, FreeTransitions(matrix), family)
    mixed = HMM([begin, begin], FreeTransitions([matrix, matrix]), family, segments=[0.3, 0.7])
    panel = single.simulate(4, rng, customers=5)
    np.testing.assert_allclose(mixed.log_likelihood(panel), single.log_likelihood(panel), rtol=1e-12)
    np.testing.assert_allclose(mixed.segment_chances(panel), np.tile([0.3, 0.7], (5, 1)), rtol=1e-12)
