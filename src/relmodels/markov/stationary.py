"""The stationary distribution of a matrix, and how it answers to changes of the matrix."""

from __future__ import annotations

import numpy as np

from relmodels.core.arrays import FloatArray

__all__ = ["stationary", "stationary_slope"]


def stationary(matrix: FloatArray) -> FloatArray:
    """Return ``(S,)`` the stationary distribution of a matrix ``(S, S)`` whose states all lead to each other.

    The elimination of Grassmann, Taksar and Heyman subtracts nothing, so that small chances keep their digits.

    Examples:
        >>> stationary(np.array([[0.88, 0.12], [0.15, 0.85]])).round(4).tolist()
        [0.5556, 0.4444]

    """
    work = np.array(matrix, dtype=np.float64)
    for last in range(len(work) - 1, 0, -1):
        work[:last, last] /= work[last, :last].sum()
        work[:last, :last] += np.outer(work[:last, last], work[last, :last])
    found = np.ones(len(work))
    for place in range(1, len(work)):
        found[place] = found[:place] @ work[:place, place]
    return np.asarray(found / found.sum(), dtype=np.float64)


def stationary_slope(matrix: FloatArray, chances: FloatArray, slope: FloatArray) -> FloatArray:
    """Return ``(S, S, n)`` derivatives by the matrix, of those by its stationary distribution, ``(S, n)``.

    Moves of the matrix are taken to keep its rows at 1: ``dπ = π dP (I - P + 1 π)^{-1}``.
    """
    size = len(matrix)
    fundamental = np.linalg.inv(np.eye(size) - matrix + np.outer(np.ones(size), chances))
    found: FloatArray = chances[:, None, None] * np.einsum("us,sn->un", fundamental, slope)[None]
    return found
