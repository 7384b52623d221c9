"""What people said in a log: who signed what, with keys that counted at that entry."""

from __future__ import annotations

from seatrial.evidence.log import Log
from seatrial.proof import canonical, envelope
from seatrial.proof.people import Words


def words(log: Log) -> Words:
    """Return what people said in a log; its signatures were checked when it was opened."""
    statements, entries, ring = log.statements(), log.entries(), log.keyring

    def signers(seq: int) -> frozenset[str]:
        keys = envelope.parsed(entries[seq]).key_ids
        return frozenset(name for key in keys if (name := ring.person(key, seq)) is not None)

    return Words(statements, signers, lambda seq: canonical.digest(envelope.parsed(entries[seq]).payload), log.trust)
