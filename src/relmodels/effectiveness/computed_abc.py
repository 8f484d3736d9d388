"""Computed ABC analysis: the limits of the classes read from the curve itself instead of set by custom.

The ABC curve says which share of the total (yield) the most valuable share of customers (effort) brings. Three points
of it need no convention. At the break-even point one more per cent of customers brings one more per cent of value: it
lies at the share of customers above the mean. The Pareto point is the one closest to all value with no effort at all,
(0, 1). The smaller of both efforts ends class A; seen from the larger one, the submarginal point is closest to all
value without further effort, and ends class B.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from relmodels.core.arrays import FloatArray, IntArray, by_fields, check_finite, column, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.frames.table import Table

__all__ = ["ABCCurve", "ComputedABC", "CurveMethod", "computed_abc"]

Points: TypeAlias = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
CurveMethod: TypeAlias = Literal["exact", "spline"]
_FINE: Final = 1000  # steps of the spline's grid from 101 values on
_COARSE: Final = 100


@dataclass(frozen=True, slots=True, eq=False)
class ABCCurve:
    """The corners of the curve of yield over effort.

    Attributes:
        effort: ``(k,)`` share of the customers, the most valuable first, from 0 to 1.
        gain: ``(k,)`` share of the total they bring, the yield.

    Examples:
        >>> computed_abc([3, 1]).curve.gain.tolist()
        [0.0, 0.75, 1.0]

    """

    effort: FloatArray
    gain: FloatArray

    __reduce__ = by_fields


@dataclass(frozen=True, slots=True, eq=False)
class ComputedABC:
    """The classes of customers, and the points of the curve that separate them.

    Attributes:
        classes: ``(n,)`` ``"A"``, ``"B"`` or ``"C"``, in the order of the input.
        curve: what the points were read from.
        pareto: effort and yield of the point closest to (0, 1).
        break_even: effort and yield where one more per cent of customers brings one more per cent of value.
        submarginal: effort and yield of the point closest to full yield from the end of the larger of both.
        method: how the curve was drawn.

    """

    classes: NDArray[np.str_]
    curve: ABCCurve
    pareto: tuple[float, float]
    break_even: tuple[float, float]
    submarginal: tuple[float, float]
    method: CurveMethod

    __reduce__ = by_fields

    @property
    def a_limit(self) -> tuple[float, float]:
        """Return effort and yield at the end of class A: the earlier of break-even and Pareto point."""
        return min(self.pareto, self.break_even)

    @property
    def b_start(self) -> tuple[float, float]:
        """Return effort and yield from which the submarginal point is sought: the later of both."""
        return max(self.pareto, self.break_even)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Return how many customers are in A, B and C."""
        return (int(np.sum(self.classes == "A")), int(np.sum(self.classes == "B")), int(np.sum(self.classes == "C")))

    def table(self) -> Table:
        """Return a row for each point of the curve."""
        points = {"Pareto": self.pareto, "break-even": self.break_even, "submarginal": self.submarginal}
        return Table(
            {
                "point": list(points),
                "effort": [point[0] for point in points.values()],
                "yield": [point[1] for point in points.values()],
            }
        )


def computed_abc(
    values: ArrayLike, *, method: CurveMethod = "exact", negative: Literal["raise", "zero"] = "raise"
) -> ComputedABC:
    """Return the ABC classes whose limits are computed from the values themselves.

    Where all values are equal nobody stands out, and nobody is in A.

    Args:
        values: ``(n,)`` what each customer is worth.
        method: ``"exact"`` takes the curve as it is, straight between customers; the break-even point is then the share
            of customers above the mean. ``"spline"`` lays a cubic spline on a grid of 0.01 or 0.001, as the R package
            ABCanalysis 1.2.1 does, with its shift of the slopes by up to a step; it is for comparison.
        negative: what to do with values below 0: refuse them, or count them as 0, as that package does.

    Raises:
        InvalidData: if a value is not finite, one is negative and ``negative`` is ``"raise"``, there are none, or none
            is above 0.
        InvalidParameters: if an option is unknown.

    Examples:
        >>> found = computed_abc([1, 1, 1, 1, 1, 1, 1, 10, 33, 50])
        >>> round(found.break_even[0], 4), round(found.break_even[1], 4), found.sizes
        (0.2, 0.83, (2, 1, 7))

    Reference:
        Ultsch, A. and Lötsch, J. (2015), Computed ABC analysis for rational selection of most informative variables in
        multivariate data, PLoS ONE 10(6), e0129767.

    """
    amounts = _amounts(values, method, negative)
    order = np.argsort(-amounts, kind="stable")
    falling = amounts[order] / amounts.max()
    effort = np.arange(falling.size + 1) / falling.size
    held = np.concatenate(([0.0], np.cumsum(falling)))
    gain = held / held[-1]
    if method == "exact":
        points = _exact_points(effort, gain, falling)
        limits = (min(points[0], points[1])[0], points[2][0])
        rank = _by_effort(falling, limits)
    else:
        effort, gain, points = _spline_points(effort, gain)
        rank = _by_value(falling, (min(points[0], points[1])[0], points[2][0]))
    classes = np.empty(amounts.size, dtype="U1")
    classes[order] = np.array(["A", "B", "C"])[rank]
    pareto, break_even, submarginal = points
    curve = ABCCurve(read_only(effort), read_only(gain))
    return ComputedABC(read_only(classes), curve, pareto, break_even, submarginal, method)


def _amounts(values: ArrayLike, method: str, negative: str) -> FloatArray:
    if method not in get_args(CurveMethod):
        message = f"method = {method!r} is unknown; use 'exact' or 'spline'"
        raise InvalidParameters(message)
    if negative not in {"raise", "zero"}:
        message = f"negative = {negative!r} is unknown; use 'raise' or 'zero'"
        raise InvalidParameters(message)
    problems = Problems("computed ABC analysis")
    amounts = column(values, "values", problems)
    check_finite(amounts, "values", problems)
    problems.raise_if_any()
    if negative == "raise" and amounts.size and amounts.min() < 0.0:
        row = int(np.argmin(amounts))
        message = (
            f"computed ABC analysis: values[{row}] = {amounts[row]} is negative; leave losses out, or negative='zero'"
        )
        raise InvalidData(message)
    amounts = np.maximum(amounts, 0.0)
    if not amounts.size or amounts.max() == 0.0:
        message = "computed ABC analysis: no value is above 0; there is nothing to share out"
        raise InvalidData(message)
    return amounts


def _exact_points(effort: FloatArray, gain: FloatArray, falling: FloatArray) -> Points:
    pareto = _nearest(effort, gain, (0.0, 1.0))
    # The slope of the curve at a customer is their value divided by the mean.
    above = int(np.sum(falling > falling.mean() * (1.0 + 1e-12)))
    break_even = (float(effort[above]), float(gain[above]))
    start = max(pareto, break_even)[0]
    return pareto, break_even, _nearest(effort, gain, (start, 1.0))


def _nearest(effort: FloatArray, gain: FloatArray, to: tuple[float, float]) -> tuple[float, float]:
    """Return the point of a curve of straight lines that is closest to a point."""
    x, y = effort[:-1], gain[:-1]
    run, rise = np.diff(effort), np.diff(gain)
    along = ((to[0] - x) * run + (to[1] - y) * rise) / (run * run + rise * rise)
    along = np.clip(along, 0.0, 1.0)
    on_x, on_y = x + along * run, y + along * rise
    best = int(np.argmin((on_x - to[0]) ** 2 + (on_y - to[1]) ** 2))
    return float(on_x[best]), float(on_y[best])


def _by_effort(falling: FloatArray, limits: tuple[float, float]) -> IntArray:
    n = falling.size
    share = np.arange(1, n + 1) / n
    # Somebody who lies across a limit belongs to the better class, as who carries the sum across a cut-off does.
    rank = (share - 1.0 / n >= limits[0] - 1e-12).astype(np.int64) + (share - 1.0 / n >= limits[1] - 1e-12)
    starts = np.flatnonzero(np.concatenate(([True], falling[1:] != falling[:-1])))
    return np.repeat(rank[starts], np.diff(np.append(starts, n)))


def _spline_points(effort: FloatArray, gain: FloatArray) -> tuple[FloatArray, FloatArray, Points]:
    steps = _COARSE if effort.size - 1 <= _COARSE else _FINE
    grid = np.arange(steps + 1) / steps
    value = np.minimum(_fmm_spline(effort, gain, grid)[0], 1.0)
    # The package takes the slopes at i / n and pairs them with the points (i - 1) / (n - 1) of its grid of n.
    slope = _fmm_spline(effort, gain, np.arange(1, grid.size + 1) / grid.size)[1]
    pareto = _on_grid(grid, value, grid**2 + (1.0 - value) ** 2)
    break_even = _on_grid(grid, value, np.abs(slope - 1.0))
    start = max(pareto, break_even)[0]
    return grid, value, (pareto, break_even, _on_grid(grid, value, (grid - start) ** 2 + (1.0 - value) ** 2))


def _on_grid(grid: FloatArray, value: FloatArray, distance: FloatArray) -> tuple[float, float]:
    place = int(np.argmin(distance))
    return float(grid[place]), float(value[place])


def _by_value(falling: FloatArray, limits: tuple[float, float]) -> IntArray:
    first, second = (falling[max(round(limit * falling.size), 1) - 1] for limit in limits)
    return np.where(falling > first, 0, np.where(falling >= second, 1, 2))


def _fmm_spline(x: FloatArray, y: FloatArray, at: FloatArray) -> tuple[FloatArray, FloatArray]:
    # The third derivatives at both ends are those of the cubic through the four points there, as Forsythe, Malcolm and
    # Moler (1977) have it; SciPy has no such end.
    from scipy.linalg import solve_banded

    n = x.size
    step = np.diff(x)
    rise = np.diff(y) / step
    if n == 2:  # one value: a straight line
        return y[0] + rise[0] * (at - x[0]), np.full(at.shape, rise[0])
    bands, right = np.zeros((3, n)), np.zeros(n)
    bands[0, 1:] = bands[2, :-1] = step
    bands[1, 1:-1] = 2.0 * (step[:-1] + step[1:])
    bands[1, [0, -1]] = -step[[0, -1]]
    right[1:-1] = np.diff(rise)
    if n > 3:
        first = (rise[2] - rise[1]) / (x[3] - x[1]) - (rise[1] - rise[0]) / (x[2] - x[0])
        last = (rise[-1] - rise[-2]) / (x[-1] - x[-3]) - (rise[-2] - rise[-3]) / (x[-2] - x[-4])
        right[0] = first * step[0] ** 2 / (x[3] - x[0])
        right[-1] = -last * step[-1] ** 2 / (x[-1] - x[-4])
    bend = solve_banded((1, 1), bands, right)
    piece = np.clip(np.searchsorted(x, at, side="right") - 1, 0, n - 2)
    slope = rise[piece] - step[piece] * (bend[piece + 1] + 2.0 * bend[piece])
    third = (bend[piece + 1] - bend[piece]) / step[piece]
    over = at - x[piece]
    value = y[piece] + over * (slope + over * (3.0 * bend[piece] + over * third))
    return value, slope + over * (6.0 * bend[piece] + over * 3.0 * third)
