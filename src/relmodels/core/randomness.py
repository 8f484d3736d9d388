"""Sources of randomness that callers pass: a seed, a generator, or nothing for fresh randomness."""

from __future__ import annotations

import numpy as np

from relmodels.core.errors import InvalidParameters

__all__ = ["generator"]


def generator(rng: object) -> np.random.Generator:
    """Return a random generator: the one given, one seeded by the number given, or a fresh one for ``None``.

    Raises:
        InvalidParameters: if it is none of these.

    Examples:
        >>> int(generator(1).integers(100)), generator(generator(1)) is not None
        (47, True)

    """
    if rng is None or isinstance(rng, np.random.Generator):
        return np.random.default_rng(rng)
    if isinstance(rng, bool) or not isinstance(rng, int | np.integer) or rng < 0:
        message = f"rng = {rng!r} is not a source of randomness; give a whole number of 0 or more or a numpy Generator"
        raise InvalidParameters(message)
    return np.random.default_rng(rng)
