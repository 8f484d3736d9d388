"""Small published data that ship with the library, as raw tables."""

from relmodels.datasets.cdnow import CDNOW_SOURCE, cdnow
from relmodels.datasets.donations import DONATIONS_SOURCE, donations, donations_holdout

__all__ = ["CDNOW_SOURCE", "DONATIONS_SOURCE", "cdnow", "donations", "donations_holdout"]
