"""Differences that take the answers: what does not matter to them, what they are over samples, and what is refused."""

from typing import Any

import numpy as np
import pytest

import relmodels as rm
from relmodels.drivers import morgan_hunt
from relmodels.sem.difference import scale_at_narrow

THEORY = "f =~ a1 + a2 + a3; g =~ b1 + b2 + b3; g ~ f"
EQUAL = "f =~ a1 + a2 + a3; g =~ b1 + c*b2 + c*b3; g ~ f"
NAMES = rm.PathModel.parse(THEORY).observed


def answers(count: int = 400, seed: int = 3, *, steps: bool = False) -> dict[str, np.ndarray]:
    """Return answers with two loadings of a construct alike, skewed or on three steps."""
    rng = np.random.default_rng(seed)
    cause = rng.normal(size=count)
    known = {"a": cause, "b": 0.5 * cause + 0.8 * rng.normal(size=count)}
    found = {name: 0.8 * known[name[0]] + 0.6 * rng.normal(size=count) for name in NAMES}
    return {name: np.digitize(one, [-0.2, 1.0]) if steps else np.exp(0.8 * one) for name, one in found.items()}


def survey(table: dict[str, np.ndarray]) -> rm.Survey:
    return rm.Survey.from_frame(table, NAMES)


def fitted(text: str, data: rm.Survey, estimator: Any, **options: Any) -> rm.sem.PathFit:
    return rm.fit(rm.PathModel.parse(text), data, estimator=estimator, **options)


@pytest.mark.parametrize("estimator", ["MLMV", "DWLS", "ULSMV"])
def test_units_and_the_order_of_variables_do_not_matter(estimator):
    """A question times a thousand, and a narrow model that mentions the constructs in another order."""
    table = answers()
    data = survey(table)
    found = rm.sem.compare(*(fitted(text, data, estimator) for text in (THEORY, EQUAL)), survey=data)
    turned = "g =~ b1 + c*b2 + c*b3; f =~ a1 + a2 + a3; g ~ f"
    other = rm.sem.compare(fitted(THEORY, data, estimator), fitted(turned, data, estimator), survey=data)
    assert other.chi_square == pytest.approx(found.chi_square, rel=1e-7)
    if estimator != "ULSMV":
        table["a1"] = 1000.0 * table["a1"]
        data = survey(table)
        grown = rm.sem.compare(*(fitted(text, data, estimator) for text in (THEORY, EQUAL)), survey=data)
        assert grown.chi_square == pytest.approx(found.chi_square, rel=1e-6)


def test_the_same_models_written_otherwise_have_the_same_difference():
    """Constructs in the unit of a question or with a variance of 1, and labels or equalities, make no difference."""
    data = survey(answers(steps=True))
    first = rm.sem.compare(*(fitted(text, data, "WLSMV") for text in (THEORY, EQUAL)), survey=data)
    wide = fitted("f =~ NA*a1 + a2 + a3; g =~ NA*b1 + b2 + b3; g ~ f; f ~~ 1*f; g ~~ 1*g", data, "WLSMV")
    narrow = fitted("f =~ a1 + a2 + a3; g =~ b1 + c*b2 + d*b3; g ~ f; c == d", data, "WLSMV")
    second = rm.sem.compare(wide, narrow, survey=data)
    assert second.df == first.df == 1
    assert second.chi_square == pytest.approx(first.chi_square, rel=1e-5)


@pytest.mark.parametrize(("estimator", "steps"), [("WLSMV", True), ("MLMV", False)])
def test_the_mean_and_variance_are_those_of_a_chi_square(estimator, steps):
    """Over 150 samples in which the narrow model holds, the mean is near 2 and few are beyond the .05 limit."""
    narrow, drawn = "f =~ a1 + c*a2 + c*a3; g =~ b1 + d*b2 + d*b3; g ~ f", []
    for seed in range(150):
        data = survey(answers(300, seed, steps=steps))
        drawn.append(rm.sem.compare(*(fitted(text, data, estimator) for text in (THEORY, narrow)), survey=data))
    assert {one.df for one in drawn} == {2}
    assert np.mean([one.chi_square for one in drawn]) == pytest.approx(2.0, abs=0.45)
    assert np.mean([one.p_value < 0.05 for one in drawn]) < 0.11


def test_models_that_are_not_nested_are_refused():
    """A model with fewer parameters and another residual covariance fits worse and is no part of the wide one."""
    table = answers()
    table["a1"] = table["a1"] + 0.5 * table["b1"]
    data, others = survey(table), (f"{THEORY}; a1 ~~ b1", f"{EQUAL}; a1 ~~ b2")
    wide, narrow = (fitted(text, data, "MLMV") for text in others)
    with pytest.raises(rm.InvalidParameters, match="cannot imply the moments that the narrower one does"):
        rm.sem.compare(wide, narrow, survey=data)
    wide, narrow = (fitted(text, data, "MLR") for text in others)
    with pytest.raises(rm.InvalidParameters, match="are not nested"):
        scale_at_narrow(wide, narrow, data)


def test_what_else_is_refused():
    """No survey, another one, means in one of two fits, and statistics without a chi-square, each say what to do."""
    data, other = survey(answers(steps=True)), survey(answers(seed=4, steps=True))
    wide, narrow = (fitted(text, data, "WLSMV") for text in (THEORY, EQUAL))
    with pytest.raises(rm.InvalidParameters, match="WLSMV are shifted, and their difference takes the answers; pass"):
        rm.sem.compare(wide, narrow)
    for wrong in (other, data.rows(np.arange(200))):
        with pytest.raises(rm.InvalidData, match="pass the survey it was made of"):
            rm.sem.compare(wide, narrow, survey=wrong)
    numbers = survey(answers())
    with_means = fitted(EQUAL, numbers, "MLMV", means=True)
    with pytest.raises(rm.InvalidParameters, match="fit the other with means=True"):
        rm.sem.compare(fitted(THEORY, numbers, "MLMV"), with_means, survey=numbers)
    plain = [fitted(text, numbers, "ULS") for text in (THEORY, EQUAL)]
    with pytest.raises(rm.InvalidParameters, match="ULS is none of a chi-square"):
        rm.sem.compare(plain[0], plain[1], survey=numbers)


def test_the_four_criteria_have_a_test_of_ordinal_answers_with_the_survey():
    """Without the survey the last row has no number by MLMV, and with it the chance of the difference."""
    own = rm.Survey.from_frame(
        rm.datasets.trust_survey(), [one for items in morgan_hunt.ITEMS.values() for one in items]
    )
    theory, rival = (
        rm.fit(model, own, estimator="MLMV") for model in (morgan_hunt.key_mediating(), morgan_hunt.rival())
    )
    without, with_it = morgan_hunt.compared(theory, rival), morgan_hunt.compared(theory, rival, survey=own)
    assert np.isnan(np.asarray(without.column("theory"))[-1])
    assert 0.0 < np.asarray(with_it.column("theory"))[-1] < 1.0
