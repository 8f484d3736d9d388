"""What is to be estimated: a specification of a hidden Markov model, without predictions of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import whole
from relmodels.markov.emissions import Emission
from relmodels.markov.hmm import named_emissions
from relmodels.markov.hmm_form import Form
from relmodels.markov.panel import Panel
from relmodels.markov.transitions import FreeTransitions, OrderedLogit, Transitions, is_transitions

__all__ = ["Beginning", "HMMSpec"]

Beginning = Literal["free", "stationary"]


@dataclass(frozen=True, slots=True)
class HMMSpec:
    """A hidden Markov model to be fitted with ``rm.fit(spec, panel)``.

    States are numbered in the order of the first outcome's mean, or of what ``order_by`` says, and segments by their
    share, the largest first, so that no two fits differ by labels alone. With an ordered logit the order of the states
    is part of the model.

    Attributes:
        states: how many.
        emission: the distribution of the outcome, or one for each outcome by its name.
        transition: free, or an ordered logit with covariates; without values.
        initial: whether the beginning is estimated, or is the stationary distribution of the moves.
        segments: how many kinds of customers with other chances of moving (and, if free, of beginning).
        order_by: the outcome whose mean orders the states; for categories a number for each, such as ``(0, 1, 5)``.

    Raises:
        InvalidParameters: naming every part that does not fit the others.

    Examples:
        >>> from relmodels.markov import OrderedLogit, Poisson
        >>> HMMSpec(states=3, emission=Poisson(), transition=OrderedLogit()).families[0].family
        'Poisson'

    Reference:
        Netzer, O., Lattin, J. M. and Srinivasan, V. (2008), A hidden Markov model of customer relationship dynamics,
        Marketing Science 27(2), 185-204.

    """

    states: int
    emission: Emission | Sequence[Emission] | Mapping[str, Emission]
    transition: Transitions = field(default_factory=FreeTransitions)
    initial: Beginning = "free"
    segments: int = 1
    order_by: str | tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        """Check that the parts fit each other."""
        whole(self.states, "states", 1)
        whole(self.segments, "segments", 1)
        families = self.families
        problems = Problems("specification")
        if self.initial not in get_args(Beginning):
            problems.add(f"initial = {self.initial!r} must be 'free' or 'stationary'")
        if not is_transitions(self.transition):
            problems.add(f"transition = {self.transition!r} must be FreeTransitions() or OrderedLogit()")
        allowed = self.transition.allowed if isinstance(self.transition, FreeTransitions) else None
        if allowed is not None and allowed.shape != (self.states, self.states):
            problems.add(f"transition allows moves of {len(allowed)} states; there are {self.states}")
        if self.segments > 1 and self.states == 1:
            problems.add("segments differ in their moves; they need two states or more")
        self._check_order(families, problems)
        problems.raise_if_any(InvalidParameters)

    def _check_order(self, families: tuple[Emission, ...], problems: Problems) -> None:
        names = self.names
        first = families[names.index(self.order_by)] if self.order_by in names else families[0]
        if isinstance(self.order_by, str) and self.order_by not in names:
            problems.add(f"order_by = {self.order_by!r} is no outcome; the outcomes are {', '.join(names)}")
        elif isinstance(self.order_by, tuple):
            count = len(families[0].quantities)
            if families[0].in_order or len(self.order_by) != count:
                problems.add(f"order_by = {self.order_by}: numbers are for the {count} categories of the first outcome")
            elif isinstance(self.transition, OrderedLogit):
                problems.add("an ordered logit needs states in the order of a mean; order_by an outcome that has one")
        elif not first.in_order and self.states > 1:
            problems.add(
                "categories put no states in order; pass order_by= with a number for each category, or another outcome"
            )

    @property
    def families(self) -> tuple[Emission, ...]:
        """Return the distribution of each outcome, without values."""
        return named_emissions(self.emission, None)[0]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the outcomes."""
        return named_emissions(self.emission, None)[1]

    @property
    def ordering(self) -> int:
        """Return the place of the outcome that orders the states."""
        return self.names.index(self.order_by) if isinstance(self.order_by, str) else 0

    def level(self, thetas: Sequence[FloatArray]) -> FloatArray:
        """Return ``(S,)`` what the states are ordered by, of quantities of each outcome."""
        place = self.ordering
        mean = self.families[place].mean(thetas[place])
        if mean.ndim == 1:
            return mean
        found: FloatArray = mean @ np.array(
            self.order_by if isinstance(self.order_by, tuple) else range(mean.shape[1]), dtype=float
        )
        return found

    def climbing_form(self, panel: Panel) -> Form:
        """Return the form in which starts are sought: free transitions and a free beginning."""
        allowed = self.transition.allowed if isinstance(self.transition, FreeTransitions) else None
        moves = np.ones((self.states, self.states), dtype=np.bool_) if allowed is None else allowed
        return Form(
            states=self.states,
            segments=self.segments,
            outcomes=self.resolved_names(panel),
            families=self.families,
            ordered=None,
            stationary=False,
            logit=False,
            covariates=(),
            spreads=(),
            center=(),
            allowed=tuple(tuple(row) for row in moves.tolist()),
            preferred=(0,) * (1 + self.segments),
            categories=tuple(() if family.in_order else (0,) * self.states for family in self.families),
        )

    def resolved_names(self, panel: Panel) -> tuple[str, ...]:
        """Return the names of the outcomes; a single one takes the panel's."""
        single = len(self.families) == 1 == len(panel.outcomes) and not isinstance(self.emission, Mapping)
        unnamed = len(self.families) > 1 and not isinstance(self.emission, Mapping)
        return panel.outcomes if single or (unnamed and len(panel.outcomes) == len(self.families)) else self.names
