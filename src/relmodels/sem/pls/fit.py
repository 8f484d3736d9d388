"""Fit a theory by partial least squares: check the data, find the weights, and say what stands behind every figure."""

from __future__ import annotations

from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray, read_only
from relmodels.core.errors import InvalidData, NotConverged, NotIdentified
from relmodels.sem.data import SampleMoments, Survey
from relmodels.sem.pls.estimates import Estimates, estimates_of, one_among, oriented
from relmodels.sem.pls.result import PLSFit
from relmodels.sem.pls.spec import Layout, PLSSpec
from relmodels.sem.pls.weights import solve_weights
from relmodels.sem.remarks import Remark

__all__ = ["fit_pls"]

_FEW: Final = 10  # cases for each predictor of the largest regression, the usual rule of thumb
_AGAINST: Final = -1e-9


def fit_pls(spec: PLSSpec, data: Survey | SampleMoments, *, check: bool = True) -> PLSFit:
    """Return the fit of a theory by partial least squares; ``rm.fit`` calls it.

    Args:
        spec: the theory and how it is fitted.
        data: answers of one group, of which those of respondents who left a question out are not used, or a table of
            correlations or covariances.
        check: raise if weights do not settle.

    Raises:
        InvalidData: if items are not in the data, the data cannot be used, or they are of several groups.
        NotIdentified: naming constructs whose items have nothing in common, so that a correction is no number, that go
            with nothing around them, or that are one after correction, so that their paths cannot be told apart.
        NotConverged: if weights do not settle; its ``result`` is the record.

    Examples:
        >>> from relmodels.sem import PathModel
        >>> table = [[1, 0, 0, 0], [0.5, 1, 0, 0], [0.3, 0.3, 1, 0], [0.3, 0.3, 0.6, 1]]
        >>> data = SampleMoments.from_correlation(table, ["t1", "t2", "l1", "l2"], n=204)
        >>> theory = PathModel.parse("trust =~ t1 + t2; loyalty =~ l1 + l2; loyalty ~ trust")
        >>> fit_pls(PLSSpec(theory), data).value("loyalty ~ trust").__round__(4)
        0.5477
        >>> fit_pls(PLSSpec(theory, consistent=False), data).value("loyalty ~ trust").__round__(4)
        0.3873

    Reference:
        Wold, H. (1982), Soft modeling: the basic design and some extensions, in Systems under Indirect Observation 2,
        North-Holland; Dijkstra, T. K. and Henseler, J. (2015), Consistent partial least squares path modeling, MIS
        Quarterly 39(2), 297-316.

    """
    layout = spec.layout()
    moments, left_out = _moments(data, layout)
    deviation = np.sqrt(np.diag(moments.covariance[0]))
    table = moments.covariance[0] / np.outer(deviation, deviation)
    found = solve_weights(table[None], layout)
    _require_related(found.values[0], layout)
    values = oriented(found.values, table[None], layout, spec)
    estimates = estimates_of(values, table[None], layout, spec)
    _require_reliable(estimates, layout)
    _require_apart(estimates, layout)
    size = moments.sizes[0]
    result = PLSFit(
        spec=spec,
        layout=layout,
        n=size,
        mean=None if moments.mean is None else read_only(moments.mean[0]),
        deviation=read_only(deviation * np.sqrt(size / (size - 1.0))),
        correlation=read_only(table),
        weights=read_only(estimates.weights[0]),
        loadings=read_only(estimates.loadings[0]),
        rho=read_only(estimates.rho[0]),
        reliability=read_only(estimates.reliability[0]),
        between=read_only(estimates.between[0]),
        coefficients=read_only(estimates.paths[0]),
        explained=read_only(estimates.r_squared[0]),
        rounds=found.rounds,
        converged=bool(found.converged[0]),
        remarks=_remarks(estimates, layout, size, left_out),
    )
    if check and not result.converged:
        message = (
            f"the weights did not settle in {found.rounds} rounds; try another scheme, mode A where B was asked for, "
            "or look for items that say nearly the same"
        )
        raise NotConverged(message, result)
    return result


def _moments(data: Survey | SampleMoments, layout: Layout) -> tuple[SampleMoments, int]:
    own = data.of(layout.items)
    if len(own.groups) > 1:
        message = f"the data are of {len(own.groups)} groups; fit each by itself, and compare their bootstraps"
        raise InvalidData(message)
    if isinstance(own, SampleMoments):
        return own, 0
    return own.moments(), int(len(own) - own.complete.sum())


def _require_related(weights: FloatArray, layout: Layout) -> None:
    bad = dict.fromkeys(layout.constructs[place] for place in layout.block[~np.isfinite(weights)])
    if bad:
        message = (
            f"no weights can be found for {', '.join(bad)}: the items do not correlate with the constructs around "
            "them, or cancel each other out; turn those that ask the other way round, or leave the path out"
        )
        raise NotIdentified(message)


def _require_apart(found: Estimates, layout: Layout) -> None:
    problems = []
    for place in layout.explained:
        if same := one_among(found.between[0], layout.before(place)):
            names = " and ".join(layout.constructs[one] for one in same)
            problems.append(
                f"{names} cannot be told apart as causes of {layout.constructs[place]}: after correction their "
                "correlations are those of fewer constructs; join them, leave one out, or state other reliabilities"
            )
    if problems:
        raise NotIdentified("; ".join(problems))


def _require_reliable(found: Estimates, layout: Layout) -> None:
    bad = np.flatnonzero(~(found.reliability[0] > 0.0))
    if bad.size:
        names = ", ".join(f"{layout.constructs[place]} ({_shown(found.rho[0, place])})" for place in bad)
        message = (
            f"the items have too little in common for a reliability above 0: {names}; look at them with "
            "item_statistics, turn those that ask the other way round, or fit with consistent=False"
        )
        raise NotIdentified(message)


def _shown(rho: float) -> str:
    return f"{rho:.3f}" if np.isfinite(rho) else "only one item has a weight"


def _remarks(found: Estimates, layout: Layout, size: int, left_out: int) -> tuple[Remark, ...]:
    said = []
    for place, item in enumerate(layout.items):
        if found.loadings[0, place] < _AGAINST:
            construct = layout.constructs[layout.block[place]]
            text = f"{item} loads {found.loadings[0, place]:.3f} on {construct}, against the others; is it turned?"
            said.append(Remark("against", text))
    said += [
        Remark("reliability", f"the reliability of {layout.constructs[place]} is {value:.4g}, above 1")
        for place, value in enumerate(found.reliability[0])
        if value > 1.0 + 1e-9
    ]
    if _smallest(found.between[0]) < 0.0:
        text = "the corrected correlations of the constructs are none that variables can have"
        said.append(Remark("latent_covariance", text))
    if left_out:
        text = f"{left_out} of {size + left_out} respondents did not answer every question and are left out"
        said.append(Remark("left_out", text))
    most = max([layout.before(place).size for place in layout.explained] + _formative(layout))
    if size < _FEW * most:
        text = f"{size} cases for a regression on {most}; fewer than {_FEW} for each is thin"
        said.append(Remark("few_cases", text))
    return tuple(said)


def _formative(layout: Layout) -> list[int]:
    return [layout.rows(place).size for place, mode in enumerate(layout.modes) if mode == "B"]


def _smallest(table: FloatArray) -> float:
    return float(np.linalg.eigvalsh(table)[0])
