"""Records read back what they wrote and name every fault of what they are given."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from relmodels.core.errors import InvalidData
from relmodels.core.record import Record


class Stage(Record):
    """A stage of a plan."""

    name: str
    score: Annotated[float, Field(ge=0, le=1)] = 0.5


class Plan(Record):
    """A plan with stages."""

    title: str
    budget: Decimal = Decimal(0)
    due: date | None = None
    stages: tuple[Stage, ...] = ()


STAGES = st.builds(Stage, name=st.text(max_size=9), score=st.floats(0, 1))
PLANS = st.builds(
    Plan,
    title=st.text(max_size=20),
    budget=st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9),
    due=st.none() | st.dates(),
    stages=st.lists(STAGES, max_size=4).map(tuple),
)


@given(PLANS)
def test_json_there_and_back_changes_nothing(plan):
    """A record read from its own JSON equals itself, to the last digit."""
    assert Plan.from_json(plan.to_json()) == plan
    assert Plan.from_json(plan.to_json().encode()) == plan


def test_every_fault_is_named_with_its_path_and_value():
    """Missing, unknown, mistyped and out-of-range fields of one text are all named at once."""
    text = '{"budget": "ten", "stages": [{"name": 3, "score": 2.5, "extra": 1}], "owner": "Anna"}'
    with pytest.raises(InvalidData) as caught:
        Plan.from_json(text)
    said = "\n".join(caught.value.problems)
    assert "Plan: title is missing" in said
    assert "Plan: budget = 'ten' is not usable" in said
    assert "Plan: stages[0].name = 3 is not usable: input should be a valid string" in said
    assert "Plan: stages[0].score = 2.5 is not usable: input should be less than or equal to 1" in said
    assert "Plan: stages[0].extra is not a field" in said
    assert "Plan: owner is not a field; the fields are title, budget, due, stages" in said
    assert len(caught.value.problems) == 6


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "{'title': 1}", b"\xff\xfe", "[" * 500])
def test_what_is_no_json_object_is_refused(text):
    """Text that is not JSON, or not an object, raises InvalidData."""
    with pytest.raises(InvalidData, match="Plan"):
        Plan.from_json(text)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_not_finite_are_refused(number):
    """JSON that smuggles in a number that is not finite raises."""
    with pytest.raises(InvalidData, match="score"):
        Stage.from_json(f'{{"name": "a", "score": {number}}}')


def test_large_texts_are_refused_before_they_are_read():
    """A text above the limit is refused by its length, and the limit can be raised."""
    text = Plan(title="a" * 100).to_json()
    with pytest.raises(InvalidData, match="at most 50 is read"):
        Plan.from_json(text, largest=50)
    assert Plan.from_json(text, largest=1000).title == "a" * 100


def test_long_values_are_shortened_in_messages():
    """A message never repeats a long foreign value in full."""
    with pytest.raises(InvalidData) as caught:
        Stage.from_json(f'{{"name": {list(range(1000))}}}')
    assert len(str(caught.value)) < 200


def test_records_are_frozen_and_convert_nothing():
    """A field cannot be assigned, and text is not taken for a number."""
    stage = Stage(name="a")
    with pytest.raises(ValidationError, match="frozen"):
        stage.name = "b"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="valid number"):
        Stage(name="a", score="0.5")  # type: ignore[arg-type]


def test_the_reason_of_a_records_own_check_is_passed_on():
    """A sentence raised by a record's own validator is the sentence the reader gets."""
    from pydantic import field_validator, model_validator

    class Dated(Record):
        start: int
        end: int

        @field_validator("start")
        @classmethod
        def _positive(cls, value):
            if value < 0:
                message = "A start lies after zero"
                raise ValueError(message)
            return value

        @model_validator(mode="after")
        def _ordered(self):
            if self.end < self.start:
                message = "end lies before start; swap them"
                raise ValueError(message)
            return self

    with pytest.raises(InvalidData, match=r"^Dated: end lies before start; swap them$"):
        Dated.from_json('{"start": 2, "end": 1}')
    with pytest.raises(InvalidData, match=r"^Dated: start = -2 is not usable: a start lies after zero$"):
        Dated.from_json('{"start": -2, "end": 1}')
