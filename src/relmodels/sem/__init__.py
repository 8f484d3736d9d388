"""The workshop of structural equations: what respondents' answers say of variables that nobody observes."""

from relmodels.sem.agreement import Agreement, Intraclass, intraclass, random_variance, within_group_agreement
from relmodels.sem.compare import Difference, compare
from relmodels.sem.data import SampleMoments, Survey
from relmodels.sem.effects import Effects, effects, indirect_ways
from relmodels.sem.factor_scores import factor_scores
from relmodels.sem.fit import fit_paths
from relmodels.sem.indices import FitIndices
from relmodels.sem.items import first_component_share, item_statistics, marker_adjusted
from relmodels.sem.model import PathModel, PathRow, Relation
from relmodels.sem.modification import ModificationIndices, modification_indices
from relmodels.sem.polychoric import Polychorics, polychorics
from relmodels.sem.power import power_by_size
from relmodels.sem.reliability import Reliability, cronbach_alpha, heterotrait_monotrait, reliability
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
    "ModificationIndices",
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
    "bollen_stine",
    "bootstrap_paths",
    "compare",
    "cronbach_alpha",
    "effects",
    "factor_scores",
    "first_component_share",
    "fit_paths",
    "heterotrait_monotrait",
    "indirect_ways",
    "intraclass",
    "item_statistics",
    "marker_adjusted",
    "modification_indices",
    "polychorics",
    "power_by_size",
    "random_variance",
    "reliability",
    "within_group_agreement",
]
