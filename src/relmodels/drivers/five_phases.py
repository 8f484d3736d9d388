"""What drives a relationship in each of Dwyer's phases, which phase it is in, and what it lacks for the next.

Drivers are the five sub-processes that carry a relationship from exploration through expansion, and the three criteria
by which commitment shows. The paper says which sub-processes begin when and deepen when, and prints no table of it; the
table here puts that into numbers from 0, not at work, to 3, at work in full, and is ours. Whoever knows better passes
another. A relationship is in the phase whose row its scores are nearest to, and the margin to the second nearest says
how plain that is.

Scores of one moment cannot tell a young relationship from one that falls apart, because both are low; what tells them
apart is where the scores were before. :func:`warning_signs` compares two moments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from relmodels.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import finite
from relmodels.core.process import Process
from relmodels.core.reference import Standing
from relmodels.core.taxonomy import Row, Taxonomy
from relmodels.development import dwyer
from relmodels.frames.scores import scores_of
from relmodels.frames.table import Table

__all__ = [
    "DRIVERS",
    "PHASE_DRIVERS",
    "WARNING_SIGNS",
    "PhaseDiagnosis",
    "PhaseDrivers",
    "WarningSigns",
    "diagnose",
    "warning_signs",
]

_HIGHEST: Final = 3.0

DRIVERS: Final = Taxonomy(
    "Drivers of the five phases",
    dwyer.PROCESS.source,
    tuple(replace(row, parent="") for row in (*dwyer.SUB_PROCESSES.roots, *dwyer.COMMITMENT.roots)),
    name_ru="Движущие силы пяти фаз",
    key="five_phases_drivers",
    version="1987",
)
"""The sub-processes and the criteria of commitment; a high score of power means that it is used justly."""


@dataclass(frozen=True, slots=True, eq=False)
class PhaseDrivers:
    """How far each driver is at work in each phase.

    Attributes:
        process: the phases.
        drivers: the codes of ``d`` drivers.
        level: ``(k, d)`` from 0, not at work, to 1, at work in full.
        standing: how much stands behind the levels.

    Raises:
        InvalidParameters: naming levels outside 0 to 1, and a table of another shape.

    Examples:
        >>> PHASE_DRIVERS.active("exploration")
        ('attraction', 'communication')
        >>> own = PHASE_DRIVERS.with_levels({"exploration": {"norms": 0.8}})
        >>> own.active("exploration"), own.standing
        (('attraction', 'communication', 'norms'), 'ours')

    """

    process: Process
    drivers: tuple[str, ...]
    level: FloatArray
    standing: Standing = "ours"

    __reduce__ = by_fields

    def __post_init__(self) -> None:
        """Check the shape and the levels."""
        problems = Problems("phase drivers")
        if self.level.shape != (len(self.process), len(self.drivers)):
            problems.add(
                f"level has the shape {self.level.shape}; it needs a row for each of {len(self.process)} phases "
                f"and a column for each of {len(self.drivers)} drivers"
            )
        elif not ((self.level >= 0.0) & (self.level <= 1.0)).all():
            row, place = np.argwhere(~((self.level >= 0.0) & (self.level <= 1.0)))[0]
            problems.add(f"{self.drivers[place]} in {self.phases[row]} is {self.level[row, place]}; levels are 0 to 1")
        problems.raise_if_any(InvalidParameters)

    @property
    def phases(self) -> tuple[str, ...]:
        """Return the codes of the ``k`` phases."""
        return tuple(row.code for row in self.process.stages.roots)

    def active(self, phase: str, least: float = 0.5) -> tuple[str, ...]:
        """Return the drivers whose level in a phase is at least ``least``.

        Raises:
            InvalidParameters: if there is no such phase.

        """
        row = self.level[self._place(phase)]
        return tuple(driver for driver, level in zip(self.drivers, row, strict=True) if level >= least)

    def with_levels(self, levels: Mapping[str, Mapping[str, float]], standing: Standing = "ours") -> PhaseDrivers:
        """Return the table with some levels replaced, by phase and driver.

        Raises:
            InvalidParameters: naming phases and drivers that are none, and levels outside 0 to 1.

        """
        problems = Problems("phase drivers")
        changed = self.level.copy()
        for phase, row in levels.items():
            for driver, level in row.items():
                if phase not in self.phases or driver not in self.drivers:
                    problems.add(
                        f"{driver!r} in {phase!r} is not in the table; the phases are {', '.join(self.phases)}, "
                        f"the drivers {', '.join(self.drivers)}"
                    )
                else:
                    changed[self.phases.index(phase), self.drivers.index(driver)] = finite(level, driver, "0 to 1")
        problems.raise_if_any(InvalidParameters)
        return PhaseDrivers(self.process, self.drivers, read_only(changed), standing)

    def table(self) -> Table:
        """Return a row for each driver with its level in each phase."""
        return Table({"driver": self.drivers, **{name: self.level[row] for row, name in enumerate(self.phases)}})

    def _place(self, phase: str) -> int:
        if phase not in self.phases:
            message = f"{phase!r} is no phase; the phases are {', '.join(self.phases)}"
            raise InvalidParameters(message)
        return self.phases.index(phase)


PHASE_DRIVERS: Final = PhaseDrivers(
    dwyer.PROCESS,
    DRIVERS.codes,
    read_only(
        np.array(
            [  # attraction, communication, power, norms, expectations; inputs, durability, consistency
                [1, 0, 0, 0, 0, 0, 0, 0],  # awareness: seen from afar
                [2, 2, 1, 1, 1, 0, 0, 0],  # exploration: all five begin, the first two ahead
                [3, 3, 2, 2, 2, 1, 1, 1],  # expansion: they deepen, and something is put in
                [3, 3, 3, 3, 3, 3, 3, 3],  # commitment
                [0, 1, 0, 1, 0, 1, 0, 0],  # dissolution: what is left is talk, habit and what was put in
            ]
        )
        / _HIGHEST
    ),
)
"""How far each driver is at work in each phase; our reading of Dwyer, Schurr & Oh (1987), who print no such table."""


@dataclass(frozen=True, slots=True, eq=False)
class PhaseDiagnosis:
    """In which phase relationships are by their drivers.

    Attributes:
        table_used: the levels they were compared with.
        scores: ``(n, d)`` from 0 to 1; ``nan`` where a driver was not asked about.
        distance: ``(n, k)`` mean absolute difference from each phase's levels, over the drivers asked about.
        nearest: ``(n,)`` the place of the nearest phase; of equally near ones the earlier.
        second: ``(n,)`` the place of the runner-up.

    """

    table_used: PhaseDrivers
    scores: FloatArray
    distance: FloatArray
    nearest: IntArray
    second: IntArray

    __reduce__ = by_fields

    @property
    def phase(self) -> tuple[str, ...]:
        """Return the code of the nearest phase of each relationship."""
        return tuple(self.table_used.phases[place] for place in self.nearest)

    @property
    def runner_up(self) -> tuple[str, ...]:
        """Return the code of the second nearest phase of each."""
        return tuple(self.table_used.phases[place] for place in self.second)

    @property
    def margin(self) -> FloatArray:
        """Return ``(n,)`` by how much the runner-up is farther away; 0 means that the two cannot be told apart."""
        rows = np.arange(self.nearest.size)
        return read_only(self.distance[rows, self.second] - self.distance[rows, self.nearest])

    def missing(self) -> FloatArray:
        """Return ``(n, d)`` what each driver lacks to the level of the next phase.

        The next phase is the one after the nearest in the order of the process that is no end; from the last of them,
        and from an end, nothing is missing. A driver not asked about is ``nan``.
        """
        process = self.table_used.process
        ends = {row.code for row in process.stages.roots if row.trait("end")}
        level = self.table_used.level
        wanted = np.zeros_like(level)
        for place, code in enumerate(self.table_used.phases):
            ahead = process.next(code)
            if code not in ends and ahead is not None and ahead.code not in ends:
                wanted[place] = level[place + 1]
        lacking = wanted[self.nearest] - self.scores
        return read_only(np.where(np.isnan(lacking), np.nan, np.maximum(lacking, 0.0)))

    def table(self) -> Table:
        """Return a row for each relationship: phase, runner-up, margin, and the driver that lacks most for the next."""
        missing = np.nan_to_num(self.missing(), nan=0.0)
        most = missing.argmax(axis=1)
        lacks = [
            self.table_used.drivers[place] if row[place] > 0.0 else "" for row, place in zip(missing, most, strict=True)
        ]
        return Table(
            {
                "phase": self.phase,
                "runner up": self.runner_up,
                "margin": self.margin,
                "lacks most": lacks,
                "by": missing.max(axis=1),
            }
        )


def diagnose(
    scores: object,
    table: PhaseDrivers = PHASE_DRIVERS,
    *,
    scale: tuple[float, float] = (0.0, 1.0),
    weights: Mapping[str, float] | None = None,
    among: Sequence[str] | None = None,
) -> PhaseDiagnosis:
    """Return the phase whose levels the scores of each relationship are nearest to.

    The distance is ``Σ w |x - level| / Σ w`` over the drivers with a score.

    Args:
        scores: by the code of the driver a number or ``(n,)`` numbers, or a frame with such columns; other columns are
            left alone, and a missing score is ``nan`` or ``None``.
        table: how far each driver is at work in each phase.
        scale: the lowest and highest answer, such as ``(1, 7)``.
        weights: of drivers, 0 or more; 1 for those not named.
        among: the phases that are possible; all by default. Without an earlier measurement dissolution is hard to tell
            from a beginning, and may be left out here.

    Raises:
        InvalidData: naming scores off the scale with their rows, and relationships without a score.
        InvalidParameters: naming weights that are none, and phases that are not two or more of the table's.

    Examples:
        >>> found = diagnose({"attraction": 6, "communication": 5, "norms": 3, "expectations": 4}, scale=(1, 7))
        >>> found.phase, found.runner_up, found.margin.round(3).tolist()
        (('exploration',), ('expansion',), [0.167])
        >>> print(found.table())
        phase        runner up  margin  lacks most         by
        exploration  expansion  0.1667  communication  0.3333

    Reference:
        Dwyer, F. R., Schurr, P. H. and Oh, S. (1987), Developing buyer-seller relationships, Journal of Marketing
        51(2), 11-27.

    """
    chosen = _among(table, among)
    weight = _weights(table, weights)
    found = scores_of(scores, table.drivers, scale, "phases")
    asked = ~np.isnan(found)
    used = np.where(asked, weight, 0.0)
    total = used.sum(axis=1)
    if not (total > 0.0).all():
        message = "every relationship needs a score of a driver whose weight is above 0"
        raise InvalidParameters(message)
    apart = np.abs(np.nan_to_num(found, nan=0.0)[:, None] - table.level)
    distance = (apart * used[:, None]).sum(axis=2) / total[:, None]
    order = np.argsort(np.where(chosen, distance, np.inf), axis=1, kind="stable")
    return PhaseDiagnosis(
        table_used=table,
        scores=found,
        distance=read_only(distance),
        nearest=read_only(order[:, 0]),
        second=read_only(order[:, 1]),
    )


def _among(table: PhaseDrivers, among: Sequence[str] | None) -> BoolArray:
    named = table.phases if among is None else tuple(among)
    if len(set(named)) < 2 or not set(named) <= set(table.phases):
        message = f"among = {among!r} must be two or more of the phases {', '.join(table.phases)}"
        raise InvalidParameters(message)
    return np.array([phase in named for phase in table.phases])


def _weights(table: PhaseDrivers, weights: Mapping[str, float] | None) -> FloatArray:
    given = dict(weights or {})
    problems = Problems("weights")
    for driver, value in given.items():
        if driver not in table.drivers:
            problems.add(f"{driver!r} is no driver; the drivers are {', '.join(table.drivers)}")
        elif not finite(value, driver, "a weight of 0 or more") >= 0.0:
            problems.add(f"{driver} = {value!r} is negative")
    problems.raise_if_any(InvalidParameters)
    return np.array([float(given.get(driver, 1.0)) for driver in table.drivers])


_SIGNS: Final = {
    "attraction": "what the other side gets elsewhere has begun to look better",
    "communication": "the two say less to each other, or only one side still speaks",
    "power": "power is used in ways that are felt to be unjust",
    "norms": "ways of dealing that both kept to are broken",
    "expectations": "what was counted on does not come",
    "inputs": "one side or both put in less",
    "durability": "it is no longer meant to last, or not seen to bring enough for that",
    "consistency": "what is put in comes unevenly",
}

WARNING_SIGNS: Final = Taxonomy(
    "Warning signs of dissolution",
    dwyer.PROCESS.source,
    tuple(
        Row(
            row.code,
            f"{row.name} falls",
            f"{row.name_ru}: снижение",
            f"{_SIGNS[row.code].capitalize()}.",
            standing="ours",
        )
        for row in DRIVERS.roots
    ),
    name_ru="Признаки распада отношений",
    key="five_phases_signs",
    version="1987",
)
"""What it may mean that a driver falls; ours, from what the paper says of each."""


@dataclass(frozen=True, slots=True, eq=False)
class WarningSigns:
    """Which drivers fell since an earlier measurement.

    Attributes:
        drivers: the codes of ``d`` drivers.
        fall: ``(n, d)`` by how much each fell; 0 where it did not, ``nan`` where one of the two was not asked.
        sign: ``(n, d)`` whether that is a warning.

    """

    drivers: tuple[str, ...]
    fall: FloatArray
    sign: BoolArray

    __reduce__ = by_fields

    @property
    def count(self) -> IntArray:
        """Return ``(n,)`` how many warnings each relationship has."""
        return read_only(self.sign.sum(axis=1))

    def table(self) -> Table:
        """Return a row for each warning, the deepest falls first: relationship, driver, fall and meaning."""
        rows, places = np.nonzero(self.sign)
        order: AnyArray = np.lexsort((-self.fall[rows, places], rows))
        codes = [self.drivers[place] for place in places[order]]
        return Table(
            {
                "relationship": rows[order],
                "driver": codes,
                "fall": self.fall[rows, places][order],
                "may mean": [_SIGNS.get(code, "") for code in codes],
            }
        )


def warning_signs(
    before: object,
    now: object,
    table: PhaseDrivers = PHASE_DRIVERS,
    *,
    scale: tuple[float, float] = (0.0, 1.0),
    least: float = 0.15,
) -> WarningSigns:
    """Return the drivers that fell between two measurements by so much that it warns of dissolution.

    A fall counts if the driver was at work before: at half of its scale or above. How deep it must be is a convention.

    Args:
        before: scores as :func:`diagnose` takes them.
        now: those of the same relationships later, in the same order.
        table: whose drivers they are.
        scale: the lowest and highest answer of both.
        least: the smallest fall that counts, as a share of the scale.

    Raises:
        InvalidData: naming scores off the scale with their rows, and if the numbers of relationships differ.
        InvalidParameters: if ``least`` is no share above 0.

    Examples:
        >>> found = warning_signs({"norms": 6, "power": 5}, {"norms": 4, "power": 5}, scale=(1, 7))
        >>> print(found.table())
        relationship  driver    fall  may mean
                   0  norms   0.3333  ways of dealing that both kept to are broken

    Reference:
        Dwyer, F. R., Schurr, P. H. and Oh, S. (1987), Developing buyer-seller relationships, Journal of Marketing
        51(2), 11-27.

    """
    if not 0.0 < finite(least, "least", "a share above 0") <= 1.0:
        message = f"least = {least!r} must lie above 0 and be at most 1"
        raise InvalidParameters(message)
    earlier, later = (
        scores_of(given, table.drivers, scale, name) for given, name in ((before, "before"), (now, "now"))
    )
    if earlier.shape != later.shape:
        message = f"before has {len(earlier)} relationships and now {len(later)}; give the same ones in the same order"
        raise InvalidParameters(message)
    fall = np.where(np.isnan(earlier - later), np.nan, np.maximum(earlier - later, 0.0))
    sign = (earlier >= 0.5) & (np.nan_to_num(fall, nan=0.0) >= least - 1e-12)
    return WarningSigns(table.drivers, read_only(fall), read_only(sign))
