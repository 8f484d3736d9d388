"""The posterior density of a model's parameters, seen from the coordinates that are free to move.

In free coordinates ``u`` it is the likelihood times the prior density of the natural parameters times the derivative of
these by ``u``. The last factor keeps the distribution the same whatever the coordinates; without it the highest point
would be the maximum a posteriori of the natural parameters, which depends on how a model is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray
from relmodels.inference.coordinates import Coordinates
from relmodels.inference.model import Evaluation, Likelihood
from relmodels.inference.points import values_at
from relmodels.inference.priors import Priors

__all__ = ["Target"]

_STEP: Final = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """The logarithm of a posterior density, up to a constant, by the ``q`` free coordinates.

    Attributes:
        coordinates: which of the ``p`` parameters move.
        likelihood: the log-likelihood of the data.
        prior: the density of the natural parameters.

    """

    coordinates: Coordinates
    likelihood: Likelihood
    prior: Priors

    def natural(self, points: FloatArray) -> FloatArray:
        """Return the natural values at free coordinates, ``(d, q)`` to ``(d, p)``."""
        on = self.coordinates
        values, free = np.tile(on.start, (len(points), 1)), np.einsum("dq,pq->dp", points, on.design)
        for place in np.flatnonzero(on.design.any(axis=1)).tolist():
            values[:, place] = on.space.parameters[place].domain.to_natural(free[:, place])
        return values

    def evaluate(self, free: FloatArray) -> Evaluation:
        """Return the value with its derivatives by the free coordinates, at ``free``, ``(q,)``."""
        on = self.coordinates
        with np.errstate(all="ignore"):  # a step too far is refused by the optimizer because it is not finite
            natural = on.natural(free)
            likely, believed = self.likelihood.evaluate(natural), self.prior.evaluate(on.space.names, natural)
            change = (self._growth(free + _STEP) - self._growth(free - _STEP)) / (2 * _STEP)
            stretch = Evaluation(float(self._log_slope(natural)), self._growth(free), np.diag(change))
            return on.reduced(natural, likely + believed) + stretch

    def log_density(self, points: FloatArray) -> FloatArray:
        """Return the value at many points, ``(d, q)`` to ``(d,)``, minus infinity where there is none."""
        total = np.full(len(points), -np.inf)
        with np.errstate(all="ignore"):  # what lies so far out that it overflows is outside
            natural = self.natural(points)
            inside = self._inside(natural)
            natural = natural[inside]
            believed = self.prior.log_density(self.coordinates.space.names, natural)
            total[inside] = values_at(self.likelihood, natural) + believed + self._log_slope(natural)
        return total

    def _inside(self, natural: FloatArray) -> BoolArray:
        """Return which of many natural values ``(d, p)`` are in their domains and can still be told from its edge."""
        inside = np.asarray(np.isfinite(natural).all(axis=1))
        for place in self.coordinates.leaders.tolist():
            domain, values = self.coordinates.space.parameters[place].domain, natural[:, place]
            slope = domain.slope(values)
            inside &= (values > domain.lower) & (values < domain.upper) & (slope > 0) & np.isfinite(slope)
        return inside

    def _log_slope(self, natural: FloatArray) -> FloatArray:
        """Return the logarithm of the derivative of natural values ``(..., p)`` by the coordinates, ``(...)``."""
        total = np.zeros(natural.shape[:-1])
        for place in self.coordinates.leaders.tolist():
            total += np.log(self.coordinates.space.parameters[place].domain.slope(natural[..., place]))
        return total

    def _growth(self, free: FloatArray) -> FloatArray:
        """Return the derivative of that logarithm by the coordinates, both ``(q,)``."""
        on = self.coordinates
        natural = on.natural(free)
        growth: FloatArray = (on.space.curvature(natural) / on.space.slope(natural))[on.leaders]
        return growth
