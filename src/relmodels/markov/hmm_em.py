"""Expectation and maximization: the steady climb from which Newton's method takes over.

Each round computes what the states and moves of all customers were expected to be under the present parameters, and
takes the parameters that would be best if these expectations were counts. No round lowers the likelihood. Starts are
made by guessing the state of each observation from its rank, with a random share of luck.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.markov.blocks import FLOOR
from relmodels.markov.hmm_form import Arrays, Form
from relmodels.markov.hmm_pass import passes
from relmodels.markov.prepared import Prepared

__all__ = ["Climb", "climb", "em_step", "guessed"]

_CERTAIN: Final = 1.0 - 1e-15


@dataclass(frozen=True, slots=True, eq=False)
class Climb:
    """Where a climb ended.

    Attributes:
        arrays: the parameters.
        log_likelihood: there.
        path: ``(rounds + 1,)`` log-likelihoods on the way.

    """

    arrays: Arrays
    log_likelihood: float
    path: FloatArray


def climb(data: Prepared, form: Form, start: Arrays, rounds: int, tolerance: float) -> Climb:
    """Return where the climb gets in some rounds, or when a round gains less than ``tolerance``.

    Args:
        data: the customers.
        form: with free transitions and a free beginning.
        start: the parameters to begin from.
        rounds: how many at the most.
        tolerance: a gain of log-likelihood.

    """
    arrays, path = start, []
    for _ in range(rounds):
        value, after = em_step(data, form, arrays)
        path.append(value)
        if not np.isfinite(value) or (len(path) > 1 and path[-1] - path[-2] < tolerance):
            break
        arrays = after
    return Climb(arrays, path[-1], np.array(path))


def em_step(data: Prepared, form: Form, arrays: Arrays) -> tuple[float, Arrays]:
    """Return the log-likelihood at some parameters, and the parameters of the next round."""
    groups, states = arrays.initial.shape
    total, began = 0.0, np.zeros((groups, states))
    moved = np.zeros((groups, states, states))
    moments: list[FloatArray | None] = [None] * len(form.families)
    weights = [None if one is None else np.zeros((states, one.values.size + 1)) for one in data.tables]
    start = arrays.weight[:, None] * arrays.initial
    for gathered in passes(data, form, arrays):
        part, found = gathered.part, gathered.smoothed
        total += float(part.weight @ found.log_likelihood)
        began += start * np.einsum("gsn,n->gs", found.first, part.weight)
        if gathered.matrix is not None:
            moved += np.einsum("grsn,n->grs", gathered.matrix, part.weight)
        state = found.state * part.weight
        for place, (observed, family) in enumerate(zip(part.observed, form.families, strict=True)):
            seen = weights[place]
            if seen is not None:
                flat = observed.astype(np.int64, copy=False).ravel()
                for row in range(states):
                    seen[row] += np.bincount(flat, weights=state[:, row].ravel(), minlength=seen.shape[1])
                continue
            values = np.asarray(observed, dtype=np.float64).ravel()
            there = ~np.isnan(values)
            weight = state.transpose(1, 0, 2).reshape(states, -1)[:, there]
            added = family.moments(values[there], None, weight, arrays.thetas[place])
            before = moments[place]
            moments[place] = added if before is None else before + added
    for place, (table, family) in enumerate(zip(data.tables, form.families, strict=True)):
        seen = weights[place]
        if table is not None and seen is not None:
            moments[place] = family.moments(table.values, table.trials, seen[:, :-1], arrays.thetas[place])
    thetas = tuple(
        theta if found is None else _inside(form, place, family.best(found, theta))
        for place, (family, theta, found) in enumerate(zip(form.families, arrays.thetas, moments, strict=True))
    )
    return total, replace(
        arrays,
        weight=began.sum(axis=1) / began.sum(),
        initial=_shares(began, arrays.initial),
        matrix=_shares(arrays.matrix * moved, arrays.matrix),
        thetas=thetas,
    )


def _shares(counts: FloatArray, old: FloatArray) -> FloatArray:
    total = counts.sum(axis=-1, keepdims=True)
    return np.where(total > 0.0, counts / np.maximum(total, 1e-300), old)


def _inside(form: Form, place: int, theta: FloatArray) -> FloatArray:
    """Return quantities moved off the edges of their domains, by less than any likelihood tells."""
    if form.categories[place]:
        return theta
    for row, quantity in enumerate(form.families[place].quantities):
        if quantity.domain.lower == 0.0:
            theta[row] = np.maximum(theta[row], FLOOR)
        if quantity.domain.upper == 1.0:
            theta[row] = np.minimum(theta[row], _CERTAIN)
    return theta


def guessed(data: Prepared, form: Form, luck: float, rng: np.random.Generator) -> Arrays:
    """Return parameters to begin from: those that fit a guess of each observation's state by its rank.

    Args:
        data: the customers.
        form: with free transitions and a free beginning.
        luck: the share of chance in the guesses, from 0 to 1.
        rng: the source of chance.

    """
    states, groups = form.states, form.segments
    bounds = np.sort(rng.dirichlet(np.full(states, 1.0 + 20.0 * (1.0 - luck))).cumsum()[:-1])
    thetas = tuple(
        _inside(form, place, _guess(data, form, place, bounds, luck, rng)) for place in range(len(form.families))
    )
    stay = rng.uniform(0.6, 0.95, size=(groups, states, 1))
    others = rng.dirichlet(np.ones(states), size=(groups, states)) if states > 1 else np.ones((groups, 1, 1))
    allowed = np.array(form.allowed)
    matrix = (stay * np.eye(states) + (1.0 - stay) * others) * allowed
    return Arrays(
        weight=np.full(groups, 1.0 / groups),
        initial=np.tile(rng.dirichlet(np.full(states, 5.0)), (groups, 1)),
        matrix=matrix / matrix.sum(axis=2, keepdims=True),
        thresholds=None,
        rises=np.zeros((states, 0)),
        thetas=thetas,
    )


def _guess(
    data: Prepared, form: Form, place: int, bounds: FloatArray, luck: float, rng: np.random.Generator
) -> FloatArray:
    """Return quantities of each state for observations cut at the shares ``bounds`` of their ranks."""
    table, family = data.tables[place], form.families[place]
    seen = [part.observed[place].ravel() for part in data.parts]
    flat = np.concatenate(seen)
    if table is not None:
        flat = flat[flat < table.values.size].astype(np.int64)
        values, trials = table.values[flat], None if table.trials is None else table.trials[flat]
    else:
        values, trials = flat[~np.isnan(flat)].astype(np.float64), None
    level = values if trials is None else values / np.maximum(trials, 1.0)
    if form.categories[place]:
        level = rng.permutation(form.families[place].theta.shape[0])[values.astype(np.int64)].astype(np.float64)
    # Ties are broken by chance; the first start by their order.
    order = np.lexsort((rng.random(level.size), level))
    rank = np.empty(level.size)
    rank[order] = (np.arange(level.size) + 0.5) / level.size
    state = np.searchsorted(bounds, rank)
    weight = np.full((form.states, level.size), 0.3 * luck / form.states + 0.02)
    weight[state, np.arange(level.size)] += 1.0 - 0.3 * luck
    start = np.zeros((len(family.quantities), form.states)) + 1.0
    return family.best(family.moments(values, trials, weight, start), start)
