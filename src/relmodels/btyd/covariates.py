"""What is known of customers besides their purchases: columns of numbers, one row for each customer.

Covariates come in sets. Those of ``purchase`` move how often customers buy, those of ``attrition`` how soon they leave,
those of ``spend`` how much they spend; a column may be in several sets.
They do not change in time; for those that do see :mod:`relmodels.btyd.covariate_panel`.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import numpy as np

from relmodels.core.arrays import AnyArray, FloatArray, IntArray, by_fields, check_finite, read_only
from relmodels.core.errors import InvalidData, Problems
from relmodels.frames.columns import Coded, Column, Columns, require, row_list
from relmodels.frames.door import Lazy
from relmodels.frames.table import open_frame

__all__ = ["SETS", "CovariateSet", "Covariates", "SetName", "check_same_names", "read_set"]

SetName: TypeAlias = Literal["purchase", "attrition", "spend"]
SETS: Final[tuple[SetName, ...]] = get_args(SetName)

_NUMBERS: Final = "biuf"


@dataclass(frozen=True, slots=True, eq=False)
class CovariateSet:
    """Some covariates of the same customers.

    Attributes:
        names: of the columns.
        values: ``(n, k)`` one row for each customer.
        spread: ``(k,)`` standard deviation of each column over all customers, from which searches take their scale.

    Examples:
        >>> CovariateSet(("age",), np.array([[31.0], [43.0]]), np.array([6.0])).take([1]).values.tolist()
        [[43.0]]

    """

    names: tuple[str, ...]
    values: FloatArray
    spread: FloatArray

    __reduce__ = by_fields

    def take(self, rows: AnyArray | slice) -> CovariateSet:
        """Return the same of the customers picked."""
        return CovariateSet(self.names, read_only(self.values[rows]), self.spread)


@dataclass(frozen=True, slots=True, eq=False)
class Covariates:
    """The sets of covariates of a summary; a set that was not given is ``None``.

    Attributes:
        purchase: what moves the rate of purchases.
        attrition: what moves leaving.
        spend: what moves amounts.

    Examples:
        >>> ages = CovariateSet(("age",), np.array([[31.0], [43.0]]), np.array([6.0]))
        >>> Covariates(purchase=ages).matrix("purchase").tolist()
        [[31.0], [43.0]]

    """

    purchase: CovariateSet | None = None
    attrition: CovariateSet | None = None
    spend: CovariateSet | None = None

    def of(self, name: SetName) -> CovariateSet | None:
        """Return a set by its name."""
        return {"purchase": self.purchase, "attrition": self.attrition, "spend": self.spend}[name]

    def take(self, rows: AnyArray | slice) -> Covariates:
        """Return the same of the customers picked."""
        return Covariates(*(None if (found := self.of(name)) is None else found.take(rows) for name in SETS))

    def columns(self) -> list[FloatArray]:
        """Return all columns of all sets, each ``(n,)``."""
        return [np.ascontiguousarray(column) for name in SETS for column in self.matrix(name).T]

    def matrix(self, name: SetName) -> FloatArray:
        """Return the values of a set, ``(n, k)``, with no columns if there is none."""
        found = self.of(name)
        return np.empty((0, 0)) if found is None else found.values


def read_set(
    frame: object, key: str, customers: AnyArray | None, rows: int, name: str, problems: Problems
) -> CovariateSet | None:
    """Return the covariates in ``frame`` in the order of a summary's customers; what is wrong is noted.

    Args:
        frame: any supported table: ``key`` and one column for each covariate.
        key: the column of identifiers; not looked for if the summary has none.
        customers: ``(n,)`` identifiers of the summary; without them the rows are in the summary's order.
        rows: n.
        name: of the set.
        problems: collects what is wrong.

    """
    found = open_frame(frame)
    table = found.collect() if isinstance(found, Lazy) else found
    wanted = [] if customers is None else [key]
    if not require(wanted, table.columns, problems):
        return None
    names = [column for column in table.columns if column not in wanted]
    if not names:
        problems.add(f"{name} has no column of covariates; give one or more beside {key!r}")
        return None
    order = _in_order(table, rows, name, problems) if customers is None else _matched(table, key, customers, problems)
    columns = [_numbers(table.column(column), str(column), order, problems) for column in names]
    if order is None or problems:
        return None
    values = np.column_stack([column for column in columns if column is not None])
    spread = values.std(axis=0)
    _check_spread(names, spread, problems)
    return CovariateSet(tuple(map(str, names)), read_only(values), read_only(spread))


def _in_order(table: Columns, rows: int, name: str, problems: Problems) -> IntArray | None:
    if len(table) == rows:
        return np.arange(rows)
    problems.add(
        f"{name} has {len(table)} rows and the summary {rows}, without identifiers to match them by; give one row for "
        "each customer, in the summary's order"
    )
    return None


def _matched(table: Columns, key: str, customers: AnyArray, problems: Problems) -> IntArray | None:
    """Return the row of the table for each customer."""
    keys = _values(table.key(key))
    place = {value: row for row, value in enumerate(keys)}
    if len(place) < len(keys):
        repeated = np.array([place[value] != row for row, value in enumerate(keys)])
        problems.add(f"{key} in {row_list(repeated)} comes again in a later row; give one row for each customer")
    order = np.array([place.get(value, -1) for value in customers.tolist()], dtype=np.int64)
    missing = order < 0
    if missing.any():
        problems.add(
            f"{int(missing.sum())} customers of the summary have no row, those in its {row_list(missing)}; add their "
            f"covariates, or leave them out with summary.take(...)"
        )
        return None
    return order


def _values(column: Column) -> list[Hashable]:
    values: list[Hashable] = (column.texts() if isinstance(column, Coded) else column).tolist()
    return values


def _numbers(column: Column, name: str, order: IntArray | None, problems: Problems) -> FloatArray | None:
    if isinstance(column, Coded) or column.dtype.kind not in _NUMBERS:
        problems.add(f"{name} holds no numbers; code categories as columns of 0 and 1")
        return None
    values = column.astype(np.float64)
    if order is not None:
        check_finite(values, name, problems)
        return np.asarray(values[order])
    return values


def _check_spread(names: list[Hashable], spread: FloatArray, problems: Problems) -> None:
    for name, wide in zip(names, spread.tolist(), strict=True):
        if not wide > 0:
            problems.add(f"{name} is the same for all customers, so that it tells nothing; leave it out")


def check_same_names(given: Covariates, names: dict[SetName, tuple[str, ...]], model: str) -> None:
    """Check that a summary has the covariates that a model has coefficients for, in their order.

    Raises:
        InvalidData: naming what is missing.

    """
    problems = Problems(model)
    for block, wanted in names.items():
        found = given.of(block)
        there = () if found is None else found.names
        if there != wanted:
            problems.add(
                f"the {block} covariates must be {', '.join(wanted)}; the summary has {', '.join(there) or 'none'}"
            )
    problems.raise_if_any(InvalidData)
