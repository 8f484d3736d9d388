"""What the command line shows: steps while it works, a short table at the end, and one sentence when it cannot go on.

Results go to standard output, everything else to standard error, and progress only to a terminal.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from relmodels.core.errors import InvalidData, RelmodelsError
from relmodels.inference.result import Fit
from relmodels.report.findings import Study
from relmodels.report.format import amount, count, log_likelihood, number, percent, span

__all__ = ["refuse", "say", "show", "tell", "working"]

_WIDTH: Final = 100
_PLAIN: Final = str.maketrans({"\u202f": None, "−": "-", "–": "-"})
_ROW: Final = re.compile(r"\[\d+\]")


def say(line: str, *, warn: bool = False) -> None:
    """Print a line, in signs that every terminal has: to standard output, or to standard error if it is a warning."""
    print(line.translate(_PLAIN), file=sys.stderr if warn else sys.stdout)


@contextmanager
def working(step: str) -> Generator[None]:
    """Show ``step`` with a spinner while the block runs, if standard error is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(Text(f"{step} ...")):
        yield


def refuse(error: RelmodelsError) -> None:
    """Print why it cannot go on: one sentence, or the first of several with their number, then the others."""
    problems = list(error.problems) if isinstance(error, InvalidData) else [str(error)]
    more = f" (the first of {len(problems)} problems)" if len(problems) > 1 else ""
    say(f"relmodels: {problems[0]}{more}", warn=True)
    for problem in problems[1:]:
        say(f"  - {problem}", warn=True)
    if any(_ROW.search(problem) for problem in problems):
        say("Rows are counted from 0, the heading not included.", warn=True)


def tell(text: str) -> None:
    """Print a paragraph, broken into lines."""
    say("\n".join(textwrap.wrap(text, _WIDTH)))


def show(study: Study) -> None:
    """Print the short table: estimates, what to expect, and the classes."""
    console = Console(width=_WIDTH, highlight=False, color_system=None)
    with console.capture() as drawn:
        console.print(_estimates(study))
        console.print(_facts(study))
    say("\n".join(line.rstrip() for line in drawn.get().splitlines()) + "\n")


def _facts(study: Study) -> Table:
    ahead = span(study.horizon, study.summary.unit)
    facts = Table.grid(padding=(0, 3))
    facts.add_column()
    facts.add_column(justify="right")
    facts.add_row("customers", count(len(study.summary)))
    facts.add_row(f"expected purchases, next {ahead}", count(study.purchases.sum()))
    if study.value is not None and study.classes is not None:
        cash = study.money.currency
        facts.add_row(f"their value today, margin {_share(study.money.margin)}", amount(study.value.sum(), cash))
        for group in study.classes.groups:
            shares = f"{_share(group.share_of_customers)} of customers, {_share(group.share_of_value)} of value"
            facts.add_row(f"class {group.name}: {shares}", count(group.count))
    return facts


def _share(value: float) -> str:
    # Translated before the column is aligned, not after.
    return percent(value).translate(_PLAIN)


def _estimates(study: Study) -> Table:
    table = Table(box=None, padding=(0, 3, 0, 0), show_edge=False)
    table.add_column("model")
    table.add_column("parameter")
    for heading in ("estimate", "standard error", "log-likelihood"):
        table.add_column(heading, justify="right")
    _add(table, "BG/NBD", study.buying)
    if study.spending is not None:
        _add(table, "gamma-gamma", study.spending)
    table.add_row()
    return table


def _add(table: Table, name: str, fit: Fit[Any]) -> None:
    errors = fit.standard_errors
    for place, (parameter, estimate) in enumerate(fit.parameters.items()):
        first = place == 0
        table.add_row(
            name if first else "",
            parameter,
            number(estimate),
            number(errors[parameter]),
            log_likelihood(fit.log_likelihood) if first else "",
        )
