"""Numbers as a manager reads them: no more digits than mean something, and words for units."""

from __future__ import annotations

import math
from datetime import date

from relmodels.core.periods import Unit

__all__ = ["amount", "amounts", "count", "day", "log_likelihood", "number", "percent", "span", "times"]


def count(value: float) -> str:
    """Return a whole number with thousands set off, ``2,357``."""
    return f"{value:,.0f}"


def number(value: float) -> str:
    """Return a number with about three digits that matter, ``0.243``, ``4.41``, ``39``, ``1,234``."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{min(places, 6)}f}"


def percent(share: float) -> str:
    """Return a share in per cent, with a decimal where a whole number would hide it, ``41 %`` or ``0.4 %``."""
    value = 100 * share
    if 0 < value < 1 or 99 < value < 100:
        return f"{value:.1f}\u202f%"
    return f"{value:.0f}\u202f%"


def amount(value: float, currency: str) -> str:
    """Return money, to the unit from 1,000 on and to the hundredth below 100, ``$1,234`` or ``$35.20``."""
    places = 2 if 0 < abs(value) < 100 else 0
    return f"{currency}{value:,.{places}f}"


def amounts(low: float, high: float, currency: str) -> str:
    """Return a range of money with as many digits at both ends, ``$33 – $1,499``."""
    places = 2 if 0 < high < 100 else 0
    return f"{currency}{low:,.{places}f} – {currency}{high:,.{places}f}"


def log_likelihood(value: float) -> str:
    """Return a log-likelihood with one decimal and a true minus sign, ``−9,582.4``."""
    return f"{value:,.1f}".replace("-", "−")


def times(value: float) -> str:
    """Return a mean number of purchases, ``1.2`` or ``0.04``."""
    return f"{value:.1f}" if value >= 0.95 else f"{value:.2f}"


def span(value: float, unit: Unit) -> str:
    """Return a length of time in words, ``1 week`` or ``38.9 weeks``."""
    shown = f"{value:,.0f}" if value >= 100 or value == round(value) else f"{value:.1f}"
    return f"{shown} {unit}{'' if shown == '1' else 's'}"


def day(value: date) -> str:
    """Return a date as ``30 September 1997``."""
    return f"{value.day} {value:%B} {value.year}"
