"""The whale curve's picture marks its peak and says what is lost."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib.pyplot as plt
import pytest

from relmodels import plot
from relmodels.effectiveness.whale_curve import whale_curve


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close what a test has drawn."""
    yield
    plt.close("all")


def test_the_peak_is_marked_and_told() -> None:
    """The peak lies at the share of customers who bring something, as a share of the profit."""
    drawn = plot.whale_curve(whale_curve([60, 50, 40, 0, -50]))
    _, _, peak = drawn.get_lines()
    assert (list(peak.get_xdata()), list(peak.get_ydata())) == ([60.0], [1.5])  # type: ignore[arg-type]
    assert "60% of customers bring 150%,\nthe others take 50% of it" in [text.get_text() for text in drawn.texts]
    assert drawn.get_ylabel() == "Share of the profit"


def test_a_loss_is_drawn_in_money() -> None:
    """Where the total is not above 0 there is no share of it; the curve is drawn in the currency."""
    _, ax = plt.subplots()
    drawn = plot.whale_curve(whale_curve([10, -30]), ax=ax)
    assert drawn is ax
    assert drawn.get_ylabel() == "Profit, in the currency of the amounts"


def test_a_long_curve_is_thinned() -> None:
    """A curve of many customers is drawn with a few thousand corners, its end among them."""
    line = plot.whale_curve(whale_curve(list(range(50_000)))).get_lines()[0]
    assert len(list(line.get_xdata())) < 3_000  # type: ignore[arg-type]
    assert list(line.get_xdata())[-1] == 100.0  # type: ignore[arg-type]
