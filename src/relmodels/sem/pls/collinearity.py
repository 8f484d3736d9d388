"""Where correlations cannot tell variables apart: items that make a construct up, and constructs that cause another.

Partial least squares needs no inverse of the correlations of all items, which has none as soon as there are as many
items as respondents. What it does need are regressions, each on a few: of a construct of mode B on its items, and of a
construct on its causes.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray, IntArray
from relmodels.sem.linear import inverse_of
from relmodels.sem.pls.spec import Layout

__all__ = [
    "ONE_CONSTRUCT",
    "inflation",
    "is_singular",
    "made_up_of",
    "one_among",
    "shortest",
    "tells_items_apart",
]

ONE_CONSTRUCT: Final = 1e-8  # an eigenvalue of correlations so near 0 tells that a construct is made of others
_ONE_ITEM: Final = 1e-10  # the same for items, as of any table of covariances
_PART: Final = 0.1  # of a vector of length 1, from which on a variable has a part in it


def is_singular(table: FloatArray) -> bool:
    """Return whether a variable of ``(p, p)`` correlations is a sum of others.

    Examples:
        >>> is_singular(np.ones((2, 2))), is_singular(np.eye(2))
        (True, False)

    """
    return bool(np.abs(np.linalg.eigvalsh(table)).min() <= _ONE_ITEM)


def inflation(table: FloatArray) -> FloatArray:
    """Return ``(p,)`` the variance inflation of each variable by the others; ``nan`` if some are sums of others.

    It is ``1 / (1 - R²)`` of the regression of the variable on all others.

    Examples:
        >>> inflation(np.array([[1.0, 0.6], [0.6, 1.0]])).round(4).tolist()
        [1.5625, 1.5625]

    """
    if is_singular(table):
        return np.full(len(table), np.nan)
    return np.asarray(np.diag(inverse_of(table)), dtype=np.float64)


def shortest(table: FloatArray, right: FloatArray) -> FloatArray:
    """Return the solution of equations in correlations; the shortest if variables are sums of others.

    Examples:
        >>> shortest(np.ones((2, 2)), np.ones((2, 1))).round(4).tolist()
        [[0.5], [0.5]]

    """
    return np.asarray(np.linalg.lstsq(table, right, rcond=_ONE_ITEM)[0], dtype=np.float64)


def made_up_of(layout: Layout) -> list[IntArray]:
    """Return the places of the items of each construct that is regressed on several of them."""
    rows = [layout.rows(place) for place, mode in enumerate(layout.modes) if mode == "B"]
    return [own for own in rows if own.size > 1]


def tells_items_apart(tables: FloatArray, layout: Layout) -> BoolArray:
    """Return ``(B,)`` whether the weights of every construct of mode B are determined by ``(B, p, p)`` correlations."""
    sound: BoolArray = np.ones(len(tables), dtype=bool)
    for rows in made_up_of(layout):
        sound &= np.linalg.eigvalsh(tables[:, rows[:, None], rows])[:, 0] > _ONE_ITEM
    return sound


def one_among(table: FloatArray, places: IntArray, nearest: float = _ONE_ITEM) -> list[int]:
    """Return the places of the variables that correlations cannot tell apart; none if they all differ.

    Args:
        table: ``(p, p)`` correlations.
        places: of the variables looked at.
        nearest: an eigenvalue up to which they are told to be one.

    """
    if not places.size:
        return []
    values, vectors = np.linalg.eigh(table[np.ix_(places, places)])
    smallest = int(np.abs(values).argmin())
    if abs(values[smallest]) > nearest:
        return []
    return [int(place) for place in places[np.abs(vectors[:, smallest]) > _PART]]
