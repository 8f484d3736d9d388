"""Where to cut a history that comes without a holdout, so that its forecast can be tested all the same."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from relmodels.btyd.summary import PurchaseSummary

__all__ = ["split_day"]

_FEWEST_DAYS: Final = 56


def split_day(summary: PurchaseSummary) -> date | None:
    """Return the last day of the first two thirds of the history; ``None`` if it has no dates or is under eight weeks.

    Two thirds are a convention of ours: long enough to fit, and a third is left to test.

    Examples:
        >>> log = {"who": ["Ann", "Ann", "Bob"], "day": ["2026-01-01", "2026-03-02", "2026-04-01"]}
        >>> split_day(PurchaseSummary.from_transactions(log, customer="who", date="day"))
        datetime.date(2026, 3, 2)

    """
    intake = summary.intake
    if intake is None or intake.calibration_end is not None:
        return None
    days = (intake.observation_end - intake.start).days
    return None if days < _FEWEST_DAYS else intake.start + timedelta(days=2 * days // 3)
