"""How well a theory predicts answers it has not seen: PLSpredict by parts left out, and Stone and Geisser's Q².

A theory predicts the items of a construct from the items of its causes: their expected value under the correlations
that it implies. Without correction this is the classical way from items to weighted sums, along the paths, and back to
items through the loadings. All that items say of an uncorrected construct is in its weighted sum, so that there may be
more items than respondents; the regression on items without theory that predictions are set beside has no value then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, NotConverged
from relmodels.core.numbers import whole
from relmodels.core.randomness import generator
from relmodels.frames.table import Table
from relmodels.sem.data import Survey
from relmodels.sem.linear import inverse_of
from relmodels.sem.pls.collinearity import is_singular, shortest, tells_items_apart
from relmodels.sem.pls.estimates import estimates_of, oriented
from relmodels.sem.pls.resampling import answers_of_fit, correlations_of
from relmodels.sem.pls.result import PLSFit
from relmodels.sem.pls.spec import Layout
from relmodels.sem.pls.weights import solve_weights
from relmodels.sem.remarks import Remark

__all__ = ["Causes", "PLSPrediction", "pls_predict", "stone_geisser"]

Causes: TypeAlias = Literal["direct", "earliest"]


@dataclass(frozen=True, slots=True, eq=False)
class PLSPrediction:
    """Errors of prediction of answers that had no part in the fit.

    Attributes:
        items: of the constructs that others cause.
        constructs: that of each item.
        error: ``(r, n, k)`` answer less prediction, in the units of the answers, for each repetition.
        by_mean: ``(r, n, k)`` answer less the mean of the answers fitted.
        by_regression: ``(r, n, k)`` answer less a regression on the same items without any theory; ``nan`` where the
            respondents it is fitted to are no more than these items, or an item is a sum of others.

    """

    items: tuple[str, ...]
    constructs: tuple[str, ...]
    error: FloatArray
    by_mean: FloatArray
    by_regression: FloatArray

    __reduce__ = by_fields

    @property
    def q_squared(self) -> FloatArray:
        """Return ``(k,)`` Q² of each item: 1 less squared errors by those of the mean; above 0 it predicts at all."""
        total = np.square(self.by_mean).sum(axis=(0, 1))
        return read_only(1.0 - np.square(self.error).sum(axis=(0, 1)) / total)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Return what should not be overlooked: constructs for whose items there is no regression without theory."""
        lacking = np.flatnonzero(np.isnan(self.by_regression).sum(axis=(0, 1)))
        names = dict.fromkeys(self.constructs[place] for place in lacking)
        if not names:
            return ()
        text = (
            f"the regression without theory has no value for items of {', '.join(names)}: respondents it is fitted to "
            "are too few for the items of the causes, or one of these is a sum of others; judge by q squared"
        )
        return (Remark("singular", text),)

    def __str__(self) -> str:
        """Return the table and remarks as text."""
        return "\n".join([str(self.table()), *(f"Note: {one.text}." for one in self.remarks)])

    def table(self) -> Table:
        """Return a row for each item: Q², and the sizes of errors beside those of a regression without theory.

        ``rmse`` is the root of the mean squared error, ``mae`` the mean absolute one. A theory whose errors are smaller
        for most items predicts well (Shmueli et al., 2019); a convention. The regression is left open if it has no
        value for some of the parts: there are too few respondents for its items, and Q² is what can be judged by.
        """
        root = [np.sqrt(np.square(one).mean(axis=(0, 1))) for one in (self.error, self.by_regression)]
        size = [np.abs(one).mean(axis=(0, 1)) for one in (self.error, self.by_regression)]
        return Table(
            {
                "construct": self.constructs,
                "item": self.items,
                "q squared": self.q_squared,
                "rmse": root[0],
                "rmse regression": root[1],
                "mae": size[0],
                "mae regression": size[1],
            }
        )


def pls_predict(
    fit: PLSFit,
    survey: Survey,
    *,
    causes: Causes = "direct",
    folds: int = 10,
    repeats: int = 1,
    rng: int | np.random.Generator,
) -> PLSPrediction:
    """Return errors of prediction: respondents are parted, and each part is predicted from the fit of all others.

    Args:
        fit: of a survey.
        survey: the answers it was made of.
        causes: predict from ``direct`` causes of a construct, or from the ``earliest``, which nothing causes.
        folds: into how many parts.
        repeats: how often respondents are parted anew.
        rng: a seed or a generator.

    Raises:
        InvalidData: if the survey is none, such as a table of correlations, or not the one the fit was made of, or if
            those outside a part answer an item all alike, or do not tell items of a construct of mode B apart.
        InvalidParameters: if the fit is of another kind, there are more parts than respondents, or ``causes`` is
            unknown.
        NotConverged: if a fit without one of the parts fails.

    Examples:
        >>> from relmodels.sem import PathModel, PLSSpec, fit_pls
        >>> rng = np.random.default_rng(1)
        >>> trust = rng.normal(size=200)
        >>> answers = {name: trust + rng.normal(size=200) for name in ("t1", "t2", "l1", "l2")}
        >>> survey = Survey.from_frame(answers, list(answers))
        >>> theory = PathModel.parse("trust =~ t1 + t2; loyalty =~ l1 + l2; loyalty ~ trust")
        >>> found = pls_predict(fit_pls(PLSSpec(theory), survey), survey, rng=2)
        >>> found.items, bool((found.q_squared > 0.2).all())
        (('l1', 'l2'), True)

    Reference:
        Shmueli, G., Ray, S., Velasquez Estrada, J. M. and Chatla, S. B. (2016), The elephant in the room: predictive
        performance of PLS models, Journal of Business Research 69(10), 4552-4564; Shmueli, G. et al. (2019), Predictive
        model assessment in PLS-SEM, European Journal of Marketing 53(11), 2322-2347.

    """
    values, random = answers_of_fit(fit, survey, "pls_predict"), generator(rng)
    parts, times = whole(folds, "folds", 2), whole(repeats, "repeats", 1)
    if causes not in {"direct", "earliest"}:
        message = f"causes = {causes!r} must be 'direct' or 'earliest'"
        raise InvalidParameters(message)
    if parts > len(values):
        message = f"folds = {parts} of {len(values)} respondents; there cannot be more parts than respondents"
        raise InvalidParameters(message)
    wanted = _wanted(fit)
    shape = (times, len(values), wanted.size)
    error, by_mean, by_regression = np.empty(shape), np.empty(shape), np.empty(shape)
    left_out = [part for _ in range(times) for part in np.array_split(random.permutation(len(values)), parts)]
    kept = [np.delete(np.arange(len(values)), part) for part in left_out]
    fits = _fits(fit, [values[rows] for rows in kept])
    for place, (part, rows, own) in enumerate(zip(left_out, kept, fits, strict=True)):
        mean, spread = values[rows].mean(axis=0), values[rows].std(axis=0)
        apart = (values[part] - mean) / spread
        for found, by in (
            (error, _by_theory(own, causes, own.layout.explained)),
            (by_regression, _by_regression(own, causes)),
        ):
            found[place // parts, part] = ((apart - apart @ by) * spread)[:, wanted]
        by_mean[place // parts, part] = (values[part] - mean)[:, wanted]
    layout = fit.layout
    return PLSPrediction(
        items=tuple(layout.items[place] for place in wanted),
        constructs=tuple(layout.constructs[layout.block[place]] for place in wanted),
        error=read_only(error),
        by_mean=read_only(by_mean),
        by_regression=read_only(by_regression),
    )


def stone_geisser(fit: PLSFit, survey: Survey, distance: int | None = None) -> dict[str, float]:
    """Return Q² of each construct that others cause, by blindfolding: single answers are left out and predicted.

    The answers to the items of a construct are counted off respondent by respondent; of each count one set is taken for
    its item's mean, the theory is fitted, and the set is predicted from the direct causes. ``Q² = 1 - Σ (answer -
    prediction)² / Σ (answer - mean)²`` over all sets, in standard deviations of the items: the cross-validated
    redundancy. :func:`pls_predict`, which leaves out whole respondents, is the harder and the better test.

    Args:
        fit: of a survey.
        survey: the answers it was made of.
        distance: between two answers of a set, which may not divide the number of items, or a set would be all answers
            to one of them. By default the first number from 7 on that does not.

    Raises:
        InvalidData: if the survey is none, such as a table of correlations, or not the one the fit was made of, or the
            answers without one of the sets cannot be fitted.
        InvalidParameters: if the fit is of another kind, the distance is below 2, or it divides the number of items of
            a construct.
        NotConverged: if a fit without one of the sets fails.

    Examples:
        >>> from relmodels.sem import PathModel, PLSSpec, fit_pls
        >>> rng = np.random.default_rng(1)
        >>> trust = rng.normal(size=200)
        >>> answers = {name: trust + rng.normal(size=200) for name in ("t1", "t2", "l1", "l2")}
        >>> survey = Survey.from_frame(answers, list(answers))
        >>> theory = PathModel.parse("trust =~ t1 + t2; loyalty =~ l1 + l2; loyalty ~ trust")
        >>> stone_geisser(fit_pls(PLSSpec(theory), survey), survey)["loyalty"].__round__(1)
        0.3

    Reference:
        Geisser, S. (1974), A predictive approach to the random effect model, Biometrika 61(1), 101-107; Stone, M.
        (1974), Cross-validatory choice and assessment of statistical predictions, Journal of the Royal Statistical
        Society B 36(2), 111-147.

    """
    values = answers_of_fit(fit, survey, "stone_geisser")
    given = None if distance is None else whole(distance, "distance", 2)
    return {fit.layout.constructs[place]: _blindfolded(fit, values, place, given) for place in fit.layout.explained}


def _blindfolded(fit: PLSFit, values: FloatArray, place: int, distance: int | None) -> float:
    rows = fit.layout.rows(place)
    step = distance or next(one for one in range(7, 7 + rows.size + 1) if rows.size % one)
    if rows.size % step == 0:
        message = f"distance = {step} divides the {rows.size} items of {fit.layout.constructs[place]}; take another"
        raise InvalidParameters(message)
    hidden = [_counted(len(values), rows, values.shape[1], start, step) for start in range(step)]
    if any(one.all(axis=0).any() for one in hidden):
        message = f"distance = {step} leaves an item of {fit.layout.constructs[place]} without answers; take another"
        raise InvalidParameters(message)
    means = [np.nanmean(np.where(one, np.nan, values), axis=0) for one in hidden]
    filled = [np.where(one, mean, values) for one, mean in zip(hidden, means, strict=True)]
    error = total = 0.0
    for one, seen, own in zip(hidden, filled, _fits(fit, filled), strict=True):
        mean, spread = seen.mean(axis=0), seen.std(axis=0)
        expected = (seen - mean) / spread @ _by_theory(own, "direct", (place,))
        apart = (values - mean) / spread
        error += float(np.square(apart - expected)[one].sum())
        total += float(np.square(apart)[one].sum())
    return 1.0 - error / total


def _counted(cases: int, rows: IntArray, count: int, start: int, step: int) -> BoolArray:
    """Return ``(n, p)`` which answers to the items of a construct stand at every step of a count."""
    found = np.zeros((cases, count), dtype=bool)
    found[:, rows] = (np.arange(cases * rows.size).reshape(cases, rows.size) % step) == start
    return found


def _wanted(fit: PLSFit) -> IntArray:
    """Return the places of the items of the constructs that others cause."""
    return np.flatnonzero(np.isin(fit.layout.block, fit.layout.explained))


def _fits(fit: PLSFit, samples: list[FloatArray]) -> Iterator[PLSFit]:
    """Return the theory fitted to other answers."""
    tables = np.array([correlations_of(one) for one in samples])
    _require_usable(tables, min(map(len, samples)), fit.layout)
    weights = solve_weights(tables, fit.layout, start=fit.weights)
    values = oriented(weights.values, tables, fit.layout, fit.spec, like=fit.weights)
    found = estimates_of(values, tables, fit.layout, fit.spec)
    if not (weights.converged & found.possible).all():
        message = "the theory cannot be fitted without one of the parts; it asks too much of so few respondents"
        raise NotConverged(message, fit)
    for place, table in enumerate(tables):
        yield replace(
            fit,
            correlation=table,
            weights=found.weights[place],
            loadings=found.loadings[place],
            rho=found.rho[place],
            reliability=found.reliability[place],
            between=found.between[place],
            coefficients=found.paths[place],
            explained=found.r_squared[place],
        )


def _require_usable(tables: FloatArray, fewest: int, layout: Layout) -> None:
    """Raise if answers to an item are all alike in a part, or items of a construct of mode B are sums of each other."""
    alike = np.isnan(np.einsum("bpp->bp", tables)).any(axis=0)
    why = f"all answers to {', '.join(layout.items[place] for place in np.flatnonzero(alike))} are alike"
    if not alike.any():
        if tells_items_apart(tables, layout).all():
            return
        why = "an item of a construct of mode B is a sum of its others"
    message = f"a part of {fewest} respondents does not tell {len(layout.items)} items apart: {why}"
    raise InvalidData(f"{message}; take more parts, or fewer items")


def _by_theory(fit: PLSFit, causes: Causes, places: tuple[int, ...]) -> FloatArray:
    """Return ``(p, p)`` how much each item counts for the expected value of the column's, both standardized.

    Only columns of items of the constructs asked for are filled. Where causes are one, as the earliest may be, all have
    a share.
    """
    table, (through, owner) = fit.implied(), _carriers(fit)
    inner, outer = through.T @ table @ through, through.T @ table
    found = np.zeros(table.shape)
    for place in places:
        before = _predictors(fit.layout, causes, place)
        known, own = np.flatnonzero(np.isin(owner, before)), fit.layout.rows(place)
        found[:, own] = through[:, known] @ shortest(inner[np.ix_(known, known)], outer[np.ix_(known, own)])
    return found


def _by_regression(fit: PLSFit, causes: Causes) -> FloatArray:
    """Return the same without theory, from correlations as they are; ``nan`` where these are singular."""
    table, sound = fit.correlation, not is_singular(fit.correlation)
    found = np.zeros(table.shape)
    for place in fit.layout.explained:
        before = _predictors(fit.layout, causes, place)
        known, own = np.flatnonzero(np.isin(fit.layout.block, before)), fit.layout.rows(place)
        inner, outer = table[np.ix_(known, known)], table[np.ix_(known, own)]
        some = sound or not is_singular(inner)
        found[np.ix_(known, own)] = np.linalg.solve(inner, outer) if some else np.nan
    return found


def _carriers(fit: PLSFit) -> tuple[FloatArray, IntArray]:
    """Return ``(p, m)`` sums of items that hold all they say of constructs, and ``(m,)`` the construct of each.

    Of a construct that is its weighted sum it is this one; each item of a factor adds to what is known of it.
    """
    layout = fit.layout
    columns, owner = [], []
    for place, name in enumerate(layout.constructs):
        rows = layout.rows(place)
        own = np.zeros((len(layout.items), rows.size))
        factor = fit.spec.is_factor(name)
        own[rows, np.arange(rows.size)] = 1.0 if factor else fit.weights[rows]
        columns.append(own if factor else own.sum(axis=1, keepdims=True))
        owner.append(np.full(columns[-1].shape[1], place))
    return np.hstack(columns), np.concatenate(owner)


def _predictors(layout: Layout, causes: Causes, place: int) -> IntArray:
    """Return the constructs from which one that others cause is predicted."""
    if causes == "direct":
        return layout.before(place)
    unit = np.eye(len(layout.constructs))
    reach = inverse_of(unit - layout.causes) - unit
    return np.array([one for one in np.flatnonzero(reach[place] > 0.5) if not layout.causes[one].any()])
