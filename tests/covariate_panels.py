"""Customers with covariates that change in time, made up for the tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from hypothesis import strategies as st

from relmodels.btyd.covariate_panel import CovariatePanel
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.btyd.time_varying_pareto_nbd import TimeVaryingParetoNBD
from tests import strategies
from tests.strategies import customers

BEGIN = dt.date(2024, 1, 1)
END = dt.date(2025, 12, 29)
WEEK = dt.timedelta(days=7)


def weeks(begin: dt.date, end: dt.date) -> list[dt.date]:
    """Return every seventh day from ``begin`` up to ``end``."""
    return [begin + step * WEEK for step in range((end - begin).days // 7 + 1)]


def frames(many: int, seed: int, *, future: int = 52) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a log of first purchases and weekly covariates: a season, a price level and a region.

    Each customer comes at a day of the first half year; the price is the customer's own and moves every week.
    """
    draw = np.random.default_rng(seed)
    first = [BEGIN + dt.timedelta(days=int(day)) for day in draw.integers(0, 182, many)]
    days = weeks(BEGIN, END + future * WEEK)
    price = np.cumsum(draw.normal(0.0, 0.15, (many, len(days))), axis=1)
    season = [float(day.month in {11, 12}) for day in days]
    log = {"customer": np.arange(many), "date": first}
    covariates = {
        "customer": np.repeat(np.arange(many), len(days)),
        "date": days * many,
        "season": season * many,
        "price": price.ravel(),
        "region": np.repeat(draw.integers(0, 2, many).astype(np.float64), len(days)),
    }
    return log, covariates


def panel(
    many: int = 200,
    seed: int = 1,
    *,
    purchase: tuple[str, ...] = ("season", "price"),
    attrition: tuple[str, ...] = ("region", "price"),
    future: int = 52,
) -> CovariatePanel:
    """Return customers with paths of about two years, who have not bought again yet."""
    log, covariates = frames(many, seed, future=future)
    summary = PurchaseSummary.from_transactions(log, customer="customer", date="date", observation_end=END)
    return CovariatePanel.from_frames(
        summary, covariates, log, customer="customer", date="date", purchase=purchase, attrition=attrition
    )


@st.composite
def panels(draw: st.DrawFn, most: int = 4, *, constant: bool = False) -> CovariatePanel:
    """Draw customers with paths of a few pieces known for twice their age: two covariates of purchases, one of leaving.

    The covariates of purchases at repeat purchases are any numbers; no formula asks where they come from.
    """
    histories, counts, begin, values, bought = [], [], [], [], []
    number = st.floats(-2.0, 2.0)
    for _ in range(draw(st.integers(1, most))):
        x, t_x, age = draw(customers())
        pieces = 1 if constant else draw(st.integers(1, 5))
        cuts = sorted(draw(st.sets(st.integers(1, 200), min_size=pieces - 1, max_size=pieces - 1)))
        begin += [0.0, *(cut / 100 * max(age, 1.0) for cut in cuts)]
        values += draw(st.lists(st.tuples(number, number, number), min_size=pieces, max_size=pieces))
        at = draw(st.tuples(number, number))
        bought.append([x * value for value in (values[-1][:2] if constant else at)])
        histories.append((x, t_x, age))
        counts.append(pieces)
    x, t_x, age = np.array(histories).T
    z = np.array(values)
    return CovariatePanel(
        frequency=x,
        recency=t_x,
        age=age,
        unit="week",
        purchases_by=("sale", "rain"),
        attrition_by=("rival",),
        offsets=np.append(0, np.cumsum(counts)),
        begin=np.array(begin),
        known=3.0 * age + 1.0,
        purchase=z[:, :2],
        attrition=z[:, 2:],
        bought_at=np.array(bought),
    )


def models() -> st.SearchStrategy[TimeVaryingParetoNBD]:
    """Draw models for these panels."""
    number = st.floats(-1.5, 1.5)
    return st.builds(
        lambda base, *values: TimeVaryingParetoNBD(
            base, dict(zip(("purchase.sale", "purchase.rain", "attrition.rival"), values, strict=True))
        ),
        strategies.models(ParetoNBD),
        number,
        number,
        number,
    )


def plain(panel: CovariatePanel) -> PurchaseSummary:
    """Return the same customers without covariates."""
    return PurchaseSummary.from_arrays(
        frequency=panel.frequency, recency=panel.recency, age=panel.age, weight=panel.weight, unit=panel.unit
    )
