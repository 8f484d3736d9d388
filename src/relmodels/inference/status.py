"""How a search for the best parameters can end, one sentence for each way."""

from __future__ import annotations

from enum import Enum

__all__ = ["Status"]


class Status(Enum):
    """The end of a search; the value is a sentence for people.

    Examples:
        >>> Status.CONVERGED.value
        'the search ended at a maximum of the likelihood'

    """

    CONVERGED = "the search ended at a maximum of the likelihood"
    FLAT = "the likelihood is flat in a direction: the data cannot tell some parameters apart"
    RUNAWAY = "the likelihood keeps rising towards the edge of a parameter's domain: there is no interior maximum"
    STALLED = "no step improved the likelihood, although its gradient is not zero"
    EXHAUSTED = "the search used up its steps before it reached a maximum"
    NOT_FINITE = "the likelihood is not finite where the search began"
