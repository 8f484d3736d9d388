"""The optimizer: Newton's method with exact derivatives inside a trust region.

The search maximizes a smooth function on the whole space of free coordinates.
Its step solves the Newton equations with the Hessian's eigenvalues made negative, so that it climbs also where the
function is not concave, and is cut to a radius that shrinks and grows with the success of the quadratic model.
It ends when the Newton decrement, the rise in log-likelihood that a further step promises, is negligible:
this criterion does not depend on the scale of any parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.inference.model import Evaluation
from relmodels.inference.status import Status

__all__ = ["Objective", "Outcome", "maximize"]

Objective: TypeAlias = Callable[[FloatArray], Evaluation]

_TOLERANCE: Final = 1e-10
_ROUNDING: Final = 1e-15
# Where rounding hides any rise in value, a promise this small is as good as none.
_NOISE: Final = 1e-6
_STEPS: Final = 200
_SHIFT: Final = 1.5
_FIRST_RADIUS: Final = 2.0
_LARGEST_RADIUS: Final = 64.0
_SMALLEST_RADIUS: Final = 1e-9
# These ends say what the matter is; another start would only find it again.
_EXPLAINED: Final = frozenset({Status.CONVERGED, Status.FLAT, Status.RUNAWAY})
# A standard error of this size on a log scale is an interval from 1/20,000 to 20,000 times the estimate.
_FLAT: Final = 5.0
# No test of hypotheses tells log-likelihoods apart that differ by so little.
_IMMATERIAL: Final = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Where a search ended.

    Attributes:
        point: ``(p,)`` free coordinates.
        at: value and derivatives there, by the free coordinates.
        status: how it ended.
        direction: ``(p,)`` the direction along which the function is flat or runs away; zero when converged.
        evaluations: how often the function was evaluated.

    """

    point: FloatArray
    at: Evaluation
    status: Status
    direction: FloatArray
    evaluations: int


def maximize(objective: Objective, start: FloatArray, reach: FloatArray) -> Outcome:
    """Return where the climb from ``start`` ends; other starts are tried only if it fails without a reason.

    Args:
        objective: the function, its gradient and its Hessian by the free coordinates.
        start: ``(p,)`` free coordinates.
        reach: ``(p,)`` how far each coordinate may go from its start before it counts as running off.

    A failed Newton search is followed by a quasi-Newton search (L-BFGS) with a Newton polish,
    then by Newton searches from starts moved in all coordinates together. The best end is returned.
    """
    best = _climb(objective, start, reach)
    if best.status in _EXPLAINED or start.size == 0:
        return best
    spent = best.evaluations
    for origin in _other_starts(objective, start, reach):
        tried = _climb(objective, origin, reach)
        spent += tried.evaluations
        best = max(best, tried, key=_merit)
        if best.status is Status.CONVERGED:
            break
    return replace(best, evaluations=spent)


def _merit(outcome: Outcome) -> tuple[bool, bool, float]:
    return outcome.status is Status.CONVERGED, outcome.status in _EXPLAINED, outcome.at.value


def _other_starts(objective: Objective, start: FloatArray, reach: FloatArray) -> Iterator[FloatArray]:
    yield _quasi_newton(objective, start, reach)
    yield start + _SHIFT
    yield start - _SHIFT


def _quasi_newton(objective: Objective, start: FloatArray, reach: FloatArray) -> FloatArray:
    """Return the best point of a search that uses no second derivatives, for where these mislead."""
    from scipy import optimize

    def cost(point: FloatArray) -> tuple[float, FloatArray]:
        at = objective(point)
        return (-at.value, -at.gradient) if _usable(at) else (np.inf, np.zeros_like(point))

    bounds = list(zip(start - reach, start + reach, strict=True))
    found = optimize.minimize(cost, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x, dtype=np.float64)


def _climb(objective: Objective, start: FloatArray, reach: FloatArray) -> Outcome:
    point, at = start, objective(start)
    if not _usable(at):
        return Outcome(point, at, Status.NOT_FINITE, np.zeros_like(start), 1)
    radius, evaluations = _FIRST_RADIUS, 1
    while evaluations < _STEPS:
        step, promised, decrement = _step(at, radius)
        stuck = radius < _SMALLEST_RADIUS
        if decrement <= max(_TOLERANCE, _ROUNDING * abs(at.value)) or (stuck and decrement <= _NOISE):
            # The last step is so small that the derivatives need not be evaluated anew behind it.
            return _ended(start, point + (0.0 if stuck else step), at, evaluations)
        ridge = _ridge(at) if decrement <= _IMMATERIAL else None
        if ridge is not None:
            return Outcome(point, at, Status.RUNAWAY, ridge, evaluations)
        if np.any(np.abs(point - start) > reach):
            return Outcome(point, at, Status.RUNAWAY, point - start, evaluations)
        if stuck:
            return Outcome(point, at, Status.STALLED, step, evaluations)
        trial = objective(point + step)
        evaluations += 1
        gained = (trial.value - at.value) / promised if _usable(trial) else -np.inf
        radius = _next_radius(radius, float(np.linalg.norm(step)), gained)
        if gained > 0.0:
            point, at = point + step, trial
    return Outcome(point, at, Status.EXHAUSTED, np.zeros_like(start), evaluations)


def _usable(at: Evaluation) -> bool:
    return bool(np.isfinite(at.value) and np.isfinite(at.gradient).all() and np.isfinite(at.hessian).all())


def _step(at: Evaluation, radius: float) -> tuple[FloatArray, float, float]:
    """Return the Newton step cut to ``radius``, the rise promised for it, and the decrement of the uncut step."""
    curvature, axes = np.linalg.eigh(at.hessian)
    floor = np.finfo(np.float64).eps * max(1.0, float(np.abs(curvature).max(initial=0.0)))
    slope = axes.T @ at.gradient
    move = slope / np.maximum(np.abs(curvature), floor)
    decrement = 0.5 * float(slope @ move)
    length = float(np.linalg.norm(move))
    move *= min(1.0, radius / length) if length > 0 else 1.0
    promised = float(slope @ move + 0.5 * (np.minimum(curvature, 0.0) * move**2).sum())
    return axes @ move, promised, decrement


def _ridge(at: Evaluation) -> FloatArray | None:
    """Return the direction along which a concave function rises ever less, if nearly all that is left is there.

    A function that approaches a limit lets Newton's method advance by one unit of a logarithm at a time; it has become
    twice as flat as what counts as flat long before its rise is rounded away.
    """
    curvature, axes = np.linalg.eigh(at.hessian)
    if not -0.25 / _FLAT**2 < curvature[-1] < 0.0:
        return None
    slope = axes.T @ at.gradient
    promised = slope**2 / -curvature
    return axes[:, -1] * np.sign(slope[-1]) if promised[-1] >= 0.9 * promised.sum() else None


def _next_radius(radius: float, length: float, gained: float) -> float:
    if gained < 0.25:
        return 0.25 * min(radius, length)
    return min(2.0 * radius, _LARGEST_RADIUS) if gained > 0.75 else radius


def _ended(start: FloatArray, point: FloatArray, at: Evaluation, evaluations: int) -> Outcome:
    """Return a stationary point as a maximum, or as flat if the function hardly curves along some direction."""
    curvature, axes = np.linalg.eigh(at.hessian)
    if curvature.size and curvature[-1] > -1.0 / _FLAT**2:
        axis = axes[:, -1]  # has no sign; it is given that of the way that was taken
        return Outcome(point, at, Status.FLAT, axis * (1.0 if axis @ (point - start) >= 0 else -1.0), evaluations)
    return Outcome(point, at, Status.CONVERGED, np.zeros_like(point), evaluations)
