"""The published tables hold what their sources print, and codes, rows and languages agree."""

import json

import pytest

from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.core.reference import Reference
from relmodels.core.taxonomy import Row, Taxonomy
from relmodels.stakeholders.relationship_properties import RELATIONSHIP_PROPERTIES, RelationshipProperty
from relmodels.stakeholders.scope import SCOPE, Scope
from relmodels.stakeholders.six_markets import (
    SIX_MARKETS,
    SIX_MARKETS_1991,
    SIX_MARKETS_PECK_1997,
    SPIDERGRAM_AXES,
    SixMarket,
)
from relmodels.stakeholders.tables import TAXONOMIES, taxonomy, taxonomy_of
from relmodels.stakeholders.ten_relationships import (
    DOYLE_1995,
    KOTLER_1992,
    TEN_RELATIONSHIPS,
    CoreFirmPartner,
    TenRelationship,
    TotalMarketingPlayer,
)
from relmodels.stakeholders.thirty_r import THIRTY_R, EdgePolicy, ThirtyR, edge_policy

ENUMS = [
    (Scope, SCOPE),
    (SixMarket, SIX_MARKETS),
    (ThirtyR, THIRTY_R),
    (TenRelationship, TEN_RELATIONSHIPS),
    (CoreFirmPartner, DOYLE_1995),
    (TotalMarketingPlayer, KOTLER_1992),
    (RelationshipProperty, RELATIONSHIP_PROPERTIES),
]


@pytest.mark.parametrize(("codes", "table"), ENUMS)
def test_codes_and_rows_biject(codes, table):
    """Every code of an enumeration is a row of its table, and every row has one."""
    assert sorted(code.value for code in codes) == sorted(table.codes)


@pytest.mark.parametrize("table", TAXONOMIES, ids=lambda table: f"{table.key}-{table.version}")
def test_every_row_speaks_both_languages_and_has_a_gloss(table):
    """Every row and group has a Russian name and a gloss of one sentence; key and version find the table."""
    for row in (*table.rows, *table.groups):
        assert row.label("ru") == row.name_ru != ""
        assert row.gloss.endswith(".")
    assert table.name_ru
    assert taxonomy(table.key, table.version) is table


def sizes(table: Taxonomy) -> list[int]:
    return [sum(row.group == group.code for row in table) for group in table.groups]


def test_the_counts_are_those_of_the_sources():
    """The tables have as many kinds, groups and sub-groups as the publications say."""
    assert [row.code for row in SCOPE.roots] == [
        "scope.suppliers",
        "scope.customers",
        "scope.owners",
        "scope.partners",
        "scope.employees",
    ]
    assert "".join(row.trait("letter") for row in SCOPE.roots) == "SCOPE"
    assert [len(table.roots) for table in (SIX_MARKETS, SIX_MARKETS_1991, SIX_MARKETS_PECK_1997)] == [6, 6, 6]
    assert (len(SIX_MARKETS.children("six.influence")), len(SIX_MARKETS.children("six.referral"))) == (9, 6)
    assert (len(THIRTY_R), sizes(THIRTY_R)) == (30, [3, 14, 6, 7])
    assert (len(TEN_RELATIONSHIPS), sizes(TEN_RELATIONSHIPS)) == (10, [2, 3, 2, 3])
    assert (len(DOYLE_1995), sizes(DOYLE_1995)) == (10, [2, 2, 3, 3])
    assert (len(KOTLER_1992), sizes(KOTLER_1992)) == (10, [4, 6])
    assert len(RELATIONSHIP_PROPERTIES) == 11
    assert len(SPIDERGRAM_AXES) == 7


def test_the_middle_moved_from_the_firm_to_its_customers():
    """The first six markets had the internal market in the middle, later ones customers, Peck's consumers."""
    centers = [table.center for table in (SIX_MARKETS_1991, SIX_MARKETS, SIX_MARKETS_PECK_1997, SCOPE)]
    assert centers == ["six.internal", "six.customer", "six.consumer", "scope.customers"]


def test_figure_4_2_merges_nine_influence_groups_into_seven():
    """The coarser figure of the same book has seven groups of influencers for the nine of the finer one."""
    merged = {row.trait("figure_4_2") for row in SIX_MARKETS.children("six.influence")}
    assert len(merged) == 7


def test_thirteen_relationships_are_plain_ties():
    """Thirteen of the thirty are ties between two parties; every other has one of the ten other policies."""
    policies = [edge_policy(row.code) for row in THIRTY_R]
    assert policies.count(EdgePolicy.EDGE) == 13
    assert set(policies) == set(EdgePolicy)
    assert edge_policy("r02") is EdgePolicy.HYPEREDGE
    assert edge_policy("r13") is EdgePolicy.SYMBOL_EDGE


def test_other_editions_names_are_kept_and_found():
    """A name of another edition finds the row of today's, and says how sure it is."""
    (row,) = THIRTY_R.search("megamarketing")
    assert (row.code, row.also[0].edition, row.also[0].standing) == ("r19", "1996", "secondary")
    (later,) = THIRTY_R["r12"].also
    assert (later.name, later.standing) == ("The e-relationship", "unconfirmed")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("six.influence.unions", ["six.influence.unions"]),
        ("ПРОФСОЮЗЫ", ["six.influence.unions"]),
        ("Business press", ["six.influence.press_media"]),
        ("contactors judd", ["six.internal.contactors"]),
        ("no such word", []),
    ],
)
def test_rows_are_found_by_code_by_name_in_either_language_and_by_paper(text, codes):
    """Every word may stand in the code, a name, the gloss or the source; capitals and accents make no difference."""
    assert [row.code for row in SIX_MARKETS.search(text)] == codes


@pytest.mark.parametrize("table", TAXONOMIES, ids=lambda table: f"{table.key}-{table.version}")
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_json_schema_accepts_the_codes_and_names_them(table, language):
    """The schema has one constant for each row, titled in the language that was asked for."""
    schema = json.loads(json.dumps(table.json_schema(language)))
    assert [choice["const"] for choice in schema["oneOf"]] == list(table.codes)
    assert [choice["title"] for choice in schema["oneOf"]] == [row.label(language) for row in table]


def test_a_notebook_shows_every_row_with_what_html_would_take_for_markup_escaped():
    """The picture of a table in a notebook names every code and escapes its texts."""
    shown = SIX_MARKETS._repr_html_()
    assert all(f"<code>{code}</code>" in shown for code in SIX_MARKETS.codes)
    odd = Taxonomy("<odd>", Reference(("A & B",), 2000, "T"), (Row("a", "<b>A</b>"),))
    assert "<b>" not in odd._repr_html_()


def test_unknown_keys_and_versions_are_refused_with_those_that_exist():
    """A key or version that does not exist is answered with those that do."""
    with pytest.raises(InvalidParameters, match="use one of scope, six_markets, thirty_r"):
        taxonomy("scop")
    with pytest.raises(InvalidParameters, match="use one of 1998_2005, 1991, peck_1997"):
        taxonomy("six_markets", "1999")
    assert taxonomy_of("mh.employees") is TEN_RELATIONSHIPS
    assert taxonomy_of("six.customer") is SIX_MARKETS
    assert taxonomy_of("nobody") is None


def test_a_firms_own_taxonomy_names_every_fault():
    """Groups that are not listed, codes used twice over and a center that is no row are all named at once."""
    rows = (Row("a", "A", group="g"), Row("h", "H", group="nowhere"))
    groups = (Row("g", "G"), Row("h", "Also a row"))
    with pytest.raises(InvalidData) as caught:
        Taxonomy("own", Reference(("Firm",), 2026, "Own"), rows, groups=groups, center="z", unmatched=(("q", "why"),))
    said = str(caught.value)
    assert "rows[1].group = 'nowhere' is the code of no group" in said
    assert "code 'h' is both a row and a group" in said
    assert "center = 'z' is the code of no row" in said
    assert "unmatched names 'q'" in said


def test_what_lies_within_a_row_or_a_group():
    """Within a market lie it and its sub-markets, within a group its rows, within a leaf itself."""
    assert SIX_MARKETS.within("six.internal")[0] == "six.internal"
    assert len(SIX_MARKETS.within("six.influence")) == 10
    assert THIRTY_R.within("classic_market") == ("r01", "r02", "r03")
    assert THIRTY_R.within("r05") == ("r05",)
    assert THIRTY_R.label("nano", "ru") == "Наноотношения"
