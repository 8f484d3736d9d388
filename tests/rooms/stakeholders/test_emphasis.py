"""Emphasis, plans, salience and referrals say what their papers describe, on figures of our own."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.stats import friedmanchisquare

from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.stakeholders.emphasis import (
    EMPHASIS_BY_DISCIPLINE,
    EmphasisProfile,
    JurorRating,
    discipline_emphasis,
    emphasis_gaps,
)
from relmodels.stakeholders.market_planning import (
    MARKET_ASSESSMENT,
    RELATIONSHIP_MANAGEMENT_CHAIN,
    STAKEHOLDER_PLANNING,
    MarketAssessment,
    StakeholderPlan,
    unplanned,
)
from relmodels.stakeholders.referral import InfluenceGroup, influence_priorities, referral_balance, referred_work
from relmodels.stakeholders.salience import SALIENCE_TYPES, SalienceType, salience
from relmodels.stakeholders.scope import SCOPE
from relmodels.stakeholders.six_markets import SIX_MARKETS, SPIDERGRAM_AXES

MARKS = st.floats(0, 10).map(lambda mark: round(mark, 1))


@st.composite
def profiles(draw) -> EmphasisProfile:
    axes = tuple(f"a{place}" for place in range(draw(st.integers(2, 7))))
    jurors = draw(st.integers(1, 5))
    rows = [draw(st.lists(MARKS, min_size=2 * len(axes), max_size=2 * len(axes))) for _ in range(jurors)]
    ratings = [
        JurorRating(
            juror=f"j{place}",
            current=dict(zip(axes, row[: len(axes)], strict=True)),
            desired=dict(zip(axes, row[len(axes) :], strict=True)),
        )
        for place, row in enumerate(rows)
    ]
    return EmphasisProfile(axes=axes, ratings=tuple(ratings))


@given(profiles(), st.randoms(use_true_random=False))
def test_the_order_of_axes_and_jurors_makes_no_difference(profile, random) -> None:
    """Gaps, spreads and agreement stay when axes or jurors are listed in another order."""
    axes, ratings = list(profile.axes), list(profile.ratings)
    random.shuffle(axes)
    random.shuffle(ratings)
    one = emphasis_gaps(profile)
    other = emphasis_gaps(EmphasisProfile(axes=tuple(axes), ratings=tuple(ratings)))
    places = [axes.index(axis) for axis in one.axes]
    np.testing.assert_allclose(other.gap[places], one.gap, atol=1e-12)
    np.testing.assert_allclose(other.current_spread[places], one.current_spread, atol=1e-12)
    assert other.mean_absolute_gap == pytest.approx(one.mean_absolute_gap, abs=1e-12)
    assert (one.current_agreement is None) == (other.current_agreement is None)
    if one.current_agreement is not None:
        assert other.current_agreement == pytest.approx(one.current_agreement, abs=1e-12)


@given(profiles())
def test_agreement_is_friedmans_statistic_scaled(profile) -> None:
    """Kendall's W is Friedman's chi-square over jurors times axes less one, lies in [0, 1], and survives JSON."""
    found = emphasis_gaps(profile)
    marks = np.array([[rating.current[axis] for axis in profile.axes] for rating in profile.ratings])
    jurors, axes = marks.shape
    if found.current_agreement is None:
        assert jurors < 2 or all(len(set(row)) == 1 for row in marks.tolist())
    else:
        assert -1e-12 <= found.current_agreement <= 1.0 + 1e-12
        if axes > 2:
            statistic = friedmanchisquare(*marks.T).statistic
            assert found.current_agreement == pytest.approx(statistic / (jurors * (axes - 1)), abs=1e-10)
    assert EmphasisProfile.from_json(profile.to_json(personal="keep")) == profile
    assert "juror" not in profile.to_json()


@given(profiles(), st.floats(0.5, 3.0), st.floats(-5.0, 5.0))
def test_the_scale_makes_no_difference_to_the_ranking(profile, factor, shift) -> None:
    """Ratings on another scale have gaps that are as many times larger, and the same agreement."""
    moved = EmphasisProfile(
        axes=profile.axes,
        scale_min=shift,
        scale_max=shift + 10.0 * factor + 1e-9,
        ratings=tuple(
            JurorRating(
                current={axis: shift + factor * mark for axis, mark in rating.current.items()},
                desired={axis: shift + factor * mark for axis, mark in rating.desired.items()},
            )
            for rating in profile.ratings
        ),
    )
    np.testing.assert_allclose(emphasis_gaps(moved).gap, factor * emphasis_gaps(profile).gap, atol=1e-9)


def test_axes_that_a_juror_left_out_are_averaged_over_the_others():
    """A missing rating takes part in no mean, no spread and no agreement."""
    ratings = (
        JurorRating(current={"a": 2.0, "b": 4.0}, desired={"a": 6.0, "b": 4.0}),
        JurorRating(current={"a": 4.0}, desired={"a": 8.0, "b": 6.0}),
    )
    found = emphasis_gaps(EmphasisProfile(axes=("a", "b"), ratings=ratings))
    assert found.current.tolist() == [3.0, 4.0]
    assert found.current_spread.tolist() == [pytest.approx(math.sqrt(2.0)), 0.0]
    assert found.current_agreement is None
    assert found.desired_agreement == pytest.approx(1.0)
    assert found.ranked == ("a", "b")


def test_the_default_axes_are_the_seven_of_the_spidergram():
    """Without axes a profile has the seven of the figure, and its table names them in either language."""
    marks = {str(axis): 5.0 for axis in SPIDERGRAM_AXES}
    found = emphasis_gaps(EmphasisProfile(ratings=(JurorRating(current=marks, desired=marks),)))
    assert found.axes == tuple(marks)
    assert found.table("ru").column("name")[0] == "Существующие клиенты"
    assert found.mean_absolute_gap == 0.0


def test_every_fault_of_a_profile_is_named():
    """Axes that do not exist, marks off the scale and axes that nobody rated are named at once, with their place."""
    text = (
        '{"axes": ["a", "b"], "ratings": [{"current": {"a": 11, "c": 1}, "desired": {"a": 3}}, '
        '{"current": {}, "desired": {"a": -1}}]}'
    )
    with pytest.raises(InvalidData) as caught:
        EmphasisProfile.from_json(text)
    said = str(caught.value)
    for wanted in (
        "ratings[0].current['a'] = 11.0 lies outside the scale from 0.0 to 10.0",
        "ratings[0].current rates 'c', which is no axis",
        "ratings[1].desired['a'] = -1.0",
        "nobody rated the current emphasis on b",
        "nobody rated the desired emphasis on b",
    ):
        assert wanted in said, wanted
    with pytest.raises(ValidationError, match="axes name one more than once"):
        EmphasisProfile(axes=("a", "a"), ratings=(JurorRating(current={"a": 1}, desired={"a": 1}),))
    with pytest.raises(ValidationError, match="is not above scale_min"):
        EmphasisProfile(
            axes=("a",), scale_min=3, scale_max=3, ratings=(JurorRating(current={"a": 3}, desired={"a": 3}),)
        )


def test_each_discipline_stresses_markets_that_exist():
    """Every market of a value discipline is a row of the six markets; wishes for its markets fit it best."""
    for discipline, markets in EMPHASIS_BY_DISCIPLINE.items():
        assert all(market in SIX_MARKETS for market in markets)
        wish = {
            str(axis): 9.0 if any(market == axis or market.startswith(f"{axis}.") for market in markets) else 2.0
            for axis in SPIDERGRAM_AXES
        }
        fits = discipline_emphasis(emphasis_gaps(EmphasisProfile(ratings=(JurorRating(current=wish, desired=wish),))))
        assert max(fits, key=lambda name: fits[name]) == discipline
        assert fits[discipline] == pytest.approx(0.7)
    own = EmphasisProfile(axes=("a", "b"), ratings=(JurorRating(current={"a": 1, "b": 1}, desired={"a": 1, "b": 1}),))
    with pytest.raises(InvalidData, match="the axes tell nothing of operational excellence"):
        discipline_emphasis(emphasis_gaps(own))


def test_assessments_and_plans_say_what_is_missing():
    """The four steps and the four elements are those of the papers; what is empty is missing until it is filled."""
    assert [len(process) for process in (MARKET_ASSESSMENT, STAKEHOLDER_PLANNING, RELATIONSHIP_MANAGEMENT_CHAIN)] == [
        4
    ] * 3
    assert STAKEHOLDER_PLANNING.is_allowed("measurement_feedback", "value_proposition")
    full = MarketAssessment(
        market="six.referral",
        participants=("members",),
        expectations=("thanks",),
        current_emphasis=2,
        desired_emphasis=6,
        strategy="ask for it",
        plan_needed=False,
    )
    assert full.missing == ()
    assert MarketAssessment(market="x").missing == tuple(row.code for row in MARKET_ASSESSMENT.stages)
    assert MarketAssessment.from_json(full.to_json()) == full
    one_way = StakeholderPlan(group="scope.owners", offered=("dividends",))
    assert one_way.missing[0] == "value_proposition"
    parts = (
        StakeholderPlan(group="scope.customers.prospect", offered=("a",), received=("b",)),
        StakeholderPlan(group="scope.customers", delivery=("c",), actions=("d",), measures=("e",)),
    )
    left = unplanned(parts, SCOPE)
    assert "scope.customers" not in left
    assert len(left) == 4


@pytest.mark.parametrize(
    ("power", "legitimacy", "urgency", "kind"),
    [
        (0, 0, 0, "non_stakeholder"),
        (9, 0, 0, "dormant"),
        (0, 9, 0, "discretionary"),
        (0, 0, 9, "demanding"),
        (9, 9, 0, "dominant"),
        (9, 0, 9, "dangerous"),
        (0, 9, 9, "dependent"),
        (9, 9, 9, "definitive"),
    ],
)
def test_the_eight_kinds_of_salience(power, legitimacy, urgency, kind):
    """Each combination of the three attributes is the type of that name, in the class of as many attributes."""
    found = salience([power], [legitimacy], [urgency])
    (code,) = found.types
    assert code == f"salience.{kind}"
    assert len(SALIENCE_TYPES[code].trait("attributes").split()) == found.attributes[0]
    group = SALIENCE_TYPES[code].group
    assert group.endswith(("none", "latent", "expectant", "definitive")[found.attributes[0]])


@given(st.lists(st.tuples(MARKS, MARKS, MARKS), min_size=1, max_size=8), st.floats(0, 9.9))
def test_salience_counts_everybody_once_and_falls_with_the_threshold(ratings, threshold) -> None:
    """Types partition the stakeholders, and a higher threshold never gives anybody an attribute."""
    columns = np.array(ratings).T
    low, high = salience(*columns, threshold=threshold / 2), salience(*columns, threshold=threshold)
    assert sum(low.counts().values()) == len(ratings)
    assert np.all(high.attributes <= low.attributes)
    assert set(low.counts()) == set(SalienceType)
    ranked = low.table([f"s{place}" for place in range(len(ratings))]).column("attributes")
    assert list(ranked) == sorted(ranked, reverse=True)


def test_faults_of_salience_are_named():
    """Ratings off the scale, of different length or not numbers, and a threshold outside are named at once."""
    with pytest.raises(InvalidParameters) as caught:
        salience([11, 2], [float("nan"), 1], ["a"], threshold=10)
    said = str(caught.value)
    for wanted in ("power[0] = 11.0", "legitimacy[0] = nan", "urgency holds", "differ in length", "threshold = 10"):
        assert wanted in said, wanted


def test_the_vital_few_bring_their_share():
    """The smallest set of referrers that brings the share is found, whole work included, and sums are by referrer."""
    work = referred_work(["a", "b", "a", "c"], [1.0, 5.0, 1.0, 3.0], share=0.8)
    assert work.vital_few == ("b", "c")
    assert referred_work(["a", "b"], [0.1, 0.2], share=1.0).vital_few == ("b", "a")
    assert work.table().column("cumulated")[-1] == pytest.approx(1.0)
    for amounts, said in (([1.0], "has 1 rows"), ([-1.0, 2.0], "is negative"), ([0.0, 0.0], "all amounts are 0")):
        with pytest.raises(InvalidData, match=said):
            referred_work(["a", "b"], amounts)
    with pytest.raises(InvalidData, match="share = 0 is not between"):
        referred_work(["a"], [1.0], share=0)


def test_the_balance_of_referrals():
    """What was received less what was given is the balance; who is on one side only has nothing on the other."""
    sheet = referral_balance({"a": 3.0}, {"b": 2.0, "a": 1.0})
    assert sheet.balance.tolist() == [2.0, -2.0]
    assert list(sheet.table().column("party")) == ["a", "b"]
    with pytest.raises(InvalidData, match="is negative"):
        referral_balance({"a": -1.0}, {})


def test_influence_is_ranked_by_what_a_group_can_do():
    """Importance times the larger of good and harm decides; equal ones keep their order; none at all is an error."""
    groups = [
        InfluenceGroup(name="a", market="six.influence", importance=0.5, positive=0.4, negative=0.8),
        InfluenceGroup(name="b", market="six.influence.unions", importance=0.5, positive=0.8, negative=0.1),
        InfluenceGroup(name="c", market="six.influence.unions", importance=1.0, positive=0.5, negative=0.1),
    ]
    ranked = influence_priorities(groups)
    assert ranked.column("group") == ("c", "a", "b")
    with pytest.raises(InvalidData, match="no influence groups"):
        influence_priorities([])
    with pytest.raises(ValidationError, match="pattern"):
        InfluenceGroup(name="a", market="six.internal", importance=0.5, positive=0.4, negative=0.8)
