"""The syntax: what it says, its errors with the character, and the way back to text."""

import re

import pytest

import relmodels as rm
from relmodels.sem import PathModel
from relmodels.sem.expressions import evaluate, gradient, names_in
from relmodels.sem.syntax import statements

TEXT = """
# what is measured
trust =~ NA*t1 + start(0.8)*a*t2 + c(1.0, NA)*t3   ! three items
commitment =~ c1 + c2 +
              c3
commitment ~ b*trust; loyalty ~ b*commitment + 0.5*trust
t1 ~~ t2
loyalty ~ 1
indirect := a*b
a == b^2
b > 0
"""


def test_all_parts_are_understood():
    """Loadings, paths, covariances, means, labels, held and freed values, starts, groups, definitions, constraints."""
    model = PathModel.parse(TEXT)
    assert model.latent == ("trust", "commitment")
    assert model.observed == ("t1", "t2", "t3", "c1", "c2", "c3", "loyalty")
    rows = {(row.left, row.operator, row.right): row for row in model.rows}
    assert rows["trust", "=~", "t1"].freed(0)
    assert (rows["trust", "=~", "t2"].start(0), rows["trust", "=~", "t2"].label(0)) == (0.8, "a")
    assert (rows["trust", "=~", "t3"].held(0), rows["trust", "=~", "t3"].held(1)) == (1.0, None)
    assert rows["trust", "=~", "t3"].freed(1)
    assert rows["loyalty", "~", "trust"].held(0) == 0.5
    assert model.means
    assert model.groups_named() == 2
    assert [one.operator for one in model.relations] == [":=", "==", ">"]
    assert len(model.table()) == len(model.rows)


def test_text_and_model_are_the_same():
    """Written out and read again a model is equal, modifiers and relations and all."""
    model = PathModel.parse(TEXT)
    assert PathModel.parse(model.to_text()) == model


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("trust =~ t1 t2", 1, 13, "a plus or the end of the line"),
        ("y ~ x\ntrust t1", 2, 9, "an operator is expected"),
        ("y ~ foo(2)*x", 1, 5, "is no modifier"),
        ("y ~ 2", 1, 5, "only ~ 1 and ~ 0 have one"),
        ("y ~ c(1, 2*x", 1, 11, "a comma or a closing parenthesis"),
        ("y ~ start(0.5)x", 1, 15, "a star is expected"),
        ("a+b := c", 1, 1, "a name of its own"),
        ("y ~ a*", 1, 7, "a variable is expected"),
        ('y ~ label("q)*x', 1, 11, "the quotation is not closed"),
    ],
)
def test_errors_point_at_the_character(text, line, column, said):
    """The message has line and column, and a mark under the place in the text."""
    with pytest.raises(rm.InvalidData, match=said) as caught:
        statements(text)
    assert f"line {line}, column {column}:" in str(caught.value)
    shown, mark = str(caught.value).splitlines()[1:3]
    assert len(mark) - 4 == column
    assert shown[4:] == text.splitlines()[line - 1]


def test_models_that_contradict_themselves_are_refused():
    """What is stated twice, what causes itself, and labels nobody has, all at once."""
    with pytest.raises(rm.InvalidData) as caught:
        PathModel.parse("y ~ x + a*z; x ~~ w; w ~~ x; y ~ y; q := a*b")
    assert len(caught.value.problems) == 3
    with pytest.raises(rm.InvalidData, match="no statement"):
        PathModel.parse("# nothing")
    with pytest.raises(rm.InvalidData, match="is not understood"):
        PathModel.parse("y ~ a*x; q := __import__(a)")
    with pytest.raises(rm.InvalidData, match="a number or a label is expected here"):
        PathModel.parse("y ~ a*x; q := a*")


def test_expressions_have_exact_derivatives():
    """Products, powers and functions, and what has no value."""
    values = {"a": 2.0, "b": 3.0}
    assert names_in("a*b + exp(a)") == ("a", "b")
    assert gradient("a^3*b - sqrt(b)/a", values)["a"] == pytest.approx(36.0 + 3.0**0.5 / 4.0, rel=1e-14)
    assert evaluate("log(a - b)", values) != evaluate("log(a - b)", values)
    assert evaluate("1/(a - 2)", values) != evaluate("1/(a - 2)", values)
    assert evaluate("abs(-a)", values) == 2.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("f = x1 + x2", "line 1, column 3: an operator is expected"),
        ("a =~ b + c; d ~~ + e", "line 1, column 18: a variable is expected"),
        ("f =~ x1 + x2\nx1 | t1", "line 2, column 4: thresholds are estimated and not stated"),
    ],
)
def test_errors_point_at_the_character_of_the_line(text, message):
    """A missing operator, what stands after a semicolon and thresholds are marked where they stand."""
    with pytest.raises(rm.InvalidData, match=re.escape(message)):
        rm.PathModel.parse(text)


def test_a_line_that_begins_with_a_plus_goes_on():
    """Terms may stand below each other, with the plus before or after the break, and comments between."""
    below = rm.PathModel.parse("f =~ x1\n   + x2 # the second\n\n   + x3; y ~ f")
    assert below == rm.PathModel.parse("f =~ x1 +\n x2 +\n x3\ny ~ f") == rm.PathModel.parse("f =~ x1 + x2 + x3; y ~ f")
