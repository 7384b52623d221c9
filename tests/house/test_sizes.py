"""Files stop at 400 lines, functions at 50 (docstring aside), arguments at 5 positional."""

import ast

import pytest

from tests.house.source import PACKAGE, files, functions, short, tree


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    start = function.body[1].lineno if documented and len(function.body) > 1 else first.lineno
    return (function.end_lineno or start) - start + 1


@pytest.mark.parametrize("path", files(), ids=short)
def test_no_file_is_longer_than_400_lines(path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", files(), ids=short)
def test_no_function_is_longer_than_50_lines(path) -> None:
    assert {f.name: body_lines(f) for f in functions(path) if body_lines(f) > 50} == {}


@pytest.mark.parametrize("path", [p for p in files() if "cli" not in p.relative_to(PACKAGE).parts], ids=short)
def test_nothing_takes_more_than_six_positional_arguments(path) -> None:
    def positional(f: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
        return len([a for a in (*f.args.posonlyargs, *f.args.args) if a.arg not in ("self", "cls")])

    assert {f.name: positional(f) for f in functions(path) if positional(f) > 6} == {}


@pytest.mark.parametrize("path", [p for p in files() if p.name == "__init__.py"], ids=short)
def test_an_init_is_a_docstring(path) -> None:
    allowed = 1 if path.parent != PACKAGE else 9
    assert len(tree(path).body) <= allowed
