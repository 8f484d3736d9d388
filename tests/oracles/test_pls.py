"""Partial least squares against stored results of other programs; the data file tells where each comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import relmodels as rm
from relmodels.sem import PathModel, PLSFit, PLSSpec, SampleMoments, Survey

DATA = Path(__file__).parent / "data"
STORED: dict[str, Any] = json.loads((DATA / "pls.json").read_text(encoding="utf-8"))
MOBILE: dict[str, Any] = STORED["mobile_phone"]
SATISFACTION = """
    Image        =~ IMAG1 + IMAG2 + IMAG3 + IMAG4 + IMAG5
    Expectation  =~ CUEX1 + CUEX2 + CUEX3
    Quality      =~ PERQ1 + PERQ2 + PERQ3 + PERQ4 + PERQ5 + PERQ6 + PERQ7
    Value        =~ PERV1 + PERV2
    Satisfaction =~ CUSA1 + CUSA2 + CUSA3
    Loyalty      =~ CUSL1 + CUSL2 + CUSL3
    Expectation  ~ Image
    Quality      ~ Expectation
    Value        ~ Expectation + Quality
    Satisfaction ~ Image + Expectation + Quality + Value
    CUSCO        ~ Satisfaction
    Loyalty      ~ Image + Satisfaction + CUSCO
"""
SMALL = """
    Image        =~ IMAG1 + IMAG2 + IMAG3 + IMAG4 + IMAG5
    Expectation  =~ CUEX1 + CUEX2 + CUEX3
    Value        =~ PERV1 + PERV2
    Satisfaction =~ CUSA1 + CUSA2 + CUSA3
    Satisfaction ~ Image + Expectation + Value
"""
INEQUALITY = """
    AGRI =~ gini + farm + rent
    IND =~ gnpr + labo
    POLINS =~ inst + ecks + death + demo
    POLINS ~ AGRI + IND
"""
PRINTED = 1e-8
# It stops when weights move by less than 1e-7.
STOPPED = 2e-7
# It stops when the squared changes sum to less than 1e-7, which leaves some 1e-6 of the way to go.
STOPPED_EARLY = 5e-6
UPSIDE_DOWN = {"opp", "pl", "unc"}


def mobile() -> SampleMoments:
    lower = np.zeros((24, 24))
    for row, values in enumerate(MOBILE["correlation"]):
        lower[row, : row + 1] = values
    return SampleMoments.from_correlation(lower, MOBILE["names"], n=MOBILE["n"])


def weights(fit: PLSFit) -> dict[str, float]:
    return dict(zip(fit.layout.items, fit.weights.tolist(), strict=True))


def loadings(fit: PLSFit) -> dict[str, float]:
    return dict(zip(fit.layout.items, fit.loadings.tolist(), strict=True))


def paths(fit: PLSFit, like: dict[str, float]) -> dict[str, float]:
    return {name: fit.value(name) for name in like}


@pytest.mark.parametrize("scheme", ["centroid", "factor", "path"])
def test_the_satisfaction_of_mobile_phone_customers_is_that_of_smartpls(scheme: Any) -> None:
    """Weights and paths of three schemes are those of SmartPLS to the digits it printed."""
    stored = MOBILE["smartpls"][scheme]
    fit = rm.fit(PLSSpec(PathModel.parse(SATISFACTION), scheme=scheme, consistent=False), mobile())
    assert weights(fit) == pytest.approx(stored["weights"], abs=PRINTED)
    assert paths(fit, stored["paths"]) == pytest.approx(stored["paths"], abs=PRINTED)


def test_uncorrected_loadings_are_those_of_seminr() -> None:
    """Loadings of weighted sums are the correlations with their items that seminr gives."""
    fit = rm.fit(PLSSpec(PathModel.parse(SATISFACTION), consistent=False), mobile())
    assert loadings(fit) == pytest.approx(MOBILE["seminr_uncorrected"]["loadings"], abs=STOPPED)


def test_the_corrected_theory_is_that_of_seminr() -> None:
    """Corrected paths, loadings and shares explained are those of seminr, which implements the correction too."""
    stored = MOBILE["seminr"]
    fit = rm.fit(PLSSpec(PathModel.parse(SATISFACTION)), mobile())
    assert paths(fit, stored["paths"]) == pytest.approx(stored["paths"], abs=5 * STOPPED)
    assert loadings(fit) == pytest.approx(stored["loadings"], abs=STOPPED)
    assert fit.r_squared() == pytest.approx(stored["r_squared"], abs=5 * STOPPED)


def test_reliabilities_of_the_smaller_theory_are_those_of_seminr() -> None:
    """Dijkstra and Henseler's reliability, and all that follows from it, is that of seminr's own tests."""
    stored = MOBILE["seminr_small"]
    fit = rm.fit(PLSSpec(PathModel.parse(SMALL), scheme="factor"), mobile())
    assert dict(zip(fit.layout.constructs, fit.rho.tolist(), strict=True)) == pytest.approx(stored["rho"], abs=STOPPED)
    assert paths(fit, stored["paths"]) == pytest.approx(stored["paths"], abs=STOPPED)
    assert loadings(fit) == pytest.approx(stored["loadings"], abs=STOPPED)
    assert fit.r_squared() == pytest.approx(stored["r_squared"], abs=STOPPED)


def inequality() -> Survey:
    table = pl.read_csv(DATA / "pls_inequality.csv")
    return Survey.from_frame(table, table.columns[1:])


@pytest.mark.parametrize("scheme", ["centroid", "factor", "path"])
def test_inequality_and_instability_of_47_countries_is_that_of_plspm(scheme: Any) -> None:
    """Weights and loadings of Russett's data are those of plspm, as near as it goes to the end."""
    stored = STORED["inequality"][scheme]
    fit = rm.fit(PLSSpec(PathModel.parse(INEQUALITY), scheme=scheme, consistent=False), inequality())
    assert weights(fit) == pytest.approx(stored["weights"], abs=2 * STOPPED_EARLY)
    assert loadings(fit) == pytest.approx(stored["loadings"], abs=2 * STOPPED_EARLY)
    if scheme == "centroid":
        assert paths(fit, stored["paths"]) == pytest.approx(stored["paths"], abs=STOPPED_EARLY)
        assert fit.r_squared()["POLINS"] == pytest.approx(stored["r_squared"], abs=STOPPED_EARLY)


def test_inequality_by_regression_of_all_constructs_is_that_of_plspm() -> None:
    """Mode B of all three constructs explains what plspm says, and its weighted sums share as much with their items."""
    stored = STORED["inequality"]["mode_b_centroid"]
    modes: Any = dict.fromkeys(["AGRI", "IND", "POLINS"], "B")
    fit = rm.fit(PLSSpec(PathModel.parse(INEQUALITY), modes=modes, scheme="centroid"), inequality())
    shared = {name: float(np.mean(fit.loadings[fit.layout.rows(fit.place(name))] ** 2)) for name in modes}
    assert fit.r_squared()["POLINS"] == pytest.approx(stored["r_squared"], abs=STOPPED_EARLY)
    assert shared == pytest.approx(stored["communality"], abs=2e-4)


CASES: dict[str, tuple[Any, dict[str, Any]]] = {
    "path A": ("path", {}),
    "centroid A": ("centroid", {}),
    "factor A": ("factor", {}),
    "path B": ("path", {"rb": "B", "rtc": "B"}),
    "centroid B": ("centroid", {"rb": "B", "rtc": "B", "unc": "B"}),
}


@pytest.mark.parametrize("name", CASES)
def test_trust_and_commitment_is_that_of_plspm_with_its_constructs_turned(name: str) -> None:
    """Its figures for trust and commitment are ours to 1e-9, once its three reversed constructs are turned."""
    scheme, modes = CASES[name]
    table = pl.read_csv(DATA / "kmv_n204.csv")
    fit = rm.fit(
        PLSSpec(rm.morgan_hunt.key_mediating(), modes=modes, scheme=scheme, consistent=False),
        Survey.from_frame(table, table.columns),
    )
    stored = STORED["kmv"][name]
    side = {item: -1.0 if item.rstrip("1234") in UPSIDE_DOWN else 1.0 for item in fit.layout.items}
    # Its loadings are negative where its constructs are upside down: the items and their sum disagree.
    turned = {item: value * side[item] for item, value in stored["loadings"].items()}
    assert loadings(fit) == pytest.approx(turned, abs=1e-9)
    for path, value in stored["paths"].items():
        flips = sum(part.strip() in UPSIDE_DOWN for part in path.split("~"))
        assert fit.value(path) == pytest.approx(value * (-1.0) ** flips, abs=1e-9)
    assert fit.r_squared() == pytest.approx(stored["r_squared"], abs=1e-9)


def test_no_negative_hypothesis_comes_out_positive() -> None:
    """Opportunism lowers trust, trust lowers uncertainty and commitment keeps partners, in every scheme."""
    table = pl.read_csv(DATA / "kmv_n204.csv")
    for scheme in ("path", "factor", "centroid"):
        spec: Any = PLSSpec(rm.morgan_hunt.key_mediating(), scheme=scheme)
        fit = rm.fit(spec, Survey.from_frame(table, table.columns))
        assert max(fit.value(path) for path in ("trust ~ opp", "unc ~ trust", "pl ~ commitment")) < -0.25
        assert fit.loadings.min() > 0.5
