"""What room 5 says of investments: returns, lift, payments over time, relationships."""

from __future__ import annotations

from typing import Final

from relmodels.catalogue.entry import Entry
from relmodels.core.reference import Reference

__all__ = ["RETURNS"]

_ROOM: Final = "relmodels.effectiveness"
_RUST: Final = Reference(
    ("Rust, R. T.", "Lemon, K. N.", "Zeithaml, V. A."),
    2004,
    "Return on Marketing: Using Customer Equity to Focus Marketing Strategy",
    "Journal of Marketing",
    "68(1)",
    "109-127",
    standing="secondary",
)
_LENSKOLD: Final = Reference(
    ("Lenskold, J. D.",),
    2003,
    "Marketing ROI: The Path to Campaign, Customer, and Corporate Profitability",
    "McGraw-Hill",
    standing="unconfirmed",
)
_HUGHES: Final = Reference(("Hughes, A. M.",), 1994, "Strategic Database Marketing", "Probus", standing="secondary")
_WELCH: Final = Reference(
    ("Welch, B. L.",),
    1947,
    "The Generalization of “Student’s” Problem When Several Different Population Variances Are Involved",
    "Biometrika",
    "34(1/2)",
    "28-35",
    standing="secondary",
)
_NEWCOMBE: Final = Reference(
    ("Newcombe, R. G.",),
    1998,
    "Interval Estimation for the Difference between Independent Proportions",
    "Statistics in Medicine",
    "17(8)",
    "873-890",
    standing="secondary",
)
_FISHER: Final = Reference(("Fisher, I.",), 1907, "The Rate of Interest", "Macmillan", standing="secondary")
_LORIE: Final = Reference(
    ("Lorie, J. H.", "Savage, L. J."),
    1955,
    "Three Problems in Rationing Capital",
    "Journal of Business",
    "28(4)",
    "229-239",
    standing="secondary",
)
_LIN: Final = Reference(
    ("Lin, S. A. Y.",),
    1976,
    "The Modified Internal Rate of Return and Investment Criterion",
    "The Engineering Economist",
    "21(4)",
    "237-247",
    standing="unconfirmed",
)
_GORDON: Final = Reference(
    ("Gordon, M. J.",),
    1955,
    "The Payoff Period and the Rate of Profit",
    "Journal of Business",
    "28(4)",
    "253-260",
    standing="unconfirmed",
)
_GUMMESSON_2004: Final = Reference(
    ("Gummesson, E.",),
    2004,
    "Return on Relationships (ROR): The Value of Relationship Marketing and CRM in Business-to-Business Contexts",
    "Journal of Business & Industrial Marketing",
    "19(2)",
    "136-148",
    standing="secondary",
)
_GRONROOS: Final = Reference(
    ("Grönroos, C.", "Helle, P."),
    2012,
    "Return on Relationships: Conceptual Understanding and Measurement of Mutual Gains from Relational "
    "Business Engagements",
    "Journal of Business & Industrial Marketing",
    "27(5)",
    "344-359",
    standing="secondary",
)
_KAPLAN_NORTON: Final = Reference(
    ("Kaplan, R. S.", "Norton, D. P."),
    1992,
    "The Balanced Scorecard: Measures that Drive Performance",
    "Harvard Business Review",
    "70(1)",
    "71-79",
    standing="secondary",
)

RETURNS: Final[tuple[Entry, ...]] = (
    Entry("roi", "return on an investment", "effectiveness", f"{_ROOM}.returns:roi", (_RUST,)),
    Entry("gain_for_roi", "the gain that gives a return", "effectiveness", f"{_ROOM}.returns:gain_for_roi", (_RUST,)),
    Entry(
        "romi",
        "three returns on marketing investment by their own names",
        "effectiveness",
        f"{_ROOM}.returns:romi",
        (_LENSKOLD,),
    ),
    Entry(
        "break_even_response",
        "the response at which a contact pays",
        "effectiveness",
        f"{_ROOM}.returns:break_even_response",
        (_HUGHES,),
    ),
    Entry(
        "mean_lift", "difference of means to a control group", "effectiveness", f"{_ROOM}.returns:mean_lift", (_WELCH,)
    ),
    Entry(
        "response_lift",
        "difference of response rates to a control group",
        "effectiveness",
        f"{_ROOM}.returns:response_lift",
        (_NEWCOMBE,),
    ),
    Entry(
        "incremental_margin",
        "what a campaign brought in margin, with its interval",
        "effectiveness",
        f"{_ROOM}.returns:incremental_margin",
        (_LENSKOLD,),
    ),
    Entry("npv", "net present value", "effectiveness", f"{_ROOM}.cash_flows:npv", (_FISHER,)),
    Entry(
        "internal_rates",
        "every internal rate of return",
        "effectiveness",
        f"{_ROOM}.cash_flows:internal_rates",
        (_LORIE,),
    ),
    Entry(
        "irr", "the internal rate of return where there is one", "effectiveness", f"{_ROOM}.cash_flows:irr", (_LORIE,)
    ),
    Entry("mirr", "modified internal rate of return", "effectiveness", f"{_ROOM}.cash_flows:mirr", (_LIN,)),
    Entry("payback", "payback period", "effectiveness", f"{_ROOM}.cash_flows:payback", (_GORDON,)),
    Entry(
        "discounted_payback",
        "payback of discounted payments",
        "effectiveness",
        f"{_ROOM}.cash_flows:discounted_payback",
        (_GORDON,),
    ),
    Entry(
        "profitability_index",
        "present value over the outlay",
        "effectiveness",
        f"{_ROOM}.cash_flows:profitability_index",
        (_LORIE,),
    ),
    Entry(
        "equivalent_annuity",
        "the equal payments worth as much",
        "effectiveness",
        f"{_ROOM}.cash_flows:equivalent_annuity",
        (_FISHER,),
    ),
    Entry(
        "rate_per",
        "the effective rate of another period",
        "effectiveness",
        f"{_ROOM}.rate_conversions:rate_per",
        (_FISHER,),
    ),
    Entry(
        "return_on_relationships",
        "long-run result of a portfolio of relationships; рентабельность взаимоотношений",
        "effectiveness",
        f"{_ROOM}.return_on_relationships:return_on_relationships",
        (_GUMMESSON_2004,),
    ),
    Entry(
        "joint_productivity",
        "a gain two parties make together",
        "effectiveness",
        f"{_ROOM}.return_on_relationships:joint_productivity",
        (_GRONROOS,),
    ),
    Entry(
        "BALANCED_PERSPECTIVES",
        "the four perspectives of the balanced scorecard; сбалансированная система показателей",
        "effectiveness",
        f"{_ROOM}.scorecard:BALANCED_PERSPECTIVES",
        (_KAPLAN_NORTON,),
    ),
    Entry(
        "stakeholder_scorecard",
        "a scorecard whose perspectives are groups of stakeholders",
        "effectiveness",
        f"{_ROOM}.scorecard:stakeholder_scorecard",
        (_KAPLAN_NORTON,),
    ),
)
