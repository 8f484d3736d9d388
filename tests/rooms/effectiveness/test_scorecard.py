"""Scorecards weigh what was measured, tell what was not, and go through JSON."""

from __future__ import annotations

import math

import pytest

import relmodels as rm


def card(**options: object) -> rm.Scorecard:
    kept = rm.Measure(code="kept", name="Kept", direction="more", rule="range", worst=0.5, best=1.0, weight=3)
    days = rm.Measure(code="days", name="Days", direction="less", rule="progress", baseline=10.0, target=5.0)
    profit = rm.Measure(code="profit", name="Profit", direction="more", rule="z_score", mean=10.0, deviation=2.0)
    loyal = rm.Objective(code="loyal", name="Stay", owner="sales", measures=(kept, days))
    rich = rm.Objective(code="rich", name="Earn", owner="board", measures=(profit,))
    return rm.Scorecard(
        name="card",
        perspectives=(
            rm.Perspective(code="bsc.financial", name="Financial", objectives=(rich,)),
            rm.Perspective(code="bsc.customer", name="Customer", weight=3.0, objectives=(loyal,)),
        ),
        links=(("loyal", "rich"),),
        **options,  # type: ignore[arg-type]
    )


def test_scores_are_weighed_up():
    """Measures make objectives, objectives perspectives, perspectives the whole, each by its weights."""
    result = card().evaluate({"kept": 0.9, "days": 6.0, "profit": 11.0})
    assert result.scores["kept"] == pytest.approx(0.8)
    assert result.scores["days"] == pytest.approx(0.8)
    assert result.scores["profit"] == pytest.approx(0.5)
    assert result.score == pytest.approx(0.75 * 0.8 + 0.25 * 0.5)
    assert result.coverage[""] == 1.0
    assert (result.light("loyal"), result.light("rich"), result.light()) == ("green", "amber", "amber")


def test_what_was_not_measured_is_left_out_and_told():
    """Without a value the weight goes to the others; the coverage says how much had one; nothing is nothing."""
    result = card().evaluate({"kept": 0.9, "profit": None})
    assert result.score == pytest.approx(0.8)
    assert result.coverage == {
        "kept": 1.0, "days": 0.0, "profit": 0.0, "loyal": 0.75, "rich": 0.0,
        "bsc.customer": 0.75, "bsc.financial": 0.0, "": pytest.approx(0.75 * 0.75),
    }  # fmt: skip
    assert result.light("rich") == "none"
    assert len(result.table()) == 8


def test_a_geometric_mean_does_not_make_up_for_the_worst():
    """The geometric mean is that of the logs, 0 where one is 0, and refused for negative scores."""
    found = card().evaluate({"kept": 0.9, "days": 6.0, "profit": 11.0}, aggregate="geometric")
    assert found.score == pytest.approx(math.exp(0.75 * math.log(0.8) + 0.25 * math.log(0.5)))
    assert card().evaluate({"kept": 0.5, "days": 6.0, "profit": 11.0}, aggregate="geometric").score == 0.0
    with pytest.raises(rm.InvalidData, match="no negative scores"):
        card().evaluate({"profit": 5.0}, aggregate="geometric")


def test_change_and_json():
    """A change is what has risen since; a scorecard reads back from its JSON."""
    first, second = (card().evaluate({"kept": kept}) for kept in (0.75, 0.9))
    assert second.change(first)["loyal"] == pytest.approx(0.3)
    assert rm.Scorecard.from_json(card().to_json()) == card()
    assert rm.TimeEquation.from_json(rm.TimeEquation(activity="a", base=1.0).to_json()).base == 1.0


def test_a_strategy_map_says_what_it_lacks():
    """Owners, targets and the way to money are asked for, where there is a financial perspective."""
    assert card().unfinished() == ("measure 'profit' has no target",)
    lost = card().model_copy(update={"links": ()})
    assert "objective 'loyal' leads to no financial one" in lost.unfinished()


def test_weights_that_must_add_up_do():
    """With weights that must add up to 1 those of the example are refused, and each level is named."""
    with pytest.raises(ValueError, match="perspectives add up to 4"):
        card(weights_sum=True)
    with pytest.raises(ValueError, match="is not below green"):
        card(amber=0.9)


def test_stakeholders_are_perspectives():
    """Groups of a taxonomy are perspectives in its order, named in either language; others are left out."""
    goal = rm.Objective(
        code="g", name="G", measures=(rm.Measure(code="m", name="M", direction="more", worst=0.0, best=1.0),)
    )
    made = rm.stakeholder_scorecard(rm.SIX_MARKETS, {"six.internal": (goal,)}, language="ru")
    assert [side.name for side in made.perspectives] == ["Внутренние рынки"]
    assert made.unfinished() == ("objective 'g' has no owner",)
