"""What the README shows of the command line is what the command line prints."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_shows_what_the_demo_prints(tmp_path: Path) -> None:
    """The first text block of the README is the output of ``relmodels demo``, word for word."""
    (shown,) = re.findall(r"`make demo` prints\n\n```text\n(.*?)```", README, re.DOTALL)
    code = "from relmodels.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "demo"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == shown.split()
    assert [path.name for path in tmp_path.iterdir()] == ["relmodels-report.html"]


def test_the_readme_opens_with_its_two_commands() -> None:
    """The first block of the README holds make demo and make test, and both are targets of the Makefile."""
    first = re.search(r"```console\n(.*?)```", README, re.DOTALL)
    assert first is not None
    assert re.findall(r"make \w+", first[1]) == ["make demo", "make test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(f"\n{target}:" in makefile for target in ("demo", "test"))
