"""What the workshop of buying till you die implements."""

from __future__ import annotations

from typing import Final

from relmodels.catalogue.entry import Entry
from relmodels.catalogue.sources import EASY_WAY
from relmodels.core.reference import Reference

__all__ = ["BTYD"]

_REGULAR: Final = (
    Reference(
        ("Reutterer, T.", "Platzer, M.", "Schröder, N."),
        2021,
        "Leveraging Purchase Regularity for Predicting Customer Behavior the Easy Way",
        "International Journal of Research in Marketing",
        "38(1)",
        "194-215",
        "10.1016/j.ijresmar.2020.09.002",
        standing="secondary",
    ),
    Reference(
        ("Platzer, M.",),
        2008,
        "Stochastic Models of Noncontractual Consumer Relationships",
        "Vienna University of Economics and Business Administration",
        standing="secondary",
    ),
)

BTYD: Final[tuple[Entry, ...]] = (
    Entry(
        "BGNBD",
        "BG/NBD, buying till you die with dropout after a purchase",
        "btyd",
        "relmodels.btyd.bg_nbd:BGNBD",
        (EASY_WAY,),
    ),
    Entry(
        "NBD",
        "NBD, repeat buying at random without dropout",
        "btyd",
        "relmodels.btyd.nbd:NBD",
        (
            Reference(
                ("Ehrenberg, A. S. C.",),
                1959,
                "The Pattern of Consumer Purchases",
                "Applied Statistics",
                "8(1)",
                "26-41",
                "10.2307/2985810",
                standing="secondary",
            ),
        ),
    ),
    Entry(
        "MBGNBD",
        "MBG/NBD, buying till you die with dropout after any purchase, the first included",
        "btyd",
        "relmodels.btyd.mbg_nbd:MBGNBD",
        (
            Reference(
                ("Batislam, E. P.", "Denizel, M.", "Filiztekin, A."),
                2007,
                "Empirical Validation and Comparison of Models for Customer Base Analysis",
                "International Journal of Research in Marketing",
                "24(3)",
                "201-209",
                "10.1016/j.ijresmar.2006.12.005",
                standing="secondary",
            ),
            Reference(
                ("Hoppe, D.", "Wagner, U."),
                2007,
                "Customer Base Analysis: The Case for a Central Variant of the Betageometric/NBD Model",
                "Marketing: Journal of Research and Management",
                "3(2)",
                "75-90",
                standing="secondary",
            ),
        ),
    ),
    Entry(
        "ParetoNBD",
        "Pareto/NBD, buying till you die with dropout at any moment",
        "btyd",
        "relmodels.btyd.pareto_nbd:ParetoNBD",
        (
            Reference(
                ("Schmittlein, D. C.", "Morrison, D. G.", "Colombo, R."),
                1987,
                "Counting Your Customers: Who Are They and What Will They Do Next?",
                "Management Science",
                "33(1)",
                "1-24",
                "10.1287/mnsc.33.1.1",
                standing="secondary",
            ),
        ),
    ),
    Entry(
        "TimeVaryingParetoNBD",
        "Pareto/NBD with covariates that change in time, on purchases and on leaving",
        "btyd",
        "relmodels.btyd.time_varying_pareto_nbd:TimeVaryingParetoNBD",
        (
            Reference(
                ("Bachmann, P.", "Meierer, M.", "Näf, J."),
                2021,
                "The Role of Time-Varying Contextual Factors in Latent Attrition Models for Customer Base Analysis",
                "Marketing Science",
                "40(4)",
                "783-809",
                "10.1287/mksc.2020.1254",
                standing="derived",
            ),
        ),
    ),
    Entry(
        "GGompertzNBD",
        "Gompertz/NBD, buying till you die with a hazard of leaving that grows",
        "btyd",
        "relmodels.btyd.ggompertz_nbd:GGompertzNBD",
        (
            Reference(
                ("Bemmaor, A. C.", "Glady, N."),
                2012,
                "Modeling Purchasing Behavior with Sudden “Death”: A Flexible Customer Lifetime Model",
                "Management Science",
                "58(5)",
                "1012-1021",
                "10.1287/mnsc.1110.1461",
                standing="secondary",
            ),
            Reference(
                ("Adler, J.",),
                2022,
                "Comment on “Modeling Purchasing Behavior with Sudden ‘Death’: A Flexible Customer Lifetime Model”",
                "Management Science",
                "69(3)",
                "1929-1930",
                standing="secondary",
            ),
        ),
    ),
    Entry(
        "SarmanovParetoNBD",
        "Pareto/NBD whose purchase rates and hazards of leaving depend on each other",
        "btyd",
        "relmodels.btyd.sarmanov_pareto_nbd:SarmanovParetoNBD",
        (
            Reference(
                ("Park, Y.-H.", "Fader, P. S."),
                2004,
                "Modeling Browsing Behavior at Multiple Websites",
                "Marketing Science",
                "23(3)",
                "280-303",
                standing="unconfirmed",
            ),
            Reference(
                ("Lee, M.-L. T.",),
                1996,
                "Properties and Applications of the Sarmanov Family of Bivariate Distributions",
                "Communications in Statistics - Theory and Methods",
                "25(6)",
                "1207-1222",
                standing="unconfirmed",
            ),
        ),
    ),
    Entry(
        "ParetoGGG",
        "Pareto/GGG, buying till you die in a rhythm as regular as each customer is",
        "btyd",
        "relmodels.btyd.pareto_ggg:ParetoGGG",
        (
            Reference(
                ("Platzer, M.", "Reutterer, T."),
                2016,
                "Ticking Away the Moments: Timing Regularity Helps to Better Predict Customer Activity",
                "Marketing Science",
                "35(5)",
                "779-799",
                "10.1287/mksc.2015.0963",
                standing="secondary",
            ),
        ),
    ),
    Entry(
        "BGCNBD",
        "BG/CNBD-k, buying in a rhythm till you die, dropout after a repeat purchase",
        "btyd",
        "relmodels.btyd.bg_cnbd:BGCNBD",
        _REGULAR,
    ),
    Entry(
        "MBGCNBD",
        "MBG/CNBD-k, buying in a rhythm till you die, dropout after any purchase",
        "btyd",
        "relmodels.btyd.mbg_cnbd:MBGCNBD",
        _REGULAR,
    ),
    Entry(
        "BGBB",
        "BG/BB, buying till you die at fixed opportunities",
        "btyd",
        "relmodels.btyd.bg_bb:BGBB",
        (
            Reference(
                ("Fader, P. S.", "Hardie, B. G. S.", "Shang, J."),
                2010,
                "Customer-Base Analysis in a Discrete-Time Noncontractual Setting",
                "Marketing Science",
                "29(6)",
                "1086-1108",
                "10.1287/mksc.1100.0580",
                standing="secondary",
            ),
        ),
    ),
    Entry(
        "ShiftedBetaGeometric",
        "shifted beta-geometric (sBG), retention of contracts that differ in loyalty",
        "btyd",
        "relmodels.btyd.shifted_beta_geometric:ShiftedBetaGeometric",
        (
            Reference(
                ("Fader, P. S.", "Hardie, B. G. S."),
                2007,
                "How to Project Customer Retention",
                "Journal of Interactive Marketing",
                "21(1)",
                "76-90",
                "10.1002/dir.20074",
                standing="secondary",
            ),
            Reference(
                ("Fader, P. S.", "Hardie, B. G. S."),
                2010,
                "Customer-Base Valuation in a Contractual Setting: The Perils of Ignoring Heterogeneity",
                "Marketing Science",
                "29(1)",
                "85-93",
                "10.1287/mksc.1080.0482",
                standing="secondary",
            ),
        ),
    ),
    Entry(
        "BetaDiscreteWeibull",
        "beta-discrete-Weibull (BdW), retention of contracts whose loyalty changes with time",
        "btyd",
        "relmodels.btyd.beta_discrete_weibull:BetaDiscreteWeibull",
        (
            Reference(
                ("Fader, P. S.", "Hardie, B. G. S.", "Liu, Y.", "Davin, J.", "Steenburgh, T."),
                2018,
                "“How to Project Customer Retention” Revisited: The Role of Duration Dependence",
                "Journal of Interactive Marketing",
                "43",
                "1-16",
                "10.1016/j.intmar.2018.01.002",
                standing="secondary",
            ),
        ),
    ),
    Entry(
        "WithCovariates",
        "a model of purchases whose parameters differ with what else is known of customers",
        "btyd",
        "relmodels.btyd.with_covariates:WithCovariates",
        (
            Reference(
                ("Fader, P. S.", "Hardie, B. G. S."),
                2007,
                "Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD models",
                "Research note, brucehardie.com/notes/019",
                standing="secondary",
            ),
        ),
    ),
    Entry(
        "SpendWithCovariates",
        "gamma-gamma whose level differs with what else is known of customers; the form is ours",
        "btyd",
        "relmodels.btyd.spend_with_covariates:SpendWithCovariates",
        (
            Reference(
                ("Fader, P. S.", "Hardie, B. G. S."),
                2013,
                "The gamma-gamma model of monetary value",
                "Research note, brucehardie.com/notes/025",
                standing="secondary",
            ),
        ),
    ),
    Entry(
        "GammaGamma",
        "gamma-gamma, the mean spend of a customer seen through few purchases",
        "btyd",
        "relmodels.btyd.gamma_gamma:GammaGamma",
        (
            Reference(
                ("Fader, P. S.", "Hardie, B. G. S."),
                2013,
                "The Gamma-Gamma Model of Monetary Value",
                "Research note",
            ),
            Reference(
                ("Colombo, R.", "Jiang, W."),
                1999,
                "A Stochastic RFM Model",
                "Journal of Interactive Marketing",
                "13(3)",
                "2-12",
                standing="secondary",
            ),
        ),
    ),
)
