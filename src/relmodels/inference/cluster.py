"""Standard errors for customers who are not independent: those of one region, one campaign, one household.

The likelihood treats every customer as a case of their own. If those of one cluster have more in common than the model
knows, the estimates are still sensible, but their errors are larger than the information says. The sandwich then takes
its meat from clusters: the scores of a cluster are added up before they are squared.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, TypeVar

import numpy as np

from relmodels.core.arrays import AnyArray, FloatArray, IntArray, read_only
from relmodels.core.errors import InvalidData, NotConverged, Problems
from relmodels.core.sums import gram
from relmodels.frames.columns import as_array, is_missing, row_list
from relmodels.inference.compare import Weighted
from relmodels.inference.model import Fitted, Rows
from relmodels.inference.result import Fit

__all__ = ["clustered"]

FittedT = TypeVar("FittedT", bound=Fitted[Any])

# Scores at a maximum add up to 0; what is left of a search is far smaller than this share of them.
_SAME_DATA: Final = 1e-3


def clustered(fit: Fit[FittedT], data: Rows, cluster: object) -> Fit[FittedT]:
    """Return the fit with its robust covariance clustered: valid when customers of one cluster depend on each other.

    It is ``V (Σ_c s_c s_cᵀ) V · G/(G-1)`` with ``V`` the inverse of the observed information, ``s_c`` the sum of the
    scores of cluster ``c`` and G the number of clusters. With every customer a cluster of their own it is the plain
    sandwich but for the factor. It is asymptotic in the number of clusters: forty or more are comfortable.
    The fit's ``robust_standard_errors``, ``interval(robust=True)`` and ``rm.delta_method(..., robust=True)`` then use
    it.

    Args:
        fit: a fit that converged.
        data: ``(n,)`` the rows it was fitted to.
        cluster: ``(n,)`` the cluster of each row: whole numbers, text, or any values that can be told apart.

    Raises:
        InvalidData: if there is not one cluster for each row, one is missing, there are fewer than two, or the rows are
            not those of the fit.
        NotConverged: if the search did not end at a maximum.

    Examples:
        >>> import numpy as np
        >>> import relmodels as rm
        >>> summary = rm.BGNBD(0.25, 4.4, 0.8, 2.4, unit="week").simulate([39.0] * 2000, rng=1)
        >>> shop = np.arange(2000) % 50
        >>> fit = rm.clustered(rm.fit(rm.BGNBD, summary), summary, shop)
        >>> sorted(fit.robust_standard_errors)
        ['a', 'alpha', 'b', 'r']

    Reference:
        Liang, K.-Y. and Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models. Biometrika
        73(1), 13-22.

    """
    if fit.covariance is None:
        message = f"there is no covariance to make robust: {fit.diagnosis}"
        raise NotConverged(message, fit)
    codes, groups = _codes(cluster, len(data))
    scores = fit.model.score(data)
    given = data.weight if isinstance(data, Weighted) else None
    weighted = scores if given is None else scores * given[:, None]
    _check_same(fit, weighted)
    sums = np.array([np.bincount(codes, weights=column, minlength=groups) for column in weighted.T], dtype=np.float64)
    robust = fit.covariance @ gram(sums, np.ones(groups)) @ fit.covariance * (groups / (groups - 1.0))
    return replace(fit, robust_covariance=read_only((robust + robust.T) / 2))


def _codes(cluster: object, rows: int) -> tuple[IntArray, int]:
    """Return a whole number for each row, equal where the clusters are, and how many there are."""
    problems, values = Problems("cluster"), as_array(cluster)
    if values.ndim != 1 or values.size != rows:
        problems.add(f"it has shape {values.shape}, the data {rows} rows; give one value for each row")
        problems.raise_if_any()
    missing = np.array([is_missing(value) for value in values.tolist()], dtype=np.bool_)
    if missing.any():
        problems.add(f"it is missing in {row_list(missing)}; every row belongs to one")
        problems.raise_if_any()
    groups, codes = _distinct(values)
    if groups < 2:
        problems.add("all rows are in one; errors are told from differences between two or more")
        problems.raise_if_any()
    return codes, groups


def _distinct(values: AnyArray) -> tuple[int, IntArray]:
    if values.dtype != np.object_:
        found, codes = np.unique(values, return_inverse=True)
        return found.size, codes.astype(np.int64)
    place: dict[object, int] = {}
    codes = np.array([place.setdefault(value, len(place)) for value in values.tolist()], dtype=np.int64)
    return len(place), codes


def _check_same(fit: Fit[Any], weighted: FloatArray) -> None:
    """Check that the scores add up to nothing, as they do at the maximum for these rows and no others."""
    kind = fit.kind
    free = np.array([name not in fit.fixed for name in kind.space.names])
    steps = kind.space.slope(kind.values(fit.model))
    total, size = np.abs(weighted.sum(axis=0) * steps), np.abs(weighted * steps).sum(axis=0)
    plain = fit.penalty is None and fit.prior is None and not fit.constraints
    if plain and np.any(total[free] > _SAME_DATA * np.maximum(size[free], 1.0)):
        message = "the scores of these rows do not add up to 0 at the estimates; pass the rows the fit is of"
        raise InvalidData(message)
