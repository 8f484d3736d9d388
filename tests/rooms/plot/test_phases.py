"""The pictures of customers moving between phases, of paths, and of scores."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Rectangle

import relmodels as rm
from relmodels import plot
from relmodels.markov import HMM, FreeTransitions, Poisson
from relmodels.plot.path_layout import label_places, places

MODEL = HMM([0.5, 0.5], FreeTransitions([[0.9, 0.1], [0.3, 0.7]]), Poisson([0.2, 3.0]))
LABELED = rm.label(MODEL, rm.dwyer.PROCESS, ["dissolution", "expansion"])


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close what a test has drawn."""
    yield
    plt.close("all")


def test_columns_are_as_high_as_the_customers() -> None:
    """Each column's parts add up to the customers of its period, and every phase is named with its number."""
    panel = MODEL.simulate(6, rng=1, customers=40)
    drawn = plot.phases(LABELED.trajectory(panel))
    bars = [bar for bar in drawn.patches if isinstance(bar, Rectangle)]
    heights = np.array([bar.get_height() for bar in bars]).reshape(2, 6)
    np.testing.assert_allclose(heights.sum(axis=0), 40.0)
    texts = [text.get_text() for text in drawn.texts]
    assert [text.partition(" (")[0] for text in texts] == ["Expansion", "Dissolution"]
    assert drawn.get_xlabel() == "Period"


def test_many_periods_are_thinned() -> None:
    """At most so many columns as asked for are drawn, the first and the last period among them."""
    _, ax = plt.subplots()
    panel = MODEL.simulate(60, rng=1, customers=10)
    drawn = plot.phases(LABELED.trajectory(panel), ax=ax, columns=8)
    assert drawn is ax
    assert len(drawn.patches) == 2 * 8


def test_ribbons_between_thinned_columns_are_as_wide_as_the_flow() -> None:
    """Over several periods the ribbons out of a column add up to it, as nobody comes or goes."""
    panel = MODEL.simulate(9, rng=2, customers=30)
    drawn = plot.phases(LABELED.trajectory(panel), columns=3)
    ends = [np.asarray(part.get_paths()[0].vertices) for part in drawn.collections]
    widths = [float(np.ptp(corner[np.isclose(corner[:, 0], corner[:, 0].min()), 1])) for corner in ends]
    assert sum(widths) == pytest.approx(2 * 30.0, rel=1e-9)


def test_one_period_has_no_moves() -> None:
    """A panel of one period is refused."""
    with pytest.raises(rm.InvalidParameters, match="needs two"):
        plot.phases(LABELED.trajectory(rm.Panel.from_arrays([[1], [2]])))


def test_a_path_diagram_has_a_box_and_an_arrow_for_each() -> None:
    """Three arrows with their numbers, and what is explained in the boxes of what is caused."""
    rng = np.random.default_rng(1)
    answers = {"a": rng.normal(size=80), "b": rng.normal(size=80)}
    answers["c"] = answers["a"] + rng.normal(size=80)
    answers["d"] = answers["c"] - answers["b"] + rng.normal(size=80)
    survey = rm.Survey.from_frame(answers, list("abcd"))
    drawn = plot.paths(rm.fit(rm.PathModel.parse("c ~ a; d ~ b + c"), survey), names={"a": "Cause"})
    texts = [text.get_text() for text in drawn.texts]
    assert sum("explained" in text for text in texts) == 2
    assert "Cause" in texts
    assert len([text for text in texts if text.replace("−", "").replace(".", "").isdigit()]) == 3
    with pytest.raises(rm.InvalidParameters, match="no paths"):
        plot.paths(rm.fit(rm.PathModel.parse("f =~ a + b + c + d"), survey, check=False))


def test_no_arrow_of_the_theory_runs_through_a_box() -> None:
    """In the diagram of the commitment-trust theory every arrow passes every other box at half a row or more."""
    links = [(one.cause, one.effect) for one in rm.morgan_hunt.HYPOTHESES]
    where = places(links)
    for cause, effect in links:
        (left, low), (right, high) = where[cause], where[effect]
        for name, (column, row) in where.items():
            if left < column < right and name not in {cause, effect}:
                assert abs(low + (column - left) / (right - left) * (high - low) - row) > 0.5, (cause, effect, name)


def test_figures_of_arrows_stand_apart() -> None:
    """No two figures of the diagram stand on the same spot, and each is on its arrow."""
    links = [(one.cause, one.effect) for one in rm.morgan_hunt.HYPOTHESES]
    where = places(links)
    found = label_places(links, where)
    for place, ((cause, effect), (across, up)) in enumerate(zip(links, found, strict=True)):
        share = (across - where[cause][0]) / (where[effect][0] - where[cause][0])
        assert 0.2 < share < 0.7
        assert up == pytest.approx(where[cause][1] + share * (where[effect][1] - where[cause][1]))
        assert all(np.hypot(across - x, up - y) > 0.15 for x, y in found[:place])


def test_a_circle_cannot_be_drawn() -> None:
    """Paths that run in a circle are refused."""
    with pytest.raises(rm.InvalidParameters, match="run in a circle"):
        places([("a", "b"), ("b", "a")])


def test_scores_have_a_row_of_bars_for_each_construct() -> None:
    """Each construct has its name, its mean, and bars whose number of respondents is that of its scores."""
    names = [one for code in ("trust", "commitment") for one in rm.morgan_hunt.ITEMS[code]]
    survey = rm.Survey.from_frame(rm.datasets.trust_survey(), names)
    text = f"trust =~ {' + '.join(names[:4])}; commitment =~ {' + '.join(names[4:])}"
    found = rm.respondent_scores(rm.fit(rm.PathModel.parse(text), survey), survey)
    drawn = plot.score_distribution(found, names={"trust": "Trust"})
    assert [one.get_text() for one in drawn.get_yticklabels()] == ["relationship quality", "commitment", "Trust"]
    assert [one.get_text() for one in drawn.texts] == [f"{found.value[:, place].mean():.1f}" for place in (2, 1, 0)]
    assert drawn.get_xlim() == (1.0, 7.0)
    half = np.column_stack([np.full(3, np.nan), [2.0, 3.0, 7.0]])
    some = rm.RespondentScores(("trust", "commitment"), half, half, (1, 7), "mean", 0)
    assert [one.get_text() for one in plot.score_distribution(some).texts] == ["4.0"]
    nobody = rm.RespondentScores(("trust",), np.full((3, 1), np.nan), np.full((3, 1), np.nan), (1, 7), "mean", 0)
    with pytest.raises(rm.InvalidData, match="no respondent has one"):
        plot.score_distribution(nobody)
