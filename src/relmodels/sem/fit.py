"""Fit structural equations: check, solve, and say what stands behind every figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, get_args

import numpy as np

from relmodels.core.arrays import FloatArray, read_only
from relmodels.core.errors import InvalidParameters, NotConverged, Problems
from relmodels.sem.baseline import independence
from relmodels.sem.complete import Equal
from relmodels.sem.data import Divisor, SampleMoments, Survey
from relmodels.sem.discrepancy import Form, Target
from relmodels.sem.errors_of_estimates import (
    Information,
    case_scores,
    free_directions,
    inverse_on,
    of_information,
)
from relmodels.sem.expressions import evaluate
from relmodels.sem.linear import inverse_of
from relmodels.sem.missing import Answers, answers_of, unrelated, with_answers
from relmodels.sem.model import PathModel
from relmodels.sem.ordinal import fit_ordinal
from relmodels.sem.prepare import Prepared, count_moments, prepared, with_relations
from relmodels.sem.remarks import remarks_of
from relmodels.sem.result import Baseline, PathFit
from relmodels.sem.robust import moment_trace
from relmodels.sem.scaling import pattern_scores
from relmodels.sem.search import Problem, Solution, solve
from relmodels.sem.spread import least_squares_spread

__all__ = ["Estimator", "Missing", "fit_paths"]

Estimator: TypeAlias = Literal["ML", "MLR", "MLM", "GLS", "ULS", "WLSMV"]
Missing: TypeAlias = Literal["listwise", "ml"]

_FORMS: Final[dict[str, Form]] = {"ML": "ML", "MLR": "ML", "MLM": "ML", "GLS": "GLS", "ULS": "ULS"}


@dataclass(frozen=True, slots=True)
class Options:
    """How a model is fitted."""

    estimator: Estimator
    missing: Missing
    divisor: Divisor
    information: Information
    equal: tuple[Equal, ...]
    free: tuple[str, ...]
    means: bool


def fit_paths(
    model: PathModel,
    data: Survey | SampleMoments,
    *,
    estimator: Estimator = "ML",
    missing: Missing = "listwise",
    divisor: Divisor | None = None,
    information: Information | None = None,
    equal: Iterable[Equal] = (),
    free: Iterable[str] = (),
    means: bool = False,
    check: bool = True,
) -> PathFit:
    """Return the fit of structural equations to a survey or to a table of covariances; ``rm.fit`` calls it.

    Args:
        model: what was stated.
        data: answers, or moments.
        estimator: ``ML``, normal theory; ``MLR``, the same with Huber and White's errors and Yuan and Bentler's test;
            ``MLM``, with Satorra and Bentler's; ``GLS``, ``ULS``, least squares; ``WLSMV``, for answers on a few steps.
        missing: what is done with respondents who left a question out: left out themselves, or counted with what they
            answered.
        divisor: of covariances and of the test statistic; ``n`` for normal theory and ``n-1`` for least squares.
        information: behind standard errors; observed for ``MLR`` and with missing answers, else expected.
        equal: kinds of parameters that are the same in all groups.
        free: parameters that are exceptions from that.
        means: whether means are modeled.
        check: raise if the search does not end at a minimum.

    Raises:
        InvalidData: if variables are not in the data, or the data cannot be used.
        InvalidParameters: naming options that are unknown or do not go together.
        NotIdentified: naming the parameters that the data cannot tell apart.
        NotConverged: if there is no minimum; its ``result`` is the record.

    Examples:
        >>> table = [[1.0, 0, 0, 0], [0.5, 1.0, 0, 0], [0.45, 0.5, 1.0, 0], [0.3, 0.25, 0.3, 1.0]]
        >>> data = SampleMoments.from_correlation(table, ["t1", "t2", "t3", "loyalty"], n=204)
        >>> fit = fit_paths(PathModel.parse("trust =~ t1 + t2 + t3; loyalty ~ trust"), data)
        >>> fit.df, round(fit.chi_square, 2), round(fit.r_squared()["loyalty"], 3)
        (2, 1.73, 0.163)

    Reference:
        Bollen, K. A. (1989), Structural Equations with Latent Variables, Wiley.

    """
    options = _options(data, estimator, missing, divisor, information, tuple(equal), tuple(free), means=means)
    if isinstance(data, Survey) and options.estimator == "WLSMV":
        return fit_ordinal(model, data, check=check)
    answers = answers_of(model, data, listwise=missing == "listwise")
    found = prepared(
        model,
        answers.moments,
        form=_FORMS[estimator],
        divisor=options.divisor,
        equal=options.equal,
        free=options.free,
        means=options.means,
    )
    problem, solution = _solved(found, answers)
    found = replace(found, problem=problem)
    covariance = _covariance(found, problem, solution.theta, options, answers) if solution.converged else None
    result = _result(found, solution, options, answers, covariance)
    if check and not solution.converged:
        message = (
            f"the search ended after {solution.rounds} steps with a score of {solution.score:.2g}: the model may not "
            "be identified, or the start was far off; give start(...) values, or a simpler model first"
        )
        raise NotConverged(message, result)
    return result


def _options(
    data: Survey | SampleMoments,
    estimator: Estimator,
    missing: Missing,
    divisor: Divisor | None,
    information: Information | None,
    equal: tuple[Equal, ...],
    free: tuple[str, ...],
    *,
    means: bool,
) -> Options:
    problems = Problems("options")
    for name, value, allowed in (
        ("estimator", estimator, get_args(Estimator)),
        ("missing", missing, get_args(Missing)),
        ("divisor", divisor, (None, *get_args(Divisor))),
        ("information", information, (None, *get_args(Information))),
    ):
        if value not in allowed:
            problems.add(f"{name} = {value!r} is unknown; use {', '.join(str(one) for one in allowed if one)}")
    if estimator == "WLSMV" and (missing == "ml" or divisor or information or equal or free or means):
        problems.add("WLSMV takes complete answers of one group, without means, and has one divisor and information")
    if isinstance(data, SampleMoments) and estimator in {"MLR", "MLM", "WLSMV"}:
        problems.add(f"{estimator} needs the answers of respondents; a table of covariances has none")
    if missing == "ml" and (isinstance(data, SampleMoments) or estimator not in {"ML", "MLR"}):
        problems.add("missing = 'ml' needs the answers of respondents, and ML or MLR")
    problems.raise_if_any(InvalidParameters)
    least = estimator in {"GLS", "ULS"}
    seen = estimator == "MLR" or missing == "ml"
    return Options(
        estimator=estimator,
        missing=missing,
        divisor=divisor or ("n-1" if least else "n"),
        information=information or ("observed" if seen else "expected"),
        equal=equal,
        free=free,
        means=means or missing == "ml",
    )


def _solved(found: Prepared, answers: Answers) -> tuple[Problem, Solution]:
    """Return the problem with its active constraints, and where the search ended."""
    active: list[int] = []
    while True:
        problem = with_relations(found, active)
        solution = solve(problem, found.start)
        problem, solution = with_answers(found, problem, solution, answers)
        broken = [place for place in _broken(found, solution.theta) if place not in active]
        if not broken:
            return problem, solution
        active += broken


def _broken(found: Prepared, theta: FloatArray) -> list[int]:
    """Return the places of inequalities that do not hold."""
    values = {label: float(theta[place]) for label, place in found.labels.items()}
    for relation in found.model.relations:
        if relation.operator == ":=":
            values[relation.left] = evaluate(relation.right, values)
    held = {one.label: one.value or 0.0 for one in found.parameters if one.label and one.index < 0}
    broken = []
    for place, relation in enumerate(found.model.relations):
        if relation.operator in {"<", ">"}:
            gap = evaluate(f"({relation.left}) - ({relation.right})", values | held)
            if (gap if relation.operator == "<" else -gap) > 1e-9:
                broken.append(place)
    return broken


def _covariance(found: Prepared, problem: Problem, theta: FloatArray, options: Options, answers: Answers) -> FloatArray:
    """Return ``(q, q)`` the covariance of the estimates."""
    directions = free_directions(problem, theta)
    matrix = of_information(found, problem, theta, options.information)
    bread = inverse_on(matrix, directions)
    cases = found.multiplier
    if options.estimator == "ULS":
        return bread @ least_squares_spread(problem, theta) @ bread / cases
    if options.estimator in {"ML", "GLS"}:
        return bread / cases
    meat = score_products(problem, theta, answers, centered=options.estimator == "MLM")
    return bread @ meat @ bread / cases


def score_products(problem: Problem, theta: FloatArray, answers: Answers, *, centered: bool) -> FloatArray:
    """Return ``(q, q)`` the mean products of the scores of single respondents."""
    found = np.zeros((theta.size, theta.size))
    for target, structure, values in zip(problem.targets, problem.structures, answers.scaled(problem), strict=True):
        implied = structure.implied(theta)
        if target.patterns is None:
            scores = case_scores(target, structure, implied, values)
        else:
            scores = pattern_scores(structure, implied, values)
        scores = scores - scores.mean(axis=0) if centered else scores
        found += target.share * (scores.T @ scores) / len(scores)
    return found


def _scaling(
    found: Prepared, problem: Problem, theta: FloatArray, df: int, options: Options, answers: Answers
) -> float | None:
    """Return by what the test statistic is divided; ``None`` if it is not corrected, or has no degree of freedom."""
    if options.estimator not in {"MLR", "MLM"} or df == 0:
        return None
    if options.missing == "ml":
        return answers.scaling(found, problem, theta, df)
    whole = 0.0
    robust = options.estimator == "MLR"
    for target, structure, values in zip(problem.targets, problem.structures, answers.scaled(problem), strict=True):
        at = target.covariance if robust else structure.implied(theta).covariance
        apart = values - values.mean(axis=0)
        whole += moment_trace(target, inverse_of(at), apart) - _of_causes(found, target, apart)
    directions = free_directions(problem, theta)
    bread = inverse_on(of_information(found, problem, theta, options.information), directions)
    meat = score_products(problem, theta, answers, centered=not robust)
    return (whole - float(np.sum(bread * meat))) / df


def _of_causes(found: Prepared, target: Target, apart: FloatArray) -> float:
    """Return what moments of observed causes that are taken as they are add to the trace; they are no moments here."""
    if not found.fixed:
        return 0.0
    chosen = [found.moments.names.index(name) for name in found.fixed]
    own = replace(target, covariance=target.covariance[np.ix_(chosen, chosen)])
    return moment_trace(own, inverse_of(own.covariance), apart[:, chosen])


def _result(
    found: Prepared, solution: Solution, options: Options, answers: Answers, covariance: FloatArray | None
) -> PathFit:
    problem, theta = found.problem, solution.theta
    bound = 0 if problem.constraints is None else problem.constraints(theta)[0].size
    df = count_moments(found) - found.count + bound
    alone, apart = independence(found)
    apart_problem, apart = unrelated(alone, apart, answers)
    base_df = count_moments(alone) - alone.count
    chi_square = found.multiplier * (solution.value - answers.floor(problem))
    base = found.multiplier * (apart.value - answers.floor(apart_problem))
    scaling = None if covariance is None else _scaling(found, problem, theta, df, options, answers)
    base_scaling = None
    if scaling is not None:
        unrelated_fit = replace(alone, problem=apart_problem)
        base_scaling = _scaling(unrelated_fit, apart_problem, apart.theta, base_df, options, answers)
    implied = [structure.implied(theta) for structure in problem.structures]
    count = len(found.moments.names)
    scales = [structure.scale[:count] for structure in problem.structures]
    observed = [target.covariance for target in problem.targets]
    return PathFit(
        model=found.model,
        parameters=found.parameters,
        names=found.moments.names,
        groups=answers.groups,
        sizes=found.moments.sizes,
        theta=read_only(theta),
        covariance=None if covariance is None else read_only(covariance),
        estimator=options.estimator,
        missing=options.missing,
        divisor=options.divisor,
        information=options.information,
        equal=options.equal,
        chi_square=max(chi_square, 0.0),
        df=df,
        scaling=scaling,
        baseline=Baseline(base, base_df, base_scaling),
        log_likelihood=answers.log_likelihood(found, solution.value) if found.form == "ML" else float("nan"),
        observed=read_only(np.array([table * np.outer(one, one) for table, one in zip(observed, scales, strict=True)])),
        implied=read_only(
            np.array([part.covariance * np.outer(one, one) for part, one in zip(implied, scales, strict=True)])
        ),
        observed_mean=found.moments.mean,
        implied_mean=_means([part.mean for part in implied], scales) if found.means else None,
        structures=found.structures,
        converged=solution.converged,
        rounds=solution.rounds,
        score=solution.score,
        remarks=remarks_of(found, theta, covariance, answers),
    )


def _means(parts: list[FloatArray | None], scales: list[FloatArray]) -> FloatArray | None:
    found = [one * part for part, one in zip(parts, scales, strict=True) if part is not None]
    return read_only(np.array(found)) if found else None
