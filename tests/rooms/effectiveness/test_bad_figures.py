"""Bad figures are refused with one error that names every fault, its place, and what is allowed."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

import relmodels as rm

NAN = float("nan")
HALVES = {"a": {"x": 0.5, "y": 0.5}}
CURVE = rm.ResponseCurve(0.4, 0.1)
KEPT = rm.Measure(code="kept", name="Kept", direction="more", rule="range", worst=0.0, best=1.0)
GOAL = rm.Objective(code="loyal", name="Stay", measures=(KEPT,))
SIDE = rm.Perspective(code="bsc.customer", name="Customer", objectives=(GOAL,))
CARD = rm.Scorecard(name="card", perspectives=(SIDE,))

DATA: list[tuple[Callable[[], object], str]] = [
    (lambda: rm.npv(0.1, [1e308, 1e308]), "more .* than a number can hold"),
    (lambda: rm.whale_curve([1e308, 1e308]), "more than a number can hold"),
    (lambda: rm.abc_by_group([1.0, 2.0], [{}, {}]), "what cannot be a key"),  # type: ignore[arg-type]
    (lambda: rm.wallet_allocation(["a"]), "no table of numbers"),
    (lambda: rm.net_promoter_score_of_counts(1.5, 0, 0), "counts of 0 or more"),  # type: ignore[arg-type]
    (lambda: rm.kaplan_meier([1, 2], ["no", "yes"], per="year"), "must be true or false"),
    (lambda: rm.margin_by_group(rm.customer_margins([1.0]), groups=[]), "give either group="),
    (lambda: rm.return_on_relationships([NAN], [1.0]), "names no kind"),
    (lambda: rm.return_on_relationships([{"a": NAN}], [1.0]), "add up to 1"),
    (lambda: rm.switching_matrix({"a": ["x"]}, {"a": 1}), "is no table of numbers"),
    (lambda: rm.computed_abc([1.0, -2.0]), r"values\[1\] = -2.0 is negative"),
    (lambda: rm.computed_abc([0.0]), "no value is above 0"),
    (lambda: rm.computed_abc([1.0, NAN]), r"values\[1\] = nan"),
    (lambda: rm.abc_by_group([1.0, 2.0], ["a"]), "one key for each of 2 rows"),
    (lambda: rm.abc_by_group([1.0, 2.0], ["a", None]), r"group\[1\] is missing"),
    (lambda: rm.abc_by_group([1.0, 2.0], [1.0, NAN]), r"group\[1\] is missing"),
    (lambda: rm.abc_by_group([1.0, 2.0], np.array(["2026-01-01", "NaT"], "datetime64[D]")), r"group\[1\] is missing"),
    (lambda: rm.abc_xyz([[1.0], [2.0]]), "two periods or more across"),
    (lambda: rm.abc_xyz([[1.0, -1.0]]), r"values_by_period\[0, 1\] = -1.0"),
    (lambda: rm.abc_xyz([["a", "b"]]), "is no table of numbers"),
    (lambda: rm.abc_over_criteria({"a": [1.0], "b": [1.0, 2.0]}), "differ in length"),
    (lambda: rm.abc_over_criteria({"a": [0.0]}), "adds up to 0"),
    (lambda: rm.class_moves(["A"], ["A", "B"]), "the same ones in the same order"),
    (lambda: rm.class_moves(["A"], ["D"]), r"after\[0\] = 'D' is no class"),
    (lambda: rm.concentration_indices([0.0, 0.0]), "all values are 0"),
    (lambda: rm.rfm_scores([1.0], [1.0, 2.0], [1.0]), "differ in length"),
    (lambda: rm.rfm_scores([-1.0], [1.0], [NAN]), r"recency\[0\] = -1.0 is negative"),
    (lambda: rm.net_promoter_score([11, 2.5]), r"answers\[0\] = 11.0, answers\[1\] = 2.5"),
    (lambda: rm.net_promoter_score([]), "there are no answers"),
    (lambda: rm.net_promoter_score_of_counts(0, 0, 0), "counts of 0 or more"),
    (lambda: rm.share_of_wallet([2.0], [1.0]), "more than was spent on the category"),
    (lambda: rm.share_of_wallet([0.0], [0.0]), "nobody spends anything"),
    (lambda: rm.share_of_wallet([0.0], [0.0, 1.0]), "give both for each customer"),
    (lambda: rm.wallet_allocation([[]]), "give finite ranks"),
    (lambda: rm.RetentionRate.of_counts(start=10, end=15, new=1, per="year"), "14 would be left"),
    (lambda: rm.SurvivalCurve([0.9, 0.8], per="year"), "must begin with 1"),
    (lambda: rm.SurvivalCurve([1.0, 0.5, 0.6], per="year"), r"share\[2\] = 0.6 is out of order"),
    (lambda: rm.kaplan_meier([1.5], [True], per="year"), "a whole number of periods"),
    (lambda: rm.revenue_retention(start=10, churned=11), "more cannot be lost"),
    (lambda: rm.cohort_retention({"who": [], "day": []}, customer="who", date="day"), "there are no purchases"),
    (lambda: rm.cohort_retention({"who": [1]}, customer="who", date="day"), "there is no column 'day'"),
    (
        lambda: rm.cohort_retention({"who": [1], "day": ["2026-01-05"]}, customer="who", date="day"),
        "no period is over yet",
    ),
    (
        lambda: rm.cohort_retention(
            {"who": [1], "day": ["2026-01-05"]}, customer="who", date="day", until="2025-01-01"
        ),
        "lies before the last purchase",
    ),
    (lambda: rm.activity_costs({"a": -1.0}, HALVES, {"x": 1.0, "y": 1.0}), r"costs\['a'\] = -1.0"),
    (lambda: rm.activity_costs({"a": 1.0}, {"a": {"x": 0.4}}, {"x": 1.0}), "add up to 0.4"),
    (lambda: rm.activity_costs({"a": 1.0}, {"a": {"z": 1.0}}, {"x": 1.0}), "names 'z', which is not in volumes"),
    (lambda: rm.activity_costs({"a": 1.0}, {"b": {"x": 1.0}}, {"x": 1.0}), "must name the resources a"),
    (lambda: rm.activity_costs({"a": 1.0}, HALVES, {"x": 1.0, "y": 0.0}), "activity 'y' costs 0.5 and has no volume"),
    (
        lambda: rm.activity_costs(
            {"a": 1.0}, HALVES, {"x": 1.0, "y": 1.0}, services={"x": {"y": 1.0}, "y": {"x": 1.0}}
        ),
        "go round in a circle",
    ),
    (
        lambda: rm.activity_costs({"a": 1.0}, HALVES, {"x": 1.0, "y": 1.0}, services={"x": {"x": 0.5}}),
        "not the same one",
    ),
    (lambda: rm.time_driven_costs(1.0, 1.0, {"a": 1.0}, {"b": 1.0}), "both must name all activities"),
    (lambda: rm.cost_to_serve({"a": 1.0}, {"b": [1.0]}), "activity 'b' has no rate"),
    (lambda: rm.cost_to_serve({"a": 1.0}, {"a": [-1.0]}), "is negative"),
    (lambda: rm.customer_margins([1.0, NAN], goods=[1.0]), r"list_revenue\[1\] = nan"),
    (lambda: rm.customer_margins([1.0, 2.0], goods=[1.0]), "goods has 1 rows and list_revenue 2"),
    (lambda: rm.margin_by_group(rm.customer_margins([1.0])), "give either group="),
    (
        lambda: rm.margin_by_group(rm.customer_margins([1.0]), ["a"], group_costs={"b": 1.0}),
        "'b'; there is no such group",
    ),
    (lambda: rm.margin_by_group(rm.customer_margins([1.0]), ["a"]).rolled_up(), "not called by more than 1 keys"),
    (lambda: rm.profit_portfolio([0.0], [1.0]), "a revenue above 0"),
    (lambda: rm.whale_curve([]), "there are no profits"),
    (lambda: rm.price_volume_mix([-1.0], [1.0], [1.0], [1.0]), "budget_units"),
    (lambda: rm.price_volume_mix([1.0], [NAN], [1.0], [1.0]), "budget_price"),
    (lambda: rm.price_volume_mix([1.0], [1.0], [1.0], [1.0, 2.0]), "actual_price has 2 rows"),
    (lambda: rm.quantity_mix([0.0], [1.0], [1.0]), "no unit is planned"),
    (lambda: rm.market_variance(0, 1, 1, 1, 1), "a market has units above 0"),
    (lambda: rm.npv(0.1, []), "there are no payments"),
    (lambda: rm.internal_rates([0.0]), "all payments are 0"),
    (lambda: rm.irr([1.0, 2.0]), "change sign 0 times and have no internal rate"),
    (lambda: rm.mirr([1.0, 2.0], finance_rate=0.1, reinvest_rate=0.1), "one outlay and one receipt"),
    (lambda: rm.profitability_index(0.1, [1.0]), "is no outlay"),
    (lambda: rm.equivalent_annuity(0.1, [1.0]), "there is no period"),
    (lambda: rm.mean_lift([1.0], [1.0, 2.0]), "treated has 1 members"),
    (lambda: rm.response_lift(2, 1, 0, 1), "treated: 2 responses of 1 members"),
    (lambda: rm.response_lift(1, 2, 0, 1).relative, "a mean of 0"),
    (lambda: rm.return_on_relationships([], []), "there are no relationships"),
    (lambda: rm.return_on_relationships(["a", []], [1.0, -1.0]), r"kinds\[1\] = \[\] names no kind"),
    (lambda: rm.return_on_relationships([{"a": 0.5}], [1.0]), "add up to 1"),
    (lambda: rm.return_on_relationships(["r31"], [1.0], taxonomy=rm.THIRTY_R), "'r31': no codes of"),
    (lambda: rm.return_on_relationships(["a"], [[1.0], [2.0]]), "a row for each of 1 relationships"),
    (
        lambda: rm.switching_clv([[1.0]], [0.5], purchases_per_year=1, years=1, volume=1, margin=1, discount=0),
        "initial",
    ),
    (
        lambda: rm.switching_clv([[1.0, 0.0]], [1.0], purchases_per_year=1, years=1, volume=1, margin=1, discount=0),
        "as many brands down as across",
    ),
    (lambda: rm.brand_equity([1.0], 1.0), "finite values of a sample"),
    (lambda: rm.switching_matrix({"a": [1.0], "b": [1.0, 2.0]}, {"a": 1.0, "b": 1.0}), "for all drivers alike"),
    (lambda: KEPT.score(NAN), "is not a finite number"),
    (lambda: CARD.evaluate({"lost": 1.0}), "'lost': no measures of 'card'"),
    (lambda: CARD.evaluate({}).score, "nothing was measured"),
    (lambda: CARD.evaluate({"kept": 0.5}).light("x"), "'x' is no part"),
    (lambda: rm.stakeholder_scorecard(rm.SCOPE, {"x": (GOAL,)}), "'x': no top-level kinds"),
]

PARAMETERS: list[tuple[Callable[[], object], str]] = [
    (lambda: rm.roi(NAN, 1.0), "gain = nan is not a finite number"),
    (lambda: rm.romi(float("inf"), 0.5, 1.0), "incremental_revenue = inf is not a finite number"),
    (lambda: rm.retention_clv(NAN, 0.5, 0.1, first_payment="now"), "margin = nan"),
    (lambda: rm.retention_clv(1.0, 0.5, 0.1, first_payment="now", periods=2.5), "periods = 2.5"),  # type: ignore[arg-type]
    (lambda: rm.berger_nasr_path(lambda year: NAN, 1.0, 0.5, 0.1, 2), r"contribution\(0\) = nan"),
    (lambda: rm.abc_stability([[1.0, 2.0]], rng=1, draws=2.5), "draws = 2.5"),  # type: ignore[arg-type]
    (lambda: rm.abc_over_criteria({"a": [1.0]}, {"a": "x"}), "'x' is not a number"),  # type: ignore[dict-item]
    (lambda: rm.zipf_rank(0.1, 10.5), "participants = 10.5"),  # type: ignore[arg-type]
    (lambda: rm.margin_by_group(rm.customer_margins([1.0]), ["a"], group_costs={"a": NAN}), "= nan"),
    (lambda: rm.rounded_to_total([1.0], 1.5), "digits = 1.5"),  # type: ignore[arg-type]
    (lambda: rm.computed_abc([1.0], method="cubic"), "use 'exact' or 'spline'"),  # type: ignore[arg-type]
    (lambda: rm.computed_abc([1.0], negative="drop"), "use 'raise' or 'zero'"),  # type: ignore[arg-type]
    (lambda: rm.abc_xyz([[1.0, 2.0]], limits=(1.0, 0.5)), "must rise from above 0"),
    (lambda: rm.abc_over_criteria({"a": [1.0]}, {"b": 1.0}), "must give each of a"),
    (lambda: rm.abc_stability([[1.0, 2.0]], rng=1, draws=0), "draws = 0"),
    (lambda: rm.pareto_share([1.0], 20), "give twenty per cent as 0.2"),
    (lambda: rm.zipf_rank(0.0, 10), "share = 0.0 is not between"),
    (lambda: rm.zipf_rank(0.9, 1000), "more than the first of 1000 has"),
    (lambda: rm.zipf_rank(0.1, 0), "participants = 0"),
    (lambda: rm.rfm_scores([1.0], [1.0], [1.0], bins=1, method="x", ties="y"), "bins = 1"),  # type: ignore[arg-type]
    (lambda: rm.rfm_segments(rm.rfm_scores([1.0], [1.0], [1.0], bins=3)), "are for 5 bins, the scores have 3"),
    (lambda: rm.net_promoter_score([9]).interval(95), "level = 95"),
    (lambda: rm.RetentionRate(95, per="year"), "give ninety per cent as 0.9"),
    (lambda: rm.cohort_retention({}, customer="a", date="b", unit="day"), "no calendar period"),  # type: ignore[arg-type]
    (lambda: rm.time_driven_costs(1.0, 0.0, {"a": 1.0}, {"a": 1.0}), "minutes above 0"),
    (lambda: rm.TimeEquation(activity="a", base=1.0).minutes({"x": 1.0}), "has no term x"),
    (lambda: rm.TimeEquation(activity="a", terms={"x": -1.0}).minutes({"x": 1.0}), "would take -1.0 minutes"),
    (lambda: rm.rounded_to_total([1e300], 2), "more digits than a number can hold"),
    (lambda: rm.npv(-1.0, [1.0]), "must lie above -1"),
    (lambda: rm.roi(1.0, 0.0), "without an investment there is no return"),
    (lambda: rm.mean_lift([1.0, 2.0], [1.0, 2.0]).interval(2), "level = 2"),
    (lambda: rm.rate_per(-1.0, per="month", to="year"), "must lie above -1"),
    (lambda: rm.rate_per(0.1, per="moon", to="year"), "moon"),  # type: ignore[arg-type]
    (lambda: rm.retention_clv(1.0, 1.0, 0.0, first_payment="now"), "must be above r"),
    (lambda: rm.retention_clv(1.0, 0.5, 0.1, first_payment="soon"), "use one of now"),  # type: ignore[arg-type]
    (lambda: rm.retention_clv(1.0, 0.5, 0.1, first_payment="now", cost_timing="x"), "start, middle, end"),  # type: ignore[arg-type]
    (lambda: rm.retention_clv(1.0, 0.5, 0.1, first_payment="now", periods=0), "periods = 0"),
    (lambda: rm.margin_multiple(0.9, 0.1, growth=0.3), "must be below 1 \\+ i"),
    (lambda: rm.annuity_clv(1.0, 0.1, 0), "at least 1"),
    (lambda: rm.continuous_clv(1.0, 0.0, 0.0), "must shrink"),
    (lambda: rm.value_sensitivity(0.0, 0.5, 0.1, first_payment="now"), "no per cent of anything"),
    (lambda: rm.berger_nasr_yearly(1.0, 1.0, 2.0, -2.0, 0), "retention = 2.0"),
    (lambda: rm.berger_nasr_rare(1, 1, 0.5, 0.1, 3, 1, exponent="x"), "'fractional' or 'whole'"),  # type: ignore[arg-type]
    (lambda: rm.berger_nasr_continuous(lambda time: 1.0, 0.0, 0.0, 0.1, 1.0), "nobody stays"),
    (lambda: rm.buyers_by_recency([2.0], 1), r"purchase\[0\] = 2.0"),
    (lambda: rm.buyers_by_recency([], 1), "at least one chance"),
    (lambda: rm.ResponseCurve(1.2, 0.1), "ceiling = 1.2"),
    (lambda: rm.ResponseCurve(0.5, 0.0), "slope = 0.0"),
    (lambda: rm.ResponseCurve.from_judgment(spend=1.0, share=0.5, ceiling=0.5), "below the ceiling"),
    (lambda: CURVE.share(-1.0), "is negative"),
    (lambda: CURVE.spend(0.5), "the ceiling 0.4"),
    (lambda: rm.optimal_equity(CURVE, CURVE, margin=0.0, discount=0.1), "nothing is worth spending on"),
    (lambda: rm.optimal_equity(CURVE, CURVE, margin=1.0, discount=0.0), "no rate above 0"),
    (lambda: rm.switching_matrix({"a": [1.0]}, {}), "both must name the same"),
    (lambda: rm.return_on_relationships(["a"], [1.0], discount=-1.0), "must lie above -1"),
    (
        lambda: rm.joint_productivity(
            revenue_gain=1, cost_saving=1, first_share=2, first_investment=1, second_investment=1
        ),
        "a share between 0 and 1",
    ),
]


@pytest.mark.parametrize(("ask", "said"), DATA, ids=[said for _, said in DATA])
def test_bad_data_are_refused_with_the_reason(ask, said):
    """Each kind of bad data is refused by a sentence that names the fault."""
    with pytest.raises(rm.InvalidData, match=said):
        ask()


@pytest.mark.parametrize(("ask", "said"), PARAMETERS, ids=[said for _, said in PARAMETERS])
def test_options_out_of_range_are_refused_with_what_is_allowed(ask, said):
    """Each option out of range is refused by a sentence that says what is allowed."""
    with pytest.raises(rm.InvalidParameters, match=said):
        ask()


def test_several_faults_are_named_at_once():
    """A table of costs with several faults, and a scorecard with several, name all of them."""
    with pytest.raises(rm.InvalidData) as caught:
        rm.activity_costs({"a": -1.0, "b": 1.0}, {"a": {"x": 0.4}, "b": {"y": 1.0}}, {"x": -1.0})
    assert len(caught.value.problems) == 4
    measure = {"code": "m", "name": "M", "direction": "more", "worst": 0, "best": 1}
    goals = [{"code": code, "name": code, "measures": [measure]} for code in ("loyal", "quick")]
    side = {"code": "a", "name": "A", "weight": 0.5, "objectives": goals}
    links = [["loyal", "rich"], ["loyal", "quick"], ["quick", "loyal"]]
    text = json.dumps({"name": "card", "weights_sum": True, "links": links, "perspectives": [side]})
    with pytest.raises(rm.InvalidData) as caught:
        rm.Scorecard.from_json(text)
    said = str(caught.value)
    for wanted in (
        "'m' is used 2 times",
        "perspectives add up to 0.5",
        "names 'rich', which is no objective",
        "go round in a circle",
    ):
        assert wanted in said, wanted


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"rule": "range", "worst": 1.0}, "needs best"),
        ({"rule": "range", "worst": 1.0, "best": 0.0}, "more is better"),
        ({"rule": "target_ratio", "target": 0.0}, "a target above 0"),
        ({"rule": "z_score", "mean": 0.0, "deviation": 0.0}, "deviation = 0.0 is not above 0"),
        ({"rule": "progress", "baseline": 1.0, "target": 0.5}, "cannot lead from 1.0 to 0.5"),
    ],
)
def test_measures_that_cannot_be_scored_are_refused(fields, said):
    """A measure lacks an end of its scale, or has them the wrong way round: both are told when it is made."""
    with pytest.raises(ValueError, match=said):
        rm.Measure(code="m", name="M", direction="more", **fields)


def test_the_smallest_tables_have_classes():
    """One customer, two, and equal ones are sorted by either method; where all are equal nobody stands out."""
    for values in ([5.0], [5.0, 1.0], [5.0, 1.0, 1.0], [1.0] * 4, [1e308, 1e308]):
        for method in ("exact", "spline"):
            found = rm.computed_abc(values, method=method)
            assert sum(found.sizes) == len(values)
    assert rm.computed_abc([2.0] * 5).sizes == (0, 5, 0)
