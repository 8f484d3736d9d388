"""The page of papers is the catalogue."""

from __future__ import annotations

from tools.papers_page import PAGE, page


def test_the_page_of_papers_is_current() -> None:
    """Writing docs/papers.md again from the catalogue changes nothing; run ``make papers`` if it does."""
    assert PAGE.read_text(encoding="utf-8") == page()
