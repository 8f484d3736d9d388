"""Print the oldest versions that pyproject.toml allows, one constraint a line, for the job that tests them."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOOR = re.compile(r"(?P<name>[\w.-]+)(?:\[[^]]*\])?>=(?P<version>[\d.]+)")


def main(extras: list[str]) -> int:
    """Print the floors of the core dependencies and of the named extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    for line in sorted(set(wanted)):
        if found := FLOOR.match(line):
            print(f"{found['name']}=={found['version']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
