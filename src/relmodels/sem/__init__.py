"""The workshop of structural equations: what respondents' answers say of variables that nobody observes."""

from relmodels.sem.agreement import Agreement, Intraclass, intraclass, random_variance, within_group_agreement
from relmodels.sem.compare import Difference, compare
from relmodels.sem.data import SampleMoments, Survey
from relmodels.sem.effects import Effects, effects, indirect_ways
from relmodels.sem.expected import expected_moments
from relmodels.sem.factor_scores import factor_scores
from relmodels.sem.fit import fit_paths
from relmodels.sem.indices import FitIndices
from relmodels.sem.items import first_component_share, item_statistics, marker_adjusted
from relmodels.sem.measure_intervals import (
    MeasureIntervals,
    cronbach_alpha_intervals,
    heterotrait_monotrait_intervals,
)
from relmodels.sem.model import PathModel, PathRow, Relation
from relmodels.sem.modification import ModificationIndices, modification_indices
from relmodels.sem.nonnested import case_log_likelihoods, information_table, vuong
from relmodels.sem.parcels import balanced_parcels
from relmodels.sem.pls.fit import fit_pls
from relmodels.sem.pls.prediction import PLSPrediction, pls_predict, stone_geisser
from relmodels.sem.pls.resampling import PLSBootstrap, bootstrap_pls
from relmodels.sem.pls.result import PLSFit, PLSIndices
from relmodels.sem.pls.spec import PLSSpec
from relmodels.sem.polychoric import Polychorics, polychorics
from relmodels.sem.power import power_by_size
from relmodels.sem.reliability import (
    Reliability,
    cronbach_alpha,
    heterotrait_monotrait,
    reliability,
    reliability_of_difference,
)
from relmodels.sem.remarks import Remark
from relmodels.sem.resampling import PathBootstrap, bollen_stine, bootstrap_paths
from relmodels.sem.result import Baseline, Defined, PathFit

__all__ = [
    "Agreement",
    "Baseline",
    "Defined",
    "Difference",
    "Effects",
    "FitIndices",
    "Intraclass",
    "MeasureIntervals",
    "ModificationIndices",
    "PLSBootstrap",
    "PLSFit",
    "PLSIndices",
    "PLSPrediction",
    "PLSSpec",
    "PathBootstrap",
    "PathFit",
    "PathModel",
    "PathRow",
    "Polychorics",
    "Relation",
    "Reliability",
    "Remark",
    "SampleMoments",
    "Survey",
    "balanced_parcels",
    "bollen_stine",
    "bootstrap_paths",
    "bootstrap_pls",
    "case_log_likelihoods",
    "compare",
    "cronbach_alpha",
    "cronbach_alpha_intervals",
    "effects",
    "expected_moments",
    "factor_scores",
    "first_component_share",
    "fit_paths",
    "fit_pls",
    "heterotrait_monotrait",
    "heterotrait_monotrait_intervals",
    "indirect_ways",
    "information_table",
    "intraclass",
    "item_statistics",
    "marker_adjusted",
    "modification_indices",
    "pls_predict",
    "polychorics",
    "power_by_size",
    "random_variance",
    "reliability",
    "reliability_of_difference",
    "stone_geisser",
    "vuong",
    "within_group_agreement",
]
