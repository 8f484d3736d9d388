"""Write the stored grids, or the tables of the documentation: ``python -m tools.accuracy write|page [model ...]``."""

from __future__ import annotations

import sys

from tools.accuracy import page
from tools.accuracy.grids import GRIDS
from tools.accuracy.stored import write


def main(arguments: list[str]) -> int:
    """Do what the first argument says, for the models named after it or for all."""
    if not arguments or arguments[0] not in {"write", "page"}:
        print(__doc__)
        return 1
    if arguments[0] == "page":
        page.write()
        return 0
    for name in arguments[1:] or GRIDS:
        write(name, GRIDS[name])
        print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
