"""The form of a hidden Markov model: how many states, which distributions, and what is estimated.

A form turns parameters into the arrays that recursions need, and derivatives by those arrays into derivatives by the
parameters. It is the *kind* that the engine asks for, made of a specification and of what the data are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relmodels.core.arrays import FloatArray, by_fields
from relmodels.inference.space import Parameter, Space
from relmodels.inference.transforms import REAL, coefficient
from relmodels.markov.blocks import FLOOR, EmissionBlock, OddsBlock
from relmodels.markov.emissions import Emission
from relmodels.markov.stationary import stationary, stationary_slope
from relmodels.markov.transitions import logit_matrices, logit_slopes

__all__ = ["Arrays", "Form", "Slopes"]


@dataclass(frozen=True, slots=True, eq=False)
class Arrays:
    """A model as the recursions see it.

    Attributes:
        weight: ``(G,)`` shares of the segments.
        initial: ``(G, S)`` chances of each state at the beginning.
        matrix: ``(G, S, S)`` free transitions; those at the center for an ordered logit.
        thresholds: ``(G, S, S - 1)`` of an ordered logit.
        rises: ``(S, c)`` slopes of an ordered logit.
        thetas: of each outcome, ``(q, S)``.

    """

    weight: FloatArray
    initial: FloatArray
    matrix: FloatArray
    thresholds: FloatArray | None
    rises: FloatArray
    thetas: tuple[FloatArray, ...]

    __reduce__ = by_fields


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """Derivatives of each customer's log-likelihood by the arrays.

    Attributes:
        first: ``(G, S, n)`` by the joint chances at the beginning.
        matrix: ``(G, S, S, n)`` by free transitions.
        thresholds: ``(G, S, S - 1, n)`` by the thresholds.
        rises: ``(S, c, n)`` by the slopes of an ordered logit.
        thetas: by the quantities of each outcome, ``(q, S, n)``.

    """

    first: FloatArray
    matrix: FloatArray | None
    thresholds: FloatArray | None
    rises: FloatArray | None
    thetas: tuple[FloatArray, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What a model is made of, and the order of its parameters.

    Attributes:
        states: S.
        segments: G.
        outcomes: their names.
        families: of each outcome.
        ordered: the place of the outcome whose first quantity orders the states by construction; ``None`` for none.
        stationary: whether histories begin in the stationary distribution.
        logit: whether transitions are an ordered logit.
        covariates: the names of its covariates.
        spreads: the standard deviation of each, from which a search takes its scale.
        center: their means.
        allowed: the moves there may be in free transitions, from, to.
        preferred: the reference segment, then the reference state of each segment's beginning.
        categories: for each outcome the reference category of each state; empty for other families.

    """

    states: int
    segments: int
    outcomes: tuple[str, ...]
    families: tuple[Emission, ...]
    ordered: int | None
    stationary: bool
    logit: bool
    covariates: tuple[str, ...]
    spreads: tuple[float, ...]
    center: tuple[float, ...]
    allowed: tuple[tuple[bool, ...], ...]
    preferred: tuple[int, ...]
    categories: tuple[tuple[int, ...], ...]

    def blocks(self) -> list[OddsBlock]:
        """Return the blocks of odds: segments, beginnings, and free transitions."""
        found = [OddsBlock("segment", "segment", self.segments, tuple(range(self.segments)), self.preferred[0])]
        everywhere = tuple(range(self.states))
        if not self.stationary:
            for group in range(self.segments):
                name = f"initial{self._tag(group)}"
                found.append(OddsBlock(name, "beginning in state", self.states, everywhere, self.preferred[1 + group]))
        if not self.logit:
            for group in range(self.segments):
                for state in everywhere:
                    members = tuple(place for place in everywhere if self.allowed[state][place])
                    name = f"move{self._tag(group)}.{state + 1}"
                    meaning = f"moving from state {state + 1} to"
                    found.append(OddsBlock(name, meaning, self.states, members, state))
        return found

    def emission_blocks(self) -> list[EmissionBlock]:
        """Return the blocks of the outcomes."""
        return [
            EmissionBlock(name, family, self.states, self.ordered == place, references)
            for place, (name, family, references) in enumerate(
                zip(self.outcomes, self.families, self.categories, strict=True)
            )
        ]

    def _tag(self, group: int) -> str:
        return "" if self.segments == 1 else f".{chr(ord('A') + group)}"

    @property
    def space(self) -> Space:
        """Return all parameters: odds, the ordered logit, the outcomes."""
        found = [parameter for block in self.blocks() for parameter in block.parameters()]
        found += self._logit_parameters() if self.logit else []
        found += [parameter for block in self.emission_blocks() for parameter in block.parameters()]
        return Space(tuple(found), clock=False)

    def _logit_parameters(self) -> list[Parameter]:
        found = []
        for group in range(self.segments):
            for state in range(self.states):
                tag = f"{self._tag(group)}.{state + 1}"
                for step in range(self.states - 1):
                    text = f"from state {state + 1}, threshold {step + 1}"
                    found.append(
                        Parameter(f"threshold{tag}.1", "μ", f"{text} of the propensity", (-2.0, 2.0), REAL)
                        if step == 0
                        else Parameter(
                            f"gap{tag}.{step + 1}", "Δμ", f"{text} lies so far above the one below", (0.3, 3.0)
                        )
                    )
        for state in range(self.states):
            for name, spread in zip(self.covariates, self.spreads, strict=True):
                meaning = f"what {name} adds to the propensity to move up from state {state + 1}"
                found.append(Parameter(f"slope.{state + 1}.{name}", "ρ", meaning, (-1.0, 1.0), coefficient(spread)))
        return found

    def unpack(self, values: FloatArray) -> Arrays:
        """Return the arrays of parameters ``(p,)``."""
        parts, at = [], 0
        for block in self.blocks():
            width = len(block.places)
            parts.append(block.unpack(values[at : at + width]))
            at += width
        groups, states = self.segments, self.states
        begins = 1 + (0 if self.stationary else groups)
        thresholds, rises = None, np.zeros((states, len(self.covariates)))
        if self.logit:
            count = groups * states * (states - 1)
            gaps = values[at : at + count].reshape(groups, states, states - 1)
            thresholds = np.cumsum(gaps, axis=2)
            at += count
            rises = values[at : at + rises.size].reshape(rises.shape)
            at += rises.size
            matrix = logit_matrices(thresholds, rises, np.array([self.center]).reshape(1, -1))[..., 0]
        else:
            matrix = np.array(parts[begins:]).reshape(groups, states, states)
        initial = np.array([stationary(one) for one in matrix]) if self.stationary else np.array(parts[1:begins])
        thetas = []
        for outcome in self.emission_blocks():
            width = len(outcome.parameters())
            thetas.append(outcome.unpack(values[at : at + width]))
            at += width
        return Arrays(parts[0], initial, matrix, thresholds, rises, tuple(thetas))

    def pack(self, arrays: Arrays) -> FloatArray:
        """Return the parameters ``(p,)`` of arrays."""
        chances = [arrays.weight]
        if not self.stationary:
            chances += list(arrays.initial)
        if not self.logit:
            chances += list(arrays.matrix.reshape(-1, self.states))
        found = [block.pack(chance) for block, chance in zip(self.blocks(), chances, strict=True)]
        if self.logit and arrays.thresholds is not None:
            gaps = np.diff(arrays.thresholds, axis=2)
            rows = np.concatenate([arrays.thresholds[..., :1], np.maximum(gaps, FLOOR)], axis=2)
            found += [rows.ravel(), arrays.rises.ravel()]
        found += [block.pack(theta) for block, theta in zip(self.emission_blocks(), arrays.thetas, strict=True)]
        return np.concatenate(found) if found else np.empty(0)

    def chain(self, arrays: Arrays, slopes: Slopes) -> FloatArray:
        """Return ``(n, p)`` derivatives by the parameters, of those by the arrays."""
        by_weight = np.einsum("gs,gsn->gn", arrays.initial, slopes.first)
        by_initial = slopes.first * arrays.weight[:, None, None]
        matrix, thresholds, rises = slopes.matrix, slopes.thresholds, slopes.rises
        if self.stationary:
            begun = np.array(
                [
                    stationary_slope(one, pi, by)
                    for one, pi, by in zip(arrays.matrix, arrays.initial, by_initial, strict=True)
                ]
            )
            if thresholds is not None and rises is not None:
                middle = np.array(self.center)[:, None]
                density = logit_slopes(np.asarray(arrays.thresholds), arrays.rises, middle.T)
                extra = logit_chain(density, begun, middle)
                thresholds, rises = thresholds + extra[0], rises + extra[1]
            elif matrix is not None:
                matrix = matrix + begun
        tables = [by_weight]
        if not self.stationary:
            tables += list(by_initial)
        if not self.logit and matrix is not None:
            tables += list(matrix.reshape(-1, self.states, matrix.shape[-1]))
        chances = [arrays.weight, *(() if self.stationary else arrays.initial)]
        chances += [] if self.logit else list(arrays.matrix.reshape(-1, self.states))
        found = [
            block.chain(chance, table) for block, chance, table in zip(self.blocks(), chances, tables, strict=True)
        ]
        if self.logit and thresholds is not None and rises is not None:
            # A threshold and every gap below it move all thresholds above.
            above = np.cumsum(thresholds[:, :, ::-1], axis=2)[:, :, ::-1]
            found += [above.reshape(-1, above.shape[-1]), rises.reshape(-1, above.shape[-1])]
        found += [
            block.chain(theta, slope)
            for block, theta, slope in zip(self.emission_blocks(), arrays.thetas, slopes.thetas, strict=True)
        ]
        return np.concatenate(found).T


def logit_chain(density: FloatArray, by_matrix: FloatArray, covariates: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return derivatives by thresholds, ``(G, S, S - 1, n)``, and slopes, ``(S, c, n)``, of those by the matrices.

    Args:
        density: ``(G, S, S - 1, n)`` from :func:`logit_slopes`; the last axis may be 1 if all customers share it.
        by_matrix: ``(G, S, S, n)``.
        covariates: ``(c, n)``, or ``(c, 1)``.

    """
    by_threshold = density * (by_matrix[:, :, :-1] - by_matrix[:, :, 1:])
    by_push = -by_threshold.sum(axis=(0, 2))
    return by_threshold, by_push[:, None, :] * covariates[None]
