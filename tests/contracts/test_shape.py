"""Values are frozen, nothing is inherited, and nothing is decided by looking at attributes."""

import ast
import re

from tests.contracts.source import TESTS, Module, listed, modules

ANCESTORS = {
    *("Protocol", "Generic", "Record", "Enum", "StrEnum", "IntEnum"),
    *("Exception", "ValueError", "ImportError", "RelmodelsError", "InvalidData"),
}
# pydantic's base has exactly one heir, the base of all records.
RECORD_BASE = {("core/record.py", "Record")}
# A collector gathers what is wrong with one input and is gone when the call returns.
COLLECTORS = {("core/errors.py", "Problems")}
REACHING_IN = {"hasattr", "setattr", "delattr", "object.__setattr__", "vars", "globals", "exec", "eval"}
# A frozen value may bring its own fields into their final form while it is being made, never later.
WHILE_MADE = {"object.__setattr__"}
ARRAY = re.compile(r"\b(\w*Array|NDArray)\b")


def test_nothing_is_inherited_but_protocols_errors_enumerations_and_records():
    """A class has no ancestor but an exception, an enumeration or Record; a Protocol may extend Protocols."""
    protocols = {node.name for module in modules() for node in module.classes() if "Protocol" in map(_bare, node.bases)}
    problems = [
        f"{module.at(node)} {node.name} inherits from {ast.unparse(base)}"
        for module in modules()
        for node in module.classes()
        for base in node.bases
        if _bare(base) not in (ANCESTORS | protocols if node.name in protocols else ANCESTORS)
        and (module.name, node.name) not in RECORD_BASE
    ]
    assert not problems, listed(problems)


def test_nothing_reaches_into_objects_by_name():
    """Neither hasattr nor setattr nor their relatives are called, but for a value's own fields while it is made."""
    problems = [
        f"{module.at(call)} calls {name}"
        for module in modules()
        for name, call in module.calls()
        if name in REACHING_IN and not (name in WHILE_MADE and call in _calls_while_made(module))
    ]
    assert not problems, listed(problems)


def test_no_keyword_arguments_are_handed_through():
    """No function takes keyword arguments it does not name."""
    problems = [
        f"{module.at(function)} {function.name} takes **{function.args.kwarg.arg}"
        for module in modules()
        for function in module.functions()
        if function.args.kwarg is not None
    ]
    assert not problems, listed(problems)


def test_dataclasses_are_frozen_and_slotted():
    """Every dataclass is frozen and slotted; only a collector of problems may change."""
    problems = []
    for module, node, options in _dataclasses():
        wanted = {"slots"} if (module.name, node.name) in COLLECTORS else {"frozen", "slots"}
        missing = wanted - {name for name, value in options.items() if value is True}
        problems += [f"{module.at(node)} {node.name} lacks {option}=True" for option in sorted(missing)]
    assert not problems, listed(problems)


def test_holders_of_arrays_compare_by_identity():
    """A dataclass with an array among its fields says eq=False, because arrays have no single answer to ==."""
    problems = [
        f"{module.at(node)} {node.name} holds arrays and lacks eq=False"
        for module, node, options in _dataclasses()
        if any(ARRAY.search(annotation) for annotation in _fields(node)) and options.get("eq") is not False
    ]
    assert not problems, listed(problems)


def test_records_hold_no_arrays():
    """No field of a record is an array; arrays live in dataclasses."""
    problems = [
        f"{module.at(node)} {node.name} is a record with an array"
        for module in modules()
        for node in module.classes()
        if "Record" in map(_bare, node.bases) and any(ARRAY.search(annotation) for annotation in _fields(node))
    ]
    assert not problems, listed(problems)


def test_modules_hold_no_state():
    """A list, dictionary or set at module level is Final, and no function rebinds a module's name."""
    problems = [
        f"{module.at(node)} binds something mutable without Final"
        for module in modules()
        for node in module.tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and _is_mutable(node)
    ]
    problems += [
        f"{module.at(node)} uses global"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Global)
    ]
    assert not problems, listed(problems)


def test_nothing_is_left_for_later():
    """No source line holds a note to self, and nothing raises NotImplementedError."""
    words = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b")
    problems = [
        f"{module.at(module.tree).rpartition(':')[0]}:{number} {line.strip()}"
        for module in modules()
        for number, line in enumerate(module.text.splitlines(), 1)
        if words.search(line)
    ]
    assert not problems, listed(problems)


def test_nothing_random_is_unseeded():
    """No generator of random numbers is made without a seed, in the package or in its tests."""
    problems = [
        f"{module.at(call)} calls {name} without a seed"
        for module in modules() + modules(TESTS)
        for name, call in module.calls()
        if (name.endswith("default_rng") and not call.args and not call.keywords)
        or re.match(r"(np|numpy)\.random\.(?!default_rng|Generator|SeedSequence|PCG64)", name)
    ]
    assert not problems, listed(problems)


def test_booleans_are_keyword_only():
    """No parameter annotated bool can be passed by position, except the single one of a private helper."""
    problems = [
        f"{module.at(function)} {function.name} takes the boolean {argument.arg} by position"
        for module in modules()
        for function in module.functions()
        if not function.name.startswith("_")
        for argument in (*function.args.posonlyargs, *function.args.args)
        if argument.annotation is not None and ast.unparse(argument.annotation) == "bool"
    ]
    assert not problems, listed(problems)


def _calls_while_made(module: Module) -> list[ast.Call]:
    makers = [function for function in module.functions() if function.name in {"__init__", "__post_init__"}]
    return [node for maker in makers for node in ast.walk(maker) if isinstance(node, ast.Call)]


def _bare(base: ast.expr) -> str:
    return ast.unparse(base.value if isinstance(base, ast.Subscript) else base).rpartition(".")[2]


def _dataclasses() -> list[tuple[Module, ast.ClassDef, dict[str, object]]]:
    found = []
    for module in modules():
        for node in module.classes():
            for decorator in node.decorator_list:
                call = decorator if isinstance(decorator, ast.Call) else None
                if _bare(call.func if call else decorator) == "dataclass":
                    options = {k.arg or "": ast.literal_eval(k.value) for k in call.keywords} if call else {}
                    found.append((module, node, options))
    return found


def _fields(node: ast.ClassDef) -> list[str]:
    annotations = [ast.unparse(item.annotation) for item in node.body if isinstance(item, ast.AnnAssign)]
    return [text for text in annotations if not text.startswith(("ClassVar", "Callable"))]


def _is_mutable(node: ast.Assign | ast.AnnAssign) -> bool:
    if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation).startswith("Final"):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if "__all__" in map(ast.unparse, targets):
        return False
    literal = ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp
    made = isinstance(node.value, ast.Call) and ast.unparse(node.value.func) in {"list", "dict", "set"}
    return isinstance(node.value, literal) or made
