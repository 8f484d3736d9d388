"""The phases one relationship went through: when each began, and what that rests on.

A history is a record. It names its process, and every move in it is one that the process allows. It ends with the day
on which the phase was last known: a relationship that is still in its phase has not been there for all its time.
A history is never changed; a move gives a longer one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Annotated, Final, Self, TypeAlias

from pydantic import Field, model_validator

from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.identifiers import Text
from relmodels.core.process import Process
from relmodels.core.record import Record
from relmodels.development import dwyer
from relmodels.stakeholders.relationship import Evidence

__all__ = ["PhaseEntry", "PhaseHistory", "processes"]

Code: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9_.]+$", max_length=200)]

_VARIANTS: Final = tuple(dwyer.process(loops=loops, win_back=back) for loops in (False, True) for back in (False, True))
_KNOWN: Final = {(found.stages.key, found.stages.version): found for found in (*_VARIANTS, dwyer.DISSOLUTION)}


def processes() -> tuple[Process, ...]:
    """Return the processes whose histories are checked without being handed the process.

    Examples:
        >>> [(process.stages.key, process.stages.version) for process in processes()][:2]
        [('dwyer', '1987'), ('dwyer', '1987_win_back')]

    Reference:
        Dwyer, F. R., Schurr, P. H. and Oh, S. (1987), Developing buyer-seller relationships, Journal of Marketing
        51(2), 11-27.

    """
    return tuple(_KNOWN.values())


class PhaseEntry(Record):
    """A relationship entered a phase.

    Examples:
        >>> PhaseEntry(phase="exploration", since=date(2026, 3, 1), evidence=(Evidence(source="trial order 7"),)).phase
        'exploration'

    """

    phase: Code
    since: date
    evidence: tuple[Evidence, ...] = ()


class PhaseHistory(Record):
    """The phases of one relationship, in the order of their dates.

    ``subject`` says whose relationship it is, ``process`` and ``version`` by which table its phases are named, and
    ``observed_until`` on which day the last phase was still known to hold. The moves of the published processes
    (:func:`~relmodels.development.processes`) are checked whenever a history is made or read; those of another process
    by :meth:`check`.

    Raises:
        InvalidData: from ``from_json``, naming every fault; made in Python, pydantic's ``ValidationError``, also a
            ``ValueError``.

    Examples:
        >>> history = PhaseHistory.begin(dwyer.PROCESS, "Anna & Co", "awareness", date(2026, 1, 10))
        >>> history = history.moved("exploration", date(2026, 3, 1), Evidence(source="trial order 7"))
        >>> history.current, history.phase_on(date(2026, 2, 28)), history.days_in("awareness")
        ('exploration', 'awareness', 50)
        >>> history.moved("commitment", date(2026, 4, 1))
        Traceback (most recent call last):
        relmodels.core.errors.InvalidData: history of 'Anna & Co': 'commitment' (2026-04-01) cannot follow \
'exploration' (2026-03-01), which leads to expansion, dissolution

    Reference:
        Dwyer, F. R., Schurr, P. H. and Oh, S. (1987), Developing buyer-seller relationships, Journal of Marketing
        51(2), 11-27.

    """

    subject: Text
    process: Code
    version: Annotated[str, Field(max_length=100)] = ""
    entries: Annotated[tuple[PhaseEntry, ...], Field(min_length=1)]
    observed_until: date

    @classmethod
    def begin(cls, process: Process, subject: str, phase: str, since: date, *evidence: Evidence) -> Self:
        """Return a history with its first phase.

        Raises:
            InvalidData: if the process has no such stage.
            InvalidParameters: if the process has no key by which records could name it.

        """
        return cls.of(process, subject, (PhaseEntry(phase=phase, since=since, evidence=evidence),))

    @classmethod
    def of(
        cls, process: Process, subject: str, entries: Iterable[PhaseEntry], observed_until: date | None = None
    ) -> Self:
        """Return a history of entries, checked against their process.

        Args:
            process: by which phases are named and moves are allowed.
            subject: whose relationship it is.
            entries: in the order of their dates.
            observed_until: the last day on which the phase was known; that of the last entry by default.

        Raises:
            InvalidData: naming every fault.
            InvalidParameters: if the process has no key by which records could name it.

        """
        key = key_of(process)
        found = tuple(entries)
        problems = Problems(f"history of {subject!r}")
        check_entries(found, observed_until, problems)
        check_moves(process, found, problems)
        problems.raise_if_any()
        return cls(
            subject=subject,
            process=key,
            version=process.stages.version,
            entries=found,
            observed_until=observed_until or found[-1].since,
        )

    @model_validator(mode="after")
    def _check(self) -> Self:
        problems = Problems(f"history of {self.subject!r}")
        check_entries(self.entries, self.observed_until, problems)
        known = _KNOWN.get((self.process, self.version))
        if known is not None:
            check_moves(known, self.entries, problems)
        elif any(key == self.process for key, _ in _KNOWN):
            versions = ", ".join(version for key, version in _KNOWN if key == self.process)
            problems.add(f"process {self.process!r} has no version {self.version!r}; the versions are {versions}")
        problems.raise_if_any()
        return self

    def check(self, process: Process) -> None:
        """Check that this is the process of the history, and that it allows every move.

        Raises:
            InvalidData: naming every stage that it has not and every move that it does not allow.

        """
        problems = Problems(f"history of {self.subject!r}")
        if (key_of(process), process.stages.version) != (self.process, self.version):
            given = f"{process.stages.key!r} of version {process.stages.version!r}"
            problems.add(f"its process is {self.process!r} of version {self.version!r}, not {given}")
        else:
            check_moves(process, self.entries, problems)
        problems.raise_if_any()

    @property
    def current(self) -> str:
        """Return the code of the last phase."""
        return self.entries[-1].phase

    @property
    def path(self) -> tuple[str, ...]:
        """Return the codes of all phases, in order."""
        return tuple(entry.phase for entry in self.entries)

    def phase_on(self, day: date) -> str | None:
        """Return the code of the phase on a day; ``None`` before the first and after the last day observed."""
        if day > self.observed_until:
            return None
        before = [entry.phase for entry in self.entries if entry.since <= day]
        return before[-1] if before else None

    def days_in(self, phase: str) -> int:
        """Return how many days were spent in a phase, over all visits, up to the last day observed."""
        ends = [*(entry.since for entry in self.entries[1:]), self.observed_until]
        stays = zip(self.entries, ends, strict=True)
        return sum((end - entry.since).days for entry, end in stays if entry.phase == phase)

    def moved(self, phase: str, since: date, *evidence: Evidence, process: Process | None = None) -> PhaseHistory:
        """Return the history with one more move.

        Args:
            phase: the code of the phase that was entered.
            since: the first day in it.
            evidence: what that rests on.
            process: the process of the history, if it is none of the published ones.

        Raises:
            InvalidData: if the move is not allowed, or comes before the last one or before the last day observed.
            InvalidParameters: if the process is not known and was not given.

        """
        allowed = process or _KNOWN.get((self.process, self.version))
        if allowed is None:
            message = f"process {self.process!r} is none of the published ones; pass it as process="
            raise InvalidParameters(message)
        self.check(allowed)
        if since < self.observed_until:
            message = (
                f"history of {self.subject!r}: {self.current!r} was observed until {self.observed_until}, "
                f"so {phase!r} cannot begin on {since}; make the history anew if that was wrong"
            )
            raise InvalidData(message)
        entry = PhaseEntry(phase=phase, since=since, evidence=evidence)
        return PhaseHistory.of(allowed, self.subject, (*self.entries, entry))

    def seen(self, day: date) -> PhaseHistory:
        """Return the history with its last phase observed until a day.

        Raises:
            InvalidData: if it was observed until a later one already.

        """
        if day < self.observed_until:
            message = f"history of {self.subject!r} was observed until {self.observed_until} already, later than {day}"
            raise InvalidData(message)
        return self.model_copy(update={"observed_until": day})


def key_of(process: Process) -> str:
    """Return the key by which records name a process.

    Raises:
        InvalidParameters: if it has none.

    """
    if not process.stages.key:
        message = f"process {process.name!r} has no key; give its taxonomy one, so that records can name it"
        raise InvalidParameters(message)
    return process.stages.key


def check_entries(entries: tuple[PhaseEntry, ...], observed_until: date | None, problems: Problems) -> None:
    """Note dates that do not rise, moves that lead nowhere else, and an end before the last entry."""
    if not entries:
        problems.add("there is no phase; give at least one entry")
        return
    for before, after in pairwise(entries):
        if after.since <= before.since:
            problems.add(
                f"{after.phase!r} begins on {after.since}, not after {before.phase!r} ({before.since}); "
                "put the entries in the order of their dates, one a day"
            )
        if after.phase == before.phase:
            problems.add(
                f"{after.phase!r} is entered on {before.since} and again on {after.since}; staying needs no entry"
            )
    if observed_until is not None and observed_until < entries[-1].since:
        problems.add(f"observed_until = {observed_until} lies before the last entry, {entries[-1].since}")


def check_moves(process: Process, entries: tuple[PhaseEntry, ...], problems: Problems) -> None:
    """Note phases that are no stage of the process, and moves that it does not allow."""
    known = [row.code for row in process.stages.roots]
    for entry in entries:
        if entry.phase not in known:
            problems.add(f"{entry.phase!r} ({entry.since}) is no stage of {process.name!r}: {', '.join(known)}")
    for before, after in pairwise(entries):
        if {before.phase, after.phase} <= set(known) and not process.is_allowed(before.phase, after.phase):
            allowed = ", ".join(row.code for row in process.moves_from(before.phase)) or "no other"
            problems.add(
                f"{after.phase!r} ({after.since}) cannot follow {before.phase!r} ({before.since}), "
                f"which leads to {allowed}"
            )
