"""From a model and data to the problem that is solved: targets, cells, constraints, and a place to begin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData, InvalidParameters, NotIdentified
from relmodels.sem.complete import Equal, Parameter, completed, fixed_causes
from relmodels.sem.data import Divisor, SampleMoments
from relmodels.sem.discrepancy import Form, Target
from relmodels.sem.labels import labels_at, relations_of
from relmodels.sem.linear import inverse_of
from relmodels.sem.model import PathModel
from relmodels.sem.search import Constraints, Problem, bindings
from relmodels.sem.starts import starting_values
from relmodels.sem.structure import Structure, structures
from relmodels.sem.weights import moment_spread, weight_of_spread

__all__ = ["FORMS", "Prepared", "constraints_of", "count_moments", "group_weights", "prepared", "with_relations"]

FORMS: Final[dict[str, Form]] = {
    **dict.fromkeys(("ML", "MLR", "MLM", "MLMV"), "ML"),
    **dict.fromkeys(("ULS", "ULSMV"), "ULS"),
    "GLS": "GLS",
    "WLS": "WLS",
    "DWLS": "DWLS",
}


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A model with its data, ready to be solved.

    Attributes:
        model: what was stated.
        parameters: all of them.
        moments: those of the variables in the model, with the divisor ``n``.
        structures: the cells of each group.
        problem: what is minimized.
        start: ``(q,)``.
        form: of the discrepancy.
        cases: ``(G,)`` by which discrepancies are multiplied: the cases, or one fewer.
        fixed: observed causes taken as they are.
        means: whether means are modeled.
        totals: the place of a group, that of a question, and the variance that its causes must add up to; of ordinal
            answers whose errors are known.

    """

    model: PathModel
    parameters: tuple[Parameter, ...]
    moments: SampleMoments
    structures: tuple[Structure, ...]
    problem: Problem
    start: FloatArray
    form: Form
    cases: FloatArray
    fixed: tuple[str, ...]
    means: bool
    totals: tuple[tuple[int, int, float], ...] = ()

    @property
    def count(self) -> int:
        """Return the number of free parameters."""
        return int(self.start.size)

    @property
    def multiplier(self) -> float:
        """Return by what the discrepancy is multiplied for the test statistic."""
        return float(self.cases.sum())


def prepared(
    model: PathModel,
    moments: SampleMoments,
    *,
    form: Form = "ML",
    divisor: Divisor = "n",
    equal: Iterable[Equal] = (),
    free: Iterable[str] = (),
    means: bool = False,
    values: Sequence[FloatArray] = (),
) -> Prepared:
    """Return a model with its data.

    Args:
        model: what was stated.
        moments: of at least the variables in the model.
        form: of the discrepancy.
        divisor: ``n`` or ``n - 1``, for the covariances and for the test statistic.
        equal: kinds of parameters that are the same in all groups.
        free: parameters that are exceptions.
        means: whether means are modeled, whatever the model says.
        values: for each group ``(n, p)`` complete answers, which ``WLS`` and ``DWLS`` take their weights from.

    Raises:
        InvalidData: naming variables that are not in the data, and if means are modeled and not known.
        InvalidParameters: naming unknown kinds.
        NotIdentified: if there are more parameters than moments.

    """
    with_means = means or model.means or "intercepts" in frozenset(equal)
    parameters = completed(model, moments.names, len(moments.sizes), equal=equal, free=free, means=with_means)
    own = moments.of(model.observed)
    if with_means and own.mean is None:
        message = "means are modeled, but the table has none; pass means=, or a survey"
        raise InvalidData(message)
    names = fixed_causes(model)
    grow = [size / (size - 1.0) if divisor == "n-1" else 1.0 for size in own.sizes]
    covariances = [table * factor for table, factor in zip(own.covariance, grow, strict=True)]
    spread = [np.sqrt(np.diag(table)) for table in covariances]
    chosen = [own.names.index(name) for name in names]
    fixed = (
        names,
        [table[np.ix_(chosen, chosen)] for table in covariances],
        [np.zeros(len(names)) if own.mean is None else own.mean[group][chosen] for group in range(len(covariances))],
    )
    cells = structures(model, parameters, own.names, spread, fixed)
    cases = np.array([size - (1.0 if divisor == "n-1" else 0.0) for size in own.sizes])
    scaled = [table / np.outer(one, one) for table, one in zip(covariances, spread, strict=True)]
    weights = [
        group_weights(form, table, one, values[group] if values else None, means=with_means)
        for group, (table, one) in enumerate(zip(scaled, spread, strict=True))
    ]
    targets = [
        Target(
            covariance=scaled[group],
            mean=own.mean[group] / spread[group] if with_means and own.mean is not None else None,
            share=float(cases[group] / cases.sum()),
            weight=weights[group][0],
            moments=weights[group][1],
        )
        for group in range(len(scaled))
    ]
    problem = Problem(targets, cells, _constraints(model, parameters))
    level = None if own.mean is None else list(own.mean)
    start = starting_values(model, parameters, cells, scaled, level if with_means else None)
    found = Prepared(model, parameters, own, cells, problem, start, form, cases, names, with_means)
    _check_count(found)
    return found


def group_weights(
    form: Form, scaled: FloatArray, spread: FloatArray, values: FloatArray | None, *, means: bool
) -> tuple[FloatArray | None, FloatArray | None]:
    """Return the weight of residuals as a table, and that of single moments; each ``None`` where the form has none.

    Args:
        form: of the discrepancy.
        scaled: ``(p, p)`` observed covariances in standard deviations.
        spread: ``(p,)`` these deviations.
        values: ``(n, p)`` answers, if the weights are taken from them.
        means: whether means are modeled.

    Raises:
        InvalidData: if the weights are taken from answers and there are none.
        LinAlgError: if the answers are too few, or a moment does not vary.

    """
    if form == "GLS":
        return inverse_of(scaled), None
    if form == "ULS":
        return np.diag(spread**2), None
    if form == "ML":
        return None, None
    if values is None:
        message = f"{form} takes its weights from the answers of respondents; a table of covariances has none"
        raise InvalidData(message)
    return None, weight_of_spread(form, moment_spread(values / spread, means=means))


def _constraints(model: PathModel, parameters: Sequence[Parameter], active: Sequence[int] = ()) -> Constraints | None:
    """Return what must be 0: equalities, and those inequalities that are at their limit."""
    relations = relations_of(model, parameters)
    bound = [one for one in relations if one.operator == "=="] + [relations[place] for place in active]
    if not bound:
        return None

    def gaps(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        labels = labels_at(model, parameters, theta)
        return np.array([labels.gap(one) for one in bound]), np.vstack([labels.gap_slope(one) for one in bound])

    return gaps


def constraints_of(model: PathModel, parameters: Sequence[Parameter]) -> Constraints | None:
    """Return the equalities of a model with these parameters; ``None`` if it has none."""
    return _constraints(model, parameters)


def with_relations(found: Prepared, active: Sequence[int]) -> Problem:
    """Return the problem with some inequalities held at their limit."""
    bound = _constraints(found.model, found.parameters, active)
    return Problem(found.problem.targets, found.problem.structures, _with_totals(found, bound))


def _with_totals(found: Prepared, bound: Constraints | None) -> Constraints | None:
    """Return constraints with those on implied variances, which come first."""
    if not found.totals:
        return bound

    def both(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        gaps, slopes = [], []
        for group, place, total in found.totals:
            structure = found.problem.structures[group]
            implied = structure.implied(theta)
            first, second, _ = structure.factors(implied)
            gaps.append(implied.covariance[place, place] - total)
            slopes.append(2.0 * (first[place] * second[place]) @ structure.linear)
        more, turned = (np.zeros(0), np.zeros((0, theta.size))) if bound is None else bound(theta)
        return np.concatenate([gaps, more]), np.vstack([*slopes, turned])

    return both


def count_moments(found: Prepared) -> int:
    """Return how many moments are explained: those of fixed causes among themselves are none."""
    size, fixed = len(found.moments.names), len(found.fixed)
    each = size * (size + 1) // 2 - fixed * (fixed + 1) // 2
    if found.means:
        each += size - fixed
    return each * len(found.moments.sizes)


def _check_count(found: Prepared) -> None:
    bound = max(bindings(found.problem, found.start + shift) for shift in (0.0, 0.37))
    if found.count == 0:
        message = "the model has no free parameter; free one"
        raise InvalidParameters(message)
    if count_moments(found) + bound < found.count:
        message = (
            f"{found.count} parameters from {count_moments(found)} moments: the model is not identified; "
            "hold parameters, make some equal, or add indicators"
        )
        raise NotIdentified(message)
