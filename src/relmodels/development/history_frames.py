"""Phase histories of many relationships from one table: a row for each time a phase was observed."""

from __future__ import annotations

from datetime import date

import numpy as np

from relmodels.core.arrays import IntArray
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.process import Process
from relmodels.development.history import PhaseEntry, PhaseHistory, check_moves, key_of
from relmodels.frames.columns import Coded, Column, Columns, is_missing, require, row_list
from relmodels.frames.dates import day_of, whole_days, written
from relmodels.frames.door import Lazy
from relmodels.frames.identifiers import identifiers
from relmodels.frames.table import open_frame
from relmodels.stakeholders.relationship import Evidence

__all__ = ["phase_histories"]


def phase_histories(
    frame: object,
    process: Process,
    *,
    subject: str,
    date: str,
    phase: str,
    evidence: str | None = None,
    observed_until: str | None = None,
) -> tuple[PhaseHistory, ...]:
    """Return a history for each relationship in a table, in the order of their identifiers.

    Rows may stand in any order. A row that repeats the phase before it is an observation, not a move: the phase began
    with the first. A history ends with its last row, or with ``observed_until``.

    Args:
        frame: a table of any supported library, eager or lazy.
        process: by which phases are named and moves are allowed.
        subject: the column that says whose relationship it is.
        date: the column of dates.
        phase: the column of codes of phases.
        evidence: a column of texts that say what each row rests on; empty cells are left out.
        observed_until: the last day on which all phases were known, ``"2026-12-31"``; each history's last row by
            default.

    Raises:
        InvalidData: naming missing columns, unusable dates, unknown phases with their rows, two phases of one day,
            and every move that is not allowed.
        InvalidParameters: if the end is no date, or the process has no key.

    Examples:
        >>> from relmodels.development import dwyer
        >>> rows = {
        ...     "who": ["b", "a", "a", "a"],
        ...     "on": ["2026-02-01", "2026-01-05", "2026-02-05", "2026-03-05"],
        ...     "phase": ["exploration", "awareness", "awareness", "exploration"],
        ... }
        >>> found = phase_histories(rows, dwyer.PROCESS, subject="who", date="on", phase="phase")
        >>> [(history.subject, history.path) for history in found]
        [('a', ('awareness', 'exploration')), ('b', ('exploration',))]

    Reference:
        Dwyer, F. R., Schurr, P. H. and Oh, S. (1987), Developing buyer-seller relationships, Journal of Marketing
        51(2), 11-27.

    """
    key_of(process)
    problems = Problems("phase histories")
    opened = open_frame(frame)
    table: Columns = opened.collect() if isinstance(opened, Lazy) else opened
    wanted = [subject, date, phase, *(() if evidence is None else (evidence,))]
    require(wanted, list(table.columns), problems)
    problems.raise_if_any()
    who = identifiers(table.key(subject), subject, problems)
    days = whole_days(table.column(date), date, problems)
    stages = _stages(table.column(phase), phase, process, problems)
    if not problems and not len(table):
        problems.add("the table has no rows")
    problems.raise_if_any()
    order = np.lexsort((days, who.codes))
    codes = who.codes[order]
    first = np.flatnonzero(np.append(True, codes[1:] != codes[:-1]))
    names = [str(name) for name in who.of(codes[first]).tolist()]
    notes = None if evidence is None else _texts(table.column(evidence))
    end = None if observed_until is None else _end(observed_until)
    found = []
    for name, rows in zip(names, np.split(order, first[1:]), strict=True):
        entries = _entries(name, rows, days, stages, notes, problems)
        last = end or written(int(days[rows[-1]]))
        found.append((name, entries, last))
        _check(process, name, entries, written(int(days[rows[-1]])), last, problems)
    problems.raise_if_any()
    return tuple(PhaseHistory.of(process, name, entries, last) for name, entries, last in found)


def _entries(
    name: str,
    rows: IntArray,
    days: IntArray,
    stages: list[str],
    notes: list[str] | None,
    problems: Problems,
) -> tuple[PhaseEntry, ...]:
    """Return the entries of one relationship: the first row of each phase, with what all its rows rest on."""
    begun: list[tuple[str, int]] = []
    evidence: list[list[Evidence]] = []
    before = -1
    for row in rows.tolist():
        stage, day = stages[row], int(days[row])
        if before >= 0 and day == days[before] and stage != stages[before]:
            problems.add(
                f"{name!r} is in {stages[before]!r} and in {stage!r} on {written(day)} (rows {before}, {row}); keep one"
            )
            continue
        if before < 0 or stage != stages[before]:
            begun.append((stage, day))
            evidence.append([])
        if notes is not None and notes[row]:
            evidence[-1].append(Evidence(source=notes[row], dated=written(day)))
        before = row
    return tuple(
        PhaseEntry(phase=stage, since=written(day), evidence=tuple(texts))
        for (stage, day), texts in zip(begun, evidence, strict=True)
    )


def _check(
    process: Process, name: str, entries: tuple[PhaseEntry, ...], seen: date, end: date, problems: Problems
) -> None:
    own = Problems(name)
    check_moves(process, entries, own)
    if end < seen:
        own.add(f"the last row is of {seen}, after observed_until = {end}")
    for problem in own.found:
        problems.add(f"{name!r}: {problem}")


def _stages(column: Column, name: str, process: Process, problems: Problems) -> list[str]:
    """Return the code of each row; rows whose phase is no stage of the process are noted."""
    found = _texts(column)
    known = [row.code for row in process.stages.roots]
    odd = np.array([text not in known for text in found], dtype=np.bool_)
    if odd.any():
        told = ", ".join(repr(text) for text in sorted({text for text in found if text not in known})[:5])
        problems.add(f"{name} is {told} in {row_list(odd)}; the stages of {process.name!r} are {', '.join(known)}")
    return found


def _texts(column: Column) -> list[str]:
    values = column.texts() if isinstance(column, Coded) else column
    return ["" if is_missing(value) else str(value) for value in values.tolist()]


def _end(day: str) -> date:
    found = day_of(day)
    if found is None:
        message = f"observed_until = {day!r} is no date; write it as 2026-12-31"
        raise InvalidParameters(message)
    return written(found)
