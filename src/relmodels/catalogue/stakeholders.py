"""What room 1 knows: with whom a firm has relationships."""

from __future__ import annotations

from typing import Final

from relmodels.catalogue.entry import Entry
from relmodels.core.reference import Reference
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

_BURT: Final = Reference(
    ("Burt, R. S.",),
    1992,
    "Structural Holes: The Social Structure of Competition",
    "Harvard University Press",
    standing="secondary",
)
_FREEMAN: Final = Reference(
    ("Freeman, L. C.",),
    1978,
    "Centrality in Social Networks: Conceptual Clarification",
    "Social Networks",
    "1(3)",
    "215-239",
    standing="secondary",
)
_HERFINDAHL: Final = Reference(
    ("Herfindahl, O. C.",),
    1950,
    "Concentration in the U.S. Steel Industry",
    "Columbia University",
    standing="secondary",
)
_KRALJIC: Final = Reference(
    ("Kraljic, P.",),
    1983,
    "Purchasing Must Become Supply Management",
    "Harvard Business Review",
    "61(5)",
    "109-117",
    standing="unconfirmed",
)
_MITCHELL: Final = Reference(
    ("Mitchell, R. K.", "Agle, B. R.", "Wood, D. J."),
    1997,
    "Toward a Theory of Stakeholder Identification and Salience: Defining the Principle of Who and What Really Counts",
    "Academy of Management Review",
    "22(4)",
    "853-886",
    standing="unconfirmed",
)
_KENDALL: Final = Reference(
    ("Kendall, M. G.", "Babington Smith, B."),
    1939,
    "The Problem of m Rankings",
    "Annals of Mathematical Statistics",
    "10(3)",
    "275-287",
    standing="secondary",
)
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
    Entry(
        "relationship_portfolio",
        "the relationships of a network by kind: number, strength, benefit and cost; audit of 30R",
        "stakeholders",
        f"{_ROOM}.audit:relationship_portfolio",
        (GUMMESSON_1999,),
    ),
    Entry(
        "scope_tensions",
        "where the balance of the five constituencies is strained; the rules are ours",
        "stakeholders",
        f"{_ROOM}.audit:scope_tensions",
        (BUTTLE_2004,),
    ),
    Entry(
        "sides_covered",
        "relationships on the supplier, lateral, buyer and internal side",
        "stakeholders",
        f"{_ROOM}.audit:sides_covered",
        (MORGAN_HUNT_1994,),
    ),
    Entry(
        "concentration",
        "how benefits, costs or strength are spread over parties, with the Herfindahl-Hirschman index",
        "stakeholders",
        f"{_ROOM}.network_measures:concentration",
        (_HERFINDAHL,),
    ),
    Entry(
        "single_sources",
        "kinds of relationships that rest on one party; the count is ours",
        "stakeholders",
        f"{_ROOM}.network_measures:single_sources",
        (_KRALJIC,),
    ),
    Entry(
        "network_positions",
        "centrality and structural holes of every node",
        "stakeholders",
        f"{_ROOM}.network_measures:network_positions",
        (_BURT, _FREEMAN),
    ),
    Entry(
        "classic_triads",
        "customers that a competitor supplies too (R2)",
        "stakeholders",
        f"{_ROOM}.network_paths:classic_triads",
        (GUMMESSON_1999,),
    ),
    Entry(
        "customers_of_customers",
        "the customer's customer (R7)",
        "stakeholders",
        f"{_ROOM}.network_paths:customers_of_customers",
        (GUMMESSON_1999,),
    ),
    Entry(
        "roll_up",
        "activities, episodes and sequences of each relationship",
        "stakeholders",
        f"{_ROOM}.interaction:roll_up",
        (GUMMESSON_1999,),
    ),
    Entry(
        "emphasis_gaps",
        "current and desired emphasis on each market by a jury: the spidergram",
        "stakeholders",
        f"{_ROOM}.emphasis:emphasis_gaps",
        (PECK_1999, _KENDALL),
    ),
    Entry(
        "discipline_emphasis",
        "which value discipline the wanted emphasis fits; the comparison is ours",
        "stakeholders",
        f"{_ROOM}.emphasis:discipline_emphasis",
        (PECK_1999,),
    ),
    Entry(
        "unplanned",
        "which elements of the planning framework each group still lacks",
        "stakeholders",
        f"{_ROOM}.market_planning:unplanned",
        (PAYNE_2005,),
    ),
    Entry(
        "SALIENCE_TYPES",
        "seven types of stakeholders by power, legitimacy and urgency; значимость сторон",
        "stakeholders",
        f"{_ROOM}.salience:SALIENCE_TYPES",
        (_MITCHELL,),
    ),
    Entry(
        "salience",
        "stakeholders by power, legitimacy and urgency",
        "stakeholders",
        f"{_ROOM}.salience:salience",
        (_MITCHELL,),
    ),
    Entry(
        "referred_work",
        "who refers the work, and the few who bring most of it",
        "stakeholders",
        f"{_ROOM}.referral:referred_work",
        (PECK_1999,),
    ),
    Entry(
        "referral_balance",
        "what each party referred to the firm, and the firm to it",
        "stakeholders",
        f"{_ROOM}.referral:referral_balance",
        (PECK_1999,),
    ),
    Entry(
        "influence_priorities",
        "influence groups by what good and harm they can do",
        "stakeholders",
        f"{_ROOM}.referral:influence_priorities",
        (PECK_1999,),
    ),
)
