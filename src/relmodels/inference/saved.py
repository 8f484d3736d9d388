"""A fit as it is written to JSON: strict on the way in, exact in every number."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from relmodels.core.errors import Problems
from relmodels.core.periods import Unit
from relmodels.core.record import Record
from relmodels.core.version import __version__
from relmodels.inference.space import Space
from relmodels.inference.status import Status

__all__ = ["SavedFit", "read_saved"]

_Matrix = tuple[tuple[float, ...], ...]
_CURRENT: Final = 2
# Before penalties and priors, all parameters that were not held counted in full.
_FORMER: Final = 1


class SavedFit(Record):
    """The record behind ``Fit.to_json``; its fields are those of :class:`~relmodels.inference.result.Fit`."""

    kind: Literal["relmodels.fit"] = "relmodels.fit"
    version: int = _CURRENT
    written_by: str = __version__
    model: str
    parameters: dict[str, float]
    unit: Unit | None
    covariance: _Matrix | None
    robust_covariance: _Matrix | None
    log_likelihood: float | None
    objective: float | None = None
    effective_parameters: float = Field(default=0.0, ge=0)
    n: float = Field(ge=0)
    status: str
    diagnosis: str
    evaluations: int = Field(ge=0)
    fixed: tuple[str, ...]
    constraints: tuple[tuple[str, ...], ...] = ()
    penalty: float | dict[str, float] | None = None


def read_saved(text: str | bytes, model: str, space: Space) -> SavedFit:
    """Return the record in ``text``, checked to be a fit of ``model`` with the parameters of ``space``.

    Raises:
        InvalidData: if it is not, naming every reason.

    """
    saved = SavedFit.from_json(text)
    problems = Problems("saved fit")
    if saved.version not in {_CURRENT, _FORMER}:
        known = f"{_FORMER} or {_CURRENT}"
        problems.add(f"version = {saved.version} is unknown here, {known} is needed; fit again or update relmodels")
    if saved.model != model:
        problems.add(f"model = {saved.model!r} was saved, {model!r} was asked for; pass the model that was saved")
    if saved.status not in Status.__members__:
        problems.add(f"status = {saved.status!r} is unknown; it must be one of {', '.join(Status.__members__)}")
    named = {"fixed": saved.fixed, "constraints": tuple(name for names in saved.constraints for name in names)}
    for where, names in named.items():
        problems.found += [
            f"{where} names {name!r}, which is no parameter; the model has {', '.join(space.names)}"
            for name in names
            if name not in space.names
        ]
    _check_matrices(saved, len(space), problems)
    problems.raise_if_any()
    if saved.version == _FORMER:
        return saved.model_copy(update={"effective_parameters": float(len(space) - len(saved.fixed))})
    return saved


def _check_matrices(saved: SavedFit, size: int, problems: Problems) -> None:
    for name, matrix in (("covariance", saved.covariance), ("robust_covariance", saved.robust_covariance)):
        if (matrix is None) != (saved.status != Status.CONVERGED.name):
            there = "missing" if matrix is None else "given"
            problems.add(f"{name} is {there} although the status is {saved.status}; the text was altered")
        elif matrix is not None and [len(row) for row in matrix] != [size] * size:
            problems.add(f"{name} is not a {size} by {size} matrix; the text was altered")
        elif matrix is not None and min(row[place] for place, row in enumerate(matrix)) < 0:
            problems.add(f"{name} has a negative variance; the text was altered")
