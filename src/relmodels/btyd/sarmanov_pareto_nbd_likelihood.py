"""The likelihood of Pareto/NBD with a Sarmanov density of rates and hazards, and its derivatives.

The density is ``f1(λ) f2(μ) {1 + 2κ (1 - u/A) (1 - v/B)}`` with ``u = e^{-aλ}``, ``v = e^{-bμ}`` and their means ``A``
and ``B``. The product ``f1(λ) u/A`` is the gamma density with ``α + a`` for ``α``, likewise for ``μ``: so everything is
a signed sum over four plain Pareto/NBD models. What is formed here is not that sum but its ratio to the plain model,
``1 + 2κD``: ``D`` is the mean of ``(1 - u/A) (1 - v/B)`` given the data, as it would be without dependence. It lies
between -1/2 and 1 and is made of ratios of likelihoods, which neither overflow nor underflow. Only where ``κ`` is next
to an end of its range may ``1 + 2κD`` be small; its relative error is there some ``1e-14 / (1 - κ)``.

The times ``a`` and ``b`` are those in which two customers in three do not buy again, and do not leave: A = B = 2/3,
``a = α (1.5^{1/r} - 1)``, ``b = β (1.5^{1/s} - 1)``. Then no unit of time enters, and κ may lie between -1/2 and 1
whatever the other parameters.

The functions on rows broadcast, so that each row may have parameters of its own.
Letters are the paper's: ``x`` frequency, ``t_x`` recency, ``T`` age.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from relmodels.btyd.pareto_nbd_likelihood import derivatives_of_rows as plain_derivatives_of_rows
from relmodels.btyd.pareto_nbd_likelihood import log_likelihood_of_rows as plain_log_likelihood_of_rows
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters
from relmodels.core.sums import dot
from relmodels.inference.model import Evaluation, Likelihood
from relmodels.inference.points import one_by_one

__all__ = [
    "ODDS",
    "derivatives_of_rows",
    "excess",
    "interaction_of_rows",
    "likelihood",
    "log_likelihood_of_rows",
    "log_tilt",
    "score_of_rows",
    "tilted",
]

Number = FloatArray | float

# Two customers in three do not buy again within a, nor leave within b; a convention of ours, see the decision record.
ODDS: Final = 2.0
_LOG_SHARE: Final = float(np.log1p(1.0 / ODDS))
# A shape below .0014 would need a time a of more than 1e130 α; it gets that, and A nearer to 1.
_STRONGEST: Final = 300.0
# The signs of the parts of D beside the plain one, and whether the rate and the hazard are tilted in them.
_TILTED: Final = ((-1.0, True, False), (-1.0, False, True), (1.0, True, True))


def log_tilt(shape: Number) -> FloatArray:
    """Return ``ln (α + a)/α``, by which the tilted gamma distribution of this shape differs from the plain one."""
    tilt: FloatArray = np.minimum(_LOG_SHARE / np.asarray(shape), _STRONGEST)
    return tilt


def tilted(shape: Number, scale: Number) -> FloatArray:
    """Return ``α + a``, the inverse scale of the tilted gamma distribution."""
    changed: FloatArray = scale * np.exp(log_tilt(shape))
    return changed


def excess(kappa: Number, interaction: FloatArray) -> FloatArray:
    """Return ``2κD``, with ``D`` brought back into its range if rounding left it."""
    more: FloatArray = ODDS * kappa * np.clip(interaction, -1.0 / ODDS, 1.0)
    return more


def interaction_of_rows(
    r: Number,
    alpha: Number,
    s: Number,
    beta: Number,
    tilted_alpha: Number,
    tilted_beta: Number,
    x: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Return the plain log-likelihood ``(n,)`` and ``D``, the mean of ``(1 - u/A) (1 - v/B)`` given the data, ``(n,)``.

    The times a and b are given by ``tilted_alpha = alpha + a`` and ``tilted_beta = beta + b`` and may be any.
    """
    plain = plain_log_likelihood_of_rows(r, alpha, s, beta, x, t_x, T)

    def ratio(alpha: Number, beta: Number) -> FloatArray:
        return np.exp(plain_log_likelihood_of_rows(r, alpha, s, beta, x, t_x, T) - plain)

    return plain, 1.0 - ratio(tilted_alpha, beta) - ratio(alpha, tilted_beta) + ratio(tilted_alpha, tilted_beta)


def log_likelihood_of_rows(
    r: Number, alpha: Number, s: Number, beta: Number, kappa: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return the log-likelihood of each row, ``(n,)``."""
    plain, interaction = interaction_of_rows(r, alpha, s, beta, tilted(r, alpha), tilted(s, beta), x, t_x, T)
    return plain + np.log1p(excess(kappa, interaction))


def score_of_rows(
    r: Number, alpha: Number, s: Number, beta: Number, kappa: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return the derivative of each row's log-likelihood by r, alpha, s, beta and kappa, ``(n, 5)``."""
    return derivatives_of_rows(r, alpha, s, beta, kappa, x, t_x, T)[1].T


def derivatives_of_rows(
    r: Number, alpha: Number, s: Number, beta: Number, kappa: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return each row's log-likelihood ``(n,)``, its gradient ``(5, n)`` and its Hessian ``(5, 5, n)``.

    With ``F = 1 + cD`` and ``c = 2κ`` the gradient is that of the plain model and ``c ∇D/F``, the Hessian that of the
    plain model and ``c ∇²D/F - c² ∇D ∇Dᵀ/F²``; by κ they are ``2D/F``, ``2∇D/F²`` and ``-(2D/F)²``. They are formed in
    the coordinates (r, ln α, s, ln β) and carried over at the end.
    """
    r, alpha, s, beta, kappa, x, t_x, age = np.broadcast_arrays(r, alpha, s, beta, kappa, x, t_x, T)
    value, slope, bend, interaction, by_slope, by_bend = _parts(r, alpha, s, beta, x, t_x, age)
    more = excess(kappa, interaction)
    c, F = ODDS * kappa, 1.0 + more
    gradient, hessian = np.empty((5, x.size)), np.empty((5, 5, x.size))
    gradient[:4] = slope + c / F * by_slope
    hessian[:4, :4] = bend + c / F * by_bend - (c / F) ** 2 * by_slope[:, None] * by_slope
    hessian[[1, 3], [1, 3]] -= gradient[[1, 3]]
    gradient[4] = ODDS * interaction / F
    hessian[4, 4] = -(gradient[4] ** 2)
    hessian[:4, 4] = hessian[4, :4] = ODDS / F**2 * by_slope
    natural = np.ones((5, x.size))
    natural[1], natural[3] = 1.0 / alpha, 1.0 / beta
    return value + np.log1p(more), gradient * natural, hessian * natural[:, None] * natural


def likelihood(data: PurchaseSummary) -> Likelihood:
    """Return the log-likelihood of ``data`` as a function of (r, alpha, s, beta, kappa), equal rows counted once."""
    grouped = data.grouped()
    x, t_x, T = grouped.frequency, grouped.recency, grouped.age
    weight = np.ones(len(grouped)) if grouped.weight is None else grouped.weight

    def evaluate(parameters: FloatArray) -> Evaluation:
        r, alpha, s, beta, kappa = parameters.tolist()
        try:
            found = derivatives_of_rows(r, alpha, s, beta, kappa, x, t_x, T)
        except InvalidParameters:  # a step too far, where the integral does not settle: the search has to turn back
            return Evaluation(np.nan, np.full(5, np.nan), np.full((5, 5), np.nan))
        value, gradient, hessian = (np.einsum("...n,n->...", part, weight) for part in found)
        return Evaluation(float(value), gradient, hessian)

    def scores(parameters: FloatArray) -> FloatArray:
        r, alpha, s, beta, kappa = parameters.tolist()
        return score_of_rows(r, alpha, s, beta, kappa, x, t_x, T)

    def value(parameters: FloatArray) -> float:
        r, alpha, s, beta, kappa = parameters.tolist()
        return dot(weight, log_likelihood_of_rows(r, alpha, s, beta, kappa, x, t_x, T))

    values = one_by_one(value)
    return Likelihood(n=float(weight.sum()), weight=weight, evaluate=evaluate, scores=scores, values=values)


def _parts(
    r: FloatArray, alpha: FloatArray, s: FloatArray, beta: FloatArray, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return value, gradient and Hessian of the plain log-likelihood, then those of ``D``, by (r, ln α, s, ln β).

    ``D`` is a sum of ratios ``e^d`` with signs; the derivatives of each are ``e^d ∇d`` and ``e^d (∇²d + ∇d ∇dᵀ)``.
    """
    rows = r, alpha, s, beta, x, t_x, T
    value, slope, bend = _part(*rows, by_rate=False, by_hazard=False)
    interaction, by_slope, by_bend = np.ones_like(value), np.zeros_like(slope), np.zeros_like(bend)
    for sign, by_rate, by_hazard in _TILTED:
        other, other_slope, other_bend = _part(*rows, by_rate=by_rate, by_hazard=by_hazard)
        ratio, change = sign * np.exp(other - value), other_slope - slope
        interaction += ratio
        by_slope += ratio * change
        by_bend += ratio * (other_bend - bend + change[:, None] * change)
    return value, slope, bend, interaction, by_slope, by_bend


def _part(
    r: FloatArray,
    alpha: FloatArray,
    s: FloatArray,
    beta: FloatArray,
    x: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
    *,
    by_rate: bool,
    by_hazard: bool,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return a plain log-likelihood at tilted scales or not, with derivatives by (r, ln α, s, ln β)."""
    scales = tilted(r, alpha) if by_rate else alpha, tilted(s, beta) if by_hazard else beta
    value, slope, bend = plain_derivatives_of_rows(r, scales[0], s, scales[1], x, t_x, T)
    for shape, place, is_tilted in ((r, 0, by_rate), (s, 2, by_hazard)):
        scale, at = scales[place // 2], place + 1
        slope[at] *= scale
        bend[at] *= scale
        bend[:, at] *= scale
        bend[at, at] += slope[at]
        if is_tilted:  # the shape moves the logarithm of the tilted scale by -ln 1.5 / shape²
            moved = np.where(log_tilt(shape) < _STRONGEST, -_LOG_SHARE / shape**2, 0.0)
            bend[place] += moved * bend[at]
            bend[:, place] += moved * bend[:, at]
            bend[place, place] -= 2.0 * moved / shape * slope[at]
            slope[place] += moved * slope[at]
    return value, slope, bend
