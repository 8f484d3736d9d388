"""Relationship-marketing models as typed Python values: from a table of purchases to a valued customer.

Everything statistical is ``fit(Model, data) -> Fit[Model]``; a model is its parameters, its methods are its formulas.

Examples:
    >>> import relmodels as rm
    >>> log = rm.datasets.cdnow()
    >>> summary = rm.PurchaseSummary.from_transactions(log, customer="customer", date="date", amount="amount")
    >>> buying, spending = rm.fit(rm.BGNBD, summary), rm.fit(rm.GammaGamma, summary)
    >>> value = rm.clv(buying.model, spending.model, summary, horizon=52, discount_rate=0.15)
    >>> [group.count for group in rm.abc_analysis(value).groups]
    [504, 1134, 719]

"""

from relmodels import datasets, plot
from relmodels.btyd.activity import Activity
from relmodels.btyd.beta_discrete_weibull import BetaDiscreteWeibull
from relmodels.btyd.bg_bb import BGBB
from relmodels.btyd.bg_cnbd import BGCNBD
from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.gamma_gamma import GammaGamma
from relmodels.btyd.ggompertz_nbd import GGompertzNBD
from relmodels.btyd.holdout import Holdout
from relmodels.btyd.intake import Intake
from relmodels.btyd.mbg_cnbd import MBGCNBD
from relmodels.btyd.mbg_nbd import MBGNBD
from relmodels.btyd.nbd import NBD
from relmodels.btyd.pareto_ggg import ParetoGGG
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.retention_table import RetentionTable
from relmodels.btyd.shifted_beta_geometric import ShiftedBetaGeometric
from relmodels.btyd.summary import PurchaseSummary
from relmodels.catalogue import find
from relmodels.core.errors import (
    InvalidData,
    InvalidParameters,
    MissingExtra,
    NotConverged,
    NotIdentified,
    RelmodelsError,
)
from relmodels.core.periods import Rate
from relmodels.core.process import Process
from relmodels.core.record import Record
from relmodels.core.reference import Reference
from relmodels.core.taxonomy import Taxonomy
from relmodels.core.version import __version__
from relmodels.effectiveness.abc_analysis import ABCAnalysis, abc_analysis
from relmodels.effectiveness.clv import clv, clv_interval, purchases_interval
from relmodels.effectiveness.cohort_equity import cohort_equity, new_customer_value
from relmodels.effectiveness.forecast_deciles import ForecastDeciles, forecast_deciles
from relmodels.effectiveness.forecast_errors import ErrorMeasures, ForecastErrors, forecast_errors
from relmodels.effectiveness.lorenz import LorenzCurve, gini, lorenz
from relmodels.frames.table import Table
from relmodels.inference.bootstrap import Bootstrap, bootstrap
from relmodels.inference.compare import LikelihoodRatio, Vuong, information_table, likelihood_ratio, vuong
from relmodels.inference.delta import Estimate, delta_method
from relmodels.inference.fit import fit
from relmodels.inference.model import Model
from relmodels.inference.profile import profile_interval
from relmodels.inference.result import Fit
from relmodels.inference.space import Parameter, Space
from relmodels.inference.status import Status

__all__ = [
    "ABCAnalysis",
    "Activity",
    "BGBB",
    "BGCNBD",
    "BGNBD",
    "BetaDiscreteWeibull",
    "Bootstrap",
    "ErrorMeasures",
    "Estimate",
    "Fit",
    "ForecastDeciles",
    "ForecastErrors",
    "GGompertzNBD",
    "GammaGamma",
    "Holdout",
    "Intake",
    "InvalidData",
    "InvalidParameters",
    "LikelihoodRatio",
    "LorenzCurve",
    "MBGCNBD",
    "MBGNBD",
    "MissingExtra",
    "Model",
    "NBD",
    "NotConverged",
    "NotIdentified",
    "Parameter",
    "ParetoGGG",
    "ParetoNBD",
    "Process",
    "PurchaseSummary",
    "Rate",
    "Record",
    "Reference",
    "RelmodelsError",
    "RetentionTable",
    "ShiftedBetaGeometric",
    "Space",
    "Status",
    "Table",
    "Taxonomy",
    "Vuong",
    "__version__",
    "abc_analysis",
    "bootstrap",
    "clv",
    "clv_interval",
    "cohort_equity",
    "datasets",
    "delta_method",
    "find",
    "fit",
    "forecast_deciles",
    "forecast_errors",
    "gini",
    "information_table",
    "likelihood_ratio",
    "lorenz",
    "new_customer_value",
    "plot",
    "profile_interval",
    "purchases_interval",
    "vuong",
]
