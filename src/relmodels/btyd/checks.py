"""What every buy-till-you-die model asks of the arguments of its formulas, said once.

The data come checked from :class:`~relmodels.btyd.summary.PurchaseSummary`; horizons, counts and units come from the
caller at each call. Each function here returns the argument in the form the formulas need or raises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd.distinct import distinct
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import BoolArray, FloatArray
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.core.numbers import number
from relmodels.core.periods import Duration, Rate, Unit, as_unit, force_of_interest, in_unit

__all__ = [
    "a_summary",
    "counts",
    "duration",
    "durations",
    "once",
    "probability",
    "same_unit",
    "sampling_unit",
    "usable_rate",
]


def same_unit(model: object, unit: Unit | None, summary: PurchaseSummary) -> None:
    """Check that parameters in ``unit`` may be used on ``summary``; ``None`` fits any.

    Raises:
        InvalidData: if it is no summary, or in another unit.

    """
    a_summary(summary)
    if unit is not None and unit != summary.unit:
        message = (
            f"{type(model).__name__} has parameters per {unit} but the summary is in {summary.unit}s; "
            f"make the summary with unit={unit!r}, or fit the model to it"
        )
        raise InvalidData(message)


def a_summary(summary: object) -> None:
    """Check that formulas are asked about a summary and not, for example, about a frame.

    Raises:
        InvalidData: if it is something else.

    """
    if not isinstance(summary, PurchaseSummary):
        message = (
            f"a PurchaseSummary is needed, got {type(summary).__name__}; "
            "make one with PurchaseSummary.from_transactions(frame, customer=..., date=...)"
        )
        raise InvalidData(message)


def duration(value: float | Duration, name: str, unit: Unit | None = None) -> float:
    """Return one finite length of time of 0 or more, in ``unit``, the one of a plain number.

    Raises:
        InvalidParameters: if it is not one.

    """
    found = durations(value, name, unit)
    if found.ndim:
        message = f"{name} has shape {found.shape}, a single number is needed here; call once for each {name}"
        raise InvalidParameters(message)
    return float(found)


def durations(values: ArrayLike | Duration, name: str, unit: Unit | None = None) -> FloatArray:
    """Return finite lengths of time of 0 or more, in ``unit``, in the shape they came in.

    Raises:
        InvalidParameters: naming the first that is not one.

    """
    rule = "a finite number of 0 or more"
    plain = cast("ArrayLike", in_unit(values, unit))
    return _numbers(plain, name, lambda found: np.isfinite(found) & (found >= 0), rule)


def counts(values: ArrayLike) -> FloatArray:
    """Return numbers of purchases, whole and 0 or more, in the shape they came in.

    Raises:
        InvalidParameters: naming the first that is not one.

    """
    rule = "a whole number of 0 or more"
    return _numbers(values, "k", lambda found: np.isfinite(found) & (found >= 0) & (found == np.rint(found)), rule)


def probability(value: float) -> float:
    """Return one number between 0 and 1, both excluded.

    Raises:
        InvalidParameters: if it is not one.

    """
    if not 0 < number(value, "probability", "a number between 0 and 1") < 1:
        message = f"probability = {value!r} must lie between 0 and 1; give one half as 0.5"
        raise InvalidParameters(message)
    return float(value)


def usable_rate(rate: float | Rate, unit: Unit, horizon: float | Duration | None) -> float:
    """Return the force of interest per ``unit``; without a horizon it has to be positive.

    Raises:
        InvalidParameters: if the rate is not a rate, or discounts nothing while there is no horizon.

    """
    force = force_of_interest(rate, unit)
    if horizon is None and force <= 0:
        message = f"rate = {rate!r} does not discount an unlimited future; give a positive rate or a finite horizon"
        raise InvalidParameters(message)
    return force


def sampling_unit(model: object, own: Unit | None, asked: Unit | None) -> Unit:
    """Return the unit of simulated data: the model's own, else the one asked for, else the week.

    Raises:
        InvalidParameters: if both are given and differ.

    """
    if asked is None:
        return own or "week"
    if own is not None and own != as_unit(asked):
        message = f"{type(model).__name__} has parameters per {own}, unit={asked!r} asked; leave unit out"
        raise InvalidParameters(message)
    return as_unit(asked)


def once(formula: Callable[..., FloatArray], *columns: FloatArray) -> FloatArray:
    """Return ``formula(*columns)``, evaluated once for each distinct row of the columns, each ``(n,)``."""
    found = distinct(*columns)
    return formula(*(column[found.rows] for column in columns))[found.inverse]


def _numbers(values: ArrayLike, name: str, allowed: Callable[[FloatArray], BoolArray], rule: str) -> FloatArray:
    try:
        raw = np.asarray(values)
    except ValueError:  # lists of different lengths
        raw = np.empty(0, dtype=object)
    if raw.dtype.kind not in "iuf":
        message = f"{name} = {values!r} is not a number; it must be {rule}"
        raise InvalidParameters(message)
    found = raw.astype(np.float64)
    bad = np.flatnonzero(~allowed(found).ravel())
    if bad.size:
        where = name if found.ndim == 0 else f"{name}[{bad[0]}]"
        message = f"{where} = {float(found.ravel()[bad[0]])!r} must be {rule}"
        raise InvalidParameters(message)
    return found
