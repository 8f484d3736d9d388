"""What ready-made columns of a purchase summary have to obey; every fault is noted with its row and value."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from relmodels.core.arrays import (
    AnyArray,
    BoolArray,
    FloatArray,
    check_finite,
    check_not_negative,
    check_rows,
    read_only,
)
from relmodels.core.errors import Problems
from relmodels.frames.columns import as_array, is_missing, object_array, row_list, whole_numbers

__all__ = ["check_columns", "identifier_array"]

_FLOORED = "; were the times floored to whole units? give them unrounded"


def check_columns(columns: Mapping[str, FloatArray], customer: AnyArray | None, problems: Problems) -> None:
    """Note every fault of the columns, each ``(n,)``: lengths first, then values, then identifiers."""
    if not _same_length(columns, customer, problems):
        return
    bought = columns["frequency"] > 0
    for name, values in columns.items():
        used = bought if name == "spend" else np.ones(values.size, dtype=np.bool_)
        _check_values(name, values, used, problems)
    _check_times(columns["frequency"], columns["recency"], columns["age"], problems)
    if "log_gaps" in columns:
        gaps = columns["log_gaps"]
        rule = "is not 0 although frequency is 0; without a repeat purchase there is no gap"
        check_rows((columns["frequency"] == 0) & np.isfinite(gaps) & (gaps != 0), gaps, "log_gaps", rule, problems)
    if customer is not None:
        _check_identifiers(customer, problems)


def identifier_array(values: object, problems: Problems) -> AnyArray:
    """Return identifiers as a read-only array of their own, each as it was given; what is no column is noted.

    numpy would turn ``[1, "x"]`` into two texts and lose digits of ``[2**60 + 1, 0.5]``; such lists become objects.
    """
    if isinstance(values, list | tuple):
        kinds = set(map(type, values))
        if kinds == {int}:
            return read_only(whole_numbers(values))
        plain = len(kinds) == 1 and issubclass(next(iter(kinds)), float | bool | np.number | np.datetime64)
        return read_only(np.array(values) if plain else object_array(values))
    array = as_array(values).copy()
    if array.ndim == 0:
        problems.add(f"customer is a {type(values).__name__}, which is no column; pass a list or an array")
    return read_only(array)


def _same_length(columns: Mapping[str, FloatArray], customer: AnyArray | None, problems: Problems) -> bool:
    sizes = {name: values.size for name, values in columns.items()}
    if customer is not None:
        sizes["customer"] = customer.size
    if len(set(sizes.values())) > 1:
        listed = ", ".join(f"{name} has {size}" for name, size in sizes.items())
        problems.add(f"the columns differ in length: {listed} rows; give every column one value for each customer")
        return False
    if sizes["frequency"] == 0:
        problems.add("there are no rows; at least one customer is needed")
        return False
    return True


def _check_values(name: str, values: FloatArray, used: BoolArray, problems: Problems) -> None:
    read = np.where(used, values, 0.0)
    check_finite(read, name, problems)
    if name == "weight":
        check_rows(values <= 0, values, name, "is not positive; drop rows that stand for nobody", problems)
    elif name != "log_gaps":
        check_not_negative(read, name, problems)
    if name == "frequency":
        broken = np.isfinite(values) & (values != np.rint(values))
        check_rows(broken, values, name, "is not a whole number; it counts days with a repeat purchase", problems)


def _check_times(x: FloatArray, t_x: FloatArray, T: FloatArray, problems: Problems) -> None:
    late = np.flatnonzero((t_x > T) & (T >= 0) & np.isfinite(t_x))
    if late.size:
        shown = ", ".join(f"recency[{row}] = {t_x[row]} exceeds age[{row}] = {T[row]}" for row in late[:5])
        more = "" if late.size <= 5 else f" and {late.size - 5} more rows"
        problems.add(
            f"{shown}{more}; the last purchase lies within the observation: were the dates in different units?"
        )
    silent = (x == 0) & (t_x > 0)
    check_rows(silent, t_x, "recency", "is above 0 although frequency is 0; without a repeat it must be 0", problems)
    sudden = (x > 0) & (t_x == 0)
    rule = f"is 0 although frequency is above 0; a repeat purchase is on a later day{_FLOORED}"
    check_rows(sudden, t_x, "recency", rule, problems)


def _check_identifiers(customer: AnyArray, problems: Problems) -> None:
    if customer.ndim != 1:
        problems.add(f"customer has shape {customer.shape}, one dimension is needed; pass a single column")
        return
    objects = customer if customer.dtype == np.object_ else customer[:0]
    nested = np.array([not _hashable(value) for value in objects], dtype=np.bool_)
    if nested.any():
        kind = type(customer[nested][0]).__name__
        problems.add(
            f"customer in {row_list(nested)} holds {kind} values, which cannot be told apart; "
            "give whole numbers or text"
        )
        return
    missing = _missing(customer)
    if missing.any():
        problems.add(f"customer is missing in {row_list(missing)}; every row needs one, or leave the column out")
    repeated = _repeated(customer) & ~missing
    if repeated.any():
        problems.add(
            f"customer in {row_list(repeated)} is one of an earlier row; a summary has one row for each customer: "
            "make it from transactions, or use weight for customers who are alike"
        )


def _hashable(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _missing(customer: AnyArray) -> BoolArray:
    if customer.dtype.kind in "iubUST":
        return np.zeros(customer.size, dtype=np.bool_)
    return np.array([is_missing(value) for value in customer], dtype=np.bool_)


def _repeated(customer: AnyArray) -> BoolArray:
    """Return which rows hold an identifier that an earlier row has, ``(n,)``."""
    if customer.dtype.kind in "iu" and customer.size > 1 and bool(np.all(customer[1:] > customer[:-1])):
        return np.zeros(customer.size, dtype=np.bool_)
    seen: set[object] = set()
    repeated = np.zeros(customer.size, dtype=np.bool_)
    for row, value in enumerate(customer.tolist()):
        repeated[row] = value in seen
        seen.add(value)
    return repeated
