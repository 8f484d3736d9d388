"""The parameters of a hidden Markov model in blocks, each with its coordinates and its part of the chain rule.

Chances that add up to 1 are given as odds against one of them, the reference, which is 1: positive numbers without
bounds among each other. Quantities in an order are given as the lowest and the rises, which are positive too. So every
parameter moves freely within its own domain, and whatever the search tries is a model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.inference.space import Parameter
from relmodels.inference.transforms import POSITIVE, UNIT_INTERVAL
from relmodels.markov.emissions import Emission, Quantity

__all__ = ["FLOOR", "EmissionBlock", "OddsBlock"]

# Chances and rates of zero are held at this, which no likelihood tells from zero and which has a logarithm.
FLOOR: Final = 1e-18


@dataclass(frozen=True, slots=True)
class OddsBlock:
    """Chances of some of ``size`` things, as odds against one of them.

    Attributes:
        prefix: of the names of the parameters.
        meaning: of what they are the odds.
        size: how many things there are.
        members: the places of those that may have a chance, in order.
        reference: the place of the one whose odds are 1.

    Examples:
        >>> block = OddsBlock("initial", "beginning in", 3, (0, 1, 2), 0)
        >>> [parameter.name for parameter in block.parameters()], block.unpack(np.array([2.0, 1.0])).tolist()
        (['initial.2', 'initial.3'], [0.25, 0.5, 0.25])

    """

    prefix: str
    meaning: str
    size: int
    members: tuple[int, ...]
    reference: int

    @property
    def places(self) -> list[int]:
        """Return the places with a parameter."""
        return [place for place in self.members if place != self.reference]

    def parameters(self) -> tuple[Parameter, ...]:
        """Return their declarations."""
        return tuple(
            Parameter(
                f"{self.prefix}.{place + 1}",
                f"o{place + 1}",
                f"odds of {self.meaning} {place + 1} against {self.reference + 1}",
                (0.05, 2.0),
            )
            for place in self.places
        )

    def unpack(self, odds: FloatArray) -> FloatArray:
        """Return ``(size,)`` the chances."""
        all_odds = np.zeros(self.size)
        all_odds[self.places] = odds
        all_odds[self.reference] = 1.0
        found: FloatArray = all_odds / all_odds.sum()
        return found

    def pack(self, chances: FloatArray) -> FloatArray:
        """Return ``(size - 1,)`` the odds."""
        found: FloatArray = np.maximum(chances[self.places], FLOOR) / chances[self.reference]
        return found

    def chain(self, chances: FloatArray, slope: FloatArray) -> FloatArray:
        """Return ``(k, n)`` derivatives by the odds, of those by the chances, ``(size, n)``."""
        members = list(self.members)
        level = np.einsum("k,kn->n", chances[members], slope[members])
        found: FloatArray = chances[self.reference] * (slope[self.places] - level)
        return found


@dataclass(frozen=True, slots=True)
class EmissionBlock:
    """The values of one outcome in each state.

    Attributes:
        outcome: its name, the prefix of the parameters.
        family: of its distributions.
        states: S.
        rising: whether the first quantity is given as the lowest and the rises.
        references: of categories, the one whose odds are 1 in each state.

    """

    outcome: str
    family: Emission
    states: int
    rising: bool
    references: tuple[int, ...] = ()

    def parameters(self) -> tuple[Parameter, ...]:
        """Return their declarations, quantity by quantity."""
        if self.references:
            return tuple(parameter for block in self._odds() for parameter in block.parameters())
        return tuple(
            self._rise(quantity, state) if self._is_rise(row, state) else self._plain(quantity, state)
            for row, quantity in enumerate(self.family.quantities)
            for state in range(self.states)
        )

    def _odds(self) -> list[OddsBlock]:
        count = len(self.family.quantities)
        return [
            OddsBlock(f"{self.outcome}.{state + 1}.odds", f"{self.outcome} in", count, tuple(range(count)), reference)
            for state, reference in enumerate(self.references)
        ]

    def _is_rise(self, row: int, state: int) -> bool:
        return self.rising and row == 0 and state > 0

    def _plain(self, quantity: Quantity, state: int) -> Parameter:
        name = f"{self.outcome}.{quantity.name}.{state + 1}"
        meaning = f"{quantity.meaning} in state {state + 1}"
        return Parameter(name, quantity.symbol, meaning, quantity.typical, quantity.domain)

    def _rise(self, quantity: Quantity, state: int) -> Parameter:
        what = "log odds" if quantity.domain is UNIT_INTERVAL else quantity.name
        name = f"{self.outcome}.{quantity.name}_rise.{state + 1}"
        return Parameter(
            name, f"Δ{quantity.symbol}", f"rise of {what} from state {state} to {state + 1}", (0.1, 3.0), POSITIVE
        )

    def unpack(self, values: FloatArray) -> FloatArray:
        """Return ``(q, S)`` the quantities in each state."""
        if self.references:
            width = len(self.family.quantities) - 1
            blocks = self._odds()
            return np.array([block.unpack(values[width * at : width * (at + 1)]) for at, block in enumerate(blocks)]).T
        theta = values.reshape(-1, self.states).copy()
        if self.rising:
            theta[0] = self._level_to_value(np.cumsum(np.append(self._value_to_level(theta[0, :1]), theta[0, 1:])))
        return theta

    def pack(self, theta: FloatArray) -> FloatArray:
        """Return the parameters of quantities ``(q, S)``."""
        if self.references:
            return np.concatenate([block.pack(theta[:, at]) for at, block in enumerate(self._odds())])
        values = theta.copy()
        if self.rising:
            rises = np.diff(self._value_to_level(theta[0]))
            values[0, 1:] = np.maximum(rises, FLOOR)
        return values.ravel()

    def chain(self, theta: FloatArray, slope: FloatArray) -> FloatArray:
        """Return ``(k, n)`` derivatives by the parameters, of those by the quantities, ``(q, S, n)``."""
        if self.references:
            parts = [block.chain(theta[:, at], slope[:, at]) for at, block in enumerate(self._odds())]
            return np.concatenate(parts)
        if not self.rising:
            return slope.reshape(-1, slope.shape[2])
        found = slope.copy()
        share = self.family.quantities[0].domain is UNIT_INTERVAL
        by_level = slope[0] * (theta[0] * (1.0 - theta[0]))[:, None] if share else slope[0]
        # A rise moves the level of its own state and of all above it.
        above = np.cumsum(by_level[::-1], axis=0)[::-1]
        found[0] = above
        if share:
            found[0, 0] /= theta[0, 0] * (1.0 - theta[0, 0])
        return found.reshape(-1, slope.shape[2])

    def _value_to_level(self, values: FloatArray) -> FloatArray:
        share = self.family.quantities[0].domain is UNIT_INTERVAL
        return np.log(values) - np.log1p(-values) if share else values

    def _level_to_value(self, levels: FloatArray) -> FloatArray:
        share = self.family.quantities[0].domain is UNIT_INTERVAL
        return 1.0 / (1.0 + np.exp(-levels)) if share else levels
