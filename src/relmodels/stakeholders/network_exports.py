"""A network as other programs read it: a table, a graph of networkx, GraphML, JSON-LD."""

from __future__ import annotations

import json
from importlib import import_module
from io import BytesIO
from types import ModuleType
from typing import Any, Final
from uuid import UUID

from relmodels.core.errors import MissingExtra
from relmodels.core.party import Person
from relmodels.core.taxonomy import Language
from relmodels.frames.table import Table
from relmodels.stakeholders.relationship import Relationship
from relmodels.stakeholders.ties import Ties

__all__ = ["as_graphml", "as_json_ld", "as_networkx", "as_table", "networkx"]

_KINDS: Final = {
    "person": "Person",
    "organization": "Organization",
    "group": "Audience",
    "brand": "Brand",
    "symbol": "Thing",
}
# Where schema.org has a property for a type of relationship; for all others two parties know each other.
_PROPERTIES: Final = {"owns": "owns", "works_for": "worksFor", "part_of": "parentOrganization"}
_PERSONAL: Final = frozenset({"r17", "r18"})


def networkx() -> ModuleType:
    """Return networkx.

    Raises:
        MissingExtra: if it is not installed.

    """
    try:
        return import_module("networkx")
    except ImportError as error:
        raise MissingExtra(library="networkx", extra="network") from error


def as_table(ties: Ties, language: Language) -> Table:
    """Return a row for each relationship, with a column of codes for each taxonomy that occurs."""
    keys = dict.fromkeys(item.taxonomy for tie in ties.relationships for item in tie.classifications)
    rows = ties.relationships
    columns: dict[str, object] = {
        "source": [ties.name(tie.source_id, language) for tie in rows],
        "type": [tie.type for tie in rows],
        "target": [ties.name(tie.target_id, language) for tie in rows],
        **{key: [" ".join(tie.codes(key)) for tie in rows] for key in keys},
        "strength": [None if tie.strength is None else tie.strength.value for tie in rows],
        "since": [None if tie.valid_from is None else tie.valid_from.isoformat() for tie in rows],
        "until": [None if tie.valid_to is None else tie.valid_to.isoformat() for tie in rows],
        "benefit": [None if tie.benefit is None else float(tie.benefit.amount) for tie in rows],
        "cost": [None if tie.cost is None else float(tie.cost.amount) for tie in rows],
        "source_id": [str(tie.source_id) for tie in rows],
        "target_id": [str(tie.target_id) for tie in rows],
        "id": [str(tie.id) for tie in rows],
    }
    return Table(columns)


def as_networkx(ties: Ties) -> object:
    """Return a directed graph with parallel edges; fields that are empty are left out."""
    return _graph(ties, keep=True)


def _graph(ties: Ties, *, keep: bool) -> Any:
    graph = networkx().MultiDiGraph(focal=str(ties.focal))
    for identity in ties.nodes:
        graph.add_node(str(identity), **_node_fields(ties, identity, keep=keep))
    for tie in ties.relationships:
        graph.add_edge(str(tie.source_id), str(tie.target_id), key=str(tie.id), **_tie_fields(tie, keep=keep))
    return graph


def as_graphml(ties: Ties, *, keep: bool) -> str:
    """Return the graph as GraphML."""
    written = BytesIO()
    networkx().write_graphml(_graph(ties, keep=keep), written, named_key_ids=True)
    return written.getvalue().decode()


def as_json_ld(ties: Ties, *, keep: bool) -> str:
    """Return the network as JSON-LD: each node has its relationships as Roles, which wrap a property of schema.org."""
    nodes = [
        {
            "@id": f"urn:uuid:{identity}",
            "@type": _KINDS[node.kind],
            **_named(ties, identity, keep=keep),
            **_roles(ties, identity, keep=keep),
        }
        for identity, node in ties.nodes.items()
    ]
    return json.dumps({"@context": "https://schema.org", "@graph": nodes}, ensure_ascii=False)


def _node_fields(ties: Ties, identity: UUID, *, keep: bool) -> dict[str, str]:
    node = ties.nodes[identity]
    return {"kind": node.kind, "focal": "yes" if identity == ties.focal else "no", **_named(ties, identity, keep=keep)}


def _named(ties: Ties, identity: UUID, *, keep: bool) -> dict[str, str]:
    node = ties.nodes[identity]
    if isinstance(node, Person) and not keep:
        return {}
    return {} if node.name is None else {"name": node.name}


def _tie_fields(tie: Relationship, *, keep: bool) -> dict[str, str | float]:
    fields: dict[str, str | float] = {"type": tie.type}
    if tie.strength is not None:
        fields["strength"] = tie.strength.normalized
    fields |= {name: day.isoformat() for name, day in (("since", tie.valid_from), ("until", tie.valid_to)) if day}
    if codes := _codes(tie, keep=keep):
        fields["codes"] = " ".join(codes)
    fields |= {name: float(money.amount) for name, money in (("benefit", tie.benefit), ("cost", tie.cost)) if money}
    return fields


def _codes(tie: Relationship, *, keep: bool) -> list[str]:
    return [item.code for item in tie.classifications if keep or item.code not in _PERSONAL]


def _roles(ties: Ties, identity: UUID, *, keep: bool) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for tie in ties.of(identity):
        if tie.source_id == identity:
            name = _PROPERTIES.get(tie.type, "knows")
            found.setdefault(name, []).append({name: {"@id": f"urn:uuid:{tie.target_id}"}, **_role(tie, keep=keep)})
    return found


def _role(tie: Relationship, *, keep: bool) -> dict[str, object]:
    role: dict[str, object] = {"@id": f"urn:uuid:{tie.id}", "@type": "Role", "roleName": tie.type}
    role |= {name: day.isoformat() for name, day in (("startDate", tie.valid_from), ("endDate", tie.valid_to)) if day}
    if codes := _codes(tie, keep=keep):
        role["additionalType"] = codes
    return role
