"""The only place that imports by name.

`find("adversaries", "evasion.pgd")` is the `CARD` of `seatrial.adversaries.evasion.pgd`: id and
path are one, and there is no list to edit.  Third parties declare an entry point in the group
`seatrial.<shelf>`; two plugins of one name is an error, never a shadow.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import re
from functools import cache
from importlib.metadata import EntryPoint, entry_points, version
from pathlib import Path
from typing import Any

from seatrial.errors import MissingExtra, PluginError, Problem, blamed, meant
from seatrial.records.card import Card

SHELVES = {
    "adversaries": "seatrial.adversaries",
    "cases": "seatrial.cases",
    "controls": "seatrial.controls",
    "executors": "seatrial.trial.executors",
    "metrics": "seatrial.metrics",
    "oracles": "seatrial.oracles",
    "remedies": "seatrial.harden",
    "reports": "seatrial.reports",
    "signers": "seatrial.evidence.signers",
    "stores": "seatrial.stores",
    "targets": "seatrial.targets",
}
"""Shelf -> the package whose modules are its plugins."""

EXTRAS = {
    "torch": "torch",
    "safetensors": "torch",
    "sklearn": "sklearn",
    "skops": "sklearn",
    "joblib": "sklearn",
    "threadpoolctl": "sklearn",
    "mlxtend": "demo",
    "pandas": "data",
    "PIL": "data",
    "pyarrow": "data",
    "psycopg": "postgres",
    "securesystemslib": "kms",
    "rfc3161_client": "timestamps",
    "sigstore": "sigstore",
    "ray": "ray",
}
"""Module that a plugin may lack -> the extra that brings it."""

_LOG = logging.getLogger(__name__)
_BROKEN, _MEND = "cannot be imported:", "mend or uninstall the package that brings it"
_CARD = re.compile(r"^CARD\b", re.MULTILINE)


def find(shelf: str, name: str) -> Card[Any]:
    """Return the card of a plugin.

    Args:
        shelf: A key of `SHELVES`.
        name: Its id, `name` or `family.name`.

    Raises:
        PluginError: If there is no such plugin, or two, or it raises where it is imported.
        MissingExtra: If it needs a package that is not installed.
    """
    known = names(shelf)
    if name not in known:
        raise PluginError(Problem(shelf, f"no plugin {name!r}", meant(name, known)))
    return _load(shelf, name)


@cache
def names(shelf: str) -> tuple[str, ...]:
    """Return the ids of all plugins on a shelf, sorted, without importing them.

    Raises:
        PluginError: If the shelf is unknown, or two plugins have one name.
    """
    if shelf not in SHELVES:
        raise PluginError(Problem("", f"no shelf {shelf!r}", meant(shelf, SHELVES)))
    found = [*_built_in(shelf), *(point.name for point in _foreign(shelf))]
    if twice := sorted({name for name in found if found.count(name) > 1}):
        raise PluginError(Problem(shelf, f"two plugins are called {', '.join(twice)}", "uninstall or rename one"))
    return tuple(sorted(found))


def origin(shelf: str, name: str) -> str:
    """Return the distribution and version that a plugin came from: `seatrial 0.1.0`."""
    for point in _foreign(shelf):
        if point.name == name and point.dist is not None:
            return f"{point.dist.name} {point.dist.version}"
    return f"seatrial {version('seatrial')}"


@cache
def packs() -> tuple[Path, ...]:
    """Return the folders of scenarios that installed packages bring (entry points `seatrial.packs`).

    A package that cannot be imported is left out, with a warning in the log: most charters ask nothing of it.
    """
    found: list[Path] = []
    for point in entry_points(group="seatrial.packs"):
        try:
            found += _folders(point)
        except PluginError as error:
            _LOG.warning("left out: %s", error)
    return tuple(sorted(found))


def lacking(module: str, where: str) -> MissingExtra:
    """Return the error of a package that is not installed, with the command that installs it.

    Args:
        module: A key of `EXTRAS`, or a module below one.
        where: What needs it.
    """
    what = f"needs {module}, which is not installed"
    return MissingExtra(Problem(where, what, f"pip install 'seatrial[{EXTRAS[module.split('.', maxsplit=1)[0]]}]'"))


def _folders(point: EntryPoint) -> list[Path]:
    with blamed(f"packs: {point.name} of {point.value}", _BROKEN, _MEND, to=PluginError):
        spec = importlib.util.find_spec(point.value)
    return [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []


@cache
def _load(shelf: str, name: str) -> Card[Any]:
    own = EntryPoint(name, f"{SHELVES[shelf]}.{name}:CARD", f"seatrial.{shelf}")
    point = next((point for point in _foreign(shelf) if point.name == name), own)
    where = f"{shelf}: {name}" if point is own else f"{shelf}: {name} of {point.value}"
    with blamed(where, _BROKEN, _MEND, to=PluginError):
        card = _imported(point, f"{shelf}.{name}")
    if not isinstance(card, Card):
        raise PluginError(Problem(where, "is no Card", "end the file with CARD = Card(make=..., title=...)"))
    return card


def _imported(point: EntryPoint, where: str) -> object:
    try:
        return point.load()
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in EXTRAS:
            raise lacking(str(error.name), where) from error
        raise


@cache
def _foreign(shelf: str) -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=f"seatrial.{shelf}"))


def _built_in(shelf: str) -> list[str]:
    package = SHELVES[shelf]
    spec = importlib.util.find_spec(package)
    places = list(spec.submodule_search_locations or []) if spec else []
    paths = [(Path(place), path) for place in places for path in sorted(Path(place).rglob("*.py"))]
    return [
        ".".join(path.relative_to(place).with_suffix("").parts)
        for place, path in paths
        if path.stem != "__init__" and _CARD.search(path.read_text(encoding="utf-8"))
    ]
