"""Weighted sums over many rows, on one core.

The linear-algebra library behind ``@`` shares out even a sum of a hundred thousand numbers among threads, which on a
busy machine costs a hundred times more processor time than the sum; a likelihood takes dozens of such sums.
"""

from __future__ import annotations

import numpy as np

from relmodels.core.arrays import FloatArray

__all__ = ["dot", "gram"]


def dot(weight: FloatArray, values: FloatArray) -> float:
    """Return the sum of ``weight`` times ``values``, both ``(n,)``.

    Examples:
        >>> dot(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
        11.0

    """
    return float(np.einsum("n,n->", weight, values))


def gram(rows: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the weighted sums of products of ``rows``, ``(p, n)``, with each other, ``(p, p)``.

    Examples:
        >>> gram(np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([1.0, 10.0]))
        array([[41., 20.],
               [20., 10.]])

    """
    products: FloatArray = np.einsum("in,jn->ij", rows * weight, rows)
    return products
