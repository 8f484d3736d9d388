"""The path diagram: nothing stands on anything else, whatever the model, and what matters can be read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

import relmodels as rm
from relmodels import plot
from relmodels.plot.canvas import figure_of
from relmodels.plot.path_geometry import corners, lengths_inside
from relmodels.plot.path_layout import PathLayout, path_layout
from relmodels.plot.path_text import wrapped

THEORY = rm.morgan_hunt.key_mediating()
ENGLISH = {row.code: row.name for row in rm.morgan_hunt.CONSTRUCTS.rows}
RUSSIAN = {row.code: row.name_ru for row in rm.morgan_hunt.CONSTRUCTS.rows}
ITEMS = rm.morgan_hunt.ITEMS
QUESTIONS = [one for items in ITEMS.values() for one in items]
SURVEY = rm.Survey.from_frame(rm.datasets.trust_survey(), QUESTIONS)
BLOCKS = "; ".join(f"{code} =~ {' + '.join(ITEMS[code])}" for code in ("trust", "commitment", "coop"))


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close what a test has drawn."""
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def theory() -> rm.sem.PathFit:
    """Return the commitment-trust theory fitted to the shipped survey."""
    return rm.fit(THEORY, SURVEY)


@pytest.fixture(scope="module")
def rival() -> rm.sem.PathFit:
    """Return its rival of 35 paths."""
    return rm.fit(rm.morgan_hunt.rival(), SURVEY)


def chain(text: str) -> rm.sem.PathFit:
    """Return a model of observed variables ``a`` to ``f``, each of which follows from the one before."""
    rng = np.random.default_rng(1)
    answers = {"a": rng.normal(size=200)}
    for before, name in pairwise("abcdef"):
        answers[name] = answers[before] + rng.normal(size=200)
    model = rm.PathModel.parse(text)
    return rm.fit(model, rm.Survey.from_frame(answers, list(model.observed)))


def grouped() -> rm.sem.PathFit:
    """Return a model of three constructs fitted to two groups."""
    names = [one for code in ("trust", "commitment", "coop") for one in ITEMS[code]]
    frame = {name: rm.datasets.trust_survey().column(name) for name in names} | {"firm": ["a", "b"] * 102}
    model = rm.PathModel.parse(f"{BLOCKS}; commitment ~ trust; coop ~ trust + commitment")
    return rm.fit(model, rm.Survey.from_frame(frame, names, group="firm"))


def boxes(ax: Axes) -> list[Bbox]:
    """Return where the boxes of a drawn diagram stand, in pixels."""
    return [one.get_window_extent() for one in ax.patches if isinstance(one, FancyBboxPatch)]


def texts(ax: Axes) -> tuple[list[Bbox], list[Bbox]]:
    """Return where the texts in boxes stand, and where figures do."""
    written = [one for one in ax.texts if isinstance(one, Annotation) and one.get_text()]
    figures = [one for one in written if one.get_bbox_patch() is not None]
    inside = [one for one in written if one.get_bbox_patch() is None]
    # Not that of an annotation, which counts its arrow.
    return [one.get_window_extent() for one in inside], [one.get_window_extent() for one in figures]


def check(ax: Axes) -> None:
    """Assert that everything is in the picture, each text in its box, and no figure on a box or another figure."""
    ax.figure.canvas.draw()
    frames, (inside, figures) = boxes(ax), texts(ax)
    whole = ax.figure.bbox
    assert len(frames) == len(inside)
    for one in [*frames, *figures, *(text.get_window_extent() for text in ax.texts if text.get_text())]:
        assert whole.x0 <= one.x0 <= one.x1 <= whole.x1
        assert whole.y0 <= one.y0 <= one.y1 <= whole.y1
    for text, frame in zip(inside, frames, strict=True):
        assert frame.x0 < text.x0 < text.x1 < frame.x1
        assert frame.y0 < text.y0 < text.y1 < frame.y1
    for first, second in combinations([*frames, *figures], 2):
        assert not first.overlaps(second)


@pytest.mark.parametrize("names", [None, ENGLISH, RUSSIAN])
def test_nothing_covers_anything(theory: rm.sem.PathFit, rival: rm.sem.PathFit, names: dict[str, str] | None) -> None:
    """At the default size boxes, texts and figures of theory and rival stand apart, in any language."""
    check(plot.paths(theory, names=names))
    check(plot.paths(rival, names=names))


@pytest.mark.parametrize(
    "text",
    [
        "b ~ a",
        "b ~ a; c ~ b",
        "c ~ a + b; d ~ a + b",
        "b ~ a; c ~ a + b; d ~ a + b + c; e ~ a + b + c + d; f ~ a + b + c + d + e",
    ],
)
def test_diagrams_of_observed_variables_are_clear(text: str) -> None:
    """Chains and models in which all leads to all have their boxes and figures apart, with long names too."""
    fit = chain(text)
    check(plot.paths(fit))
    check(plot.paths(fit, names=dict.fromkeys(fit.names, "Неопределённость при принятии решений")))


def test_groups_and_constructs_of_constructs_are_drawn() -> None:
    """Each group has its diagram with its own figures, and a construct that others measure is a box like any."""
    fit = grouped()
    drawn = [plot.paths(fit, group=place, names={"trust": "Доверие"}) for place in (0, 1)]
    for ax in drawn:
        check(ax)
    assert {one.get_text() for one in drawn[0].texts} != {one.get_text() for one in drawn[1].texts}
    second = rm.fit(rm.PathModel.parse(f"{BLOCKS}; quality =~ trust + commitment; coop ~ quality"), SURVEY)
    ax = plot.paths(second)
    check(ax)
    assert [one.get_text().partition("\n")[0] for one in ax.texts if one.get_text()][:2] == ["quality", "coop"]


def test_a_larger_picture_is_as_clear(theory: rm.sem.PathFit) -> None:
    """Boxes keep their size where a figure is made larger, and axes of one's own are used as they are."""
    ax = plot.paths(theory, names=ENGLISH)
    size = figure_of(ax).get_size_inches()
    before = boxes(ax)[0].width
    figure_of(ax).set_size_inches(1.4 * size[0], 1.2 * size[1])
    check(ax)
    assert boxes(ax)[0].width == pytest.approx(before)
    _, own = plt.subplots(figsize=(4, 3))
    assert plot.paths(theory, ax=own) is own
    assert figure_of(own).get_size_inches().tolist() == [4.0, 3.0]


def test_a_path_diagram_has_a_box_and_an_arrow_for_each() -> None:
    """Three arrows with their numbers, and what is explained in the boxes of what is caused."""
    rng = np.random.default_rng(1)
    answers = {"a": rng.normal(size=80), "b": rng.normal(size=80)}
    answers["c"] = answers["a"] + rng.normal(size=80)
    answers["d"] = answers["c"] - answers["b"] + rng.normal(size=80)
    survey = rm.Survey.from_frame(answers, list("abcd"))
    drawn = plot.paths(rm.fit(rm.PathModel.parse("c ~ a; d ~ b + c"), survey), names={"a": "Cause"})
    written = [text.get_text() for text in drawn.texts]
    assert sum("explained" in text for text in written) == 2
    assert "Cause" in written
    assert len([text for text in written if text.replace("−", "").replace(".", "").isdigit()]) == 3
    with pytest.raises(rm.InvalidParameters, match="no paths"):
        plot.paths(rm.fit(rm.PathModel.parse("f =~ a + b + c + d"), survey, check=False))


def test_both_ways_of_fitting_give_the_same_order(theory: rm.sem.PathFit) -> None:
    """Boxes of the theory stand in the same places whether it is fitted by covariances or by partial least squares."""
    sums = rm.fit(rm.sem.PLSSpec(THEORY), SURVEY)
    first, second = (plot.paths(fit, names=ENGLISH) for fit in (theory, sums))
    check(second)
    for one, other in zip(first.texts[:12], second.texts[:12], strict=True):
        assert one.get_text().partition("%")[0][:-2] == other.get_text().partition("%")[0][:-2]
        assert one.get_position() == pytest.approx(other.get_position())


def test_of_many_paths_only_those_that_matter_have_figures(rival: rm.sem.PathFit) -> None:
    """Of the rival's 35 paths those whose interval holds 0 have no figure, and a line says so."""
    ax = plot.paths(rival)
    table = rm.plot.paths(rival).texts[-1].get_text()
    assert table == "Light paths may be 0 by their intervals of 95 %; their figures are left out."
    found = rival.table()
    certain = [
        low > 0.0 or high < 0.0
        for one, low, high in zip(rival.parameters, found.column("low"), found.column("high"), strict=True)
        if one.operator == "~"
    ]
    assert len(texts(ax)[1]) == sum(certain) < 20 < len(certain)
    sums = plot.paths(rm.fit(rm.sem.PLSSpec(rm.morgan_hunt.rival()), SURVEY))
    check(sums)
    assert sums.texts[-1].get_text() == "Light paths are between −0.1 and 0.1; their figures are left out."


def test_a_name_for_what_is_not_in_the_model_is_refused(theory: rm.sem.PathFit) -> None:
    """A mistyped construct is named with those there are; a name for a question, which is not drawn, is no fault."""
    with pytest.raises(rm.InvalidParameters, match="the model has no 'Trust', 'x'; the diagram shows rtc, "):
        plot.paths(theory, names={"Trust": "Trust", "x": "y"})
    sums = rm.fit(rm.sem.PLSSpec(THEORY), SURVEY)
    with pytest.raises(rm.InvalidParameters, match="the model has no 'Trust'"):
        plot.paths(sums, names={"Trust": "Trust"})
    plot.paths(theory, names={"trust1": "Keeps promises"})
    plot.paths(rm.sem.bootstrap_pls(sums, SURVEY, 20, rng=1), names={"trust1": "Keeps promises"})


def test_names_are_wrapped_evenly() -> None:
    """Long names get lines of much the same length; lines and formulas of one's own, and long words, are kept."""
    assert wrapped("Decision-making uncertainty") == "Decision-making\nuncertainty"
    assert wrapped("Propensity to leave") == "Propensity to leave"
    assert wrapped("one\ntwo that is longer than a line") == "one\ntwo that is longer than a line"
    assert wrapped(r"$\beta$ and more than a line has") == r"$\beta$ and more than a line has"
    assert max(map(len, wrapped("x" * 50).split("\n"))) <= 22
    assert wrapped("") == ""


def laid_out(links: list[tuple[str, str]]) -> PathLayout:
    """Return the layout of links between boxes of one size."""
    names = {name for link in links for name in link}
    return path_layout(links, dict.fromkeys(names, (1.0, 0.4)), [(0.35, 0.15)] * len(links))


def passed(links: list[tuple[str, str]], found: PathLayout) -> np.ndarray:
    """Return how many inches of each arrow lie in each box that it neither leaves nor enters."""
    foreign = np.array([[name not in link for name in found.boxes] for link in links])
    return lengths_inside(np.array(found.lines).reshape(-1, 4), corners(found.boxes.values())) * foreign


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6)), min_size=1, max_size=9, unique=True))
def test_arrows_go_to_the_right_and_boxes_do_not_touch(steps: list[tuple[int, int]]) -> None:
    """Whatever the model, boxes are apart and within the picture, and every figure is on its arrow."""
    links = list(dict.fromkeys((f"v{cause}", f"v{cause + step}") for cause, step in steps))
    found = laid_out(links)
    ends = corners(found.boxes.values())
    for first, second in combinations(ends, 2):
        assert (first[:2] >= second[2:]).any() or (second[:2] >= first[2:]).any()
    assert ends.min() > 0.0
    assert (ends[:, 2:] < np.array(found.size)).all()
    for ((left, low), (right, high)), (x, y) in zip(found.lines, found.figures, strict=True):
        share = (x - left) / (right - left)
        assert 0.0 < share < 1.0
        assert y == pytest.approx(low + share * (high - low))


@pytest.mark.parametrize(
    "links",
    [
        [(one.cause, one.effect) for one in rm.morgan_hunt.HYPOTHESES],
        [(one.cause, one.effect) for one in rm.morgan_hunt.HYPOTHESES][::-1],
        [(f"x{cause}", f"y{effect}") for cause in range(7) for effect in range(5)],
        [("a", "b"), ("b", "c"), ("a", "c")],
        list(combinations("abcde", 2)),
        list(combinations("abcdef", 2)),
    ],
)
def test_no_arrow_runs_through_a_box_of_others(links: list[tuple[str, str]]) -> None:
    """Theory, rival and models in which all leads to all have no arrow in a box it neither leaves nor enters."""
    assert not passed(links, laid_out(links)).any()


def test_a_circle_cannot_be_drawn() -> None:
    """Paths that run in a circle are refused."""
    with pytest.raises(rm.InvalidParameters, match="run in a circle"):
        laid_out([("a", "b"), ("b", "a")])
