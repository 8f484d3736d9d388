"""Parameters that are whole numbers: their domain, and the choice of the value under which the data are likeliest.

A whole number has no derivative, so the engine cannot walk along it. It fits the other parameters once for every
candidate and keeps the best of these fits: the profile likelihood, read at the points where it exists.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any, Final, TypeVar

import numpy as np

from relmodels.inference.model import Fitted
from relmodels.inference.result import Fit
from relmodels.inference.space import Space
from relmodels.inference.transforms import Domain

__all__ = ["CANDIDATES", "WHOLE", "best_of", "undecided"]

ModelT = TypeVar("ModelT", bound=Fitted[Any])

WHOLE: Final = Domain("a whole number of 1 or more", 0.5, np.inf, np.log, np.exp, np.copy, np.copy)
CANDIDATES: Final = tuple(range(1, 13))


def undecided(space: Space, held: Collection[str]) -> str | None:
    """Return the name of the first whole-number parameter that is not held, or ``None``.

    Examples:
        >>> from relmodels.btyd.bg_cnbd import BGCNBD
        >>> undecided(BGCNBD.space, {}), undecided(BGCNBD.space, {"k": 2})
        ('k', None)

    """
    return next(
        (parameter.name for parameter in space if parameter.domain is WHOLE and parameter.name not in held), None
    )


def best_of(name: str, fit_at: Callable[[int], Fit[ModelT]]) -> Fit[ModelT]:
    """Return the fit with the highest log-likelihood among those with the parameter ``name`` at each candidate value.

    The parameter counts as estimated, so that it enters AIC and BIC. Its standard error stays 0: those of the others
    hold for the value chosen.

    Args:
        name: the whole-number parameter.
        fit_at: the fit of all other parameters for one value, made with ``check=False``.

    """
    fits = [fit_at(value) for value in CANDIDATES]
    best = max(fits, key=lambda fit: fit.log_likelihood)
    return replace(
        best,
        evaluations=sum(fit.evaluations for fit in fits),
        fixed=tuple(held for held in best.fixed if held != name),
        effective_parameters=best.effective_parameters + 1.0,
        diagnosis=f"{best.diagnosis}; {name} = {best.parameters[name]:.0f} is the likeliest of 1 to {CANDIDATES[-1]}",
    )
