"""The one check that every measure of concentration needs: a column of amounts that can be shared out."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, check_finite, check_rows, column
from relmodels.core.errors import Problems

__all__ = ["shareable"]

_NEGATIVE: Final = "is negative; a share of a total needs 0 or more: leave losses out or look at them on their own"


def shareable(values: ArrayLike, subject: str) -> FloatArray:
    """Return ``values`` as a read-only ``(n,)`` array of finite amounts of 0 or more, at least one of them.

    Raises:
        InvalidData: naming every row that is not a finite number or is negative, or saying that there are none.

    Examples:
        >>> shareable([3, 0], "ABC analysis").tolist()
        [3.0, 0.0]

    """
    problems = Problems(subject)
    amounts = column(values, "values", problems)
    if not problems and not amounts.size:
        problems.add("values is empty; at least one value is needed")
    check_finite(amounts, "values", problems)
    check_rows(amounts < 0, amounts, "values", _NEGATIVE, problems)
    problems.raise_if_any()
    with np.errstate(over="ignore"):
        if not np.isfinite(amounts.sum()):
            problems.add("values add up to more than a number can hold; state them in thousands or millions")
    problems.raise_if_any()
    return amounts
