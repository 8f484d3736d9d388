"""Small published data that ship with the library, as raw tables."""

from relmodels.datasets.cdnow import CDNOW_SOURCE, cdnow

__all__ = ["CDNOW_SOURCE", "cdnow"]
