"""Positions on Jackson's continuum, what they mean, and the model they call for."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmodels as rm

CODES = rm.jackson.DETERMINANTS.codes
SCORE = st.floats(0.0, 1.0)


@given(st.lists(SCORE, min_size=9, max_size=9), st.floats(0.1, 5.0), st.integers(0, 8), st.floats(0.0, 1.0))
def test_positions_are_weighted_means(scores, scale, which, higher):
    """They lie in 0 to 1, do not change with the size of weights, and move with each determinant as it is turned."""
    given_scores = dict(zip(CODES, scores, strict=True))
    found = rm.jackson.position(given_scores)
    assert 0.0 <= found.value[0] <= 1.0
    np.testing.assert_allclose(found.contribution.sum(axis=1), found.value, atol=1e-12)
    scaled = rm.jackson.position(given_scores, weights=dict.fromkeys(CODES, scale))
    assert scaled.value[0] == pytest.approx(found.value[0], abs=1e-12)
    code = CODES[which]
    more = rm.jackson.position(given_scores | {code: max(given_scores[code], higher)}).value[0] - found.value[0]
    turned = rm.jackson.DETERMINANTS[code].trait("toward") == "always_a_share"
    assert more <= 1e-12 if turned else more >= -1e-12


def test_answers_of_many_accounts_on_their_own_scale():
    """A frame of any library, missing answers left out of the mean, and what follows for marketing and model."""
    frame = pl.DataFrame({"people": [7, 1, None], "vendors": [1.0, 7.0, 4.0], "name": ["x", "y", "z"]})
    found = rm.jackson.position(frame, scale=(1, 7))
    assert found.value.tolist() == [1.0, 0.0, 0.5]
    assert found.region == ("lost_for_good", "always_a_share", "between")
    assert found.model[0] == "retention"
    np.testing.assert_allclose(found.answered, [2 / 9, 2 / 9, 1 / 9])
    assert found.table().column("marketing") == ("relationship", "transaction", "both")
    assert "won anew" in found.implication[1]
    weighted = rm.jackson.position({"people": 1.0, "horizon": 0.0}, weights={"people": 3.0})
    assert weighted.value[0] == pytest.approx(0.75)
    assert rm.jackson.position({"vendors": 1.0}, reversed_determinants=[]).value[0] == 1.0


def test_what_a_position_refuses():
    """Answers off the scale, accounts without an answer, unknown names and limits out of order are all named."""
    with pytest.raises(rm.InvalidData) as caught:
        rm.jackson.position({"people": [8.0, float("nan")]}, scale=(1, 7))
    assert len(caught.value.problems) == 2
    with pytest.raises(rm.InvalidParameters) as caught:
        rm.jackson.position({"people": 1.0}, weights={"love": 1.0}, limits=(0.7, 0.3), reversed_determinants=["hate"])
    assert len(caught.value.problems) == 3
    with pytest.raises(rm.InvalidData, match="whose weight is above 0"):
        rm.jackson.position({"people": 1.0}, weights={"people": 0.0})
    with pytest.raises(rm.InvalidData, match="no column of scores"):
        rm.jackson.position({"love": 1.0})
    with pytest.raises(rm.InvalidParameters, match="lowest and the highest"):
        rm.jackson.position({"people": 1.0}, scale=(1, 1))


def monthly(customers: int, leave: tuple[float, float], buys: float) -> dict[str, list[object]]:
    """Return a log: customers who buy in their first month, and in each later one with a chance until they leave.

    The chance of leaving differs between customers as a beta distribution has it.
    """
    rng = np.random.default_rng(1985)
    goes = rng.beta(*leave, customers)
    rows: dict[str, list[object]] = {"customer": [], "date": []}
    for customer in range(customers):
        begun = customer % 4
        for month in range(begun, 12):
            if month > begun and rng.random() < goes[customer]:
                break
            if month == begun or rng.random() < buys:
                rows["customer"].append(customer)
                rows["date"].append(f"2025-{month + 1:02d}-15")
    return rows


def test_accounts_lost_for_good_get_a_retention_model():
    """Who buys each month until lost gives cohorts whose loss is found again, and nobody comes back."""
    found = rm.account_model(
        "lost_for_good", monthly(8000, (1.0, 3.0), 1.0), customer="customer", date="date", observation_end="2025-12-31"
    )
    assert found.name == "retention"
    assert found.returned == 0.0
    assert found.fit is not None
    model = found.fit.model
    assert isinstance(model, rm.ShiftedBetaGeometric)
    errors = found.fit.standard_errors
    assert abs(model.alpha - 1.0) < 4 * errors["alpha"]
    assert abs(model.beta - 3.0) < 4 * errors["beta"]
    assert "0.0% of customers came back" in str(found)


def test_accounts_that_always_give_a_share_get_the_other_models():
    """Silent months prove nothing: BG/NBD by default, or chances by recency, which are the share that buys."""
    alive = rm.account_model("always_a_share", rm.datasets.cdnow(), customer="customer", date="date", unit="week")
    assert alive.fit is not None
    assert type(alive.fit.model) is rm.BGNBD
    assert alive.returned > 0.4
    log = monthly(1500, (1.0, 1e9), 0.3)
    found = rm.account_model(
        "between", log, customer="customer", date="date", observation_end="2025-12-31", model="migration", states=4
    )
    assert found.chain is not None
    np.testing.assert_allclose(found.chain.transition[:4, 0], 0.3, atol=0.03)
    assert "migration model" in str(found)


def test_what_cannot_be_built_is_refused():
    """Between the ends one must choose; unknown names and logs too short for the model are named."""
    log = {"customer": [1, 1], "date": ["2025-01-01", "2025-02-28"]}
    with pytest.raises(rm.InvalidParameters, match="choose model= among retention, alive and migration"):
        rm.account_model("between", log, customer="customer", date="date")
    with pytest.raises(rm.InvalidParameters, match="regions are always_a_share, between, lost_for_good"):
        rm.account_model("middle", log, customer="customer", date="date")  # type: ignore[arg-type]
    with pytest.raises(rm.InvalidData, match="use fewer than 6 states"):
        rm.account_model("between", log, customer="customer", date="date", model="migration")
    short = {"customer": [1, 1], "date": ["2025-01-01", "2025-01-31"]}
    with pytest.raises(rm.InvalidData, match="observed for two months; use a shorter unit"):
        rm.account_model("lost_for_good", short, customer="customer", date="date")
