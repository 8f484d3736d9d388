"""Questions one by one, and what a method of asking explains."""

import numpy as np
import pytest
from scipy import stats

import relmodels as rm
from relmodels.sem import first_component_share, item_statistics, marker_adjusted

RNG = np.random.default_rng(7)
SHARED = RNG.normal(size=300)
ANSWERS = {f"t{place}": SHARED + RNG.normal(size=300) for place in range(3)} | {"c0": RNG.exponential(size=300)}


def test_statistics_agree_with_scipy():
    """Means, deviations and skewness are those of the answers given; missing ones are counted."""
    values = {name: one.copy() for name, one in ANSWERS.items()}
    values["t1"][:30] = np.nan
    survey = rm.Survey.from_frame(values, list(values))
    found = item_statistics(survey, {"trust": ["t0", "t1", "t2"], "other": ["c0"]})
    assert found.column("construct") == ("trust", "trust", "trust", "other")
    assert np.asarray(found.column("missing")).tolist() == [0.0, 0.1, 0.0, 0.0]
    assert np.asarray(found.column("skewness"))[3] == pytest.approx(stats.skew(values["c0"]), rel=1e-10)
    assert np.asarray(found.column("deviation"))[1] == pytest.approx(np.std(values["t1"][30:], ddof=1), rel=1e-10)
    rest = np.asarray(found.column("rest"))
    complete = [values[name][30:] for name in ("t0", "t1", "t2")]
    assert rest[0] == pytest.approx(np.corrcoef(complete[0], complete[1] + complete[2])[0, 1], rel=1e-10)
    assert np.isnan(rest[3])


def test_a_question_that_was_not_turned_shows():
    """Its correlation with the rest is negative; turned it is positive."""
    values = ANSWERS | {"t2": -ANSWERS["t2"]}
    survey = rm.Survey.from_frame(values, list(values))
    found = item_statistics(survey, {"trust": ["t0", "t1", "t2"]})
    assert np.asarray(found.column("rest"))[2] < 0.0
    with pytest.raises(rm.InvalidData, match="no question t9"):
        item_statistics(survey, {"trust": ["t9"]})


def test_the_first_component_is_that_of_equal_correlations():
    """With k questions that all correlate r it explains (1 + (k - 1) r) / k; it does not depend on units."""
    table = np.full((4, 4), 0.4) + 0.6 * np.eye(4)
    data = rm.SampleMoments.from_covariance(table * np.outer([1, 5, 9, 2], [1, 5, 9, 2]), list("abcd"), n=100)
    assert first_component_share(data) == pytest.approx((1 + 3 * 0.4) / 4, rel=1e-12)


def test_a_marker_is_taken_out():
    """Adjusted correlations are Lindell and Whitney's; a marker of 0 changes nothing; what cannot be is refused."""
    table = np.array([[1.0, 0.5, 0.3, 0.1], [0.5, 1.0, 0.4, 0.2], [0.3, 0.4, 1.0, 0.15], [0.1, 0.2, 0.15, 1.0]])
    data = rm.SampleMoments.from_correlation(table, ["a", "b", "c", "m"], n=200, deviations=[2.0, 1.0, 3.0, 1.0])
    found = marker_adjusted(data, "m")
    assert found.names == ("a", "b", "c")
    spread = np.sqrt(np.diag(found.covariance[0]))
    np.testing.assert_allclose(found.covariance[0, 0, 1] / (spread[0] * spread[1]), (0.5 - 0.1) / 0.9)
    np.testing.assert_allclose(spread**2, np.diag(data.covariance[0])[:3])
    same = marker_adjusted(data, "m", correlation=0.0)
    np.testing.assert_allclose(same.covariance, data.of(["a", "b", "c"]).covariance)
    with pytest.raises(rm.InvalidParameters, match="from 0 to below 1"):
        marker_adjusted(data, "m", correlation=1.0)
    with pytest.raises(rm.InvalidData, match="no variable 'x'"):
        marker_adjusted(data, "x")


def test_a_marker_is_taken_out_of_answers():
    """A survey gives what the moments of its complete answers give, and a marker that is not there is named."""
    names = ["trust1", "commit1", "unc4"]
    survey = rm.Survey.from_frame(rm.datasets.trust_survey(), names)
    found = rm.sem.marker_adjusted(survey, "unc4")
    assert found.names == ("trust1", "commit1")
    assert np.array_equal(found.covariance, rm.sem.marker_adjusted(survey.moments(), "unc4").covariance)
    with pytest.raises(rm.InvalidData, match="no variable 'x'; there are trust1, commit1, unc4"):
        rm.sem.marker_adjusted(survey, "x")
