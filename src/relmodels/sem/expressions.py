"""Arithmetic over labels, as definitions and constraints use it: parsed once, evaluated with its derivative.

Only numbers, labels, ``+ - * / ^``, parentheses and ``exp log sqrt abs`` are understood; nothing else is ever run.
Derivatives are those of complex steps, exact to rounding.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData

__all__ = ["evaluate", "gradient", "names_in"]

_STEP: Final = 1e-30
_FUNCTIONS: Final[dict[str, Callable[[complex], complex]]] = {
    "exp": lambda value: complex(np.exp(value)),
    "log": lambda value: complex(np.log(value)),
    "sqrt": lambda value: complex(np.sqrt(value)),
    "abs": lambda value: value if value.real >= 0.0 else -value,
}
_BINARY: Final[dict[type[ast.operator], Callable[[complex, complex], complex]]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text.strip().replace("^", "**"), mode="eval").body
    except (SyntaxError, ValueError) as error:
        message = f"{text!r} is no expression; write sums and products of labels, such as a*b + c"
        raise InvalidData(message) from error


def names_in(text: str) -> tuple[str, ...]:
    """Return the labels in an expression, each once, in order.

    Raises:
        InvalidData: if it is none.

    Examples:
        >>> names_in("a*b + c + exp(a)")
        ('a', 'b', 'c')

    """
    found: list[str] = []
    _walk(_parsed(text), text, found)
    return tuple(dict.fromkeys(found))


def _walk(node: ast.expr, text: str, found: list[str]) -> None:
    if isinstance(node, ast.Name):
        found.append(node.id)
    elif isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        _walk(node.left, text, found)
        _walk(node.right, text, found)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        _walk(node.operand, text, found)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS:
        if len(node.args) != 1 or node.keywords:
            message = f"{text!r}: {node.func.id} takes one argument"
            raise InvalidData(message)
        _walk(node.args[0], text, found)
    elif not (isinstance(node, ast.Constant) and isinstance(node.value, int | float)):
        shown = ast.unparse(node)
        message = f"{text!r}: {shown!r} is not understood; use numbers, labels, + - * / ^ and {', '.join(_FUNCTIONS)}"
        raise InvalidData(message)


def _value(node: ast.expr, values: Mapping[str, complex]) -> complex:
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.Constant):
        return complex(node.value)  # type: ignore[arg-type]  # _walk lets numbers pass only
    if isinstance(node, ast.UnaryOp):
        inner = _value(node.operand, values)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _FUNCTIONS[node.func.id](_value(node.args[0], values))
    if isinstance(node, ast.BinOp):
        return _BINARY[type(node.op)](_value(node.left, values), _value(node.right, values))
    raise AssertionError(ast.dump(node))  # _walk has refused everything else


def evaluate(text: str, values: Mapping[str, float]) -> float:
    """Return an expression at values of its labels; ``nan`` where it has none, as the logarithm of a negative number.

    Examples:
        >>> evaluate("a*b + 2^3", {"a": 0.5, "b": 4.0})
        10.0

    """
    names_in(text)
    return _real(_parsed(text), {name: complex(value) for name, value in values.items()})


def _real(node: ast.expr, values: Mapping[str, complex]) -> float:
    try:
        with np.errstate(all="ignore"):
            found = _value(node, values)
    except (ZeroDivisionError, OverflowError):
        return float("nan")
    return float(found.real) if found.imag == 0.0 else float("nan")


def gradient(text: str, values: Mapping[str, float]) -> dict[str, float]:
    """Return the derivative of an expression by each of its labels.

    Examples:
        >>> gradient("a*b + a^2", {"a": 3.0, "b": 4.0})
        {'a': 10.0, 'b': 3.0}

    """
    node, found = _parsed(text), {}
    for name in names_in(text):
        moved = {key: complex(value) for key, value in values.items()}
        moved[name] += 1j * _STEP
        try:
            with np.errstate(all="ignore"):
                found[name] = float(_value(node, moved).imag / _STEP)
        except (ZeroDivisionError, OverflowError):
            found[name] = float("nan")
    return found


def jacobian(texts: list[str], labels: Mapping[str, int], theta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the values of expressions, and their derivatives by parameters ``(k, q)``."""
    values = {name: float(theta[place]) for name, place in labels.items()}
    slopes = np.zeros((len(texts), theta.size))
    for row, text in enumerate(texts):
        for name, slope in gradient(text, values).items():
            slopes[row, labels[name]] += slope
    return np.array([evaluate(text, values) for text in texts]), slopes
