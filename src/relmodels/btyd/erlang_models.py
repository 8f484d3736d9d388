"""What BG/CNBD-k and MBG/CNBD-k answer, as functions of their numbers: the two differ in one chance to leave.

The models' methods check their arguments and call these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd import checks
from relmodels.btyd.erlang_likelihood import log_odds_gone, phase_weights
from relmodels.btyd.erlang_predictions import discounted_by_phase, expected_by_phase, pmf_by_phase, survival_by_phase
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.core.periods import Unit

__all__ = [
    "Erlang",
    "discounted_residual",
    "expected_purchases",
    "expected_purchases_new",
    "gaps",
    "p_alive",
    "pmf",
    "pmf_given",
    "row_of_counts",
    "simulate",
    "whole",
]

_Formula: TypeAlias = Callable[..., FloatArray]

_MOST_PURCHASES: Final = 1e8


@dataclass(frozen=True, slots=True)
class Erlang:
    """The numbers of one model.

    Attributes:
        k: phases of a time between purchases.
        first: 1 if customers may leave after the first purchase, else 0.
        r: shape of the rates of phases.
        alpha: their inverse scale.
        a: first shape of the dropout probability.
        b: second shape.

    """

    k: int
    first: int
    r: float
    alpha: float
    a: float
    b: float

    @property
    def of_those_there(self) -> tuple[int, float, float, float, float]:
        """Return k, r, alpha, a and the b of those who are there, who have passed the chance to leave at the first."""
        return self.k, self.r, self.alpha, self.a, self.b + self.first


def whole(k: float, model: str) -> int:
    """Return ``k`` as an integer.

    Raises:
        InvalidParameters: if it is not a whole number.

    """
    if float(k) != round(float(k)):
        message = f"{model}: k = {k!r} must be a whole number of 1 or more; it counts phases"
        raise InvalidParameters(message)
    return int(k)


def gaps(model: str, data: PurchaseSummary) -> FloatArray:
    """Return the ``log_gaps`` of ``data``.

    Raises:
        InvalidData: if there are none.

    """
    if data.log_gaps is None:
        message = (
            f"{model} is fitted to log_gaps, the sums of the logarithms of the times between purchases, and this "
            "summary has none; make it with from_transactions from a table in memory, or give log_gaps to from_arrays"
        )
        raise InvalidData(message)
    return data.log_gaps


def row_of_counts(k: ArrayLike) -> FloatArray:
    """Return one number of purchases or one dimension of them.

    Raises:
        InvalidParameters: if they are not whole numbers of 0 or more, or have more dimensions.

    """
    asked = checks.counts(k)
    if asked.ndim > 1:
        message = f"k has shape {asked.shape}; give one number or one dimension of numbers"
        raise InvalidParameters(message)
    return asked


def p_alive(model: Erlang, summary: PurchaseSummary, ahead: float) -> FloatArray:
    """Return the probability to be there after ``ahead``, ``(n,)``."""

    def later(x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        now = _alive(model, x, t_x, T)
        if ahead == 0.0:
            return now
        formula = partial(survival_by_phase, *model.of_those_there, horizon=ahead)
        stays: FloatArray = now * np.minimum(_over_phases(model, x, t_x, T, formula), 1.0)
        return stays

    return checks.once(later, summary.frequency, summary.recency, summary.age)


def expected_purchases(model: Erlang, summary: PurchaseSummary, horizon: float) -> FloatArray:
    """Return the purchases expected of each customer within ``horizon``, ``(n,)``."""

    def expected(x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        formula = partial(expected_by_phase, *model.of_those_there, horizon=horizon)
        return _alive(model, x, t_x, T) * _over_phases(model, x, t_x, T, formula)

    return checks.once(expected, summary.frequency, summary.recency, summary.age)


def expected_purchases_new(model: Erlang, horizons: FloatArray) -> FloatArray:
    """Return the purchases expected of a new customer within ``horizons``, in their shape."""
    none = np.zeros(horizons.size)
    expected = expected_by_phase(*model.of_those_there, none, none, horizons.ravel())[:, 0]
    return _alive(model, none, none, none)[0] * expected.reshape(horizons.shape) if none.size else horizons


def discounted_residual(model: Erlang, summary: PurchaseSummary, force: float, horizon: float) -> FloatArray:
    """Return the present value of the purchases of each customer within ``horizon``, ``(n,)``."""

    def discounted(x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        formula = partial(discounted_by_phase, *model.of_those_there, force=force, horizon=horizon)
        return _alive(model, x, t_x, T) * _over_phases(model, x, t_x, T, formula)

    return checks.once(discounted, summary.frequency, summary.recency, summary.age)


def pmf(model: Erlang, counts: FloatArray, horizon: FloatArray) -> FloatArray:
    """Return the probability of ``counts`` of a new customer, in the shape they broadcast to with ``horizon``."""
    k, t = np.broadcast_arrays(counts, horizon)
    times, of_time = np.unique(t.ravel(), return_inverse=True)
    numbers, of_number = np.unique(k.ravel(), return_inverse=True)
    none = np.zeros(times.size)
    there = _alive(model, none, none, none)[:, None]
    table = there * pmf_by_phase(*model.of_those_there, none, none, numbers, times)[..., 0]
    table += np.where(numbers == 0, 1.0 - there, 0.0)
    return table[of_time, of_number].reshape(k.shape)


def pmf_given(model: Erlang, counts: FloatArray, summary: PurchaseSummary, horizon: float) -> FloatArray:
    """Return the probability of ``counts`` of each customer, ``(n,)`` for one and ``(n, m)`` for several."""
    asked = counts.reshape(-1)

    def table(x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        there = _alive(model, x, t_x, T)[:, None]
        formula = partial(pmf_by_phase, *model.of_those_there, counts=asked, horizon=horizon)
        if_there = _over_phases(model, x, t_x, T, formula)
        result: FloatArray = np.where(asked == 0, 1.0 - there, 0.0) + there * if_there
        return result

    result = checks.once(table, summary.frequency, summary.recency, summary.age)
    return result[:, 0] if counts.ndim == 0 else result


def simulate(model: Erlang, T: FloatArray, draw: np.random.Generator, unit: Unit) -> PurchaseSummary:
    """Return simulated customers of the ages ``T``, ``(n,)``."""
    phases = draw.gamma(model.r, size=T.shape) * (T / model.alpha)
    if phases.sum() > _MOST_PURCHASES * model.k:
        message = f"alpha = {model.alpha!r} makes customers buy more than 1e8 times; check alpha, k, r and the ages"
        raise InvalidParameters(message)
    possible = draw.poisson(phases).astype(np.float64)
    with np.errstate(divide="ignore"):  # a dropout probability that underflows to 0 means never leaving
        survived = draw.exponential(size=T.shape) / -np.log1p(-draw.beta(model.a, model.b, size=T.shape))
    x = np.minimum(np.floor(possible / model.k), np.floor(survived) + (1.0 - model.first))
    of = np.repeat(np.arange(T.size), x.astype(np.int64))
    gap = draw.gamma(float(model.k), size=of.size)
    until_last = np.bincount(of, weights=gap, minlength=T.size)
    whole_time = until_last + draw.gamma(possible - model.k * x + 1.0)
    log_gaps = np.bincount(of, weights=np.log(gap), minlength=T.size) + x * _log_or_0(T / whole_time)
    recency = np.where(x > 0, T * (until_last / whole_time), 0.0)
    return PurchaseSummary.from_arrays(frequency=x, recency=recency, age=T, log_gaps=log_gaps, unit=unit)


def _log_or_0(values: FloatArray) -> FloatArray:
    logs: FloatArray = np.log(np.where(values > 0, values, 1.0))
    return logs


def _alive(model: Erlang, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
    from scipy import special

    now: FloatArray = special.expit(
        -log_odds_gone(model.k, model.first, model.r, model.alpha, model.a, model.b, x, t_x, T)
    )
    return now


def _over_phases(model: Erlang, x: FloatArray, t_x: FloatArray, T: FloatArray, formula: _Formula) -> FloatArray:
    """Return the mean over the phases of ``formula``, which depends on frequency and age only."""
    weight = phase_weights(model.k, model.r, model.alpha, x, t_x, T)
    by_phase = checks.once(formula, x, T)
    mean: FloatArray = np.einsum("nj,n...j->n...", weight, by_phase)
    return mean
