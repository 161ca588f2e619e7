"""The size rules of docs/conventions.md."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("okrproject", "conversations", "knowledge", "profiling")
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40
VAGUE = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "engine", "handler"}
TOP_LEVEL = {"okrproject", "conversations", "knowledge", "profiling", "tests"}


def product_files() -> list[Path]:
    """Give every Python file of the product, migrations aside: those are generated."""
    return [
        path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give every function of a file, methods and nested ones included."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name_of(path: Path) -> str:
    """Give a file's path in the repository."""
    return str(path.relative_to(ROOT))


def test_there_is_something_to_measure() -> None:
    assert len(product_files()) > 50


def test_a_file_fits_in_300_lines() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in product_files()}

    assert {name: length for name, length in lengths.items() if length > MAX_FILE_LINES} == {}


def test_a_function_fits_on_a_screen() -> None:
    too_long = {
        f"{name_of(path)}: {node.name}": length
        for path in product_files()
        for node in functions(path)
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > MAX_FUNCTION_LINES
    }

    assert too_long == {}


def test_a_module_is_named_for_its_idea() -> None:
    vague = [
        name_of(path)
        for path in product_files()
        if path.stem in VAGUE or path.stem.endswith(("_utils", "_helpers", "_part2", "2"))
    ]

    assert vague == []


def test_a_module_says_what_it_is_for() -> None:
    silent = [name_of(path) for path in product_files() if path.read_text().strip() and not _docstring(path)]

    assert silent == []


def test_a_decision_has_a_number_of_its_own() -> None:
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    numbers = Counter(name.split("-")[0] for name in names)

    assert [number for number, times in numbers.items() if times > 1] == []
    assert all(
        (ROOT / "docs" / "decisions" / name).read_text().startswith(f"# {name[:4]} ") for name in names
    )


def test_a_test_file_has_a_name_of_its_own() -> None:
    # Folders of tests are no packages, so two modules of one name cannot both be collected.
    names = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))

    assert [name for name, times in names.items() if times > 1] == []


def _docstring(path: Path) -> str | None:
    return ast.get_docstring(ast.parse(path.read_text()))


def test_the_top_level_holds_no_other_package() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert packages == TOP_LEVEL
