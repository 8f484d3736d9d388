"""Grids as files: the truth is written with 17 digits, and read again to be compared with.

What is found without integrals is found again with more digits, and has to be the same; integrals check themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import mpmath as mp
from tools.accuracy.draws import Row
from tools.accuracy.grids import Exact, Grid
from tools.accuracy.sums import DIGITS, Number, agree

from relmodels.core.errors import InvalidParameters

__all__ = ["DATA", "Case", "error", "read", "told", "truth", "write"]

DATA: Final = Path(__file__).parents[2] / "tests" / "oracles" / "data"
_SEED: Final = 20240229
_WRITTEN: Final = 17
_STEP: Final = mp.mpf(10) ** -13
_SMALLEST: Final = mp.mpf("1e-306")
_SOURCE: Final = (
    "mpmath with {digits} digits, independent of the library: python -m tools.accuracy write {name}. "
    "Parameters log-uniform from 1e-3 to 1e3 after the corners of that box; see tools/accuracy/draws.py."
)


@dataclass(frozen=True, slots=True)
class Case:
    """One stored row with the truth of every quantity that was found for it."""

    row: Row
    truth: Mapping[str, Any]


def truth(grid: Grid, row: Row, number: int) -> dict[str, Any]:
    """Return what is stored of a row: costly quantities for some rows, derivatives for every fourth."""
    with mp.workdps(DIGITS + 30):
        again = grid.truth(_exact(row))
    with mp.workdps(DIGITS + 5):
        found = grid.truth(_exact(row))
        for name, value in again.items():
            agree(found[name], value)
        if number % grid.every == 1 % grid.every:
            found |= grid.costly(_exact(row))
        if number % 4 == 0:
            found["score"] = _score(grid, _exact(row))
    return found


def _exact(row: Row) -> Exact:
    return {name: mp.mpf(value) for name, value in row.items()}


def _score(grid: Grid, at: Exact) -> list[Number]:
    """Return the derivatives by the logarithm of each parameter, by central differences with many digits."""

    def moved(name: str, step: Number) -> Number:
        return grid.log_likelihood({**at, name: at[name] * (1 + step)})

    return [(moved(name, _STEP) - moved(name, -_STEP)) / (2 * _STEP) for name in grid.slopes()]


def write(name: str, grid: Grid) -> None:
    """Write the file of a grid."""
    rows = grid.rows(grid.many, _SEED)
    every = [truth(grid, row, number) for number, row in enumerate(rows)]
    quantities = list(dict.fromkeys(quantity for found in every for quantity in found))
    lines = []
    for row, found in zip(rows, every, strict=True):
        shown = [_written(found.get(quantity)) for quantity in quantities]
        lines.append(json.dumps([*row.values(), *shown]))
    source, columns = json.dumps(_SOURCE.format(digits=DIGITS, name=name)), json.dumps([*rows[0], *quantities])
    text = f'{{\n "source": {source},\n "columns": {columns},\n "rows": [\n  ' + ",\n  ".join(lines) + "\n ]\n}\n"
    (DATA / f"{name}_accuracy.json").write_text(text, encoding="utf-8")


def _written(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        return [_written(part) for part in value]
    return mp.nstr(value, _WRITTEN)


def read(name: str) -> Iterator[Case]:
    """Yield the rows of a stored grid."""
    stored = json.loads((DATA / f"{name}_accuracy.json").read_text(encoding="utf-8"))
    for values in stored["rows"]:
        named = dict(zip(stored["columns"], values, strict=True))
        row = {name: value for name, value in named.items() if isinstance(value, float)}
        yield Case(row, {name: value for name, value in named.items() if isinstance(value, str | list)})


def told(grid: Grid, case: Case, quantity: str) -> Any:
    """Return what the library says, or ``None`` if it refuses to say anything."""
    try:
        return grid.answers[quantity](grid.made(case.row), case.row)
    except InvalidParameters:
        return None


def error(grid: Grid, case: Case, quantity: str, answer: Any) -> float:
    """Return the error of an answer: relative, for logarithms and derivatives relative to the larger of 1 and itself.

    Probabilities and amounts below 1e-306, which no floating-point number holds with all its digits, may be 0.
    """
    exact = case.truth[quantity]
    if quantity == "score":
        return max(_slope_errors(grid, case, exact, answer))
    true, off = mp.mpf(exact), abs(mp.mpf(float(answer)) - mp.mpf(exact))
    if quantity.startswith("log_likelihood"):
        return float(off / max(1, abs(true)))
    return float(off / abs(true)) if off > _SMALLEST else 0.0


def _slope_errors(grid: Grid, case: Case, exact: list[str], answer: Any) -> Iterator[float]:
    names = grid.model.space.names
    for name, value in zip(grid.slopes(), exact, strict=True):
        slope = float(answer[names.index(name)]) * case.row[name]
        yield float(abs(slope - mp.mpf(value)) / max(1, abs(mp.mpf(value))))
