"""Paths cut to windows, and sums along them that keep the digits of small customers beside large ones."""

from __future__ import annotations

import numpy as np

from relmodels.btyd.pareto_nbd_likelihood import log_odds_gone
from relmodels.btyd.path_segments import cut
from relmodels.btyd.time_of_leaving import log_integral, time_of_leaving

OFFSETS = np.array([0, 3, 4, 6])
BEGIN = np.array([0.0, 2.0, 4.0, 0.0, 0.0, 9.0])


def test_windows_cut_pieces_and_leave_out_what_lies_beyond() -> None:
    """A window keeps the parts of pieces within it; a customer whose window has no length has no segment."""
    found = cut(OFFSETS, BEGIN, np.array([1.0, 5.0, 0.0]), np.array([4.0, 5.0, 12.0]))
    assert found.offsets.tolist() == [0, 2, 2, 4]
    assert found.row.tolist() == [0, 0, 2, 2]
    assert found.piece.tolist() == [0, 1, 4, 5]
    assert found.begin.tolist() == [1.0, 2.0, 0.0, 9.0]
    assert found.length.tolist() == [1.0, 2.0, 9.0, 3.0]
    assert found.total(np.ones((4, 2))).tolist() == [[2.0, 2.0], [0.0, 0.0], [2.0, 2.0]]
    assert found.largest(np.array([1.0, 3.0, -2.0, -5.0])).tolist() == [3.0, -np.inf, -2.0]


def test_windows_without_anything() -> None:
    """Where nobody's window has a length there are no segments, and all sums are 0."""
    found = cut(OFFSETS, BEGIN, np.ones(3), np.ones(3))
    assert found.row.size == 0
    assert found.total(np.empty(0)).tolist() == [0.0, 0.0, 0.0]
    assert found.before(np.empty(0)).size == found.after(np.empty(0)).size == 0


def test_sums_of_a_customer_do_not_feel_the_others() -> None:
    """Sums before and after a segment are exact to the last digit although a neighbor's are larger by 1e20."""
    found = cut(OFFSETS, BEGIN, np.zeros(3), np.array([6.0, 6.0, 12.0]))
    values = np.array([0.1, 0.2, 0.3, 1e20, 0.5, 0.25])
    assert found.before(values).tolist() == [0.0, 0.1, 0.1 + 0.2, 0.0, 0.0, 0.5]
    assert found.after(values).tolist() == [0.3 + 0.2, 0.3, 0.0, 0.0, 0.25, 0.0]
    both = np.column_stack([values, 2 * values])
    assert found.before(both).tolist() == np.column_stack([found.before(values), found.before(2 * values)]).tolist()


def test_the_integral_over_a_silence_is_that_of_the_plain_model() -> None:
    """With one segment the log odds of having left are those of Pareto/NBD, whichever scale is the larger."""
    r, alpha, s, beta = 0.6, np.array([2.0, 50.0, 7.0]), 0.8, np.array([30.0, 3.0, 7.0])
    x, t_x, age = np.array([0.0, 40.0, 3000.0]), np.array([0.0, 20.0, 38.0]), np.array([39.0, 39.0, 39.0])
    A, B, R, silence = alpha + t_x, beta + t_x, r + x, age - t_x
    fall = R * np.log1p(silence / A) + s * np.log1p(silence / B)
    found = fall + np.log(s) + log_integral(R, A, np.full(3, s), B, silence)
    np.testing.assert_allclose(found, log_odds_gone(r, alpha, s, beta, x, t_x, age), rtol=1e-13)
    leaving = time_of_leaving(R, A, np.full(3, s), B, silence)
    np.testing.assert_allclose(leaving.log_integral, log_integral(R, A, np.full(3, s), B, silence), rtol=1e-13)
