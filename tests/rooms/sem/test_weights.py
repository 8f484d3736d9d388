"""Weights made of the answers: how sure each moment is, what follows for errors and tests, and what is refused."""

from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest

import relmodels as rm
from relmodels.sem.linear import inverse_of
from relmodels.sem.missing import answers_of
from relmodels.sem.prepare import prepared
from relmodels.sem.robust import scale_and_shift, traces
from relmodels.sem.search import total_curvature
from relmodels.sem.weights import moment_names, moment_spread, normal_weight, weight_of_spread

TEXT = "f =~ a + b + c; g =~ d + e + h; g ~ f"
MODEL = rm.PathModel.parse(TEXT)
NAMES = MODEL.observed
ESTIMATORS: tuple[Any, ...] = ("WLS", "DWLS", "ULSMV", "MLMV")


def answers(count: int = 400, seed: int = 5) -> dict[str, np.ndarray]:
    """Return skewed answers of two constructs, and two groups."""
    rng = np.random.default_rng(seed)
    first = rng.exponential(size=count)
    second = 0.5 * first + rng.exponential(size=count)
    found = {name: first + rng.exponential(size=count) for name in "abc"}
    found |= {name: second + rng.exponential(size=count) for name in "deh"}
    return found | {"group": np.where(np.arange(count) % 3 == 0, "x", "y")}


def survey(count: int = 400, seed: int = 5, *, groups: bool = False) -> rm.Survey:
    return rm.Survey.from_frame(pl.DataFrame(answers(count, seed)), NAMES, group="group" if groups else None)


@pytest.mark.parametrize(("count", "means"), [(50, False), (50, True), (9000, True)])
def test_the_spread_of_moments_is_that_of_products(count, means):
    """It is numpy's covariance of the products of single respondents, in one piece or in several."""
    values = np.random.default_rng(3).gamma(2.0, size=(count, 3))
    apart = values - values.mean(axis=0)
    columns = [apart[:, row] * apart[:, column] for row in range(3) for column in range(row + 1)]
    columns += list(apart.T) if means else []
    np.testing.assert_allclose(moment_spread(values, means=means), np.cov(columns, bias=True), rtol=1e-10, atol=1e-12)
    assert len(moment_names(("a", "b", "c"), means=means)) == len(columns)


def test_the_normal_weight_is_a_product_of_kronecker():
    """It is half of D' (S^-1 x S^-1) D, with the duplication matrix D, and the inverse for the means."""
    inverse = np.linalg.inv(np.array([[2.0, 0.3, 0.1], [0.3, 1.0, -0.2], [0.1, -0.2, 1.5]]))
    twice = np.zeros((9, 6))
    for place, (row, column) in enumerate(zip(*np.tril_indices(3), strict=True)):
        twice[3 * row + column, place] = twice[3 * column + row, place] = 1.0
    found = normal_weight(inverse, means=True)
    np.testing.assert_allclose(found[:6, :6], 0.5 * twice.T @ np.kron(inverse, inverse) @ twice, rtol=1e-12)
    np.testing.assert_allclose(found[6:, 6:], inverse)
    assert not found[:6, 6:].any()


def test_weights_are_inverses():
    """The weight of WLS is the inverse of the spread, that of DWLS of its diagonal; what does not vary has none."""
    spread = moment_spread(np.random.default_rng(4).normal(size=(80, 3)))
    np.testing.assert_allclose(weight_of_spread("WLS", spread) @ spread, np.eye(6), atol=1e-10)
    np.testing.assert_allclose(weight_of_spread("DWLS", spread) * np.diag(spread), 1.0)
    for form in ("WLS", "DWLS"):
        with pytest.raises(np.linalg.LinAlgError):
            weight_of_spread(form, np.diag([1.0, 0.0]))


@pytest.mark.parametrize(("form", "means"), list(product(["ML", "GLS", "ULS", "DWLS", "WLS"], [False, True])))
def test_traces_are_those_of_the_whole_matrices(form, means):
    """Two groups, stacked, with equal loadings: the traces by parts are those of U times the spread, and its square."""
    data = answers_of(MODEL, survey(600, groups=True), listwise=True)
    ready = prepared(MODEL, data.moments, form=form, equal=["loadings"], means=means, values=data.values)
    problem, theta = ready.problem, ready.start
    bread = inverse_of(total_curvature(problem, theta))
    spreads, blocks, slopes = [], [], []
    for target, structure, values in zip(problem.targets, problem.structures, data.scaled(problem), strict=True):
        implied = structure.implied(theta)
        inverse = inverse_of(implied.covariance) if target.weight is None else target.weight
        weight = normal_weight(inverse, means=means) if target.moments is None else target.moments
        row, column = np.tril_indices(6)
        first, second, level = structure.factors(implied)
        cells = first[row] * second[column] + second[row] * first[column]
        slopes.append((np.vstack([cells, level]) if means else cells) @ structure.linear)
        spreads.append(moment_spread(values, means=means))
        blocks.append(target.share * (np.diag(weight) if weight.ndim == 1 else weight))
    found = traces(problem, theta, bread, spreads)
    nothing = np.zeros(blocks[0].shape)
    weight = np.block([[blocks[0], nothing], [nothing, blocks[1]]])
    shares = [target.share for target in problem.targets]
    spread = np.block([[spreads[0] / shares[0], nothing], [nothing, spreads[1] / shares[1]]])
    slope = np.vstack(slopes)
    left = (weight - weight @ slope @ bread @ slope.T @ weight) @ spread
    assert found.first == pytest.approx(np.trace(left), rel=1e-8)
    assert found.second == pytest.approx(np.trace(left @ left), rel=1e-8)
    np.testing.assert_allclose(found.meat, slope.T @ weight @ spread @ weight @ slope, rtol=1e-8, atol=1e-10)
    scale, shift = scale_and_shift(found, 20)
    assert found.first / scale + shift == pytest.approx(20.0)
    assert 2.0 * found.second / scale**2 == pytest.approx(40.0)


def test_two_groups_at_once_are_two_fits():
    """Without equalities test statistics, their first traces and estimates are those of two fits, to 1e-8."""
    both = survey(900, groups=True)
    for estimator in ESTIMATORS:
        whole = rm.fit(MODEL, both, estimator=estimator)
        parts = [
            rm.fit(
                MODEL, rm.Survey.from_frame(pl.DataFrame(answers(900)).filter(group=name), NAMES), estimator=estimator
            )
            for name in ("x", "y")
        ]
        assert whole.chi_square == pytest.approx(sum(part.chi_square for part in parts), rel=1e-8)
        for place, part in enumerate(parts):
            for one in part.parameters:
                assert whole.value(one.name, place) == pytest.approx(part.value(one.name), rel=1e-7, abs=1e-9)
                assert whole.standard_error(one.name, place) == pytest.approx(part.standard_error(one.name), rel=1e-6)


def test_more_respondents_than_moments_are_needed():
    """The error says that 21 moments, or 27 with means, take 22 or 28 respondents, and how many there are."""
    for count, means in ((21, False), (27, True)):
        with pytest.raises(rm.InvalidData, match=rf"{count} moments .* at least {count + 1} respondents; {count} ans"):
            rm.fit(MODEL, survey(count), estimator="WLS", means=means)
    with pytest.raises(rm.InvalidData, match=r"'x'.*\n.*'y'"):
        rm.fit(MODEL, survey(30, groups=True), estimator="WLS")
    kinds = [one.kind for one in rm.fit(MODEL, survey(100), estimator="WLS", check=False).remarks]
    assert "few_cases" in kinds


def test_moments_that_do_not_vary_or_are_sums_are_named():
    """Squares of answers on two even steps are all alike; with means they are sums of the answers themselves."""
    halves = {**answers(), "a": np.arange(400) % 2}
    data = rm.Survey.from_frame({name: halves[name] for name in NAMES}, NAMES)
    for estimator in ("WLS", "DWLS"):
        with pytest.raises(rm.InvalidData, match="a ~~ a: every respondent adds the same"):
            rm.fit(MODEL, data, estimator=estimator)
    steps = {**answers(), "a": answers()["a"] > 2.0}
    data = rm.Survey.from_frame({name: np.asarray(steps[name], dtype=float) for name in NAMES}, NAMES)
    with pytest.raises(rm.InvalidData, match="sums of others"):
        rm.fit(MODEL, data, estimator="WLS", means=True)
    assert rm.fit(MODEL, data, estimator="DWLS").converged


def test_what_is_refused():
    """Tables, missing answers, observed information and causes as they are; then differences and modifications."""
    data = survey()
    table = data.moments()
    causes = rm.PathModel.parse("f =~ a + b + c; f ~ d")
    for estimator in ESTIMATORS:
        with pytest.raises(rm.InvalidParameters, match="needs the answers"):
            rm.fit(MODEL, table, estimator=estimator)
        with pytest.raises(rm.InvalidParameters, match="3 problems"):
            rm.fit(MODEL, table, estimator=estimator, information="observed", missing="ml")
        with pytest.raises(rm.InvalidParameters, match="pairwise"):
            rm.fit(MODEL, data, estimator=estimator, missing="pairwise")
        fit = rm.fit(MODEL, data, estimator=estimator)
        if estimator != "MLMV":
            with pytest.raises(rm.InvalidParameters, match=rf"{estimator}.*fixed_causes=False"):
                rm.fit(causes, data, estimator=estimator)
            with pytest.raises(rm.InvalidParameters, match="modification indices: those of"):
                rm.sem.modification_indices(fit)
        if estimator != "WLS":
            with pytest.raises(rm.InvalidParameters, match="shifted"):
                rm.sem.compare(fit, fit)
    with pytest.raises(rm.InvalidParameters, match="ML, MLR, MLM, MLMV, GLS, ULS, ULSMV, WLS, DWLS, WLSMV"):
        rm.fit(MODEL, data, estimator="PML")  # type: ignore[call-overload]
    with pytest.raises(rm.InvalidData, match="takes its weights from the answers"):
        prepared(MODEL, table, form="WLS")


def test_what_follows_a_fit_works():
    """Differences of WLS, modifications of MLMV, scores, effects, standardized values and what is printed."""
    data = survey(900, groups=True)
    wide = rm.fit(MODEL, data, estimator="WLS")
    narrow = rm.fit(MODEL, data, estimator="WLS", equal=["loadings"])
    found = rm.sem.compare(wide, narrow)
    assert (found.df, found.scaling) == (4, None)
    assert found.chi_square == pytest.approx(narrow.chi_square - wide.chi_square)
    assert found.chi_square >= 0.0
    robust, plain = rm.fit(MODEL, data, estimator="MLMV"), rm.fit(MODEL, data, estimator="MLM")
    for one in ("index", "change"):
        np.testing.assert_allclose(
            getattr(rm.sem.modification_indices(robust), one), getattr(rm.sem.modification_indices(plain), one)
        )
    np.testing.assert_allclose(robust.errors, plain.errors, rtol=1e-8)
    np.testing.assert_allclose(rm.sem.factor_scores(robust, data), rm.sem.factor_scores(plain, data), rtol=1e-8)
    said: dict[Any, str] = {"WLS": "inverse of the spread", "DWLS": "variance of each moment", "ULSMV": "shifted"}
    for estimator, words in said.items():
        fit = rm.fit(MODEL, data, estimator=estimator)
        assert words in str(fit)
        assert np.isfinite(rm.sem.factor_scores(fit, data)).all()
        assert np.isfinite(np.asarray(fit.standardized().column("standard_error"), dtype=float)).all()
        assert rm.sem.effects(fit, "f", "g", draws=100).kind == ("direct", "total")


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_draws_are_weighted_anew(estimator):
    """The bootstrap's deviations are the errors to a fifth, and Bollen and Stine's chance lies between 0 and 1."""
    data = survey(700)
    fit = rm.fit(MODEL, data, estimator=estimator)
    drawn = rm.sem.bootstrap_paths(fit, data, 150, rng=2)
    free = np.array([error for one, error in zip(fit.parameters, fit.errors, strict=True) if one.index >= 0])
    assert drawn.failed == 0
    assert np.median(drawn.standard_errors / free) == pytest.approx(1.0, abs=0.2)
    assert 0.0 <= rm.sem.bollen_stine(fit, data, 50, rng=3) <= 1.0


def test_inequalities_are_not_drawn():
    """Draws would keep or break a limit, each another one, so that the bootstrap of such a fit is refused."""
    data = survey()
    fit = rm.fit(rm.PathModel.parse(f"{TEXT.replace('g ~ f', 'g ~ p*f')}; p < 0.1"), data, estimator="DWLS")
    assert fit.value("p") == pytest.approx(0.1)
    for work in (rm.sem.bootstrap_paths, rm.sem.bollen_stine):
        with pytest.raises(rm.InvalidParameters, match="inequalities"):
            work(fit, data, 5, rng=1)
