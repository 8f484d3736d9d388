"""Every model and metric of the library in one table: who wrote it, where it was printed, where it lives.

The rows name their objects by import path and load them only when asked,
so that searching for a paper imports no room.
"""

from relmodels.catalogue.entry import Entry
from relmodels.catalogue.search import CATALOGUE, find

__all__ = ["CATALOGUE", "Entry", "find"]
