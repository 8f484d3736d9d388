"""A classification as a table: one row for each kind, a parent for each row that has one.

Hierarchies are edges of the table, never classes: thirty relationships are thirty rows.
The published taxonomies of the library and a firm's own are values of the same type.
The order of the rows is the order of the source and is kept everywhere.

A hierarchy is made of parents: a market and the markets within it are rows alike.
A group is not: it only gathers rows, as the four sides of a firm gather ten relationships, and is kept beside them,
so that thirty relationships stay thirty rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from html import escape
from typing import Literal, TypeAlias

from relmodels.core.errors import InvalidData, Problems
from relmodels.core.reference import Reference, Standing
from relmodels.core.text import plain

__all__ = ["EditionName", "Language", "Row", "Taxonomy"]

Language: TypeAlias = Literal["en", "ru"]


@dataclass(frozen=True, slots=True)
class EditionName:
    """What another edition of the source calls a kind.

    Attributes:
        edition: the year or name of the edition, ``"1996"``.
        name: in English, as that edition has it.
        standing: how much stands behind the name.

    Examples:
        >>> EditionName("1996", "Megamarketing").name
        'Megamarketing'

    """

    edition: str
    name: str
    standing: Standing = "printed"


@dataclass(frozen=True, slots=True)
class Row:
    """One kind in a taxonomy, or one stage of a process.

    Attributes:
        code: stable identifier, unique in its table, such as ``"r05"`` or ``"six.referral"``.
        name: in English, as the source prints it.
        name_ru: in Russian; empty if there is none yet.
        gloss: what is meant, in one sentence.
        parent: the code of the kind this one belongs to; empty for a root.
        group: the code of one of the taxonomy's groups; empty if it has none.
        also: names in other editions of the source.
        traits: what else the table says of the kind, as pairs of a name and a value.
        edition: of the source, if it is not the one the whole table is taken from.
        source: the same for the publication.
        standing: how much stands behind the English name.
        standing_ru: the same for the Russian one.
        gloss_ru: what is meant, in Russian and in our words; empty if there is none yet.

    Examples:
        >>> row = Row("r05", "The service encounter", "Сервисный контакт", traits=(("edge_policy", "event"),))
        >>> row.label("ru"), row.trait("edge_policy"), row.trait("color")
        ('Сервисный контакт', 'event', '')

    """

    code: str
    name: str
    name_ru: str = ""
    gloss: str = ""
    parent: str = ""
    group: str = ""
    also: tuple[EditionName, ...] = ()
    traits: tuple[tuple[str, str], ...] = ()
    edition: str = ""
    source: Reference | None = None
    standing: Standing = "printed"
    standing_ru: Standing = "ours"
    gloss_ru: str = ""

    def label(self, language: Language = "en") -> str:
        """Return the name in a language, the English one where there is none in Russian."""
        return self.name_ru if language == "ru" and self.name_ru else self.name

    def meaning(self, language: Language = "en") -> str:
        """Return the gloss in a language, the English one where there is none in Russian."""
        return self.gloss_ru if language == "ru" and self.gloss_ru else self.gloss

    def trait(self, name: str) -> str:
        """Return the value of a trait, empty if the row has none of that name."""
        return dict(self.traits).get(name, "")


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A named table of kinds with its source.

    Attributes:
        name: in English.
        source: the publication the table is taken from.
        rows: in the order of the source; parents may stand before or after their children.
        name_ru: in Russian; empty if there is none yet.
        key: under which records refer to the table, ``"six_markets"``; empty if none will.
        version: which of several tables under that key, ``"1998_2005"``; empty if there is one only.
        groups: what gathers rows without being one of them, such as the four groups of 30R.
        center: the code of the row the source puts in the middle; empty where that is the firm itself, or nothing.
        unmatched: pairs of a code and the reason why nothing in other taxonomies corresponds to it.

    Raises:
        InvalidData: naming every code that is empty or used twice, every empty name, every parent that is no row,
            every group that is not listed, a center that is no row, and a cycle if there is one.

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
    key: str = ""
    version: str = ""
    groups: tuple[Row, ...] = ()
    center: str = ""
    unmatched: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Check that the table is a forest with unique codes."""
        problems = Problems(f"taxonomy {self.name!r}")
        _check_rows(self.rows, problems)
        _check_groups(self, problems)
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

    def within(self, code: str) -> tuple[str, ...]:
        """Return a code and those of all rows below it; of a group, those of its rows and all below them.

        Examples:
            >>> source = Reference(("Gummesson, E.",), 1999, "Total Relationship Marketing")
            >>> rows = (Row("r01", "The classic dyad", group="classic"), Row("r18", "Social networks", group="mega"))
            >>> groups = (Row("classic", "Classic market"), Row("mega", "Mega"))
            >>> Taxonomy("30R, an extract", source, rows, groups=groups).within("mega")
            ('r18',)

        """
        if any(group.code == code for group in self.groups):
            tops = [row.code for row in self.rows if row.group == code]
        else:
            tops = [code]
        return tuple(dict.fromkeys(row.code for top in tops for _, row in self.walk(top)))

    def label(self, code: str, language: Language = "en") -> str:
        """Return the name of a row or of a group."""
        for group in self.groups:
            if group.code == code:
                return group.label(language)
        return self[code].label(language)

    def search(self, text: str) -> tuple[Row, ...]:
        """Return the rows in whose code, names, glosses or source every word of ``text`` occurs, in order.

        Capitals and accents make no difference; Russian names are searched like English ones.

        Examples:
            >>> source = Reference(("Buttle, F.",), 2004, "Customer Relationship Management")
            >>> table = Taxonomy("SCOPE, an extract", source, (Row("scope.owners", "Owners", "Собственники"),))
            >>> [row.code for row in table.search("собств")], len(table.search("buttle")), table.search("rivals")
            (['scope.owners'], 1, ())

        """
        words = plain(text).split()
        return tuple(row for row in self.rows if all(word in self._searched(row) for word in words))

    def _searched(self, row: Row) -> str:
        names = (row.code, row.name, row.name_ru, row.gloss, row.gloss_ru, *(other.name for other in row.also))
        return plain(" ".join((*names, (row.source or self.source).full)))

    def json_schema(self, language: Language = "en") -> dict[str, object]:
        """Return a JSON Schema that accepts the codes of the table and nothing else, each with its name.

        Examples:
            >>> source = Reference(("Buttle, F.",), 2004, "Customer Relationship Management")
            >>> Taxonomy("owners", source, (Row("a", "Owners"),)).json_schema()["oneOf"]
            [{'const': 'a', 'title': 'Owners'}]

        """
        choices: list[dict[str, str]] = []
        for row in self.rows:
            choice = {"const": row.code, "title": row.label(language)}
            meaning = row.meaning(language)
            choices.append({**choice, "description": meaning} if meaning else choice)
        title = self.name_ru if language == "ru" and self.name_ru else self.name
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": title,
            "description": self.source.full,
            "type": "string",
            "oneOf": choices,
        }

    def columns(self) -> dict[str, tuple[object, ...]]:
        """Return the table as one tuple for each column, by the names of :class:`Row`."""
        return {field.name: tuple(getattr(row, field.name) for row in self.rows) for field in fields(Row)}

    def __str__(self) -> str:
        """Return name, version, size and source on one line."""
        version = f", {self.version}" if self.version else ""
        return f"{self.name}{version}: {len(self)} rows; {self.source.short}"

    def _repr_html_(self) -> str:
        """Return the table as a notebook shows it, children indented under their parents."""
        depths = [(depth, row) for depth, row in self.walk()]
        body = "".join(
            f'<tr><td><code>{escape(row.code)}</code></td><td style="text-align:left;padding-left:{1 + depth}em">'
            f'{escape(row.name)}</td><td style="text-align:left">{escape(row.name_ru)}</td>'
            f'<td style="text-align:left">{escape(self.label(row.group) if row.group else "")}</td>'
            f'<td style="text-align:left">{escape(row.gloss)}</td></tr>'
            for depth, row in depths
        )
        head = "".join(f"<th>{name}</th>" for name in ("code", "name", "по-русски", "group", "gloss"))
        caption = f"<caption>{escape(str(self))}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


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


def _check_groups(taxonomy: Taxonomy, problems: Problems) -> None:
    known = {group.code for group in taxonomy.groups}
    codes = {row.code for row in taxonomy.rows}
    for position, row in enumerate(taxonomy.rows):
        if row.group and row.group not in known:
            problems.add(f"rows[{position}].group = {row.group!r} is the code of no group; add that group or clear it")
    for code in sorted(known & codes):
        problems.add(f"code {code!r} is both a row and a group; give them different codes")
    if taxonomy.center and taxonomy.center not in codes:
        problems.add(f"center = {taxonomy.center!r} is the code of no row; name a row or leave it empty")
    for code, _ in taxonomy.unmatched:
        if code not in codes:
            problems.add(f"unmatched names {code!r}, which is the code of no row")


def _check_cycles(rows: tuple[Row, ...], problems: Problems) -> None:
    try:
        TopologicalSorter({row.code: [row.parent] if row.parent else [] for row in rows}).prepare()
    except CycleError as error:
        problems.add(f"the parents go round in a circle: {' → '.join(error.args[1])}; make one of them a root")
