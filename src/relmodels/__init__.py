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

from relmodels import datasets, markov, plot, sem
from relmodels.btyd.activity import Activity
from relmodels.btyd.beta_discrete_weibull import BetaDiscreteWeibull
from relmodels.btyd.bg_bb import BGBB
from relmodels.btyd.bg_cnbd import BGCNBD
from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.covariate_kind import CovariateKind
from relmodels.btyd.covariate_panel import CovariatePanel
from relmodels.btyd.covariates import Covariates, CovariateSet
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
from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
from relmodels.btyd.shifted_beta_geometric import ShiftedBetaGeometric
from relmodels.btyd.spend_with_covariates import SpendWithCovariates
from relmodels.btyd.summary import PurchaseSummary
from relmodels.btyd.time_varying_pareto_nbd import TimeVaryingParetoNBD
from relmodels.btyd.with_covariates import WithCovariates
from relmodels.catalogue.search import find
from relmodels.core.errors import (
    InvalidData,
    InvalidParameters,
    MissingExtra,
    NotConverged,
    NotIdentified,
    RelmodelsError,
)
from relmodels.core.identifiers import ExternalId, Industry, Money, identity
from relmodels.core.party import Brand, Group, Node, Organization, Party, Person, Symbol
from relmodels.core.periods import Duration, Rate
from relmodels.core.personal import pseudonymized
from relmodels.core.process import Process
from relmodels.core.record import Record
from relmodels.core.reference import Reference
from relmodels.core.rounding import rounded_to_total
from relmodels.core.score import Score
from relmodels.core.survival import ProductLimit, product_limit
from relmodels.core.taxonomy import EditionName, Row, Taxonomy
from relmodels.core.version import __version__
from relmodels.development import (
    AccountModel,
    PhaseEntry,
    PhaseHistory,
    PhaseModel,
    PhaseMoves,
    PhaseTrajectory,
    TimeInPhase,
    account_model,
    dwyer,
    jackson,
    label,
    phase_chain,
    phase_histories,
    phase_moves,
    time_in_phase,
    time_to_dissolution,
    walter,
)
from relmodels.drivers import five_phases, morgan_hunt
from relmodels.drivers.relationship_quality import RelationshipQuality, relationship_quality
from relmodels.drivers.respondent_scores import RespondentScores, respondent_scores
from relmodels.effectiveness.abc_analysis import ABCAnalysis, abc_analysis
from relmodels.effectiveness.abc_extensions import (
    ABCXYZ,
    ABCStability,
    ClassMoves,
    GroupedABC,
    abc_by_group,
    abc_over_criteria,
    abc_stability,
    abc_xyz,
    class_moves,
)
from relmodels.effectiveness.activity_costing import (
    ActivityCosts,
    TimeDrivenCosts,
    TimeEquation,
    activity_costs,
    cost_to_serve,
    time_driven_costs,
)
from relmodels.effectiveness.berger_nasr import (
    berger_nasr_continuous,
    berger_nasr_frequent,
    berger_nasr_migration,
    berger_nasr_path,
    berger_nasr_rare,
    berger_nasr_yearly,
    buyers_by_recency,
)
from relmodels.effectiveness.blattberg_deighton import OptimalEquity, ResponseCurve, customer_equity, optimal_equity
from relmodels.effectiveness.calibration import (
    CountCalibration,
    HoldoutByCount,
    calibration_by_count,
    holdout_by_count,
)
from relmodels.effectiveness.cash_flows import (
    InternalRates,
    discounted_payback,
    equivalent_annuity,
    internal_rates,
    irr,
    mirr,
    npv,
    payback,
    profitability_index,
)
from relmodels.effectiveness.clv import clv, clv_interval, purchases_interval
from relmodels.effectiveness.cohort_equity import cohort_equity, new_customer_value
from relmodels.effectiveness.cohort_retention import CohortRetention, cohort_retention
from relmodels.effectiveness.computed_abc import ABCCurve, ComputedABC, computed_abc
from relmodels.effectiveness.concentration_indices import (
    ConcentrationIndices,
    concentration_indices,
    pareto_share,
    zipf_rank,
)
from relmodels.effectiveness.forecast_deciles import ForecastDeciles, forecast_deciles
from relmodels.effectiveness.forecast_errors import ErrorMeasures, ForecastErrors, forecast_errors
from relmodels.effectiveness.lorenz import LorenzCurve, gini, lorenz
from relmodels.effectiveness.loyalty import (
    NetPromoterScore,
    ShareOfWallet,
    net_promoter_score,
    net_promoter_score_of_counts,
    share_of_wallet,
    wallet_allocation,
)
from relmodels.effectiveness.margins import (
    CustomerMargins,
    MarginStatement,
    ProfitPortfolio,
    customer_margins,
    margin_by_group,
    profit_portfolio,
)
from relmodels.effectiveness.rate_conversions import rate_per
from relmodels.effectiveness.retention import (
    ChurnRate,
    RetentionRate,
    RevenueRetention,
    SurvivalCurve,
    kaplan_meier,
    revenue_retention,
)
from relmodels.effectiveness.retention_clv import (
    ValueSensitivity,
    annuity_clv,
    continuous_clv,
    margin_multiple,
    retention_clv,
    value_sensitivity,
)
from relmodels.effectiveness.return_on_relationships import (
    JointProductivity,
    ReturnOnRelationships,
    joint_productivity,
    return_on_relationships,
)
from relmodels.effectiveness.returns import (
    BreakEvenResponse,
    Lift,
    MarketingReturn,
    break_even_response,
    gain_for_roi,
    incremental_margin,
    mean_lift,
    response_lift,
    roi,
    romi,
)
from relmodels.effectiveness.rfm import (
    RFM_RULES,
    RFM_RULES_OLD,
    RFMRules,
    RFMScores,
    RFMSegment,
    RuleCoverage,
    rfm_scores,
    rfm_segments,
)
from relmodels.effectiveness.rust_lemon_zeithaml import (
    brand_equity,
    brand_equity_return,
    switching_clv,
    switching_matrix,
)
from relmodels.effectiveness.scorecard import (
    BALANCED_PERSPECTIVES,
    Measure,
    Objective,
    Perspective,
    Scorecard,
    ScorecardResult,
    stakeholder_scorecard,
)
from relmodels.effectiveness.tracking import Tracking, tracking
from relmodels.effectiveness.variances import (
    MarketVariance,
    PriceVolumeMix,
    QuantityMix,
    market_variance,
    price_volume_mix,
    quantity_mix,
)
from relmodels.effectiveness.whale_curve import WhaleCurve, whale_curve
from relmodels.estimation import fit
from relmodels.frames.table import Table
from relmodels.inference import priors
from relmodels.inference.bootstrap import Bootstrap, bootstrap
from relmodels.inference.cluster import clustered
from relmodels.inference.compare import LikelihoodRatio, Vuong, information_table, likelihood_ratio, vuong
from relmodels.inference.constraints import Equal, equal
from relmodels.inference.delta import Estimate, delta_method
from relmodels.inference.draws import Posterior
from relmodels.inference.kind import Kind
from relmodels.inference.model import Model
from relmodels.inference.penalty import Ridge
from relmodels.inference.posterior import posterior
from relmodels.inference.priors import Priors
from relmodels.inference.profile import profile_interval
from relmodels.inference.result import Fit
from relmodels.inference.space import Effect, Limit, Parameter, Space
from relmodels.inference.status import Status
from relmodels.markov.chain import MarkovChain
from relmodels.markov.panel import Panel
from relmodels.markov.value import markov_clv
from relmodels.sem import PathModel, SampleMoments, Survey
from relmodels.stakeholders.audit import Portfolio, relationship_portfolio, scope_tensions, sides_covered
from relmodels.stakeholders.coverage import Coverage
from relmodels.stakeholders.crosswalk import Crosswalk, CrosswalkMatch, crosswalk
from relmodels.stakeholders.emphasis import (
    EMPHASIS_BY_DISCIPLINE,
    EmphasisGaps,
    EmphasisProfile,
    JurorRating,
    discipline_emphasis,
    emphasis_gaps,
)
from relmodels.stakeholders.interaction import Interaction, roll_up
from relmodels.stakeholders.market_planning import (
    MARKET_ASSESSMENT,
    RELATIONSHIP_MANAGEMENT_CHAIN,
    STAKEHOLDER_PLANNING,
    MarketAssessment,
    StakeholderPlan,
    unplanned,
)
from relmodels.stakeholders.network import RelationshipNetwork
from relmodels.stakeholders.network_measures import (
    Concentration,
    NetworkPositions,
    concentration,
    network_positions,
    single_sources,
)
from relmodels.stakeholders.network_merge import Conflict
from relmodels.stakeholders.network_paths import Triad, classic_triads, customers_of_customers
from relmodels.stakeholders.referral import (
    InfluenceGroup,
    ReferralBalance,
    ReferredWork,
    influence_priorities,
    referral_balance,
    referred_work,
)
from relmodels.stakeholders.relationship import (
    Classification,
    Evidence,
    PartyRole,
    Relationship,
    RelationshipProperties,
)
from relmodels.stakeholders.relationship_properties import (
    BONDS,
    INTERACTION_LEVELS,
    RELATIONSHIP_PROPERTIES,
    RelationshipProperty,
)
from relmodels.stakeholders.relationship_types import RELATIONSHIP_TYPES, RelationshipType
from relmodels.stakeholders.salience import SALIENCE_TYPES, Salience, SalienceType, salience
from relmodels.stakeholders.scope import SCOPE, Scope
from relmodels.stakeholders.six_markets import (
    SIX_MARKETS,
    SIX_MARKETS_1991,
    SIX_MARKETS_PECK_1997,
    SPIDERGRAM_AXES,
    SixMarket,
)
from relmodels.stakeholders.tables import TAXONOMIES
from relmodels.stakeholders.ten_relationships import (
    DOYLE_1995,
    KOTLER_1992,
    TEN_RELATIONSHIPS,
    CoreFirmPartner,
    TenRelationship,
    TotalMarketingPlayer,
)
from relmodels.stakeholders.thirty_r import THIRTY_R, EdgePolicy, ThirtyR, edge_policy

# Several names on a line: one on each would take three hundred lines.
# fmt: off
__all__ = [
    "ABCAnalysis", "ABCCurve", "ABCStability", "ABCXYZ", "AccountModel", "Activity", "ActivityCosts",
    "BALANCED_PERSPECTIVES", "BGBB", "BGCNBD", "BGNBD", "BONDS", "BetaDiscreteWeibull", "Bootstrap", "Brand",
    "BreakEvenResponse", "ChurnRate", "ClassMoves", "Classification", "CohortRetention", "ComputedABC", "Concentration",
    "ConcentrationIndices", "Conflict", "CoreFirmPartner", "CountCalibration", "CovariateKind", "CovariatePanel",
    "CovariateSet", "Covariates", "Coverage", "Crosswalk", "CrosswalkMatch", "CustomerMargins", "DOYLE_1995",
    "Duration", "EMPHASIS_BY_DISCIPLINE", "EdgePolicy", "EditionName", "Effect", "EmphasisGaps", "EmphasisProfile",
    "Equal", "ErrorMeasures", "Estimate", "Evidence", "ExternalId", "Fit", "ForecastDeciles", "ForecastErrors",
    "GGompertzNBD", "GammaGamma", "Group", "GroupedABC", "Holdout", "HoldoutByCount", "INTERACTION_LEVELS", "Industry",
    "InfluenceGroup", "Intake", "Interaction", "InternalRates", "InvalidData", "InvalidParameters", "JointProductivity",
    "JurorRating", "KOTLER_1992", "Kind", "Lift", "LikelihoodRatio", "Limit", "LorenzCurve", "MARKET_ASSESSMENT",
    "MBGCNBD", "MBGNBD", "MarginStatement", "MarketAssessment", "MarketVariance", "MarketingReturn", "MarkovChain",
    "Measure", "MissingExtra", "Model", "Money", "NBD", "NetPromoterScore", "NetworkPositions", "Node", "NotConverged",
    "NotIdentified", "Objective", "OptimalEquity", "Organization", "Panel", "Parameter", "ParetoGGG", "ParetoNBD",
    "Party", "PartyRole", "PathModel", "Person", "Perspective", "PhaseEntry", "PhaseHistory", "PhaseModel",
    "PhaseMoves", "PhaseTrajectory", "Portfolio", "Posterior", "PriceVolumeMix", "Priors", "Process", "ProductLimit",
    "ProfitPortfolio", "PurchaseSummary", "QuantityMix", "RELATIONSHIP_MANAGEMENT_CHAIN", "RELATIONSHIP_PROPERTIES",
    "RELATIONSHIP_TYPES", "RFMRules", "RFMScores", "RFMSegment", "RFM_RULES", "RFM_RULES_OLD", "Rate", "Record",
    "Reference", "ReferralBalance", "ReferredWork", "Relationship", "RelationshipNetwork", "RelationshipProperties",
    "RelationshipProperty", "RelationshipQuality", "RelationshipType", "RelmodelsError", "RespondentScores",
    "ResponseCurve", "RetentionRate", "RetentionTable", "ReturnOnRelationships", "RevenueRetention", "Ridge", "Row",
    "RuleCoverage", "SALIENCE_TYPES", "SCOPE", "SIX_MARKETS", "SIX_MARKETS_1991", "SIX_MARKETS_PECK_1997",
    "SPIDERGRAM_AXES", "STAKEHOLDER_PLANNING", "Salience", "SalienceType", "SampleMoments", "SarmanovParetoNBD",
    "Scope", "Score", "Scorecard", "ScorecardResult", "ShareOfWallet", "ShiftedBetaGeometric", "SixMarket", "Space",
    "SpendWithCovariates", "StakeholderPlan", "Status", "Survey", "SurvivalCurve", "Symbol", "TAXONOMIES",
    "TEN_RELATIONSHIPS", "THIRTY_R", "Table", "Taxonomy", "TenRelationship", "ThirtyR", "TimeDrivenCosts",
    "TimeEquation", "TimeInPhase", "TimeVaryingParetoNBD", "TotalMarketingPlayer", "Tracking", "Triad",
    "ValueSensitivity", "Vuong", "WhaleCurve", "WithCovariates", "__version__", "abc_analysis", "abc_by_group",
    "abc_over_criteria", "abc_stability", "abc_xyz", "account_model", "activity_costs", "annuity_clv",
    "berger_nasr_continuous", "berger_nasr_frequent", "berger_nasr_migration", "berger_nasr_path", "berger_nasr_rare",
    "berger_nasr_yearly", "bootstrap", "brand_equity", "brand_equity_return", "break_even_response",
    "buyers_by_recency", "calibration_by_count", "class_moves", "classic_triads", "clustered", "clv", "clv_interval",
    "cohort_equity", "cohort_retention", "computed_abc", "concentration", "concentration_indices", "continuous_clv",
    "cost_to_serve", "crosswalk", "customer_equity", "customer_margins", "customers_of_customers", "datasets",
    "delta_method", "discipline_emphasis", "discounted_payback", "dwyer", "edge_policy", "emphasis_gaps", "equal",
    "equivalent_annuity", "find", "fit", "five_phases", "forecast_deciles", "forecast_errors", "gain_for_roi", "gini",
    "holdout_by_count", "identity", "incremental_margin", "influence_priorities", "information_table", "internal_rates",
    "irr", "jackson", "joint_productivity", "kaplan_meier", "label", "likelihood_ratio", "lorenz", "margin_by_group",
    "margin_multiple", "market_variance", "markov", "markov_clv", "mean_lift", "mirr", "morgan_hunt",
    "net_promoter_score", "net_promoter_score_of_counts", "network_positions", "new_customer_value", "npv",
    "optimal_equity", "pareto_share", "payback", "phase_chain", "phase_histories", "phase_moves", "plot", "posterior",
    "price_volume_mix", "priors", "product_limit", "profile_interval", "profit_portfolio", "profitability_index",
    "pseudonymized", "purchases_interval", "quantity_mix", "rate_per", "referral_balance", "referred_work",
    "relationship_portfolio", "relationship_quality", "respondent_scores", "response_lift", "retention_clv",
    "return_on_relationships", "revenue_retention", "rfm_scores", "rfm_segments", "roi", "roll_up", "romi",
    "rounded_to_total", "salience", "scope_tensions", "sem", "share_of_wallet", "sides_covered", "single_sources",
    "stakeholder_scorecard", "switching_clv", "switching_matrix", "time_driven_costs", "time_in_phase",
    "time_to_dissolution", "tracking", "unplanned", "value_sensitivity", "vuong", "wallet_allocation", "walter",
    "whale_curve", "zipf_rank",
]
# fmt: on
