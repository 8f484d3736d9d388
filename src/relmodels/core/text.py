"""Text as it is compared when somebody searches."""

from __future__ import annotations

import unicodedata

__all__ = ["plain"]


def plain(text: str) -> str:
    """Return the text without capitals and accents; й and ё become и and е, as people type them.

    Examples:
        >>> plain("Näf"), plain("Учёт")
        ('naf', 'учет')

    """
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
