"""Paths cut to windows, and sums along them that keep the digits of small customers beside large ones."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

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


def test_the_integral_over_a_silence_is_the_truth() -> None:
    """The integral over the time of leaving equals quadrature with many digits, whichever scale is the larger."""
    mp.mp.dps = 30
    R, A = np.array([0.6, 40.6, 300.5, 2.0]), np.array([2.0, 70.0, 45.0, 5.0])
    s, B, length = np.array([0.8, 0.8, 1.3, 1e-3]), np.array([30.0, 23.0, 45.0, 8.0]), np.array([39.0, 19.0, 1.0, 0.0])
    found = log_integral(R, A, s, B, length)
    np.testing.assert_allclose(time_of_leaving(R, A, s, B, length).log_integral, found, rtol=1e-13)
    for value, *given, end in zip(found, R, A, s, B, length, strict=True):
        power, scale, other, far = map(mp.mpf, given)
        truth = mp.quad(
            lambda v, p=power, a=scale, q=other, b=far: (1 + v / a) ** -p * (1 + v / b) ** -(q + 1) / b,
            mp.linspace(0, end, 9),
        )
        assert value == pytest.approx(float(mp.log(truth)) if end else -np.inf, rel=1e-13)
