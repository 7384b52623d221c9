"""Where lessons are gathered: labelled files, what broke a model in a rehearsal, or in an attempt on gate cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from seatrial.cases.cases import Cases, source
from seatrial.cases.packs import unlike
from seatrial.cases.pools import fetch
from seatrial.errors import CasesError, Problem
from seatrial.plan.plan import Plan
from seatrial.records.batch import Batch, column_of, plain
from seatrial.records.digest import column_digests
from seatrial.records.event import Listener
from seatrial.trial.stimuli import Specimen, unpacked
from seatrial.verbs.dossier import gathered
from seatrial.verbs.project import Project, Tried, open_log
from seatrial.verbs.reference import referred
from seatrial.verbs.rehearse import ran
from seatrial.verbs.worst import kept

JUDGED = "same_label"
"""The oracle whose attacks keep the true label of a case, so that what they made is labelled."""


ORIGIN = "for each row the 64 hex digits of the case that it was made from, or nothing, as text"


@dataclass(frozen=True, slots=True)
class New:
    """Cases that are to be learned from."""

    batch: Batch[Any]
    told: tuple[str, ...]
    origins: Mapping[bytes, bytes] = field(default_factory=dict)


def of_file(project: Project, model: Tried, file: Path) -> New:
    """Return the labelled cases of a file or folder, in the form of the charter's cases.

    Raises:
        CasesError: If it is not there, or has another form, or no labels; with all rows that are wrong.
    """
    block, where = project.charter.cases, str(file)
    if not file.exists():
        raise CasesError(Problem(where, "there is no such file or folder", "name labelled cases"))
    if "path" in block.settings:
        cases = source(block.kind, {**block.settings, "path": str(file.absolute())}, project.folder)
    elif file.suffix == ".npz":
        cases = source("npz", {"path": str(file.absolute())}, project.folder)
    else:
        hint = "an .npz file with arrays x and y: np.savez(file, x=inputs, y=labels)"
        raise CasesError(
            Problem(where, f"cases of kind {block.kind} come from no file, so nobody knows its form", hint)
        )
    batch = cases.take(0, len(cases))
    if batch.labels is None or np.ndim(plain(batch.labels)) != 1:
        raise CasesError(
            Problem(where, "its rows have no classes as labels", "a lesson is an input with its true class")
        )
    if block.unit and batch.groups is None:
        what = f"the charter keeps all cases of one {block.unit} together, and these name none"
        raise CasesError(Problem(where, what, "add the column of groups"))
    batch = _alike(batch, model.cases, where)
    return New(batch, tuple(f"{file.name}, row {row + 1}" for row in range(len(batch))), _origins(file, batch))


def _alike(batch: Batch[Any], cases: Cases, where: str) -> Batch[Any]:
    """Return cases in the number type of the source's, named anew.

    Raises:
        CasesError: If they have another form.
    """
    wanted = cases.take(0, 1).inputs
    inputs = batch.inputs
    if (
        isinstance(inputs, np.ndarray)
        and isinstance(wanted, np.ndarray)
        and inputs.dtype.kind == wanted.dtype.kind == "f"
    ):
        inputs = inputs.astype(wanted.dtype)
    if found := unlike(inputs, wanted, where):
        raise CasesError(*found)
    return Batch(column_digests(inputs), inputs, np.asarray(plain(batch.labels)), batch.groups)


def _origins(file: Path, batch: Batch[Any]) -> dict[bytes, bytes]:
    """Return what an array `origin` of an .npz file says: from which case, by its digest, each row was made."""
    if file.suffix != ".npz":
        return {}
    with np.load(file, allow_pickle=False) as archive:
        try:
            named = archive["origin"] if "origin" in archive.files else np.array([], dtype=str)
        except ValueError as error:
            raise CasesError(
                Problem(f"{file}: origin", "holds Python objects, which are never read", ORIGIN)
            ) from error
    if not named.size:
        return {}
    wrong = [row for row, one in enumerate(named) if str(one) and not _is_digest(str(one))] if named.ndim == 1 else []
    if named.shape != (len(batch),) or wrong:
        what = f"{len(wrong)} rows name no digest, the first is row {wrong[0] + 1}" if wrong else "has another shape"
        raise CasesError(Problem(f"{file}: origin", what, ORIGIN))
    return {case: bytes.fromhex(str(one)) for case, one in zip(batch.ids, named, strict=True) if str(one)}


def _is_digest(text: str) -> bool:
    return len(text) == 64 and all(one in "0123456789abcdef" for one in text)


def of_rehearsal(project: Project, model: Tried, clauses: Sequence[str], hear: Listener) -> Iterator[New]:
    """Yield what broke the model in a rehearsal; one that was just done is not done again."""
    plan, result = ran(project, model, only=clauses, hear=hear)
    for one in result.results:
        if data := one.parts().get("stimuli"):
            yield from _made(model, plan, one.clause, unpacked(data), f"a rehearsal of {one.clause}")


def of_attempt(
    project: Project, model: Tried, asked: tuple[str | int, Sequence[str]], named: str | None
) -> Iterator[New]:
    """Yield what broke a model in an attempt: made of gate cases that are opened.

    Args:
        project: The charter.
        model: Whose cases they are.
        asked: Which decision, and of which clauses; all if there are none.
        named: Folder of the log, if not the default.

    Raises:
        CasesError: If the charter declares that opened cases may be drawn again.
    """
    log = open_log(project, named, writing=False)
    seq, clauses = referred(log, asked[0], where="--attempt"), asked[1]
    if project.charter.cases.reuse:
        what = "opened gate cases may be drawn again, as the charter declares: learning from them would spoil the gate"
        raise CasesError(Problem("cases.reuse", what, "take the declaration back"))
    found = gathered(log, seq)
    for name, rows in found.rows.items():
        for shard in rows.shards if not clauses or name in clauses else ():
            yield from _made(model, found.plan, name, kept(log, shard), f"entry {seq}, {name}")


def _made(model: Tried, plan: Plan, clause: str, there_: Sequence[Specimen], where: str) -> Iterator[New]:
    """Yield what broke the model, with the true label of the case that it was made from."""
    oracles = [trying.oracle for trying in plan.promise(clause).tries for _ in trying.stages]
    broke = [
        one
        for one in there_
        if one.stage >= 0
        and one.stimulus is not None
        and oracles[one.stage] == JUDGED
        and one.case in model.pools.index
    ]
    if not broke:
        return
    own = fetch(model.cases, [one.case for one in broke])
    if own.labels is None or np.ndim(plain(own.labels)) != 1:
        return
    inputs = column_of([one.stimulus for one in broke])
    batch = _alike(Batch(column_digests(inputs), inputs, own.labels, own.groups), model.cases, where)
    origins = dict(zip(batch.ids, own.ids, strict=True))
    yield New(batch, tuple(f"{where}, from {case.hex()[:12]}" for case in own.ids), origins)
