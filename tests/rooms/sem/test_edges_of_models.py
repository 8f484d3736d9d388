"""Edges of models: constraints that repeat, labels that are held, definitions, values that imply no table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import relmodels as rm
from relmodels.core.arrays import FloatArray

MEASURED = "t =~ t1 + t2 + t3; c =~ c1 + c2 + c3; l =~ l1 + l2 + l3"


def answers() -> dict[str, FloatArray]:
    rng = np.random.default_rng(1)
    trust = rng.normal(size=300)
    commitment = 0.5 * trust + rng.normal(size=300)
    loyalty = 0.4 * commitment + 0.3 * trust + rng.normal(size=300)
    return {
        f"{name}{place}": values * (0.6 + 0.2 * place) + rng.normal(size=300)
        for name, values in (("t", trust), ("c", commitment), ("l", loyalty))
        for place in (1, 2, 3)
    }


ANSWERS = answers()
SURVEY = rm.Survey.from_frame(ANSWERS, list(ANSWERS))
SCHOOLS = rm.Survey.from_frame({**ANSWERS, "g": ["a", "b"] * 150}, list(ANSWERS), group="g")


def fitted(text: str, **options: object) -> rm.sem.PathFit:
    return rm.fit(rm.PathModel.parse(text), SURVEY, **options)  # type: ignore[call-overload]


def test_means_can_be_held_equal_on_top_of_intercepts() -> None:
    """The last rung of the ladder has as many degrees of freedom more as there are latent means."""
    model = rm.PathModel.parse("t =~ t1 + t2 + t3; c =~ c1 + c2 + c3")
    scalar = rm.fit(model, SCHOOLS, equal=["loadings", "intercepts"])
    alike = rm.fit(model, SCHOOLS, equal=["loadings", "intercepts", "means"])
    assert (scalar.df, alike.df) == (24, 26)
    assert alike.chi_square >= scalar.chi_square


@pytest.mark.parametrize(
    ("constraints", "df"), [("a == d", 25), ("a == d; d == a", 25), ("a == a", 24), ("a == d; 2*a == 2*d; 1 == 1", 25)]
)
def test_a_constraint_that_repeats_another_counts_once(constraints: str, df: int) -> None:
    """Degrees of freedom grow by the rank of the constraints, not by how often they are written."""
    assert fitted(f"{MEASURED}; c ~ a*t; l ~ b*c + d*t; {constraints}").df == df


def test_a_loading_held_by_two_constraints_that_agree_is_found() -> None:
    """``k == 1`` and ``2*k == 2`` say the same, and the search ends."""
    fit = fitted("t =~ t1 + k*t2 + t3; k == 1; 2*k == 2")
    assert fit.df == 1
    assert fit.value("t =~ t2") == pytest.approx(1.0)


def test_an_equality_is_the_same_however_it_is_written() -> None:
    """A shared label and ``==`` have one test, one count of parameters and one AIC, and nothing is called weak."""
    stated = fitted(f"{MEASURED}; c ~ a*t; l ~ b*c + d*t; a == d")
    shared = fitted(f"{MEASURED}; c ~ a*t; l ~ b*c + a*t")
    assert (stated.df, stated.free_parameters) == (shared.df, shared.free_parameters)
    assert stated.indices().aic == pytest.approx(shared.indices().aic, abs=1e-6)
    assert not stated.remarks


def test_a_held_negative_value_keeps_its_sign_in_constraints() -> None:
    """With k held at -.5, ``b == k^2`` makes b .25."""
    fit = fitted(f"{MEASURED}; c ~ -0.5*t + k*t; l ~ b*c + d*t; b == k^2")
    assert fit.value("b") == pytest.approx(0.25)


def test_a_label_of_a_held_parameter_holds_the_others() -> None:
    """A label that is held once is held everywhere, and two values for one label are refused."""
    fit = fitted("t =~ t1 + 0.5*t2 + k*t2 + k*t3; c =~ c1 + c2 + c3; c ~ t")
    assert (fit.df, fit.value("t =~ t3")) == (10, 0.5)
    with pytest.raises(rm.InvalidParameters, match=r"'k' is held at 0.5 and at 0.7"):
        fitted("t =~ t1 + 0.5*t2 + k*t2 + 0.7*t3 + k*t3")


@pytest.mark.parametrize("definition", ["q := k*b; b < 3", "q := k; b == q^2"])
def test_definitions_know_held_labels(definition: str) -> None:
    """Quantities of labels that are held can be defined beside inequalities and constraints."""
    assert fitted(f"{MEASURED}; c ~ 0.5*t + k*t; l ~ b*c + d*t; {definition}").converged


@pytest.mark.parametrize(
    ("definition", "why"),
    [
        ("q := r*2; r := a", "defined by 'r', which is defined further down"),
        ("q := q + 1", "defined by itself"),
        ("q := a; q := b", "defined twice"),
        ("a := b*2", "the label of a parameter"),
        ("q := log(a, 10)", "log takes one argument"),
        ("q := exp() + a", "exp takes one argument"),
    ],
)
def test_definitions_that_cannot_be_are_refused(definition: str, why: str) -> None:
    """The error names the definition and what is wrong with it."""
    with pytest.raises(rm.InvalidData, match=why):
        rm.PathModel.parse(f"c1 ~ a*t1; l1 ~ b*c1; {definition}")


def test_a_quantity_that_is_no_number_is_a_remark() -> None:
    """A division by 0 gives no number, and the result says so."""
    fit = fitted("c1 ~ a*t1; q := a/0")
    assert [one.text for one in fit.remarks] == ["q := a/0 is no number at the estimates"]


@pytest.mark.parametrize("held", ["t1 ~~ 5*t2", "t ~~ 9*c; t ~~ 1*t; c ~~ 1*c", "t1 ~~ 0*t1; t2 ~~ 0*t2"])
def test_values_that_imply_no_table_are_told(held: str) -> None:
    """Covariances beyond their variances and two perfect items are told as such, with no error of linear algebra."""
    with pytest.raises(rm.NotConverged):
        fitted(f"t =~ t1 + t2 + t3; c =~ c1 + c2 + c3; {held}")


@pytest.mark.parametrize(("held", "chi_square", "df"), [("t ~~ 9*c", 438.408, 9), ("t1 ~~ -2*t2", 50.214, 8)])
def test_covariances_held_beyond_the_usual_start_have_a_minimum(held: str, chi_square: float, df: int) -> None:
    """The search begins with variances that leave room for them, and ends where lavaan 0.6-14 does."""
    fit = fitted(f"t =~ t1 + t2 + t3; c =~ c1 + c2 + c3; {held}")
    assert (fit.df, round(fit.chi_square, 3)) == (df, chi_square)


def test_what_is_stated_of_a_parameter_goes_before_what_its_kind_is() -> None:
    """A value held in one group sets the other free of equal loadings, and the conventions name the exception."""
    model = rm.PathModel.parse("t =~ t1 + c(0.7, NA)*t2 + t3 + c1")
    fit = rm.fit(model, SCHOOLS, equal=["loadings"])
    assert fit.value("t =~ t2", "a") == 0.7
    assert fit.value("t =~ t2", "b") != 0.7
    assert fit.conventions()[-1] == "the same in all groups: loadings, except t =~ t2"
    both = rm.PathModel.parse("t =~ t1 + 0.7*t2 + t3 + c1")
    assert rm.fit(both, SCHOOLS, equal=["loadings"]).conventions()[-1] == "the same in all groups: loadings"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('t =~ t1 + "t =~ t3"*t2 + t3', "the label 't =~ t3' holds = ~, which ends terms or names parameters"),
        ('t =~ t1 + "x;y"*t2 + t3', "the quotation is not closed"),
    ],
)
def test_labels_that_would_be_taken_for_something_else_are_refused(text: str, why: str) -> None:
    """A label cannot look like a parameter or like the end of a statement."""
    with pytest.raises(rm.InvalidData, match=why):
        rm.PathModel.parse(text)


def test_bounds_of_what_is_held_are_refused() -> None:
    """A marker, or a value that is held, has no bounds; all such parameters are named at once."""
    with pytest.raises(rm.InvalidParameters) as caught:
        fitted("t =~ lower(2)*t1 + t2 + t3; t2 ~~ lower(0.5)*0.2*t2")
    assert len(caught.value.problems) == 2
    assert "t =~ t1 is held at 1 and has a bound; leave one of them out" in caught.value.problems[0]


def test_circles_that_multiply_to_one_are_told() -> None:
    """A circle of paths that begins at 1 has no end and implies nothing."""
    with pytest.raises(rm.InvalidParameters, match="circles of paths"):
        fitted("t2 ~ start(1)*l1; l1 ~ start(1)*t2; t2 ~ t1; l1 ~ c1")


@pytest.mark.parametrize("start", ["t1 ~~ start(-5)*t1", "t ~~ start(-1)*t"])
def test_a_start_that_implies_no_table_is_left_for_another(start: str) -> None:
    """The minimum is that from the usual start."""
    plain = fitted("t =~ t1 + t2 + t3; c =~ c1 + c2 + c3")
    other = fitted(f"t =~ t1 + t2 + t3; c =~ c1 + c2 + c3; {start}")
    assert other.chi_square == pytest.approx(plain.chi_square, abs=1e-7)


def test_a_saturated_model_fits_perfectly() -> None:
    """With no degree of freedom CFI is 1 whatever the noise of the baseline."""
    rng = np.random.default_rng(0)
    noise = {name: rng.normal(size=80) for name in "xyz"}
    fit = rm.fit(rm.PathModel.parse("y ~ x + z"), rm.Survey.from_frame(noise, list(noise)))
    assert (fit.df, fit.indices().cfi) == (0, 1.0)


def test_few_answers_have_their_minimum_by_another_way() -> None:
    """Where quadratic steps run off, bounds on variances lead to a minimum: 20 answers of three questions each."""
    rng = np.random.default_rng(5)
    found = 0
    for _ in range(12):
        factors = rng.multivariate_normal([0, 0, 0], [[1, 0.4, 0.4], [0.4, 1, 0.3], [0.4, 0.3, 1]], 20)
        few = {name: factors[:, place // 3] + rng.normal(size=20) for place, name in enumerate(ANSWERS)}
        fit = rm.fit(rm.PathModel.parse(MEASURED), rm.Survey.from_frame(few, list(few)), check=False)
        found += fit.converged
    assert found >= 8


def test_answers_with_gaps_that_bear_no_test_say_so() -> None:
    """Where few answered many questions together the unrestricted likelihood has no bound: no test, but estimates."""
    items = [one for group in rm.morgan_hunt.ITEMS.values() for one in group]
    values = rm.Survey.from_frame(rm.datasets.trust_survey(), items).values.copy()
    values[np.random.default_rng(3).random(values.shape) < 0.2] = np.nan
    survey = rm.Survey.from_frame({name: values[:, place] for place, name in enumerate(items)}, items)
    fit = rm.fit(rm.morgan_hunt.key_mediating(), survey, missing="ml")
    assert np.isnan(fit.chi_square)
    assert fit.errors.max() < 1.0
    assert "no test statistic" in str(fit)
    with pytest.raises(rm.InvalidParameters, match="too few for unrestricted covariances"):
        fit.indices()
    wide = rm.fit(rm.morgan_hunt.measurement(), survey, missing="ml")
    found = rm.sem.compare(wide, fit)
    assert found.chi_square == pytest.approx(2.0 * (wide.log_likelihood - fit.log_likelihood))
    assert np.isnan(found.cfi)


def test_effects_along_circles_are_refused() -> None:
    """Ways that run in a circle have no end, and the error names the variables."""
    fit = fitted("t1 ~ t2 + c1; t2 ~ t1 + l1; t1 ~~ t2", check=False)
    with pytest.raises(rm.InvalidParameters, match="circle through t1, t2"):
        rm.sem.effects(fit, "c1", "t2")


def test_fits_of_other_answers_are_not_compared() -> None:
    """Two surveys of the same size are told apart by their covariances."""
    wide = fitted("t =~ t1 + t2 + t3 + c1")
    other = SURVEY.rows(np.arange(300)[::-1] // 2)
    narrow = rm.fit(rm.PathModel.parse("t =~ t1 + a*t2 + a*t3 + c1"), other)
    with pytest.raises(rm.InvalidParameters, match="of other variables, respondents or divisors"):
        rm.sem.compare(wide, narrow)


@pytest.mark.filterwarnings("error")
def test_a_question_nobody_answered_is_named_without_a_warning() -> None:
    """An empty column in one group is one error, and no warning of numbers comes before it."""
    gaps = SCHOOLS.values.copy()
    gaps[SCHOOLS.group == 1, 0] = np.nan
    columns = {name: gaps[:, place] for place, name in enumerate(SCHOOLS.names)}
    survey = rm.Survey.from_frame({**columns, "g": ["a", "b"] * 150}, SCHOOLS.names, group="g")
    with pytest.raises(rm.InvalidData, match="t1 in group 'b' are all alike, or there are none"):
        rm.fit(rm.PathModel.parse("t =~ t1 + t2 + t3"), survey, missing="ml")


def test_what_lavaan_fills_in_is_filled_in() -> None:
    """A labeled first loading stays at 1, a single item has no error, and covariances are excepted in either order."""
    labeled, plain = fitted("t =~ a*t1 + t2 + t3 + c1"), fitted("t =~ t1 + t2 + t3 + c1")
    assert (labeled.df, labeled.value("a")) == (plain.df, 1.0)
    single = fitted("s =~ t1; c =~ c1 + c2 + c3; c ~ s; l1 ~ c + s")
    observed = fitted("c =~ c1 + c2 + c3; c ~ t1; l1 ~ c + t1")
    assert single.value("t1 ~~ t1") == 0.0
    assert single.value("c ~ s") == pytest.approx(observed.value("c ~ t1"), abs=1e-7)
    model = rm.PathModel.parse("t =~ t1 + t2 + t3; c =~ c1 + c2 + c3; t1 ~~ c1")
    for name in ("t1 ~~ c1", "c1 ~~ t1"):
        assert rm.fit(model, SCHOOLS, equal=["residual_covariances"], free=[name]).df == 14


def test_small_units_do_not_hide_that_answers_are_others() -> None:
    """Variables in millionths of a unit are compared in their own deviations."""
    small = {name: values * 1e-6 for name, values in ANSWERS.items()}
    other = {name: values[np.random.default_rng(2).permutation(300)] for name, values in small.items()}
    wide = rm.fit(rm.PathModel.parse("t =~ t1 + t2 + t3 + c1"), rm.Survey.from_frame(small, list(small)))
    model = rm.PathModel.parse("t =~ t1 + a*t2 + a*t3 + c1")
    narrow = rm.fit(model, rm.Survey.from_frame({**small, "c1": other["c1"]}, list(small)))
    with pytest.raises(rm.InvalidParameters, match="of other variables, respondents or divisors"):
        rm.sem.compare(wide, narrow)


def test_the_order_of_variables_does_not_matter_to_a_comparison() -> None:
    """Models that mention their variables in other orders are compared, by tests and by criteria."""
    wide, narrow = fitted("t1 ~ t2 + c1"), fitted("t1 ~ 0*c1 + t2")
    assert rm.sem.compare(wide, narrow).df == 1
    turned = rm.sem.vuong(wide, fitted("t1 ~ c1 + 0*t2"), SURVEY)
    assert np.isfinite(turned.statistic)
    assert len(rm.sem.information_table({"wide": wide, "narrow": narrow})) == 2


def test_comparisons_without_a_meaning_are_refused() -> None:
    """A wider model that fits worse is no wider one; least squares have no chi-square, and ends of a search no test."""
    wide = fitted("t =~ t1 + t2 + t3 + c1 + c2 + c3")
    narrow = fitted("t =~ t1 + a*t2 + a*t3; c =~ c1 + b*c2 + b*c3")
    with pytest.raises(rm.InvalidParameters, match="fewer parameters fits better"):
        rm.sem.compare(wide, narrow)
    wide, narrow = (fitted(f"t =~ t1 + {label}t2 + {label}t3 + c1", estimator="ULS") for label in ("", "a*"))
    with pytest.raises(rm.InvalidParameters, match="ULS is none of a chi-square"):
        rm.sem.compare(wide, narrow)
    lost = replace(fitted("t =~ t1 + t2 + t3 + c1"), covariance=None)
    with pytest.raises(rm.NotConverged, match="without a minimum"):
        rm.sem.compare(lost, fitted("t =~ t1 + a*t2 + a*t3 + c1"))
