"""The base of everything that crosses a boundary as JSON: parties, relationships, plans, scorecards, payloads of a CRM.

A record is frozen, refuses unknown fields, converts nothing silently and holds no arrays.
Types that recur, with their constraints, are written as aliases, so that a record is a list of declarations:

    Code = Annotated[str, Field(pattern=r"^[a-z0-9_.]+$")]

"""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from relmodels.core.errors import InvalidData

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = ["KEEP_PERSONAL", "Record", "problems_of"]

KEEP_PERSONAL: Final = "keep personal data"
_LARGEST: Final = 10_000_000
_SHOWN: Final = 60


class Record(BaseModel):
    """A frozen value that is written as JSON and read back unchanged.

    Read from JSON, a faulty record raises :class:`~relmodels.core.errors.InvalidData` with one sentence a field.
    Made in Python from wrong types, it raises pydantic's own ``ValidationError``; both are ``ValueError``.

    Examples:
        >>> class Contact(Record):
        ...     name: str
        ...     calls: int = 0
        >>> Contact.from_json('{"name": "Anna", "calls": 2}')
        Contact(name='Anna', calls=2)
        >>> Contact.from_json('{"calls": "two", "fax": 1}')
        Traceback (most recent call last):
        relmodels.core.errors.InvalidData: 3 problems:
          - Contact: name is missing
          - Contact: calls = 'two' is not usable: input should be a valid integer
          - Contact: fax is not a field; the fields are name, calls

    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True
    )

    def to_json(self, *, personal: Literal["leave_out", "keep"] = "leave_out") -> str:
        """Return the record as JSON text.

        A record that says nothing about a person comes back equal from :meth:`from_json`; one that does, only if its
        personal fields are kept.

        Args:
            personal: whether fields about persons are left out, wherever they lie, or kept.

        Examples:
            >>> class Contact(Record):
            ...     name: str
            >>> Contact(name="Anna").to_json()
            '{"name":"Anna"}'

        """
        return self.model_dump_json(context=KEEP_PERSONAL if personal == "keep" else None)

    @classmethod
    def from_json(cls, text: str | bytes, *, largest: int = _LARGEST) -> Self:
        """Return the record written in ``text``.

        Args:
            text: JSON as :meth:`to_json` writes it.
            largest: how many characters or bytes are accepted; a foreign payload should not fill the memory.

        Raises:
            InvalidData: if ``text`` is too large, is no JSON, or any field is missing, unknown or wrong; all are named.

        """
        if len(text) > largest:
            message = (
                f"{cls.__name__}: the text is {len(text)} long, at most {largest} is read; raise `largest` if it should"
            )
            raise InvalidData(message)
        try:
            with _without_collection():
                return cls.model_validate_json(text)
        except ValidationError as error:
            raise InvalidData(problems_of(cls, error)) from error


def problems_of(cls: type[Record], error: ValidationError) -> list[str]:
    """Return a sentence for each fault that pydantic found in a record, with its path."""
    details = error.errors(include_url=False)
    said = [sentence for detail in details for sentence in _sentences(cls, detail)]
    return [f"{cls.__name__}: {sentence}" for sentence in said]


@contextmanager
def _without_collection() -> Generator[None]:
    # Half of the time that a network of 100,000 relationships takes to read would go into looking for cycles, of which
    # records have none.
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _sentences(cls: type[Record], detail: ErrorDetails) -> list[str]:
    cause = detail.get("ctx", {}).get("error")
    if not isinstance(cause, InvalidData):
        return [_sentence(cls, detail)]
    # A check of a whole record that found several faults has a sentence for each.
    path = _path(detail["loc"])
    return [f"{path}: {problem}" if path else problem for problem in cause.problems]


def _sentence(cls: type[Record], detail: ErrorDetails) -> str:
    path = _path(detail["loc"])
    if detail["type"] == "missing":
        return f"{path} is missing"
    if detail["type"] == "extra_forbidden":
        # Only the outermost record's fields are known here; of an inner one its own schema speaks.
        known = f"; the fields are {', '.join(cls.model_fields)}" if len(detail["loc"]) == 1 else ""
        return f"{path} is not a field{known}"
    reason = detail["msg"].removeprefix("Value error, ")
    if not path:
        return reason
    return f"{path} = {_shortened(detail['input'])} is not usable: {reason[:1].lower()}{reason[1:]}"


def _path(location: tuple[int | str, ...]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return "".join(steps).removeprefix(".")


def _shortened(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
