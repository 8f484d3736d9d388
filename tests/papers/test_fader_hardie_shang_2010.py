"""Fader, Hardie & Shang (2010), Customer-base analysis in a discrete-time setting, Marketing Science 29(6), 1086-1108.

Standing of each figure: *secondary* (the paper's, known from other sources; reproduced from its data).
"""

from __future__ import annotations

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.bg_bb import BGBB
from relmodels.btyd.summary import PurchaseSummary
from relmodels.datasets.donations import donations

PRINTED = BGBB(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783, unit="year")


@pytest.fixture(scope="module")
def donors() -> PurchaseSummary:
    table = donations()
    x, t_x, n, weight = (np.array(table.column(name)) for name in table.columns)
    return PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=n, weight=weight, unit="year")


def test_the_data_are_the_papers(donors) -> None:
    """Secondary: 11,104 donors in 22 rows, 3,464 of whom did not give again in six years."""
    assert (len(donors), donors.n) == (22, 11104)
    assert donors.weight[donors.frequency == 0].tolist() == [3464.0]


def test_log_likelihood_at_the_printed_parameters(donors) -> None:
    """Secondary: at alpha 1.204, beta .750, gamma .657, delta 2.783 the log-likelihood is -33,225.6."""
    assert round(float(donors.weight @ PRINTED.log_likelihood(donors)), 1) == -33225.6


def test_fit_gives_the_printed_parameters(donors) -> None:
    """Secondary: maximum likelihood gives alpha 1.204, beta .750, gamma .657, delta 2.783 and -33,225.6."""
    fit = rm.fit(BGBB, donors)
    assert [round(value, 3) for value in fit.parameters.values()] == [1.204, 0.750, 0.657, 2.783]
    assert round(fit.log_likelihood, 1) == -33225.6
    assert fit.n == 11104


@pytest.mark.parametrize(("x", "t_x", "gifts"), [(6, 6, 3.75), (5, 6, 3.23), (1, 1, 0.09), (0, 0, 0.07)])
def test_expected_gifts_at_the_next_five_appeals(x, t_x, gifts) -> None:
    """Secondary: who gave 6, 5, 1 or 0 times is expected to give 3.75, 3.23, .09 or .07 times in five more years."""
    donor = PurchaseSummary.from_arrays(frequency=[x], recency=[t_x], age=[6], unit="year")
    assert round(float(PRINTED.expected_purchases(donor, 5)[0]), 2) == gifts
