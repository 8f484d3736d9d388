"""What lavaan understands beyond plain terms: quotations, equals, bounds, arithmetic, chains; and what is refused."""

import re

import pytest

import relmodels as rm
from relmodels.sem import PathModel

SAME = [
    ('y ~ "a"*x', "y ~ a*x"),
    ("y ~ 'a'*x", "y ~ a*x"),
    ('y ~ ""*x', "y ~ x"),
    ("y ~ 0.5?x", "y ~ start(0.5)*x"),
    ("y ~ 0.5?a*x", "y ~ start(0.5)*x + a*x"),
    ("y ~ c(.1, .2)?x", "y ~ start(.1, .2)*x"),
    ("y ~ start(c(.1, 1/4))*x", "y ~ start(.1, .25)*x"),
    ('y ~ label(c("a", "b"))*x', "y ~ c(a, b)*x"),
    ("y ~ (1/2)*x", "y ~ 0.5*x"),
    ("y ~ 1/2*x", "y ~ 0.5*x"),
    ("y ~ sqrt(0.25)*x", "y ~ 0.5*x"),
    ("y ~ - 0.5*x + -.5*z", "y ~ -0.5*x + -0.5*z"),
    ("y ~ 2*3*x", "y ~ 6*x"),
    ("y ~ c(1 - 0.5, -2*3)*x", "y ~ c(0.5, -6)*x"),
    ("y ~ 0", "y ~ 0*1"),
    ("y ~ 0 + x", "y ~ 0*1 + x"),
    ("y ~ 1 + 2*x", "y ~ 1; y ~ 2*x"),
    ("y ~ a*x; 0 < a < 1", "y ~ a*x; 0 < a; a < 1"),
    ("y ~ a*x + b*z; a == b == 1", "y ~ a*x + b*z; a == b; b == 1"),
    ("y ~ a*x; a >= 0; a <= 1", "y ~ a*x; a > 0; a < 1"),
    ("f =~ x1 + x2 + equal('f=~x2')*x3", "f =~ x1 + f.by.x2*x2 + f.by.x2*x3"),
    ("f =~ x1 + equal('f =~ x3')*x2 + b*x3", "f =~ x1 + b*x2 + b*x3"),
    ("f =~ x1 + x2 + equal('f=~x2')*x3 + equal('f=~x3')*x4", "f =~ x1 + f.by.x2*x2 + f.by.x2*x3 + f.by.x2*x4"),
    ("y ~ x + equal('y~x')*z; y.on.x := 1", "y ~ y.on.x_*x + y.on.x_*z; y.on.x := 1"),
    ("x ~~ z; v ~~ equal('z ~~ x')*w", "x ~~ x.with.z*z; v ~~ x.with.z*w"),
    ("y + z ~ x; w ~ equal('z ~ x')*x", "y ~ x; z ~ z.on.x*x; w ~ z.on.x*x"),
]


@pytest.mark.parametrize(("text", "plain"), SAME)
def test_shorter_forms_mean_what_longer_ones_do(text: str, plain: str) -> None:
    """Quotations, questions, arithmetic, chains and equals are other ways to state what can be said without them."""
    assert PathModel.parse(text) == PathModel.parse(plain)


@pytest.mark.parametrize(
    "text",
    [
        *(text for text, _ in SAME),
        'y ~ l.2*x + "a b"*z + lambda*w; d := l.2^2 + lambda - `a b`',
        'y ~ \'say "a"\'*x + "NA"*z',
        "y ~ c(1, a)*x + c(NA, 2)*z",
        'y ~ c(a, "")*x + c(0.5, NA)*z + c(b, c)*z',
        "y ~ NA*x + 0.5*x + start(NA, 0.3)*z",
        "y ~ lower(0.1)*x + upper(c(1, NA))*x + lower(-1/3)*1",
    ],
)
def test_all_forms_are_written_so_that_they_read_the_same(text: str) -> None:
    """Labels that are no words, bounds, starts and values for groups come back from text as they were."""
    model = PathModel.parse(text)
    assert PathModel.parse(model.to_text()) == model


def test_bounds_are_part_of_a_row() -> None:
    """Bounds are for all groups or for each, and rows without them have none."""
    bounded, plain = PathModel.parse("y ~ lower(0.1)*x + upper(c(1, NA))*x + z").rows
    assert bounded.bounded
    assert not plain.bounded
    assert [(bounded.lower(group), bounded.upper(group)) for group in (0, 1)] == [(0.1, 1.0), (0.1, None)]
    assert plain.lower(0) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("c <~ x5 + x6", "line 1, column 3: composites, which are made of their items, are no part of this model"),
        ("x1 ~*~ x1", "line 1, column 4: scales of answers on a few steps are set"),
        ("y ~ x2:x3", "line 1, column 7: products of variables are not made here; add the product to the data"),
        ("group: 1\ny ~ x", "line 1, column 1: blocks are not offered; one model is of all groups"),
        ("y ~ -a*x", "line 1, column 6: 'a' is no number"),
        ("y ~ a*x; y ~ log(0)*z", "line 1, column 14: log(0) is no number"),
        ("y ~ 1 - 0.5*x", "line 1, column 7: a plus or the end of the line is expected"),
        ("y ~ (1/2*x", "line 1, column 5: this parenthesis is not closed"),
        ("y ~ start(a)*x", "line 1, column 11: a number is expected in start()"),
        ("y ~ label(1)*x", "line 1, column 11: a name is expected in label()"),
        ("y ~ equal(c(a, b))*x", "line 1, column 5: equal() takes one parameter in quotation marks"),
        ("y ~ x\nz ~ equal('y ~ w')*x", "line 2, column 5: equal('y ~ w'): no such parameter is stated"),
        ("y ~ a*x + b*z + equal('y ~ x')*z", "parameters that are stated to be equal have the labels a and b"),
        ("y ~ 'a'x", "line 1, column 8: a star is expected after a quoted label"),
        ("y ~ a*x; q := a*", "line 1, column 17: a number or a label is expected here"),
        ("y ~ a*x; a < < 1", "line 1, column 14: an expression is expected after <"),
        ("y ~ a*x; d := True - a", "'True' is no label; the labels are a, d"),
    ],
)
def test_what_has_no_meaning_here_is_refused_with_what_to_do(text: str, message: str) -> None:
    """The error has line and character, and says what is wrong and what may stand there."""
    with pytest.raises(rm.InvalidData, match=re.escape(message)):
        PathModel.parse(text)
