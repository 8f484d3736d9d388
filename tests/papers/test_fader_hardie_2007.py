"""Fader & Hardie (2007), How to project customer retention, Journal of Interactive Marketing 21(1), 76-90.

Standing of each figure: *secondary* (the paper's, known from other software's tests and data sets), *derived* (computed
by independent software from the paper's data).
"""

from __future__ import annotations

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.retention_table import RetentionTable
from relmodels.btyd.shifted_beta_geometric import ShiftedBetaGeometric

# The share of customers of two segments still there after each of 7 years, as of 1,000.
REGULAR = RetentionTable.from_survivors([1000, 631, 468, 382, 326, 289, 262, 241])
HIGH_END = RetentionTable.from_survivors([1000, 869, 743, 653, 593, 551, 517, 491])
# What was then seen in years 8 to 12 (secondary).
REGULAR_SEEN = (0.223, 0.207, 0.194, 0.183, 0.173)
HIGH_END_SEEN = (0.468, 0.445, 0.427, 0.409, 0.394)


@pytest.mark.parametrize(
    ("table", "alpha", "beta"), [(REGULAR, 0.704, 1.182), (HIGH_END, 0.668, 3.806)], ids=["regular", "high end"]
)
def test_fit_gives_the_printed_parameters(table, alpha, beta) -> None:
    """Secondary: seven years give alpha .704, beta 1.182 for Regular and .668, 3.806 for High End."""
    model = rm.fit(ShiftedBetaGeometric, table).model
    assert (round(model.alpha, 3), round(model.beta, 3)) == (alpha, beta)


@pytest.mark.parametrize(("table", "value"), [(REGULAR, -1680.265), (HIGH_END, -1611.158)], ids=["regular", "high end"])
def test_log_likelihood_at_the_maximum(table, value) -> None:
    """Derived: for 1,000 customers the maximum is -1680.265 for Regular and -1611.158 for High End."""
    fit = rm.fit(ShiftedBetaGeometric, table)
    assert round(fit.log_likelihood, 3) == value
    assert fit.n == 1000


def test_log_likelihood_of_high_end_at_one_and_one() -> None:
    """Secondary: at alpha = beta = 1 the log-likelihood of High End is -2.115 a customer."""
    total = float(ShiftedBetaGeometric(1.0, 1.0).log_likelihood(HIGH_END).sum())
    assert total / HIGH_END.n == pytest.approx(-2.115, abs=0.001)


def test_projection_of_high_end() -> None:
    """Secondary: the model projects the survival of High End to .460, .436, .414, .395, .378 in years 8 to 12."""
    model = rm.fit(ShiftedBetaGeometric, HIGH_END).model
    np.testing.assert_allclose(model.survival(np.arange(8, 13)), [0.460, 0.436, 0.414, 0.395, 0.378], atol=0.0006)


@pytest.mark.parametrize(("table", "seen"), [(REGULAR, REGULAR_SEEN), (HIGH_END, HIGH_END_SEEN)])
def test_projections_come_close_to_what_was_seen(table, seen) -> None:
    """Derived: five years beyond the data the projections miss the survival then seen by less than .02."""
    model = rm.fit(ShiftedBetaGeometric, table).model
    assert np.abs(model.survival(np.arange(8, 13)) - seen).max() < 0.02


def test_the_first_seven_years_are_described() -> None:
    """Derived: within the data, fitted and actual survival differ by at most two percentage points."""
    for table in (REGULAR, HIGH_END):
        model = rm.fit(ShiftedBetaGeometric, table).model
        actual = 1.0 - np.cumsum(table.lost[0]) / table.n
        assert np.abs(model.survival(np.arange(1, 8)) - actual).max() < 0.02
