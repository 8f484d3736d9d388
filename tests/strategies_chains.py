"""Chains for property tests: with moves between all states, with ends, and of recency."""

import numpy as np
from hypothesis import strategies as st

import relmodels as rm


@st.composite
def chains(draw, most: int = 5) -> rm.MarkovChain:
    """Return a chain with a chance above 0 of every move."""
    size = draw(st.integers(1, most))
    weights = draw(st.lists(st.floats(0.01, 1.0), min_size=size * size, max_size=size * size))
    matrix = np.array(weights).reshape(size, size)
    return rm.MarkovChain(matrix / matrix.sum(axis=1, keepdims=True))


@st.composite
def absorbing_chains(draw) -> rm.MarkovChain:
    """Return a chain with one or two ends, each within reach of every state in a step of at least 2 %."""
    inner = draw(chains(4))
    ends, size = draw(st.integers(1, 2)), len(inner)
    leave = np.array(draw(st.lists(st.floats(0.02, 0.9), min_size=size, max_size=size)))
    part = draw(st.floats(0.1, 0.9)) if ends == 2 else 1.0
    matrix = np.eye(size + ends)
    matrix[:size, :size] = inner.transition * (1.0 - leave[:, None])
    matrix[:size, size] = leave * part
    if ends == 2:
        matrix[:size, size + 1] = leave * (1.0 - part)
    return rm.MarkovChain(matrix)


def recency_chances() -> st.SearchStrategy[list[float]]:
    """Return chances of buying for one to five states of recency."""
    return st.lists(st.floats(0.0, 0.95), min_size=1, max_size=5)
