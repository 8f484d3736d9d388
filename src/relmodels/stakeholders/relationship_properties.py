"""What can be said of any relationship: the eleven properties of Gummesson, levels of interaction, and bonds.

Properties are what a :class:`~relmodels.stakeholders.relationship.Relationship` carries as scores. The list is that of
the edition of 1999; later editions may have more. Interactions nest: activities make an episode, episodes a sequence,
sequences a relationship, relationships the base of partners.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from relmodels.core.taxonomy import Row, Taxonomy
from relmodels.stakeholders.sources import GUMMESSON_1999

__all__ = ["BONDS", "INTERACTION_LEVELS", "RELATIONSHIP_PROPERTIES", "RelationshipProperty"]


class RelationshipProperty(StrEnum):
    """The codes of :data:`RELATIONSHIP_PROPERTIES`, for completion."""

    COLLABORATION = "property.collaboration"
    COMMITMENT_DEPENDENCY_IMPORTANCE = "property.commitment_dependency_importance"
    TRUST_RISK_UNCERTAINTY = "property.trust_risk_uncertainty"
    POWER = "property.power"
    LONGEVITY = "property.longevity"
    FREQUENCY_REGULARITY_INTENSITY = "property.frequency_regularity_intensity"
    CLOSENESS_REMOTENESS = "property.closeness_remoteness"
    FORMALITY_INFORMALITY_OPENNESS = "property.formality_informality_openness"
    ROUTINIZATION = "property.routinization"
    CONTENT = "property.content"
    PERSONAL_SOCIAL = "property.personal_social"


RELATIONSHIP_PROPERTIES: Final = Taxonomy(
    "Properties of relationships",
    GUMMESSON_1999,
    (
        Row(
            "property.collaboration",
            "Collaboration (with competition and opposition)",
            "Сотрудничество",
            "How much the parties work together, and against each other.",
            standing="secondary",
        ),
        Row(
            "property.commitment_dependency_importance",
            "Commitment, dependency and importance",
            "Приверженность, зависимость и значимость",
            "How much each party has bound itself, needs the other and cares.",
            standing="secondary",
        ),
        Row(
            "property.trust_risk_uncertainty",
            "Trust, risk and uncertainty",
            "Доверие, риск и неопределённость",
            "How far each party relies on the other, and what it stands to lose.",
            standing="secondary",
        ),
        Row("property.power", "Power", "Власть (сила влияния)", "Who can make whom do what.", standing="secondary"),
        Row(
            "property.longevity",
            "Longevity",
            "Продолжительность",
            "How long the relationship has lasted and is meant to last.",
            standing="unconfirmed",
        ),
        Row(
            "property.frequency_regularity_intensity",
            "Frequency, regularity and intensity",
            "Частота, регулярность и интенсивность",
            "How often, how evenly and how strongly the parties deal with each other.",
            standing="secondary",
        ),
        Row(
            "property.closeness_remoteness",
            "Closeness and remoteness",
            "Близость и отдалённость",
            "How near the parties are in body, mind and feeling.",
            standing="secondary",
        ),
        Row(
            "property.formality_informality_openness",
            "Formality, informality and openness",
            "Формальность, неформальность и открытость",
            "What is written, what is understood, and how openly the parties speak.",
            standing="secondary",
        ),
        Row(
            "property.routinization",
            "Routinization",
            "Рутинизация",
            "How far dealing with each other has become a habit.",
            standing="secondary",
        ),
        Row(
            "property.content",
            "Content",
            "Содержание",
            "What flows between the parties: goods, money, knowledge, company.",
            standing="unconfirmed",
        ),
        Row(
            "property.personal_social",
            "Personal and social properties",
            "Личные и социальные свойства",
            "Age, sex, origin, charm and other properties of the persons involved.",
            standing="unconfirmed",
            traits=(("personal", "yes"),),
        ),
    ),
    name_ru="Свойства отношений",
    key="relationship_properties",
    version="1999",
)
"""The eleven properties of any relationship. Gummesson (1999)."""

INTERACTION_LEVELS: Final = Taxonomy(
    "Levels of interaction",
    GUMMESSON_1999,
    (
        Row("level.activity", "Activity", "Действие", "One act, such as a call or a delivery.", standing="secondary"),
        Row(
            "level.episode",
            "Episode",
            "Эпизод",
            "Acts that belong together, such as one order with all that it takes.",
            standing="secondary",
        ),
        Row(
            "level.sequence",
            "Sequence",
            "Последовательность",
            "Episodes over a time or a project.",
            standing="secondary",
        ),
        Row(
            "level.relationship",
            "Relationship",
            "Отношение",
            "All sequences between two parties.",
            standing="secondary",
        ),
        Row(
            "level.partner_base",
            "Partner base",
            "Портфель партнёров",
            "All relationships of the firm.",
            standing="secondary",
        ),
    ),
    name_ru="Уровни взаимодействия",
    key="interaction_levels",
    version="1999",
)
"""How interactions nest. Gummesson (1999)."""

BONDS: Final = Taxonomy(
    "Bonds between parties",
    GUMMESSON_1999,
    (
        Row(
            "bond.activity_links",
            "Activity links",
            "Связи действий",
            "What one does fits what the other does.",
            standing="secondary",
        ),
        Row(
            "bond.resource_ties",
            "Resource ties",
            "Связи ресурсов",
            "What one owns or knows serves the other.",
            standing="secondary",
        ),
        Row(
            "bond.actor_bonds",
            "Actor bonds",
            "Связи участников",
            "Persons know and like each other.",
            standing="secondary",
        ),
    ),
    name_ru="Связи между сторонами",
    key="bonds",
    version="1999",
)
"""What binds two parties. Gummesson (1999)."""
