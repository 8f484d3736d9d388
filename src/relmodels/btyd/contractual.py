"""What the models of retention share: checks of their arguments, and likelihoods of whole tables.

A model of retention says how likely a contract is to be lost at the t-th renewal and how likely to outlast it. A table
of contracts is then as likely as its cells: ``Σ lost(t) ln P(T = t) + kept ln S(last)`` over the cohorts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd import checks
from relmodels.btyd.retention_table import RetentionTable
from relmodels.btyd.whole_numbers import whole_number, whole_numbers
from relmodels.core.arrays import BoolArray, FloatArray
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.core.periods import Rate, Unit

__all__ = ["Cells", "cells", "force_per_period", "of_cohorts", "same_period", "simulated", "start_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """What can become of a contract, each fate once.

    Attributes:
        renewal: ``(m,)`` the renewal at which contracts were lost, or the last one they outlasted; from 1 on.
        lost: ``(m,)`` which of the two.
        weight: ``(m,)`` how many contracts met this fate.

    """

    renewal: FloatArray
    lost: BoolArray
    weight: FloatArray


def cells(table: RetentionTable) -> Cells:
    """Return the fates of the contracts of all cohorts that have seen a renewal, those nobody met left out."""
    due = np.arange(1.0, table.lost.shape[1] + 1)
    lost = table.lost.sum(axis=0)
    kept = np.array([table.kept[table.renewals == renewal].sum() for renewal in due.tolist()])
    weight = np.concatenate([lost, kept])
    met = weight > 0
    return Cells(np.tile(due, 2)[met], np.repeat([True, False], due.size)[met], weight[met])


def of_cohorts(table: RetentionTable, of_lost: FloatArray, of_kept: FloatArray) -> FloatArray:
    """Return the sum over the contracts of each cohort, ``(n,)`` or ``(n, p)``.

    Args:
        table: the contracts.
        of_lost: ``(periods,)`` or ``(periods, p)`` what each contract lost at the first, second, ... renewal adds.
        of_kept: the same for each contract that outlasted it.

    """
    last = table.renewals.astype(np.int64)
    stayed = np.concatenate([np.zeros_like(of_kept[:1]), of_kept])[last]
    kept = table.kept.reshape((-1,) + (1,) * (stayed.ndim - 1))
    total: FloatArray = np.tensordot(table.lost, of_lost, axes=1) + kept * stayed
    return total


def same_period(model: object, unit: Unit | None, table: RetentionTable) -> None:
    """Check that parameters for periods of one ``unit`` may be used on ``table``; ``None`` fits any.

    Raises:
        InvalidData: if the contracts of the table are renewed at another interval.

    """
    if unit is not None and unit != table.unit:
        message = (
            f"{type(model).__name__} has parameters for contracts renewed each {unit} but the table has one renewal "
            f"each {table.unit}; make the table with unit={unit!r}, or fit the model to it"
        )
        raise InvalidData(message)


def force_per_period(rate: float | Rate, unit: Unit | None, horizon: float | None) -> tuple[float, float]:
    """Return the force of interest per period and the number of periods counted, which may be infinite.

    A model without a unit is taken to be renewed each year.

    Raises:
        InvalidParameters: if the rate is not a rate or the horizon no whole number of periods, or the rate discounts
            nothing while there is no horizon.

    """
    force = checks.usable_rate(rate, unit or "year", horizon)
    return force, np.inf if horizon is None else whole_number(horizon, "horizon")


def start_of(table: RetentionTable) -> tuple[float, float]:
    """Return shapes of a beta distribution with first shape 1 whose mean is the share lost at the first renewal."""
    seen = table.renewals > 0
    lost = float(table.lost[:, 0].sum())
    there = float(table.lost[seen].sum() + table.kept[seen].sum())
    share = min(max(lost / there if there > 0 else 0.0, 0.01), 0.9)
    return 1.0, 1.0 / share - 1.0


def simulated(
    model: object,
    own: Unit | None,
    age: ArrayLike,
    unit: Unit | None,
    lifetimes: Callable[[int], FloatArray],
) -> RetentionTable:
    """Return the table of contracts with simulated lifetimes.

    Args:
        model: the model, named in messages.
        own: its unit.
        age: ``(m,)`` how many renewals of each contract are observed.
        unit: the unit asked for.
        lifetimes: takes a number of contracts, returns the renewal at which each would be lost.

    Raises:
        InvalidParameters: if an age is not a whole number of periods, none sees a renewal, or ``unit`` is not the
            model's.

    """
    renewals = np.atleast_1d(whole_numbers(age, "age")).ravel()
    if renewals.max(initial=0.0) < 1:
        message = "age has no contract that sees a renewal; give at least one age of 1 or more"
        raise InvalidParameters(message)
    used = checks.sampling_unit(model, own, unit) if own or unit else "year"
    return RetentionTable.of_lifetimes(lifetimes(renewals.size), renewals, unit=used)
