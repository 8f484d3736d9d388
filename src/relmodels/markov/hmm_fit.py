"""Fitting a hidden Markov model: climbs from several starts, then Newton's method, then a look at the edges.

Expectation and maximization climb steadily from every start; the engine's Newton search with the exact score ends at a
maximum and gives standard errors. A chance or a rate that is best at zero has no standard error: it is held at the edge
and said to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData, NotConverged
from relmodels.core.numbers import whole
from relmodels.inference.constraints import Equal
from relmodels.inference.fit import Options, fitted
from relmodels.inference.penalty import Ridge
from relmodels.inference.priors import Priors
from relmodels.inference.result import Fit
from relmodels.inference.status import Status
from relmodels.markov.blocks import FLOOR
from relmodels.markov.hmm import HMM, HMMKind, arrays_of, categories_of
from relmodels.markov.hmm_em import Climb
from relmodels.markov.hmm_form import Arrays, Form
from relmodels.markov.hmm_likelihood import row_values
from relmodels.markov.hmm_result import HMMFit
from relmodels.markov.hmm_spec import HMMSpec
from relmodels.markov.hmm_starts import best_climbs, in_form, permuted
from relmodels.markov.panel import Panel
from relmodels.markov.prepared import prepared
from relmodels.markov.transitions import OrderedLogit

__all__ = ["fit_hmm"]

# A parameter this near the edge of its domain is tried at the edge.
_NEAR: Final = 1e-5
_AWAY: Final = 12.0
_FAR: Final = 40.0
_NO_LOSS: Final = 1e-5
_ROUNDS: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """One fit on its way: the form, where it stands, and what is held at an edge."""

    form: Form
    parameters: FloatArray
    held: Mapping[str, float]


def fit_hmm(
    spec: HMMSpec,
    panel: Panel,
    *,
    starts: int = 10,
    rng: int | np.random.Generator = 0,
    fixed: Mapping[str, float] | None = None,
    constraints: tuple[Equal, ...] = (),
    penalty: Ridge | None = None,
    prior: Priors | None = None,
    check: bool = True,
) -> HMMFit:
    """Return the fit of a hidden Markov model by maximum likelihood; this is what ``rm.fit`` does with an ``HMMSpec``.

    Args:
        spec: what is to be estimated.
        panel: the customers.
        starts: how many guesses the search begins from; the likelihood has several maxima.
        rng: the source of chance of the guesses; the same by default in every call.
        fixed: parameters held at a value, by their names in ``fit.fit.parameters``.
        constraints: parameters with one value.
        penalty: on the slopes of covariates.
        prior: a density of the parameters.
        check: raise if the search does not end at a maximum.

    Raises:
        InvalidData: if the panel lacks an outcome or covariate, or has values that a distribution cannot take.
        NotConverged: if there is no maximum; its ``result`` is the record.

    """
    _check_data(spec, panel)
    whole(starts, "starts", 1)
    begin = spec.climbing_form(panel)
    climbs = best_climbs(panel, begin, starts, rng, kept=3, tolerance=1e-2 if len(panel) > 1000 else 1e-3)
    if not climbs:
        message = (
            f"every start let a state of the {spec.states} shrink onto one value, where the likelihood has no bound; "
            "take fewer states, or a distribution of counts, or the logarithm of amounts"
        )
        raise InvalidData(message)
    options = Options(dict(fixed or {}), tuple(constraints), penalty, prior)
    results = [_refined(spec, panel, one, options) for one in climbs[: 1 if len(panel) > 20_000 else 2]]
    best = max(results, key=lambda one: (one.status is Status.CONVERGED, one.log_likelihood))
    found = replace(best, starts=tuple(one.log_likelihood for one in climbs), spec=spec)
    if check and found.status is not Status.CONVERGED:
        message = f"{found.fit.kind.name}: {found.diagnosis}"
        raise NotConverged(message, found)
    return found


def _check_data(spec: HMMSpec, panel: object) -> None:
    if not isinstance(panel, Panel):
        message = (
            f"a hidden Markov model needs a Panel, got {type(panel).__name__}; "
            "make one with Panel.from_frame or Panel.from_transactions"
        )
        raise InvalidData(message)
    if not isinstance(spec.emission, Mapping) and len(spec.families) != len(panel.outcomes):
        message = f"the panel has the outcomes {', '.join(panel.outcomes)}; give a distribution for each, by its name"
        raise InvalidData(message)
    if isinstance(spec.transition, OrderedLogit) and spec.transition.covariates is not None:
        panel.require_covariates(spec.transition.covariates)


def _refined(spec: HMMSpec, panel: Panel, one: Climb, options: Options) -> HMMFit:
    """Return the end of Newton's method from the end of a climb, with what lies at an edge held there."""
    order = np.argsort(spec.level(one.arrays.thetas), kind="stable")
    form, arrays = final_form(spec, panel, permuted(one.arrays, order))
    search = _with_edges(_Search(form, form.pack(in_form(form, arrays)), options.fixed), panel)
    result = _newton(search, panel, options)
    for _ in range(_ROUNDS):
        if result.status is Status.CONVERGED:
            break
        at = replace(search, parameters=result.kind.values(result.model))
        pushed = _with_edges(at, panel, also=_suspects(result))
        if pushed.held.keys() == search.held.keys():
            break
        search = pushed
        result = _newton(search, panel, options)
    edges = tuple(name for name in search.held if name not in options.fixed)
    return _in_order(spec, panel, HMMFit(fit=result, spec=spec, edges=edges, starts=()), options)


def final_form(spec: HMMSpec, panel: Panel, arrays: Arrays) -> tuple[Form, Arrays]:
    """Return the form to be estimated, with references that are likely at these arrays."""
    logit = isinstance(spec.transition, OrderedLogit)
    names: tuple[str, ...] = ()
    if isinstance(spec.transition, OrderedLogit):
        names = panel.covariate_names if spec.transition.covariates is None else spec.transition.covariates
    beside = panel.require_covariates(names)[panel.within]
    spread = beside.std(axis=0) if names else np.empty(0)
    form = replace(
        spec.climbing_form(panel),
        ordered=spec.ordering if logit and spec.states > 1 else None,
        stationary=spec.initial == "stationary",
        logit=logit,
        covariates=names,
        spreads=tuple(np.where(spread > 0.0, spread, 1.0).tolist()),
        center=tuple(beside.mean(axis=0).tolist()) if names else (),
        preferred=(int(arrays.weight.argmax()), *arrays.initial.argmax(axis=1).tolist()),
        categories=tuple(
            categories_of(family.of(theta)) for family, theta in zip(spec.families, arrays.thetas, strict=True)
        ),
    )
    return form, arrays


def _newton(search: _Search, panel: Panel, options: Options) -> Fit[HMM]:
    kind = HMMKind(search.form)
    start = search.form.space.named(search.parameters)
    held = dict(search.held)
    return fitted(kind, panel, replace(options, fixed=held), {k: v for k, v in start.items() if k not in held})


def _suspects(result: Fit[HMM]) -> set[str]:
    """Return the names of the parameters that a search which found no maximum left far out."""
    space, values = result.kind.space, result.kind.values(result.model)
    free = space.to_free(values)
    return {name for name, value in zip(space.names, free.tolist(), strict=True) if abs(value) > 5.0}


def _with_edges(search: _Search, panel: Panel, also: set[str] | None = None) -> _Search:
    """Return the search with parameters at an edge held there, if the likelihood loses nothing by it."""
    form, space = search.form, search.form.space
    data, held, values = prepared(panel, form), dict(search.held), search.parameters.copy()
    weight = panel.counts
    level = float(weight @ row_values(data, form, form.unpack(values)))
    for place, parameter in enumerate(space):
        if parameter.name in held:
            values[place] = held[parameter.name]
            continue
        edge = _edge(parameter.domain.lower, parameter.domain.upper, values[place], wide=parameter.name in (also or ()))
        if edge is None:
            continue
        trial = values.copy()
        trial[place] = edge
        reached = float(weight @ row_values(data, form, form.unpack(trial)))
        if reached >= level - _NO_LOSS:
            held[parameter.name], values, level = edge, trial, reached
    return _Search(form, values, held)


def _edge(lower: float, upper: float, value: float, *, wide: bool) -> float | None:
    """Return the edge a value is near to; ``None`` if it is near none."""
    near = 1e-2 if wide else _NEAR
    if upper == 1.0:
        return FLOOR if value < near else (1.0 - 1e-15 if value > 1.0 - near else None)
    if lower == 0.0:
        return FLOOR if value < near else (1e8 if value > (1e2 if wide else 1e6) else None)
    return float(np.sign(value) * _FAR) if abs(value) > (5.0 if wide else _AWAY) else None


def _in_order(spec: HMMSpec, panel: Panel, found: HMMFit, options: Options) -> HMMFit:
    """Return the fit with states in order; one more search from the same point if they were not."""
    model = found.model
    order = np.argsort(spec.level([family.theta for family in model.emission]), kind="stable")
    if isinstance(model.transition, OrderedLogit) or (np.diff(order) > 0).all() or options.fixed:
        return found
    form, arrays = final_form(spec, panel, permuted(arrays_of(model), order))
    search = _with_edges(_Search(form, form.pack(arrays), options.fixed), panel)
    edges = tuple(name for name in search.held if name not in options.fixed)
    return replace(found, fit=_newton(search, panel, options), edges=edges)
