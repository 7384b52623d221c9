"""Findings: what a decision found not to be held, tracked until somebody closes it with what bears that out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from seatrial.errors import Problem
from seatrial.proof.reading import Reading
from seatrial.proof.statement import Statement

_LABEL = b"seatrial/finding/v1\x00"


def finding_id(clause: str, source: str) -> str:
    """Return the id of a finding: the clause, and six hex digits of what found it.

    Args:
        clause: The clause that is not held, or what else the finding is about, written like a clause.
        source: Digest of the decision's signed bytes; of a finding from outside, what tells it from others.

    Examples:
        >>> finding_id("robust", "sha256:" + "00" * 32)
        'robust-292c2f'
    """
    named = _LABEL + clause.encode() + b"\x00" + source.encode()
    return f"{clause}-{sha256(named).hexdigest()[:6]}"


def findings(reading: Reading) -> Iterator[Problem]:
    """Find findings that no decision found, and those that were closed by what does not bear it out."""
    story = _Story()
    for seq, said in enumerate(reading.statements):
        if said.kind in ("finding", "incident"):
            yield from (Problem(f"entry {seq}", what) for what in story.wrong(said))
        story.take(reading.digest(seq), said)


class _Story:
    """What the log said so far, as far as findings rest on it."""

    def __init__(self) -> None:
        self.said: dict[str, Statement] = {}
        """Digest of signed bytes -> statement."""
        self.order: dict[str, int] = {}
        self.state: dict[tuple[str, str], str] = {}
        """Kind and id -> the last action."""

    def take(self, digest: str, said: Statement) -> None:
        """Add an entry."""
        self.order[digest] = len(self.order)
        self.said[digest] = said
        if said.kind in ("finding", "incident"):
            self.state[said.kind, said.predicate["id"]] = said.predicate["action"]

    def wrong(self, said: Statement) -> Iterator[str]:
        """Yield what is wrong with a finding or an incident at this place."""
        one = said.predicate
        before = self.state.get((said.kind, one["id"]))
        derived = said.kind == "finding" and one["decision"] is not None
        if before == "close":
            yield f"{said.kind} {one['id']} was closed before"
        if (one["action"] == "open") != (before is None) and not (derived and before is None):
            yield f"{said.kind} {one['id']} was {'opened twice' if before else 'never opened'}"
        if derived:
            yield from self._derived(one)
        if said.kind == "finding" and one["action"] == "close":
            yield from self._closed(one)

    def _derived(self, one: Mapping[str, Any]) -> Iterator[str]:
        found = self.said.get(one["decision"])
        if found is None or found.kind != "decision":
            yield f"finding {one['id']} names no decision before it"
        elif found.predicate["clauses"].get(one["clause"], {"verdict": "held"})["verdict"] == "held":
            yield f"finding {one['id']} is of a clause that its decision found held"
        elif one["id"] != finding_id(one["clause"], one["decision"]):
            yield f"finding {one['id']} is not called after its clause and its decision"

    def _closed(self, one: Mapping[str, Any]) -> Iterator[str]:
        rests = one["rests_on"]
        if rests is None:
            if one["evidence"] is None:
                yield f"finding {one['id']} is closed by nothing: neither evidence nor an entry of the log"
            return
        found = self.said.get(rests)
        if found is None or not _bears(found, one) or self.order[rests] < self.order.get(one["decision"] or "", -1):
            yield f"finding {one['id']} is closed by what does not bear it out"


def _bears(found: Statement, one: Mapping[str, Any]) -> bool:
    """Return whether an entry can close a finding: its clause is held there, waived, or an accepted risk."""
    said, clause = found.predicate, one["clause"]
    if found.kind == "decision":
        return said["clauses"].get(clause, {}).get("verdict") == "held" and clause not in said["weaker"]
    if found.kind == "waiver":
        return bool(said["clause"] == clause and one["at"] < said["expires"])
    accepted = found.kind == "risk-entry" and said["treatment"] == "accept"
    return accepted and (one["id"] in said["findings"] or clause in said["clauses"])
