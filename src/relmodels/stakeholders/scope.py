"""S.C.O.P.E.: the five constituencies of a firm that manages relationships, with the customer as the hub.

Suppliers, customers, owners, partners and employees: the firm centers on its customers and aligns the four other groups
so that together they create and deliver value. The order of the letters is a help to memory and no ranking.
Sub-roles are the usual ones and are not confirmed against the book; the trait ``record`` lists what a customer database
notes about a group and is ours.
Outside the model are governments, media, rivals, unions, candidates and those who refer customers; see
:data:`~relmodels.stakeholders.six_markets.SIX_MARKETS` for them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from relmodels.core.taxonomy import Row, Taxonomy
from relmodels.stakeholders.sources import BUTTLE_2004

__all__ = ["SCOPE", "Scope"]


class Scope(StrEnum):
    """The codes of :data:`SCOPE`, for completion."""

    SUPPLIERS = "scope.suppliers"
    CUSTOMERS = "scope.customers"
    OWNERS = "scope.owners"
    PARTNERS = "scope.partners"
    EMPLOYEES = "scope.employees"
    SUPPLIERS_GOODS = "scope.suppliers.goods"
    SUPPLIERS_SERVICES = "scope.suppliers.services"
    SUPPLIERS_FIRST_TIER = "scope.suppliers.first_tier"
    SUPPLIERS_LOWER_TIER = "scope.suppliers.lower_tier"
    CUSTOMERS_END_USER = "scope.customers.end_user"
    CUSTOMERS_BUYER = "scope.customers.buyer"
    CUSTOMERS_INTERMEDIARY = "scope.customers.intermediary"
    CUSTOMERS_PROSPECT = "scope.customers.prospect"
    CUSTOMERS_LAPSED = "scope.customers.lapsed"
    OWNERS_FOUNDER = "scope.owners.founder"
    OWNERS_INSTITUTION = "scope.owners.institution"
    OWNERS_PRIVATE = "scope.owners.private"
    OWNERS_EMPLOYEE_HOLDER = "scope.owners.employee_holder"
    OWNERS_LENDER = "scope.owners.lender"
    PARTNERS_ALLIANCE = "scope.partners.alliance"
    PARTNERS_BENCHMARKING = "scope.partners.benchmarking"
    PARTNERS_ADVOCATE = "scope.partners.advocate"
    PARTNERS_SPONSOR = "scope.partners.sponsor"
    PARTNERS_AGENT = "scope.partners.agent"
    PARTNERS_BROKER = "scope.partners.broker"
    PARTNERS_MANAGEMENT_CONTRACTOR = "scope.partners.management_contractor"
    PARTNERS_CONSORTIUM = "scope.partners.consortium"
    PARTNERS_FRANCHISEE = "scope.partners.franchisee"
    PARTNERS_LICENSEE = "scope.partners.licensee"
    EMPLOYEES_CONTACT = "scope.employees.contact"
    EMPLOYEES_SUPPORT = "scope.employees.support"
    EMPLOYEES_MANAGER = "scope.employees.manager"
    EMPLOYEES_FULL_TIME_MARKETER = "scope.employees.full_time_marketer"
    EMPLOYEES_PART_TIME_MARKETER = "scope.employees.part_time_marketer"


SCOPE: Final = Taxonomy(
    "S.C.O.P.E.",
    BUTTLE_2004,
    (
        Row(
            "scope.suppliers",
            "Suppliers",
            "Поставщики",
            "Who sells the firm the goods and services it works with.",
            traits=(
                ("letter", "S"),
                (
                    "record",
                    "spend, share of wallet given, contract terms, quality scores, single-source risk, switching cost",
                ),
            ),
            standing="secondary",
            standing_ru="secondary",
        ),
        Row(
            "scope.customers",
            "Customers",
            "Потребители (клиенты)",
            "Who buys or uses what the firm offers; the hub that the four other groups serve.",
            traits=(
                ("letter", "C"),
                (
                    "record",
                    "segment, phase, revenue, cost to serve, lifetime value, satisfaction, complaints, consents",
                ),
            ),
            standing="secondary",
            standing_ru="secondary",
        ),
        Row(
            "scope.owners",
            "Owners / investors",
            "Владельцы бизнеса (собственники, инвесторы)",
            "Who has put money at risk in the firm and may ask what became of it.",
            traits=(
                ("letter", "O"),
                (
                    "record",
                    "stake and class, horizon, expected return, voting and information rights, sentiment, meetings",
                ),
            ),
            standing="secondary",
            standing_ru="secondary",
        ),
        Row(
            "scope.partners",
            "Partners (other)",
            "Партнёры",
            "Who creates or delivers value together with the firm without being its supplier, owner or staff.",
            traits=(
                ("letter", "P"),
                ("record", "purpose, contributions, governance, investment, exclusivity, exit terms, joint customers"),
            ),
            standing="secondary",
            standing_ru="secondary",
        ),
        Row(
            "scope.employees",
            "Employees",
            "Персонал (сотрудники)",
            "Who works in the firm.",
            traits=(
                ("letter", "E"),
                ("record", "role and unit, contact with customers, tenure, engagement, skills, accounts owned"),
            ),
            standing="secondary",
            standing_ru="secondary",
        ),
        Row(
            "scope.suppliers.goods",
            "Suppliers of goods",
            "Поставщики товаров",
            "They deliver materials, parts and merchandise.",
            parent="scope.suppliers",
            standing="unconfirmed",
        ),
        Row(
            "scope.suppliers.services",
            "Suppliers of services",
            "Поставщики услуг",
            "They deliver work: transport, advertising, accounting, repair.",
            parent="scope.suppliers",
            standing="unconfirmed",
        ),
        Row(
            "scope.suppliers.first_tier",
            "First-tier suppliers",
            "Поставщики первого уровня",
            "They deliver to the firm itself.",
            parent="scope.suppliers",
            standing="unconfirmed",
        ),
        Row(
            "scope.suppliers.lower_tier",
            "Lower-tier suppliers",
            "Поставщики следующих уровней",
            "They deliver to the suppliers of the firm.",
            parent="scope.suppliers",
            standing="unconfirmed",
        ),
        Row(
            "scope.customers.end_user",
            "End users",
            "Конечные пользователи",
            "They use the product, whoever paid for it.",
            parent="scope.customers",
            standing="unconfirmed",
        ),
        Row(
            "scope.customers.buyer",
            "Buyers",
            "Покупатели",
            "They decide on the purchase and pay.",
            parent="scope.customers",
            standing="unconfirmed",
        ),
        Row(
            "scope.customers.intermediary",
            "Intermediaries",
            "Посредники",
            "They buy to sell on.",
            parent="scope.customers",
            standing="unconfirmed",
        ),
        Row(
            "scope.customers.prospect",
            "Prospects",
            "Потенциальные клиенты",
            "They have not bought yet.",
            parent="scope.customers",
            standing="unconfirmed",
        ),
        Row(
            "scope.customers.lapsed",
            "Lapsed customers",
            "Бывшие клиенты",
            "They have bought and seem to have stopped.",
            parent="scope.customers",
            standing="unconfirmed",
        ),
        Row(
            "scope.owners.founder",
            "Founders",
            "Основатели",
            "They started the firm and hold a part of it.",
            parent="scope.owners",
            standing="unconfirmed",
        ),
        Row(
            "scope.owners.institution",
            "Institutional shareholders",
            "Институциональные акционеры",
            "Funds, insurers and banks that hold shares.",
            parent="scope.owners",
            standing="unconfirmed",
        ),
        Row(
            "scope.owners.private",
            "Private shareholders",
            "Частные акционеры",
            "Persons who hold shares for themselves.",
            parent="scope.owners",
            standing="unconfirmed",
        ),
        Row(
            "scope.owners.employee_holder",
            "Employee shareholders",
            "Сотрудники-акционеры",
            "They work in the firm and hold shares of it.",
            parent="scope.owners",
            standing="unconfirmed",
        ),
        Row(
            "scope.owners.lender",
            "Lenders",
            "Кредиторы",
            "They lend to the firm.",
            parent="scope.owners",
            standing="unconfirmed",
        ),
        Row(
            "scope.partners.alliance",
            "Allies",
            "Партнёры по альянсам",
            "Firms, rivals or not, that build something with the firm.",
            parent="scope.partners",
            standing="unconfirmed",
        ),
        Row(
            "scope.partners.benchmarking",
            "Benchmarking partners",
            "Партнёры по бенчмаркингу",
            "Firms that compare their ways of working with the firm's.",
            parent="scope.partners",
            standing="unconfirmed",
        ),
        Row(
            "scope.partners.advocate",
            "Advocates",
            "Сторонники",
            "They speak for the firm where it is not heard itself.",
            parent="scope.partners",
            standing="unconfirmed",
        ),
        Row(
            "scope.partners.sponsor",
            "Sponsors",
            "Спонсоры",
            "They support an undertaking of the firm with money or name.",
            parent="scope.partners",
            standing="unconfirmed",
        ),
        Row(
            "scope.partners.agent",
            "Agents",
            "Агенты",
            "They sell in the name of the firm.",
            parent="scope.partners",
            standing="unconfirmed",
        ),
        Row(
            "scope.partners.broker",
            "Brokers",
            "Брокеры",
            "They bring buyers and the firm together.",
            parent="scope.partners",
            standing="unconfirmed",
        ),
        Row(
            "scope.partners.management_contractor",
            "Management contractors",
            "Управляющие подрядчики",
            "They run a part of the business under contract.",
            parent="scope.partners",
            standing="unconfirmed",
        ),
        Row(
            "scope.partners.consortium",
            "Consortia",
            "Консорциумы",
            "Groups of firms that bid or deliver as one.",
            parent="scope.partners",
            standing="unconfirmed",
        ),
        Row(
            "scope.partners.franchisee",
            "Franchisees",
            "Франчайзи",
            "They run the firm's concept at their own risk.",
            parent="scope.partners",
            standing="unconfirmed",
        ),
        Row(
            "scope.partners.licensee",
            "Licensees",
            "Лицензиаты",
            "They use the firm's rights for a fee.",
            parent="scope.partners",
            standing="unconfirmed",
        ),
        Row(
            "scope.employees.contact",
            "Contact staff",
            "Контактный персонал",
            "They meet customers at their work.",
            parent="scope.employees",
            standing="unconfirmed",
        ),
        Row(
            "scope.employees.support",
            "Support staff",
            "Вспомогательный персонал",
            "They serve those who meet customers.",
            parent="scope.employees",
            standing="unconfirmed",
        ),
        Row(
            "scope.employees.manager",
            "Managers",
            "Руководители",
            "They lead others.",
            parent="scope.employees",
            standing="unconfirmed",
        ),
        Row(
            "scope.employees.full_time_marketer",
            "Full-time marketers",
            "Штатные маркетологи",
            "Marketing and sales are their whole work.",
            parent="scope.employees",
            standing="unconfirmed",
        ),
        Row(
            "scope.employees.part_time_marketer",
            "Part-time marketers",
            "Маркетологи по совместительству",
            "They influence customers, though their work is another.",
            parent="scope.employees",
            standing="unconfirmed",
        ),
    ),
    name_ru="Модель S.C.O.P.E.",
    key="scope",
    version="2004",
    center="scope.customers",
)
"""The five constituencies with their usual sub-roles; the customer is the hub. Buttle (2004)."""
