"""What a dossier owes to the tree that it is read in: the charter's place and lines, and commands that name it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import Any

from seatrial.catalog.source.file import parse
from seatrial.charter.file import NAME
from seatrial.evidence.log import Log
from seatrial.proof.canonical import digest, dumps, loads
from seatrial.reports.reporter import Dossier, Judged
from seatrial.verbs.project import Project


def annotated(said: Dossier, project: Project, log: Log | None = None) -> Dossier:
    """Return a dossier with its charter's place and lines; its commands name a charter that is not `charter.yaml`.

    Args:
        said: The dossier.
        project: The charter in this tree; its lines are given only if it is the one that was judged.
        log: The log that the decision is in; None for a rehearsal.
    """
    judged = dict(project.charter.text) if log is None else loads(log.store.get(said.digests["charter"]))
    name = Path(project.file).name
    other = "" if name == NAME else quote(name)
    return replace(
        said,
        charter_file=_file(project),
        lines=_lines(project) if _same(project, judged) else {},
        clauses=tuple(_shown(clause, other) for clause in said.clauses) if other else said.clauses,
        again=f"{said.again} {other}" if other and said.again else said.again,
    )


def _shown(clause: Judged, charter: str) -> Judged:
    """Return a clause whose cases are shown under this charter."""
    found = tuple(
        replace(one, command=f"{one.command} --charter {charter}") if one.command else one for one in clause.examples
    )
    return replace(clause, examples=found)


def _same(project: Project, judged: Mapping[str, Any]) -> bool:
    """Return whether a charter is the project's, whichever weights were named beside it."""
    here, there = dict(project.charter.text), dict(judged)
    for one in (here, there):
        one["target"] = {name: value for name, value in one.get("target", {}).items() if name != "weights"}
    return digest(dumps(here)) == digest(dumps(there))


def _file(project: Project) -> str:
    """Return where the charter lies: from the top of the repository if it is in one, else from its own folder."""
    folder = project.folder.resolve()
    for top in (folder, *folder.parents):
        if (top / ".git").exists():
            return (folder / project.file).relative_to(top).as_posix()
    return Path(project.file).name


def _lines(project: Project) -> dict[str, int]:
    page, _ = parse(project.charter.source, project.file)
    if page is None:
        return {}
    return {clause.name: page.line(("clauses", clause.name, "require")) for clause in project.charter.clauses}
