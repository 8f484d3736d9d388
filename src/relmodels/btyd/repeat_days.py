"""The days of repeat purchases, read again from the log that a summary was made of.

A summary holds how often everybody bought, which is all that models without covariates need. Where rates change in time
the days themselves matter.
"""

from __future__ import annotations

import numpy as np

from relmodels.btyd.covariate_checks import Customers
from relmodels.btyd.covariate_frames import in_memory, places
from relmodels.btyd.customer_days import CustomerDays
from relmodels.btyd.summary import PurchaseSummary
from relmodels.btyd.terms import Terms
from relmodels.btyd.transactions import net_days, read_log
from relmodels.core.arrays import AnyArray, IntArray
from relmodels.core.errors import InvalidData, Problems
from relmodels.frames.columns import row_list
from relmodels.frames.dates import written
from relmodels.frames.identifiers import Identifiers

__all__ = ["customers_of", "repeat_days"]


def customers_of(summary: object) -> Customers:
    """Return who is in a summary and the days between which they are observed.

    Raises:
        InvalidData: if it is no summary, or was not made from transactions and so has no dates.

    """
    if not isinstance(summary, PurchaseSummary):
        message = (
            f"a PurchaseSummary is needed, got {type(summary).__name__}; "
            "make one with PurchaseSummary.from_transactions(frame, customer=..., date=...)"
        )
        raise InvalidData(message)
    if summary.intake is None or summary.customer is None or summary.first is None:
        message = (
            "covariates that change in time need a summary made by from_transactions, which knows the days of first "
            "purchases and the end; make a panel of all its customers, and take() rows of the panel instead"
        )
        raise InvalidData(message)
    first = np.asarray(summary.first).astype("datetime64[D]").astype(np.int64)
    read, end = summary.intake, (summary.intake.end - written(0)).days
    terms = Terms(*read.columns, calibration_end=None, observation_end=end, negative=read.negative)
    return Customers(np.asarray(summary.customer), first, end, terms)


def repeat_days(
    summary: PurchaseSummary, transactions: object, of: Customers, problems: Problems
) -> tuple[IntArray, IntArray]:
    """Return the customer and the day of each repeat purchase until the end, each ``(k,)``, sorted.

    A log that is not the one of the summary is noted in ``problems``.

    Args:
        summary: made by from_transactions.
        transactions: the log it was made of.
        of: the customers of ``summary``.
        problems: faults found so far.

    Raises:
        InvalidData: if days of the log net below zero, which those of the summary's log did not.

    """
    nothing = np.empty(0, dtype=np.int64)
    days = _days(transactions, of, problems)
    if days is None:
        return nothing, nothing
    found, labels = days
    place = places(Identifiers(found.codes, labels), of.customer, "the customer of the transactions", problems)
    if place.size != found.codes.size:
        return nothing, nothing
    _note_other(summary, found, place, of, problems)
    is_repeat = np.ones(found.day.size, dtype=np.bool_)
    is_repeat[found.starts] = False
    row = np.repeat(place, found.counts)
    is_repeat &= row >= 0
    return row[is_repeat], (found.day.astype(np.int64) + found.origin)[is_repeat]


def _note_other(
    summary: PurchaseSummary, found: CustomerDays, place: IntArray, of: Customers, problems: Problems
) -> None:
    """Note the customers whose days in the log are not those of the summary: their number and the first of them."""
    known = place >= 0
    counts, first = np.zeros(len(summary)), np.zeros(len(summary), dtype=np.int64)
    counts[place[known]] = found.counts[known]
    first[place[known]] = found.day[found.starts][known].astype(np.int64) + found.origin
    other = (counts != summary.frequency + 1.0) | (first != of.first)
    many = int(np.count_nonzero(other))
    if many:
        problems.add(
            f"the transactions are not those of the summary: the purchase days of {many:,} "
            f"customer{'s' if many > 1 else ''} differ (summary {row_list(other)}); pass the log it was made of"
        )


def _days(transactions: object, of: Customers, problems: Problems) -> tuple[CustomerDays, AnyArray | None] | None:
    """Return the purchase days until the end, with the identifiers their codes stand for; faults are noted."""
    before = len(problems.found)
    log = read_log(in_memory(transactions), of.terms, problems)
    if len(problems.found) > before:
        return None
    if log.rows == 0 or int(log.day.min()) > of.end:
        problems.add("there are no transactions until the end of observation; pass the log the summary was made of")
        return None
    return net_days(log, of.end, of.terms).days, log.customer.labels
