"""``python -m benchmarks [NAME...]``: print the tables of the named benchmarks, or of all; 1 if a bar is missed."""

from __future__ import annotations

import argparse
import importlib
import sys
from typing import Final

from benchmarks.measure import Run, Table

__all__ = ["NAMES", "main", "measured"]

NAMES: Final = (
    "memory",  # first, while this process is small
    "continuous",
    "discrete_and_contracts",
    "spend",
    "value",
    "posterior",
    "calibration",
    "summary",
    "networks",
    "customers",
    "hidden_markov",
    "structural",
)


def main(arguments: list[str]) -> int:
    """Print the tables; return 1 if one of them misses a bar."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Times beside other libraries and bars.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(NAMES)}; all by default")
    parser.add_argument("--nuts", action="store_true", help="sample Pareto/NBD by NUTS too; more than six minutes")
    parser.add_argument("--no-peers", action="store_true", help="leave the other libraries out")
    parser.add_argument("--share", type=float, default=1.0, help="the part of the customers to take, for a quick look")
    given = parser.parse_args(arguments)
    unknown = sorted(set(given.names) - set(NAMES))
    if unknown:
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    run = Run(peers=not given.no_peers, nuts=given.nuts, share=given.share)
    kept = True
    for name in given.names or NAMES:
        table = measured(name, run)
        print(table, end="\n\n", flush=True)
        kept = kept and table.kept
    print("every bar is kept" if kept else "a bar is MISSED")
    return 0 if kept else 1


def measured(name: str, run: Run) -> Table:
    """Return the table of one benchmark."""
    table = importlib.import_module(f"benchmarks.{name}").measure(run)
    assert isinstance(table, Table)  # noqa: S101 # for the type checker
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
