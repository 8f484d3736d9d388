"""The public surface: the names are pinned, and each is annotated, documented, shown in use and cited."""

import ast
import inspect
import re
from collections.abc import Callable
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Protocol

import pytest

import relmodels as rm
from relmodels.catalogue import CATALOGUE, Entry
from relmodels.core.taxonomy import Taxonomy
from relmodels.inference.model import is_model
from tests.contracts.source import SRC, Function, Module, listed, modules, surface

NAMES = Path(__file__).with_name("public_names.txt")
SURFACE = surface()
PUBLIC = list(SURFACE.values())
SHORT = {name.rpartition(".")[2] for name in SURFACE}
CALLABLE = [
    item
    for item in PUBLIC
    if inspect.isfunction(item)
    or (inspect.isclass(item) and not issubclass(item, Exception | Enum) and Protocol not in item.__mro__)
]
ARRAY = re.compile(r"^(FloatArray|IntArray|BoolArray|DateArray|AnyArray)\b")


def test_public_names_are_the_ones_on_record():
    """The front door and its modules export exactly the names in public_names.txt."""
    assert sorted(SURFACE) == NAMES.read_text(encoding="utf-8").split()


def test_every_public_name_resolves():
    """Each name of __all__ is an attribute of the package, listed once."""
    assert len(set(rm.__all__)) == len(rm.__all__)


@pytest.mark.parametrize("item", CALLABLE, ids=lambda item: item.__name__)
def test_every_public_callable_shows_a_runnable_example(item):
    """Each public function and class is shown in a docstring, a result in that of the function returning it."""
    makers = [other for other in CALLABLE if inspect.isfunction(other) and _returns(other, item)]
    assert any(">>> " in _doc_of(shown) for shown in (item, *makers)), f"{_place(item)} has no example"


def test_every_public_definition_is_documented():
    """Each public module, class, function and method says in a docstring what it gives."""
    problems = [
        f"{module.at(node)} {name} has no docstring"
        for module in modules()
        for name, node in _public_definitions(module)
        if ast.get_docstring(node) is None and not _is_overload(node)
    ]
    problems += [
        f"{module.at(module.tree)} has no docstring" for module in modules() if not ast.get_docstring(module.tree)
    ]
    assert not problems, listed(problems)


def test_every_public_signature_is_annotated_without_any():
    """Arguments and results of public functions have types, and none of them is a bare Any."""
    problems = []
    for module in modules():
        for name, node in _public_definitions(module):
            if isinstance(node, Function):
                problems += [f"{module.at(node)} {name}: {what}" for what in _unannotated(node)]
    assert not problems, listed(problems)


def test_arrays_in_public_results_state_their_shape():
    """Each array field of a public class is listed in its docstring with its shape."""
    problems = []
    for module in modules():
        for node in module.classes():
            if node.name not in SHORT:
                continue
            text = ast.get_docstring(node) or ""
            for field in (item for item in node.body if isinstance(item, ast.AnnAssign)):
                is_array = ARRAY.match(ast.unparse(field.annotation))
                if is_array and not re.search(rf"^\s*{ast.unparse(field.target)}: ``\(", text, re.MULTILINE):
                    problems.append(f"{module.at(field)} {node.name}.{ast.unparse(field.target)} states no shape")
    assert not problems, listed(problems)


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.key)
def test_catalogue_entries_lead_to_the_public_object(entry: Entry):
    """A catalogue row imports the object that the front door exports under its key, from the room it names."""
    assert entry.load() is SURFACE[entry.key]
    assert entry.path.startswith(f"relmodels.{entry.room}.")


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.key)
def test_catalogue_and_docstring_cite_the_same_paper(entry: Entry):
    """The docstring of each model and metric has a Reference section that names the catalogue's paper and year."""
    if isinstance(table := entry.load(), Taxonomy):
        assert table.source == entry.paper
        return
    _, found, cited = (inspect.getdoc(entry.load()) or "").partition("Reference")
    family = entry.paper.authors[0].partition(",")[0]
    assert found, f"{entry.path} has no Reference section"
    assert family in cited, f"{entry.path} does not cite {entry.paper.short}"
    assert str(entry.paper.year) in cited, f"{entry.path} does not cite {entry.paper.short}"


def test_catalogue_is_complete():
    """Every public model and every public function of the seven rooms has exactly one catalogue row."""
    rooms = {"stakeholders", "development", "drivers", "strategy", "effectiveness", "planning", "crm"}
    wanted = {
        name
        for name, item in SURFACE.items()
        if is_model(item) or (inspect.isfunction(item) and item.__module__.split(".")[1] in rooms)
    }
    keys = [entry.key for entry in CATALOGUE]
    assert len(keys) == len(set(keys))
    assert wanted <= set(keys), f"add to catalogue/: {wanted - set(keys)}"


@pytest.mark.parametrize("model", [item for item in CALLABLE if is_model(item)], ids=lambda item: item.__name__)
def test_models_declare_their_fields_once(model):
    """A model's Space names its fields in the paper's order, and the rest of its fields are keyword-only."""
    positional = tuple(field.name for field in fields(model) if not field.kw_only)
    assert positional == model.space.names
    assert {field.name for field in fields(model)} - set(positional) <= {"unit"}


@pytest.mark.parametrize("model", [item for item in CALLABLE if is_model(item)], ids=lambda item: item.__name__)
def test_models_have_what_the_engine_asks_for(model):
    """Every model has each member of the Model Protocol; a type checker says only that one is missing."""
    wanted = {name for name in dir(rm.Model) if not name.startswith("_")} | {"space"}
    assert not wanted - set(dir(model)), f"{_place(model)} lacks {wanted - set(dir(model))}"


def _public_definitions(module: Module) -> list[tuple[str, ast.ClassDef | Function]]:
    if any(part.startswith("_") and part != "__init__.py" for part in module.path.relative_to(SRC).parts):
        return []
    found: list[tuple[str, ast.ClassDef | Function]] = []
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_"):
            found.append((node.name, node))
            if isinstance(node, ast.ClassDef):
                inner = [item for item in node.body if isinstance(item, Function) and not item.name.startswith("_")]
                found += [(f"{node.name}.{item.name}", item) for item in inner]
    return found


def _is_overload(node: ast.ClassDef | Function) -> bool:
    return any(ast.unparse(decorator).rpartition(".")[2] == "overload" for decorator in node.decorator_list)


def _unannotated(function: Function) -> list[str]:
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    wanted = {a.arg: a.annotation for a in arguments if a.arg not in {"self", "cls"}} | {"return": function.returns}
    problems = [f"{name} has no type" for name, annotation in wanted.items() if annotation is None]
    return problems + [f"{name} is Any" for name, annotation in wanted.items() if annotation and _is_any(annotation)]


def _is_any(annotation: ast.expr) -> bool:
    return ast.unparse(annotation) in {"Any", "typing.Any"}


def _doc_of(item: type) -> str:
    own = inspect.getdoc(item) or ""
    if not inspect.isclass(item):
        return own
    return own + "".join(inspect.getdoc(value) or "" for value in vars(item).values() if isinstance(value, classmethod))


def _returns(function: Callable[..., object], item: type) -> bool:
    return str(inspect.signature(function).return_annotation).rpartition(".")[2] in {item.__name__, repr(item)}


def _place(item: type) -> str:
    return f"{inspect.getsourcefile(item)}:{inspect.getsourcelines(item)[1]} {item.__name__}"
