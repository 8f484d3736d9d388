"""Confidence intervals read off the likelihood itself, one parameter at a time.

A value belongs to the interval if the best likelihood with the parameter held there is not much below the maximum.
Nothing is assumed about the shape of the likelihood, so that the interval may be lopsided, or open where the data set
no limit: then its end is the edge of the parameter's domain.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import numpy as np

from relmodels.core.errors import InvalidData, InvalidParameters, NotConverged
from relmodels.inference.delta import reach
from relmodels.inference.fit import refit
from relmodels.inference.model import Fitted, Rows
from relmodels.inference.result import Fit, require_fit
from relmodels.inference.status import Status
from relmodels.inference.transforms import Domain

__all__ = ["profile_interval"]

ModelT = TypeVar("ModelT", bound=Fitted[Any])

# Free coordinates beyond this count as the edge: a positive parameter is then changed by a factor of 160,000.
_FAR: Final = 12.0
_TOLERANCE: Final = 1e-5
_WIDEN: Final = 1.6
# Two evaluations of one likelihood agree to this, relative to its size.
_ROUNDING: Final = 1e-7
# A search that runs off has risen as far as the likelihood does; one without a curvature has reached the top as well.
_RISEN: Final = (Status.CONVERGED, Status.FLAT, Status.RUNAWAY)


def profile_interval(fit: Fit[ModelT], data: Rows, parameter: str, *, level: float = 0.95) -> tuple[float, float]:
    """Return the ends of the confidence interval of ``parameter`` by its profile likelihood.

    The interval holds the values at which twice the fall of the profile log-likelihood from its maximum is at most the
    chi-squared quantile of ``level`` with one degree of freedom. An end at the edge of the domain (0 or infinity for a
    positive parameter) says that the data set no limit on that side.

    Args:
        fit: a fit that converged.
        data: the rows it was fitted to.
        parameter: the name of one that was estimated.
        level: the coverage aimed at, between 0 and 1.

    Raises:
        InvalidData: if the fit is not the maximum for ``data``.
        InvalidParameters: if ``parameter`` was not estimated or ``level`` is not between 0 and 1.
        NotConverged: if the fit, or a refit on the way, did not converge.

    Examples:
        >>> import relmodels as rm
        >>> from relmodels.inference.profile import profile_interval
        >>> summary = rm.BGNBD(0.25, 4.4, 0.8, 2.4, unit="week").simulate([39.0] * 2000, rng=1)
        >>> low, high = profile_interval(rm.fit(rm.BGNBD, summary), summary, "r")
        >>> low < 0.25 < high
        True

    Reference:
        Venzon and Moolgavkar (1988), A method for computing profile-likelihood-based confidence intervals, Applied
        Statistics 37(1), 87-94.

    """
    require_fit(fit, "profile_interval")
    wide = reach(level)
    error = fit.standard_errors.get(parameter, 0.0)
    if not error:
        estimated = [name for name, size in fit.standard_errors.items() if size]
        message = f"parameter = {parameter!r} was not estimated with an error; it must be one of {', '.join(estimated)}"
        raise InvalidParameters(message)
    domain = next(item.domain for item in fit.kind.space if item.name == parameter)
    center = np.array(fit.parameters[parameter])
    step = error / float(domain.slope(center))
    profile = _Profile(fit, data, parameter, domain, wide)
    profile.check()
    low, high = (_end(profile, float(domain.to_free(center)), side * step) for side in (-1, 1))
    return low, high


@dataclass(frozen=True, slots=True, eq=False)
class _Profile(Generic[ModelT]):
    """The fall of one parameter's profile likelihood, seen along its free coordinate."""

    fit: Fit[ModelT]
    data: Rows
    parameter: str
    domain: Domain
    wide: float

    def check(self) -> None:
        """Check that the fit is of the data."""
        there = refit(self.fit, self.data, self.fit.parameters, {}).objective
        if not math.isclose(there, self.fit.objective, rel_tol=_ROUNDING, abs_tol=_ROUNDING):
            message = (
                f"the fit has log-likelihood {self.fit.objective:.4f}, but {there:.4f} on this data; "
                "pass the rows it was fitted to"
            )
            raise InvalidData(message)

    def excess(self, free: float, start: dict[str, float]) -> tuple[float, dict[str, float]]:
        """Return how far the root of twice the fall exceeds the limit, and the estimates there to begin from next.

        The root is nearly linear in the coordinate, so that few refits find where it crosses.
        """
        value = float(self.domain.to_natural(np.array(free)))
        again = refit(self.fit, self.data, {self.parameter: value}, start)
        if again.status not in _RISEN:
            message = f"the profile at {self.parameter} = {value:.6g} has no maximum: {again.diagnosis}"
            raise NotConverged(message, again)
        fall = self.fit.objective - again.objective
        if fall < -_ROUNDING * max(1.0, abs(self.fit.objective)):
            message = (
                f"with {self.parameter} = {value:.6g} the log-likelihood {again.objective:.4f} is above the fit's "
                f"{self.fit.objective:.4f}; fit again with start={{...}} from there"
            )
            raise InvalidData(message)
        known = again.parameters if again.status is Status.CONVERGED else start
        return math.sqrt(max(2 * fall, 0.0)) - self.wide, known


def _end(profile: _Profile[ModelT], center: float, step: float) -> float:
    """Return the natural value where the profile crosses its limit on the side of ``step``, or the domain's edge."""
    from scipy import optimize

    edge = profile.domain.lower if step < 0 else profile.domain.upper
    far = max(_FAR, 100 * abs(step)) if math.isinf(profile.domain.lower) else _FAR
    inside, start = center, profile.fit.parameters
    outside = center + math.copysign(min(profile.wide * abs(step), far), step)
    above, start = profile.excess(outside, start)
    while above < 0:
        if abs(outside - center) >= far:
            return edge
        inside, outside = outside, center + math.copysign(min(_WIDEN * abs(outside - center), far), step)
        above, start = profile.excess(outside, start)
    near = start
    root = optimize.brentq(lambda free: profile.excess(free, near)[0], inside, outside, xtol=_TOLERANCE * abs(step))
    return float(profile.domain.to_natural(np.array(root)))
