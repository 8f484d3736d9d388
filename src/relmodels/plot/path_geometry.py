"""Boxes and straight lines in inches: how much of a line lies in a box, and how many lines cross."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray

__all__ = ["Box", "Line", "Point", "Size", "corners", "crossings", "lengths_inside"]

Point: TypeAlias = tuple[float, float]
Line: TypeAlias = tuple[Point, Point]
Size: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A box by its middle."""

    x: float
    y: float
    width: float
    height: float


def corners(boxes: Iterable[Box], around: Size = (0.0, 0.0)) -> FloatArray:
    """Return ``(m, 4)`` left, lower, right and upper ends of boxes, with something around them.

    Examples:
        >>> corners([Box(1.0, 1.0, 2.0, 1.0)], around=(0.0, 0.5)).tolist()
        [[0.0, 0.0, 2.0, 2.0]]

    """
    flat = np.array([(box.x, box.y, 0.5 * box.width, 0.5 * box.height) for box in boxes]).reshape(-1, 4)
    middle, half = flat[:, :2], flat[:, 2:] + np.asarray(around)
    return np.hstack([middle - half, middle + half])


def lengths_inside(lines: FloatArray, ends: FloatArray) -> FloatArray:
    """Return ``(k, m)`` how much of each of ``(k, 4)`` lines lies in each box, by the ends of :func:`corners`.

    Examples:
        >>> lengths_inside(np.array([[0.0, 0.5, 4.0, 0.5]]), np.array([[1.0, 0.0, 2.0, 1.0], [1.0, 1.0, 2.0, 2.0]]))
        array([[1., 0.]])

    """
    start, way = lines[:, None, :2], lines[:, None, 2:] - lines[:, None, :2]
    # A line along an axis is taken as one that is next to nothing aslant, so that there is nothing to divide by 0.
    safe = np.where(np.abs(way) < 1e-9, 1e-9, way)
    first, second = (ends[None, :, :2] - start) / safe, (ends[None, :, 2:] - start) / safe
    enter = np.maximum(np.minimum(first, second).max(axis=2), 0.0)
    leave = np.minimum(np.maximum(first, second).min(axis=2), 1.0)
    found: FloatArray = np.maximum(leave - enter, 0.0) * np.hypot(way[:, :, 0], way[:, :, 1])
    return found


def crossings(lines: Sequence[Line]) -> int:
    """Return how many pairs of lines cross, those not counted that only meet at an end.

    Examples:
        >>> crossings([((0, 0), (1, 1)), ((0, 1), (1, 0)), ((1, 1), (2, 0))])
        1

    """
    flat = np.array(lines, dtype=np.float64)
    start, end = flat[:, 0], flat[:, 1]
    way = end - start

    def side(point: FloatArray) -> FloatArray:
        """Return on which side of each line each point lies."""
        off = point[None, :, :] - start[:, None, :]
        return np.sign(np.round(way[:, None, 0] * off[:, :, 1] - way[:, None, 1] * off[:, :, 0], 9))

    apart = side(start) * side(end) < 0
    return int((apart & apart.T).sum()) // 2
