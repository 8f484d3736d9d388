"""Errors say everything at once and survive a process pool."""

import pickle

import pytest

from relmodels.core.errors import (
    InvalidData,
    InvalidParameters,
    MissingExtra,
    NotConverged,
    NotIdentified,
    Problems,
    RelmodelsError,
)


@pytest.mark.parametrize("error", [InvalidData, InvalidParameters, NotIdentified, NotConverged, MissingExtra])
def test_every_error_is_caught_by_the_common_ancestor(error):
    """One except clause for RelmodelsError catches every error of the library."""
    assert issubclass(error, RelmodelsError)


def test_faults_of_the_input_are_value_errors():
    """Code that knows nothing of relmodels catches bad input as ValueError and a missing library as ImportError."""
    assert issubclass(InvalidData, ValueError)
    assert issubclass(InvalidParameters, InvalidData)
    assert issubclass(MissingExtra, ImportError)


def test_one_problem_is_printed_as_a_sentence():
    """A single fault is the whole message, without a list around it."""
    assert str(InvalidData("age[0] = -1.0 is negative")) == "age[0] = -1.0 is negative"


@pytest.mark.parametrize("several", [["first", "second"], ("first", "second")])
def test_several_problems_are_printed_as_a_list(several):
    """Several faults are counted and listed one a line, and kept as a tuple."""
    error = InvalidData(several)
    assert str(error) == "2 problems:\n  - first\n  - second"
    assert error.problems == ("first", "second")


def test_collector_raises_everything_it_found_under_its_subject():
    """Problems raises one error whose sentences each start with the subject."""
    problems = Problems("plan")
    assert not problems
    problems.add("goal is empty")
    problems.add("budget = -1 is negative")
    assert problems
    with pytest.raises(InvalidParameters) as caught:
        problems.raise_if_any(InvalidParameters)
    assert caught.value.problems == ("plan: goal is empty", "plan: budget = -1 is negative")


def test_collector_without_problems_raises_nothing():
    """An input without faults passes."""
    problems = Problems("plan")
    problems.raise_if_any()
    assert problems.found == []


def test_missing_extra_gives_the_command_that_installs_it():
    """The message of a missing library can be pasted into a shell."""
    error = MissingExtra("matplotlib", "plot")
    assert str(error) == "matplotlib is not installed; install it with: pip install 'relmodels[plot]'"
    assert (error.library, error.extra) == ("matplotlib", "plot")


@pytest.mark.parametrize(
    "error",
    [
        InvalidData(["first", "second"]),
        InvalidParameters("r = -1.0 must be a positive number"),
        NotIdentified("a and b cannot be told apart"),
        MissingExtra("matplotlib", "plot"),
        NotConverged("the slope is still 3.2", {"status": "stopped"}),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_survive_pickling(error):
    """An error that crosses a process pool arrives with its type, message and attributes."""
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  the bytes were made on this line
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)
