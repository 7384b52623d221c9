"""The user's own code: found and imported by name.

`load: "digits.model:build"` names an attribute of a module.  The module is looked for in the charter's folder
first; a name that is taken (by the standard library or an installed package) is refused, never shadowed.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any

from seatrial.errors import Problem, TargetError, blamed, meant


@contextmanager
def reachable(folder: Path) -> Iterator[None]:
    """Let modules of a folder be imported, after the installed ones, while this lasts; no bytecode is written."""
    place, before, writes = str(folder.resolve()), set(sys.modules), sys.dont_write_bytecode
    sys.path.append(place)
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.path.remove(place)
        sys.dont_write_bytecode = writes
        _ours.update(name for name in set(sys.modules) - before if _lies_in(name, folder.resolve()))


_ours: set[str] = set()
"""Names of modules that came from a charter's folder: forgotten before the next load, because another folder may
have the same names, and a file may have been edited since."""


def _forget() -> None:
    for name in _ours:
        sys.modules.pop(name, None)
    _ours.clear()


def _lies_in(name: str, folder: Path) -> bool:
    """Say whether a loaded module belongs to a top-level one right in the folder that is not installed as well."""
    top = name.split(".", maxsplit=1)[0]
    spec = getattr(sys.modules.get(top), "__spec__", None)
    return spec is not None and _places(spec)[0].parent == folder and PathFinder.find_spec(top) is None


def named(load: str, folder: Path) -> Any:
    """Return the object that `package.module:attribute` names.

    Raises:
        TargetError: If it is not of that form, cannot be imported (with the reason), or has no such attribute.
    """
    module_name, _, attribute = load.partition(":")
    if not attribute or not all(part.isidentifier() for part in (*module_name.split("."), *attribute.split("."))):
        raise TargetError(Problem("target.load", f"{load!r} names nothing", 'write "package.module:function"'))
    _refuse_taken(module_name.split(".")[0], folder)
    _forget()
    _refuse_absent(load, folder)
    with reachable(folder), blamed("target.load", f"{module_name} cannot be imported from {folder}:"):
        importlib.invalidate_caches()
        found: Any = importlib.import_module(module_name)
    for part in attribute.split("."):
        if not hasattr(found, part):
            near = meant(part, (name for name in dir(found) if name[0] != "_" and callable(getattr(found, name))))
            place = getattr(found, "__file__", found)
            raise TargetError(Problem("target.load", f"{module_name} has no {part!r} in {place}", near))
        found = getattr(found, part)
    return found


def sources(load: str, folder: Path) -> dict[str, Path]:
    """Return the source files behind `load`: name in the manifest -> path.

    They are all `.py` files of the top-level package that it names, and, of modules in the same folder, those that
    these import in turn.  Names are relative to the charter's folder, or to `installed/`.

    Raises:
        TargetError: If there is no such module.
    """
    top = load.partition(":")[0].split(".")[0]
    here = _local(top, folder)
    spec = here or PathFinder.find_spec(top)
    if spec is None:
        raise TargetError(Problem("target.load", f"there is no module {top!r}", f"it was looked for in {folder}"))
    if here is None:
        base = _places(spec)[0].parent
        return {f"installed/{path.relative_to(base).as_posix()}": path for path in _files(spec)}
    return _closure(here, folder)


def _closure(spec: ModuleSpec, folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    todo = [spec]
    while todo:
        for path in _files(todo.pop()):
            name = path.relative_to(folder.resolve()).as_posix()
            if name not in found:
                found[name] = path
                todo += [near for word in sorted(_imported(path)) if (near := _local(word, folder)) is not None]
    return found


def _local(top: str, folder: Path) -> ModuleSpec | None:
    return PathFinder.find_spec(top, [str(folder.resolve())])


def _places(spec: ModuleSpec) -> list[Path]:
    """Return the folders of a package, or the file of a module."""
    folders = spec.submodule_search_locations
    return [Path(place) for place in folders or ()] or [Path(spec.origin or "")]


def _files(spec: ModuleSpec) -> list[Path]:
    return sorted(path for place in _places(spec) for path in (place.rglob("*.py") if place.is_dir() else [place]))


def _imported(path: Path) -> set[str]:
    """Return the first words of all absolute imports of a file; none of a file that does not parse."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return set()
    words = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            words |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            words.add(node.module.split(".")[0])
    return words


def _refuse_absent(load: str, folder: Path) -> None:
    """Raise if there is no module of that name; Python's own words would point into its own code."""
    top, _, rest = load.partition(":")[0].partition(".")
    if _local(top, folder) is not None and rest == "py":
        hint = f"a module goes without .py: {load.replace('.py:', ':', 1)}"
        raise TargetError(Problem("target.load", f"{load!r} names a file, not a module", hint))
    if _local(top, folder) is None and top not in sys.builtin_module_names and PathFinder.find_spec(top) is None:
        what = f"{top} cannot be imported: there is no such module in {folder.resolve()}, and none is installed"
        raise TargetError(Problem("target.load", what, "modules are looked for beside the charter"))


def _refuse_taken(top: str, folder: Path) -> None:
    """Raise if a name in the folder is that of an installed module too: neither may hide the other."""
    here, installed = _local(top, folder), PathFinder.find_spec(top)
    if here is None or (top not in sys.stdlib_module_names and (installed is None or _same(installed, here))):
        return
    what = f"{top!r} in {folder} has the name of an installed module: one would hide the other"
    raise TargetError(Problem("target.load", what, "rename yours"))


def _same(one: ModuleSpec, other: ModuleSpec) -> bool:
    return _places(one)[0].resolve() == _places(other)[0].resolve()
