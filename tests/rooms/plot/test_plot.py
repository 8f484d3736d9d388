"""The pictures: what they show, that they leave nothing behind, and how they say no."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from relmodels import plot
from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.gamma_gamma import GammaGamma
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, MissingExtra
from relmodels.core.periods import Duration
from relmodels.datasets.cdnow import cdnow
from relmodels.effectiveness.abc_analysis import abc_analysis
from relmodels.effectiveness.forecast_deciles import forecast_deciles
from relmodels.effectiveness.lorenz import lorenz
from relmodels.plot import canvas

MODEL = BGNBD(0.2426, 4.4136, 0.7929, 2.4259, unit="week")
VALUES = np.array([0.0, 1.0, 2.0, 5.0, 10.0, 400.0])


@pytest.fixture(scope="module")
def split() -> PurchaseSummary:
    """Return the CDNOW sample with 39 weeks of calibration and 39 weeks of holdout."""
    return PurchaseSummary.from_transactions(
        cdnow(), customer="customer", date="date", amount="amount", calibration_end="1997-09-30"
    )


@pytest.fixture(scope="module")
def bare() -> PurchaseSummary:
    """Return customers without dates and without a holdout."""
    return PurchaseSummary.from_arrays(frequency=[0, 2, 9], recency=[0, 20, 38], age=[39, 39, 39])


PICTURES: list[Callable[[PurchaseSummary, Axes | None], Axes]] = [
    lambda summary, ax: plot.frequency_calibration(MODEL, summary, ax=ax),
    lambda summary, ax: plot.holdout_calibration(MODEL, summary, ax=ax),
    lambda summary, ax: plot.tracking(MODEL, summary, cumulative=True, ax=ax),
    lambda summary, ax: plot.tracking(MODEL, summary, cumulative=False, ax=ax),
    lambda summary, ax: plot.tracking(MODEL, summary, cumulative=False, period="month", ax=ax),
    lambda summary, ax: plot.forecast_deciles(forecast_deciles(MODEL, summary), ax=ax),
    lambda summary, ax: plot.p_alive_grid(MODEL, summary, ax=ax),
    lambda summary, ax: plot.expected_purchases_grid(MODEL, summary, horizon=52, ax=ax),
    lambda _, ax: plot.value_distribution(VALUES, ax=ax),
    lambda _, ax: plot.lorenz(abc_analysis(VALUES), ax=ax),
    lambda _, ax: plot.lorenz(lorenz(VALUES), ax=ax),
]


@pytest.mark.parametrize("draw", PICTURES)
def test_each_picture_has_a_title_and_names_both_axes(draw: Any, split: PurchaseSummary) -> None:
    """A picture says what it shows and in which units."""
    ax = draw(split, None)
    assert ax.get_title(loc="left")
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    ax.figure.canvas.draw()


@pytest.mark.parametrize("draw", PICTURES)
def test_each_picture_draws_where_it_is_told(draw: Any, split: PurchaseSummary) -> None:
    """With ``ax`` given, that very object is drawn on and returned."""
    ax = Figure().subplots()
    assert draw(split, ax) is ax


def test_pictures_change_no_setting(split: PurchaseSummary) -> None:
    """Global settings are the same after all pictures, and importing the room loads no matplotlib."""
    before = dict(mpl.rcParams)
    for draw in PICTURES:
        draw(split, None)
    assert dict(mpl.rcParams) == before
    code = "import sys; from relmodels import plot; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_new_picture_is_shown_by_a_notebook(split: PurchaseSummary) -> None:
    """Without ``ax`` the figure belongs to pyplot, whose open figures a notebook displays after each cell."""
    plt.close("all")
    PICTURES[0](split, None)
    assert len(plt.get_fignums()) == 1


def test_a_part_of_a_figure_belongs_to_the_whole() -> None:
    """The figure of axes on a part of a figure is the whole figure, the one that is saved."""
    figure = Figure()
    assert canvas.figure_of(figure.add_subfigure(figure.add_gridspec(1, 2)[0]).subplots()) is figure


def test_frequency_bars_are_counts_that_add_up(split: PurchaseSummary) -> None:
    """The bars of all customers stand from none, with 1,411 of them, to seven purchases and more."""
    ax = plot.frequency_calibration(MODEL, split)
    heights = [bar.get_height() for bar in ax.patches[:8] if isinstance(bar, Rectangle)]
    assert heights[0] == 1411
    assert sum(heights) == len(split)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0", "1", "2", "3", "4", "5", "6", "7+"]


def test_single_periods_cut_short_are_not_drawn() -> None:
    """A month of which only some days were observed is left out of the picture of single months."""
    summary = PurchaseSummary.from_transactions(
        cdnow(), customer="customer", date="date", observation_end="1998-06-10", unit="week"
    )
    single = plot.tracking(MODEL, summary, cumulative=False, period="month")
    total = plot.tracking(MODEL, summary, cumulative=True, period="month")
    assert len(np.asarray(single.lines[0].get_xdata())) == 17
    assert len(np.asarray(total.lines[0].get_xdata())) == 18
    assert single.get_xlabel() == "End of the month"


def test_deciles_name_what_was_predicted(split: PurchaseSummary) -> None:
    """The axis says whether the bars are purchases or revenue."""
    spending = GammaGamma(6.25, 3.74, 15.44)
    assert plot.forecast_deciles(forecast_deciles(MODEL, split)).get_ylabel() == "Mean purchases in the holdout"
    revenue = forecast_deciles(MODEL, split, 5, spend_model=spending)
    assert plot.forecast_deciles(revenue).get_ylabel() == "Mean revenue in the holdout"


def test_the_maps_show_the_model(bare: PurchaseSummary) -> None:
    """The lower right cell is a customer with one repeat purchase made just now."""
    ax = plot.p_alive_grid(MODEL, bare)
    shown = ax.images[0].get_array()
    assert shown is not None
    late = PurchaseSummary.from_arrays(frequency=[1], recency=[39 * 79.5 / 80], age=[39])
    assert shown[0, -1] == pytest.approx(MODEL.p_alive(late)[0])
    assert (np.diff(shown, axis=1) >= 0).all()


def test_the_map_says_how_far_it_looks(bare: PurchaseSummary) -> None:
    """The horizon is named in the unit in which it was given, and the map is that of as many weeks."""
    year = plot.expected_purchases_grid(MODEL, bare, horizon=Duration(1, "year"))
    weeks = plot.expected_purchases_grid(MODEL, bare, horizon=365.2425 / 7)
    assert year.get_title(loc="left") == "Purchases to expect in the next 1 year"
    assert weeks.get_title(loc="left") == "Purchases to expect in the next 52.1775 weeks"
    np.testing.assert_array_equal(np.asarray(year.images[0].get_array()), np.asarray(weeks.images[0].get_array()))


def test_lorenz_writes_the_shares_of_the_classes() -> None:
    """Each class is named with its share of customers and of value."""
    texts = [text.get_text() for text in plot.lorenz(abc_analysis([50, 40, 10])).texts]
    assert "A   67% of customers, 90% of value" in texts
    assert "B   33% of customers, 10% of value" in texts


def test_a_large_curve_is_thinned() -> None:
    """The curve of a hundred thousand customers has a few hundred corners."""
    ax = plot.lorenz(lorenz(np.arange(100_000)))
    assert len(np.asarray(ax.lines[-1].get_xdata())) <= 400


def test_the_curve_of_nothing_is_the_diagonal() -> None:
    """When all values are 0 the curve lies on the diagonal."""
    line = plot.lorenz(abc_analysis([0, 0])).lines[-1]
    np.testing.assert_array_equal(line.get_xdata(), line.get_ydata())


@pytest.mark.parametrize(("values", "scale"), [([1, 2, 3], "linear"), ([0, 1, 2, 500], "log"), ([0, 0, 9], "linear")])
def test_wide_values_are_shown_on_a_logarithmic_axis(values: list[float], scale: str) -> None:
    """The axis is logarithmic if the largest value is far above a positive median, and all customers are in a bar."""
    ax = plot.value_distribution(values)
    assert ax.get_xscale() == scale
    assert sum(bar.get_height() for bar in ax.patches if isinstance(bar, Rectangle)) == len(values)


@pytest.mark.parametrize("draw", PICTURES[1:4])
def test_pictures_that_need_more_say_what(draw: Any, bare: PurchaseSummary) -> None:
    """Without holdout or dates the message says how to make a summary that has them."""
    with pytest.raises(InvalidData, match="make it with"):
        draw(bare, None)


@pytest.mark.parametrize("draw", [PICTURES[0], PICTURES[2]])
def test_pictures_refuse_a_model_in_another_unit(draw: Any) -> None:
    """A model in weeks is not drawn over customers in days."""
    days = PurchaseSummary.from_transactions(cdnow(), customer="customer", date="date", unit="day")
    with pytest.raises(InvalidData, match="week"):
        draw(days, None)


def test_without_matplotlib_the_message_gives_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """The missing library is an error of ours with the pip command."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match=r"pip install 'relmodels\[plot\]'"):
        canvas.axes_for(None)
