"""Ten types of relationships around a firm, in the three versions that are taught.

Morgan and Hunt's ten forms of relational exchange, on four sides of the focal firm, are the default: Russian reviews
quote these as the ten. Doyle's core firm has nine of them and strategic alliances in place of organizations without
profit; his split of suppliers is derived from his total of ten. Kotler's ten players stand in two rings.
None of the three has owners but Kotler, whose financial firms come near them; numbers are the authors' own for Morgan
and Hunt and the order of the list for the others.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from relmodels.core.taxonomy import Row, Taxonomy
from relmodels.stakeholders.sources import DOYLE_1995_PAPER, KOTLER_1992_PAPER, MORGAN_HUNT_1994

__all__ = [
    "DOYLE_1995",
    "KOTLER_1992",
    "TEN_RELATIONSHIPS",
    "CoreFirmPartner",
    "TenRelationship",
    "TotalMarketingPlayer",
]


class TenRelationship(StrEnum):
    """The codes of :data:`TEN_RELATIONSHIPS`, Morgan and Hunt's, for completion."""

    GOODS_SUPPLIERS = "mh.goods_suppliers"
    SERVICE_SUPPLIERS = "mh.service_suppliers"
    COMPETITORS = "mh.competitors"
    NONPROFIT = "mh.nonprofit"
    GOVERNMENT = "mh.government"
    ULTIMATE_CUSTOMERS = "mh.ultimate_customers"
    INTERMEDIATE_CUSTOMERS = "mh.intermediate_customers"
    FUNCTIONAL_DEPARTMENTS = "mh.functional_departments"
    EMPLOYEES = "mh.employees"
    BUSINESS_UNITS = "mh.business_units"


class CoreFirmPartner(StrEnum):
    """The codes of :data:`DOYLE_1995`, for completion."""

    GOODS_SUPPLIERS = "doyle.goods_suppliers"
    SERVICE_SUPPLIERS = "doyle.service_suppliers"
    FINAL_CUSTOMERS = "doyle.final_customers"
    INTERMEDIATE_CUSTOMERS = "doyle.intermediate_customers"
    EMPLOYEES = "doyle.employees"
    FUNCTIONAL_DEPARTMENTS = "doyle.functional_departments"
    OTHER_SBUS = "doyle.other_sbus"
    COMPETITORS = "doyle.competitors"
    GOVERNMENTS = "doyle.governments"
    STRATEGIC_ALLIANCES = "doyle.strategic_alliances"


class TotalMarketingPlayer(StrEnum):
    """The codes of :data:`KOTLER_1992`, for completion."""

    SUPPLIERS = "kotler.suppliers"
    DISTRIBUTORS = "kotler.distributors"
    END_USERS = "kotler.end_users"
    EMPLOYEES = "kotler.employees"
    FINANCIAL_FIRMS = "kotler.financial_firms"
    GOVERNMENTS = "kotler.governments"
    MEDIA = "kotler.media"
    ALLIES = "kotler.allies"
    COMPETITORS = "kotler.competitors"
    GENERAL_PUBLIC = "kotler.general_public"


TEN_RELATIONSHIPS: Final = Taxonomy(
    "Ten forms of relational exchange",
    MORGAN_HUNT_1994,
    (
        Row(
            "mh.goods_suppliers",
            "Goods suppliers",
            "Поставщики товаров",
            "They sell the firm goods.",
            group="mh.side.supplier",
            traits=(("number", "1"),),
            standing="secondary",
            standing_ru="unconfirmed",
        ),
        Row(
            "mh.service_suppliers",
            "Services providers",
            "Поставщики услуг",
            "They sell the firm services, as advertising agencies do.",
            group="mh.side.supplier",
            traits=(("number", "2"),),
            standing="secondary",
            standing_ru="unconfirmed",
        ),
        Row(
            "mh.competitors",
            "Competitors (strategic alliances)",
            "Конкуренты (стратегические альянсы)",
            "Rivals with whom the firm is allied.",
            group="mh.side.lateral",
            traits=(("number", "3"),),
            standing="secondary",
            standing_ru="unconfirmed",
        ),
        Row(
            "mh.nonprofit",
            "Non-profit organizations",
            "Некоммерческие организации",
            "Organizations without profit with which the firm works together.",
            group="mh.side.lateral",
            traits=(("number", "4"),),
            standing="secondary",
            standing_ru="unconfirmed",
        ),
        Row(
            "mh.government",
            "Governments (joint R&D)",
            "Государство (правительство)",
            "States with which the firm does research and development.",
            group="mh.side.lateral",
            traits=(("number", "5"),),
            standing="secondary",
            standing_ru="unconfirmed",
        ),
        Row(
            "mh.ultimate_customers",
            "Ultimate customers",
            "Конечные потребители",
            "They use what the firm makes.",
            group="mh.side.buyer",
            traits=(("number", "6"),),
            standing="secondary",
            standing_ru="unconfirmed",
        ),
        Row(
            "mh.intermediate_customers",
            "Intermediate customers (channel)",
            "Промежуточные потребители (посредники)",
            "They buy to sell on: the channel.",
            group="mh.side.buyer",
            traits=(("number", "7"),),
            standing="secondary",
            standing_ru="unconfirmed",
        ),
        Row(
            "mh.functional_departments",
            "Functional departments",
            "Функциональные подразделения",
            "The departments of the firm, as partners of each other.",
            group="mh.side.internal",
            traits=(("number", "8"),),
            standing="secondary",
            standing_ru="unconfirmed",
        ),
        Row(
            "mh.employees",
            "Employees (internal marketing)",
            "Сотрудники",
            "Those who work in the firm, as customers of its internal marketing.",
            group="mh.side.internal",
            traits=(("number", "9"),),
            standing="secondary",
            standing_ru="unconfirmed",
        ),
        Row(
            "mh.business_units",
            "Business units",
            "Бизнес-единицы",
            "Units of the firm with a business of their own.",
            group="mh.side.internal",
            traits=(("number", "10"),),
            standing="secondary",
            standing_ru="unconfirmed",
        ),
    ),
    name_ru="Модель десяти типов отношений",
    key="ten_relationships",
    version="morgan_hunt_1994",
    groups=(
        Row(
            "mh.side.supplier",
            "Supplier partnerships",
            "Партнёрства с поставщиками",
            "Those who provide.",
            standing="secondary",
            standing_ru="ours",
        ),
        Row(
            "mh.side.lateral",
            "Lateral partnerships",
            "Боковые (латеральные) партнёрства",
            "Those who stand beside the firm.",
            standing="secondary",
            standing_ru="ours",
        ),
        Row(
            "mh.side.buyer",
            "Buyer partnerships",
            "Партнёрства с покупателями",
            "Those who buy.",
            standing="secondary",
            standing_ru="ours",
        ),
        Row(
            "mh.side.internal",
            "Internal partnerships",
            "Внутренние партнёрства",
            "Those within the firm.",
            standing="secondary",
            standing_ru="secondary",
        ),
    ),
)
"""The ten forms on four sides of the focal firm. Morgan & Hunt (1994)."""

DOYLE_1995: Final = Taxonomy(
    "Core firm and its partnerships",
    DOYLE_1995_PAPER,
    (
        Row(
            "doyle.goods_suppliers",
            "Goods suppliers",
            "Поставщики товаров",
            "They sell the core firm goods.",
            group="doyle.side.supplier",
            traits=(("number", "1"),),
            standing="derived",
        ),
        Row(
            "doyle.service_suppliers",
            "Services suppliers",
            "Поставщики услуг",
            "They sell the core firm services.",
            group="doyle.side.supplier",
            traits=(("number", "2"),),
            standing="derived",
        ),
        Row(
            "doyle.final_customers",
            "Final customers",
            "Конечные потребители",
            "They use what the core firm makes.",
            group="doyle.side.customer",
            traits=(("number", "3"),),
            standing="derived",
        ),
        Row(
            "doyle.intermediate_customers",
            "Intermediate customers / distributors",
            "Промежуточные потребители (дистрибьюторы)",
            "They buy to sell on.",
            group="doyle.side.customer",
            traits=(("number", "4"),),
            standing="derived",
        ),
        Row(
            "doyle.employees",
            "Employees",
            "Сотрудники",
            "Those who work in the core firm.",
            group="doyle.side.internal",
            traits=(("number", "5"),),
            standing="secondary",
        ),
        Row(
            "doyle.functional_departments",
            "Functional departments",
            "Функциональные подразделения",
            "The departments of the core firm.",
            group="doyle.side.internal",
            traits=(("number", "6"),),
            standing="secondary",
        ),
        Row(
            "doyle.other_sbus",
            "Other SBUs",
            "Другие стратегические бизнес-единицы",
            "The other strategic business units of the same firm.",
            group="doyle.side.internal",
            traits=(("number", "7"),),
            standing="secondary",
        ),
        Row(
            "doyle.competitors",
            "Competitors",
            "Конкуренты",
            "Rivals as partners.",
            group="doyle.side.external",
            traits=(("number", "8"),),
            standing="secondary",
        ),
        Row(
            "doyle.governments",
            "Governments",
            "Государственные органы",
            "States as partners.",
            group="doyle.side.external",
            traits=(("number", "9"),),
            standing="secondary",
        ),
        Row(
            "doyle.strategic_alliances",
            "Strategic alliances",
            "Стратегические альянсы",
            "Firms allied for a purpose.",
            group="doyle.side.external",
            traits=(("number", "10"),),
            standing="secondary",
        ),
    ),
    name_ru="Ключевая фирма и её партнёрства",
    key="ten_relationships",
    version="doyle_1995",
    groups=(
        Row(
            "doyle.side.supplier",
            "Supplier partnerships",
            "Партнёрства с поставщиками",
            "Those who provide.",
            standing="secondary",
            standing_ru="ours",
        ),
        Row(
            "doyle.side.customer",
            "Customer partnerships",
            "Партнёрства с потребителями",
            "Those who buy and use.",
            standing="secondary",
            standing_ru="ours",
        ),
        Row(
            "doyle.side.internal",
            "Internal partnerships",
            "Внутренние партнёрства",
            "Those within the firm.",
            standing="secondary",
            standing_ru="ours",
        ),
        Row(
            "doyle.side.external",
            "External partnerships",
            "Внешние партнёрства",
            "Those outside the chain from supplier to customer.",
            standing="secondary",
            standing_ru="ours",
        ),
    ),
)
"""The ten partners of the core firm. Doyle (1995)."""

KOTLER_1992: Final = Taxonomy(
    "Ten players of total marketing",
    KOTLER_1992_PAPER,
    (
        Row(
            "kotler.suppliers",
            "Suppliers",
            "Поставщики",
            "They sell to the company.",
            group="kotler.ring.task",
            traits=(("number", "1"),),
            standing="secondary",
        ),
        Row(
            "kotler.distributors",
            "Distributors",
            "Дистрибьюторы",
            "They carry the goods to those who use them.",
            group="kotler.ring.task",
            traits=(("number", "2"),),
            standing="secondary",
        ),
        Row(
            "kotler.end_users",
            "End users",
            "Конечные пользователи",
            "They use the goods.",
            group="kotler.ring.task",
            traits=(("number", "3"),),
            standing="secondary",
        ),
        Row(
            "kotler.employees",
            "Employees",
            "Сотрудники",
            "Those who work in the company.",
            group="kotler.ring.task",
            traits=(("number", "4"),),
            standing="secondary",
        ),
        Row(
            "kotler.financial_firms",
            "Financial firms",
            "Финансовые организации",
            "Banks and investors.",
            group="kotler.ring.macro",
            traits=(("number", "5"),),
            standing="secondary",
        ),
        Row(
            "kotler.governments",
            "Governments",
            "Государство",
            "States and their agencies.",
            group="kotler.ring.macro",
            traits=(("number", "6"),),
            standing="secondary",
        ),
        Row(
            "kotler.media",
            "Media",
            "СМИ",
            "Those who report.",
            group="kotler.ring.macro",
            traits=(("number", "7"),),
            standing="secondary",
        ),
        Row(
            "kotler.allies",
            "Allies",
            "Союзники",
            "Firms allied with the company.",
            group="kotler.ring.macro",
            traits=(("number", "8"),),
            standing="secondary",
        ),
        Row(
            "kotler.competitors",
            "Competitors",
            "Конкуренты",
            "Rivals of the company.",
            group="kotler.ring.macro",
            traits=(("number", "9"),),
            standing="secondary",
        ),
        Row(
            "kotler.general_public",
            "General public",
            "Широкая общественность",
            "Everybody else whose opinion counts.",
            group="kotler.ring.macro",
            traits=(("number", "10"),),
            standing="secondary",
        ),
    ),
    name_ru="Десять участников (total marketing)",
    key="ten_relationships",
    version="kotler_1992",
    groups=(
        Row(
            "kotler.ring.task",
            "Task environment",
            "Рабочая среда",
            "Those the company deals with every day.",
            standing="secondary",
            standing_ru="ours",
        ),
        Row(
            "kotler.ring.macro",
            "Macro environment",
            "Макросреда",
            "Those who set the conditions for it.",
            standing="secondary",
            standing_ru="ours",
        ),
    ),
)
"""The ten players in two rings. Kotler (1992)."""
