"""Fitting a hidden Markov model: climbs from several starts, then Newton's method, then a look at the edges.

Expectation and maximization climb steadily from every start; the engine's Newton search with the exact score ends at a
maximum and gives standard errors. A chance or a rate that is best at zero has no standard error: it is held at the edge
and said to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData, NotConverged
from relmodels.core.numbers import whole
from relmodels.inference.constraints import Equal
from relmodels.inference.fit import Options, fitted
from relmodels.inference.model import Rows
from relmodels.inference.penalty import Ridge
from relmodels.inference.priors import Priors
from relmodels.inference.result import Fit
from relmodels.inference.status import Status
from relmodels.markov.hmm import HMM, HMMKind, arrays_of, categories_of
from relmodels.markov.hmm_edges import Place, at_edges
from relmodels.markov.hmm_em import Climb
from relmodels.markov.hmm_form import Arrays, Form
from relmodels.markov.hmm_likelihood import total_score
from relmodels.markov.hmm_result import HMMFit
from relmodels.markov.hmm_spec import HMMSpec
from relmodels.markov.hmm_starts import best_climbs, in_form, permuted
from relmodels.markov.panel import Panel
from relmodels.markov.prepared import Prepared, prepared
from relmodels.markov.transitions import OrderedLogit

__all__ = ["fit_hmm"]

_ROUNDS: Final = 4
_QUASI_NEWTON: Final = 150


def fit_hmm(
    spec: HMMSpec,
    panel: Rows,
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
    panel = _checked(spec, panel)
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


def _checked(spec: HMMSpec, panel: object) -> Panel:
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
    return panel


def _refined(spec: HMMSpec, panel: Panel, one: Climb, options: Options) -> HMMFit:
    """Return the end of Newton's method from the end of a climb, with what lies at an edge held there."""
    order = np.argsort(spec.level(one.arrays.thetas), kind="stable")
    form = final_form(spec, panel, arrays := permuted(one.arrays, order))
    data = prepared(panel, form)
    start = form.pack(in_form(form, arrays))
    place = Place(_set(form, start, options.fixed), options.fixed)
    place, result = _ended(place, form, data, panel, options)
    for _ in range(_ROUNDS):
        if result.status is Status.CONVERGED:
            break
        again, better = _ended(place, form, data, panel, options)
        if again.held.keys() == place.held.keys():
            break
        place, result = again, better
    edges = tuple(name for name in place.held if name not in options.fixed)
    return _in_order(spec, panel, HMMFit(fit=result, spec=spec, edges=edges, starts=()), options)


def _ended(place: Place, form: Form, data: Prepared, panel: Panel, options: Options) -> tuple[Place, Fit[HMM]]:
    """Return where Newton's method ends, after a look at the edges, and its record."""
    nearer = replace(place, parameters=_nearer(place, form, data, panel)) if form.logit else place
    pushed = at_edges(nearer, form, data, panel)
    result = _newton(pushed, form, panel, options)
    return replace(pushed, parameters=result.kind.values(result.model)), result


def _set(form: Form, parameters: FloatArray, fixed: Mapping[str, float]) -> FloatArray:
    named = form.space.named(parameters)
    return np.array([fixed.get(name, value) for name, value in named.items()])


def _nearer(place: Place, form: Form, data: Prepared, panel: Panel) -> FloatArray:
    """Return where a search without second derivatives gets, for what climbs without covariates are far from."""
    from scipy import optimize

    space = form.space
    moving = np.array([name not in place.held for name in space.names])
    free = space.to_free(place.parameters)

    def cost(moved: FloatArray) -> tuple[float, FloatArray]:
        free[moving] = moved
        natural = space.to_natural(free)
        value, gradient = total_score(data, form, natural)
        if not np.isfinite(value):
            return np.inf, np.zeros(moved.size)
        return -value / panel.counts.sum(), -(gradient * space.slope(natural))[moving] / panel.counts.sum()

    begin = free[moving].copy()
    with np.errstate(all="ignore"):
        ends = optimize.minimize(
            cost, begin, jac=True, method="L-BFGS-B", options={"maxiter": _QUASI_NEWTON, "ftol": 1e-13, "gtol": 1e-7}
        )
    free[moving] = ends.x
    return space.to_natural(free)


def final_form(spec: HMMSpec, panel: Panel, arrays: Arrays) -> Form:
    """Return the form to be estimated, with references that are likely at these arrays."""
    logit = isinstance(spec.transition, OrderedLogit)
    names: tuple[str, ...] = ()
    if isinstance(spec.transition, OrderedLogit):
        names = panel.covariate_names if spec.transition.covariates is None else spec.transition.covariates
    beside = panel.require_covariates(names)[panel.within]
    spread = beside.std(axis=0) if names else np.empty(0)
    return replace(
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


def _newton(place: Place, form: Form, panel: Panel, options: Options) -> Fit[HMM]:
    named, held = form.space.named(place.parameters), dict(place.held)
    start = {name: value for name, value in named.items() if name not in held}
    return fitted(HMMKind(form), panel, replace(options, fixed=held), start)


def _in_order(spec: HMMSpec, panel: Panel, found: HMMFit, options: Options) -> HMMFit:
    """Return the fit with states and segments in order; one more search from the same point if they were not.

    States of an ordered logit are in order by construction.
    """
    model = found.model
    level = spec.level([family.theta for family in model.emission])
    order = np.arange(model.states) if isinstance(model.transition, OrderedLogit) else np.argsort(level, kind="stable")
    if options.fixed or ((np.diff(order) > 0).all() and (np.diff(model.segments) <= 0.0).all()):
        return found
    form = final_form(spec, panel, arrays := permuted(arrays_of(model), order))
    place = at_edges(Place(form.pack(arrays), {}), form, prepared(panel, form), panel)
    return replace(found, fit=_newton(place, form, panel, options), edges=tuple(place.held))
