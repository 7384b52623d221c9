"""What is live where: a view over the rollout events of a log."""

from __future__ import annotations

from dataclasses import dataclass, replace

from seatrial.proof.people import Words

PRODUCTION = "production"
"""The environment that is meant where none is named."""


@dataclass(frozen=True, slots=True)
class Live:
    """One decision's model, as it went live."""

    entry: int
    """Of the event that put it there."""
    decision: int
    """Entry of the decision."""
    release: str
    model: str
    """Digest of its manifest."""
    share: int
    """Per cent of the traffic."""
    since: int
    """By the writer's own clock, seconds UTC."""
    by: str
    signed: bool
    """Whether `by` signed the event; else it is a name that the log key vouches for."""
    licensed: bool
    """Whether the event says that the licence was granted."""
    reason: str
    """Why it went live without a licence, or why it was fallen back to; empty if nobody said."""
    back: bool = False
    """Whether it was fallen back to."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Who took what was live out of service."""

    entry: int
    since: int
    by: str
    signed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Rollout:
    """What is live in one environment."""

    environment: str
    serving: tuple[Live, ...] = ()
    """The newest first; more than one while a part of the traffic goes to a newer one.  Shares add up to 100."""
    paused: Pause | None = None
    """Set while nothing of it is in service."""
    stack: tuple[Live, ...] = ()
    """What had all the traffic and was not fallen back from, oldest first."""
    past: tuple[Live, ...] = ()
    """Everything that ever had all the traffic, oldest first."""

    @property
    def before(self) -> Live | None:
        """What a rollback falls back to; None if nothing was live before."""
        if len(self.serving) > 1:
            return self.stack[-1]
        return self.stack[-2] if len(self.stack) > 1 else None


def rollout(people: Words, environment: str) -> Rollout:
    """Return what is live in an environment after the entries that are looked at."""
    found = Rollout(environment)
    for seq, said in people.of_kind("rollout-event"):
        if said.predicate["environment"] == environment:
            found = _after(people, found, seq)
    return found


def environments(people: Words) -> tuple[str, ...]:
    """Return every environment in which something was ever live, sorted."""
    return tuple(sorted({said.predicate["environment"] for _, said in people.of_kind("rollout-event")}))


def _after(people: Words, before: Rollout, seq: int) -> Rollout:
    said = people.statements[seq].predicate
    if said["event"] == "paused":
        signed = said["by"] in people.signers(seq)
        return replace(before, paused=Pause(seq, said["at"], said["by"], signed, said["reason"]))
    if said["event"] == "resumed":
        return replace(before, paused=None)
    new = _live(people, seq)
    if new.back:
        kept = [one.decision for one in before.stack]
        cut = kept.index(new.decision) if new.decision in kept else len(kept)
        stack = (*before.stack[:cut], new)
    elif new.share == 100:
        same = bool(before.stack) and before.stack[-1].decision == new.decision
        stack = (*(before.stack[:-1] if same else before.stack), new)
    else:
        rest = tuple(replace(one, share=100 - new.share) for one in before.stack[-1:])
        return replace(before, serving=(new, *rest), paused=None)
    return replace(before, serving=(new,), stack=stack, past=(*before.past, new), paused=None)


def _live(people: Words, seq: int) -> Live:
    said = people.statements[seq].predicate
    return Live(
        entry=seq,
        decision=said["entry"],
        release=people.statements[said["entry"]].predicate["release"],
        model=people.statements[seq].model,
        share=said["share"],
        since=said["at"],
        by=said["by"],
        signed=said["by"] in people.signers(seq),
        licensed=said["licensed"],
        reason=said["reason"],
        back=said["event"] == "rolled_back",
    )
