"""Files of a project that no new weights may take the place of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from seatrial.errors import InputError, Problem
from seatrial.verbs.project import Project

OURS = ("trust.json", "checkpoint.txt")
"""Files that `seatrial init` makes beside a charter."""
BESIDE = (".json", ".html")
"""What is written beside new weights, under their name."""


def spared(project: Project, file: Path, where: str) -> Path:
    """Return a file for new weights, if nothing of the project would be lost by writing it.

    Args:
        project: Names its charter, the weights that are begun with, its code and its cases.
        file: The file for the weights; a record and a page are written beside it.
        where: The option or argument that names it.

    Raises:
        InputError: If it, or what is written beside it, would take the place of one of these.
    """
    if problems := list(_lost(project, file, where)):
        raise InputError(*problems)
    return file


def _lost(project: Project, file: Path, where: str) -> Iterator[Problem]:
    if file.suffix in BESIDE:
        yield Problem(where, f"{file} is what the record or the page is called", "weights need another ending")
        return
    needed = {(project.folder / name).resolve() for name in _named(project)}
    for one in (file, *map(file.with_suffix, BESIDE)):
        if one.resolve() in needed:
            yield Problem(where, f"{one} would be replaced, and the project needs it", "name another file with --out")


def _named(project: Project) -> Iterator[str]:
    """Yield the files that a charter needs, as it names them, and those beside it."""
    yield from (project.file, *OURS)
    for block in (project.charter.target, project.charter.cases.settings):
        yield from (value for value in block.values() if isinstance(value, str))
