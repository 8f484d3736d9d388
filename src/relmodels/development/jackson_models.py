"""The model of customers' value that their place on Jackson's continuum calls for, built from their log of purchases.

Where a loss is final, a customer who does not buy in a period in which customers buy has left: cohorts lose members and
retention is modeled. Where everybody always gets a share, silence proves nothing: the chance that a customer is still
one is modeled, or the chance of buying by how long ago the last purchase was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.retention_table import RetentionTable
from relmodels.btyd.shifted_beta_geometric import ShiftedBetaGeometric
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import BoolArray, FloatArray, IntArray, read_only
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.core.numbers import whole
from relmodels.core.periods import Unit
from relmodels.development.jackson import Region
from relmodels.estimation import fit
from relmodels.inference.result import Fit
from relmodels.markov.chain import MarkovChain
from relmodels.markov.panel import Panel
from relmodels.markov.recency import recency_chain

__all__ = ["AccountModel", "ModelName", "account_model"]

ModelName: TypeAlias = Literal["retention", "alive", "migration"]


@dataclass(frozen=True, slots=True, eq=False)
class AccountModel:
    """A model built from a log of purchases.

    Attributes:
        name: retention, alive or migration.
        fit: of retention, the shifted beta-geometric; of being alive, BG/NBD; ``None`` for migration.
        chain: of migration, by periods since the last purchase; ``None`` for the others.
        returned: the share of customers who bought again after a period without a purchase. Near 0 it speaks for lost
            for good, far above for always a share.

    """

    name: ModelName
    fit: Fit[ShiftedBetaGeometric] | Fit[BGNBD] | None
    chain: MarkovChain | None
    returned: float

    def __str__(self) -> str:
        """Return the model with the share of customers who returned."""
        shown = str(self.chain.table() if self.chain is not None else self.fit)
        return (
            f"{self.name} model; {self.returned:.1%} of customers came back after a period without a purchase\n{shown}"
        )


def account_model(
    region: Region,
    frame: object,
    *,
    customer: str,
    date: str,
    unit: Unit = "month",
    observation_end: str | None = None,
    model: ModelName | None = None,
    states: int = 6,
) -> AccountModel:
    """Return the model that a region of the continuum calls for, built from a log of purchases.

    Args:
        region: from :func:`~relmodels.development.jackson.position`.
        frame: a table of any supported library with a row a purchase.
        customer: the column of identifiers.
        date: the column of dates.
        unit: the calendar period in which customers of this trade usually buy; weeks begin on Monday.
        observation_end: the last day observed; the last date of the log by default.
        model: another model than the one the region calls for: retention for lost for good, alive for always a share.
            The region between calls for none of them alone and needs a choice.
        states: of migration, how many periods without a purchase are told apart before a customer counts as lost.

    Raises:
        InvalidData: naming unusable columns and rows, and a log too short for the model.
        InvalidParameters: if the region or the model is unknown, or a choice is needed.

    Examples:
        >>> from relmodels import datasets
        >>> found = account_model("always_a_share", datasets.cdnow(), customer="customer", date="date", unit="week")
        >>> found.name, type(found.fit.model).__name__, round(found.returned, 2)
        ('alive', 'BGNBD', 0.46)

    Reference:
        Jackson, B. B. (1985), Build customer relationships that last, Harvard Business Review 63(6), 120-128; Pfeifer,
        P. E. and Carraway, R. L. (2000), Modeling customer relationships as Markov chains, Journal of Interactive
        Marketing 14(2), 43-55, for which model belongs to which end.

    """
    name = _model_of(region, model)
    panel = Panel.from_transactions(
        frame,
        customer=customer,
        date=date,
        unit=unit,
        outcome=("bought",),
        observation_end=observation_end,
        first="with",
    )
    bought = panel.outcome() == 1.0
    returned = _returned(bought)
    if name == "alive":
        summary = PurchaseSummary.from_transactions(
            frame, customer=customer, date=date, unit=unit, observation_end=observation_end
        )
        return AccountModel(name, fit(BGNBD, summary), None, returned)
    if name == "migration":
        return AccountModel(name, None, recency_chain(_chances(bought, panel, whole(states, "states", 1))), returned)
    return AccountModel(name, fit(ShiftedBetaGeometric, _cohorts(bought, panel, unit)), None, returned)


def _model_of(region: Region, model: ModelName | None) -> ModelName:
    if region not in get_args(Region) or model not in {None, *get_args(ModelName)}:
        message = (
            f"region = {region!r}, model = {model!r}: regions are {', '.join(get_args(Region))}, "
            f"models {', '.join(get_args(ModelName))}"
        )
        raise InvalidParameters(message)
    if model is not None:
        return model
    if region == "between":
        message = "between the ends no one model is called for; choose model= among retention, alive and migration"
        raise InvalidParameters(message)
    return "retention" if region == "lost_for_good" else "alive"


def _last(bought: BoolArray) -> IntArray:
    """Return the place of each customer's last period with a purchase."""
    return np.asarray(bought.shape[1] - 1 - bought[:, ::-1].argmax(axis=1), dtype=np.int64)


def _returned(bought: BoolArray) -> float:
    """Return the share of customers with a period without a purchase before the last one with one."""
    return float(np.mean(bought.sum(axis=1) < _last(bought) + 1))


def _cohorts(bought: BoolArray, panel: Panel, unit: Unit) -> RetentionTable:
    """Return how many of each cohort were still there, a customer being there until the last purchase."""
    last = _last(bought)
    counts: dict[int, FloatArray] = {}
    for begun in np.unique(panel.start).tolist():
        rows = panel.start == begun
        length = int(panel.length[rows].max())
        if length >= 2:
            counts[begun] = (last[rows][:, None] >= np.arange(length)).sum(axis=0).astype(np.float64)
    if not counts:
        message = f"retention: no customer was observed for two {unit}s; use a shorter unit"
        raise InvalidData(message)
    return RetentionTable.from_survivors(counts, unit=unit)


def _chances(bought: BoolArray, panel: Panel, states: int) -> FloatArray:
    """Return the share that buys in the next period, by the periods since the last purchase."""
    there, again = np.zeros(states), np.zeros(states)
    silent = np.zeros(len(panel), dtype=np.int64)
    for period in range(1, panel.periods):
        within = (period < panel.length) & (silent < states)
        there += np.bincount(silent[within], minlength=states)
        again += np.bincount(silent[within & bought[:, period]], minlength=states)
        silent = np.where(bought[:, period], 0, silent + 1)
    if not there.all():
        message = (
            f"migration: nobody was seen {int(np.argmin(there)) + 1} periods after a purchase; "
            f"use fewer than {states} states or a shorter unit"
        )
        raise InvalidData(message)
    return read_only(again / there)
