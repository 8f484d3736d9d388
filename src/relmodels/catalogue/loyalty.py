"""What room 5 measures loyalty by."""

from __future__ import annotations

from typing import Final

from relmodels.catalogue.entry import Entry
from relmodels.core.reference import Reference

__all__ = ["LOYALTY"]

_ROOM: Final = "relmodels.effectiveness"
_REICHHELD: Final = Reference(
    ("Reichheld, F. F.",),
    2003,
    "The One Number You Need to Grow",
    "Harvard Business Review",
    "81(12)",
    "46-54",
    standing="secondary",
)
_JONES: Final = Reference(
    ("Jones, T. O.", "Sasser, W. E."),
    1995,
    "Why Satisfied Customers Defect",
    "Harvard Business Review",
    "73(6)",
    "88-99",
    standing="unconfirmed",
)
_KEININGHAM: Final = Reference(
    ("Keiningham, T. L.", "Aksoy, L.", "Buoye, A.", "Cooil, B."),
    2011,
    "Customer Loyalty Isn't Enough. Grow Your Share of Wallet",
    "Harvard Business Review",
    "89(10)",
    "29-31",
    standing="secondary",
)
_KAPLAN_MEIER: Final = Reference(
    ("Kaplan, E. L.", "Meier, P."),
    1958,
    "Nonparametric Estimation from Incomplete Observations",
    "Journal of the American Statistical Association",
    "53(282)",
    "457-481",
    standing="secondary",
)
_SKOK: Final = Reference(
    ("Skok, D.",),
    2010,
    "SaaS Metrics: A Guide to Measuring and Improving What Matters",
    "For Entrepreneurs",
    standing="unconfirmed",
)
_FADER_HARDIE_2009: Final = Reference(
    ("Fader, P. S.", "Hardie, B. G. S."),
    2009,
    "Probability Models for Customer-Base Analysis",
    "Journal of Interactive Marketing",
    "23(1)",
    "61-69",
    standing="secondary",
)

LOYALTY: Final[tuple[Entry, ...]] = (
    Entry(
        "net_promoter_score",
        "net promoter score with its error",
        "effectiveness",
        f"{_ROOM}.loyalty:net_promoter_score",
        (_REICHHELD,),
    ),
    Entry(
        "net_promoter_score_of_counts",
        "net promoter score of counted answers",
        "effectiveness",
        f"{_ROOM}.loyalty:net_promoter_score_of_counts",
        (_REICHHELD,),
    ),
    Entry(
        "share_of_wallet",
        "share of wallet, of each customer and of all together",
        "effectiveness",
        f"{_ROOM}.loyalty:share_of_wallet",
        (_JONES,),
    ),
    Entry(
        "wallet_allocation",
        "wallet allocation rule: shares from ranks",
        "effectiveness",
        f"{_ROOM}.loyalty:wallet_allocation",
        (_KEININGHAM,),
    ),
    Entry(
        "kaplan_meier",
        "survival where some are still there",
        "effectiveness",
        f"{_ROOM}.retention:kaplan_meier",
        (_KAPLAN_MEIER,),
    ),
    Entry(
        "revenue_retention",
        "gross and net revenue retention",
        "effectiveness",
        f"{_ROOM}.retention:revenue_retention",
        (_SKOK,),
    ),
    Entry(
        "cohort_retention",
        "cohort tables of active customers from purchases",
        "effectiveness",
        f"{_ROOM}.cohort_retention:cohort_retention",
        (_FADER_HARDIE_2009,),
    ),
)
