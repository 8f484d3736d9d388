"""The network of the invented roaster is read, asked, drawn up and merged; faults are all named at once."""

import itertools
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from relmodels.core.errors import InvalidData, InvalidParameters, MissingExtra
from relmodels.core.identifiers import ExternalId, identity
from relmodels.core.party import Brand, Group, Organization, Person
from relmodels.core.reference import Reference
from relmodels.core.taxonomy import Row, Taxonomy
from relmodels.datasets.coffee_roaster import coffee_roaster
from relmodels.stakeholders.audit import relationship_portfolio, scope_tensions, sides_covered
from relmodels.stakeholders.interaction import Interaction, roll_up
from relmodels.stakeholders.network import RelationshipNetwork
from relmodels.stakeholders.network_measures import concentration, network_positions, single_sources
from relmodels.stakeholders.network_paths import classic_triads, customers_of_customers
from relmodels.stakeholders.relationship import Classification, Relationship
from relmodels.stakeholders.relationship_types import RELATIONSHIP_TYPES, RelationshipType
from relmodels.stakeholders.scope import SCOPE
from relmodels.stakeholders.six_markets import SIX_MARKETS
from relmodels.stakeholders.ten_relationships import KOTLER_1992
from relmodels.stakeholders.thirty_r import THIRTY_R
from tests.rooms.stakeholders.networks import FIRM, roaster

TODAY = date(2026, 11, 25)


def small(rows: Mapping[str, Sequence[object]]) -> RelationshipNetwork:
    return RelationshipNetwork.from_frame(rows, focal=FIRM, system="crm", currency="EUR")


def lasting(column: str) -> list[str]:
    """Return the codes of the rows of the example that have no last day."""
    table = coffee_roaster()
    return [codes for codes, until in zip(table.column(column), table.column("until"), strict=True) if np.isnat(until)]


def test_the_example_is_read_whole():
    """Forty-three rows become forty-two parties around the firm and forty-three relationships."""
    network = roaster()
    assert (len(network.nodes), len(network.relationships)) == (43, 43)
    assert len(network.as_of(TODAY).relationships) == 41
    kinds = {node.kind for node in network.nodes}
    assert kinds == {"organization", "person", "group", "brand"}
    assert network.node(identity("roaster", "chain")).names == {"ru": "Сеть «Гавань»"}


def test_any_frame_gives_the_same_network():
    """A polars frame and a table of texts give the network of the table."""
    table = coffee_roaster()
    again = RelationshipNetwork.from_frame(table.to_frame(like="polars"), focal=FIRM, system="roaster", currency="RUB")
    lazy = RelationshipNetwork.from_frame(
        table.to_frame(like="polars").lazy(), focal=FIRM, system="roaster", currency="RUB"
    )
    assert again == lazy == roaster()


def test_every_fault_of_a_table_is_named_with_its_row():
    """Codes, dates, numbers, types, kinds and keys that are wrong are named together, each with its row."""
    rows = {
        "key": ["1", "1", "2", "", "5", "6", "7"],
        "name": ["A", "B", "C", "D", "E", "F", "G"],
        "kind": ["organization", "organization", "robot", "group", "group", "group", "group"],
        "type": ["supplies", "supplies", "supplies", "supplies", "admires", "supplies", "supplies"],
        "of": ["", "", "", "", "", "9", ""],
        "thirty_r": ["r31 r01", "", "", "", "", "", ""],
        "strength": [11.0, None, None, None, None, None, None],
        "since": ["1.2.2024", None, None, None, None, None, "2024-02-01"],
        "until": [None, None, None, None, None, None, "2024-02-01"],
    }
    with pytest.raises(InvalidData) as caught:
        RelationshipNetwork.from_frame(rows, focal=FIRM, system="crm")
    said = "\n".join(caught.value.problems)
    for wanted in (
        "row 0: thirty_r = 'r31' is no code of 'Thirty relationships (30R)'",
        "row 0: strength: value = 11.0 lies outside its scale",
        "row 0: since = '1.2.2024' is no date",
        "row 1: key '1' stands in an earlier row with another name",
        "row 2: kind = 'robot' is unknown",
        "row 3: key is empty",
        "row 4: type = 'admires' is no type",
        "row 6: valid_to = 2024-02-01 is not after valid_from",
        "row 5: of = '9' is the key of no row",
    ):
        assert wanted in said, wanted
    with pytest.raises(InvalidData, match="row 0: type = 'admires' is no type; use one of supplies"):
        small({"key": ["5"], "name": ["E"], "type": ["admires"]})
    with pytest.raises(InvalidData, match="is classified as r13, a tie to a symbol"):
        small({"key": ["5"], "name": ["E"], "type": ["supplies"], "thirty_r": ["r13"]})


def test_keys_are_texts_and_ties_may_come_again():
    """Whole numbers that came as floats are whole; the same tie at two times is two relationships, repeatably."""
    rows: dict[str, list[object]] = {
        "key": [17.0, 17.0, None],
        "name": ["A", "A", "B"],
        "type": ["supplies"] * 3,
        "since": ["2020-01-01", "2024-01-01", None],
    }
    network = small({name: cells[:2] for name, cells in rows.items()})
    assert network.nodes[1].id == identity("crm", "17")
    assert len({tie.id for tie in network.relationships}) == 2
    assert small({name: cells[:2] for name, cells in rows.items()}) == network
    with pytest.raises(InvalidData, match="row 2: key is empty"):
        small(rows)


def test_missing_columns_and_currencies_are_named():
    """A table without a needed column, or with amounts and no currency, says so with the columns that are there."""
    with pytest.raises(InvalidData, match="there is no column 'type'"):
        RelationshipNetwork.from_frame({"key": ["1"], "name": ["A"]}, focal=FIRM, system="crm")
    rows = {"key": ["1"], "name": ["A"], "type": ["supplies"], "cost": [1.0]}
    with pytest.raises(InvalidData, match="no currency; say which"):
        RelationshipNetwork.from_frame(rows, focal=FIRM, system="crm")
    with pytest.raises(InvalidData, match="columns name phase, which is not read"):
        RelationshipNetwork.from_frame(
            {"key": ["1"], "name": ["A"], "type": ["supplies"]}, focal=FIRM, system="crm", columns={"phase": "p"}
        )


def test_every_fault_of_a_payload_has_its_path():
    """One bad payload gives one error that lists the faults of all its parts, each with its path."""
    network = small({"key": ["1", "2"], "name": ["A", "B"], "type": ["supplies", "supplies"]})
    text = json.loads(network.to_json())
    text["relationships"][0]["strength"] = {"value": 12}
    text["relationships"][1]["classifications"] = [{"taxonomy": "thirty_r", "version": "1999", "code": "r31"}]
    text["nodes"][1]["colour"] = "red"
    with pytest.raises(InvalidData) as caught:
        RelationshipNetwork.from_json(json.dumps(text))
    said = "\n".join(caught.value.problems)
    assert "relationships[0].strength" in said
    assert "relationships[1].classifications[0]" in said
    assert "nodes[1].organization.colour is not a field" in said


def test_what_cannot_be_in_a_network_is_refused_at_once():
    """Unknown ends, kinds a type does not allow, self ties, identities used twice and R13 to a party are faults."""
    cafe, brand = Organization(name="Cafe"), Brand(name="No. 1")
    ties = (
        Relationship(source_id=FIRM.id, target_id=identity("x", "y"), type="supplies"),
        Relationship(source_id=cafe.id, target_id=brand.id, type="supplies"),
        Relationship(source_id=cafe.id, target_id=cafe.id, type="supplies"),
        Relationship(source_id=cafe.id, target_id=FIRM.id, type="knows", classifications=Classification.of("r13")),
    )
    own = RelationshipType(code="supplies", inverse="s", label="a", inverse_label="b")
    with pytest.raises(ValidationError) as caught:
        RelationshipNetwork(
            focal_id=brand.id, nodes=(FIRM, cafe, cafe, brand), relationships=(*ties, ties[0]), types=(own,)
        )
    said = str(caught.value)
    for wanted in (
        "stands 2 times; ids must be unique",
        "focal_id",
        "relationships[0].target_id",
        "relationships[1]: a brand cannot be the target of 'supplies'",
        "relationships[2] ties",
        "relationships[3] is classified as r13, a tie to a symbol, and ends at a organization",
        "types[0].code = 'supplies' belongs to the library",
    ):
        assert wanted in said, wanted


def test_own_types_and_taxonomies_are_checked():
    """A firm's own type is used like the library's; its own taxonomy is checked when it is given."""
    audits = RelationshipType(code="audits", inverse="audited_by", label="audits", inverse_label="is audited by")
    auditor = Organization(name="Auditor")
    tie = Relationship(
        source_id=auditor.id,
        target_id=FIRM.id,
        type="audits",
        classifications=(Classification(taxonomy="own", version="1", code="own.x"),),
    )
    network = RelationshipNetwork(focal_id=FIRM.id, nodes=(FIRM, auditor), relationships=(tie,), types=(audits,))
    assert list(network.ties.neighbors(FIRM.id, "audited_by")) == [auditor.id]
    source = Reference(("Firm",), 2026, "Own")
    good = Taxonomy("own", source, (Row("own.x", "X"),), key="own", version="1")
    bad = Taxonomy("own", source, (Row("own.y", "Y"),), key="own", version="1")
    network.check_codes(good)
    assert network.coverage(good).covered == ("own.x",)
    with pytest.raises(InvalidData, match=r"relationships\[0\] is classified as 'own.x', which is no code of 'own'"):
        network.check_codes(bad)


def test_types_have_an_inverse_and_both_languages():
    """Every type reads differently from its other end unless it is symmetric, and has names in both languages."""
    inverses = [item.inverse for item in RELATIONSHIP_TYPES.values()]
    assert len(set(inverses)) == len(inverses)
    for item in RELATIONSHIP_TYPES.values():
        assert RelationshipType.from_json(item.to_json()) == item
        assert item.label_ru
        assert item.inverse_label_ru
        assert item.symmetric == (item.inverse == item.code)
    with pytest.raises(ValidationError, match="a symmetric type is its own inverse"):
        RelationshipType(code="a", inverse="b", label="a", inverse_label="b", symmetric=True)
    with pytest.raises(ValidationError, match="at least one kind of node"):
        RelationshipType(code="a", inverse="b", label="a", inverse_label="b", sources=())


def test_coverage_of_the_example():
    """The roaster lacks the sub-markets that nobody of the table is in; states of 30R are not counted as missing."""
    network = roaster().as_of(TODAY)
    six = network.coverage(SIX_MARKETS)
    assert "six.influence.unions" in six.missing
    assert all(root.code in six.covered for root in SIX_MARKETS.roots)
    thirty = network.coverage(THIRTY_R)
    assert thirty.missing == ()
    assert thirty.not_ties == ("r08", "r17")
    assert thirty.counts["r01"] == sum("r01" in codes.split() for codes in lasting("thirty_r")) == 12
    assert thirty.by_group()["mega"] == sum(thirty.counts[f"r{number}"] for number in range(18, 24))
    assert six.table("ru").column("name")[0] == "Рынки потребителей"


def test_the_crosswalk_fills_a_taxonomy_nobody_used():
    """Kotler's players, of whom no row speaks, are covered through the other taxonomies, and only so."""
    network = roaster().as_of(TODAY)
    assert network.coverage(KOTLER_1992).covered == ()
    followed = network.coverage(KOTLER_1992, follow=True)
    assert "kotler.media" in followed.covered
    assert (
        len(network.classified(KOTLER_1992, "kotler.media", follow=True).relationships)
        == followed.counts["kotler.media"]
    )


def test_sides_and_tensions_of_the_example():
    """The four sides are counted, and the rules for tensions name weak and costly constituencies."""
    network = roaster().as_of(TODAY)
    sides = sides_covered(network)
    assert sum(sides.values()) == sum(bool(codes) for codes in lasting("ten_relationships")) == 34
    assert scope_tensions(network) == ()
    assert len(scope_tensions(network, strained=0.9)) == 5
    nobody = scope_tensions(small({"key": ["1"], "name": ["A"], "type": ["supplies"]}))
    assert nobody[0] == "Suppliers: no relationship at all"


def test_the_portfolio_is_the_audit_of_the_thirty():
    """A relationship with two Rs brings each half; what no R is given for stays apart."""
    audit = relationship_portfolio(roaster().as_of(TODAY))
    assert audit.currency == "RUB"
    assert audit.benefit["r06"] == pytest.approx(18600 / 2 + 14200 / 3)
    assert audit.net["r30"] == pytest.approx(4000 - 900 - 1600 / 2)
    assert audit.unclassified == (0.0, 0.0)
    assert len(audit.table()) == len(audit.active) == 28


def test_currencies_are_not_added_up():
    """Amounts in two currencies are neither shared out nor balanced."""
    euro = small({"key": ["1"], "name": ["A"], "type": ["supplies"], "cost": [1.0]})
    rouble = RelationshipNetwork.from_frame(
        {"key": ["2"], "name": ["B"], "type": ["supplies"], "cost": [1.0]}, focal=FIRM, system="crm", currency="RUB"
    )
    both, _ = euro.merge(rouble)
    for ask in (relationship_portfolio, lambda network: concentration(network, "cost")):
        with pytest.raises(InvalidData, match="EUR, RUB"):
            ask(both)


def test_concentration_and_single_sources():
    """Shares add up to one; the index of equal shares is one over their number; a sole supplier of a kind is named."""
    equal = small({"key": list("abcd"), "name": list("abcd"), "type": ["supplied_by"] * 4, "benefit": [5.0] * 4})
    spread = concentration(equal)
    assert spread.herfindahl == pytest.approx(0.25)
    assert spread.equivalent_number == pytest.approx(4.0)
    assert spread.table().column("cumulated")[-1] == pytest.approx(1.0)
    network = roaster().as_of(TODAY)
    buyers = concentration(network.classified(SCOPE, "scope.customers"))
    assert next(iter(buyers.names.values())) == "Harbor Cafes"
    assert concentration(network, "count").of_largest(len(network.nodes)) == pytest.approx(1.0)
    assert concentration(network, "strength").shares
    sources = single_sources(network, SIX_MARKETS)
    assert sources["six.influence.regulatory"] == "Food safety authority"
    assert "six.supplier_alliance.suppliers" not in sources
    with pytest.raises(InvalidParameters, match="use one of count, strength, benefit, cost"):
        concentration(network, "love")  # type: ignore[arg-type]
    with pytest.raises(InvalidData, match="shares need positive amounts"):
        concentration(small({"key": ["1"], "name": ["A"], "type": ["supplies"]}))


def test_triads_and_customers_of_customers():
    """Palace Roasters supply a customer of the firm too; the guests of the cafes are reached through them."""
    network = roaster().as_of(TODAY)
    assert [(triad.customer, triad.competitor) for triad in classic_triads(network)] == [
        ("Harbor Cafes", "Palace Roasters")
    ]
    beyond = customers_of_customers(network)
    assert beyond[identity("roaster", "guests")] == (identity("roaster", "chain"),)


def test_structural_holes_agree_with_burts_formula():
    """Constraint is the sum over contacts of the squared direct and indirect investment, written out here."""
    rows = {
        "key": ["a", "b", "c", "b", "c"],
        "name": ["a", "b", "c", "b", "c"],
        "type": ["partners_with"] * 5,
        "of": ["", "", "", "a", "b"],
    }
    network = small(rows)
    found = network_positions(network)
    neighbors = {node.id: set(network.ties.neighbors(node.id)) for node in network.nodes}

    def part(one, other):
        return (other in neighbors[one]) / len(neighbors[one])

    for one, contacts in neighbors.items():
        total = sum(
            (part(one, other) + sum(part(one, via) * part(via, other) for via in contacts if via != other)) ** 2
            for other in contacts
        )
        assert found.constraint[one] == pytest.approx(total)
    assert found.betweenness[FIRM.id] == pytest.approx(found.betweenness[identity("crm", "b")])
    assert found.table().column("node")[0] in {"Ladoga Coffee", "b"}
    alone = network_positions(RelationshipNetwork(focal_id=FIRM.id, nodes=(FIRM, Organization(name="X"))))
    assert alone.constraint[FIRM.id] is None


def test_graphs_need_networkx_and_say_so(monkeypatch):
    """Without networkx what needs it says which extra to install."""
    monkeypatch.setitem(sys.modules, "networkx", None)
    with pytest.raises(MissingExtra, match=r"relmodels\[network\]"):
        roaster().to_networkx()
    with pytest.raises(MissingExtra, match=r"relmodels\[network\]"):
        network_positions(roaster())


def test_exports_hide_persons_unless_told():
    """GraphML and JSON-LD leave out names of persons, and keep them if asked; roles carry dates."""
    network = roaster()
    for text in (network.to_graphml(), network.to_json_ld()):
        assert "Maria Sedova" not in text
        assert "Harbor Cafes" in text
    assert "Maria Sedova" in network.to_graphml("keep")
    assert "Maria Sedova" in network.to_json_ld("keep")
    linked = json.loads(network.to_json_ld())["@graph"]
    (role,) = next(node for node in linked if node.get("name") == "Pulkovo Angels")["owns"]
    assert role["@type"] == "Role"
    assert role["startDate"] == "2019-05-01"
    assert role["owns"] == {"@id": f"urn:uuid:{FIRM.id}"}


def test_frames_go_out_as_they_came_in():
    """The table of relationships becomes a frame of the kind asked for, names in either language."""
    network = roaster()
    frame = network.to_frame(like=pl.DataFrame())
    assert isinstance(frame, pl.DataFrame)
    assert frame.height == 43
    assert {"scope", "six_markets", "thirty_r", "ten_relationships"} <= set(frame.columns)
    assert "Сеть «Гавань»" in set(network.table("ru").column("target"))


def test_merging_fills_gaps_and_reports_disputes():
    """Empty fields are filled, lists are joined, disputes are listed, and the preferred word is kept."""
    mine = small({"key": ["1"], "name": ["A"], "type": ["supplies"], "thirty_r": ["r01"], "strength": [4.0]})
    theirs = small(
        {"key": ["1"], "name": ["A1"], "type": ["supplies"], "thirty_r": ["r06"], "strength": [6.0], "cost": [9.0]}
    )
    merged, conflicts = mine.merge(theirs)
    (tie,) = merged.relationships
    assert tie.codes("thirty_r") == ("r01", "r06")
    assert tie.cost is not None
    assert [(item.record, item.field, item.kept) for item in conflicts] == [
        ("node", "name", "mine"),
        ("relationship", "strength", "mine"),
    ]
    other, _ = mine.merge(theirs, prefer="theirs")
    assert {node.name for node in other.nodes} == {"Ladoga Coffee", "A1"}
    with pytest.raises(InvalidParameters, match="use 'mine' or 'theirs'"):
        mine.merge(theirs, prefer="ours")  # type: ignore[arg-type]


def test_merging_knows_a_party_by_its_external_id():
    """Two identities with a common external id are one party, and their ties meet at it."""
    known = ExternalId(system="tax", value="7707083893")
    mine = Organization(name="Bank", external_ids=(known,))
    theirs = Organization(name="Bank", external_ids=(known,), country="RU")
    loan = Relationship(source_id=theirs.id, target_id=FIRM.id, type="finances")
    one = RelationshipNetwork(focal_id=FIRM.id, nodes=(FIRM, mine))
    other = RelationshipNetwork(focal_id=FIRM.id, nodes=(FIRM, theirs), relationships=(loan,))
    merged, conflicts = one.merge(other)
    assert conflicts == ()
    assert [node.id for node in merged.nodes] == [FIRM.id, mine.id]
    assert merged.relationships[0].source_id == mine.id
    assert isinstance(bank := merged.nodes[1], Organization)
    assert bank.country == "RU"


def test_networks_that_cannot_be_merged_say_why():
    """Different focal parties, intervals that exclude each other, and an identity of two kinds are told apart."""
    other = Organization(name="Other")
    with pytest.raises(InvalidData, match="different focal parties"):
        roaster().merge(RelationshipNetwork(focal_id=other.id, nodes=(other,)))
    early = small({"key": ["1"], "name": ["A"], "type": ["supplies"], "until": ["2020-01-01"]})
    late = small({"key": ["1"], "name": ["A"], "type": ["supplies"], "since": ["2021-01-01"]})
    with pytest.raises(InvalidData, match="cannot be joined: valid_to = 2020-01-01 is not after"):
        early.merge(late)
    group = Group(id=other.id, name="Other")
    _, conflicts = RelationshipNetwork(focal_id=FIRM.id, nodes=(FIRM, other)).merge(
        RelationshipNetwork(focal_id=FIRM.id, nodes=(FIRM, group))
    )
    assert [(item.field, item.mine, item.theirs) for item in conflicts] == [("kind", "Organization", "Group")]
    both = Organization(name="X", external_ids=(ExternalId(system="a", value="1"), ExternalId(system="b", value="1")))
    halves = [Organization(name="X", external_ids=(item,)) for item in both.external_ids]
    with pytest.raises(InvalidData, match="shares external ids with 2 records"):
        RelationshipNetwork(focal_id=FIRM.id, nodes=(FIRM, *halves)).merge(
            RelationshipNetwork(focal_id=FIRM.id, nodes=(FIRM, both))
        )


def test_interactions_nest_and_add_up():
    """Activities lie in episodes, episodes in sequences, all in one relationship; counts add up by level."""
    network = small({"key": ["1", "2"], "name": ["A", "B"], "type": ["supplies", "supplies"]})
    first, second = (tie.id for tie in network.relationships)
    sequence = Interaction(level="sequence", relationship_id=first)
    episode = Interaction(level="episode", relationship_id=first, parent_id=sequence.id)
    acts = [Interaction(level="activity", relationship_id=first, parent_id=episode.id) for _ in range(3)]
    whole = RelationshipNetwork.model_validate({**dict(network), "interactions": (sequence, episode, *acts)})
    assert roll_up(whole.interactions) == {first: {"activity": 3, "episode": 1, "sequence": 1}}
    bad = (
        Interaction(level="activity", relationship_id=second, parent_id=episode.id),
        Interaction(level="activity", relationship_id=first, parent_id=sequence.id),
        Interaction(level="activity", relationship_id=first, parent_id=identity("x", "y")),
        Interaction(level="activity", relationship_id=identity("x", "z")),
    )
    with pytest.raises(ValidationError) as caught:
        RelationshipNetwork.model_validate({**dict(network), "interactions": (sequence, episode, *bad)})
    said = str(caught.value)
    for wanted in (
        "belongs to another relationship than its parent",
        "is activity within sequence, not episode",
        "parent_id is the id of no interaction",
        "relationship_id is the id of no relationship",
    ):
        assert wanted in said, wanted
    with pytest.raises(ValidationError, match="leave parent_id empty"):
        Interaction(level="sequence", relationship_id=first, parent_id=episode.id)


def test_moments_are_kept_in_utc():
    """A moment with its zone is kept in UTC; one without is refused, and nothing ends before it begins."""
    moscow = timezone(timedelta(hours=3))
    call = Interaction(level="activity", relationship_id=FIRM.id, start=datetime(2026, 1, 1, 12, tzinfo=moscow))
    assert call.start == datetime(2026, 1, 1, 9, tzinfo=UTC)
    assert call.start.tzinfo is UTC
    with pytest.raises(ValidationError, match="timezone"):
        Interaction(level="activity", relationship_id=FIRM.id, start=datetime(2026, 1, 1, 12))  # noqa: DTZ001
    with pytest.raises(ValidationError, match="is before start"):
        Interaction(
            level="activity",
            relationship_id=FIRM.id,
            start=datetime(2026, 1, 2, tzinfo=UTC),
            end=datetime(2026, 1, 1, tzinfo=UTC),
        )


def test_classifications_name_codes_that_exist():
    """Codes of published taxonomies are checked in their version; the same code cannot be named twice."""
    assert [item.version for item in Classification.of("r01", "mh.employees")] == ["1999", "morgan_hunt_1994"]
    with pytest.raises(InvalidParameters, match="'r31', 'x': in none of the published taxonomies"):
        Classification.of("r31", "r01", "x")
    with pytest.raises(ValidationError, match="the versions are 1998_2005, 1991, peck_1997"):
        Classification(taxonomy="six_markets", version="1999", code="six.customer")
    with pytest.raises(ValidationError, match="more than once"):
        Relationship(
            source_id=FIRM.id,
            target_id=identity("x", "y"),
            type="supplies",
            classifications=Classification.of("r01", "r01"),
        )


def test_names_of_nodes_without_one():
    """A person without a name is called by the kind and the beginning of the identity; languages fall back."""
    nobody = Person(id=identity("x", "y"))
    network = RelationshipNetwork(focal_id=FIRM.id, nodes=(FIRM, nobody))
    assert network.ties.name(nobody.id) == f"person {str(nobody.id)[:8]}"
    assert network.ties.name(FIRM.id, "ru") == "Ladoga Coffee"
    with pytest.raises(InvalidParameters, match="is of no node"):
        network.node(identity("x", "z"))
    assert all(a != b for a, b in itertools.pairwise(sorted(str(node.id) for node in network.nodes)))
