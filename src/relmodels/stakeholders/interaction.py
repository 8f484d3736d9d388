"""What happens within a relationship: activities, which make episodes, which make sequences.

An activity is one act, such as a call; an episode is what belongs together, such as an order with all that it takes; a
sequence is episodes over a time or a project. All of them together are the relationship.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal, Self, TypeAlias
from uuid import UUID

from pydantic import Field, SerializationInfo, SerializerFunctionWrapHandler, model_serializer, model_validator

from relmodels.core.errors import Problems
from relmodels.core.identifiers import ExternalId, new_identity
from relmodels.core.personal import PERSONAL_ID, PERSONAL_TEXT, without_marked
from relmodels.core.record import Record
from relmodels.stakeholders.relationship import Timestamp

__all__ = ["Interaction", "Level", "check_nesting", "roll_up"]

Level: TypeAlias = Literal["activity", "episode", "sequence"]
_ABOVE: Final[dict[Level, Level | None]] = {"activity": "episode", "episode": "sequence", "sequence": None}


class Interaction(Record):
    """Something that happened, at one of the three levels below the relationship.

    Attributes:
        id: its identity.
        level: activity, episode or sequence.
        relationship_id: the relationship it belongs to.
        parent_id: the interaction of the next level it is a part of, if any.
        party_ids: who took part; a customer and those who serve, for a service encounter (R5).
        channel: where it happened: shop, phone, web.
        start: when it began, in UTC.
        end: when it ended.
        note: what happened; about persons, so exports leave it out.
        external_ids: what other systems call it.

    Examples:
        >>> call = Interaction(relationship_id=new_identity(), level="activity", channel="phone")
        >>> call.parent_id is None
        True

    """

    id: UUID = Field(default_factory=new_identity)
    level: Level
    relationship_id: UUID
    parent_id: UUID | None = None
    party_ids: Annotated[tuple[UUID, ...], PERSONAL_ID] = ()
    channel: Annotated[str, Field(max_length=200)] = ""
    start: Timestamp | None = None
    end: Timestamp | None = None
    note: Annotated[str, Field(max_length=10_000), PERSONAL_TEXT] = ""
    external_ids: tuple[ExternalId, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.start is not None and self.end is not None and self.end < self.start:
            message = f"end = {self.end} is before start = {self.start}"
            raise ValueError(message)
        if self.level == "sequence" and self.parent_id is not None:
            message = "a sequence is a part of its relationship only; leave parent_id empty"
            raise ValueError(message)
        return self

    @model_serializer(mode="wrap")
    def _serialize(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        return without_marked(Interaction, handler(self), info.context)


def check_nesting(interactions: Iterable[Interaction], problems: Problems) -> None:
    """Note every interaction whose parent is missing, of the wrong level or of another relationship."""
    known = {item.id: item for item in interactions}
    for position, item in enumerate(known.values()):
        if item.parent_id is None:
            continue
        parent = known.get(item.parent_id)
        if parent is None:
            problems.add(f"interactions[{position}].parent_id is the id of no interaction; add it or leave it empty")
        elif parent.level != _ABOVE[item.level]:
            problems.add(f"interactions[{position}] is {item.level} within {parent.level}, not {_ABOVE[item.level]}")
        elif parent.relationship_id != item.relationship_id:
            problems.add(f"interactions[{position}] belongs to another relationship than its parent")


def roll_up(interactions: Iterable[Interaction]) -> dict[UUID, dict[Level, int]]:
    """Return how many activities, episodes and sequences each relationship has.

    Examples:
        >>> tie = new_identity()
        >>> calls = [Interaction(relationship_id=tie, level="activity") for _ in range(3)]
        >>> roll_up(calls)[tie]
        {'activity': 3, 'episode': 0, 'sequence': 0}

    Reference:
        Gummesson, E. (1999), Total Relationship Marketing, for the levels.

    """
    counts: dict[UUID, dict[Level, int]] = {}
    for item in interactions:
        of = counts.setdefault(item.relationship_id, {"activity": 0, "episode": 0, "sequence": 0})
        of[item.level] += 1
    return counts
