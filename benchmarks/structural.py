"""Structural equations of trust and commitment, 12 constructs and 43 questions of 204 respondents, beside semopy.

Ours is with full output: errors, standardized solution, indices, shares explained. semopy's is its fit, its table of
estimates and its indices. The times of lavaan and of plspm (for Python) were measured once, on two shared cores as
well, and are marked by a star.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

import relmodels as rm
from benchmarks.inputs import SEED
from benchmarks.measure import Line, Run, Table, seconds
from relmodels.core.arrays import FloatArray
from relmodels.drivers.morgan_hunt import ITEMS, key_mediating
from relmodels.sem import PathFit, PathModel, PLSSpec, Survey, bootstrap_paths, bootstrap_pls

__all__ = ["measure"]

HEADS: Final = ("", "", "other CPU s", "ours CPU s", "times less", "bar")
RESPONDENTS: Final = 204
_LOADINGS: Final = (0.85, 0.80, 0.75, 0.70)
_LAVAAN: Final = {"ML": 0.19, "MLR": 3.0}
_PLSPM: Final = {"least squares": 0.39, "least squares, bootstrap of 200 draws": 60.0}


def answers(count: int) -> dict[str, FloatArray]:
    """Return answers drawn from the theory: constructs with a variance of about 1, and their questions."""
    rng = np.random.default_rng(SEED)
    shared = rng.normal(size=count)
    known = {code: 0.5 * shared + rng.normal(size=count) * np.sqrt(0.75) for code in ("rtc", "rb", "sv", "com")}
    known["opp"] = -0.4 * shared + rng.normal(size=count) * 0.9

    def caused(**by: float) -> FloatArray:
        found: FloatArray = sum(size * known[name] for name, size in by.items()) + rng.normal(size=count) * 0.7
        return found

    known["trust"] = caused(sv=0.25, com=0.3, opp=-0.4)
    known["commitment"] = caused(rtc=0.3, sv=0.15, trust=0.5)
    known["acq"] = caused(commitment=0.55)
    known["pl"] = caused(commitment=-0.55)
    known["coop"] = caused(commitment=0.25, trust=0.5)
    known["fc"] = caused(trust=0.5)
    known["unc"] = caused(trust=-0.45)
    return {
        question: loading * known[code] + rng.normal(size=count) * np.sqrt(1.0 - loading**2)
        for code, questions in ITEMS.items()
        for question, loading in zip(questions, _LOADINGS, strict=False)
    }


def measure(run: Run) -> Table:
    """Return the times of fits, and of 200 draws of the bootstrap."""
    columns = answers(run.count(RESPONDENTS, RESPONDENTS))
    model = key_mediating()
    survey = Survey.from_frame(columns, model.observed)
    gaps = survey.values.copy()
    gaps[np.random.default_rng(SEED).random(gaps.shape) < 0.1] = np.nan
    some = Survey.from_frame(dict(zip(survey.names, gaps.T, strict=True)), survey.names)
    fit, sums = rm.fit(model, survey), rm.fit(PLSSpec(model), survey)
    work: dict[str, tuple[Callable[[], object], float]] = {
        "ML": (lambda: _whole(rm.fit(model, survey)), 0.1),
        "MLR": (lambda: _whole(rm.fit(model, survey, estimator="MLR")), 0.5),
        "ML, a tenth missing, each row its own pattern": (lambda: _whole(rm.fit(model, some, missing="ml")), 1.5),
        "bootstrap of 200 draws": (lambda: bootstrap_paths(fit, survey, 200, rng=SEED), 5.0),
        "least squares": (lambda: str(rm.fit(PLSSpec(model), survey)), 0.1),
        "least squares, bootstrap of 200 draws": (lambda: bootstrap_pls(sums, survey, 200, rng=SEED), 0.5),
    }
    others = {"ML": _semopy(model, columns)} if run.peers else {}
    lines = []
    for name, (job, bar) in work.items():
        ours = seconds(job, 2)
        for other, took in (("semopy", others.get(name)), ("lavaan*", _LAVAAN.get(name)), ("plspm*", _PLSPM.get(name))):
            if took is not None:
                lines.append(Line((name, other, f"{took:.2f}", "", f"{took / ours:.0f}", "")))
        lines.append(Line((name, "", "", f"{ours:.3f}", "", f"{bar:g} s"), ours <= bar))
    notes = ("* not of this run: measured once, on two shared cores as well",)
    return Table(f"Trust and commitment of {RESPONDENTS} respondents, 43 questions", HEADS, tuple(lines), notes)


def _whole(fit: PathFit) -> tuple[object, ...]:
    return fit.table(), fit.standardized(), fit.indices(), fit.r_squared()


def _semopy(model: PathModel, columns: dict[str, FloatArray]) -> float:
    """Return semopy's time for the fit, the estimates with their errors and the indices."""
    import pandas as pd
    import semopy

    frame = pd.DataFrame(columns)

    def work() -> object:
        other = semopy.Model(model.to_text())
        other.fit(frame)
        return other.inspect(std_est=True), semopy.calc_stats(other)

    return seconds(work, 2)
