"""Rates and durations keep their meaning when the unit changes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relmodels.core.errors import InvalidParameters
from relmodels.core.periods import DAYS, Duration, Rate, as_unit, convert, discount_factors, force_of_interest, in_unit

UNITS = st.sampled_from(sorted(DAYS))
RATES = st.floats(-0.5, 3.0)


@given(st.floats(0, 1e6), UNITS, UNITS)
def test_conversion_there_and_back_changes_nothing(duration, unit, to):
    """A duration converted to another unit and back is the same to rounding."""
    assert convert(convert(duration, unit, to), to, unit) == pytest.approx(duration, rel=1e-14)


def test_a_year_has_the_mean_length_of_the_calendar():
    """A year is 365.2425 days, twelve months, four quarters; a week is seven days."""
    assert convert(1, "year", to="day") == 365.2425
    assert convert(1, "year", to="month") == 12
    assert convert(1, "year", to="quarter") == 4
    assert convert(1, "week", to="day") == 7


@given(st.integers(0, 10_000))
def test_whole_months_quarters_and_years_stay_whole(count):
    """What is a whole number of months, quarters or years is one exactly, so that occasions can be counted in them."""
    assert convert(12 * count, "month", to="year") == count
    assert convert(3 * count, "month", to="quarter") == count
    assert convert(count, "year", to="quarter") == 4 * count


@given(st.floats(0, 1e6), UNITS, UNITS)
def test_a_duration_is_converted_where_a_number_is_not(value, unit, to):
    """A duration becomes a number of the unit asked for; a plain number is taken to be in it, whatever it is."""
    assert in_unit(Duration(value, unit), to) == convert(value, unit, to)
    assert in_unit(value, to) == value
    assert in_unit("52", to) == "52"


def test_a_duration_needs_a_unit_to_become_a_number():
    """Without a unit of the data or the model a duration is refused with the remedy, a number is not."""
    assert in_unit(52, None) == 52
    with pytest.raises(InvalidParameters, match="12 months cannot be converted, as the model has no unit"):
        in_unit(Duration(12, "month"), None)


def test_durations_are_said_in_words():
    """A duration prints as it is spoken, for ever included."""
    assert [str(Duration(value, "week")) for value in (1, 1.5, math.inf)] == ["1 week", "1.5 weeks", "inf weeks"]
    assert Duration(math.inf, "week").to("day") == math.inf


@pytest.mark.parametrize("value", [-1, math.nan, "12", None, True, [12]])
def test_a_duration_is_a_number_of_zero_or_more(value):
    """Negative and missing lengths, text and lists are refused."""
    with pytest.raises(InvalidParameters, match=r"duration = .* must be a number of 0 or more"):
        Duration(value, "week")


def test_a_duration_is_of_a_unit():
    """An unknown unit is refused with the known ones, whichever of the two it is."""
    with pytest.raises(InvalidParameters, match="use one of day"):
        Duration(1, "fortnight")  # type: ignore[arg-type]
    with pytest.raises(InvalidParameters, match="use one of day"):
        Duration(1, "week").to("fortnight")  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["weeks", "", None, 7, "Week"])
def test_unknown_units_are_refused_with_the_known_ones(value):
    """A unit that is none of the five is named together with the five."""
    with pytest.raises(InvalidParameters, match="use one of day, week, month, quarter, year"):
        as_unit(value)


@given(RATES, UNITS, UNITS)
def test_money_grows_as_fast_in_any_unit(value, unit, per):
    """The force of interest over one year is the same whatever unit it is stated in."""
    rate = Rate(value, per=per)
    assert rate.force(unit) * convert(1, "year", to=unit) == pytest.approx(rate.force("year"), rel=1e-12, abs=1e-15)


@given(RATES)
def test_a_plain_number_is_effective_per_year(value):
    """A number and the effective yearly rate of that value discount alike, and per_year gives the value back."""
    assert force_of_interest(value, "week") == Rate(value).force("week")
    assert Rate(value).per_year == pytest.approx(value, rel=1e-12, abs=1e-15)


def test_the_published_weekly_rate_is_fifteen_per_cent_a_year():
    """The continuous rate 0.0027 a week printed by Fader, Hardie & Lee (2005) is their 15 per cent a year."""
    assert Rate(0.0027, per="week", kind="continuous").per_year == pytest.approx(0.15, abs=0.002)


def test_continuous_and_effective_rates_differ_by_the_logarithm():
    """An effective rate i and the continuous rate ln(1 + i) are the same rate."""
    assert Rate(math.log1p(0.1), kind="continuous").force("day") == pytest.approx(Rate(0.1).force("day"), rel=1e-14)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"value": math.nan}, "is not a finite number"),
        ({"value": math.inf, "kind": "continuous"}, "is not a finite number"),
        ({"value": True}, "is not a number"),
        ({"value": -1.0}, "must exceed -1"),
        ({"value": 0.1, "per": "weeks"}, "is not a time unit"),
        ({"value": 0.1, "kind": "nominal"}, "is not a kind of rate"),
    ],
)
def test_impossible_rates_are_refused(arguments, said):
    """A rate that is not finite, loses everything, or names an unknown period or kind raises."""
    with pytest.raises(InvalidParameters, match=said):
        Rate(**arguments)


def test_a_continuous_rate_may_be_below_minus_one():
    """Continuously compounded, -2 per year is a decline to e to the -2, not an impossibility."""
    assert discount_factors(Rate(-2.0, kind="continuous"), [1], "year")[0] == pytest.approx(math.exp(2))


@given(st.lists(st.floats(0, 40), min_size=1, max_size=10), RATES, UNITS)
def test_discount_factors_multiply_over_time(times, rate, unit):
    """The factor of a sum of times is the product of their factors, and it is 1 at once."""
    factors = discount_factors(rate, times, unit)
    assert factors.shape == (len(times),)
    assert discount_factors(rate, [0.0], unit)[0] == 1.0
    total = discount_factors(rate, [sum(times)], unit)[0]
    assert math.log(total) == pytest.approx(float(np.log(factors).sum()), rel=1e-9, abs=1e-9)


def test_discount_factors_keep_the_shape_of_the_times():
    """A table of times gives a table of factors."""
    assert discount_factors(0.1, [[0, 1], [2, 3]], "year").shape == (2, 2)
