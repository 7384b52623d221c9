"""Files are called after what is inside; exceptions end in Error; everything public has a docstring."""

import ast

import pytest

from tests.house.source import PACKAGE, classes, files, functions, short, tree

BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "core", "base", "manager", "types", "tools"}
SETTLED = {"RuleBroken", "ReplayMismatch", "MissingExtra"}


@pytest.mark.parametrize("path", files(), ids=short)
def test_no_drawer_names(path) -> None:
    assert not {part.removesuffix(".py") for part in path.relative_to(PACKAGE).parts} & BANNED


@pytest.mark.parametrize("path", files(), ids=short)
def test_file_names_are_one_or_two_words(path) -> None:
    stem = path.stem.strip("_")
    assert stem.isascii()
    assert stem == stem.lower()
    assert stem.count("_") <= 1


@pytest.mark.parametrize("path", files(), ids=short)
def test_exceptions_end_in_error(path) -> None:
    raised = [c.name for c in classes(path) if any(isinstance(b, ast.Name) and b.id.endswith("Error") for b in c.bases)]
    assert [n for n in raised if not n.endswith("Error") and n not in SETTLED] == []


@pytest.mark.parametrize("path", files(), ids=short)
def test_every_module_and_public_name_has_a_docstring(path) -> None:
    assert ast.get_docstring(tree(path))
    top = [n for n in tree(path).body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    assert [n.name for n in top if not n.name.startswith("_") and not ast.get_docstring(n)] == []


@pytest.mark.parametrize("path", files(), ids=short)
def test_no_function_hides_a_framework_import_from_the_linter(path) -> None:
    """Inside a function only what is heavy or optional may be imported; import-linter reads those too."""
    inner = [n for f in functions(path) for n in ast.walk(f) if isinstance(n, ast.ImportFrom) and n.level]
    assert inner == []
