"""Hidden Markov models of 5,000 customers over 50 periods, beside hmmlearn; and a fit of 100,000 customers.

Both libraries begin with the same parameters and climb the same number of rounds of expectation and maximization; the
log-likelihoods before the last round must agree. The bar is a tenth of hmmlearn's time for a round. The large fit is
that of ``rm.fit`` in a process of its own, from the log-likelihood of several starts to standard errors; its bars are
two minutes and two gigabytes.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np

import relmodels as rm
from benchmarks.inputs import SEED
from benchmarks.measure import Line, Run, Table, cpu_seconds, timed
from benchmarks.memory import peak_of_this_process
from relmodels.markov import HMM, FreeTransitions, Gaussian, HMMSpec, Panel, Poisson
from relmodels.markov.hmm import arrays_of
from relmodels.markov.hmm_em import em_step
from relmodels.markov.prepared import prepared

__all__ = ["measure"]

HEADS: Final = ("", "", "CPU s a round", "times ours", "bar", "log-likelihood")
CUSTOMERS, PERIODS, ROUNDS = 5_000, 50, 20
LARGE: Final = 100_000
_LEAST: Final = 10.0
_CLOSE: Final = 1e-8
_SECONDS: Final = 120.0
_MEGABYTES: Final = 2_000.0
_ROOT: Final = Path(__file__).resolve().parent.parent

BEGIN: Final = (0.5, 0.3, 0.2)
MOVES: Final = ((0.85, 0.12, 0.03), (0.10, 0.80, 0.10), (0.02, 0.13, 0.85))
TRUTHS: Final = {
    "Poisson": HMM(BEGIN, FreeTransitions(MOVES), Poisson([0.3, 2.0, 6.0])),
    "Gaussian": HMM(BEGIN, FreeTransitions(MOVES), Gaussian([0.0, 2.0, 5.0], [1.0, 1.0, 2.0])),
}
# Where both climbs begin: near enough to climb, far enough that twenty rounds change everything.
STARTS: Final = {
    "Poisson": HMM([0.4, 0.3, 0.3], FreeTransitions(np.full((3, 3), 0.1) + 0.7 * np.eye(3)), Poisson([0.5, 1.5, 4.0])),
    "Gaussian": HMM(
        [0.4, 0.3, 0.3], FreeTransitions(np.full((3, 3), 0.1) + 0.7 * np.eye(3)), Gaussian([-1.0, 1.5, 6.0], [1.5] * 3)
    ),
}


def measure(run: Run) -> Table:
    """Return the times of a round of both libraries, and of a large fit."""
    count = run.count(CUSTOMERS)
    lines: list[Line] = []
    for name, truth in TRUTHS.items():
        panel = truth.simulate(PERIODS, SEED, customers=count)
        ours, reached = _ours(panel, STARTS[name])
        lines.append(Line((name, f"relmodels, {count:,} customers", f"{ours:.4f}", "", "", f"{reached:,.4f}")))
        for way in ("log", "scaling") if run.peers else ():
            took, theirs = _hmmlearn(panel, STARTS[name], way)
            same = abs(theirs - reached) <= _CLOSE * abs(reached)
            bar = way == "log"  # what hmmlearn does unless it is told otherwise
            kept = same and (took >= _LEAST * ours or not bar)
            text = f"> {_LEAST:.0f}" if bar else ""
            cells = ("", f"hmmlearn, {way}", f"{took:.4f}", f"{took / ours:.1f}", text, f"{theirs:,.4f}")
            lines.append(Line(cells, kept))
    return Table(
        f"Hidden Markov models of three states over {PERIODS} periods: a round of EM, and a fit",
        HEADS,
        (*lines, _large(run.count(LARGE))),
        (f"a round is the mean of {ROUNDS}; the log-likelihood is the one before the last",),
    )


def _ours(panel: Panel, start: HMM) -> tuple[float, float]:
    form = start.form

    def climb() -> float:
        data, arrays = prepared(panel, form), arrays_of(start)
        reached = 0.0
        for _ in range(ROUNDS):
            reached, arrays = em_step(data, form, arrays)
        return reached

    took, reached = timed(climb, 2)
    return took / ROUNDS, reached


def _hmmlearn(panel: Panel, start: HMM, way: str) -> tuple[float, float]:
    from hmmlearn import hmm

    emission = start.emission[0]
    options: dict[str, Any] = {"n_iter": ROUNDS, "tol": -np.inf, "init_params": "", "implementation": way}
    if isinstance(emission, Gaussian):
        # Without its priors, so that it maximizes the likelihood as we do.
        model = hmm.GaussianHMM(3, covariance_type="diag", covars_prior=0.0, covars_weight=1.0, **options)
        model.means_, model.covars_ = emission.center[:, None], emission.spread[:, None] ** 2
    else:
        model = hmm.PoissonHMM(3, **options)
        model.lambdas_ = np.asarray(emission.theta[0])[:, None]
    model.startprob_, model.transmat_ = start.initial[0], start.matrix()[0]
    values = panel.outcome().reshape(-1, 1)
    values = values if isinstance(emission, Gaussian) else values.astype(np.int64)
    took, _ = timed(lambda: model.fit(values, panel.length))
    return took / ROUNDS, float(model.monitor_.history[-1])


def _large(count: int) -> Line:
    command = [sys.executable, "-m", "benchmarks.hidden_markov", str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=_ROOT)
    took, used, reached = (float(word) for word in done.stdout.split())
    cells = (
        "Poisson, whole fit",
        f"relmodels, {count:,} customers, {used:,.0f} MB",
        f"{took:.1f} in all",
        "",
        f"< {_SECONDS:.0f} s, < {_MEGABYTES / 1000:.0f} GB",
        f"{reached:,.1f}",
    )
    return Line(cells, took < _SECONDS and used < _MEGABYTES)


def _whole_fit(count: int) -> tuple[float, float]:
    panel = TRUTHS["Poisson"].simulate(PERIODS, SEED, customers=count)
    begin = cpu_seconds()
    fit = rm.fit(HMMSpec(states=3, emission=Poisson()), panel)
    return cpu_seconds() - begin, fit.log_likelihood


if __name__ == "__main__":
    whole, log_likelihood = _whole_fit(int(sys.argv[1]))
    print(whole, peak_of_this_process(), log_likelihood)
