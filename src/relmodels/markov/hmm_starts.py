"""Where a search begins: climbs from several guesses, on a part of the customers first."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray
from relmodels.core.randomness import generator
from relmodels.markov.hmm_em import Climb, climb, guessed
from relmodels.markov.hmm_form import Arrays, Form
from relmodels.markov.panel import Panel
from relmodels.markov.prepared import Prepared, prepared

__all__ = ["best_climbs", "best_start", "climbing", "in_form", "is_degenerate", "permuted"]

_SAMPLE: Final = 1_000
_SHORT, _LONG = 25, 400
# A deviation so small beside that of all amounts is a state that has shrunk onto a few equal ones.
_SHRUNK: Final = 1e-3
# Thresholds are kept within the range in which logistic functions are not 0 or 1 to all digits.
_LEAST: Final = 1e-7


def climbing(form: Form) -> Form:
    """Return the form in which starts are sought for another: free transitions and a free beginning."""
    return replace(form, ordered=None, stationary=False, logit=False, covariates=(), spreads=(), center=())


def best_climbs(
    panel: Panel, form: Form, starts: int, rng: int | np.random.Generator, kept: int, tolerance: float
) -> list[Climb]:
    """Return the best ends of climbs from several starts, the best first; none if all of them shrank onto a value.

    Args:
        panel: the customers.
        form: in which to climb; see :func:`climbing`.
        starts: how many guesses.
        rng: the source of chance.
        kept: how many of the best are climbed to the end.
        tolerance: the gain of a round at which a climb has ended.

    """
    random = generator(rng)
    whole = prepared(panel, form)
    step = max(1, len(panel) // _SAMPLE)
    few = whole if step == 1 else prepared(panel.every(step), form)
    luck = np.linspace(0.1, 1.0, starts) if starts > 1 else np.array([0.1])
    short = [climb(few, form, guessed(few, form, float(share), random), _SHORT, tolerance) for share in luck]
    best = _distinct(sorted((one for one in short if _is_sound(few, one)), key=lambda one: -one.log_likelihood))
    ends = [climb(few, form, one.arrays, _LONG, tolerance) for one in best[:kept]]
    if step > 1:
        ends = [climb(whole, form, one.arrays, _SHORT, tolerance) for one in ends[:1]]
    return sorted((one for one in ends if _is_sound(whole, one)), key=lambda one: -one.log_likelihood)


def _distinct(climbs: list[Climb]) -> list[Climb]:
    """Return the climbs without those that are on the way to the same end as a better one."""
    found: list[Climb] = []
    for one in climbs:
        if all(abs(one.log_likelihood - other.log_likelihood) > 1e-3 for other in found):
            found.append(one)
    return found


def _is_sound(data: Prepared, one: Climb) -> bool:
    return bool(np.isfinite(one.log_likelihood)) and not is_degenerate(data, one.arrays)


def is_degenerate(data: Prepared, arrays: Arrays) -> bool:
    """Return whether a state of amounts has shrunk onto a value, where the likelihood has no bound."""
    for place, (table, theta) in enumerate(zip(data.tables, arrays.thetas, strict=True)):
        if table is None:
            values = np.concatenate([np.asarray(part.observed[place], dtype=np.float64).ravel() for part in data.parts])
            if theta[1].min() < _SHRUNK * float(np.nanstd(values)):
                return True
    return False


def best_start(panel: Panel, form: Form, starts: int, rng: int | np.random.Generator) -> Arrays:
    """Return arrays of ``form`` to begin from, states in the order of the first outcome's mean."""
    climbs = best_climbs(panel, climbing(form), starts, rng, kept=1, tolerance=1e-3)
    data = prepared(panel, climbing(form))
    arrays = climbs[0].arrays if climbs else guessed(data, climbing(form), 0.1, generator(rng))
    mean = form.families[0].mean(arrays.thetas[0])
    level = mean if mean.ndim == 1 else mean @ np.arange(mean.shape[1], dtype=np.float64)
    return in_form(form, permuted(arrays, np.argsort(level, kind="stable")))


def permuted(arrays: Arrays, order: IntArray) -> Arrays:
    """Return arrays with free transitions whose states stand in another order, and the largest segment first."""
    groups = np.argsort(-arrays.weight, kind="stable")
    return replace(
        arrays,
        weight=arrays.weight[groups],
        initial=arrays.initial[groups][:, order],
        matrix=arrays.matrix[groups][:, order][:, :, order],
        thresholds=None if arrays.thresholds is None else arrays.thresholds[groups],
        thetas=tuple(theta[:, order] for theta in arrays.thetas),
    )


def in_form(form: Form, arrays: Arrays) -> Arrays:
    """Return arrays with free transitions as a form has them: an ordered logit begins without effects."""
    if not form.logit:
        return arrays
    sums = np.cumsum(arrays.matrix, axis=2)[:, :, :-1]
    levels = np.arange(1, form.states) * _LEAST
    low = np.clip(sums, levels, 1.0 - levels[::-1])
    low = np.maximum.accumulate(low + levels, axis=2)
    thresholds: FloatArray = np.log(low) - np.log1p(-low)
    return replace(arrays, thresholds=thresholds, rises=np.zeros((form.states, len(form.covariates))))
