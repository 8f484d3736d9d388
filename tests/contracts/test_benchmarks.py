"""The benchmarks load without the libraries they compare with, judge by their bars, and run at any size."""

import ast
import importlib
from dataclasses import replace

import numpy as np
import pytest
from benchmarks import calibration, memory
from benchmarks.__main__ import NAMES, main, measured
from benchmarks.fits import Fitted, beside, table
from benchmarks.inputs import BG, customers, sample, with_spend
from benchmarks.measure import Line, Run, Table, timed

import relmodels as rm
from tests.contracts.source import ROOT, listed, modules

PEERS = {"hmmlearn", "lifetimes", "pymc_marketing", "pymc", "arviz", "pandas", "polars", "semopy"}
TINY = Run(peers=False, share=0.001)


def test_benchmarks_load_without_the_other_libraries():
    """No benchmark imports another library when it is loaded."""
    problems = [
        f"{module.at(node)} imports {ast.unparse(node)}"
        for module in modules(ROOT / "benchmarks")
        for node in module.tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        and {name.partition(".")[0] for name in _imported(node)} & PEERS
    ]
    assert not problems, listed(problems)


def test_every_benchmark_is_named():
    """Each file with a function that measures is run by its name, and nothing else is."""
    found = {
        module.path.stem
        for module in modules(ROOT / "benchmarks")
        if any(function.name == "measure" for function in module.functions())
    }
    assert found == set(NAMES)
    assert all(callable(importlib.import_module(f"benchmarks.{name}").measure) for name in NAMES)


@pytest.mark.parametrize("name", ["spend", "discrete_and_contracts"])
def test_a_benchmark_runs_at_a_thousandth_of_its_size(name):
    """A small run without other libraries keeps its bars and shows the same columns in every line."""
    found = measured(name, TINY)
    assert found.kept
    assert {len(line.cells) for line in found.lines} == {len(found.heads)}
    assert found.title in str(found)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_runs_without_the_other_libraries(name):
    """Each benchmark gives a table of aligned figures at a hundredth of its size."""
    found = measured(name, replace(TINY, share=0.01))
    assert {len(line.cells) for line in found.lines} == {len(found.heads)}
    assert len(str(found).splitlines()) == 3 + len(found.lines) + len(found.notes)


def test_a_missed_bar_is_said_and_counts(capsys, monkeypatch):
    """A figure beyond its bar is marked as missed, and the run then ends with 1."""
    slow = beside("fit", Fitted("relmodels", 2.0), most=1.0)
    found = Table("times", ("", "", "CPU s", "bar", "times ours", "log-likelihood"), tuple(slow))
    assert not found.kept
    assert str(found).endswith("MISSED")
    monkeypatch.setattr("benchmarks.__main__.measured", lambda name, run: found)
    assert main(["spend"]) == 1
    assert "a bar is MISSED" in capsys.readouterr().out


def test_kept_bars_end_with_zero(capsys, monkeypatch):
    """A run whose figures keep to their bars ends with 0."""
    fine = table("times", beside("fit", Fitted("relmodels", 0.5), [Fitted("other*", 1.0)], most=1.0))
    monkeypatch.setattr("benchmarks.__main__.measured", lambda name, run: fine)
    assert main(["spend", "--no-peers"]) == 0
    assert "every bar is kept" in capsys.readouterr().out
    assert fine.notes[-1].startswith("* not of this run")


def test_an_unknown_name_is_refused_with_the_names_there_are(capsys):
    """The command line names the benchmarks if it is given another name."""
    with pytest.raises(SystemExit):
        main(["speed"])
    assert "continuous" in capsys.readouterr().err


@pytest.mark.parametrize(("theirs", "kept"), [(-10.5, True), (-10.0, True), (-9.5, False), (None, None)])
def test_another_library_may_not_reach_a_higher_likelihood(theirs, kept):
    """The line of another library is missed if its log-likelihood exceeds ours."""
    lines = beside("fit", Fitted("relmodels", 1.0, -10.0), [Fitted("other", 2.0, theirs)])
    assert lines[1].kept is kept
    assert lines[1].cells[4] == "2.0"


def test_the_least_time_and_the_last_result_are_returned():
    """Work that is timed three times is done three times, and the result is that of the last time."""
    counts = iter(range(1, 9))
    took, result = timed(lambda: next(counts), runs=3)
    assert took >= 0
    assert result == 3


def test_customers_are_counted_in_whole_days_and_whole_cents():
    """The customers of the benchmarks are the same in every run; their times are whole days and their totals cents."""
    summary, again = with_spend(customers(BG, 400)), with_spend(customers(BG, 400))
    spend = np.asarray(summary.spend)
    assert spend.tolist() == np.asarray(again.spend).tolist()
    for values in (summary.recency * 7, summary.age * 7, spend * summary.frequency * 100):
        assert values == pytest.approx(values.round(), abs=1e-9)
    assert len(sample()) == 2_357


def test_a_process_reports_its_peak_memory():
    """The peak of a process that imports the library and makes customers is some dozen megabytes."""
    assert 20 < memory.peak(next(iter(memory.JOBS)), 500) < 600


def test_uneven_shares_are_found():
    """Evenly spread shares pass the test of calibration; those of a posterior too narrow or shifted do not."""
    even = (np.arange(100) + 0.5) / 100
    narrow = 0.5 + 0.5 * np.sign(even - 0.5) * np.abs(2 * even - 1) ** 0.5
    assert calibration.evenness(even) > 0.99
    assert calibration.evenness(narrow) < 0.01
    assert calibration.evenness(even**2) < 0.01


def test_shares_are_those_of_the_true_parameters():
    """The posterior of simulated customers is drawn once for each time, with one share for each parameter."""
    shares = calibration.shares(rm.BGNBD(0.25, 4.5, 0.8, 2.4), calibration.buyers, times=2, customers=100)
    assert shares.shape == (2, 4)
    assert ((shares >= 0) & (shares <= 1)).all()


def test_verdicts_are_words():
    """A line without a bar has no verdict."""
    assert [Line((), kept).verdict for kept in (None, True, False)] == ["", "ok", "MISSED"]


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
