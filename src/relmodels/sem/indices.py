"""How well a model fits: the indices people report, each by its published formula, undefined ones as ``nan``."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from relmodels.frames.table import Table

__all__ = ["FitIndices", "Misfit", "fit_indices", "noncentral_interval", "with_robust"]

_CLOSE = 0.05


@dataclass(frozen=True, slots=True)
class Misfit:
    """How far a model is from the answers, and how far it would be if it held, by sampling alone.

    Attributes:
        chi_square: the discrepancy by the cases.
        bias: what sampling alone makes of it on average; the degrees of freedom, for complete normal answers.
        df: the degrees of freedom.

    """

    chi_square: float
    bias: float
    df: int


@dataclass(frozen=True, slots=True)
class FitIndices:
    """Indices of fit.

    Attributes:
        chi_square: the test statistic.
        df: its degrees of freedom.
        p_value: the chance of a larger one if the model holds.
        baseline_chi_square: that of the model in which nothing is related.
        baseline_df: its degrees of freedom.
        cfi: Bentler's comparative index.
        tli: Tucker and Lewis's.
        nfi: Bentler and Bonett's normed index.
        pnfi: the same, times the share of degrees of freedom kept: Morgan and Hunt's parsimony.
        rmsea: Steiger and Lind's error of approximation.
        rmsea_low: of its 90 % interval.
        rmsea_high: of its 90 % interval.
        close_fit: the chance of so large an RMSEA if it is .05.
        srmr: Bentler's standardized root mean residual.
        log_likelihood: ``nan`` where there is none, as with least squares.
        aic: Akaike's criterion.
        bic: Schwarz's.
        sabic: the same with the number of cases adjusted.

    Examples:
        >>> found = fit_indices(
        ...     chi_square=85.30552,
        ...     df=24,
        ...     baseline=(918.85159, 36),
        ...     n=301,
        ...     cases=301,
        ...     groups=1,
        ...     srmr=0.0652,
        ...     log_likelihood=-3737.74493,
        ...     parameters=21,
        ... )
        >>> round(found.cfi, 5), round(found.tli, 5), round(found.rmsea, 5)
        (0.93056, 0.89584, 0.09212)

    """

    chi_square: float
    df: int
    p_value: float
    baseline_chi_square: float
    baseline_df: int
    cfi: float
    tli: float
    nfi: float
    pnfi: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    close_fit: float
    srmr: float
    log_likelihood: float
    aic: float
    bic: float
    sabic: float

    def table(self) -> Table:
        """Return a row for each index."""
        names = [name for name in self.__slots__ if not name.startswith("_")]
        return Table({"index": names, "value": [float(getattr(self, name)) for name in names]})

    def __str__(self) -> str:
        """Return the indices, one on a line."""
        width = max(len(name) for name in self.__slots__)
        return "\n".join(f"{name:<{width}}  {_shown(name, getattr(self, name))}" for name in self.__slots__)

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return self.table()._repr_html_()


def _shown(name: str, value: float) -> str:
    """Return an index as text: whole degrees of freedom, shares with four places, all else with three."""
    if np.isnan(value):
        return "-"
    if name in {"df", "baseline_df"}:
        return f"{value:.0f}"
    large = name.endswith(("chi_square", "log_likelihood", "aic", "bic"))
    return f"{value:.3f}" if large else f"{value:.4f}"


def fit_indices(
    *,
    chi_square: float,
    df: int,
    baseline: tuple[float, int],
    n: int,
    cases: int,
    groups: int,
    srmr: float,
    log_likelihood: float,
    parameters: int,
) -> FitIndices:
    """Return the indices of a model.

    ``CFI = 1 - max(T - df, 0) / max(T - df, T_b - df_b, 0)``; ``TLI = (T_b / df_b - T / df) / (T_b / df_b - 1)``;
    ``RMSEA = √(G max(T - df, 0) / (df N))`` with the divisor of the test statistic, with the interval of the noncentral
    chi-square.

    Args:
        chi_square: ``T``.
        df: its degrees of freedom.
        baseline: ``T_b`` and its degrees of freedom.
        n: cases of all groups.
        cases: the same, or one fewer for each group: by what the discrepancy was multiplied.
        groups: ``G``.
        srmr: of the residuals.
        log_likelihood: of the model, or ``nan``.
        parameters: how many are free.

    """
    from scipy.stats import chi2

    over, over_base = max(chi_square - df, 0.0) if df else 0.0, max(baseline[0] - baseline[1], 0.0)
    most = max(over, over_base)
    ratio = baseline[0] / baseline[1] if baseline[1] else np.nan
    tli = (ratio - chi_square / df) / (ratio - 1.0) if df and ratio != 1.0 else np.nan
    nfi = 1.0 - chi_square / baseline[0] if baseline[0] > 0.0 else np.nan
    low, high = noncentral_interval(chi_square, df, 0.90) if df else (np.nan, np.nan)
    unit = groups / (df * cases) if df else np.nan
    close = 1.0 - float(_noncentral(chi_square, df, _CLOSE**2 / unit)) if df else np.nan
    counted = float(np.log(n)), float(np.log((n + 2.0) / 24.0))
    return FitIndices(
        chi_square=chi_square,
        df=df,
        p_value=float(chi2.sf(chi_square, df)) if df else np.nan,
        baseline_chi_square=baseline[0],
        baseline_df=baseline[1],
        cfi=1.0 - over / most if most > 0.0 else 1.0,
        tli=float(tli),
        nfi=float(nfi),
        pnfi=float(nfi * df / baseline[1]) if baseline[1] else np.nan,
        rmsea=float(np.sqrt(over * unit)) if df else 0.0,
        rmsea_low=float(np.sqrt(low * unit)),
        rmsea_high=float(np.sqrt(high * unit)),
        close_fit=close,
        srmr=srmr,
        log_likelihood=log_likelihood,
        aic=2.0 * parameters - 2.0 * log_likelihood,
        bic=counted[0] * parameters - 2.0 * log_likelihood,
        sabic=counted[1] * parameters - 2.0 * log_likelihood,
    )


def with_robust(plain: FitIndices, model: Misfit, base: Misfit, unit: float, shift: float = 0.0) -> FitIndices:
    """Return indices with CFI, TLI and RMSEA as they would be for complete and normal answers.

    ``T - k`` takes the place of ``T - df``, with ``k`` the bias; the interval of RMSEA and the chance of a close fit
    are those of the test statistic corrected to ``df``: ``T df / k``, or ``T / c + shift`` if it was shifted.

    Args:
        plain: the others, which stay.
        model: the misfit of the model.
        base: that of the model in which nothing is related.
        unit: by which ``T - k`` is multiplied for the square of RMSEA: groups by degrees of freedom times cases.
        shift: what is added to the test statistic after it was divided; ``k = c (df - shift)``.

    """
    signed, base_signed = model.chi_square - model.bias, base.chi_square - base.bias
    over, most = max(signed, 0.0), max(signed, base_signed, 0.0)
    ratio = base_signed / base.df if base.df else np.nan
    scaling = model.bias / (model.df - shift)
    corrected = model.chi_square / scaling + shift
    low, high = noncentral_interval(corrected, model.df, 0.90)
    unit_of_shift = unit * scaling
    return replace(
        plain,
        cfi=1.0 - over / most if most > 0.0 else 1.0,
        tli=float(1.0 - signed / model.df / ratio) if ratio else np.nan,
        rmsea=float(np.sqrt(over * unit)),
        rmsea_low=float(np.sqrt(low * unit_of_shift)),
        rmsea_high=float(np.sqrt(high * unit_of_shift)),
        close_fit=1.0 - _noncentral(corrected, model.df, _CLOSE**2 / unit_of_shift),
    )


def _noncentral(value: float, df: int, shift: float) -> float:
    """Return the distribution function of the noncentral chi-square."""
    from scipy.special import chdtr, chndtr

    return float(chdtr(df, value) if shift <= 0.0 else chndtr(value, df, shift))


def noncentral_interval(value: float, df: int, level: float) -> tuple[float, float]:
    """Return the shifts between which a noncentral chi-square of this value lies, 0 where it is too small for one.

    Examples:
        >>> low, high = noncentral_interval(85.30552, 24, 0.9)
        >>> round(low, 2), round(high, 2)
        (36.85, 93.35)

    """
    from scipy.optimize import brentq

    ends = []
    for share in (0.5 + level / 2.0, 0.5 - level / 2.0):
        if _noncentral(value, df, 0.0) <= share:
            ends.append(0.0)
            continue
        most = max(value, 1.0)
        while _noncentral(value, df, most) > share:
            most *= 2.0

        def gap(shift: float, share: float = share) -> float:
            return _noncentral(value, df, shift) - share

        ends.append(float(brentq(gap, 0.0, most, xtol=1e-10, rtol=1e-14)))
    return ends[0], ends[1]
