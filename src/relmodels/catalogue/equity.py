"""What room 5 says of value and equity from rates and margins, without a probability model."""

from __future__ import annotations

from typing import Final

from relmodels.catalogue.entry import Entry
from relmodels.core.reference import Reference

__all__ = ["EQUITY"]

_ROOM: Final = "relmodels.effectiveness"
_BERGER_NASR: Final = Reference(
    ("Berger, P. D.", "Nasr, N. I."),
    1998,
    "Customer Lifetime Value: Marketing Models and Applications",
    "Journal of Interactive Marketing",
    "12(1)",
    "17-30",
    standing="secondary",
)
_GUPTA_LEHMANN: Final = Reference(
    ("Gupta, S.", "Lehmann, D. R."),
    2003,
    "Customers as Assets",
    "Journal of Interactive Marketing",
    "17(1)",
    "9-24",
    standing="unconfirmed",
)
_GUPTA_2004: Final = Reference(
    ("Gupta, S.", "Lehmann, D. R.", "Stuart, J. A."),
    2004,
    "Valuing Customers",
    "Journal of Marketing Research",
    "41(1)",
    "7-18",
    standing="unconfirmed",
)
_BLATTBERG: Final = Reference(
    ("Blattberg, R. C.", "Deighton, J."),
    1996,
    "Manage Marketing by the Customer Equity Test",
    "Harvard Business Review",
    "74(4)",
    "136-144",
    standing="secondary",
)
_RUST: Final = Reference(
    ("Rust, R. T.", "Lemon, K. N.", "Zeithaml, V. A."),
    2004,
    "Return on Marketing: Using Customer Equity to Focus Marketing Strategy",
    "Journal of Marketing",
    "68(1)",
    "109-127",
    standing="secondary",
)

EQUITY: Final[tuple[Entry, ...]] = (
    Entry(
        "retention_clv",
        "lifetime value from margin, retention and discount, with its timings named",
        "effectiveness",
        f"{_ROOM}.retention_clv:retention_clv",
        (_BERGER_NASR,),
    ),
    Entry(
        "margin_multiple",
        "the multiple of a margin, with growth",
        "effectiveness",
        f"{_ROOM}.retention_clv:margin_multiple",
        (_GUPTA_LEHMANN,),
    ),
    Entry(
        "annuity_clv",
        "the value of a customer who stays for certain",
        "effectiveness",
        f"{_ROOM}.retention_clv:annuity_clv",
        (_BERGER_NASR,),
    ),
    Entry(
        "continuous_clv",
        "the value of a margin that flows evenly",
        "effectiveness",
        f"{_ROOM}.retention_clv:continuous_clv",
        (_BERGER_NASR,),
    ),
    Entry(
        "value_sensitivity",
        "elasticities of a customer's value",
        "effectiveness",
        f"{_ROOM}.retention_clv:value_sensitivity",
        (_GUPTA_2004,),
    ),
    Entry(
        "berger_nasr_yearly",
        "lifetime value, case 1: one sale a year",
        "effectiveness",
        f"{_ROOM}.berger_nasr:berger_nasr_yearly",
        (_BERGER_NASR,),
    ),
    Entry(
        "berger_nasr_rare",
        "lifetime value, case 2a: a sale every few years",
        "effectiveness",
        f"{_ROOM}.berger_nasr:berger_nasr_rare",
        (_BERGER_NASR,),
    ),
    Entry(
        "berger_nasr_frequent",
        "lifetime value, case 2b: several sales a year",
        "effectiveness",
        f"{_ROOM}.berger_nasr:berger_nasr_frequent",
        (_BERGER_NASR,),
    ),
    Entry(
        "berger_nasr_path",
        "lifetime value, case 3: a path of contributions",
        "effectiveness",
        f"{_ROOM}.berger_nasr:berger_nasr_path",
        (_BERGER_NASR,),
    ),
    Entry(
        "berger_nasr_continuous",
        "lifetime value, case 4: flows",
        "effectiveness",
        f"{_ROOM}.berger_nasr:berger_nasr_continuous",
        (_BERGER_NASR,),
    ),
    Entry(
        "berger_nasr_migration",
        "lifetime value, case 5: customers who come back",
        "effectiveness",
        f"{_ROOM}.berger_nasr:berger_nasr_migration",
        (_BERGER_NASR,),
    ),
    Entry(
        "buyers_by_recency",
        "who buys in each year, if buying depends on the last year of buying",
        "effectiveness",
        f"{_ROOM}.berger_nasr:buyers_by_recency",
        (_BERGER_NASR,),
    ),
    Entry(
        "customer_equity",
        "what a prospect is worth, after the cost of winning",
        "effectiveness",
        f"{_ROOM}.blattberg_deighton:customer_equity",
        (_BLATTBERG,),
    ),
    Entry(
        "optimal_equity",
        "the best budgets for winning and keeping",
        "effectiveness",
        f"{_ROOM}.blattberg_deighton:optimal_equity",
        (_BLATTBERG,),
    ),
    Entry(
        "switching_matrix",
        "chances of switching by a logit of drivers",
        "effectiveness",
        f"{_ROOM}.rust_lemon_zeithaml:switching_matrix",
        (_RUST,),
    ),
    Entry(
        "switching_clv",
        "value to each brand where customers switch",
        "effectiveness",
        f"{_ROOM}.rust_lemon_zeithaml:switching_clv",
        (_RUST,),
    ),
    Entry(
        "brand_equity",
        "customer equity of each brand",
        "effectiveness",
        f"{_ROOM}.rust_lemon_zeithaml:brand_equity",
        (_RUST,),
    ),
    Entry(
        "brand_equity_return",
        "return on marketing of a change in equity",
        "effectiveness",
        f"{_ROOM}.rust_lemon_zeithaml:brand_equity_return",
        (_RUST,),
    ),
)
