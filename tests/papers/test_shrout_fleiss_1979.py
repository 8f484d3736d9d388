"""Shrout, P. E. and Fleiss, J. L. (1979), Intraclass correlations, Psychological Bulletin 86(2), 420-428.

Four judges rate six targets; the ratings, the mean squares and the coefficients of the case with one factor are those
of the paper's tables 2 to 4, known from later texts. The limits of the interval are those of the R package psych 2.2.9
for the same ratings.
"""

import numpy as np
import pytest

import relmodels as rm

RATINGS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)
TARGETS = [place // 4 for place in range(24)]


def test_the_printed_coefficients_come_out():
    """Mean squares of 11.24 and 6.26 give .17 for a single rating and .44 for the mean of four."""
    found = rm.sem.intraclass(RATINGS.ravel(), TARGETS)
    assert (round(found.between, 2), round(found.within, 2)) == (11.24, 6.26)
    assert found.mean is not None
    assert (round(found.single, 2), round(found.mean, 2)) == (0.17, 0.44)


def test_the_printed_test_and_interval_come_out():
    """The ratio of 1.79 on 5 and 18 degrees of freedom has p = .165, and the interval reaches from -.133 to .723."""
    found = rm.sem.intraclass(RATINGS.ravel(), TARGETS)
    assert round(found.ratio, 2) == 1.79
    assert round(found.p_value, 3) == 0.165
    assert found.interval() == pytest.approx((-0.13293, 0.72256), abs=5e-6)
