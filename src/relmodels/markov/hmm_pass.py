"""One pass through a panel: the likelihood of each customer, and what their histories say of states and moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray, IntArray
from relmodels.markov.hmm_form import Arrays, Form, Slopes, logit_chain
from relmodels.markov.prepared import Part, Prepared
from relmodels.markov.recursions import (
    Moves,
    Smoothed,
    Taker,
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
            total += dense.logs[:, observed.astype(np.int64, copy=False)].transpose(1, 0, 2)
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
            take, done = _keeper(part, arrays, moves)
            yield done(smoothed(density, forward, scale, moves, part.active, shift, take))
            continue
        for chosen, careful in ((np.flatnonzero(~bad), False), (np.flatnonzero(bad), True)):
            if chosen.size:
                yield _again(part.some(chosen), form, arrays, found, start, careful=careful)


def _again(
    part: Part, form: Form, arrays: Arrays, found: list[Densities], start: FloatArray, *, careful: bool
) -> Gathered:
    moves = moves_of(part, arrays)
    take, done = _keeper(part, arrays, moves)
    if careful:
        logs = log_densities(part, form, arrays, found)
        return done(log_smoothed(logs, start, moves, part.active, take))
    density, shift = scaled_densities(part, form, arrays, found)
    forward, scale = filtered(density, start, moves, part.active)
    return done(smoothed(density, forward, scale, moves, part.active, shift, take))


_Done: TypeAlias = Callable[[Smoothed], Gathered]


def _keeper(part: Part, arrays: Arrays, moves: Moves) -> tuple[Taker, _Done]:
    """Return what adds up the derivatives by transitions step by step, and what hands them out at the end."""
    return _one_matrix(part, arrays) if moves.place is None else _many_matrices(part, arrays, moves.place)


def _one_matrix(part: Part, arrays: Arrays) -> tuple[Taker, _Done]:
    groups, states = arrays.initial.shape
    total = np.zeros((groups, states, states, part.rows.size))

    def take(period: int, before: FloatArray, here: FloatArray) -> None:  # noqa: ARG001  all periods are alike
        for state in range(states):
            total[:, state, :, : before.shape[2]] += before[:, state, None] * here

    def done(found: Smoothed) -> Gathered:
        if arrays.thresholds is None:
            return Gathered(part, found, total, None, None)
        density = logit_slopes(arrays.thresholds, arrays.rises, part.covariates)
        return Gathered(part, found, None, *logit_chain(density, total, part.covariates.T))

    return take, done


def _many_matrices(part: Part, arrays: Arrays, place: IntArray) -> tuple[Taker, _Done]:
    groups, states = arrays.initial.shape
    density = logit_slopes(np.asarray(arrays.thresholds), arrays.rises, part.covariates)
    thresholds = np.zeros((groups, states, states - 1, part.rows.size))
    rises = np.zeros((states, part.covariates.shape[1], part.rows.size))

    def take(period: int, before: FloatArray, here: FloatArray) -> None:
        there = before.shape[2]
        which = place[period, :there]
        by_matrix = before[:, :, None] * here[:, None]
        by_threshold, by_rise = logit_chain(density[..., which], by_matrix, part.covariates[which].T)
        thresholds[..., :there] += by_threshold
        rises[..., :there] += by_rise

    return take, lambda found: Gathered(part, found, None, thresholds, rises)


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
