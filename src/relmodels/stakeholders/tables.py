"""The published tables of this room, by key and version, as records refer to them."""

from __future__ import annotations

from typing import Final

from relmodels.core.errors import InvalidParameters
from relmodels.core.taxonomy import Taxonomy
from relmodels.stakeholders.relationship_properties import BONDS, INTERACTION_LEVELS, RELATIONSHIP_PROPERTIES
from relmodels.stakeholders.scope import SCOPE
from relmodels.stakeholders.six_markets import SIX_MARKETS, SIX_MARKETS_1991, SIX_MARKETS_PECK_1997
from relmodels.stakeholders.ten_relationships import DOYLE_1995, KOTLER_1992, TEN_RELATIONSHIPS
from relmodels.stakeholders.thirty_r import THIRTY_R

__all__ = ["TAXONOMIES", "taxonomy", "taxonomy_of"]

TAXONOMIES: Final = (
    SCOPE,
    SIX_MARKETS,
    SIX_MARKETS_1991,
    SIX_MARKETS_PECK_1997,
    THIRTY_R,
    TEN_RELATIONSHIPS,
    DOYLE_1995,
    KOTLER_1992,
    RELATIONSHIP_PROPERTIES,
    INTERACTION_LEVELS,
    BONDS,
)
"""Every published table; of several versions under one key the first is the default."""


def taxonomy(key: str, version: str = "") -> Taxonomy:
    """Return the published table with this key, in the default version unless another is named.

    Raises:
        InvalidParameters: if there is none; keys or versions that exist are named.

    Examples:
        >>> print(taxonomy("six_markets"))
        Six markets model, 1998_2005: 34 rows; Peck et al. (1999)
        >>> print(taxonomy("ten_relationships", "kotler_1992"))
        Ten players of total marketing, kotler_1992: 10 rows; Kotler (1992)

    Reference:
        Each table names its own.

    """
    versions = [table for table in TAXONOMIES if table.key == key]
    if not versions:
        known = ", ".join(dict.fromkeys(table.key for table in TAXONOMIES))
        message = f"key = {key!r} is no published taxonomy; use one of {known}"
        raise InvalidParameters(message)
    for table in versions:
        if table.version == version or not version:
            return table
    known = ", ".join(table.version for table in versions)
    message = f"version = {version!r} is none of {key!r}; use one of {known}"
    raise InvalidParameters(message)


def taxonomy_of(code: str) -> Taxonomy | None:
    """Return the published table that has a row of this code, the default version first; ``None`` if none has.

    Examples:
        >>> print(taxonomy_of("r30"))
        Thirty relationships (30R), 1999: 30 rows; Gummesson (1999)

    """
    return next((table for table in TAXONOMIES if code in table), None)
