"""A process allows the moves it lists, and staying."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relmodels.core.errors import InvalidData
from relmodels.core.process import Process
from relmodels.core.reference import Reference
from relmodels.core.taxonomy import Row, Taxonomy

SOURCE = Reference(("Author, A.",), 1987, "Stages")
PHASES = ("awareness", "exploration", "expansion", "commitment", "dissolution")


def stages(*codes: str) -> Taxonomy:
    return Taxonomy("phases", SOURCE, tuple(Row(code, code.capitalize()) for code in codes))


DWYER = Process.in_order(stages(*PHASES), also=[(phase, "dissolution") for phase in PHASES[:3]])


@st.composite
def processes(draw) -> Process:
    """Draw stages with any set of moves between them."""
    codes = [f"s{i}" for i in range(draw(st.integers(2, 6)))]
    pairs = [(start, end) for start in codes for end in codes if start != end]
    moves = draw(st.lists(st.sampled_from(pairs), unique=True))
    return Process(stages(*codes), tuple(moves))


@given(processes())
def test_next_and_previous_undo_each_other(process):
    """The stage before the next one is the stage itself; the ends have nothing beyond them."""
    codes = [row.code for row in process.stages.roots]
    for first, second in pairwise(codes):
        after, before = process.next(first), process.previous(second)
        assert after is not None
        assert before is not None
        assert (after.code, before.code) == (second, first)
    assert process.previous(codes[0]) is None
    assert process.next(codes[-1]) is None


@given(processes())
def test_allowed_is_listed_or_staying(process):
    """A move is allowed exactly if it is listed or leads nowhere else."""
    for start in process.stages:
        targets = {row.code for row in process.moves_from(start.code)}
        for end in process.stages:
            listed = (start.code, end.code) in process.moves
            assert (end.code in targets) == listed
            assert process.is_allowed(start.code, end.code) == (listed or start == end)


@given(processes())
def test_reachable_stages_are_closed_under_moves(process):
    """What can be reached includes every direct move, and every move from there."""
    for start in process.stages:
        reached = {row.code for row in process.reachable_from(start.code)}
        assert {row.code for row in process.moves_from(start.code)} <= reached
        for code in reached:
            assert {row.code for row in process.moves_from(code)} <= reached


@given(st.integers(1, 8), st.booleans())
def test_a_plain_process_goes_one_step_at_a_time(size, loop):
    """In order, each stage leads to the next only, and the last to the first if the process is a loop."""
    process = Process.in_order(stages(*(f"s{i}" for i in range(size))), loop=loop)
    closing = 1 if loop and size > 1 else 0
    assert len(process.moves) == size - 1 + closing
    assert len(process) == size
    process.check([f"s{i}" for i in range(size)])


def test_dissolution_can_follow_any_phase_and_is_the_end():
    """With Dwyer's extra moves dissolution can be reached from everywhere and leads nowhere."""
    assert all(DWYER.is_allowed(phase, "dissolution") for phase in PHASES)
    assert DWYER.reachable_from("dissolution") == ()
    assert not DWYER.is_allowed("commitment", "awareness")


def test_a_path_names_each_forbidden_step():
    """A sequence of phases with two wrong steps is refused with both positions and what was possible instead."""
    DWYER.check(["awareness", "awareness", "exploration", "dissolution"])
    where = "path through 'phases'"
    with pytest.raises(InvalidData) as caught:
        DWYER.check(["awareness", "expansion", "dissolution", "exploration"])
    assert caught.value.problems == (
        f"{where}: path[1] = 'expansion' cannot follow 'awareness', which leads to exploration, dissolution",
        f"{where}: path[3] = 'exploration' cannot follow 'dissolution', which leads to no other stage",
    )


def test_an_empty_path_is_allowed():
    """A relationship without history breaks no rule."""
    DWYER.check([])


def test_a_path_through_unknown_stages_is_refused():
    """Every code that is no stage is named by its position, before any step is judged."""
    with pytest.raises(InvalidData) as caught:
        DWYER.check(["engagement", "expansion", "marriage", "awareness"])
    assert [problem.partition(";")[0] for problem in caught.value.problems] == [
        "path through 'phases': path[0] = 'engagement' is no stage",
        "path through 'phases': path[2] = 'marriage' is no stage",
    ]


def test_items_under_a_stage_are_no_stages():
    """Rows below a stage describe it; they take part in no move."""
    rows = (Row("plan", "Plan the plan"), Row("team", "Team", parent="plan"), Row("research", "Research"))
    process = Process.in_order(Taxonomy("planning", SOURCE, rows), loop=True)
    assert process.moves == (("plan", "research"), ("research", "plan"))
    assert len(process) == 2
    assert process.stages.children("plan")[0].name == "Team"
    with pytest.raises(InvalidData, match="'team' is no stage"):
        process.next("team")


def test_every_fault_of_the_moves_is_named():
    """Unknown stages, moves to the same stage and moves listed twice are named together."""
    with pytest.raises(InvalidData) as caught:
        Process(stages("a", "b"), (("a", "c"), ("b", "b"), ("a", "b"), ("a", "b")))
    said = "\n".join(caught.value.problems)
    assert "moves[0] names 'c', which is no stage; use a, b" in said
    assert "moves[1] leads from 'b' to itself" in said
    assert "('a', 'b') is listed 2 times" in said


def test_name_and_source_are_those_of_the_stages():
    """A process is cited as its table of stages is."""
    assert DWYER.name == "phases"
    assert DWYER.source is SOURCE
