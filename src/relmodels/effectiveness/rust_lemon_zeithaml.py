"""Customer equity where customers switch: a brand's share of what they will spend, and the return on changing it.

Customers choose a brand at each purchase, with chances that depend on the brand they bought last. The chances come from
a matrix of switching, observed or made of a logit of what moves a choice: value, brand, relationship, and inertia for
the last brand. The value of a customer to a brand is what it can expect of all their purchases; the mean over a sample,
times the customers there are, is the brand's customer equity. Moving a driver moves the matrix, and with it the equity:
what that brings over what it costs is the return on marketing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import finite
from relmodels.effectiveness.returns import roi

__all__ = ["brand_equity", "brand_equity_return", "switching_clv", "switching_matrix"]

_SLACK = 1e-9


def switching_clv(
    matrix: ArrayLike,
    initial: ArrayLike,
    *,
    purchases_per_year: float,
    years: float,
    volume: float,
    margin: float,
    discount: float,
) -> FloatArray:
    """Return ``(k,)`` or ``(n, k)`` what customers are worth to each of ``k`` brands.

    ``Σ_t (1 + d)^{-t / f} v π B_t`` over purchases ``t = 0 … f · years``, with ``B_t`` the chances of each brand.

    Args:
        matrix: ``(k, k)`` chances of buying each brand next, across, after each, down; or ``(n, k, k)`` of customers.
        initial: ``(k,)`` chances of the first purchase, or ``(n, k)``.
        purchases_per_year: ``f``, above 0.
        years: how long purchases are counted.
        volume: of a purchase.
        margin: a share of it.
        discount: the rate of a year.

    Raises:
        InvalidData: if rows of the matrix, or of the initial chances, are no chances that add up to 1.
        InvalidParameters: if a number is out of range.

    Examples:
        >>> matrix = [[0.7, 0.2, 0.1], [0.25, 0.6, 0.15], [0.2, 0.2, 0.6]]
        >>> switching_clv(matrix, [1, 0, 0], purchases_per_year=4, years=3, volume=100, margin=0.2, discount=0.1).round(
        ...     4
        ... ).tolist()
        [119.1465, 64.4809, 42.6333]

    Reference:
        Rust, R. T., Lemon, K. N. and Zeithaml, V. A. (2004), Return on marketing: Using customer equity to focus
        marketing strategy, Journal of Marketing 68(1), 109-127.

    """
    chances, first = _chances(matrix, initial)
    rate = finite(discount, "discount", "a rate of a year")
    often, long = finite(purchases_per_year, "purchases_per_year", "above 0"), finite(years, "years", "0 or more")
    if not (often > 0.0 and long >= 0.0 and -1.0 < rate < np.inf and np.isfinite(often * long)):
        message = (
            f"purchases_per_year = {purchases_per_year!r}, years = {years!r}, discount = {discount!r}: out of range"
        )
        raise InvalidParameters(message)
    value = np.zeros(np.broadcast_shapes(first.shape, chances.shape[:-1]))
    buying = np.broadcast_to(first, value.shape)
    for purchase in range(int(np.floor(often * long + _SLACK)) + 1):
        value = value + (1.0 + rate) ** (-purchase / often) * buying
        buying = np.einsum("...i,...ij->...j", buying, chances)
    return read_only(finite(volume, "volume", "an amount") * finite(margin, "margin", "a share") * value)


def _chances(matrix: ArrayLike, initial: ArrayLike) -> tuple[FloatArray, FloatArray]:
    problems = Problems("switching")
    chances, first = _table(matrix, "matrix"), _table(initial, "initial")
    if chances.ndim not in {2, 3} or chances.shape[-1] != chances.shape[-2]:
        problems.add(f"matrix has the shape {chances.shape}; it needs as many brands down as across")
    elif first.ndim not in {1, 2} or first.shape[-1] != chances.shape[-1]:
        problems.add(f"initial has the shape {first.shape}; it needs a chance of each of {chances.shape[-1]} brands")
    elif chances.ndim == 3 and first.ndim == 2 and chances.shape[0] != first.shape[0]:
        problems.add(f"matrix is of {chances.shape[0]} customers and initial of {first.shape[0]}")
    problems.raise_if_any()
    for name, values in (("matrix", chances), ("initial", first)):
        wrong = ~(
            np.isfinite(values).all(axis=-1) & (values >= 0.0).all(axis=-1) & (abs(values.sum(axis=-1) - 1.0) <= 1e-6)
        )
        for place in np.argwhere(np.atleast_1d(wrong))[:5]:
            where = ", ".join(map(str, place.tolist()))
            problems.add(f"{name}[{where}] is no row of chances that add up to 1")
    problems.raise_if_any()
    return chances, first


def _table(values: ArrayLike, name: str) -> FloatArray:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        message = f"{name} is no table of numbers; give rows of equal length"
        raise InvalidData(message) from error


def switching_matrix(
    drivers: Mapping[str, ArrayLike], coefficients: Mapping[str, float], *, inertia: float = 0.0
) -> FloatArray:
    """Return ``(k, k)`` or ``(n, k, k)`` the chances of buying each brand next after each, by a logit of drivers.

    The utility of brand ``j`` after brand ``i`` is ``Σ β x_j``, and ``inertia`` more where ``i`` is ``j``; chances are
    proportional to its exponential.

    Args:
        drivers: by name, ``(k,)`` how each brand does on it, or ``(n, k)`` in the eyes of each customer.
        coefficients: by name, how much a driver counts.
        inertia: how much having bought a brand last counts.

    Raises:
        InvalidData: if drivers differ in shape, or are not finite.
        InvalidParameters: if coefficients do not name the drivers.

    Examples:
        >>> matrix = switching_matrix(
        ...     {"quality": [4.0, 3.0], "trust": [5.0, 5.0]}, {"quality": 0.5, "trust": 0.3}, inertia=1
        ... )
        >>> matrix.round(4).tolist()
        [[0.8176, 0.1824], [0.3775, 0.6225]]

    Reference:
        Rust, R. T., Lemon, K. N. and Zeithaml, V. A. (2004), Return on marketing: Using customer equity to focus
        marketing strategy, Journal of Marketing 68(1), 109-127.

    """
    if set(drivers) != set(coefficients) or not drivers:
        message = f"coefficients name {', '.join(coefficients)}, drivers {', '.join(drivers)}; both must name the same"
        raise InvalidParameters(message)
    columns = {name: _table(values, f"drivers[{name!r}]") for name, values in drivers.items()}
    shapes = {values.shape for values in columns.values()}
    all_finite = all(np.isfinite(values).all() for values in columns.values())
    if len(shapes) > 1 or not all_finite or next(iter(shapes), ()) == () or len(next(iter(shapes))) > 2:
        message = f"drivers have the shapes {sorted(shapes)}; give finite figures of each brand, for all drivers alike"
        raise InvalidData(message)
    utility = sum(float(coefficients[name]) * values for name, values in columns.items())
    brands = np.asarray(utility).shape[-1]
    whole = np.asarray(utility)[..., None, :] + finite(inertia, "inertia", "a number") * np.eye(brands)
    weight = np.exp(whole - whole.max(axis=-1, keepdims=True))
    return read_only(weight / weight.sum(axis=-1, keepdims=True))


def brand_equity(values: ArrayLike, population: float) -> FloatArray:
    """Return ``(k,)`` the customer equity of each brand: the mean value over a sample, times the customers there are.

    Args:
        values: ``(n, k)`` what each customer of a sample is worth to each brand; see :func:`switching_clv`.
        population: how many customers there are.

    Raises:
        InvalidData: if it is no such table of finite numbers.

    Examples:
        >>> brand_equity([[100.0, 40.0], [60.0, 80.0]], population=1_000).tolist()
        [80000.0, 60000.0]

    Reference:
        Rust, R. T., Lemon, K. N. and Zeithaml, V. A. (2004), Return on marketing: Using customer equity to focus
        marketing strategy, Journal of Marketing 68(1), 109-127.

    """
    table = _table(values, "values")
    people = finite(population, "population", "how many customers there are")
    if table.ndim != 2 or not table.size or not np.isfinite(table).all() or not people >= 0.0:
        message = f"values has the shape {table.shape}, population = {population!r}: give finite values of a sample"
        raise InvalidData(message)
    return read_only(table.mean(axis=0) * people)


def brand_equity_return(before: float, after: float, investment: float) -> float:
    """Return the return on marketing of a change: the equity it adds, less what it cost, over what it cost.

    Args:
        before: customer equity without it.
        after: with it.
        investment: what it cost, above 0.

    Raises:
        InvalidParameters: if the investment is not above 0.

    Examples:
        >>> round(brand_equity_return(7_303.0, 7_404.3, 70.0), 3)
        0.447

    Reference:
        Rust, R. T., Lemon, K. N. and Zeithaml, V. A. (2004), Return on marketing: Using customer equity to focus
        marketing strategy, Journal of Marketing 68(1), 109-127.

    """
    return roi(finite(after, "after", "an amount") - finite(before, "before", "an amount"), investment)
