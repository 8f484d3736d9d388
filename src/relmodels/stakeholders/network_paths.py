"""Relationships over several ties: the classic triad of 30R, and the customer of the customer.

A triad (R2) is the focal party, one of its customers, and a competitor who supplies that customer too.
A customer's customer (R7) is supplied by somebody whom the focal party supplies.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from relmodels.stakeholders.network import RelationshipNetwork

__all__ = ["Triad", "classic_triads", "customers_of_customers"]


@dataclass(frozen=True, slots=True)
class Triad:
    """A customer and a competitor of the focal party who deal with each other.

    Attributes:
        customer_id: whom both supply.
        competitor_id: the rival.
        customer: its name.
        competitor: its name.

    Examples:
        >>> from relmodels.core.identifiers import identity
        >>> Triad(identity("crm", "1"), identity("crm", "2"), "Harbor Cafes", "Palace Roasters").competitor
        'Palace Roasters'

    """

    customer_id: UUID
    competitor_id: UUID
    customer: str
    competitor: str


def classic_triads(network: RelationshipNetwork) -> tuple[Triad, ...]:
    """Return every triad of the focal party: a customer that one of its competitors supplies too (R2).

    Examples:
        >>> from relmodels.core.party import Organization
        >>> from relmodels.stakeholders.network import RelationshipNetwork
        >>> rows = {
        ...     "key": ["1", "2", "2"],
        ...     "name": ["Harbor Cafes", "Palace Roasters", "Palace Roasters"],
        ...     "type": ["supplied_by", "competes_with", "supplies"],
        ...     "of": ["", "", "1"],
        ... }
        >>> network = RelationshipNetwork.from_frame(rows, focal=Organization(name="Firm"), system="crm")
        >>> [(triad.customer, triad.competitor) for triad in classic_triads(network)]
        [('Harbor Cafes', 'Palace Roasters')]

    Reference:
        Gummesson, E. (1999), Total Relationship Marketing, R2; what counts as one in a network is ours.

    """
    ties = network.ties
    rivals = set(ties.neighbors(ties.focal, "competes_with"))
    found = [
        (customer, rival)
        for customer in dict.fromkeys(ties.neighbors(ties.focal, "supplies"))
        for rival in dict.fromkeys(ties.neighbors(customer, "supplied_by"))
        if rival in rivals
    ]
    return tuple(Triad(customer, rival, ties.name(customer), ties.name(rival)) for customer, rival in found)


def customers_of_customers(network: RelationshipNetwork) -> dict[UUID, tuple[UUID, ...]]:
    """Return for each customer's customer (R7) the customers of the focal party through whom it is reached.

    Whom the focal party supplies itself is listed too, if a customer supplies it as well.

    Examples:
        >>> from relmodels.core.party import Organization
        >>> from relmodels.stakeholders.network import RelationshipNetwork
        >>> rows = {
        ...     "key": ["1", "2"],
        ...     "name": ["Harbor Cafes", "Guests"],
        ...     "kind": ["organization", "group"],
        ...     "type": ["supplied_by"] * 2,
        ...     "of": ["", "1"],
        ... }
        >>> network = RelationshipNetwork.from_frame(rows, focal=Organization(name="Firm"), system="crm")
        >>> [network.node(guest).name for guest in customers_of_customers(network)]
        ['Guests']

    Reference:
        Gummesson, E. (1999), Total Relationship Marketing, R7; what counts as one in a network is ours.

    """
    ties = network.ties
    found: dict[UUID, tuple[UUID, ...]] = {}
    for customer in dict.fromkeys(ties.neighbors(ties.focal, "supplies")):
        for beyond in dict.fromkeys(ties.neighbors(customer, "supplies")):
            if beyond != ties.focal:
                found[beyond] = (*found.get(beyond, ()), customer)
    return found
