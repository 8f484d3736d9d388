"""The scorecard: perspectives, their objectives, the measures of each, and what causes what.

A measure has a direction, a target and the ends of its scale; its value becomes a score by one of four rules. Scores
are weighed into objectives, perspectives and the whole; a measure without a value is left out, and the share of weight
that has one is told with every score. Links say which objective is meant to further which; they must not go round. The
perspectives are those of Kaplan and Norton, or the groups of any taxonomy of stakeholders.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from relmodels.core.errors import InvalidData, Problems
from relmodels.core.identifiers import Text
from relmodels.core.record import Record
from relmodels.core.reference import Reference
from relmodels.core.taxonomy import Language, Row, Taxonomy
from relmodels.frames.table import Table

__all__ = [
    "BALANCED_PERSPECTIVES",
    "Measure",
    "Objective",
    "Perspective",
    "Scorecard",
    "ScorecardResult",
    "stakeholder_scorecard",
]

Code: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9_.]+$", max_length=200)]
Weight: TypeAlias = Annotated[float, Field(ge=0)]
Rule: TypeAlias = Literal["range", "target_ratio", "progress", "z_score"]
Light: TypeAlias = Literal["red", "amber", "green", "none"]
_TOLERANCE: Final = 1e-9

BALANCED_PERSPECTIVES: Final = Taxonomy(
    "Perspectives of the balanced scorecard",
    Reference(
        ("Kaplan, R. S.", "Norton, D. P."),
        1992,
        "The Balanced Scorecard: Measures that Drive Performance",
        "Harvard Business Review",
        "70(1)",
        "71-79",
        standing="secondary",
    ),
    (
        Row("bsc.financial", "Financial", "Финансы", "How the firm looks to those who own it.", standing="secondary"),
        Row("bsc.customer", "Customer", "Клиенты", "How customers see the firm.", standing="secondary"),
        Row(
            "bsc.internal", "Internal processes", "Внутренние процессы", "What it must excel at.", standing="secondary"
        ),
        Row(
            "bsc.learning",
            "Learning and growth",
            "Обучение и развитие",
            "How it keeps improving.",
            standing="secondary",
        ),
    ),
    name_ru="Перспективы сбалансированной системы показателей",
    key="balanced_scorecard",
    version="1992",
)
"""The four perspectives. Kaplan & Norton (1992)."""


class Measure(Record):
    """Something that is measured, and how its value becomes a score.

    Attributes:
        code: unique in the scorecard.
        name: for people.
        direction: whether more or less is better.
        rule: ``"range"``: ``(x - worst) / (best - worst)``, cut off at 0 and 1; ``"target_ratio"``: ``x / target``, or
            ``2 - x / target`` where less is better; ``"progress"``: ``(x - baseline) / (target - baseline)``;
            ``"z_score"``: ``(x - mean) / deviation``, turned round where less is better.
        target: what is aimed at.
        worst: the bad end of the scale, for ``"range"``.
        best: the good end.
        baseline: where it started, for ``"progress"``.
        mean: of what it is compared with, for ``"z_score"``.
        deviation: the same.
        weight: within its objective.
        unit: of the values.

    Examples:
        >>> Measure(code="nps", name="Net promoters", direction="more", rule="range", worst=-20, best=60).score(40)
        0.75
        >>> Measure(code="time", name="Days", direction="less", rule="target_ratio", target=10).score(8)
        1.2

    """

    code: Code
    name: Text
    direction: Literal["more", "less"]
    rule: Rule = "range"
    target: float | None = None
    worst: float | None = None
    best: float | None = None
    baseline: float | None = None
    mean: float | None = None
    deviation: float | None = None
    weight: Weight = 1.0
    unit: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        problems = Problems(f"measure {self.code!r}")
        needed = {
            "range": ("worst", "best"),
            "target_ratio": ("target",),
            "progress": ("baseline", "target"),
            "z_score": ("mean", "deviation"),
        }
        given = self._given()
        missing = [name for name in needed[self.rule] if given[name] is None]
        if missing:
            problems.add(f"the rule {self.rule!r} needs {' and '.join(missing)}")
        problems.raise_if_any()
        self._check_ends(problems)
        problems.raise_if_any()
        return self

    def _given(self) -> dict[str, float | None]:
        return {
            "target": self.target,
            "worst": self.worst,
            "best": self.best,
            "baseline": self.baseline,
            "mean": self.mean,
            "deviation": self.deviation,
        }

    def _check_ends(self, problems: Problems) -> None:
        start, end = {"range": (self.worst, self.best), "progress": (self.baseline, self.target)}.get(
            self.rule, (0.0, 1.0)
        )
        up = self.direction == "more" or self.rule not in {"range", "progress"}
        if start is not None and end is not None and not (start < end if up else start > end):
            problems.add(f"{self.direction} is better, so the scale cannot lead from {start} to {end}")
        if self.rule == "target_ratio" and self.target is not None and not self.target > 0.0:
            problems.add(f"target = {self.target}: a ratio needs a target above 0; use another rule")
        if self.rule == "z_score" and self.deviation is not None and not self.deviation > 0.0:
            problems.add(f"deviation = {self.deviation} is not above 0")

    def score(self, value: float) -> float:
        """Return the score of a value: 1 is the target or the best, 0 the worst or where it began.

        Raises:
            InvalidData: if the value is not a finite number.

        """
        if not math.isfinite(value):
            message = f"measure {self.code!r}: {value!r} is not a finite number; leave a missing value out"
            raise InvalidData(message)
        given = {name: 0.0 if number is None else number for name, number in self._given().items()}
        if self.rule == "range":
            share = (value - given["worst"]) / (given["best"] - given["worst"])
            return min(max(share, 0.0), 1.0)
        if self.rule == "progress":
            return (value - given["baseline"]) / (given["target"] - given["baseline"])
        if self.rule == "target_ratio":
            ratio = value / given["target"]
            return ratio if self.direction == "more" else 2.0 - ratio
        distance = (value - given["mean"]) / given["deviation"]
        return distance if self.direction == "more" else -distance


class Objective(Record):
    """What is wanted within a perspective.

    Examples:
        >>> Objective(
        ...     code="loyal",
        ...     name="Customers stay",
        ...     measures=(Measure(code="m", name="Kept", direction="more", rule="range", worst=0, best=1),),
        ... ).owner
        ''

    """

    code: Code
    name: Text
    weight: Weight = 1.0
    owner: str = ""
    measures: Annotated[tuple[Measure, ...], Field(min_length=1)]


class Perspective(Record):
    """One side of the scorecard.

    Examples:
        >>> measure = Measure(code="m", name="Kept", direction="more", rule="range", worst=0, best=1)
        >>> wanted = Objective(code="loyal", name="Customers stay", measures=(measure,))
        >>> Perspective(code="bsc.customer", name="Customer", objectives=(wanted,)).weight
        1.0

    """

    code: Code
    name: Text
    weight: Weight = 1.0
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1)]


class Scorecard(Record):
    """Perspectives with objectives, and links between these.

    Attributes:
        name: of the scorecard.
        perspectives: in their order; weights are shares of their sum, or must add up to 1 if ``weights_sum`` says so.
        links: pairs of codes of objectives, the first of which furthers the second.
        weights_sum: whether weights at every level must add up to 1.
        amber: from which score a light is amber.
        green: from which it is green.

    Examples:
        >>> kept = Measure(code="kept", name="Kept", direction="more", rule="range", worst=0.5, best=1.0)
        >>> side = Perspective(
        ...     code="bsc.customer",
        ...     name="Customer",
        ...     objectives=(Objective(code="loyal", name="Customers stay", measures=(kept,)),),
        ... )
        >>> result = Scorecard(name="2026", perspectives=(side,)).evaluate({"kept": 0.9})
        >>> round(result.score, 6), result.light("loyal")
        (0.8, 'green')

    """

    name: Text
    perspectives: Annotated[tuple[Perspective, ...], Field(min_length=1)]
    links: tuple[tuple[Code, Code], ...] = ()
    weights_sum: bool = False
    amber: float = 0.5
    green: float = 0.8

    @model_validator(mode="after")
    def _check(self) -> Self:
        problems = Problems(f"scorecard {self.name!r}")
        codes = [*(side.code for side in self.perspectives), *self.objectives, *self.measures]
        listed = [side.code for side in self.perspectives]
        listed += [item.code for side in self.perspectives for item in side.objectives]
        listed += [item.code for side in self.perspectives for goal in side.objectives for item in goal.measures]
        for code in sorted({code for code in codes if listed.count(code) > 1}):
            problems.add(f"the code {code!r} is used {listed.count(code)} times; give every part its own")
        self._check_weights(problems)
        self._check_links(problems)
        if not self.amber < self.green:
            problems.add(f"amber = {self.amber} is not below green = {self.green}")
        problems.raise_if_any()
        return self

    def _check_weights(self, problems: Problems) -> None:
        levels = [("perspectives", [side.weight for side in self.perspectives])]
        levels += [
            (f"objectives of {side.code!r}", [item.weight for item in side.objectives]) for side in self.perspectives
        ]
        levels += [
            (f"measures of {goal.code!r}", [item.weight for item in goal.measures])
            for side in self.perspectives
            for goal in side.objectives
        ]
        for where, weights in levels:
            total = sum(weights)
            if not total > 0.0:
                problems.add(f"the weights of the {where} add up to 0; something must count")
            elif self.weights_sum and abs(total - 1.0) > _TOLERANCE:
                problems.add(f"the weights of the {where} add up to {total:g}, not to 1")

    def _check_links(self, problems: Problems) -> None:
        known = set(self.objectives)
        for place, (cause, effect) in enumerate(self.links):
            for code in (cause, effect):
                if code not in known:
                    problems.add(
                        f"links[{place}] names {code!r}, which is no objective; use {', '.join(sorted(known))}"
                    )
        before: dict[str, set[str]] = {}
        for cause, effect in self.links:
            before.setdefault(effect, set()).add(cause)
        try:
            TopologicalSorter(before).prepare()
        except CycleError as error:
            problems.add(f"the links go round in a circle: {' → '.join(error.args[1])}; take one out")

    @property
    def objectives(self) -> dict[str, Objective]:
        """Return the objectives by code."""
        return {item.code: item for side in self.perspectives for item in side.objectives}

    @property
    def measures(self) -> dict[str, Measure]:
        """Return the measures by code."""
        return {item.code: item for goal in self.objectives.values() for item in goal.measures}

    def unfinished(self) -> tuple[str, ...]:
        """Return in sentences what a strategy map should have and this one lacks.

        Every objective has an owner and a target, and every one outside the financial perspective leads by links to one
        within it, where there is such a perspective. The rules are ours.
        """
        said = [f"objective {code!r} has no owner" for code, goal in self.objectives.items() if not goal.owner]
        said += [
            f"measure {code!r} has no target"
            for code, item in self.measures.items()
            if item.target is None and item.best is None
        ]
        money = {item.code for side in self.perspectives if side.code == "bsc.financial" for item in side.objectives}
        if money:
            said += [
                f"objective {code!r} leads to no financial one"
                for code in self.objectives
                if not self._leads(code) & money
            ]
        return tuple(said)

    def _leads(self, code: str) -> set[str]:
        found, waiting = {code}, [code]
        while waiting:
            at = waiting.pop()
            after = {effect for cause, effect in self.links if cause == at} - found
            found |= after
            waiting += after
        return found

    def evaluate(
        self, values: Mapping[str, float | None], *, aggregate: Literal["arithmetic", "geometric"] = "arithmetic"
    ) -> ScorecardResult:
        """Return the scores of measured values, from the measures up to the whole.

        Args:
            values: by code of the measure; ``None`` or absent where there is none. Weights are then shared out among
                the others, and the coverage says how much weight had a value.
            aggregate: ``"arithmetic"`` lets a good score make up for a bad one, ``"geometric"`` does not.

        Raises:
            InvalidData: if a code is no measure, a value is not finite, or a geometric mean meets a negative score.

        """
        unknown = [code for code in values if code not in self.measures]
        if unknown:
            message = (
                f"{', '.join(map(repr, unknown))}: no measures of {self.name!r}; they are {', '.join(self.measures)}"
            )
            raise InvalidData(message)
        scores: dict[str, float | None] = {}
        coverage: dict[str, float] = {}
        for code, item in self.measures.items():
            value = values.get(code)
            scores[code] = None if value is None else item.score(value)
            coverage[code] = 0.0 if value is None else 1.0
        for goal in self.objectives.values():
            _weigh(goal.code, [(item.code, item.weight) for item in goal.measures], scores, coverage, aggregate)
        for side in self.perspectives:
            _weigh(side.code, [(item.code, item.weight) for item in side.objectives], scores, coverage, aggregate)
        _weigh("", [(side.code, side.weight) for side in self.perspectives], scores, coverage, aggregate)
        return ScorecardResult(self, scores, coverage)


def _weigh(
    code: str, parts: list[tuple[str, float]], scores: dict[str, float | None], coverage: dict[str, float], how: str
) -> None:
    whole = sum(weight for _, weight in parts)
    coverage[code] = sum(weight * coverage[part] for part, weight in parts) / whole
    known = [(score, weight) for part, weight in parts if (score := scores[part]) is not None and weight > 0.0]
    if not known:
        scores[code] = None
        return
    total = sum(weight for _, weight in known)
    if how == "arithmetic":
        scores[code] = sum(score * weight for score, weight in known) / total
        return
    if min(score for score, _ in known) < 0.0:
        message = f"{code or 'the whole'}: a geometric mean has no negative scores; use the arithmetic one"
        raise InvalidData(message)
    logs = [weight * math.log(score) if score > 0.0 else -math.inf for score, weight in known]
    scores[code] = math.exp(sum(logs) / total)


@dataclass(frozen=True, slots=True)
class ScorecardResult:
    """The scores of a scorecard.

    Attributes:
        scorecard: what was evaluated.
        scores: of every measure, objective and perspective by code, ``None`` where nothing was measured; ``""`` is the
            whole.
        coverage: the share of weight beneath that had a value.

    Examples:
        >>> kept = Measure(code="kept", name="Kept", direction="more", rule="range", worst=0.5, best=1.0)
        >>> goal = Objective(code="loyal", name="Customers stay", measures=(kept,))
        >>> side = Perspective(code="bsc.customer", name="Customer", objectives=(goal,))
        >>> ScorecardResult(Scorecard(name="2026", perspectives=(side,)), {"": None}, {"": 0.0}).light()
        'none'

    """

    scorecard: Scorecard
    scores: dict[str, float | None]
    coverage: dict[str, float]

    @property
    def score(self) -> float:
        """Return the score of the whole.

        Raises:
            InvalidData: if nothing was measured.

        """
        whole = self.scores[""]
        if whole is None:
            message = f"scorecard {self.scorecard.name!r}: nothing was measured; give at least one value"
            raise InvalidData(message)
        return whole

    def light(self, code: str = "") -> Light:
        """Return the traffic light of a part, or of the whole; ``"none"`` where nothing was measured."""
        if code not in self.scores:
            message = f"{code!r} is no part of the scorecard {self.scorecard.name!r}"
            raise InvalidData(message)
        score = self.scores[code]
        if score is None:
            return "none"
        return "green" if score >= self.scorecard.green else "amber" if score >= self.scorecard.amber else "red"

    def change(self, before: ScorecardResult) -> dict[str, float]:
        """Return by how much the score of each part has changed since an earlier evaluation, where both have one."""
        return {
            code: score - earlier
            for code, score in self.scores.items()
            if score is not None and (earlier := before.scores.get(code)) is not None
        }

    def table(self) -> Table:
        """Return a row for each perspective, objective and measure, and one for the whole."""
        rows: list[tuple[str, str, str]] = []
        for side in self.scorecard.perspectives:
            rows.append(("perspective", side.code, side.name))
            for goal in side.objectives:
                rows.append(("objective", goal.code, goal.name))
                rows += [("measure", item.code, item.name) for item in goal.measures]
        rows.append(("whole", "", self.scorecard.name))
        return Table(
            {
                "level": [level for level, _, _ in rows],
                "code": [code for _, code, _ in rows],
                "name": [name for _, _, name in rows],
                "score": [self.scores[code] for _, code, _ in rows],
                "coverage": [self.coverage[code] for _, code, _ in rows],
                "light": [self.light(code) for _, code, _ in rows],
            }
        )


def stakeholder_scorecard(
    taxonomy: Taxonomy, objectives: Mapping[str, tuple[Objective, ...]], *, name: str = "", language: Language = "en"
) -> Scorecard:
    """Return a scorecard whose perspectives are groups of stakeholders.

    Args:
        taxonomy: S.C.O.P.E., the six markets, or any other; its top-level kinds are the perspectives, in its order.
        objectives: by code of a top-level kind; kinds without any are left out.
        name: of the scorecard; that of the taxonomy by default.
        language: of the names of the perspectives.

    Raises:
        InvalidData: if a code is no top-level kind of the taxonomy.

    Examples:
        >>> from relmodels.stakeholders.scope import SCOPE
        >>> loyal = Objective(
        ...     code="loyal",
        ...     name="Customers stay",
        ...     measures=(Measure(code="kept", name="Kept", direction="more", rule="range", worst=0.5, best=1.0),),
        ... )
        >>> card = stakeholder_scorecard(SCOPE, {"scope.customers": (loyal,)})
        >>> [side.name for side in card.perspectives]
        ['Customers']

    Reference:
        Kaplan, R. S. and Norton, D. P. (1992), The balanced scorecard: Measures that drive performance, Harvard
        Business Review 70(1), 71-79; groups of stakeholders as perspectives are ours.

    """
    roots = [row.code for row in taxonomy.roots]
    unknown = [code for code in objectives if code not in roots]
    if unknown:
        message = (
            f"{', '.join(map(repr, unknown))}: no top-level kinds of {taxonomy.name!r}; they are {', '.join(roots)}"
        )
        raise InvalidData(message)
    sides = tuple(
        Perspective(code=code, name=taxonomy.label(code, language), objectives=objectives[code])
        for code in roots
        if objectives.get(code)
    )
    return Scorecard(name=name or taxonomy.name, perspectives=sides)
