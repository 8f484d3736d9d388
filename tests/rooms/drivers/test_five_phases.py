"""The phase by its drivers, what is missing, and what warns."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmodels as rm
from relmodels.drivers.five_phases import PHASE_DRIVERS, diagnose, warning_signs

DRIVERS = PHASE_DRIVERS.drivers


@pytest.mark.parametrize("place", range(5), ids=PHASE_DRIVERS.phases)
def test_the_levels_of_a_phase_are_diagnosed_as_that_phase(place):
    """Scores that equal a row of the table have distance 0 from it and a margin to every other."""
    found = diagnose(dict(zip(DRIVERS, PHASE_DRIVERS.level[place], strict=True)))
    assert found.phase == (PHASE_DRIVERS.phases[place],)
    assert found.distance[0, place] == pytest.approx(0.0, abs=1e-12)
    assert found.margin[0] > 0.05


@given(st.lists(st.floats(0.0, 1.0), min_size=8, max_size=8), st.floats(0.1, 9.0))
def test_distances_are_weighted_means(scores, size):
    """They lie between 0 and 1 and do not change with the size of the weights; the runner-up is never nearer."""
    given_scores = dict(zip(DRIVERS, scores, strict=True))
    found = diagnose(given_scores)
    assert ((found.distance >= 0.0) & (found.distance <= 1.0)).all()
    assert found.margin[0] >= 0.0
    scaled = diagnose(given_scores, weights=dict.fromkeys(DRIVERS, size))
    np.testing.assert_allclose(scaled.distance, found.distance, atol=1e-12)


def test_what_is_missing_for_the_next_phase():
    """On the way to expansion a driver lacks the difference to its row; at the top and at the end nothing lacks."""
    found = diagnose(
        pl.DataFrame(
            {
                "attraction": [0.7, 1.0, 0.0],
                "communication": [0.6, 1.0, 0.3],
                "norms": [0.3, 1, 0.3],
                "inputs": [0.0, 1.0, 0.4],
                "durability": [0.0, 1.0, 0.0],
            }
        )
    )
    assert found.phase == ("exploration", "commitment", "dissolution")
    missing = found.missing()
    np.testing.assert_allclose(missing[0, [0, 1, 3]], [0.3, 0.4, 2 / 3 - 0.3])
    assert np.isnan(missing[0, 2])
    assert (np.nan_to_num(missing[1:]) == 0.0).all()
    assert found.table().column("lacks most") == ("communication", "", "")


def test_phases_can_be_left_out():
    """Low scores are a beginning or an end; who knows that it is no end says so."""
    low = {"attraction": 0.1, "communication": 0.2}
    assert diagnose(low).phase == ("dissolution",)
    assert diagnose(low, among=["awareness", "exploration"]).phase == ("awareness",)


def test_the_table_can_be_replaced():
    """Levels may be changed by phase and driver; unknown names and levels out of range are refused."""
    own = PHASE_DRIVERS.with_levels({"awareness": {"norms": 0.9}}, standing="ours")
    assert "norms" in own.active("awareness")
    assert PHASE_DRIVERS.level[0, 3] == 0.0
    assert len(own.table()) == 8
    with pytest.raises(rm.InvalidParameters, match="'love' in 'awareness' is not in the table"):
        PHASE_DRIVERS.with_levels({"awareness": {"love": 1.0}})
    with pytest.raises(rm.InvalidParameters, match=r"norms in awareness is 1\.5; levels are 0 to 1"):
        PHASE_DRIVERS.with_levels({"awareness": {"norms": 1.5}})
    with pytest.raises(rm.InvalidParameters, match="'love' is no phase"):
        PHASE_DRIVERS.active("love")


def test_falls_warn_if_the_driver_was_at_work():
    """A deep fall of a driver that was high is a sign; of one that was low, or a small one, it is not."""
    found = warning_signs(
        {"norms": [0.9, 0.4, 0.9], "power": [0.8, 0.9, None]}, {"norms": [0.5, 0.1, 0.8], "power": [0.3, 1.0, 0.2]}
    )
    assert found.count.tolist() == [2, 0, 0]
    assert found.table().column("driver") == ("power", "norms")
    np.testing.assert_allclose(found.fall[1, 2], 0.0)
    assert np.isnan(found.fall[2, 2])


def test_what_is_refused():
    """Other numbers of relationships, weights below 0, one phase only and shares that are none are named."""
    with pytest.raises(rm.InvalidParameters, match="before has 2 relationships and now 1"):
        warning_signs({"norms": [0.9, 0.4]}, {"norms": [0.5]})
    with pytest.raises(rm.InvalidParameters, match="least"):
        warning_signs({"norms": 0.9}, {"norms": 0.5}, least=0.0)
    with pytest.raises(rm.InvalidParameters, match="norms = -1 is negative"):
        diagnose({"norms": 0.5}, weights={"norms": -1})
    with pytest.raises(rm.InvalidParameters, match="two or more of the phases"):
        diagnose({"norms": 0.5}, among=["awareness"])
    with pytest.raises(rm.InvalidParameters, match="weight is above 0"):
        diagnose({"norms": 0.5}, weights={"norms": 0.0})
    with pytest.raises(rm.InvalidData, match=r"norms = 8 in row 0 is off the scale from 1 to 7"):
        diagnose({"norms": 8}, scale=(1, 7))
