"""The tables of docs/accuracy.md: for every quantity of every model the median and the largest error on its grid."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import Final

from tools.accuracy.grids import GRIDS, Grid
from tools.accuracy.stored import Case, error, read, told

__all__ = ["END", "FAMILIES", "PAGE", "table", "write"]

PAGE: Final = Path(__file__).parents[2] / "docs" / "accuracy.md"
END: Final = "<!-- end -->"
FAMILIES: Final = {
    "continuous": ("nbd", "bg_nbd", "mbg_nbd", "pareto_nbd", "ggompertz_nbd", "bg_cnbd", "mbg_cnbd"),
    "discrete": ("bg_bb",),
    "contracts": ("shifted_beta_geometric", "beta_discrete_weibull"),
    "spend": ("gamma_gamma",),
}


def table(family: str) -> str:
    """Return the table of one family: a row for each quantity, a column for each model."""
    names = FAMILIES[family]
    quantities = list(GRIDS[names[0]].answers)
    columns = [_column(name) for name in names]
    lines = [
        "| quantity | " + " | ".join(f"`{GRIDS[name].model.__name__}`" for name in names) + " |",
        "|---|" + "---|" * len(names),
    ]
    lines += [f"| {_shown(quantity)} | " + " | ".join(c[quantity] for c in columns) + " |" for quantity in quantities]
    return "\n".join(lines)


def _shown(quantity: str) -> str:
    method, *rest = quantity.split()
    return " ".join([f"`{method}`", *rest])


def _column(name: str) -> dict[str, str]:
    grid, cases = GRIDS[name], list(read(name))
    return {
        quantity: _cell(grid, [case for case in cases if quantity in case.truth], quantity) for quantity in grid.answers
    }


def _cell(grid: Grid, cases: list[Case], quantity: str) -> str:
    answers = [(case, told(grid, case, quantity)) for case in cases]
    errors = [error(grid, case, quantity, answer) for case, answer in answers if answer is not None]
    refused = f" ({len(cases) - len(errors)} refused)" if len(errors) < len(cases) else ""
    return f"{_number(median(errors))}, {_number(max(errors))}{refused}"


def _number(value: float) -> str:
    return f"{value:.0e}".replace("e-0", "e-") if value > 1e-16 else "0"


def write() -> None:
    """Write the tables into the page, between their marks."""
    text = PAGE.read_text(encoding="utf-8")
    for family in FAMILIES:
        before, mark, rest = text.partition(f"<!-- {family} -->\n")
        text = before + mark + table(family) + "\n" + END + rest.partition(END)[2]
    PAGE.write_text(text, encoding="utf-8")
