"""Ridge: coefficients of covariates are drawn towards 0, so that many of them can be estimated from few customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import is_number
from relmodels.inference.model import Evaluation
from relmodels.inference.space import Space

__all__ = ["Ridge"]


@dataclass(frozen=True, slots=True)
class Ridge:
    """A penalty of ``strength`` times the sum of the squared coefficients of covariates, taken from the log-likelihood.

    The parameters of the base model are not penalized. A strength of 0 changes nothing. It is the same as a normal
    prior of mean 0 and variance ``1 / (2 strength)`` on each coefficient, so bring covariates to one scale first.
    CLVTools penalizes the *mean* log-likelihood of the customers: its lambda is ``strength / n``.

    Args:
        strength: 0 or more: one number for all coefficients, or one for each set, such as
            ``{"purchase": 5.0, "attrition": 10.0}``; sets that are not named are not penalized.

    Raises:
        InvalidParameters: if a strength is negative or not finite.

    Examples:
        >>> Ridge(5.0), Ridge({"attrition": 10.0})
        (Ridge(strength=5.0), Ridge(strength={'attrition': 10.0}))

    Reference:
        Hoerl, A. E. and Kennard, R. W. (1970). Ridge regression: Biased estimation for nonorthogonal problems.
        Technometrics 12(1), 55-67.

    """

    strength: float | Mapping[str, float]

    def __post_init__(self) -> None:
        """Check every strength."""
        problems = Problems("Ridge")
        given = self.strength if isinstance(self.strength, Mapping) else {"strength": self.strength}
        for name, value in given.items():
            if not is_number(value) or not np.isfinite(value) or value < 0:
                problems.add(f"{name} = {value!r} must be a finite number of 0 or more")
        problems.raise_if_any(InvalidParameters)

    def check(self, space: Space) -> None:
        """Check that there is something to penalize.

        Raises:
            InvalidParameters: if the model has no coefficients, or none of a set that is named.

        """
        sets = {parameter.block for parameter in space if parameter.block is not None}
        if not sets:
            message = "there is no coefficient to penalize; add covariates with summary.with_covariates(...)"
            raise InvalidParameters(message)
        unknown = sorted(set(self.strength) - sets) if isinstance(self.strength, Mapping) else []
        if unknown:
            message = f"Ridge: there is no set of covariates {', '.join(unknown)}; there is {', '.join(sorted(sets))}"
            raise InvalidParameters(message)

    def evaluate(self, space: Space, natural: FloatArray) -> Evaluation:
        """Return what is added to the log-likelihood at ``natural``, shape ``(p,)``, with its derivatives."""
        strength = np.array([self._of(parameter.block) for parameter in space])
        return Evaluation(-float(strength @ natural**2), -2.0 * strength * natural, np.diag(-2.0 * strength))

    def described(self) -> float | dict[str, float]:
        """Return the strength as plain numbers, from which an equal penalty can be made."""
        return dict(self.strength) if isinstance(self.strength, Mapping) else float(self.strength)

    def _of(self, block: str | None) -> float:
        if block is None:
            return 0.0
        return float(self.strength.get(block, 0.0) if isinstance(self.strength, Mapping) else self.strength)
