"""Integrals of positive functions that may be very steep, by Gauss-Legendre panels that are split until they settle.

Where a model lets customers leave at any moment, its likelihood and its predictions are integrals over the unseen time
of leaving. On a logarithmic time axis the integrands are smooth, but for a heavy buyer they may fall by a factor
of 10^300 at one end. Each panel is a Gauss-Legendre sum, which is exact for polynomials of twice the
degree that its nodes can tell apart; hence the last coefficients of the integrand in Legendre polynomials, squared,
tell the error of the sum. A panel whose error is not negligible gets more nodes, then is halved.
What does not settle is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray, read_only
from relmodels.core.errors import InvalidParameters

__all__ = ["Block", "Integrand", "blocks", "integral", "moments", "shortened"]

Integrand: TypeAlias = Callable[[FloatArray, IntArray], tuple[FloatArray, ...]]

_FEWEST: Final = 8
_MOST: Final = 32
SETTLED: Final = 1e-15
_LEVELS: Final = 60
_HALVINGS: Final = 200
_PANELS: Final = 64
_BLOCK: Final = 1 << 16
_NOTHING: Final = 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Nodes of some settled panels; a row may occur more than once.

    Attributes:
        rows: ``(k,)`` the row to which each panel belongs.
        mass: ``(nodes, k)`` the share of the integral at each node; the sum over all nodes of a row is its integral.
        carried: what the integrand returned beside its logarithm, each ``(nodes, k)``.

    """

    rows: IntArray
    mass: FloatArray
    carried: tuple[FloatArray, ...]


def integral(
    integrand: Integrand,
    low: FloatArray,
    high: FloatArray,
    nodes: FloatArray,
    first: FloatArray | None = None,
    *,
    tolerance: float = SETTLED,
) -> FloatArray:
    """Return the integral of each row from ``low`` to ``high``, ``(m,)``; the arguments are those of :func:`blocks`."""
    total = np.zeros(low.size)
    for block in blocks(integrand, low, high, nodes, first, tolerance=tolerance):
        np.add.at(total, block.rows, block.mass.sum(axis=0))
    return total


def moments(
    integrand: Integrand,
    values: Callable[[Block], tuple[FloatArray, ...]],
    means: int,
    products: int,
    high: FloatArray,
    nodes: FloatArray,
    first: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the integral from 0 to ``high``, ``(m,)``, and means with the integrand, made a density, as weight.

    Args:
        integrand: as for :func:`blocks`, likewise ``high``, ``nodes`` and ``first``.
        values: returns of what the means are wanted, ``p`` arrays ``(nodes, k)``.
        means: p.
        products: of how many of them, the first ``q``, the means of products are wanted too.

    Returns:
        The integral; the means, ``(p, m)``; the means of products, ``(q, q, m)``. All are 0 where ``high`` is.

    """
    total, square = np.zeros(high.size), np.zeros((products, products, high.size))
    mean = np.zeros((means, high.size))
    for block in blocks(integrand, np.zeros(high.size), high, nodes, first):
        found = values(block)
        np.add.at(total, block.rows, block.mass.sum(axis=0))
        for i, left in enumerate(found):
            part = block.mass * left
            np.add.at(mean[i], block.rows, part.sum(axis=0))
            for j, right in enumerate(found[: i + 1] if i < products else ()):
                np.add.at(square[i, j], block.rows, np.einsum("nk,nk->k", part, right))
    some = np.where(total > 0, total, 1.0)
    for i in range(products):
        square[:i, i] = square[i, :i]
    return total, mean / some, square / some


def shortened(
    log_bound: Callable[[FloatArray, IntArray], FloatArray], high: FloatArray, depth: FloatArray
) -> FloatArray:
    """Return upper ends ``(m,)`` beyond which the integrand is less than ``exp(-depth)``, found by halving.

    Args:
        log_bound: takes one point for each of some rows, ``(k,)``, and these rows, ``(k,)``; returns the logarithm of a
            falling upper bound of the integrand, ``(k,)``.
        high: ``(m,)`` upper ends, which are halved as long as the half lies beyond as well.
        depth: ``(m,)`` how deep the integrand has to have fallen.

    """
    high, rows = high.copy(), np.arange(high.size)
    for _ in range(_HALVINGS):
        rows = rows[log_bound(high[rows] / 2, rows) < -depth[rows]]
        if not rows.size:
            break
        high[rows] /= 2
    return high


def blocks(
    integrand: Integrand,
    low: FloatArray,
    high: FloatArray,
    nodes: FloatArray,
    first: FloatArray | None = None,
    *,
    tolerance: float = SETTLED,
) -> Iterator[Block]:
    """Yield the nodes of settled panels that together cover each row from ``low`` to ``high``.

    Args:
        integrand: takes points, shape ``(nodes, k)``, and the row of each column, shape ``(k,)``; returns a tuple of
            arrays ``(nodes, k)``, the first of them the logarithm of the integrand, which must not overflow.
        low: ``(m,)`` lower ends.
        high: ``(m,)`` upper ends; rows with ``high <= low`` have no panel.
        nodes: ``(m,)`` about how many nodes each row needs; a wrong guess costs time, not accuracy.
        first: ``(m,)`` how long the first panel of each row may be; each further one may be as long as all before it.
            It is needed where something happens so near the lower end that the nodes of a long panel would miss it.
        tolerance: the error of a panel, relative to the integral of its row, that is negligible.

    Raises:
        InvalidParameters: if some panel does not settle.

    """
    some = high > low
    fewest = _FEWEST
    while np.any(some):
        most = fewest if fewest < _MOST else np.inf
        rows = np.flatnonzero(some & (nodes <= most))
        some[rows] = False
        for part in np.array_split(rows, 1 + rows.size * fewest // _BLOCK):
            if part.size:
                panels = _graded(low[part], high[part], None if first is None else first[part])
                yield from _settled(integrand, part, *panels, fewest, tolerance)
        fewest = _more(fewest)


@cache
def _rule(nodes: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return nodes on (0, 1), weights, and the rows ``(2, nodes)`` that give the last two Legendre coefficients."""
    point, weight = np.polynomial.legendre.leggauss(nodes)
    degree = np.arange(nodes - 2, nodes)
    last = np.polynomial.legendre.legvander(point, nodes - 1).T[-2:] * weight * (degree + 0.5)[:, None]
    return read_only((point + 1.0) / 2), read_only(weight / 2), read_only(last)


def _more(nodes: int) -> int:
    """Return the next larger number of nodes: 8, 12, 16, 24, 32."""
    return nodes * 3 // 2 if nodes & (nodes - 1) == 0 else nodes * 4 // 3


def _graded(low: FloatArray, high: FloatArray, first: FloatArray | None) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return panels as the rows to which they belong, their lower and their upper ends, each ``(k,)``."""
    place = np.arange(low.size)
    if first is None:
        return place, low, high
    begin, end = low, np.minimum(low + first, high)
    panels = [(place, begin, end)]
    while (going := end < high[place]).any():
        place, begin = place[going], end[going]
        end = np.minimum(2 * begin - low[place], high[place])
        panels.append((place, begin, end))
    places, begins, ends = zip(*panels, strict=True)
    return np.concatenate(places), np.concatenate(begins), np.concatenate(ends)


def _settled(
    integrand: Integrand,
    rows: IntArray,
    place: IntArray,
    low: FloatArray,
    high: FloatArray,
    nodes: int,
    tolerance: float,
) -> Iterator[Block]:
    """Yield the settled panels of a few rows, level by level; ``place`` says to which of them each panel belongs."""
    limit = _PANELS * place.size
    done = np.zeros(rows.size)
    for _ in range(_LEVELS):
        point, weight, last = _rule(nodes)
        length = high - low
        log_height, *carried = integrand(low + length * point[:, None], rows[place])
        height = np.exp(log_height)
        mass = height * (length * weight[:, None])
        size = mass.sum(axis=0)
        doubt = np.abs(np.einsum("jn,nk->jk", last, height)).sum(axis=0)
        whole = done + np.bincount(place, weights=size, minlength=done.size)
        error = length * doubt * (doubt / np.maximum(height.max(axis=0), _NOTHING))
        good = (error <= tolerance * whole[place]) & (whole[place] > 0)
        done += np.bincount(place[good], weights=size[good], minlength=done.size)
        if good.all():
            yield Block(rows[place], mass, tuple(carried))
            return
        yield Block(rows[place[good]], mass[:, good], tuple(values[:, good] for values in carried))
        place, low, high = place[~good], low[~good], high[~good]
        if nodes < _MOST:
            nodes = _more(nodes)
        else:
            middle = (low + high) / 2
            place, low, high = np.tile(place, 2), np.append(low, middle), np.append(middle, high)
        if place.size > limit:
            break
    message = "an integral over the time of leaving does not settle; no result can be vouched for, check the parameters"
    raise InvalidParameters(message)
