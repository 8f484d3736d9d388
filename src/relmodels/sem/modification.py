"""Which held parameters the data would move if they were free: score tests, and how far they would go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Final, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.frames.table import Table
from relmodels.sem.complete import Parameter, fixed_causes
from relmodels.sem.data import Survey
from relmodels.sem.discrepancy import Target, curvature, gradient
from relmodels.sem.errors_of_estimates import free_directions, inverse_on
from relmodels.sem.guards import require_path_fit
from relmodels.sem.labels import relations_of
from relmodels.sem.prepare import FORMS, constraints_of, group_weights
from relmodels.sem.rebuilt import rebuilt
from relmodels.sem.refit import spreads_of
from relmodels.sem.result import PathFit
from relmodels.sem.search import Problem
from relmodels.sem.structure import structures

__all__ = ["ModificationIndices", "modification_indices"]

_NOTHING: Final = 1e-9  # of the information of a parameter alone: the others say it already

_Candidate: TypeAlias = tuple[int, Parameter]
"""Its place among the parameters of the fit, -1 if it is not there, and the parameter."""


@dataclass(frozen=True, slots=True, eq=False)
class ModificationIndices:
    """What freeing single parameters would do, the largest first.

    Attributes:
        names: of the parameters, as they would be stated.
        index: ``(k,)`` by how much the test statistic would fall, about.
        change: ``(k,)`` the value the parameter would take, about.

    Examples:
        >>> found = ModificationIndices(("trust =~ c1",), read_only(np.array([36.4])), read_only(np.array([0.58])))
        >>> print(found.table())
        parameter    index  change
        trust =~ c1  36.40  0.5800

    """

    names: tuple[str, ...]
    index: FloatArray
    change: FloatArray

    __reduce__ = by_fields

    def table(self, most: int = 10) -> Table:
        """Return a row for each of the largest."""
        return Table({"parameter": self.names[:most], "index": self.index[:most], "change": self.change[:most]})

    def __str__(self) -> str:
        """Return the table as text."""
        return str(self.table())

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return self.table()._repr_html_()


def modification_indices(fit: PathFit, survey: Survey | None = None) -> ModificationIndices:
    """Return what freeing single parameters would do: those that are not there, are held, or are held equal to others.

    Looked at are loadings, covariances, paths among the variables of paths, everything held at a value, and each
    parameter that shares its value with others, by a label or across groups, as if it alone were let go. The index is
    ``N s² / (I_jj - I_jq K (K' I_qq K)^{-1} K' I_qj)`` with the score ``s``, the expected information ``I`` of one case
    and the directions ``K`` that constraints leave free. A model changed after its own indices is no longer tested by
    the same data.

    Args:
        fit: with a minimum.
        survey: the answers the fit was made of; needed if missing ones were counted, and for ``WLS``.

    Raises:
        NotConverged: if the fit has no minimum.
        InvalidData: if the survey is not the one the fit was made of.
        InvalidParameters: if answers are ordinal, single moments are weighted as if they did not vary together, there
            are inequalities, or the survey is needed and not there; and if another kind of fit is passed.

    Examples:
        >>> from relmodels.sem import PathModel, SampleMoments, fit_paths
        >>> table = [[1.0, 0, 0, 0], [0.5, 1.0, 0, 0], [0.45, 0.5, 1.0, 0], [0.3, 0.25, 0.5, 1.0]]
        >>> data = SampleMoments.from_correlation(table, ["t1", "t2", "t3", "t4"], n=204)
        >>> found = modification_indices(fit_paths(PathModel.parse("trust =~ t1 + t2 + t3 + t4"), data))
        >>> found.names[:2], found.index[:2].round(2).tolist()
        (('t3 ~~ t4', 't1 ~~ t2'), [15.39, 15.39])

    Reference:
        Sörbom, D. (1989), Model modification, Psychometrika 54(3), 371-384.

    """
    require_path_fit(fit, "modification_indices")
    fit.require_minimum()
    _require_score_test(fit, survey)
    candidates = [one for group in range(len(fit.groups)) for one in _candidates(fit, group)]
    score, spread = _score_tests(fit, candidates, _targets(fit, survey))
    cases = fit.n - (len(fit.groups) if fit.divisor == "n-1" else 0)
    index = cases * score**2 / spread
    order = [place for place in np.argsort(-np.nan_to_num(index, nan=-1.0)) if np.isfinite(index[place])]
    return ModificationIndices(
        tuple(_named(fit, candidates[place][1]) for place in order),
        read_only(index[order]),
        read_only((score / spread)[order]),
    )


def _require_score_test(fit: PathFit, survey: Survey | None) -> None:
    problems = Problems("modification indices")
    if fit.thresholds is not None:
        problems.add("they are not offered for ordinal answers; fit with MLR")
    elif fit.estimator in {"DWLS", "ULSMV"}:
        problems.add(f"those of {fit.estimator} would need the spread of all moments; fit with ML or MLR")
    if any(one.operator in {"<", ">"} for one in relations_of(fit.model, fit.parameters)):
        problems.add("they are not offered under inequalities; state equalities, or leave them out")
    if survey is None and (fit.missing == "ml" or fit.estimator == "WLS"):
        problems.add("those of answers with gaps, and of WLS, need the answers: pass the survey the fit was made of")
    problems.raise_if_any(InvalidParameters)


def _candidates(fit: PathFit, group: int) -> Iterator[_Candidate]:
    """Yield what could be let go in a group: parameters that are held or shared, and those that are not there."""
    shared = Counter(one.index for one in fit.parameters)
    firsts = {one.index: place for place, one in reversed(list(enumerate(fit.parameters)))}
    there = set()
    for place, one in enumerate(fit.parameters):
        if one.group != group:
            continue
        there.add(_key(one.operator, one.left, one.right))
        # Of two that are one it is the same which is let go.
        if one.index < 0 or shared[one.index] > 2 or (shared[one.index] == 2 and place != firsts[one.index]):
            yield place, one
    for left, operator, right in _absent(fit):
        if _key(operator, left, right) not in there:
            yield -1, Parameter(left, operator, right, group, -1, None, "", stated=False)


def _absent(fit: PathFit) -> Iterator[tuple[str, str, str]]:
    """Yield all loadings, covariances, and paths among variables of paths that a model could have."""
    model = fit.model
    for latent in model.latent:
        for name in dict.fromkeys(row.right for row in model.rows if row.operator == "=~"):
            if name in fit.names:
                yield latent, "=~", name
    fixed = fixed_causes(model)
    random = [name for name in fit.names if name not in fixed]
    for first, second in (*combinations(random, 2), *combinations(model.latent, 2)):
        yield first, "~~", second
    paths = [row for row in model.rows if row.operator == "~" and row.right]
    ends = dict.fromkeys(name for row in paths for name in (row.left, row.right))
    for effect, cause in product(ends, dict.fromkeys((*ends, *(model.latent if paths else ())))):
        if effect != cause and effect not in fixed:
            yield effect, "~", cause


def _key(operator: str, left: str, right: str) -> tuple[str, frozenset[str]] | tuple[str, str, str]:
    return (operator, frozenset({left, right})) if operator == "~~" else (operator, left, right)


def _named(fit: PathFit, one: Parameter) -> str:
    return one.name + (f" ({fit.groups[one.group]})" if len(fit.groups) > 1 else "")


def _score_tests(
    fit: PathFit, candidates: Sequence[_Candidate], targets: Sequence[Target]
) -> tuple[FloatArray, FloatArray]:
    """Return ``(c,)`` scores of the candidates, and what is left of their information beside that of the others."""
    count = fit.theta.size
    parameters, theta = list(fit.parameters), np.concatenate([fit.theta, np.zeros(len(candidates))])
    whole = np.zeros((theta.size, count))  # how far each moves with the parameters as they are
    whole[:count] = np.eye(count)
    for number, (place, one) in enumerate(candidates, start=count):
        freed = replace(one, index=number)
        if place < 0:
            parameters.append(freed)
            continue
        parameters[place], theta[number] = freed, fit.values[place]
        if one.index >= 0:
            whole[number, one.index] = 1.0
    score, information = np.zeros(theta.size), np.zeros((theta.size, theta.size))
    for target, structure in zip(targets, structures(fit.model, parameters, fit.names, *_cells(fit)), strict=True):
        implied = structure.implied(theta)
        score -= 0.5 * target.share * (structure.linear.T @ gradient(target, structure, implied))
        information += target.share * (structure.linear.T @ curvature(target, structure, implied) @ structure.linear)
    problem = Problem(targets, fit.structures, constraints_of(fit.model, fit.parameters))
    free = whole @ free_directions(problem, fit.theta)
    crossed = free.T @ information[:, count:]
    own = np.diag(information)[count:]
    inner = inverse_on(free.T @ information @ free, np.eye(free.shape[1]))
    spread = own - np.einsum("qj,qj->j", crossed, inner @ crossed)
    return score[count:], np.where(spread > _NOTHING * own, spread, np.nan)


def _cells(fit: PathFit) -> tuple[list[FloatArray], tuple[tuple[str, ...], list[FloatArray], list[FloatArray]]]:
    """Return the standard deviations of each group, and the moments of observed causes taken as they are."""
    names = fixed_causes(fit.model)
    chosen = [fit.names.index(name) for name in names]
    means = np.zeros((len(fit.groups), len(fit.names))) if fit.observed_mean is None else fit.observed_mean
    fixed = (names, [table[np.ix_(chosen, chosen)] for table in fit.observed], [level[chosen] for level in means])
    return spreads_of(fit), fixed


def _targets(fit: PathFit, survey: Survey | None) -> Sequence[Target]:
    """Return what was fitted to: of the answers if there are any, and else of the observed moments."""
    if survey is not None:
        return rebuilt(fit, survey).problem.targets
    less = 1.0 if fit.divisor == "n-1" else 0.0
    cases = np.array(fit.sizes) - less
    found = []
    for group, spread in enumerate(spreads_of(fit)):
        covariance = fit.observed[group] / np.outer(spread, spread)
        modeled = fit.implied_mean is not None and fit.observed_mean is not None
        mean = fit.observed_mean[group] / spread if modeled and fit.observed_mean is not None else None
        weight, _ = group_weights(FORMS[fit.estimator], covariance, spread, None, means=modeled)
        found.append(Target(covariance, mean, float(cases[group] / cases.sum()), weight))
    return found
