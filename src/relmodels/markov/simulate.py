"""Drawn customers: their states, and what they did."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, IntArray, read_only
from relmodels.core.errors import InvalidParameters
from relmodels.core.numbers import whole
from relmodels.core.randomness import generator
from relmodels.markov.hmm import HMM, arrays_of
from relmodels.markov.panel import Panel
from relmodels.markov.transitions import OrderedLogit, logit_matrices

__all__ = ["simulate_states"]


def simulate_states(
    model: HMM,
    periods: int | ArrayLike,
    rng: int | np.random.Generator,
    *,
    customers: int | None = None,
    covariates: ArrayLike | None = None,
    trials: ArrayLike | None = None,
) -> tuple[Panel, IntArray]:
    """Return a panel of drawn customers, and ``(n, T)`` the states they were in, from 0; -1 after the end.

    Args:
        model: with its parameters.
        periods: of every history, or of each, ``(n,)``.
        rng: a seed or a generator.
        customers: how many, where one number of periods is given.
        covariates: ``(n, T, c)`` for an ordered logit.
        trials: ``(n, T)`` for a binomial outcome.

    Raises:
        InvalidParameters: if the lengths or the covariates are not those of the customers.

    Examples:
        >>> from relmodels.markov import FreeTransitions, Poisson
        >>> model = HMM([1.0, 0.0], FreeTransitions([[0.5, 0.5], [0.0, 1.0]]), Poisson([0.1, 9.0]))
        >>> panel, states = simulate_states(model, 4, rng=1, customers=2)
        >>> panel.values[:, :, 0].tolist(), states.tolist()
        ([[0.0, 8.0, 11.0, 8.0], [0.0, 0.0, 0.0, 11.0]], [[0, 1, 1, 1], [0, 0, 0, 1]])

    """
    random = generator(rng)
    length = _lengths(periods, customers)
    count, most = length.size, int(length.max(initial=0))
    given = _covariates(model, covariates, count, most)
    tried = None if trials is None else np.asarray(trials, dtype=np.float64)
    arrays = arrays_of(model)
    group = _drawn(np.tile(arrays.weight[:, None], (1, count)), random)
    state = _drawn(arrays.initial[group].T, random)
    states = np.empty((count, most), dtype=np.int64)
    values = np.empty((count, most, len(model.emission)))
    for period in range(most):
        if period:
            state = _drawn(_next(model, given[:, period], group, state).T, random)
        states[:, period] = state
        for place, family in enumerate(model.emission):
            of = None if tried is None or family.family != "binomial" else tried[:, period]
            values[:, period, place] = family.draw(family.theta, state, of, random)
    states[np.arange(most) >= length[:, None]] = -1
    names = model.form.covariates
    panel = Panel.from_arrays(
        values,
        outcomes=model.outcomes,
        lengths=length,
        trials=tried,
        covariates=given if names else None,
        covariate_names=names,
    )
    return panel, read_only(states)


def _lengths(periods: int | ArrayLike, customers: int | None) -> IntArray:
    given = np.asarray(periods)
    if given.ndim == 0:
        return np.full(whole(customers, "customers", 1), whole(periods, "periods", 1), dtype=np.int64)
    if given.ndim != 1 or given.dtype.kind not in "iu" or (given < 1).any() or customers not in {None, given.size}:
        message = "periods must be a whole number of 1 or more, or one for each customer"
        raise InvalidParameters(message)
    return given.astype(np.int64)


def _covariates(model: HMM, covariates: ArrayLike | None, count: int, periods: int) -> FloatArray:
    shape = (count, periods, len(model.form.covariates))
    if covariates is None and not model.form.covariates:
        return np.zeros(shape)
    given = np.zeros((0, 0, 0)) if covariates is None else np.asarray(covariates, dtype=np.float64)
    if given.shape != shape:
        message = (
            f"covariates has the shape {given.shape}; it needs {shape}: customers, periods, {model.form.covariates}"
        )
        raise InvalidParameters(message)
    return given


def _next(model: HMM, covariates: FloatArray, group: IntArray, state: IntArray) -> FloatArray:
    """Return ``(n, S)`` the chances of each customer's next state."""
    arrays = arrays_of(model)
    if not isinstance(model.transition, OrderedLogit) or arrays.thresholds is None:
        return arrays.matrix[group, state]
    distinct, place = np.unique(covariates, axis=0, return_inverse=True)
    table = logit_matrices(arrays.thresholds, arrays.rises, distinct)
    return table[group, state, :, place.ravel()]


def _drawn(chances: FloatArray, random: np.random.Generator) -> IntArray:
    """Return ``(n,)`` places drawn by chances ``(k, n)``."""
    bounds = np.cumsum(chances, axis=0)
    drawn = (bounds <= random.random(chances.shape[1]) * bounds[-1]).sum(axis=0)
    found: IntArray = np.minimum(drawn, len(chances) - 1)
    return found
