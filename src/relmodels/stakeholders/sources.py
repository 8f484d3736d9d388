"""The publications that the taxonomies of stakeholders are taken from, each cited once."""

from __future__ import annotations

from typing import Final

from relmodels.core.reference import Reference

__all__ = [
    "BUTTLE_2004",
    "CHRISTOPHER_1991",
    "DOYLE_1995_PAPER",
    "GUMMESSON_1999",
    "JUDD_1987",
    "KOTLER_1992_PAPER",
    "MORGAN_HUNT_1994",
    "PAYNE_2005",
    "PECK_1999",
]

BUTTLE_2004: Final = Reference(
    ("Buttle, F.",),
    2004,
    "Customer Relationship Management: Concepts and Tools",
    "Elsevier Butterworth-Heinemann",
    standing="secondary",
)
CHRISTOPHER_1991: Final = Reference(
    ("Christopher, M.", "Payne, A.", "Ballantyne, D."),
    1991,
    "Relationship Marketing: Bringing Quality, Customer Service and Marketing Together",
    "Butterworth-Heinemann",
    standing="secondary",
)
PECK_1999: Final = Reference(
    ("Peck, H.", "Payne, A.", "Christopher, M.", "Clark, M."),
    1999,
    "Relationship Marketing: Strategy and Implementation",
    "Butterworth-Heinemann",
)
PAYNE_2005: Final = Reference(
    ("Payne, A.", "Ballantyne, D.", "Christopher, M."),
    2005,
    "A Stakeholder Approach to Relationship Marketing Strategy: The Development and Use of the “Six Markets” Model",
    "European Journal of Marketing",
    "39(7/8)",
    "855-871",
)
GUMMESSON_1999: Final = Reference(
    ("Gummesson, E.",),
    1999,
    "Total Relationship Marketing",
    "Butterworth-Heinemann",
    standing="secondary",
)
MORGAN_HUNT_1994: Final = Reference(
    ("Morgan, R. M.", "Hunt, S. D."),
    1994,
    "The Commitment-Trust Theory of Relationship Marketing",
    "Journal of Marketing",
    "58(3)",
    "20-38",
    standing="secondary",
)
DOYLE_1995_PAPER: Final = Reference(
    ("Doyle, P.",),
    1995,
    "Marketing in the New Millennium",
    "European Journal of Marketing",
    "29(13)",
    "23-41",
    standing="secondary",
)
KOTLER_1992_PAPER: Final = Reference(
    ("Kotler, P.",),
    1992,
    "It's Time for Total Marketing",
    "Business Week Advance Executive Brief",
    standing="secondary",
)
JUDD_1987: Final = Reference(
    ("Judd, V. C.",),
    1987,
    "Differentiate with the 5th P: People",
    "Industrial Marketing Management",
    "16(4)",
    "241-247",
    standing="unconfirmed",
)
