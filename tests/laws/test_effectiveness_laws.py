"""What classes, costs, margins, returns and values obey whatever the figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from relmodels.core.rounding import rounded_to_total
from relmodels.effectiveness.abc_analysis import abc_analysis
from relmodels.effectiveness.abc_extensions import abc_by_group, abc_over_criteria, abc_stability, abc_xyz, class_moves
from relmodels.effectiveness.activity_costing import activity_costs, time_driven_costs
from relmodels.effectiveness.berger_nasr import berger_nasr_path, berger_nasr_yearly, buyers_by_recency
from relmodels.effectiveness.blattberg_deighton import ResponseCurve, customer_equity, optimal_equity
from relmodels.effectiveness.cash_flows import discounted_payback, internal_rates, mirr, npv, payback
from relmodels.effectiveness.computed_abc import computed_abc
from relmodels.effectiveness.concentration_indices import concentration_indices, pareto_share
from relmodels.effectiveness.lorenz import gini, lorenz
from relmodels.effectiveness.loyalty import net_promoter_score, wallet_allocation
from relmodels.effectiveness.margins import customer_margins, margin_by_group
from relmodels.effectiveness.retention import RetentionRate, kaplan_meier
from relmodels.effectiveness.retention_clv import continuous_clv, retention_clv, value_sensitivity
from relmodels.effectiveness.return_on_relationships import return_on_relationships
from relmodels.effectiveness.returns import gain_for_roi, mean_lift, roi
from relmodels.effectiveness.rfm import rfm_scores
from relmodels.effectiveness.variances import market_variance, price_volume_mix, quantity_mix
from relmodels.effectiveness.whale_curve import whale_curve

AMOUNTS = st.lists(st.integers(0, 1000).map(float), min_size=1, max_size=30).filter(any)
FLOWS = st.lists(st.integers(-100, 100).map(float), min_size=2, max_size=8)
RATES = st.floats(0.01, 0.5)


@given(AMOUNTS, st.floats(0.001, 1000.0), st.randoms(use_true_random=False))
def test_classes_partition_and_ignore_scale_and_order(values, factor, random) -> None:
    """Every customer is in one class; other currencies and orders change nothing, in all analyses of classes."""
    order = list(range(len(values)))
    random.shuffle(order)
    moved = factor * np.array(values)[order]
    for analyze in (abc_analysis, computed_abc, lambda item: abc_by_group(item, ["g"] * len(values))):
        classes = analyze(values).classes
        assert set(classes.tolist()) <= {"A", "B", "C"}
        np.testing.assert_array_equal(analyze(moved).classes, classes[order])


@given(AMOUNTS)
def test_limits_of_computed_classes_lie_on_the_curve(values) -> None:
    """A's limit is no later than the point from which C's is sought, and that no later than C's."""
    found = computed_abc(values)
    assert 0.0 <= found.a_limit[0] <= found.b_start[0] <= found.submarginal[0] + 1e-12 <= 1.0 + 1e-12
    for effort, gain in (found.pareto, found.break_even, found.submarginal):
        assert gain == pytest.approx(np.interp(effort, found.curve.effort, found.curve.gain), abs=1e-12)
    above = np.mean(np.array(values) > np.mean(values) * (1 + 1e-12))
    assert found.break_even[0] == pytest.approx(above)
    assert sum(found.sizes) == len(values)


@given(AMOUNTS)
def test_concentration_indices_agree_with_each_other(values) -> None:
    """Gini is its pairwise definition and that of the curve; the index lies between 1/n and 1; entropy below ln n."""
    array = np.array(values)
    found = concentration_indices(values)
    pairwise = np.abs(array[:, None] - array).mean() / (2 * array.mean())
    assert found.gini == pytest.approx(pairwise, abs=1e-12)
    assert lorenz(values).gini == pytest.approx(gini(values), abs=1e-12)
    assert 1 / len(values) - 1e-12 <= found.herfindahl <= 1.0 + 1e-12
    assert 0.0 <= found.entropy <= np.log(len(values)) + 1e-12
    assert 0.0 <= found.normalized_herfindahl <= 1.0 + 1e-12
    assert pareto_share(values, 1.0) == pytest.approx(1.0)
    assert pareto_share(values, 0.3) == pytest.approx(lorenz(values).share_of_top(0.3), abs=1e-12)


@given(st.lists(st.lists(st.integers(0, 9).map(float), min_size=3, max_size=3), min_size=1, max_size=9).filter(np.any))
def test_abc_xyz_counts_everybody_and_all_value(rows) -> None:
    """The nine cells hold every customer and all value; a steady buyer is X; stability is a distribution."""
    found = abc_xyz(rows)
    assert found.counts.sum() == len(rows)
    assert found.values.sum() == pytest.approx(np.sum(rows))
    steady = np.array([len(set(row)) == 1 and row[0] > 0 for row in rows])
    assert set(found.xyz[steady].tolist()) <= {"X"}
    stability = abc_stability(rows, rng=1, draws=20)
    np.testing.assert_allclose(stability.probability.sum(axis=1), 1.0)
    moves = class_moves(found.abc, stability.classes)
    assert (moves.stayed, moves.climbed, moves.fell) == (1.0, 0, 0)


@given(AMOUNTS, st.floats(0.1, 9.0))
def test_one_criterion_is_the_plain_analysis(values, weight) -> None:
    """An analysis over one criterion, or over the same one twice, is that of the criterion."""
    plain = abc_analysis(values).classes
    np.testing.assert_array_equal(abc_over_criteria({"a": values}, {"a": weight}).classes, plain)
    np.testing.assert_array_equal(abc_over_criteria({"a": values, "b": values}).classes, plain)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9), st.integers(0, 500)), min_size=1, max_size=40),
    st.integers(2, 5),
    st.sampled_from(["independent", "nested"]),
    st.sampled_from(["share", "order"]),
)
def test_rfm_scores_rise_with_what_they_score(rows, bins, method, ties) -> None:
    """Scores lie between 1 and the number of parts; the most recent scores no lower than anybody; cells hold all."""
    recency, frequency, monetary = np.array(rows, dtype=float).T
    found = rfm_scores(recency, frequency, monetary, bins=bins, method=method, ties=ties)
    for part in (found.recency, found.frequency, found.monetary):
        assert part.min() >= 1
        assert part.max() <= bins
    assert found.cells.sum() == len(rows)
    assert np.all(np.diff(found.recency[np.argsort(recency, kind="stable")]) <= 0) or ties == "order"
    if ties == "share":
        assert len(set(zip(recency, found.recency, strict=True))) == len(set(recency))
    if method == "independent" and ties == "order":
        counts = np.bincount(found.frequency, minlength=bins + 1)[1:]
        assert counts.max() - counts.min() <= 1


@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=12), st.integers(-1, 3))
def test_rounding_adds_up_and_moves_nothing_far(values, digits) -> None:
    """Rounded parts add up to the rounded total, and each moves by less than one unit."""
    found = rounded_to_total(values, digits)
    unit = 10.0**-digits
    assert np.all(np.abs(found - np.array(values)) < unit * (1 + 1e-9))
    assert abs(found.sum() - sum(values)) <= 0.5 * unit * (1 + 1e-9) + 1e-9
    np.testing.assert_allclose(found / unit, np.round(found / unit), atol=1e-6)


@st.composite
def costings(draw):
    """Draw resources, activities that serve each other, and volumes."""
    activities = ["orders", "visits", "computing"]
    costs = {name: draw(st.floats(0, 1e5)) for name in ("salaries", "rent")}
    shares = {}
    for name in costs:
        parts = [draw(st.integers(1, 9)) for _ in activities]
        shares[name] = {activity: part / sum(parts) for activity, part in zip(activities, parts, strict=True)}
    services = {
        "computing": {"orders": draw(st.floats(0, 0.5)), "visits": draw(st.floats(0, 0.5))},
        "orders": {"computing": draw(st.floats(0, 0.5))},
    }
    return costs, shares, {name: draw(st.floats(1, 1e4)) for name in activities}, services


@given(costings())
def test_costs_are_conserved(costing) -> None:
    """What activities cost adds up to what was put in, also where they serve each other, and goes out whole."""
    costs, shares, volumes, services = costing
    for passed in (None, services):
        found = activity_costs(costs, shares, volumes, services=passed)
        assert found.costs.sum() == pytest.approx(sum(costs.values()), rel=1e-9, abs=1e-6)
        assert found.rates @ found.volumes == pytest.approx(found.total, rel=1e-9, abs=1e-6)
        assert found.assigned.sum() == pytest.approx(found.total, rel=1e-9, abs=1e-6)


@given(
    st.floats(0, 1e6),
    st.floats(1, 1e6),
    st.lists(st.tuples(st.floats(0, 99), st.floats(0, 99)), min_size=1, max_size=5),
)
def test_used_and_unused_capacity_add_up(cost, capacity, work) -> None:
    """Costs of activities and of unused capacity are the cost of capacity, used or not."""
    minutes = {str(place): took for place, (took, _) in enumerate(work)}
    volumes = {str(place): done for place, (_, done) in enumerate(work)}
    found = time_driven_costs(cost, capacity, minutes, volumes)
    assert found.costs.sum() + found.unused_cost == pytest.approx(cost, rel=1e-9, abs=1e-6)
    assert found.minutes.sum() + found.unused_minutes == pytest.approx(capacity)
    assert found.table().column("cost")[-1] == found.total


@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.integers(0, 9), st.integers(0, 2), st.sampled_from("xyz")),
        min_size=1,
        max_size=20,
    )
)
def test_subtotals_add_up_over_any_partition(rows) -> None:
    """Every line of a statement by two keys adds up to that by the first, and to that of the whole."""
    revenue, goods, first, second = zip(*rows, strict=True)
    margins = customer_margins(revenue, goods=goods, serving=1.0)
    fine = margin_by_group(margins, groups=[first, second])
    coarse = margin_by_group(margins, list(first))
    up = fine.rolled_up()
    assert up.groups == coarse.groups
    for name, values in coarse.lines.items():
        np.testing.assert_allclose(up.lines[name], values)
        assert fine.lines[name].sum() == pytest.approx(getattr(margins, name).sum())
    assert fine.profit == pytest.approx(margins.customer_margin.sum())


@given(st.lists(st.integers(-50, 100).map(float), min_size=1, max_size=20), st.floats(0.01, 100.0))
def test_the_whale_curve_peaks_where_losses_begin(profits, factor) -> None:
    """The peak is the sum of all profits above 0, the end the sum of all; the index ignores the currency."""
    curve = whale_curve(profits)
    assert curve.peak == pytest.approx(sum(profit for profit in profits if profit > 0))
    assert curve.total == pytest.approx(sum(profits))
    assert curve.leakage == pytest.approx(-sum(profit for profit in profits if profit < 0))
    parts = curve.cross_subsidy(4)
    assert sum(parts.column("customers")) == len(profits)
    assert sum(parts.column("profit")) == pytest.approx(sum(profits), abs=1e-9)
    scaled = whale_curve(factor * np.array(profits))
    assert (curve.stobachoff is None) == (sum(profits) <= 0)
    if curve.stobachoff is not None:
        assert scaled.stobachoff == pytest.approx(curve.stobachoff, abs=1e-9)
        assert -1e-12 <= curve.stobachoff < 1.0


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.integers(1, 20), st.integers(0, 50), st.integers(1, 20)),
        min_size=1,
        max_size=6,
    )
)
def test_variances_add_up_to_the_whole_difference(rows) -> None:
    """Price, volume, mix, new and lost add up to actual less planned revenue; quantity and mix to that of units."""
    before, old, after, new = np.array(rows, dtype=float).T
    found = price_volume_mix(before, old, after, new)
    np.testing.assert_allclose(found.total.sum(), after @ new - before @ old, atol=1e-8)
    assert found.totals[4] == pytest.approx(after @ new - before @ old, abs=1e-8)
    if before.sum() > 0:
        units = quantity_mix(before, after, old)
        np.testing.assert_allclose(units.volume, (after - before) * old, atol=1e-8)
        assert units.mix_by_average.sum() == pytest.approx(units.mix.sum(), abs=1e-8)
        market = market_variance(1000.0, 1200.0, before.sum(), after.sum(), units.average)
        assert market.quantity == pytest.approx(units.quantity.sum(), abs=1e-7)


@given(FLOWS)
def test_nothing_is_worth_anything_at_an_internal_rate(flows) -> None:
    """At every internal rate payments are worth nothing; scale and sign make no difference; Descartes bounds them."""
    assume(any(flows))
    found = internal_rates(flows)
    for rate in found.rates:
        worth = np.sum(np.abs(flows) * (1.0 + rate) ** -np.arange(len(flows)))
        assert abs(npv(rate, flows)) <= 1e-8 * worth
    assert len(found.rates) <= found.sign_changes
    np.testing.assert_allclose(internal_rates(-3.0 * np.array(flows)).rates, found.rates, rtol=1e-6, atol=1e-9)
    if found.sign_changes == 1:
        assert len(found.rates) == 1


@given(st.lists(st.floats(0, 100), min_size=1, max_size=6), RATES, RATES)
def test_later_receipts_are_worth_less_at_a_higher_rate(receipts, one, other) -> None:
    """The value of receipts does not rise with the rate, is their sum at 0, and discounting never pays back sooner."""
    low, high = sorted((one, other))
    assert npv(high, receipts) <= npv(low, receipts) + 1e-9
    assert npv(0.0, receipts) == pytest.approx(sum(receipts))
    flows = [-50.0, *receipts]
    plain, discounted = payback(flows), discounted_payback(low, flows)
    assert discounted is None or (plain is not None and discounted >= plain - 1e-9)
    if sum(receipts) > 0:
        rate = mirr(flows, finance_rate=low, reinvest_rate=low)
        assert (rate >= low - 1e-9) == (npv(low, flows) >= -1e-7) or abs(rate - low) < 1e-6


@given(st.floats(-5, 5), st.floats(0.1, 1000))
def test_a_return_and_its_inverse_agree(target, cost) -> None:
    """The gain that gives a return gives it."""
    assert roi(gain_for_roi(target, cost), cost) == pytest.approx(target, abs=1e-9)


@given(st.lists(st.floats(0, 100), min_size=2, max_size=9), st.lists(st.floats(0, 100), min_size=2, max_size=9))
def test_lift_turns_round_with_its_groups(treated, control) -> None:
    """Exchanging the groups turns the sign of the difference and of its interval."""
    one, other = mean_lift(treated, control), mean_lift(control, treated)
    assert one.difference == pytest.approx(-other.difference)
    low, high = one.interval(0.9)
    assert other.interval(0.9) == pytest.approx((-high, -low))
    assert low <= one.difference <= high


@given(st.floats(1, 500), st.floats(0.0, 0.95), RATES)
def test_the_three_timings_differ_as_they_should(margin, retention, discount) -> None:
    """Margins at once are worth one margin more than after retention, and 1 + d times those at the period's end."""
    now, after, end = (
        retention_clv(margin, retention, discount, first_payment=when)
        for when in ("now", "after_retention", "end_of_period")
    )
    assert now - after == pytest.approx(margin)
    assert now == pytest.approx((1 + discount) * end)
    long = retention_clv(margin, retention, discount, first_payment="end_of_period", periods=4000)
    assert long == pytest.approx(end, rel=1e-9)


@given(st.floats(1, 500), st.floats(0.05, 0.9), RATES, st.floats(0.0, 0.9), st.floats(0.0, 100.0))
def test_value_rises_with_retention_and_falls_with_the_rate(margin, retention, discount, share, acquisition) -> None:
    """With a positive net margin a year value rises with retention and falls with the rate; elasticities are slopes."""
    cost = share * margin
    at = {"first_payment": "now", "retention_cost": cost}
    value = retention_clv(margin, retention, discount, **at)
    if (margin * (1 + discount) - cost) > 0:
        assert retention_clv(margin, retention + 0.05, discount, **at) >= value - 1e-9
    if margin * retention > cost * (1 + 1e-9):
        assert retention_clv(margin, retention, discount + 0.05, **at) <= value + 1e-9
    assume(abs(retention_clv(margin, retention, discount, first_payment="now") - acquisition) > 1e-3)
    found = value_sensitivity(margin, retention, discount, acquisition_cost=acquisition, first_payment="now")
    step = 1e-6

    def slope(**moved: float) -> float:
        given_values = {"margin": margin, "retention": retention, "discount": discount}
        ends = [
            retention_clv(
                **{**given_values, **{name: size + sign * step * size for name, size in moved.items()}},
                first_payment="now",
            )
            for sign in (1, -1)
        ]
        return (ends[0] - ends[1]) / (2 * step) / found.value

    assert found.retention == pytest.approx(slope(retention=retention), rel=1e-4, abs=1e-5)
    assert found.margin == pytest.approx(slope(margin=margin), rel=1e-4, abs=1e-5)
    assert found.discount == pytest.approx(slope(discount=discount), rel=1e-4, abs=1e-5)
    assert found.margin + found.acquisition == pytest.approx(1.0, rel=1e-9)


@given(st.floats(1, 200), st.floats(0.05, 0.9), RATES)
def test_continuous_value_is_the_limit_of_short_periods(margin, hazard, force) -> None:
    """A margin in very short periods is worth what an even flow is."""
    steps = 20_000
    short = retention_clv(
        margin / steps, np.exp(-hazard / steps), np.expm1(force / steps), first_payment="end_of_period"
    )
    assert short == pytest.approx(continuous_clv(margin, hazard, force), rel=1e-3)


@given(st.floats(10, 300), st.floats(0, 50), st.floats(0, 1), RATES, st.integers(1, 12))
def test_a_flat_path_is_case_one(contribution, promotion, retention, discount, years) -> None:
    """Case 3 with a contribution that does not change is case 1."""
    flat = berger_nasr_path(lambda year: contribution, promotion, retention, discount, years)
    assert flat == pytest.approx(berger_nasr_yearly(contribution, promotion, retention, discount, years), abs=1e-9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5), st.integers(1, 8))
def test_buyers_by_recency_are_powers_of_the_chain(chances, years) -> None:
    """The share who buy in a year is the first entry of the first row of a power of the recency chain."""
    size = len(chances)
    chain = np.zeros((size + 1, size + 1))
    chain[-1, -1] = 1.0
    for place, chance in enumerate(chances):
        chain[place, 0] += chance
        chain[place, place + 1] += 1.0 - chance
    found = buyers_by_recency(chances, years)
    for year in range(years + 1):
        assert found[year] == pytest.approx(np.linalg.matrix_power(chain, year)[0, 0], abs=1e-12)


@given(st.floats(0.05, 0.9), st.floats(0.01, 0.5), st.floats(0.05, 0.9), st.floats(0.01, 0.5), st.floats(5, 200), RATES)
def test_the_best_budgets_beat_all_others(ceiling, slope, top, steep, margin, discount) -> None:
    """No budget near or far gives more equity than the best one, and spending on nobody gives what is left."""
    winning, keeping = ResponseCurve(ceiling, slope), ResponseCurve(top, steep)
    best = optimal_equity(winning, keeping, margin=margin, discount=discount)
    for acquire in (0.0, 0.9 * best.acquisition_spend, 1.1 * best.acquisition_spend + 0.01):
        for retain in (0.0, 0.9 * best.retention_spend, 1.1 * best.retention_spend + 0.01):
            other = customer_equity(
                winning, keeping, margin=margin, discount=discount, acquisition_spend=acquire, retention_spend=retain
            )
            assert other <= best.equity + 1e-9 * max(1.0, abs(best.equity))
    assert winning.spend(winning.share(3.0)) == pytest.approx(3.0, rel=1e-6)


@given(
    st.lists(
        st.tuples(st.sampled_from(["r01", "r11", "r30"]), st.floats(0, 99), st.floats(0, 99), st.floats(0, 9)),
        min_size=1,
        max_size=9,
    )
)
def test_results_of_relationships_add_up(rows) -> None:
    """Parts by kind add up to the whole, however kinds are shared."""
    kinds, benefits, costs, invested = (list(part) for part in zip(*rows, strict=True))
    found = return_on_relationships(kinds, benefits, costs, invested)
    shared = return_on_relationships([[kind, "other"] for kind in kinds], benefits, costs, invested)
    whole = sum(benefits) - sum(costs) - sum(invested)
    assert found.total_net == pytest.approx(whole, abs=1e-9)
    assert shared.total_net == pytest.approx(whole, abs=1e-9)


@given(st.floats(0.01, 0.999), st.sampled_from(["month", "quarter", "year", "week"]))
def test_rates_of_other_periods_lead_back(value, per) -> None:
    """Retention per month, quarter, year or week and back is the same, and churn is the rest."""
    rate = RetentionRate(value, per="month")
    assert rate.to(per).to("month").value == pytest.approx(value, rel=1e-9)
    assert rate.to(per).value + rate.to(per).churn.value == pytest.approx(1.0)
    assert rate.mean_life == pytest.approx(rate.mean_renewals + 1.0)
    assert rate.churn.to("year").value == pytest.approx(rate.to("year").churn.value)


@given(st.lists(st.integers(0, 8), min_size=1, max_size=20))
def test_survival_without_censoring_is_the_share_that_stayed(durations) -> None:
    """Where everybody left, survival is the share who stayed longer; those who left at once begin the first drop."""
    curve = kaplan_meier(durations, [True] * len(durations), per="month").share
    for period in range(1, max(durations) + 1):
        assert curve[period] == pytest.approx(np.mean(np.array(durations) > period), abs=1e-12)


@given(st.lists(st.integers(0, 10), min_size=1, max_size=30))
def test_net_promoters_lie_between_their_ends(answers) -> None:
    """The score lies between -100 and 100, turns round with the scale's ends, and its interval holds it."""
    found = net_promoter_score(answers)
    low, high = found.interval()
    assert -100.0 <= low <= found.score <= high <= 100.0
    assert found.promoters + found.passives + found.detractors == len(answers)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=6))
def test_shares_of_wallet_add_up_to_one(ranks) -> None:
    """The rule shares out a whole wallet, equal ranks alike."""
    shares = wallet_allocation(ranks)
    assert shares.sum() == pytest.approx(1.0)
    assert len(set(zip(ranks, shares.round(12).tolist(), strict=True))) == len(set(ranks))
