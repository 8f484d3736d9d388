"""What the engine asks of a model and of its data: two small Protocols, no base class.

A model is a frozen value: its fields are the paper's parameters, its methods the paper's formulas.
The engine needs only its parameter space, a start, and a :class:`Likelihood` prepared for one data set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self, TypeVar, runtime_checkable

from relmodels.core.arrays import FloatArray
from relmodels.core.periods import Unit
from relmodels.inference.space import Space

__all__ = ["Evaluation", "Fitted", "Likelihood", "Model", "Prior", "Rows", "is_model"]


@runtime_checkable
class Rows(Protocol):
    """Data made of rows that count independently, each with a weight."""

    @property
    def unit(self) -> Unit | None:
        """Return the time unit of the data, ``None`` where there is no clock."""
        ...

    def __len__(self) -> int:
        """Return the number of rows."""
        ...

    def every(self, step: int) -> Self:
        """Return each ``step``-th row, from the first on."""
        ...


RowsT_contra = TypeVar("RowsT_contra", bound=Rows, contravariant=True)


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """The log-likelihood at one point, with its derivatives by the natural parameters.

    Attributes:
        value: the weighted sum over all rows.
        gradient: ``(p,)``.
        hessian: ``(p, p)``, symmetric.

    """

    value: float
    gradient: FloatArray
    hessian: FloatArray

    def __add__(self, other: Evaluation) -> Evaluation:
        """Return the sum of two functions at one point."""
        return Evaluation(self.value + other.value, self.gradient + other.gradient, self.hessian + other.hessian)


class Prior(Protocol):
    """What was known of the parameters before the data: a density of the natural parameters."""

    def check(self, space: Space) -> None:
        """Check that the density is one of parameters of ``space``.

        Raises:
            InvalidParameters: naming every fault.

        """
        ...

    def evaluate(self, names: tuple[str, ...], natural: FloatArray) -> Evaluation:
        """Return its logarithm at ``natural``, shape ``(p,)``, with the derivatives; constants may be left out."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Likelihood:
    """The log-likelihood of one data set as a function of a model's natural parameters, shape ``(p,)``.

    Attributes:
        n: how many cases the likelihood counts (the sum of the weights of the rows that enter it).
        weight: ``(m,)`` how often each distinct row counts.
        evaluate: value, gradient and Hessian at a point.
        scores: ``(m, p)`` derivative of each distinct row's log-likelihood by each parameter, unweighted.
        values: the value alone at many points, ``(d, p)`` to ``(d,)``, and nan where there is none; ``None`` if that is
            no cheaper than ``evaluate``.

    """

    n: float
    weight: FloatArray
    evaluate: Callable[[FloatArray], Evaluation]
    scores: Callable[[FloatArray], FloatArray]
    values: Callable[[FloatArray], FloatArray] | None = None


def is_model(value: object) -> bool:
    """Return whether ``value`` is the class of a model: it declares a :class:`~relmodels.inference.space.Space`.

    Examples:
        >>> from relmodels import BGNBD
        >>> is_model(BGNBD), is_model(int), is_model("BGNBD")
        (True, False, False)

    """
    return isinstance(value, type) and isinstance(value.__dict__.get("space"), Space)


class Fitted(Protocol[RowsT_contra]):
    """A probability model with given parameters."""

    def log_likelihood(self, data: RowsT_contra) -> FloatArray:
        """Return the log-likelihood of each row, ``(n,)``."""
        ...

    def score(self, data: RowsT_contra) -> FloatArray:
        """Return the derivative of each row's log-likelihood by each parameter, ``(n, p)``."""
        ...


class Model(Protocol[RowsT_contra]):
    """A probability model whose parameters can be estimated from rows of data; its class declares them."""

    space: ClassVar[Space]

    @classmethod
    def start(cls, data: RowsT_contra) -> Mapping[str, float]:
        """Return rough values of all parameters, from which the search begins."""
        ...

    @classmethod
    def likelihood(cls, data: RowsT_contra) -> Likelihood:
        """Return the log-likelihood of ``data`` as a function of the parameters, equal rows counted once."""
        ...

    def log_likelihood(self, data: RowsT_contra) -> FloatArray:
        """Return the log-likelihood of each row, ``(n,)``."""
        ...

    def score(self, data: RowsT_contra) -> FloatArray:
        """Return the derivative of each row's log-likelihood by each parameter, ``(n, p)``."""
        ...
