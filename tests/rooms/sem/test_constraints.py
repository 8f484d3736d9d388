"""Constraints and bounds in fits: what lavaan finds under them, and what is said where they cannot hold."""

import numpy as np
import pytest

import relmodels as rm
from relmodels.sem import PathModel, Survey, bootstrap_paths, expected_moments

MEASURED = "t =~ t1 + a*t2 + b*t3 + t4"


def survey(group: str | None = None) -> Survey:
    """Return answers on a trust of four questions, two causes and an outcome, in two halves."""
    rng = np.random.default_rng(1)
    trust, half = rng.normal(size=300), rng.integers(0, 2, 300)
    data = {f"t{place}": trust * (0.5 + 0.1 * place) + rng.normal(size=300) for place in range(1, 5)}
    data["x"] = rng.normal(size=300) + 0.3 * trust
    data["z"] = rng.normal(size=300)
    data["y"] = 0.4 * data["x"] - 0.2 * data["z"] + rng.normal(size=300)
    data["half"] = half.astype(float)
    return Survey.from_frame(data, ["t1", "t2", "t3", "t4", "x", "z", "y"], group=group)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f"{MEASURED}; a == b; a == b + 0.1", ["where a == b + 0.1 does not hold, while a == b does;"]),
        (f"{MEASURED}; a > 1; a < 0.5", ["where a > 1 does not hold, while a < 0.5 does;"]),
        (f"{MEASURED} + lower(2)*t4 + upper(1)*t4", ["`t =~ t4` > 2", "`t =~ t4` < 1"]),
        (f"{MEASURED}; log(a - 9) == 0", ["log(a - 9) == 0 (no number there)"]),
    ],
)
def test_constraints_that_cannot_hold_are_named(text: str, named: list[str]) -> None:
    """Where the search ends with constraints broken the error says which, and which others hold only just."""
    with pytest.raises(rm.NotConverged, match="constraints that contradict each other") as caught:
        rm.fit(PathModel.parse(text), survey())
    assert all(one in str(caught.value) for one in named)


def test_a_start_that_is_no_table_is_named_under_inequalities() -> None:
    """Inequalities that hold at such a start do not hide what is wrong with it."""
    text = "t =~ t1 + b*t2 + c*t3; t1 ~~ a*t1 + start(-5)*t1; b == c; a > 0.1"
    with pytest.raises(rm.NotConverged, match="imply a table that no data can have"):
        rm.fit(PathModel.parse(text), survey())


def test_bounds_hold_as_in_lavaan() -> None:
    """Paths with bounds are those of lavaan 0.6-14, whose chi-square they have, and a bound that is met is noted."""
    fit = rm.fit(PathModel.parse("y ~ a*x + lower(0)*z"), survey())
    assert [round(fit.value(name), 3) for name in ("y ~ x", "y ~ z")] == [0.418, 0.0]
    assert fit.chi_square == pytest.approx(8.037, abs=5e-4)
    assert [one.text.split(" holds")[0] for one in fit.remarks] == ["`y ~ z` > 0"]
    inside = rm.fit(PathModel.parse("t =~ t1 + lower(0.9)*t2 + upper(1.2)*t3 + t4"), survey())
    assert [round(inside.value(f"t =~ t{place}"), 3) for place in (2, 3, 4)] == [1.398, 1.176, 1.705]
    assert not inside.remarks
    assert inside.df == 2


def test_a_bound_is_that_of_each_group() -> None:
    """The same bound leaves parameters of two groups their own, and one of each group is for that alone."""
    fit = rm.fit(PathModel.parse("y ~ x + z + lower(c(0, -1))*z"), survey("half"))
    assert fit.value("y ~ z", 0) == pytest.approx(0.0, abs=1e-8)
    assert fit.value("y ~ z", 1) == pytest.approx(-0.166, abs=0.03)
    assert [one.text.split(" holds")[0] for one in fit.remarks if one.kind == "limit"] == ["`y ~ z` > 0"]


def test_a_bound_is_met_once_by_parameters_that_are_one() -> None:
    """Loadings held equal across groups have their bound once, and the degrees of freedom count it once."""
    model = PathModel.parse("t =~ t1 + upper(1)*t2 + t3 + t4")
    free, bound = (
        rm.fit(one, survey("half"), equal=["loadings"]) for one in (PathModel.parse("t =~ t1 + t2 + t3 + t4"), model)
    )
    assert bound.df == free.df + 1
    assert bound.value("t =~ t2", 1) == pytest.approx(1.0)


def test_equal_parameters_are_those_of_lavaan() -> None:
    """Two loadings stated to be equal are 1.290 for both, as lavaan 0.6-14 finds."""
    fit = rm.fit(PathModel.parse("t =~ t1 + t2 + equal('t =~ t2')*t3 + t4"), survey())
    assert [round(fit.value(f"t =~ t{place}"), 3) for place in (2, 3, 4)] == [1.290, 1.290, 1.717]
    assert fit.df == 3


def test_definitions_in_constraints_count_with_their_slopes() -> None:
    """A constraint on a defined quantity is that on what defines it, with dots in labels that begin alike."""
    whole = rm.fit(PathModel.parse("t =~ t1 + l*t2 + l.2*t3 + t4; d := l.2 - l; e := 2*d; e == 0.2"), survey())
    plain = rm.fit(PathModel.parse(f"{MEASURED}; 2*(b - a) == 0.2"), survey())
    assert whole.chi_square == pytest.approx(plain.chi_square, rel=1e-9)
    assert [round(one.value, 8) for one in whole.defined()] == [0.1, 0.2]
    assert [one.standard_error for one in whole.defined()] == pytest.approx([0.0, 0.0], abs=1e-7)


def test_what_is_no_number_has_no_error() -> None:
    """A defined quantity without a value has no standard error, nor has what is defined by it."""
    fit = rm.fit(PathModel.parse("y ~ a*x; d := 1/0; e := (0 - a)^0.5; f := d + a"), survey())
    assert all(np.isnan(one.value) and np.isnan(one.standard_error) for one in fit.defined())


def test_a_sum_of_thousands_of_terms_is_defined() -> None:
    """Thousands of terms have the error of their sum."""
    fit = rm.fit(PathModel.parse(f"y ~ a*x; d := {' + '.join(['a'] * 3000)}"), survey())
    (found,) = fit.defined()
    assert found.value == pytest.approx(3000.0 * fit.value("a"))
    assert found.standard_error == pytest.approx(3000.0 * float(fit.errors[fit.place("a")]))


def test_bounds_are_refused_where_nothing_is_estimated() -> None:
    """Expected correlations come from values alone, and the bootstrap would have to break bounds or keep them."""
    with pytest.raises(rm.InvalidParameters, match="bounds"):
        expected_moments(PathModel.parse("t =~ 0.7*t1 + lower(0)*t2"), n=100)
    with pytest.raises(rm.InvalidParameters, match="inequalities"):
        bootstrap_paths(rm.fit(PathModel.parse("y ~ lower(0)*x"), survey()), survey(), draws=10, rng=1)
