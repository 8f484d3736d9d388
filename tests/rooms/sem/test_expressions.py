"""Arithmetic over labels against Python's own, its derivatives against differences, and what is refused where."""

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import relmodels as rm
from relmodels.sem.expressions import evaluate, gradient, misread, names_in

NAMES = {"exp": math.exp, "log": math.log, "sqrt": math.sqrt, "abs": abs}
LABELS = ("a", "b", "c")
# Of the derivative, or of 1: differences over steps of 1e-6 are rounded the more the larger values are.
DIFFERENCE = 1e-4
LARGEST = 1e3

numbers = st.sampled_from(["0.5", "2", "3.0", ".25", "1e-1"])
texts = st.recursive(
    st.one_of(st.sampled_from(LABELS), numbers),
    lambda inner: st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from(["+", "-", "*", "/"]), inner),
        st.builds("({})**{}".format, inner, st.sampled_from(["2", "3", "-1", "0.5", "b", "2**-1"])),
        st.builds("({})".format, inner),
        st.builds("{}{}".format, st.sampled_from(["-", "- ", "+"]), inner),
        st.builds("{}({})".format, st.sampled_from(sorted(NAMES)), inner),
    ),
    max_leaves=8,
)
values = st.fixed_dictionaries({name: st.floats(0.3, 2.5) for name in LABELS})


def of_python(text: str, at: dict[str, float]) -> float:
    """Return what Python makes of an expression; ``nan`` if it is no number, or a complex one."""
    try:
        found = eval(text, {"__builtins__": {}}, {**NAMES, **at})  # noqa: S307  # of our own making
    except (ValueError, ZeroDivisionError, OverflowError):
        return math.nan
    return found if isinstance(found, int | float) and math.isfinite(found) else math.nan


@given(text=texts, at=values)
@settings(max_examples=300)
def test_expressions_are_worth_what_python_makes_of_them(text: str, at: dict[str, float]) -> None:
    """Signs, powers, products, sums, parentheses and functions bind as in Python, with ^ as with two stars."""
    expected = of_python(text, at)
    for written in (text, text.replace("**", "^")):
        assert evaluate(written, at) == pytest.approx(expected, rel=1e-12, nan_ok=True)


@given(text=texts, at=values)
@settings(max_examples=300)
def test_derivatives_are_the_limits_of_differences(text: str, at: dict[str, float]) -> None:
    """The derivative by each label is what small steps to both sides make of the value."""
    found = gradient(text, at)
    assert set(found) == set(names_in(text))
    for name, slope in found.items():
        steps = [{**at, name: at[name] + step} for step in (-2e-6, -1e-6, 1e-6, 2e-6)]
        far, low, high, over = (of_python(text, one) for one in steps)
        here, there = (high - low) / 2e-6, (over - far) / 4e-6
        if abs(of_python(text, at)) < LARGEST and abs(here - there) < 1e-2 * DIFFERENCE * max(1.0, abs(here)):
            assert slope == pytest.approx(here, rel=DIFFERENCE, abs=DIFFERENCE)


@pytest.mark.parametrize("text", ["1/0", "(0 - a)^0.5", "log(a - a)", "exp(1000*a)", "1/(a - a) * 0", "1e308*10*a"])
def test_what_is_no_number_has_no_derivative(text: str) -> None:
    """Roots and logarithms of what has none, divisions by 0 and what is too large are no numbers, and no slopes."""
    assert math.isnan(evaluate(text, {"a": 1.0}))
    assert all(math.isnan(slope) for slope in gradient(text, {"a": 1.0}).values())


@pytest.mark.parametrize(
    ("text", "slope"),
    [("a^0", 0.0), ("a^1", 1.0), ("a^2", 0.0), ("2^a", math.log(2.0)), ("abs(a)", 1.0), ("0^a", None)],
)
def test_powers_have_derivatives_at_zero(text: str, slope: float | None) -> None:
    """At 0 powers have the slope of their formula, the size that to the right, and 0 to a changing power none."""
    found = gradient(text, {"a": 0.0})["a"]
    assert math.isnan(found) if slope is None else found == pytest.approx(slope)


def test_a_search_can_begin_at_the_foot_of_a_root() -> None:
    """At 0, where a root rises without end, it has the slope of a point just beside it."""
    assert gradient("sqrt(a)", {"a": 0.0})["a"] == pytest.approx(0.5e15)
    assert gradient("a^0.5", {"a": 0.0})["a"] == pytest.approx(0.5e15)


def test_expressions_may_be_long_and_deep() -> None:
    """Three thousand terms and as many parentheses are read and differentiated."""
    labels = [f"a{place}" for place in range(3000)]
    at = dict.fromkeys(labels, 1.0)
    assert evaluate(" + ".join(labels), at) == 3000.0
    assert set(gradient("*".join(labels), at).values()) == {1.0}
    assert gradient("(" * 3000 + "a0^2" + ")" * 3000, at) == {"a0": 2.0}


@pytest.mark.parametrize("label", ["lambda", "if", "in", "is", "True", "None", "l.2", "µ1", "exp", "β"])
def test_labels_may_be_any_words(label: str) -> None:
    """Words that Python keeps for itself, dots, letters of all kinds and names of functions are labels like others."""
    assert names_in(f"2*{label} - {label}^2") == (label,)
    assert evaluate(f"2*{label}", {label: 3.0}) == 6.0


@pytest.mark.parametrize(
    ("text", "at", "what"),
    [
        ("", 0, "a number or a label is expected here"),
        ("a*", 2, "a number or a label is expected here"),
        ("a*/b", 2, "a number or a label is expected here"),
        ("()", 1, "a number or a label is expected here"),
        ("a b", 2, "an operator is expected here"),
        ("2a", 1, "an operator is expected here"),
        ("a(b)", 0, "a() is not understood"),
        ("(a", 0, "this parenthesis is not closed"),
        ("(a*(b)", 0, "this parenthesis is not closed"),
        ("a)", 1, "this parenthesis was not opened"),
        ("a, b", 1, "a comma has no meaning here"),
        ("exp(a, b)", 5, "exp takes one argument"),
        ("exp()", 4, "exp takes one argument"),
        ("a = b", 2, "'=' is not understood"),
    ],
)
def test_faults_of_expressions_have_a_place(text: str, at: int, what: str) -> None:
    """What is wrong is said of the character where it is, and an expression that is used names it too."""
    found = misread(text)
    assert found is not None
    assert found[0].startswith(what)
    assert found[1] == at
    with pytest.raises(rm.InvalidData, match=re.escape(f"{text!r} is no expression, character {at + 1}: {what}")):
        names_in(text)
