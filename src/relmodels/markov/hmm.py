"""Hidden Markov models of customers: an unseen state of the relationship decides what is seen, and changes.

In every period a customer is in one of a few states (dormant, occasional, active). The state alone decides the
distribution of what the customer does in the period, and the chances of the state in the next. States are not observed;
what is observed of a customer makes some paths likely and others not. Segments are customers with other chances of
moving between the same states: a random effect with a few values (a mixed hidden Markov model).

Use it where behavior goes up and down; where customers leave for good at an unknown moment, the buy-till-you-die models
say more with fewer parameters. Chains of observed states are :class:`~relmodels.MarkovChain`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.periods import Unit
from relmodels.inference.model import Likelihood, Rows
from relmodels.inference.space import Space
from relmodels.markov.emissions import Emission
from relmodels.markov.hmm_form import Arrays, Form
from relmodels.markov.hmm_likelihood import likelihood_of, row_scores, row_values
from relmodels.markov.panel import Panel
from relmodels.markov.prepared import prepared
from relmodels.markov.stationary import stationary
from relmodels.markov.transitions import FreeTransitions, OrderedLogit, Transitions, is_transitions, logit_matrices

__all__ = ["HMM", "HMMKind", "arrays_of", "form_of", "hmm_of"]


@dataclass(frozen=True, slots=True, eq=False, init=False)
class HMM:
    """A hidden Markov model with given parameters, usable without a fit.

    Attributes:
        initial: ``(G, S)`` chances of each state at the beginning, for each segment.
        transition: the moves.
        emission: the distributions of each outcome.
        outcomes: the names of the outcomes.
        segments: ``(G,)`` the shares of the segments.
        stationary: whether histories begin in the stationary distribution; ``initial`` then follows from the moves.
        form: the order of the parameters.

    Raises:
        InvalidParameters: naming every part that does not fit the others.

    Examples:
        >>> from relmodels.markov import Binomial, OrderedLogit, Panel
        >>> moves = OrderedLogit([[1, 3], [-1, 2], [-3, -0.5]], [[0.5], [0.8], [0.6]], covariates=["contact"])
        >>> model = HMM([0.5, 0.3, 0.2], moves, Binomial([0.05, 0.4, 0.9]))
        >>> panel = Panel.from_arrays([[1, 0, 1, 1]], covariates=[[0, 1, 0, 1]], covariate_names=["contact"])
        >>> np.exp(model.log_likelihood(panel)).round(8).tolist(), model.filter(panel)[0, -1].round(6).tolist()
        ([0.02569087], [0.010238, 0.303767, 0.685995])

    Reference:
        Netzer, O., Lattin, J. M. and Srinivasan, V. (2008), A hidden Markov model of customer relationship dynamics,
        Marketing Science 27(2), 185-204.

    """

    initial: FloatArray
    transition: Transitions
    emission: tuple[Emission, ...]
    outcomes: tuple[str, ...]
    segments: FloatArray
    stationary: bool
    form: Form

    __reduce__ = by_fields

    def __init__(
        self,
        initial: ArrayLike | Literal["stationary"],
        transition: Transitions,
        emission: Emission | Sequence[Emission] | Mapping[str, Emission],
        outcomes: Sequence[str] | None = None,
        segments: ArrayLike | None = None,
        *,
        stationary: bool = False,
        form: Form | None = None,
    ) -> None:
        """Take a beginning, moves and outcomes; ``initial="stationary"`` lets the moves decide the beginning."""
        families, names = named_emissions(emission, outcomes)
        begins_level = stationary or isinstance(initial, str)
        matrix = _matrices(transition)
        weight = np.ones(1) if segments is None else np.atleast_1d(np.array(segments, dtype=np.float64))
        _check_moves(transition, families, weight)
        given = _level(matrix) if begins_level else np.atleast_2d(np.array(initial, dtype=np.float64))
        _check(given, matrix, weight, families)
        object.__setattr__(self, "initial", read_only(given / given.sum(axis=1, keepdims=True)))
        object.__setattr__(self, "transition", transition)
        object.__setattr__(self, "emission", families)
        object.__setattr__(self, "outcomes", names)
        object.__setattr__(self, "segments", read_only(weight / weight.sum()))
        object.__setattr__(self, "stationary", begins_level)
        object.__setattr__(self, "form", form_of(self) if form is None else form)

    @property
    def states(self) -> int:
        """Return the number of states."""
        return int(self.initial.shape[1])

    @property
    def kind(self) -> HMMKind:
        """Return the kind: the space of the parameters, and how values in it become a model."""
        return HMMKind(self.form)

    def matrix(self, covariates: ArrayLike | None = None) -> FloatArray:
        """Return ``(G, S, S)`` the chances of each state next; at the center if no covariates ``(c,)`` are given."""
        if isinstance(self.transition, FreeTransitions):
            return self.transition.matrix
        if covariates is None:
            return read_only(_matrices(self.transition))
        return read_only(np.array([self.transition.matrix(covariates, group) for group in range(self.segments.size)]))

    def means(self) -> dict[str, FloatArray]:
        """Return the expected outcome in each state, ``(S,)`` by name; ``(S, K)`` chances for categories."""
        return {
            name: read_only(family.mean(family.theta))
            for name, family in zip(self.outcomes, self.emission, strict=True)
        }

    def log_likelihood(self, data: Panel) -> FloatArray:
        """Return the log-likelihood of each customer, ``(n,)``; minus infinity for what no path can bring about."""
        form = self.form
        return read_only(row_values(prepared(data, form), form, arrays_of(self)))

    def score(self, data: Panel) -> FloatArray:
        """Return the derivative of each customer's log-likelihood by each parameter of the space, ``(n, p)``."""
        form = self.form
        return read_only(row_scores(prepared(data, form), form, arrays_of(self)))

    def filter(self, data: Panel) -> FloatArray:
        """Return ``(n, T, S)`` chances of each state given the past and present; ``nan`` after the end of a history."""
        from relmodels.markov.decode import filtered_states

        return filtered_states(self, data)

    def smooth(self, data: Panel) -> FloatArray:
        """Return ``(n, T, S)`` chances of each state given the whole history; ``nan`` after its end."""
        from relmodels.markov.decode import smoothed_states

        return smoothed_states(self, data)

    def most_likely_path(self, data: Panel) -> IntArray:
        """Return ``(n, T)`` the most likely path of states of each history, states from 0; -1 after its end.

        With segments the path is the best of all segments.

        Reference:
            Viterbi, A. J. (1967), Error bounds for convolutional codes and an asymptotically optimum decoding
            algorithm, IEEE Transactions on Information Theory 13(2), 260-269.

        """
        from relmodels.markov.decode import most_likely_path

        return most_likely_path(self, data)

    def segment_chances(self, data: Panel) -> FloatArray:
        """Return ``(n, G)`` chances of each segment given the whole history."""
        from relmodels.markov.decode import segment_chances

        return segment_chances(self, data)

    def simulate(
        self,
        periods: int | ArrayLike,
        rng: int | np.random.Generator,
        *,
        customers: int | None = None,
        covariates: ArrayLike | None = None,
        trials: ArrayLike | None = None,
    ) -> Panel:
        """Return a panel of drawn customers; :func:`relmodels.markov.simulate_states` returns their states too.

        Args:
            periods: of every history, or of each, ``(n,)``.
            rng: a seed or a generator.
            customers: how many, where one number of periods is given.
            covariates: ``(n, T, c)`` for an ordered logit.
            trials: ``(n, T)`` for a binomial outcome.

        """
        from relmodels.markov.simulate import simulate_states

        return simulate_states(self, periods, rng, customers=customers, covariates=covariates, trials=trials)[0]


@dataclass(frozen=True, slots=True)
class HMMKind:
    """All hidden Markov models of one form, as the engine asks for them.

    Attributes:
        form: what they are made of.

    """

    form: Form

    @property
    def name(self) -> str:
        """Return what tables call it."""
        return f"hidden Markov model of {self.form.states} states"

    @property
    def space(self) -> Space:
        """Return the parameters."""
        return self.form.space

    def start(self, data: Rows) -> Mapping[str, float]:
        """Return values to begin from: the best of a few climbs by expectation and maximization."""
        from relmodels.markov.hmm_starts import best_start

        return self.space.named(self.form.pack(best_start(_panel(data), self.form, starts=3, rng=0)))

    def likelihood(self, data: Rows) -> Likelihood:
        """Return the log-likelihood of a panel as a function of the parameters."""
        return likelihood_of(_panel(data), self.form)

    def make(self, values: FloatArray, unit: Unit | None) -> HMM:  # noqa: ARG002  periods are only counted
        """Return the model with parameters ``(p,)``."""
        return hmm_of(self.form, self.form.unpack(values))

    def values(self, model: object) -> FloatArray:
        """Return the parameters, ``(p,)``, of a model of this form."""
        if not isinstance(model, HMM):
            message = f"a hidden Markov model is needed, got {type(model).__name__}"
            raise InvalidParameters(message)
        return self.form.pack(arrays_of(model))


def _panel(data: object) -> Panel:
    if not isinstance(data, Panel):
        message = (
            f"a hidden Markov model needs a Panel, got {type(data).__name__}; "
            "make one with Panel.from_frame or Panel.from_transactions"
        )
        raise InvalidData(message)
    return data


def named_emissions(
    emission: Emission | Sequence[Emission] | Mapping[str, Emission], outcomes: Sequence[str] | None
) -> tuple[tuple[Emission, ...], tuple[str, ...]]:
    """Return the distributions of all outcomes, and their names.

    Raises:
        InvalidParameters: if they are none, or there are not as many names.

    """
    if isinstance(emission, Mapping):
        names, families = tuple(str(name) for name in emission), tuple(emission.values())
    elif isinstance(emission, Sequence):
        families = tuple(emission)
        count = len(families)
        default = ("outcome",) if count == 1 else tuple(f"outcome {place + 1}" for place in range(count))
        names = default if outcomes is None else tuple(outcomes)
    else:
        families, names = (emission,), ("outcome",) if outcomes is None else tuple(outcomes)
    if not all(map(_is_emission, families)) or not families or len(names) != len(families):
        message = f"emission = {emission!r} must be a distribution such as Poisson(), or one for each named outcome"
        raise InvalidParameters(message)
    return families, names


def _is_emission(value: object) -> bool:
    return isinstance(value, Emission)


def _matrices(transition: Transitions) -> FloatArray:
    if isinstance(transition, FreeTransitions):
        return transition.matrix
    return logit_matrices(transition.thresholds, transition.slopes, transition.center[None])[..., 0]


def _level(matrix: FloatArray) -> FloatArray:
    return np.array([stationary(one) for one in matrix])


def _check_moves(transition: Transitions, families: tuple[Emission, ...], weight: FloatArray) -> None:
    problems = Problems("hidden Markov model")
    if not is_transitions(transition):
        problems.add(f"transition = {transition!r} must be FreeTransitions or OrderedLogit")
    elif not _matrices(transition).size:
        problems.add("transition has no values; a specification without them is an HMMSpec")
    for family in families:
        if not family.theta.size:
            problems.add(f"{family.family} has no values; give one for each state, or use an HMMSpec")
    if weight.ndim != 1 or not ((weight > 0.0).all() and abs(weight.sum() - 1.0) <= 1e-6):
        problems.add(f"segments = {weight.tolist()} must be shares above 0 that add up to 1")
    problems.raise_if_any(InvalidParameters)


def _check(initial: FloatArray, matrix: FloatArray, weight: FloatArray, families: tuple[Emission, ...]) -> None:
    problems = Problems("hidden Markov model")
    groups, states = matrix.shape[:2]
    if groups != weight.size:
        problems.add(f"transition is of {groups} segments; segments has {weight.size} shares")
    if initial.shape != (groups, states):
        problems.add(f"initial has the shape {initial.shape}; it needs a row of {states} chances for each segment")
    elif not ((initial >= 0.0).all() and (np.abs(initial.sum(axis=1) - 1.0) <= 1e-6).all()):
        problems.add(f"initial = {initial.tolist()}: chances are 0 or more and add up to 1")
    for family in families:
        if family.theta.shape[1] != states:
            problems.add(f"{family.family} has values for {family.theta.shape[1]} states, transition for {states}")
    problems.raise_if_any(InvalidParameters)


def arrays_of(model: HMM) -> Arrays:
    """Return a model as the recursions see it."""
    transition = model.transition
    return Arrays(
        weight=model.segments,
        initial=model.initial,
        matrix=_matrices(transition),
        thresholds=transition.thresholds if isinstance(transition, OrderedLogit) else None,
        rises=transition.slopes if isinstance(transition, OrderedLogit) else np.zeros((model.states, 0)),
        thetas=tuple(family.theta for family in model.emission),
    )


def form_of(model: HMM, spreads: tuple[float, ...] | None = None) -> Form:
    """Return the form of a model made by hand: references are the largest chances, rises are taken where there are."""
    transition = model.transition
    logit = isinstance(transition, OrderedLogit)
    names = (transition.covariates or ()) if isinstance(transition, OrderedLogit) else ()
    center = transition.center if isinstance(transition, OrderedLogit) else np.empty(0)
    allowed = transition.allowed if isinstance(transition, FreeTransitions) else None
    free = np.ones((model.states, model.states), dtype=np.bool_) if allowed is None else allowed
    first = model.emission[0]
    rises = logit and first.in_order and bool((np.diff(first.theta[0]) > 0.0).all())
    return Form(
        states=model.states,
        segments=model.segments.size,
        outcomes=model.outcomes,
        families=tuple(family.of(family.theta[:, :0]) if family.in_order else family for family in model.emission),
        ordered=0 if rises else None,
        stationary=model.stationary,
        logit=logit,
        covariates=names,
        spreads=spreads or (1.0,) * len(names),
        center=tuple(center.tolist()),
        allowed=tuple(tuple(row) for row in free.tolist()),
        preferred=(int(model.segments.argmax()), *model.initial.argmax(axis=1).tolist()),
        categories=tuple(categories_of(family) for family in model.emission),
    )


def categories_of(family: Emission) -> tuple[int, ...]:
    """Return the reference category of each state; none for other families."""
    return () if family.in_order else tuple(family.theta.argmax(axis=0).tolist())


def hmm_of(form: Form, arrays: Arrays) -> HMM:
    """Return the model of arrays."""
    transition: Transitions
    if arrays.thresholds is not None:
        transition = OrderedLogit(arrays.thresholds, arrays.rises, form.covariates, form.center)
    else:
        everything = all(all(row) for row in form.allowed)
        transition = FreeTransitions(arrays.matrix, None if everything else form.allowed)
    families = [family.of(theta) for family, theta in zip(form.families, arrays.thetas, strict=True)]
    return HMM(
        arrays.initial,
        transition,
        families,
        form.outcomes,
        arrays.weight,
        stationary=form.stationary,
        form=form,
    )
