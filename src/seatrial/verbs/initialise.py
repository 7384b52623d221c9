"""A key, a log, its pin, and a first charter."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import final

from seatrial.errors import InputError, Problem
from seatrial.evidence import environment, place
from seatrial.evidence.log import Log
from seatrial.proof.envelope import key_id
from seatrial.proof.trust import write
from seatrial.records.event import Listener, silent
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.stores.whole import write_whole
from seatrial.verbs.drafting.charter import ready
from seatrial.verbs.drafting.wanted import Asker, Question, Wanted
from seatrial.verbs.project import CHECKPOINT, TRUST, Project, charter_file, login, opened, pin, remember

Watch = Callable[[], AbstractContextManager[Listener]]
"""Lends a listener while something runs; nothing is asked meanwhile."""
Told = tuple[str, str]
"""What was done or found: the name of a thing, and what is to be said of it."""
STARTER = Path(__file__).with_name("charter.starter.yaml")


@final
class Prepared(tuple[Told, ...]):
    """Each thing that a first gate needs, and where it is; a tuple that a notebook shows as a table."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return sheet_card(Sheet("What a first gate needs", ("What", "Where"), tuple(self)))


def unwatched() -> AbstractContextManager[Listener]:
    """Lend a listener that hears nothing."""
    return nullcontext(silent)


def draft(path: Path | str, wanted: Wanted, ask: Asker, *, watch: Watch = unwatched) -> tuple[Told, ...]:
    """Look at a model and at data, write a first charter, and return what is to be said of it; one there is kept.

    Args:
        path: The charter to write, or the folder for it.
        wanted: The model, the data, and what the user says of them.
        ask: Who is asked for the rest.
        watch: Lends a listener for the pilot.

    Raises:
        InputError: If model and data do not fit, or something has to be said that nobody can be asked.
        TargetError: If the model does not load.
        CasesError: If the data cannot be read, or are too few.
        MissingExtra: If a package is not installed.
    """
    charter = charter_file(path)
    if charter.exists():
        return (("charter", f"{charter}: was there and is kept; model and data were not looked at"),)
    _refuse_nowhere(charter)
    prepared = ready(charter, _complete(wanted, ask), ask)
    with watch() as hear:
        drafted = prepared.drafted(hear)
    write_whole(charter, drafted.text.encode())
    notes = tuple(("note", note) for note in drafted.notes)
    return (("charter", f"{charter}: a first draft, for you to read and change"), *notes)


def _complete(wanted: Wanted, ask: Asker) -> Wanted:
    """Return the wishes with a model and data, which are asked for together."""
    if wanted.model and wanted.data:
        return wanted
    model = wanted.model or ask(
        Question("--model", "Which model?", "model.py:build with --weights, model.skops, or model.py:predict.")
    )
    data = wanted.data or ask(
        Question("--data", "Which data?", "A .csv, .parquet, .jsonl or .npz, a folder of pictures, or a bundled set.")
    )
    ask.finish()
    return replace(wanted, model=model, data=data)


def _refuse_nowhere(charter: Path) -> None:
    if not charter.parent.is_dir():
        raise InputError(Problem(str(charter.parent), "there is no such folder", "make it first"))


def initialise(path: Path | str, *, log: str | None = None) -> Prepared:
    """Make what a first gate needs and return where each thing is; nothing that is there is overwritten.

    Args:
        path: The charter; if it is not there, one to fill in is written, and nothing else is done.
        log: Place of the log, if not the default.

    Raises:
        CharterError: If the charter has mistakes.
        LogError: If key or log cannot be made.
        EvidenceError: If the log that is there is not the one that this project pins.
    """
    charter = charter_file(path)
    if not charter.exists():
        _refuse_nowhere(charter)
        write_whole(charter, STARTER.read_bytes())
        return Prepared([("charter", f"{charter}: written; fill it in, then type `seatrial init` again")])
    project = opened(charter)
    variables = environment.variables()
    signer = place.log_signer(variables, new=True)
    address = place.log_place(project.charter.system, log, variables)
    kept = place.tape(address).read(TRUST)
    if kept is not None:
        made = Log.open(address, signer, pinned=pin(project))
    else:
        _refuse_lost(project, place.shown(address))
        made = Log.create(address, f"seatrial/{project.charter.system}", signer, holder=login())
    if not (project.folder / TRUST).exists():
        write_whole(project.folder / TRUST, kept or write(made.trust))
    remember(project, made)
    return Prepared(
        [
            ("log key", f"{key_id(signer.public)}, in {place.key_shown(variables)}"),
            ("log", f"{made.place} ({'made' if kept is None else 'was there'}, {len(made.entries())} entries)"),
            ("to commit", f"{project.folder / TRUST} and {CHECKPOINT}"),
        ]
    )


def _refuse_lost(project: Project, where: str) -> None:
    """A project that pins a log must not quietly begin another one: its attempts would be forgotten."""
    if pin(project) is not None:
        what = f"this project pins a log, and there is none in {where}"
        hint = f"name the place with --log or SEATRIAL_LOG; to begin anew on purpose, remove {TRUST} and {CHECKPOINT}"
        raise InputError(Problem(str(project.folder / TRUST), what, hint))
