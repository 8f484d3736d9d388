"""Fit a theory by partial least squares: check the data, find the weights, and say what stands behind every figure."""

from __future__ import annotations

from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray, read_only
from relmodels.core.errors import InvalidParameters, NotConverged, NotIdentified
from relmodels.sem.data import SampleMoments, Survey
from relmodels.sem.far_off import far_off
from relmodels.sem.pls.checks import Sample, largest_regression, require_told_apart, sample_of
from relmodels.sem.pls.collinearity import ONE_CONSTRUCT, inflation, is_singular, made_up_of, one_among
from relmodels.sem.pls.estimates import Estimates, estimates_of, oriented
from relmodels.sem.pls.result import PLSFit
from relmodels.sem.pls.spec import Layout, PLSSpec
from relmodels.sem.pls.weights import solve_weights
from relmodels.sem.remarks import Remark

__all__ = ["fit_pls"]

_INFLATED: Final = 5.0  # variance inflation from which on weights are held to be doubtful (Hair et al., 2019)
_FEW: Final = 10  # cases for each predictor of the largest regression, the usual rule of thumb
_AGAINST: Final = -1e-9


def fit_pls(spec: PLSSpec, data: Survey | SampleMoments, *, check: bool = True) -> PLSFit:
    """Return the fit of a theory by partial least squares; ``rm.fit`` calls it.

    Args:
        spec: the theory and how it is fitted.
        data: answers of one group, of which those of respondents who left a question out are not used, or a table of
            correlations or covariances. There may be fewer respondents than items: it takes two more than the largest
            regression has causes, or items of a construct of mode B.
        check: raise if weights do not settle.

    Raises:
        InvalidData: if items are not in the data, answers to one are all alike, there are too few respondents, or the
            data are of several groups.
        InvalidParameters: if the specification is none.
        NotIdentified: naming constructs whose items have nothing in common, so that a correction is no number, that go
            with nothing around them, that are one, so that their paths cannot be told apart, or that are of mode B and
            have an item which is a sum of the others.
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
    _require_spec(spec)
    layout = spec.layout()
    sample = sample_of(data, layout)
    table = sample.correlation
    require_told_apart(table, layout)
    found = solve_weights(table[None], layout)
    _require_related(found.values[0], layout)
    values = oriented(found.values, table[None], layout, spec)
    estimates = estimates_of(values, table[None], layout, spec)
    _require_reliable(estimates, layout)
    _require_apart(estimates, layout)
    result = PLSFit(
        spec=spec,
        layout=layout,
        n=sample.n,
        mean=None if sample.mean is None else read_only(sample.mean),
        deviation=read_only(sample.deviation * np.sqrt(sample.n / (sample.n - 1.0))),
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
        remarks=(*_remarks(estimates, layout, sample), *_far_off(data, layout)),
    )
    if check and not result.converged:
        message = (
            f"the weights did not settle in {found.rounds} rounds; try another scheme, mode A where B was asked for, "
            "or look for items that say nearly the same"
        )
        raise NotConverged(message, result)
    return result


def _far_off(data: Survey | SampleMoments, layout: Layout) -> tuple[Remark, ...]:
    return far_off(layout.items, [data.of(layout.items).values]) if isinstance(data, Survey) else ()


def _require_spec(spec: object) -> None:
    if not isinstance(spec, PLSSpec):
        message = f"fit_pls needs a PLSSpec, as PLSSpec(model) makes of a PathModel, and here is {type(spec).__name__}"
        raise InvalidParameters(message)


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
        before, effect = layout.before(place), layout.constructs[place]
        if same := one_among(found.sums[0], before, ONE_CONSTRUCT):
            problems.append(
                f"{_joined(same, layout)} cannot be told apart as causes of {effect}: their weighted sums are those of "
                "fewer constructs; join them, or leave one out"
            )
        elif same := one_among(found.between[0], before, ONE_CONSTRUCT):
            problems.append(
                f"{_joined(same, layout)} cannot be told apart as causes of {effect}: after correction their "
                "correlations are those of fewer constructs; join them, leave one out, or state other reliabilities"
            )
    if problems:
        raise NotIdentified("; ".join(problems))


def _joined(places: list[int], layout: Layout) -> str:
    return " and ".join(layout.constructs[place] for place in places)


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


def _remarks(found: Estimates, layout: Layout, sample: Sample) -> tuple[Remark, ...]:
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
    if _smallest(found.between[0]) < _AGAINST:
        text = "the corrected correlations of the constructs are none that variables can have"
        said.append(Remark("latent_covariance", text))
    if sample.left_out:
        whole = sample.n + sample.left_out
        text = f"{sample.left_out} of {whole} respondents did not answer every question and are left out"
        said.append(Remark("left_out", text))
    most = largest_regression(layout)
    if sample.n < _FEW * most:
        text = f"{sample.n} cases for a regression on {most}; fewer than {_FEW} for each is thin"
        said.append(Remark("few_cases", text))
    return (*said, *_collinear(sample, layout), *_singular(sample, layout))


def _collinear(sample: Sample, layout: Layout) -> list[Remark]:
    """Return a remark for each construct of mode B with items that the others nearly make up."""
    said = []
    for rows in made_up_of(layout):
        found = inflation(sample.correlation[np.ix_(rows, rows)])
        if (found > _INFLATED).any():
            named = ", ".join(
                f"{layout.items[row]} ({value:.3g})"
                for row, value in zip(rows, found, strict=True)
                if value > _INFLATED
            )
            text = (
                f"variance inflation of items of {layout.constructs[layout.block[rows[0]]]} is above {_INFLATED:g}: "
                f"{named}; these say nearly the same, and their weights can hardly be told apart"
            )
            said.append(Remark("collinear", text))
    return said


def _singular(sample: Sample, layout: Layout) -> list[Remark]:
    """Return a remark on what has no value if correlations of all items have no inverse."""
    if not is_singular(sample.correlation):
        return []
    every = np.arange(len(layout.items))
    why = f"as they are with {sample.n} cases"
    if sample.n > len(layout.items):
        names = ", ".join(layout.items[place] for place in one_among(sample.correlation, every, np.inf))
        why = f"for items are sums of others; look at {names}"
    text = (
        f"correlations of the {every.size} items are singular, {why}; the method does not need their inverse, but the "
        "geodesic distance d_G does and has no value"
    )
    return [Remark("singular", text)]


def _smallest(table: FloatArray) -> float:
    return float(np.linalg.eigvalsh(table)[0])
