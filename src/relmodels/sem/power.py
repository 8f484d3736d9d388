"""How many respondents a survey needs: samples drawn from a model, fitted, and counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from relmodels.core.errors import InvalidParameters
from relmodels.core.numbers import finite, whole
from relmodels.core.randomness import generator
from relmodels.frames.table import Table
from relmodels.sem.data import SampleMoments
from relmodels.sem.fit import fit_paths
from relmodels.sem.guards import require_path_fit
from relmodels.sem.linear import root_of
from relmodels.sem.result import PathFit

__all__ = ["power_by_size"]


def power_by_size(
    fit: PathFit,
    parameters: Sequence[str],
    sizes: Iterable[int],
    *,
    draws: int = 200,
    level: float = 0.95,
    rng: int | np.random.Generator,
) -> Table:
    """Return how often each parameter would be told from 0 by surveys of some sizes, if the model holds as fitted.

    Samples are normal with the implied covariances, and means if they are modeled; each is fitted by maximum
    likelihood, and a parameter is told from 0 if its interval leaves 0 out. The fit may be of other data, of a pilot,
    or of a table that one expects.

    Args:
        fit: of one group.
        parameters: as they would be stated, or their labels.
        sizes: numbers of respondents.
        draws: samples of each size.
        level: of the intervals.
        rng: a seed or a generator.

    Raises:
        InvalidParameters: if the fit is of several groups or of ordinal answers, a parameter is unknown or held, or the
            level is out of range; and if another kind of fit is passed.

    Examples:
        >>> from relmodels.sem import PathModel
        >>> table = [[1.0, 0, 0, 0], [0.5, 1.0, 0, 0], [0.5, 0.5, 1.0, 0], [0.25, 0.25, 0.25, 1.0]]
        >>> data = SampleMoments.from_correlation(table, ["t1", "t2", "t3", "loyalty"], n=100)
        >>> fit = fit_paths(PathModel.parse("trust =~ t1 + t2 + t3; loyalty ~ trust"), data)
        >>> found = power_by_size(fit, ["loyalty ~ trust"], [50, 200], draws=50, rng=1)
        >>> found.columns, float(found.column("power")[1]) > float(found.column("power")[0])
        (('respondents', 'parameter', 'power', 'failed'), True)

    Reference:
        Muthén, L. K. and Muthén, B. O. (2002), How to use a Monte Carlo study to decide on sample size and determine
        power, Structural Equation Modeling 9(4), 599-620.

    """
    from scipy.special import ndtri

    require_path_fit(fit, "power_by_size")
    if len(fit.groups) > 1 or fit.thresholds is not None:
        message = "sizes are found for one group and answers that are not ordinal"
        raise InvalidParameters(message)
    if not 0.0 < finite(level, "level", "a share between 0 and 1") < 1.0:
        message = f"level = {level!r} is not between 0 and 1"
        raise InvalidParameters(message)
    places = [fit.place(name) for name in parameters]
    if held := [name for name, place in zip(parameters, places, strict=True) if fit.parameters[place].index < 0]:
        message = f"{', '.join(held)}: held parameters are not estimated; name free ones"
        raise InvalidParameters(message)
    random, limit = generator(rng), float(ndtri(0.5 + level / 2.0))
    root = root_of(fit.implied[0])
    modeled = fit.implied_mean is not None
    means = fit.implied_mean[0] if fit.implied_mean is not None else np.zeros(len(fit.names))
    rows: list[tuple[int, str, float, int]] = []
    for size in sizes:
        count = whole(size, "sizes", len(fit.names) + 1)
        told = np.zeros(len(places))
        failed = 0
        for _ in range(whole(draws, "draws", 1)):
            values = random.normal(size=(count, len(fit.names))) @ root.T + means
            moments = SampleMoments(
                names=fit.names,
                sizes=(count,),
                covariance=np.cov(values.T, bias=True).reshape(1, len(fit.names), len(fit.names)),
                mean=values.mean(axis=0)[None],
            )
            found = fit_paths(fit.model, moments, means=modeled, check=False)
            if found.covariance is None:
                failed += 1
                continue
            ratio = np.abs(found.values[places]) / np.maximum(found.errors[places], 1e-300)
            told += ratio > limit
        shares = (told / max(draws - failed, 1)).tolist()
        rows += [(count, name, share, failed) for name, share in zip(parameters, shares, strict=True)]
    return Table(
        {
            "respondents": [count for count, *_ in rows],
            "parameter": [name for _, name, *_ in rows],
            "power": np.array([one for *_, one, _ in rows]),
            "failed": [one for *_, one in rows],
        }
    )
