"""What the taxonomies ask of a whole network: a balance by constituency, an audit of the thirty, and the four sides.

The balance of S.C.O.P.E. sets what each constituency brings against what it costs, and lists where one gives much more
than it gets, or is not there at all. The audit of 30R says which Rs are at work and how much they matter, and is the
relationship portfolio from which the return on relationships is figured. What a relationship with several codes brings
is shared out in equal parts, so that the parts add up to the whole.
"""

from __future__ import annotations

from dataclasses import dataclass

from relmodels.core.errors import InvalidData
from relmodels.core.taxonomy import Language, Taxonomy
from relmodels.frames.table import Table
from relmodels.stakeholders.coverage import matching
from relmodels.stakeholders.network import RelationshipNetwork
from relmodels.stakeholders.relationship import Relationship
from relmodels.stakeholders.scope import SCOPE
from relmodels.stakeholders.ten_relationships import TEN_RELATIONSHIPS
from relmodels.stakeholders.thirty_r import THIRTY_R

__all__ = ["Portfolio", "relationship_portfolio", "scope_tensions", "sides_covered"]

_NONE = ""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The relationships of a network by the kinds of a taxonomy.

    Attributes:
        taxonomy: the taxonomy.
        relationships: for each kind, how many relationships have it, wholly or in part.
        strength: for each kind the mean strength as a share of its scale; ``None`` where nothing was judged.
        benefit: for each kind what it brings the focal party a year, shared out where a relationship has several kinds.
        cost: for each kind what it costs a year, shared out alike.
        unclassified: the benefit and cost of relationships that the taxonomy has no code for.
        currency: of the amounts; empty if there are none.

    """

    taxonomy: Taxonomy
    relationships: dict[str, int]
    strength: dict[str, float | None]
    benefit: dict[str, float]
    cost: dict[str, float]
    unclassified: tuple[float, float]
    currency: str

    @property
    def active(self) -> tuple[str, ...]:
        """Return the kinds with at least one relationship."""
        return tuple(code for code, count in self.relationships.items() if count)

    @property
    def net(self) -> dict[str, float]:
        """Return for each kind what it brings less what it costs."""
        return {code: self.benefit[code] - self.cost[code] for code in self.benefit}

    def table(self, language: Language = "en") -> Table:
        """Return a row for each kind with a relationship."""
        active, net = self.active, self.net
        return Table(
            {
                "code": active,
                "name": [self.taxonomy.label(code, language) for code in active],
                "relationships": [self.relationships[code] for code in active],
                "strength": [self.strength[code] for code in active],
                "benefit": [self.benefit[code] for code in active],
                "cost": [self.cost[code] for code in active],
                "net": [net[code] for code in active],
            }
        )


def relationship_portfolio(network: RelationshipNetwork, taxonomy: Taxonomy = THIRTY_R) -> Portfolio:
    """Return the relationships of a network by kind: how many, how strong, what they bring and cost a year.

    With :data:`~relmodels.stakeholders.thirty_r.THIRTY_R` this is the audit of the thirty relationships, with
    :data:`~relmodels.stakeholders.scope.SCOPE` the balance of the constituencies. A relationship counts under its
    top-level kinds where a taxonomy has levels; one with several kinds brings each an equal part.

    Args:
        network: as of a day, if it has a history.
        taxonomy: by whose kinds.

    Raises:
        InvalidData: if amounts are in different currencies.

    Examples:
        >>> from relmodels.core.party import Organization
        >>> from relmodels.stakeholders.network import RelationshipNetwork
        >>> rows = {
        ...     "key": ["1"],
        ...     "name": ["Harbor Cafes"],
        ...     "type": ["supplied_by"],
        ...     "thirty_r": ["r01 r06"],
        ...     "benefit": [100.0],
        ...     "cost": [40.0],
        ... }
        >>> firm = Organization(name="Firm")
        >>> audit = relationship_portfolio(
        ...     RelationshipNetwork.from_frame(rows, focal=firm, system="crm", currency="EUR")
        ... )
        >>> audit.active, audit.net["r01"]
        (('r01', 'r06'), 30.0)

    Reference:
        Gummesson, E. (1999), Total Relationship Marketing; equal parts are a convention of ours.

    """
    found = network.relationships
    currency = _currency(found)
    tops = {row.code: _top(taxonomy, row.code) for row in taxonomy}
    counts, judged = dict.fromkeys(tops.values(), 0), {code: list[float]() for code in tops.values()}
    benefit, cost = dict.fromkeys(counts, 0.0), dict.fromkeys(counts, 0.0)
    rest = [0.0, 0.0]
    for tie in found:
        gain, spent = _amounts(tie)
        codes = sorted({tops[code] for code in matching(tie, taxonomy)})
        if not codes:
            rest[0] += gain
            rest[1] += spent
        for code in codes:
            counts[code] += 1
            judged[code] += [tie.strength.normalized] if tie.strength is not None else []
            benefit[code] += gain / len(codes)
            cost[code] += spent / len(codes)
    strength = {code: sum(values) / len(values) if values else None for code, values in judged.items()}
    return Portfolio(taxonomy, counts, strength, benefit, cost, (rest[0], rest[1]), currency)


def _top(taxonomy: Taxonomy, code: str) -> str:
    above = taxonomy.ancestors(code)
    return above[-1].code if above else code


def _currency(found: tuple[Relationship, ...]) -> str:
    amounts = [amount for tie in found for amount in (tie.benefit, tie.cost) if amount is not None]
    currencies = sorted({amount.currency for amount in amounts})
    if len(currencies) > 1:
        message = f"the amounts are in {', '.join(currencies)}; convert them to one currency first"
        raise InvalidData(message)
    return currencies[0] if currencies else _NONE


def _amounts(tie: Relationship) -> tuple[float, float]:
    gain = 0.0 if tie.benefit is None else float(tie.benefit.amount)
    return gain, 0.0 if tie.cost is None else float(tie.cost.amount)


def scope_tensions(network: RelationshipNetwork, *, strained: float = 0.4) -> tuple[str, ...]:
    """Return in sentences where the balance of the five constituencies is strained.

    A constituency is named if it has no relationship, if its mean strength lies below ``strained``, or if it costs more
    than the something that it brings.

    Args:
        network: as of a day, if it has a history.
        strained: the share of the scale below which strength is called weak; the default is ours.

    Examples:
        >>> from relmodels.core.party import Organization
        >>> from relmodels.stakeholders.network import RelationshipNetwork
        >>> rows = {"key": ["1"], "name": ["Harbor Cafes"], "type": ["supplied_by"], "scope": ["scope.customers"]}
        >>> rows |= {"strength": [2.0], "benefit": [100.0], "cost": [120.0]}
        >>> network = RelationshipNetwork.from_frame(rows, focal=Organization(name="Firm"), system="x", currency="EUR")
        >>> for sentence in scope_tensions(network)[:3]:
        ...     print(sentence)
        Suppliers: no relationship at all
        Customers: mean strength 0.20 of the scale
        Customers: bring 100 EUR a year and cost 120

    Reference:
        Buttle, F. (2004), Customer Relationship Management, for the constituencies; the rules are ours.

    """
    balance = relationship_portfolio(network, SCOPE)
    said: list[str] = []
    for row in SCOPE.roots:
        strength = balance.strength[row.code]
        gain, spent = balance.benefit[row.code], balance.cost[row.code]
        if not balance.relationships[row.code]:
            said.append(f"{row.name}: no relationship at all")
        if strength is not None and strength < strained:
            said.append(f"{row.name}: mean strength {strength:.2f} of the scale")
        if gain > 0.0 and spent > gain:
            said.append(f"{row.name}: bring {gain:,.0f} {balance.currency} a year and cost {spent:,.0f}")
    return tuple(said)


def sides_covered(network: RelationshipNetwork, taxonomy: Taxonomy = TEN_RELATIONSHIPS) -> dict[str, int]:
    """Return how many relationships lie on each side: supplier, lateral, buyer, internal.

    Examples:
        >>> from relmodels.core.party import Organization
        >>> from relmodels.stakeholders.network import RelationshipNetwork
        >>> rows = {"key": ["1"], "name": ["Bank"], "type": ["supplies"], "ten_relationships": ["mh.service_suppliers"]}
        >>> network = RelationshipNetwork.from_frame(rows, focal=Organization(name="Firm"), system="crm")
        >>> sides_covered(network)
        {'mh.side.supplier': 1, 'mh.side.lateral': 0, 'mh.side.buyer': 0, 'mh.side.internal': 0}

    Reference:
        Morgan, R. M. and Hunt, S. D. (1994), The commitment-trust theory of relationship marketing, Journal of
        Marketing 58(3), 20-38.

    """
    sides = dict.fromkeys((group.code for group in taxonomy.groups), 0)
    for tie in network.relationships:
        for side in {taxonomy[code].group for code in matching(tie, taxonomy)} & sides.keys():
            sides[side] += 1
    return sides
