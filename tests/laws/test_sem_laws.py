"""What must hold for all structural equations: the truth is found, units do not matter, derivatives are exact."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import relmodels as rm
from relmodels.sem.errors_of_estimates import case_scores
from relmodels.sem.prepare import prepared
from relmodels.sem.search import solve, total_gradient, total_second_slopes, total_value

TEXT = """
f =~ a1 + a2 + a3
g =~ b1 + b2 + b3
g ~ f
a1 ~~ b1
"""
MODEL = rm.PathModel.parse(TEXT)
NAMES = MODEL.observed


def truth(seed: int, *, means: bool = False):
    """Return a model's covariances at drawn parameters, and these parameters."""
    rng = np.random.default_rng(seed)
    start = rm.SampleMoments.from_covariance(np.eye(6) + 0.3, NAMES, n=400, means=np.zeros(6), divisor="n")
    found = prepared(MODEL, start, means=means)
    values = []
    for one in sorted((one for one in found.parameters if one.index >= 0), key=lambda one: one.index):
        if one.operator == "~~":
            values.append(rng.uniform(0.5, 2.0) if one.left == one.right else rng.uniform(-0.2, 0.2))
        else:
            values.append(rng.uniform(0.4, 1.6))
    theta = np.array(values)
    structure = found.structures[0]
    unit = structure.scale[:6]
    implied = structure.implied(theta)
    return theta, implied.covariance * np.outer(unit, unit), implied.mean * unit


@pytest.mark.parametrize("estimator", ["ML", "GLS", "ULS"])
@pytest.mark.parametrize("seed", range(8))
def test_the_truth_is_found(seed, estimator):
    """Covariances that the model implies have discrepancy 0, and give their parameters back, by every estimator."""
    theta, covariance, _ = truth(seed)
    data = rm.SampleMoments.from_covariance(covariance, NAMES, n=400, divisor="n-1" if estimator != "ML" else "n")
    fit = rm.fit(MODEL, data, estimator=estimator)
    assert fit.chi_square == pytest.approx(0.0, abs=1e-8)
    np.testing.assert_allclose(fit.theta, theta, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("estimator", ["WLS", "DWLS", "ULSMV", "MLMV"])
@pytest.mark.parametrize(("seed", "means"), [(0, False), (1, False), (2, True), (3, True)])
def test_the_truth_is_found_with_weights_of_the_answers(seed, estimator, means):
    """Answers whose covariances are those that the model implies give its parameters back, whatever their weights."""
    theta, covariance, mean = truth(seed, means=means)
    drawn = np.random.default_rng(seed).gamma(1.0, size=(200, 6))
    drawn -= drawn.mean(axis=0)
    answers = drawn @ np.linalg.inv(np.linalg.cholesky(drawn.T @ drawn / (199 if estimator != "MLMV" else 200))).T
    survey = rm.Survey.from_frame(
        dict(zip(NAMES, (answers @ np.linalg.cholesky(covariance).T + mean).T, strict=True)), NAMES
    )
    fit = rm.fit(MODEL, survey, estimator=estimator, means=means)
    assert fit.chi_square == pytest.approx(0.0, abs=1e-8)
    np.testing.assert_allclose(fit.theta, theta, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("estimator", ["ML", "DWLS", "WLS", "MLMV"])
@pytest.mark.parametrize("seed", range(4))
def test_units_and_order_do_not_matter(seed, estimator):
    """Rescaled and reordered variables have the same test statistic and standardized solution, with its errors."""
    rng = np.random.default_rng(seed)
    _, covariance, _ = truth(seed)
    answers = rng.multivariate_normal(np.zeros(6), covariance, 150)
    scaled = answers * 10.0 ** rng.uniform(-2.0, 2.0, 6)
    plain = rm.Survey.from_frame(dict(zip(NAMES, answers.T, strict=True)), NAMES)
    names = [NAMES[place] for place in rng.permutation(6)]
    other = rm.Survey.from_frame({name: scaled[:, NAMES.index(name)] for name in names}, names)
    first, second = (rm.fit(MODEL, one, estimator=estimator, check=False) for one in (plain, other))
    assert (second.chi_square, second.shift) == pytest.approx((first.chi_square, first.shift), rel=1e-7, abs=1e-7)
    for column in ("standardized", "standard_error"):
        np.testing.assert_allclose(
            np.asarray(second.standardized().column(column)),
            np.asarray(first.standardized().column(column)),
            rtol=1e-5,
            atol=1e-6,
        )


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.sampled_from(["ML", "GLS", "ULS", "WLS", "DWLS"]), st.booleans())
def test_derivatives_are_those_of_differences(seed, form, means):
    """Gradient and exact second derivatives of the discrepancy agree with differences, with and without means."""
    rng = np.random.default_rng(seed)
    theta, covariance, mean = truth(seed, means=means)
    seen = covariance + np.diag(rng.uniform(0.05, 0.3, 6))
    data = rm.SampleMoments.from_covariance(seen, NAMES, n=300, means=mean + rng.normal(0, 0.1, 6), divisor="n")
    answers = rng.multivariate_normal(np.zeros(6), covariance, 100)
    problem = prepared(MODEL, data, form=form, means=means, values=[answers]).problem
    size, step = theta.size, 1e-5
    moved = [theta + step * np.eye(size)[place] for place in range(size)]
    back = [theta - step * np.eye(size)[place] for place in range(size)]
    slopes = [
        (total_value(problem, up) - total_value(problem, down)) / (2 * step)
        for up, down in zip(moved, back, strict=True)
    ]
    np.testing.assert_allclose(total_gradient(problem, theta), slopes, rtol=1e-5, atol=1e-7)
    second = [
        (total_gradient(problem, up) - total_gradient(problem, down)) / (4 * step)
        for up, down in zip(moved, back, strict=True)
    ]
    np.testing.assert_allclose(total_second_slopes(problem, theta), second, rtol=1e-5, atol=1e-6)


def test_scores_of_respondents_add_up_to_the_gradient():
    """The mean score is minus half the gradient of the discrepancy, with means and without; at the minimum it is 0."""
    rng = np.random.default_rng(3)
    _, covariance, _ = truth(3)
    survey = rm.Survey.from_frame(
        dict(zip(NAMES, rng.multivariate_normal(np.zeros(6), covariance, 200).T, strict=True)), NAMES
    )
    for means in (False, True):
        found = prepared(MODEL, survey.moments(), means=means)
        theta = found.start * 1.05
        target, structure = found.problem.targets[0], found.structures[0]
        values = survey.values - (0.0 if means else survey.values.mean(axis=0))
        scores = case_scores(target, structure, structure.implied(theta), values / structure.scale[:6])
        np.testing.assert_allclose(scores.mean(axis=0), -0.5 * total_gradient(found.problem, theta), atol=1e-12)
        best = solve(found.problem, found.start).theta
        at_best = case_scores(target, structure, structure.implied(best), values / structure.scale[:6])
        np.testing.assert_allclose(at_best.mean(axis=0), 0.0, atol=1e-9)


@pytest.mark.parametrize(
    ("bound", "same"),
    [
        ("x =~ a1 + l*a2 + m*a3; l == m", "x =~ a1 + l*a2 + l*a3"),
        ("x =~ a1 + l*a2 + m*a3; l == 1", "x =~ a1 + 1*a2 + a3"),
    ],
)
def test_a_constraint_is_a_reparametrization(bound, same):
    """Equal by a constraint or by one label, held by a constraint or by a value: the same fit and the same errors."""
    _, covariance, _ = truth(11)
    table = rm.SampleMoments.from_covariance(covariance, NAMES, n=300)
    tail = "; y =~ b1 + b2 + b3; y ~ x"
    first = rm.fit(rm.PathModel.parse(bound + tail), table)
    second = rm.fit(rm.PathModel.parse(same + tail), table)
    assert first.df == second.df
    assert first.chi_square == pytest.approx(second.chi_square, rel=1e-9)
    for name in ("x =~ a2", "x =~ a3", "y ~ x"):
        assert first.value(name) == pytest.approx(second.value(name), rel=1e-7)
        assert first.standard_error(name) == pytest.approx(second.standard_error(name), rel=1e-6, abs=1e-9)


def test_an_inequality_binds_only_where_it_must():
    """A limit that the estimate keeps changes nothing; one that it breaks holds it there, for one more degree."""
    _, covariance, _ = truth(12)
    table = rm.SampleMoments.from_covariance(covariance, NAMES, n=300)
    free = rm.fit(rm.PathModel.parse("f =~ a1 + a2 + a3; g =~ b1 + b2 + b3; g ~ p*f"), table)
    at = free.value("g ~ f")
    text = "f =~ a1 + a2 + a3; g =~ b1 + b2 + b3; g ~ p*f; p < "
    loose = rm.fit(rm.PathModel.parse(f"{text}{at + 0.1}"), table)
    assert loose.value("g ~ f") == pytest.approx(at, rel=1e-9)
    tight = rm.fit(rm.PathModel.parse(f"{text}{at - 0.1}"), table)
    assert tight.value("g ~ f") == pytest.approx(at - 0.1, rel=1e-9)
    assert (tight.df, loose.df) == (free.df + 1, free.df)
    assert tight.chi_square > free.chi_square


def test_nothing_missing_is_the_same_as_complete():
    """Counting with what was answered gives, if everything was, the fit of complete answers with means."""
    rng = np.random.default_rng(5)
    _, covariance, _ = truth(5)
    answers = rng.multivariate_normal(np.arange(6.0), covariance, 120)
    survey = rm.Survey.from_frame(dict(zip(NAMES, answers.T, strict=True)), NAMES)
    first = rm.fit(MODEL, survey, missing="ml")
    second = rm.fit(MODEL, survey, means=True, information="observed")
    assert first.chi_square == pytest.approx(second.chi_square, abs=1e-7)
    assert first.log_likelihood == pytest.approx(second.log_likelihood, rel=1e-10)
    np.testing.assert_allclose(first.errors, second.errors, rtol=1e-7)


BEFORE = {"rtc": (1.0, 0.3, 0.2, 0.15, -0.1), "rb": (0.3, 1.0, 0.45, 0.45, -0.35), "sv": (0.2, 0.45, 1.0, 0.5, -0.45)}
BEFORE |= {"com": (0.15, 0.45, 0.5, 1.0, -0.45), "opp": (-0.1, -0.35, -0.45, -0.45, 1.0)}
EFFECTS = {
    "trust": {"sv": 0.25, "com": 0.3, "opp": -0.4},
    "commitment": {"rtc": 0.3, "rb": 0.0, "sv": 0.15, "trust": 0.5},
    "acq": {"commitment": 0.55},
    "pl": {"commitment": -0.55},
    "coop": {"commitment": 0.25, "trust": 0.5},
    "fc": {"trust": 0.5},
    "unc": {"trust": -0.45},
}
LOADINGS = {4: (0.85, 0.8, 0.75, 0.7), 3: (0.85, 0.78, 0.7)}


def answers_of_the_theory(count, rng):
    """Return answers drawn from Morgan and Hunt's theory, every construct and question with a variance of 1."""
    drawn = rng.multivariate_normal(np.zeros(5), list(BEFORE.values()), count)
    known = dict(zip(BEFORE, drawn.T, strict=True))
    table = {one: dict(zip(BEFORE, row, strict=True)) for one, row in BEFORE.items()}
    for effect, paths in EFFECTS.items():
        shared = {one: sum(by * table[cause][one] for cause, by in paths.items()) for one in table}
        explained = sum(by * shared[cause] for cause, by in paths.items())
        noise = rng.normal(size=count) * np.sqrt(1.0 - explained)
        known[effect] = sum(by * known[cause] for cause, by in paths.items()) + noise
        for one, value in shared.items():
            table[one][effect] = value
        table[effect] = {**shared, effect: 1.0}
    answers = {}
    for construct, questions in rm.morgan_hunt.ITEMS.items():
        for question, by in zip(questions, LOADINGS[len(questions)], strict=True):
            answers[question] = by * known[construct] + rng.normal(size=count) * np.sqrt(1.0 - by**2)
    return answers


def test_the_theory_is_recovered_from_two_thousand_answers():
    """All thirteen paths are within 4.5 errors of the truth and 1.5 on average, signs included; the model is kept."""
    answers = answers_of_the_theory(2000, np.random.default_rng(11))
    survey = rm.Survey.from_frame(answers, list(answers))
    fit = rm.fit(rm.morgan_hunt.key_mediating(), survey)
    table = fit.standardized()
    found = dict(zip(table.column("parameter"), table.column("standardized"), strict=True))
    error = dict(zip(table.column("parameter"), table.column("standard_error"), strict=True))
    away = [
        (found[f"{effect} ~ {cause}"] - by) / error[f"{effect} ~ {cause}"]
        for effect, paths in EFFECTS.items()
        for cause, by in paths.items()
    ]
    assert len(away) == 13
    assert np.abs(away).max() < 4.5
    assert np.abs(away).mean() < 1.5
    assert fit.indices().p_value > 1e-3
    assert list(rm.morgan_hunt.hypotheses(fit).column("verdict")).count("supported") == 12
