"""The bootstrap: beside stored intervals and the delta method, reproducible, and with its refusals."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import relmodels as rm
from relmodels.sem import bollen_stine, bootstrap_paths

DATA = Path(__file__).parents[2] / "oracles" / "data"
MODELS = json.loads((DATA / "sem_models.json").read_text(encoding="utf-8"))


def democracy():
    model = rm.PathModel.parse(MODELS["pd"])
    survey = rm.Survey.from_frame(pl.read_csv(DATA / "political_democracy.csv"), model.observed)
    return rm.fit(model, survey), survey


FIT, SURVEY = democracy()


def test_intervals_lie_beside_stored_ones():
    """The indirect effect of Political Democracy: lavaan's 200 draws gave [.482, 2.129]; ours of 1,000 are as wide."""
    found = bootstrap_paths(FIT, SURVEY, 1000, rng=1)
    table = found.table()
    place = list(table.column("parameter")).index("ind")
    low, high = (float(np.asarray(table.column(end))[place]) for end in ("low", "high"))
    assert low == pytest.approx(0.482, abs=0.15)
    assert high == pytest.approx(2.129, abs=0.3)
    assert found.failed <= 5


def test_draws_of_many_respondents_agree_with_the_information():
    """With 2,000 normal answers the deviations over 400 draws are the standard errors, within their own error."""
    rng = np.random.default_rng(4)
    trust = rng.normal(size=2000)
    answers = {f"t{place}": trust + rng.normal(size=2000) for place in range(4)}
    survey = rm.Survey.from_frame({**answers, "y": 0.5 * trust + rng.normal(size=2000)}, [*answers, "y"])
    fit = rm.fit(rm.PathModel.parse("t =~ t0 + t1 + t2 + t3; y ~ t"), survey)
    found = bootstrap_paths(fit, survey, 400, rng=5)
    free = np.array([error for one, error in zip(fit.parameters, fit.errors, strict=True) if one.index >= 0])
    np.testing.assert_allclose(found.standard_errors, free, rtol=0.16)


def test_every_draw_is_at_its_minimum():
    """The estimates of a draw are those of a fit to its rows from scratch; the same seed draws the same."""
    first, again = (bootstrap_paths(FIT, SURVEY, 3, rng=7) for _ in range(2))
    np.testing.assert_array_equal(first.theta, again.theta)
    random = np.random.default_rng(7)
    rows = random.integers(0, len(SURVEY), len(SURVEY))
    alone = rm.fit(FIT.model, SURVEY.rows(rows))
    np.testing.assert_allclose(first.theta[0], alone.theta, atol=2e-4)


def test_efrons_intervals_are_moved_by_bias_and_growth():
    """They differ from percentiles, lie inside the draws, and need estimates without each respondent."""
    plain = bootstrap_paths(FIT, SURVEY, 300, rng=2)
    moved = bootstrap_paths(FIT, SURVEY, 300, rng=2, interval="bca")
    assert moved.without.shape == (75, FIT.theta.size)
    low = [np.asarray(one.table().column("low")) for one in (plain, moved)]
    assert np.abs(low[0] - low[1]).max() > 0.01
    assert (low[1] >= np.append(moved.theta.min(axis=0), [-9.0, -9.0]) - 1e-9).all()


def test_bollen_and_stine_do_not_reject_what_holds():
    """Political Democracy is not rejected, with a chance near that of the chi-square; a wrong model is."""
    assert bollen_stine(FIT, SURVEY, 300, rng=1) == pytest.approx(FIT.indices().p_value, abs=0.2)
    wrong = rm.fit(rm.PathModel.parse(f"g =~ {' + '.join(SURVEY.names)}"), SURVEY)
    assert bollen_stine(wrong, SURVEY, 200, rng=1) < 0.02


def test_fixed_causes_and_constraints_are_drawn_too():
    """With observed causes their moments are those of each draw; constraints hold in every one."""
    rng = np.random.default_rng(9)
    a, b = rng.normal(size=(2, 300))
    survey = rm.Survey.from_frame({"a": a, "b": b, "c": a + b + rng.normal(size=300)}, list("abc"))
    fit = rm.fit(rm.PathModel.parse("c ~ p*a + q*b; p == q"), survey)
    found = bootstrap_paths(fit, survey, 30, rng=3)
    np.testing.assert_allclose(found.theta[:, 0], found.theta[:, 1], atol=1e-7)


def test_what_is_refused(monkeypatch):
    """Another survey, a test of answers with gaps, unknown intervals and models without minima are named."""
    with pytest.raises(rm.InvalidData, match="pass the survey it was made of"):
        bootstrap_paths(FIT, SURVEY.rows(np.arange(60)), 5, rng=1)
    counted = rm.fit(FIT.model, SURVEY, missing="ml")
    with pytest.raises(rm.InvalidParameters, match="complete answers"):
        bollen_stine(counted, SURVEY, 5, rng=1)
    with pytest.raises(rm.InvalidParameters, match="'percentile' or 'bca'"):
        bootstrap_paths(FIT, SURVEY, 5, rng=1, interval="normal")  # type: ignore[arg-type]
    monkeypatch.setattr("relmodels.sem.resampling._refit", lambda *given: None)
    with pytest.raises(rm.NotConverged, match="have no minimum"):
        bootstrap_paths(FIT, SURVEY, 5, rng=1)
    with pytest.raises(rm.NotConverged, match="5 of 5 draws have no minimum"):
        bollen_stine(FIT, SURVEY, 5, rng=1)


def test_answers_with_gaps_are_drawn_with_their_gaps():
    """A draw of answers with gaps has the estimates of a fit to just those answers, and none without gaps differ."""
    rng = np.random.default_rng(5)
    trust = rng.normal(size=150)
    answers = {name: trust + rng.normal(size=150) for name in ("t1", "t2", "t3", "y")}
    model = rm.PathModel.parse("trust =~ t1 + t2 + t3; y ~ trust")
    whole = rm.Survey.from_frame(answers, list(answers))
    values = whole.values.copy()
    values[rng.random(values.shape) < 0.15] = np.nan
    survey = rm.Survey.from_frame({name: values[:, place] for place, name in enumerate(answers)}, list(answers))
    fit = rm.fit(model, survey, missing="ml")
    found = rm.sem.bootstrap_paths(fit, survey, 6, rng=2)
    own = survey.rows(np.isnan(survey.values).sum(axis=1) < 4)
    random = np.random.default_rng(2)
    for place in range(6):
        rows = random.integers(0, len(own), len(own))
        again = rm.fit(model, own.rows(rows), missing="ml")
        assert found.theta[place] == pytest.approx(again.theta, abs=2e-4)
    plain = rm.fit(model, whole, means=True)
    counted = rm.fit(model, whole, missing="ml")
    first, second = (rm.sem.bootstrap_paths(one, whole, 20, rng=3).theta for one in (plain, counted))
    assert first == pytest.approx(second, abs=1e-4)
