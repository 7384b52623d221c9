"""The files of something new, each with its place, and how they are written without overwriting any."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seatrial.charter.file import OWN
from seatrial.errors import InputError, Problem
from seatrial.stores.whole import write_whole
from seatrial.verbs.layout import PROJECT, House, Own, Package, declared
from seatrial.verbs.skeleton import rendered


def scenario_file(place: House | Package | Own, family: str, short: str) -> Path:
    """Return the file of a scenario."""
    if isinstance(place, Own):
        return place.top / OWN / f"{family}-{short}.yaml"
    top = place.top / "src/seatrial/catalog/packs" if isinstance(place, House) else place.source / "packs"
    return top / family / f"{short}.yaml"


def in_house(place: House, name: str, threat: str, about: Mapping[str, Any]) -> dict[Path, bytes]:
    """Return the files of an adversary in seatrial's own tree."""
    family, _, short = name.partition(".")
    source, tests = place.top / "src/seatrial", place.top / "tests"
    own = {**about, "module": f"seatrial.adversaries.{name}"}
    fresh = {
        source / shelf / family / "__init__.py": f'"""{family.capitalize()}."""\n'.encode()
        for shelf in ("adversaries", "controls")
    }
    return {
        source / "adversaries" / family / f"{short}.py": rendered(f"adversary.{threat}.py", **about),
        source / "controls" / family / f"{short}.py": rendered(f"control.{threat}.py", **about),
        **missing(fresh),
        tests / "adversaries" / family / f"test_{short}.py": rendered(f"test_own.{threat}.py", **own),
        tests / "controls" / family / f"test_{short}.py": rendered("test_control.py", **own),
    }


def in_package(place: Package, name: str, threat: str, about: Mapping[str, Any]) -> dict[Path, bytes]:
    """Return the files of an adversary in somebody's package, and the package's own if it is new."""
    short = name.partition(".")[2]
    fresh = {
        place.source / "__init__.py": b'"""Adversaries and scenarios for seatrial."""\n',
        place.source / "packs" / "__init__.py": b'"""Scenarios."""\n',
    }
    project = rendered("pyproject.toml", project=place.project, package=place.module)
    return {
        place.source / f"{short}.py": rendered(f"adversary.{threat}.py", **about),
        place.source / f"{short}_control.py": rendered(f"control.{threat}.py", **about),
        place.top / "tests" / f"test_{short}.py": rendered("test_adversary.py", **about),
        **missing(fresh),
        **({place.top / PROJECT: _points(place, name, short, project.decode())} if place.new else {}),
    }


def changed(place: Package, name: str, short: str) -> dict[Path, bytes]:
    """Return the project's file with entry points added, if it was there."""
    if place.new:
        return {}
    path = place.top / PROJECT
    made = _points(place, name, short, path.read_text(encoding="utf-8"))
    return {} if made == path.read_bytes() else {path: made}


def _points(place: Package, name: str, short: str, text: str) -> bytes:
    points: dict[str, dict[str, str]] = {}
    if name:
        points["adversaries"] = {name: f"{place.module}.{short}:CARD"}
        points["controls"] = {name: f"{place.module}.{short}_control:CARD"}
    if f'"{place.module}.packs"' not in text.partition('entry-points."seatrial.packs"')[2]:
        points["packs"] = {place.module: f"{place.module}.packs"}
    return declared(text, points, str(place.top / PROJECT)).encode("utf-8")


def missing(files: Mapping[Path, bytes]) -> dict[Path, bytes]:
    """Return those files that are not there."""
    return {path: data for path, data in files.items() if not path.exists()}


def write_all(files: Mapping[Path, bytes], kept: Mapping[Path, bytes]) -> None:
    """Write files that must not be there, and then those that are added to."""
    if there := [path for path in files if path.exists()]:
        hint = "nothing was written; choose another name, or remove it"
        raise InputError(*(Problem(str(path), "is there already", hint) for path in there))
    for path, data in {**files, **kept}.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)


def installed(place: House | Package | Own) -> tuple[str, ...]:
    """Return the command by which a package is found."""
    return (f"pip install --editable {place.top}",) if isinstance(place, Package) else ()


def commands(place: House | Package, name: str) -> tuple[str, ...]:
    """Return what to type after an adversary was written."""
    family, _, short = name.partition(".")
    if isinstance(place, Package):
        return (*installed(place), f"seatrial range --adversary {name}", f"python -m pytest {place.top / 'tests'}")
    tests = f"tests/adversaries/{family}/test_{short}.py tests/controls/{family}/test_{short}.py"
    return (
        f"seatrial range --adversary {name}",
        f"python -m pytest {tests} tests/contracts -k {short}",
        "make docs check",
    )
