"""From a kind of one taxonomy to the kinds of another that correspond to it.

The taxonomies look at the same people from different sides, so that few kinds are exactly the same in two of them: most
matches are close, broader, narrower or only related, and some kinds have no counterpart at all. Four of the thirty
relationships are no party, and match nothing anywhere: R8, R12, R13 and R17.
No crosswalk has been published row by row. This one is a proposal; where the literature speaks of a pair, the match
says so by its standing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from relmodels.core.errors import InvalidParameters
from relmodels.core.reference import Standing
from relmodels.core.taxonomy import Row, Taxonomy
from relmodels.stakeholders.crosswalk_table import GAPS, INVERSE, PAIRS, MatchType
from relmodels.stakeholders.tables import TAXONOMIES, taxonomy_of

__all__ = ["Crosswalk", "CrosswalkMatch", "crosswalk"]


@dataclass(frozen=True, slots=True)
class CrosswalkMatch:
    """One kind of the other taxonomy.

    Attributes:
        row: the kind.
        type: ``exact`` (the same), ``close`` (interchangeable for most uses), ``broad`` (the other is broader),
            ``narrow`` (the other is narrower), ``related`` (associated, neither above nor below).
        standing: how much stands behind the match; ``ours`` for the proposal of this library.
        by_parent: whether it is the match of the kind that the asked one belongs to.

    Examples:
        >>> from relmodels.stakeholders.scope import SCOPE
        >>> match = crosswalk("r30", to=SCOPE).matches[0]
        >>> match.row.name, match.type, match.standing
        ('Owners / investors', 'close', 'ours')

    """

    row: Row
    type: MatchType
    standing: Standing = "ours"
    by_parent: bool = False


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """What corresponds to one kind in another taxonomy; a proposal, whatever it holds.

    Attributes:
        code: the kind that was asked for.
        to: the other taxonomy.
        matches: exact ones first, related ones last; empty if nothing corresponds.
        reason: why nothing does; empty if something does.

    """

    code: str
    to: Taxonomy
    matches: tuple[CrosswalkMatch, ...]
    reason: str = ""

    @property
    def is_proposal(self) -> bool:
        """Return ``True``: no crosswalk between these taxonomies has been published row by row."""
        return True

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of the matches."""
        return tuple(match.row.code for match in self.matches)

    def columns(self) -> dict[str, tuple[object, ...]]:
        """Return the matches as one tuple for each column."""
        return {
            "code": self.codes,
            "name": tuple(match.row.name for match in self.matches),
            "name_ru": tuple(match.row.name_ru for match in self.matches),
            "match": tuple(match.type for match in self.matches),
            "standing": tuple(match.standing for match in self.matches),
        }

    def __str__(self) -> str:
        """Return the matches in one sentence."""
        if not self.matches:
            return f"{self.code} has no counterpart in {self.to.name}: {self.reason}"
        listed = "; ".join(f"{match.type}: {match.row.code} ({match.row.name})" for match in self.matches)
        return f"{self.code} in {self.to.name}, a proposal: {listed}"


_ORDER: Final[dict[MatchType, int]] = {"exact": 0, "close": 1, "broad": 2, "narrow": 3, "related": 4}


def crosswalk(code: str, *, to: Taxonomy) -> Crosswalk:
    """Return what corresponds to a kind of one published taxonomy in another.

    A kind without a match of its own takes those of the kind it belongs to: what is equal or broader than the parent
    is broader than the child, everything else is related to it.

    Args:
        code: of a row in any published taxonomy.
        to: the taxonomy in which its counterparts are looked for.

    Raises:
        InvalidParameters: if no published taxonomy has a row of this code.

    Examples:
        >>> from relmodels.stakeholders.scope import SCOPE
        >>> from relmodels.stakeholders.six_markets import SIX_MARKETS
        >>> print(crosswalk("r30", to=SIX_MARKETS))
        r30 in Six markets model, a proposal: close: six.influence.financial_investor (Financial and investor groups)
        >>> crosswalk("six.influence.financial_investor", to=SCOPE).codes
        ('scope.owners',)
        >>> print(crosswalk("r08", to=SCOPE))
        r08 has no counterpart in S.C.O.P.E.: a property of a relationship, not a party

    Reference:
        Compared by Peck, H., Payne, A., Christopher, M. and Clark, M. (1999), Relationship Marketing: Strategy and
        Implementation, pp. 14-19; the table is a proposal of this library.

    """
    own = taxonomy_of(code)
    if own is None:
        message = f"code = {code!r} is in none of the published taxonomies; use a code of {', '.join(_names())}"
        raise InvalidParameters(message)
    matches = _matches(code, own, to)
    return Crosswalk(str(code), to, matches, "" if matches else _reason(code, own, to))


def _names() -> list[str]:
    return [table.name for table in TAXONOMIES]


def _matches(code: str, own: Taxonomy, to: Taxonomy) -> tuple[CrosswalkMatch, ...]:
    if own.key == to.key and code in to:
        return (CrosswalkMatch(to[code], "exact"),)
    if own.key == to.key and own.version == to.version:
        return ()
    if found := _direct(code, to):
        return found
    if (above := own.parent(code)) is None:
        return ()
    higher = _matches(above.code, own, to)
    return tuple(CrosswalkMatch(match.row, _of_child(match.type), "ours", by_parent=True) for match in higher)


def _direct(code: str, to: Taxonomy) -> tuple[CrosswalkMatch, ...]:
    forward: list[tuple[str, MatchType, Standing]] = [
        (target, match, standing) for source, match, target, standing in PAIRS if source == code
    ]
    back: list[tuple[str, MatchType, Standing]] = [
        (source, INVERSE[match], standing) for source, match, target, standing in PAIRS if target == code
    ]
    found = [CrosswalkMatch(to[other], match, standing) for other, match, standing in (*forward, *back) if other in to]
    return tuple(sorted(found, key=lambda match: (_ORDER[match.type], to.codes.index(match.row.code))))


def _of_child(match: MatchType) -> MatchType:
    return "broad" if match in {"exact", "close", "broad"} else "related"


def _reason(code: str, own: Taxonomy, to: Taxonomy) -> str:
    for other, why in own.unmatched:
        if other == code:
            return why
    for other, version, why, _ in GAPS:
        if other == code and version == to.version:
            return why
    if all(table is not to for table in TAXONOMIES):
        return "the crosswalk knows the published taxonomies only"
    return "the proposal knows no counterpart"
