"""The picture of customers moving between phases."""

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
    assert len([text for text in texts if text.replace("-", "").replace(".", "").isdigit()]) == 3
    with pytest.raises(rm.InvalidParameters, match="no paths"):
        plot.paths(rm.fit(rm.PathModel.parse("f =~ a + b + c + d"), survey, check=False))
