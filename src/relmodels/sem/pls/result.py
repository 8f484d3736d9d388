"""What a fit by partial least squares gives back: weights, loadings, paths, how good they are, and the conventions."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.frames.columns import row_list
from relmodels.frames.table import Table
from relmodels.sem.data import Survey
from relmodels.sem.linear import inverse_of
from relmodels.sem.pls.checks import require_survey
from relmodels.sem.pls.collinearity import inflation, is_singular, made_up_of
from relmodels.sem.pls.estimates import explained_by
from relmodels.sem.pls.spec import Layout, PLSSpec
from relmodels.sem.reliability import Reliability
from relmodels.sem.remarks import Remark

__all__ = ["PLSFit", "PLSIndices"]

_MODES: Final[dict[str, str]] = {"A": "A, by correlation", "B": "B, by regression", "unit": "the same for all items"}


@dataclass(frozen=True, slots=True)
class PLSIndices:
    """How far the correlations that a theory implies are from those of the sample.

    Attributes:
        srmr: root mean square of the differences; up to .08 is the usual convention.
        unweighted: half the sum of their squares over the whole table, ``d_ULS``.
        geodesic: ``d_G``; ``None`` if it has no value: if the implied table is none that items can have, or either
            table is singular, as that of the sample is with no more respondents than items.

    Examples:
        >>> PLSIndices(srmr=0.05, unweighted=0.75, geodesic=0.31).srmr < 0.08
        True

    Reference:
        Dijkstra, T. K. and Henseler, J. (2015), Consistent and asymptotically normal PLS estimators for linear
        structural equations, Computational Statistics & Data Analysis 81, 10-23.

    """

    srmr: float
    unweighted: float
    geodesic: float | None


@dataclass(frozen=True, slots=True, eq=False)
class PLSFit:
    """A theory fitted by partial least squares.

    Attributes:
        spec: the theory and how it was fitted.
        layout: its items and constructs in the order of the arrays.
        n: the number of cases.
        mean: ``(p,)`` of the items; ``None`` if they are not known.
        deviation: ``(p,)`` their standard deviations.
        correlation: ``(p, p)`` of the items.
        weights: ``(p,)`` of standardized items.
        loadings: ``(p,)``; of a corrected construct those of the factor its items measure.
        rho: ``(J,)`` reliability of each weighted sum, Dijkstra and Henseler's; 1 for other modes than A.
        reliability: ``(J,)`` by which correlations were corrected; 1 where they were not.
        between: ``(J, J)`` correlations of the constructs, corrected.
        coefficients: ``(J, J)`` the path from the column's construct to the row's.
        explained: ``(J,)`` the share of each construct that others explain.
        rounds: how many were needed.
        converged: whether weights settled.
        remarks: what should not be overlooked.

    Examples:
        >>> from relmodels.sem import PathModel, PLSSpec, SampleMoments, fit_pls
        >>> table = [[1, 0, 0, 0], [0.5, 1, 0, 0], [0.3, 0.3, 1, 0], [0.3, 0.3, 0.6, 1]]
        >>> data = SampleMoments.from_correlation(table, ["t1", "t2", "l1", "l2"], n=204)
        >>> fit = fit_pls(PLSSpec(PathModel.parse("trust =~ t1 + t2; loyalty =~ l1 + l2; loyalty ~ trust")), data)
        >>> print(fit.paths())
        cause  effect     path  effect size  vif
        trust  loyalty  0.5477       0.4286    1

    Reference:
        Dijkstra, T. K. and Henseler, J. (2015), Consistent partial least squares path modeling, MIS Quarterly 39(2),
        297-316.

    """

    spec: PLSSpec
    layout: Layout
    n: int
    mean: FloatArray | None
    deviation: FloatArray
    correlation: FloatArray
    weights: FloatArray
    loadings: FloatArray
    rho: FloatArray
    reliability: FloatArray
    between: FloatArray
    coefficients: FloatArray
    explained: FloatArray
    rounds: int
    converged: bool
    remarks: tuple[Remark, ...]

    __reduce__ = by_fields

    def place(self, construct: str) -> int:
        """Return the place of a construct.

        Raises:
            InvalidParameters: if there is none of this name.

        """
        if construct not in self.layout.constructs:
            message = f"there is no construct {construct!r}; there are {', '.join(self.layout.constructs)}"
            raise InvalidParameters(message)
        return self.layout.constructs.index(construct)

    def value(self, path: str) -> float:
        """Return one path, written as in the theory: ``"loyalty ~ trust"``.

        Raises:
            InvalidParameters: if there is no such path.

        """
        effect, _, cause = (part.strip() for part in path.partition("~"))
        if cause and self.layout.causes[self.place(effect), self.place(cause)]:
            return float(self.coefficients[self.place(effect), self.place(cause)])
        message = f"there is no path {path!r}; write it as in the theory, such as 'loyalty ~ trust'"
        raise InvalidParameters(message)

    def r_squared(self) -> dict[str, float]:
        """Return the share of the variance explained, of every construct that others cause."""
        return {self.layout.constructs[place]: float(self.explained[place]) for place in self.layout.explained}

    def sums(self) -> FloatArray:
        """Return ``(J, J)`` the correlations of the weighted sums, uncorrected."""
        root = np.sqrt(self.reliability)
        found = self.between * np.outer(root, root)
        np.fill_diagonal(found, 1.0)
        return read_only(found)

    def total_effects(self) -> FloatArray:
        """Return ``(J, J)`` all that reaches the row's construct from the column's, along every way."""
        unit = np.eye(len(self.layout.constructs))
        return read_only(inverse_of(unit - self.coefficients) - unit)

    def paths(self) -> Table:
        """Return a row for each path: its value, Cohen's f², and how far its cause is explained by the other causes.

        ``f² = (R² - R² without the cause) / (1 - R²)``; .02, .15 and .35 are called small, medium and large. ``vif`` is
        the variance inflation among the causes of one construct; above 5 they can hardly be told apart. Both are
        ``nan`` where corrected correlations are none that variables can have.
        """
        names = self.layout.constructs
        rows = [(cause, effect, *self._strength(cause, effect)) for cause, effect in self.layout.paths]
        return Table(
            {
                "cause": [names[cause] for cause, *_ in rows],
                "effect": [names[effect] for _, effect, *_ in rows],
                "path": np.array([self.coefficients[effect, cause] for cause, effect, *_ in rows]),
                "effect size": np.array([size for *_, size, _ in rows]),
                "vif": np.array([vif for *_, vif in rows]),
            }
        )

    def _strength(self, cause: int, effect: int) -> tuple[float, float]:
        before = self.layout.before(effect)
        others = before[before != cause]
        _, without = explained_by(self.between[None], effect, others)
        _, by_others = explained_by(self.between[None], cause, others)
        left, alone = 1.0 - self.explained[effect], 1.0 - by_others[0]
        size = (self.explained[effect] - without[0]) / left if left > 0.0 else np.nan
        return float(size), float(1.0 / alone) if alone > 0.0 else np.nan

    def measurement(self) -> Table:
        """Return a row for each item: its construct, weight, loading, and collinearity within a construct of mode B.

        ``vif`` is the variance inflation of the item by the others of its construct; above 5 their weights can hardly
        be told apart (Hair et al., 2019). Weights of other modes do not depend on it, and it is left open.
        """
        layout = self.layout
        found = np.full(len(layout.items), np.nan)
        for rows in made_up_of(layout):
            found[rows] = inflation(self.correlation[np.ix_(rows, rows)])
        return Table(
            {
                "construct": [layout.constructs[place] for place in layout.block],
                "item": layout.items,
                "mode": [layout.modes[place] for place in layout.block],
                "weight": self.weights,
                "loading": self.loadings,
                "vif": found,
            }
        )

    def quality(self) -> Table:
        """Return a row for each construct: reliabilities, variance extracted, collinearity with all others, and R².

        ``rho`` is the reliability of the weighted sum, ``composite`` that of the plain sum from the loadings.
        ``full vif`` is the variance inflation of a weighted sum by all others, uncorrected; above 3.3 one method may
        lie behind them all (Kock, 2015). What a mode has no figure for is left open, and so is ``full vif`` if a sum
        is made of the others, as with no more respondents than constructs.
        """
        layout = self.layout
        found = self.measures()
        count = np.array([layout.rows(place).size for place in range(len(layout.constructs))])
        measured = np.array([mode == "A" for mode in layout.modes]) & (count > 1)
        return Table(
            {
                "construct": layout.constructs,
                "mode": layout.modes,
                "items": count,
                "rho": np.where(measured, self.rho, np.nan),
                "composite": np.where(measured, found.composite, np.nan),
                "extracted": np.where(measured, found.extracted, np.nan),
                "full vif": inflation(self.sums()),
                "r squared": [self.r_squared().get(name, np.nan) for name in layout.constructs],
            }
        )

    def measures(self) -> Reliability:
        """Return composite reliability and variance extracted from the loadings, with Fornell and Larcker's test."""
        composite, extracted = [], []
        for place in range(len(self.layout.constructs)):
            own = self.loadings[self.layout.rows(place)]
            through, squares, error = float(own.sum()) ** 2, float(own @ own), float((1.0 - own**2).sum())
            composite.append(through / (through + error))
            extracted.append(squares / own.size)
        return Reliability(
            self.layout.constructs, read_only(np.array(composite)), read_only(np.array(extracted)), self.between
        )

    def implied(self, *, saturated: bool = False) -> FloatArray:
        """Return ``(p, p)`` the correlations of items that the theory implies.

        Args:
            saturated: take the correlations of constructs as they are, so that only the measurement is tested.

        """
        layout = self.layout
        between = self.between if saturated else self._between_implied()
        found = np.outer(self.loadings, self.loadings) * between[layout.block[:, None], layout.block]
        for place in range(len(layout.constructs)):
            rows = np.ix_(layout.rows(place), layout.rows(place))
            if not self.spec.is_factor(layout.constructs[place]):
                found[rows] = self.correlation[rows]
        np.fill_diagonal(found, 1.0)
        return read_only(found)

    def _between_implied(self) -> FloatArray:
        """Return the correlations of constructs if effects share nothing but their causes."""
        found = self.between.copy()
        for place in self.layout.explained:
            found[place, :place] = self.coefficients[place, :place] @ found[:place, :place]
            found[:place, place] = found[place, :place]
        return found

    def indices(self, *, saturated: bool = False) -> PLSIndices:
        """Return how far the implied correlations are from the sample's.

        Args:
            saturated: test the measurement alone.

        """
        implied = self.implied(saturated=saturated)
        apart = (self.correlation - implied)[np.tril_indices(len(implied))]
        unweighted = float(apart @ apart)
        geodesic = None
        if np.linalg.eigvalsh(implied)[0] > 0.0 and not (is_singular(implied) or is_singular(self.correlation)):
            ratio = np.linalg.eigvals(np.linalg.solve(implied, self.correlation)).real
            geodesic = float(0.5 * np.sum(np.log(ratio) ** 2))
        return PLSIndices(float(np.sqrt(unweighted / apart.size)), unweighted, geodesic)

    def scores(self, survey: Survey) -> FloatArray:
        """Return ``(n, J)`` the weighted sum of each respondent, in standard deviations of those fitted.

        Raises:
            InvalidData: if the survey is none, a question is lacking, or respondents left one out, with their rows.
            InvalidParameters: if the fit is of a table without means.

        """
        if self.mean is None:
            message = "the table of the fit has no means to count from; give SampleMoments its means="
            raise InvalidParameters(message)
        own = require_survey(survey, "scores").of(self.layout.items)
        if not own.complete.all():
            message = f"questions were left out in {row_list(~own.complete)}; keep survey.rows(survey.complete)"
            raise InvalidData(message)
        apart = (own.values - self.mean) / self.deviation * self.weights
        return read_only(apart @ np.eye(len(self.layout.constructs))[self.layout.block])

    def conventions(self) -> tuple[str, ...]:
        """Return what stands behind the figures, a sentence each."""
        spec, layout = self.spec, self.layout
        modes = [
            f"{', '.join(names)}: mode {_MODES[mode]}"
            for mode in dict.fromkeys(layout.modes)
            if (names := [name for name, own in zip(layout.constructs, layout.modes, strict=True) if own == mode])
        ]
        corrected = "correlations of constructs of mode A corrected for reliability"
        return (
            f"partial least squares, {spec.scheme} scheme",
            *modes,
            corrected if spec.consistent else "correlations of constructs not corrected for reliability",
            "each construct turned so that its marker, or the sum of its loadings, is positive",
            "respondents who left a question out are left out",
        )

    def __str__(self) -> str:
        """Return heading, paths, measurement, remarks and conventions as text."""
        parts = [self._heading(), str(self.paths()), str(self.quality())]
        parts += [f"Note: {one.text}." for one in self.remarks]
        return "\n".join([*parts, "; ".join(self.conventions()) + "."])

    def _repr_html_(self) -> str:
        """Return the same for a notebook."""
        notes = "".join(f"<p>{escape(one.text)}.</p>" for one in self.remarks)
        tables = self.paths()._repr_html_() + self.quality()._repr_html_()
        return (
            f"<div><p><b>{escape(self._heading())}</b></p>{tables}{notes}"
            f"<p>{escape('; '.join(self.conventions()))}.</p></div>"
        )

    def _heading(self) -> str:
        found = self.indices()
        return (
            f"{len(self.layout.constructs)} constructs of {len(self.layout.items)} items, {self.n:,} cases; "
            f"SRMR {found.srmr:.4f}, of the measurement alone {self.indices(saturated=True).srmr:.4f}"
        )
