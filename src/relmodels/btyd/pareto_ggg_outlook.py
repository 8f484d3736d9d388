"""Who of the customers of Pareto/GGG is still there, and how regular those who are may be.

The probability of being there is the share of the likelihood in which the next purchase is merely still to come. Both
integrals over the regularity are taken on their own, because the two stories are told by different regularities: a long
silence means that a regular customer has left, or that one who is there is irregular.

Letters are the paper's: ``x`` frequency, ``t_x`` recency, ``T`` age.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.btyd.pareto_ggg_gap import Gap, Given
from relmodels.btyd.pareto_ggg_likelihood import log_likelihood_of_rows, log_sum
from relmodels.btyd.pareto_ggg_regularity import THERE, Aim, Histories, Nodes, log_timing, nodes_of
from relmodels.btyd.pareto_ggg_silence import log_open
from relmodels.core.arrays import FloatArray, IntArray

__all__ = ["Outlook", "outlook", "p_alive_of_rows"]

Number = FloatArray | float

# Regularities whose share of the purchases to come is smaller are left out.
_NEGLIGIBLE: Final = 1e-10


def p_alive_of_rows(
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
) -> FloatArray:
    """Return the probability that each customer is still there, ``(n,)``."""
    histories = Histories(*np.broadcast_arrays(t, gamma, r, alpha, s, beta, x, t_x, T, log_gaps))
    log_total, log_there = _log_likelihood(histories), np.empty(histories.x.size)
    for nodes in _those_there(histories, THERE):
        log_there[nodes.rows] = log_sum(nodes.log_mass)
    return np.exp(np.minimum(log_there - log_total - _log_leaving(histories), 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """The probable states of some customers who are there: pairs of a customer and a regularity, each ``(m,)``.

    Attributes:
        size: how many customers.
        rows: which customer.
        share: the probability of this regularity and of being there.
        log_open: the logarithm of the probability of no purchase so far by one who stays.
        gap: the distribution of the time to the next purchase.
        w: the silence.
        s: shape of the hazards of leaving.
        B: their inverse scale now.

    """

    size: int
    rows: IntArray
    share: FloatArray
    log_open: FloatArray
    gap: Gap
    w: FloatArray
    s: FloatArray
    B: FloatArray

    def total(self, values: FloatArray) -> FloatArray:
        """Return the sums of ``values`` given regularity and being there, ``(m,)``, for each customer, ``(n,)``."""
        return np.bincount(self.rows, weights=values * self.share, minlength=self.size).astype(np.float64)

    def log_stays(self, u: FloatArray, pairs: IntArray, force: float) -> FloatArray:
        """Return the logarithm of what a purchase at ``u`` is worth now, if nothing but leaving prevents it."""
        log_worth: FloatArray = -self.s[pairs] * np.log1p(u / self.B[pairs]) - force * u
        return log_worth


def outlook(histories: Histories, aim: Aim) -> Outlook:
    """Return the probable states of the customers with these histories, for means with the given aim."""
    log_total, stay = _log_likelihood(histories), _log_leaving(histories)
    none = np.empty(0)
    pairs = [(np.empty(0, dtype=np.int64), none, none, none)]
    for nodes in _those_there(histories, aim):
        share = np.exp(nodes.log_mass - (log_total + stay)[nodes.rows])
        many = share * np.exp(aim.log_weight(np.log(nodes.k)))
        some = many > _NEGLIGIBLE * many.sum(axis=0)
        rows = np.broadcast_to(nodes.rows, some.shape)[some]
        pairs.append((rows, share[some], nodes.carried[0][some], nodes.k[some]))
    rows, share, log_open_, k = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    given = histories.given(k, rows)
    w, B = given.T - given.t_x, given.beta + given.T
    return Outlook(histories.x.size, rows, share, log_open_, given.gap(), w, given.s, B)


def _those_there(histories: Histories, aim: Aim) -> Iterator[Nodes]:
    """Yield nodes of the story in which the customer stays at least until the last purchase and buys no more so far."""

    def inner(given: Given, rows: IntArray) -> tuple[FloatArray, ...]:
        later = log_open(given)
        return log_timing(given, histories.gaps[rows]) + later, later

    return nodes_of(histories, inner, aim)


def _log_leaving(of: Histories) -> FloatArray:
    """Return minus the logarithm of the probability to stay from the last purchase until now, ``(n,)``."""
    leaving: FloatArray = of.s * np.log1p((of.T - of.t_x) / (of.beta + of.t_x))
    return leaving


def _log_likelihood(of: Histories) -> FloatArray:
    return log_likelihood_of_rows(of.t, of.gamma, of.r, of.alpha, of.s, of.beta, of.x, of.t_x, of.T, of.gaps)
