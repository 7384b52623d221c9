"""Checks of what people said: what they approved and waived, took back, put live, and wrote down under their name."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.errors import Problem
from seatrial.proof.assurance import instant
from seatrial.proof.binding import unbound
from seatrial.proof.people import Words
from seatrial.proof.reading import Reading

CLOSING = {"treatment": "accept", "status": "closed"}
"""What only a person's signature can say of a risk."""


def bindings(reading: Reading) -> Iterator[Problem]:
    """Find approvals and waivers that were given on another decision, on other evidence, or in another log."""
    decisions = {seq: reading.digest(seq) for seq, _ in reading.of_kind("decision")}
    for seq, wrong in unbound(reading.trust.origin, reading.leaves, decisions, reading.statements):
        yield Problem(f"entry {seq}", wrong)


def approvals(reading: Reading) -> Iterator[Problem]:
    """Find a decision that too few people approved, or whose waivers lapsed, where that was asked."""
    if not reading.question.approved:
        return
    people, needed = reading.words.approved(reading.asked), reading.trust.quorum["approve"]
    counted = [name for name, why in people.items() if not why]
    if len(counted) < needed:
        others = "; ".join(f"{name} {why}" for name, why in people.items() if why)
        what = f"{len(counted)} of {needed} people approved the decision" + (
            f", others do not count: {others}" * bool(others)
        )
        yield Problem(f"entry {reading.asked}", what)
    yield from _lapsed(reading)


def _lapsed(reading: Reading) -> Iterator[Problem]:
    """Find waivers of the decision that cover nothing any more; expired ones only where it is said what time it is."""
    now = reading.question.now
    for seq in reading.decision.predicate["waivers"]:
        if reading.words.withdrawn(seq):
            yield Problem(f"entry {seq}", "the decision rests on this waiver, and it was taken back")
        expires = reading.statements[seq].predicate["expires"]
        if now is not None and expires <= now:
            yield Problem(f"entry {seq}", f"the decision rests on this waiver, and it expired at {instant(expires)}")


def revocations(reading: Reading) -> Iterator[Problem]:
    """Find words that somebody else took back than who gave them or a quorum of their role."""
    said = reading.words
    for seq, _ in reading.of_kind("revocation"):
        if wrong := said.idle(seq):
            yield Problem(f"entry {seq}", f"takes nothing back: {wrong}")


def rollouts(reading: Reading) -> Iterator[Problem]:
    """Find what is said to have gone live with a licence, and had none; or of a decision that is not there."""
    said = reading.words
    for seq, one in reading.of_kind("rollout-event"):
        at = one.predicate["entry"]
        known = at < seq and reading.statements[at].kind == "decision"
        if not known or reading.digest(at) != one.predicate["decision"] or reading.statements[at].model != one.model:
            yield Problem(f"entry {seq}", f"is about no decision of its model before it (entry {at})")
        elif one.predicate["licensed"] and (wrong := unlicensed(said.upto(seq), at, one.predicate["at"])):
            yield Problem(f"entry {seq}", f"says that what is decided at entry {at} was licensed: {wrong}")


def unlicensed(said: Words, decision: int, at: int) -> str:
    """Return why a decision had no licence at an instant, whatever quorum was asked for then; empty if it may have had.

    Quorums and roles of the trust file are today's, so that only what no change of them explains is said.
    """
    one = said.statements[decision].predicate
    if one["decision"] != "deploy":
        return f"the decision is {one['decision']}"
    barred = said.submitters(decision) | {said.trust.holder}
    given = said.about("approval", decision)
    if not any(set(said.signers(seq)) - barred - said.withdrawn(seq) for seq in given):
        return "nobody had approved it who had neither submitted the model nor holds the log key"
    for seq in one["waivers"]:
        if said.statements[seq].predicate["expires"] <= at:
            return f"the waiver at entry {seq} had expired"
        if said.withdrawn(seq):
            return f"the waiver at entry {seq} had been withdrawn"
    return ""


def authors(reading: Reading) -> Iterator[Problem]:
    """Find what is filed under another name than that of who signed it, and risks that nobody accepted or closed."""
    for seq, one in enumerate(reading.statements):
        names = reading.names(seq) if "by" in one.predicate else frozenset()
        if names and one.predicate["by"] not in names:
            yield Problem(f"entry {seq}", f"is said to be by {one.predicate['by']}, and signed by {_listed(names)}")
        closing = one.kind == "risk-entry" and any(one.predicate[name] == word for name, word in CLOSING.items())
        if closing and not reading.names(seq):
            yield Problem(f"entry {seq}", "accepts or closes a risk, and no person signed it")


def _listed(names: frozenset[str]) -> str:
    return " and ".join(sorted(names))
