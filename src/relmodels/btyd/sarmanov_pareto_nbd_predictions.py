"""What Pareto/NBD with a Sarmanov density predicts: the plain model's figure, times what the dependence adds.

Given that a customer is still there, rate and hazard have again a Sarmanov density, with Gamma(r + x, α + T) and
Gamma(s, β + T) in place of the two gamma distributions and the same ``u = e^{-aλ}`` and ``v = e^{-bμ}``. Without the
dependence they would be independent, so that the mean of a product ``g(λ) h(μ)`` is
``{Z + 2κ (1 - u_g) (Z - Z_v)} / {1 + 2κ (1 - u_1) (1 - v_1)}``: ``Z`` is the plain figure, ``Z_v`` the one with weight
``v/B``, and ``u_g`` the mean of ``u/A`` with weight ``g``. Both braces are positive.
The functions broadcast over ``(m,)`` arrays, so that each row may have parameters of its own.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from relmodels.btyd import pareto_nbd_predictions as plain
from relmodels.btyd.formulas import Formulas
from relmodels.btyd.histories import leaving_at_a_time
from relmodels.btyd.pareto_nbd_likelihood import log_odds_gone as plain_log_odds_gone
from relmodels.btyd.sarmanov_pareto_nbd_draws import rates_and_hazards
from relmodels.btyd.sarmanov_pareto_nbd_likelihood import (
    ODDS,
    derivatives_of_rows,
    excess,
    log_likelihood_of_rows,
    log_tilt,
    score_of_rows,
    tilted,
)
from relmodels.core.arrays import FloatArray

__all__ = [
    "FORMULAS",
    "correlation",
    "discounted_if_alive",
    "expected_if_alive",
    "log_odds_gone",
    "pmf_if_alive",
    "survival",
]

Number = FloatArray | float


def correlation(r: Number, s: Number, kappa: Number) -> FloatArray:
    """Return the correlation of rates and hazards, ``2κ √(rs) (1 - α/(α+a)) (1 - β/(β+b))``."""
    found: FloatArray = ODDS * kappa * np.sqrt(np.multiply(r, s)) * np.expm1(-log_tilt(r)) * np.expm1(-log_tilt(s))
    return found


def log_odds_gone(
    r: Number, alpha: Number, s: Number, beta: Number, kappa: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return the log odds of having left, ``(n,)``; minus infinity where ``T = t_x``.

    They are those of the plain model, raised by ``ln (1 + 2κ D)`` of those who left over that of those who did not.
    """
    odds = plain_log_odds_gone(r, alpha, s, beta, x, t_x, T)
    possible = np.isfinite(odds)

    def ratio(alpha: Number, beta: Number) -> FloatArray:
        other = plain_log_odds_gone(r, alpha, s, beta, x, t_x, T)
        return np.exp(np.subtract(other, odds, out=np.zeros_like(odds), where=possible))

    late, long = _mean(r, alpha, x, T), _mean(s, beta, 0.0, T)
    more, longer = tilted(r, alpha), tilted(s, beta)
    gone = 1.0 - late * ratio(more, beta) - long * ratio(alpha, longer) + late * long * ratio(more, longer)
    changed: FloatArray = odds + np.log1p(excess(kappa, gone)) - np.log1p(excess(kappa, (1.0 - late) * (1.0 - long)))
    return changed


def survival(
    r: Number, alpha: Number, s: Number, beta: Number, kappa: Number, x: FloatArray, T: FloatArray, horizon: Number
) -> FloatArray:
    """Return the probability of being there after ``horizon`` given being there now, ``(m,)``."""
    late, long = _mean(r, alpha, x, T), _mean(s, beta, 0.0, T)
    stay, longer = (plain.survival(s, scale, T, horizon) for scale in (beta, tilted(s, beta)))
    return _combined(kappa, late, long, late, stay, longer)


def expected_if_alive(
    r: Number, alpha: Number, s: Number, beta: Number, kappa: Number, x: FloatArray, T: FloatArray, horizon: Number
) -> FloatArray:
    """Return the purchases expected within ``horizon`` given being there now, ``(m,)``."""
    own, longer = (plain.expected_if_alive(r, alpha, s, scale, x, T, horizon) for scale in (beta, tilted(s, beta)))
    return _per_rate(r, alpha, s, beta, kappa, x, T, own, longer)


def discounted_if_alive(
    r: Number,
    alpha: Number,
    s: Number,
    beta: Number,
    kappa: Number,
    x: FloatArray,
    T: FloatArray,
    force: float,
    horizon: float,
) -> FloatArray:
    """Return the present value of the purchases within ``horizon``, which may be infinite, given being there, ``(m,)``.

    Args:
        r: as in the model; likewise ``alpha``, ``s``, ``beta`` and ``kappa``.
        x: ``(m,)`` frequency.
        T: ``(m,)`` age.
        force: the continuous rate of discount per time unit; positive if ``horizon`` is infinite.
        horizon: where the future ends.

    """
    own, longer = (
        plain.discounted_if_alive(r, alpha, s, scale, x, T, force, horizon) for scale in (beta, tilted(s, beta))
    )
    return _per_rate(r, alpha, s, beta, kappa, x, T, own, longer)


def pmf_if_alive(
    r: Number,
    alpha: Number,
    s: Number,
    beta: Number,
    kappa: Number,
    x: FloatArray,
    T: FloatArray,
    k: FloatArray,
    horizon: FloatArray,
) -> FloatArray:
    """Return the probability of ``k`` purchases within ``horizon`` given being there, in the shape all broadcast to."""
    late, long = _mean(r, alpha, x, T), _mean(s, beta, 0.0, T)

    def count(alpha: Number, beta: Number) -> FloatArray:
        return plain.pmf_new(r + x, alpha + T, s, beta + T, k, horizon)

    own, more, longer = count(alpha, beta), tilted(r, alpha), tilted(s, beta)
    change = own - late * count(more, beta) - long * count(alpha, longer) + late * long * count(more, longer)
    change = np.clip(change, -own / ODDS, own)
    probability: FloatArray = (own + ODDS * kappa * change) / (1.0 + excess(kappa, (1.0 - late) * (1.0 - long)))
    return np.minimum(probability, 1.0)


def _mean(shape: Number, scale: Number, more: FloatArray | float, T: FloatArray) -> FloatArray:
    """Return the mean of ``u/A`` if the rate is Gamma(shape + more, scale + T), 1 where ``more`` and ``T`` are 0."""
    tilt = log_tilt(shape)
    share: FloatArray = np.exp(shape * tilt - (shape + more) * np.log1p(scale * np.expm1(tilt) / (scale + T)))
    return share


def _per_rate(
    r: Number,
    alpha: Number,
    s: Number,
    beta: Number,
    kappa: Number,
    x: FloatArray,
    T: FloatArray,
    own: FloatArray,
    longer: FloatArray,
) -> FloatArray:
    """Return a figure that is proportional to the rate, from those of the plain model with beta and with β + b."""
    late, long = _mean(r, alpha, x, T), _mean(s, beta, 0.0, T)
    weighted = late * (alpha + T) / (tilted(r, alpha) + T)
    return _combined(kappa, late, long, weighted, own, longer)


def _combined(
    kappa: Number, late: FloatArray, long: FloatArray, weighted: FloatArray, own: FloatArray, longer: FloatArray
) -> FloatArray:
    """Return the mean of ``g(λ) h(μ)`` as the module says: ``Z`` is ``own``, ``Z_v`` ``long * longer``."""
    change = np.clip((1.0 - weighted) * (own - long * longer), -own / ODDS, own)
    found: FloatArray = (own + ODDS * kappa * change) / (1.0 + excess(kappa, (1.0 - late) * (1.0 - long)))
    return found


def _table_of_counts(
    r: Number,
    alpha: Number,
    s: Number,
    beta: Number,
    kappa: Number,
    x: FloatArray,
    T: FloatArray,
    k: FloatArray,
    horizon: Number,
) -> FloatArray:
    rows = np.broadcast_arrays(r, alpha, s, beta, kappa, x, T, horizon)
    of_r, of_alpha, of_s, of_beta, of_kappa, of_x, of_T, time = (column[:, None] for column in rows)
    return pmf_if_alive(of_r, of_alpha, of_s, of_beta, of_kappa, of_x, of_T, k, time)


def _lifetime(
    r: Number, alpha: Number, s: Number, beta: Number, kappa: Number, x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return the mean time until they leave given being there, ``(m,)``, infinite where there is none."""
    finite = np.asarray(s) > 1.0
    excess_shape = np.where(finite, np.asarray(s) - 1.0, 1.0)
    late, long = _mean(r, alpha, x, T), _mean(s, beta, 0.0, T)
    own, longer = ((scale + T) / excess_shape for scale in (beta, tilted(s, beta)))
    return np.where(finite, _combined(kappa, late, long, late, own, longer), np.inf)


def _histories(
    r: Number, alpha: Number, s: Number, beta: Number, kappa: Number, T: FloatArray, draw: np.random.Generator
) -> dict[str, FloatArray]:
    """Return simulated customers.

    Whether a customer is late and long is drawn first, then the rate and the hazard, the time of leaving, and the
    number of purchases before it.
    """
    rate, hazard = rates_and_hazards(r, alpha, s, beta, kappa, T.shape, draw)
    with np.errstate(divide="ignore", over="ignore"):  # a hazard that underflows: this customer never leaves
        lifetime = draw.exponential(size=T.shape) / hazard
    return leaving_at_a_time(rate, lifetime, T, draw)


FORMULAS: Final = Formulas(
    log_likelihood=log_likelihood_of_rows,
    score=score_of_rows,
    log_odds_gone=log_odds_gone,
    survival=survival,
    expected=expected_if_alive,
    discounted=discounted_if_alive,
    pmf=_table_of_counts,
    lifetime=_lifetime,
    histories=_histories,
    derivatives=derivatives_of_rows,
)
