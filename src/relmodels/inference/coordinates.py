"""The coordinates of a search: which parameters move, which are held, and which move together.

The model's parameters live in their domains; a search walks on the real line, one coordinate for each parameter or
group of equal parameters that is estimated. This is the one place where the two are carried over into each other.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray
from relmodels.inference.constraints import Equal
from relmodels.inference.model import Evaluation
from relmodels.inference.space import Space

__all__ = ["Coordinates", "design_of"]


def design_of(space: Space, held: Collection[str], constraints: Collection[Equal]) -> FloatArray:
    """Return which parameters each coordinate moves, zeros and ones of shape ``(p, q)``.

    Examples:
        >>> from relmodels import BGNBD
        >>> design_of(BGNBD.space, {"r"}, (Equal(("a", "b")),))
        array([[0., 0.],
               [1., 0.],
               [0., 1.],
               [0., 1.]])

    """
    together = {name: equal.names[0] for equal in constraints for name in equal.names}
    leaders = [together.get(name, name) for name in space.names]
    moving = [name for name in dict.fromkeys(leaders) if name not in held]
    return np.array([[float(leader == name) for name in moving] for leader in leaders]).reshape(len(space), -1)


@dataclass(frozen=True, slots=True, eq=False)
class Coordinates:
    """The free coordinates of a search.

    Attributes:
        space: of the model.
        start: ``(p,)`` natural values, where those that are held stay.
        design: ``(p, q)`` zeros and ones: which parameters each coordinate moves.

    """

    space: Space
    start: FloatArray
    design: FloatArray

    @property
    def leaders(self) -> IntArray:
        """Return the first parameter that each coordinate moves, ``(q,)``."""
        return np.argmax(self.design, axis=0) if self.design.size else np.empty(0, dtype=np.int64)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the name of the first parameter that each coordinate moves."""
        return tuple(self.space.names[place] for place in self.leaders.tolist())

    def begin(self) -> FloatArray:
        """Return the coordinates of the start, ``(q,)``."""
        return self.space.to_free(self.start)[self.leaders]

    def reach(self) -> FloatArray:
        """Return how far each coordinate may wander before its parameter counts as running off, ``(q,)``."""
        return self.space.reach()[self.leaders]

    def natural(self, free: FloatArray) -> FloatArray:
        """Return the natural values, ``(p,)``, at coordinates ``(q,)``."""
        moved = self.design.any(axis=1)
        values = self.space.to_natural(np.where(moved, self.design @ free, self.space.to_free(self.start)))
        return np.where(moved, values, self.start)

    def jacobian(self, natural: FloatArray) -> FloatArray:
        """Return the derivative of the natural values by the coordinates, ``(p, q)``."""
        return self.space.slope(natural)[:, None] * self.design

    def reduced(self, natural: FloatArray, at: Evaluation) -> Evaluation:
        """Return an evaluation by the natural parameters as one by the coordinates (chain rule)."""
        jacobian = self.jacobian(natural)
        bend = self.design.T @ (at.gradient * self.space.curvature(natural))
        return Evaluation(at.value, jacobian.T @ at.gradient, jacobian.T @ at.hessian @ jacobian + np.diag(bend))
