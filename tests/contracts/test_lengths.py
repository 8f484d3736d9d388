"""Files and functions stay short enough to be read at one go."""

import statistics
from math import floor

from tests.contracts.source import body_length, listed, modules

MEDIAN_FILE, SOFT_FILE, HARD_FILE = 200, 400, 600
MEDIAN_BODY, LONG_BODY = 10, 35


def test_no_file_is_longer_than_six_hundred_lines(record_property):
    """No source file exceeds 600 lines; those above 400 are counted for the report."""
    lengths = {module: module.text.count("\n") for module in modules()}
    record_property("files above the soft limit", sum(length > SOFT_FILE for length in lengths.values()))
    long = [f"{module.at(module.tree)} has {n} lines" for module, n in lengths.items() if n > HARD_FILE]
    assert not long, listed(long)


def test_the_typical_file_is_short():
    """The median source file with code in it has at most 200 lines."""
    lengths = [module.text.count("\n") for module in modules() if module.path.name != "__init__.py"]
    assert statistics.median(lengths) <= MEDIAN_FILE


def test_the_typical_function_is_short():
    """The median function body has at most ten lines, and nine in ten have at most 35."""
    lengths = sorted(body_length(function) for module in modules() for function in module.functions())
    assert statistics.median(lengths) <= MEDIAN_BODY
    assert lengths[floor(0.9 * (len(lengths) - 1))] <= LONG_BODY


def test_no_function_is_a_chapter():
    """No function body exceeds 50 lines, whatever the formula."""
    long = [
        f"{module.at(function)} {function.name} has {body_length(function)} lines"
        for module in modules()
        for function in module.functions()
        if body_length(function) > 50
    ]
    assert not long, listed(long)
