"""The example notebook runs from top to bottom and is stored without outputs."""

from __future__ import annotations

import json
from pathlib import Path

NOTEBOOK = Path(__file__).parents[2] / "examples" / "customer_value.ipynb"
CELLS = [cell for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def test_the_notebook_runs() -> None:
    """The code cells of the notebook run in order in one namespace."""
    namespace: dict[str, object] = {"__name__": "__notebook__"}
    for number, cell in enumerate(CELLS):
        exec(compile("".join(cell["source"]), f"cell {number}", "exec", dont_inherit=True), namespace)  # noqa: S102 - our own notebook
    assert "value" in namespace


def test_the_notebook_holds_no_outputs() -> None:
    """No cell carries outputs or counts, so that the file differs only where the code does."""
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in CELLS)
