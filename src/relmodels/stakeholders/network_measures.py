"""How relationships are concentrated, where a firm depends on one party, and who stands between others.

Shares and the Herfindahl-Hirschman index say how much of a weight lies with few parties. A kind of which there is one
party only is a single source. Centrality and structural holes are those of Freeman and Burt, on the undirected network
of who has anything to do with whom; they are computed by networkx.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.core.taxonomy import Taxonomy
from relmodels.frames.table import Table
from relmodels.stakeholders.coverage import matching
from relmodels.stakeholders.network import RelationshipNetwork
from relmodels.stakeholders.network_exports import networkx
from relmodels.stakeholders.relationship import Relationship

__all__ = ["Concentration", "NetworkPositions", "TieWeight", "concentration", "network_positions", "single_sources"]

TieWeight: TypeAlias = Literal["count", "strength", "benefit", "cost"]
_WEIGHTS: Final = ("count", "strength", "benefit", "cost")


@dataclass(frozen=True, slots=True)
class Concentration:
    """How a weight is spread over the parties of the focal one.

    Attributes:
        weight: what was added up.
        shares: for each party its share, the largest first; parties with nothing are not listed.
        names: their names.

    """

    weight: TieWeight
    shares: dict[UUID, float]
    names: dict[UUID, str]

    @property
    def herfindahl(self) -> float:
        """Return the Herfindahl-Hirschman index, the sum of squared shares: 1/n if all are equal, 1 if there is one."""
        return sum(share * share for share in self.shares.values())

    @property
    def equivalent_number(self) -> float:
        """Return how many parties with equal shares would have the same index."""
        return 1.0 / self.herfindahl

    def of_largest(self, count: int) -> float:
        """Return the share that the ``count`` largest parties have together."""
        return sum(list(self.shares.values())[:count])

    def table(self) -> Table:
        """Return a row for each party: its name, share and the share of it and all larger ones."""
        shares = list(self.shares.values())
        cumulated = [sum(shares[: place + 1]) for place in range(len(shares))]
        return Table({"party": list(self.names.values()), "share": shares, "cumulated": cumulated})


def concentration(network: RelationshipNetwork, weight: TieWeight = "benefit") -> Concentration:
    """Return how a weight of the focal party's relationships is spread over the other parties.

    Args:
        network: take :meth:`~relmodels.stakeholders.network.RelationshipNetwork.classified` first for one kind only.
        weight: ``"benefit"`` or ``"cost"``, amounts a year in one currency; ``"strength"``, as a share of its scale;
            ``"count"``, every relationship alike. Relationships without it count as nothing.

    Raises:
        InvalidData: if nothing is left to share out, an amount is negative, or currencies differ.
        InvalidParameters: if the weight is none of these.

    Examples:
        >>> from relmodels.core.party import Organization
        >>> from relmodels.stakeholders.network import RelationshipNetwork
        >>> rows = {"key": ["1", "2"], "name": ["A", "B"], "type": ["supplied_by"] * 2, "benefit": [75.0, 25.0]}
        >>> firm = Organization(name="Firm")
        >>> network = RelationshipNetwork.from_frame(rows, focal=firm, system="crm", currency="EUR")
        >>> spread = concentration(network)
        >>> spread.herfindahl, spread.of_largest(1)
        (0.625, 0.75)

    Reference:
        Herfindahl, O. C. (1950), Concentration in the U.S. steel industry, Columbia University.

    """
    if weight not in _WEIGHTS:
        message = f"weight = {weight!r} is unknown; use one of {', '.join(_WEIGHTS)}"
        raise InvalidParameters(message)
    ties = network.ties
    _check_currencies(ties.focal_ties(), weight)
    sums: dict[UUID, float] = {}
    for tie in ties.focal_ties():
        other = ties.other(tie, ties.focal)
        sums[other] = sums.get(other, 0.0) + _weight_of(tie, weight)
    total = sum(sums.values())
    if not total > 0.0 or min(sums.values()) < 0.0:
        message = f"the {weight} of the relationships adds up to {total}; shares need positive amounts"
        raise InvalidData(message)
    ranked = sorted(sums, key=lambda node: (-sums[node], str(node)))
    shares = {node: sums[node] / total for node in ranked if sums[node] > 0.0}
    return Concentration(weight, shares, {node: ties.name(node) for node in shares})


def _check_currencies(found: tuple[Relationship, ...], weight: TieWeight) -> None:
    amounts = [tie.benefit if weight == "benefit" else tie.cost for tie in found if weight in {"benefit", "cost"}]
    currencies = sorted({amount.currency for amount in amounts if amount is not None})
    if len(currencies) > 1:
        message = f"the amounts are in {', '.join(currencies)}; convert them to one currency first"
        raise InvalidData(message)


def _weight_of(tie: Relationship, weight: TieWeight) -> float:
    if weight == "count":
        return 1.0
    if weight == "strength":
        return 0.0 if tie.strength is None else tie.strength.normalized
    amount = tie.benefit if weight == "benefit" else tie.cost
    return 0.0 if amount is None else float(amount.amount)


def single_sources(network: RelationshipNetwork, taxonomy: Taxonomy) -> dict[str, str]:
    """Return the kinds of a taxonomy that the focal party has from one party only, each with that party's name.

    A party that is the only one of its kind is a risk: if it goes, nobody is left. Only kinds without kinds within them
    are looked at.

    Examples:
        >>> from relmodels.core.party import Organization
        >>> from relmodels.stakeholders.network import RelationshipNetwork
        >>> from relmodels.stakeholders.ten_relationships import TEN_RELATIONSHIPS
        >>> rows = {"key": ["1"], "name": ["Baltic Green Coffee"], "type": ["supplies"]}
        >>> rows["ten_relationships"] = ["mh.goods_suppliers"]
        >>> network = RelationshipNetwork.from_frame(rows, focal=Organization(name="Firm"), system="crm")
        >>> single_sources(network, TEN_RELATIONSHIPS)
        {'mh.goods_suppliers': 'Baltic Green Coffee'}

    Reference:
        Kraljic, P. (1983), Purchasing must become supply management, Harvard Business Review 61(5), 109-117, for the
        risk; the count is ours.

    """
    ties = network.ties
    parties: dict[str, set[UUID]] = {row.code: set() for row in taxonomy.leaves}
    for tie in ties.focal_ties():
        for code in matching(tie, taxonomy) & parties.keys():
            parties[code].add(ties.other(tie, ties.focal))
    return {code: ties.name(next(iter(found))) for code, found in parties.items() if len(found) == 1}


@dataclass(frozen=True, slots=True)
class NetworkPositions:
    """Where each node stands in the network.

    Attributes:
        names: of the nodes.
        degree: the share of the other nodes that a node is tied to.
        betweenness: the share of shortest paths between others that lead through it.
        closeness: the inverse of its mean distance to those it can reach, scaled by their share.
        constraint: Burt's: near 0 for who stands between many unconnected, above 1 for who is held by a few; ``None``
            for a node without ties.
        effective_size: the number of its contacts less their mean ties with each other; ``None`` without ties.

    """

    names: dict[UUID, str]
    degree: dict[UUID, float]
    betweenness: dict[UUID, float]
    closeness: dict[UUID, float]
    constraint: dict[UUID, float | None]
    effective_size: dict[UUID, float | None]

    def table(self) -> Table:
        """Return a row for each node, the one with the highest betweenness first."""
        order = sorted(self.names, key=lambda node: (-self.betweenness[node], self.names[node]))
        columns: Mapping[str, Mapping[UUID, object]] = {
            "node": self.names,
            "degree": self.degree,
            "betweenness": self.betweenness,
            "closeness": self.closeness,
            "constraint": self.constraint,
            "effective size": self.effective_size,
        }
        return Table({name: [values[node] for node in order] for name, values in columns.items()})


def network_positions(network: RelationshipNetwork) -> NetworkPositions:
    """Return the centrality and structural holes of every node, in the undirected network without parallel ties.

    Raises:
        MissingExtra: if networkx is not installed.

    Examples:
        >>> from relmodels.core.party import Organization
        >>> from relmodels.stakeholders.network import RelationshipNetwork
        >>> rows = {"key": ["1", "2", "3"], "name": ["A", "B", "C"], "type": ["supplied_by"] * 3}
        >>> network = RelationshipNetwork.from_frame(rows, focal=Organization(name="Firm"), system="crm")
        >>> found = network_positions(network)
        >>> found.betweenness[network.focal_id], round(found.constraint[network.focal_id], 4)
        (1.0, 0.3333)

    Reference:
        Burt, R. S. (1992), Structural Holes: The Social Structure of Competition, Harvard University Press; Freeman,
        L. C. (1978), Centrality in social networks: Conceptual clarification, Social Networks 1(3), 215-239.

    """
    library = networkx()
    ties = network.ties
    graph: Any = library.Graph()
    graph.add_nodes_from(ties.nodes)
    graph.add_edges_from((tie.source_id, tie.target_id) for tie in ties.relationships if tie.source_id != tie.target_id)
    isolated = set(library.isolates(graph))
    return NetworkPositions(
        names={node: ties.name(node) for node in ties.nodes},
        degree=library.degree_centrality(graph),
        betweenness=library.betweenness_centrality(graph),
        closeness=library.closeness_centrality(graph),
        constraint=_or_none(library.constraint(graph), isolated),
        effective_size=_or_none(library.effective_size(graph), isolated),
    )


def _or_none(values: Mapping[UUID, float], isolated: set[UUID]) -> dict[UUID, float | None]:
    return {node: None if node in isolated else value for node, value in values.items()}
