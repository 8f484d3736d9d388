"""Small data that ship with the library, published ones and an invented firm, as raw tables."""

from relmodels.datasets.cdnow import CDNOW_SOURCE, cdnow
from relmodels.datasets.coffee_roaster import COFFEE_ROASTER_SOURCE, coffee_roaster
from relmodels.datasets.donations import DONATIONS_SOURCE, donations, donations_holdout
from relmodels.datasets.trust_survey import TRUST_SURVEY_SOURCE, trust_survey

__all__ = [
    "CDNOW_SOURCE",
    "COFFEE_ROASTER_SOURCE",
    "DONATIONS_SOURCE",
    "TRUST_SURVEY_SOURCE",
    "cdnow",
    "coffee_roaster",
    "donations",
    "donations_holdout",
    "trust_survey",
]
