"""Dwyer, Schurr and Oh's phases: how buyer and seller become aware of each other, try, deepen, pledge, and part.

A relationship begins when one side sees in the other somebody to deal with. In exploration both try, at little cost and
at little risk; in expansion each comes to depend on the other; commitment is a pledge, spoken or not, that it goes on,
and shows in what both put in, how long they mean it to last, and how steadily they keep to it. Dissolution may begin in
any phase, with one party alone, and the less was pledged the less it takes. Five sub-processes carry a relationship
from exploration through expansion; the phases are kept as a process, everything else as tables.

The tables are written down from the usual account of the paper, of which the abstract was read: their rows are marked
``unconfirmed``, glosses and Russian names are ours. What comes after Duck is marked likewise.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import Final

from relmodels.core.process import Process
from relmodels.core.reference import Reference, Standing
from relmodels.core.taxonomy import Row, Taxonomy

__all__ = [
    "COMMITMENT",
    "DISSOLUTION",
    "PROCESS",
    "SUB_PROCESSES",
    "Commitment",
    "DissolutionStage",
    "Phase",
    "SubProcess",
    "process",
]

DWYER_1987: Final = Reference(
    ("Dwyer, F. R.", "Schurr, P. H.", "Oh, S."),
    1987,
    "Developing Buyer-Seller Relationships",
    "Journal of Marketing",
    "51(2)",
    "11-27",
)
DUCK_1982: Final = Reference(
    ("Duck, S.",),
    1982,
    "A Topography of Relationship Disengagement and Dissolution",
    "Personal Relationships 4: Dissolving Personal Relationships, Academic Press",
    pages="1-30",
    standing="unconfirmed",
)


class Phase(StrEnum):
    """The codes of the stages of :data:`PROCESS`, for completion."""

    AWARENESS = "awareness"
    EXPLORATION = "exploration"
    EXPANSION = "expansion"
    COMMITMENT = "commitment"
    DISSOLUTION = "dissolution"


class DissolutionStage(StrEnum):
    """The codes of the stages of :data:`DISSOLUTION`, for completion."""

    INTRAPSYCHIC = "intrapsychic"
    DYADIC = "dyadic"
    SOCIAL = "social"
    AFTERMATH = "aftermath"


class SubProcess(StrEnum):
    """The codes of :data:`SUB_PROCESSES`, for completion."""

    ATTRACTION = "attraction"
    COMMUNICATION = "communication"
    POWER = "power"
    NORMS = "norms"
    EXPECTATIONS = "expectations"


class Commitment(StrEnum):
    """The codes of :data:`COMMITMENT`, for completion."""

    INPUTS = "inputs"
    DURABILITY = "durability"
    CONSISTENCY = "consistency"


def _row(
    code: str, name: str, russian: str, gloss: str, *, standing: Standing = "unconfirmed", end: bool = False
) -> Row:
    return Row(str(code), name, russian, gloss, traits=(("end", "yes"),) if end else (), standing=standing)


_PHASES: Final = (
    _row(
        Phase.AWARENESS,
        "Awareness",
        "Осознание",
        "One side sees in the other somebody to deal with; the two have not dealt with each other yet.",
    ),
    _row(
        Phase.EXPLORATION,
        "Exploration",
        "Исследование",
        "Both look at each other and try; little is invested, and little holds them.",
    ),
    _row(
        Phase.EXPANSION,
        "Expansion",
        "Расширение",
        "What each gains grows, and with it how much they depend on each other and dare.",
    ),
    _row(
        Phase.COMMITMENT,
        "Commitment",
        "Приверженность",
        "Both have pledged, in words or by what they do, that it will go on.",
    ),
    _row(
        Phase.DISSOLUTION,
        "Dissolution",
        "Распад",
        "One side or both withdraw; it may begin in any phase.",
        end=True,
    ),
)
_EARLIER: Final = (Phase.AWARENESS, Phase.EXPLORATION, Phase.EXPANSION)


def process(*, loops: bool = False, win_back: bool = False) -> Process:
    """Return the five phases with the moves between them: one forward at a time, and to dissolution from any.

    Args:
        loops: whether expansion and commitment may also fall back to exploration; ours.
        win_back: whether a dissolved relationship may be explored anew; ours.

    Examples:
        >>> (
        ...     process().is_allowed("commitment", "exploration"),
        ...     process(loops=True).is_allowed("commitment", "exploration"),
        ... )
        (False, True)
        >>> [stage.code for stage in process(win_back=True).moves_from("dissolution")]
        ['exploration']

    Reference:
        Dwyer, F. R., Schurr, P. H. and Oh, S. (1987), Developing buyer-seller relationships, Journal of Marketing
        51(2), 11-27.

    """
    extra = (["loops"] if loops else []) + (["win_back"] if win_back else [])
    stages = Taxonomy(
        "Phases of a relationship",
        DWYER_1987,
        _PHASES,
        name_ru="Фазы отношений",
        key="dwyer",
        version="_".join(["1987", *extra]),
    )
    back = [(phase, Phase.EXPLORATION) for phase in (Phase.EXPANSION, Phase.COMMITMENT)] if loops else []
    anew = [(Phase.DISSOLUTION, Phase.EXPLORATION)] if win_back else []
    also = [*((phase, Phase.DISSOLUTION) for phase in _EARLIER), *back, *anew]
    return Process(stages, tuple((str(start), str(end)) for start, end in dict.fromkeys([*pairwise(Phase), *also])))


PROCESS: Final = process()
"""The five phases, with dissolution from any of them. Dwyer, Schurr & Oh (1987)."""

DISSOLUTION: Final = Process.in_order(
    Taxonomy(
        "Stages of dissolution",
        DUCK_1982,
        (
            _row(
                DissolutionStage.INTRAPSYCHIC,
                "Intrapsychic stage",
                "Внутренняя стадия",
                "One party weighs for itself whether what it gets is worth what it costs.",
            ),
            _row(
                DissolutionStage.DYADIC,
                "Dyadic stage",
                "Диадическая стадия",
                "The two speak of it and negotiate: to mend it, or how to part.",
            ),
            _row(
                DissolutionStage.SOCIAL,
                "Social stage",
                "Социальная стадия",
                "Others learn that it is over, and each side accounts for it in public.",
            ),
            _row(
                DissolutionStage.AFTERMATH,
                "Aftermath (grave-dressing)",
                "Стадия последствий",
                "Each side recovers, and settles on a story of what it was and why it ended.",
                end=True,
            ),
        ),
        name_ru="Стадии распада отношений",
        key="dissolution",
        version="1982",
    )
)
"""How a relationship comes apart, from one party's doubts to the story told afterwards. Duck (1982)."""

SUB_PROCESSES: Final = Taxonomy(
    "Sub-processes of exploration and expansion",
    DWYER_1987,
    (
        _row(
            SubProcess.ATTRACTION,
            "Attraction",
            "Привлекательность",
            "How far what each gets from the other exceeds what it costs, beside what others offer.",
        ),
        _row(
            SubProcess.COMMUNICATION,
            "Communication and bargaining",
            "Общение и переговоры",
            "The two say what they want and can give, and rearrange who does and gets what.",
        ),
        _row(
            SubProcess.POWER,
            "Power and justice",
            "Власть и справедливость",
            "Each can make the other do things, and uses that in ways the other finds just or unjust.",
        ),
        _row(
            SubProcess.NORMS,
            "Norm development",
            "Формирование норм",
            "Ways of dealing with each other settle, and both keep to them.",
        ),
        _row(
            SubProcess.EXPECTATIONS,
            "Expectation development",
            "Формирование ожиданий",
            "Each comes to know what to count on from the other; from here trust grows.",
        ),
    ),
    name_ru="Подпроцессы исследования и расширения",
    key="dwyer_sub_processes",
    version="1987",
)
"""What carries a relationship from exploration through expansion. Dwyer, Schurr & Oh (1987)."""

COMMITMENT: Final = Taxonomy(
    "Criteria of commitment",
    DWYER_1987,
    (
        _row(
            Commitment.INPUTS,
            "Inputs",
            "Вклады",
            "How much both put in: money, people, attention, knowledge.",
        ),
        _row(
            Commitment.DURABILITY,
            "Durability",
            "Долговечность",
            "For how long both mean it to last, and whether they see it bring enough for that.",
        ),
        _row(
            Commitment.CONSISTENCY,
            "Consistency",
            "Постоянство",
            "How evenly both put in, so that each can rely on the next time.",
        ),
    ),
    name_ru="Критерии приверженности",
    key="dwyer_commitment",
    version="1987",
)
"""By what one sees that a relationship is committed. Dwyer, Schurr & Oh (1987)."""
