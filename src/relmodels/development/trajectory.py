"""Phases inferred from what customers do: the states of a hidden Markov model under the names of a process.

A fitted model knows states by number, in the order of a mean. Which phase a state stands for is a judgment, and is made
openly: a map from states to phases, needed unless there are as many states as phases. From then on all is in phases:
the chance of each for every customer and period, where all of them were over the calendar, how they moved, and which of
the moves that the model expects the process does not know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from relmodels.core.arrays import AnyArray, FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.periods import Unit
from relmodels.core.process import Process
from relmodels.frames.dates import as_dates
from relmodels.frames.table import Table
from relmodels.markov.calendar import first_day_of
from relmodels.markov.decode import expected_moves
from relmodels.markov.hmm import HMM
from relmodels.markov.hmm_result import HMMFit
from relmodels.markov.panel import Panel

__all__ = ["PhaseModel", "PhaseTrajectory", "label"]


@dataclass(frozen=True, slots=True, eq=False)
class PhaseTrajectory:
    """Where the customers of a panel were, period after period, and how they moved.

    All numbers are expectations given whole histories: a customer counts in each phase with its chance.

    Attributes:
        phases: the codes of ``k`` phases, in the order of the process.
        names: their names.
        first: the number of the first of ``P`` calendar periods.
        unit: of the periods; ``None`` if they are only counted.
        expected: ``(P, k)`` customers in each phase, of those whose history covers the period.
        flow: ``(P - 1, k, k)`` customers who moved, or stayed, from each period to the next.
        ends: the phases in which relationships are over.

    Examples:
        >>> from relmodels import markov
        >>> from relmodels.development import dwyer
        >>> moves = markov.FreeTransitions([[0.9, 0.1], [0.3, 0.7]])
        >>> model = markov.HMM([0.5, 0.5], moves, markov.Poisson([0.2, 3.0]))
        >>> labeled = label(model, dwyer.PROCESS, {1: "exploration", 2: "expansion"})
        >>> found = labeled.trajectory(Panel.from_arrays([[0, 0, 0], [4, 5, 0]]))
        >>> found.expected.round(2).tolist(), found.moves.round(2).tolist()
        ([[0.98, 1.02], [1.0, 1.0], [1.87, 0.13]], [[0.0, 0.01], [0.9, 0.0]])

    """

    phases: tuple[str, ...]
    names: tuple[str, ...]
    first: int
    unit: Unit | None
    expected: FloatArray
    flow: FloatArray
    ends: tuple[str, ...]

    __reduce__ = by_fields

    @property
    def periods(self) -> AnyArray:
        """Return ``(P,)`` the first day of each period, or its number where periods are only counted."""
        numbers = np.arange(self.first, self.first + len(self.expected))
        return read_only(numbers if self.unit is None else as_dates(first_day_of(numbers, self.unit)))

    @property
    def shares(self) -> FloatArray:
        """Return ``(P, k)`` the share of customers in each phase; ``nan`` in a period that no history covers."""
        there = self.expected.sum(axis=1, keepdims=True)
        return read_only(np.divide(self.expected, there, out=np.full(self.expected.shape, np.nan), where=there > 0.0))

    @property
    def moves(self) -> FloatArray:
        """Return ``(k, k)`` the moves between phases over all periods, from each, down, to each, across."""
        total = self.flow.sum(axis=0)
        np.fill_diagonal(total, 0.0)
        return read_only(total)

    def moves_table(self) -> Table:
        """Return a row for each phase, with the moves from it to each."""
        columns = {f"to {name}": self.moves[:, place] for place, name in enumerate(self.phases)}
        return Table({"from": self.phases, **columns})

    def table(self) -> Table:
        """Return a row for each period: customers, and the share in each phase."""
        shares = {name: self.shares[:, place] for place, name in enumerate(self.names)}
        return Table({"period": self.periods, "customers": self.expected.sum(axis=1), **shares})


@dataclass(frozen=True, slots=True, eq=False)
class PhaseModel:
    """A hidden Markov model whose states have the names of phases; made by :func:`label`.

    Attributes:
        model: with states by number.
        process: by which the phases are named.
        phase_of_state: the code of each state's phase; several states may share one.

    """

    model: HMM
    process: Process
    phase_of_state: tuple[str, ...]

    @property
    def phases(self) -> tuple[str, ...]:
        """Return the codes of the ``k`` phases that some state stands for, in the order of the process."""
        return tuple(row.code for row in self.process.stages.roots if row.code in self.phase_of_state)

    @property
    def names(self) -> tuple[str, ...]:
        """Return their names."""
        return tuple(self.process.stages[code].name for code in self.phases)

    @property
    def _of_state(self) -> IntArray:
        return np.array([self.phases.index(code) for code in self.phase_of_state])

    def filter(self, panel: Panel) -> FloatArray:
        """Return ``(n, T, k)`` the chances of each phase in each period, given what was seen until then."""
        return self._summed(self.model.filter(panel))

    def smooth(self, panel: Panel) -> FloatArray:
        """Return ``(n, T, k)`` the chances of each phase in each period, given the whole history."""
        return self._summed(self.model.smooth(panel))

    def _summed(self, states: FloatArray) -> FloatArray:
        return read_only(states @ np.eye(len(self.phases))[self._of_state])

    def path(self, panel: Panel) -> IntArray:
        """Return ``(n, T)`` the place of the phase in each period on the most likely path; -1 after a history's end."""
        states = self.model.most_likely_path(panel)
        return read_only(np.where(states < 0, -1, self._of_state[states]))

    def current(self, panel: Panel) -> Table:
        """Return a row for each customer: the most probable phase at the end of the history, and the chance of each."""
        last = self.filter(panel)[np.arange(len(panel)), panel.length - 1]
        names = np.array(self.phases, dtype=object)
        who = np.arange(len(panel)) if panel.customer is None else panel.customer
        chances = {code: last[:, place] for place, code in enumerate(self.phases)}
        return Table({"customer": who, "phase": list(names[last.argmax(axis=1)]), **chances})

    def not_in_process(self, least: float = 0.01) -> Table:
        """Return the moves the model expects that the process does not allow, those of at least ``least`` a period.

        The chances are those at the center of the covariates, over states of a phase weighted alike, and over segments
        by their shares. An empty table says that process and data agree.
        """
        matrix = np.tensordot(self.model.segments, self.model.matrix(), axes=1)
        into = np.eye(len(self.phases))[self._of_state]
        chance = (into.T @ matrix @ into) / into.sum(axis=0)[:, None]
        found = [
            (start, end, chance[i, j])
            for i, start in enumerate(self.phases)
            for j, end in enumerate(self.phases)
            if chance[i, j] >= least and not self.process.is_allowed(start, end)
        ]
        return Table(
            {
                "from": [start for start, _, _ in found],
                "to": [end for _, end, _ in found],
                "chance": np.array([value for _, _, value in found], dtype=np.float64),
            }
        )

    def trajectory(self, panel: Panel) -> PhaseTrajectory:
        """Return where the customers of a panel were over the calendar, and how they moved."""
        first = int(panel.start.min())
        count, size = int((panel.start + panel.length).max()) - first, len(self.phases)
        row, step = np.nonzero(panel.within)
        when = panel.start[row] - first + step
        smoothed = self.smooth(panel)[row, step] * panel.counts[row, None]
        expected = np.stack([np.bincount(when, weights=smoothed[:, k], minlength=count) for k in range(size)], axis=1)
        into = np.eye(size)[self._of_state]
        return PhaseTrajectory(
            phases=self.phases,
            names=self.names,
            first=first,
            unit=panel.unit,
            expected=read_only(expected),
            flow=read_only(into.T @ expected_moves(self.model, panel) @ into),
            ends=tuple(row.code for row in self.process.stages.roots if row.trait("end")),
        )


def label(fit: HMMFit | HMM, process: Process, phases: Sequence[str] | Mapping[int, str] | None = None) -> PhaseModel:
    """Return a hidden Markov model whose states have the names of phases.

    Args:
        fit: a fit of a hidden Markov model, or the model.
        process: by which phases are named.
        phases: the code of each state's phase, in the order of the states, or by their numbers from 1; may be left out
            only if there are as many states as phases, which are then named in order.

    Raises:
        InvalidParameters: naming states without a phase, phases that are no stage, or that a map is needed.

    Examples:
        >>> from relmodels import markov
        >>> from relmodels.development import dwyer
        >>> moves = markov.FreeTransitions([[0.9, 0.1], [0.3, 0.7]])
        >>> model = markov.HMM([0.5, 0.5], moves, markov.Poisson([0.2, 3.0]))
        >>> labeled = label(model, dwyer.PROCESS, ["exploration", "expansion"])
        >>> panel = Panel.from_arrays([[0, 0, 0], [2, 5, 4]])
        >>> labeled.current(panel).column("phase"), labeled.trajectory(panel).shares.round(2).tolist()
        (('exploration', 'expansion'), [[0.49, 0.51], [0.5, 0.5], [0.5, 0.5]])
        >>> print(labeled.not_in_process())
        from       to           chance
        expansion  exploration  0.3000

    Reference:
        Netzer, O., Lattin, J. M. and Srinivasan, V. (2008), A hidden Markov model of customer relationship dynamics,
        Marketing Science 27(2), 185-204.

    """
    model = fit.model if isinstance(fit, HMMFit) else fit
    stages = [row.code for row in process.stages.roots]
    if phases is None:
        if model.states != len(stages):
            message = (
                f"{model.states} states and {len(stages)} phases ({', '.join(stages)}): say with phases= which phase "
                "each state stands for"
            )
            raise InvalidParameters(message)
        return PhaseModel(model, process, tuple(stages))
    return PhaseModel(model, process, _named(phases, model.states, stages))


def _named(phases: Sequence[str] | Mapping[int, str], states: int, stages: list[str]) -> tuple[str, ...]:
    problems = Problems("phases")
    given = dict(phases) if isinstance(phases, Mapping) else dict(enumerate(phases, start=1))
    wanted = range(1, states + 1)
    for state in wanted:
        if state not in given:
            problems.add(f"state {state} has no phase; give one for each of the states 1 to {states}")
    for state, code in given.items():
        if state not in wanted:
            problems.add(f"{state!r} is no state; the states are 1 to {states}")
        if code not in stages:
            problems.add(f"state {state}: {code!r} is no phase; the phases are {', '.join(stages)}")
    problems.raise_if_any(InvalidParameters)
    return tuple(str(given[state]) for state in wanted)
