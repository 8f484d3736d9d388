"""A classification as a table: one row for each kind, a parent for each row that has one.

Hierarchies are edges of the table, never classes: thirty relationships are thirty rows.
The published taxonomies of the library and a firm's own are values of the same type.
The order of the rows is the order of the source and is kept everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter

from relmodels.core.errors import InvalidData, Problems
from relmodels.core.reference import Reference, Standing

__all__ = ["Row", "Taxonomy"]


@dataclass(frozen=True, slots=True)
class Row:
    """One kind in a taxonomy, or one stage of a process.

    Attributes:
        code: stable identifier, unique in its table, such as ``"r05"`` or ``"six.referral"``.
        name: in English, as the source prints it.
        name_ru: in Russian; empty if there is none yet.
        gloss: what is meant, in one sentence.
        parent: the code of the kind this one belongs to; empty for a root.
        also: names in other editions of the source.
        standing: how much stands behind the English name.
        standing_ru: the same for the Russian one.

    Examples:
        >>> Row("r05", "The service encounter", "Сервисный контакт", parent="special_market").parent
        'special_market'

    """

    code: str
    name: str
    name_ru: str = ""
    gloss: str = ""
    parent: str = ""
    also: tuple[str, ...] = ()
    standing: Standing = "printed"
    standing_ru: Standing = "ours"


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A named table of kinds with its source.

    Attributes:
        name: in English.
        source: the publication the table is taken from.
        rows: in the order of the source; parents may stand before or after their children.
        name_ru: in Russian; empty if there is none yet.

    Raises:
        InvalidData: naming every code that is empty or used twice, every empty name, every parent that is no row,
            and a cycle if there is one.

    Examples:
        >>> source = Reference(("Gummesson, E.",), 1999, "Total Relationship Marketing")
        >>> rows = (Row("mega", "Mega relationships"), Row("r18", "Personal and social networks", parent="mega"))
        >>> relationships = Taxonomy("30R, an extract", source, rows)
        >>> relationships["r18"].name
        'Personal and social networks'
        >>> [row.code for row in relationships.children("mega")]
        ['r18']

    """

    name: str
    source: Reference
    rows: tuple[Row, ...]
    name_ru: str = ""

    def __post_init__(self) -> None:
        """Check that the table is a forest with unique codes."""
        problems = Problems(f"taxonomy {self.name!r}")
        _check_rows(self.rows, problems)
        problems.raise_if_any()
        _check_cycles(self.rows, problems)
        problems.raise_if_any()

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows in the order of the source."""
        return iter(self.rows)

    def __contains__(self, code: object) -> bool:
        """Return whether ``code`` is the code of a row."""
        return any(row.code == code for row in self.rows)

    def __getitem__(self, code: str) -> Row:
        """Return the row with this code.

        Raises:
            InvalidData: if there is none; the nearest codes are named.

        """
        for row in self.rows:
            if row.code == code:
                return row
        near = get_close_matches(str(code), self.codes, n=3) or self.codes[:3]
        message = f"{code!r} is no code of the taxonomy {self.name!r}; did you mean {' or '.join(map(repr, near))}?"
        raise InvalidData(message)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of all rows."""
        return tuple(row.code for row in self.rows)

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """Return every pair of a code and its parent's code."""
        return tuple((row.code, row.parent) for row in self.rows if row.parent)

    @property
    def roots(self) -> tuple[Row, ...]:
        """Return the rows without a parent."""
        return tuple(row for row in self.rows if not row.parent)

    @property
    def leaves(self) -> tuple[Row, ...]:
        """Return the rows without children."""
        parents = {row.parent for row in self.rows}
        return tuple(row for row in self.rows if row.code not in parents)

    def parent(self, code: str) -> Row | None:
        """Return the row this one belongs to, ``None`` for a root."""
        above = self[code].parent
        return self[above] if above else None

    def children(self, code: str) -> tuple[Row, ...]:
        """Return the rows directly under this one."""
        self[code]
        return tuple(row for row in self.rows if row.parent == code)

    def ancestors(self, code: str) -> tuple[Row, ...]:
        """Return the rows above this one, the nearest first."""
        found: list[Row] = []
        while (above := self.parent(found[-1].code if found else code)) is not None:
            found.append(above)
        return tuple(found)

    def walk(self, code: str | None = None) -> Iterator[tuple[int, Row]]:
        """Yield each row under ``code`` (or of the whole table) with its depth, parents before their children.

        Examples:
            >>> source = Reference(("Buttle, F.",), 2004, "Customer Relationship Management")
            >>> owners = Taxonomy("owners", source, (Row("a", "Owners"), Row("b", "Founders", parent="a")))
            >>> [(depth, row.name) for depth, row in owners.walk()]
            [(0, 'Owners'), (1, 'Founders')]

        """
        below: dict[str, list[Row]] = {}
        for row in self.rows:
            below.setdefault(row.parent, []).append(row)
        waiting = [(0, row) for row in reversed(self.roots if code is None else (self[code],))]
        while waiting:
            depth, row = waiting.pop()
            yield depth, row
            waiting += [(depth + 1, child) for child in reversed(below.get(row.code, ()))]

    def columns(self) -> dict[str, tuple[object, ...]]:
        """Return the table as one tuple for each column, by the names of :class:`Row`."""
        return {field.name: tuple(getattr(row, field.name) for row in self.rows) for field in fields(Row)}


def _check_rows(rows: tuple[Row, ...], problems: Problems) -> None:
    if not rows:
        problems.add("there are no rows; a taxonomy has at least one")
    counts = Counter(row.code for row in rows)
    for position, row in enumerate(rows):
        if not row.code.strip():
            problems.add(f"rows[{position}].code is empty; give every row a code")
        if not row.name.strip():
            problems.add(f"rows[{position}].name is empty; give every row a name")
        if row.parent and row.parent not in counts:
            problems.add(f"rows[{position}].parent = {row.parent!r} is the code of no row; add that row or clear it")
    for code, count in counts.items():
        if count > 1:
            problems.add(f"code {code!r} stands in {count} rows; codes must be unique")


def _check_cycles(rows: tuple[Row, ...], problems: Problems) -> None:
    try:
        TopologicalSorter({row.code: [row.parent] if row.parent else [] for row in rows}).prepare()
    except CycleError as error:
        problems.add(f"the parents go round in a circle: {' → '.join(error.args[1])}; make one of them a root")
