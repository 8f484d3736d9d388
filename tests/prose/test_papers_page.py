"""The page of papers is the catalogue, the page of tables the taxonomies."""

from __future__ import annotations

from tools import taxonomies_page
from tools.papers_page import PAGE, page


def test_the_page_of_papers_is_current() -> None:
    """Writing docs/papers.md again from the catalogue changes nothing; run ``make papers`` if it does."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_page_of_tables_is_current() -> None:
    """Writing docs/taxonomy_tables.md again from the taxonomies changes nothing; run ``make papers`` if it does."""
    assert taxonomies_page.PAGE.read_text(encoding="utf-8") == taxonomies_page.page()
