"""Bundles: one file that holds what a decision rests on, for somebody who has nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from seatrial.errors import InputError, Problem
from seatrial.evidence.environment import PACKED
from seatrial.evidence.history import seqs
from seatrial.evidence.log import Log
from seatrial.evidence.withhold import withheld
from seatrial.evidence.witness import kept, timestamps
from seatrial.proof import bundle, checkpoint, rests
from seatrial.stores.directory import DirectoryStore


def export(log: Log, decision: int | None = None, *, withhold: Iterable[str] = ()) -> bytes:
    """Return the bundle of a decision, as `python -m seatrial.proof` takes it; equal logs give equal bytes.

    Args:
        log: The system's log.
        decision: Entry of the decision; None is the last one.
        withhold: Which kept samples stay at home: `texts`, `stimuli` (all), or the first digits of cases.  Samples that
            this copy of the log was restored without are withheld again.

    Raises:
        InputError: If there is no such decision, or no sample of such a case was kept.
        StoreError: If a blob is not there.
        EvidenceError: If a blob was changed, or the log's references do not hold.
    """
    statements = log.statements()
    entries, note = log.snapshot()
    decision = asked(log, decision)
    split = withheld(log, decision, withhold)
    rest = rests.needed(statements, decision, log.store.get)
    blobs = {digest: log.store.get(digest) for digest in {*rest, *_beside(log, decision), *split.indexes, *split.shown}}
    kept_back, stamp = frozenset(split.kept_back), timestamps.over(log, note)
    return bundle.write(bundle.Evidence(entries, kept.joined(log, note), blobs, kept_back, stamp))


def asked(log: Log, decision: int | None) -> int:
    """Return the entry of a decision: the one that is named, or the last.

    Raises:
        InputError: If there is no such decision.
    """
    known = seqs(log.statements(), "decision")
    if not known or (decision is not None and decision not in known):
        what = f"entry {decision} is no decision" if known else "the log holds no decision yet"
        hint = f"decisions are entries {', '.join(map(str, known))}" if known else "`seatrial gate` makes one"
        raise InputError(Problem(log.place, what, hint))
    return known[-1] if decision is None else decision


def restored(data: bytes, folder: Path, trusted: bytes) -> Log:
    """Return the log of a bundle, laid out in an empty folder and checked against a trust file.

    Args:
        data: The bundle.
        folder: An empty folder.
        trusted: The pinned `trust.json`; it must not come from the bundle.

    Raises:
        EvidenceError: If it is no bundle, was changed, or is not of that log.
    """
    found = bundle.read(data, bundle.LIMIT)
    (folder / "log").write_bytes(b"".join(entry + b"\n" for entry in found.entries))
    own, lines = checkpoint.split(found.checkpoint)
    (folder / "checkpoint").write_bytes(own)
    (folder / "trust.json").write_bytes(trusted)
    if lines:
        (folder / kept.COSIGNED).write_bytes(found.checkpoint)
    if found.timestamp:
        (folder / timestamps.STAMPED).write_bytes(own + found.timestamp)
    if found.withheld:
        (folder / bundle.WITHHELD).write_bytes(bundle.lines(found.withheld))
    store = DirectoryStore(folder / "blobs")
    for blob in found.blobs.values():
        store.put(blob)
    return Log.open(folder, pinned=trusted)


def _beside(log: Log, decision: int) -> Iterator[str]:
    """Yield what the verdict does not rest on and a reader wants: the members drawn, and the packages of runs."""
    statements = log.statements()
    links = rests.chain(statements[:decision], statements[decision].predicate["run_result"])
    drawn = (statements[seq].predicate["members"] for seq in links.run_plans)
    yield from (digest for digest in drawn if digest is not None)
    for seq in links.run_results:
        entries = seqs(statements[:decision], "environment", run_result=seq)
        fields = (statements[entry].predicate["fields"] for entry in entries)
        yield from (one[PACKED] for one in fields if PACKED in one)
