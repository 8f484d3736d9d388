"""Citations read as journals print them."""

import pytest

from relmodels.core.errors import InvalidData
from relmodels.core.reference import Reference

FADER = Reference(
    ("Fader, P. S.", "Hardie, B. G. S.", "Lee, K. L."),
    2005,
    "“Counting Your Customers” the Easy Way",
    "Marketing Science",
    "24(2)",
    "275-284",
    "10.1287/mksc.1040.0098",
)


@pytest.mark.parametrize(
    ("authors", "short"),
    [
        (("Lorenz, M. O.",), "Lorenz (1905)"),
        (("Colombo, R.", "Jiang, W."), "Colombo & Jiang (1905)"),
        (("Fader, P. S.", "Hardie, B. G. S.", "Lee, K. L."), "Fader, Hardie & Lee (1905)"),
        (("Peck, H.", "Payne, A.", "Christopher, M.", "Clark, M."), "Peck et al. (1905)"),
        (("World Bank",), "World Bank (1905)"),
    ],
)
def test_short_citation_names_up_to_three_families(authors, short):
    """Running text names one, two or three authors, and the first of more."""
    assert Reference(authors, 1905, "A Title").short == short


def test_full_citation_has_every_part_in_order():
    """The list of references prints authors, year, title, venue, volume, pages and doi."""
    assert str(FADER) == (
        "Fader, P. S., Hardie, B. G. S., Lee, K. L. (2005). “Counting Your Customers” the Easy Way. "
        "Marketing Science 24(2), 275–284. doi:10.1287/mksc.1040.0098"
    )


def test_missing_parts_leave_no_trace():
    """A book without volume, pages or doi is cited without empty commas."""
    book = Reference(("Ford, D.",), 1980, "Who Buys?", "Wiley")
    assert book.full == "Ford, D. (1980). Who Buys? Wiley."
    assert book.link is None


def test_link_leads_to_the_resolver():
    """A doi becomes the permanent address of the publication."""
    assert FADER.link == "https://doi.org/10.1287/mksc.1040.0098"


def test_all_faults_of_a_citation_are_named():
    """Empty names, an impossible year, a doi with its resolver and an unknown standing are named at once."""
    with pytest.raises(InvalidData) as caught:
        Reference((" ",), 99, "", doi="https://doi.org/10.1", standing="sure")  # type: ignore[arg-type]
    assert len(caught.value.problems) == 5


def test_equal_citations_are_one_key():
    """References are values: equal ones are equal, hash alike and cannot be changed."""
    assert Reference(("Lorenz, M. O.",), 1905, "A") == Reference(("Lorenz, M. O.",), 1905, "A")
    assert len({FADER, FADER}) == 1
    with pytest.raises(AttributeError):
        FADER.year = 2006  # type: ignore[misc]
