"""From looking at a market to a plan for it: the four-step assessment and the planning framework of 2005, as records.

The assessment asks of each market who is in it, what they expect, how much the firm cares now and ought to, and what it
wants to do. The framework follows for each group of stakeholders four steps in a circle: what value is proposed, how it
is delivered, what is planned, how it is measured and what comes back. Its predecessor is the relationship management
chain. What is missing can be asked for; nothing has to be filled in at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final

from pydantic import Field

from relmodels.core.identifiers import Text
from relmodels.core.process import Process
from relmodels.core.record import Record
from relmodels.core.taxonomy import Row, Taxonomy
from relmodels.stakeholders.six_markets import SIX_MARKETS
from relmodels.stakeholders.sources import PAYNE_2005, PECK_1999

__all__ = [
    "MARKET_ASSESSMENT",
    "RELATIONSHIP_MANAGEMENT_CHAIN",
    "STAKEHOLDER_PLANNING",
    "MarketAssessment",
    "StakeholderPlan",
    "unplanned",
]

MARKET_ASSESSMENT: Final = Process.in_order(
    Taxonomy(
        "Assessment of a market",
        PECK_1999,
        (
            Row("participants", "Participants", "Участники", "Who is in the market, by segment."),
            Row("expectations", "Expectations and needs", "Ожидания и потребности", "What they expect, by research."),
            Row("emphasis", "Emphasis", "Акценты", "How much the firm cares for it now, and proposes to."),
            Row("strategy", "Strategy", "Стратегия", "What relationship is wanted, and whether it needs a plan."),
        ),
        name_ru="Оценка рынка",
        key="market_assessment",
        version="1999",
    )
)
"""The four steps in which a market is looked at. Peck, Payne, Christopher & Clark (1999), p. 27."""

STAKEHOLDER_PLANNING: Final = Process.in_order(
    Taxonomy(
        "Planning of stakeholder relationships",
        PAYNE_2005,
        (
            Row(
                "value_proposition",
                "Stakeholder value propositions",
                "Ценностные предложения для заинтересованных сторон",
                "What the firm offers the group, and the group the firm.",
            ),
            Row(
                "value_delivery",
                "Value delivery design",
                "Проектирование предоставления ценности",
                "How what was offered comes to the group.",
            ),
            Row(
                "relationship_plan",
                "Stakeholder relationship marketing plans",
                "Планы маркетинга отношений",
                "What is done, by whom and by when.",
            ),
            Row(
                "measurement_feedback",
                "Measurement and feedback",
                "Измерение и обратная связь",
                "How one sees whether it works, and what comes back to the offer.",
            ),
        ),
        name_ru="Планирование отношений с заинтересованными сторонами",
        key="stakeholder_planning",
        version="2005",
    ),
    loop=True,
)
"""The four elements of a plan for a group, in a circle. Payne, Ballantyne & Christopher (2005)."""

RELATIONSHIP_MANAGEMENT_CHAIN: Final = Process.in_order(
    Taxonomy(
        "Relationship management chain",
        PECK_1999,
        (
            Row("value_proposition", "Define the value proposition", "Ценностное предложение", "What is offered."),
            Row(
                "segmentation",
                "Segmentation, targeting and positioning",
                "Сегментация, выбор целевых групп и позиционирование",
                "To whom it is offered.",
            ),
            Row("operations", "Operations and delivery", "Операции и предоставление", "How it is delivered."),
            Row("measurement", "Measurement and feedback", "Измерение и обратная связь", "Whether it works."),
        ),
        name_ru="Цепочка управления отношениями",
        key="relationship_management_chain",
        version="1999",
    )
)
"""The predecessor of the framework of 2005. Peck, Payne, Christopher & Clark (1999), figure 6.7."""

Texts = tuple[Text, ...]
Code = Annotated[str, Field(min_length=1, max_length=200)]


class MarketAssessment(Record):
    """What is known of one market, step by step.

    Attributes:
        market: the code of a market or of one within it.
        participants: who is in it, by segment.
        expectations: what they expect and need.
        current_emphasis: how much the firm cares for it now, on the scale of the spidergram.
        desired_emphasis: how much it proposes to.
        strategy: what relationship is wanted.
        plan_needed: whether the market needs a formal plan; nothing while nobody has decided.

    Examples:
        >>> MarketAssessment(market="six.referral", participants=("loyal customers",)).missing
        ('expectations', 'emphasis', 'strategy')

    """

    market: Code
    participants: Texts = ()
    expectations: Texts = ()
    current_emphasis: float | None = None
    desired_emphasis: float | None = None
    strategy: str = ""
    plan_needed: bool | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the codes of the steps that are not done."""
        done = {
            "participants": bool(self.participants),
            "expectations": bool(self.expectations),
            "emphasis": self.current_emphasis is not None and self.desired_emphasis is not None,
            "strategy": bool(self.strategy.strip()) and self.plan_needed is not None,
        }
        return tuple(row.code for row in MARKET_ASSESSMENT.stages if not done[row.code])


class StakeholderPlan(Record):
    """The plan for one group of stakeholders.

    Attributes:
        group: the code of the group in any taxonomy.
        offered: what the firm offers it.
        received: what the group offers the firm.
        delivery: how what is offered reaches it.
        actions: what is done.
        measures: by what success is seen.
        feedback: what has come back so far.

    Examples:
        >>> StakeholderPlan(group="scope.employees", offered=("training",), measures=("turnover",)).missing
        ('value_proposition', 'value_delivery', 'relationship_plan')

    """

    group: Code
    offered: Texts = ()
    received: Texts = ()
    delivery: Texts = ()
    actions: Texts = ()
    measures: Texts = ()
    feedback: Texts = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the codes of the elements that are not there; a proposition needs both directions."""
        done = {
            "value_proposition": bool(self.offered and self.received),
            "value_delivery": bool(self.delivery),
            "relationship_plan": bool(self.actions),
            "measurement_feedback": bool(self.measures),
        }
        return tuple(row.code for row in STAKEHOLDER_PLANNING.stages if not done[row.code])


def unplanned(plans: Iterable[StakeholderPlan], taxonomy: Taxonomy = SIX_MARKETS) -> dict[str, tuple[str, ...]]:
    """Return for each top-level group of a taxonomy which elements of a plan are missing; groups with all are left out.

    A plan for a group within counts for the one above it; an element is there if any of these plans has it.

    Examples:
        >>> whole = StakeholderPlan(
        ...     group="six.internal", offered=("a",), received=("b",), delivery=("c",), actions=("d",), measures=("e",)
        ... )
        >>> left = unplanned([whole])
        >>> "six.internal" in left, len(left["six.referral"])
        (False, 4)

    Reference:
        Payne, A., Ballantyne, D. and Christopher, M. (2005), A stakeholder approach to relationship marketing strategy,
        European Journal of Marketing 39(7/8), 855-871.

    """
    elements = [row.code for row in STAKEHOLDER_PLANNING.stages]
    found = list(plans)
    left: dict[str, tuple[str, ...]] = {}
    for root in taxonomy.roots:
        within = set(taxonomy.within(root.code))
        there = {code for plan in found if plan.group in within for code in elements if code not in plan.missing}
        if missing := tuple(code for code in elements if code not in there):
            left[root.code] = missing
    return left
