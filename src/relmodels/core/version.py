"""The version of the library, stated once."""

from typing import Final

__all__ = ["__version__"]

__version__: Final = "0.1.0"
