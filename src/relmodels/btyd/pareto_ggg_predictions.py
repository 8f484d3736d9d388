"""What Pareto/GGG predicts: sums over the purchases still possible, integrated over their times and the regularity.

Given the regularity ``k``, the next purchase comes at some time ``v`` after the last one, with the density ``f(v)`` of
:mod:`relmodels.btyd.pareto_ggg_gap`, where ``v`` is longer than the silence ``w``. The n-th purchase after that one
comes ``(c+v) R`` later, and ``R/(1+R)`` is Beta(nk, K+k) distributed whatever ``v`` is: the density of ``R``, summed
over n, has to be taken once for all ``v``. The customer is still there after a time u from now with probability
``((beta+T)/(beta+T+u))^s``. So expected purchases given ``k`` are a double integral over ``v`` and ``R``, and these are
averaged over ``k``. After a purchase on the last day, or the first of all, R is counted from there, without ``v``.

For large n the terms change smoothly with n: blocks of them are summed by Gauss's rule for sums, with 8 terms in place
of up to thousands. Letters are the paper's: ``x`` frequency, ``t_x`` recency, ``T`` age.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Final, TypeAlias

import numpy as np

from relmodels.btyd.panels import integral
from relmodels.btyd.pareto_ggg_gap import DEPTH, Sides, edge, reach
from relmodels.btyd.pareto_ggg_outlook import Outlook, outlook
from relmodels.btyd.pareto_ggg_regularity import COUNTS, PURCHASES, Histories
from relmodels.btyd.special import log_beta
from relmodels.core.arrays import FloatArray, IntArray, read_only

__all__ = ["pmf_of_rows", "worth_of_rows"]

Number = FloatArray | float
_LogDensity: TypeAlias = Callable[[FloatArray, FloatArray, IntArray], FloatArray]

_NOTHING: Final = 1e-17
# exp(-40) of the present value is less than rounding: purchases discounted by more need not be counted.
_WORTHLESS: Final = 40.0
_REGULAR: Final = 0.7
_POWER: Final = 3.0
_STRETCH: Final = 2.0
_DEEP: Final = 36.0
_NODES: Final = 20.0
_TOLERANCE: Final = 1e-12
_BLOCK: Final = 8
_LARGEST_BLOCK: Final = 1000
_MOST_BLOCKS: Final = 4000
_IMPROBABLE: Final = 1e-250


def worth_of_rows(
    t: Number,
    gamma: Number,
    r: Number,
    alpha: Number,
    s: Number,
    beta: Number,
    x: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
    log_gaps: FloatArray,
    horizon: Number,
    force: float,
) -> FloatArray:
    """Return the present value of the purchases of each customer within ``horizon``, each counted as 1, ``(n,)``.

    Args:
        t: as in the model; likewise ``gamma``, ``r``, ``alpha``, ``s`` and ``beta``.
        x: ``(n,)`` frequency; likewise ``t_x`` recency, ``T`` age and ``log_gaps``.
        horizon: where the future ends; may be infinite if ``force`` is positive.
        force: the continuous rate of discount per time unit.

    """
    *rows, end = np.broadcast_arrays(t, gamma, r, alpha, s, beta, x, t_x, T, log_gaps, horizon)
    of = outlook(Histories(*rows), PURCHASES)
    seen = np.minimum(end, _WORTHLESS / force) if force > 0 else end
    ahead = _Ahead(of, _next(of), seen[of.rows], force)
    log_first = ahead.log_first()
    top = ahead.log_bound(log_first, np.ones(of.w.size)) + np.maximum(-force * ahead.end, 0.0)
    return of.total(np.exp(log_first) + ahead.integral(top, partial(_renewals, ahead)))


def pmf_of_rows(
    t: Number,
    gamma: Number,
    r: Number,
    alpha: Number,
    s: Number,
    beta: Number,
    x: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
    log_gaps: FloatArray,
    horizon: Number,
    counts: FloatArray,
) -> FloatArray:
    """Return the probability of each of ``counts``, ``(m,)``, purchases within ``horizon``, ``(n, m)``.

    It is the difference of the probabilities to make that many and one more, which are exact to 1e-8.
    """
    *rows, end = np.broadcast_arrays(t, gamma, r, alpha, s, beta, x, t_x, T, log_gaps, horizon)
    of = outlook(Histories(*rows), COUNTS)
    ahead = _Ahead(of, _next(of), end[of.rows], 0.0)
    log_first = ahead.log_first()
    steps, place = np.unique(np.append(counts, counts + 1.0), return_inverse=True)
    reached = np.stack([_reached(ahead, log_first, n) for n in steps.tolist()], axis=1)
    here, further = place.reshape(2, -1)
    return np.maximum(reached[:, here] - reached[:, further], 0.0)


def _reached(ahead: _Ahead, log_first: FloatArray, n: float) -> FloatArray:
    """Return the probability that each customer makes ``n`` purchases or more until the end, ``(n,)``."""
    of = ahead.of
    if n == 0:
        return np.ones(of.size)
    more = np.where(of.w > 0, n - 1.0, n)
    top = np.where(more > 0, ahead.log_bound(log_first, np.maximum(more, 1.0)), -np.inf)
    reached = np.where(more > 0, ahead.integral(top, partial(_nth, ahead, more)), np.exp(log_first))
    return np.minimum(of.total(reached), 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Next:
    """Where the density of the next purchase is not negligible, for pairs with a silence.

    Attributes:
        low: ``(m,)`` the d of the silence.
        high: ``(m,)`` the d beyond which it is negligible.

    """

    low: FloatArray
    high: FloatArray


def _next(of: Outlook) -> _Next:
    low = of.gap.place(np.where(of.w > 0, of.w, of.gap.c))
    highest = np.maximum(low, 0.0)
    peak, _ = of.gap.height(highest)
    return _Next(low, edge(of.gap.height, highest + reach(of.gap.K, of.gap.k), peak - DEPTH))


@dataclass(frozen=True, slots=True, eq=False)
class _Ahead:
    """The time ahead of some pairs.

    Attributes:
        of: the pairs.
        next: their next purchases.
        end: ``(m,)`` how far to look.
        force: the continuous rate of discount.

    """

    of: Outlook
    next: _Next
    end: FloatArray
    force: float

    def shape(self) -> FloatArray:
        """Return the shape of the rate when R begins, ``(m,)``."""
        return self.of.gap.K + np.where(self.of.w > 0, self.of.gap.k, 0.0)

    def longest(self) -> FloatArray:
        """Return the largest R before the end, ``(m,)``."""
        return self.end / (self.of.gap.c + self.of.w)

    def log_first(self) -> FloatArray:
        """Return the logarithm of the worth of the next purchase, for pairs with a silence, else minus infinity."""
        some = np.flatnonzero((self.of.w > 0) & (self.end > 0))
        worth = np.full(self.end.size, -np.inf)
        worth[some] = self.log_worth(np.zeros(some.size), some)
        return worth

    def log_bound(self, log_first: FloatArray, n: FloatArray) -> FloatArray:
        """Return an upper bound of the logarithm of the probability of ``n`` purchases along R, ``(m,)``.

        It is minus infinity where that is next to nothing. ``log_first`` is the logarithm of the worth of the next one.
        """
        from scipy import special

        R = self.longest()
        bound = special.betainc(n * self.of.gap.k, self.shape(), R / (1.0 + R))
        log_bound = np.where(bound > _IMPROBABLE, np.log(np.maximum(bound, _IMPROBABLE)), -np.inf)
        return log_bound + np.where(self.of.w > 0, log_first, 0.0)

    def log_worth(self, R: FloatArray, pairs: IntArray) -> FloatArray:
        """Return the logarithm of what a purchase at R is worth now, averaged over the next purchase, ``(j,)``.

        Args:
            R: ``(j,)`` how much later than the next purchase, as a share of c + v.
            pairs: ``(j,)`` pairs with a silence.

        """
        of, w = self.of, self.of.w[pairs]
        gap = of.gap.take(pairs)
        low = self.next.low[pairs]
        high = low + np.log1p((self.end[pairs] - (gap.c + w) * R) / (1.0 + R) / w)
        high = np.minimum(high, self.next.high[pairs])
        highest = np.minimum(np.maximum(low, 0.0), high)
        peak, _ = gap.height(highest)
        falls = np.append(peak - gap.height(low)[0], peak - gap.height(high)[0])
        sides = Sides.between(low, highest, high, falls)

        def integrand(y: FloatArray, parts: IntArray) -> tuple[FloatArray, ...]:
            d, log_slope, rows = sides.at(y, parts)
            v = gap.time(d, rows)
            u = np.maximum(v - w[rows], 0.0) + (gap.c[rows] + v) * R[rows]
            return (gap.at(d, rows)[2] - peak[rows] + log_slope + of.log_stays(u, pairs[rows], self.force),)

        parts = integral(integrand, np.zeros_like(sides.some), sides.some, sides.nodes, tolerance=_TOLERANCE)
        worth = _log(parts.reshape(2, -1).sum(axis=0))
        worth += gap.log_at_mode() + peak - of.log_open[pairs]
        return worth

    def integral(self, top: FloatArray, log_density: _LogDensity) -> FloatArray:
        """Return the integral over R of a density of purchases times what they are worth, ``(m,)``.

        Args:
            top: ``(m,)`` about the logarithm of the integral; minus infinity where it is 0.
            log_density: takes ln (1 + 1/R) and ln (1 + R), ``(nodes, j)``, and pairs, ``(j,)``; returns the log
                density of ln R.

        """
        of = self.of
        log_longest = np.log(np.where(self.end > 0, self.longest(), 1.0))

        def integrand(z: FloatArray, pairs: IntArray) -> tuple[FloatArray, ...]:
            back, log_slope = _back(of.gap.k[pairs], z)
            log_R = log_longest[pairs] - back
            worth = self._worth(np.exp(log_R), pairs)
            beyond = np.log1p(np.exp(log_R))
            within = np.where(log_R < 0.0, beyond - log_R, np.log1p(np.exp(-np.abs(log_R))))
            return (log_density(within, beyond, pairs) + worth + log_slope - top[pairs],)

        some = ((self.end > 0) & np.isfinite(top)).astype(np.float64)
        none, far = np.zeros(some.size), _farthest(of.gap.k)
        found = integral(integrand, none, far * some, _NODES * some, tolerance=_TOLERANCE)
        return found * np.exp(np.where(some > 0, top, 0.0))

    def _worth(self, R: FloatArray, pairs: IntArray) -> FloatArray:
        """Return the logarithm of what a purchase at ``R``, ``(nodes, j)``, is worth now."""
        silent, worth = self.of.w[pairs] > 0, np.empty(R.shape)
        others, each = pairs[~silent], np.broadcast_to(pairs, R.shape)[:, silent]
        worth[:, ~silent] = self.of.log_stays(self.of.gap.c[others] * R[:, ~silent], others, self.force)
        worth[:, silent] = self.log_worth(R[:, silent].ravel(), each.ravel()).reshape(each.shape)
        return worth


def _back(k: FloatArray, z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return how far ln R lies below its largest value, which is at z = 0, and the logarithm of the slope by z.

    For k near 1 and above, R is a power of ``1 - z``. For smaller k, where purchases come in clusters and their density
    by ln R fades slowly, steps of ln R grow exponentially.
    """
    regular = k > _REGULAR
    log_left = np.log1p(-np.where(regular, z, 0.0))
    back = np.where(regular, -_POWER * log_left, _STRETCH * np.expm1(np.where(regular, 0.0, z)))
    return back, np.where(regular, np.log(_POWER) - log_left, np.log(_STRETCH) + z)


def _farthest(k: FloatArray) -> FloatArray:
    """Return the z at which R has become negligible."""
    return np.where(k > _REGULAR, 1.0, np.log1p(_DEEP / k / _STRETCH))


def _nth(ahead: _Ahead, n: FloatArray, within: FloatArray, beyond: FloatArray, pairs: IntArray) -> FloatArray:
    """Return the log density of ln R for the n-th purchase."""
    return _log_density(n[pairs] * ahead.of.gap.k[pairs], ahead.shape()[pairs], within, beyond)


def _log_density(phases: FloatArray, shape: FloatArray, within: FloatArray, beyond: FloatArray) -> FloatArray:
    """Return the log density of ln R, where R/(1+R) ~ Beta(phases, shape)."""
    density: FloatArray = -phases * within - shape * beyond - log_beta(phases, shape)
    return density


def _renewals(ahead: _Ahead, within: FloatArray, beyond: FloatArray, pairs: IntArray) -> FloatArray:
    """Return the log density of ln R for all purchases together."""
    k, shape, total = ahead.of.gap.k[pairs], ahead.shape()[pairs], np.zeros(within.shape)
    first, size, going = np.ones(pairs.size), np.zeros(pairs.size, dtype=np.int64), np.arange(pairs.size)
    for _ in range(_MOST_BLOCKS):
        node, weight = _sum_rules()[:, size]
        block = np.zeros(within.shape)
        for i in range(_BLOCK):
            block += weight[:, i] * np.exp(_log_density((first + node[:, i]) * k, shape, within, beyond))
        total[:, going] += block
        more = np.any(block > _NOTHING * total[:, going], axis=0)
        if not more.any():
            break
        within, beyond, first = within[:, more], beyond[:, more], (first + _BLOCK * 2.0**size)[more]
        k, shape, going = k[more], shape[more], going[more]
        size = _next_size(k, shape, first)
    return _log(total)


def _log(values: FloatArray) -> FloatArray:
    logs: FloatArray = np.log(values, out=np.full_like(values, -np.inf), where=values > 0.0)
    return logs


def _next_size(k: FloatArray, shape: FloatArray, first: FloatArray) -> IntArray:
    """Return j so that the terms from ``first`` on are smooth over a block of ``8 * 2^j``, ``(m,)``."""
    spread = np.sqrt(first / k + first**2 / shape)
    longest = np.minimum(4.0 * spread, first) / _BLOCK
    return np.clip(np.floor(np.log2(longest)), 0, _LARGEST_BLOCK).astype(np.int64)


@cache
def _sum_rules() -> FloatArray:
    """Return Gauss's rules for sums of 8 * 2^j consecutive terms, ``(2, j, 8)``: places from 0 on, and weights.

    They are exact for polynomials of degree up to 15; the first has all 8 terms with weight 1.
    """
    rules = []
    for j in range(_LARGEST_BLOCK + 1):
        length = _BLOCK * 2.0**j
        i = np.arange(1.0, _BLOCK)
        side = length * i / 2.0 * np.sqrt((1.0 - (i / length) ** 2) / (4.0 * i**2 - 1.0))
        places, axes = np.linalg.eigh(np.diag(side, 1) + np.diag(side, -1))
        rules.append([places + (length - 1.0) / 2.0, length * axes[0] ** 2])
    return read_only(np.array(rules).transpose(1, 0, 2))
