"""The commitment-trust theory as tables: its twelve constructs, its thirteen paths, and what questions are called."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from relmodels.core.reference import Reference
from relmodels.core.taxonomy import Row, Taxonomy
from relmodels.stakeholders.sources import MORGAN_HUNT_1994

__all__ = ["AFTER", "BEFORE", "BETWEEN", "CONSTRUCTS", "HYPOTHESES", "ITEMS", "Hypothesis"]

BEFORE: Final = ("rtc", "rb", "sv", "com", "opp")
BETWEEN: Final = ("commitment", "trust")
AFTER: Final = ("acq", "pl", "coop", "fc", "unc")


def _row(code: str, group: str, name: str, russian: str, gloss: str, gloss_ru: str) -> Row:
    return Row(code, name, russian, gloss, group=group, standing="secondary", gloss_ru=gloss_ru)


CONSTRUCTS: Final = Taxonomy(
    "Constructs of the commitment-trust theory",
    MORGAN_HUNT_1994,
    (
        _row(
            "rtc",
            "before",
            "Relationship termination costs",
            "Издержки прекращения отношений",
            "What it would cost to leave the partner and find another.",
            "Во что обойдётся уйти от партнёра и найти другого.",
        ),
        _row(
            "rb",
            "before",
            "Relationship benefits",
            "Выгоды отношений",
            "What the partner is worth beside the best alternative.",
            "Чем партнёр лучше самой выгодной замены.",
        ),
        _row(
            "sv",
            "before",
            "Shared values",
            "Общие ценности",
            "How far both hold the same things right, important and proper.",
            "Насколько обе стороны считают одно и то же правильным, важным и уместным.",
        ),
        _row(
            "com",
            "before",
            "Communication",
            "Коммуникация",
            "How well and how early the partner keeps one informed.",
            "Насколько хорошо и заблаговременно партнёр сообщает о том, что важно.",
        ),
        _row(
            "opp",
            "before",
            "Opportunistic behavior",
            "Оппортунистическое поведение",
            "How far the partner bends facts and breaks promises to its own advantage.",
            "Насколько партнёр ради своей выгоды искажает факты и нарушает обещания.",
        ),
        _row(
            "commitment",
            "between",
            "Relationship commitment",
            "Приверженность отношениям",
            "How far the relationship is worth every effort to keep it.",
            "Насколько отношения стоят того, чтобы всеми силами их сохранять.",
        ),
        _row(
            "trust",
            "between",
            "Trust",
            "Доверие",
            "How far one can rely on the partner, who is honest.",
            "Насколько можно положиться на партнёра и верить в его честность.",
        ),
        _row(
            "acq",
            "after",
            "Acquiescence",
            "Уступчивость",
            "How far one goes along with what the partner wants.",
            "Насколько охотно выполняются пожелания партнёра.",
        ),
        _row(
            "pl",
            "after",
            "Propensity to leave",
            "Склонность к уходу",
            "How likely it is that one leaves before long.",
            "Насколько вероятно, что отношения вскоре будут прекращены.",
        ),
        _row(
            "coop",
            "after",
            "Cooperation",
            "Сотрудничество",
            "How much the two do together to reach what both want.",
            "Сколько стороны делают вместе ради того, чего хотят обе.",
        ),
        _row(
            "fc",
            "after",
            "Functional conflict",
            "Функциональный конфликт",
            "How far quarrels are settled so that something comes of them.",
            "Насколько споры разрешаются так, что идут на пользу делу.",
        ),
        _row(
            "unc",
            "after",
            "Decision-making uncertainty",
            "Неопределённость при принятии решений",
            "How far one lacks what is needed to decide with confidence.",
            "Насколько не хватает того, что нужно для уверенного решения.",
        ),
    ),
    name_ru="Конструкты теории приверженности и доверия",
    key="morgan_hunt_constructs",
    version="1994",
    groups=(
        Row("before", "Precursors", "Предпосылки"),
        Row("between", "Key mediating variables", "Ключевые опосредующие переменные"),
        Row("after", "Outcomes", "Результаты"),
    ),
)
"""What comes before trust and commitment, the two, and what comes of them. Morgan & Hunt (1994)."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One path of the theory.

    Attributes:
        cause: the code of the construct it begins with.
        effect: the code of the one it leads to.
        sign: 1 or -1, as expected.
        supported: whether the paper found it so, as later texts tell.
        source: the paper.

    Examples:
        >>> HYPOTHESES[6]
        Hypothesis(cause='trust', effect='commitment', sign=1, supported=True)

    """

    cause: str
    effect: str
    sign: Literal[1, -1]
    supported: bool
    source: Reference = field(default=MORGAN_HUNT_1994, repr=False)


HYPOTHESES: Final = (
    Hypothesis("rtc", "commitment", 1, supported=True),
    Hypothesis("rb", "commitment", 1, supported=False),
    Hypothesis("sv", "commitment", 1, supported=True),
    Hypothesis("sv", "trust", 1, supported=True),
    Hypothesis("com", "trust", 1, supported=True),
    Hypothesis("opp", "trust", -1, supported=True),
    Hypothesis("trust", "commitment", 1, supported=True),
    Hypothesis("commitment", "acq", 1, supported=True),
    Hypothesis("commitment", "pl", -1, supported=True),
    Hypothesis("commitment", "coop", 1, supported=True),
    Hypothesis("trust", "coop", 1, supported=True),
    Hypothesis("trust", "fc", 1, supported=True),
    Hypothesis("trust", "unc", -1, supported=True),
)
"""The thirteen paths, their signs, and the twelve that the paper found supported. Morgan & Hunt (1994)."""

_FOUR: Final = ("rtc", "rb", "sv", "com", "commitment", "trust", "unc")
_PREFIX: Final = {"commitment": "commit"}

ITEMS: Final[dict[str, tuple[str, ...]]] = {
    code: tuple(f"{_PREFIX.get(code, code)}{place}" for place in range(1, 5 if code in _FOUR else 4))
    for code in CONSTRUCTS.codes
}
"""The questions of ``rm.datasets.trust_survey()``, by construct."""
