"""What the whole network of relationships brings in the long run, and what two parties bring each other.

Gummesson asks for the long-term net result of building and keeping a network of relationships, not for that of one
customer. He prints no formula; here it is the present value of what relationships bring, less what keeping them costs,
over what was invested in them, by whatever kinds the relationships are sorted: the thirty Rs, the constituencies, the
markets. A relationship of several kinds brings each a part, by equal shares or by shares that are given, so that the
parts add up to the whole. Grönroos and Helle look at one pair of parties instead: a gain in productivity that they make
together, and how the price shares it out.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import finite
from relmodels.core.taxonomy import Language, Taxonomy
from relmodels.frames.columns import is_missing
from relmodels.frames.table import Table

__all__ = ["JointProductivity", "ReturnOnRelationships", "joint_productivity", "return_on_relationships"]


@dataclass(frozen=True, slots=True, eq=False)
class ReturnOnRelationships:
    """The long-run result of relationships, by kind.

    Attributes:
        kinds: what relationships were sorted by, ``k`` of them.
        benefits: ``(k,)`` present value of what they bring.
        costs: ``(k,)`` present value of what keeping them costs.
        investments: ``(k,)`` present value of what was invested in building them.

    """

    kinds: tuple[Hashable, ...]
    benefits: FloatArray
    costs: FloatArray
    investments: FloatArray

    __reduce__ = by_fields

    @property
    def net(self) -> FloatArray:
        """Return ``(k,)`` benefits less costs and investments."""
        return read_only(self.benefits - self.costs - self.investments)

    @property
    def returns(self) -> FloatArray:
        """Return ``(k,)`` benefits less costs and investments, over investments; ``nan`` where nothing was invested."""
        some = self.investments > 0.0
        return read_only(np.divide(self.net, self.investments, out=np.full(some.size, np.nan), where=some))

    @property
    def total_net(self) -> float:
        """Return the net result of the whole network."""
        return float(self.net.sum())

    @property
    def total_return(self) -> float | None:
        """Return the net result of the whole network over all investments, ``None`` if there are none."""
        invested = float(self.investments.sum())
        return self.total_net / invested if invested > 0.0 else None

    def table(self, taxonomy: Taxonomy | None = None, language: Language = "en") -> Table:
        """Return a row for each kind and one for the whole, which adds up, with the names that a taxonomy gives."""
        names = [self._name(kind, taxonomy, language) for kind in self.kinds]
        whole = np.nan if self.total_return is None else self.total_return
        return Table(
            {
                "kind": [*map(str, self.kinds), "all"],
                "name": [*names, ""],
                "benefits": _with_sum(self.benefits),
                "costs": _with_sum(self.costs),
                "investments": _with_sum(self.investments),
                "net": _with_sum(self.net),
                "return": [*self.returns.tolist(), whole],
            }
        )

    @staticmethod
    def _name(kind: Hashable, taxonomy: Taxonomy | None, language: Language) -> str:
        return taxonomy.label(str(kind), language) if taxonomy is not None and str(kind) in taxonomy else ""


def _with_sum(values: FloatArray) -> list[float]:
    return [*values.tolist(), float(values.sum())]


def return_on_relationships(
    kinds: Sequence[object],
    benefits: ArrayLike,
    costs: ArrayLike = 0.0,
    investments: ArrayLike = 0.0,
    *,
    discount: float = 0.0,
    taxonomy: Taxonomy | None = None,
) -> ReturnOnRelationships:
    """Return the long-run result of a portfolio of relationships, by kind.

    Args:
        kinds: of each of ``n`` relationships: its kind, a list of kinds that share it equally, or shares by kind.
        benefits: ``(n,)`` or ``(n, T + 1)`` what each brings, now or at the ends of periods from now on.
        costs: the same, of keeping it; or one number.
        investments: the same, of building it; or one number.
        discount: the rate of a period.
        taxonomy: if given, kinds must be its codes, and all its top-level kinds are listed, in its order.

    Raises:
        InvalidData: naming every amount that is not a finite number or is negative, shapes that differ, relationships
            without a kind, shares that do not add up to 1, and kinds that the taxonomy has not.
        InvalidParameters: if the rate is not above -1.

    Examples:
        >>> found = return_on_relationships(["r01", ["r01", "r11"]], [100.0, 60.0], [40.0, 10.0], [20.0, 10.0])
        >>> found.kinds, found.net.tolist(), found.returns.round(2).tolist(), round(found.total_return, 2)
        (('r01', 'r11'), [60.0, 20.0], [2.4, 4.0], 2.67)

    Reference:
        Gummesson, E. (2004), Return on relationships (ROR): The value of relationship marketing and CRM in
        business-to-business contexts, Journal of Business & Industrial Marketing 19(2), 136-148; the formula is ours.

    """
    rate = finite(discount, "discount", "a rate of a period")
    if not -1.0 < rate < np.inf:
        message = f"discount = {discount!r} is no rate of a period; it must lie above -1"
        raise InvalidParameters(message)
    problems = Problems("return on relationships")
    shares = [_shares(item, row, problems) for row, item in enumerate(kinds)]
    given = (("benefits", benefits), ("costs", costs), ("investments", investments))
    worth = {name: _present(values, name, len(shares), rate, problems) for name, values in given}
    names = _names(shares, taxonomy, problems)
    problems.raise_if_any()
    spread = np.zeros((len(shares), len(names)))
    for row, item in enumerate(shares):
        for kind, share in item.items():
            spread[row, names.index(kind)] = share
    parts = {name: read_only(values @ spread) for name, values in worth.items()}
    return ReturnOnRelationships(tuple(names), parts["benefits"], parts["costs"], parts["investments"])


def _shares(item: object, row: int, problems: Problems) -> dict[Hashable, float]:
    if isinstance(item, Mapping):
        shares = {kind: float(share) for kind, share in item.items()}
        if not shares or not min(shares.values()) >= 0.0 or not abs(sum(shares.values()) - 1.0) <= 1e-9:
            problems.add(f"kinds[{row}] = {item!r}: shares must be 0 or more and add up to 1")
        return shares
    several = list(item) if isinstance(item, list | tuple | set | frozenset) else [item]
    if not several or any(is_missing(kind) or kind == "" for kind in several):
        problems.add(f"kinds[{row}] = {item!r} names no kind; give every relationship at least one")
        return {}
    return {kind: several.count(kind) / len(several) for kind in several}


def _present(values: ArrayLike, name: str, rows: int, rate: float, problems: Problems) -> FloatArray:
    try:
        table = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        problems.add(f"{name} is no table of numbers")
        return np.zeros(rows)
    if table.ndim == 0:
        table = np.full(rows, float(table))
    if table.ndim not in {1, 2} or table.shape[0] != rows:
        problems.add(f"{name} has the shape {table.shape}; it needs a row for each of {rows} relationships")
        return np.zeros(rows)
    bad = np.argwhere(~(np.isfinite(table) & (table >= 0.0)))
    for place in bad[:5]:
        where = ", ".join(map(str, place.tolist()))
        problems.add(f"{name}[{where}] = {table[tuple(place)]} is no amount of 0 or more")
    if bad.size:
        return np.zeros(rows)
    by_period: FloatArray = table[:, None] if table.ndim == 1 else table
    factors = (1.0 + rate) ** -np.arange(len(by_period.T), dtype=np.float64)
    return np.asarray(by_period @ factors, dtype=np.float64)


def _names(shares: list[dict[Hashable, float]], taxonomy: Taxonomy | None, problems: Problems) -> list[Hashable]:
    if not shares:
        problems.add("there are no relationships; give at least one")
    found = list(dict.fromkeys(kind for item in shares for kind in item))
    if taxonomy is None:
        return found
    unknown = [kind for kind in found if kind not in taxonomy]
    if unknown:
        problems.add(f"{', '.join(map(repr, unknown))}: no codes of {taxonomy.name!r}")
    listed: list[Hashable] = [row.code for row in taxonomy if row in taxonomy.roots or row.code in found]
    return listed


@dataclass(frozen=True, slots=True)
class JointProductivity:
    """A gain that two parties make together, and what each has of it.

    Attributes:
        joint_gain: more revenue and less cost of both.
        first_return: what the first party keeps of it less its investment, over the investment.
        second_return: the same of the second party.

    """

    joint_gain: float
    first_return: float
    second_return: float


def joint_productivity(
    *, revenue_gain: float, cost_saving: float, first_share: float, first_investment: float, second_investment: float
) -> JointProductivity:
    """Return a joint gain in productivity, and each party's return on what it invested, by how the price shares it out.

    Args:
        revenue_gain: more revenue of both together.
        cost_saving: less cost of both together.
        first_share: of the gain that the first party keeps, from 0 to 1.
        first_investment: of the first party, above 0.
        second_investment: of the second, above 0.

    Raises:
        InvalidParameters: if the share is none, or an investment is not above 0.
        InvalidData: if a gain is not a finite number.

    Examples:
        >>> joint_productivity(
        ...     revenue_gain=60, cost_saving=40, first_share=0.4, first_investment=20, second_investment=30
        ... )
        JointProductivity(joint_gain=100, first_return=1.0, second_return=1.0)

    Reference:
        Grönroos, C. and Helle, P. (2012), Return on relationships: Conceptual understanding and measurement of mutual
        gains from relational business engagements, Journal of Business & Industrial Marketing 27(5), 344-359; the
        formula is ours, after its abstract.

    """
    invested = [finite(amount, "investment", "an amount above 0") for amount in (first_investment, second_investment)]
    if not (0.0 <= finite(first_share, "first_share", "a share") <= 1.0 and min(invested) > 0.0):
        message = (
            f"first_share = {first_share!r}, investments = {first_investment!r}, {second_investment!r}: "
            "give a share between 0 and 1, and investments above 0"
        )
        raise InvalidParameters(message)
    joint = revenue_gain + cost_saving
    if not np.isfinite(joint):
        message = f"revenue_gain = {revenue_gain!r}, cost_saving = {cost_saving!r}: gains must be finite numbers"
        raise InvalidData(message)
    return JointProductivity(
        joint,
        (first_share * joint - first_investment) / first_investment,
        ((1.0 - first_share) * joint - second_investment) / second_investment,
    )
