"""What a person's word about a decision binds to: its bytes, its place, and the whole log up to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from seatrial.proof import canonical, envelope, merkle
from seatrial.proof.statement import Statement

BOUND = ("approval", "waiver")
"""Kinds that are bound to a decision."""


def binding(origin: str, entries: Sequence[bytes], decision: int) -> dict[str, Any]:
    """Return the fields that bind a statement to one decision in one log.

    The digest of the decision covers model, charter and verdicts; the root covers every observation that it rests on,
    so that equal words about other evidence, or in another log, are not approved with it.

    Args:
        origin: Of the log.
        entries: Its envelopes; at least up to the decision.
        decision: Entry of the decision.
    """
    upto = entries[: decision + 1]
    return {
        "decision": canonical.digest(envelope.parsed(upto[decision]).payload),
        "entry": decision,
        "log": origin,
        "root": merkle.root(map(merkle.leaf_hash, upto)).hex(),
    }


def unbound(
    origin: str, leaves: Iterable[bytes], digests: Mapping[int, str], statements: Sequence[Statement]
) -> Iterator[tuple[int, str]]:
    """Yield entries whose binding is not to a decision of this log, each with what is wrong.

    Args:
        origin: Of the log.
        leaves: Leaf hash of each entry.
        digests: Entry of each decision -> digest of its payload.
        statements: What the entries say.
    """
    said = {seq: one.predicate for seq, one in enumerate(statements) if one.kind in BOUND}
    roots = _roots(leaves, {one["entry"] for one in said.values()})
    for seq, one in said.items():
        kind, at = statements[seq].kind, one["entry"]
        if at >= seq or digests.get(at) != one["decision"]:
            yield seq, f"the {kind} is not of the decision at entry {at}"
        elif one["log"] != origin:
            yield seq, f"the {kind} was given in another log, {one['log']!r}"
        elif statements[at].model != statements[seq].model:
            yield seq, f"the {kind} is about another model than its decision"
        elif roots[at].hex() != one["root"]:
            yield seq, f"the {kind} was given on other evidence: its root is not that of the entries up to {at}"


def _roots(leaves: Iterable[bytes], wanted: set[int]) -> dict[int, bytes]:
    """Return the root of the log up to and with each of these entries; empty bytes for one that is not there."""
    tree, found = merkle.Tree(), dict.fromkeys(wanted, b"")
    for seq, leaf in enumerate(leaves if wanted else ()):
        tree.append(leaf)
        if seq in wanted:
            found[seq] = tree.root()
    return found
