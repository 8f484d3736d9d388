"""Structural equations of answers on a few steps: polychorics, fitted by weighted least squares, tested robustly.

Each question is a normal value cut at thresholds, with a variance of 1 in every group. Residuals of correlations are
weighted by how sure each correlation is; errors and the test take the covariances of all of them along (WLSMV). The
test statistic is divided and shifted so that mean and variance are those of a chi-square. Thresholds are those of each
group, and nothing of the model bears on them. What is left of a question's variance of 1 is its error; where the error
is held, as that of a single question is at 0, what causes the question must add up to the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, NotConverged, NotIdentified, Problems
from relmodels.sem.active import solved, unkept
from relmodels.sem.complete import EQUALS, Equal, Parameter, completed
from relmodels.sem.data import SampleMoments, Survey
from relmodels.sem.discrepancy import Target
from relmodels.sem.errors_of_estimates import free_directions, inverse_on, weakest
from relmodels.sem.far_off import far_off
from relmodels.sem.missing import Answers
from relmodels.sem.model import PathModel, PathRow
from relmodels.sem.polychoric import Polychorics, estimated, faults_of, undecided
from relmodels.sem.prepare import Prepared, constraints_of, with_relations
from relmodels.sem.remarks import Remark, remarks_of
from relmodels.sem.result import Baseline, PathFit
from relmodels.sem.robust import Traces, scale_and_shift, traces
from relmodels.sem.search import Problem, Solution, bindings, total_curvature
from relmodels.sem.starts import starting_values
from relmodels.sem.structure import Structure, structures

__all__ = ["correlations_of", "fit_ordinal", "shares_held", "spread_of", "targets_of"]

_OFFERED: Final = frozenset(["loadings", "regressions", "variances", "covariances", "residual_covariances"])
_ROUNDING: Final = 1e-9


def fit_ordinal(
    model: PathModel,
    survey: Survey,
    *,
    equal: Iterable[Equal] = (),
    free: Iterable[str] = (),
    pairwise: bool = False,
    check: bool = True,
) -> PathFit:
    """Return the fit of structural equations to answers on a few steps; ``estimator="WLSMV"`` of ``rm.fit`` calls it.

    Args:
        model: of questions that all are answered on two to twelve steps.
        survey: the answers, of one group or several.
        equal: kinds of parameters that are the same in all groups; thresholds, means and variances of questions, which
            are 1, cannot be among them.
        free: parameters that are exceptions from that.
        pairwise: whether respondents who left a question out count for each pair that they answered, or are left out.
        check: raise if the search does not end at a minimum.

    Raises:
        InvalidData: naming questions with too few or too many different answers, pairs whose answers follow from each
            other, and groups of too few respondents.
        InvalidParameters: if means, observed causes or variances of questions are modeled, or what is to be equal
            cannot be.
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
    kinds = tuple(equal)
    _check(model, kinds)
    answers, found = correlations_of(survey.of(model.observed), pairwise=pairwise)
    ready = _ready(model, answers, found, kinds, tuple(free))
    problem, solution = solved(ready, answers)
    result = _result(replace(ready, problem=problem), solution, found, answers, kinds)
    if check and not solution.converged:
        message = unkept(ready, solution) or (
            f"the search ended after {solution.rounds} steps with a score of {solution.score:.2g} and no minimum: the "
            "correlations may fit no such model, or be of too few answers; give start(...) values, or a simpler model"
        )
        raise NotConverged(message, result)
    return result


def _check(model: PathModel, equal: Sequence[str]) -> None:
    problems = Problems("WLSMV")
    if model.means:
        problems.add("means are not offered, since thresholds are free in every group; leave intercepts out")
    causes = [row.right for row in model.rows if row.operator == "~" and row.right in model.observed]
    if causes:
        names = ", ".join(dict.fromkeys(causes))
        problems.add(f"observed causes are not offered; here {names}; measure them by a latent variable, or use MLR")
    stated = [
        row.left for row in model.rows if row.operator == "~~" and row.left == row.right and not _share(model, row)
    ]
    if questions := [name for name in stated if name in model.observed]:
        problems.add(
            f"variances of {', '.join(questions)} follow from a total of 1; leave them out, or hold them at a share of "
            "it from 0 to below 1"
        )
    if refused := sorted((set(equal) & EQUALS) - _OFFERED):
        problems.add(
            f"equal: {', '.join(refused)} cannot be equal, since thresholds are free in every group and every question "
            f"has a variance of 1; offered are {', '.join(sorted(_OFFERED))}"
        )
    problems.raise_if_any(InvalidParameters)


def _share(model: PathModel, row: PathRow) -> bool:
    """Return whether a variance is held at a share of 1 in every group, and causes can make up the rest."""
    held = row.modifiers.fixed
    return row.left in model.caused and bool(held) and all(one is not None and 0.0 <= one < 1.0 for one in held)


def correlations_of(own: Survey, *, pairwise: bool) -> tuple[Answers, list[Polychorics]]:
    """Return the answers that count, and the correlations behind them in each group."""
    kept = own.rows(np.isnan(own.values).sum(axis=1) < len(own.names)) if pairwise else own.rows(own.complete)
    parts = tuple(kept.values[kept.group == place] for place in range(len(own.groups)))
    where = [f" in group {name!r}" if len(parts) > 1 else "" for name in own.groups]
    _raise_if_any(fault for part, at in zip(parts, where, strict=True) for fault in faults_of(own.names, part, at))
    found = [estimated(own.names, part) for part in parts]
    _raise_if_any(
        fault for one, part, at in zip(found, parts, where, strict=True) for fault in undecided(one, part, at)
    )
    moments = SampleMoments(
        names=own.names,
        sizes=tuple(len(part) for part in parts),
        covariance=read_only(np.array([one.correlation for one in found])),
        groups=own.groups,
    )
    return Answers(moments, own.groups, parts, left_out=len(own) - len(kept), listwise=not pairwise), found


def _raise_if_any(faults: Iterable[str]) -> None:
    problems = Problems("ordinal answers")
    for fault in faults:
        problems.add(fault)
    problems.raise_if_any(InvalidData)


def _ready(
    model: PathModel, answers: Answers, found: list[Polychorics], equal: tuple[Equal, ...], free: tuple[str, ...]
) -> Prepared:
    """Return the model with its data, ready to be solved."""
    names, groups = answers.moments.names, len(found)
    whole = completed(model, names, groups, equal=equal, free=free)
    parameters = _without_variances(whole, names)
    totals = _totals(whole, names)
    nothing = ((), [np.zeros((0, 0))] * groups, [np.zeros(0)] * groups)
    cells = structures(model, parameters, names, [np.ones(len(names))] * groups, nothing)
    targets = targets_of(found)
    start = starting_values(model, parameters, cells, [one.correlation for one in found], None)
    problem = Problem(targets, cells, constraints_of(model, parameters))
    ready = Prepared(
        model=model,
        parameters=parameters,
        moments=answers.moments,
        structures=cells,
        problem=problem,
        start=start,
        form="DWLS",
        cases=np.array(answers.moments.sizes) - 1.0,
        fixed=(),
        means=False,
        totals=totals,
    )
    count = _degrees(ready, with_relations(ready, ()), start, groups)
    if count < 0:
        seen = groups * len(names) * (len(names) - 1) // 2
        message = f"{start.size} parameters from {seen} correlations: the model is not identified; hold some"
        raise NotIdentified(message)
    return ready


def _degrees(ready: Prepared, problem: Problem, theta: FloatArray, groups: int) -> int:
    size = len(ready.moments.names)
    bound = bindings(problem, theta)
    return int(groups * size * (size - 1) // 2 - theta.size + bound)


def targets_of(found: Sequence[Polychorics]) -> list[Target]:
    """Return what is fitted: the correlations of each group, with their weights."""
    cases = sum(one.n - 1.0 for one in found)
    return [Target(one.correlation, None, (one.n - 1.0) / cases, moments=_weight(one)) for one in found]


def shares_held(model: PathModel, names: Sequence[str], groups: int) -> tuple[tuple[int, int, float], ...]:
    """Return the group and place of each question whose error is held, and the variance its causes must add up to."""
    return _totals(completed(model, tuple(names), groups, equal=(), free=()), names)


def _totals(whole: Iterable[Parameter], names: Sequence[str]) -> tuple[tuple[int, int, float], ...]:
    return tuple((one.group, names.index(one.left), 1.0 - (one.value or 0.0)) for one in whole if _holds(one, names))


def _holds(one: Parameter, observed: Sequence[str]) -> bool:
    """Return whether a parameter is the error of a question, and held."""
    return one.operator == "~~" and one.left == one.right and one.left in observed and one.index < 0


def _without_variances(parameters: Iterable[Parameter], observed: Sequence[str]) -> tuple[Parameter, ...]:
    """Return the parameters without variances of questions, which follow from a total of 1, numbered anew."""
    numbers: dict[int, int] = {}
    return tuple(
        one if one.index < 0 else replace(one, index=numbers.setdefault(one.index, len(numbers)))
        for one in parameters
        if not (one.operator == "~~" and one.left == one.right and one.left in observed)
    )


def _places(size: int) -> IntArray:
    """Return where the pairs of questions, in order of rows, stand in a lower triangle with its diagonal."""
    return np.array([second * (second + 1) // 2 + first for first, second in combinations(range(size), 2)])


def _weight(found: Polychorics) -> FloatArray:
    """Return the weights of the moments of a lower triangle: one over the spread of correlations, 0 for variances."""
    size = len(found.names)
    weight = np.zeros(size * (size + 1) // 2)
    weight[_places(size)] = 1.0 / np.diag(found.spread)
    return weight


def spread_of(found: Polychorics) -> FloatArray:
    """Return the spread of the moments of a lower triangle; variances are 1 and have none."""
    size = len(found.names)
    spread, places = np.zeros((size * (size + 1) // 2,) * 2), _places(size)
    spread[np.ix_(places, places)] = found.spread
    return spread


def _result(
    ready: Prepared, solution: Solution, found: list[Polychorics], answers: Answers, equal: tuple[Equal, ...]
) -> PathFit:
    problem, theta, cases = ready.problem, solution.theta, ready.multiplier
    df = _degrees(ready, problem, theta, len(found))
    covariance, scale, shift = None, None, 0.0
    if solution.converged:
        covariance, of_test = _errors(ready, theta, found)
        scale, shift = scale_and_shift(of_test, df) if df else (None, 0.0)
    filled = [_with_variances(structure, theta) for structure in problem.structures]
    return PathFit(
        model=ready.model,
        parameters=ready.parameters,
        names=ready.moments.names,
        groups=answers.groups,
        sizes=ready.moments.sizes,
        theta=read_only(theta),
        covariance=covariance,
        estimator="WLSMV",
        missing="listwise" if answers.listwise else "pairwise",
        divisor="n-1",
        information="expected",
        equal=equal,
        chi_square=cases * solution.value,
        df=df,
        scaling=scale,
        baseline=_unrelated(problem, found, cases),
        log_likelihood=float("nan"),
        observed=ready.moments.covariance,
        implied=read_only(np.array([implied for _, implied in filled])),
        observed_mean=None,
        implied_mean=None,
        structures=tuple(structure for structure, _ in filled),
        converged=solution.converged,
        rounds=solution.rounds,
        score=solution.score,
        remarks=(
            *remarks_of(ready, theta, covariance, answers),
            *_remarks(ready, filled, found, answers),
            *far_off(answers.moments.names, answers.values),
        ),
        bound=bindings(problem, theta),
        shift=shift,
        thresholds=tuple(one.thresholds for one in found),
    )


def _errors(ready: Prepared, theta: FloatArray, found: list[Polychorics]) -> tuple[FloatArray, Traces]:
    """Return the covariance of the estimates, and what the spread of correlations makes of the test."""
    problem = ready.problem
    directions, bent = free_directions(problem, theta), total_curvature(problem, theta)
    if (concerned := weakest(directions.T @ bent @ directions, directions, ready)) is not None:
        raise NotIdentified(concerned)
    bread = inverse_on(bent, directions)
    of_test = traces(problem, theta, bread, [spread_of(one) for one in found])
    return read_only(bread @ of_test.meat @ bread / ready.multiplier), of_test


def _unrelated(problem: Problem, found: list[Polychorics], cases: float) -> Baseline:
    """Return the test of the model in which every correlation is 0, and which has no parameter."""
    value = first = second = 0.0
    for target, one in zip(problem.targets, found, strict=True):
        weight = 1.0 / np.diag(one.spread)
        value += target.share * float(weight @ one.correlation[np.triu_indices(len(one.names), 1)] ** 2)
        product = weight[:, None] * one.spread
        first += float(np.trace(product))
        second += float(np.sum(product * product.T))
    count = sum(one.spread.shape[0] for one in found)
    nothing = Traces(np.zeros((0, 0)), first, second)
    return Baseline(cases * value, count, *scale_and_shift(nothing, count))


def _with_variances(structure: Structure, theta: FloatArray) -> tuple[Structure, FloatArray]:
    """Return the cells with what is left of each question's variance of 1, and the implied correlations."""
    implied = structure.implied(theta).covariance.copy()
    places = np.arange(len(structure.observed))
    held = structure.held_moments.copy()
    held[places, places] = 1.0 - np.diag(implied)
    np.fill_diagonal(implied, 1.0)
    return replace(structure, held_moments=read_only(held)), implied


def _remarks(
    ready: Prepared, filled: list[tuple[Structure, FloatArray]], found: list[Polychorics], answers: Answers
) -> Iterator[Remark]:
    """Yield the remarks on variances below 0, on correlations, on empty cells, and on answers that are missing."""
    for group, (structure, _) in enumerate(filled):
        where = f" in group {answers.groups[group]!r}" if len(filled) > 1 else ""
        left = np.diag(structure.held_moments)
        for place, question in enumerate(ready.moments.names):
            if left[place] < -_ROUNDING:
                text = f"{question} ~~ {question}{where} is {left[place]:.4g}: a variance below 0"
                yield Remark("negative_variance", text)
        yield from _of_correlations(found[group], where)
        both = found[group].answered[np.triu_indices(len(ready.moments.names), 1)]
        if not answers.listwise and both.min() < found[group].n:
            text = f"pairs of questions{where} were answered by {both.min()} to {both.max()} respondents"
            yield Remark("pairwise", text)


def _of_correlations(found: Polychorics, where: str) -> Iterator[Remark]:
    if (least := float(np.linalg.eigvalsh(found.correlation)[0])) < 0.0:
        text = (
            f"the correlations of the questions{where} are none that variables can have together (smallest eigenvalue "
            f"{least:.3g}), each being estimated alone; with few answers take single ones with care"
        )
        yield Remark("impossible_correlations", text)
    if pairs := ", ".join(f"{first} and {second}" for first, second in found.filled):
        text = (
            f"of the four pairs of answers to {pairs}{where} one is given by nobody; half an answer was added to it, "
            "since their correlation would be 1 or -1, and with few respondents it depends on that half"
        )
        yield Remark("empty_cells", text)
