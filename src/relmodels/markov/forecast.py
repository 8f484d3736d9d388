"""Where customers will be, what they will do, what that is worth, and what a contact changes.

All of it follows from the chances of the states at the end of each history and the moves from there on. Covariates of
the future are a plan: two plans give two forecasts, and the difference is what the one does beside the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.core.numbers import finite, whole
from relmodels.frames.table import Table
from relmodels.markov.chain import MarkovChain
from relmodels.markov.decode import last_states
from relmodels.markov.hmm import HMM, arrays_of
from relmodels.markov.panel import Panel
from relmodels.markov.transitions import OrderedLogit, logit_matrices, logit_slopes
from relmodels.markov.value import markov_clv

__all__ = [
    "ContactEffect",
    "StateForecast",
    "contact_effect",
    "contact_response",
    "customer_values",
    "forecast",
    "state_values",
]


@dataclass(frozen=True, slots=True, eq=False)
class StateForecast:
    """Customers in the periods after their histories.

    Attributes:
        states: ``(n, H, S)`` chances of each state in the next periods.
        outcomes: for each outcome by name ``(n, H)`` its expectation, of one trial for a share; ``(n, H, K)`` chances
            for categories.

    """

    states: FloatArray
    outcomes: dict[str, FloatArray]

    __reduce__ = by_fields

    def table(self) -> Table:
        """Return a row for each period ahead, averaged over customers: chances of the states, expected outcomes."""
        columns: dict[str, object] = {"ahead": list(range(1, self.states.shape[1] + 1))}
        mean = self.states.mean(axis=0)
        columns |= {f"state {state + 1}": mean[:, state] for state in range(mean.shape[1])}
        columns |= {name: value.mean(axis=0) for name, value in self.outcomes.items() if value.ndim == 2}
        return Table(columns)


def forecast(model: HMM, panel: Panel, horizon: int, covariates: ArrayLike | None = None) -> StateForecast:
    """Return the chances of the states and the expected outcomes in the periods after each history.

    Args:
        model: with its parameters.
        panel: ``n`` customers.
        horizon: ``H``, how many periods to look ahead.
        covariates: of the future, ``(H, c)`` for all or ``(n, H, c)``; those at the model's center by default.

    Raises:
        InvalidData: if the panel lacks an outcome or a covariate, or the future covariates have another shape.
        InvalidParameters: if the horizon is not a whole number of 1 or more.

    Examples:
        >>> from relmodels.markov import FreeTransitions, Poisson
        >>> model = HMM([0.5, 0.5], FreeTransitions([[0.9, 0.1], [0.3, 0.7]]), Poisson([0.2, 3.0]))
        >>> found = forecast(model, Panel.from_arrays([[0, 0, 0], [2, 5, 4]]), 2)
        >>> found.states[:, :, 1].round(3).tolist(), found.outcomes["outcome"].round(2).tolist()
        ([[0.104, 0.163], [0.7, 0.52]], [[0.49, 0.66], [2.16, 1.66]])

    """
    ahead = whole(horizon, "horizon", 1)
    joint = last_states(model, panel)
    found = np.empty((len(panel), ahead, model.states))
    for step, matrix in enumerate(_steps(model, len(panel), ahead, covariates)):
        joint = np.einsum("ngr,ngrs->ngs", joint, matrix)
        found[:, step] = joint.sum(axis=1)
    outcomes = {name: read_only(np.tensordot(found, mean, axes=(2, 0))) for name, mean in model.means().items()}
    return StateForecast(read_only(found), outcomes)


def _steps(model: HMM, count: int, ahead: int, covariates: ArrayLike | None) -> Iterator[FloatArray]:
    """Yield ``(n, G, S, S)`` the moves into each period ahead, or ``(1, G, S, S)`` where they are the same for all."""
    names = model.form.covariates
    if covariates is None or not names:
        if covariates is not None:
            message = "covariates are given, but the moves of the model depend on none"
            raise InvalidData(message)
        for _ in range(ahead):
            yield model.matrix()[None]
        return
    given = np.asarray(covariates, dtype=np.float64)
    given = given[None] if given.ndim == 2 else given
    if given.shape not in {(1, ahead, len(names)), (count, ahead, len(names))} or not np.isfinite(given).all():
        message = (
            f"covariates has the shape {given.shape}; it needs finite numbers for {ahead} periods and "
            f"{', '.join(names)}, for all customers or for each of {count}"
        )
        raise InvalidData(message)
    arrays = arrays_of(model)
    for step in range(ahead):
        table = logit_matrices(np.asarray(arrays.thresholds), arrays.rises, given[:, step])
        yield np.moveaxis(table, -1, 0)


def state_values(
    model: HMM,
    rewards: ArrayLike,
    discount_rate: float,
    horizon: int | None = None,
    covariates: ArrayLike | None = None,
) -> FloatArray:
    """Return ``(G, S)`` what a customer in each state is worth, the present period included.

    Args:
        model: with its parameters.
        rewards: ``(S,)`` what a period in each state brings, for example a margin times the expected purchases.
        discount_rate: of a period, as the field writes it; above 0 without a horizon.
        horizon: how many periods after this one are counted; without end by default.
        covariates: ``(c,)``, held for ever; those at the model's center by default.

    Raises:
        InvalidData: if there is not one finite reward for each state.
        InvalidParameters: if the rate is out of range.

    Examples:
        >>> from relmodels.markov import FreeTransitions, Poisson
        >>> model = HMM([0.5, 0.5], FreeTransitions([[0.9, 0.1], [0.3, 0.7]]), Poisson([0.2, 3.0]))
        >>> state_values(model, 10 * model.means()["outcome"], 0.1).round(1).tolist()
        [[83.6, 145.2]]

    """
    matrices = model.matrix(covariates)
    return read_only(np.array([markov_clv(MarkovChain(one), rewards, discount_rate, horizon) for one in matrices]))


def customer_values(
    model: HMM,
    panel: Panel,
    rewards: ArrayLike,
    discount_rate: float,
    horizon: int | None = None,
    covariates: ArrayLike | None = None,
) -> FloatArray:
    """Return ``(n,)`` what each customer's periods after the history are worth at its end; the next is discounted once.

    Args:
        model: with its parameters.
        panel: ``n`` customers.
        rewards: ``(S,)`` what a period in each state brings.
        discount_rate: of a period.
        horizon: how many periods are counted; without end by default.
        covariates: ``(c,)``, held for ever; those at the model's center by default.

    Raises:
        InvalidData: as :func:`state_values`, and if the panel lacks an outcome or a covariate.
        InvalidParameters: if the rate or the horizon is out of range.

    Examples:
        >>> from relmodels.markov import FreeTransitions, Poisson
        >>> model = HMM([0.5, 0.5], FreeTransitions([[0.9, 0.1], [0.3, 0.7]]), Poisson([0.2, 3.0]))
        >>> customer_values(model, Panel.from_arrays([[0, 0], [5, 4]]), 10 * model.means()["outcome"], 0.1).round(
        ...     1
        ... ).tolist()
        [81.9, 115.2]

    """
    counted = None if horizon is None else whole(horizon, "horizon", 1) - 1
    value = state_values(model, rewards, discount_rate, counted, covariates)
    after = np.einsum("grs,gs->gr", model.matrix(covariates), value) / (
        1.0 + finite(discount_rate, "discount_rate", "")
    )
    return read_only(np.einsum("ngs,gs->n", last_states(model, panel), after))


@dataclass(frozen=True, slots=True, eq=False)
class ContactEffect:
    """What a change of one covariate does to the chances of moving up and down, from each state.

    Attributes:
        covariate: its name.
        change: by how much it is raised.
        up: ``(G, S)`` chance of a higher state next, without the change.
        up_with: ``(G, S)`` the same with it.
        down: ``(G, S)`` chance of a lower state next, without the change.
        down_with: ``(G, S)`` the same with it.
        slope: ``(G, S)`` derivative of the chance of moving up by the covariate, without the change.

    """

    covariate: str
    change: float
    up: FloatArray
    up_with: FloatArray
    down: FloatArray
    down_with: FloatArray
    slope: FloatArray

    __reduce__ = by_fields

    def table(self) -> Table:
        """Return a row for each segment and state."""
        groups, states = self.up.shape
        return Table(
            {
                "segment": np.repeat([chr(ord("A") + group) for group in range(groups)], states).tolist(),
                "state": np.tile(np.arange(1, states + 1), groups),
                "up": self.up.ravel(),
                f"up with {self.covariate}": self.up_with.ravel(),
                "down": self.down.ravel(),
                f"down with {self.covariate}": self.down_with.ravel(),
                "slope": self.slope.ravel(),
            }
        )


def contact_effect(model: HMM, covariate: str, change: float = 1.0, at: ArrayLike | None = None) -> ContactEffect:
    """Return what raising one covariate does to the chances of moving up and down.

    Args:
        model: with an ordered logit.
        covariate: the name of what changes.
        change: by how much.
        at: ``(c,)`` the covariates without the change; those at the model's center by default.

    Raises:
        InvalidParameters: if the moves do not depend on that covariate.

    Examples:
        >>> from relmodels.markov import Binomial, OrderedLogit
        >>> moves = OrderedLogit([[1, 3], [-1, 2], [-3, -0.5]], [[0.5], [0.8], [0.6]], covariates=["contact"])
        >>> found = contact_effect(HMM([0.5, 0.3, 0.2], moves, Binomial([0.05, 0.4, 0.9])), "contact")
        >>> (found.up_with - found.up).round(3).tolist()
        [[0.109, 0.112, 0.0]]

    Reference:
        Netzer, O., Lattin, J. M. and Srinivasan, V. (2008), A hidden Markov model of customer relationship dynamics,
        Marketing Science 27(2), 185-204.

    """
    base, raised = _changed(model, covariate, change, at)
    matrices = model.matrix(base), model.matrix(raised)
    up, up_with = (_beyond(one, 1) for one in matrices)
    down, down_with = (_beyond(one, -1) for one in matrices)
    return ContactEffect(covariate, float(change), up, up_with, down, down_with, _slope(model, covariate, base))


def _beyond(matrices: FloatArray, side: int) -> FloatArray:
    """Return ``(G, S)`` the chances of all states above, or below, each."""
    part = np.triu(matrices, 1) if side > 0 else np.tril(matrices, -1)
    return read_only(part.sum(axis=2))


def _slope(model: HMM, covariate: str, base: FloatArray) -> FloatArray:
    """Return ``(G, S)`` the derivative of the chance of moving up: the logistic density at the threshold above."""
    arrays = arrays_of(model)
    density = logit_slopes(np.asarray(arrays.thresholds), arrays.rises, base[None])[..., 0]
    rises = arrays.rises[:, model.form.covariates.index(covariate)]
    found = np.zeros(density.shape[:2])
    states = np.arange(model.states - 1)
    found[:, states] = density[:, states, states] * rises[states]
    return read_only(found)


def _changed(model: HMM, covariate: str, change: float, at: ArrayLike | None) -> tuple[FloatArray, FloatArray]:
    """Return covariates ``(c,)`` without and with a change of one."""
    if not isinstance(model.transition, OrderedLogit) or covariate not in (names := model.form.covariates):
        known = ", ".join(model.form.covariates) or "none"
        message = f"the moves do not depend on {covariate!r}; they depend on: {known}"
        raise InvalidParameters(message)
    base = np.array(model.transition.center if at is None else at, dtype=np.float64)
    if base.shape != (len(names),):
        message = f"at has the shape {base.shape}; give a value for each of {', '.join(names)}"
        raise InvalidParameters(message)
    raised = base.copy()
    raised[names.index(covariate)] += finite(change, "change", "a number")
    return base, raised


def contact_response(
    model: HMM,
    covariate: str,
    horizon: int,
    *,
    outcome: str | None = None,
    change: float = 1.0,
    at: ArrayLike | None = None,
) -> FloatArray:
    """Return ``(G, S)`` how much more of an outcome a single change in the next period brings, from each state.

    The covariate is raised in the next period only; what follows from being in other states then is added up over the
    horizon.

    Args:
        model: with an ordered logit.
        covariate: the name of what changes.
        horizon: how many periods are added up.
        outcome: its name, the first by default; categories have none.
        change: by how much.
        at: ``(c,)`` the covariates otherwise; those at the model's center by default.

    Raises:
        InvalidParameters: if the moves do not depend on that covariate, or the outcome has no expectation.

    Examples:
        >>> from relmodels.markov import Binomial, OrderedLogit
        >>> moves = OrderedLogit([[1, 3], [-1, 2], [-3, -0.5]], [[0.5], [0.8], [0.6]], covariates=["contact"])
        >>> model = HMM([0.5, 0.3, 0.2], moves, Binomial([0.05, 0.4, 0.9]))
        >>> (
        ...     contact_response(model, "contact", 1).round(3).tolist(),
        ...     contact_response(model, "contact", 12).round(3).tolist(),
        ... )
        ([[0.052, 0.101, 0.071]], [[0.13, 0.26, 0.193]])

    """
    base, raised = _changed(model, covariate, change, at)
    mean = model.means().get(model.outcomes[0] if outcome is None else outcome)
    if mean is None or mean.ndim != 1:
        message = f"outcome = {outcome!r} has no expectation; the outcomes are {', '.join(model.outcomes)}"
        raise InvalidParameters(message)
    without, with_it = model.matrix(base), model.matrix(raised)
    extra, total = with_it - without, np.zeros(without.shape[:2])
    for _ in range(whole(horizon, "horizon", 1)):
        total += extra @ mean
        extra = extra @ without
    return read_only(total)
