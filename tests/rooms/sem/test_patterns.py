"""Answers of which some are missing: likelihood, slopes and curvature, beside densities and differences."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import relmodels as rm
from relmodels.sem import pattern_slopes, patterns
from relmodels.sem.discrepancy import Target
from relmodels.sem.patterns import inverse_of_patterns, parts_of, patterns_of, pulled
from relmodels.sem.prepare import prepared
from relmodels.sem.saturated import saturated
from relmodels.sem.scaling import pattern_scores
from relmodels.sem.search import total_curvature, total_gradient, total_second_slopes

NAMES = ("a1", "a2", "a3", "b1", "b2", "b3")
MODEL = rm.PathModel.parse("f =~ a1 + a2 + a3; g =~ b1 + b2 + b3; g ~ f")


def some(count, share, seed, few=0):
    """Return answers with gaps; the first ones all without the first question."""
    rng = np.random.default_rng(seed)
    values = rng.multivariate_normal(np.arange(6.0), np.eye(6) + 0.8, count)
    values[rng.random(values.shape) < share] = np.nan
    values[:few, 0] = np.nan
    values[:few, 1:] = rng.normal(size=(few, 5))
    return values


def likelihood(values, covariance, mean):
    """Return minus twice the log-likelihood of one case, without constants, from the density of each row."""
    found = 0.0
    for row in values[~np.isnan(values).all(axis=1)]:
        there = ~np.isnan(row)
        found += stats.multivariate_normal.logpdf(row[there], mean[there], covariance[np.ix_(there, there)])
        found += 0.5 * there.sum() * np.log(2.0 * np.pi)
    return -2.0 * found / (~np.isnan(values).all(axis=1)).sum()


CASES = {"each its own": some(40, 0.4, 1), "many of one": some(60, 0.2, 2, few=20), "complete": some(20, 0.0, 3)}


@pytest.mark.parametrize("values", CASES.values(), ids=CASES)
def test_the_likelihood_is_that_of_the_density(values):
    """The value is the sum of the rows' log-densities, and its slopes are those of differences of it."""
    rng = np.random.default_rng(4)
    covariance, mean = np.eye(6) + 0.5, rng.normal(size=6)
    found = pulled(patterns_of(values), covariance, mean)
    assert found.value == pytest.approx(likelihood(values, covariance, mean), rel=1e-12)
    step = 1e-5
    for place in range(6):
        up, down = (mean + sign * step * np.eye(6)[place] for sign in (1.0, -1.0))
        slope = (likelihood(values, covariance, up) - likelihood(values, covariance, down)) / (2 * step)
        assert found.by_mean[place] == pytest.approx(slope, abs=1e-7)
        moved = np.zeros((6, 6))
        moved[place, 0] = moved[0, place] = step
        slope = likelihood(values, covariance + moved, mean) - likelihood(values, covariance - moved, mean)
        assert np.sum(found.by_covariance * moved) == pytest.approx(0.5 * slope, abs=1e-11)


def problem_of(values):
    """Return a model's problem of answers, and a place that is no minimum."""
    summed = patterns_of(values)
    covariance, mean, _ = saturated(summed)
    found = prepared(MODEL, rm.SampleMoments.from_covariance(covariance, NAMES, n=100, means=mean), means=True)
    scale = found.structures[0].scale[:6]
    target = Target(found.problem.targets[0].covariance, mean / scale, 1.0, patterns=patterns_of(values / scale))
    return replace(found.problem, targets=[target]), found.start * 1.05, values / scale


@pytest.mark.parametrize("values", CASES.values(), ids=CASES)
def test_second_slopes_are_those_of_differences(values):
    """Exact second derivatives agree with differences of the gradient, and single scores add up to it."""
    problem, theta, scaled = problem_of(values)
    step, size = 1e-5, theta.size
    moved = [
        total_gradient(problem, theta + step * np.eye(size)[place])
        - total_gradient(problem, theta - step * np.eye(size)[place])
        for place in range(size)
    ]
    found = total_second_slopes(problem, theta)
    np.testing.assert_allclose(found, np.array(moved) / (4 * step), rtol=1e-6, atol=1e-7)
    scores = pattern_scores(problem.structures[0], problem.structures[0].implied(theta), scaled)
    np.testing.assert_allclose(scores.mean(axis=0), -0.5 * total_gradient(problem, theta), atol=1e-12)


def test_expected_and_exact_curvature_agree_where_the_model_holds():
    """Where each pattern has the moments that the model implies, exact second derivatives are the expected ones."""
    problem, theta, scaled = problem_of(CASES["each its own"])
    implied = problem.structures[0].implied(theta)
    summed = patterns_of(scaled)
    rows = [
        np.linalg.cholesky(implied.covariance * np.outer(seen, seen) + np.diag(~seen)).T * seen * np.sqrt(count)
        for seen, count in zip(summed.seen, summed.count, strict=True)
    ]
    place = np.repeat(np.arange(len(rows)), 6)
    held = replace(summed, mean=summed.seen * implied.mean, rows=np.concatenate(rows), place=place)
    fitting = replace(problem, targets=[replace(problem.targets[0], patterns=held)])
    found = total_curvature(fitting, theta)
    np.testing.assert_allclose(total_second_slopes(fitting, theta), found, atol=1e-12)
    assert (np.linalg.eigvalsh(found) > 0.0).all()


def test_parts_add_up(monkeypatch):
    """Patterns that go in many small parts give what they give side by side."""
    values = CASES["each its own"]
    problem, theta, _ = problem_of(values)
    wanted = pulled(patterns_of(values), np.eye(6) + 0.5, np.zeros(6))
    curved = total_second_slopes(problem, theta), total_curvature(problem, theta)
    monkeypatch.setattr(pattern_slopes, "_PART", 20)
    monkeypatch.setattr(patterns.parts_of, "__defaults__", (20,))
    assert len(list(parts_of(patterns_of(values)))) > 5
    found = pulled(patterns_of(values), np.eye(6) + 0.5, np.zeros(6))
    assert found.value == pytest.approx(wanted.value, rel=1e-13)
    np.testing.assert_allclose(found.by_covariance, wanted.by_covariance, atol=1e-13)
    again = total_second_slopes(problem, theta), total_curvature(problem, theta)
    np.testing.assert_allclose(again, curved, atol=1e-12)


def test_inverses_of_patterns_are_those_of_their_tables():
    """The inverse of each pattern is that of its part of the table, 0 elsewhere, and so is its determinant."""
    covariance = np.eye(6) + 0.7
    summed = patterns_of(CASES["each its own"])
    found = inverse_of_patterns(summed.seen, covariance)
    for place, seen in enumerate(summed.seen):
        both = np.ix_(seen, seen)
        wanted = np.zeros((6, 6))
        wanted[both] = np.linalg.inv(covariance[both])
        rows = np.where(seen, np.eye(6), 0.0)
        np.testing.assert_allclose(found.times(rows, np.full(6, place)), wanted, atol=1e-12)
        assert found.logs[place] == pytest.approx(np.linalg.slogdet(covariance[both])[1], abs=1e-12)
