"""Checks of bytes: digests, signatures, the root, and the form of every entry."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.errors import EvidenceError, Problem
from seatrial.proof import canonical, envelope, merkle
from seatrial.proof.reading import Reading, at


def blobs(reading: Reading) -> Iterator[Problem]:
    """Find blobs that are not what their digest says."""
    for digest, data in reading.evidence.blobs.items():
        if canonical.digest(data) != digest:
            yield Problem(digest, "holds other bytes than its digest says")


def checkpoint(reading: Reading) -> Iterator[Problem]:
    """Find a checkpoint that the trusted key did not sign over this many entries."""
    signed, count = reading.checkpoint, len(reading.evidence.entries)
    if isinstance(signed, EvidenceError):
        yield from signed.problems
    elif signed.size != count:
        yield Problem("checkpoint", f"is over {signed.size} entries, and the log has {count}: some were cut or added")


def root(reading: Reading) -> Iterator[Problem]:
    """Find a log whose entries are not those under the checkpoint."""
    signed = reading.checkpoint
    if not isinstance(signed, EvidenceError) and merkle.root(reading.leaves) != signed.root:
        yield Problem("log", "its entries are not those that the checkpoint signs: one was changed, swapped or added")


def envelopes(reading: Reading) -> Iterator[Problem]:
    """Find entries that are not envelopes."""
    for seq, one in enumerate(reading.envelopes):
        if isinstance(one, EvidenceError):
            yield from at(seq, one)


def signatures(reading: Reading) -> Iterator[Problem]:
    """Find entries that the log key did not sign, or somebody unknown did."""
    keys, log_key = reading.trust.keys, reading.trust.log_key_id
    covered = "" if reading.question.every_signature else log_key
    for seq, one in enumerate(reading.envelopes):
        if isinstance(one, EvidenceError):
            continue
        try:
            envelope.check(one, keys, covered=covered)
        except EvidenceError as error:
            yield from at(seq, error)
        if log_key not in one.key_ids:
            yield Problem(f"entry {seq}", "is not signed by the log key")


def statements(reading: Reading) -> Iterator[Problem]:
    """Find entries whose fields are not those of their kind."""
    for seq, said in enumerate(reading.said):
        if isinstance(said, EvidenceError):
            yield from at(seq, said)


def memory(reading: Reading) -> Iterator[Problem]:
    """Find a log that does not agree with what this verifier accepted before."""
    for seq, (now, before) in enumerate(zip(reading.leaves, reading.question.remembered, strict=False)):
        if now != before:
            yield Problem(f"entry {seq}", "is not the one that was accepted here before: history was rewritten")
            return
