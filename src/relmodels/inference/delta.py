"""How sure we are of anything computed from a model: the delta method.

A quantity ``g(θ)`` moves with the parameters by its derivative ``J``, so its variance is about ``J V Jᵀ``, ``V`` being
the covariance of the estimates. The derivative is differenced in free coordinates, where parameters of every size are
treated alike and no step leaves a domain. The approximation is as good as ``g`` is straight within the errors of the
parameters; where it bends, :func:`~relmodels.inference.bootstrap.bootstrap` asks for less.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, NotConverged
from relmodels.core.numbers import number
from relmodels.inference.model import Fitted
from relmodels.inference.result import Fit, require_fit

__all__ = ["Estimate", "delta_method", "estimate_of", "evaluated", "reach"]

ModelT = TypeVar("ModelT", bound=Fitted[Any])

# A step of 1e-4 leaves a truncation error near 1e-9 and is wide enough for functions that are exact to 1e-12 only.
_STEP: Final = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """A quantity computed from a fitted model, with its uncertainty; each array has the shape of the quantity.

    Attributes:
        value: ``(m,)`` or ``()``, at the estimates.
        standard_error: ``(m,)`` or ``()``.
        low: ``(m,)`` or ``()`` lower ends of the confidence intervals.
        high: ``(m,)`` or ``()`` upper ends.
        level: the coverage aimed at.

    """

    value: FloatArray
    standard_error: FloatArray
    low: FloatArray
    high: FloatArray
    level: float

    __reduce__ = by_fields

    def __str__(self) -> str:
        """Return a single quantity with its error and interval, or the number of quantities."""
        if self.value.ndim:
            return f"{self.value.size:,} quantities with {100 * self.level:g}% intervals"
        return (
            f"{self.value:.6g} (standard error {self.standard_error:.4g}), "
            f"{100 * self.level:g}% interval {self.low:.6g} to {self.high:.6g}"
        )


def delta_method(
    fit: Fit[ModelT], function: Callable[[ModelT], ArrayLike], *, level: float = 0.95, robust: bool = False
) -> Estimate:
    """Return ``function`` of the fitted model with standard errors and confidence intervals by the delta method.

    The variance is ``J V Jᵀ``; the interval is symmetric around the value and may leave the range of the quantity.
    Parameters that were held do not move. What the function takes from elsewhere, such as a second model, counts as
    known; of two models fitted apart, such as purchases and spend, the squares of the two errors add up.

    Args:
        fit: a fit that converged.
        function: any smooth function of the model: a number or an array, for example of one value for each customer.
        level: the coverage aimed at, between 0 and 1.
        robust: use the sandwich covariance.

    Raises:
        InvalidParameters: if ``level`` is not between 0 and 1.
        InvalidData: if the function is not finite at the estimates or next to them.
        NotConverged: if the search did not end at a maximum, where there is no covariance.

    Examples:
        >>> import relmodels as rm
        >>> from relmodels.inference.delta import delta_method
        >>> log = rm.datasets.cdnow()
        >>> summary = rm.PurchaseSummary.from_transactions(
        ...     log, customer="customer", date="date", calibration_end="1997-09-30"
        ... )
        >>> fit = rm.fit(rm.BGNBD, summary)
        >>> print(delta_method(fit, lambda model: model.expected_purchases_new(39)))
        1.195... (standard error 0.0534...), 95% interval 1.090... to 1.299...

    Reference:
        Oehlert (1992), A note on the delta method, The American Statistician 46(1), 27-29.

    """
    require_fit(fit, "delta_method")
    wide = reach(level)
    kind = fit.kind
    space, natural = kind.space, kind.values(fit.model)
    covariance = _covariance(fit, robust=robust)
    slope, free = space.slope(natural), space.to_free(natural)
    moving = np.flatnonzero(np.diag(covariance) > 0)
    scaled = (covariance / np.outer(slope, slope))[np.ix_(moving, moving)]
    steps = np.minimum(_STEP * np.maximum(1.0, np.abs(free[moving])), np.sqrt(np.diag(scaled)))

    def at(place: int, step: float) -> FloatArray:
        moved = free.copy()
        moved[place] += step
        values = np.where(np.arange(free.size) == place, space.to_natural(moved), natural)
        return evaluated(function, kind.make(values, fit.unit))

    value = evaluated(function, fit.model)
    columns = [(at(i, h) - at(i, -h)) / (2 * h) for i, h in zip(moving.tolist(), steps.tolist(), strict=True)]
    by_free = np.array(columns).reshape(moving.size, *value.shape)
    error = np.sqrt(np.maximum(np.einsum("i...,ij,j...->...", by_free, scaled, by_free), 0.0))
    return estimate_of(value, error, value - wide * error, value + wide * error, level)


def estimate_of(value: ArrayLike, error: ArrayLike, low: ArrayLike, high: ArrayLike, level: float) -> Estimate:
    """Return these as an :class:`Estimate` of read-only arrays."""
    value, error, low, high = (read_only(np.asarray(part)) for part in (value, error, low, high))
    return Estimate(value, error, low, high, level)


def reach(level: float) -> float:
    """Return how many standard errors a two-sided interval of coverage ``level`` extends to each side.

    Raises:
        InvalidParameters: if ``level`` is not between 0 and 1.

    Examples:
        >>> round(reach(0.95), 4)
        1.96

    """
    from scipy import special

    if not 0 < number(level, "level", "a probability, 95 per cent as 0.95") < 1:
        message = f"level = {level!r} must lie between 0 and 1; give 95 per cent as 0.95"
        raise InvalidParameters(message)
    return float(special.ndtri((1 + level) / 2))


def evaluated(function: Callable[[ModelT], ArrayLike], model: ModelT) -> FloatArray:
    """Return ``function(model)`` as an array of finite numbers.

    Raises:
        InvalidData: if a value is not finite, naming the first place and the parameters.

    """
    values = np.array(function(model), dtype=np.float64)
    bad = ~np.isfinite(values)
    if bad.any():
        message = (
            f"the function gives {values[bad][0]} at place {int(np.argmax(bad))} of {values.size} for {model!r}; "
            "it must be finite near the estimates: leave these values out, or take a bounded function of them"
        )
        raise InvalidData(message)
    return values


def _covariance(fit: Fit[ModelT], *, robust: bool) -> FloatArray:
    covariance = fit.robust_covariance if robust else fit.covariance
    if covariance is None:
        message = f"there is no covariance to carry over: {fit.diagnosis}"
        raise NotConverged(message, fit)
    return covariance
