"""Rules of this house that no linter knows; each with its reason."""

import ast
import re
from pathlib import Path

import pytest

from live import ROOT

# A migration is one long list of columns, written once and never changed.
SOURCES = sorted(path for path in (ROOT / "src" / "moonshelf").rglob("*.py") if path.parent.name != "versions")
MODULES = [
    *SOURCES,
    *sorted(path for path in (ROOT / "tests").rglob("*.py") if "node_modules" not in path.parts),
    *sorted((ROOT / "bench").rglob("*.py")),
]
# A name that says nothing collects everything.
BANNED = {"utils", "util", "helpers", "common", "core", "base", "manager", "managers", "misc", "types", "models_"}
LONGEST_MODULE, LONGEST_FUNCTION = 400, 50
TOGETHER = {"api", "contracts", "faults", "hostile", "operations", "servers"}  # tests of several parts together


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=_relative)
def test_modules_are_short_named_and_introduced(path: Path) -> None:
    assert path.stem not in BANNED
    text = path.read_text()
    assert text.count("\n") <= LONGEST_MODULE, "split it where its docstring needs 'and'"
    assert ast.get_docstring(ast.parse(text)), "the first line says what the module is about"


@pytest.mark.parametrize("path", SOURCES, ids=_relative)
def test_functions_fit_on_a_screen(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", SOURCES, ids=_relative)
def test_groups_repeated_possessively_are_atomic(path: Path) -> None:
    text = path.read_text()
    for found in re.finditer(r"\)(?:[*+?]|\{+[\w,]*\}+)\+", text):
        said = "CPython before 3.11.5 goes on behind what another group tried last and did not match (gh-106052)"
        assert text.startswith("(?>", _opening(text, found.start())), f"{found[0]}: {said}"


def _opening(text: str, closing: int) -> int:
    """Return where the parenthesis opens that ends at *closing*."""
    depth = 0
    for at in range(closing, 0, -1):
        if text[at] in "()" and text[at - 1] != "\\":
            depth += 1 if text[at] == ")" else -1
            if not depth:
                return at
    raise AssertionError(text[:closing])


@pytest.mark.parametrize("path", SOURCES, ids=_relative)
def test_status_codes_stay_at_the_edge(path: Path) -> None:
    if "http" not in path.parts:
        names = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        assert "status_code" not in names, "the domain raises errors; http.problems alone knows their codes"


@pytest.mark.parametrize("path", [path for path in SOURCES if "extraction" in path.parts], ids=_relative)
def test_records_of_extraction_are_replaced_by_msgspec(path: Path) -> None:
    names = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert "dataclasses.replace" not in names, "it raises TypeError for a struct, and no type checker sees that"


@pytest.mark.parametrize("path", [path for path in SOURCES if "dashboard" in path.parts], ids=_relative)
def test_the_dashboard_asks_services_and_has_no_way_of_its_own_to_what_is_stored(path: Path) -> None:
    tree = ast.parse(path.read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    stored = ("sqlalchemy", "moonshelf.db", "moonshelf.storage", "moonshelf.queue")
    assert not [name for name in imported if name.startswith(stored)]
    private = [
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__")
        if not (isinstance(node.value, ast.Name) and node.value.id == "self")
    ]
    assert private == []
    services = {"database", "blobs", "queue"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in services]


@pytest.mark.parametrize("path", [path for path in MODULES if "tests" in path.parts], ids=_relative)
def test_tests_stand_where_they_are_run(path: Path) -> None:
    functions = [node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    tests = [name for name in functions if name.startswith("test_")]
    assert path.stem.startswith("test_") or not tests, "only modules named test_* are searched for tests"


@pytest.mark.parametrize("path", [path for path in MODULES if "tests" in path.parts], ids=_relative)
def test_tests_import_no_tests(path: Path) -> None:
    imported = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    modules = [f"{node.module}.{alias.name}" for node in imported for alias in node.names]
    tests = [name for name in modules if any(part.startswith("test_") for part in name.split("."))]
    assert tests == [], "what several tests build with stands in samples/, what they call with in a module of its own"


def test_tests_stand_in_folders_as_the_code_does() -> None:
    tests, code = ROOT / "tests", ROOT / "src" / "moonshelf"
    folders = {path.parent.relative_to(tests) for path in tests.rglob("test_*.py")}
    apart = [folder for folder in folders if not TOGETHER.intersection(folder.parts)]
    assert [str(folder) for folder in apart if not (code / folder).is_dir()] == []
