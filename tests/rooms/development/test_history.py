"""Histories of phases: what is allowed, what is refused, how they are read and counted."""

from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest
from pydantic import ValidationError

import relmodels as rm
from relmodels.core.taxonomy import Row, Taxonomy

PROCESS = rm.dwyer.PROCESS
ROWS: dict[str, list[str | None]] = {
    "who": ["b", "a", "a", "b", "a", "b"],
    "on": ["2026-02-01", "2026-01-05", "2026-03-06", "2026-04-02", "2026-01-20", "2026-06-01"],
    "phase": ["exploration", "awareness", "exploration", "expansion", "awareness", "dissolution"],
    "why": ["trial", None, "order 1", "", "visit", "letter"],
}


def read(frame=ROWS, **options):
    return rm.phase_histories(frame, PROCESS, subject="who", date="on", phase="phase", **options)


@pytest.mark.parametrize("engine", [dict, pd.DataFrame, pl.DataFrame, pl.LazyFrame, rm.Table])
def test_a_table_of_any_library_becomes_histories(engine):
    """Rows in any order; a row that repeats a phase is an observation, and its evidence is kept."""
    rows = ROWS if engine is not rm.Table else ROWS | {"why": [text or "" for text in ROWS["why"]]}
    first, second = read(engine(rows), evidence="why")
    assert (first.subject, first.path) == ("a", ("awareness", "exploration"))
    assert [item.source for item in first.entries[0].evidence] == ["visit"]
    assert second.path == ("exploration", "expansion", "dissolution")
    assert second.observed_until == date(2026, 6, 1)


def test_a_history_is_read_back_from_json():
    """Written and read it is equal; a forbidden move written into the text is refused with its dates."""
    history = read()[1]
    assert rm.PhaseHistory.from_json(history.to_json()) == history
    with pytest.raises(rm.InvalidData, match=r"'commitment' \(2026-04-02\) cannot follow 'exploration'"):
        rm.PhaseHistory.from_json(history.to_json().replace("expansion", "commitment"))
    with pytest.raises(rm.InvalidData, match="has no version '1999'; the versions are 1987, 1987_win_back"):
        rm.PhaseHistory.from_json(history.to_json().replace('"1987"', '"1999"'))


def test_every_fault_of_a_table_is_named():
    """Unknown phases, dates that are none, two phases on one day and forbidden moves come with their rows."""
    with pytest.raises(rm.InvalidData) as caught:
        read(ROWS | {"on": ["soon", *ROWS["on"][1:]], "phase": ["love", *ROWS["phase"][1:]]})
    assert len(caught.value.problems) == 2
    assert "phase is 'love' in row 0" in str(caught.value)
    rows = {
        "who": ["a", "a", "b", "b"],
        "on": ["2026-01-01", "2026-02-01", "2026-01-01", "2026-01-01"],
        "phase": ["awareness", "commitment", "exploration", "expansion"],
    }
    with pytest.raises(rm.InvalidData) as caught:
        read(rows)
    assert len(caught.value.problems) == 2
    assert "which leads to exploration, dissolution" in str(caught.value)
    assert "(rows 2, 3); keep one" in str(caught.value)
    with pytest.raises(rm.InvalidData, match="after observed_until = 2026-05-01"):
        read(observed_until="2026-05-01")
    with pytest.raises(rm.InvalidData, match="no rows"):
        read({"who": [], "on": [], "phase": []})


def test_moves_are_checked_one_by_one():
    """A move goes only where the process leads, not back in time, and not to where one is."""
    history = rm.PhaseHistory.begin(PROCESS, "a", "exploration", date(2026, 1, 1)).seen(date(2026, 3, 1))
    assert history.days_in("exploration") == 59
    with pytest.raises(rm.InvalidData, match=r"observed until 2026-03-01, so 'expansion' cannot begin on 2026-02-01"):
        history.moved("expansion", date(2026, 2, 1))
    with pytest.raises(rm.InvalidData, match="staying needs no entry"):
        history.moved("exploration", date(2026, 3, 2))
    with pytest.raises(rm.InvalidData, match="already"):
        history.seen(date(2026, 2, 1))
    with pytest.raises(ValidationError, match="before the last entry"):
        rm.PhaseHistory(
            subject="a",
            process="dwyer",
            version="1987",
            entries=(rm.PhaseEntry(phase="awareness", since=date(2026, 2, 1)),),
            observed_until=date(2026, 1, 1),
        )
    assert history.phase_on(date(2025, 1, 1)) is None
    assert history.phase_on(date(2026, 4, 1)) is None


def test_loops_and_win_back_are_processes_of_their_own():
    """What the plain process forbids its variants allow, and a history knows of which it is."""
    back = rm.dwyer.process(loops=True, win_back=True)
    history = rm.PhaseHistory.begin(back, "a", "dissolution", date(2026, 1, 1)).moved("exploration", date(2026, 2, 1))
    assert history.version == "1987_loops_win_back"
    with pytest.raises(rm.InvalidData, match="not 'dwyer' of version '1987'"):
        history.check(PROCESS)


def test_another_process_is_handed_over():
    """A firm's own process needs a key, and its histories need it for each move."""
    rows = (Row("lead", "Lead"), Row("client", "Client"), Row("gone", "Gone", traits=(("end", "yes"),)))
    own = rm.Process.in_order(Taxonomy("Own", PROCESS.source, rows, key="own"))
    history = rm.PhaseHistory.begin(own, "a", "lead", date(2026, 1, 1))
    with pytest.raises(rm.InvalidParameters, match="pass it as process="):
        history.moved("client", date(2026, 2, 1))
    moved = history.moved("client", date(2026, 2, 1), process=own)
    assert rm.phase_moves([moved], own).forward == 1
    with pytest.raises(rm.InvalidData, match=r"\[0\] of 'a' is of 'own'"):
        rm.phase_moves([moved], PROCESS)
    with pytest.raises(rm.InvalidParameters, match="has no key"):
        rm.PhaseHistory.begin(rm.Process.in_order(Taxonomy("x", PROCESS.source, rows)), "a", "lead", date(2026, 1, 1))


def test_moves_and_times_of_a_portfolio():
    """Counts, days by phase and time to dissolution are those one counts by hand."""
    histories = read(observed_until="2026-06-30")
    moves = rm.phase_moves(histories, PROCESS)
    assert (moves.forward, moves.backward, moves.dissolved) == (2, 0, 1)
    times = rm.time_in_phase(histories, PROCESS, unit="day")
    assert times.stays.tolist() == [1, 2, 1, 0, 1]
    assert times.left.tolist() == [1, 1, 1, 0, 0]
    assert times.total.tolist() == [60.0, 116.0 + 60.0, 60.0, 0.0, 29.0]
    assert times.curves["exploration"].median == 60.0
    assert np.isnan(times.leaving_rate[3])
    over = rm.time_to_dissolution(histories, PROCESS, unit="day")
    assert (over.time.tolist(), over.share.tolist(), over.longest) == ([120.0], [0.5], 176.0)
    later = rm.time_to_dissolution(histories, PROCESS, since="expansion", unit="day")
    assert (later.time.tolist(), later.share.tolist()) == ([60.0], [0.0])
    assert len(times.table()) == 5
    assert moves.table().column("from")[0] == "awareness"
    with pytest.raises(rm.InvalidParameters, match="no phase before the end"):
        rm.time_to_dissolution(histories, PROCESS, since="dissolution")
    with pytest.raises(rm.InvalidData, match="no history was in 'commitment'"):
        rm.time_to_dissolution(histories, PROCESS, since="commitment")
    with pytest.raises(rm.InvalidData, match="there are none"):
        rm.time_in_phase([], PROCESS)


def test_the_chain_of_a_portfolio_counts_first_days_of_periods():
    """From month to month: two stays in awareness, then as the rows say; the end is left by nobody."""
    chain = rm.phase_chain(read(observed_until="2026-07-02"), PROCESS, prior=0.0001)
    counts = chain.counts
    assert counts[0].tolist() == [1.0, 1.0, 0.0, 0.0, 0.0]  # a: awareness on 1 Feb, 1 Mar; exploration on 1 Apr
    assert counts[1].tolist() == [0.0, 5.0, 1.0, 0.0, 0.0]
    assert counts[2].tolist() == [0.0, 0.0, 0.0, 0.0, 1.0]  # b: expansion on 1 May, dissolution on 1 June
    assert counts[4].tolist() == [0.0, 0.0, 0.0, 0.0, 1.0]
    assert chain.chain.absorbing == ("dissolution",)
    with pytest.raises(rm.InvalidData, match="use a shorter unit"):
        rm.phase_chain(read(), PROCESS, unit="year")
    with pytest.raises(rm.InvalidData, match="'commitment' was never left"):
        rm.phase_chain(read(), PROCESS)
    _, low, high = rm.phase_chain(read(), PROCESS, prior=0.5).steps_to_end(rng=1, draws=50)
    assert (low <= high).all()
