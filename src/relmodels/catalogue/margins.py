"""What room 5 says of costs, margins and their differences from the plan."""

from __future__ import annotations

from typing import Final

from relmodels.catalogue.entry import Entry
from relmodels.core.reference import Reference

__all__ = ["MARGINS"]

_ROOM: Final = "relmodels.effectiveness"
_KAPLAN_ANDERSON: Final = Reference(
    ("Kaplan, R. S.", "Anderson, S. R."),
    2004,
    "Time-Driven Activity-Based Costing",
    "Harvard Business Review",
    "82(11)",
    "131-138",
    standing="secondary",
)
_KAPLAN_NARAYANAN: Final = Reference(
    ("Kaplan, R. S.", "Narayanan, V. G."),
    2001,
    "Measuring and Managing Customer Profitability",
    "Journal of Cost Management",
    "15(5)",
    "5-15",
    standing="unconfirmed",
)
_HORNGREN: Final = Reference(
    ("Horngren, C. T.", "Datar, S. M.", "Rajan, M. V."),
    2012,
    "Cost Accounting: A Managerial Emphasis",
    "Pearson",
    standing="secondary",
)
_RAAIJ: Final = Reference(
    ("Van Raaij, E. M.", "Vernooij, M. J. A.", "van Triest, S."),
    2003,
    "The Implementation of Customer Profitability Analysis: A Case Study",
    "Industrial Marketing Management",
    "32(7)",
    "573-583",
    standing="secondary",
)
_DRURY: Final = Reference(("Drury, C.",), 2012, "Management and Cost Accounting", "Cengage", standing="secondary")

MARGINS: Final[tuple[Entry, ...]] = (
    Entry(
        "activity_costs",
        "activity-based costing, with activities that serve each other",
        "effectiveness",
        f"{_ROOM}.activity_costing:activity_costs",
        (_KAPLAN_ANDERSON,),
    ),
    Entry(
        "time_driven_costs",
        "time-driven activity-based costing with unused capacity",
        "effectiveness",
        f"{_ROOM}.activity_costing:time_driven_costs",
        (_KAPLAN_ANDERSON,),
    ),
    Entry(
        "cost_to_serve",
        "what each customer costs to serve",
        "effectiveness",
        f"{_ROOM}.activity_costing:cost_to_serve",
        (_KAPLAN_NARAYANAN,),
    ),
    Entry(
        "customer_margins",
        "the margin statement of each customer",
        "effectiveness",
        f"{_ROOM}.margins:customer_margins",
        (_HORNGREN,),
    ),
    Entry(
        "margin_by_group",
        "margin statements by any grouping, with subtotals",
        "effectiveness",
        f"{_ROOM}.margins:margin_by_group",
        (_HORNGREN,),
    ),
    Entry(
        "profit_portfolio",
        "customers by size and profit; the split is ours",
        "effectiveness",
        f"{_ROOM}.margins:profit_portfolio",
        (_RAAIJ,),
    ),
    Entry(
        "whale_curve",
        "whale curve and Stobachoff index",
        "effectiveness",
        f"{_ROOM}.whale_curve:whale_curve",
        (_KAPLAN_NARAYANAN,),
    ),
    Entry(
        "price_volume_mix",
        "price, volume and mix variances of revenue",
        "effectiveness",
        f"{_ROOM}.variances:price_volume_mix",
        (_HORNGREN,),
    ),
    Entry(
        "quantity_mix",
        "quantity and mix variances of contribution",
        "effectiveness",
        f"{_ROOM}.variances:quantity_mix",
        (_DRURY,),
    ),
    Entry(
        "market_variance",
        "market-size and market-share variances",
        "effectiveness",
        f"{_ROOM}.variances:market_variance",
        (_HORNGREN,),
    ),
)
