"""The tests themselves, and the pages that must agree with the code."""

import ast
import re
import tomllib
from types import ModuleType

import relmodels as rm
from tests.contracts.source import ROOT, TESTS, listed, modules, surface

AWAY = re.compile(r"^(pytest\.)?(mark\.)?(skip|skipif|xfail|importorskip)$")


def test_every_test_states_its_fact_in_one_sentence():
    """Each test function has a docstring that starts with a capital or a name and ends with a full stop."""
    problems = []
    for module in modules(TESTS):
        for function in module.functions():
            if function.name.startswith("test_"):
                text = " ".join((ast.get_docstring(function) or "").split())
                if not text.endswith("."):
                    problems.append(f"{module.at(function)} {function.name} does not state a fact")
    assert not problems, listed(problems)


def test_no_test_is_skipped():
    """No test is skipped, expected to fail, or left out when a library is missing."""
    problems = [
        f"{module.at(call)} {name}"
        for module in modules(TESTS)
        for name, call in module.calls()
        if AWAY.match(name.removeprefix("pytest.mark."))
    ]
    assert not problems, listed(problems)


def test_no_two_tests_of_a_file_share_a_name():
    """No test hides another by having the same name in the same file."""
    problems = []
    for module in modules(TESTS):
        names = [function.name for function in module.functions() if function.name.startswith("test_")]
        problems += [
            f"{module.at(module.tree)} {name} is defined twice" for name in {n for n in names if names.count(n) > 1}
        ]
    assert not problems, listed(problems)


def test_version_is_the_same_everywhere():
    """The package, the citation file and the newest entry of the changelog state one version."""
    citation = re.search(r"^version: (.+)$", _read("CITATION.cff"), re.MULTILINE)
    newest = re.search(r"^## \[(\d[^]]*)\]", _read("CHANGELOG.md"), re.MULTILINE)
    assert citation is not None
    assert newest is not None
    assert rm.__version__ == citation[1] == newest[1]


def test_architecture_page_shows_the_checked_layers():
    """ARCHITECTURE.md draws the layers that are checked, in their order."""
    contract = tomllib.loads(_read("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]
    picture = re.search(r"^cli .*?^core[^\n]*$", _read("ARCHITECTURE.md"), re.MULTILINE | re.DOTALL)
    assert picture is not None
    drawn = [re.split(r"\s{2,}", line)[0] for line in picture[0].splitlines()]
    assert drawn == [layer.replace("|", "│") for layer in contract["layers"]]


def test_contributing_page_names_targets_that_exist():
    """Every make target that the pages for contributors mention is in the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", _read("Makefile"), re.MULTILINE))
    named = set(
        re.findall(r"`make ([a-z-]+)`", _read("CONTRIBUTING.md") + _read("ARCHITECTURE.md") + _read("README.md"))
    )
    assert named <= targets, f"no such target: {named - targets}"


def test_every_decision_is_in_the_index():
    """Each page of docs/adr is linked from its index."""
    index = _read("docs/adr/index.md")
    pages = {path.name for path in (ROOT / "docs" / "adr").glob("[0-9]*.md")}
    assert pages == set(re.findall(r"^\| \[\d+\]\(([^)]+)\)", index, re.MULTILINE))


def test_the_reference_lists_every_public_name():
    """Each public name has its place on a page of the reference, by itself or with its module."""
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "reference").glob("*.md"))
    places = set(re.findall(r"^::: (relmodels\.\S+)$", pages, re.MULTILINE))
    shown = {id(item) for name, item in surface().items() if f"relmodels.{name}" in places}
    lost = [
        name
        for name, item in surface().items()
        if name != "__version__"
        and id(item) not in shown  # under this name or another
        and getattr(item, "__module__", "") not in places
        and not {f"relmodels.{name.partition('.')[0]}", getattr(item, "__name__", "")} & places
        and not any(place.startswith(f"relmodels.{name}.") for place in places)
    ]
    assert not lost, f"add to docs/reference: {lost}"


def test_the_reference_shows_no_module_in_place_of_a_function():
    """Where a function has the name of its module, the page names both, since the path alone is the module's."""
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "reference").glob("*.md"))
    for place in re.findall(r"^::: relmodels\.(\S+)$", pages, re.MULTILINE):
        item = surface().get(place)
        is_file = (ROOT / "src" / "relmodels" / f"{place.replace('.', '/')}.py").is_file()
        assert item is None or isinstance(item, ModuleType) or not is_file, f"write ::: relmodels.{place}.{place}"


def test_the_list_of_the_whole_api_is_the_public_surface():
    """The first page of the reference names each public name once, and nothing else."""
    rows = re.findall(r"^\| \[[^|]*\| (.*) \|$", _read("docs/reference/index.md"), re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`([\w.]+)`", row)]
    assert sorted(named) == sorted(set(surface()) - {"__version__"})


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")
