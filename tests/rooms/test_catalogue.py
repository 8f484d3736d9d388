"""A paper, an author or a word leads to the model."""

import pytest

from relmodels.catalogue import CATALOGUE, find

EASY_WAY = ["BGNBD", "purchases_interval", "calibration_by_count", "holdout_by_count", "tracking"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Lorenz", ["lorenz", "gini"]),
        ("LORENZ 1905", ["lorenz"]),
        ("fader hardie lee 2005 marketing science", EASY_WAY),
        ("colombo jiang", ["GammaGamma"]),
        ("bgnbd", ["BGNBD", "MBGNBD"]),
        ("sbg", ["ShiftedBetaGeometric"]),
        ("bdw", ["BetaDiscreteWeibull"]),
        ("mbg/nbd", ["MBGNBD"]),
        ("cnbd-k", ["BGCNBD", "MBGCNBD"]),
        ("variabilita", ["gini"]),
        ("10.1287/mksc.1040.0098", EASY_WAY),
        ("no such author", []),
    ],
)
def test_every_word_must_occur_in_key_title_or_citation(text, keys):
    """Capitals and accents make no difference, and each further word narrows the answer."""
    assert [entry.key for entry in find(text)] == keys


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.key)
def test_every_entry_is_found_by_its_name_title_and_first_author(entry):
    """The public name, the first words of the title and the family name with the year each lead to the entry."""
    family = entry.paper.authors[0].partition(",")[0]
    for text in (entry.key, entry.title.partition(",")[0], f"{family} {entry.paper.year}"):
        assert entry in find(text), text


def test_an_empty_text_finds_everything():
    """Searching for nothing lists the catalogue in its order."""
    assert find("  ") == CATALOGUE


def test_an_entry_prints_as_one_line():
    """The printed entry names the public object, says what it is, and cites the paper."""
    assert str(find("abc_analysis")[0]) == (
        "rm.abc_analysis: ABC analysis, three classes by cumulative share of the total; Dickie (1951)"
    )
