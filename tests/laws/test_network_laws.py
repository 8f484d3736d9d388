"""What any network of relationships obeys."""

from __future__ import annotations

import json
from datetime import timedelta

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relmodels.core.identifiers import identity
from relmodels.core.personal import pseudonymized
from relmodels.stakeholders.audit import relationship_portfolio
from relmodels.stakeholders.network import RelationshipNetwork
from relmodels.stakeholders.network_merge import Conflict
from relmodels.stakeholders.scope import SCOPE
from relmodels.stakeholders.six_markets import SIX_MARKETS
from relmodels.stakeholders.ten_relationships import TEN_RELATIONSHIPS
from relmodels.stakeholders.thirty_r import THIRTY_R
from tests.rooms.stakeholders.networks import DAYS, networks

TABLES = st.sampled_from([SCOPE, SIX_MARKETS, THIRTY_R, TEN_RELATIONSHIPS])
KEY = b"a secret of sixteen"


@given(networks())
def test_classify_export_import_is_the_identity(network) -> None:
    """A network that is written with its personal fields is read back equal, classifications and all."""
    assert RelationshipNetwork.from_json(network.to_json(personal="keep")) == network


@given(networks())
def test_a_default_export_tells_nothing_of_persons(network) -> None:
    """By default no note, no name of a person, no personal property, no R17 or R18 is written; the rest reads back."""
    text = network.to_json()
    assert "met Anna" not in text
    assert "personal_social" not in text
    assert '"r17"' not in text
    assert '"r18"' not in text
    back = RelationshipNetwork.from_json(text)
    assert [node.id for node in back.nodes] == [node.id for node in network.nodes]
    assert all(node.name is None for node in back.nodes if node.kind == "person")
    assert RelationshipNetwork.from_json(back.to_json()) == back


@given(networks())
def test_pseudonymized_networks_are_networks_of_the_same_shape(network) -> None:
    """Pseudonyms keep every tie: the network is valid, reads back, and has the same ends by their new identities."""
    hidden = pseudonymized(network, KEY)
    assert RelationshipNetwork.from_json(hidden.to_json(personal="keep")) == hidden
    places = {node.id: place for place, node in enumerate(network.nodes)}
    others = {node.id: place for place, node in enumerate(hidden.nodes)}
    assert places.keys().isdisjoint(others)
    for tie, other in zip(network.relationships, hidden.relationships, strict=True):
        assert (places[tie.source_id], places[tie.target_id]) == (others[other.source_id], others[other.target_id])


@given(networks(), DAYS)
def test_as_of_never_returns_a_tie_that_does_not_hold(network, day) -> None:
    """The network of a day has exactly the relationships that hold on it, with what happened within them."""
    then = network.as_of(day)
    kept = {tie.id for tie in then.relationships}
    for tie in network.relationships:
        begun = tie.valid_from is None or tie.valid_from <= day
        over = tie.valid_to is not None and tie.valid_to <= day
        assert (tie.id in kept) == (begun and not over)
    assert {item.relationship_id for item in then.interactions} <= kept
    assert then.as_of(day) == then
    assert then.nodes == network.nodes


@given(networks())
def test_a_relationship_holds_from_its_first_day_to_the_one_before_its_last(network) -> None:
    """The first day of validity is in, the last is out."""
    for tie in network.relationships:
        if tie.valid_from is not None:
            assert tie.holds_on(tie.valid_from)
            assert not tie.holds_on(tie.valid_from - timedelta(days=1))
        if tie.valid_to is not None:
            assert not tie.holds_on(tie.valid_to)


@given(networks(), TABLES)
def test_covered_missing_and_no_ties_partition_a_taxonomy(network, table) -> None:
    """Every kind is covered, missing, or no tie at all, and counts add up from below."""
    found = network.coverage(table)
    parts = [*found.covered, *found.missing, *found.not_ties]
    assert sorted(parts) == sorted(table.codes)
    for row in table:
        kept = network.classified(table, row.code)
        assert len(kept.relationships) == found.counts[row.code]
    assert 0.0 <= found.share <= 1.0


@given(networks(), TABLES)
def test_following_the_crosswalk_only_adds(network, table) -> None:
    """With the crosswalk a kind has at least the relationships that it has without."""
    own, followed = network.coverage(table), network.coverage(table, follow=True)
    assert all(followed.counts[code] >= own.counts[code] for code in table.codes)
    for tie in network.relationships:
        if tie.codes(table.key):
            assert all(code in table for code in tie.codes(table.key))


@given(networks(), TABLES)
def test_portfolios_share_out_all_there_is(network, table) -> None:
    """Benefits and costs by kind, with those that have no kind, add up to those of the network."""
    audit = relationship_portfolio(network, table)
    gains = [float(tie.benefit.amount) for tie in network.relationships if tie.benefit is not None]
    assert sum(audit.benefit.values()) + audit.unclassified[0] == pytest.approx(sum(gains))
    assert set(audit.active) <= {row.code for row in table.roots}


@given(networks())
def test_merging_a_network_with_itself_changes_nothing(network) -> None:
    """A network merged with itself, or with what it was merged with, is the same and has no conflicts."""
    assert network.merge(network) == (network, ())
    assert network.merge(network, prefer="theirs") == (network, ())


@given(networks(), networks(), st.sampled_from(["mine", "theirs"]))
def test_merging_is_idempotent_and_commutes_up_to_whose_word_counts(one, other, prefer) -> None:
    """Merging twice is merging once; the other way round, the other's word counts, gives the same records."""
    other = _without_clashes(one, other)
    merged, conflicts = one.merge(other, prefer=prefer)
    again, repeated = merged.merge(other, prefer=prefer)
    assert again == merged
    assert len(repeated) <= len(conflicts)
    back, reported = other.merge(one, prefer="theirs" if prefer == "mine" else "mine")
    assert {node.id: node.name for node in back.nodes} == {node.id: node.name for node in merged.nodes}
    assert {tie.id: tie.strength for tie in back.relationships} == {
        tie.id: tie.strength for tie in merged.relationships
    }
    assert _fields(reported) == _fields(conflicts)


def _fields(conflicts: tuple[Conflict, ...]) -> set[tuple[str, str, str]]:
    return {(item.record, item.id, item.field) for item in conflicts}


def _without_clashes(one: RelationshipNetwork, other: RelationshipNetwork) -> RelationshipNetwork:
    # Two intervals that exclude each other cannot be joined, which is an error with a test of its own.
    days = {tie.id: (tie.valid_from, tie.valid_to) for tie in one.relationships}
    ties = [
        tie.model_copy(
            update=dict(zip(("valid_from", "valid_to"), days.get(tie.id, (tie.valid_from, tie.valid_to)), strict=True))
        )
        for tie in other.relationships
    ]
    return other.model_copy(update={"relationships": tuple(ties)})


@given(networks())
def test_graphs_have_the_nodes_and_ties_of_the_network(network) -> None:
    """The graph, its GraphML and its JSON-LD have a node for each node and an edge for each relationship."""
    graph = network.to_networkx()
    ends = [(str(tie.source_id), str(tie.target_id), str(tie.id)) for tie in network.relationships]
    assert sorted(graph.edges(keys=True)) == sorted(ends)
    read = nx.parse_graphml(network.to_graphml(personal="keep"), force_multigraph=True)
    assert set(read.nodes) == {str(node.id) for node in network.nodes}
    assert read.number_of_edges() == len(ends)
    linked = json.loads(network.to_json_ld())["@graph"]
    roles = [role for node in linked for roles in node.values() if isinstance(roles, list) for role in roles]
    assert sorted(role["@id"] for role in roles) == sorted(f"urn:uuid:{key}" for _, _, key in ends)
    assert len(network.table()) == len(ends)


@given(networks(), st.integers(0, 3))
def test_a_fault_anywhere_is_named_with_its_place(network, place) -> None:
    """A relationship to nobody is named by its position, together with every other fault."""
    if place >= len(network.relationships):
        return
    text = json.loads(network.to_json(personal="keep"))
    text["relationships"][place]["target_id"] = str(identity("nobody", "0"))
    text["focal_id"] = str(identity("nobody", "1"))
    with pytest.raises(ValueError, match="problems") as caught:
        RelationshipNetwork.from_json(json.dumps(text))
    said = str(caught.value)
    assert f"relationships[{place}].target_id" in said
    assert "focal_id" in said
