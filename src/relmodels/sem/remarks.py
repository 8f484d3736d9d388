"""What a careful reader of a fit should know: found while fitting, kept with the result, never only printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.sem.active import just_held
from relmodels.sem.labels import labeled_values
from relmodels.sem.missing import Answers
from relmodels.sem.prepare import Prepared, count_moments
from relmodels.sem.search import bindings

__all__ = ["Remark", "RemarkKind", "remarks_of"]

RemarkKind: TypeAlias = Literal[
    "negative_variance",
    "latent_covariance",
    "left_out",
    "far_off",
    "few_cases",
    "collinear",
    "singular",
    "correlations",
    "weak_information",
    "against",
    "reliability",
    "pairwise",
    "limit",
    "unbounded",
    "undefined",
    "uncorrected",
    "empty_cells",
    "impossible_correlations",
    "gaps_in_causes",
]

_FEW: Final = 5  # cases for each parameter, a rule of thumb
_FEW_FOR_WEIGHTS: Final = 10  # cases for each moment whose weights are estimated together, a rule of thumb
_WEAK: Final = 1e-7
_NOTHING: Final = 1e-9  # a loading that constraints hold at 0, but for rounding
_SURE: Final = 1.96  # errors that a loading is away from 0


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a fit that is no error and should not be overlooked.

    Attributes:
        kind: what it is about.
        text: one sentence.

    Examples:
        >>> Remark("left_out", "12 of 301 respondents did not answer every question and are left out").kind
        'left_out'

    """

    kind: RemarkKind
    text: str


def remarks_of(
    found: Prepared, theta: FloatArray, covariance: FloatArray | None, answers: Answers
) -> tuple[Remark, ...]:
    """Return the remarks on a fit."""
    return (
        *_negative(found, theta),
        *_of_latent(found, theta),
        *_turned(found, theta, covariance),
        *_limits(found, theta),
        *_undefined(found, theta),
        *_of_cases(found, answers),
        *_of_test(found, answers),
        *_of_errors(found, theta, covariance, answers),
    )


def _negative(found: Prepared, theta: FloatArray) -> Iterator[Remark]:
    for one in found.parameters:
        if one.operator == "~~" and one.left == one.right and one.index >= 0 and theta[one.index] < 0.0:
            text = f"{one.name}{_in(found, one.group)} is {theta[one.index]:.4g}: a variance below 0"
            yield Remark("negative_variance", text)


def _turned(found: Prepared, theta: FloatArray, covariance: FloatArray | None) -> Iterator[Remark]:
    """Yield a remark for each question that surely loads against most others of its construct."""
    if covariance is None:
        return
    signs: dict[tuple[str, int], dict[str, float]] = {}
    for one in found.parameters:
        value = theta[one.index] if one.index >= 0 else one.value or 0.0
        error = float(np.sqrt(max(covariance[one.index, one.index], 0.0))) if one.index >= 0 else 0.0
        if one.operator == "=~" and one.right in found.moments.names and abs(value) > max(_SURE * error, _NOTHING):
            signs.setdefault((one.left, one.group), {})[one.right] = float(np.sign(value))
    for (construct, group), own in signs.items():
        most = np.sign(sum(own.values())) or next(iter(own.values()))
        for question in (name for name, sign in own.items() if sign != most):
            text = f"{question} loads against the other questions of {construct}{_in(found, group)}; is it turned?"
            yield Remark("against", text)


def _limits(found: Prepared, theta: FloatArray) -> Iterator[Remark]:
    for stated in just_held(found, theta):
        text = f"{stated} holds only just; the test counts it as an equality, so that p is the largest it may be"
        yield Remark("limit", text)


def _of_cases(found: Prepared, answers: Answers) -> Iterator[Remark]:
    if answers.left_out:
        why = "did not answer every question" if answers.listwise else "answered no question"
        text = f"{answers.left_out} of {found.moments.n + answers.left_out} respondents {why} and are left out"
        yield Remark("left_out", text)
    gaps = [found.moments.names.index(name) for name in found.fixed]
    lacking = sum(int(np.isnan(part[:, gaps]).any(axis=1).sum()) for part in answers.values)
    if lacking:
        text = (
            f"{lacking} respondents left observed causes out, whose moments are held where they are most likely; make "
            "the model with fixed_causes=False to count these with the rest"
        )
        yield Remark("gaps_in_causes", text)
    if found.moments.n < _FEW * found.count:
        text = f"{found.moments.n} cases for {found.count} parameters; fewer than {_FEW} for each is thin"
        yield Remark("few_cases", text)


def _of_test(found: Prepared, answers: Answers) -> Iterator[Remark]:
    if any(np.isnan(one) for one in answers.most):
        complete = sum(int((~np.isnan(part).any(axis=1)).sum()) for part in answers.values)
        text = (
            f"{complete} of {found.moments.n} respondents answered all {len(found.moments.names)} questions, too few "
            "for unrestricted covariances to have a most likely value to test against; estimates and errors stand, but "
            "leave questions out, or take parcels, for a test"
        )
        yield Remark("unbounded", text)
    moments = count_moments(found) // len(found.moments.sizes)
    if found.form == "WLS" and min(found.moments.sizes) < _FEW_FOR_WEIGHTS * moments:
        text = (
            f"WLS weights {moments} moments by their covariances; with fewer than {_FEW_FOR_WEIGHTS} cases for each "
            "its test statistic is too large and its errors are too small"
        )
        yield Remark("few_cases", text)


def _of_errors(found: Prepared, theta: FloatArray, covariance: FloatArray | None, answers: Answers) -> Iterator[Remark]:
    size = np.array(found.moments.sizes)[:, None]
    variances = np.einsum("gpp->gp", found.moments.covariance)
    # A table of correlations passed as covariances with the divisor n - 1 has shrunk by as much.
    if not answers.values and any(np.allclose(variances * grow, 1.0) for grow in (1.0, size / (size - 1.0))):
        text = "the table is one of correlations: errors of parameters that depend on the units are approximate"
        yield Remark("correlations", text)
    if covariance is not None:
        spread = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
        bound = bindings(found.problem, theta)
        if float(np.linalg.eigvalsh(covariance / np.outer(spread, spread))[bound]) < _WEAK:
            yield Remark("weak_information", "some parameters can hardly be told apart; their errors are large")


def _undefined(found: Prepared, theta: FloatArray) -> list[Remark]:
    """Return a remark for each defined quantity that is no number at the estimates."""
    values = labeled_values(found.model, found.parameters, theta)
    return [
        Remark("undefined", f"{one} is no number at the estimates")
        for one in found.model.relations
        if one.operator == ":=" and not np.isfinite(values[one.left])
    ]


def _in(found: Prepared, group: int) -> str:
    return f" in group {found.moments.groups[group]!r}" if len(found.moments.sizes) > 1 else ""


def _of_latent(found: Prepared, theta: FloatArray) -> list[Remark]:
    said = []
    for group, structure in enumerate(found.structures):
        count = len(structure.observed)
        latent = structure.implied(theta).total[count:, count:]
        if latent.size and np.linalg.eigvalsh(0.5 * (latent + latent.T))[0] < 0.0:
            text = f"the covariances of the latent variables{_in(found, group)} are none that variables can have"
            said.append(Remark("latent_covariance", text))
    return said
