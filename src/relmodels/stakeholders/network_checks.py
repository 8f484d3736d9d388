"""What must hold in a network as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from relmodels.core.errors import Problems
from relmodels.stakeholders.interaction import Interaction, check_nesting
from relmodels.stakeholders.relationship import Relationship
from relmodels.stakeholders.relationship_types import RELATIONSHIP_TYPES, RelationshipType
from relmodels.stakeholders.thirty_r import THIRTY_R, EdgePolicy, edge_policy
from relmodels.stakeholders.ties import AnyNode

__all__ = ["check_network"]

_SYMBOLIC: Final = frozenset(row.code for row in THIRTY_R if edge_policy(row.code) is EdgePolicy.SYMBOL_EDGE)
_SYMBOLS: Final = frozenset({"brand", "symbol"})
_PARTIES: Final = frozenset({"person", "organization", "group"})


def check_network(
    focal: UUID,
    nodes: tuple[AnyNode, ...],
    relationships: tuple[Relationship, ...],
    interactions: tuple[Interaction, ...],
    types: tuple[RelationshipType, ...],
    problems: Problems,
) -> None:
    """Note every fault of a network in ``problems``."""
    kinds: dict[UUID, str] = {node.id: node.kind for node in nodes}
    _check_identities("nodes", [node.id for node in nodes], problems)
    _check_identities("relationships", [tie.id for tie in relationships], problems)
    _check_identities("interactions", [item.id for item in interactions], problems)
    if kinds.get(focal) not in _PARTIES:
        problems.add(f"focal_id = {focal} is the id of no party among the nodes; add it")
    known = _all_types(types, problems)
    for position, tie in enumerate(relationships):
        _check_tie(position, tie, kinds, known, problems)
    ids = {tie.id for tie in relationships}
    for position, item in enumerate(interactions):
        if item.relationship_id not in ids:
            problems.add(f"interactions[{position}].relationship_id is the id of no relationship; add it")
    check_nesting(interactions, problems)


def _check_identities(name: str, ids: Iterable[UUID], problems: Problems) -> None:
    for identity, count in Counter(ids).items():
        if count > 1:
            problems.add(f"{name}: id {identity} stands {count} times; ids must be unique")


def _all_types(types: tuple[RelationshipType, ...], problems: Problems) -> dict[str, RelationshipType]:
    for position, item in enumerate(types):
        if item.code in RELATIONSHIP_TYPES:
            problems.add(f"types[{position}].code = {item.code!r} belongs to the library; choose another code")
    return {**RELATIONSHIP_TYPES, **{item.code: item for item in types}}


def _check_tie(
    position: int, tie: Relationship, kinds: dict[UUID, str], types: dict[str, RelationshipType], problems: Problems
) -> None:
    source, target = kinds.get(tie.source_id), kinds.get(tie.target_id)
    for name, identity, kind in (("source_id", tie.source_id, source), ("target_id", tie.target_id, target)):
        if kind is None:
            problems.add(f"relationships[{position}].{name} = {identity} is the id of no node; add the node")
    of_type = types.get(tie.type)
    if of_type is None:
        known = ", ".join(types)
        problems.add(
            f"relationships[{position}].type = {tie.type!r} is no type; use one of {known}, or add it to types"
        )
        return
    if source is not None and source not in of_type.sources:
        problems.add(f"relationships[{position}]: a {source} cannot be the source of {tie.type!r}")
    if target is not None and target not in of_type.targets:
        problems.add(f"relationships[{position}]: a {target} cannot be the target of {tie.type!r}")
    if tie.source_id == tie.target_id and not of_type.reflexive:
        problems.add(f"relationships[{position}] ties {tie.source_id} to itself, which {tie.type!r} does not allow")
    if target in _PARTIES and any(item.code in _SYMBOLIC for item in tie.classifications):
        problems.add(f"relationships[{position}] is classified as r13, a tie to a symbol, and ends at a {target}")
