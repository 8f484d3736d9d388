"""The pictures of customers moving between phases, and of scores."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Rectangle

import relmodels as rm
from relmodels import plot
from relmodels.markov import HMM, FreeTransitions, Poisson

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
