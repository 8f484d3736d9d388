"""The one check for a single number that a caller passes: a rate, a horizon, a margin, a level, a parameter."""

from __future__ import annotations

import math

import numpy as np

from relmodels.core.errors import InvalidParameters

__all__ = ["finite", "is_number", "number", "whole"]


def is_number(value: object) -> bool:
    """Return whether ``value`` is one real number; text, booleans, ``None`` and arrays are none.

    Examples:
        >>> is_number(0.3), is_number("0.3"), is_number(True), is_number([0.3])
        (True, False, False, False)

    """
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def number(value: object, name: str, rule: str) -> float:
    """Return ``value`` as a float.

    Args:
        value: what the caller passed.
        name: how the caller calls it.
        rule: what it must be, for the message.

    Raises:
        InvalidParameters: if it is not one real number.

    Examples:
        >>> number("0.3", "margin", "a share between 0 and 1")
        Traceback (most recent call last):
        relmodels.core.errors.InvalidParameters: margin = '0.3' is not a number; it must be a share between 0 and 1

    """
    if not is_number(value):
        message = f"{name} = {value!r} is not a number; it must be {rule}"
        raise InvalidParameters(message)
    return float(value)  # type: ignore[arg-type]


def finite(value: object, name: str, rule: str) -> float:
    """Return ``value`` as a float that is neither infinite nor not a number.

    Raises:
        InvalidParameters: if it is not one finite real number.

    Examples:
        >>> finite(float("nan"), "gain", "an amount")
        Traceback (most recent call last):
        relmodels.core.errors.InvalidParameters: gain = nan is not a finite number; it must be an amount

    """
    found = number(value, name, rule)
    if not math.isfinite(found):
        message = f"{name} = {value!r} is not a finite number; it must be {rule}"
        raise InvalidParameters(message)
    return found


def whole(value: object, name: str, least: int) -> int:
    """Return ``value`` as a whole number of at least ``least``.

    Raises:
        InvalidParameters: if it is none.

    Examples:
        >>> whole(2.5, "draws", 1)
        Traceback (most recent call last):
        relmodels.core.errors.InvalidParameters: draws = 2.5 is not a whole number of at least 1

    """
    if not is_number(value) or value != (found := int(value) if math.isfinite(value) else least - 1) or found < least:  # type: ignore[arg-type, call-overload]
        message = f"{name} = {value!r} is not a whole number of at least {least}"
        raise InvalidParameters(message)
    return found
