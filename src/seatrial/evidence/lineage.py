"""Where a model comes from, as the log tells it: parent, training data, code, the remedy applied, and what it answers.

    seq = lineage.record(log, child, Origin(parent=before, remedy="training.pgd", made=record, answers=decision,
                                            clause="imperceptible-change"), artifact=files, by="ann", at=1_795_262_400)
    lineage.ancestors(log, child)      # nearest first

`child` and `before` are digests of whole models (`targets.identity.identify(block, folder).digest`), `files` is the
artifact digest beside it (`.artifact`); a parent that was made elsewhere may be named by its artifact alone.  A model
keeps its artifact when its file is renamed, so it is found again under either digest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seatrial.errors import InputError, Problem
from seatrial.evidence.history import seqs
from seatrial.evidence.log import Log
from seatrial.proof import canonical, statement
from seatrial.proof.canonical import short
from seatrial.proof.statement import Statement


@dataclass(frozen=True, slots=True)
class Origin:
    """What is stated about where a model comes from; what is not known is left empty."""

    parent: str | None = None
    """Digest of the model that it was made from: of the whole, or of its artifact."""
    data: str | None = None
    """Digest of the data that it was trained on."""
    revision: str = ""
    """Of the code that trained it: a commit, or a version."""
    remedy: str = ""
    """Id on the shelf of remedies, or in words what was done."""
    made: bytes | None = None
    """How it was made, as the remedy wrote it down; it is kept among the blobs of the log."""
    answers: str | int | None = None
    """The decision that it answers: digest of its signed bytes, or its entry."""
    clause: str = ""
    """The clause of that decision that it mends."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """One statement of lineage in the log."""

    seq: int
    """Entry of the log."""
    model: str
    """The child."""
    artifact: str
    """Digest of the child's files alone; empty if it has none."""
    parent: str | None
    data: str | None
    revision: str
    remedy: str
    record: str | None
    """Digest of the blob that tells how it was made."""
    answers: str | None
    """Digest of the signed bytes of the decision that it answers."""
    clause: str
    by: str
    """Who states it: a name, no proof."""
    at: int
    """Seconds UTC, by the writer's own clock."""


def in_words(one: Lineage) -> str:
    """Return what is stated of a model, in a sentence without its end."""
    told = [
        f"made from {short(one.parent)}" if one.parent else "",
        f"by {one.remedy}" if one.remedy else "",
        f"on data {short(one.data)}" if one.data else "",
        f"with code {one.revision}" if one.revision else "",
    ]
    which = f"clause {one.clause} of decision" if one.clause else "decision"
    answers = f", in answer to {which} {short(one.answers)}" if one.answers else ""
    return f"{' '.join(filter(None, told)) or 'stated'}{answers}"


def record(log: Log, model: str, origin: Origin, *, by: str, at: int, artifact: str = "") -> int:
    """Log where a model comes from, and return the entry; if the log says exactly that already, that entry.

    Args:
        log: The system's log, open for writing.
        model: Digest of the whole model.
        origin: What is known.
        by: Who states it.
        at: When, seconds UTC.
        artifact: Digest of the model's files alone; empty if it has none.

    Raises:
        InputError: If the entry that it answers is no decision.
        EvidenceError: If a digest is none.
        LogError: If the log cannot be written.
    """
    said = {
        "parent": origin.parent,
        "data": origin.data,
        "revision": origin.revision,
        "remedy": origin.remedy,
        "record": None if origin.made is None else canonical.digest(origin.made),
        "answers": _decision(log, origin.answers),
        "clause": origin.clause,
    }
    payload = statement.write("lineage", model, {**said, "by": by, "at": at}, artifact=artifact)
    with log.locked():
        for seq, one in enumerate(log.statements()):
            if one.kind == "lineage" and (one.model, one.artifact) == (model, artifact) and said.items() <= _items(one):
                return seq
        if origin.made is not None:
            log.store.put(origin.made)
        return log.append(payload)


def _decision(log: Log, answers: str | int | None) -> str | None:
    """Return the digest by which a decision is named."""
    if not isinstance(answers, int):
        return answers
    statements = log.statements()
    if not 0 <= answers < len(statements) or statements[answers].kind != "decision":
        raise InputError(Problem("answers", f"entry {answers} of the log is no decision", "`seatrial log` lists them"))
    return canonical.digest(log.payload(answers))


def _items(one: Statement) -> set[tuple[str, object]]:
    return set(one.predicate.items())


def lineages(statements: Sequence[Statement]) -> tuple[Lineage, ...]:
    """Return every statement of lineage, oldest first."""
    return tuple(
        Lineage(seq, statements[seq].model, statements[seq].artifact, **statements[seq].predicate)
        for seq in seqs(statements, "lineage")
    )


def ancestors(log: Log, model: str, *, upto: int | None = None) -> tuple[Lineage, ...]:
    """Return what is stated of a model, of its parent, of the parent's parent ..., nearest first; a ring once.

    Args:
        log: The system's log.
        model: Digest of the whole model, or of its artifact.
        upto: So many entries are looked at; all by default.
    """
    statements = log.statements()[:upto]
    known = lineages(statements)
    found: list[Lineage] = []
    todo, seen = [model], set[str]()
    while todo:
        names = aliases(statements, todo.pop(0))
        seen |= names
        mine = [one for one in known if {one.model, one.artifact} & names and one not in found]
        found += mine
        todo += [one.parent for one in mine if one.parent is not None and one.parent not in seen]
    return tuple(found)


def aliases(statements: Sequence[Statement], digest: str) -> frozenset[str]:
    """Return all digests that mean the same files as this one: of the artifact, and of every whole made of it."""
    pairs = list(_pairs(statements))
    artifacts = {artifact for model, artifact in pairs if digest in (model, artifact)}
    return frozenset({digest, *artifacts, *(model for model, artifact in pairs if artifact in artifacts)})


def _pairs(statements: Sequence[Statement]) -> Iterator[tuple[str, str]]:
    return ((one.model, one.artifact) for one in statements if one.artifact)
