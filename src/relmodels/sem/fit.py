"""Fit structural equations: check, solve, and say what stands behind every figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, get_args

import numpy as np

from relmodels.core.arrays import FloatArray, read_only
from relmodels.core.errors import InvalidParameters, NotConverged, Problems
from relmodels.sem.active import solved, unkept
from relmodels.sem.baseline import independence
from relmodels.sem.causes import with_causes
from relmodels.sem.checks import name_list
from relmodels.sem.complete import Equal, fixed_causes
from relmodels.sem.data import Divisor, SampleMoments, Survey
from relmodels.sem.errors_of_estimates import (
    Information,
    case_scores,
    free_directions,
    inverse_on,
    of_information,
)
from relmodels.sem.far_off import far_off
from relmodels.sem.linear import inverse_of
from relmodels.sem.missing import Answers, answers_of, unrelated
from relmodels.sem.model import PathModel
from relmodels.sem.ordinal import fit_ordinal
from relmodels.sem.prepare import FORMS, Prepared, count_moments, prepared
from relmodels.sem.remarks import Remark, remarks_of
from relmodels.sem.result import Baseline, PathFit
from relmodels.sem.robust import Traces, moment_trace, scale_and_shift, traces
from relmodels.sem.scaling import pattern_scores
from relmodels.sem.search import Problem, Solution, bindings, total_curvature, total_second_slopes
from relmodels.sem.spread import least_squares_spread
from relmodels.sem.weights import moment_spread, require_enough

__all__ = ["Estimator", "Missing", "correction", "fit_paths"]

Estimator: TypeAlias = Literal["ML", "MLR", "MLM", "MLMV", "GLS", "ULS", "ULSMV", "WLS", "DWLS", "WLSMV"]
Missing: TypeAlias = Literal["listwise", "ml", "pairwise"]

_BY_MOMENTS: Final = frozenset(["WLS", "DWLS", "ULSMV", "MLMV"])  # rest on the spread of all moments
_SHIFTED: Final = frozenset(["DWLS", "ULSMV", "MLMV"])
_PLAIN: Final[tuple[float | None, float]] = (None, 0.0)  # a test statistic that is not corrected
_NO_TABLE: Final = (
    "the values held, or those at which the search begins, imply a table that no data can have; look at variances that "
    "are not above 0, covariances beyond them, errors of 0, and circles of paths"
)
_UNCORRECTED: Final = (
    "the correction of the test statistic came out below 0, as it does of few respondents; the test is not corrected"
)
_ROWS: Final = frozenset(["MLR", "MLM", "WLSMV", *_BY_MOMENTS])


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
            ``MLM``, with Satorra and Bentler's, ``MLMV``, with one of the mean and variance of a chi-square; ``GLS``,
            ``ULS``, least squares; ``WLS``, weighted by the covariances of the sample moments; ``DWLS``, by their
            variances alone, and ``ULSMV``, not weighted, both with errors and test corrected; ``WLSMV``, for answers on
            a few steps.
        missing: what is done with respondents who left a question out: left out themselves, or counted with what they
            answered (``ml``, for ``ML`` and ``MLR``), or with each pair of questions they answered (``pairwise``, for
            ``WLSMV``).
        divisor: of covariances and of the test statistic; ``n`` for normal theory and ``n-1`` for least squares.
        information: behind standard errors; observed for ``MLR`` and with missing answers, else expected.
        equal: kinds of parameters that are the same in all groups.
        free: parameters that are exceptions from that.
        means: whether means are modeled.
        check: raise if the search does not end at a minimum.

    Raises:
        InvalidData: if variables are not in the data, or the data cannot be used.
        InvalidParameters: naming options that are unknown or do not go together, or if values held or begun with imply
            no table.
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
    kinds, exceptions = tuple(name_list(equal, "equal")), tuple(name_list(free, "free"))
    options = _options(data, estimator, missing, divisor, information, kinds, exceptions, means=means)
    if isinstance(data, Survey) and options.estimator == "WLSMV":
        return fit_ordinal(
            model, data, equal=options.equal, free=options.free, pairwise=missing == "pairwise", check=check
        )
    answers = answers_of(model, data, listwise=missing == "listwise")
    found = _prepared(model, answers, options)
    problem, solution = solved(found, answers)
    found = replace(found, problem=problem)
    if not _has_moments(problem, solution.theta):
        raise InvalidParameters(_NO_TABLE)
    covariance = _covariance(found, problem, solution.theta, options, answers) if solution.converged else None
    result = _result(found, solution, options, answers, covariance)
    if check and not solution.converged:
        said = unkept(found, solution)
        if not said and not np.isfinite(solution.value + solution.score):
            raise NotConverged(_NO_TABLE, result)
        codes = "".join(f"; {one.text}" for one in far_off(answers.moments.names, answers.values))
        message = said or (
            f"the search ended after {solution.rounds} steps with a score of {solution.score:.2g}: the model may not "
            f"be identified, or the start was far off; give start(...) values, or a simpler model first{codes}"
        )
        raise NotConverged(message, result)
    return result


def _has_moments(problem: Problem, theta: FloatArray) -> bool:
    """Return whether the model implies moments at all: circles of paths that multiply to 1 have no end."""
    try:
        for structure in problem.structures:
            structure.implied(theta)
    except np.linalg.LinAlgError:
        return False
    return True


def _prepared(model: PathModel, answers: Answers, options: Options) -> Prepared:
    """Return the model with its data, and with weights of single moments if the estimator has them."""
    form = FORMS[options.estimator]
    if form != "ML" and options.estimator in _BY_MOMENTS and (fixed := fixed_causes(model)):
        message = (
            f"{options.estimator} rests on the spread of all moments; observed causes ({', '.join(fixed)}) must be "
            "random: make the model with fixed_causes=False, or use MLR"
        )
        raise InvalidParameters(message)
    weighted = form in {"WLS", "DWLS"} and len(answers.moments.names) == len(model.observed)
    if weighted:
        means = options.means or model.means or "intercepts" in options.equal
        require_enough(form, answers.moments.names, answers.groups, answers.values, means=means)
    return prepared(
        model,
        answers.moments,
        form=form,
        divisor=options.divisor,
        equal=options.equal,
        free=options.free,
        means=options.means,
        values=answers.values if weighted else (),
    )


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
    if estimator == "WLSMV" and (divisor or information or means):
        problems.add("WLSMV has no means, and one divisor and information; leave these options out")
    if estimator in _BY_MOMENTS and information == "observed":
        problems.add(f"{estimator} has errors from the expected information; leave information out")
    if isinstance(data, SampleMoments) and estimator in _ROWS:
        problems.add(f"{estimator} needs the answers of respondents; a table of covariances has none")
    if missing == "ml" and (isinstance(data, SampleMoments) or estimator not in {"ML", "MLR"}):
        problems.add("missing = 'ml' needs the answers of respondents, and ML or MLR")
    if missing == "pairwise" and estimator != "WLSMV":
        problems.add(
            "missing = 'pairwise' is for ordinal answers and WLSMV; others take missing = 'ml', with ML or MLR"
        )
    problems.raise_if_any(InvalidParameters)
    least = FORMS.get(estimator, "WLS") != "ML"
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


def _covariance(found: Prepared, problem: Problem, theta: FloatArray, options: Options, answers: Answers) -> FloatArray:
    """Return ``(q, q)`` the covariance of the estimates."""
    directions = free_directions(problem, theta)
    matrix = of_information(found, problem, theta, options.information)
    bread = inverse_on(matrix, directions)
    cases = found.multiplier
    if options.estimator == "ULS":
        return bread @ least_squares_spread(problem, theta) @ bread / cases
    if options.estimator in {"ML", "GLS", "WLS"}:
        return bread / cases
    if options.estimator in _SHIFTED:
        return bread @ _traces(problem, theta, bread, answers).meat @ bread / cases
    meat = score_products(problem, theta, answers, centered=options.estimator == "MLM")
    return bread @ meat @ bread / cases


def _traces(problem: Problem, theta: FloatArray, bread: FloatArray, answers: Answers) -> Traces:
    spreads = [
        moment_spread(values, means=target.mean is not None)
        for target, values in zip(problem.targets, answers.scaled(problem), strict=True)
    ]
    return traces(problem, theta, bread, spreads)


def score_products(problem: Problem, theta: FloatArray, answers: Answers, *, centered: bool) -> FloatArray:
    """Return ``(q, q)`` the mean products of the scores of single respondents."""
    found = np.zeros((theta.size, theta.size))
    for target, structure, values in zip(problem.targets, problem.structures, answers.scaled(problem), strict=True):
        implied = structure.implied(theta)
        if target.patterns is None:
            # Satorra and Bentler's spread of moments is that around the means seen, whatever means the model implies.
            moved = implied.mean - values.mean(axis=0) if centered and target.mean is not None else 0.0
            scores = case_scores(target, structure, implied, values + moved)
        else:
            scores = pattern_scores(structure, implied, values)
        scores = scores - scores.mean(axis=0) if centered else scores
        found += target.share * (scores.T @ scores) / len(scores)
    return found


def correction(
    found: Prepared, problem: Problem, theta: FloatArray, df: int, options: Options | PathFit, answers: Answers
) -> tuple[float | None, float]:
    """Return by what the test statistic is divided, and what is added then.

    It is divided by ``None`` if it is not corrected, or has no degree of freedom.
    """
    if options.estimator not in {"MLR", "MLM", *_SHIFTED} or df == 0:
        return _PLAIN
    if options.missing == "ml":
        return answers.scaling(found, problem, theta, df), 0.0
    problem, theta = with_causes(found, problem, theta)
    of_cells = total_curvature if options.information == "expected" else total_second_slopes
    bread = inverse_on(of_cells(problem, theta), free_directions(problem, theta))
    if options.estimator in _SHIFTED:
        return scale_and_shift(_traces(problem, theta, bread, answers), df)
    whole = 0.0
    robust = options.estimator == "MLR"
    for target, structure, values in zip(problem.targets, problem.structures, answers.scaled(problem), strict=True):
        at = target.covariance if robust else structure.implied(theta).covariance
        whole += moment_trace(target, inverse_of(at), values - values.mean(axis=0))
    meat = score_products(problem, theta, answers, centered=not robust)
    return (whole - float(np.sum(bread * meat))) / df, 0.0


def _result(
    found: Prepared, solution: Solution, options: Options, answers: Answers, covariance: FloatArray | None
) -> PathFit:
    problem, theta = found.problem, solution.theta
    bound = bindings(problem, theta)
    df = count_moments(found) - found.count + bound
    chi_square = found.multiplier * (solution.value - answers.floor(problem))
    told = (*remarks_of(found, theta, covariance, answers), *far_off(answers.moments.names, answers.values))
    corrected = _PLAIN
    if covariance is not None and np.isfinite(chi_square):
        corrected = correction(found, problem, theta, df, options, answers)
    baseline = _baseline(found, options, answers, corrected=corrected != _PLAIN)
    if any(one is not None and one <= 0.0 for one in (corrected[0], baseline.scaling)):
        corrected, baseline = _PLAIN, replace(baseline, scaling=None, shift=0.0)
        told = (*told, Remark("uncorrected", _UNCORRECTED))
    implied = [structure.implied(theta) for structure in problem.structures]
    scales = [structure.scale[: len(found.moments.names)] for structure in problem.structures]
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
        chi_square=float(np.maximum(chi_square, 0.0)),
        df=df,
        scaling=corrected[0],
        baseline=baseline,
        log_likelihood=answers.log_likelihood(found, solution.value) if found.form == "ML" else float("nan"),
        observed=_tables([target.covariance for target in problem.targets], scales),
        implied=_tables([part.covariance for part in implied], scales),
        observed_mean=found.moments.mean,
        implied_mean=_means([part.mean for part in implied], scales) if found.means else None,
        structures=found.structures,
        converged=solution.converged,
        rounds=solution.rounds,
        score=solution.score,
        remarks=told,
        shift=corrected[1],
        bound=bound,
    )


def _baseline(found: Prepared, options: Options, answers: Answers, *, corrected: bool) -> Baseline:
    """Return the model in which nothing is related, its test corrected if that of the model is."""
    alone, apart = independence(found)
    problem, apart = unrelated(alone, apart, answers)
    df = count_moments(alone) - alone.count
    chi_square = found.multiplier * (apart.value - answers.floor(problem))
    alone = replace(alone, problem=problem)
    by = correction(alone, problem, apart.theta, df, options, answers) if corrected else _PLAIN
    return Baseline(chi_square, df, *by)


def _tables(parts: list[FloatArray], scales: list[FloatArray]) -> FloatArray:
    return read_only(np.array([part * np.outer(one, one) for part, one in zip(parts, scales, strict=True)]))


def _means(parts: list[FloatArray | None], scales: list[FloatArray]) -> FloatArray | None:
    found = [one * part for part, one in zip(parts, scales, strict=True) if part is not None]
    return read_only(np.array(found)) if found else None
