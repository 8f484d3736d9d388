"""Models neither of which contains the other: criteria, and Vuong's test by respondents."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import stats

import relmodels as rm
from relmodels.core.arrays import FloatArray
from relmodels.sem import case_log_likelihoods, information_table, vuong
from tests.oracles.test_lavaan_sem import DATA


def chain(seed: int = 1, cases: int = 300) -> rm.Survey:
    """Return answers in which a moves b and b moves c."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=cases)
    b = 0.6 * a + rng.normal(size=cases)
    return rm.Survey.from_frame({"a": a, "b": b, "c": 0.6 * b + rng.normal(size=cases)}, ["a", "b", "c"])


def fitted(text: str, survey: rm.Survey, **options: object) -> rm.sem.PathFit:
    return rm.fit(rm.PathModel.parse(text, fixed_causes=False), survey, **options)  # type: ignore[call-overload]


def holed(survey: rm.Survey) -> rm.Survey:
    values = survey.values.copy()
    values[np.random.default_rng(2).random(values.shape) < 0.2] = np.nan
    return rm.Survey.from_frame({name: values[:, place] for place, name in enumerate(survey.names)}, survey.names)


def test_likelihoods_of_respondents_are_those_of_the_normal_distribution() -> None:
    """Each is the logarithm of the density of what was answered, and all add up to that of the fit."""
    for survey, options in ((chain(), {}), (holed(chain()), {"missing": "ml"})):
        fit = fitted("b ~ a; c ~ b", survey, **options)
        found = case_log_likelihoods(fit, survey)
        assert np.nansum(found) == pytest.approx(fit.log_likelihood, abs=1e-7)
        means: FloatArray = np.asarray(fit.observed_mean if fit.implied_mean is None else fit.implied_mean)[0]
        row = int(np.flatnonzero(~np.isnan(found))[5])
        answers = survey.of(fit.names).values[row]
        seen = np.flatnonzero(~np.isnan(answers))
        density = stats.multivariate_normal(means[seen], fit.implied[0][np.ix_(seen, seen)])
        assert found[row] == pytest.approx(density.logpdf(answers[seen]), abs=1e-10)


def test_the_chain_that_made_the_answers_is_preferred() -> None:
    """Vuong's statistic is the mean difference by its error, and speaks for the model that is nearer."""
    survey = chain()
    first, second = fitted("b ~ a; c ~ b", survey), fitted("b ~ a; c ~ a", survey)
    found = vuong(first, second, survey, ("the chain", "the fork"))
    apart = case_log_likelihoods(first, survey) - case_log_likelihoods(second, survey)
    assert found.statistic == pytest.approx(apart.sum() / (np.sqrt(300) * apart.std()), rel=1e-10)
    assert found.statistic > 3.0
    assert "the chain" in found.sentence
    table = information_table({"chain": first, "fork": second})
    assert np.asarray(table.column("akaike_weight"))[0] > 0.99
    assert np.asarray(table.column("aic"))[0] == pytest.approx(first.indices().aic)
    assert np.asarray(table.column("sabic"))[1] == pytest.approx(second.indices().sabic)


def test_what_cannot_be_set_against_each_other_is_named() -> None:
    """Other variables, other respondents, estimators without a likelihood and equal models are told."""
    survey = chain()
    fit = fitted("b ~ a; c ~ b", survey)
    with pytest.raises(rm.InvalidParameters, match="small is of other variables"):
        information_table({"whole": fit, "small": fitted("b ~ a", survey)})
    with pytest.raises(rm.InvalidParameters, match="other is of other variables or respondents"):
        information_table({"whole": fit, "other": fitted("b ~ a; c ~ b", chain(7))})
    with pytest.raises(rm.InvalidParameters, match="rough is by GLS, which has no likelihood"):
        information_table({"whole": fit, "rough": fitted("b ~ a; c ~ b", survey, estimator="GLS")})
    with pytest.raises(rm.InvalidParameters, match="no fit was given"):
        information_table({})
    with pytest.raises(rm.InvalidData, match="nothing to test"):
        vuong(fit, fitted("a ~ b; c ~ b", survey), survey)
    with pytest.raises(rm.InvalidData, match="pass the survey they are of"):
        vuong(fit, fitted("b ~ a; c ~ a", survey), survey.rows(np.arange(200)))
    held = rm.fit(rm.PathModel.parse("b ~ a; c ~ a"), survey)
    with pytest.raises(rm.InvalidParameters, match="fixed_causes=False"):
        vuong(fit, held, survey)
    squares = rm.fit(rm.sem.PLSSpec(rm.PathModel.parse("x =~ a\ny =~ b + c\ny ~ x")), survey)
    with pytest.raises(rm.InvalidParameters, match="vuong needs a PathFit"):
        vuong(squares, fit, survey)  # type: ignore[arg-type]


def test_likelihoods_of_pupils_are_those_of_lavaan() -> None:
    """Values of lavaan 0.6-14, `lavInspect(fit, "loglik.casewise")` with means, of pupils 1, 2, 150 and 301."""
    frame = pl.read_csv(DATA / "holzinger_swineford_1939.csv", null_values=["NA"])
    survey = rm.Survey.from_frame(frame, [f"x{number}" for number in range(1, 10)])
    three = rm.PathModel.parse("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9")
    two = rm.PathModel.parse(f"g =~ {' + '.join(survey.names)}\ns =~ x7 + x8 + x9\ng ~~ 0*s")
    first, second = rm.fit(three, survey), rm.fit(two, survey)
    found = case_log_likelihoods(first, survey)[[0, 1, 149, 300]]
    # Where the search of either ends moves a pupil's value by 1e-6.
    assert found == pytest.approx([-17.31701832, -13.80301421, -13.45563837, -11.40792047], rel=1e-6)
    # lavaan itself gives 3.487763735 when its search is told to go on; our two likelihoods are the higher.
    assert vuong(first, second, survey).statistic == pytest.approx(3.487751611, rel=1e-5)
