"""The crosswalk leads from every taxonomy to every other, back again, and says where there is nothing."""

from itertools import permutations

import pytest

from relmodels.core.errors import InvalidParameters
from relmodels.core.reference import Reference
from relmodels.core.taxonomy import Row, Taxonomy
from relmodels.stakeholders.crosswalk import crosswalk
from relmodels.stakeholders.crosswalk_table import GAPS, INVERSE, PAIRS
from relmodels.stakeholders.scope import SCOPE
from relmodels.stakeholders.six_markets import SIX_MARKETS, SIX_MARKETS_1991, SIX_MARKETS_PECK_1997
from relmodels.stakeholders.tables import taxonomy_of
from relmodels.stakeholders.ten_relationships import DOYLE_1995, KOTLER_1992, TEN_RELATIONSHIPS
from relmodels.stakeholders.thirty_r import THIRTY_R

STAKEHOLDERS = (SCOPE, SIX_MARKETS, TEN_RELATIONSHIPS, DOYLE_1995, KOTLER_1992)
TABLES = (*STAKEHOLDERS, THIRTY_R)


def test_every_code_of_the_table_resolves_and_no_pair_stands_twice():
    """Each code of the crosswalk is a row of a published taxonomy, and each pair has one match."""
    assert all(taxonomy_of(code) and taxonomy_of(other) for code, _, other, _ in PAIRS)
    pairs = [frozenset((code, other)) for code, _, other, _ in PAIRS]
    assert len(set(pairs)) == len(pairs)
    assert all(taxonomy_of(code) for code, *_ in GAPS)


@pytest.mark.parametrize(("one", "other"), list(permutations(TABLES, 2)), ids=lambda table: table.version)
def test_inverse_lookups_agree(one, other):
    """If a kind leads to another by a match of its own, that one leads back by the inverse match."""
    for row in one:
        for match in crosswalk(row.code, to=other).matches:
            if not match.by_parent:
                back = {found.row.code: found for found in crosswalk(match.row.code, to=one).matches}
                assert back[row.code].type == INVERSE[match.type]
                assert back[row.code].standing == match.standing


def test_four_relationships_are_no_party_and_match_nothing():
    """R8, R12, R13 and R17 have no counterpart in any taxonomy, say why, and are the only ones."""
    empty = [row.code for row in THIRTY_R if not any(crosswalk(row.code, to=to).matches for to in STAKEHOLDERS)]
    assert empty == ["r08", "r12", "r13", "r17"] == [code for code, _ in THIRTY_R.unmatched]
    for code, why in THIRTY_R.unmatched:
        answer = crosswalk(code, to=SCOPE)
        assert (answer.matches, answer.codes, answer.reason) == ((), (), why)
        assert why in str(answer)


@pytest.mark.parametrize("table", STAKEHOLDERS, ids=lambda table: table.version)
def test_every_top_level_item_is_reached_from_thirty_relationships(table):
    """At least one R leads to every top-level item, or to a kind within it."""
    reached = {code for row in THIRTY_R for code in crosswalk(row.code, to=table).codes}
    for root in table.roots:
        assert reached & set(table.within(root.code)), root.code


def test_referral_and_recruitment_are_only_related_to_any_relationship():
    """30R has no R of its own for the referral and the recruitment markets."""
    for row in THIRTY_R:
        for match in crosswalk(row.code, to=SIX_MARKETS).matches:
            if match.row.code.startswith(("six.referral", "six.recruitment")):
                assert match.type == "related", row.code


def test_owners_are_close_to_investors_and_r30_only():
    """The only close matches of owners are financial and investor groups, R30, and Kotler's financial firms."""
    close = [code for to in TABLES[1:] for code in crosswalk("scope.owners", to=to).codes]
    assert sorted(close) == ["kotler.financial_firms", "r30", "six.influence.financial_investor"]


def test_doyle_agrees_with_morgan_and_hunt_on_what_they_share():
    """On their nine common kinds each R matches both alike; R20 differs, where Doyle has alliances of their own."""
    same = {
        match.row.code: row.code for row in TEN_RELATIONSHIPS for match in crosswalk(row.code, to=DOYLE_1995).matches
    }
    same["doyle.competitors"] = "mh.competitors"
    for row in THIRTY_R:
        doyle = {(same[m.row.code], m.type) for m in crosswalk(row.code, to=DOYLE_1995).matches if m.row.code in same}
        ours = {
            (m.row.code, m.type)
            for m in crosswalk(row.code, to=TEN_RELATIONSHIPS).matches
            if m.row.code != "mh.nonprofit"
        }
        if row.code not in {"r20", "r21"}:
            assert doyle == ours, row.code


def test_what_the_literature_says_of_a_pair_keeps_its_standing():
    """Nine of Doyle's kinds are Morgan and Hunt's; what a book says of a pair is not marked as ours."""
    by_code = {row.code: crosswalk(row.code, to=DOYLE_1995).matches for row in TEN_RELATIONSHIPS}
    assert [match.type for match in by_code["mh.government"]] == ["exact"]
    assert by_code["mh.government"][0].standing == "secondary"
    assert by_code["mh.goods_suppliers"][0].standing == "derived"
    assert not by_code["mh.nonprofit"]
    assert "strategic alliances" in crosswalk("mh.nonprofit", to=DOYLE_1995).reason
    assert crosswalk("six.customer", to=TEN_RELATIONSHIPS).matches[0].standing == "printed"


def test_a_kind_without_a_match_takes_that_of_its_parent():
    """A sub-market leads to what its market leads to, which is broader than it."""
    unions = crosswalk("six.recruitment.candidates", to=SCOPE)
    assert [(match.row.code, match.type, match.by_parent) for match in unions.matches] == [
        ("scope.employees", "related", True)
    ]
    prospects = crosswalk("scope.customers.prospect", to=SIX_MARKETS).matches[0]
    assert (prospects.row.code, prospects.type) == ("six.customer", "broad")


def test_versions_of_one_taxonomy_match_each_other():
    """A code that two versions share is exactly itself; renamed markets are close."""
    assert crosswalk("six.internal", to=SIX_MARKETS_1991).matches[0].type == "exact"
    assert crosswalk("six.consumer", to=SIX_MARKETS).codes == ("six.customer.consumers",)
    assert crosswalk("six.influence", to=SIX_MARKETS_PECK_1997).codes == ("six.influencer",)
    assert crosswalk("six.supplier_alliance", to=SIX_MARKETS_1991).codes == ("six.supplier",)


def test_the_answer_is_a_proposal_and_a_table():
    """Every answer says that it is a proposal; its columns have one entry for each match."""
    answer = crosswalk("scope.partners", to=SIX_MARKETS)
    assert answer.is_proposal
    assert "a proposal" in str(answer)
    assert answer.columns()["match"] == ("close", "related", "related")
    assert answer.columns()["code"] == answer.codes


def test_unknown_codes_are_refused_and_own_taxonomies_have_no_counterparts():
    """A code of no published table is an error; a firm's own taxonomy is answered with an explicit nothing."""
    with pytest.raises(InvalidParameters, match="'r31' is in none of the published taxonomies"):
        crosswalk("r31", to=SCOPE)
    own = Taxonomy("own", Reference(("Firm",), 2026, "Own"), (Row("x", "X"),), key="own")
    assert crosswalk("r01", to=own).reason == "the crosswalk knows the published taxonomies only"
