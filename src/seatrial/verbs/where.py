"""What is where: every file and folder that seatrial reads or writes for a charter, and who decided that."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seatrial.charter.file import NAME, OWN
from seatrial.errors import SeatrialError
from seatrial.evidence import environment, place
from seatrial.evidence.tapes.address import is_remote
from seatrial.verbs.project import CHECKPOINT, SCRATCH, TRUST, Project, charter_file, opened

FLAG, VARIABLE, CHARTER, DEFAULT = "flag", "environment", "charter", "default"
"""Who can decide, the strongest first."""


@dataclass(frozen=True, slots=True)
class Place:
    """One file or folder."""

    name: str
    path: str
    """Absolute; empty if it cannot be known."""
    exists: bool
    size: int
    """Bytes, of a folder with all that is in it; 0 if it is not there."""
    decided: str
    """`flag`, `environment`, `charter` or `default`."""
    by: str
    """What decided it: `--log`, `SEATRIAL_LOG`, `target.weights`; empty for a default."""
    note: str
    """What it is for, or why it is not known."""


@dataclass(frozen=True, slots=True)
class Places:
    """All of them."""

    places: tuple[Place, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"places": [asdict(one) for one in self.places]}

    def __getitem__(self, name: str) -> Place:
        """Return one by its name."""
        return next(one for one in self.places if one.name == name)


def where(path: Path | str, *, log: str | None = None, weights: str | None = None) -> Places:
    """Return what is where; nothing is made, and nothing need be there.

    Args:
        path: The charter, or the folder that it lies in.
        log: Place of the log, if one was named on the command line.
        weights: Weights, if others than the charter's were named on the command line.
    """
    file, named = charter_file(path), str(path) != NAME
    project, trouble = _project(file, weights)
    variables = environment.variables()
    return Places(
        (
            _place("charter", file, (FLAG, "argument") if named else (DEFAULT, ""), trouble or "what must hold"),
            _place("scenarios", file.parent / OWN, (DEFAULT, ""), "the team's own, beside those installed"),
            *_named(project, weights),
            _place("scratch", file.parent / SCRATCH, (DEFAULT, ""), "ignored by git; may be deleted between runs"),
            _place("runs", file.parent / SCRATCH / "runs", (DEFAULT, ""), "finished shards, from which a run goes on"),
            _place("rehearsals", file.parent / SCRATCH / "rehearsals", (DEFAULT, ""), "the same, of rehearsals"),
            _place("reports", file.parent / SCRATCH / "reports", (DEFAULT, ""), "a folder for each attempt"),
            _place("trust", file.parent / TRUST, (DEFAULT, ""), "whose log this is; commit it"),
            _place("checkpoint", file.parent / CHECKPOINT, (DEFAULT, ""), "what the log must begin with; commit it"),
            _log(project, log, variables),
            _key(variables),
        )
    )


def _project(file: Path, weights: str | None) -> tuple[Project | None, str]:
    """Return the project, or why it cannot be opened."""
    if not file.is_file():
        return None, "`seatrial init` writes one"
    try:
        return opened(file, weights=weights), ""
    except SeatrialError as error:
        return None, f"cannot be read ({len(error.problems)} mistakes): `seatrial lint` lists them"


def _named(project: Project | None, weights: str | None) -> Iterator[Place]:
    """Yield the files that the charter names: of the model and of the cases."""
    if project is None:
        return
    said = project.charter.target.get("weights")
    if isinstance(said, str):
        by = (FLAG, "--weights") if weights is not None else (CHARTER, "target.weights")
        yield _place("weights", project.folder / said, by, "of the model that is tried")
    for name, settings in (("cases", project.charter.cases.settings), ("members", project.charter.cases.members or {})):
        if isinstance(settings.get("path"), str):
            yield _place(
                name,
                project.folder / settings["path"],
                (CHARTER, "cases.path" if name == "cases" else "cases.members.path"),
                "",
            )


def _log(project: Project | None, named: str | None, variables: Mapping[str, str]) -> Place:
    by = (FLAG, "--log") if named else (VARIABLE, place.LOG) if variables.get(place.LOG) else (DEFAULT, "")
    note = "the evidence: who submitted what, and what came of it"
    if project is None and by[0] == DEFAULT:
        return Place("log", "", exists=False, size=0, decided=DEFAULT, by="", note="its name follows from the charter")
    try:
        system = project.charter.system if project else None
        address = place.log_place(system, named, variables)
        if is_remote(address):
            return Place(
                "log", place.shown(address), exists=_log_is_there(address), size=0, decided=by[0], by=by[1], note=note
            )
        return _place("log", Path(address), by, note)
    except SeatrialError as error:
        return Place("log", "", exists=False, size=0, decided=by[0], by=by[1], note=str(error.problems[0]))


def _log_is_there(address: str) -> bool:
    return place.tape(address).read("trust.json") is not None


def _key(variables: Mapping[str, str]) -> Place:
    if not place.key_in_file(variables):
        note = "the variable holds the key itself, in no file"
        if not place.is_pem(variables[place.KEY]):
            note = f"signs the log; held at {place.key_shown(variables)}"
        return Place("key", "", exists=True, size=0, decided=VARIABLE, by=place.KEY, note=note)
    by = (VARIABLE, place.KEY) if variables.get(place.KEY) else (DEFAULT, "")
    return _place("key", place.key_path(variables), by, "signs the log; only you may read it")


def _place(name: str, path: Path, by: tuple[str, str], note: str) -> Place:
    there = path.exists()
    return Place(name, str(path.absolute()), there, _size(path) if there else 0, by[0], by[1], note)


def _size(path: Path) -> int:
    """Return how many bytes a file has, or all files in a folder together; what cannot be looked at counts 0."""
    if not path.is_dir():
        return path.stat().st_size
    total = 0
    for top, _, files in os.walk(path):
        for name in files:
            one = Path(top) / name
            total += one.lstat().st_size if one.exists() else 0
    return total
