"""Parties are known by checked identifiers, and what is about a person stays at home unless it is asked for."""

import json
import pkgutil
import sys
from datetime import date
from decimal import Decimal
from importlib import import_module
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

import relmodels
from relmodels.core.errors import InvalidData, InvalidParameters, MissingExtra
from relmodels.core.identifiers import ExternalId, Industry, Money, identity, in_force
from relmodels.core.party import Brand, Group, Node, Organization, Person, Symbol
from relmodels.core.personal import marked, pseudonymized
from relmodels.core.record import Record
from relmodels.core.score import Score

KEY, OTHER_KEY = b"a secret of sixteen", b"another secret of it"
TEXT = st.text("abcдёж .-", min_size=1, max_size=12).filter(str.strip)
EXTERNAL = st.builds(ExternalId, system=st.sampled_from(["crm", "erp"]), value=TEXT)
PEOPLE = st.builds(
    Person,
    id=st.uuids(),
    name=st.none() | TEXT,
    names=st.dictionaries(st.sampled_from(["ru", "en"]), TEXT),
    external_ids=st.lists(EXTERNAL, max_size=3, unique_by=lambda item: (item.system, item.value)).map(tuple),
    email=st.none() | st.just("anna@example.org"),
    phone=st.none() | st.just("+79210000000"),
    birth_date=st.none() | st.dates(),
    inn=st.none() | st.just("500100732259"),
    country=st.none() | st.sampled_from(["RU", "FI"]),
    tags=st.lists(TEXT, max_size=2).map(tuple),
)
ORGANIZATIONS = st.builds(
    Organization,
    id=st.uuids(),
    name=TEXT,
    inn=st.none() | st.just("7707083893"),
    ogrn=st.none() | st.just("1027700132195"),
    lei=st.none() | st.just("213800KUD8LAJWSQ9D15"),
    vat=st.none() | st.just("DE136695976"),
    industry=st.none() | st.builds(Industry, scheme=st.just("NACE 2"), code=st.just("10.83")),
)
NODES = (
    PEOPLE
    | ORGANIZATIONS
    | st.builds(Group, id=st.uuids(), name=TEXT, size=st.none() | st.integers(0, 9))
    | st.builds(Brand, id=st.uuids(), name=TEXT)
    | st.builds(Symbol, id=st.uuids(), name=TEXT)
)


@given(NODES)
def test_json_there_and_back_is_the_identity_where_all_is_kept(node):
    """A node that is written with its personal fields is read back equal, and told apart by its kind."""
    text = node.to_json(personal="keep")
    assert type(node).from_json(text) == node
    assert TypeAdapter(Node).validate_json(text) == node


@given(PEOPLE)
def test_an_export_names_no_personal_field(person):
    """What is left out by default is every marked field but the identity, and the rest reads back."""
    fields = json.loads(person.to_json())
    hidden = {name for name, mark in marked(Person).items() if mark != "id"}
    assert hidden == {"name", "names", "external_ids", "email", "phone", "birth_date", "inn"}
    assert not hidden & fields.keys()
    assert Person.from_json(person.to_json()) == Person(
        id=person.id, country=person.country, tags=person.tags, language=person.language
    )
    assert json.loads(person.model_dump_json()) == fields


@given(PEOPLE, PEOPLE)
def test_pseudonyms_are_equal_exactly_where_texts_are(one, other):
    """Under one key equal texts and identities have equal pseudonyms, and different ones different."""
    left, right = pseudonymized(one, KEY), pseudonymized(other, KEY)
    assert (left.name == right.name) == (one.name == other.name)
    assert (left.id == right.id) == (one.id == other.id)
    assert left == pseudonymized(one, KEY)
    assert pseudonymized(one, OTHER_KEY).id != left.id != one.id
    assert Person.from_json(left.to_json(personal="keep")) == left


@given(PEOPLE)
def test_pseudonyms_tell_nothing(person):
    """No personal text of a person is left in the pseudonymized record; the systems and dates say nothing either."""
    hidden = pseudonymized(person, KEY)
    said = [person.name, person.email, person.phone, person.inn, *person.names.values()]
    kept = [hidden.name, hidden.email, hidden.phone, hidden.inn, *hidden.names.values()]
    assert not set(filter(None, said)) & set(filter(None, kept))
    assert (hidden.birth_date, hidden.inn) == (None, None)
    assert [item.system for item in hidden.external_ids] == [item.system for item in person.external_ids]
    assert all(item.value.startswith("p-") for item in hidden.external_ids)
    assert (hidden.country, hidden.tags) == (person.country, person.tags)


def test_records_within_records_are_pseudonymized_with_the_same_identities():
    """An identity is replaced by the same other one wherever it occurs, so that joins survive."""

    class Visit(Record):
        guest: Person
        judged: tuple[Score, ...]

    anna = Person.from_external("crm", "7", name="Anna")
    hidden = pseudonymized(Visit(guest=anna, judged=(Score(value=3, respondent=anna.id),)), KEY)
    assert hidden.judged[0].respondent == hidden.guest.id != anna.id
    assert hidden.guest.id.version == 8


@pytest.mark.parametrize("key", [b"", b"short", "a secret of sixteen"])
def test_short_keys_are_refused(key):
    """A key that can be tried out, or is no bytes, is refused."""
    with pytest.raises(InvalidParameters, match="at least 16 secret bytes"):
        pseudonymized(Person(), key)


@given(st.tuples(TEXT, TEXT), st.tuples(TEXT, TEXT))
def test_identities_are_equal_exactly_for_equal_pairs(one, other):
    """The identity of a system and value is repeatable, and differs for every other pair."""
    assert (identity(*one) == identity(*other)) == (one == other)
    assert identity(*one).version == 5


def test_identities_stay_the_same_from_release_to_release():
    """The identity of one pair is pinned, since stored records refer to it."""
    assert identity("crm", "0042") == UUID("41ea97e4-1a51-541e-88e1-3b51f84d941e")


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("country", "XX", "no country of ISO 3166-1"),
        ("country", "Russia", "string should match pattern"),
        ("subdivision", "RU-XX", "no subdivision of ISO 3166-2"),
        ("language", "xx", "no language tag of BCP 47"),
        ("lei", "213800KUD8LAJWSQ9D16", "check digits of the LEI do not fit"),
        ("inn", "7707083894", "check digits of the INN do not fit"),
        ("inn", "77070838", "string should match pattern"),
        ("ogrn", "1027700132196", "check digit of the OGRN does not fit"),
        ("vat", "DE136695970", "no VAT number of a member state"),
        ("phone", "8 921 000", "string should match pattern"),
        ("email", "anna", "string should match pattern"),
        ("url", "example.org", "string should match pattern"),
        ("name", " ", "string should match pattern"),
    ],
)
def test_codes_that_do_not_exist_are_refused_with_the_reason(field, value, problem):
    """A code of the wrong shape, one that is not given out, and one whose check digits do not fit are refused."""
    text = json.dumps({"name": "Firm", field: value})
    with pytest.raises(InvalidData, match=problem):
        Organization.from_json(text)


def test_codes_are_not_stored_unchecked(monkeypatch):
    """Without the library that knows the codes a record that carries one cannot be made, one without still can."""
    monkeypatch.setitem(sys.modules, "stdnum.lei", None)
    with pytest.raises(MissingExtra, match=r"pip install 'relmodels\[codes\]'"):
        Organization(name="Firm", lei="213800KUD8LAJWSQ9D15")
    assert Organization(name="Firm").lei is None


def test_every_fault_of_a_payload_is_named():
    """One payload with several faults gives one error that lists each with its path."""
    text = '{"kind": "person", "external_ids": [{"system": "crm"}], "phone": "8", "age": 3}'
    with pytest.raises(InvalidData) as caught:
        Person.from_json(text)
    assert len(caught.value.problems) == 3
    assert "Person: external_ids[0].value is missing" in caught.value.problems


def test_external_ids_are_unique():
    """One system and value cannot stand twice, with whatever validity."""
    twice = (ExternalId(system="crm", value="1"), ExternalId(system="crm", value="1", valid_to=date(2026, 1, 1)))
    for maker in (Organization, Group):
        with pytest.raises(ValidationError, match="crm:1 more than once"):
            maker(name="x", external_ids=twice)


def test_validity_is_half_open():
    """The first day is in, the last is out, open ends hold for ever, and an empty interval is refused."""
    first, last = date(2026, 1, 1), date(2026, 2, 1)
    assert in_force(first, last, first)
    assert not in_force(first, last, last)
    assert in_force(None, None, date.min)
    with pytest.raises(ValidationError, match="is not after valid_from"):
        ExternalId(system="crm", value="1", valid_from=last, valid_to=last)


def test_money_is_exact():
    """Amounts are decimal, written as text, and never rounded; the currency must exist."""
    amount = Money(amount=Decimal("0.10000000000000000001"), currency="RUB")
    assert Money.from_json(amount.to_json()) == amount
    assert '"0.10000000000000000001"' in amount.to_json()
    with pytest.raises(ValidationError, match="no currency of ISO 4217"):
        Money(amount=Decimal(1), currency="XYZ")


def test_scores_lie_on_their_scale():
    """A score outside its scale, and a scale without width, are refused; the share of the scale is from 0 to 1."""
    assert [Score(value=value, scale_min=1, scale_max=7).normalized for value in (1, 4, 7)] == [0.0, 0.5, 1.0]
    with pytest.raises(ValidationError, match=r"value = 11\.0 lies outside its scale from 0\.0 to 10\.0"):
        Score(value=11)
    with pytest.raises(ValidationError, match="is not above scale_min"):
        Score(value=1, scale_min=2, scale_max=2)


def test_the_schema_shows_what_is_personal():
    """The JSON Schema of a person marks each personal field, so that other systems know it too."""
    shown = Person.model_json_schema()["properties"]
    assert shown["name"]["personal"] == "text"
    assert shown["birth_date"]["personal"] == "date"
    assert "personal" not in shown["country"]


def test_every_record_with_personal_fields_leaves_them_out():
    """Each record of the library that marks a field as personal also knows how to leave it out of an export."""
    for found in pkgutil.walk_packages(relmodels.__path__, "relmodels."):
        if not found.name.startswith(("relmodels.report", "relmodels.cli")):
            import_module(found.name)
    records = [kind for kind in Record.__subclasses__() if kind.__module__.startswith("relmodels.")]
    personal = [kind for kind in records if set(marked(kind).values()) - {"id"}]
    assert {kind.__name__ for kind in personal} >= {"Person", "JurorRating", "Interaction", "RelationshipProperties"}
    assert [kind.__name__ for kind in personal if not kind.__pydantic_decorators__.model_serializers] == []
