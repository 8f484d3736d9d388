"""Parties, who can have relationships: persons, organizations and groups; and brands and symbols, which are no parties.

A group is many who are spoken of as one: the guests of a café, a team, a segment. A brand or symbol can stand at the
end of a relationship, though nobody answers there.
Everything that tells who a person is can be left out, and is by default left out of what is exported;
see :mod:`relmodels.core.personal`.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Any, Literal, Self, TypeAlias
from uuid import UUID

from pydantic import Field, SerializationInfo, SerializerFunctionWrapHandler, model_serializer, model_validator

from relmodels.core.identifiers import (
    INN,
    LEI,
    OGRN,
    VAT,
    Country,
    Email,
    ExternalId,
    Industry,
    LanguageTag,
    Phone,
    Subdivision,
    Text,
    Url,
    identity,
    new_identity,
)
from relmodels.core.personal import (
    PERSONAL_DATE,
    PERSONAL_EMAIL,
    PERSONAL_ID,
    PERSONAL_PHONE,
    PERSONAL_TEXT,
    SENSITIVE,
    without_marked,
)
from relmodels.core.record import Record

__all__ = ["Brand", "Group", "Node", "Organization", "Party", "Person", "Symbol"]

Id: TypeAlias = Annotated[UUID, PERSONAL_ID]
Tags: TypeAlias = tuple[Text, ...]


def _unique(external_ids: tuple[ExternalId, ...]) -> None:
    if len(external_ids) < 2:
        return
    counts = Counter((item.system, item.value) for item in external_ids)
    twice = [f"{system}:{value}" for (system, value), count in counts.items() if count > 1]
    if twice:
        message = f"external_ids name {', '.join(twice)} more than once; a system and value identify one party"
        raise ValueError(message)


class Person(Record):
    """A human being; every field that tells who it is may be empty.

    Examples:
        >>> anna = Person.from_external("crm", "0042", name="Anna", country="RU")
        >>> "Anna" in anna.to_json(), Person.from_json(anna.to_json()).id == anna.id
        (False, True)

    """

    kind: Literal["person"] = "person"
    id: Id = Field(default_factory=new_identity)
    name: Annotated[Text | None, PERSONAL_TEXT] = None
    names: Annotated[dict[LanguageTag, Text], PERSONAL_TEXT] = Field(default_factory=dict)
    external_ids: Annotated[tuple[ExternalId, ...], PERSONAL_TEXT] = ()
    email: Annotated[Email | None, PERSONAL_EMAIL] = None
    phone: Annotated[Phone | None, PERSONAL_PHONE] = None
    birth_date: Annotated[date | None, PERSONAL_DATE] = None
    inn: Annotated[INN | None, SENSITIVE] = None
    country: Country | None = None
    subdivision: Subdivision | None = None
    language: LanguageTag | None = None
    tags: Tags = ()

    @classmethod
    def from_external(
        cls, system: str, value: str, *, name: str | None = None, email: str | None = None, country: str | None = None
    ) -> Self:
        """Return the person a foreign system knows by ``value``, with the same identity every time."""
        known = (ExternalId(system=system, value=value),)
        return cls(id=identity(system, value), external_ids=known, name=name, email=email, country=country)

    @model_validator(mode="after")
    def _check(self) -> Self:
        _unique(self.external_ids)
        return self

    @model_serializer(mode="wrap")
    def _serialize(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        return without_marked(Person, handler(self), info.context)


class Organization(Record):
    """A firm, an authority, an association: whatever acts under a name of its own.

    Examples:
        >>> bank = Organization(name="Neva Credit Bank", names={"ru": "Банк «Нева-Кредит»"}, inn="7707083893")
        >>> Organization.from_json(bank.to_json()) == bank
        True

    """

    kind: Literal["organization"] = "organization"
    id: Id = Field(default_factory=new_identity)
    name: Text
    names: dict[LanguageTag, Text] = Field(default_factory=dict)
    external_ids: tuple[ExternalId, ...] = ()
    country: Country | None = None
    subdivision: Subdivision | None = None
    language: LanguageTag | None = None
    email: Email | None = None
    phone: Phone | None = None
    url: Url | None = None
    lei: LEI | None = None
    inn: INN | None = None
    ogrn: OGRN | None = None
    vat: VAT | None = None
    industry: Industry | None = None
    tags: Tags = ()

    @classmethod
    def from_external(cls, system: str, value: str, *, name: str, country: str | None = None) -> Self:
        """Return the organization a foreign system knows by ``value``, with the same identity every time."""
        known = (ExternalId(system=system, value=value),)
        return cls(id=identity(system, value), external_ids=known, name=name, country=country)

    @model_validator(mode="after")
    def _check(self) -> Self:
        _unique(self.external_ids)
        return self


class Group(Record):
    """Many who are spoken of as one: guests, a team, a segment, a club.

    Examples:
        >>> Group(name="Guests of Harbor", size=12_000).size
        12000

    """

    kind: Literal["group"] = "group"
    id: Id = Field(default_factory=new_identity)
    name: Text
    names: dict[LanguageTag, Text] = Field(default_factory=dict)
    external_ids: tuple[ExternalId, ...] = ()
    country: Country | None = None
    size: Annotated[int, Field(ge=0)] | None = None
    tags: Tags = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        _unique(self.external_ids)
        return self


class Brand(Record):
    """A brand: people are bound to it, and it cannot answer. No party.

    Examples:
        >>> Brand(name="Ladoga Blend No. 1").kind
        'brand'

    """

    kind: Literal["brand"] = "brand"
    id: Id = Field(default_factory=new_identity)
    name: Text
    names: dict[LanguageTag, Text] = Field(default_factory=dict)
    owner_id: Annotated[UUID | None, PERSONAL_ID] = None
    tags: Tags = ()


class Symbol(Record):
    """A symbol, thing or idea that people are bound to. No party.

    Examples:
        >>> Symbol(name="the old roasting drum").kind
        'symbol'

    """

    kind: Literal["symbol"] = "symbol"
    id: Id = Field(default_factory=new_identity)
    name: Text
    names: dict[LanguageTag, Text] = Field(default_factory=dict)
    tags: Tags = ()


Party: TypeAlias = Annotated[Person | Organization | Group, Field(discriminator="kind")]
"""Whoever can have relationships: :class:`Person`, :class:`Organization` or :class:`Group`, told apart by ``kind``."""
Node: TypeAlias = Annotated[Person | Organization | Group | Brand | Symbol, Field(discriminator="kind")]
"""Whatever can stand at the end of a relationship: a :data:`Party`, a :class:`Brand` or a :class:`Symbol`."""
