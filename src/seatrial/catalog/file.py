"""Scenarios from YAML files, one a file, in folders that are called packs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from seatrial import plugins
from seatrial.catalog.catalog import Catalog, gather
from seatrial.catalog.scenario import Scenario, scenario_from
from seatrial.catalog.schema.file import Entry
from seatrial.catalog.settle import MANY, WHOLE, allowed, misfit, named, settle
from seatrial.catalog.source.file import parse
from seatrial.catalog.source.page import Page
from seatrial.catalog.source.wording import problems
from seatrial.catalog.threats import unfit
from seatrial.errors import CatalogError, InputError, Problem

PACKAGED = Path(__file__).parent / "packs"
"""The pack that comes with seatrial."""


def load(own: Path | None = None) -> Catalog:
    """Return all scenarios at hand: packaged, of installed packs, and of a team's own folder.

    Args:
        own: The team's folder; one that is not there holds none.

    Raises:
        CatalogError: With all mistakes in all files.
    """
    folders = [PACKAGED, *plugins.packs()]
    if own is not None and own.is_dir():
        folders.append(own)
    return read(*folders)


def read(*folders: Path) -> Catalog:
    """Return the scenarios of these folders and the folders in them.

    Raises:
        CatalogError: With all mistakes in all files; two files with one id and version are a mistake.
    """
    found: list[Problem] = []
    first: dict[str, str] = {}
    made: list[Scenario] = []
    for path, shown in _files(folders):
        scenario, wrong = read_one(path, shown)
        found += wrong
        if scenario is None:
            continue
        if scenario.name in first:
            what = f"{scenario.name} is there already, in {first[scenario.name]}"
            found.append(Problem(f"{shown}:1", what, "a changed scenario is a new version"))
            continue
        first[scenario.name] = shown
        made.append(scenario)
    if found:
        raise CatalogError(*found)
    return gather(made)


def _files(folders: tuple[Path, ...]) -> Iterator[tuple[Path, str]]:
    for folder in folders:
        paths = [path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml") and path.is_file()]
        yield from ((path, f"{folder.name}/{path.relative_to(folder).as_posix()}") for path in sorted(paths))


def read_one(source: Path | bytes, shown: str = "") -> tuple[Scenario | None, list[Problem]]:
    """Return the scenario of one file, or None and what is wrong with it.

    Args:
        source: The file, or what is in it.
        shown: What to call it in problems.
    """
    name = shown or (str(source) if isinstance(source, Path) else "scenario.yaml")
    try:
        data = source if isinstance(source, bytes) else source.read_bytes()
    except OSError as error:
        return None, [Problem(name, f"cannot be read: {error.strerror}")]
    scenario, found = _entered(data, name)
    return scenario, list(found)


@lru_cache(maxsize=1024)
def _entered(data: bytes, name: str) -> tuple[Scenario | None, tuple[Problem, ...]]:
    """Do the same for the content of a file; a command reads the same packs several times."""
    page, found = parse(data, name)
    if page is None:
        return None, tuple(found)
    try:
        entry = Entry.model_validate(page.values)
    except ValidationError as error:
        return None, (*found, *problems(page, Entry, error.errors(include_url=False)))
    scenario = scenario_from(entry.model_dump(mode="json"))
    found += _unsound(page, scenario)
    return (None, tuple(found)) if found else (scenario, ())


def _unsound(page: Page, scenario: Scenario) -> Iterator[Problem]:
    """Yield what does not fit together in a scenario whose every part is well-formed."""
    if scenario.changed < scenario.created:
        yield page.problem(("changed",), "is before `created`")
    yield from _ranges(page, scenario)
    parts = {"threat": scenario.threat, "against": page.values["against"], "oracle_settings": scenario.oracle_settings}
    used = {name: part for part, value in parts.items() for name in sorted(named(value))}
    for name, part in used.items():
        if name not in scenario.parameters:
            there = ", ".join(scenario.parameters) or "none"
            yield page.problem((part,), f"`${name}` is no parameter", f"declared are {there}", key=True)
    for name in scenario.parameters:
        if name not in used:
            yield page.problem(("parameters", name), "is used nowhere", f"write `${name}` where it belongs", key=True)
    yield from _threats(page, scenario)


def _threats(page: Page, scenario: Scenario) -> Iterator[Problem]:
    """Yield what is wrong with the threat at either end of all ranges."""
    found: dict[tuple[str, str], Problem] = {}
    for end in ("low", "high"):
        ends = {name: getattr(parameter, end) for name, parameter in scenario.parameters.items()}
        many = {name: [ends[name]] for name, parameter in scenario.parameters.items() if parameter.kind in MANY}
        try:
            wrong = unfit(settle(scenario, ends | many)[0])
        except CatalogError:
            return
        except InputError as error:
            wrong = [Problem("", problem.what, problem.hint) for problem in error.problems]
        found |= {(problem.where, problem.what): problem for problem in wrong}
    yield from page.moved(("threat",), found.values())


def _ranges(page: Page, scenario: Scenario) -> Iterator[Problem]:
    for name, parameter in scenario.parameters.items():
        path = ("parameters", name)
        whole = parameter.kind not in WHOLE or (parameter.low == int(parameter.low) and parameter.high % 1 == 0)
        if parameter.low > parameter.high:
            yield page.problem((*path, "low"), "is above `high`")
        elif not whole:
            yield page.problem((*path, "low"), "the range of whole numbers begins and ends with whole numbers")
        elif parameter.default is not None and (wrong := misfit(parameter, parameter.default)):
            yield page.problem((*path, "default"), wrong, f"it takes {allowed(parameter)}")
