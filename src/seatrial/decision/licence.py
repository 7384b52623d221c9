"""The licence to deploy: a decision is computed from evidence, a licence also needs people.

`deploy` says that the evidence suffices.  Whether the model may go live is asked later, perhaps often: whether enough
people approved that very decision, and whether the waivers that it rests on still stand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from seatrial.errors import InputError, Problem
from seatrial.evidence.history import seqs
from seatrial.evidence.log import Log
from seatrial.proof import canonical, envelope

APPROVER, WAIVER = "approver", "waiver"


@dataclass(frozen=True, slots=True)
class Waived:
    """One waiver that a decision rests on."""

    entry: int
    clause: str
    reason: str
    who: tuple[str, ...]
    expires: int
    """Instant from which it covers nothing, seconds UTC."""
    expired: bool


@dataclass(frozen=True, slots=True)
class Licence:
    """Whether a decision may be acted on, and what is missing if not."""

    entry: int
    """Of the decision."""
    decision: str
    release: str
    model: str
    submitter: str
    approved: tuple[str, ...]
    """People whose approval counts."""
    needed: int
    """Quorum of the trust file."""
    uncounted: tuple[tuple[str, str], ...]
    """Person or key -> why their approval does not count."""
    waivers: tuple[Waived, ...]
    lacking: tuple[str, ...]
    """What stands against acting on it, in words; empty if nothing does."""

    @property
    def granted(self) -> bool:
        """Whether nothing is lacking."""
        return not self.lacking


def licence(log: Log, decision: int, *, now: int) -> Licence:
    """Return whether a decision may be acted on at an instant.

    Approvals name the digest of the decision's signed bytes, count people and not keys, and those of the submitter and
    of whoever holds the log key never count.

    Args:
        log: The system's log.
        decision: Entry of the decision.
        now: Seconds UTC.

    Raises:
        InputError: If the entry is no decision.
        EvidenceError: If the log does not hold together.
    """
    statements = log.statements()
    if not 0 <= decision < len(statements) or statements[decision].kind != "decision":
        raise InputError(Problem("decision", f"entry {decision} of the log is no decision"))
    said = statements[decision].predicate
    submitter = submitter_of(log, decision)
    approved, uncounted = _approvals(log, decision, submitter)
    waivers = tuple(_waived(log, seq, now) for seq in said["waivers"])
    needed = log.trust.quorum["approve"]
    found = Licence(
        entry=decision,
        decision=said["decision"],
        release=said["release"],
        model=said["model"],
        submitter=submitter,
        approved=approved,
        needed=needed,
        uncounted=uncounted,
        waivers=waivers,
        lacking=(),
    )
    return replace(found, lacking=_lacking(found))


def submitter_of(log: Log, decision: int) -> str:
    """Return who submitted the model that a decision is about; a name is no proof."""
    statements = log.statements()
    result = statements[statements[decision].predicate["run_result"]]
    run_plan = statements[result.predicate["run_plan"]]
    return str(statements[run_plan.predicate["submission"]].predicate["submitter"])


def why_not(log: Log, name: str, submitter: str) -> str:
    """Return why a person's approval would not count; empty if it would."""
    if APPROVER not in log.trust.people[name].roles:
        return "has not the role of an approver in trust.json"
    if name == log.trust.holder:
        return "holds the log key"
    return "submitted the model" if name == submitter else ""


def signed_by(log: Log, entry: int) -> tuple[str, ...]:
    """Return the people who signed an entry, sorted, each once."""
    keys = envelope.parsed(log.entries()[entry]).key_ids
    return tuple(sorted({name for key in keys if (name := log.trust.person(key)) is not None}))


def _approvals(log: Log, decision: int, submitter: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    statements, wanted = log.statements(), canonical.digest(log.payload(decision))
    entries = [seq for seq in seqs(statements, "approval") if statements[seq].predicate["decision"] == wanted]
    names = sorted({name for seq in entries for name in signed_by(log, seq)})
    reasons = {name: why_not(log, name, submitter) for name in names}
    return tuple(name for name in names if not reasons[name]), tuple((n, why) for n, why in reasons.items() if why)


def _waived(log: Log, seq: int, now: int) -> Waived:
    said = log.statements()[seq].predicate
    return Waived(seq, said["clause"], said["reason"], signed_by(log, seq), said["expires"], said["expires"] <= now)


def _lacking(found: Licence) -> tuple[str, ...]:
    missing = found.needed - len(found.approved)
    people = "person" if missing == 1 else "people"
    told = [
        (found.decision != "deploy", f"the decision is {found.decision}"),
        (missing > 0, f"{missing} more {people} must approve it ({len(found.approved)} of {found.needed} did)"),
        *((one.expired, f"the waiver of {one.clause} (entry {one.entry}) has expired") for one in found.waivers),
    ]
    return tuple(text for holds, text in told if holds)
