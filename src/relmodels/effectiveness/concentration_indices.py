"""How much of a total lies with few, in one number: shares of the largest, Herfindahl-Hirschman, entropy.

Each looks at the same shares with another eye. The concentration ratio adds up the largest ones; the
Herfindahl-Hirschman index adds up their squares and is the chance that two units of money, drawn at random, come from
one customer; entropy weighs small shares more. All are for amounts of 0 or more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.core.numbers import is_number, whole
from relmodels.effectiveness.amounts import shareable
from relmodels.effectiveness.lorenz import gini

__all__ = ["ConcentrationIndices", "concentration_indices", "pareto_share", "zipf_rank"]


@dataclass(frozen=True, slots=True)
class ConcentrationIndices:
    """The usual measures of concentration of ``n`` amounts.

    Attributes:
        n: how many amounts, zeros included.
        gini: the Gini coefficient, from 0 to 1 - 1/n.
        herfindahl: the sum of squared shares, from 1/n to 1.
        normalized_herfindahl: the same from 0 to 1, ``(H - 1/n) / (1 - 1/n)``; 0 for one amount.
        equivalent_number: how many equal amounts would have the same index, ``1 / H``.
        entropy: ``-Σ s ln s``, from 0 to ln n.
        theil: ``ln n`` less the entropy, 0 if all are equal.
        largest: the share of the largest amount.

    """

    n: int
    gini: float
    herfindahl: float
    normalized_herfindahl: float
    equivalent_number: float
    entropy: float
    theil: float
    largest: float


def concentration_indices(values: ArrayLike) -> ConcentrationIndices:
    """Return the usual measures of concentration.

    Args:
        values: ``(n,)`` amounts of 0 or more, in any one currency.

    Raises:
        InvalidData: if a value is negative or not finite, there are none, or all are 0.

    Examples:
        >>> found = concentration_indices([50, 30, 20])
        >>> round(found.herfindahl, 4), round(found.equivalent_number, 4), found.largest
        (0.38, 2.6316, 0.5)

    Reference:
        Hirschman, A. O. (1964), The paternity of an index, American Economic Review 54(5), 761-762.

    """
    shares = _shares(values)
    n = shares.size
    squares = float(np.sum(shares * shares))
    positive = shares[shares > 0]
    entropy = float(-np.sum(positive * np.log(positive))) + 0.0
    return ConcentrationIndices(
        n=n,
        gini=gini(values),
        herfindahl=squares,
        normalized_herfindahl=max(squares - 1 / n, 0.0) / (1 - 1 / n) if n > 1 else 0.0,
        equivalent_number=1.0 / squares,
        entropy=entropy,
        theil=max(math.log(n) - entropy, 0.0),
        largest=float(shares.max()),
    )


def pareto_share(values: ArrayLike, fraction: float = 0.2) -> float:
    """Return the share of the total that the most valuable ``fraction`` of customers holds.

    A part of a customer counts in proportion, as on the Lorenz curve.

    Raises:
        InvalidData: if a value is negative or not finite, there are none, or all are 0.
        InvalidParameters: if the fraction is not between 0 and 1.

    Examples:
        >>> round(pareto_share([80, 5, 5, 5, 5]), 4)
        0.8

    Reference:
        Juran, J. M. (1954), Universals in management planning and controlling, The Management Review 43(11), 748-761,
        for the rule of the vital few.

    """
    if not is_number(fraction) or not 0.0 <= fraction <= 1.0:
        message = f"fraction = {fraction!r} is not between 0 and 1; give twenty per cent as 0.2"
        raise InvalidParameters(message)
    falling = np.sort(_shares(values))[::-1]
    whole, part = divmod(fraction * falling.size, 1.0)
    held = float(falling[: int(whole)].sum())
    return min(held + (part * float(falling[int(whole)]) if part > 1e-12 else 0.0), 1.0)


def zipf_rank(share: float, participants: int) -> int:
    """Return the rank that a market share implies if shares fall as the inverse of the rank (Zipf's law).

    ``share(k) = 1 / (k H_n)`` with the harmonic number ``H_n``, so the rank is ``1 / (share H_n)``, rounded down.

    Raises:
        InvalidParameters: if the share is not between 0 and 1, there are no participants, or nobody has so much.

    Examples:
        >>> zipf_rank(0.01, 1000)
        13

    Reference:
        Zipf, G. K. (1949), Human Behavior and the Principle of Least Effort, Addison-Wesley.

    """
    if not is_number(share) or not 0.0 < share <= 1.0:
        message = f"share = {share!r} is not between 0 and 1"
        raise InvalidParameters(message)
    harmonic = float(np.sum(1.0 / np.arange(1, whole(participants, "participants", 1) + 1)))
    rank = math.floor(1.0 / (share * harmonic))
    if rank < 1:
        message = f"share = {share} is more than the first of {participants} has under Zipf's law, {1 / harmonic:.4f}"
        raise InvalidParameters(message)
    return rank


def _shares(values: ArrayLike) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    amounts = shareable(values, "concentration")
    largest = amounts.max()
    if largest == 0:
        message = "concentration: all values are 0; there is no total to share"
        raise InvalidData(message)
    scaled = amounts / largest
    return scaled / scaled.sum()  # type: ignore[no-any-return]
