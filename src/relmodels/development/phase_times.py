"""How long relationships stay in each phase, where they go from there, and how long it takes until they dissolve.

All of it is counted from phase histories. A relationship that is still in its phase, or not dissolved, has not finished
its time; it counts with what was seen of it, by Kaplan and Meier's product limit. For chances of moving in a period the
same histories give a Markov chain, and with it an expected time to dissolution that looks beyond what was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.periods import DAYS, Unit, as_unit
from relmodels.core.process import Process
from relmodels.core.survival import ProductLimit, product_limit
from relmodels.development.history import PhaseHistory, key_of
from relmodels.frames.table import Table
from relmodels.markov.calendar import first_day_of, periods_of
from relmodels.markov.estimate import ChainEstimate, estimate_chain

__all__ = ["PhaseMoves", "TimeInPhase", "phase_chain", "phase_moves", "time_in_phase", "time_to_dissolution"]

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, eq=False)
class PhaseMoves:
    """Moves between phases, counted over a portfolio.

    Attributes:
        phases: the codes of ``k`` phases, in order.
        counts: ``(k, k)`` moves from each phase, down, to each, across.
        ends: the phases in which relationships are over.

    Examples:
        >>> from relmodels.development import PhaseHistory, dwyer
        >>> one = PhaseHistory.begin(dwyer.PROCESS, "a", "awareness", date(2026, 1, 1))
        >>> found = phase_moves([one.moved("exploration", date(2026, 2, 1)), one], dwyer.PROCESS)
        >>> found.forward, found.backward, found.dissolved
        (1, 0, 0)

    """

    phases: tuple[str, ...]
    counts: IntArray
    ends: tuple[str, ...]

    __reduce__ = by_fields

    @property
    def _going_on(self) -> BoolArray:
        return np.array([phase not in self.ends for phase in self.phases])

    @property
    def forward(self) -> int:
        """Return the moves to a later phase that is no end."""
        return int(np.triu(self.counts, 1)[:, self._going_on].sum())

    @property
    def backward(self) -> int:
        """Return the moves to an earlier phase, those anew from an end among them."""
        return int(np.tril(self.counts, -1).sum())

    @property
    def dissolved(self) -> int:
        """Return the moves into an end."""
        return int(self.counts[self._going_on][:, ~self._going_on].sum())

    def table(self) -> Table:
        """Return a row for each phase, with the moves from it to each."""
        columns = {f"to {name}": self.counts[:, place] for place, name in enumerate(self.phases)}
        return Table({"from": self.phases, **columns})


@dataclass(frozen=True, slots=True, eq=False)
class TimeInPhase:
    """How long relationships stay in each phase.

    Attributes:
        phases: the codes of ``k`` phases, in order.
        unit: of all times.
        stays: ``(k,)`` visits of each phase.
        left: ``(k,)`` those that were seen to end.
        total: ``(k,)`` time spent in each, over all relationships.
        curves: by phase, how many stays last how long; phases that nobody was in have none.
        level: of the intervals in the table.

    """

    phases: tuple[str, ...]
    unit: Unit
    stays: IntArray
    left: IntArray
    total: FloatArray
    curves: dict[str, ProductLimit]
    level: float

    __reduce__ = by_fields

    @property
    def leaving_rate(self) -> FloatArray:
        """Return ``(k,)`` ends for each unit of time spent in a phase; ``nan`` where no time was spent."""
        return read_only(np.divide(self.left, self.total, out=np.full(self.total.size, np.nan), where=self.total > 0.0))

    def table(self) -> Table:
        """Return a row for each phase: stays, ends, median stay with its interval, mean stay up to the longest seen."""
        nothing = float("nan")
        curves = [self.curves.get(phase) for phase in self.phases]
        between = [(nothing, nothing) if curve is None else curve.median_interval(self.level) for curve in curves]
        return Table(
            {
                "phase": self.phases,
                "stays": self.stays,
                "left": self.left,
                f"median ({self.unit}s)": [nothing if curve is None else curve.median for curve in curves],
                "low": [low for low, _ in between],
                "high": [high for _, high in between],
                "mean to longest": [nothing if curve is None else curve.mean_until(curve.longest) for curve in curves],
                "leaving rate": self.leaving_rate,
            }
        )


def phase_moves(histories: Iterable[PhaseHistory], process: Process) -> PhaseMoves:
    """Return how often relationships moved from each phase to each.

    Args:
        histories: of relationships.
        process: by which all of them are named.

    Raises:
        InvalidData: naming histories of another process, and moves that it does not allow.

    Examples:
        >>> from relmodels.development import dwyer, phase_histories
        >>> rows = {"who": ["a", "a", "a"], "on": ["2026-01-05", "2026-02-05", "2026-03-05"]}
        >>> rows["phase"] = ["exploration", "expansion", "dissolution"]
        >>> found = phase_moves(
        ...     phase_histories(rows, dwyer.PROCESS, subject="who", date="on", phase="phase"), dwyer.PROCESS
        ... )
        >>> found.counts.sum(axis=1).tolist(), found.forward, found.dissolved
        ([0, 1, 1, 0, 0], 1, 1)

    Reference:
        Dwyer, F. R., Schurr, P. H. and Oh, S. (1987), Developing buyer-seller relationships, Journal of Marketing
        51(2), 11-27.

    """
    names = _codes(process)
    counts = np.zeros((len(names), len(names)), dtype=np.int64)
    for history in _checked(histories, process):
        for start, end in pairwise(history.path):
            counts[names.index(start), names.index(end)] += 1
    return PhaseMoves(names, read_only(counts), _ends(process))


def time_in_phase(
    histories: Iterable[PhaseHistory], process: Process, *, unit: Unit = "month", level: float = 0.95
) -> TimeInPhase:
    """Return how long relationships stay in each phase, those that are still there counted for what was seen.

    Args:
        histories: of relationships; each ends with the last day on which its phase was known.
        process: by which all of them are named.
        unit: of the times.
        level: of the intervals.

    Raises:
        InvalidData: naming histories of another process, and if there are none.
        InvalidParameters: if the unit or the level is none.

    Examples:
        >>> from relmodels.development import dwyer, phase_histories
        >>> rows = {"who": ["a", "a", "b"], "on": ["2026-01-01", "2026-01-31", "2026-01-11"]}
        >>> rows["phase"] = ["exploration", "expansion", "exploration"]
        >>> found = phase_histories(
        ...     rows, dwyer.PROCESS, subject="who", date="on", phase="phase", observed_until="2026-02-10"
        ... )
        >>> times = time_in_phase(found, dwyer.PROCESS, unit="day")
        >>> times.stays.tolist(), times.left.tolist(), times.curves["exploration"].median
        ([0, 2, 1, 0, 0], [0, 1, 0, 0, 0], 30.0)

    Reference:
        Kaplan, E. L. and Meier, P. (1958), Nonparametric estimation from incomplete observations, Journal of the
        American Statistical Association 53(282), 457-481.

    """
    names = _codes(process)
    length = DAYS[as_unit(unit)]
    phase, days, over = _stays(_checked(histories, process), names)
    times = days / length
    curves = {
        name: product_limit(times[phase == place], over[phase == place])
        for place, name in enumerate(names)
        if (phase == place).any()
    }
    for curve in curves.values():
        curve.median_interval(level)
    return TimeInPhase(
        phases=names,
        unit=as_unit(unit),
        stays=read_only(np.bincount(phase, minlength=len(names)).astype(np.int64)),
        left=read_only(np.bincount(phase[over], minlength=len(names)).astype(np.int64)),
        total=read_only(np.bincount(phase, weights=times, minlength=len(names))),
        curves=curves,
        level=level,
    )


def time_to_dissolution(
    histories: Iterable[PhaseHistory], process: Process, *, since: str | None = None, unit: Unit = "month"
) -> ProductLimit:
    """Return the share of relationships that lasts longer than each time, up to their first dissolution.

    Args:
        histories: of relationships; those not dissolved count for what was seen.
        process: by which all of them are named; it says which phases are an end.
        since: the phase whose first day the time begins with; those never in it are left out. The beginning of each
            history by default.
        unit: of the times.

    Raises:
        InvalidData: if the process has no end, no history was in ``since``, or a history is of another process.

    Examples:
        >>> from relmodels.development import dwyer, phase_histories
        >>> rows = {"who": ["a", "a", "b", "b"], "on": ["2026-01-01", "2026-01-31", "2026-01-11", "2026-03-12"]}
        >>> rows["phase"] = ["exploration", "dissolution", "exploration", "expansion"]
        >>> found = phase_histories(rows, dwyer.PROCESS, subject="who", date="on", phase="phase")
        >>> time_to_dissolution(found, dwyer.PROCESS, unit="day").at([29, 30, 60]).tolist()
        [1.0, 0.5, 0.5]

    Reference:
        Kaplan, E. L. and Meier, P. (1958), Nonparametric estimation from incomplete observations, Journal of the
        American Statistical Association 53(282), 457-481.

    """
    ends = _ends(process)
    if not ends:
        message = f"process {process.name!r} has no end; give the stage that is one the trait end"
        raise InvalidData(message)
    if since is not None and (since not in _codes(process) or since in ends):
        message = f"since = {since!r} is no phase before the end of {process.name!r}: {', '.join(_codes(process))}"
        raise InvalidParameters(message)
    lasted, over = [], []
    for history in _checked(histories, process):
        begun = [entry.since for entry in history.entries if since in {None, entry.phase}]
        ended = [entry.since for entry in history.entries if entry.phase in ends and begun and entry.since >= begun[0]]
        if begun:
            lasted.append(((ended[0] if ended else history.observed_until) - begun[0]).days / DAYS[as_unit(unit)])
            over.append(bool(ended))
    if not lasted:
        message = f"time to dissolution: no history was in {since!r}"
        raise InvalidData(message)
    return product_limit(lasted, over)


def phase_chain(
    histories: Iterable[PhaseHistory], process: Process, *, unit: Unit = "month", prior: float = 0.0
) -> ChainEstimate:
    """Return the Markov chain of phases from the first day of a calendar period to that of the next.

    A relationship counts in every period on whose first day its phase was known, and on that of the next as well. In an
    end that leads nowhere a relationship stays. A move and another within one period are one step.

    Args:
        histories: of relationships.
        process: by which all of them are named.
        unit: the calendar period; weeks begin on Monday.
        prior: added to the count of every step that the process allows, staying among them.

    Raises:
        InvalidData: if there are no steps, or a phase from which none was seen has no prior.

    Examples:
        >>> from relmodels.development import dwyer, phase_histories
        >>> rows = {"who": ["a", "a", "a", "a"], "phase": ["awareness", "exploration", "expansion", "commitment"]}
        >>> rows["on"] = ["2026-01-01", "2026-03-01", "2026-04-01", "2026-09-01"]
        >>> found = phase_histories(
        ...     rows, dwyer.PROCESS, subject="who", date="on", phase="phase", observed_until="2026-10-01"
        ... )
        >>> phase_chain(found, dwyer.PROCESS, prior=0.5).chain.transition[2].round(3).tolist()
        [0.0, 0.0, 0.692, 0.231, 0.077]

    Reference:
        Anderson, T. W. and Goodman, L. A. (1957), Statistical inference about Markov chains, Annals of Mathematical
        Statistics 28(1), 89-110.

    """
    names = _codes(process)
    counts = np.zeros((len(names), len(names)))
    for history in _checked(histories, process):
        on = _on_first_days(history, names, unit)
        np.add.at(counts, (on[:-1], on[1:]), 1.0)
    if not counts.any():
        message = f"phase chain: no phase was known on the first days of two {unit}s running; use a shorter unit"
        raise InvalidData(message)
    allowed = np.array([[process.is_allowed(start, end) for end in names] for start in names])
    closed = [place for place, name in enumerate(names) if not process.moves_from(name)]
    counts[closed, closed] = np.maximum(counts[closed, closed], 1.0)
    return estimate_chain(counts, names, prior=prior * allowed)


def _on_first_days(history: PhaseHistory, names: Sequence[str], unit: Unit) -> IntArray:
    """Return the places of the phases on the first days of periods within a history."""
    since = np.array([entry.since.toordinal() - _EPOCH for entry in history.entries])
    first, last = periods_of(np.array([since[0] - 1, history.observed_until.toordinal() - _EPOCH]), unit)
    days = first_day_of(np.arange(first + 1, last + 1), unit)
    entered = np.array([names.index(code) for code in history.path])
    return np.asarray(entered[np.searchsorted(since, days, side="right") - 1], dtype=np.int64)


def _stays(histories: Sequence[PhaseHistory], names: Sequence[str]) -> tuple[IntArray, FloatArray, BoolArray]:
    """Return each stay's phase, days, and whether it was seen to end."""
    phase, days, over = [], [], []
    for history in histories:
        ends = [*(entry.since for entry in history.entries[1:]), history.observed_until]
        phase += [names.index(code) for code in history.path]
        days += [(end - entry.since).days for entry, end in zip(history.entries, ends, strict=True)]
        over += [True] * (len(ends) - 1) + [False]
    return np.array(phase, dtype=np.int64), np.array(days, dtype=np.float64), np.array(over, dtype=np.bool_)


def _checked(histories: Iterable[PhaseHistory], process: Process) -> list[PhaseHistory]:
    found = list(histories)
    key, version = key_of(process), process.stages.version
    problems = Problems("histories")
    for place, history in enumerate(found):
        if (history.process, history.version) != (key, version):
            problems.add(
                f"[{place}] of {history.subject!r} is of {history.process!r} {history.version!r}, "
                f"not of {key!r} {version!r}"
            )
    if not found:
        problems.add("there are none")
    problems.raise_if_any()
    for history in found:
        history.check(process)
    return found


def _codes(process: Process) -> tuple[str, ...]:
    return tuple(row.code for row in process.stages.roots)


def _ends(process: Process) -> tuple[str, ...]:
    return tuple(row.code for row in process.stages.roots if row.trait("end"))
