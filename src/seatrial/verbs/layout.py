"""Where new plugins and scenarios go: into seatrial's own tree, somebody else's package, or a charter's folder."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.charter.file import NAME, OWN
from seatrial.errors import InputError, Problem

HOUSE = Path("src/seatrial")
PROJECT = "pyproject.toml"
_POINTS = 'project.entry-points."seatrial.{shelf}"'


@dataclass(frozen=True, slots=True)
class House:
    """The tree of seatrial itself: id and path are one."""

    top: Path


@dataclass(frozen=True, slots=True)
class Package:
    """A package that brings plugins by entry points."""

    top: Path
    project: str
    """Name of the distribution."""
    module: str
    """Name of the package that is imported."""
    source: Path
    """Folder of that package."""
    new: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """A charter's folder, with a team's own scenarios beside it."""

    top: Path


def plugins_in(into: Path) -> House | Package:
    """Return where an adversary goes.

    Raises:
        InputError: If the folder holds something that is no package.
    """
    if (into / HOUSE / "adversaries").is_dir():
        return House(into)
    if (into / PROJECT).is_file():
        return _package(into)
    if into.is_dir() and any(into.iterdir()):
        what = f"is no package: it has things in it, and no {PROJECT}"
        raise InputError(Problem(str(into), what, "name a new folder, such as --into my-attacks, and one is made"))
    if not into.absolute().parent.is_dir():
        raise InputError(Problem(str(into.absolute().parent), "there is no such folder", "make it first"))
    project = re.sub(r"[^a-z0-9]+", "-", into.absolute().name.lower()).strip("-") or "attacks"
    module = project.replace("-", "_")
    if not module.isidentifier():
        raise InputError(Problem(str(into), "gives no name for a package", "begin it with a letter: my-attacks"))
    return Package(into, project, module, into / "src" / module, new=True)


def scenarios_in(into: Path) -> House | Package | Own:
    """Return where a scenario goes: the charter's own folder, if there is one, before a package.

    Raises:
        InputError: If the folder is none of these.
    """
    if (into / HOUSE / "adversaries").is_dir():
        return House(into)
    if (into / NAME).is_file() or (into / OWN).is_dir():
        return Own(into)
    if (into / PROJECT).is_file():
        return _package(into)
    hint = f"name a folder with a {NAME} or a {PROJECT}: --into FOLDER"
    raise InputError(Problem(str(into), f"has no {NAME} and no {PROJECT}, so nothing would find the scenario", hint))


def _package(top: Path) -> Package:
    said = _parsed(top / PROJECT, (top / PROJECT).read_text(encoding="utf-8"))
    project = str(said.get("project", {}).get("name", top.absolute().name))
    module = re.sub(r"[-.]+", "_", project.lower())
    places = [top / "src" / module, top / module]
    inside = sorted(path.parent for path in (top / "src").glob("*/__init__.py"))
    there = [place for place in (*places, *inside) if (place / "__init__.py").is_file()]
    source = there[0] if there else places[0]
    return Package(top, project, source.name, source)


def declared(text: str, points: Mapping[str, Mapping[str, str]], where: str) -> str:
    """Return the text of a pyproject file with entry points added, and every other byte as it was.

    Args:
        text: The file.
        points: Shelf -> name -> value.
        where: What to call the file.

    Raises:
        InputError: If an entry point of that name is there, or the file could not be added to.
    """
    before = _parsed(Path(where), text)
    there = before.get("project", {}).get("entry-points", {})
    twice = {name for shelf, ones in points.items() for name in ones if name in there.get(f"seatrial.{shelf}", {})}
    if twice:
        raise InputError(Problem(where, f"declares {', '.join(sorted(twice))} already", "choose another name"))
    for shelf, ones in points.items():
        lines = "".join(f'"{name}" = "{value}"\n' for name, value in ones.items())
        header = f"[{_POINTS.format(shelf=shelf)}]"
        if re.search(rf"^{re.escape(header)}[ \t]*$", text, re.MULTILINE):
            text = re.sub(rf"^({re.escape(header)}[ \t]*\n)", rf"\g<1>{lines}", text, count=1, flags=re.MULTILINE)
        else:
            text = f"{text.rstrip()}\n\n{header}\n{lines}"
    if not _only_added(before, text, points):
        told = (
            f'[{_POINTS.format(shelf=shelf)}] "{name}" = "{value}"'
            for shelf, ones in points.items()
            for name, value in ones.items()
        )
        what = "has a form that nothing can be added to safely"
        raise InputError(Problem(where, what, f"add by hand: {'; '.join(told)}"))
    return text


def _only_added(before: Mapping[str, Any], text: str, points: Mapping[str, Mapping[str, str]]) -> bool:
    """Return whether a file says what it said, the new entry points, and nothing else."""
    try:
        after = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    project = before.get("project", {})
    known = {name: dict(ones) for name, ones in project.get("entry-points", {}).items()}
    for shelf, ones in points.items():
        known.setdefault(f"seatrial.{shelf}", {}).update(ones)
    return after == {**before, "project": {**project, "entry-points": known}}


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(Problem(str(path), f"is no TOML: {error}", "mend it first")) from error
