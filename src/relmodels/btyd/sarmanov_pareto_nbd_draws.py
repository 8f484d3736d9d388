"""Random purchase rates and hazards of leaving from a Sarmanov density, without rejection.

A customer who is not late has bought within ``a``. Draw when, and the rate given that time is again a gamma variable;
so the story that explains the model is also the way to draw from it.
"""

from __future__ import annotations

import numpy as np

from relmodels.btyd.sarmanov_pareto_nbd_likelihood import ODDS, log_tilt, tilted
from relmodels.core.arrays import BoolArray, FloatArray

__all__ = ["rates_and_hazards"]

Number = FloatArray | float


def rates_and_hazards(
    r: Number,
    alpha: Number,
    s: Number,
    beta: Number,
    kappa: Number,
    shape: tuple[int, ...],
    draw: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Return rates and hazards of the given ``shape``.

    With A and B the shares of the late and of the long, P(long | late) is ``B + 2κ (1 - 1/A) (B - 1)`` and
    P(long | not late) is ``B + 2κ (B - 1)``.
    """
    A, B = (np.exp(-size * log_tilt(size)) for size in (r, s))
    late = draw.uniform(size=shape) < A
    long = draw.uniform(size=shape) < B + ODDS * kappa * (B - 1.0) * np.where(late, 1.0 - 1.0 / A, 1.0)
    return _of_group(r, alpha, late, A, draw), _of_group(s, beta, long, B, draw)


def _of_group(
    size: Number, scale: Number, waits: BoolArray, share: FloatArray, draw: np.random.Generator
) -> FloatArray:
    """Return rates of those who wait longer than a, and of those who do not: their wait is drawn, and then the rate."""
    survived = draw.uniform(share, 1.0, waits.shape)
    until = np.where(waits, tilted(size, scale), scale * np.exp(-np.log(survived) / size))
    rates: FloatArray = draw.gamma(np.where(waits, size, size + 1.0)) / until
    return rates
