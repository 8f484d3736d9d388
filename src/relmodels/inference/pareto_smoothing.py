"""Importance weights that can be trusted, or say that they cannot: Pareto smoothing.

Draws from a proposal stand for a target distribution when each is weighted by the ratio of the two densities. The mean
is only as good as the tail of these ratios. The largest of them follow nearly a generalized Pareto distribution, whose
shape ``k`` says which moments the ratios have: with ``k < 0.5`` the variance is finite, above 0.7 so many draws would
be needed that no practical number is enough. The largest weights are then replaced by the quantiles of the fitted
distribution, which takes most of their noise away at the price of a little bias.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray, read_only

__all__ = ["Smoothed", "fit_generalized_pareto", "largest_good_k", "smoothed"]

_FEWEST: Final = 5
# The prior of Zhang and Stephens (their equation 8) and the pull towards 0.5 of Vehtari et al. (their appendix C).
_GRID: Final = 30
_PRIOR: Final = 3.0
_PULL, _PULLED_TO = 10.0, 0.5
_TINY: Final = 1e-290


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """Importance weights after smoothing.

    Attributes:
        weight: ``(n,)`` positive or 0, adding up to 1.
        k: the shape of the tail of the raw weights; infinity if fewer than five draws make up the tail.

    """

    weight: FloatArray
    k: float

    @property
    def ess(self) -> float:
        """Return how many draws without weights these are worth, ``1 / Σ w²``."""
        return 1.0 / float(np.einsum("n,n->", self.weight, self.weight))


def smoothed(log_weight: FloatArray) -> Smoothed:
    """Return the smoothed weights of raw logarithms ``(n,)``, minus infinity for a draw that is impossible.

    The largest ``min(n/5, 3√n)`` weights are replaced by quantiles of a generalized Pareto distribution fitted to what
    they exceed the next smaller one by, but never by more than the largest of them. Equal weights stay equal.

    Examples:
        >>> import numpy as np
        >>> found = smoothed(np.zeros(100))
        >>> round(found.ess), found.k
        (100, 0.0)

    Reference:
        Vehtari, A., Simpson, D., Gelman, A., Yao, Y. and Gabry, J. (2024). Pareto smoothed importance sampling. Journal
        of Machine Learning Research 25(72), 1-58.

    """
    log_weight = log_weight - log_weight.max()
    order = np.argsort(log_weight, kind="stable")
    size = math.ceil(min(0.2 * log_weight.size, 3.0 * math.sqrt(log_weight.size)))
    cutoff = max(float(log_weight[order[-size - 1]]), math.log(_TINY))
    tail = order[-size:][log_weight[order[-size:]] > cutoff]
    weight = np.exp(log_weight)
    if cutoff >= 0.0:
        return Smoothed(read_only(weight / weight.sum()), 0.0)
    if tail.size < _FEWEST:
        return Smoothed(read_only(weight / weight.sum()), math.inf)
    base = math.exp(cutoff)
    k, scale = fit_generalized_pareto(weight[tail] - base)
    share = (np.arange(tail.size) + 0.5) / tail.size
    excess = -scale * np.log1p(-share) if abs(k) < 1e-12 else scale * np.expm1(-k * np.log1p(-share)) / k
    weight[tail] = np.minimum(base + excess, 1.0)
    return Smoothed(read_only(weight / weight.sum()), k)


def fit_generalized_pareto(excess: FloatArray) -> tuple[float, float]:
    """Return shape and scale of the generalized Pareto distribution of ``excess``, ``(n,)`` positive and ascending.

    The likelihood of ``ϑ = -shape/scale``, with the shape at its best for each, is averaged over a grid of ϑ under a
    prior that the data scale; the shape is then drawn towards 0.5 as by ten more observations.

    Examples:
        >>> import numpy as np
        >>> upper = 1 - (np.arange(1000) + 0.5) / 1000  # of shape 0.3 and scale 2
        >>> shape, scale = fit_generalized_pareto(2 * (upper**-0.3 - 1) / 0.3)
        >>> round(shape, 2), round(scale, 2)
        (0.3, 2.0)

    Reference:
        Zhang, J. and Stephens, M. A. (2009). A new and efficient estimation method for the generalized Pareto
        distribution. Technometrics 51(3), 316-325.

    """
    n = excess.size
    x = np.maximum(excess, _TINY)
    points = _GRID + int(math.sqrt(n))
    quartile = x[int(n / 4 + 0.5) - 1]
    grid = 1.0 - np.sqrt(points / (np.arange(points) + 0.5))
    theta = 1.0 / x[-1] + grid / (_PRIOR * quartile)
    shapes = np.log1p(-theta[:, None] * x).mean(axis=1)
    profile = n * (np.log(-theta / shapes) - shapes - 1.0)
    weight = np.exp(profile - profile.max())
    best = float(np.einsum("j,j->", weight, theta) / weight.sum())
    shape = float(np.log1p(-best * x).mean())
    scale = -shape / best
    return (n * shape + _PULL * _PULLED_TO) / (n + _PULL), scale


def largest_good_k(draws: int) -> float:
    """Return up to which ``k`` the weights of so many draws can be relied on, ``min(0.7, 1 - 1/log10(draws))``.

    Examples:
        >>> round(largest_good_k(4000), 2), round(largest_good_k(1000), 2)
        (0.7, 0.67)

    Reference:
        Vehtari, Simpson, Gelman, Yao and Gabry (2024), section 3.2.4.

    """
    return min(0.7, 1.0 - 1.0 / math.log10(draws))
