"""The texts that frame the report: how to read it, what it leaves out, and what no model of this kind can tell."""

from __future__ import annotations

from typing import Final

from relmodels.report.findings import Study
from relmodels.report.format import count, percent

__all__ = ["CLASSES", "MODEL", "TRUST", "how_to_read", "limits", "notices"]

MODEL: Final = (
    "Two simple stories are fitted to the purchases. Their parameters describe all customers together; "
    "what is known about the single customer is added by what they did."
)
TRUST: Final = (
    "The test that counts: the model is shown the first part of the history only, and its forecast is held against "
    "the rest."
)
CLASSES: Final = (
    "Customers are lined up by value. Those who bring the first 80\u202f% are class A, the next 15\u202f% class B, the "
    "last 5\u202f% class C; whoever carries the sum across a line still belongs to the better class. "
    "The lines are custom, not law."
)

_COUNTING: Final = (
    "Purchases are counted by day; the first one makes a customer, every later day with a purchase is a repeat. "
    "A customer who falls silent may have left for good or may only be slow: nobody sees which. "
    "The model weighs the two for each customer, from how often and how lately they bought."
)
_NO_TEST: Final = (
    "The forecast could not be tested against later purchases: the history is too short for it, or comes without dates."
)
_ONE_TIME_SPEND: Final = (
    "What one-time buyers spend. They have no repeat purchase to learn from and get the average spend of all, "
    "which may lie above that of many repeat buyers."
)
_COSTS: Final = (
    "What customers cost. Service, returns and advertising are not in the value unless the margin covers them."
)
_CHANGE: Final = (
    "What changes from outside: prices, campaigns, seasons, competitors. The forecast carries the past forward."
)
_NEW: Final = "What new customers will bring. All totals are about the customers on file."
_CAUSES: Final = "Why customers leave, or what would keep them. A place on the list is not a cause."
_CERTAINTY: Final = (
    "More certainty than the data have. The ranges of single customers hold the parameters at their estimates; "
    "with few customers the truth is wider."
)


def how_to_read(study: Study) -> tuple[str, ...]:
    """Return the paragraphs at the head of the report."""
    expected = (
        "Expected numbers are averages: 0.3 expected purchases mean that ten such customers will make about three "
        "together. P(alive) is the probability that someone is still a customer today. "
        f"A range holds the outcome with a probability of {percent(study.top.level)}. "
        "Every picture comes with a paragraph that says what it means here."
    )
    return (_COUNTING, expected)


def notices(study: Study) -> tuple[str, ...]:
    """Return what the reader has to know first: what is missing from this report, and why."""
    found: list[str] = []
    if study.no_value is not None:
        found.append(f"This report is about purchases only and says nothing about value: {study.no_value}.")
    if study.check is None:
        found.append(_NO_TEST)
    return tuple(found)


def limits(study: Study) -> tuple[str, ...]:
    """Return what the report cannot tell."""
    once = count((study.summary.frequency == 0).sum())
    left = (
        "Whether those who bought once have left. In this model a customer leaves only after a repeat purchase, so "
        f"P(alive) is 100\u202f% for the {once} one-time buyers. Read their expected purchases instead."
    )
    money = () if study.value is None else (_ONE_TIME_SPEND, _COSTS)
    return (left, *money, _CHANGE, _NEW, _CAUSES, _CERTAINTY)
