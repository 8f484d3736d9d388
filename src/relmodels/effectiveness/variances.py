"""Why revenue or contribution differs from the plan: price, volume and mix, and quantity by market size and share.

Of each product the plan has units and a price; so has the outcome. Price is what other prices did to the units sold,
volume what more or fewer units in the planned mix did, mix what a shift between products did; the three add up to the
whole difference. A positive number is favorable. Volume can be split once more: into what the market did and what the
firm's share of it did. A product that is new, or gone, has no planned, or no actual, price; its difference stands in a
line of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import BoolArray, FloatArray, by_fields, check_finite, check_not_negative, column, read_only
from relmodels.core.errors import InvalidData, Problems
from relmodels.core.numbers import finite
from relmodels.frames.table import Table

__all__ = ["MarketVariance", "PriceVolumeMix", "QuantityMix", "market_variance", "price_volume_mix", "quantity_mix"]


@dataclass(frozen=True, slots=True, eq=False)
class PriceVolumeMix:
    """The difference between outcome and plan, by ``k`` products.

    Attributes:
        price: ``(k,)`` ``(p1 - p0) q1``.
        volume: ``(k,)`` ``(Q1 - Q0) s0 p0``, with the planned mix ``s0``.
        mix: ``(k,)`` ``Q1 (s1 - s0) p0``.
        new_and_lost: ``(k,)`` revenue of products that are new, less that of products that are gone.

    """

    price: FloatArray
    volume: FloatArray
    mix: FloatArray
    new_and_lost: FloatArray

    __reduce__ = by_fields

    @property
    def total(self) -> FloatArray:
        """Return ``(k,)`` the whole difference of each product, the sum of its parts."""
        return read_only(self.price + self.volume + self.mix + self.new_and_lost)

    @property
    def totals(self) -> tuple[float, float, float, float, float]:
        """Return the sums of price, volume, mix, new and lost, and of all."""
        price, volume, mix, other = (
            float(part.sum()) for part in (self.price, self.volume, self.mix, self.new_and_lost)
        )
        return price, volume, mix, other, price + volume + mix + other

    def table(self, products: object = None) -> Table:
        """Return a row for each product and one for all."""
        names = list(range(self.price.size)) if products is None else list(products)  # type: ignore[call-overload]
        parts = {
            "price": self.price,
            "volume": self.volume,
            "mix": self.mix,
            "new and lost": self.new_and_lost,
            "total": self.total,
        }
        return Table(
            {"product": [*names, "all"], **{name: [*part.tolist(), float(part.sum())] for name, part in parts.items()}}
        )


def price_volume_mix(
    budget_units: ArrayLike, budget_price: ArrayLike, actual_units: ArrayLike, actual_price: ArrayLike
) -> PriceVolumeMix:
    """Return why revenue differs from the plan: price, volume and mix of each product; favorable is positive.

    Products with no planned units are new, those with no actual ones are gone; they take part in neither mix.

    Args:
        budget_units: ``(k,)`` planned, 0 or more.
        budget_price: ``(k,)`` planned; not read where no units are planned.
        actual_units: ``(k,)`` sold, 0 or more.
        actual_price: ``(k,)`` got; not read where nothing was sold.

    Raises:
        InvalidData: if units are negative, something is not finite, or lengths differ.

    Examples:
        >>> found = price_volume_mix([50, 40], [1.2, 0.8], [60, 50], [1.1, 1.0])
        >>> [round(part, 1) for part in found.totals]
        [4.0, 20.4, -0.4, 0.0, 24.0]

    Reference:
        Horngren, C. T., Datar, S. M. and Rajan, M. V. (2012), Cost Accounting: A Managerial Emphasis, Pearson, ch. 14.

    """
    before, after = _units(budget_units, actual_units)
    old, new = _prices(budget_price, actual_price, before, after)
    both = (before > 0.0) & (after > 0.0)
    planned, sold = float(before[both].sum()), float(after[both].sum())
    share_before = np.divide(before, planned, out=np.zeros_like(before), where=both)
    share_after = np.divide(after, sold, out=np.zeros_like(after), where=both)
    other = np.where(both, 0.0, after * new - before * old)
    return PriceVolumeMix(
        price=read_only(np.where(both, (new - old) * after, 0.0)),
        volume=read_only((sold - planned) * share_before * np.where(both, old, 0.0)),
        mix=read_only(sold * (share_after - share_before) * np.where(both, old, 0.0)),
        new_and_lost=read_only(other),
    )


def _units(budget: ArrayLike, actual: ArrayLike) -> tuple[FloatArray, FloatArray]:
    problems = Problems("variances")
    before, after = column(budget, "budget_units", problems), column(actual, "actual_units", problems)
    for values, name in ((before, "budget_units"), (after, "actual_units")):
        if check_finite(values, name, problems):
            check_not_negative(values, name, problems)
    if not problems and (before.size != after.size or not before.size):
        problems.add(f"budget_units has {before.size} products and actual_units {after.size}; give both for each")
    problems.raise_if_any()
    return before, after


def _prices(
    budget: ArrayLike, actual: ArrayLike, before: FloatArray, after: FloatArray
) -> tuple[FloatArray, FloatArray]:
    problems = Problems("variances")
    old = _price(budget, "budget_price", before > 0.0, problems)
    new = _price(actual, "actual_price", after > 0.0, problems)
    problems.raise_if_any()
    return old, new


def _price(values: ArrayLike, name: str, needed: BoolArray, problems: Problems) -> FloatArray:
    found = column(values, name, problems)
    if not problems and found.size != needed.size:
        problems.add(f"{name} has {found.size} rows; give one for each of {needed.size} products")
        return found
    if not problems:
        check_finite(np.where(needed, found, 0.0), name, problems)
    return np.where(needed, found, 0.0) if found.size == needed.size else found


@dataclass(frozen=True, slots=True, eq=False)
class QuantityMix:
    """The difference in contribution that comes of units, by ``k`` products, at planned contributions.

    Attributes:
        quantity: ``(k,)`` ``(Q1 - Q0) s0 c``: more or fewer units in the planned mix.
        mix: ``(k,)`` ``Q1 (s1 - s0) c``: a shift between products.
        mix_by_average: ``(k,)`` the mix against the planned average contribution, ``(q1 - Q1 s0)(c - c̄)``; another
            number for each product, the same sum.
        average: the planned contribution of a unit in the planned mix.

    """

    quantity: FloatArray
    mix: FloatArray
    mix_by_average: FloatArray
    average: float

    __reduce__ = by_fields

    @property
    def volume(self) -> FloatArray:
        """Return ``(k,)`` the sum of both."""
        return read_only(self.quantity + self.mix)


def quantity_mix(budget_units: ArrayLike, actual_units: ArrayLike, contribution: ArrayLike) -> QuantityMix:
    """Return the quantity and mix variances of contribution; favorable is positive.

    Args:
        budget_units: ``(k,)`` planned, with a positive sum.
        actual_units: ``(k,)`` sold.
        contribution: ``(k,)`` planned contribution of a unit.

    Raises:
        InvalidData: if units are negative, no unit is planned, something is not finite, or lengths differ.

    Examples:
        >>> found = quantity_mix([8000, 7000, 5000], [6000, 7000, 9000], [20, 12, 9])
        >>> float(found.quantity.sum()), float(found.mix.sum()), float(found.volume.sum())
        (28900.0, -32900.0, -4000.0)

    Reference:
        Drury, C. (2012), Management and Cost Accounting, Cengage.

    """
    before, after = _units(budget_units, actual_units)
    problems = Problems("variances")
    unit = column(contribution, "contribution", problems)
    check_finite(unit, "contribution", problems)
    if not problems and unit.size != before.size:
        problems.add(f"contribution has {unit.size} rows; give one for each of {before.size} products")
    if not problems and not before.sum() > 0.0:
        problems.add("no unit is planned; there is no mix to compare with")
    problems.raise_if_any()
    planned, sold = float(before.sum()), float(after.sum())
    expected = sold * before / planned
    average = float(before @ unit) / planned
    return QuantityMix(
        quantity=read_only((expected - before) * unit),
        mix=read_only((after - expected) * unit),
        mix_by_average=read_only((after - expected) * (unit - average)),
        average=average,
    )


@dataclass(frozen=True, slots=True)
class MarketVariance:
    """The quantity variance, split in two.

    Attributes:
        size: what the market did, at the planned share.
        share: what the firm's share of it did.

    """

    size: float
    share: float

    @property
    def quantity(self) -> float:
        """Return the sum of both."""
        return self.size + self.share


def market_variance(
    budget_market: float, actual_market: float, budget_units: float, actual_units: float, contribution: float
) -> MarketVariance:
    """Return what the size of the market and the firm's share of it did to contribution; favorable is positive.

    ``(M1 - M0) σ0 c̄`` and ``M1 (σ1 - σ0) c̄`` with the market ``M``, the share ``σ`` and the planned contribution of a
    unit ``c̄``, such as :attr:`QuantityMix.average`.

    Raises:
        InvalidData: if a market is not above 0.

    Examples:
        >>> found = market_variance(100_000, 110_000, 20_000, 22_000, 14.45)
        >>> found.size, round(found.share, 6), found.quantity
        (28900.0, 0.0, 28900.0)

    Reference:
        Horngren, C. T., Datar, S. M. and Rajan, M. V. (2012), Cost Accounting: A Managerial Emphasis, Pearson, ch. 14.

    """
    before, after = (finite(market, "market", "units above 0") for market in (budget_market, actual_market))
    if not (before > 0.0 and after > 0.0):
        message = f"budget_market = {budget_market!r}, actual_market = {actual_market!r}: a market has units above 0"
        raise InvalidData(message)
    planned, sold = (
        finite(budget_units, "budget_units", "units") / before,
        finite(actual_units, "actual_units", "units") / after,
    )
    unit = finite(contribution, "contribution", "an amount")
    return MarketVariance((after - before) * planned * unit, after * (sold - planned) * unit)
