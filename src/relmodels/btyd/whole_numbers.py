"""Whole numbers of renewals or opportunities, checked where a caller gives them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd import checks
from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters

__all__ = ["whole_number", "whole_numbers"]


def whole_numbers(values: ArrayLike, name: str, *, least: int = 0) -> FloatArray:
    """Return whole numbers of ``least`` or more, in the shape they came in.

    Raises:
        InvalidParameters: naming the first that is not whole or is less than ``least``.

    """
    found = checks.durations(values, name)
    bad = np.flatnonzero(((found != np.rint(found)) | (found < least)).ravel())
    if bad.size:
        where = name if found.ndim == 0 else f"{name}[{bad[0]}]"
        message = f"{where} = {float(found.ravel()[bad[0]])!r} must be a whole number of {least} or more"
        raise InvalidParameters(message)
    return found


def whole_number(value: float, name: str) -> float:
    """Return one whole number of 0 or more.

    Raises:
        InvalidParameters: if it is not one.

    """
    return float(whole_numbers(checks.duration(value, name), name))
