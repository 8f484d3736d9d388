"""Hypothesis strategies for models and their data, derived from what each model declares of its parameters."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st

from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.core.periods import Unit
from relmodels.inference.model import Model
from relmodels.inference.space import Space

ModelT = TypeVar("ModelT", bound=Model[Any])


def log_uniform(low: float, high: float) -> st.SearchStrategy[float]:
    """Draw positive numbers evenly on a log scale, the ends and 1 more often."""
    spread = st.floats(np.log(low), np.log(high)).map(lambda value: min(max(float(np.exp(value)), low), high))
    special = [value for value in (low, 0.5, 1.0, float(np.nextafter(1.0, 2.0)), 2.0, high) if low <= value <= high]
    return st.one_of(spread, spread, spread, st.sampled_from(special))


def within(low: float, high: float) -> st.SearchStrategy[float]:
    """Draw from a range in which typical values lie: on a log scale if it is positive, else evenly, 0 more often."""
    evenly = st.floats(low, high).map(lambda value: round(value, 6))
    return log_uniform(low, high) if low > 0 else st.one_of(evenly, st.sampled_from([low, 0.0, high]))


def parameters(space: Space) -> st.SearchStrategy[dict[str, float]]:
    """Draw named parameters from the ranges in which published estimates lie."""
    return st.fixed_dictionaries({parameter.name: within(*parameter.typical) for parameter in space})


def models(kind: type[ModelT]) -> st.SearchStrategy[ModelT]:
    """Draw models of one kind."""
    return parameters(kind.space).map(lambda values: kind(**values))


def clock(model: Model[Any]) -> float:
    """Return the parameter that is a time, as the measure of what is long and short for this model."""
    (name,) = [parameter.name for parameter in model.space if parameter.scales == "time"][:1]
    return float(getattr(model, name))


@st.composite
def customers(draw: st.DrawFn, most: int = 12, busiest: int = 400) -> tuple[float, float, float]:
    """Draw frequency, recency and age of one customer, the edges more often."""
    age = draw(st.one_of(st.integers(1, 200).map(float), st.sampled_from([0.0, 1.0, 38.857142857142854])))
    if age == 0.0:
        return 0.0, 0.0, 0.0
    frequency = float(draw(st.one_of(st.integers(0, most), st.sampled_from([0, 1, busiest]))))
    share = draw(st.one_of(st.floats(0.01, 1.0), st.just(1.0)))
    return frequency, age * share if frequency else 0.0, age


@st.composite
def summaries(
    draw: st.DrawFn, least: int = 1, most_rows: int = 8, unit: Unit = "week", *, spend: bool = True
) -> PurchaseSummary:
    """Draw purchase summaries; with ``spend``, at least two repeat buyers spent different amounts."""
    rows = draw(st.lists(customers(), min_size=least, max_size=most_rows))
    if spend:
        rows += [(1.0, 3.0, 9.0), (2.0, 5.0, 9.0)]
    amounts = [draw(st.integers(100, 100_000)) / 100 for _ in rows]
    if spend:
        amounts[-2:] = [20.0, 35.5]
    x, t_x, T = np.array(rows).T
    return PurchaseSummary.from_arrays(
        frequency=x, recency=t_x, age=T, spend=np.where(x > 0, amounts, 0.0) if spend else None, unit=unit
    )


def one(frequency: float, recency: float, age: float, *, unit: Unit = "week") -> PurchaseSummary:
    """Return the summary of a single customer."""
    return PurchaseSummary.from_arrays(frequency=[frequency], recency=[recency], age=[age], unit=unit)


def differenced(function: Any, at: FloatArray, step: float = 1e-5) -> FloatArray:
    """Return central differences of ``function`` by each coordinate, the coordinate along the first axis."""
    moves = np.diag(step * np.where(np.abs(at) < 1e-6, 1.0, np.abs(at)))
    return np.array([(function(at + move) - function(at - move)) / (2 * move.sum()) for move in moves])
