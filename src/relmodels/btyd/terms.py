"""What a summary is asked for, and the span of time it covers: checked once, for every engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args

from relmodels.btyd.intake import Negative
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.frames.dates import day_of, written

__all__ = [
    "SUBJECT",
    "Span",
    "Terms",
    "check_some",
    "checked_span",
    "end_day",
    "negative_days",
    "no_dates",
    "terms_of",
    "too_large",
]

SUBJECT: Final = "purchase table"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a summary was asked for: its columns, ends as days from 1970-01-01, and the rule for negative days."""

    customer: str
    date: str
    amount: str | None
    calibration_end: int | None
    observation_end: int | None
    negative: Negative

    @property
    def columns(self) -> tuple[str, str, str | None]:
        """Return the names of the columns of customers, dates and amounts."""
        return self.customer, self.date, self.amount

    @property
    def named(self) -> tuple[str, ...]:
        """Return the names of the columns that are read."""
        return tuple(name for name in self.columns if name is not None)


@dataclass(frozen=True, slots=True)
class Span:
    """The observation as days from 1970-01-01; the calibration ends with the observation if nothing is held out."""

    end: int
    calibration_end: int | None

    @property
    def counted_to(self) -> int:
        """Return the last day of the calibration."""
        return self.end if self.calibration_end is None else self.calibration_end


def terms_of(
    customer: str,
    date: str,
    amount: str | None,
    calibration_end: object,
    observation_end: object,
    negative: Negative,
    problems: Problems,
) -> Terms:
    """Return what a summary is asked for; ends that are no dates are noted in ``problems``.

    Raises:
        InvalidParameters: if ``negative`` is neither ``"raise"`` nor ``"drop"``, or a column is not given by its name.

    """
    _check_names(customer, date, amount)
    if negative not in get_args(Negative):
        message = f"negative = {negative!r} is not a rule; use 'raise' or 'drop'"
        raise InvalidParameters(message)
    split = end_day(calibration_end, "calibration_end", problems)
    end = end_day(observation_end, "observation_end", problems)
    if split is not None and end is not None:
        _check_order(split, end, "given", problems)
    return Terms(customer, date, amount, split, end, negative)


def _check_names(customer: object, date: object, amount: object) -> None:
    # Frames of pandas may have whole numbers as names.
    named = {"customer": customer, "date": date} | ({} if amount is None else {"amount": amount})
    wrong = [f"{role} = {name!r}" for role, name in named.items() if not isinstance(name, str | int)]
    if wrong:
        message = f"{', '.join(wrong)} is not the name of a column; give the name, such as {wrong[0].split()[0]}='id'"
        raise InvalidParameters(message)


def end_day(value: object, name: str, problems: Problems) -> int | None:
    """Return an end as a day from 1970-01-01, ``None`` if it is not given or, noted in ``problems``, not a date."""
    if value is None:
        return None
    day = day_of(value)
    if day is None:
        problems.add(
            f"{name} = {value!r} is not a date; give ISO text such as '2026-11-23', a date or a datetime64 to the day"
        )
    return day


def check_some(rows: int, problems: Problems) -> None:
    """Check that there are rows.

    Raises:
        InvalidData: if there are none, with the faults already in ``problems``.

    """
    if rows == 0:
        problems.add("there are no rows; at least one purchase is needed")
        problems.raise_if_any()


def checked_span(first: int, last: int, terms: Terms, problems: Problems) -> Span:
    """Return the span of a log whose rows go from day ``first`` to ``last``; ends that do not fit are noted."""
    end = last if terms.observation_end is None else terms.observation_end
    if end < first:
        problems.add(
            f"observation_end = {written(end)} lies before the first date, {written(first)}; give a day from then on"
        )
    split = terms.calibration_end
    if split is not None and terms.observation_end is None:
        _check_order(split, end, "the last date of the table", problems)
    if split is not None and split < first:
        problems.add(
            f"calibration_end = {written(split)} lies before the first date, {written(first)}; give a day from then on"
        )
    return Span(end, split)


def _check_order(split: int, end: int, stated: str, problems: Problems) -> None:
    if split >= end:
        problems.add(
            f"calibration_end = {written(split)} does not lie before observation_end = {written(end)} ({stated}); "
            "leave some days for the holdout"
        )


def negative_days(terms: Terms, count: int, shown: list[str]) -> str:
    """Return the sentence that refuses days that net below zero."""
    more = "" if count <= len(shown) else f" and {count - len(shown)} more"
    return (
        f"{SUBJECT}: {terms.amount} nets below zero on {count} day{'s' if count > 1 else ''} of a customer "
        f"({'; '.join(shown)}{more}); correct these rows, or pass negative='drop' to leave such days out"
    )


def no_dates(terms: Terms) -> str:
    """Return the sentence that refuses a table without a usable date."""
    return f"{SUBJECT}: {terms.date} holds no date that can be used; at least one purchase with its date is needed"


def too_large(terms: Terms, where: str) -> str:
    """Return the sentence that refuses amounts that add up to infinity."""
    return (
        f"{SUBJECT}: {terms.amount} in {where} adds up to more than a floating-point number can hold for a customer; "
        "correct these amounts, or give them in a larger unit of money"
    )
