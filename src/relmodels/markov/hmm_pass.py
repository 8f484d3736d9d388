"""One pass through a panel: the likelihood of each customer, and what their histories say of states and moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray
from relmodels.markov.hmm_form import Arrays, Form, Slopes, logit_chain
from relmodels.markov.prepared import Part, Prepared
from relmodels.markov.recursions import (
    Moves,
    Smoothed,
    filtered,
    log_filtered,
    log_smoothed,
    log_totals,
    lost,
    smoothed,
)
from relmodels.markov.transitions import logit_matrices, logit_slopes

__all__ = [
    "Densities",
    "Gathered",
    "densities",
    "emission_slopes",
    "log_densities",
    "moves_of",
    "passes",
    "scaled_densities",
    "slopes_of",
    "values_of",
]


@dataclass(frozen=True, slots=True, eq=False)
class Densities:
    """The densities of one outcome, for values in a table or as they come.

    Attributes:
        logs: ``(S, m + 1)`` of the table's values, and 0 for what is missing; ``None`` without a table.
        scaled: ``(S, m + 1)`` the densities in units of the best state's.
        shift: ``(m + 1,)`` the logarithms of these units.

    """

    logs: FloatArray | None
    scaled: FloatArray | None
    shift: FloatArray | None


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """What one part of the customers says.

    Attributes:
        part: the customers.
        smoothed: their states.
        matrix: ``(G, S, S, n)`` derivatives by free transitions.
        thresholds: ``(G, S, S - 1, n)`` derivatives by the thresholds of an ordered logit.
        rises: ``(S, c, n)`` derivatives by its slopes.

    """

    part: Part
    smoothed: Smoothed
    matrix: FloatArray | None
    thresholds: FloatArray | None
    rises: FloatArray | None


def densities(data: Prepared, form: Form, arrays: Arrays) -> list[Densities]:
    """Return the densities of each outcome's table, computed once for all parts."""
    found = []
    for table, family, theta in zip(data.tables, form.families, arrays.thetas, strict=True):
        if table is None:
            found.append(Densities(None, None, None))
            continue
        logs = np.zeros((form.states, table.values.size + 1))
        logs[:, :-1] = family.log_density(table.values, table.trials, theta)
        shift = logs.max(axis=0)
        found.append(Densities(logs, np.exp(logs - shift), shift))
    return found


def log_densities(part: Part, form: Form, arrays: Arrays, found: list[Densities]) -> FloatArray:
    """Return ``(T, S, n)`` the logarithms of the densities of all outcomes together."""
    total = np.zeros((len(part.active), form.states, part.rows.size))
    for observed, dense, family, theta in zip(part.observed, found, form.families, arrays.thetas, strict=True):
        if dense.logs is not None:
            total += dense.logs[:, observed].transpose(1, 0, 2)
        else:
            logs = family.log_density(np.asarray(observed, dtype=np.float64).ravel(), None, theta)
            total += np.where(np.isnan(logs), 0.0, logs).reshape(form.states, *observed.shape).transpose(1, 0, 2)
    return total


def scaled_densities(part: Part, form: Form, arrays: Arrays, found: list[Densities]) -> tuple[FloatArray, FloatArray]:
    """Return densities in units of the best state's, ``(T, S, n)``, and the units' logarithms added up, ``(n,)``."""
    if len(found) == 1 and found[0].scaled is not None and found[0].shift is not None:
        place = part.observed[0].astype(np.int64, copy=False)
        density = np.empty((len(part.active), form.states, part.rows.size))
        for state, row in enumerate(found[0].scaled):
            np.take(row, place, out=density[:, state], mode="clip")
        return density, np.einsum("tn->n", np.where(_inside(part), found[0].shift[place], 0.0))
    logs = log_densities(part, form, arrays, found)
    shift = logs.max(axis=1)
    return np.exp(logs - shift[:, None]), np.where(_inside(part), shift, 0.0).sum(axis=0)


def _inside(part: Part) -> BoolArray:
    return np.arange(part.rows.size) < part.active[:, None]


def moves_of(part: Part, arrays: Arrays) -> Moves:
    """Return the matrices of the part's distinct covariates, or the one matrix."""
    if arrays.thresholds is None:
        return Moves(arrays.matrix[..., None], None)
    return Moves(logit_matrices(arrays.thresholds, arrays.rises, part.covariates), part.place)


def passes(data: Prepared, form: Form, arrays: Arrays) -> Iterator[Gathered]:
    """Yield what each part of the customers says at given arrays, forward and backward."""
    found = densities(data, form, arrays)
    start = arrays.weight[:, None] * arrays.initial
    for part in data.parts:
        density, shift = scaled_densities(part, form, arrays, found)
        moves = moves_of(part, arrays)
        forward, scale = filtered(density, start, moves, part.active)
        bad = lost(scale)
        if not bad.any():
            keep = _Keep(part, arrays, moves)
            yield keep.done(smoothed(density, forward, scale, moves, part.active, shift, keep.take))
            continue
        for chosen, careful in ((np.flatnonzero(~bad), False), (np.flatnonzero(bad), True)):
            if chosen.size:
                yield _again(part.some(chosen), form, arrays, found, start, careful=careful)


def _again(
    part: Part, form: Form, arrays: Arrays, found: list[Densities], start: FloatArray, *, careful: bool
) -> Gathered:
    moves = moves_of(part, arrays)
    keep = _Keep(part, arrays, moves)
    if careful:
        logs = log_densities(part, form, arrays, found)
        return keep.done(log_smoothed(logs, start, moves, part.active, keep.take))
    density, shift = scaled_densities(part, form, arrays, found)
    forward, scale = filtered(density, start, moves, part.active)
    return keep.done(smoothed(density, forward, scale, moves, part.active, shift, keep.take))


class _Keep:
    """Adds up what steps say of the transitions: by the matrix, or by thresholds and slopes where matrices differ."""

    def __init__(self, part: Part, arrays: Arrays, moves: Moves) -> None:
        """Begin with nothing."""
        groups, states = arrays.initial.shape
        count = part.rows.size
        self.part, self.arrays = part, arrays
        at = arrays.thresholds
        self.density = np.empty(0) if at is None else logit_slopes(at, arrays.rises, part.covariates)
        self.differ = moves.place is not None
        self.matrix = None if self.differ else np.zeros((groups, states, states, count))
        self.thresholds = np.zeros((groups, states, states - 1, count)) if self.differ else None
        self.rises = np.zeros((states, part.covariates.shape[1], count)) if self.differ else None

    def take(self, period: int, before: FloatArray, here: FloatArray) -> None:
        """Add one step."""
        there = before.shape[2]
        if self.matrix is not None:
            for state in range(before.shape[1]):
                self.matrix[:, state, :, :there] += before[:, state, None] * here
            return
        by_matrix = before[:, :, None] * here[:, None]
        place = self.part.place[period, :there]  # type: ignore[index]
        covariates = self.part.covariates[place].T
        by_threshold, by_rise = logit_chain(self.density[..., place], by_matrix, covariates)
        self.thresholds[..., :there] += by_threshold  # type: ignore[index]
        self.rises[..., :there] += by_rise  # type: ignore[index]

    def done(self, found: Smoothed) -> Gathered:
        """Return all of it."""
        if self.matrix is not None and self.arrays.thresholds is not None:
            by_threshold, by_rise = logit_chain(self.density, self.matrix, self.part.covariates.T)
            return Gathered(self.part, found, None, by_threshold, by_rise)
        return Gathered(self.part, found, self.matrix, self.thresholds, self.rises)


def emission_slopes(data: Prepared, form: Form, arrays: Arrays, gathered: Gathered) -> tuple[FloatArray, ...]:
    """Return for each outcome ``(q, S, n)`` the derivatives by its quantities."""
    found = []
    state, part = gathered.smoothed.state, gathered.part
    for table, observed, family, theta in zip(data.tables, part.observed, form.families, arrays.thetas, strict=True):
        if table is None:
            flat = np.asarray(observed, dtype=np.float64).ravel()
            slope = family.gradient(flat, None, theta).reshape(len(theta), form.states, *observed.shape)
            found.append(np.einsum("qstn,tsn->qsn", np.where(np.isnan(slope), 0.0, slope), state))
            continue
        slope = np.zeros((len(theta), form.states, table.values.size + 1))
        slope[:, :, :-1] = family.gradient(table.values, table.trials, theta)
        total = np.empty((len(theta), form.states, part.rows.size))
        for row in range(len(theta)):
            for place in range(form.states):
                total[row, place] = np.einsum("tn,tn->n", slope[row, place][observed], state[:, place])
        found.append(total)
    return tuple(found)


def slopes_of(data: Prepared, form: Form, arrays: Arrays, gathered: Gathered) -> Slopes:
    """Return the derivatives of each customer's log-likelihood by the arrays."""
    return Slopes(
        gathered.smoothed.first,
        gathered.matrix,
        gathered.thresholds,
        gathered.rises,
        emission_slopes(data, form, arrays, gathered),
    )


def values_of(data: Prepared, form: Form, arrays: Arrays) -> Iterator[tuple[Part, FloatArray]]:
    """Yield each part of the customers with their log-likelihoods, ``(n,)``, by a pass forward only."""
    found = densities(data, form, arrays)
    start = arrays.weight[:, None] * arrays.initial
    for part in data.parts:
        density, shift = scaled_densities(part, form, arrays, found)
        moves = moves_of(part, arrays)
        _, scale = filtered(density, start, moves, part.active)
        with np.errstate(divide="ignore", invalid="ignore"):
            values = shift + np.log(scale).sum(axis=0)
        bad = np.flatnonzero(lost(scale))
        if bad.size:
            few = part.some(bad)
            logs = log_densities(few, form, arrays, found)
            values[bad] = log_totals(log_filtered(logs, start, moves_of(few, arrays), few.active), few.active)
        yield part, values
