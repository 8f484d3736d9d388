"""Every model against arithmetic with fifty digits, on stored grids over the box that docs/accuracy.md states.

Parameters go from 1e-3 to 1e3, corners included, frequencies to 10,000 and ages to 10,000 units of time (BG/BB: 1,000
opportunities; contracts: 10,000 periods). ``tools/accuracy`` made the grids, by other ways than the library's.
"""

from __future__ import annotations

import json
import re

import mpmath as mp
import numpy as np
import pytest
from tools.accuracy.draws import purchase_rows
from tools.accuracy.grids import GRIDS
from tools.accuracy.page import FAMILIES, PAGE, table
from tools.accuracy.stored import DATA, Case, error, read, told, truth

import relmodels as rm
from relmodels.core.periods import Rate

STORED = {name: list(read(name)) for name in GRIDS}
# The log-likelihood is promised to 1e-10 max(1, |ln L|).
LOG_LIKELIHOOD = 1e-11
SCORE = 1e-10
# P(alive) of a buyer of x purchases is a power of x, a probability of k purchases one of k; rounding of the base is
# multiplied by it.
POWERS = 2e-11
# What the page states was measured with one version of the numerical libraries on one machine.
OTHER_MACHINES = 5.0

HARD = ("bg_cnbd", "bg_nbd", "ggompertz_nbd", "pareto_nbd")

grids = pytest.mark.parametrize("name", GRIDS)


def bar(quantity: str) -> float:
    """Return how large the error of a quantity may be."""
    if quantity.startswith("log_likelihood"):
        return LOG_LIKELIHOOD
    return SCORE if quantity == "score" else POWERS


@grids
def test_every_quantity_keeps_its_bar(name: str) -> None:
    """No answer on the grid is off by more than its bar, and none is refused."""
    grid = GRIDS[name]
    for case in STORED[name]:
        for quantity in grid.answers.keys() & case.truth.keys():
            answer = told(grid, case, quantity)
            assert answer is not None, (quantity, case.row)
            assert error(grid, case, quantity, answer) <= bar(quantity), (quantity, case.row)


@grids
def test_grids_reach_the_ends_of_the_box(name: str) -> None:
    """Each grid has at least 60 rows, with every parameter at both ends of its range and anywhere between."""
    rows = [case.row for case in STORED[name]]
    assert len(rows) >= 60
    for parameter in GRIDS[name].slopes():
        values = np.array([row[parameter] for row in rows])
        assert values.min() <= 1e-3
        assert values.max() >= 1e3
        assert np.unique(values).size > 30
    if "t_x" in rows[0]:
        longest = 1e3 if name == "bg_bb" else 1e4
        assert {row["x"] for row in rows} >= {0.0, 1.0}
        assert max(row["x"] for row in rows) == longest
        assert max(row["T"] for row in rows) == longest


@grids
def test_stored_truth_can_be_found_again(name: str) -> None:
    """The tool that made the grids finds the stored log-likelihoods, to all stored digits."""
    grid = GRIDS[name]
    rows = grid.rows(grid.many, 20240229)
    with mp.workdps(60):
        for number in (1, 33, 50):
            at = {column: mp.mpf(value) for column, value in rows[number].items()}
            stored = mp.mpf(STORED[name][number].truth["log_likelihood"])
            assert STORED[name][number].row == rows[number]
            assert abs(grid.log_likelihood(at) - stored) <= mp.mpf("1e-16") * abs(stored)


@pytest.mark.slow
@grids
def test_fresh_points_next_to_the_ends_of_the_box(name: str) -> None:
    """Forty other points, half of whose parameters lie at an end of their range, keep the bars as well.

    With phases only the shapes of the dropout probability are moved, so that the horizon still suits the rates.
    """
    grid, rng = GRIDS[name], np.random.default_rng(77)
    movable = ("a", "b") if name.endswith("cnbd") else grid.slopes()
    for row in grid.rows(104, 77)[64:]:
        moved = {p: float(rng.choice([1e-3, 1e3])) for p in movable if rng.random() < 0.5}
        with mp.workdps(55):
            found = grid.truth({column: mp.mpf(value) for column, value in {**row, **moved}.items()})
        case = Case({**row, **moved}, {quantity: mp.nstr(value, 20) for quantity, value in found.items()})
        for quantity in grid.answers.keys() & found.keys():
            answer = told(grid, case, quantity)
            assert answer is not None, (quantity, case.row)
            assert error(grid, case, quantity, answer) <= bar(quantity), (quantity, case.row)


@pytest.mark.slow
@grids
def test_all_stored_truth_can_be_found_again(name: str) -> None:
    """The tool finds every quantity of some rows, the costly ones and the derivatives among them."""
    grid = GRIDS[name]
    for number in (4, 37, 40):
        found = truth(grid, STORED[name][number].row, number)
        for quantity, stored in STORED[name][number].truth.items():
            pairs = zip(np.atleast_1d(stored), np.atleast_1d(found[quantity]), strict=True)
            with mp.workdps(30):
                assert all(abs(mp.mpf(one) - other) <= mp.mpf("1e-16") * abs(other) for one, other in pairs), quantity


def test_all_published_hard_inputs_are_stored() -> None:
    """The 47 inputs on which released packages fail are stored with the tests, one of them to be refused."""
    stored = [json.loads((DATA / f"{name}_hard_inputs.json").read_text(encoding="utf-8")) for name in HARD]
    assert sum(len(of["cases"]) + ("refused" in of) for of in stored) == 47


def test_truth_of_pareto_nbd_agrees_with_the_published_closed_form() -> None:
    """Difference of hypergeometric functions and integral over time give the same log-likelihood, where both can."""
    compared = 0
    for case in STORED["pareto_nbd"]:
        r, alpha, s, beta, x, t_x, T = (mp.mpf(case.row[name]) for name in ("r", "alpha", "s", "beta", "x", "t_x", "T"))
        if x > 300 or max(r, s) > 100 or compared == 20:
            continue
        with mp.workdps(80):
            R, near, far = r + x, min(alpha, beta), max(alpha, beta)
            power = s + 1 if alpha >= beta else R
            ends = (
                mp.hyp2f1(R + s, power, R + s + 1, (far - near) / (far + t)) * (far + t) ** -(R + s) for t in (t_x, T)
            )
            gone = s / (R + s) * (next(ends) - next(ends))
            alive = (alpha + T) ** -R * (beta + T) ** -s
            closed = mp.log(mp.gamma(R) / mp.gamma(r) * alpha**r * beta**s * (alive + gone))
        stored = mp.mpf(case.truth["log_likelihood"])
        assert abs(closed - stored) <= mp.mpf("1e-15") * abs(stored), case.row
        compared += 1
    assert compared == 20


@pytest.mark.parametrize(
    "model",
    [
        rm.BGNBD(0.073, 0.82, 217.0, 402.0),
        rm.ParetoNBD(0.0113, 151.0, 1.77, 0.0628),
        rm.GGompertzNBD(13.5, 0.216, 0.00647, 21.3, 0.05),
        rm.BGCNBD(3, 0.5, 10.0, 0.8, 2.4),
    ],
    ids=lambda model: type(model).__name__,
)
def test_what_a_customer_is_told_does_not_depend_on_the_others(model) -> None:
    """Customers of the most different kinds get the same answers together as alone."""
    rows = purchase_rows(("r", "alpha"), 60, 5)
    x, t_x, age = (np.array([row[column] for row in rows]) for column in ("x", "t_x", "T"))
    gaps = np.where(x > 0, x * np.log(np.where(x > 0, t_x, 1.0) / np.maximum(x, 1.0)), 0.0)

    def scored(some: slice) -> np.ndarray:
        who = rm.PurchaseSummary.from_arrays(
            frequency=x[some], recency=t_x[some], age=age[some], log_gaps=gaps[some], unit="day"
        )
        rate = Rate(0.001, per="day", kind="continuous")
        residuals = [model.discounted_residual(who, rate, horizon=h) for h in (None, 1.0)]
        return np.stack([model.log_likelihood(who), model.expected_purchases(who, 1.0), *residuals])

    alone = np.concatenate([scored(slice(i, i + 1)) for i in range(len(rows))], axis=1)
    np.testing.assert_allclose(scored(slice(None)), alone, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("family", FAMILIES)
def test_page_states_the_errors(family: str) -> None:
    """The tables of docs/accuracy.md are those of the grids, and no largest error is much above what they state."""
    printed = re.search(rf"<!-- {family} -->\n(.*?)\n<!-- end -->", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert printed is not None
    for stated, measured in zip(printed[1].splitlines(), table(family).splitlines(), strict=True):
        number = re.compile(r"\de-\d+|\b0\b")
        assert number.sub("", stated) == number.sub("", measured)
        for said, found in zip(number.findall(stated), number.findall(measured), strict=True):
            assert float(found) <= OTHER_MACHINES * max(float(said), 1e-15)
