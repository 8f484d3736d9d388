"""The six markets of a firm: customers, referrers, suppliers and allies, influencers, recruits, and its own people.

The model asks a firm to plan its relationships with six markets at once, the customer market in the middle.
One group may sit in several markets; somebody who introduces customers for the fee is an intermediary and no referrer.
The table of 1998 to 2005 is the default; the first one of 1991 had the internal market in the middle and no alliances,
Peck's of 1997 has consumers in the middle and neither referral nor recruitment markets.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from relmodels.core.taxonomy import Row, Taxonomy
from relmodels.stakeholders.sources import CHRISTOPHER_1991, JUDD_1987, PECK_1999

__all__ = ["SIX_MARKETS", "SIX_MARKETS_1991", "SIX_MARKETS_PECK_1997", "SPIDERGRAM_AXES", "SixMarket"]


class SixMarket(StrEnum):
    """The codes of :data:`SIX_MARKETS`, for completion."""

    CUSTOMER = "six.customer"
    REFERRAL = "six.referral"
    SUPPLIER_ALLIANCE = "six.supplier_alliance"
    INFLUENCE = "six.influence"
    RECRUITMENT = "six.recruitment"
    INTERNAL = "six.internal"
    CUSTOMER_BUYERS = "six.customer.buyers"
    CUSTOMER_INTERMEDIARIES = "six.customer.intermediaries"
    CUSTOMER_CONSUMERS = "six.customer.consumers"
    CUSTOMER_EXISTING = "six.customer.existing"
    CUSTOMER_NEW = "six.customer.new"
    REFERRAL_ADVOCACY = "six.referral.customer.advocacy"
    REFERRAL_BASE_DEVELOPMENT = "six.referral.customer.base_development"
    REFERRAL_GENERAL = "six.referral.non_customer.general"
    REFERRAL_RECIPROCAL = "six.referral.non_customer.reciprocal"
    REFERRAL_INCENTIVE = "six.referral.non_customer.incentive"
    REFERRAL_STAFF = "six.referral.non_customer.staff"
    SUPPLIER_ALLIANCE_SUPPLIERS = "six.supplier_alliance.suppliers"
    SUPPLIER_ALLIANCE_ALLIANCES = "six.supplier_alliance.alliances"
    INFLUENCE_FINANCIAL_INVESTOR = "six.influence.financial_investor"
    INFLUENCE_UNIONS = "six.influence.unions"
    INFLUENCE_INDUSTRY_BODIES = "six.influence.industry_bodies"
    INFLUENCE_REGULATORY = "six.influence.regulatory"
    INFLUENCE_PRESS_MEDIA = "six.influence.press_media"
    INFLUENCE_USER_EVALUATOR = "six.influence.user_evaluator"
    INFLUENCE_ENVIRONMENTAL = "six.influence.environmental"
    INFLUENCE_POLITICAL_GOVERNMENT = "six.influence.political_government"
    INFLUENCE_COMPETITORS = "six.influence.competitors"
    RECRUITMENT_CANDIDATES = "six.recruitment.candidates"
    RECRUITMENT_CHANNELS = "six.recruitment.channels"
    INTERNAL_CONTACTORS = "six.internal.contactors"
    INTERNAL_MODIFIERS = "six.internal.modifiers"
    INTERNAL_INFLUENCERS = "six.internal.influencers"
    INTERNAL_ISOLATEDS = "six.internal.isolateds"


SIX_MARKETS: Final = Taxonomy(
    "Six markets model",
    PECK_1999,
    (
        Row(
            "six.customer",
            "Customer markets",
            "Рынки потребителей",
            "Who buys: the market that all others serve.",
            traits=(("value", "source of revenue"),),
            standing_ru="unconfirmed",
        ),
        Row(
            "six.referral",
            "Referral markets",
            "Рынки рекомендаций (реферальные)",
            "Who recommends the firm without living from it.",
            traits=(("value", "lowers the cost of acquisition, transfers trust"),),
            standing_ru="unconfirmed",
        ),
        Row(
            "six.supplier_alliance",
            "Supplier and alliance markets",
            "Рынки поставщиков и альянсов",
            "Who supplies the firm, and who shares competence with it.",
            traits=(("value", "inputs, capabilities, cost, innovation"),),
            standing_ru="unconfirmed",
        ),
        Row(
            "six.influence",
            "Influence markets",
            "Рынки влияния",
            "Who can help or hinder the firm without trading with it; no formal stake is needed.",
            traits=(("value", "licence to operate, reputation"),),
            standing_ru="unconfirmed",
        ),
        Row(
            "six.recruitment",
            "Recruitment (employee) markets",
            "Рынки рабочей силы (найма персонала)",
            "Who might work for the firm, and who leads them to it.",
            traits=(("value", "quality of future delivery"),),
            standing_ru="unconfirmed",
        ),
        Row(
            "six.internal",
            "Internal markets",
            "Внутренние рынки",
            "Those within the firm who serve each other, so that it can serve the other markets.",
            traits=(("value", "integrates the other markets"),),
            standing_ru="unconfirmed",
        ),
        Row(
            "six.customer.buyers",
            "Buyers",
            "Покупатели (прямые)",
            "They buy from the firm itself.",
            parent="six.customer",
            traits=(("axis", "kind"),),
        ),
        Row(
            "six.customer.intermediaries",
            "Intermediaries",
            "Посредники",
            "They buy to sell on, or bring customers for a fee.",
            parent="six.customer",
            traits=(("axis", "kind"),),
            standing_ru="unconfirmed",
        ),
        Row(
            "six.customer.consumers",
            "Consumers",
            "Конечные потребители",
            "They use what was bought.",
            parent="six.customer",
            traits=(("axis", "kind"),),
            standing_ru="unconfirmed",
        ),
        Row(
            "six.customer.existing",
            "Existing customers",
            "Существующие клиенты",
            "They buy already; the second division of the market.",
            parent="six.customer",
            traits=(("axis", "existing or new"),),
            standing_ru="unconfirmed",
        ),
        Row(
            "six.customer.new",
            "New customers",
            "Новые клиенты",
            "They are to be won; the second division of the market.",
            parent="six.customer",
            traits=(("axis", "existing or new"),),
            standing_ru="unconfirmed",
        ),
        Row(
            "six.referral.customer.advocacy",
            "Advocacy referrals (customer-initiated)",
            "Рекомендации сторонников (инициатива клиента)",
            "Customers recommend the firm of their own accord.",
            parent="six.referral",
            traits=(("branch", "customer"),),
        ),
        Row(
            "six.referral.customer.base_development",
            "Customer-base development (company-initiated)",
            "Развитие клиентской базы (инициатива компании)",
            "The firm asks customers to recommend it.",
            parent="six.referral",
            traits=(("branch", "customer"),),
        ),
        Row(
            "six.referral.non_customer.general",
            "General referrals",
            "Общие рекомендации",
            "Others recommend the firm because they know it is good.",
            parent="six.referral",
            traits=(("branch", "non_customer"),),
        ),
        Row(
            "six.referral.non_customer.reciprocal",
            "Reciprocal referrals",
            "Взаимные рекомендации",
            "Two firms recommend each other.",
            parent="six.referral",
            traits=(("branch", "non_customer"),),
        ),
        Row(
            "six.referral.non_customer.incentive",
            "Incentive-based referrals",
            "Рекомендации за вознаграждение",
            "Others recommend the firm and are rewarded.",
            parent="six.referral",
            traits=(("branch", "non_customer"),),
        ),
        Row(
            "six.referral.non_customer.staff",
            "Staff referrals",
            "Рекомендации сотрудников",
            "Those who work in the firm, or did, recommend it.",
            parent="six.referral",
            traits=(("branch", "non_customer"),),
        ),
        Row(
            "six.supplier_alliance.suppliers",
            "Suppliers (vertical; physical resources, sometimes with services)",
            "Поставщики (вертикальные связи)",
            "They stand before the firm in the chain and provide things.",
            parent="six.supplier_alliance",
        ),
        Row(
            "six.supplier_alliance.alliances",
            "Alliance partners (horizontal; competences, knowledge)",
            "Партнёры по альянсам (горизонтальные связи)",
            "They stand beside the firm and provide what they know.",
            parent="six.supplier_alliance",
        ),
        Row(
            "six.influence.financial_investor",
            "Financial and investor groups",
            "Финансовые и инвестиционные группы",
            "Analysts, investors, rating agencies, the exchange.",
            parent="six.influence",
            traits=(("figure_4_2", "financial and investor groups"),),
        ),
        Row(
            "six.influence.unions",
            "Unions",
            "Профсоюзы",
            "Unions and unofficial groups of workers.",
            parent="six.influence",
            traits=(("figure_4_2", "unions and industry bodies"),),
            standing_ru="unconfirmed",
        ),
        Row(
            "six.influence.industry_bodies",
            "Industry bodies",
            "Отраслевые объединения",
            "Chambers of commerce and trade associations.",
            parent="six.influence",
            traits=(("figure_4_2", "unions and industry bodies"),),
            standing_ru="unconfirmed",
        ),
        Row(
            "six.influence.regulatory",
            "Regulatory bodies",
            "Регулирующие органы",
            "Those who supervise markets, safety or the environment by law.",
            parent="six.influence",
            traits=(("figure_4_2", "political, government and regulatory"),),
            standing_ru="unconfirmed",
        ),
        Row(
            "six.influence.press_media",
            "Business press and media",
            "Деловая пресса и СМИ",
            "Trade, national and business press, media for consumers.",
            parent="six.influence",
            traits=(("figure_4_2", "business press and media"),),
            standing_ru="unconfirmed",
        ),
        Row(
            "six.influence.user_evaluator",
            "User and evaluator groups",
            "Группы пользователей и экспертов",
            "Clubs of users, surveys and testers.",
            parent="six.influence",
            traits=(("figure_4_2", "user and evaluator groups"),),
        ),
        Row(
            "six.influence.environmental",
            "Environmental groups",
            "Экологические группы",
            "Groups that speak for nature or for consumers.",
            parent="six.influence",
            traits=(("figure_4_2", "environmental groups"),),
            standing_ru="unconfirmed",
        ),
        Row(
            "six.influence.political_government",
            "Political and government groups",
            "Политические и государственные группы",
            "Governments, local authorities, members of parliament, lobbyists.",
            parent="six.influence",
            traits=(("figure_4_2", "political, government and regulatory"),),
            standing_ru="unconfirmed",
        ),
        Row(
            "six.influence.competitors",
            "Competitors",
            "Конкуренты",
            "Rivals of today and of tomorrow.",
            parent="six.influence",
            traits=(("figure_4_2", "competitors"),),
            standing_ru="unconfirmed",
        ),
        Row(
            "six.recruitment.candidates",
            "Potential employees",
            "Потенциальные сотрудники",
            "Candidates of every level, from the board to the shop floor.",
            parent="six.recruitment",
        ),
        Row(
            "six.recruitment.channels",
            "Third parties and channels",
            "Посредники найма и каналы",
            "Agencies, advertising, universities and the firm's own staff as recruiters.",
            parent="six.recruitment",
        ),
        Row(
            "six.internal.contactors",
            "Contactors",
            "Контактный персонал",
            "They meet customers often and sell or serve.",
            parent="six.internal",
            source=JUDD_1987,
        ),
        Row(
            "six.internal.modifiers",
            "Modifiers",
            "Модификаторы",
            "They meet customers often without selling, as receptionists do.",
            parent="six.internal",
            source=JUDD_1987,
        ),
        Row(
            "six.internal.influencers",
            "Influencers",
            "Влияющие (без прямого контакта)",
            "They shape what is offered and seldom meet customers.",
            parent="six.internal",
            source=JUDD_1987,
        ),
        Row(
            "six.internal.isolateds",
            "Isolateds",
            "Изолированный персонал",
            "They neither meet customers nor shape the offer, and support those who do.",
            parent="six.internal",
            source=JUDD_1987,
        ),
    ),
    name_ru="Модель шести рынков",
    key="six_markets",
    version="1998_2005",
    center="six.customer",
)
"""The six markets of 1998 to 2005 with all their divisions. Peck, Payne, Christopher & Clark (1999)."""

SIX_MARKETS_1991: Final = Taxonomy(
    "Six markets model of 1991",
    CHRISTOPHER_1991,
    (
        Row(
            "six.customer",
            "Customer markets",
            "Рынки потребителей",
            "Who buys: the market that all others serve.",
            standing="secondary",
            standing_ru="unconfirmed",
        ),
        Row(
            "six.referral",
            "Referral markets",
            "Рынки рекомендаций (реферальные)",
            "Who recommends the firm without living from it.",
            standing="secondary",
            standing_ru="unconfirmed",
        ),
        Row(
            "six.supplier",
            "Supplier markets",
            "Рынки поставщиков",
            "Who supplies the firm.",
            standing="secondary",
            standing_ru="ours",
        ),
        Row(
            "six.influence",
            "Influence markets",
            "Рынки влияния",
            "Who can help or hinder the firm without trading with it; no formal stake is needed.",
            standing="secondary",
            standing_ru="unconfirmed",
        ),
        Row(
            "six.recruitment",
            "Recruitment (employee) markets",
            "Рынки рабочей силы (найма персонала)",
            "Who might work for the firm, and who leads them to it.",
            standing="secondary",
            standing_ru="unconfirmed",
        ),
        Row(
            "six.internal",
            "Internal markets",
            "Внутренние рынки",
            "Those within the firm who serve each other, so that it can serve the other markets.",
            standing="secondary",
            standing_ru="unconfirmed",
        ),
    ),
    name_ru="Модель шести рынков 1991 года",
    key="six_markets",
    version="1991",
    center="six.internal",
)
"""The first version, the internal market in the middle. Christopher, Payne & Ballantyne (1991)."""

SIX_MARKETS_PECK_1997: Final = Taxonomy(
    "Six markets model as adapted by Peck, 1997",
    PECK_1999,
    (
        Row(
            "six.consumer",
            "Consumer markets",
            "Рынки потребителей",
            "Who uses the product in the end: the middle of the figure.",
        ),
        Row("six.intermediary", "Intermediary markets", "Рынки посредников", "Who buys to sell on."),
        Row("six.supplier", "Supplier markets", "Рынки поставщиков", "Who supplies the firm."),
        Row("six.alliance", "Alliance markets", "Рынки альянсов", "Who shares competence with the firm."),
        Row("six.influencer", "Influencer markets", "Рынки влияния", "Who helps or hinders without trading."),
        Row("six.internal", "Internal markets", "Внутренние рынки", "Those within the firm who serve each other."),
    ),
    name_ru="Модель шести рынков в редакции Пек, 1997",
    key="six_markets",
    version="peck_1997",
    center="six.consumer",
)
"""Peck's version of 1997, the consumer in the middle, as printed in Peck et al. (1999)."""

SPIDERGRAM_AXES: Final = (
    SixMarket.CUSTOMER_EXISTING,
    SixMarket.CUSTOMER_NEW,
    SixMarket.REFERRAL,
    SixMarket.SUPPLIER_ALLIANCE,
    SixMarket.INFLUENCE,
    SixMarket.RECRUITMENT,
    SixMarket.INTERNAL,
)
"""The seven axes of the spidergram, in its order: the customer market is split into existing and new."""
