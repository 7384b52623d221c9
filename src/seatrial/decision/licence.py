"""The licence to deploy: a decision is computed from evidence, a licence also needs people.

`deploy` says that the evidence suffices.  Whether the model may go live is asked later, perhaps often: whether enough
people approved that very decision and stand by it, and whether the waivers that it rests on do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from seatrial.errors import InputError, Problem
from seatrial.evidence.log import Log
from seatrial.evidence.words import words
from seatrial.proof.people import Words


@dataclass(frozen=True, slots=True)
class Waived:
    """One waiver, at an instant."""

    entry: int
    clause: str
    model: str
    """Digest of the model that it covers, and no other."""
    reason: str
    owner: str
    """Who carries the risk."""
    who: tuple[str, ...]
    """People who signed it."""
    given: int
    """Instant at which it was signed, by the signer's own clock; seconds UTC."""
    expires: int
    """Instant from which it covers nothing, seconds UTC."""
    expired: bool
    withdrawn: tuple[str, ...] = ()
    """People who took it back; then it covers nothing."""
    because: str = ""
    """Why they did."""

    @property
    def open(self) -> bool:
        """Whether it covers its clause."""
        return not self.expired and not self.withdrawn

    @property
    def state(self) -> str:
        """`open`, `expired` or `withdrawn`."""
        return "withdrawn" if self.withdrawn else "expired" if self.expired else "open"

    def __str__(self) -> str:
        """Return it in words: `until 2027-03-03 23:59 UTC by bob, expired`."""
        until = datetime.fromtimestamp(self.expires, UTC).strftime("%Y-%m-%d %H:%M UTC")
        names = " and ".join(self.who) or "nobody"
        owner = "" if self.owner in self.who else f", at the risk of {self.owner}"
        gone = f", withdrawn by {' and '.join(self.withdrawn)} ({self.because})" if self.withdrawn else ""
        return f"until {until} by {names}{owner}{gone}{', expired' if self.expired else ''}"


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
    """Those that it rests on."""
    lacking: tuple[str, ...]
    """What stands against acting on it, in words; empty if nothing does."""

    @property
    def granted(self) -> bool:
        """Whether nothing is lacking."""
        return not self.lacking


def licence(log: Log, decision: int, *, now: int, upto: int | None = None) -> Licence:
    """Return whether a decision may be acted on at an instant.

    Approvals are bound to the decision, count people and not keys, and those of the submitter and of whoever holds the
    log key never count.

    Args:
        log: The system's log.
        decision: Entry of the decision.
        now: Seconds UTC.
        upto: So many entries are looked at; all by default.

    Raises:
        InputError: If the entry is no decision.
        EvidenceError: If the log does not hold together.
    """
    statements = log.statements()
    if not 0 <= decision < len(statements) or statements[decision].kind != "decision":
        raise InputError(Problem("decision", f"entry {decision} of the log is no decision"))
    said = statements[decision].predicate
    every = words(log)
    people = every if upto is None else every.upto(upto)
    reasons = people.approved(decision)
    found = Licence(
        entry=decision,
        decision=said["decision"],
        release=said["release"],
        model=said["model"],
        submitter=people.submitter(decision),
        approved=tuple(name for name, why in reasons.items() if not why),
        needed=log.trust.quorum["approve"],
        uncounted=tuple((name, why) for name, why in reasons.items() if why),
        waivers=tuple(waived(people, seq, now) for seq in said["waivers"]),
        lacking=(),
    )
    unsigned = tuple(one for one in found.waivers if not people.waived(one.entry, 1) and not one.withdrawn)
    return replace(found, lacking=(*_lacking(found), *map(_nobody, unsigned)))


def waived(people: Words, seq: int, now: int) -> Waived:
    """Return the waiver at an entry as it stands at an instant."""
    said = people.statements[seq].predicate
    back = people.revocations(seq)
    return Waived(
        entry=seq,
        clause=said["clause"],
        model=said["model"],
        reason=said["reason"],
        owner=said["owner"],
        who=tuple(sorted(people.signers(seq))),
        given=said["at"],
        expires=said["expires"],
        expired=said["expires"] <= now,
        withdrawn=tuple(sorted({name for one in back for name in people.signers(one)})),
        because="; ".join(people.statements[one].predicate["reason"] for one in back),
    )


def waivers(people: Words, model: str, now: int) -> tuple[Waived, ...]:
    """Return every waiver that a model was ever given, as it stands at an instant, oldest first."""
    return tuple(waived(people, seq, now) for seq, said in people.of_kind("waiver") if said.model == model)


def _lacking(found: Licence) -> tuple[str, ...]:
    missing = found.needed - len(found.approved)
    people = "person" if missing == 1 else "people"
    told = [
        (found.decision != "deploy", f"the decision is {found.decision}"),
        (missing > 0, f"{missing} more {people} must approve it ({len(found.approved)} of {found.needed} did)"),
        *((one.expired, f"the waiver of {one.clause} (entry {one.entry}) has expired") for one in found.waivers),
        *(
            (bool(one.withdrawn), f"the waiver of {one.clause} (entry {one.entry}) was withdrawn by {_and(one)}")
            for one in found.waivers
        ),
    ]
    return tuple(text for holds, text in told if holds)


def _nobody(one: Waived) -> str:
    return f"the waiver of {one.clause} (entry {one.entry}) is the word of nobody who may waive here"


def _and(one: Waived) -> str:
    return " and ".join(one.withdrawn)
