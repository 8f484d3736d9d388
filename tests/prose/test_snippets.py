"""Every Python snippet of the README and the docs runs, and prints what the page says it prints.

The snippets of a page run in order in one namespace. A ``text`` block directly after a ``python`` block
is what that block prints; an ellipsis there stands for anything, as in a doctest.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(?P<kind>\w+)[^\n]*\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Snippet:
    """One Python block with the line it begins on and what it should print."""

    line: int
    code: str
    printed: str


def snippets_of(page: Path) -> list[Snippet]:
    """Return the Python blocks of ``page`` with the text blocks that directly follow them."""
    text = page.read_text(encoding="utf-8")
    blocks = list(FENCE.finditer(text))
    found = []
    for position, block in enumerate(blocks):
        if block["kind"] != "python":
            continue
        following = blocks[position + 1] if position + 1 < len(blocks) else None
        adjacent = following is not None and not text[block.end() : following.start()].strip()
        printed = following["body"] if following and adjacent and following["kind"] == "text" else ""
        found.append(Snippet(text[: block.start()].count("\n") + 1, block["body"], printed))
    return found


PAGES_WITH_CODE = [page for page in PAGES if snippets_of(page)]


@pytest.mark.parametrize("page", PAGES_WITH_CODE, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_snippets_of_a_page_run_and_print_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Running a page's Python blocks in order raises nothing and prints exactly the text blocks."""
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "__snippet__"}
    for snippet in snippets_of(page):
        code = compile("\n" * snippet.line + snippet.code, str(page), "exec", dont_inherit=True)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(code, namespace)  # noqa: S102 - running the page's own code is the point
        same = doctest.OutputChecker().check_output(
            snippet.printed, out.getvalue(), doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        )
        assert same, f"{page.name}:{snippet.line} printed\n{out.getvalue()}\ninstead of\n{snippet.printed}"


def test_the_start_pages_hold_code() -> None:
    """The README and the tutorial are among the pages whose code is run."""
    names = {page.name for page in PAGES_WITH_CODE}
    assert {"README.md", "tutorial.md"} <= names
