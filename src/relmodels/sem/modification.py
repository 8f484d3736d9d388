"""Which held parameters the data would move if they were free: score tests, and how far they would go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from relmodels.core.arrays import FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidParameters
from relmodels.frames.table import Table
from relmodels.sem.complete import Parameter, fixed_causes
from relmodels.sem.discrepancy import Target, curvature, gradient
from relmodels.sem.guards import require_path_fit
from relmodels.sem.linear import inverse_of
from relmodels.sem.result import PathFit
from relmodels.sem.structure import structures

__all__ = ["ModificationIndices", "modification_indices"]


@dataclass(frozen=True, slots=True, eq=False)
class ModificationIndices:
    """What freeing single parameters would do, the largest first.

    Attributes:
        names: of the parameters, as they would be stated.
        index: ``(k,)`` by how much the test statistic would fall, about.
        change: ``(k,)`` the value the parameter would take, about.

    Examples:
        >>> found = ModificationIndices(("trust =~ c1",), read_only(np.array([36.4])), read_only(np.array([0.58])))
        >>> print(found.table())
        parameter    index  change
        trust =~ c1  36.40  0.5800

    """

    names: tuple[str, ...]
    index: FloatArray
    change: FloatArray

    __reduce__ = by_fields

    def table(self, most: int = 10) -> Table:
        """Return a row for each of the largest."""
        return Table({"parameter": self.names[:most], "index": self.index[:most], "change": self.change[:most]})

    def __str__(self) -> str:
        """Return the table as text."""
        return str(self.table())

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return self.table()._repr_html_()


def modification_indices(fit: PathFit) -> ModificationIndices:
    """Return what freeing parameters that are not there would do: loadings, covariances, paths of latent variables.

    The index is ``N s² / (I_jj - I_jq I_qq^{-1} I_qj)`` with the score ``s`` and the expected information of one case.
    A model changed after its own indices is no longer tested by the same data.

    Args:
        fit: with a minimum.

    Raises:
        NotConverged: if the fit has no minimum.
        InvalidParameters: if answers are missing or ordinal, residuals are weighted by the spread of moments, which a
            fit does not keep, or parameters are bound by constraints; and if another kind of fit is passed.

    Examples:
        >>> from relmodels.sem import PathModel, SampleMoments, fit_paths
        >>> table = [[1.0, 0, 0, 0], [0.5, 1.0, 0, 0], [0.45, 0.5, 1.0, 0], [0.3, 0.25, 0.5, 1.0]]
        >>> data = SampleMoments.from_correlation(table, ["t1", "t2", "t3", "t4"], n=204)
        >>> found = modification_indices(fit_paths(PathModel.parse("trust =~ t1 + t2 + t3 + t4"), data))
        >>> found.names[:2], found.index[:2].round(2).tolist()
        (('t3 ~~ t4', 't1 ~~ t2'), [15.39, 15.39])

    Reference:
        Sörbom, D. (1989), Model modification, Psychometrika 54(3), 371-384.

    """
    require_path_fit(fit, "modification_indices")
    fit.require_minimum()
    if fit.missing == "ml" or fit.thresholds is not None or any(one.operator != ":=" for one in fit.model.relations):
        message = "modification indices are offered for complete, continuous answers and no constraints"
        raise InvalidParameters(message)
    if fit.estimator in {"WLS", "DWLS", "ULSMV"}:
        message = f"modification indices of {fit.estimator} would need the spread of all moments; fit with ML or MLR"
        raise InvalidParameters(message)
    groups = range(len(fit.groups))
    candidates = [one for group in groups for one in _candidates(fit, group)]
    count = fit.theta.size
    parameters = list(fit.parameters)
    added = [replace(one, index=count + place) for place, one in enumerate(candidates)]
    cells = structures(fit.model, [*parameters, *added], fit.names, _spreads(fit), _fixed(fit))
    theta = np.concatenate([fit.theta, np.zeros(len(added))])
    score, information = np.zeros(theta.size), np.zeros((theta.size, theta.size))
    for group in groups:
        target = _target(fit, group)
        structure = cells[group]
        implied = structure.implied(theta)
        score -= 0.5 * target.share * (structure.linear.T @ gradient(target, structure, implied))
        information += target.share * (structure.linear.T @ curvature(target, structure, implied) @ structure.linear)
    inner, crossed = information[:count, :count], information[:count, count:]
    spread = np.diag(information)[count:] - np.einsum("qj,qj->j", crossed, inverse_of(inner) @ crossed)
    spread = np.where(spread > 1e-9 * np.diag(information)[count:], spread, np.nan)
    cases = fit.n - (len(fit.groups) if fit.divisor == "n-1" else 0)
    index, change = cases * score[count:] ** 2 / spread, score[count:] / spread
    order = [place for place in np.argsort(-np.nan_to_num(index, nan=-1.0)) if np.isfinite(index[place])]
    label = [one.name + (f" ({fit.groups[one.group]})" if len(fit.groups) > 1 else "") for one in candidates]
    return ModificationIndices(
        tuple(label[place] for place in order), read_only(index[order]), read_only(change[order])
    )


def _candidates(fit: PathFit, group: int) -> Iterable[Parameter]:
    """Yield parameters that are not in the model, or are held at 0, of one group."""
    model = fit.model
    there = {
        (one.operator, frozenset({one.left, one.right}))
        if one.operator == "~~"
        else (one.operator, one.left, one.right)
        for one in fit.parameters
        if one.group == group and (one.index >= 0 or one.value)
    }
    indicators = dict.fromkeys(row.right for row in model.rows if row.operator == "=~")
    for latent in model.latent:
        for name in indicators:
            if name in fit.names and ("=~", latent, name) not in there:
                yield Parameter(latent, "=~", name, group, -1, None, "", stated=False)
    fixed = fixed_causes(model)
    random = [name for name in fit.names if name not in fixed]
    pairs = [*combinations(random, 2), *combinations(model.latent, 2)]
    for first, second in pairs:
        if ("~~", frozenset({first, second})) not in there:
            yield Parameter(first, "~~", second, group, -1, None, "", stated=False)
    caused = {row.left for row in model.rows if row.operator == "~" and row.right}
    for effect in model.latent:
        for cause in model.latent if effect in caused else ():
            if effect != cause and ("~", effect, cause) not in there:
                yield Parameter(effect, "~", cause, group, -1, None, "", stated=False)


def _spreads(fit: PathFit) -> list[FloatArray]:
    return [structure.scale[: len(fit.names)] for structure in fit.structures]


def _fixed(fit: PathFit) -> tuple[tuple[str, ...], list[FloatArray], list[FloatArray]]:
    names = fixed_causes(fit.model)
    chosen = [fit.names.index(name) for name in names]
    means = np.zeros((len(fit.groups), len(fit.names))) if fit.observed_mean is None else fit.observed_mean
    return names, [table[np.ix_(chosen, chosen)] for table in fit.observed], [level[chosen] for level in means]


def _target(fit: PathFit, group: int) -> Target:
    spread = fit.structures[group].scale[: len(fit.names)]
    covariance = fit.observed[group] / np.outer(spread, spread)
    weight = None
    if fit.estimator == "GLS":
        weight = inverse_of(covariance)
    elif fit.estimator == "ULS":
        weight = np.diag(spread**2)
    mean = fit.observed_mean[group] / spread if fit.implied_mean is not None and fit.observed_mean is not None else None
    return Target(covariance, mean, fit.sizes[group] / fit.n, weight)
