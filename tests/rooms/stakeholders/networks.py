"""Networks that tests are about: the invented coffee roaster, and drawn ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from hypothesis import strategies as st

from relmodels.core.identifiers import ExternalId, Money, identity
from relmodels.core.party import Brand, Group, Organization, Person
from relmodels.core.score import Score
from relmodels.datasets.coffee_roaster import coffee_roaster
from relmodels.stakeholders.interaction import Interaction
from relmodels.stakeholders.network import RelationshipNetwork
from relmodels.stakeholders.relationship import Classification, Evidence, Relationship, RelationshipProperties
from relmodels.stakeholders.scope import SCOPE
from relmodels.stakeholders.six_markets import SIX_MARKETS
from relmodels.stakeholders.ten_relationships import TEN_RELATIONSHIPS
from relmodels.stakeholders.thirty_r import THIRTY_R

FIRM = Organization.from_external("test", "firm", name="Ladoga Coffee", country="RU")
CODES = [
    row.code
    for table in (SCOPE, SIX_MARKETS, THIRTY_R, TEN_RELATIONSHIPS)
    for row in table
    if row.code != "r13"  # a tie to a symbol
]
DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))


def roaster() -> RelationshipNetwork:
    """Return the network of the shipped example."""
    return RelationshipNetwork.from_frame(coffee_roaster(), focal=FIRM, system="roaster", currency="RUB")


@st.composite
def scores(draw) -> Score:
    return Score(
        value=draw(st.floats(0, 10)), method=draw(st.sampled_from(["", "survey"])), as_of=draw(st.none() | DAYS)
    )


@st.composite
def relationships(draw, ids: list[UUID], place: int) -> Relationship:
    source, target = draw(st.permutations(ids))[:2]
    first, last = sorted(draw(st.lists(DAYS, min_size=2, max_size=2, unique=True)))
    return Relationship(
        id=identity("tie", str(place)),
        source_id=source,
        target_id=target,
        type=draw(st.sampled_from(["supplies", "partners_with", "competes_with", "finances"])),
        classifications=Classification.of(*draw(st.lists(st.sampled_from(CODES), max_size=4, unique=True))),
        phase=draw(st.sampled_from([None, "dwyer.expansion"])),
        strength=draw(st.none() | scores()),
        properties=draw(st.none() | st.builds(RelationshipProperties, power=scores(), personal_social=scores())),
        benefit=draw(st.none() | st.builds(Money, amount=st.just(Decimal("10.5")), currency=st.just("EUR"))),
        valid_from=draw(st.sampled_from([None, first])),
        valid_to=draw(st.sampled_from([None, last])),
        external_ids=draw(st.sampled_from([(), (ExternalId(system="crm", value=f"tie {place}"),)])),
        evidence=draw(st.sampled_from([(), (Evidence(source="contract", dated=first),)])),
    )


@st.composite
def networks(draw) -> RelationshipNetwork:
    """Draw a network of up to six nodes and eight relationships, with what happened within them."""
    names = st.text("abдё ", min_size=1, max_size=6).filter(str.strip)
    makers = [Person, Organization, Group]
    nodes = [
        draw(st.sampled_from(makers))(id=identity("node", str(place)), name=draw(names))
        for place in range(draw(st.integers(1, 5)))
    ]
    ids = [FIRM.id, *(node.id for node in nodes)]
    ties = [draw(relationships(ids, place)) for place in range(draw(st.integers(0, 8)))]
    happened = [
        Interaction(id=identity("act", str(place)), level="activity", relationship_id=tie.id, note="met Anna")
        for place, tie in enumerate(ties[:3])
    ]
    brand = Brand(id=identity("node", "brand"), name="Ladoga No. 1")
    return RelationshipNetwork(
        focal_id=FIRM.id, nodes=(FIRM, *nodes, brand), relationships=tuple(ties), interactions=tuple(happened)
    )
