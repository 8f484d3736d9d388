"""What room 5 says of the value of customers and of its concentration."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from relmodels.catalogue.entry import Entry
from relmodels.catalogue.sources import EASY_WAY, FADER_HARDIE_LEE
from relmodels.core.reference import Reference

__all__ = ["VALUE"]

VALUE: Final[tuple[Entry, ...]] = (
    Entry(
        "clv",
        "customer lifetime value, discounted expected purchases times expected spend times margin",
        "effectiveness",
        "relmodels.effectiveness.clv:clv",
        (
            Reference(
                FADER_HARDIE_LEE,
                2005,
                "RFM and CLV: Using Iso-Value Curves for Customer Base Analysis",
                "Journal of Marketing Research",
                "42(4)",
                "415-430",
                "10.1509/jmkr.2005.42.4.415",
            ),
        ),
    ),
    Entry(
        "clv_interval",
        "the range in which a customer's value will probably fall",
        "effectiveness",
        "relmodels.effectiveness.clv:clv_interval",
        (
            Reference(
                ("Fader, P. S.", "Hardie, B. G. S."),
                2013,
                "The Gamma-Gamma Model of Monetary Value",
                "Research note",
                standing="derived",
            ),
        ),
    ),
    Entry(
        "purchases_interval",
        "the range in which a customer's number of purchases will probably fall",
        "effectiveness",
        "relmodels.effectiveness.clv:purchases_interval",
        (replace(EASY_WAY, standing="derived"),),
    ),
    Entry(
        "abc_analysis",
        "ABC analysis, three classes by cumulative share of the total",
        "effectiveness",
        "relmodels.effectiveness.abc_analysis:abc_analysis",
        (
            Reference(
                ("Dickie, H. F.",),
                1951,
                "ABC Inventory Analysis Shoots for Dollars, Not Pennies",
                "Factory Management and Maintenance",
                "109(7)",
                "92-94",
                standing="secondary",
            ),
        ),
    ),
    Entry(
        "lorenz",
        "Lorenz curve, the share of the total held by the smallest share of customers",
        "effectiveness",
        "relmodels.effectiveness.lorenz:lorenz",
        (
            Reference(
                ("Lorenz, M. O.",),
                1905,
                "Methods of Measuring the Concentration of Wealth",
                "Publications of the American Statistical Association",
                "9(70)",
                "209-219",
                "10.2307/2276207",
            ),
        ),
    ),
    Entry(
        "new_customer_value",
        "value of the repeat purchases of a customer who has just made the first",
        "effectiveness",
        "relmodels.effectiveness.cohort_equity:new_customer_value",
        (
            Reference(
                FADER_HARDIE_LEE,
                2005,
                "RFM and CLV: Using Iso-Value Curves for Customer Base Analysis",
                "Journal of Marketing Research",
                "42(4)",
                "415-430",
                "10.1509/jmkr.2005.42.4.415",
            ),
        ),
    ),
    Entry(
        "cohort_equity",
        "customer equity of a base or cohort, the sum of the values of its customers",
        "effectiveness",
        "relmodels.effectiveness.cohort_equity:cohort_equity",
        (
            Reference(
                ("Blattberg, R. C.", "Deighton, J."),
                1996,
                "Manage Marketing by the Customer Equity Test",
                "Harvard Business Review",
                "74(4)",
                "136-144",
                standing="secondary",
            ),
        ),
    ),
    Entry(
        "gini",
        "Gini coefficient, twice the area between the Lorenz curve and equality",
        "effectiveness",
        "relmodels.effectiveness.lorenz:gini",
        (
            Reference(
                ("Gini, C.",),
                1914,
                "Sulla misura della concentrazione e della variabilità dei caratteri",
                "Atti del Reale Istituto Veneto di Scienze, Lettere ed Arti",
                "73(2)",
                "1203-1248",
                standing="secondary",
            ),
        ),
    ),
)
