"""Publications that entries of several rooms cite."""

from __future__ import annotations

from typing import Final

from relmodels.core.reference import Reference

__all__ = ["EASY_WAY", "FADER_HARDIE_LEE"]

FADER_HARDIE_LEE: Final = ("Fader, P. S.", "Hardie, B. G. S.", "Lee, K. L.")
EASY_WAY: Final = Reference(
    FADER_HARDIE_LEE,
    2005,
    "“Counting Your Customers” the Easy Way: An Alternative to the Pareto/NBD Model",
    "Marketing Science",
    "24(2)",
    "275-284",
    "10.1287/mksc.1040.0098",
)
