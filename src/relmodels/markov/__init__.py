"""The workshop of Markov chains: customers move between states, and each state is worth something.

Values of :class:`~relmodels.markov.chain.MarkovChain` are usable at once; chains are counted from what was observed, or
written down from a paper.
"""

from relmodels.markov.chain import Absorption, MarkovChain
from relmodels.markov.estimate import ChainEstimate, estimate_chain, transition_counts
from relmodels.markov.migration import SegmentForecast, forecast_segments
from relmodels.markov.recency import StoppingRule, best_stopping, recency_chain
from relmodels.markov.value import markov_clv

__all__ = [
    "Absorption",
    "ChainEstimate",
    "MarkovChain",
    "SegmentForecast",
    "StoppingRule",
    "best_stopping",
    "estimate_chain",
    "forecast_segments",
    "markov_clv",
    "recency_chain",
    "transition_counts",
]
