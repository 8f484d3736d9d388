"""The command line, for people who have a file and no notebook: ``relmodels report``, ``survey`` and ``demo``."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; without its libraries, say in one sentence how to install them."""
    try:
        from relmodels.cli.app import application
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("relmodels"):
            raise
        message = f"relmodels: {error.name} is not installed; install it with: pip install 'relmodels[report]'"
        sys.exit(message)
    application()()
