"""Room 2: how relationships develop, as papers tell it and as histories and purchases show it."""

from relmodels.development.history import PhaseEntry, PhaseHistory, processes
from relmodels.development.history_frames import phase_histories
from relmodels.development.jackson_models import AccountModel, account_model
from relmodels.development.phase_times import (
    PhaseMoves,
    TimeInPhase,
    phase_chain,
    phase_moves,
    time_in_phase,
    time_to_dissolution,
)
from relmodels.development.trajectory import PhaseModel, PhaseTrajectory, label

__all__ = [
    "AccountModel",
    "PhaseEntry",
    "PhaseHistory",
    "PhaseModel",
    "PhaseMoves",
    "PhaseTrajectory",
    "TimeInPhase",
    "account_model",
    "label",
    "phase_chain",
    "phase_histories",
    "phase_moves",
    "processes",
    "time_in_phase",
    "time_to_dissolution",
]
