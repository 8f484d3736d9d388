"""The likelihood of Pareto/NBD with covariates that change in time.

A customer buys at the rate ``λ A(u)`` and leaves at the hazard ``μ C(u)``, where ``A = exp(γ'z)`` and ``C = exp(δ'w)``
are constant on each piece of the covariates' paths. On the clocks ``𝔅(u) = ∫A`` and ``𝔇(u) = ∫C`` the customer is
one of plain Pareto/NBD, except that the two clocks run at different paces. As there, the likelihood is a mixture of two
stories, still there and gone at some time after the last purchase, and the second is an integral over that time: here
a sum over the segments of the silence, each an integral of the plain model (:mod:`relmodels.btyd.time_of_leaving`).
Its derivatives are in :mod:`relmodels.btyd.time_varying_derivatives`.

Letters are the paper's: ``x`` frequency, ``R = r + x``; ``P = α + 𝔅`` and ``Q = β + 𝔇``. Parameters stand in the order
r, alpha, s, beta, coefficients of purchases, coefficients of leaving.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.btyd.clocks import Clock, clock
from relmodels.btyd.covariate_panel import CovariatePanel
from relmodels.btyd.path_segments import Segments, cut
from relmodels.btyd.special import log_rise
from relmodels.btyd.time_of_leaving import log_integral
from relmodels.core.arrays import FloatArray

__all__ = ["Histories", "Point"]

_BASE: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """What a likelihood needs of ``n`` customers whatever the parameters.

    Attributes:
        x: ``(n,)`` frequency.
        bought_at: ``(n, p)`` the covariates of purchases added up over the days of repeat purchases.
        past: the segments of the paths from the first purchase to the last.
        silence: the segments from there to the end of observation.
        purchase: the covariates of purchases on all pieces, ``(pieces, p)``.
        attrition: those of leaving, ``(pieces, q)``.

    """

    x: FloatArray
    bought_at: FloatArray
    past: Segments
    silence: Segments
    purchase: FloatArray
    attrition: FloatArray

    @classmethod
    def of(cls, panel: CovariatePanel) -> Histories:
        """Return the histories of the customers of a panel."""
        nothing = np.zeros(len(panel))
        return cls(
            x=panel.frequency,
            bought_at=panel.bought_at,
            past=cut(panel.offsets, panel.begin, nothing, panel.recency),
            silence=cut(panel.offsets, panel.begin, panel.recency, panel.age),
            purchase=panel.purchase,
            attrition=panel.attrition,
        )

    def point(self, parameters: FloatArray) -> Point:
        """Return the clocks of these customers at ``parameters``, ``(4 + p + q,)``.

        Raises:
            InvalidParameters: if a pace is beyond reason.

        """
        r, alpha, s, beta = parameters[:_BASE].tolist()
        split = _BASE + self.purchase.shape[1]
        buying = clock(self.past, self.silence, self.purchase, parameters[_BASE:split], alpha)
        leaving = clock(self.past, self.silence, self.attrition, parameters[split:], beta)
        return Point(self, r, s, buying, leaving, np.einsum("np,p->n", self.bought_at, parameters[_BASE:split]))


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """The likelihood of ``n`` customers at given parameters.

    Attributes:
        of: their histories.
        r: as in the model, likewise ``s``; ``alpha`` and ``beta`` are the scales of the clocks.
        buying: the clock of purchases.
        leaving: the clock of leaving.
        log_pace: ``(n,)`` the logarithms of the paces at the repeat purchases, added up.

    """

    of: Histories
    r: float
    s: float
    buying: Clock
    leaving: Clock
    log_pace: FloatArray

    def silences(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return the arguments of :func:`~relmodels.btyd.time_of_leaving.log_integral` for each silent segment.

        Time within a segment is what the clock of leaving has run, on which the other clock runs evenly too.
        """
        R = (self.r + self.of.x)[self.of.silence.row]
        A = self.buying.start * (self.leaving.pace / self.buying.pace)
        return R, A, np.full_like(R, self.s), self.leaving.start, self.leaving.run

    def gone(self, integrals: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return ln of the likelihood of having left, relative to the last purchase, ``(n,)``, and segments' shares.

        Args:
            integrals: ``(m,)`` the logarithm of the integral over each silent segment, relative to its beginning.

        Returns:
            Minus infinity where there is no silence; and the share of each segment, ``(m,)``, which add up to 1.

        """
        silence = self.of.silence
        R = (self.r + self.of.x)[silence.row]
        height = integrals - R * self.buying.fall() - self.s * self.leaving.fall()
        top = silence.largest(height)
        total = silence.total(np.exp(height - top[silence.row]))
        log_total = np.log(total, out=np.full_like(total, -np.inf), where=total > 0)
        whole = np.where(total > 0, top, 0.0) + log_total
        return np.log(self.s) + whole, np.exp(height - whole[silence.row])

    def log_odds(self, log_gone: FloatArray) -> FloatArray:
        """Return the log odds of having left, ``(n,)``, from what :meth:`gone` returned first."""
        R = self.r + self.of.x
        odds: FloatArray = log_gone + R * self.buying.whole_fall() + self.s * self.leaving.whole_fall()
        return odds

    def log_odds_gone(self) -> FloatArray:
        """Return the log odds of having left by the end of observation, ``(n,)``."""
        return self.log_odds(self.gone(log_integral(*self.silences()))[0])

    def log_likelihood(self) -> FloatArray:
        """Return the log-likelihood of each customer, ``(n,)``."""
        return self.value(self.gone(log_integral(*self.silences()))[0])

    def value(self, log_gone: FloatArray) -> FloatArray:
        """Return the log-likelihood, ``(n,)``, from what :meth:`gone` returned first.

        Each of the two stories is formed on its own so that nothing large cancels.
        """
        x, buying, leaving = self.of.x, self.buying, self.leaving
        alive, until_last = (
            -self.r * np.log1p(B / buying.scale) - x * np.log(buying.scale + B) - self.s * np.log1p(D / leaving.scale)
            for B, D in ((buying.reading, leaving.reading), (buying.last, leaving.last))
        )
        value: FloatArray = log_rise(self.r, x) + self.log_pace + np.logaddexp(alive, until_last + log_gone)
        return value
