"""Read a network of 100,000 relationships from JSON and check it, beside Python's parser of JSON on the same text.

The bar is three seconds. The relationships have three classifications, a strength and a first day each, the parties a
country and an external id.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Final

from benchmarks.measure import Line, Run, Table, seconds, timed
from relmodels.core.identifiers import ExternalId, identity
from relmodels.core.party import Organization
from relmodels.core.score import Score
from relmodels.stakeholders.network import RelationshipNetwork
from relmodels.stakeholders.relationship import Classification, Relationship
from relmodels.stakeholders.six_markets import SIX_MARKETS

__all__ = ["measure", "network"]

HEADS: Final = ("", "", "json.loads", "ours CPU s", "ratio", "bar")
RELATIONSHIPS = 100_000
_BAR: Final = 3.0
_LARGEST: Final = 10**9


def network(size: int) -> RelationshipNetwork:
    """Return a firm with ``size`` customers."""
    firm = Organization(id=identity("bench", "firm"), name="Firm")
    codes = Classification.of("r01", "scope.customers", "six.customer.existing")
    parties = [
        Organization(
            id=identity("bench", str(place)),
            name=f"Customer {place}",
            country="RU",
            external_ids=(ExternalId(system="bench", value=str(place)),),
        )
        for place in range(size)
    ]
    ties = [
        Relationship(
            id=identity("tie", str(place)),
            source_id=firm.id,
            target_id=party.id,
            type="supplies",
            classifications=codes,
            strength=Score(value=place % 10),
            valid_from=date(2020, 1, 1),
        )
        for place, party in enumerate(parties)
    ]
    return RelationshipNetwork(focal_id=firm.id, nodes=(firm, *parties), relationships=tuple(ties))


def measure(run: Run) -> Table:
    """Return the times of reading, writing and asking a network."""
    size = run.count(RELATIONSHIPS)
    text = network(size).to_json(personal="keep")
    parser = seconds(lambda: json.loads(text), 2)
    reading, read = timed(lambda: RelationshipNetwork.from_json(text, largest=_LARGEST), 2)
    work = {
        "read and checked": (reading, _BAR),
        "written": (seconds(lambda: read.to_json(personal="keep"), 2), None),
        "coverage of the six markets": (seconds(lambda: read.coverage(SIX_MARKETS), 2), None),
        "as of a day": (seconds(lambda: read.as_of(date(2026, 1, 1)), 2), None),
    }
    lines = [_line(name, ours, parser, bar) for name, (ours, bar) in work.items()]
    return Table(f"A network of {size:,} relationships, {len(text) / 1e6:.0f} MB of JSON", HEADS, tuple(lines))


def _line(name: str, ours: float, parser: float, bar: float | None) -> Line:
    cells = (name, "", f"{parser:.2f}", f"{ours:.2f}", f"{ours / parser:.1f}", "" if bar is None else f"{bar:.0f} s")
    return Line(cells, None if bar is None else ours <= bar)
