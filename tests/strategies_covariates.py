"""Hypothesis strategies for models with covariates, and summaries that have them."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from relmodels.btyd.covariates import Covariates
from relmodels.btyd.summary import PurchaseSummary
from relmodels.btyd.with_covariates import WithCovariates
from tests.strategies import parameters, summaries

COLUMNS = ("size", "member")


@st.composite
def described(draw: st.DrawFn, sets: tuple[str, ...], *, spend: bool = False) -> PurchaseSummary[Covariates]:
    """Draw summaries with two covariates in each of the sets; one is a number, one is 0 or 1."""
    summary = draw(summaries(least=2, spend=spend))
    n = len(summary)
    gaps = np.where(summary.frequency > 0, -0.3 * summary.frequency, 0.0)
    frames: dict[str, Any] = {}
    for name in sets:
        size = draw(st.lists(st.floats(-2, 2), min_size=n, max_size=n))
        frames[name] = {
            "size": [2.5, *size[1:]],
            "member": [0.0, *(draw(st.sampled_from([0.0, 1.0])) for _ in size[2:]), 1.0],
        }
    with_gaps = PurchaseSummary.from_arrays(
        frequency=summary.frequency,
        recency=summary.recency,
        age=summary.age,
        spend=summary.spend,
        log_gaps=gaps,
        unit=summary.unit,
    )
    return with_gaps.with_covariates(**frames)


@st.composite
def explained(draw: st.DrawFn, kind: Any, names: tuple[str, ...]) -> WithCovariates[Any]:
    """Draw models of one kind with coefficients of these names."""
    values = draw(parameters(kind.space)) | ({"k": draw(st.integers(1, 3))} if "k" in kind.space.names else {})
    return WithCovariates(kind(**values), {name: draw(st.floats(-0.8, 0.8)) for name in names})
