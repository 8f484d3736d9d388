"""Structural equations of answers on a few steps: polychorics, fitted by weighted least squares, tested robustly.

Each question is a normal value cut at thresholds, with a variance of 1. Residuals of correlations are weighted by how
sure each correlation is; errors and the test take the covariances of all of them along (WLSMV). The test statistic is
divided and shifted so that mean and variance are those of a chi-square.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from relmodels.core.arrays import FloatArray, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, NotConverged, NotIdentified
from relmodels.sem.complete import Parameter, completed, fixed_causes
from relmodels.sem.data import SampleMoments, Survey
from relmodels.sem.discrepancy import Target
from relmodels.sem.errors_of_estimates import free_directions, inverse_on, weakest
from relmodels.sem.missing import Answers
from relmodels.sem.model import PathModel
from relmodels.sem.polychoric import Polychorics, polychorics
from relmodels.sem.prepare import Prepared, constraints_of
from relmodels.sem.remarks import remarks_of
from relmodels.sem.result import Baseline, PathFit
from relmodels.sem.search import Problem, Solution, solve, total_curvature
from relmodels.sem.starts import starting_values
from relmodels.sem.structure import Structure, structures

__all__ = ["fit_ordinal"]


def fit_ordinal(model: PathModel, survey: Survey, *, check: bool = True) -> PathFit:
    """Return the fit of structural equations to answers on a few steps; ``estimator="WLSMV"`` of ``rm.fit`` calls it.

    Args:
        model: of questions that all are answered on two to twelve steps.
        survey: of one group; respondents who left a question out are left out.
        check: raise if the search does not end at a minimum.

    Raises:
        InvalidData: naming questions with too few or too many different answers.
        InvalidParameters: if there are several groups, means, or observed causes, which are not offered here.
        NotIdentified: naming the parameters that the data cannot tell apart.
        NotConverged: if there is no minimum.

    Examples:
        >>> rng = np.random.default_rng(1)
        >>> trust = rng.normal(size=500)
        >>> answers = {f"t{k}": np.digitize(trust + rng.normal(size=500), [-1, 0, 1]) for k in range(4)}
        >>> fit = fit_ordinal(PathModel.parse("trust =~ t0 + t1 + t2 + t3"), Survey.from_frame(answers, list(answers)))
        >>> fit.df, round(fit.r_squared()["t0"], 1)
        (2, 0.5)

    Reference:
        Muthén, B., du Toit, S. H. C. and Spisic, D. (1997), Robust inference using weighted least squares and quadratic
        estimating equations in latent variable modeling with categorical and continuous outcomes.

    """
    _check(model, survey)
    own = survey.of(model.observed)
    kept = own.rows(own.complete)
    codes = kept.values
    if not len(kept) or not (codes == np.floor(codes)).all():
        message = "ordinal answers must be whole numbers, and somebody must have answered every question"
        raise InvalidData(message)
    found = polychorics(own.names, codes.astype(np.int64))
    parameters = _without_variances(completed(model, own.names), own.names)
    spread = np.ones(len(own.names))
    nothing = ((), [np.zeros((0, 0))], [np.zeros(0)])
    cells = structures(model, parameters, own.names, [spread], nothing)
    weight = 1.0 / np.diag(found.spread)
    target = Target(found.correlation, None, 1.0, pairs=_matrix(weight, len(own.names)))
    start = starting_values(model, parameters, cells, [found.correlation], None)
    problem = Problem([target], cells, constraints_of(model, parameters))
    if found.spread.shape[0] < start.size:
        message = f"{start.size} parameters from {found.spread.shape[0]} correlations: the model is not identified"
        raise NotIdentified(message)
    solution = solve(problem, start)
    moments = SampleMoments(names=own.names, sizes=(len(kept),), covariance=read_only(found.correlation[None]))
    answers = Answers(moments, own.groups, (codes,), left_out=len(own) - len(kept))
    ready = Prepared(
        model,
        parameters,
        moments,
        cells,
        problem,
        start,
        "ULS",
        np.array([len(kept) - 1.0]),
        (),
        means=False,
        labels={},
    )
    result = _result(ready, solution, found, answers)
    if check and not solution.converged:
        message = f"the search ended after {solution.rounds} steps with a score of {solution.score:.2g} and no minimum"
        raise NotConverged(message, result)
    return result


def _check(model: PathModel, survey: Survey) -> None:
    if len(survey.groups) > 1 or model.means:
        message = "WLSMV is offered for one group and without means; leave group= and intercepts out"
        raise InvalidParameters(message)
    if fixed_causes(model):
        message = f"WLSMV takes no observed causes; here {', '.join(fixed_causes(model))}; measure them, or use MLR"
        raise InvalidParameters(message)


def _without_variances(parameters: Iterable[Parameter], observed: Sequence[str]) -> tuple[Parameter, ...]:
    """Return the parameters without variances of questions, which follow from a total of 1, numbered anew."""
    numbers: dict[int, int] = {}
    return tuple(
        one if one.index < 0 else replace(one, index=numbers.setdefault(one.index, len(numbers)))
        for one in parameters
        if not (one.operator == "~~" and one.left == one.right and one.left in observed)
    )


def _matrix(weight: FloatArray, size: int) -> FloatArray:
    found = np.zeros((size, size))
    for place, (first, second) in enumerate(combinations(range(size), 2)):
        found[first, second] = found[second, first] = weight[place]
    return found


def _slopes(structure: Structure, theta: FloatArray) -> FloatArray:
    """Return ``(P, q)`` the derivatives of the implied correlations by the parameters."""
    first, second, _ = structure.factors(structure.implied(theta))
    row, column = (np.array(one) for one in zip(*combinations(range(len(structure.observed)), 2), strict=True))
    cells = first[row] * second[column] + first[column] * second[row]
    return np.asarray(cells @ structure.linear, dtype=np.float64)


def _shifted(residual: FloatArray, spread: FloatArray, df: int) -> tuple[float, float]:
    """Return by what a statistic is divided, and what is added, so that mean and variance are those of a chi-square."""
    product = residual @ spread
    first, second = float(np.trace(product)), float(np.sum(product * product.T))
    scale = float(np.sqrt(second / df))
    return scale, df - first / scale


def _result(ready: Prepared, solution: Solution, found: Polychorics, answers: Answers) -> PathFit:
    problem, theta, cases = ready.problem, solution.theta, ready.multiplier
    bound = 0 if problem.constraints is None else problem.constraints(theta)[0].size
    df = found.spread.shape[0] - theta.size + bound
    covariance, scale, shift = None, None, 0.0
    if solution.converged:
        covariance, residual = _errors(ready, theta, found)
        scale, shift = _shifted(residual, found.spread, df) if df else (None, 0.0)
    whole, implied = _with_variances(problem.structures[0], theta)
    return PathFit(
        model=ready.model,
        parameters=ready.parameters,
        names=ready.moments.names,
        groups=answers.groups,
        sizes=ready.moments.sizes,
        theta=read_only(theta),
        covariance=covariance,
        estimator="WLSMV",
        missing="listwise",
        divisor="n-1",
        information="expected",
        equal=(),
        chi_square=cases * solution.value,
        df=df,
        scaling=scale,
        baseline=_unrelated(found, cases),
        log_likelihood=float("nan"),
        observed=read_only(found.correlation[None]),
        implied=read_only(implied[None]),
        observed_mean=None,
        implied_mean=None,
        structures=(whole,),
        converged=solution.converged,
        rounds=solution.rounds,
        score=solution.score,
        remarks=tuple(one for one in remarks_of(ready, theta, covariance, answers) if one.kind != "correlations"),
        shift=shift,
        thresholds=found.thresholds,
    )


def _errors(ready: Prepared, theta: FloatArray, found: Polychorics) -> tuple[FloatArray, FloatArray]:
    """Return the covariance of the estimates, and the weights of residuals that no parameter takes away."""
    problem, weight = ready.problem, 1.0 / np.diag(found.spread)
    directions, bent = free_directions(problem, theta), total_curvature(problem, theta)
    if (concerned := weakest(directions.T @ bent @ directions, directions, ready)) is not None:
        raise NotIdentified(concerned)
    bread, weighted = inverse_on(bent, directions), _slopes(problem.structures[0], theta) * weight[:, None]
    covariance = bread @ (weighted.T @ found.spread @ weighted) @ bread / ready.multiplier
    return read_only(covariance), np.diag(weight) - weighted @ bread @ weighted.T


def _unrelated(found: Polychorics, cases: float) -> Baseline:
    weight, count = 1.0 / np.diag(found.spread), found.spread.shape[0]
    seen = found.correlation[np.triu_indices(len(found.names), 1)]
    scale, shift = _shifted(np.diag(weight), found.spread, count)
    return Baseline(cases * float(weight @ seen**2), count, scale, shift)


def _with_variances(structure: Structure, theta: FloatArray) -> tuple[Structure, FloatArray]:
    """Return the cells with what is left of each question's variance of 1, and the implied correlations."""
    implied = structure.implied(theta).covariance.copy()
    places = np.arange(len(structure.observed))
    held = structure.held_moments.copy()
    held[places, places] = 1.0 - np.diag(implied)
    np.fill_diagonal(implied, 1.0)
    return replace(structure, held_moments=read_only(held)), implied
