"""What Pareto/NBD with covariates that change in time predicts of customers who are still there.

Given x purchases by the end of observation and that the customer is there, the rate is Gamma(R, P) and the hazard
Gamma(s, Q), with P and Q the scales plus the readings of the two clocks at that time; from there the clocks run on
along the known future of the covariates. Every prediction is an integral over that future, segment by segment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.btyd.clocks import pace
from relmodels.btyd.covariate_panel import CovariatePanel
from relmodels.btyd.panels import integral
from relmodels.btyd.pareto_nbd_predictions import expected_if_alive
from relmodels.btyd.path_segments import Segments, cut
from relmodels.btyd.time_varying_likelihood import Point
from relmodels.core.arrays import FloatArray, IntArray

__all__ = ["Future"]

# exp(-40) of the present value is less than rounding: purchases discounted by more need not be counted.
_WORTHLESS: Final = 40.0
_NODES: Final = 12.0


@dataclass(frozen=True, slots=True, eq=False)
class Future:
    """The time after the end of observation, ``m`` segments of ``n`` customers.

    Attributes:
        at: the likelihood at the model's parameters.
        ahead: the segments from the end of observation to the horizon.
        buying: ``(m,)`` the pace of the clock of purchases.
        leaving: ``(m,)`` the pace of the clock of leaving.
        since: ``(n,)`` the end of observation, from the first purchase on.

    """

    at: Point
    ahead: Segments
    buying: FloatArray
    leaving: FloatArray
    since: FloatArray

    @classmethod
    def of(
        cls, at: Point, panel: CovariatePanel, purchase: FloatArray, attrition: FloatArray, horizon: float
    ) -> Future:
        """Return the future of the customers of a panel.

        Args:
            at: the likelihood of the panel at the model's parameters.
            panel: whose paths are known that far.
            purchase: ``(p,)`` coefficients of purchases.
            attrition: ``(q,)`` coefficients of leaving.
            horizon: how far it reaches.

        Raises:
            InvalidParameters: if a pace is beyond reason.

        """
        ahead = cut(panel.offsets, panel.begin, panel.age, panel.age + horizon)
        buying, leaving = pace(panel.purchase[ahead.piece], purchase), pace(panel.attrition[ahead.piece], attrition)
        return cls(at, ahead, buying, leaving, panel.age)

    def survival(self) -> FloatArray:
        """Return the probability of being there at the horizon given being there now, ``(n,)``."""
        growth = self.ahead.total(self.leaving * self.ahead.length) / self.at.leaving.end
        stay: FloatArray = np.exp(-self.at.s * np.log1p(growth))
        return stay

    def expected(self) -> FloatArray:
        """Return the purchases expected within the horizon given being there now, ``(n,)``.

        ``R/P ∫ A(u) (Q/(Q + 𝔇(u)))^s du``, in closed form on each segment.
        """
        Q, share = self._beginning()
        within = expected_if_alive(
            self.buying / self.leaving,
            1.0,
            self.at.s,
            Q,
            np.zeros_like(Q),
            np.zeros_like(Q),
            self.leaving * self.ahead.length,
        )
        return self._rate() * self.ahead.total(share * within)

    def discounted(self, force: float) -> FloatArray:
        """Return the present value of the purchases within the horizon given being there now, ``(n,)``.

        ``R/P ∫ exp(-δ(u - T)) A(u) (Q/(Q + 𝔇(u)))^s du``; on a segment, with Q where it begins, it is ``AQ/C`` times
        the integral of ``exp(-δQ/C (e^y - 1) - (s-1)y)`` over y from 0 to ``ln(1 + C·length/Q)``.

        Args:
            force: the continuous rate of discount per time unit.

        """
        Q, share = self._beginning()
        s, wait = self.at.s, self.ahead.begin - self.since[self.ahead.row]
        length = self.ahead.length if force <= 0 else np.minimum(self.ahead.length, _WORTHLESS / force)
        end = np.log1p(self.leaving * length / Q)
        steepness = force * Q / self.leaving
        top = np.maximum(-force * length, 0.0) + np.maximum(1.0 - s, 0.0) * end

        def integrand(y: FloatArray, rows: IntArray) -> tuple[FloatArray, ...]:
            return (-steepness[rows] * np.expm1(y) + (1.0 - s) * y - top[rows],)

        total = integral(integrand, np.zeros(end.size), end, np.full(end.size, _NODES))
        within = (self.buying / self.leaving) * Q * np.exp(top - force * wait) * total
        return self._rate() * self.ahead.total(share * within)

    def _rate(self) -> FloatArray:
        """Return the mean rate of purchases at pace 1, ``(n,)``."""
        rate: FloatArray = (self.at.r + self.at.of.x) / self.at.buying.end
        return rate

    def _beginning(self) -> tuple[FloatArray, FloatArray]:
        """Return Q where each segment begins and the probability of getting there, each ``(m,)``."""
        run = self.ahead.before(self.leaving * self.ahead.length)
        now = self.at.leaving.end[self.ahead.row]
        return now + run, np.exp(-self.at.s * np.log1p(run / now))
