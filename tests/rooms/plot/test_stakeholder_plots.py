"""The network picture and the spidergram show what they are given, in the language that is asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.projections.polar import PolarAxes

from relmodels import plot
from relmodels.core.errors import InvalidParameters, MissingExtra
from relmodels.stakeholders.emphasis import EmphasisGaps, EmphasisProfile, JurorRating, emphasis_gaps
from relmodels.stakeholders.six_markets import SIX_MARKETS, SPIDERGRAM_AXES
from tests.rooms.stakeholders.networks import roaster

TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close what a test has drawn."""
    yield
    plt.close("all")


def gaps() -> EmphasisGaps:
    axes = [str(axis) for axis in SPIDERGRAM_AXES]
    ratings = [
        JurorRating(current=dict.fromkeys(axes, low), desired=dict.fromkeys(axes, high))
        for low, high in ((2.0, 6.0), (4.0, 8.0))
    ]
    return emphasis_gaps(EmphasisProfile(ratings=tuple(ratings)))


def test_everybody_with_a_relationship_is_drawn_once() -> None:
    """Each party of the day stands in the picture under its name, the focal one in the middle."""
    network = roaster().as_of(TODAY)
    drawn = plot.network(network)
    names = [text.get_text() for text in drawn.texts]
    tied = {node for tie in network.relationships for node in (tie.source_id, tie.target_id)}
    assert sorted(names) == sorted(network.ties.name(node) for node in tied)
    assert "Granite Coffee Bars" not in names
    assert len(drawn.get_lines()) == len(network.relationships)


def test_sectors_and_names_speak_russian() -> None:
    """With Russian as the language names and sectors are Russian where there is a Russian name."""
    drawn = plot.network(roaster().as_of(TODAY), taxonomy=SIX_MARKETS, language="ru", title="Кофе")
    words = {text.get_text() for text in drawn.texts}
    assert "Сеть «Гавань»" in words
    legend = drawn.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()][-1] == "Прочие"
    assert drawn.get_title(loc="left") == "Кофе"


def test_names_do_not_lie_on_each_other() -> None:
    """No two names of the example overlap in the drawn picture."""
    drawn = plot.network(roaster().as_of(TODAY))
    figure = drawn.figure
    figure.canvas.draw()
    places = np.array([text.get_position() for text in drawn.texts[1:]])
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    assert distances.min() > 0.1


def test_the_network_is_drawn_where_it_is_told() -> None:
    """Given axes are used and returned."""
    _, ax = plt.subplots()
    assert plot.network(roaster(), ax=ax) is ax


def test_the_spidergram_starts_at_the_top_and_shows_both_lines() -> None:
    """Seven axes go clockwise from the top; the lines lie at the means, and the jurors' range is drawn on each axis."""
    drawn = plot.spidergram(gaps(), language="ru")
    assert isinstance(drawn, PolarAxes)
    now, wanted = drawn.get_lines()
    assert now.get_label() == "сейчас"
    assert np.asarray(now.get_ydata()).tolist() == [3.0] * 8
    assert np.asarray(wanted.get_ydata()).tolist() == [7.0] * 8
    assert len(drawn.get_xticklabels()) == 7
    assert drawn.get_ylim() == (0.0, 10.0)
    assert drawn.get_theta_offset() == pytest.approx(np.pi / 2)


def test_a_spidergram_of_ones_own_axes() -> None:
    """A second-level spidergram names axes that are no codes as they are, on polar axes that are given."""
    marks = {"cafes": 3.0, "offices": 5.0, "guests of hotels in the city": 8.0}
    found = emphasis_gaps(EmphasisProfile(axes=tuple(marks), ratings=(JurorRating(current=marks, desired=marks),)))
    _, ax = plt.subplots(subplot_kw={"projection": "polar"})
    assert plot.spidergram(found, ax=ax, title="Customers") is ax
    assert [label.get_text() for label in ax.get_xticklabels()] == [
        "cafes",
        "offices",
        "guests of\nhotels in the\ncity",
    ]


def test_spidergrams_that_cannot_be_drawn_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two axes are no spidergram, square axes are not polar, and without matplotlib the extra is named."""
    marks = {"a": 1.0, "b": 2.0}
    two = emphasis_gaps(EmphasisProfile(axes=("a", "b"), ratings=(JurorRating(current=marks, desired=marks),)))
    with pytest.raises(InvalidParameters, match="three axes or more; there are 2"):
        plot.spidergram(two)
    _, ax = plt.subplots()
    with pytest.raises(InvalidParameters, match="ax is not polar"):
        plot.spidergram(gaps(), ax=ax)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    for draw in (lambda: plot.spidergram(gaps()), lambda: plot.network(roaster())):
        with pytest.raises(MissingExtra, match=r"relmodels\[plot\]"):
            draw()
