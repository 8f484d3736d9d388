"""Arrows between rooms point down only, and importing the library is cheap."""

import ast
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator

from importlinter.cli import lint_imports

from tests.contracts.source import ROOT, listed, modules

LATE = {"scipy", "matplotlib"}
HEAVY = LATE | {"pandas", "polars", "pyarrow", "duckdb", "jinja2", "typer", "rich", "fastexcel", "click"}
CORE = {"numpy", "scipy", "pydantic", "pydantic_core", "narwhals", "relmodels"}
# Rooms behind an extra may use what the extra brings.
EXTRAS = {
    "inference": {"rich"},
    "stakeholders": {"networkx"},
    "plot": {"matplotlib"},
    "report": {"matplotlib", "jinja2"},
    "cli": {"typer", "rich", "polars", "fastexcel"},
}
DATAFRAMES = {"narwhals", "pandas", "polars", "pyarrow", "duckdb"}


def test_layers_are_kept():
    """Every import between rooms points down, and every package has its place."""
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_optional_and_slow_libraries_are_imported_inside_functions():
    """SciPy and matplotlib are imported where they are used, never at the top of a file."""
    problems = [
        f"{module.at(node)} imports {name} when it is loaded"
        for module in modules()
        for name, node in _imports(module.tree, inside_functions=False)
        if name in LATE
    ]
    assert not problems, listed(problems)


def test_narwhals_is_known_to_the_door_only():
    """Only frames/door.py imports narwhals; everything else sees columns."""
    problems = [
        f"{module.at(node)} imports {name}"
        for module in modules()
        for name, node in _imports(module.tree)
        if name == "narwhals" and module.name != "frames/door.py"
    ]
    assert not problems, listed(problems)


def test_rooms_use_nothing_but_the_core_dependencies():
    """The library needs numpy, scipy, pydantic and narwhals; only rooms behind an extra and the door may use more."""
    problems = []
    for module in modules():
        room = module.name.partition("/")[0].removesuffix(".py")
        allowed = CORE | sys.stdlib_module_names | EXTRAS.get(room, set()) | (DATAFRAMES if room == "frames" else set())
        found = [(name, node) for name, node in _imports(module.tree) if name not in allowed]
        problems += [f"{module.at(node)} imports {name}" for name, node in found]
    assert not problems, listed(problems)


def test_nothing_inside_imports_from_the_front_door():
    """No module of the library imports from relmodels itself, which would run in circles."""
    problems = [
        f"{module.at(node)} imports from the front door"
        for module in modules()
        if module.name not in {"__init__.py", "__main__.py"}
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.ImportFrom) and node.module == "relmodels" and not _are_packages(node))
        or (isinstance(node, ast.Import) and any(alias.name == "relmodels" for alias in node.names))
    ]
    assert not problems, listed(problems)


def test_import_loads_no_heavy_library():
    """Importing relmodels loads no SciPy, no plotting, no data-frame, template or command-line library."""
    loaded = json.loads(_python("import relmodels, sys, json; print(json.dumps(sorted(sys.modules)))"))
    assert not HEAVY & {name.partition(".")[0] for name in loaded}


def test_import_costs_at_most_a_quarter_more_than_its_foundations():
    """Importing relmodels takes at most 1.25 times as long as numpy, scipy.optimize, scipy.special and pydantic."""
    clock = "import time; begin = time.process_time(); {}; print(time.process_time() - begin)"
    ours = clock.format("import relmodels")
    base = clock.format("import numpy, scipy.optimize, scipy.special, pydantic")
    _python(ours, compiled=True)  # whoever installs a package has it compiled; a fresh clone has not
    pairs = [(float(_python(ours, compiled=True)), float(_python(base, compiled=True))) for _ in range(5)]
    ratio = statistics.median(our for our, _ in pairs) / statistics.median(their for _, their in pairs)
    assert ratio <= 1.25, f"{ratio:.2f} times the foundations"


def _imports(tree: ast.AST, *, inside_functions: bool = True) -> Iterator[tuple[str, ast.stmt]]:
    for node in _executed(tree, inside_functions=inside_functions):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0], node


def _executed(tree: ast.AST, *, inside_functions: bool) -> Iterator[ast.AST]:
    """Yield what may run, leaving out what is for type checkers only and, if asked, the bodies of functions."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not inside_functions:
            continue
        yield node
        yield from _executed(node, inside_functions=inside_functions)


def _are_packages(node: ast.ImportFrom) -> bool:
    folder = ROOT / "src" / "relmodels"
    return all((folder / alias.name).is_dir() or (folder / f"{alias.name}.py").exists() for alias in node.names)


def _python(code: str, *, compiled: bool = False) -> str:
    kept = {name: value for name, value in os.environ.items() if not compiled or name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT, env=kept)
    assert done.returncode == 0, done.stderr
    return done.stdout
