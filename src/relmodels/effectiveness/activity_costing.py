"""What activities cost, and what customers cost to serve: activity-based costing, classic and time-driven.

Classic: resources are shared out to activities by driver shares, activities that serve other activities pass their cost
on, and what is left is shared out to customers by how much of each activity they take. All that was spent is assigned.
Time-driven: a minute of capacity has a price, an order takes so many minutes, and capacity nobody used has a cost of
its own that no customer is charged for. In both, costs assigned and costs unused add up to the costs put in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Self

import numpy as np
from numpy.typing import ArrayLike
from pydantic import Field, model_validator

from relmodels.core.arrays import FloatArray, by_fields, check_finite, check_not_negative, column, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.identifiers import Text
from relmodels.core.numbers import finite
from relmodels.core.record import Record
from relmodels.frames.table import Table

__all__ = [
    "ActivityCosts",
    "TimeDrivenCosts",
    "TimeEquation",
    "activity_costs",
    "cost_to_serve",
    "time_driven_costs",
]

_CENT = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class ActivityCosts:
    """Costs of activities and what each costs per unit of its driver.

    Attributes:
        activities: their names, ``k`` of them.
        assigned: ``(r, k)`` what each of ``r`` resources costs for each activity, before activities serve each other.
        costs: ``(k,)`` what each activity costs to those outside, after passing on.
        volumes: ``(k,)`` how much of its driver each performed for those outside; 0 for one that serves others only.
        rates: ``(k,)`` cost per unit of the driver; 0 for one that serves others only.
        total: all that was put in.

    """

    activities: tuple[str, ...]
    assigned: FloatArray
    costs: FloatArray
    volumes: FloatArray
    rates: FloatArray
    total: float

    __reduce__ = by_fields

    def table(self) -> Table:
        """Return a row for each activity."""
        return Table({"activity": self.activities, "cost": self.costs, "volume": self.volumes, "rate": self.rates})


def activity_costs(
    costs: Mapping[str, float],
    shares: Mapping[str, Mapping[str, float]],
    volumes: Mapping[str, float],
    *,
    services: Mapping[str, Mapping[str, float]] | None = None,
) -> ActivityCosts:
    """Return what each activity costs, and its rate per unit of its driver.

    Args:
        costs: of each resource, 0 or more.
        shares: of each resource, which share of it each activity takes; they add up to 1.
        volumes: of each activity, how much of its driver is performed for those outside, customers; 0 for one that
            serves other activities only.
        services: of each activity, which share of its work it does for other activities; the rest is done for those
            outside. Activities may serve each other: the costs then solve linear equations.

    Raises:
        InvalidData: naming every resource whose shares do not add up to 1, every amount that is none, every activity
            without volume that has cost left, and services that come back to where they started without end.

    Examples:
        >>> work = {"salaries": {"orders": 0.7, "inquiries": 0.1, "credit checks": 0.2}}
        >>> volumes = {"orders": 49_000, "inquiries": 1_400, "credit checks": 2_500}
        >>> activity_costs({"salaries": 560_000}, work, volumes).rates.round(2).tolist()
        [8.0, 40.0, 44.8]

    Reference:
        Kaplan, R. S. and Anderson, S. R. (2004), Time-driven activity-based costing, Harvard Business Review 82(11),
        131-138, for the classic method they start from.

    """
    names = tuple(volumes)
    problems = Problems("activity costs")
    spent = _named(costs, "costs", problems)
    performed = _named(volumes, "volumes", problems)
    taken = _shares(shares, tuple(costs), names, problems)
    passed = _services(services or {}, names, problems)
    problems.raise_if_any()
    assigned = taken * spent[:, None]
    direct = assigned.sum(axis=0)
    # Work for others is passed on: c = d + Sᵀ c, and each keeps 1 - Σ S of what it then costs.
    whole = np.linalg.solve(np.eye(len(names)) - passed.T, direct) if passed.any() else direct
    kept = whole * np.maximum(1.0 - passed.sum(axis=1), 0.0)
    kept[np.abs(kept) <= _CENT * max(spent.sum(), 1.0)] = 0.0
    for place in np.flatnonzero((performed == 0.0) & (kept > 0.0)):
        problems.add(
            f"activity {names[place]!r} costs {kept[place]:g} and has no volume; give its volume, or whom it serves"
        )
    problems.raise_if_any()
    rates = np.divide(kept, performed, out=np.zeros_like(kept), where=performed > 0.0)
    frozen = (read_only(values) for values in (assigned, kept, performed, rates))
    first, second, third, fourth = frozen
    return ActivityCosts(names, first, second, third, fourth, float(spent.sum()))


def _named(amounts: Mapping[str, float], name: str, problems: Problems) -> FloatArray:
    if not amounts:
        problems.add(f"{name} names nothing; give at least one")
    values = column(list(amounts.values()), name, problems)
    for key, value in zip(amounts, values.tolist(), strict=False):
        if not 0.0 <= value < np.inf:
            problems.add(f"{name}[{key!r}] = {value} is no amount of 0 or more")
    return values


def _shares(
    shares: Mapping[str, Mapping[str, float]], resources: tuple[str, ...], names: tuple[str, ...], problems: Problems
) -> FloatArray:
    table = np.zeros((len(resources), len(names)))
    if set(shares) != set(resources):
        problems.add(f"shares name {', '.join(shares)}; they must name the resources {', '.join(resources)}")
        return table
    for row, resource in enumerate(resources):
        for activity, share in shares[resource].items():
            if activity not in names:
                problems.add(
                    f"shares[{resource!r}] names {activity!r}, which is not in volumes; add it, with 0 if need be"
                )
            elif not 0.0 <= share <= 1.0 + _CENT:
                problems.add(f"shares[{resource!r}][{activity!r}] = {share} is no share")
            else:
                table[row, names.index(activity)] = share
        if abs(sum(shares[resource].values()) - 1.0) > _CENT:
            problems.add(
                f"shares[{resource!r}] add up to {sum(shares[resource].values()):g}; all of it must be shared out, 1"
            )
        else:
            table[row] /= max(table[row].sum(), _CENT)
    return table


def _services(services: Mapping[str, Mapping[str, float]], names: tuple[str, ...], problems: Problems) -> FloatArray:
    table = np.zeros((len(names), len(names)))
    for server, served in services.items():
        for activity, share in served.items():
            if server not in names or activity not in names or server == activity:
                problems.add(f"services[{server!r}] names {activity!r}; both must be activities, and not the same one")
            elif not 0.0 <= share <= 1.0:
                problems.add(f"services[{server!r}][{activity!r}] = {share} is no share")
            else:
                table[names.index(server), names.index(activity)] = share
        if sum(served.values()) > 1.0 + _CENT:
            problems.add(
                f"services[{server!r}] add up to {sum(served.values()):g}; nobody works for others more than always"
            )
    # Work that is passed round and never reaches anybody outside leaves its cost nowhere.
    if not problems and table.any() and max(abs(np.linalg.eigvals(table))) >= 1.0 - _CENT:
        problems.add("services go round in a circle that never serves anybody outside")
    return table


class TimeEquation(Record):
    """How many minutes one piece of work takes: ``b₀ + Σ b_i x_i``.

    Attributes:
        activity: what is done.
        base: minutes it always takes.
        terms: minutes for each unit of what may be added: an express delivery, an item, a new customer.

    Examples:
        >>> packing = TimeEquation(activity="packing", base=0.5, terms={"special": 6.5, "by air": 0.2})
        >>> packing.minutes(), packing.minutes({"special": 1}), packing.minutes({"special": 1, "by air": 1})
        (0.5, 7.0, 7.2)

    Reference:
        Kaplan, R. S. and Anderson, S. R. (2004), Time-driven activity-based costing, Harvard Business Review 82(11).

    """

    activity: Text
    base: Annotated[float, Field(ge=0)] = 0.0
    terms: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.base == 0.0 and not self.terms:
            message = "an equation needs a base or a term; the work would take no time"
            raise ValueError(message)
        return self

    def minutes(self, amounts: Mapping[str, float] | None = None) -> float:
        """Return how many minutes the work takes with some amounts of its terms; those not named are 0.

        Raises:
            InvalidParameters: if a term is unknown, or the time comes out negative.

        """
        given = dict(amounts or {})
        unknown = sorted(set(given) - set(self.terms))
        if unknown:
            message = (
                f"{self.activity} has no term {', '.join(unknown)}; the terms are {', '.join(self.terms) or 'none'}"
            )
            raise InvalidParameters(message)
        time = self.base + sum(self.terms[name] * finite(amount, name, "an amount") for name, amount in given.items())
        if time < 0.0:
            message = f"{self.activity} would take {time} minutes; no work takes less than none"
            raise InvalidParameters(message)
        return time


@dataclass(frozen=True, slots=True, eq=False)
class TimeDrivenCosts:
    """Capacity as it was used, and as it was not.

    Attributes:
        activities: their names, ``k`` of them.
        rate: cost of a minute of capacity.
        unit_costs: ``(k,)`` cost of one piece of each activity.
        minutes: ``(k,)`` time used by each.
        costs: ``(k,)`` cost of that time.
        unused_minutes: capacity nobody used; negative if more was used than there was.
        unused_cost: what it cost.
        total: what capacity cost.

    """

    activities: tuple[str, ...]
    rate: float
    unit_costs: FloatArray
    minutes: FloatArray
    costs: FloatArray
    unused_minutes: float
    unused_cost: float
    total: float

    __reduce__ = by_fields

    @property
    def utilization(self) -> float:
        """Return the share of capacity that was used; above 1 where people worked more than is practical."""
        used = float(self.minutes.sum())
        return used / (used + self.unused_minutes)

    def table(self) -> Table:
        """Return a row for each activity, one for unused capacity, and one for the whole, which adds up."""
        return Table(
            {
                "activity": [*self.activities, "unused", "capacity"],
                "minutes": [
                    *self.minutes.tolist(),
                    self.unused_minutes,
                    float(self.minutes.sum()) + self.unused_minutes,
                ],
                "unit cost": [*self.unit_costs.tolist(), np.nan, np.nan],
                "cost": [*self.costs.tolist(), self.unused_cost, self.total],
            }
        )


def time_driven_costs(
    cost: float, capacity: float, minutes: Mapping[str, float], volumes: Mapping[str, float]
) -> TimeDrivenCosts:
    """Return what activities cost by the time they take, and what unused capacity costs.

    Args:
        cost: of the capacity that was supplied, 0 or more.
        capacity: the practical one in minutes, by custom 80 to 85 % of the theoretical; above 0.
        minutes: of one piece of each activity, such as a :class:`TimeEquation` gives.
        volumes: how often each was done.

    Raises:
        InvalidData: if an amount is none, or minutes and volumes name different activities.
        InvalidParameters: if there is no capacity.

    Examples:
        >>> took = {"orders": 8, "inquiries": 44, "credit checks": 50}
        >>> done = {"orders": 49_000, "inquiries": 1_400, "credit checks": 2_500}
        >>> found = time_driven_costs(560_000, 700_000, took, done)
        >>> found.rate, found.unit_costs.round(2).tolist(), found.unused_cost, round(found.utilization, 2)
        (0.8, [6.4, 35.2, 40.0], 97120.0, 0.83)

    Reference:
        Kaplan, R. S. and Anderson, S. R. (2004), Time-driven activity-based costing, Harvard Business Review 82(11),
        131-138.

    """
    problems = Problems("time-driven costs")
    if set(minutes) != set(volumes):
        problems.add(
            f"minutes name {', '.join(minutes)} and volumes {', '.join(volumes)}; both must name all activities"
        )
    took = _named(minutes, "minutes", problems)
    done = _named({name: volumes.get(name, 0.0) for name in minutes}, "volumes", problems)
    problems.raise_if_any()
    supplied = finite(capacity, "capacity", "minutes above 0")
    spent = finite(cost, "cost", "an amount of 0 or more")
    if not 0.0 < supplied < np.inf or not 0.0 <= spent < np.inf:
        message = f"cost = {cost!r}, capacity = {capacity!r}: give an amount of 0 or more for minutes above 0"
        raise InvalidParameters(message)
    rate = spent / supplied
    used = took * done
    costs = rate * used
    return TimeDrivenCosts(
        activities=tuple(minutes),
        rate=rate,
        unit_costs=read_only(rate * took),
        minutes=read_only(used),
        costs=read_only(costs),
        unused_minutes=supplied - float(used.sum()),
        unused_cost=spent - float(costs.sum()),
        total=spent,
    )


def cost_to_serve(rates: Mapping[str, float], quantities: Mapping[str, ArrayLike]) -> FloatArray:
    """Return ``(n,)`` what each customer costs to serve: how much of each activity they took, at its rate.

    Args:
        rates: of each activity, as :func:`activity_costs` or :func:`time_driven_costs` gives them.
        quantities: of each activity, ``(n,)`` how much of its driver each customer took; one may be left out.

    Raises:
        InvalidData: if a quantity is negative or not finite, lengths differ, or an activity has no rate.

    Examples:
        >>> cost_to_serve({"order": 100, "visit": 80}, {"order": [15, 25], "visit": [2, 3]}).tolist()
        [1660.0, 2740.0]

    Reference:
        Kaplan, R. S. and Narayanan, V. G. (2001), Measuring and managing customer profitability, Journal of Cost
        Management 15(5), 5-15.

    """
    problems = Problems("cost to serve")
    columns: dict[str, FloatArray] = {}
    for name, quantity in quantities.items():
        if name not in rates:
            problems.add(f"activity {name!r} has no rate; the rates are of {', '.join(rates) or 'none'}")
        columns[name] = column(quantity, f"quantities[{name!r}]", problems)
        if check_finite(columns[name], f"quantities[{name!r}]", problems):
            check_not_negative(columns[name], f"quantities[{name!r}]", problems)
    sizes = {values.size for values in columns.values()}
    if not problems and len(sizes) != 1:
        problems.add("the quantities differ in length, or there are none; give one for each customer")
    problems.raise_if_any()
    if not all(np.isfinite(finite(rate, name, "a rate")) for name, rate in rates.items()):
        message = "a rate is not a finite number"
        raise InvalidData(message)
    return read_only(np.asarray(sum(float(rates[name]) * values for name, values in columns.items())))
