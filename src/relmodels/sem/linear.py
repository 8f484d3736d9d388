"""Inverses and roots with the one type of array that the workshop knows."""

from __future__ import annotations

import numpy as np

from relmodels.core.arrays import FloatArray

__all__ = ["inverse_of", "root_of", "solved"]


def inverse_of(matrix: FloatArray) -> FloatArray:
    """Return the inverse, of one matrix or of a stack of them.

    Examples:
        >>> inverse_of(np.diag([2.0, 4.0])).tolist()
        [[0.5, 0.0], [0.0, 0.25]]

    """
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def root_of(matrix: FloatArray) -> FloatArray:
    """Return the lower root of Cholesky, of one matrix or of a stack of them.

    Raises:
        LinAlgError: if one is not positive definite.

    Examples:
        >>> root_of(np.diag([4.0, 9.0])).tolist()
        [[2.0, 0.0], [0.0, 3.0]]

    """
    return np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)


def solved(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """Return the solution of a linear system, the shortest one if there are several.

    Examples:
        >>> solved(np.diag([2.0, 4.0]), np.array([2.0, 2.0])).tolist()
        [1.0, 0.5]

    """
    try:
        return np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(matrix, right, rcond=None)[0], dtype=np.float64)
