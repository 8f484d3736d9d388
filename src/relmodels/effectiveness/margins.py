"""From list price to what a customer leaves: the margin statement, by any grouping, with subtotals that add up.

A customer's list revenue shrinks step by step. Discounts on and off the invoice leave net revenue; the cost of goods
leaves the gross margin; orders, visits and deliveries leave the margin after cost to serve; what it takes to keep the
account leaves the customer's margin. Costs of a group as such, a channel or a segment, are not shared out to customers:
they are taken off where they arise, from the group's sum. So every line adds up over any partition of the customers.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from relmodels.core.arrays import FloatArray, by_fields, check_finite, column, read_only
from relmodels.core.errors import InvalidData, Problems
from relmodels.core.numbers import finite
from relmodels.effectiveness.grouping import Groups, gathered, gathered_by_all
from relmodels.frames.table import Table

__all__ = [
    "CustomerMargins",
    "MarginStatement",
    "ProfitPortfolio",
    "customer_margins",
    "margin_by_group",
    "profit_portfolio",
]

_PARTS: Final = ("list_revenue", "invoice_discount", "rebate", "goods", "serving", "sustaining")


@dataclass(frozen=True, slots=True, eq=False)
class CustomerMargins:
    """The statement of ``n`` customers, in one currency; deductions are positive.

    Attributes:
        list_revenue: ``(n,)`` units at list prices.
        invoice_discount: ``(n,)`` taken off on the invoice.
        rebate: ``(n,)`` paid back off the invoice.
        goods: ``(n,)`` cost of goods sold.
        serving: ``(n,)`` cost to serve: orders, visits, deliveries.
        sustaining: ``(n,)`` cost of keeping the account.

    """

    list_revenue: FloatArray
    invoice_discount: FloatArray
    rebate: FloatArray
    goods: FloatArray
    serving: FloatArray
    sustaining: FloatArray

    __reduce__ = by_fields

    @property
    def invoice_revenue(self) -> FloatArray:
        """Return ``(n,)`` what was invoiced."""
        return read_only(self.list_revenue - self.invoice_discount)

    @property
    def net_revenue(self) -> FloatArray:
        """Return ``(n,)`` what was kept of the invoice: the pocket revenue."""
        return read_only(self.invoice_revenue - self.rebate)

    @property
    def gross_margin(self) -> FloatArray:
        """Return ``(n,)`` net revenue less the cost of goods."""
        return read_only(self.net_revenue - self.goods)

    @property
    def margin_after_serving(self) -> FloatArray:
        """Return ``(n,)`` gross margin less the cost to serve."""
        return read_only(self.gross_margin - self.serving)

    @property
    def customer_margin(self) -> FloatArray:
        """Return ``(n,)`` what is left after the cost of keeping the account too."""
        return read_only(self.margin_after_serving - self.sustaining)

    def table(self) -> Table:
        """Return a row for each customer with every line of the statement."""
        return Table(_lines(self))


def _lines(margins: CustomerMargins) -> dict[str, FloatArray]:
    return {
        "list_revenue": margins.list_revenue,
        "invoice_discount": margins.invoice_discount,
        "invoice_revenue": margins.invoice_revenue,
        "rebate": margins.rebate,
        "net_revenue": margins.net_revenue,
        "goods": margins.goods,
        "gross_margin": margins.gross_margin,
        "serving": margins.serving,
        "margin_after_serving": margins.margin_after_serving,
        "sustaining": margins.sustaining,
        "customer_margin": margins.customer_margin,
    }


def _parts(margins: CustomerMargins) -> tuple[FloatArray, ...]:
    # Every line of the statement is a sum of these, so that their sums by group give all others.
    return (
        margins.list_revenue,
        margins.invoice_discount,
        margins.rebate,
        margins.goods,
        margins.serving,
        margins.sustaining,
    )


def customer_margins(
    list_revenue: ArrayLike,
    *,
    invoice_discount: ArrayLike = 0.0,
    rebate: ArrayLike = 0.0,
    goods: ArrayLike = 0.0,
    serving: ArrayLike = 0.0,
    sustaining: ArrayLike = 0.0,
) -> CustomerMargins:
    """Return the margin statement of each customer.

    Args:
        list_revenue: ``(n,)`` units at list prices.
        invoice_discount: ``(n,)`` or one number; deductions are positive amounts, in the same currency.
        rebate: the same, off the invoice.
        goods: the same, cost of goods sold.
        serving: the same, cost to serve; see :func:`relmodels.cost_to_serve`.
        sustaining: the same, cost of keeping the account.

    Raises:
        InvalidData: naming every value that is not a finite number, and columns of another length.

    Examples:
        >>> found = customer_margins([29_952], goods=[24_960], serving=[2_980])
        >>> found.gross_margin.tolist(), found.customer_margin.tolist()
        ([4992.0], [2012.0])

    Reference:
        Horngren, C. T., Datar, S. M. and Rajan, M. V. (2012), Cost Accounting: A Managerial Emphasis, Pearson, ch. 14.

    """
    problems = Problems("customer margins")
    revenue = column(list_revenue, "list_revenue", problems)
    given = (invoice_discount, rebate, goods, serving, sustaining)
    parts = [
        revenue,
        *(_spread(values, name, revenue.size, problems) for values, name in zip(given, _PARTS[1:], strict=True)),
    ]
    for values, name in zip(parts, _PARTS, strict=True):
        check_finite(values, name, problems)
        if not problems and values.size != revenue.size:
            problems.add(f"{name} has {values.size} rows and list_revenue {revenue.size}; give one for each customer")
    problems.raise_if_any()
    return CustomerMargins(*parts)


def _spread(values: ArrayLike, name: str, size: int, problems: Problems) -> FloatArray:
    if np.ndim(values) == 0:
        return column(np.broadcast_to(np.asarray(values), (size,)), name, problems)
    return column(values, name, problems)


@dataclass(frozen=True, slots=True, eq=False)
class MarginStatement:
    """The statement by group, with what groups cost as such, and the whole.

    Attributes:
        groups: the keys, ``k`` of them; tuples of keys if there were several.
        customers: ``(k,)`` how many each group has.
        lines: each line of the statement, ``(k,)``.
        group_costs: ``(k,)`` costs of each group as such.
        common_costs: costs of the whole that belong to no group.

    """

    groups: tuple[Hashable, ...]
    customers: FloatArray
    lines: dict[str, FloatArray]
    group_costs: FloatArray
    common_costs: float

    __reduce__ = by_fields

    @property
    def group_margin(self) -> FloatArray:
        """Return ``(k,)`` customers' margins less what the group costs as such."""
        return read_only(self.lines["customer_margin"] - self.group_costs)

    @property
    def profit(self) -> float:
        """Return the sum of the groups' margins less common costs."""
        return float(self.group_margin.sum()) - self.common_costs

    def rolled_up(self, level: int = 1) -> MarginStatement:
        """Return the statement by the first ``level`` keys only: the subtotals of this one.

        Raises:
            InvalidData: if the groups have not more keys than that.

        """
        if not all(isinstance(group, tuple) and len(group) > level >= 1 for group in self.groups):
            message = f"level = {level}: the groups are not called by more than {level} keys"
            raise InvalidData(message)
        tops = [group[:level] if level > 1 else group[0] for group in self.groups if isinstance(group, tuple)]
        above = gathered(tops, len(self.groups))
        return MarginStatement(
            groups=above.keys,
            customers=read_only(above.sums(self.customers)),
            lines={name: read_only(above.sums(values)) for name, values in self.lines.items()},
            group_costs=read_only(above.sums(self.group_costs)),
            common_costs=self.common_costs,
        )

    def table(self) -> Table:
        """Return a row for each group and one for the whole, which adds up."""
        extra = {"group_costs": self.group_costs, "group_margin": self.group_margin}
        lines = {name: [*values.tolist(), float(values.sum())] for name, values in {**self.lines, **extra}.items()}
        heads = {"group": [*self.groups, "all"], "customers": [*self.customers.tolist(), float(self.customers.sum())]}
        return Table({**heads, **lines})


def margin_by_group(
    margins: CustomerMargins,
    group: Sequence[Hashable] | ArrayLike | None = None,
    *,
    groups: Sequence[Sequence[Hashable] | ArrayLike] | None = None,
    group_costs: Mapping[Hashable, float] | None = None,
    common_costs: float = 0.0,
) -> MarginStatement:
    """Return the margin statement by a grouping, or by several together.

    Args:
        margins: of the customers.
        group: ``(n,)`` keys of any kind; for one grouping.
        groups: several such, for groups within groups; :meth:`MarginStatement.rolled_up` gives the subtotals.
        group_costs: of each group as such, by its key; groups that are not named have none.
        common_costs: of the whole.

    Raises:
        InvalidData: if there is no grouping, or both, a key is missing, or a cost is of a group that is not there.

    Examples:
        >>> margins = customer_margins([100, 50, 80], goods=[60, 20, 70])
        >>> statement = margin_by_group(margins, ["shops", "web", "shops"], group_costs={"shops": 15}, common_costs=10)
        >>> statement.groups, statement.group_margin.tolist(), statement.profit
        (('shops', 'web'), [35.0, 30.0], 55.0)

    Reference:
        Horngren, C. T., Datar, S. M. and Rajan, M. V. (2012), Cost Accounting: A Managerial Emphasis, Pearson, ch. 14.

    """
    if (group is None) == (groups is None) or (groups is not None and not len(groups)):
        message = "margin by group: give either group=, or groups= with several"
        raise InvalidData(message)
    size = margins.list_revenue.size
    by: Groups = gathered(group, size) if group is not None else gathered_by_all(groups or (), size)
    costs = dict(group_costs or {})
    unknown = [key for key in costs if key not in by.keys]
    if unknown:
        message = f"group_costs name {', '.join(map(repr, unknown))}; there is no such group among the customers"
        raise InvalidData(message)
    return MarginStatement(
        groups=by.keys,
        customers=read_only(by.counts.astype(np.float64)),
        lines=_lines(CustomerMargins(*(read_only(by.sums(part)) for part in _parts(margins)))),
        group_costs=read_only(
            np.array([finite(costs.get(key, 0.0), f"group_costs[{key!r}]", "an amount") for key in by.keys])
        ),
        common_costs=finite(common_costs, "common_costs", "an amount"),
    )


@dataclass(frozen=True, slots=True, eq=False)
class ProfitPortfolio:
    """Customers by size and profit.

    Attributes:
        size: ``(n,)`` ``"large"`` or ``"small"``.
        profit: ``(n,)`` ``"high"``, ``"low"`` or ``"loss"``.
        counts: customers in each cell, by (size, profit).
        sums: their margins.

    """

    size: NDArray[np.str_]
    profit: NDArray[np.str_]
    counts: dict[tuple[str, str], int]
    sums: dict[tuple[str, str], float]

    __reduce__ = by_fields

    def table(self) -> Table:
        """Return a row for each of the six cells."""
        return Table(
            {
                "size": [size for size, _ in self.counts],
                "profit": [profit for _, profit in self.counts],
                "customers": list(self.counts.values()),
                "margin": list(self.sums.values()),
            }
        )


def profit_portfolio(revenue: ArrayLike, margin: ArrayLike) -> ProfitPortfolio:
    """Return customers by size and profit: large above the median revenue, high above the mean margin on revenue.

    A customer with a negative margin is a loss whatever the size; the split is a convention of ours.

    Args:
        revenue: ``(n,)`` of each customer, above 0.
        margin: ``(n,)`` of each customer.

    Raises:
        InvalidData: if a value is not finite, a revenue is not above 0, or lengths differ.

    Examples:
        >>> found = profit_portfolio([100, 90, 10, 20], [30, 5, 4, -1])
        >>> found.size.tolist(), found.profit.tolist()
        (['large', 'large', 'small', 'small'], ['high', 'low', 'high', 'loss'])

    Reference:
        Van Raaij, E. M., Vernooij, M. J. A. and van Triest, S. (2003), The implementation of customer profitability
        analysis: A case study, Industrial Marketing Management 32(7), 573-583, for the purpose.

    """
    problems = Problems("profit portfolio")
    sold, left = column(revenue, "revenue", problems), column(margin, "margin", problems)
    for values, name in ((sold, "revenue"), (left, "margin")):
        check_finite(values, name, problems)
    if not problems and (sold.size != left.size or not sold.size or sold.min() <= 0.0):
        problems.add("give a revenue above 0 and a margin for each of at least one customer")
    problems.raise_if_any()
    large = sold > np.median(sold)
    rate = float(left.sum() / sold.sum())
    kind = np.where(left < 0.0, "loss", np.where(left / sold > rate, "high", "low"))
    size = np.where(large, "large", "small")
    cells = [(one, other) for one in ("large", "small") for other in ("high", "low", "loss")]
    inside = {cell: (size == cell[0]) & (kind == cell[1]) for cell in cells}
    return ProfitPortfolio(
        read_only(size),
        read_only(kind),
        {cell: int(rows.sum()) for cell, rows in inside.items()},
        {cell: float(left[rows].sum()) for cell, rows in inside.items()},
    )
