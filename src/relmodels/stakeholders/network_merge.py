"""One network of two: what both know is kept once, gaps are filled, and what they dispute is reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol, TypeAlias, TypeVar
from uuid import UUID

from pydantic import ValidationError

from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.core.identifiers import ExternalId
from relmodels.core.party import Brand, Group, Organization, Person, Symbol
from relmodels.core.record import Record
from relmodels.stakeholders.interaction import Interaction
from relmodels.stakeholders.relationship import Classification, Evidence, Relationship
from relmodels.stakeholders.relationship_types import RelationshipType
from relmodels.stakeholders.ties import AnyNode

__all__ = ["Conflict", "Prefer", "merged"]

Prefer: TypeAlias = Literal["mine", "theirs"]
RecordT = TypeVar("RecordT", bound=Record)
_EMPTY: Final[tuple[object, ...]] = (None, "", ())
_SETS: Final = frozenset({"external_ids", "classifications", "evidence", "tags", "party_ids"})


class Network(Protocol):
    """What is merged."""

    @property
    def focal_id(self) -> UUID:
        """Return the identity of the focal party."""
        ...

    @property
    def nodes(self) -> tuple[AnyNode, ...]:
        """Return the nodes."""
        ...

    @property
    def relationships(self) -> tuple[Relationship, ...]:
        """Return the relationships."""
        ...

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        """Return what happened within them."""
        ...

    @property
    def types(self) -> tuple[RelationshipType, ...]:
        """Return the firm's own types."""
        ...


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field on which two networks say different things.

    Attributes:
        record: what the field belongs to: ``"node"``, ``"relationship"``, ``"interaction"`` or ``"type"``.
        id: its identity, or the code of a type.
        field: the name of the field.
        mine: what the first network says.
        theirs: what the other one says.
        kept: whose word was kept.

    Examples:
        >>> from relmodels.core.party import Organization
        >>> from relmodels.stakeholders.network import RelationshipNetwork
        >>> firm = Organization(name="Ladoga Coffee")
        >>> one = RelationshipNetwork(focal_id=firm.id, nodes=(firm,))
        >>> other = RelationshipNetwork(focal_id=firm.id, nodes=(Organization(id=firm.id, name="Ladoga"),))
        >>> _, (conflict,) = one.merge(other)
        >>> conflict.field, conflict.mine, conflict.theirs, conflict.kept
        ('name', 'Ladoga Coffee', 'Ladoga', 'mine')

    """

    record: str
    id: str
    field: str
    mine: object
    theirs: object
    kept: Prefer


def merged(mine: Network, theirs: Network, prefer: Prefer) -> tuple[dict[str, object], tuple[Conflict, ...]]:
    """Return the fields of the merged network, and the conflicts."""
    if prefer not in {"mine", "theirs"}:
        message = f"prefer = {prefer!r} is unknown; use 'mine' or 'theirs'"
        raise InvalidParameters(message)
    same = _matched(mine.nodes, theirs.nodes)
    if same.get(theirs.focal_id, theirs.focal_id) != mine.focal_id:
        message = "the networks have different focal parties; give them one identity, or a common external id"
        raise InvalidData(message)
    conflicts: list[Conflict] = []
    nodes = _joined("node", mine.nodes, [_renamed(node, same) for node in theirs.nodes], prefer, conflicts)
    ties = [_renamed(tie, same) for tie in theirs.relationships]
    also = _matched(mine.relationships, ties)
    relationships = _joined(
        "relationship", mine.relationships, [_renamed(tie, also) for tie in ties], prefer, conflicts
    )
    happened = [_renamed(item, {**same, **also}) for item in theirs.interactions]
    interactions = _joined("interaction", mine.interactions, happened, prefer, conflicts)
    types = _joined("type", mine.types, theirs.types, prefer, conflicts)
    return {
        "nodes": tuple(nodes),
        "relationships": tuple(relationships),
        "interactions": tuple(interactions),
        "types": tuple(types),
    }, tuple(conflicts)


def _key(record: Record) -> UUID | str:
    match record:
        case RelationshipType():
            return record.code
        case Person() | Organization() | Group() | Brand() | Symbol() | Relationship() | Interaction():
            return record.id
        case _:
            message = f"a {type(record).__name__} has no identity of its own"
            raise TypeError(message)


def _known_as(record: Record) -> tuple[ExternalId, ...]:
    match record:
        case Person() | Organization() | Group() | Relationship() | Interaction():
            return record.external_ids
        case _:
            return ()


def _matched(mine: Iterable[Record], theirs: Iterable[Record]) -> dict[object, object]:
    """Return by which identity of mine each of theirs goes that shares an external id with one of mine."""
    by_name = {(item.system, item.value): _key(record) for record in mine for item in _known_as(record)}
    own = {_key(record) for record in mine}
    found: dict[object, object] = {}
    for record in theirs:
        others = {by_name[name] for item in _known_as(record) if (name := (item.system, item.value)) in by_name}
        if len(others) > 1:
            message = (
                f"{_key(record)} shares external ids with {len(others)} records of the other network; join these first"
            )
            raise InvalidData(message)
        if others and _key(record) not in own:
            found[_key(record)] = others.pop()
    return found


def _renamed(record: RecordT, same: Mapping[object, object]) -> RecordT:
    """Return a record with every identity in it replaced by the one it goes by."""
    if not same:
        return record
    changed = {name: _by_new_name(getattr(record, name), same) for name in type(record).model_fields}
    return record.model_copy(update=changed)


def _by_new_name(value: object, same: Mapping[object, object]) -> object:
    if isinstance(value, UUID):
        return same.get(value, value)
    if isinstance(value, tuple):
        return tuple(_by_new_name(item, same) for item in value)
    return _renamed(value, same) if isinstance(value, Record) else value


def _joined(
    name: str, mine: Iterable[RecordT], theirs: Iterable[RecordT], prefer: Prefer, conflicts: list[Conflict]
) -> tuple[RecordT, ...]:
    found = {_key(record): record for record in mine}
    for record in theirs:
        key = _key(record)
        found[key] = _of_both(name, found[key], record, prefer, conflicts) if key in found else record
    return tuple(found.values())


def _of_both(name: str, mine: RecordT, theirs: RecordT, prefer: Prefer, conflicts: list[Conflict]) -> RecordT:
    if mine == theirs:
        return mine
    about = _About(name, str(_key(mine)), prefer, conflicts)
    if type(mine) is not type(theirs):
        about.differ("kind", type(mine).__name__, type(theirs).__name__)
        return mine if prefer == "mine" else theirs
    fields = {key: about.settle(key, getattr(mine, key), getattr(theirs, key)) for key in type(mine).model_fields}
    try:
        return type(mine).model_validate(fields)
    except ValidationError as error:
        said = "; ".join(detail["msg"].removeprefix("Value error, ") for detail in error.errors(include_url=False))
        message = f"{name} {about.id}: what both networks say cannot be joined: {said}"
        raise InvalidData(message) from error


@dataclass(frozen=True, slots=True)
class _About:
    """A record of both networks, and where its conflicts are noted."""

    name: str
    id: str
    prefer: Prefer
    conflicts: list[Conflict]

    def differ(self, key: str, mine: object, theirs: object) -> None:
        self.conflicts.append(Conflict(self.name, self.id, key, mine, theirs, self.prefer))

    def settle(self, key: str, mine: object, theirs: object) -> object:
        if mine == theirs or theirs in _EMPTY:
            return mine
        if mine in _EMPTY:
            return theirs
        if isinstance(mine, tuple) and isinstance(theirs, tuple) and key in _SETS:
            return self._union(key, mine, theirs)
        if isinstance(mine, dict) and isinstance(theirs, dict):
            both = {word: self.settle(f"{key}.{word}", mine.get(word), theirs.get(word)) for word in {**mine, **theirs}}
            return dict(both)
        self.differ(key, mine, theirs)
        return mine if self.prefer == "mine" else theirs

    def _union(self, key: str, mine: tuple[object, ...], theirs: tuple[object, ...]) -> tuple[object, ...]:
        found = {_item(item): item for item in mine}
        for item in theirs:
            known = found.get(_item(item))
            found[_item(item)] = item if known is None else self.settle(f"{key}.{_item(item)}", known, item)
        return tuple(found.values())


def _item(value: object) -> object:
    """Return what makes an entry of a list the same as another."""
    match value:
        case ExternalId():
            return f"{value.system}:{value.value}"
        case Classification():
            return f"{value.taxonomy}/{value.version}/{value.code}"
        case Evidence():
            return value.to_json()
        case _:
            return value
