"""What the library says about a row: one function for each public quantity of each family."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import numpy as np
from tools.accuracy.draws import Row

import relmodels as rm
from relmodels.core.periods import Rate

__all__ = ["CONTRACTS", "PURCHASES", "SPEND", "Answers"]

Answers: TypeAlias = Mapping[str, Callable[[Any, Row], Any]]


def _customer(row: Row) -> rm.PurchaseSummary:
    columns = {"frequency": [row["x"]], "recency": [row["t_x"]], "age": [row["T"]]}
    gaps = [row["log_gaps"]] if "log_gaps" in row else None
    return rm.PurchaseSummary.from_arrays(**columns, log_gaps=gaps, unit="day")


def _buyer(row: Row) -> rm.PurchaseSummary:
    return rm.PurchaseSummary.from_arrays(frequency=[row["x"]], recency=[1], age=[1], spend=[row["m"]])


def _contract(row: Row, *, lost: bool) -> rm.RetentionTable:
    end = row["t"] if lost else np.inf
    return rm.RetentionTable.of_lifetimes(np.array([end]), np.array([row["t"]]), unit="year")


def _daily(row: Row) -> Rate:
    return Rate(row["force"], per="day", kind="continuous")


def _yearly(row: Row) -> Rate:
    return Rate(row["force"], per="year", kind="continuous")


PURCHASES: Final[Answers] = {
    "log_likelihood": lambda model, row: model.log_likelihood(_customer(row))[0],
    "score": lambda model, row: model.score(_customer(row))[0],
    "p_alive": lambda model, row: model.p_alive(_customer(row))[0],
    "p_alive ahead": lambda model, row: model.p_alive(_customer(row), ahead=row["horizon"])[0],
    "expected_purchases": lambda model, row: model.expected_purchases(_customer(row), row["horizon"])[0],
    "expected_purchases_new": lambda model, row: model.expected_purchases_new(row["horizon"])[()],
    "discounted_residual": lambda model, row: model.discounted_residual(_customer(row), _daily(row))[0],
    "discounted_residual within": lambda model, row: model.discounted_residual(
        _customer(row), _daily(row), horizon=row["horizon"]
    )[0],
    "pmf": lambda model, row: model.pmf(row["k_asked"], row["horizon"])[()],
    "pmf_given": lambda model, row: model.pmf_given(row["k_asked"], _customer(row), row["horizon"])[0],
}

CONTRACTS: Final[Answers] = {
    "log_likelihood": lambda model, row: model.log_likelihood(_contract(row, lost=True))[0],
    "log_likelihood kept": lambda model, row: model.log_likelihood(_contract(row, lost=False))[0],
    "score": lambda model, row: model.score(_contract(row, lost=True))[0],
    "survival": lambda model, row: model.survival(row["t"])[()],
    "retention_rate": lambda model, row: model.retention_rate(row["t"])[()],
    "pmf": lambda model, row: model.pmf(row["t"])[()],
    "discounted_lifetime": lambda model, row: model.discounted_lifetime(_yearly(row)),
    "discounted_lifetime within": lambda model, row: model.discounted_lifetime(
        _yearly(row), horizon=int(row["horizon"])
    ),
    "discounted_residual": lambda model, row: model.discounted_residual(row["t"] - 1, _yearly(row))[()],
    "discounted_residual within": lambda model, row: model.discounted_residual(
        row["t"] - 1, _yearly(row), horizon=int(row["horizon"])
    )[()],
}

SPEND: Final[Answers] = {
    "log_likelihood": lambda model, row: model.log_likelihood(_buyer(row))[0],
    "score": lambda model, row: model.score(_buyer(row))[0],
    "expected_spend": lambda model, row: model.expected_spend(_buyer(row))[0],
    "total_spend_cdf": lambda model, row: model.total_spend_cdf(row["amount"], row["k_asked"], _buyer(row))[0],
}
