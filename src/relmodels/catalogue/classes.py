"""What room 5 sorts customers by: classes of value, scores, and how concentrated value is."""

from __future__ import annotations

from typing import Final

from relmodels.catalogue.entry import Entry
from relmodels.core.reference import Reference

__all__ = ["CLASSES"]

_ROOM: Final = "relmodels.effectiveness"
_DICKIE: Final = Reference(
    ("Dickie, H. F.",),
    1951,
    "ABC Inventory Analysis Shoots for Dollars, Not Pennies",
    "Factory Management and Maintenance",
    "109(7)",
    "92-94",
    standing="secondary",
)
_FLORES: Final = Reference(
    ("Flores, B. E.", "Whybark, D. C."),
    1986,
    "Multiple Criteria ABC Analysis",
    "International Journal of Operations & Production Management",
    "6(3)",
    "38-46",
    standing="unconfirmed",
)
_SCHOLZ: Final = Reference(
    ("Scholz-Reiter, B.", "Heger, J.", "Meinecke, C.", "Bergmann, J."),
    2012,
    "Integration of Demand Forecasts in ABC-XYZ Analysis",
    "International Journal of Productivity and Performance Management",
    "61(4)",
    "445-451",
    standing="unconfirmed",
)
_EFRON: Final = Reference(
    ("Efron, B.",),
    1979,
    "Bootstrap Methods: Another Look at the Jackknife",
    "Annals of Statistics",
    "7(1)",
    "1-26",
    standing="secondary",
)
_ULTSCH: Final = Reference(
    ("Ultsch, A.", "Lötsch, J."),
    2015,
    "Computed ABC Analysis for Rational Selection of Most Informative Variables in Multivariate Data",
    "PLoS ONE",
    "10(6)",
    standing="secondary",
)
_HIRSCHMAN: Final = Reference(
    ("Hirschman, A. O.",),
    1964,
    "The Paternity of an Index",
    "American Economic Review",
    "54(5)",
    "761-762",
    standing="secondary",
)
_JURAN: Final = Reference(
    ("Juran, J. M.",),
    1954,
    "Universals in Management Planning and Controlling",
    "The Management Review",
    "43(11)",
    "748-761",
    standing="unconfirmed",
)
_ZIPF: Final = Reference(
    ("Zipf, G. K.",), 1949, "Human Behavior and the Principle of Least Effort", "Addison-Wesley", standing="secondary"
)
_HUGHES: Final = Reference(("Hughes, A. M.",), 1994, "Strategic Database Marketing", "Probus", standing="secondary")

CLASSES: Final[tuple[Entry, ...]] = (
    Entry(
        "abc_by_group",
        "ABC analysis within each group",
        "effectiveness",
        f"{_ROOM}.abc_extensions:abc_by_group",
        (_DICKIE,),
    ),
    Entry(
        "abc_over_criteria",
        "ABC analysis of a weighted score over several criteria",
        "effectiveness",
        f"{_ROOM}.abc_extensions:abc_over_criteria",
        (_FLORES,),
    ),
    Entry(
        "abc_xyz",
        "ABC-XYZ analysis: value and steadiness",
        "effectiveness",
        f"{_ROOM}.abc_extensions:abc_xyz",
        (_SCHOLZ,),
    ),
    Entry(
        "abc_stability",
        "how sure the ABC classes are, by drawing periods again",
        "effectiveness",
        f"{_ROOM}.abc_extensions:abc_stability",
        (_EFRON,),
    ),
    Entry(
        "class_moves",
        "how customers moved between ABC classes; the table is ours",
        "effectiveness",
        f"{_ROOM}.abc_extensions:class_moves",
        (_DICKIE,),
    ),
    Entry(
        "computed_abc",
        "computed ABC analysis: Pareto, break-even and submarginal points of the curve",
        "effectiveness",
        f"{_ROOM}.computed_abc:computed_abc",
        (_ULTSCH,),
    ),
    Entry(
        "concentration_indices",
        "Gini, Herfindahl-Hirschman, entropy and their like",
        "effectiveness",
        f"{_ROOM}.concentration_indices:concentration_indices",
        (_HIRSCHMAN,),
    ),
    Entry(
        "pareto_share",
        "the share of the total that the best part of customers holds",
        "effectiveness",
        f"{_ROOM}.concentration_indices:pareto_share",
        (_JURAN,),
    ),
    Entry(
        "zipf_rank",
        "the rank that a share implies under Zipf's law",
        "effectiveness",
        f"{_ROOM}.concentration_indices:zipf_rank",
        (_ZIPF,),
    ),
    Entry(
        "rfm_scores",
        "scores by recency, frequency and monetary value",
        "effectiveness",
        f"{_ROOM}.rfm:rfm_scores",
        (_HUGHES,),
    ),
    Entry(
        "rfm_segments",
        "segments of RFM scores by versioned boxes",
        "effectiveness",
        f"{_ROOM}.rfm:rfm_segments",
        (_HUGHES,),
    ),
)
