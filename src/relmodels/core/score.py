"""A judgment on a scale, with who gave it, how, and when."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from relmodels.core.personal import PERSONAL_ID
from relmodels.core.record import Record

__all__ = ["Score"]


class Score(Record):
    """A judgment on a scale.

    Attributes:
        value: between the ends of the scale.
        scale_min: the lower end.
        scale_max: the upper end.
        method: how it was found: a survey, a rating, a formula.
        respondent: the party who gave it.
        as_of: the day for which it holds.

    Examples:
        >>> Score(value=5, scale_min=1, scale_max=7).normalized.__round__(3)
        0.667

    """

    value: float
    scale_min: float = 0.0
    scale_max: float = 10.0
    method: Annotated[str, Field(max_length=1000)] = ""
    respondent: Annotated[UUID | None, PERSONAL_ID] = None
    as_of: date | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.scale_min < self.scale_max:
            message = (
                f"scale_max = {self.scale_max} is not above scale_min = {self.scale_min}; give the ends of the scale"
            )
            raise ValueError(message)
        if not self.scale_min <= self.value <= self.scale_max:
            message = f"value = {self.value} lies outside its scale from {self.scale_min} to {self.scale_max}"
            raise ValueError(message)
        return self

    @property
    def normalized(self) -> float:
        """Return the judgment as a share of the scale, from 0 to 1."""
        return (self.value - self.scale_min) / (self.scale_max - self.scale_min)
