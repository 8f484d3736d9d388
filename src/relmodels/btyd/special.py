"""Differences of gamma functions, formed so that nothing large cancels.

Likelihoods of counts hold ratios such as Γ(z + x)/Γ(z) and B(a, b + x)/B(a, b).
Taken as differences of ``gammaln`` they lose as many digits as Γ has when a parameter is large, which is where an
optimizer goes on a ridge. Above ``z = 16`` Stirling's series is differenced term by term instead.
All functions broadcast and work on arrays of any shape.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray

__all__ = ["digamma_rise", "log_beta", "log_rise", "trigamma_rise"]

_LARGE: Final = 16.0
# Coefficients of 1/z, 1/z^3, ... in Stirling's series for ln Γ(z); six terms reach the machine precision from 16 on.
_STIRLING: Final = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)


def log_rise(z: FloatArray | float, x: FloatArray | float) -> FloatArray:
    """Return ln Γ(z + x) - ln Γ(z), for ``z > 0`` and ``x >= 0``.

    Examples:
        >>> bool(np.isclose(log_rise(2.0, 3.0), np.log(2 * 3 * 4)))
        True

    """
    from scipy import special

    z, x = _pair(z, x)
    small = np.minimum(z, _LARGE)
    large = np.maximum(z, _LARGE)
    near = special.gammaln(small + x) - special.gammaln(small)
    far = (large - 0.5) * np.log1p(x / large) + x * (np.log(large + x) - 1.0) + _tail(large + x) - _tail(large)
    rise: FloatArray = np.where(z < _LARGE, near, far)
    return rise


def digamma_rise(z: FloatArray | float, x: FloatArray | float) -> FloatArray:
    """Return ψ(z + x) - ψ(z), the slope of :func:`log_rise` by ``z``.

    Examples:
        >>> bool(np.isclose(digamma_rise(2.0, 3.0), 1 / 2 + 1 / 3 + 1 / 4))
        True

    """
    from scipy import special

    z, x = _pair(z, x)
    small = np.minimum(z, _LARGE)
    large = np.maximum(z, _LARGE)
    near = special.digamma(small + x) - special.digamma(small)
    far = np.log1p(x / large) + 0.5 * x / (large * (large + x)) + _tail_slope(large + x) - _tail_slope(large)
    rise: FloatArray = np.where(z < _LARGE, near, far)
    return rise


def trigamma_rise(z: FloatArray | float, x: FloatArray | float) -> FloatArray:
    """Return ψ'(z + x) - ψ'(z), the slope of :func:`digamma_rise` by ``z``.

    Examples:
        >>> bool(np.isclose(trigamma_rise(2.0, 3.0), -(1 / 4 + 1 / 9 + 1 / 16)))
        True

    """
    from scipy import special

    z, x = _pair(z, x)
    small = np.minimum(z, _LARGE)
    large = np.maximum(z, _LARGE)
    near = special.polygamma(1, small + x) - special.polygamma(1, small)
    first = -x / (large * (large + x)) * (1.0 + 0.5 * (1.0 / large + 1.0 / (large + x)))
    far = first + _tail_bend(large + x) - _tail_bend(large)
    rise: FloatArray = np.where(z < _LARGE, near, far)
    return rise


def log_beta(a: FloatArray | float, b: FloatArray | float) -> FloatArray:
    """Return ln B(a, b), for positive ``a`` and ``b``.

    Examples:
        >>> bool(np.isclose(log_beta(2.0, 3.0), -np.log(12)))
        True

    """
    from scipy import special

    a, b = _pair(a, b)
    value: FloatArray = special.gammaln(np.minimum(a, b)) - log_rise(np.maximum(a, b), np.minimum(a, b))
    return value


def _pair(z: FloatArray | float, x: FloatArray | float) -> tuple[FloatArray, FloatArray]:
    return np.asarray(z, dtype=np.float64), np.asarray(x, dtype=np.float64)


def _tail(z: FloatArray) -> FloatArray:
    """Return what Stirling's series adds to (z - 1/2) ln z - z + ln(2π)/2."""
    total = np.zeros_like(z)
    for power, coefficient in enumerate(_STIRLING):
        total += coefficient * z ** -(2.0 * power + 1.0)
    return total


def _tail_slope(z: FloatArray) -> FloatArray:
    total = np.zeros_like(z)
    for power, coefficient in enumerate(_STIRLING):
        total -= coefficient * (2.0 * power + 1.0) * z ** -(2.0 * power + 2.0)
    return total


def _tail_bend(z: FloatArray) -> FloatArray:
    total = np.zeros_like(z)
    for power, coefficient in enumerate(_STIRLING):
        total += coefficient * (2.0 * power + 1.0) * (2.0 * power + 2.0) * z ** -(2.0 * power + 3.0)
    return total
