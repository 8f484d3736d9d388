"""The workshop of Markov chains: customers move between states, and each state is worth something.

Values of :class:`~relmodels.markov.chain.MarkovChain` are usable at once; chains are counted from what was observed, or
written down from a paper.
"""

from relmodels.markov.amount_emissions import Gaussian
from relmodels.markov.chain import Absorption, MarkovChain
from relmodels.markov.count_emissions import NegativeBinomial, Poisson
from relmodels.markov.decode import filtered_states, most_likely_path, segment_chances, smoothed_states
from relmodels.markov.emissions import Emission
from relmodels.markov.estimate import ChainEstimate, estimate_chain, transition_counts
from relmodels.markov.hmm import HMM
from relmodels.markov.hmm_fit import fit_hmm
from relmodels.markov.hmm_result import HMMFit
from relmodels.markov.hmm_spec import HMMSpec
from relmodels.markov.migration import SegmentForecast, forecast_segments
from relmodels.markov.panel import Panel
from relmodels.markov.recency import StoppingRule, best_stopping, recency_chain
from relmodels.markov.share_emissions import Binomial, Categorical
from relmodels.markov.simulate import simulate_states
from relmodels.markov.transitions import FreeTransitions, OrderedLogit
from relmodels.markov.value import markov_clv

__all__ = [
    "HMM",
    "Absorption",
    "Binomial",
    "Categorical",
    "ChainEstimate",
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
    "StoppingRule",
    "best_stopping",
    "estimate_chain",
    "filtered_states",
    "fit_hmm",
    "forecast_segments",
    "markov_clv",
    "most_likely_path",
    "recency_chain",
    "segment_chances",
    "simulate_states",
    "smoothed_states",
    "transition_counts",
]
