"""What rooms 2 and 3 say of phases: processes, histories, the continuum, functions, drivers; and chains from data."""

from __future__ import annotations

from typing import Final

from relmodels.catalogue.entry import Entry
from relmodels.core.reference import Reference
from relmodels.development.dwyer import DWYER_1987
from relmodels.development.jackson import JACKSON_1985
from relmodels.development.walter import WALTER_2001
from relmodels.drivers.respondent_scores import PALMATIER_2006
from relmodels.stakeholders.sources import MORGAN_HUNT_1994

__all__ = ["DEVELOPMENT"]

_ROOM: Final = "relmodels.development"
_DRIVERS: Final = "relmodels.drivers"
_MARKOV: Final = "relmodels.markov"
_KAPLAN_MEIER: Final = Reference(
    ("Kaplan, E. L.", "Meier, P."),
    1958,
    "Nonparametric Estimation from Incomplete Observations",
    "Journal of the American Statistical Association",
    "53(282)",
    "457-481",
    standing="unconfirmed",
)
_ANDERSON_GOODMAN: Final = Reference(
    ("Anderson, T. W.", "Goodman, L. A."),
    1957,
    "Statistical Inference about Markov Chains",
    "Annals of Mathematical Statistics",
    "28(1)",
    "89-110",
    standing="unconfirmed",
)
_KEMENY_SNELL: Final = Reference(
    ("Kemeny, J. G.", "Snell, J. L."), 1960, "Finite Markov Chains", "Van Nostrand", standing="unconfirmed"
)
_PFEIFER_CARRAWAY: Final = Reference(
    ("Pfeifer, P. E.", "Carraway, R. L."),
    2000,
    "Modeling Customer Relationships as Markov Chains",
    "Journal of Interactive Marketing",
    "14(2)",
    "43-55",
    standing="secondary",
)
_NETZER: Final = Reference(
    ("Netzer, O.", "Lattin, J. M.", "Srinivasan, V."),
    2008,
    "A Hidden Markov Model of Customer Relationship Dynamics",
    "Marketing Science",
    "27(2)",
    "185-204",
    standing="secondary",
)


def _rows(room: str, module: str, prefix: str, *rows: tuple[str, str, Reference]) -> tuple[Entry, ...]:
    """Return entries of one module: the name, what it is, and the paper of each."""
    package = room.removeprefix("relmodels.")
    return tuple(
        Entry(f"{prefix}{name}", title, package, f"{room}.{module}:{name}", (paper,)) for name, title, paper in rows
    )


DEVELOPMENT: Final[tuple[Entry, ...]] = (
    *_rows(
        _ROOM,
        "dwyer",
        "dwyer.",
        ("process", "phases of a relationship, from awareness to dissolution", DWYER_1987),
        ("SUB_PROCESSES", "what carries a relationship from exploration through expansion", DWYER_1987),
        ("COMMITMENT", "by what one sees commitment", DWYER_1987),
    ),
    *_rows(
        _ROOM,
        "history_frames",
        "",
        ("phase_histories", "phase histories from a table, every move checked", DWYER_1987),
    ),
    *_rows(
        _ROOM,
        "phase_times",
        "",
        ("phase_moves", "forward and backward moves of a portfolio", DWYER_1987),
        ("time_in_phase", "time in each phase, with those still in it", _KAPLAN_MEIER),
        ("time_to_dissolution", "time until relationships dissolve", _KAPLAN_MEIER),
        ("phase_chain", "chances of moving between phases in a period", _ANDERSON_GOODMAN),
    ),
    *_rows(
        _ROOM,
        "jackson",
        "jackson.",
        ("position", "continuum from always a share to lost for good", JACKSON_1985),
        ("DETERMINANTS", "what decides where an account lies on the continuum", JACKSON_1985),
        ("REGIONS", "what the continuum means for marketing and for models", JACKSON_1985),
    ),
    *_rows(
        _ROOM,
        "jackson_models",
        "",
        ("account_model", "the model of value that a place on the continuum calls for", JACKSON_1985),
    ),
    *_rows(
        _ROOM,
        "walter",
        "walter.",
        ("function_scores", "direct and indirect functions of relationships", WALTER_2001),
        ("fit_value", "how much functions add to perceived value", WALTER_2001),
        ("relationship_types", "four types of relationships by their functions", WALTER_2001),
        ("SUPPLIER_FUNCTIONS", "what a customer does for its supplier", WALTER_2001),
    ),
    *_rows(
        _ROOM,
        "trajectory",
        "",
        ("label", "hidden states under the names of phases", _NETZER),
    ),
    *_rows(
        _DRIVERS,
        "five_phases",
        "five_phases.",
        ("diagnose", "the phase of a relationship by its drivers", DWYER_1987),
        ("warning_signs", "drivers that fell, which warns of dissolution", DWYER_1987),
    ),
    *_rows(
        _DRIVERS,
        "morgan_hunt",
        "morgan_hunt.",
        ("key_mediating", "the commitment-trust theory as a model to estimate", MORGAN_HUNT_1994),
        ("rival", "its rival, in which nothing mediates", MORGAN_HUNT_1994),
        ("measurement", "what its questions measure, alone", MORGAN_HUNT_1994),
        ("hypotheses", "thirteen paths with sign, interval and verdict", MORGAN_HUNT_1994),
        ("compared", "the paper's four criteria, theory and rival", MORGAN_HUNT_1994),
        ("mediation", "what reaches outcomes through trust and commitment", MORGAN_HUNT_1994),
        ("CONSTRUCTS", "the twelve constructs of the theory", MORGAN_HUNT_1994),
    ),
    *_rows(
        _DRIVERS,
        "trust_questionnaire",
        "morgan_hunt.",
        ("questionnaire", "questions for the theory, in words of our own", MORGAN_HUNT_1994),
        ("reversed_questions", "questions that ask the other way round", MORGAN_HUNT_1994),
    ),
    *_rows(
        _DRIVERS,
        "respondent_scores",
        "",
        ("respondent_scores", "trust, commitment and quality of each respondent", PALMATIER_2006),
    ),
    *_rows(
        _DRIVERS,
        "relationship_quality",
        "",
        ("relationship_quality", "relationship quality with agreement of respondents", PALMATIER_2006),
    ),
    *_rows(
        _MARKOV,
        "chain",
        "",
        ("MarkovChain", "Markov chain, stationary distribution and absorption", _KEMENY_SNELL),
    ),
    *_rows(
        _MARKOV,
        "value",
        "",
        ("markov_clv", "lifetime value of each state of a chain", _PFEIFER_CARRAWAY),
    ),
    *_rows(
        _MARKOV,
        "recency",
        "markov.",
        ("recency_chain", "customers by periods since their last purchase", _PFEIFER_CARRAWAY),
        ("best_stopping", "in which states of recency writing pays", _PFEIFER_CARRAWAY),
    ),
    *_rows(
        _MARKOV,
        "estimate",
        "markov.",
        ("estimate_chain", "chain from counted transitions, with a prior", _ANDERSON_GOODMAN),
    ),
    *_rows(
        _MARKOV,
        "hmm_spec",
        "markov.",
        ("HMMSpec", "hidden Markov model of relationships", _NETZER),
    ),
)
