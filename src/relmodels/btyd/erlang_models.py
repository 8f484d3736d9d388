"""The formulas of BG/CNBD-k and MBG/CNBD-k: the two differ in one chance to leave, ``first``.

``p`` are the parameters ``(k, r, alpha, a, b)``; ``k`` is one whole number, the others may differ from row to row.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from relmodels.btyd.distinct import distinct
from relmodels.btyd.erlang_likelihood import log_likelihood_of_rows, log_odds_gone, phase_weights, score_of_rows
from relmodels.btyd.erlang_predictions import (
    discounted_by_phase,
    expected_by_phase,
    lifetime_by_phase,
    pmf_by_phase,
    survival_by_phase,
)
from relmodels.btyd.formulas import Formula, Formulas
from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters

__all__ = ["erlang_formulas", "whole"]

Number = FloatArray | float

_MOST_PURCHASES: Final = 1e8


def erlang_formulas(first: int) -> Formulas:
    """Return the formulas of the model in which customers may leave after the first purchase (1), or may not (0).

    Examples:
        >>> erlang_formulas(1).log_odds_gone(1.0, 0.5, 6.2, 0.9, 1.6, *np.zeros((3, 1))).round(3)
        array([-0.575])

    """
    return Formulas(
        log_likelihood=_with_phases(log_likelihood_of_rows, first),
        score=partial(_score, first),
        log_odds_gone=_with_phases(log_odds_gone, first),
        survival=partial(_survival, first),
        expected=_over_phases(expected_by_phase, first),
        discounted=_over_phases(discounted_by_phase, first),
        pmf=_over_phases(pmf_by_phase, first),
        lifetime=_over_phases(lifetime_by_phase, first),
        histories=partial(_histories, first),
        regular=True,
    )


def whole(k: float, model: str) -> int:
    """Return ``k`` as an integer.

    Raises:
        InvalidParameters: if it is not a whole number.

    """
    if float(k) != round(float(k)):
        message = f"{model}: k = {k!r} must be a whole number of 1 or more; it counts phases"
        raise InvalidParameters(message)
    return int(k)


def _with_phases(formula: Formula, first: int) -> Formula:
    """Return a formula of the likelihood as one of ``(*p, x, t_x, T, ...)``."""

    def of_parameters(k: Number, *rest: FloatArray | float) -> FloatArray:
        return formula(round(float(k)), first, *rest)

    return of_parameters


def _score(first: int, k: Number, *rest: FloatArray | float) -> FloatArray:
    """Return the derivatives, ``(n, 5)``, with 0 by the whole number ``k``."""
    by_others = _with_phases(score_of_rows, first)(k, *rest)
    return np.concatenate([np.zeros((*by_others.shape[:-1], 1)), by_others], axis=-1)


def _over_phases(formula: Formula, first: int) -> Formula:
    """Return the mean over the phases of a prediction by phase, which depends on frequency and age only.

    Customers who are there have passed the chance to leave at the first purchase, hence the ``first`` added to ``b``.
    """

    def mean(
        k: Number,
        r: Number,
        alpha: Number,
        a: Number,
        b: Number,
        x: FloatArray,
        t_x: FloatArray,
        T: FloatArray,
        *asked: FloatArray | float,
    ) -> FloatArray:
        weight = phase_weights(round(float(k)), r, alpha, x, t_x, T)
        columns = np.broadcast_arrays(r, alpha, a, b + first, x, T, *(value for value in asked[-1:] if np.ndim(value)))
        of = distinct(*columns)
        picked = [column[of.rows] for column in columns]
        history, horizon = picked[:6], picked[6:] or asked[-1:]
        by_phase = formula(round(float(k)), *history, *asked[:-1], *horizon)
        result: FloatArray = np.einsum("nj,n...j->n...", weight, by_phase[of.inverse])
        return result

    return mean


def _survival(first: int, k: Number, *rest: FloatArray | float) -> FloatArray:
    return np.minimum(_over_phases(survival_by_phase, first)(k, *rest), 1.0)


def _histories(
    first: int, k: Number, r: Number, alpha: Number, a: Number, b: Number, T: FloatArray, draw: np.random.Generator
) -> dict[str, FloatArray]:
    """Return frequency, recency and log gaps of simulated customers, ``(n,)``.

    The number of phases within the age is drawn as if nobody left, then the purchase after which they would leave;
    given how many phases fall within the age, the times between purchases are shares of it with a Dirichlet
    distribution.
    """
    phases = draw.gamma(r, size=T.shape) * (T / alpha)
    if phases.sum() > _MOST_PURCHASES * k:
        message = "alpha makes simulated customers buy more than 1e8 times; check alpha, k, r and the ages"
        raise InvalidParameters(message)
    possible = draw.poisson(phases).astype(np.float64)
    with np.errstate(divide="ignore"):  # a dropout probability that underflows to 0 means never leaving
        survived = draw.exponential(size=T.shape) / -np.log1p(-draw.beta(a, b, size=T.shape))
    x = np.minimum(np.floor(possible / k), np.floor(survived) + (1.0 - first))
    of = np.repeat(np.arange(T.size), x.astype(np.int64))
    gap = draw.gamma(float(k), size=of.size)
    until_last = np.bincount(of, weights=gap, minlength=T.size)
    whole_time = until_last + draw.gamma(possible - k * x + 1.0)
    log_gaps = np.bincount(of, weights=np.log(gap), minlength=T.size) + x * _log_or_0(T / whole_time)
    recency = np.where(x > 0, T * (until_last / whole_time), 0.0)
    return {"frequency": x, "recency": recency, "log_gaps": log_gaps}


def _log_or_0(values: FloatArray) -> FloatArray:
    logs: FloatArray = np.log(np.where(values > 0, values, 1.0))
    return logs
