"""Incidents: a view over the log of what went wrong in service, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from seatrial.errors import InputError, Problem, meant
from seatrial.evidence.history import seqs
from seatrial.evidence.log import Log
from seatrial.proof import canonical


@dataclass(frozen=True, slots=True)
class Noted:
    """What a person said of an incident."""

    entry: int
    action: str
    """`open`, `note` or `close`."""
    what: str
    by: str
    at: int
    """Seconds UTC, by the writer's own clock."""
    evidence: tuple[str, ...]
    """Digests of blobs of the log's store."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident, from its beginning to its end."""

    id: str
    what: str
    severity: str
    since: int
    """When it happened, seconds UTC."""
    decision: int | None
    """Entry of the decision whose release was live; None if nothing says."""
    release: str
    """That release; empty if nothing says."""
    clauses: tuple[str, ...]
    scenarios: tuple[str, ...]
    cases: tuple[str, ...]
    """Hex digests of cases."""
    finding: str
    """Id of the finding that it opened."""
    notes: tuple[Noted, ...]

    @property
    def closed(self) -> bool:
        """Whether somebody closed it."""
        return any(one.action == "close" for one in self.notes)


def incidents(log: Log, *, upto: int | None = None) -> tuple[Incident, ...]:
    """Return every incident of a log, or of its first so many entries, open and closed, oldest first."""
    statements, made = log.statements()[:upto], dict[str, Incident]()
    digests = {canonical.digest(log.payload(seq)): seq for seq in seqs(statements, "decision")}
    for seq in seqs(statements, "incident"):
        said = statements[seq].predicate
        noted = Noted(seq, said["action"], said["what"], said["by"], said["at"], tuple(said["evidence"]))
        before = made.get(said["id"])
        decision = digests.get(said["decision"] or "")
        one = before or Incident(
            id=said["id"],
            what=said["what"],
            severity=said["severity"],
            since=said["since"],
            decision=decision,
            release="" if decision is None else statements[decision].predicate["release"],
            clauses=tuple(said["clauses"]),
            scenarios=tuple(said["scenarios"]),
            cases=tuple(said["cases"]),
            finding=said["finding"],
            notes=(),
        )
        made[one.id] = replace(one, severity=said["severity"], notes=(*one.notes, noted))
    return tuple(made.values())


def find(log: Log, named: str) -> Incident:
    """Return the incident of an id.

    Raises:
        InputError: If there is none.
    """
    known = {one.id: one for one in incidents(log)}
    if named in known:
        return known[named]
    hint = meant(named, known) if known else "`seatrial incident open` records one"
    raise InputError(Problem("incident", f"there is no incident {named!r}", hint))
