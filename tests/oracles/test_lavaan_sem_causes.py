"""Corrected tests of models whose observed causes are taken as they are, against lavaan 0.6-14, fixed.x = TRUE."""

from typing import Any

import polars as pl
import pytest

import relmodels as rm
from tests.oracles.test_lavaan_sem import DATA, HOLZINGER

TEXT = "f =~ x7 + x8 + x9; f ~ x1 + x2"
# Of MLR: test statistic, degrees of freedom, scaling, and the last two of the model in which nothing is related.
STORED: dict[str, tuple[dict[str, Any], tuple[float, int, float, int, float]]] = {
    "plain": ({}, (40.4363036757, 4, 0.9571272951, 9, 0.9875866871)),
    "means": ({"means": True}, (40.4363036759, 4, 0.9571280731, 9, 0.9875866871)),
    "schools": ({"means": True}, (44.8353990466, 8, 0.9787565872, 18, 0.9887752725)),
    "schools alike": (
        {"means": True, "equal": ["loadings", "regressions"]},
        (48.8692897132, 12, 0.9952389180, 18, 0.9887752725),
    ),
    "missing": ({"missing": "ml"}, (37.4185600727, 4, 0.8375972177, 9, 0.9774759333)),
}
# The search of lavaan stops short of the minimum.
SCALING = 5e-6


def survey_of(case: str) -> rm.Survey:
    name = "holzinger_mcar10" if case == "missing" else HOLZINGER
    frame = pl.read_csv(DATA / f"{name}.csv", null_values="NA").drop_nulls(["x1", "x2"])
    names = rm.PathModel.parse(TEXT).observed
    return rm.Survey.from_frame(frame, names, group="school" if "schools" in case else None)


@pytest.mark.parametrize("case", STORED)
def test_moments_of_causes_are_none_that_the_model_could_miss(case):
    """The correction of MLR agrees with lavaan's to 5e-6, of the model and of the one in which nothing is related."""
    options, (chi_square, df, scaling, base_df, base_scaling) = STORED[case]
    fit = rm.fit(rm.PathModel.parse(TEXT), survey_of(case), estimator="MLR", **options)
    assert fit.chi_square == pytest.approx(chi_square, abs=1e-6)
    assert (fit.df, fit.baseline.df) == (df, base_df)
    assert fit.scaling == pytest.approx(scaling, rel=SCALING)
    assert fit.baseline.scaling == pytest.approx(base_scaling, rel=SCALING)


@pytest.mark.parametrize("estimator", ["MLR", "MLM", "MLMV"])
def test_causes_as_they_are_and_random_ones_have_one_corrected_test(estimator):
    """Estimates, errors, scaling and shift do not depend on whether the causes' own moments are parameters."""
    survey = survey_of("plain")
    held = rm.fit(rm.PathModel.parse(TEXT), survey, estimator=estimator)
    free = rm.fit(rm.PathModel.parse(TEXT, fixed_causes=False), survey, estimator=estimator)
    assert (held.chi_square, held.scaling, held.shift) == pytest.approx((free.chi_square, free.scaling, free.shift))
    for name in ("f ~ x1", "f ~ x2", "f =~ x8"):
        assert held.value(name) == pytest.approx(free.value(name), rel=1e-7)
        assert held.standard_error(name) == pytest.approx(free.standard_error(name), rel=1e-6)
