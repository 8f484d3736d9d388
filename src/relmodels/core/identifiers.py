"""Identifiers and codes as records carry them: who is meant, in which country, in which money, in which language.

The shape of a code is checked by a pattern. Whether a country, currency or language exists, and whether the check
digits of an LEI, INN, OGRN or VAT number fit, is looked up in well-kept libraries, which the extra ``codes`` installs;
a record that carries such a code cannot be made without them, so that what is stored was always checked.
Intervals of validity are half-open: the first day is in, the last is out, and ``None`` is open.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Annotated, Final, Self, TypeAlias
from uuid import UUID, uuid4, uuid5

from pydantic import AfterValidator, Field, model_validator

from relmodels.core.errors import MissingExtra
from relmodels.core.record import Record

__all__ = [
    "INN",
    "LEI",
    "OGRN",
    "VAT",
    "Country",
    "Currency",
    "Email",
    "ExternalId",
    "Industry",
    "LanguageTag",
    "Money",
    "Phone",
    "Subdivision",
    "Text",
    "Url",
    "identity",
    "in_force",
    "new_identity",
    "ordered",
]

_NAMESPACE: Final = UUID("5a2cd0f5-4a57-5a3c-9a0e-0d7c1f6b8e11")


def _library(module: str, library: str) -> ModuleType:
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtra(library=library, extra="codes") from error


@cache
def _listed(table: str, attribute: str) -> frozenset[str]:
    rows = getattr(_library("pycountry", "pycountry"), table)
    return frozenset(getattr(row, attribute) for row in rows)


def _country(value: str) -> str:
    return _member(value, _listed("countries", "alpha_2"), "no country of ISO 3166-1 has this code")


def _subdivision(value: str) -> str:
    return _member(value, _listed("subdivisions", "code"), "no subdivision of ISO 3166-2 has this code")


def _currency(value: str) -> str:
    return _member(value, _listed("currencies", "alpha_3"), "no currency of ISO 4217 has this code")


def _member(value: str, codes: frozenset[str], problem: str) -> str:
    if value not in codes:
        raise ValueError(problem)
    return value


@cache
def _is_language(value: str) -> bool:
    return bool(_library("langcodes", "langcodes").tag_is_valid(value))


def _language(value: str) -> str:
    if not _is_language(value):
        message = "this is no language tag of BCP 47"
        raise ValueError(message)
    return value


def _digits(module: str, value: str, problem: str) -> str:
    if not _library(module, "python-stdnum").is_valid(value):
        raise ValueError(problem)
    return value


def _lei(value: str) -> str:
    return _digits("stdnum.lei", value, "the check digits of the LEI do not fit")


def _inn(value: str) -> str:
    return _digits("stdnum.ru.inn", value, "the check digits of the INN do not fit")


def _ogrn(value: str) -> str:
    return _digits("stdnum.ru.ogrn", value, "the check digit of the OGRN does not fit")


def _vat(value: str) -> str:
    return _digits("stdnum.eu.vat", value, "this is no VAT number of a member state; keep others as external ids")


Text: TypeAlias = Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"\S")]
Country: TypeAlias = Annotated[str, Field(pattern=r"^[A-Z]{2}$"), AfterValidator(_country)]
Subdivision: TypeAlias = Annotated[str, Field(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$"), AfterValidator(_subdivision)]
Currency: TypeAlias = Annotated[str, Field(pattern=r"^[A-Z]{3}$"), AfterValidator(_currency)]
LanguageTag: TypeAlias = Annotated[
    str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"), AfterValidator(_language)
]
LEI: TypeAlias = Annotated[str, Field(pattern=r"^[A-Z0-9]{18}[0-9]{2}$"), AfterValidator(_lei)]
INN: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{10}([0-9]{2})?$"), AfterValidator(_inn)]
OGRN: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{13}([0-9]{2})?$"), AfterValidator(_ogrn)]
VAT: TypeAlias = Annotated[str, Field(pattern=r"^[A-Z]{2}[0-9A-Z+*]{2,12}$"), AfterValidator(_vat)]
Phone: TypeAlias = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{1,14}$")]
Email: TypeAlias = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]
Url: TypeAlias = Annotated[str, Field(pattern=r"^https?://\S+$", max_length=2000)]


def identity(system: str, value: str) -> UUID:
    """Return the identity of what a foreign system calls ``value``: the same every time (UUID version 5).

    Examples:
        >>> identity("crm", "0042") == identity("crm", "0042"), identity("crm", "0042") == identity("erp", "0042")
        (True, False)

    """
    return uuid5(_NAMESPACE, json.dumps([system, value], ensure_ascii=False))


def new_identity() -> UUID:
    """Return an identity that nothing has yet, at random (UUID version 4).

    Examples:
        >>> new_identity().version
        4

    """
    return uuid4()


def in_force(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Return whether ``day`` lies in the half-open interval: the first day is in, the last is out.

    Examples:
        >>> in_force(date(2026, 1, 1), date(2026, 2, 1), date(2026, 2, 1))
        False

    """
    return (valid_from is None or valid_from <= day) and (valid_to is None or day < valid_to)


def ordered(valid_from: date | None, valid_to: date | None) -> None:
    """Check that an interval holds at least one day.

    Raises:
        ValueError: if it ends on its first day or before.

    """
    if valid_from is not None and valid_to is not None and valid_to <= valid_from:
        message = f"valid_to = {valid_to} is not after valid_from = {valid_from}; the last day is the first one out"
        raise ValueError(message)


class ExternalId(Record):
    """What another system calls a record, and when it does.

    Examples:
        >>> ExternalId(system="crm", value="0042").value
        '0042'

    """

    system: Text
    value: Text
    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        ordered(self.valid_from, self.valid_to)
        return self


class Industry(Record):
    """A code of an industry with its scheme: ISIC, NACE, ОКВЭД 2.

    Examples:
        >>> Industry(scheme="NACE 2", code="10.83").code
        '10.83'

    """

    scheme: Text
    code: Text


class Money(Record):
    """An amount in a currency; a decimal number, written as text in JSON, never rounded.

    Examples:
        >>> Money(amount=Decimal("12.50"), currency="EUR").to_json()
        '{"amount":"12.50","currency":"EUR"}'

    """

    amount: Annotated[Decimal, Field(allow_inf_nan=False, max_digits=30)]
    currency: Currency
