"""What follows from the weights: reliabilities, loadings, correlations of constructs, paths; for a stack of samples.

A weighted sum holds what its items do not share, so its correlations with others are too near 0. Where the items are
taken to measure one thing, Dijkstra and Henseler's reliability of the sum says by how much, and correlations are
divided by its root before paths are computed (PLSc).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray, IntArray
from relmodels.sem.pls.collinearity import ONE_CONSTRUCT
from relmodels.sem.pls.spec import Layout, PLSSpec

__all__ = ["Estimates", "estimates_of", "explained_by", "oriented"]

_ALONE: Final = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Estimates of ``B`` samples.

    Attributes:
        weights: ``(B, p)``.
        loadings: ``(B, p)``.
        rho: ``(B, J)`` reliability of each weighted sum as its items show it; 1 for modes that have none.
        reliability: ``(B, J)`` the one by which correlations were corrected.
        sums: ``(B, J, J)`` correlations of the weighted sums.
        between: ``(B, J, J)`` those of the constructs, corrected.
        paths: ``(B, J, J)`` of the column's construct on the row's.
        r_squared: ``(B, J)``; 0 where nothing causes the construct.

    """

    weights: FloatArray
    loadings: FloatArray
    rho: FloatArray
    reliability: FloatArray
    sums: FloatArray
    between: FloatArray
    paths: FloatArray
    r_squared: FloatArray

    @property
    def possible(self) -> BoolArray:
        """Return ``(B,)`` whether reliabilities are above 0 and causes can be told apart, so that all are numbers."""
        return np.asarray((self.reliability > 0.0).all(axis=1) & np.isfinite(self.r_squared).all(axis=1), dtype=bool)


def oriented(
    values: FloatArray, tables: FloatArray, layout: Layout, spec: PLSSpec, like: FloatArray | None = None
) -> FloatArray:
    """Return the weights with each construct turned the way it is meant.

    Args:
        values: ``(B, p)`` weights.
        tables: ``(B, p, p)`` correlations.
        layout: of the theory.
        spec: with the markers.
        like: ``(p,)`` weights of another sample, whose constructs these shall agree with.

    """
    member = np.eye(len(layout.constructs))[layout.block]
    with_own = np.einsum("bpq,bqj,pj->bp", tables, values[:, :, None] * member, member)
    if like is not None:
        sides = (with_own * like) @ member
    else:
        sides = with_own @ member
        for name, item in spec.markers.items():
            sides[:, layout.constructs.index(name)] = with_own[:, layout.items.index(item)]
    return np.asarray(values * np.where(sides < 0.0, -1.0, 1.0)[:, layout.block], dtype=np.float64)


def estimates_of(values: FloatArray, tables: FloatArray, layout: Layout, spec: PLSSpec) -> Estimates:
    """Return what follows from weights and correlations.

    Where a reliability is not above 0, or causes cannot be told apart, what depends on it is ``nan``; see
    :attr:`Estimates.possible`.
    """
    rho, reliability, loadings = _measured(values, tables, layout, spec)
    spread = values[:, :, None] * np.eye(len(layout.constructs))[layout.block]
    sums = np.swapaxes(spread, 1, 2) @ tables @ spread
    root = np.sqrt(np.where(reliability > 0.0, reliability, np.nan))
    between = sums / (root[:, :, None] * root[:, None, :])
    diagonal = np.arange(len(layout.constructs))
    between[:, diagonal, diagonal] = 1.0
    paths = np.zeros_like(between)
    r_squared = np.zeros(reliability.shape)
    for place in layout.explained:
        before = layout.before(place)
        paths[:, place, before], r_squared[:, place] = explained_by(between, place, before)
        if spec.consistent:
            unsound = ~_told_apart(sums, before)
            paths[unsound, place], r_squared[unsound, place] = np.nan, np.nan
    return Estimates(values, loadings, rho, reliability, sums, between, paths, r_squared)


def explained_by(between: FloatArray, effect: int, causes: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return ``(B, k)`` paths from some constructs to another, and ``(B,)`` the share of it they explain.

    Both are ``nan`` where the causes cannot be told apart.
    """
    if not causes.size:
        return np.zeros((len(between), 0)), np.zeros(len(between))
    inner, outer = between[:, causes[:, None], causes], between[:, causes, effect]
    sound = _told_apart(between, causes)
    found = np.full(outer.shape, np.nan)
    found[sound] = np.linalg.solve(inner[sound], outer[sound][:, :, None])[:, :, 0]
    return found, np.einsum("bk,bk->b", found, outer)


def _told_apart(between: FloatArray, causes: IntArray) -> BoolArray:
    inner = between[:, causes[:, None], causes]
    sound: BoolArray = np.array(np.isfinite(inner).all(axis=(1, 2)), dtype=bool)
    sound[sound] = np.abs(np.linalg.eigvalsh(inner[sound])).min(axis=1) > ONE_CONSTRUCT
    return sound


def _measured(
    values: FloatArray, tables: FloatArray, layout: Layout, spec: PLSSpec
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return reliabilities as items show them and as they are used, and loadings."""
    rho = np.ones((len(values), len(layout.constructs)))
    used, loadings = rho.copy(), np.empty(values.shape)
    for place, name in enumerate(layout.constructs):
        rows = layout.rows(place)
        own, inner = values[:, rows], tables[:, rows[:, None], rows]
        if layout.modes[place] == "A" and rows.size > 1:
            rho[:, place] = _rho_a(own, inner)
            used[:, place] = rho[:, place] if spec.consistent else 1.0
        if name in spec.reliability:
            used[:, place] = spec.reliability[name]
        if spec.is_factor(name):
            root = np.sqrt(np.where(used[:, place] > 0.0, used[:, place], np.nan))
            loadings[:, rows] = own * (root / np.einsum("bp,bp->b", own, own))[:, None]
        else:
            loadings[:, rows] = np.einsum("bpq,bq->bp", inner, own)
    return rho, used, loadings


def _rho_a(values: FloatArray, tables: FloatArray) -> FloatArray:
    """Return ``(w'w)² · w'(S - diag S)w / w'(ww' - diag ww')w``: equation 3 of Dijkstra and Henseler (2015).

    It is ``nan`` where a single item has a weight, for then nothing shows what the items share.
    """
    length = np.einsum("bp,bp->b", values, values)
    shared = np.einsum("bp,bpq,bq->b", values, tables, values) - np.einsum("bp,bpp->b", values**2, tables)
    alone = length**2 - np.einsum("bp,bp->b", values**2, values**2)
    alone = np.where(alone > _ALONE * length**2, alone, np.nan)
    return np.asarray(length**2 * shared / alone, dtype=np.float64)
