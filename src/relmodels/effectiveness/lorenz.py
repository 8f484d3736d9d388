"""How unequally an amount is spread: the Lorenz curve and the Gini coefficient.

Line the customers up from the least to the most valuable and ask which share of the whole the first ``p`` of them hold.
If all were equal, the answer would be ``p``; the further the curve sags below that diagonal, the more the value sits
with a few. The Gini coefficient is twice the area between the two: 0 when all are equal, close to 1 when one customer
holds everything. The ABC curve of :mod:`relmodels.effectiveness.abc_analysis` is the same curve read from the other
end, ``ABC(p) = 1 - L(1 - p)``. Both need amounts of 0 or more: with losses the curve leaves the unit square.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidParameters
from relmodels.effectiveness.amounts import shareable

__all__ = ["LorenzCurve", "gini", "lorenz"]


@dataclass(frozen=True, slots=True, eq=False)
class LorenzCurve:
    """The corners of a Lorenz curve, from (0, 0) to (1, 1); straight lines lie between them.

    Attributes:
        population: ``(n + 1,)`` share of the customers, the least valuable first.
        share: ``(n + 1,)`` share of the value that they hold together.

    """

    population: FloatArray
    share: FloatArray

    __reduce__ = by_fields

    @property
    def gini(self) -> float:
        """Return twice the area between the diagonal and the curve, straight between its corners.

        The area alone is sometimes printed as the coefficient; it is half of it.
        """
        widths = np.diff(self.population)
        return 1.0 - float(np.sum(widths * (self.share[1:] + self.share[:-1])))

    def share_of_top(self, fraction: float) -> float:
        """Return the share of the value held by the most valuable ``fraction`` of the customers.

        Raises:
            InvalidParameters: if ``fraction`` is not between 0 and 1.

        Examples:
            >>> round(lorenz([1, 1, 1, 1, 6]).share_of_top(0.2), 6)
            0.6

        """
        if not 0 <= fraction <= 1:
            message = f"fraction = {fraction!r} is not between 0 and 1; give twenty per cent as 0.2"
            raise InvalidParameters(message)
        return 1.0 - float(np.interp(1.0 - fraction, self.population, self.share))


def lorenz(values: ArrayLike) -> LorenzCurve:
    """Return the Lorenz curve of ``values``: which share of the total the least valuable part of the customers holds.

    ``L(i / n) = (x_(1) + … + x_(i)) / (x_(1) + … + x_(n))`` for the values in rising order.
    When every value is 0 the curve is the diagonal: all hold the same (a convention of ours).

    Args:
        values: ``(n,)`` amounts in any one currency, 0 or more.

    Raises:
        InvalidData: if a value is negative or not finite, with its row, or there are no values.

    Examples:
        >>> lorenz([3, 1, 0]).share.tolist()
        [0.0, 0.0, 0.25, 1.0]

    Reference:
        Lorenz, M. O. (1905). Methods of measuring the concentration of wealth.
        Publications of the American Statistical Association 9(70), 209-219.

    """
    rising = _rising(values, "Lorenz curve")
    population = np.arange(rising.size + 1) / rising.size
    if rising[-1] == 0:
        return LorenzCurve(population=read_only(population), share=read_only(population.copy()))
    held = np.concatenate(([0.0], np.cumsum(rising)))
    return LorenzCurve(population=read_only(population), share=read_only(held / held[-1]))


def gini(values: ArrayLike) -> float:
    """Return the Gini coefficient of ``values``, twice the area between the diagonal and the Lorenz curve.

    ``G = Σ (2 i - n - 1) x_(i) / (n Σ x_(i))`` for the values in rising order, which is half the mean absolute
    difference between two customers drawn with replacement, divided by the mean.
    It lies in ``[0, 1 - 1/n]``: there is no small-sample correction by ``n / (n - 1)``.
    One customer, and values that are all 0, give 0.

    Args:
        values: ``(n,)`` amounts in any one currency, 0 or more.

    Raises:
        InvalidData: if a value is negative or not finite, with its row, or there are no values.

    Examples:
        >>> round(gini([1, 1, 1, 1, 1, 1, 1, 10, 33, 50]), 6)
        0.71

    Reference:
        Gini, C. (1914). Sulla misura della concentrazione e della variabilità dei caratteri.
        Atti del Reale Istituto Veneto di Scienze, Lettere ed Arti 73(2), 1203-1248.

    """
    rising = _rising(values, "Gini coefficient")
    if rising[-1] == 0:
        return 0.0
    ranks = 2.0 * np.arange(1, rising.size + 1) - rising.size - 1
    raw = float(ranks @ rising) / (rising.size * float(rising.sum()))
    return min(max(raw, 0.0), 1.0 - 1.0 / rising.size)


def _rising(values: ArrayLike, subject: str) -> FloatArray:
    # Divided by the largest value, so that sums neither overflow nor depend on the currency.
    ordered: FloatArray = np.sort(shareable(values, subject))
    return ordered / ordered[-1] if ordered[-1] > 0 else ordered
