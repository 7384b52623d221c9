"""A key, a log, its pin, and a first charter."""

from __future__ import annotations

from pathlib import Path

from seatrial.errors import InputError, Problem
from seatrial.evidence import environment, place
from seatrial.evidence.log import Log
from seatrial.proof.envelope import key_id
from seatrial.stores.whole import write_whole
from seatrial.verbs.project import CHECKPOINT, TRUST, Project, charter_file, login, opened, pin, remember

STARTER = Path(__file__).with_name("charter.starter.yaml")


def initialise(path: Path | str, *, log: str | None = None) -> tuple[str, ...]:
    """Make what a first gate needs and return a line about each thing; nothing that is there is overwritten.

    Args:
        path: The charter; if it is not there, one to fill in is written, and nothing else is done.
        log: Folder of the log, if not the default.

    Raises:
        CharterError: If the charter has mistakes.
        LogError: If key or log cannot be made.
        EvidenceError: If the log that is there is not the one that this project pins.
    """
    charter = charter_file(path)
    if not charter.exists():
        if not charter.parent.is_dir():
            raise InputError(Problem(str(charter.parent), "there is no such folder", "make it first"))
        write_whole(charter, STARTER.read_bytes())
        return (f"charter     {charter}: written; fill it in, then type `seatrial init` again",)
    project = opened(charter)
    variables = environment.variables()
    signer = place.log_signer(variables, new=True)
    folder = place.log_folder(project.charter.system, log, variables)
    there = (folder / TRUST).is_file()
    if there:
        made = Log.open(folder, signer, pinned=pin(project))
    else:
        _refuse_lost(project, folder)
        made = Log.create(folder, f"seatrial/{project.charter.system}", signer, holder=login())
    if not (project.folder / TRUST).exists():
        write_whole(project.folder / TRUST, (folder / TRUST).read_bytes())
    remember(project, made)
    return (
        f"log key     {key_id(signer.public)}, in {place.key_path(variables)}",
        f"log         {folder} ({'was there' if there else 'made'}, {len(made.entries())} entries)",
        f"to commit   {project.folder / TRUST} and {CHECKPOINT}",
    )


def _refuse_lost(project: Project, folder: Path) -> None:
    """A project that pins a log must not quietly begin another one: its attempts would be forgotten."""
    if pin(project) is not None:
        what = f"this project pins a log, and there is none in {folder}"
        hint = f"name the folder with --log or SEATRIAL_LOG; to begin anew on purpose, remove {TRUST} and {CHECKPOINT}"
        raise InputError(Problem(str(project.folder / TRUST), what, hint))
