"""From a table with one relationship a row to the nodes and relationships of a network.

Nothing is dropped in silence: a code that no taxonomy has, a number that is none, a party of whom two rows say
different things, are faults, and all faults of a table are named at once with their rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar
from uuid import UUID

import numpy as np
from pydantic import ValidationError

from relmodels.core.errors import Problems
from relmodels.core.identifiers import ExternalId, Money, identity
from relmodels.core.party import Brand, Group, Organization, Person, Symbol
from relmodels.core.score import Score
from relmodels.core.taxonomy import Taxonomy
from relmodels.frames.columns import Coded, Columns, is_missing, require
from relmodels.frames.dates import day_of, written
from relmodels.frames.door import Lazy
from relmodels.frames.table import open_frame
from relmodels.stakeholders.relationship import Classification, Relationship
from relmodels.stakeholders.relationship_types import RELATIONSHIP_TYPES
from relmodels.stakeholders.tables import TAXONOMIES
from relmodels.stakeholders.ties import AnyNode

__all__ = ["Rows", "read_rows"]

ResultT = TypeVar("ResultT")
_NEEDED: Final = ("key", "name", "type")
_OPTIONAL: Final = ("name_ru", "kind", "country", "of", "strength", "since", "until", "benefit", "cost")
_KINDS: Final = ("person", "organization", "group", "brand", "symbol")
_INVERSES: Final = {item.inverse: code for code, item in RELATIONSHIP_TYPES.items() if not item.symmetric}


@dataclass(frozen=True, slots=True)
class Rows:
    """How a table is read: see :meth:`~relmodels.stakeholders.network.RelationshipNetwork.from_frame`."""

    system: str
    columns: dict[str, str]
    taxonomies: dict[str, Taxonomy] | None
    currency: str | None
    scale: tuple[float, float]
    method: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """A table on its way to a network: what was read of it, and what was wrong."""

    rules: Rows
    cells: dict[str, list[object]]
    tables: dict[str, Taxonomy]
    problems: Problems
    nodes: dict[str, AnyNode] = field(default_factory=dict)
    relationships: list[Relationship] = field(default_factory=list)
    times: Counter[str] = field(default_factory=Counter)

    def text(self, name: str, row: int) -> str:
        value = self.cells[name][row] if name in self.cells else None
        if value is None or is_missing(value):
            return ""
        # A column of whole numbers with a gap comes as floats; 17.0 is 17.
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()

    def note(self, row: int, problem: str) -> None:
        self.problems.add(f"row {row}: {problem}")


def read_rows(
    frame: object, focal: Person | Organization | Group, rules: Rows
) -> tuple[tuple[AnyNode, ...], tuple[Relationship, ...]]:
    """Return the nodes and relationships of a table; all its faults are raised at once."""
    problems = Problems("table of relationships")
    opened = open_frame(frame)
    table = opened.collect() if isinstance(opened, Lazy) else opened
    reading = _opened(table, rules, problems)
    problems.raise_if_any()
    for row in range(len(table)):
        _read_node(reading, row)
    for row in range(len(table)):
        _read_tie(reading, row, focal.id)
    problems.raise_if_any()
    return (focal, *reading.nodes.values()), tuple(reading.relationships)


def _opened(table: Columns, rules: Rows, problems: Problems) -> _Reading:
    present = [str(name) for name in table.columns]
    named = {name: rules.columns.get(name, name) for name in (*_NEEDED, *_OPTIONAL)}
    unknown = sorted(set(rules.columns) - named.keys())
    if unknown:
        problems.add(f"columns name {', '.join(unknown)}, which is not read; read are {', '.join(named)}")
    tables = rules.taxonomies
    if tables is None:
        first = {item.key: item for item in reversed(TAXONOMIES)}
        tables = {name: first[name] for name in present if name in first}
    wanted = [*(named[name] for name in _NEEDED), *(rules.columns.values()), *tables]
    require(dict.fromkeys(wanted), present, problems)
    cells = {name: _values(table, column) for name, column in named.items() if column in present}
    cells |= {name: _values(table, name) for name in tables if name in present}
    if rules.currency is None and ("benefit" in cells or "cost" in cells):
        problems.add("there are amounts in benefit or cost, and no currency; say which, as in currency='EUR'")
    return _Reading(rules, cells, tables, problems)


def _values(table: Columns, name: str) -> list[object]:
    column = table.key(name)
    if isinstance(column, Coded):
        return list(column.texts())
    array = np.asarray(column)
    return list(array) if array.dtype.kind == "M" else array.tolist()


def _read_node(reading: _Reading, row: int) -> None:
    key = reading.text("key", row)
    if not key:
        reading.note(row, "key is empty; every party needs one")
        return
    node = _checked(reading, row, lambda: _node(reading, row, key))
    if node is None:
        return
    before = reading.nodes.setdefault(key, node)
    if before != node:
        reading.note(row, f"key {key!r} stands in an earlier row with another name, kind or country; make them agree")


def _node(reading: _Reading, row: int, key: str) -> AnyNode:
    kind = reading.text("kind", row) or "organization"
    name, russian, country = reading.text("name", row), reading.text("name_ru", row), reading.text("country", row)
    names = {"ru": russian} if russian else {}
    system = reading.rules.system
    known, known_as = identity(system, key), (ExternalId(system=system, value=key),)
    if kind == "person":
        return Person(id=known, name=name or None, names=names, external_ids=known_as, country=country or None)
    if kind == "organization":
        return Organization(id=known, name=name, names=names, external_ids=known_as, country=country or None)
    if kind == "group":
        return Group(id=known, name=name, names=names, external_ids=known_as, country=country or None)
    if kind == "brand":
        return Brand(id=known, name=name, names=names)
    if kind == "symbol":
        return Symbol(id=known, name=name, names=names)
    message = f"kind = {kind!r} is unknown; use one of {', '.join(_KINDS)}"
    raise ValueError(message)


def _read_tie(reading: _Reading, row: int, focal: UUID) -> None:
    key, of = reading.text("key", row), reading.text("of", row)
    if of and of not in reading.nodes:
        reading.note(row, f"of = {of!r} is the key of no row; add a row for that party")
        return
    if key not in reading.nodes:
        return
    parts = _Parts(
        classifications=_classifications(reading, row),
        strength=_strength(reading, row),
        benefit=_money(reading, row, "benefit"),
        cost=_money(reading, row, "cost"),
        valid_from=_date(reading, row, "since"),
        valid_to=_date(reading, row, "until"),
    )
    named = reading.text("type", row)
    if named not in RELATIONSHIP_TYPES and named not in _INVERSES:
        reading.note(row, f"type = {named!r} is no type; use one of {', '.join((*RELATIONSHIP_TYPES, *_INVERSES))}")
        return
    end = reading.nodes[of].id if of else focal
    tie = _checked(reading, row, lambda: _tie(reading, row, (reading.nodes[key].id, end), parts))
    reading.relationships.extend([tie] if tie is not None else [])


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a row says of a relationship, each part read by itself so that every fault is noted."""

    classifications: tuple[Classification, ...]
    strength: Score | None
    benefit: Money | None
    cost: Money | None
    valid_from: date | None
    valid_to: date | None


def _tie(reading: _Reading, row: int, ends: tuple[UUID, UUID], parts: _Parts) -> Relationship:
    named = reading.text("type", row)
    code = _INVERSES.get(named, named)
    source, target = reversed(ends) if named in _INVERSES else ends
    # The same two parties may have the same tie twice, one after the other.
    known = f"{source} {code} {target}"
    reading.times[known] += 1
    again = f" {reading.times[known]}" if reading.times[known] > 1 else ""
    return Relationship(
        id=identity(reading.rules.system, known + again),
        source_id=source,
        target_id=target,
        type=code,
        classifications=parts.classifications,
        strength=parts.strength,
        benefit=parts.benefit,
        cost=parts.cost,
        valid_from=parts.valid_from,
        valid_to=parts.valid_to,
    )


def _classifications(reading: _Reading, row: int) -> tuple[Classification, ...]:
    found: list[Classification] = []
    for column, table in reading.tables.items():
        for code in reading.text(column, row).split():
            if code in table:
                found.append(Classification(taxonomy=table.key, version=table.version, code=code))
            else:
                reading.note(
                    row, f"{column} = {code!r} is no code of {table.name!r}; leave it empty where nothing fits"
                )
    return tuple(found)


def _number(reading: _Reading, row: int, name: str) -> float | None:
    text = reading.text(name, row)
    try:
        return float(text) if text else None
    except ValueError:
        reading.note(row, f"{name} = {text!r} is no number")
        return None


def _strength(reading: _Reading, row: int) -> Score | None:
    value = _number(reading, row, "strength")
    if value is None:
        return None
    low, high = reading.rules.scale
    method = reading.rules.method
    return _checked(
        reading, row, lambda: Score(value=value, scale_min=low, scale_max=high, method=method), "strength: "
    )


def _money(reading: _Reading, row: int, name: str) -> Money | None:
    value, currency = _number(reading, row, name), reading.rules.currency
    if value is None or currency is None:
        return None
    return _checked(reading, row, lambda: Money(amount=_exact(value), currency=currency), f"{name}: ")


def _exact(value: float) -> Decimal:
    return Decimal(int(value)) if value.is_integer() else Decimal(repr(value))


def _date(reading: _Reading, row: int, name: str) -> date | None:
    value = reading.cells[name][row] if name in reading.cells else None
    if value is None or is_missing(value) or not str(value).strip():
        return None
    day = day_of(value)
    if day is None:
        reading.note(row, f"{name} = {value!r} is no date; write it as 2026-11-25")
    return None if day is None else written(day)


def _checked(reading: _Reading, row: int, make: Callable[[], ResultT], part: str = "") -> ResultT | None:
    try:
        return make()
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            where = ".".join(str(step) for step in detail["loc"])
            said = detail["msg"].removeprefix("Value error, ")
            reading.note(row, f"{part}{where} = {detail['input']!r}: {said}" if where else f"{part}{said}")
    except ValueError as error:
        reading.note(row, str(error))
    return None
