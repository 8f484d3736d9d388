"""Which kinds of a taxonomy a firm has relationships of, and which it has none of.

A missing market is a finding; a missing state is none. Of the thirty relationships some are no ties at all but ways,
states or conditions (their edge policy says so); where nothing is classified as one of these, it is listed apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from relmodels.core.taxonomy import Language, Taxonomy
from relmodels.frames.table import Table
from relmodels.stakeholders.crosswalk import crosswalk
from relmodels.stakeholders.relationship import Relationship
from relmodels.stakeholders.tables import TAXONOMIES, taxonomy_of
from relmodels.stakeholders.thirty_r import EdgePolicy

__all__ = ["Coverage", "coverage", "matching"]

_TIES: Final = frozenset({EdgePolicy.EDGE, EdgePolicy.HYPEREDGE, EdgePolicy.PATH, EdgePolicy.SYMBOL_EDGE, ""})
_FOLLOWED: Final = frozenset({"exact", "close", "broad"})


@dataclass(frozen=True, slots=True)
class Coverage:
    """How the relationships of a network are spread over a taxonomy.

    Attributes:
        taxonomy: the taxonomy.
        counts: for each code how many relationships are of this kind, or of one within it.

    Examples:
        >>> from relmodels.stakeholders.thirty_r import THIRTY_R
        >>> found = coverage((), THIRTY_R)
        >>> found.covered, len(found.missing), len(found.not_ties)
        ((), 17, 13)

    """

    taxonomy: Taxonomy
    counts: dict[str, int]

    @property
    def covered(self) -> tuple[str, ...]:
        """Return the kinds with at least one relationship."""
        return tuple(code for code, count in self.counts.items() if count)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the kinds with none that are ties and could be had."""
        return tuple(code for code, count in self.counts.items() if not count and self._is_tie(code))

    @property
    def not_ties(self) -> tuple[str, ...]:
        """Return the kinds with none that are no ties: states, ways, events and conditions of 30R."""
        return tuple(code for code, count in self.counts.items() if not count and not self._is_tie(code))

    @property
    def share(self) -> float:
        """Return the share of kinds with a relationship among those that are ties or have one."""
        return len(self.covered) / (len(self.covered) + len(self.missing)) if self.counts else 0.0

    def by_group(self) -> dict[str, int]:
        """Return how many relationships each group of the taxonomy has: sides of ten, groups of thirty.

        A relationship with two kinds of one group counts for both.
        """
        rows = self.taxonomy.rows
        return {
            group.code: sum(self.counts[row.code] for row in rows if row.group == group.code)
            for group in self.taxonomy.groups
        }

    def table(self, language: Language = "en") -> Table:
        """Return a row for each kind: its code, name, number of relationships and whether it is missing."""
        codes = list(self.counts)
        missing = set(self.missing)
        return Table(
            {
                "code": codes,
                "name": [self.taxonomy.label(code, language) for code in codes],
                "relationships": [self.counts[code] for code in codes],
                "missing": ["missing" if code in missing else "" for code in codes],
            }
        )

    def _is_tie(self, code: str) -> bool:
        return self.taxonomy[code].trait("edge_policy") in _TIES


def coverage(relationships: Iterable[Relationship], taxonomy: Taxonomy, *, follow: bool = False) -> Coverage:
    """Return how relationships are spread over a taxonomy; see :class:`Coverage`."""
    counts = dict.fromkeys(taxonomy.codes, 0)
    for tie in relationships:
        found = matching(tie, taxonomy, follow=follow)
        above = {row.code for code in found for row in taxonomy.ancestors(code)}
        for code in found | above:
            counts[code] += 1
    return Coverage(taxonomy, counts)


def matching(tie: Relationship, taxonomy: Taxonomy, *, follow: bool = False) -> frozenset[str]:
    """Return the codes that a taxonomy has for a relationship, its own and, if asked, those of the crosswalk."""
    own = frozenset(
        item.code
        for item in tie.classifications
        if item.taxonomy == taxonomy.key and item.version == taxonomy.version and item.code in taxonomy
    )
    place = next((place for place, table in enumerate(TAXONOMIES) if table is taxonomy), None)
    if own or not follow or place is None:
        return own
    return frozenset(code for item in tie.classifications for code in _followed(item.code, place))


@cache
def _followed(code: str, place: int) -> tuple[str, ...]:
    if taxonomy_of(code) is None:
        return ()
    return tuple(match.row.code for match in crosswalk(code, to=TAXONOMIES[place]).matches if match.type in _FOLLOWED)
