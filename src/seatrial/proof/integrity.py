"""Checks of bytes: digests, signatures, the root, and the form of every entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seatrial.errors import EvidenceError, Problem
from seatrial.proof import canonical, envelope, merkle, samples
from seatrial.proof.reading import Reading, at


def blobs(reading: Reading) -> Iterator[Problem]:
    """Find blobs that are not what their digest says."""
    for digest, data in reading.evidence.blobs.items():
        if canonical.digest(data) != digest:
            yield Problem(digest, "holds other bytes than its digest says")


def kept(reading: Reading) -> Iterator[Problem]:
    """Find samples that are neither here nor named as withheld, and indexes of samples that are not of their shard."""
    named: set[str] = set()
    for seq in reading.chain.run_results:
        for shard in reading.statements[seq].predicate["shards"]:
            yield from _not_kept(reading, seq, shard, named)
    if strange := sorted(reading.evidence.withheld - named):
        yield Problem(strange[0], "is named as withheld, and no shard kept a sample of that digest")


def _not_kept(reading: Reading, seq: int, shard: Mapping[str, Any], named: set[str]) -> Iterator[Problem]:
    if shard["stimuli"] is None:
        return
    where = f"entry {seq}, shard {shard['shard']} of {shard['clause']}"
    listed = samples.read(reading.blob(shard["stimuli"]))
    rows = set(reading.table(shard["computed"]).columns["case"]) if shard["computed"] else set()
    if not rows.issuperset(one.case for one in listed):
        yield Problem(where, "kept samples of cases that it did not try")
    for one in listed:
        named.add(one.commitment)
        if not reading.has(one.commitment) and one.commitment not in reading.evidence.withheld:
            what = f"the kept sample of case {one.case.hex()[:12]} is neither here nor named as withheld"
            yield Problem(where, what, "ask for the whole bundle, or for one that says what it withholds")


def disclosed(reading: Reading) -> Iterator[Problem]:
    """Find samples that are shown later and are not those that were committed to."""
    named = {one.commitment for _, _, one in reading.samples} if reading.question.disclosed else set()
    for data in reading.question.disclosed:
        if canonical.digest(data) not in named:
            what = "is a sample that no shard of this decision committed to: not the one that was withheld"
            yield Problem(canonical.digest(data), what)


def checkpoint(reading: Reading) -> Iterator[Problem]:
    """Find a checkpoint that the trusted key did not sign."""
    if isinstance(reading.checkpoint, EvidenceError):
        yield from reading.checkpoint.problems


def root(reading: Reading) -> Iterator[Problem]:
    """Find a log whose entries are not those under the checkpoint, in number or in bytes."""
    signed, count = reading.checkpoint, len(reading.evidence.entries)
    if isinstance(signed, EvidenceError):
        return
    if signed.size != count:
        yield Problem("log", f"has {count} entries, and the checkpoint is over {signed.size}: some were cut or added")
    elif merkle.root(reading.leaves) != signed.root:
        yield Problem("log", "its entries are not those that the checkpoint signs: one was changed, swapped or added")


def envelopes(reading: Reading) -> Iterator[Problem]:
    """Find entries that are not envelopes."""
    for seq, one in enumerate(reading.envelopes):
        if isinstance(one, EvidenceError):
            yield from at(seq, one)


def signatures(reading: Reading) -> Iterator[Problem]:
    """Find entries that the log key did not sign, or somebody unknown did."""
    keyring = reading.keyring
    for seq, one in enumerate(reading.envelopes):
        if isinstance(one, EvidenceError):
            continue
        log_key = keyring.log_key_id(seq)
        try:
            envelope.check(
                one, keyring.keys(seq, one.key_ids), covered="" if reading.question.every_signature else log_key
            )
        except EvidenceError as error:
            why = "; ".join(filter(None, (keyring.why_not(key, seq) for key in one.key_ids)))
            yield from at(seq, error, why)
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
    known, here = len(reading.question.remembered), len(reading.leaves)
    if here < known:
        what = f"has {here} entries, and {known} were accepted here before: an older state is shown"
        yield Problem("log", what, "ask for today's bundle; to look at an archived one, leave out what you remember")
