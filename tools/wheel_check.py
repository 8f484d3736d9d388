"""Build the wheel, install it alone in fresh environments, and use it there as a person would.

One environment gets the wheel bare: it must import, compute and, asked for more, name the extra that is missing.
The other gets it with its report extra: ``relmodels demo`` must write one self-contained page.
Both lie outside the source tree, which therefore cannot help.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LARGEST = (
    1_300_000  # bytes: a guard against stray data; code and datasets of five rooms and three workshops take 1.05 MB
)
REPORT = "relmodels-report.html"
LOADING = {"src", "srcset", "data", "poster", "background", "href"}
USE_BARE = """
import sys
import relmodels as rm
heavy = {"scipy", "pandas", "polars", "pyarrow", "matplotlib", "jinja2", "typer"} & set(sys.modules)
assert not heavy, f"import relmodels loaded {heavy}"
summary = rm.PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86], unit="week")
alive = rm.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426).p_alive(summary)
assert abs(alive[0] - 0.7266) < 1e-3 and alive[1] == 1, alive
assert len(rm.datasets.cdnow()) == 6919
print("bare wheel", rm.__version__, "from", rm.__file__)
"""


class Loads(HTMLParser):
    """Collect what a page loads from elsewhere; links a reader may follow are no loads."""

    def __init__(self) -> None:
        """Start with nothing found."""
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note every loading attribute that is neither inline data nor an anchor in the page."""
        for name, value in attrs:
            loads = name in LOADING and not (tag == "a" and name == "href")
            if loads and value and not value.startswith(("data:", "#")):
                self.found.append(f"<{tag} {name}={value[:80]!r}>")


def main() -> int:
    """Return 0 when the wheel works; a failed check stops with its sentence."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        wheel = built(place)
        check_contents(wheel)
        bare = environment(place / "bare", str(wheel))
        run([str(bare / "python"), "-W", "error", "-c", USE_BARE], place)
        check_missing_extra(bare, place)
        full = environment(place / "full", f"{wheel}[report]")
        run([str(full / "relmodels"), "demo"], place)
        check_page(place / REPORT)
    print("the wheel works")
    return 0


def built(place: Path) -> Path:
    """Return the path of the wheel, built in ``place``."""
    run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT)],
        place,
        quiet=True,
    )
    (wheel,) = place.glob("*.whl")
    return wheel


def check_contents(wheel: Path) -> None:
    """Check that the wheel carries its types and its data, no tests, and little weight."""
    names = zipfile.ZipFile(wheel).namelist()
    for needed in ("relmodels/py.typed", "relmodels/datasets/cdnow_sample.csv", "licenses/LICENSE"):
        require(any(name.endswith(needed) for name in names), f"the wheel lacks {needed}")
    require(
        not [name for name in names if name.startswith(("tests", "docs", "tools"))], "the wheel holds tests or docs"
    )
    require(
        wheel.stat().st_size < LARGEST, f"the wheel has {wheel.stat().st_size} bytes, at most {LARGEST} are allowed"
    )


def check_missing_extra(bare: Path, place: Path) -> None:
    """Check that the command says in one sentence what to install when its extra is missing."""
    answer = subprocess.run([str(bare / "relmodels"), "demo"], cwd=place, capture_output=True, text=True, check=False)
    said = answer.stdout + answer.stderr
    require(answer.returncode != 0, "relmodels demo without its extra should fail")
    require("relmodels[report]" in said and "Traceback" not in said, f"no clear word on the missing extra:\n{said}")


def check_page(page: Path) -> None:
    """Check that the report is one file that loads nothing from elsewhere."""
    text = page.read_text(encoding="utf-8")
    loads = Loads()
    loads.feed(text)
    loads.found += re.findall(r"url\(\s*['\"]?https?:[^)]*\)|@import[^;]*", text)
    require(not loads.found, f"{page.name} is not self-contained: {loads.found[:5]}")
    print(f"{page.name}: {len(text) // 1000} kB, self-contained")


def environment(folder: Path, requirement: str) -> Path:
    """Return the folder of programs of a fresh environment with ``requirement`` installed."""
    run([sys.executable, str(ROOT / "tools" / "environment.py"), str(folder), requirement], folder.parent)
    return folder / "bin"


def run(command: list[str], place: Path, *, quiet: bool = False) -> None:
    """Run a command in ``place`` with nothing of the source tree on its path; stop if it fails."""
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    print("$", " ".join(command[:4]).replace("\n", " ")[:100], flush=True)
    done = subprocess.run(command, cwd=place, env=clean, check=False, capture_output=quiet, text=True)
    require(done.returncode == 0, f"exit code {done.returncode}\n{done.stdout or ''}{done.stderr or ''}")


def require(condition: bool, sentence: str) -> None:  # noqa: FBT001  the condition is what the function is about
    """Stop with ``sentence`` unless ``condition`` holds."""
    if not condition:
        sys.exit(f"wheel check failed: {sentence}")


if __name__ == "__main__":
    sys.exit(main())
