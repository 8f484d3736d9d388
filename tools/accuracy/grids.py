"""The grids: for each model its rows, the truth about a row, and what the library says about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias

import mpmath as mp
from tools.accuracy import discrete, dropout, lifetimes, phases, spend
from tools.accuracy.answers import CONTRACTS, PURCHASES, SPEND, Answers
from tools.accuracy.draws import Row, contract_rows, opportunity_rows, phase_rows, purchase_rows, spend_rows
from tools.accuracy.sums import Number

import relmodels as rm

__all__ = ["GRIDS", "Exact", "Grid"]

Exact: TypeAlias = Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class Grid:
    """One model on its rows.

    Attributes:
        model: the class.
        rows: returns rows, given how many and a seed.
        many: how many rows are stored.
        every: for which rows the costly quantities are stored as well: every, every second, ...
        log_likelihood: the log-likelihood of a row, to be differentiated.
        truth: the quantities of a row that are found at once.
        costly: those that take long.
        answers: what the library says of each quantity.

    """

    model: type[Any]
    rows: Callable[[int, int], list[Row]]
    many: int
    every: int
    log_likelihood: Callable[[Exact], Number]
    truth: Callable[[Exact], dict[str, Number]]
    costly: Callable[[Exact], dict[str, Number]]
    answers: Answers

    def made(self, row: Row) -> Any:
        """Return the model with the parameters of a row."""
        return self.model(**{name: row[name] for name in self.model.space.names})

    def slopes(self) -> tuple[str, ...]:
        """Return the parameters by which the log-likelihood is differentiated; a number of phases is none."""
        return tuple(name for name in self.model.space.names if name != "k")


def _dropout(first: int, at: Exact) -> dropout.Dropout:
    return dropout.Dropout(first=first, **_renamed(at))


def _renamed(at: Exact) -> dict[str, Number]:
    """Return a row with the number asked for as the whole number k."""
    return {**{name: value for name, value in at.items() if name != "k_asked"}, "k": int(at["k_asked"])}


def _history(at: Exact) -> lifetimes.History:
    names = ("r", "alpha", "x", "t_x", "T", "horizon", "force")
    return lifetimes.History(**{name: at[name] for name in names}, k=int(at["k_asked"]))


def _pareto(at: Exact) -> lifetimes.Pareto:
    return lifetimes.Pareto(at["s"], at["beta"])


def _gompertz(at: Exact) -> lifetimes.Gompertz:
    return lifetimes.Gompertz(at["b"], at["s"], at["beta"])


def _phases(first: int, at: Exact) -> phases.Phases:
    return phases.Phases(**{**_renamed(at), "x": int(at["x"])}, size=int(at["k"]), first=first)


def _opportunities(at: Exact) -> discrete.Opportunities:
    whole = {"x": at["x"], "t_x": at["t_x"], "n": at["T"], "horizon": at["horizon"], "k": at["k_asked"]}
    named = {name: at[name] for name in ("alpha", "beta", "gamma", "delta", "force")}
    return discrete.Opportunities(**named, **{name: int(value) for name, value in whole.items()})


def _contract(at: Exact) -> discrete.Contract:
    exponent = at.get("c", mp.mpf(1))
    return discrete.Contract(at["alpha"], at["beta"], exponent, int(at["t"]), int(at["horizon"]), at["force"])


def _spend(at: Exact) -> spend.Spend:
    return spend.Spend(**_renamed(at))


def _nothing(at: Exact) -> dict[str, Number]:  # noqa: ARG001 - some models have nothing that takes long
    return {}


def _of_dropout(model: type[Any], first: int) -> Grid:
    return Grid(
        model,
        partial(purchase_rows, ("r", "alpha", "a", "b")),
        100,
        3,
        lambda at: dropout.log_likelihood(_dropout(first, at)),
        lambda at: dropout.truth(_dropout(first, at)),
        lambda at: dropout.costly(_dropout(first, at)),
        PURCHASES,
    )


def _of_lifetimes(model: type[Any], names: tuple[str, ...], law: Callable[[Exact], lifetimes.Law]) -> Grid:
    return Grid(
        model,
        partial(purchase_rows, names),
        100,
        1,
        lambda at: lifetimes.log_odds(law(at), _history(at))[0],
        lambda at: lifetimes.truth(law(at), _history(at)),
        lambda at: lifetimes.costly(law(at), _history(at)),
        PURCHASES,
    )


def _of_phases(model: type[Any], first: int) -> Grid:
    return Grid(
        model,
        phase_rows,
        100,
        4,
        lambda at: phases.log_likelihood(_phases(first, at)),
        lambda at: phases.truth(_phases(first, at)),
        lambda at: phases.costly(_phases(first, at)),
        PURCHASES,
    )


def _of_contracts(model: type[Any], names: tuple[str, ...]) -> Grid:
    return Grid(
        model,
        partial(contract_rows, names),
        80,
        2,
        lambda at: discrete.contract_truth(_contract(at))["log_likelihood"],
        lambda at: discrete.contract_truth(_contract(at)),
        lambda at: discrete.contract_costly(_contract(at)),
        CONTRACTS,
    )


GRIDS: Final[dict[str, Grid]] = {
    "nbd": Grid(
        rm.NBD,
        partial(purchase_rows, ("r", "alpha")),
        80,
        1,
        lambda at: dropout.nbd(at)["log_likelihood"],
        dropout.nbd,
        _nothing,
        PURCHASES,
    ),
    "bg_nbd": _of_dropout(rm.BGNBD, 0),
    "mbg_nbd": _of_dropout(rm.MBGNBD, 1),
    "pareto_nbd": _of_lifetimes(rm.ParetoNBD, ("r", "alpha", "s", "beta"), _pareto),
    "ggompertz_nbd": _of_lifetimes(rm.GGompertzNBD, ("r", "alpha", "b", "s", "beta"), _gompertz),
    "bg_cnbd": _of_phases(rm.BGCNBD, 0),
    "mbg_cnbd": _of_phases(rm.MBGCNBD, 1),
    "bg_bb": Grid(
        rm.BGBB,
        opportunity_rows,
        100,
        1,
        lambda at: mp.log(sum(discrete.stories(_opportunities(at)))),
        lambda at: discrete.opportunities_truth(_opportunities(at)),
        _nothing,
        PURCHASES,
    ),
    "shifted_beta_geometric": _of_contracts(rm.ShiftedBetaGeometric, ("alpha", "beta")),
    "beta_discrete_weibull": _of_contracts(rm.BetaDiscreteWeibull, ("alpha", "beta", "c")),
    "gamma_gamma": Grid(
        rm.GammaGamma,
        spend_rows,
        80,
        1,
        lambda at: spend.log_likelihood(_spend(at)),
        lambda at: spend.truth(_spend(at)),
        _nothing,
        SPEND,
    ),
}
