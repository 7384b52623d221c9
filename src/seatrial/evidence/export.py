"""Bundles: one file that holds what a decision rests on, for somebody who has nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from seatrial.errors import InputError, Problem
from seatrial.evidence.history import seqs
from seatrial.evidence.log import Log
from seatrial.proof import bundle, rests
from seatrial.stores.directory import DirectoryStore


def export(log: Log, decision: int | None = None, *, stimuli: bool = True) -> bytes:
    """Return the bundle of a decision, as `python -m seatrial.proof` takes it; equal logs give equal bytes.

    Args:
        log: The system's log.
        decision: Entry of the decision; None is the last one.
        stimuli: Whether the inputs that broke the model go along; if not, their digests still stand in the results.

    Raises:
        InputError: If there is no such decision.
        StoreError: If a blob is not there.
        EvidenceError: If a blob was changed, or the log's references do not hold.
    """
    statements = log.statements()
    entries, note = log.snapshot()
    known = seqs(statements, "decision")
    if not known or (decision is not None and decision not in known):
        what = f"entry {decision} is no decision" if known else "the log holds no decision yet"
        hint = f"decisions are entries {', '.join(map(str, known))}" if known else "`seatrial gate` makes one"
        raise InputError(Problem(log.place, what, hint))
    asked = known[-1] if decision is None else decision
    digests = {*rests.needed(statements, asked, log.store.get), *_beside(log, asked, stimuli=stimuli)}
    blobs = {digest: log.store.get(digest) for digest in sorted(digests)}
    return bundle.write(bundle.Evidence(entries, note, blobs))


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
    (folder / "checkpoint").write_bytes(found.checkpoint)
    (folder / "trust.json").write_bytes(trusted)
    store = DirectoryStore(folder / "blobs")
    for blob in found.blobs.values():
        store.put(blob)
    return Log.open(folder, pinned=trusted)


def _beside(log: Log, decision: int, *, stimuli: bool) -> Iterator[str]:
    """Yield what the verdict does not rest on and a reader wants: the members drawn, and the stimuli."""
    statements = log.statements()
    links = rests.chain(statements[:decision], statements[decision].predicate["run_result"])
    drawn = (statements[seq].predicate["members"] for seq in links.run_plans)
    yield from (digest for digest in drawn if digest is not None)
    for seq in links.run_results if stimuli else ():
        named = (shard["stimuli"] for shard in statements[seq].predicate["shards"])
        yield from (digest for digest in named if digest is not None)
