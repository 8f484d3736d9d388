"""Roots of many rising functions at once: for quantiles that have no closed form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray

__all__ = ["rising_root"]

Rising: TypeAlias = Callable[[FloatArray, IntArray], FloatArray]

_STEP: Final = 8.0
_ROUNDS: Final = 100
_TOLERANCE: Final = 1e-13
_SMALLEST: Final = 1e-280


def rising_root(function: Rising, guess: FloatArray, largest: FloatArray) -> FloatArray:
    """Return where each function reaches 0, ``(m,)``; infinity where it is still negative at ``largest``.

    The root is bracketed from ``guess`` by factors of 8, then found on a logarithmic axis by Chandrupatla's method,
    which interpolates where it may and halves where it must. The relative error is 1e-13.

    Args:
        function: takes positive points and which of the ``m`` functions they belong to, both ``(k,)``; returns their
            values, ``(k,)``. Each is negative at 0 and never falls.
        guess: ``(m,)`` positive.
        largest: ``(m,)`` the largest point to look at.

    Examples:
        >>> rising_root(lambda x, rows: x**2 - np.array([2.0, 9.0])[rows], np.ones(2), np.full(2, 1e6)).round(12)
        array([1.41421356, 3.        ])

    Reference:
        Chandrupatla, T. R. (1997). A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear
        function without using derivatives. Advances in Engineering Software 28(3), 145-149.

    """
    high = _bracket(function, guess, largest)
    rows = np.flatnonzero(np.isfinite(high))
    root = np.full(high.size, np.inf)
    low = high[rows] / _STEP
    while rows.size:
        above = function(low, rows) >= 0
        above &= low > _SMALLEST
        if not above.any():
            break
        low = np.where(above, low / _STEP, low)
    if rows.size:
        root[rows] = np.exp(_between(lambda y, some: function(np.exp(y), rows[some]), np.log(low), np.log(high[rows])))
    return root


def _bracket(function: Rising, guess: FloatArray, largest: FloatArray) -> FloatArray:
    """Return a point at which each function is not negative, infinity if there is none up to ``largest``."""
    high, rows = np.minimum(guess, largest), np.arange(guess.size)
    while rows.size:
        below = function(high[rows], rows) < 0
        ended = below & (high[rows] >= largest[rows])
        high[rows[ended]] = np.inf
        rows = rows[below & ~ended]
        high[rows] = np.minimum(high[rows] * _STEP, largest[rows])
    return high


def _between(function: Rising, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return the roots between ``low``, where the functions are negative, and ``high``, where they are not."""
    rows = np.arange(low.size)
    a, b, c = high.copy(), low.copy(), low.copy()
    fa, fb = function(a, rows), function(b, rows)
    fc, share, root = fb.copy(), np.full(low.size, 0.5), high.copy()
    for _ in range(_ROUNDS):
        at = a[rows] + share[rows] * (b[rows] - a[rows])
        value = function(at, rows)
        same = np.sign(value) == np.sign(fa[rows])
        c[rows], fc[rows] = np.where(same, a[rows], b[rows]), np.where(same, fa[rows], fb[rows])
        b[rows], fb[rows] = np.where(same, b[rows], a[rows]), np.where(same, fb[rows], fa[rows])
        a[rows], fa[rows] = at, value
        root[rows] = np.where(np.abs(fa[rows]) < np.abs(fb[rows]), a[rows], b[rows])
        near = _TOLERANCE / np.maximum(np.abs(b[rows] - a[rows]), np.finfo(np.float64).tiny)
        open_ones = (near < 0.5) & (value != 0)
        rows, near = rows[open_ones], near[open_ones]
        if not rows.size:
            break
        guessed = _guess(a[rows], b[rows], c[rows], fa[rows], fb[rows], fc[rows])
        share[rows] = np.clip(guessed, near, 1.0 - near)
    return root


def _guess(a: FloatArray, b: FloatArray, c: FloatArray, fa: FloatArray, fb: FloatArray, fc: FloatArray) -> FloatArray:
    """Return the share of the way from ``a`` to ``b`` by inverse quadratic interpolation, a half where it may not."""
    with np.errstate(all="ignore"):  # where two points or values agree the half is taken
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        allowed = (phi**2 < xi) & ((1.0 - phi) ** 2 < 1.0 - xi)
        share = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    return np.where(allowed & np.isfinite(share), share, 0.5)
