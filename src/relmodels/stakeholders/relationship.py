"""A relationship between two parties: of what type, under which names in the taxonomies, how strong, from when to when.

One tie may have many classifications: the same customer is the customer market of six, R1 of thirty and an intermediate
customer of ten. It may have many properties, each a judgment with its scale. Strength is one judgment, trust another.
The inverse of a tie is not stored, it is derived from the type. Validity is half-open. What tells of persons, their
networks (R18), crime (R17) and the personal and social property, stays out of exports unless it is asked for.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Literal, Self, TypeAlias
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from relmodels.core.errors import InvalidParameters
from relmodels.core.identifiers import ExternalId, Money, Text, in_force, new_identity, ordered
from relmodels.core.personal import PERSONAL_ID, SENSITIVE, without_marked
from relmodels.core.record import KEEP_PERSONAL, Record
from relmodels.core.score import Score
from relmodels.stakeholders.tables import TAXONOMIES, taxonomy_of

__all__ = [
    "Classification",
    "Evidence",
    "PartyRole",
    "Relationship",
    "RelationshipProperties",
    "Timestamp",
]

_CODES: Final = {(table.key, table.version): frozenset(table.codes) for table in TAXONOMIES}
_KEYS: Final = frozenset(table.key for table in TAXONOMIES)
_PERSONAL_CODES: Final = frozenset({"r17", "r18"})


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


Timestamp: TypeAlias = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Id: TypeAlias = Annotated[UUID, PERSONAL_ID]
Code: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9_.]+$", max_length=200)]


class Classification(Record):
    """One name a taxonomy has for a relationship.

    A code of a published taxonomy must exist in its version; a firm's own taxonomy is known by its key and checked by
    :meth:`~relmodels.stakeholders.network.RelationshipNetwork.check_codes`.

    Examples:
        >>> Classification(taxonomy="thirty_r", version="1999", code="r30").code
        'r30'

    """

    taxonomy: Code
    version: Annotated[str, Field(max_length=100)] = ""
    code: Code
    match: Literal["exact", "close", "broad", "narrow", "related"] = "exact"
    assigned_by: Annotated[str, Field(max_length=200)] = ""

    @classmethod
    def of(cls, *codes: str) -> tuple[Self, ...]:
        """Return classifications by codes of the published taxonomies, each in its default version.

        Raises:
            InvalidParameters: naming every code that no published taxonomy has.

        Examples:
            >>> [item.taxonomy for item in Classification.of("r01", "six.customer")]
            ['thirty_r', 'six_markets']

        """
        tables = [taxonomy_of(code) for code in codes]
        unknown = [code for code, table in zip(codes, tables, strict=True) if table is None]
        if unknown:
            message = f"{', '.join(map(repr, unknown))}: in none of the published taxonomies; see rm.TAXONOMIES"
            raise InvalidParameters(message)
        return tuple(
            cls(taxonomy=table.key, version=table.version, code=str(code))
            for code, table in zip(codes, tables, strict=True)
            if table is not None
        )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.taxonomy in _KEYS and self.code not in _CODES.get((self.taxonomy, self.version), frozenset()):
            versions = [version for key, version in _CODES if key == self.taxonomy]
            message = (
                f"code = {self.code!r} is not in {self.taxonomy!r} of version {self.version!r}; "
                f"the versions are {', '.join(versions)}"
            )
            raise ValueError(message)
        return self


class Evidence(Record):
    """What a statement about a relationship rests on: a contract, a survey, a conversation.

    Examples:
        >>> Evidence(source="contract 17/2024").source
        'contract 17/2024'

    """

    source: Text
    dated: date | None = None
    note: Annotated[str, Field(max_length=10_000)] = ""


class PartyRole(Record):
    """The part somebody plays for somebody else, over a time, whatever the tie.

    Examples:
        >>> PartyRole(party_id=new_identity(), role="scope.suppliers").valid_to is None
        True

    """

    party_id: Id
    role: Code
    context_id: Annotated[UUID | None, PERSONAL_ID] = None
    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        ordered(self.valid_from, self.valid_to)
        return self


class RelationshipProperties(Record):
    """Gummesson's eleven properties, each a judgment or nothing; the personal and social one is sensitive.

    Examples:
        >>> properties = RelationshipProperties(power=Score(value=8), personal_social=Score(value=3))
        >>> "personal_social" in properties.to_json()
        False

    """

    collaboration: Score | None = None
    commitment_dependency_importance: Score | None = None
    trust_risk_uncertainty: Score | None = None
    power: Score | None = None
    longevity: Score | None = None
    frequency_regularity_intensity: Score | None = None
    closeness_remoteness: Score | None = None
    formality_informality_openness: Score | None = None
    routinization: Score | None = None
    content: Score | None = None
    personal_social: Annotated[Score | None, SENSITIVE] = None

    @model_serializer(mode="wrap")
    def _serialize(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        return without_marked(RelationshipProperties, handler(self), info.context)


class Relationship(Record):
    """A tie from one party to another.

    Attributes:
        id: its identity.
        source_id: the party at the beginning, the one the type speaks of: who *supplies*.
        target_id: the party, brand or symbol at the end: whom it supplies.
        type: the code of a :class:`~relmodels.stakeholders.relationship_types.RelationshipType`.
        source_role: what the source is in it, in the firm's own words.
        target_role: what the target is in it.
        classifications: its names in taxonomies, each once.
        phase: the code of a phase of its development.
        strength: how strong it is; not how much the parties trust each other.
        properties: other judgments of it.
        benefit: what it brings the focal party in a year, before its cost.
        cost: what building and keeping it costs the focal party in a year.
        governance: what holds it: contract, equity, norms, nothing.
        valid_from: its first day; open if nobody knows.
        valid_to: the first day on which it is no more; open while it lasts.
        recorded_at: when it was written down, in UTC.
        external_ids: what other systems call it.
        evidence: what the statement rests on.

    Examples:
        >>> tie = Relationship(
        ...     source_id=new_identity(),
        ...     target_id=new_identity(),
        ...     type="supplies",
        ...     classifications=Classification.of("r01", "scope.suppliers"),
        ...     valid_from=date(2026, 1, 1),
        ... )
        >>> tie.holds_on(date(2025, 12, 31)), tie.codes("thirty_r")
        (False, ('r01',))

    """

    id: UUID = Field(default_factory=new_identity)
    source_id: Id
    target_id: Id
    type: Code
    source_role: Annotated[str, Field(max_length=200)] = ""
    target_role: Annotated[str, Field(max_length=200)] = ""
    classifications: tuple[Classification, ...] = ()
    phase: Code | None = None
    strength: Score | None = None
    properties: RelationshipProperties | None = None
    benefit: Money | None = None
    cost: Money | None = None
    governance: Annotated[str, Field(max_length=1000)] = ""
    valid_from: date | None = None
    valid_to: date | None = None
    recorded_at: Timestamp | None = None
    external_ids: tuple[ExternalId, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.valid_to is not None:
            ordered(self.valid_from, self.valid_to)
        names = {(item.taxonomy, item.version, item.code) for item in self.classifications}
        if len(names) < len(self.classifications):
            message = "classifications name the same code of a taxonomy more than once; name it once"
            raise ValueError(message)
        return self

    def holds_on(self, day: date) -> bool:
        """Return whether the relationship is valid on a day."""
        return in_force(self.valid_from, self.valid_to, day)

    def codes(self, taxonomy: str, version: str = "") -> tuple[str, ...]:
        """Return the codes a taxonomy has for it; in every version if none is named."""
        return tuple(
            item.code
            for item in self.classifications
            if item.taxonomy == taxonomy and (not version or item.version == version)
        )

    @model_serializer(mode="wrap")
    def _serialize(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        fields: dict[str, Any] = handler(self)
        if info.context != KEEP_PERSONAL and "classifications" in fields:
            shown = [item for item in fields["classifications"] if item["code"] not in _PERSONAL_CODES]
            fields["classifications"] = shown
        return fields
