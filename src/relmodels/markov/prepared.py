"""A panel made ready for recursions: customers in parts that fit the processor's cache, sorted by length.

Outcomes that take few distinct values are replaced by their place in a table of these, so that densities are computed
once for each value; covariates likewise, so that each distinct matrix of transitions is computed once for each part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray
from relmodels.core.errors import InvalidData, Problems
from relmodels.markov.hmm_form import Form
from relmodels.markov.panel import Panel
from relmodels.markov.recursions import active_counts

__all__ = ["Part", "Prepared", "Values", "prepared"]

Observed: TypeAlias = FloatArray | IntArray
# Numbers in one array of a part: what a processor's cache holds of several such arrays.
_NUMBERS: Final = 1 << 17


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """The distinct values of one outcome.

    Attributes:
        values: ``(m,)``.
        trials: ``(m,)`` out of how many each is; ``None`` without trials.

    """

    values: FloatArray
    trials: FloatArray | None


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some customers, in the order of falling length.

    Attributes:
        rows: ``(n,)`` their rows in the panel.
        weight: ``(n,)``.
        active: ``(T,)`` how many are there in each period.
        observed: for each outcome ``(T, n)`` the place of its value in the table, the last place where it is missing;
            or the value itself, ``nan`` where it is missing.
        covariates: ``(m, c)`` the distinct covariates.
        place: ``(T, n)`` which of them belong to a customer's period.

    """

    rows: IntArray
    weight: FloatArray
    active: IntArray
    observed: tuple[Observed, ...]
    covariates: FloatArray
    place: IntArray | None

    def some(self, chosen: IntArray) -> Part:
        """Return a part of it: the customers at ``chosen``, in order."""
        length = (np.arange(self.rows.size)[chosen] < self.active[:, None]).sum(axis=0)
        periods = int(length.max(initial=0))
        return Part(
            self.rows[chosen],
            self.weight[chosen],
            active_counts(length, periods),
            tuple(one[:periods, chosen] for one in self.observed),
            self.covariates,
            None if self.place is None else self.place[:periods, chosen],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A panel in parts.

    Attributes:
        parts: the customers.
        tables: for each outcome its distinct values; ``None`` where values hardly repeat.
        rows: how many rows the panel has.

    """

    parts: tuple[Part, ...]
    tables: tuple[Values | None, ...]
    rows: int


def prepared(panel: Panel, form: Form) -> Prepared:
    """Return a panel made ready for models of ``form``.

    Raises:
        InvalidData: if it lacks an outcome or a covariate, or has values that a distribution cannot take.

    """
    outcomes = _outcomes(panel, form)
    tables: list[Values | None] = []
    observed: list[Observed] = []
    problems = Problems("panel")
    for name, family, values in zip(form.outcomes, form.families, outcomes, strict=True):
        trials = panel.trials if family.family == "binomial" else None
        if family.tabled:
            table, places = _tabled(values, trials)
            family.check(table.values, table.trials, name, problems)
            tables.append(table)
            observed.append(places)
        else:
            tables.append(None)
            observed.append(values)
    problems.raise_if_any()
    beside = panel.require_covariates(form.covariates) if form.covariates else None
    order = np.argsort(-panel.length, kind="stable")
    width = max(64, _NUMBERS // max(1, panel.periods * form.states * form.segments))
    parts = [_part(panel, order[at : at + width], observed, beside) for at in range(0, order.size, width)]
    return Prepared(tuple(parts), tuple(tables), len(panel))


def _outcomes(panel: Panel, form: Form) -> list[FloatArray]:
    if len(panel.outcomes) == len(form.outcomes) == 1:
        return [panel.values[:, :, 0]]
    lacking = [name for name in form.outcomes if name not in panel.outcomes]
    if lacking:
        message = f"the panel has no outcome {', '.join(lacking)}; it has {', '.join(panel.outcomes)}"
        raise InvalidData(message)
    return [panel.values[:, :, panel.outcomes.index(name)] for name in form.outcomes]


def _tabled(values: FloatArray, trials: FloatArray | None) -> tuple[Values, IntArray]:
    """Return the distinct values, and for each period their place, ``(n, T)``; the last place where it is missing."""
    seen = ~np.isnan(values)
    if trials is None:
        distinct, inverse = np.unique(values[seen], return_inverse=True)
        table = Values(distinct, None)
    else:
        pairs, inverse = np.unique(np.stack([values[seen], trials[seen]], axis=1), axis=0, return_inverse=True)
        table = Values(pairs[:, 0], pairs[:, 1])
    places = np.full(values.shape, table.values.size, dtype=np.int64)
    places[seen] = inverse.ravel()
    return table, places


def _by_period(values: Observed) -> Observed:
    return np.ascontiguousarray(values.T)  # type: ignore[return-value]


def _part(panel: Panel, rows: IntArray, observed: list[Observed], beside: FloatArray | None) -> Part:
    length = panel.length[rows]
    periods = int(length.max(initial=0))
    covariates, place = np.zeros((1, 0)), None
    if beside is not None:
        flat = np.ascontiguousarray(beside[rows, :periods].transpose(1, 0, 2)).reshape(-1, beside.shape[2])
        covariates, inverse = np.unique(flat, axis=0, return_inverse=True)
        place = inverse.reshape(periods, rows.size)
        if len(covariates) == 1:
            place = None
    return Part(
        rows=rows,
        weight=panel.counts[rows],
        active=active_counts(length, periods),
        observed=tuple(_by_period(one[rows, :periods]) for one in observed),
        covariates=covariates,
        place=place,
    )
