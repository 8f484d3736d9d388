"""The workshop of structural equations: what respondents' answers say of variables that nobody observes."""

from relmodels.sem.compare import Difference, compare
from relmodels.sem.data import SampleMoments, Survey
from relmodels.sem.fit import fit_paths
from relmodels.sem.indices import FitIndices
from relmodels.sem.model import PathModel, PathRow, Relation
from relmodels.sem.remarks import Remark
from relmodels.sem.result import Baseline, Defined, PathFit

__all__ = [
    "Baseline",
    "Defined",
    "Difference",
    "FitIndices",
    "PathFit",
    "PathModel",
    "PathRow",
    "Relation",
    "Remark",
    "SampleMoments",
    "Survey",
    "compare",
    "fit_paths",
]
