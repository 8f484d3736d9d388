"""Score and Hessian of Pareto/NBD with covariates that change in time, both exact.

Derivatives go under the integral: the nodes, with their masses as weights, are the distribution of the time u of
leaving given the data. With ``Δ`` the gradient of the log density of leaving at u less that of being there at the end,
and w the probability of having gone, the score of a customer is ``∇alive + w E[Δ]`` and the Hessian
``(1 - w) ∇²alive + w E[∇² + ΔΔ'] - w² E[Δ] E[Δ]'``.
Within a segment Δ depends on u by four functions only, whose means and mean products the integral has left.

Parameters are held here in the order r, (alpha, γ), s, (beta, δ), each clock together, and handed out in the model's.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from relmodels.btyd.clocks import Clock, Slopes
from relmodels.btyd.special import digamma_rise, trigamma_rise
from relmodels.btyd.time_of_leaving import Leaving, time_of_leaving
from relmodels.btyd.time_varying_likelihood import Point
from relmodels.core.arrays import FloatArray, IntArray
from relmodels.core.sums import dot, gram
from relmodels.inference.model import Evaluation

__all__ = ["Derivatives", "derivatives"]


@dataclass(frozen=True, slots=True, eq=False)
class Derivatives:
    """The log-likelihood of ``n`` customers at a point, with its derivatives by all ``k`` parameters.

    Attributes:
        at: the point.
        value: ``(n,)`` the log-likelihood.
        gone: ``(n,)`` the probability of having left.
        share: ``(m,)`` how likely each silent segment is to hold the time of leaving, given that it is in one of them.
        within: the time of leaving within each silent segment.
        buying: the derivatives of the clock of purchases.
        leaving: the derivatives of the clock of leaving.
        factor: ``(m, k)`` by what Δ changes within a silent segment with the function of time of the parameter.
        mean: ``(m, k)`` the mean of Δ over each silent segment.
        lift: ``(n, k)`` ``w E[Δ]``.

    """

    at: Point
    value: FloatArray
    gone: FloatArray
    share: FloatArray
    within: Leaving
    buying: Slopes
    leaving: Slopes
    factor: FloatArray
    mean: FloatArray
    lift: FloatArray

    @property
    def groups(self) -> tuple[slice, slice, slice, slice]:
        """Return where the parameters of each function of time stand: r, (alpha, γ), s, (beta, δ)."""
        clocks = self.buying.end.shape[1]
        return slice(0, 1), slice(1, 1 + clocks), slice(1 + clocks, 2 + clocks), slice(2 + clocks, None)

    def total(self, weight: FloatArray) -> Evaluation:
        """Return the log-likelihood of all customers with its derivatives, each counted ``weight``, ``(n,)``, times."""
        gradient = np.einsum("n,np->p", weight, self.score())
        return Evaluation(dot(weight, self.value), gradient, self.hessian(weight))

    def score(self) -> FloatArray:
        """Return the derivative of each customer's log-likelihood by each parameter, ``(n, k)``."""
        x, buying, leaving = self.at.of.x, self.at.buying, self.at.leaving
        alpha, beta, s = buying.scale, leaving.scale, self.at.s
        alive = np.empty((x.size, self.factor.shape[1]))
        r, by_buying, at_s, by_leaving = self.groups
        alive[:, r] = (digamma_rise(self.at.r, x) - np.log1p(buying.reading / alpha))[:, None]
        alive[:, by_buying] = -(self.at.r + x)[:, None] * self.buying.end
        alive[:, by_buying.start] = (self.at.r * buying.reading / alpha - x) / buying.end
        alive[:, by_buying][:, 1:] += self.at.of.bought_at
        alive[:, at_s] = -np.log1p(leaving.reading / beta)[:, None]
        alive[:, by_leaving] = -s * self.leaving.end
        alive[:, by_leaving.start] = s * leaving.reading / (beta * leaving.end)
        return (alive + self.lift)[:, self._order()]

    def hessian(self, weight: FloatArray) -> FloatArray:
        """Return the second derivatives of the log-likelihood, summed with ``weight``, ``(n,)``; shape ``(k, k)``."""
        row = self.at.of.silence.row
        there, gone = weight * (1.0 - self.gone), (weight * self.gone)[row] * self.share
        total = self._constant(weight) + self._spread(gone)
        R, s = self.at.r + self.at.of.x, self.at.s
        r, by_buying, at_s, by_leaving = self.groups
        total[by_buying, by_buying] += self._bend(self.at.buying, self.buying, 1, R[row] * gone, R * there)
        total[by_leaving, by_leaving] += self._bend(self.at.leaving, self.leaving, 3, (s + 1.0) * gone, s * there)
        for power, process, slopes, place in ((r, by_buying, self.buying, 1), (at_s, by_leaving, self.leaving, 3)):
            mean = slopes.start + slopes.turn * self.within.mean[place][:, None]
            cross = np.einsum("m,mi->i", gone, mean) + np.einsum("n,ni->i", there, slopes.end)
            total[power, process] -= cross
            total[process, power] -= cross[:, None]
        total[at_s, at_s] -= gone.sum() / s**2
        order = self._order()
        hessian: FloatArray = (total - gram(self.lift.T, weight))[np.ix_(order, order)]
        return hessian

    def _spread(self, gone: FloatArray) -> FloatArray:
        """Return the sum of ``E[ΔΔ']`` over segments with weights ``gone``, ``(m,)``; shape ``(k, k)``."""
        mean, square = self.within.mean, self.within.square
        total = gram(self.mean.T, gone)
        for (i, left), (j, right) in product(enumerate(self.groups), repeat=2):
            together = gone * (square[i, j] - mean[i] * mean[j])
            total[left, right] += np.einsum(
                "mi,mj->ij", self.factor[:, left] * together[:, None], self.factor[:, right]
            )
        return total

    def _bend(self, of: Clock, slopes: Slopes, place: int, gone: FloatArray, there: FloatArray) -> FloatArray:
        """Return what the second derivatives of ``-ln(scale + reading)`` add up to, ``(1 + p, 1 + p)``.

        Args:
            of: the clock.
            slopes: its derivatives.
            place: which function of time it turns with.
            gone: ``(m,)`` weights of the silent segments.
            there: ``(n,)`` weights of the ends.

        """
        mean, square = self.within.mean[place], self.within.square[place, place]
        cross = np.einsum("mi,mj->ij", slopes.start * (gone * mean)[:, None], slopes.turn)
        bend: FloatArray = gram(slopes.start.T, gone) + cross + cross.T + gram(slopes.turn.T, gone * square)
        bend += gram(slopes.end.T, there)
        bend[1:, 1:] -= of.bend(gone * (1.0 + mean) * slopes.start[:, 0], there * slopes.end[:, 0])
        bend[1:, 1:] += gram(of.on_silence.T, gone * mean)
        return bend

    def _constant(self, weight: FloatArray) -> FloatArray:
        """Return the second derivatives of ``ln Γ(r + x)/Γ(r) + r ln α + s ln β``, ``(k, k)``."""
        r, by_buying, at_s, by_leaving = (group.start for group in self.groups)
        alpha, beta, many = self.at.buying.scale, self.at.leaving.scale, float(weight.sum())
        total = np.zeros((self.factor.shape[1],) * 2)
        total[r, r] = dot(weight, trigamma_rise(self.at.r, self.at.of.x))
        total[r, by_buying] = total[by_buying, r] = many / alpha
        total[by_buying, by_buying] = -many * self.at.r / alpha**2
        total[at_s, by_leaving] = total[by_leaving, at_s] = many / beta
        total[by_leaving, by_leaving] = -many * self.at.s / beta**2
        return total

    def _order(self) -> IntArray:
        """Return where each parameter of the model stands here, ``(k,)``."""
        places = np.arange(self.factor.shape[1])
        _, by_buying, _, by_leaving = self.groups
        starts = [group.start for group in self.groups]
        return np.concatenate([places[starts], places[by_buying][1:], places[by_leaving][1:]])


def derivatives(at: Point) -> Derivatives:
    """Return the log-likelihood at a point with its derivatives.

    Raises:
        InvalidParameters: if the integral over the time of leaving does not settle.

    """
    from scipy import special

    within = time_of_leaving(*at.silences())
    log_gone, share = at.gone(within.log_integral)
    gone = special.expit(at.log_odds(log_gone))
    buying, leaving = at.buying.slopes(), at.leaving.slopes()
    begin, factor = _within(at, buying, leaving)
    function = np.repeat(np.arange(4), [1, buying.end.shape[1], 1, leaving.end.shape[1]])
    mean = begin + factor * within.mean[function].T
    return Derivatives(
        at=at,
        value=at.value(log_gone),
        gone=gone,
        share=share,
        within=within,
        buying=buying,
        leaving=leaving,
        factor=factor,
        mean=mean,
        lift=gone[:, None] * at.of.silence.total(share[:, None] * mean),
    )


def _within(at: Point, buying: Slopes, leaving: Slopes) -> tuple[FloatArray, FloatArray]:
    """Return Δ where each silent segment begins and by what it changes with its functions of time, each ``(m, k)``."""
    row, s = at.of.silence.row, at.s
    R, one = (at.r + at.of.x)[row][:, None], np.ones((row.size, 1))
    by_coefficients = np.hstack([np.zeros((row.size, 1)), at.leaving.on_silence])
    begin = [
        at.buying.ahead()[:, None],
        -R * (buying.start - buying.end[row]),
        (1.0 / s + at.leaving.ahead())[:, None],
        by_coefficients + s * leaving.end[row] - (s + 1.0) * leaving.start,
    ]
    return np.hstack(begin), np.hstack([-one, -R * buying.turn, -one, -(s + 1.0) * leaving.turn])
