"""Write docs/papers.md from the catalogue; ``make papers`` runs it, and a test says if it was forgotten."""

from __future__ import annotations

from pathlib import Path

from relmodels.catalogue import CATALOGUE

PAGE = Path(__file__).parents[1] / "docs" / "papers.md"
HEAD = """# Papers

Every model and measure of the library with the publication it implements.
The page is written from the catalogue that `rm.find("author or title")` searches.

| name | what | source | standing |
|---|---|---|---|
"""


def page() -> str:
    """Return the text of the page."""
    lines = []
    for entry in CATALOGUE:
        sources = "<br>".join(str(reference) for reference in entry.references)
        standings = "<br>".join(reference.standing for reference in entry.references)
        lines.append(f"| `rm.{entry.key}` | {entry.title} | {sources} | {standings} |\n")
    return HEAD + "".join(lines) + TAIL


TAIL = """
Standing says how much is behind a citation: `printed`, read in the publication; `secondary`, read in a text that
reports it; `unconfirmed`, the usual attribution; `derived`, computed from what it defines; `ours`, a convention of this
library.
"""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
