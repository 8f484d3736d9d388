"""The posterior distribution of a model's parameters without Markov chains.

The models here have few parameters and likelihoods that can be evaluated thousands of times a second. So the posterior
is sampled directly: the engine finds its highest point, lays a t distribution over it, draws from that and weights
each draw by what the posterior says there (:mod:`relmodels.inference.importance`). The weights tell by themselves
whether this was good enough (:mod:`relmodels.inference.pareto_smoothing`); there is no burn-in and nothing to tune.
"""

from __future__ import annotations

import math
from typing import Any, Final, TypeVar

import numpy as np

from relmodels.core.arrays import FloatArray, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, NotConverged
from relmodels.inference.bootstrap import _generator
from relmodels.inference.coordinates import Coordinates, design_of
from relmodels.inference.draws import Posterior
from relmodels.inference.fit import _moving
from relmodels.inference.importance import Cloud, resampled, weighted_draws
from relmodels.inference.model import Fitted, Likelihood, Rows
from relmodels.inference.pareto_smoothing import largest_good_k
from relmodels.inference.penalty import Ridge
from relmodels.inference.priors import Density, Normal, Priors
from relmodels.inference.result import Fit
from relmodels.inference.solve import Outcome, maximize
from relmodels.inference.space import Space
from relmodels.inference.status import Status
from relmodels.inference.target import Target
from relmodels.inference.whole import undecided

__all__ = ["posterior"]

ModelT = TypeVar("ModelT", bound=Fitted[Any])

_DRAWS: Final = 4000
_FEWEST: Final = 200
# Draws worth fewer than this leave the ends of a 95 % interval to two or three of them on either side.
_ENOUGH: Final = 100
# Sums over rows in another order agree to this; other data do not.
_SAME_DATA: Final = 1e-7


def posterior(
    fit: Fit[ModelT],
    data: Rows,
    draws: int = _DRAWS,
    *,
    prior: Priors | None = None,
    rng: int | np.random.Generator | None = None,
) -> Posterior[ModelT]:
    """Return draws from the posterior distribution of the parameters, given the data and a prior.

    Parameters that were held stay held, and so does a whole number that was chosen. A fit that did not converge will do
    if the prior makes up for what the data do not say.

    Args:
        fit: the fit to ``data``, from which the search for the highest point begins.
        data: the rows it was fitted to.
        draws: how many equally weighted draws to return, 200 or more.
        prior: densities of the natural parameters; by default :meth:`Priors.weak`, which only knows the scale of the
            data and is a convention of ours. ``rm.Priors({})`` is flat.
        rng: a seed, a numpy generator, or ``None`` for fresh randomness.

    Raises:
        InvalidData: if the fit is not of this data, or the default prior needs a scale that the data do not know.
        InvalidParameters: if the prior does not fit the model, or ``draws`` or ``rng`` is none of the above.
        NotConverged: if the posterior density has no highest point, as under a flat prior if the likelihood has none.

    Examples:
        >>> import relmodels as rm
        >>> log = rm.datasets.cdnow()
        >>> summary = rm.PurchaseSummary.from_transactions(
        ...     log, customer="customer", date="date", calibration_end="1997-09-30"
        ... )
        >>> after = rm.posterior(rm.fit(rm.BGNBD, summary), summary, rng=1)
        >>> low, high = after.interval(lambda model: model.expected_purchases_new(39))
        >>> print(f"between {low:.2f} and {high:.2f}")
        between 1.10 and 1.30

    Reference:
        Gelman, A., Carlin, J. B., Stern, H. S., Dunson, D. B., Vehtari, A. and Rubin, D. B. (2013). Bayesian Data
        Analysis, third edition, sections 10.4 and 13.3.

    """
    _check(data, draws)
    likelihood = _likelihood(fit, data)
    believed = _believed(fit, data) if prior is None else prior
    believed.check(fit.kind.space)
    target = Target(_coordinates(fit, data), likelihood, believed)
    top = _highest(fit, target)
    random = _generator(rng)
    covariance: FloatArray = np.linalg.inv(-top.at.hessian).astype(np.float64, copy=False)
    cloud = weighted_draws(target.log_density, top.point, covariance, draws, random)
    chosen = cloud.points[resampled(cloud, draws, random)]
    return Posterior(
        fit=fit,
        prior=believed,
        draws=read_only(target.natural(chosen)),
        mode=read_only(target.natural(top.point[None])[0]),
        pareto_k=cloud.k,
        ess=cloud.ess,
        evaluations=top.evaluations + len(cloud.points),
        rounds=cloud.rounds,
        warning=_warning(cloud),
    )


def _check(data: object, draws: object) -> None:
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < _FEWEST:
        message = f"draws = {draws!r} must be a whole number of {_FEWEST} or more"
        raise InvalidParameters(message)
    if not isinstance(data, Rows):
        message = f"posterior needs the data that were fitted, such as a PurchaseSummary, got {type(data).__name__}"
        raise InvalidData(message)


def _likelihood(fit: Fit[ModelT], data: Rows) -> Likelihood:
    """Return the likelihood of the data, checked to be those of the fit."""
    likelihood = fit.kind.likelihood(data)
    same = data.unit == fit.unit and math.isclose(likelihood.n, fit.n, rel_tol=_SAME_DATA)
    if same and fit.status is Status.CONVERGED:
        there = likelihood.evaluate(fit.kind.values(fit.model)).value
        same = math.isclose(there, fit.log_likelihood, rel_tol=_SAME_DATA, abs_tol=_SAME_DATA)
    if not same:
        message = (
            f"the fit has log-likelihood {fit.log_likelihood:.4f} on {fit.n:,.10g} cases in the unit {fit.unit}, which "
            f"these {likelihood.n:,.10g} cases in the unit {data.unit} do not give; pass the rows it was fitted to"
        )
        raise InvalidData(message)
    return likelihood


def _coordinates(fit: Fit[ModelT], data: Rows) -> Coordinates:
    """Return what is free to move, and where the search begins: at the fit, if that is a maximum."""
    kind, space = fit.kind, fit.kind.space
    held = {name: fit.parameters[name] for name in fit.fixed}
    chosen = undecided(space, held)
    held |= {} if chosen is None else {chosen: fit.parameters[chosen]}
    design = design_of(space, held, fit.constraints)
    if not design.size:
        message = f"all parameters of the fit are held ({', '.join(held)}); there is nothing to be uncertain about"
        raise InvalidParameters(message)
    found = fit.status is Status.CONVERGED
    start = kind.values(fit.model) if found else space.pack({**kind.start(data), **held})
    return Coordinates(space, start, design)


def _believed(fit: Fit[ModelT], data: Rows) -> Priors:
    """Return the prior of the fit, or the weak one, with the densities that the fit's penalty stands for."""
    space = fit.kind.space
    if isinstance(fit.prior, Priors):
        given = fit.prior
    elif fit.prior is None:
        # Parameters that are equal are one number, which counts once.
        given = Priors.weak(space, data).without({name for equal in fit.constraints for name in equal.names[1:]})
    else:
        message = f"the fit's prior is {fit.prior!r}, which gives no densities to draw from; pass prior=rm.Priors(...)"
        raise InvalidParameters(message)
    return given if fit.penalty is None else given.having(_of_penalty(space, fit.penalty))


def _of_penalty(space: Space, penalty: Ridge) -> dict[str, Density]:
    """Return the normal densities whose logarithms a penalty on squares adds up to."""
    precision = -np.diag(penalty.evaluate(space, np.zeros(len(space))).hessian)
    return {name: Normal(0.0, size**-0.5) for name, size in space.named(precision).items() if size > 0}


def _highest(fit: Fit[ModelT], target: Target) -> Outcome:
    """Return the highest point of the posterior density in free coordinates, with its curvature."""
    on = target.coordinates
    lowest = target.prior.log_density(on.space.names, on.start[None])[0]
    if not np.isfinite(lowest):
        message = (
            f"the prior ({target.prior}) rules out the values to begin from, {on.space.named(on.start)}; "
            "widen it, or fit with it first: rm.fit(..., prior=...)"
        )
        raise InvalidParameters(message)
    top = maximize(target.evaluate, on.begin(), on.reach())
    if top.status is Status.CONVERGED:
        return top
    where = f" ({_moving(top.direction, on.names)})" if top.direction.any() else ""
    message = (
        f"{fit.kind.name}: the posterior density has no highest point under the prior {target.prior}: "
        f"{top.status.value}{where}; give every parameter a density, such as rm.Priors.weak(...) does, or hold one"
    )
    raise NotConverged(message, fit)


def _warning(cloud: Cloud) -> str | None:
    """Return why the weights are not to be relied on, with a next step, or ``None``."""
    limit, advice = largest_good_k(cloud.weight.size), "give the parameters a prior, hold one, or make more draws"
    if cloud.k > limit:
        return (
            f"Pareto k = {cloud.k:.2f} of the weights is above {limit:.2f} after {cloud.rounds} proposals: the "
            f"posterior has tails too heavy for means and intervals to settle; {advice}"
        )
    if not cloud.settled:
        return (
            f"after {cloud.rounds} proposals the last one still found another share of the posterior than those "
            f"before; {advice}"
        )
    if cloud.ess < _ENOUGH:
        return f"the draws are worth only {cloud.ess:.0f} independent ones, {_ENOUGH} are needed; {advice}"
    return None
