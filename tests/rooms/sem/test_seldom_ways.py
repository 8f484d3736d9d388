"""Ways through the workshop that few take: corrected tests under constraints, surveys of other groups, no minimum."""

import numpy as np
import polars as pl
import pytest

import relmodels as rm
from relmodels.sem import patterns, saturated
from tests.oracles.test_lavaan_sem import DATA

NAMES = [*(f"x{number}" for number in range(1, 10)), "ageyr"]
FRAME = pl.read_csv(DATA / "holzinger_swineford_1939.csv", null_values="NA")
SURVEY = rm.Survey.from_frame(FRAME, NAMES)
SCHOOLS = rm.Survey.from_frame(FRAME, NAMES, group="school")
ONE = rm.PathModel.parse("visual =~ x1 + x2 + x3 + x4")


@pytest.mark.parametrize(
    ("estimator", "corrected", "baseline", "errors"),
    [("MLR", 57.868, 268.598, (0.046, 0.042, 0.149)), ("MLM", 53.081, 258.635, (0.041, 0.038, 0.118))],
)
def test_corrections_under_constraints_with_causes_as_they_are(estimator, corrected, baseline, errors):
    """Values of lavaan 0.6-14, for MLM with `fixed.x = FALSE`: the spread of all moments is taken, not given causes."""
    model = rm.PathModel.parse("speed =~ x7 + x8 + x9; speed ~ a*ageyr + b*x1; x2 ~ c*x1 + speed; a == 2*c")
    fit = rm.fit(model, SURVEY, estimator=estimator)
    assert fit.df == 8
    assert fit.chi_square == pytest.approx(54.715, abs=5e-4)
    assert fit.value("a") == pytest.approx(2.0 * fit.value("c"), abs=1e-9)
    found = fit.indices(corrected=True)
    assert found.chi_square == pytest.approx(corrected, abs=5e-4)
    assert found.baseline_chi_square == pytest.approx(baseline, abs=5e-4)
    shown = [fit.standard_error(name) for name in ("speed ~ ageyr", "speed ~ x1", "x2 ~ speed")]
    assert shown == pytest.approx(errors, abs=5e-4)


def test_surveys_of_other_groups_are_refused():
    """Scores, likelihoods, bootstraps and robust indices need the groups of the fit, and say which these are."""
    fit = rm.fit(ONE, SCHOOLS)
    for work in (rm.sem.factor_scores, rm.sem.case_log_likelihoods, rm.sem.modification_indices):
        with pytest.raises(rm.InvalidData, match="Grant-White"):
            work(fit, SURVEY)
    with pytest.raises(rm.InvalidData, match="pass the survey it was made of"):
        rm.sem.bootstrap_paths(fit, SURVEY, 10, rng=1)


def test_tables_without_means_have_no_scores():
    """Factor scores count from means, which a table may lack."""
    table = rm.SampleMoments.from_covariance(SURVEY.moments().of(ONE.observed).covariance[0], ONE.observed, n=301)
    with pytest.raises(rm.InvalidParameters, match="no means to count from"):
        rm.sem.factor_scores(rm.fit(ONE, table), SURVEY)


def test_a_search_for_likely_covariances_that_does_not_end_is_told(monkeypatch):
    """Where rounds run out nothing is said of the likelihood, only that it was not found and what to do."""
    values = SURVEY.of(NAMES[:4]).values.copy()
    values[np.random.default_rng(1).random(values.shape) < 0.3] = np.nan
    monkeypatch.setattr(saturated, "_ROUNDS", 2)
    with pytest.raises(rm.InvalidData, match="not found in 2 rounds"):
        saturated.saturated(patterns.patterns_of(values / np.nanstd(values, axis=0)))


def test_the_interval_of_an_intraclass_correlation():
    """Shrout and Fleiss's six targets and four judges: .17, with the usual interval from -.13 to .72."""
    judged = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    found = rm.sem.intraclass(judged.ravel().astype(float), [target for target in "abcdef" for _ in range(4)])
    assert found.single == pytest.approx(0.17, abs=0.005)
    assert found.interval() == pytest.approx((-0.133, 0.723), abs=5e-4)
    with pytest.raises(rm.InvalidParameters, match="is not between 0 and 1"):
        found.interval(1.0)


@pytest.mark.parametrize(
    ("fixed", "chi_square", "paths"), [(True, 39.538, (0.146, 0.189)), (False, 37.148, (0.158, 0.147))]
)
def test_generalized_least_squares_with_observed_causes(fixed, chi_square, paths):
    """Values of lavaan 0.6-14 with `fixed.x = TRUE`, and with its default for GLS, which is random causes."""
    text = "speed =~ x7 + x8 + x9; speed ~ ageyr + x1; x2 ~ x1 + speed"
    fit = rm.fit(rm.PathModel.parse(text, fixed_causes=fixed), SURVEY, estimator="GLS")
    assert (fit.df, round(fit.chi_square, 3)) == (7, chi_square)
    assert [fit.value(name) for name in ("speed ~ ageyr", "x2 ~ speed")] == pytest.approx(paths, abs=5e-4)
