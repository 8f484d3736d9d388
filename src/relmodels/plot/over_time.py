"""Did the forecast come true? Repeat purchases per week or month, counted and expected, in calibration and holdout."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.periods import Unit
from relmodels.effectiveness.tracking import NewCustomerForecaster
from relmodels.effectiveness.tracking import tracking as tracked
from relmodels.plot.canvas import ACTUAL, EXPECTED, FAINT, INK, axes_for, dress, legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["tracking"]

_DASHES: Final = (0, (5, 1.5))


def tracking(
    model: NewCustomerForecaster,
    summary: PurchaseSummary,
    *,
    cumulative: bool,
    period: Unit | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Return repeat purchases over calendar time, counted and expected; a line marks the end of the calibration.

    The numbers are those of :func:`relmodels.tracking`; single periods that the observation cuts short are left out.

    Args:
        model: any model with ``expected_purchases_new``, fitted to ``summary``.
        summary: made from dated purchases.
        cumulative: sums since the beginning if true, single periods if false.
        period: the length of a period; by default the week if the summary is in days or weeks, else the month.
        ax: where to draw; a new figure by default.

    Raises:
        InvalidData: if ``summary`` has no dates or is in another unit than the model.
        InvalidParameters: if ``period`` is not a time unit.
        MissingExtra: if matplotlib is not installed.

    Examples:
        >>> import relmodels as rm
        >>> log, model = rm.datasets.cdnow(), rm.BGNBD(0.243, 4.414, 0.793, 2.426, unit="week")
        >>> summary = rm.PurchaseSummary.from_transactions(
        ...     log, customer="customer", date="date", calibration_end="1997-09-30"
        ... )
        >>> len(rm.plot.tracking(model, summary, cumulative=True).get_lines())
        3

    Reference:
        Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting your customers" the easy way: An alternative
        to the Pareto/NBD model. Marketing Science 24(2), 275-284.

    """
    track = tracked(model, summary, period=period)
    ax = axes_for(ax)
    end, actual, expected = track.end, track.cumulative_actual, track.cumulative_expected
    if not cumulative:
        end, actual, expected = track.end[track.whole], track.actual[track.whole], track.expected[track.whole]
    ax.plot(end, actual, color=ACTUAL, linewidth=2 if cumulative else 1.4, label="counted")
    ax.plot(end, expected, color=EXPECTED, linewidth=2.4, linestyle=_DASHES, label="expected by the model")
    ax.set_ylim(bottom=0)
    title = f"Repeat purchases {'since the beginning' if cumulative else f'per {track.period}'}"
    dress(ax, title=title, x=f"End of the {track.period}", y="Repeat purchases")
    ax.yaxis.set_major_formatter("{x:,.0f}")
    _date_axis(ax)
    if track.split is not None:
        _mark_split(ax, track.split)
    legend(ax, place="upper left" if cumulative else "upper right")
    return ax


def _date_axis(ax: Axes) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=7)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


def _mark_split(ax: Axes, split: date) -> None:
    from matplotlib.dates import date2num

    place = float(date2num(split))  # type: ignore[no-untyped-call]
    ax.axvline(place, color=FAINT, linewidth=1.2)
    ax.annotate(
        "forecast from here",
        (place, 0.0),
        xycoords=("data", "axes fraction"),
        xytext=(5, 6),
        textcoords="offset points",
        fontsize=9.5,
        color=INK,
        va="bottom",
    )
