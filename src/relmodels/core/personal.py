"""What in a record is about a person, kept out of exports and replaced by keyed hashes.

A field is marked where it is declared, in the metadata that also shows in the JSON Schema: ``personal`` says how the
field is made unrecognizable. An export leaves marked fields out unless it is told to keep them. A pseudonym is a keyed
hash (HMAC with SHA-256): the same text gives the same pseudonym under one key, so that joins survive, and without the
key nobody can tell whom it stands for, not even by trying names. Identities made of a foreign key can be guessed, and
are replaced as well, wherever they occur.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias, TypeVar
from uuid import UUID

from pydantic import Field
from pydantic.fields import FieldInfo

from relmodels.core.errors import InvalidParameters
from relmodels.core.record import KEEP_PERSONAL, Record

__all__ = [
    "PERSONAL_DATE",
    "PERSONAL_EMAIL",
    "PERSONAL_ID",
    "PERSONAL_PHONE",
    "PERSONAL_TEXT",
    "SENSITIVE",
    "marked",
    "pseudonymized",
    "without_marked",
]

RecordT = TypeVar("RecordT", bound=Record)
Mark: TypeAlias = Literal["text", "email", "phone", "date", "id", "sensitive"]

PERSONAL_TEXT: Final[Any] = Field(json_schema_extra={"personal": "text"})
PERSONAL_EMAIL: Final[Any] = Field(json_schema_extra={"personal": "email"})
PERSONAL_PHONE: Final[Any] = Field(json_schema_extra={"personal": "phone"})
PERSONAL_DATE: Final[Any] = Field(json_schema_extra={"personal": "date"})
# An id points at a party, who may be a person; exports keep it, pseudonyms replace it.
PERSONAL_ID: Final[Any] = Field(json_schema_extra={"personal": "id"})
# Nobody outside should see it in any form: it is left out by exports and by pseudonyms.
SENSITIVE: Final[Any] = Field(json_schema_extra={"personal": "sensitive"})

_SHORTEST: Final = 16
_LETTERS: Final = 16


def marked(record: type[Record]) -> dict[str, str]:
    """Return the fields of a record that are about a person, each with its mark.

    Examples:
        >>> from relmodels.core.party import Person
        >>> marked(Person)["email"]
        'email'

    """
    found = {name: _mark(field) for name, field in record.model_fields.items()}
    return {name: mark for name, mark in found.items() if mark}


def _mark(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    return str(extra.get("personal", "")) if isinstance(extra, Mapping) else ""


def without_marked(record: type[Record], fields: dict[str, Any], context: object) -> dict[str, Any]:
    """Return the fields of a serialized record that an export may show."""
    if context == KEEP_PERSONAL:
        return fields
    hidden = {name for name, mark in marked(record).items() if mark != "id"}
    return {name: value for name, value in fields.items() if name not in hidden}


def pseudonymized(record: RecordT, key: bytes) -> RecordT:
    """Return the record with everything about persons replaced by keyed hashes, however deep it lies.

    Names and other texts become ``p-`` and sixteen hexadecimal digits, addresses ``<digits>@pseudonym.invalid``,
    numbers ``+999...`` (a country code that is not given out); dates and sensitive fields are left out; identities of
    parties become others, the same wherever they occur.

    Args:
        record: any record: a person, a relationship, a whole network.
        key: at least 16 secret bytes; whoever has them can link pseudonyms to names.

    Raises:
        InvalidParameters: if the key is no bytes or too short.

    Examples:
        >>> from relmodels.core.party import Person
        >>> anna = Person.from_external("crm", "0042", name="Anna", email="anna@example.org")
        >>> hidden = pseudonymized(anna, b"sixteen secret b")
        >>> hidden.name == pseudonymized(anna, b"sixteen secret b").name, hidden.email[-18:], hidden.id == anna.id
        (True, '@pseudonym.invalid', False)

    """
    if not isinstance(key, bytes) or len(key) < _SHORTEST:  # type: ignore[redundant-expr]  # the caller may not check types
        message = f"key must be at least {_SHORTEST} secret bytes; make one with secrets.token_bytes(32) and keep it"
        raise InvalidParameters(message)
    return _hidden(record, key)


def _hidden(record: RecordT, key: bytes) -> RecordT:
    marks = marked(type(record))
    changed: dict[str, object] = {}
    for name in type(record).model_fields:
        value = getattr(record, name)
        changed[name] = _replaced(value, marks[name], key) if name in marks else _inside(value, key)
    return record.model_copy(
        update={name: value for name, value in changed.items() if value is not getattr(record, name)}
    )


def _inside(value: object, key: bytes) -> object:
    if isinstance(value, Record):
        return _hidden(value, key)
    if isinstance(value, tuple):
        return tuple(_inside(item, key) for item in value)
    return value


def _replaced(value: object, mark: str, key: bytes) -> object:
    if value is None or value == "":
        return value
    if isinstance(value, tuple):
        return () if mark in {"sensitive", "date"} else tuple(_replaced(item, mark, key) for item in value)
    if isinstance(value, dict):
        return {name: _replaced(item, mark, key) for name, item in value.items()}
    if isinstance(value, Record):
        return None if mark == "sensitive" else _all_texts(value, key)
    return _pseudonym(value, mark, key)


def _all_texts(record: Record, key: bytes) -> Record:
    texts = {name: value for name in type(record).model_fields if isinstance(value := getattr(record, name), str)}
    texts.pop("system", None)
    return record.model_copy(update={name: _pseudonym(value, "text", key) for name, value in texts.items()})


def _pseudonym(value: object, mark: str, key: bytes) -> object:
    digest = hmac.new(key, str(value).encode(), hashlib.sha256).digest()
    if mark == "id":
        return _other_identity(digest)
    if mark == "text":
        return f"p-{digest.hex()[:_LETTERS]}"
    if mark == "email":
        return f"{digest.hex()[:_LETTERS]}@pseudonym.invalid"
    if mark == "phone":
        return f"+999{int.from_bytes(digest[:8], 'big') % 10**11:011d}"
    return None


def _other_identity(digest: bytes) -> UUID:
    # Version 8 of RFC 9562, for identities made in a way of one's own; UUID() of Python 3.11 does not know it.
    octets = bytearray(digest[:16])
    octets[6] = octets[6] & 0x0F | 0x80
    octets[8] = octets[8] & 0x3F | 0x80
    return UUID(bytes=bytes(octets))
