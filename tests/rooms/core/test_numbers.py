"""A single number is a number, and nothing that only looks like one."""

from __future__ import annotations

import numpy as np
import pytest

from relmodels.core.errors import InvalidParameters
from relmodels.core.numbers import number


@pytest.mark.parametrize("value", [3, 0.5, np.float32(0.5), np.int8(3)])
def test_numbers_of_any_kind_are_taken(value):
    """Python's and numpy's whole and real numbers come back as floats."""
    assert number(value, "margin", "a share") == float(value)


@pytest.mark.parametrize("value", ["0.3", None, True, [0.3], np.array(0.3), 1j])
def test_what_is_no_number_is_refused(value):
    """Text, nothing, booleans, lists, arrays and complex numbers are refused with their value."""
    with pytest.raises(InvalidParameters, match=r"^margin = .* is not a number; it must be a share$"):
        number(value, "margin", "a share")
