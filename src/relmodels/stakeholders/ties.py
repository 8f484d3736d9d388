"""Nodes and the relationships between them, looked up by identity: what every measure of a network reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from relmodels.core.party import Brand, Group, Organization, Person, Symbol
from relmodels.stakeholders.relationship import Relationship

__all__ = ["AnyNode", "Ties"]

AnyNode = Person | Organization | Group | Brand | Symbol


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """A network as lookups.

    Attributes:
        focal: the identity of the party in the middle.
        nodes: by identity.
        relationships: in order.
        inverses: of each type of relationship, the name from its target.
        ends: for each node the relationships it is an end of.

    """

    focal: UUID
    nodes: dict[UUID, AnyNode]
    relationships: tuple[Relationship, ...]
    inverses: dict[str, str]
    ends: dict[UUID, tuple[Relationship, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Gather the relationships of each node."""
        ends: dict[UUID, list[Relationship]] = {}
        for tie in self.relationships:
            ends.setdefault(tie.source_id, []).append(tie)
            if tie.target_id != tie.source_id:
                ends.setdefault(tie.target_id, []).append(tie)
        object.__setattr__(self, "ends", {node: tuple(found) for node, found in ends.items()})

    def of(self, node: UUID) -> tuple[Relationship, ...]:
        """Return the relationships that a node is an end of."""
        return self.ends.get(node, ())

    def focal_ties(self) -> tuple[Relationship, ...]:
        """Return the relationships of the focal party."""
        return self.of(self.focal)

    def other(self, tie: Relationship, node: UUID) -> UUID:
        """Return the other end of a relationship."""
        return tie.target_id if tie.source_id == node else tie.source_id

    def reading(self, tie: Relationship, node: UUID) -> str:
        """Return the name of a relationship's type as read from one of its ends."""
        return tie.type if tie.source_id == node else self.inverses[tie.type]

    def neighbors(self, node: UUID, *readings: str) -> Iterator[UUID]:
        """Yield the other ends of a node's relationships that are read from it as one of ``readings``; any if none."""
        for tie in self.of(node):
            if not readings or self.reading(tie, node) in readings:
                yield self.other(tie, node)

    def name(self, node: UUID, language: str = "en") -> str:
        """Return the name of a node in a language if it has one, else its name, else the beginning of its identity."""
        found = self.nodes[node]
        return found.names.get(language) or found.name or f"{found.kind} {str(node)[:8]}"
