"""The source tree, parsed once for all contracts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import relmodels as rm

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "relmodels"
TESTS = ROOT / "tests"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """One parsed file."""

    path: Path
    text: str
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        """Return ``file:line`` of a node, as an editor opens it."""
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"

    @property
    def name(self) -> str:
        """Return the path below the package, such as ``core/errors.py``."""
        return self.path.relative_to(SRC if SRC in self.path.parents else TESTS).as_posix()

    def functions(self) -> Iterator[Function]:
        """Yield every function and method."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def classes(self) -> Iterator[ast.ClassDef]:
        """Yield every class."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef))

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Yield every call with the dotted name of what is called."""
        return ((ast.unparse(node.func), node) for node in ast.walk(self.tree) if isinstance(node, ast.Call))


def surface() -> dict[str, object]:
    """Return what the front door exports, by the name one writes after ``rm.``: ``fit``, ``plot.lorenz``."""
    own = {name: getattr(rm, name) for name in rm.__all__}
    inner = {
        f"{module}.{name}": getattr(value, name)
        for module, value in own.items()
        if isinstance(value, ModuleType)
        for name in value.__all__
    }
    return own | inner


@cache
def modules(folder: Path = SRC) -> tuple[Module, ...]:
    """Return every Python file below ``folder``, parsed."""
    paths = sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)
    texts = [(path, path.read_text(encoding="utf-8")) for path in paths]
    return tuple(Module(path, text, ast.parse(text, str(path))) for path, text in texts)


def body(function: Function) -> list[ast.stmt]:
    """Return the statements of a function without its docstring."""
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


def body_length(function: Function) -> int:
    """Return the number of lines from the first statement after the docstring to the last."""
    statements = body(function)
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1 if statements else 0


def listed(problems: list[str]) -> str:
    """Return problems one a line, as the message of an assertion."""
    return "\n" + "\n".join(problems)
