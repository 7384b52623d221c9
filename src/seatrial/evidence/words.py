"""What people said in a log: who signed what, with keys that counted at that entry."""

from __future__ import annotations

from functools import cache

from seatrial.evidence.log import Log
from seatrial.proof import canonical, envelope, merkle
from seatrial.proof.binding import unbound
from seatrial.proof.people import Words


def words(log: Log) -> Words:
    """Return what people said in a log; its signatures were checked when it was opened.

    An approval or a waiver that is bound to no decision of this log is nobody's word here.
    """
    statements, entries, ring = log.statements(), log.entries(), log.keyring
    parsed = cache(lambda seq: envelope.parsed(entries[seq]))

    def digest(seq: int) -> str:
        return canonical.digest(parsed(seq).payload)

    decisions = {seq: digest(seq) for seq, said in enumerate(statements) if said.kind == "decision"}
    loose = dict(unbound(log.origin, map(merkle.leaf_hash, entries), decisions, statements))

    def signers(seq: int) -> frozenset[str]:
        keys = () if seq in loose else parsed(seq).key_ids
        return frozenset(name for key in keys if (name := ring.person(key, seq)) is not None)

    return Words(statements, signers, digest, log.trust)
