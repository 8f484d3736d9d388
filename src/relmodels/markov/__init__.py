"""The workshop of Markov chains: customers move between states, and each state is worth something.

Where states are observed, a :class:`~relmodels.markov.chain.MarkovChain` is usable at once, counted from transitions or
written down from a paper. Where they are not, a hidden Markov model infers them from what customers do:
``rm.fit(HMMSpec(states=3, emission=Poisson()), panel)``.
"""

from relmodels.markov.amount_emissions import Gaussian
from relmodels.markov.chain import Absorption, MarkovChain
from relmodels.markov.count_emissions import NegativeBinomial, Poisson
from relmodels.markov.emissions import Emission
from relmodels.markov.estimate import ChainEstimate, estimate_chain, transition_counts
from relmodels.markov.forecast import (
    ContactEffect,
    StateForecast,
    contact_effect,
    contact_response,
    customer_values,
    forecast,
    state_values,
)
from relmodels.markov.hmm import HMM
from relmodels.markov.hmm_result import HMMFit
from relmodels.markov.hmm_spec import HMMSpec
from relmodels.markov.migration import SegmentForecast, forecast_segments
from relmodels.markov.panel import Panel
from relmodels.markov.recency import StoppingRule, best_stopping, recency_chain
from relmodels.markov.share_emissions import Binomial, Categorical
from relmodels.markov.simulate import simulate_states
from relmodels.markov.state_choice import StateChoice, choose_states
from relmodels.markov.transitions import FreeTransitions, OrderedLogit
from relmodels.markov.value import markov_clv

__all__ = [
    "HMM",
    "Absorption",
    "Binomial",
    "Categorical",
    "ChainEstimate",
    "ContactEffect",
    "Emission",
    "FreeTransitions",
    "Gaussian",
    "HMMFit",
    "HMMSpec",
    "MarkovChain",
    "NegativeBinomial",
    "OrderedLogit",
    "Panel",
    "Poisson",
    "SegmentForecast",
    "StateChoice",
    "StateForecast",
    "StoppingRule",
    "best_stopping",
    "choose_states",
    "contact_effect",
    "contact_response",
    "customer_values",
    "estimate_chain",
    "forecast",
    "forecast_segments",
    "markov_clv",
    "recency_chain",
    "simulate_states",
    "state_values",
    "transition_counts",
]
