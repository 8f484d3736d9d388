"""How many states the data ask for: criteria, and the likelihood of customers who were left out of the fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.core.numbers import whole
from relmodels.core.randomness import generator
from relmodels.frames.table import Table
from relmodels.markov.hmm_fit import fit_hmm
from relmodels.markov.hmm_result import HMMFit
from relmodels.markov.hmm_spec import HMMSpec
from relmodels.markov.panel import Panel

__all__ = ["StateChoice", "choose_states"]


@dataclass(frozen=True, slots=True, eq=False)
class StateChoice:
    """Fits with different numbers of states, side by side.

    Attributes:
        fits: the fit of each number of states.
        held_out: ``(m,)`` log-likelihood of all customers, each under a fit to other folds; ``nan`` without folds.

    """

    fits: tuple[HMMFit, ...]
    held_out: FloatArray

    __reduce__ = by_fields

    @property
    def states(self) -> IntArray:
        """Return ``(m,)`` the numbers of states."""
        return np.array([fit.spec.states for fit in self.fits])

    @property
    def by_bic(self) -> HMMFit:
        """Return the fit with the lowest BIC."""
        return min(self.fits, key=lambda fit: fit.bic)

    @property
    def by_held_out(self) -> HMMFit:
        """Return the fit under which customers who were left out are most likely.

        Raises:
            InvalidData: if no customers were left out.

        """
        if np.isnan(self.held_out).all():
            message = "no customers were left out; pass folds=5 to choose_states"
            raise InvalidData(message)
        return self.fits[int(np.nanargmax(self.held_out))]

    def table(self) -> Table:
        """Return a row for each number of states."""
        return Table(
            {
                "states": self.states,
                "parameters": [fit.free_parameters for fit in self.fits],
                "log_likelihood": [fit.log_likelihood for fit in self.fits],
                "aic": [fit.aic for fit in self.fits],
                "bic": [fit.bic for fit in self.fits],
                "held_out": self.held_out,
                "status": [fit.status.name.lower() for fit in self.fits],
            }
        )


def choose_states(
    spec: HMMSpec,
    panel: Panel,
    candidates: Iterable[int],
    *,
    folds: int | None = None,
    starts: int = 10,
    rng: int | np.random.Generator = 0,
) -> StateChoice:
    """Return fits of a specification with different numbers of states.

    Args:
        spec: what else is to be estimated.
        panel: the customers.
        candidates: the numbers of states.
        folds: into how many parts customers are divided; each part is predicted by a fit to the others. That takes as
            many fits for each candidate; ``None`` leaves it out.
        starts: of each fit.
        rng: the source of chance.

    Raises:
        InvalidData: as ``rm.fit``.
        InvalidParameters: if there are no candidates, or there are more folds than customers.

    Examples:
        >>> from relmodels.markov import HMM, FreeTransitions, Poisson
        >>> truth = HMM([0.5, 0.5], FreeTransitions([[0.9, 0.1], [0.2, 0.8]]), Poisson([0.3, 4.0]))
        >>> panel = truth.simulate(15, rng=1, customers=200)
        >>> found = choose_states(HMMSpec(states=1, emission=Poisson()), panel, [1, 2, 3], starts=2, folds=2)
        >>> found.by_bic.spec.states, found.by_held_out.spec.states
        (2, 2)

    Reference:
        Schwarz, G. (1978), Estimating the dimension of a model, Annals of Statistics 6(2), 461-464.

    """
    numbers = [whole(one, "candidates", 1) for one in candidates]
    random = generator(rng)
    if not numbers:
        message = "candidates is empty; give numbers of states, such as range(1, 5)"
        raise InvalidParameters(message)
    parts = None if folds is None else _parts(len(panel), folds, random)
    seed = int(random.integers(2**31))
    fits, held_out = [], []
    for number in numbers:
        asked = replace(spec, states=number, segments=1 if number == 1 else spec.segments)
        fits.append(fit_hmm(asked, panel, starts=starts, rng=seed, check=False))
        held_out.append(np.nan if parts is None else _held_out(asked, panel, parts, starts, seed))
    return StateChoice(tuple(fits), read_only(np.array(held_out)))


def _parts(count: int, folds: int, random: np.random.Generator) -> IntArray:
    number = whole(folds, "folds", 2)
    if number > count:
        message = f"folds = {number} is more than there are customers, {count}"
        raise InvalidParameters(message)
    return np.asarray(random.permutation(count) % number, dtype=np.int64)


def _held_out(spec: HMMSpec, panel: Panel, parts: IntArray, starts: int, seed: int) -> float:
    total = 0.0
    for part in range(int(parts.max()) + 1):
        model = fit_hmm(spec, panel.rows(parts != part), starts=starts, rng=seed, check=False).model
        left = panel.rows(parts == part)
        total += float(left.counts @ model.log_likelihood(left))
    return total
