"""What a fit of Pareto/NBD with covariates that change in time estimates: the base and one coefficient for each.

The search begins from the plain fit, where all coefficients are 0. The likelihood may rise for ever along a coefficient
of leaving, because nobody is seen to leave; then it has no maximum, and the fit says which coefficient runs off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np

from relmodels.btyd.covariate_panel import CovariatePanel
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.btyd.time_varying_derivatives import derivatives
from relmodels.btyd.time_varying_likelihood import Histories
from relmodels.btyd.time_varying_pareto_nbd import TimeVaryingParetoNBD, check_panel
from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters
from relmodels.core.periods import Unit
from relmodels.inference.fit import fit
from relmodels.inference.kind import PlainKind
from relmodels.inference.model import Evaluation, Likelihood, Rows
from relmodels.inference.space import Parameter, Space
from relmodels.inference.status import Status
from relmodels.inference.transforms import coefficient

__all__ = ["TimeVaryingKind"]

_PIECES: Final = 200_000


@dataclass(frozen=True, slots=True)
class TimeVaryingKind:
    """Pareto/NBD with given covariates.

    Attributes:
        purchase: the covariates of purchases.
        attrition: the covariates of leaving.
        spreads: the standard deviation of each covariate, by the name of its coefficient, from which a search takes its
            scale; 1 where not given.

    Examples:
        >>> TimeVaryingKind(("season",), ("price",)).space.names
        ('r', 'alpha', 's', 'beta', 'purchase.season', 'attrition.price')

    """

    purchase: tuple[str, ...]
    attrition: tuple[str, ...]
    spreads: Mapping[str, float] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        """Keep the spreads from changing."""
        object.__setattr__(self, "spreads", MappingProxyType(dict(self.spreads)))

    def __reduce__(self) -> tuple[type[TimeVaryingKind], tuple[object, ...]]:
        """Pickle and copy by the fields."""
        return type(self), (self.purchase, self.attrition, dict(self.spreads))

    @classmethod
    def of(cls, panel: CovariatePanel) -> TimeVaryingKind:
        """Return the kind with the covariates of a panel."""
        sets = (("purchase", panel.purchases_by, panel.purchase), ("attrition", panel.attrition_by, panel.attrition))
        spreads = {
            f"{block}.{name}": deviation
            for block, names, values in sets
            for name, column in zip(names, values.T, strict=True)
            if column.size and (deviation := float(column.std())) > 0
        }
        return cls(panel.purchases_by, panel.attrition_by, spreads)

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return TimeVaryingParetoNBD.__name__

    @property
    def space(self) -> Space:
        """Return the parameters of Pareto/NBD, then the coefficients of purchases and of leaving."""
        buying = tuple(self._coefficient("purchase", name, "γ", "rate of purchases") for name in self.purchase)
        leaving = tuple(self._coefficient("attrition", name, "δ", "hazard of leaving") for name in self.attrition)
        return Space((*ParetoNBD.space, *buying, *leaving))

    def start(self, data: Rows) -> Mapping[str, float]:
        """Return the plain fit with coefficients of 0.

        Raises:
            InvalidData: if ``data`` is no panel with these covariates.

        """
        panel = check_panel(data, self.purchase, self.attrition)
        summary = PurchaseSummary.from_arrays(
            frequency=panel.frequency, recency=panel.recency, age=panel.age, weight=panel.weight, unit=panel.unit
        )
        plain = fit(ParetoNBD, summary, check=False)
        base = plain.parameters if plain.status is Status.CONVERGED else ParetoNBD.start(summary)
        return dict.fromkeys(self.space.names, 0.0) | base

    def likelihood(self, data: Rows) -> Likelihood:
        """Return the log-likelihood of a panel as a function of the parameters, with exact derivatives.

        Raises:
            InvalidData: if ``data`` is no panel with these covariates.

        """
        panel = check_panel(data, self.purchase, self.attrition)
        weight = np.ones(len(panel)) if panel.weight is None else np.asarray(panel.weight)
        parts = _parts(panel)

        def evaluate(parameters: FloatArray) -> Evaluation:
            many = parameters.size
            total = Evaluation(0.0, np.zeros(many), np.zeros((many, many)))
            try:
                for rows, histories in parts:
                    found = derivatives(histories.point(parameters))
                    total += found.total(weight[rows])
            except InvalidParameters:  # a step too far, where nothing can be computed: the search has to turn back
                return Evaluation(np.nan, np.full(many, np.nan), np.full((many, many), np.nan))
            return total

        def scores(parameters: FloatArray) -> FloatArray:
            return np.concatenate([derivatives(histories.point(parameters)).score() for _, histories in parts])

        return Likelihood(n=float(weight.sum()), weight=weight, evaluate=evaluate, scores=scores)

    def make(self, values: FloatArray, unit: Unit | None) -> TimeVaryingParetoNBD:
        """Return the model with natural ``values``, ``(4 + p + q,)``, per ``unit``."""
        size = len(ParetoNBD.space)
        base = PlainKind(ParetoNBD).make(values[:size], unit)
        named = zip(self.space.names[size:], values[size:].tolist(), strict=True)
        return TimeVaryingParetoNBD(base, dict(named), self.spreads)

    def values(self, model: object) -> FloatArray:
        """Return the natural values, ``(4 + p + q,)``, of a model with these covariates.

        Raises:
            InvalidParameters: if it is another model.

        """
        if not isinstance(model, TimeVaryingParetoNBD) or model.kind != self:
            message = f"{model!r} is no {self.name} with the coefficients {', '.join(self.space.names[4:])}"
            raise InvalidParameters(message)
        return np.append(ParetoNBD.space.values(model.base), list(model.coefficients.values()))

    def _coefficient(self, block: str, name: str, symbol: str, what: str) -> Parameter:
        wide = self.spreads.get(f"{block}.{name}", 1.0)
        return Parameter(
            f"{block}.{name}",
            symbol,
            f"change of the log {what} for a unit of {name}",
            (-1.0 / wide, 1.0 / wide),
            coefficient(wide),
            block=block,
        )


def _parts(panel: CovariatePanel) -> list[tuple[slice, Histories]]:
    """Return the customers in parts whose paths fit into memory together with all derivatives."""
    step = max(1, len(panel) * _PIECES // max(_PIECES, panel.begin.size))
    parts = [slice(begin, begin + step) for begin in range(0, len(panel), step)]
    return [(part, Histories.of(panel.take(part))) for part in parts]
