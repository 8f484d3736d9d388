"""What the command line shows: steps while it works, a short table at the end, and one sentence when it cannot go on.

Results go to standard output, everything else to standard error, and progress only to a terminal.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from relmodels.core.errors import InvalidData, RelmodelsError
from relmodels.inference.result import Fit
from relmodels.report.findings import Study
from relmodels.report.format import amount, count, log_likelihood, number, percent, span

__all__ = ["give_up", "refuse", "say", "show", "tell", "working"]

_WIDTH: Final = 100
_MOST: Final = 20  # problems that are printed
_PLAIN: Final = str.maketrans({"\u202f": None, "−": "-", "–": "-"})
_ROW: Final = re.compile(r"\[(\d+)\]|(?<!customer )\brows? (\d+)")
_QUOTED: Final = re.compile(r"'[^']*'")
# The library speaks to people who write Python; here its advice is that for the command line.
_TRANSLATED: Final = (
    (re.compile(r"pass negative='drop'"), "give --negative drop"),
    (re.compile(r"parse the column before passing it"), "write dates as 2026-11-23 in the file"),
    (re.compile(r"(?<=needed; )convert the column first"), "name another column, or convert this one in the file"),
    (re.compile(r"\b(calibration|observation)_end = "), r"--\1-end = "),
    (re.compile(r"the last date of the table"), "the last date of the file"),
    (
        re.compile(r"(: fit rm\.\w+)?; or hold one of them with fixed=\{\.\.\.\}"),
        "; bring more customers or a longer period",
    ),
    (re.compile(r"hold one of them with fixed=\{\.\.\.\}, take a simpler model, or bring"), "bring"),
    (
        re.compile(r"turn that when the answers are read \(reverse= or --reverse\) and fit again"),
        "turn that with --reverse",
    ),
    (
        re.compile(r", take parcels with with_parcels\(.*?\), or, if others answered a part, fit with missing=\"ml\""),
        ", or, if others answered a part, give --missing ml",
    ),
    (re.compile(r"\bscale = "), "--scale "),
    (re.compile(r"name it in missing_codes"), "name it in --missing-codes"),
    (re.compile(r"\bmissing_codes: "), "--missing-codes: "),
    (re.compile(r"options: (missing|estimator) = "), r"--\1 "),
    (
        re.compile(r"give start\(\.\.\.\) values, or a simpler model first"),
        "try a simpler model, or bring more answers",
    ),
    (re.compile(r"try another start=\{\.\.\.\}, .* check=False"), "bring more customers or a longer period"),
)


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


def refuse(error: RelmodelsError, *, lines_of: Callable[[], str | None] | None = None) -> None:
    """Print why it cannot go on: one sentence, or the first of several with their number, then the others.

    Args:
        error: what went wrong.
        lines_of: returns the file of which row 0 is line 2, if there is one; called only if rows are named.

    """
    found = error.problems if isinstance(error, InvalidData) else (str(error),)
    problems = [_translated(problem) for problem in found]
    more = f" (the first of {len(problems)} problems)" if len(problems) > 1 else ""
    say(f"relmodels: {problems[0]}{more}", warn=True)
    for problem in problems[1:_MOST]:
        say(f"  - {problem}", warn=True)
    if len(problems) > _MOST:
        say(f"  and {len(problems) - _MOST} more", warn=True)
    row = next((_row(problem) for problem in problems if _row(problem) is not None), None)
    if row is not None:
        file = None if lines_of is None else lines_of()
        line = "" if file is None else f": row {row} is line {row + 2} of {file}"
        say(f"Rows are counted from 0, the heading not included{line}.", warn=True)


def give_up(error: BaseException) -> None:
    """Print what nobody foresaw in one sentence."""
    lines = str(error).strip().splitlines()
    reason = f"{type(error).__name__}{f', {lines[0]}' if lines else ''}"
    say(f"relmodels: something went wrong that should not ({reason}); set RELMODELS_DEBUG=1 to see where", warn=True)


def _translated(problem: str) -> str:
    for python, command in _TRANSLATED:
        problem = python.sub(command, problem)
    return problem


def _row(problem: str) -> int | None:
    found = _ROW.search(_QUOTED.sub("", problem))
    return None if found is None else int(found[1] or found[2])


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
