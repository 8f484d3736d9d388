"""Pictures of results: each function takes a model or numbers and an optional ``ax``, and returns matplotlib ``Axes``.

They need the extra ``plot`` (``pip install 'relmodels[plot]'``) and load matplotlib when first called.
Without ``ax`` the picture gets a figure of its own, which a notebook shows after the cell; no setting is changed.
``ax.figure.savefig("picture.svg")`` saves it, and ``matplotlib.pyplot.close("all")`` frees what many pictures hold.
Colors are told apart by the color-blind and in gray print, and sizes are chosen to be read on a telephone.
"""

from relmodels.plot.calibration import forecast_deciles, frequency_calibration, holdout_calibration
from relmodels.plot.grids import expected_purchases_grid, p_alive_grid
from relmodels.plot.network import network
from relmodels.plot.over_time import tracking
from relmodels.plot.paths import paths
from relmodels.plot.phases import phases
from relmodels.plot.scores import score_distribution
from relmodels.plot.spidergram import spidergram
from relmodels.plot.value import lorenz, value_distribution
from relmodels.plot.whale import whale_curve

__all__ = [
    "expected_purchases_grid",
    "forecast_deciles",
    "frequency_calibration",
    "holdout_calibration",
    "lorenz",
    "network",
    "p_alive_grid",
    "paths",
    "phases",
    "score_distribution",
    "spidergram",
    "tracking",
    "value_distribution",
    "whale_curve",
]
