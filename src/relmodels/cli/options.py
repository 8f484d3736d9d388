"""What the options of the command line may be; all of it is checked before a file is opened."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import get_args

from relmodels.btyd.intake import Negative
from relmodels.core.errors import InvalidParameters
from relmodels.core.periods import DAYS
from relmodels.frames.dates import day_of

__all__ = ["Rules", "check"]


@dataclass(frozen=True, slots=True)
class Rules:
    """How purchases are counted, as given on the command line.

    Attributes:
        unit: the unit of time.
        negative: what happens to days on which refunds exceed purchases.
        calibration_end: the last day the models see; ``None`` holds nothing out.
        observation_end: the last day of the records; ``None`` for the last date of the file.

    """

    unit: str
    negative: str
    calibration_end: str | None = None
    observation_end: str | None = None


def check(rules: Rules, *, horizon: float | None, discount_rate: float, margin: float) -> None:
    """Refuse options that are out of range, all of them together.

    Raises:
        InvalidParameters: if there is one.

    """
    problems = [
        *_about_counting(rules),
        *_about_money(discount_rate, margin),
        *([] if horizon is None or 0 < horizon < math.inf else [_horizon(horizon)]),
    ]
    if problems:
        raise InvalidParameters(problems)


def _about_counting(rules: Rules) -> list[str]:
    problems: list[str] = []
    if rules.unit not in DAYS:
        problems.append(f"--unit {rules.unit!r} is not a time unit; use one of {', '.join(DAYS)}")
    if rules.negative not in get_args(Negative):
        problems.append(f"--negative {rules.negative!r} is unknown; use one of {', '.join(get_args(Negative))}")
    ends = {"--calibration-end": rules.calibration_end, "--observation-end": rules.observation_end}
    problems += [
        f"{name} {end!r} is not a date; write it as 2026-11-23"
        for name, end in ends.items()
        if end is not None and day_of(end) is None
    ]
    return problems


def _about_money(discount_rate: float, margin: float) -> list[str]:
    problems: list[str] = []
    if not -1 < discount_rate < math.inf:
        problems.append(f"--discount-rate {discount_rate:g} is not a rate above -1; give fifteen per cent as 0.15")
    if not 0 < margin <= 1:
        problems.append(f"--margin {margin:g} is not a share above 0 and up to 1; give thirty per cent as 0.3")
    return problems


def _horizon(horizon: float) -> str:
    return f"--horizon {horizon:g} is not a length of time above 0; leave it out to look one year ahead"
