"""What a fit estimates: a space of parameters, and how values in it become a model.

For most models that is their class, whose parameters are declared once for all. Other models have parameters that
depend on the data, one coefficient for each covariate for example; their kind is a value that names them.
The engine, and everything that refits a model or computes from it, asks for a kind and never for a class.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast, runtime_checkable

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters
from relmodels.core.periods import Unit
from relmodels.inference.model import Fitted, Likelihood, Model, Rows, is_model
from relmodels.inference.space import Space

__all__ = ["Composed", "Kind", "PlainKind", "as_kind", "kind_of"]

ModelT = TypeVar("ModelT", bound=Model[Any])
FittedT = TypeVar("FittedT", bound=Fitted[Any])
ModelT_co = TypeVar("ModelT_co", covariant=True)


@runtime_checkable
class Kind(Protocol[ModelT_co]):
    """A family of models with one space of parameters."""

    @property
    def name(self) -> str:
        """Return what tables, messages and saved fits call it."""
        ...

    @property
    def space(self) -> Space:
        """Return the parameters, in the order in which values are given."""
        ...

    def start(self, data: Rows) -> Mapping[str, float]:
        """Return rough values of all parameters, from which a search begins."""
        ...

    def likelihood(self, data: Rows) -> Likelihood:
        """Return the log-likelihood of ``data`` as a function of the parameters."""
        ...

    def make(self, values: FloatArray, unit: Unit | None) -> ModelT_co:
        """Return the model with natural ``values``, shape ``(p,)``, and with ``unit`` if it has a clock."""
        ...

    def values(self, model: object) -> FloatArray:
        """Return the natural values, ``(p,)``, of a model of this kind."""
        ...


@runtime_checkable
class Composed(Protocol[ModelT_co]):
    """A model whose class alone does not say what its parameters are."""

    @property
    def kind(self) -> Kind[ModelT_co]:
        """Return the kind of which this model is one."""
        ...


@dataclass(frozen=True, slots=True)
class PlainKind(Generic[ModelT]):
    """The kind of all models of one class.

    Attributes:
        model: the class.

    Examples:
        >>> from relmodels import BGNBD
        >>> PlainKind(BGNBD).name, PlainKind(BGNBD).space.names
        ('BGNBD', ('r', 'alpha', 'a', 'b'))

    """

    model: type[ModelT]

    @property
    def name(self) -> str:
        """Return the name of the class."""
        return self.model.__name__

    @property
    def space(self) -> Space:
        """Return the space that the class declares."""
        return self.model.space

    def start(self, data: Rows) -> Mapping[str, float]:
        """Return the rough values of the class."""
        return self.model.start(data)

    def likelihood(self, data: Rows) -> Likelihood:
        """Return the likelihood of the class."""
        return self.model.likelihood(data)

    def make(self, values: FloatArray, unit: Unit | None) -> ModelT:
        """Return the model with natural ``values``, shape ``(p,)``, and with ``unit`` if it has a clock."""
        make = cast("Callable[..., ModelT]", self.model)
        named = self.space.named(values)
        return make(**named, unit=unit) if self.space.clock else make(**named)

    def values(self, model: object) -> FloatArray:
        """Return the natural values, ``(p,)``, of ``model``."""
        return self.space.values(model)


def kind_of(model: FittedT) -> Kind[FittedT]:
    """Return the kind of a model: its own, or that of its class.

    Examples:
        >>> from relmodels import BGNBD
        >>> kind_of(BGNBD(0.25, 4.4, 0.8, 2.4)).name
        'BGNBD'

    """
    value: object = model  # mypy takes no model for one that is composed
    return value.kind if isinstance(value, Composed) else PlainKind(cast("type[Any]", type(model)))


def as_kind(model: object, verb: str, advice: str) -> Kind[Any]:
    """Return the kind that is meant by the class of a model or by a kind.

    Raises:
        InvalidParameters: if it is neither, naming ``verb``, which asked, with ``advice``.

    """
    if is_model(model):
        return PlainKind(cast("type[Any]", model))
    if isinstance(model, Kind) and not inspect.isclass(model):
        return model
    meant = type(model).__name__ if is_model(type(model)) else "rm.BGNBD"
    message = f"{verb} needs the class of a model, got {model!r}; {advice.format(meant)}"
    raise InvalidParameters(message)
