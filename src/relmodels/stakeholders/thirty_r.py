"""30R: the thirty relationships of Gummesson, from the classic dyad to the owner and financier.

They come in four groups: classic (R1 to R3) and special market relationships (R4 to R17), the mega relationships above
the market (R18 to R23) and the nano relationships within the firm (R24 to R30).
Not every R is a tie between two parties: some are states of one, ways in which it is carried, paths over several, or
conditions of the surroundings. The trait ``edge_policy`` of each row says which, and is ours; so are the Russian names.
Names are those of the edition of 1999; other editions' names stand in ``also``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from relmodels.core.taxonomy import EditionName, Row, Taxonomy
from relmodels.stakeholders.sources import GUMMESSON_1999

__all__ = ["THIRTY_R", "EdgePolicy", "ThirtyR", "edge_policy"]


class ThirtyR(StrEnum):
    """The codes of :data:`THIRTY_R`, for completion."""

    R1_CLASSIC_DYAD = "r01"
    R2_CLASSIC_TRIAD = "r02"
    R3_CLASSIC_NETWORK = "r03"
    R4_FULL_AND_PART_TIME_MARKETERS = "r04"
    R5_SERVICE_ENCOUNTER = "r05"
    R6_MANY_HEADED = "r06"
    R7_CUSTOMERS_CUSTOMER = "r07"
    R8_CLOSE_OR_DISTANT = "r08"
    R9_DISSATISFIED_CUSTOMER = "r09"
    R10_MONOPOLY = "r10"
    R11_CUSTOMER_AS_MEMBER = "r11"
    R12_ELECTRONIC = "r12"
    R13_PARASOCIAL = "r13"
    R14_NON_COMMERCIAL = "r14"
    R15_GREEN = "r15"
    R16_LAW_BASED = "r16"
    R17_CRIMINAL_NETWORK = "r17"
    R18_PERSONAL_AND_SOCIAL = "r18"
    R19_MEGA_MARKETING = "r19"
    R20_ALLIANCES = "r20"
    R21_KNOWLEDGE = "r21"
    R22_MEGA_ALLIANCES = "r22"
    R23_MASS_MEDIA = "r23"
    R24_MARKET_MECHANISMS_INSIDE = "r24"
    R25_INTERNAL_CUSTOMER = "r25"
    R26_QUALITY = "r26"
    R27_INTERNAL_MARKETING = "r27"
    R28_MATRIX = "r28"
    R29_EXTERNAL_MARKETING_SERVICES = "r29"
    R30_OWNER_AND_FINANCIER = "r30"


class EdgePolicy(StrEnum):
    """How a relationship of 30R is kept in a network of parties: the proposal of this library."""

    EDGE = "edge"
    """One tie between two parties."""
    HYPEREDGE = "hyperedge"
    """Three parties at once."""
    PATH = "path"
    """Several ties one after the other."""
    MULTI_EDGE = "multi_edge"
    """Many contacts within one tie."""
    ROLE_ON_EDGE = "role_on_edge"
    """The role of a person in another tie."""
    EVENT = "event"
    """An interaction."""
    EDGE_ATTRIBUTE = "edge_attribute"
    """How a tie is carried or how near it is."""
    EDGE_STATE = "edge_state"
    """The state a tie is in."""
    SYMBOL_EDGE = "symbol_edge"
    """A tie to a brand or symbol, which is no party."""
    CONTEXT = "context"
    """A condition of the surroundings."""
    RISK_FLAG = "risk_flag"
    """Noted as a risk only."""


THIRTY_R: Final = Taxonomy(
    "Thirty relationships (30R)",
    GUMMESSON_1999,
    (
        Row(
            "r01",
            "The classic dyad: supplier and customer",
            "Классическая диада: поставщик и потребитель",
            "One sells, the other buys: the relationship that all marketing starts from.",
            group="classic_market",
            traits=(("kind", "party_dyad"), ("edge_policy", "edge"), ("parties", "supplier, customer")),
            standing="secondary",
        ),
        Row(
            "r02",
            "The classic triad: customer-supplier-competitor triangle",
            "Классическая триада: треугольник «потребитель – поставщик – конкурент»",
            "A customer, a supplier and a competitor, each of whom watches the two others.",
            group="classic_market",
            traits=(("kind", "triad"), ("edge_policy", "hyperedge"), ("parties", "customer, supplier, competitor")),
            standing="secondary",
        ),
        Row(
            "r03",
            "The classic network: distribution channels",
            "Классическая сеть: каналы распределения",
            "The chain of firms through which goods reach those who use them.",
            group="classic_market",
            also=(EditionName("1996", "The classic multidimensional network: physical distribution", "secondary"),),
            traits=(
                ("kind", "network"),
                ("edge_policy", "path"),
                ("parties", "distributor, logistics provider, customer"),
            ),
            standing="secondary",
        ),
        Row(
            "r04",
            "Full-time marketers (FTM) and part-time marketers (PTM)",
            "Отношения через штатных маркетологов и «маркетологов по совместительству»",
            "Those whose work is marketing, and the many more who do some of it beside their work.",
            group="special_market",
            traits=(
                ("kind", "actor_structure"),
                ("edge_policy", "role_on_edge"),
                ("parties", "employee, customer, external contributor"),
            ),
            standing="secondary",
        ),
        Row(
            "r05",
            "The service encounter: customer and service provider",
            "Сервисный контакт: взаимодействие потребителя и обслуживающего персонала",
            "The moment in which the customer and those who serve produce the service together.",
            group="special_market",
            also=(EditionName("1996", "Interaction between the customer and front-line personnel", "secondary"),),
            traits=(("kind", "interaction"), ("edge_policy", "event"), ("parties", "customer, employee")),
            standing="secondary",
        ),
        Row(
            "r06",
            "The many-headed customer and the many-headed supplier",
            "«Многоголовый» потребитель и «многоголовый» поставщик",
            "Many persons of one firm deal with many persons of the other.",
            group="special_market",
            traits=(
                ("kind", "actor_structure"),
                ("edge_policy", "multi_edge"),
                ("parties", "buying-centre members, selling-team members"),
            ),
            standing="secondary",
        ),
        Row(
            "r07",
            "The relationship to the customer's customer",
            "Отношения с потребителем потребителя",
            "To serve its customer a firm must know what that customer's customer wants.",
            group="special_market",
            traits=(("kind", "indirect"), ("edge_policy", "path"), ("parties", "customer, customer of customer")),
            standing="secondary",
        ),
        Row(
            "r08",
            "The close versus the distant relationship",
            "Близкие и отдалённые отношения",
            "How near, in body and mind, the parties are to each other.",
            group="special_market",
            also=(EditionName("1996", "Mental and physical proximity to customers versus distance", "secondary"),),
            traits=(("kind", "property"), ("edge_policy", "edge_attribute"), ("parties", "any")),
            standing="secondary",
        ),
        Row(
            "r09",
            "The relationship to the dissatisfied customer",
            "Отношения с неудовлетворённым потребителем",
            "What a complaint makes of the relationship depends on how it is answered.",
            group="special_market",
            traits=(("kind", "state"), ("edge_policy", "edge_state"), ("parties", "customer")),
            standing="secondary",
        ),
        Row(
            "r10",
            "The monopoly relationship: customer or supplier as prisoner",
            "Монопольные отношения: потребитель или поставщик как «узник»",
            "One party has no other choice and is held as in a prison.",
            group="special_market",
            traits=(("kind", "state"), ("edge_policy", "edge_state"), ("parties", "customer, supplier")),
            standing="secondary",
        ),
        Row(
            "r11",
            "The customer as 'member'",
            "Потребитель как «член клуба»",
            "The customer belongs to a club or program and is known by it.",
            group="special_market",
            traits=(("kind", "state"), ("edge_policy", "edge_state"), ("parties", "customer")),
            standing="secondary",
        ),
        Row(
            "r12",
            "The electronic relationship",
            "Электронные отношения",
            "The relationship is carried by networks and machines.",
            group="special_market",
            also=(EditionName("2002", "The e-relationship", "unconfirmed"),),
            traits=(("kind", "mode"), ("edge_policy", "edge_attribute"), ("parties", "any")),
            standing="secondary",
        ),
        Row(
            "r13",
            "Parasocial relationships: to symbols and objects",
            "Парасоциальные отношения: с символами, брендами и объектами",
            "A person feels bound to a brand, a symbol or a thing, which cannot answer.",
            group="special_market",
            also=(EditionName("2002", "to brands and objects", "unconfirmed"),),
            traits=(
                ("kind", "symbolic"),
                ("edge_policy", "symbol_edge"),
                ("parties", "customer, brand, symbol or object"),
            ),
            standing="secondary",
        ),
        Row(
            "r14",
            "The non-commercial relationship",
            "Некоммерческие отношения",
            "The public sector, voluntary work and citizens, where nobody pays a price.",
            group="special_market",
            traits=(
                ("kind", "sector"),
                ("edge_policy", "edge"),
                ("parties", "public body, voluntary organisation, citizen"),
            ),
            standing="secondary",
        ),
        Row(
            "r15",
            "The green relationship",
            "«Зелёные» (экологические) отношения",
            "Care for the environment and for health becomes a part of relationships.",
            group="special_market",
            traits=(
                ("kind", "issue"),
                ("edge_policy", "context"),
                ("parties", "environmental group, regulator, customer"),
            ),
            standing="secondary",
        ),
        Row(
            "r16",
            "The law-based relationship",
            "Отношения, основанные на праве",
            "Contracts, law and courts hold the parties together or against each other.",
            group="special_market",
            traits=(("kind", "mode"), ("edge_policy", "edge_attribute"), ("parties", "any")),
            standing="secondary",
        ),
        Row(
            "r17",
            "The criminal network",
            "Криминальная сеть",
            "Organized crime has relationships of its own, and reaches into those of others.",
            group="special_market",
            traits=(("kind", "network"), ("edge_policy", "risk_flag"), ("parties", "illicit network")),
            standing="secondary",
        ),
        Row(
            "r18",
            "Personal and social networks",
            "Личные и социальные сети",
            "Friendship, family and acquaintance decide business that should have its own reasons.",
            group="mega",
            traits=(("kind", "network"), ("edge_policy", "edge"), ("parties", "person, person")),
            standing="secondary",
        ),
        Row(
            "r19",
            "Mega marketing: the real customer is not always in the marketplace",
            "Мегамаркетинг: настоящий «потребитель» не всегда находится на рынке",
            "Business is won or lost with governments and persons of influence, not in the market.",
            group="mega",
            also=(EditionName("1996", "Megamarketing", "secondary"),),
            traits=(
                ("kind", "macro_political"),
                ("edge_policy", "edge"),
                ("parties", "government, legislator, influential individual"),
            ),
            standing="secondary",
        ),
        Row(
            "r20",
            "Alliances change the market mechanisms",
            "Альянсы изменяют рыночные механизмы",
            "Firms that compete elsewhere join hands, and the market between them is suspended.",
            group="mega",
            traits=(("kind", "alliance"), ("edge_policy", "edge"), ("parties", "ally, competitor")),
            standing="secondary",
        ),
        Row(
            "r21",
            "The knowledge relationship",
            "Отношения, основанные на знаниях",
            "Knowledge is what is wanted from the other party.",
            group="mega",
            traits=(("kind", "resource"), ("edge_policy", "edge"), ("parties", "ally, university, employee, customer")),
            standing="secondary",
        ),
        Row(
            "r22",
            "Mega alliances change the basic conditions for marketing",
            "Мегаальянсы изменяют базовые условия маркетинга",
            "States join in unions that set the rules for every firm within them.",
            group="mega",
            also=(EditionName("1996", "Mega-alliances", "secondary"),),
            traits=(("kind", "macro_political"), ("edge_policy", "context"), ("parties", "supranational body, state")),
            standing="secondary",
        ),
        Row(
            "r23",
            "The mass media relationship",
            "Отношения со средствами массовой информации",
            "Media tell others of the firm, to its gain or harm.",
            group="mega",
            traits=(("kind", "media"), ("edge_policy", "edge"), ("parties", "media")),
            standing="secondary",
        ),
        Row(
            "r24",
            "Market mechanisms are brought inside the company",
            "Рыночные механизмы внутри компании",
            "Profit centers within one firm trade with each other as in a market.",
            group="nano",
            traits=(
                ("kind", "internal_structure"),
                ("edge_policy", "edge"),
                ("parties", "profit centre, business unit"),
            ),
            standing="secondary",
        ),
        Row(
            "r25",
            "Internal customer relationships",
            "Отношения с внутренним потребителем",
            "Each department is supplier and customer of others in the same firm.",
            group="nano",
            traits=(("kind", "interaction"), ("edge_policy", "edge"), ("parties", "department, department")),
            standing="secondary",
        ),
        Row(
            "r26",
            "Quality as a link between operations management and marketing",
            "Качество как связь операционного управления и маркетинга",
            "Quality ties those who make to those who sell.",
            group="nano",
            also=(EditionName("2002", "Quality and the customer orientation", "unconfirmed"),),
            traits=(("kind", "interaction"), ("edge_policy", "edge"), ("parties", "operations, marketing")),
            standing="secondary",
        ),
        Row(
            "r27",
            "Internal marketing: relationships with the employee market",
            "Внутренний маркетинг: отношения с «рынком персонала»",
            "The firm wins its own people for what it wants to be to customers.",
            group="nano",
            traits=(("kind", "party_dyad"), ("edge_policy", "edge"), ("parties", "firm, employee")),
            standing="secondary",
        ),
        Row(
            "r28",
            "The two-dimensional matrix relationship",
            "Двумерные матричные отношения",
            "Every person belongs to a function and to a product or market at the same time.",
            group="nano",
            also=(EditionName("2008", "The matrix relationship", "unconfirmed"),),
            traits=(
                ("kind", "actor_structure"),
                ("edge_policy", "multi_edge"),
                ("parties", "function, product or market unit"),
            ),
            standing="secondary",
        ),
        Row(
            "r29",
            "Relationship to external providers of marketing services",
            "Отношения с внешними поставщиками маркетинговых услуг",
            "Agencies and others do a part of the firm's marketing.",
            group="nano",
            traits=(("kind", "party_dyad"), ("edge_policy", "edge"), ("parties", "firm, marketing-services provider")),
            standing="secondary",
        ),
        Row(
            "r30",
            "The owner and financier relationship",
            "Отношения с собственниками и финансистами (инвесторами)",
            "Who owns or finances the firm shapes what its marketing may do.",
            group="nano",
            traits=(("kind", "party_dyad"), ("edge_policy", "edge"), ("parties", "firm, owner, financier")),
            standing="secondary",
        ),
    ),
    name_ru="Модель «30R»",
    key="thirty_r",
    version="1999",
    center="r01",
    groups=(
        Row(
            "classic_market",
            "Classic market relationships",
            "Классические рыночные отношения",
            "R1 to R3: between supplier, customer, competitor and channel.",
            standing="secondary",
            standing_ru="unconfirmed",
        ),
        Row(
            "special_market",
            "Special market relationships",
            "Специальные рыночные отношения",
            "R4 to R17: sides of the classic ones that deserve a look of their own.",
            standing="secondary",
            standing_ru="unconfirmed",
        ),
        Row(
            "mega",
            "Mega relationships",
            "Мегаотношения",
            "R18 to R23: above the market, in society and between states.",
            standing="secondary",
            standing_ru="unconfirmed",
        ),
        Row(
            "nano",
            "Nano relationships",
            "Наноотношения",
            "R24 to R30: below the market, within the firm.",
            standing="secondary",
            standing_ru="unconfirmed",
        ),
    ),
    unmatched=(
        ("r08", "a property of a relationship, not a party"),
        ("r12", "a way in which any relationship is carried, not a party"),
        ("r13", "a tie to a symbol, which no taxonomy of stakeholders counts as one"),
        ("r17", "an illicit network, which no taxonomy of stakeholders counts as one"),
    ),
)
"""The thirty relationships in four groups, each with its edge policy. Gummesson (1999)."""


def edge_policy(code: str) -> EdgePolicy:
    """Return how a relationship of 30R is kept in a network.

    Raises:
        InvalidData: if ``code`` is none of :data:`THIRTY_R`.

    Examples:
        >>> edge_policy("r09"), edge_policy(ThirtyR.R2_CLASSIC_TRIAD)
        (<EdgePolicy.EDGE_STATE: 'edge_state'>, <EdgePolicy.HYPEREDGE: 'hyperedge'>)

    Reference:
        The thirty relationships are those of Gummesson, E. (1999), Total Relationship Marketing; the policy is ours.

    """
    return EdgePolicy(THIRTY_R[code].trait("edge_policy"))
