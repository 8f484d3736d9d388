"""Published figures of costing, margins, returns, classes, values and loyalty, each to its printed digits."""

from __future__ import annotations

import numpy as np
import pytest

from relmodels.effectiveness.activity_costing import TimeEquation, activity_costs, cost_to_serve, time_driven_costs
from relmodels.effectiveness.berger_nasr import berger_nasr_frequent, berger_nasr_yearly
from relmodels.effectiveness.blattberg_deighton import ResponseCurve, customer_equity, optimal_equity
from relmodels.effectiveness.cash_flows import irr, mirr, npv, payback
from relmodels.effectiveness.computed_abc import computed_abc
from relmodels.effectiveness.concentration_indices import zipf_rank
from relmodels.effectiveness.lorenz import LorenzCurve, gini
from relmodels.effectiveness.loyalty import net_promoter_score_of_counts, share_of_wallet
from relmodels.effectiveness.margins import customer_margins
from relmodels.effectiveness.retention import RetentionRate
from relmodels.effectiveness.retention_clv import margin_multiple, retention_clv
from relmodels.effectiveness.returns import response_lift, roi, romi
from relmodels.effectiveness.rfm import RFM_RULES, RFM_RULES_OLD, RFMRules
from relmodels.effectiveness.scorecard import Measure
from relmodels.effectiveness.variances import price_volume_mix, quantity_mix

TEN = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 10.0, 33.0, 50.0]


def test_kaplan_anderson_2004_classic_rates():
    """Kaplan & Anderson (2004): $560,000 by surveyed shares give rates of $8, $40 and $44.80."""
    shares = {"department": {"orders": 0.7, "inquiries": 0.1, "credit checks": 0.2}}
    volumes = {"orders": 49_000.0, "inquiries": 1_400.0, "credit checks": 2_500.0}
    found = activity_costs({"department": 560_000.0}, shares, volumes)
    np.testing.assert_allclose(found.rates, [8.0, 40.0, 44.8], atol=1e-9)
    assert found.costs.sum() == pytest.approx(560_000.0)


@pytest.mark.parametrize(
    ("cost", "capacity", "volumes", "rate", "minutes", "costs", "unused"),
    [
        (560_000, 700_000, (49_000, 1_400, 2_500), 0.8, (392_000, 61_600, 125_000), (313_600, 49_280, 100_000), 97_120),
        (567_000, 630_000, (51_000, 1_150, 2_700), 0.9, (408_000, 50_600, 135_000), (367_200, 45_540, 121_500), 32_760),
    ],
)
def test_kaplan_anderson_time_driven(cost, capacity, volumes, rate, minutes, costs, unused):
    """Kaplan & Anderson (2004, and the version of their book of 2007): time used, its cost, and what was not used."""
    names = ("orders", "inquiries", "credit checks")
    took = dict(zip(names, (8.0, 44.0, 50.0), strict=True))
    found = time_driven_costs(cost, capacity, took, dict(zip(names, volumes, strict=True)))
    assert found.rate == pytest.approx(rate)
    assert found.minutes.tolist() == list(minutes)
    np.testing.assert_allclose(found.costs, costs)
    assert found.unused_cost == pytest.approx(unused)
    if cost == 560_000:
        np.testing.assert_allclose(found.unit_costs, [6.4, 35.2, 40.0])
        assert found.unused_minutes == 121_400
        assert round(found.utilization, 2) == 0.83


def test_kaplan_anderson_2004_time_equation():
    """Kaplan & Anderson (2004): half a minute to pack, 6.5 more for a special package, 0.2 more by air."""
    packing = TimeEquation(activity="packing", base=0.5, terms={"special": 6.5, "by air": 0.2})
    asked: list[dict[str, float]] = [{}, {"special": 1}, {"special": 1, "by air": 1}, {"by air": 1}]
    assert [packing.minutes(item) for item in asked] == pytest.approx([0.5, 7.0, 7.2, 0.7])


def test_horngren_spring_distribution():
    """Horngren, ch. 14, Spring Distribution: gross margins and operating incomes of five customers."""
    cases = np.array([2080.0, 8750.0, 60800.0, 31800.0, 3900.0])
    price = np.array([14.4, 14.16, 13.2, 13.92, 12.96])
    deliveries, miles = np.array([10, 30, 60, 40, 20]), np.array([14, 4, 3, 8, 40])
    serving = cost_to_serve(
        {"order": 100, "visit": 80, "mile": 2, "case": 0.5, "expedite": 300},
        {
            "order": [15, 25, 30, 25, 30],
            "visit": [2, 3, 6, 2, 3],
            "mile": deliveries * miles,
            "case": cases,
            "expedite": [0, 0, 0, 0, 1],
        },
    )
    found = customer_margins(14.4 * cases, invoice_discount=cases * (14.4 - price), goods=12.0 * cases, serving=serving)
    np.testing.assert_allclose(found.invoice_discount, [0, 2100, 72960, 15264, 5616], atol=0.01)
    np.testing.assert_allclose(found.gross_margin, [4992, 18900, 72960, 61056, 3744], atol=0.01)
    np.testing.assert_allclose(found.customer_margin, [2012, 11545, 38720, 41856, -3346], atol=0.01)


def test_price_volume_mix_of_two_products():
    """A worked table of two products: price -6 and 10, volume 13.3 and 7.1, mix -1.3 and 0.9, 24 in all."""
    found = price_volume_mix([50, 40], [1.2, 0.8], [60, 50], [1.1, 1.0])
    np.testing.assert_allclose(found.price, [-6.0, 10.0], atol=0.05)
    np.testing.assert_allclose(found.volume, [13.3, 7.1], atol=0.05)
    np.testing.assert_allclose(found.mix, [-1.3, 0.9], atol=0.05)
    np.testing.assert_allclose(found.totals, [4.0, 20.4, -0.4, 0.0, 24.0], atol=0.05)


def test_drury_milano():
    """Drury, Milano Company: a volume variance of -4,000 is a quantity variance of 28,900 and a mix of -32,900."""
    found = quantity_mix([8000, 7000, 5000], [6000, 7000, 9000], [20, 12, 9])
    assert (found.quantity.sum(), found.mix.sum()) == pytest.approx((28_900.0, -32_900.0))
    assert found.volume.sum() == pytest.approx(-4_000.0)


def test_kaplan_performance_management_quantity():
    """A workbook of 2018: more units of every product are favorable, whatever its label says: 2,124.6 thousand."""
    budget = np.array([8000.0, 26000.0, 6000.0])
    found = quantity_mix(budget, 46_000 * budget / budget.sum(), [760.0, 94.0, 940.0])
    np.testing.assert_allclose(found.quantity / 1000.0, [912.0, 366.6, 846.0], atol=1e-6)
    assert found.quantity.sum() / 1000.0 == pytest.approx(2124.6)
    assert round(found.average, 1) == 354.1


def test_npv_irr_and_payback():
    """A worked page: 500 for 300, 200 and 150 is worth 86.96 at 6 %, has an irr of 16.46 %, pays back in two."""
    flows = [-500.0, 300.0, 200.0, 150.0]
    assert npv(0.06, flows) == pytest.approx(86.96, abs=0.005)
    assert irr(flows) == pytest.approx(0.1646, abs=6e-5)
    assert payback(flows) == 2.0


def test_mirr_of_the_spreadsheets():
    """The example of the spreadsheet programs' documentation: 12.61 % at 10 % and 12 %."""
    flows = [-120_000.0, 39_000.0, 30_000.0, 21_000.0, 37_000.0, 46_000.0]
    assert mirr(flows, finance_rate=0.10, reinvest_rate=0.12) == pytest.approx(0.1261, abs=5e-5)


def test_three_returns_of_one_campaign():
    """One campaign returns 2.0, 3.0 or 5.0, by which of the three ratios is meant."""
    found = romi(50_000, margin=0.6, spend=10_000)
    assert (found.net, found.gross_margin_return, found.revenue_factor) == pytest.approx((2.0, 3.0, 5.0))


def test_rust_lemon_zeithaml_2004_return():
    """Rust, Lemon & Zeithaml (2004): $70 million that add 101.3 to customer equity return 44.7 %."""
    assert roi(101.3, 70.0) == pytest.approx(0.447, abs=5e-4)


def test_the_gini_printed_as_012_is_024():
    """A solution page prints the area between the curves as Gini; the coefficient is twice that: 0.24."""
    population = np.arange(11) / 10
    share = np.array([0.0, 0.04, 0.08, 0.14, 0.22, 0.32, 0.42, 0.56, 0.7, 0.82, 1.0])
    found = LorenzCurve(population, share).gini
    assert found == pytest.approx(0.24, abs=1e-12)
    assert abs(found - 0.12) > 0.1


def test_gini_of_ten_values():
    """Ten values with a Gini coefficient of 0.71."""
    assert gini(TEN) == pytest.approx(0.71, abs=1e-9)


def test_ultsch_loetsch_2015_as_their_package_computes_it():
    """R ABCanalysis 1.2.1 on ten values: limits at efforts of 0.22, 0.24 and 0.28, and classes of 1, 2 and 7."""
    found = computed_abc(TEN, method="spline")
    np.testing.assert_allclose(found.a_limit, (0.22, 0.8660079), atol=2e-7)
    np.testing.assert_allclose(found.b_start, (0.24, 0.8922421), atol=2e-7)
    np.testing.assert_allclose(found.submarginal, (0.28, 0.9224684), atol=2e-7)
    assert found.sizes == (1, 2, 7)
    assert computed_abc(TEN).break_even[0] == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("curve", "pareto", "break_even", "submarginal"),
    [
        ("uniform", (0.410245, 0.65219), (0.5, 0.75), 0.614542),
        ("exponential", None, (0.36787944, 0.73575888), None),
    ],
)
def test_computed_limits_of_two_distributions(curve, pareto, break_even, submarginal):
    """Ultsch & Lötsch (2015): many values on the quantiles of a distribution have its limits, within a step."""
    steps = (np.arange(20_000) + 0.5) / 20_000
    values = steps if curve == "uniform" else -np.log1p(-steps)
    found = computed_abc(values)
    np.testing.assert_allclose(found.break_even, break_even, atol=1e-4)
    if pareto is not None:
        np.testing.assert_allclose(found.pareto, pareto, atol=1e-4)
        assert found.submarginal[0] == pytest.approx(submarginal, abs=1e-4)


def test_rfm_boxes_of_two_versions():
    """The boxes of the R package rfm: three of 0.2 get no cell and 36 cells no box; all of 0.3.0 do, and 10 do not."""
    for rules in (RFM_RULES_OLD, RFM_RULES):
        assert RFMRules.from_json(rules.to_json()) == rules
    old, new = RFM_RULES_OLD.coverage(), RFM_RULES.coverage()
    assert [*old.cells.values(), old.uncovered] == [8, 28, 24, 0, 0, 3, 3, 20, 0, 3, 36]
    assert [*new.cells.values(), new.uncovered] == [1, 35, 15, 8, 15, 6, 7, 4, 10, 14, 10]


def test_hughes_roll_out():
    """Hughes: 15,290 buyers of 554,000 mailed respond with 2.76 %, 26,000 of all 2,000,000 with 1.3 %."""
    found = response_lift(15_290, 554_000, 26_000, 2_000_000)
    assert (round(found.treated, 4), found.control) == (0.0276, 0.013)
    assert pytest.approx(15_290, abs=1) == 0.0276 * 554_000


def test_small_published_figures_of_loyalty():
    """Retention .85 of 100, 105 and 20; a net promoter score of 50; a share of wallet of 40 %; ranks by Zipf's law."""
    assert RetentionRate.of_counts(start=100, end=105, new=20, per="year").value == pytest.approx(0.85)
    assert net_promoter_score_of_counts(60, 30, 10).score == 50.0
    assert share_of_wallet([60.0], [150.0]).aggregate == pytest.approx(0.4)
    assert [zipf_rank(0.01, participants) for participants in (1000, 100, 100_000)] == [13, 19, 8]


def test_attainment_of_targets():
    """Camms: 95 of a target of 85 is 1.1176 where more is better, 8 of 10 is 1.2 where less is."""
    more = Measure(code="a", name="a", direction="more", rule="target_ratio", target=85)
    less = Measure(code="b", name="b", direction="less", rule="target_ratio", target=10)
    assert more.score(95) == pytest.approx(1.1176, abs=1e-4)
    assert less.score(8) == pytest.approx(1.2, abs=1e-4)


def test_berger_nasr_1998():
    """Berger & Nasr (1998): 568.78 in case 1, 354.69 in case 2b."""
    assert berger_nasr_yearly(260, 50, 0.75, 0.2, 10) == pytest.approx(568.78, abs=0.005)
    assert berger_nasr_frequent(125, 25, 0.8, 0.2, 4, 2) == pytest.approx(354.69, abs=0.005)


def test_gupta_lehmann_2003_multiples():
    """Gupta & Lehmann (2003): the table of margin multiples by retention and discount rate, to two digits."""
    table = [[1.2, 1.75, 2.67, 4.5], [1.15, 1.67, 2.5, 4.09], [1.11, 1.59, 2.35, 3.75], [1.07, 1.52, 2.22, 3.46]]
    for discount, row in zip((0.10, 0.12, 0.14, 0.16), table, strict=True):
        found = [margin_multiple(retention, discount) for retention in (0.6, 0.7, 0.8, 0.9)]
        np.testing.assert_allclose(found, row, atol=0.0051)


def test_subscription_with_and_without_the_first_margin():
    """Farris et al.: 17.95 a month is worth 1,209 with the first margin at once, and 1,190.68 without."""
    margin = 19.95 - 1.5 - 6 / 12
    assert margin == pytest.approx(17.95)
    assert retention_clv(1.0, 0.995, 0.01, first_payment="now") == pytest.approx(67.33, abs=0.005)
    assert retention_clv(margin, 0.995, 0.01, first_payment="now") == pytest.approx(1209, abs=0.7)
    assert retention_clv(margin, 0.995, 0.01, first_payment="after_retention") == pytest.approx(1190.68, abs=0.005)


def test_value_without_discounting():
    """A margin of 3,000 and a retention of ten elevenths are worth 30,000 without discounting."""
    assert retention_clv(3000, 0.909090909091, 0.0, first_payment="after_retention") == pytest.approx(30_000, abs=0.1)


def test_blattberg_deighton_1996_optimum():
    """Blattberg & Deighton (1996): at the best budgets the last customer won, and kept, costs what one is worth."""
    winning, keeping = ResponseCurve(0.4, 0.1), ResponseCurve(0.7, 0.1)
    best = optimal_equity(winning, keeping, margin=50, discount=0.15)
    expected = (10.3221, 15.9183, 0.2575, 0.5575, 70.1816, 7.7505)
    found = (
        best.acquisition_spend,
        best.retention_spend,
        best.acquisition_rate,
        best.retention_rate,
        best.customer_value,
        best.equity,
    )
    assert found == pytest.approx(expected, abs=5e-4)
    assert 1.0 / winning.marginal(best.acquisition_spend) == pytest.approx(best.customer_value)
    assert 1.0 / keeping.marginal(best.retention_spend) == pytest.approx(best.customer_value)
    spent = {"acquisition_spend": best.acquisition_spend, "retention_spend": best.retention_spend}
    assert customer_equity(winning, keeping, margin=50, discount=0.15, **spent) == pytest.approx(best.equity)
