"""Alpha, ratios of correlations, the first component and markers: answers as well as tables, and what is refused."""

import numpy as np
import pytest

import relmodels as rm
from relmodels.sem import SampleMoments, cronbach_alpha, first_component_share, heterotrait_monotrait, marker_adjusted

RNG = np.random.default_rng(17)
SHARED = RNG.normal(size=120)
ANSWERS = {name: SHARED + RNG.normal(size=120) for name in ("t1", "t2", "c1", "c2", "other")}
ANSWERS["other"][:40] = np.nan
SURVEY = rm.Survey.from_frame(ANSWERS, list(ANSWERS))
ITEMS = {"trust": ["t1", "t2"], "commitment": ["c1", "c2"]}
PLAIN = SURVEY.of(["t1", "t2", "c1", "c2"])


def test_measures_take_answers_as_they_take_moments():
    """They are those of respondents who answered the items that count; gaps in other questions do not matter."""
    moments = PLAIN.moments()
    assert cronbach_alpha(SURVEY, ["t1", "t2"]) == pytest.approx(cronbach_alpha(moments, ["t1", "t2"]), rel=1e-12)
    found, stored = heterotrait_monotrait(SURVEY, ITEMS), heterotrait_monotrait(moments, ITEMS)
    np.testing.assert_allclose(np.asarray(found.column("ratio")), np.asarray(stored.column("ratio")), rtol=1e-12)
    assert first_component_share(PLAIN) == pytest.approx(first_component_share(moments), rel=1e-12)


@pytest.mark.parametrize("data", [SURVEY, PLAIN.moments()])
def test_an_item_named_twice_is_refused(data):
    """It would correlate with itself by 1; alpha, ratios and their intervals name it."""
    twice = {"trust": ["t1", "t1", "t2"], "commitment": ["c1", "c2"]}
    for work in (
        lambda: cronbach_alpha(data, ["t1", "t1"]),
        lambda: heterotrait_monotrait(data, twice),
        lambda: rm.sem.cronbach_alpha_intervals(data, twice),
        lambda: rm.sem.heterotrait_monotrait_intervals(SURVEY, twice, rng=1),
    ):
        with pytest.raises(rm.InvalidData, match="'t1' is named twice; an item counts once"):
            work()


@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
def test_items_that_do_not_correlate_have_no_ratio(mean):
    """There is nothing to divide by, and the constructs are named."""
    data = SampleMoments.from_correlation(np.eye(4), ["t1", "t2", "c1", "c2"], n=100)
    with pytest.raises(
        rm.InvalidData, match="among the items of trust, commitment is 0; there is nothing to divide by"
    ):
        heterotrait_monotrait(data, ITEMS, mean=mean)


def test_a_marker_alone_is_refused():
    """There is nothing that it could be taken out of, whether its correlation is stated or not."""
    data = SampleMoments.from_correlation([[1.0]], ["marker"], n=100)
    for correlation in (None, 0.1):
        with pytest.raises(rm.InvalidData, match="'marker' is the only variable"):
            marker_adjusted(data, "marker", correlation=correlation)


def test_power_of_a_model_of_one_variable():
    """A mean that lies two and a half errors from 0 is seen by about seven samples of ten."""
    data = SampleMoments.from_correlation([[1.0]], ["a"], n=100, means=[0.25])
    fit = rm.fit(rm.PathModel.parse("a ~~ a; a ~ 1"), data)
    found = rm.sem.power_by_size(fit, ["a ~ 1"], [100], draws=300, rng=1)
    assert np.asarray(found.column("power"))[0] == pytest.approx(0.7054, abs=0.08)
