"""What room 1 knows: with whom a firm has relationships."""

from __future__ import annotations

from typing import Final

from relmodels.catalogue.entry import Entry
from relmodels.stakeholders.sources import (
    BUTTLE_2004,
    CHRISTOPHER_1991,
    DOYLE_1995_PAPER,
    GUMMESSON_1999,
    KOTLER_1992_PAPER,
    MORGAN_HUNT_1994,
    PAYNE_2005,
    PECK_1999,
)

__all__ = ["STAKEHOLDERS"]

_ROOM: Final = "relmodels.stakeholders"

STAKEHOLDERS: Final[tuple[Entry, ...]] = (
    Entry(
        "SCOPE",
        "S.C.O.P.E., the five constituencies around the customer; модель S.C.O.P.E.",
        "stakeholders",
        f"{_ROOM}.scope:SCOPE",
        (BUTTLE_2004,),
    ),
    Entry(
        "SIX_MARKETS",
        "the six markets with their divisions, version of 1998 to 2005; модель шести рынков",
        "stakeholders",
        f"{_ROOM}.six_markets:SIX_MARKETS",
        (PECK_1999, PAYNE_2005),
    ),
    Entry(
        "SIX_MARKETS_1991",
        "the six markets in their first version",
        "stakeholders",
        f"{_ROOM}.six_markets:SIX_MARKETS_1991",
        (CHRISTOPHER_1991,),
    ),
    Entry(
        "SIX_MARKETS_PECK_1997",
        "the six markets in Peck's version",
        "stakeholders",
        f"{_ROOM}.six_markets:SIX_MARKETS_PECK_1997",
        (PECK_1999,),
    ),
    Entry(
        "THIRTY_R",
        "30R, thirty relationships in four groups; модель 30R",
        "stakeholders",
        f"{_ROOM}.thirty_r:THIRTY_R",
        (GUMMESSON_1999,),
    ),
    Entry(
        "edge_policy",
        "how each of the thirty relationships is kept in a network of parties",
        "stakeholders",
        f"{_ROOM}.thirty_r:edge_policy",
        (GUMMESSON_1999,),
    ),
    Entry(
        "TEN_RELATIONSHIPS",
        "the ten forms of relational exchange; модель десяти типов отношений",
        "stakeholders",
        f"{_ROOM}.ten_relationships:TEN_RELATIONSHIPS",
        (MORGAN_HUNT_1994,),
    ),
    Entry(
        "DOYLE_1995",
        "the core firm and its ten partners",
        "stakeholders",
        f"{_ROOM}.ten_relationships:DOYLE_1995",
        (DOYLE_1995_PAPER,),
    ),
    Entry(
        "KOTLER_1992",
        "the ten players of total marketing",
        "stakeholders",
        f"{_ROOM}.ten_relationships:KOTLER_1992",
        (KOTLER_1992_PAPER,),
    ),
    Entry(
        "RELATIONSHIP_PROPERTIES",
        "eleven properties of any relationship; свойства отношений",
        "stakeholders",
        f"{_ROOM}.relationship_properties:RELATIONSHIP_PROPERTIES",
        (GUMMESSON_1999,),
    ),
    Entry(
        "INTERACTION_LEVELS",
        "activity, episode, sequence, relationship, partner base",
        "stakeholders",
        f"{_ROOM}.relationship_properties:INTERACTION_LEVELS",
        (GUMMESSON_1999,),
    ),
    Entry(
        "BONDS",
        "activity links, resource ties and actor bonds",
        "stakeholders",
        f"{_ROOM}.relationship_properties:BONDS",
        (GUMMESSON_1999,),
    ),
    Entry(
        "crosswalk",
        "what corresponds to a kind of one taxonomy in another, as a proposal",
        "stakeholders",
        f"{_ROOM}.crosswalk:crosswalk",
        (PECK_1999,),
    ),
)
