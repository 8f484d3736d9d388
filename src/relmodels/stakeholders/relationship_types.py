"""Types of relationships: a name for each direction, and who may stand at either end.

A type is read from its source: the source *supplies* the target, and the target *is supplied by* the source. Symmetric
types have one name for both directions. The table holds what most firms need; a firm adds its own with the network.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from relmodels.core.identifiers import Text
from relmodels.core.record import Record

__all__ = ["RELATIONSHIP_TYPES", "NodeKind", "RelationshipType"]

NodeKind: TypeAlias = Literal["person", "organization", "group", "brand", "symbol"]
Code: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9_.]+$", max_length=200)]
_PARTIES: Final[tuple[NodeKind, ...]] = ("person", "organization", "group")
_SYMBOLS: Final[tuple[NodeKind, ...]] = ("brand", "symbol")


class RelationshipType(Record):
    """One type of relationship.

    Attributes:
        code: its stable name, read from the source.
        inverse: the name read from the target; the code itself where it is symmetric.
        label: how a person reads it from the source; ``inverse_label`` from the target.
        label_ru: the same in Russian; ``inverse_label_ru`` from the target.
        sources: the kinds of nodes that may stand at the beginning.
        targets: the kinds that may stand at the end.
        symmetric: whether both directions say the same.
        reflexive: whether a party may have it with itself.
        reserved: whether it belongs to the library, so that a firm's own cannot replace it.

    Examples:
        >>> RELATIONSHIP_TYPES["supplies"].inverse
        'supplied_by'
        >>> RelationshipType(
        ...     code="audits", inverse="audited_by", label="audits", inverse_label="is audited by"
        ... ).reflexive
        False

    """

    code: Code
    inverse: Code
    label: Text
    inverse_label: Text
    label_ru: str = ""
    inverse_label_ru: str = ""
    sources: tuple[NodeKind, ...] = _PARTIES
    targets: tuple[NodeKind, ...] = _PARTIES
    symmetric: bool = False
    reflexive: bool = False
    reserved: bool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.symmetric != (self.inverse == self.code):
            message = f"inverse = {self.inverse!r}: a symmetric type is its own inverse, another has one of its own"
            raise ValueError(message)
        if not self.sources or not self.targets:
            message = "sources and targets must name at least one kind of node each"
            raise ValueError(message)
        return self


def _type(code: str, inverse: str, label: str, inverse_label: str, ru: str, inverse_ru: str) -> RelationshipType:
    # Made without the checks, which a test makes: they would be compiled whenever the library is imported.
    return RelationshipType.model_construct(
        code=code,
        inverse=inverse,
        label=label,
        inverse_label=inverse_label,
        label_ru=ru,
        inverse_label_ru=inverse_ru,
        symmetric=code == inverse,
        reserved=True,
    )


_TYPES: Final = (
    _type("supplies", "supplied_by", "supplies", "is supplied by", "поставляет", "получает от"),
    _type("serves", "served_by", "does work for", "has work done by", "оказывает услуги", "пользуется услугами"),
    _type("owns", "owned_by", "owns a part of", "is owned in part by", "владеет долей", "принадлежит"),
    _type("finances", "financed_by", "finances", "is financed by", "финансирует", "финансируется"),
    _type("works_for", "employs", "works for", "employs", "работает в", "нанимает"),
    _type("recruits_for", "recruited_by", "finds people for", "finds people through", "ищет людей для", "ищет через"),
    _type("partners_with", "partners_with", "is a partner of", "is a partner of", "партнёр", "партнёр"),
    _type("competes_with", "competes_with", "competes with", "competes with", "конкурирует с", "конкурирует с"),
    _type("refers_to", "referred_by", "recommends", "is recommended by", "рекомендует", "рекомендуется"),
    _type("influences", "influenced_by", "influences", "is influenced by", "влияет на", "под влиянием"),
    _type("regulates", "regulated_by", "regulates", "is regulated by", "регулирует", "регулируется"),
    _type("part_of", "has_part", "is a part of", "has as a part", "входит в", "включает"),
    _type("knows", "knows", "knows", "knows", "знаком с", "знаком с"),
)
RELATIONSHIP_TYPES: Final[dict[str, RelationshipType]] = {
    **{item.code: item for item in _TYPES},
    "bound_to": RelationshipType.model_construct(
        code="bound_to",
        inverse="binds",
        label="is bound to",
        inverse_label="binds",
        label_ru="привязан к",
        inverse_label_ru="привязывает",
        targets=_SYMBOLS,
        reserved=True,
    ),
}
"""The types of relationships that the library brings, by code."""
