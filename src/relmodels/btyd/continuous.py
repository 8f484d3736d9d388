"""What every model of buying in continuous time answers, from its formulas: P(alive) times what is expected if alive.

The methods of the models check their arguments and call these functions, and so do those of a model with covariates,
whose parameters are arrays with one value for each customer. Distinct histories are evaluated once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from relmodels.btyd.distinct import distinct
from relmodels.btyd.formulas import Formula, Formulas, Parameters
from relmodels.btyd.panels import integral
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray, IntArray
from relmodels.core.errors import InvalidParameters
from relmodels.core.periods import Unit
from relmodels.core.roots import rising_root

__all__ = [
    "discounted_residual",
    "expected_purchases",
    "expected_purchases_new",
    "once",
    "p_alive",
    "pmf",
    "pmf_given",
    "residual_lifetime",
    "simulate",
    "time_to_next_purchase",
]

_NODES: Final = 24.0
# What is left of a mean when fewer than this share are still there is less than rounding.
_NOBODY: Final = 1e-18
_SHORTEST: Final = 1e-280
# A horizon beyond this many ages and scales of the model is for ever.
_LONGEST: Final = 1e12


def once(formula: Formula, parameters: Parameters, *columns: FloatArray) -> FloatArray:
    """Return ``formula(*parameters, *columns)``, evaluated once for each distinct row.

    Args:
        formula: returns an array whose first axis are the rows.
        parameters: numbers, or arrays ``(n,)``.
        columns: ``(n,)`` each.

    """
    own = [np.asarray(value) for value in parameters if np.ndim(value)]
    found = distinct(*own, *columns)
    picked = (value[found.rows] if isinstance(value, np.ndarray) else value for value in parameters)
    return formula(*picked, *(column[found.rows] for column in columns))[found.inverse]


def p_alive(of: Formulas, parameters: Parameters, summary: PurchaseSummary, ahead: float) -> FloatArray:
    """Return the probability that each customer is still there after ``ahead``, ``(n,)``."""
    now = _alive(of, parameters, summary)
    if ahead == 0.0:
        return now
    return now * np.minimum(_if_there(of, of.survival, parameters, summary, ahead), 1.0)


def expected_purchases(of: Formulas, parameters: Parameters, summary: PurchaseSummary, horizon: float) -> FloatArray:
    """Return the purchases expected of each customer within ``horizon``, ``(n,)``."""
    expected = _if_there(of, of.expected, parameters, summary, horizon)
    return _alive(of, parameters, summary) * expected


def expected_purchases_new(of: Formulas, parameters: Parameters, horizons: FloatArray) -> FloatArray:
    """Return the repeat purchases expected of a new customer within ``horizons``, in their shape.

    Args:
        of: the formulas.
        parameters: one number each, or arrays of the shape of ``horizons``.
        horizons: any shape.

    """
    if not horizons.size:
        return horizons
    flat = tuple(value.ravel() if isinstance(value, np.ndarray) else value for value in parameters)
    none = np.zeros(horizons.size)
    history = (none, none, none) if of.regular else (none, none)
    expected = of.expected(*flat, *history, horizons.ravel())
    return (_there_at_first(of, flat, none) * expected).reshape(horizons.shape)


def discounted_residual(
    of: Formulas, parameters: Parameters, summary: PurchaseSummary, force: float, horizon: float
) -> FloatArray:
    """Return the present value of the purchases of each customer within ``horizon``, ``(n,)``."""
    worth = _if_there(of, of.discounted, parameters, summary, force, horizon)
    return _alive(of, parameters, summary) * worth


def pmf(of: Formulas, parameters: Parameters, counts: FloatArray, horizon: FloatArray) -> FloatArray:
    """Return the probability of ``counts`` repeat purchases of a new customer, in the shape they broadcast to."""
    k, t = np.broadcast_arrays(counts, horizon)
    times, of_time = np.unique(t.ravel(), return_inverse=True)
    numbers, of_number = np.unique(k.ravel(), return_inverse=True)
    none = np.zeros(times.size)
    history = (none, none, none) if of.regular else (none, none)
    there = _there_at_first(of, parameters, none)[:, None]
    table = there * of.pmf(*parameters, *history, numbers, times)
    table += np.where(numbers == 0, 1.0 - there, 0.0)
    return table[of_time, of_number].reshape(k.shape)


def pmf_given(
    of: Formulas, parameters: Parameters, counts: FloatArray, summary: PurchaseSummary, horizon: float
) -> FloatArray:
    """Return the probability of ``counts`` of each customer, ``(n,)`` for one and ``(n, m)`` for several.

    Raises:
        InvalidParameters: if ``counts`` has more than one dimension.

    """
    if counts.ndim > 1:
        message = f"k has shape {counts.shape}; give one number or one dimension of numbers"
        raise InvalidParameters(message)
    asked = counts.reshape(-1)
    there = _alive(of, parameters, summary)[:, None]
    if_there = _if_there(of, of.pmf, parameters, summary, asked, horizon)
    result: FloatArray = np.where(asked == 0, 1.0 - there, 0.0) + there * if_there
    return result[:, 0] if counts.ndim == 0 else result


def residual_lifetime(
    of: Formulas, parameters: Parameters, summary: PurchaseSummary, horizon: float | None
) -> FloatArray:
    """Return the time that each customer is expected to stay, up to ``horizon``, ``(n,)``.

    Raises:
        InvalidParameters: if there is no horizon and the mean is infinite for some customer.

    """
    alive = _alive(of, parameters, summary)
    if horizon is not None:
        return alive * _if_there(of, partial(_mean_stay, of.survival), parameters, summary, horizon)
    stay = _if_there(of, of.lifetime, parameters, summary)
    endless = np.flatnonzero(np.isinf(stay) & (alive > 0))
    if endless.size:
        message = (
            f"the time to come has no finite mean for {endless.size} of {len(summary)} customers, the first in row "
            f"{endless[0]}: some of them may stay almost for ever; give a horizon"
        )
        raise InvalidParameters(message)
    return alive * np.where(alive > 0, stay, 0.0)


def time_to_next_purchase(
    of: Formulas, parameters: Parameters, summary: PurchaseSummary, probability: float
) -> FloatArray:
    """Return the time by which each customer has bought again with ``probability``, ``(n,)``; infinite for never."""
    alive = _alive(of, parameters, summary)
    x, t_x, T = summary.frequency, summary.recency, summary.age
    history = (x, t_x, T) if of.regular else (x, T)
    none = np.zeros(1)

    def waiting(*rows: FloatArray | float) -> FloatArray:
        """Return the wait of distinct rows; the last of their columns is P(alive)."""
        *known, there = rows
        there = np.asarray(there)

        def bought(time: FloatArray, some: IntArray) -> FloatArray:
            picked = (value[some] if isinstance(value, np.ndarray) else value for value in known)
            chance: FloatArray = there[some] * (1.0 - of.pmf(*picked, none, time)[:, 0])
            return chance - probability

        scale = np.maximum(np.asarray(known[-1]), 1.0)
        return rising_root(bought, scale, _LONGEST * scale)

    return once(waiting, parameters, *history, alive)


def simulate(
    of: Formulas, parameters: Parameters, age: FloatArray, draw: np.random.Generator, unit: Unit
) -> PurchaseSummary:
    """Return simulated customers of the ages ``age``, ``(n,)``."""
    columns = of.histories(*parameters, age, draw)
    return PurchaseSummary.from_arrays(
        frequency=columns["frequency"],
        recency=columns["recency"],
        age=age,
        log_gaps=columns.get("log_gaps"),
        unit=unit,
    )


def _alive(of: Formulas, parameters: Parameters, summary: PurchaseSummary) -> FloatArray:
    from scipy import special

    odds = once(of.log_odds_gone, parameters, summary.frequency, summary.recency, summary.age)
    alive: FloatArray = special.expit(-odds)
    return alive


def _there_at_first(of: Formulas, parameters: Parameters, none: FloatArray) -> FloatArray:
    """Return the probability that a new customer has not left at the first purchase already."""
    from scipy import special

    there: FloatArray = special.expit(-of.log_odds_gone(*parameters, none, none, none))
    return there


def _if_there(
    of: Formulas, formula: Formula, parameters: Parameters, summary: PurchaseSummary, *asked: FloatArray | float
) -> FloatArray:
    """Return a formula about customers who are there, given what it depends on besides their history."""
    x, t_x, T = summary.frequency, summary.recency, summary.age
    return once(lambda *rows: formula(*rows, *asked), parameters, *((x, t_x, T) if of.regular else (x, T)))


def _mean_stay(survival: Formula, *columns: FloatArray | float) -> FloatArray:
    """Return the integral of the probability of being there over the time up to a horizon, the last of ``columns``.

    It is taken on the axis ``y = ln(1 + t/c)`` with ``c`` the time in which about half of them leave, up to where all
    have.
    """
    *rows, horizon = columns
    many = np.size(rows[-1])
    if horizon == 0.0:
        return np.zeros(many)

    def stays(time: FloatArray, some: IntArray) -> FloatArray:
        picked = (value[some] if isinstance(value, np.ndarray) else value for value in rows)
        return survival(*picked, np.maximum(time, np.finfo(np.float64).tiny))

    end = _halved(stays, np.full(many, float(horizon)), _NOBODY)
    scale = _halved(stays, end, 0.5)

    def integrand(y: FloatArray, some: IntArray) -> tuple[FloatArray, ...]:
        row = np.broadcast_to(some, y.shape)
        time = scale[row] * np.expm1(y)
        with np.errstate(divide="ignore"):  # who cannot be there any more has stayed for no time
            log_stay = np.log(stays(time.ravel(), row.ravel())).reshape(y.shape)
        return (log_stay + y,)

    stay: FloatArray = scale * integral(integrand, np.zeros(many), np.log1p(end / scale), np.full(many, _NODES))
    return stay


def _halved(stays: Callable[[FloatArray, IntArray], FloatArray], time: FloatArray, share: float) -> FloatArray:
    """Return ``time``, ``(n,)``, halved for as long as fewer than ``share`` are still there after the half of it."""
    time, rows = time.copy(), np.arange(time.size)
    while rows.size:
        rows = rows[(stays(time[rows] / 2, rows) < share) & (time[rows] > _SHORTEST)]
        time[rows] /= 2
    return time
