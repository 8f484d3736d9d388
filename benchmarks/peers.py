"""The other libraries, brought to one shape: they fit a summary and give their time and what they reached.

What they compile when a model is first used is left out of their times: each fits a thousand customers beforehand.
The estimates of pymc-marketing's MAP maximize the likelihood times its default priors, so that its log-likelihood is a
little below the maximum; with many customers the priors hardly count.
"""

from __future__ import annotations

import importlib
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

import relmodels as rm
from benchmarks.fits import Fitted, reached
from benchmarks.inputs import SEED
from benchmarks.measure import timed
from relmodels.core.arrays import FloatArray

__all__ = ["Sampled", "frame", "lifetimes", "lifetimes_value", "pymc_contracts", "pymc_map", "pymc_nuts"]

Kind = type[rm.Model[Any]]

_LIFETIMES: Final[dict[Kind, str]] = {
    rm.BGNBD: "BetaGeoFitter",
    rm.MBGNBD: "ModifiedBetaGeoFitter",
    rm.ParetoNBD: "ParetoNBDFitter",
    rm.BGBB: "BetaGeoBetaBinomFitter",
    rm.GammaGamma: "GammaGammaFitter",
}
_PYMC: Final[dict[Kind, str]] = {
    rm.BGNBD: "BetaGeoModel",
    rm.MBGNBD: "ModifiedBetaGeoModel",
    rm.ParetoNBD: "ParetoNBDModel",
    rm.BGBB: "BetaGeoBetaBinomModel",
    rm.GammaGamma: "GammaGammaModel",
}
# Their names of parameters, where they differ from ours.
_THEIRS: Final[dict[Kind, dict[str, str]]] = {rm.GammaGamma: {"gamma": "v"}}


@dataclass(frozen=True, slots=True)
class Sampled:
    """What a Markov chain cost and gave.

    Attributes:
        seconds: processor seconds.
        effective: the effective sample size of the parameter that mixes worst.
        means: posterior means in the model's order; ``None`` if they are not known.

    """

    seconds: float
    effective: float
    means: tuple[float, ...] | None = None


def lifetimes(model: Kind, summary: rm.PurchaseSummary) -> Fitted:
    """Return the fit by lifetimes."""
    fitter = getattr(importlib.import_module("lifetimes"), _LIFETIMES[model])()
    columns = _columns(model, summary)
    np.random.seed(SEED)  # noqa: NPY002 # it starts Pareto/NBD from numpy's global generator
    with _quiet():
        took, _ = timed(lambda: fitter.fit(*columns.values()))
    return Fitted("lifetimes", took, _reached(model, fitter.params_, summary))


def lifetimes_value(buying: rm.BGNBD, spending: rm.GammaGamma, summary: rm.PurchaseSummary, rate: float) -> float:
    """Return the seconds in which lifetimes values twelve months of each customer, at given parameters."""
    import pandas as pd

    library = importlib.import_module("lifetimes")
    counts, amounts = library.BetaGeoFitter(), library.GammaGammaFitter()
    counts.params_ = pd.Series({"r": buying.r, "alpha": buying.alpha, "a": buying.a, "b": buying.b})
    counts.predict = counts.conditional_expected_number_of_purchases_up_to_time  # what its fit would set
    amounts.params_ = pd.Series({"p": spending.p, "q": spending.q, "v": spending.gamma})
    given = frame(summary)
    columns = [given[name] for name in ("frequency", "recency", "T", "monetary_value")]
    monthly = (1.0 + rate) ** (1 / 12) - 1.0
    with _quiet():
        return timed(lambda: amounts.customer_lifetime_value(counts, *columns, 12, monthly, "W"))[0]


def pymc_map(model: Kind, summary: rm.PurchaseSummary) -> Fitted:
    """Return the fit by pymc-marketing, maximum a posteriori."""
    with _quiet():
        _sampled(model, summary.every(max(len(summary) // 1_000, 1)), method="map", progressbar=False)
        took, found = timed(lambda: _sampled(model, summary, method="map", progressbar=False))
    return Fitted("pymc-marketing, MAP", took, _reached(model, found, summary))


def pymc_nuts(model: Kind, summary: rm.PurchaseSummary) -> Sampled:
    """Return the draws of pymc-marketing's NUTS with its defaults, its two chains one after the other."""
    arviz = importlib.import_module("arviz")
    setting: dict[str, Any] = {"method": "mcmc", "chains": 2, "cores": 1, "random_seed": SEED, "progressbar": False}
    names = [_their_name(model, name) for name in model.space.names]
    with _quiet():
        _sampled(model, summary.every(4), draws=10, tune=10, **setting)
        took, found = timed(lambda: _sampled(model, summary, draws=1_000, tune=1_000, **setting))
        effective = arviz.ess(found[names])
    least = min(float(effective[name]) for name in names)
    return Sampled(took, least, tuple(float(np.mean(found[name])) for name in names))


def pymc_contracts(cohort: rm.RetentionTable) -> Fitted:
    """Return the fit of the shifted beta-geometric to one cohort by pymc-marketing, maximum a posteriori."""
    import pandas as pd

    last = int(cohort.renewals[0]) + 1  # being lost at the last is their way to say: still a customer
    lost = np.append(cohort.lost[0], cohort.kept[0]).astype(np.int64)
    given = pd.DataFrame({"recency": np.repeat(np.arange(1, last + 1), lost), "T": last, "cohort": "one"})
    given["customer_id"] = np.arange(len(given))
    kind = importlib.import_module("pymc_marketing.clv").ShiftedBetaGeoModel

    def work(rows: Any) -> Any:
        fitter = kind()
        fitter.fit(data=rows, method="map", progressbar=False)
        return fitter.fit_result

    with _quiet():
        work(given.iloc[::10])
        took, found = timed(lambda: work(given))
    model = rm.ShiftedBetaGeometric(*(float(np.mean(found[name])) for name in ("alpha", "beta")))
    return Fitted("pymc-marketing, MAP", took, reached(model, cohort))


def frame(summary: rm.PurchaseSummary) -> Any:
    """Return the summary as a pandas frame with the names that the other libraries want."""
    import pandas as pd

    columns = {"customer_id": np.arange(len(summary)), "frequency": summary.frequency, "recency": summary.recency}
    columns |= {"T": summary.age, "monetary_value": np.zeros(0) if summary.spend is None else summary.spend}
    return pd.DataFrame({name: np.array(values) for name, values in columns.items() if values.size})


def _sampled(model: Kind, summary: rm.PurchaseSummary, **setting: Any) -> Any:
    fitter = getattr(importlib.import_module("pymc_marketing.clv"), _PYMC[model])()
    given = frame(summary)
    fitter.fit(data=given[given["frequency"] > 0] if model is rm.GammaGamma else given, **setting)
    return fitter.fit_result


def _columns(model: Kind, summary: rm.PurchaseSummary) -> dict[str, FloatArray]:
    """Return the columns that lifetimes takes, in its order."""
    if model is rm.GammaGamma and summary.spend is not None:
        bought = summary.frequency > 0
        return {"frequency": summary.frequency[bought], "monetary_value": summary.spend[bought]}
    columns = {"frequency": summary.frequency, "recency": summary.recency, "T": summary.age}
    return {name: np.array(values) for name, values in columns.items()}


def _reached(model: Kind, parameters: Any, summary: rm.PurchaseSummary) -> float:
    values = {name: float(np.mean(parameters[_their_name(model, name)])) for name in model.space.names}
    return reached(model(**values), summary)


def _their_name(model: Kind, name: str) -> str:
    return _THEIRS.get(model, {}).get(name, name)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the warnings and the log of the other libraries out of the tables."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
