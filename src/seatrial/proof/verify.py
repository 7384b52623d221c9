"""Whether evidence holds: carries out every check, and says what was reached.

What a verified bundle does not prove: that the runner told the truth about what the model answered, that there was no
other log, when it happened, and that the cases were representative.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from seatrial.errors import EvidenceError, Problem, SeatrialError
from seatrial.proof import assurance as assurances
from seatrial.proof import bundle, keyed
from seatrial.proof.account import Account, account, lines
from seatrial.proof.assurance import Assurance
from seatrial.proof.bundle import Evidence
from seatrial.proof.checks import CHECKS, Check
from seatrial.proof.reading import Question, Reading
from seatrial.proof.runners import runners_of
from seatrial.proof.trust import Trust

LAST = Question()
"""About the last decision, with nothing remembered."""

NOTHING = Account()
_NOT = "Not verified."
STAMP = "timestamp"
"""Name of the check of a timestamp, which `seatrial verify` adds."""
LAYOUT = "the bundle is packed in the one way that it can be"


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check found."""

    name: str
    says: str
    problems: tuple[Problem, ...]
    asked: bool = True
    """Whether it had something to look at; one that was not asked for has found nothing, and says nothing."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The outcome of a verification."""

    checks: tuple[Checked, ...]
    assurance: str
    """The highest of `assurance.WORDS` that was reached; empty if the evidence does not verify."""
    decision: Mapping[str, Any] | None
    """Predicate of the decision that was asked about, if it can be read."""
    seq: int | None
    """Its entry."""
    entries: int
    leaves: tuple[bytes, ...]
    """Leaf hashes of the log: what to remember, if it verifies."""
    notes: tuple[str, ...]
    """What a reader must know besides."""
    reached: Assurance = assurances.NONE
    """The assurance in words, and what it lacks."""
    account: Account = NOTHING
    """Who signed and approved, and what was withheld; nothing if the evidence does not verify."""

    @property
    def findings(self) -> tuple[Problem, ...]:
        """Everything that is wrong, by check."""
        return tuple(problem for check in self.checks for problem in check.problems)

    @property
    def ok(self) -> bool:
        """Whether the evidence verifies."""
        return not self.findings

    @property
    def sentence(self) -> str:
        """What was reached, in words."""
        if not self.ok or self.decision is None:
            return _NOT
        said = f"Verified: {self.decision['decision']} (entry {self.seq} of {self.entries}), {self.assurance}"
        return f"{said}." if self.assurance == assurances.WORDS[-1] else f"{said}, not witnessed."

    def __str__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        items = "".join(_item(check) for check in self.checks)
        told = lines(self.account) if self.ok else ()
        notes = "".join(f"<p>{escape(one)}</p>" for one in (*told, *self.notes))
        return f"<p><b>{escape(self.sentence)}</b></p><ul>{items}</ul>{notes}"


def _item(check: Checked) -> str:
    """Return what a notebook shows of one check."""
    found = "; ".join(str(problem) for problem in check.problems)
    state = "FAILED" if found else "ok" if check.asked else "not asked"
    return f"<li>{state} <b>{escape(check.name)}</b>: {escape(found or check.says)}</li>"


def verify(
    evidence: Evidence, trust: Trust, *, question: Question = LAST, checks: Sequence[Check] = CHECKS
) -> Verified:
    """Return what every check found.

    Args:
        evidence: Entries of the log, its checkpoint, and blobs.
        trust: The pinned keys.
        question: Which decision, what is remembered, which signatures.
        checks: What is checked.
    """
    reading = Reading(evidence, trust, question)
    carried = tuple(
        Checked(check.name, check.says, tuple(_carried_out(check, reading)), check.asked(question)) for check in checks
    )
    return _summary(reading, carried)


def verify_bundle(
    data: bytes,
    trust: Trust,
    *,
    question: Question = LAST,
    checks: Sequence[Check] = CHECKS,
    limit: int = bundle.LIMIT,
) -> Verified:
    """Return what every check found in a bundle; one that cannot be unpacked is looked at no further."""
    try:
        evidence = bundle.read(data, limit)
    except EvidenceError as error:
        return Verified((Checked("layout", LAYOUT, error.problems),), "", None, None, 0, (), ())
    found = verify(evidence, trust, question=question, checks=checks)
    return replace(found, checks=(Checked("layout", LAYOUT, ()), *found.checks))


def _carried_out(check: Check, reading: Reading) -> Iterator[Problem]:
    """Yield what a check finds; one that trips over what it reads has found something too."""
    try:
        yield from check.finds(reading)
    except SeatrialError as error:
        yield from error.problems
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        yield Problem(check.name, f"cannot be checked, because a record is malformed: {type(error).__name__} {error}")


def _summary(reading: Reading, checks: tuple[Checked, ...]) -> Verified:
    ok = not any(check.problems for check in checks)
    reached = assurances.reached(reading) if ok else assurances.NONE
    try:
        seq, decision = reading.asked, reading.decision.predicate
    except EvidenceError:
        seq, decision = None, None
    notes = (*_notes(reading), *_unstamped(reading, checks)) if ok else ()
    leaves = tuple(reading.leaves)
    told = account(reading) if ok else NOTHING
    return Verified(checks, reached.word, decision, seq, len(leaves), leaves, notes, reached, told)


def _unstamped(reading: Reading, checks: Sequence[Checked]) -> Iterator[str]:
    """Say that a timestamp was left alone: what checks one is no part of this verifier."""
    if reading.evidence.timestamp and STAMP not in [check.name for check in checks]:
        lacks = "needs seatrial[timestamps]" if reading.trust.timestamps else "your trust file pins no authority"
        yield f"a timestamp is there and was not checked ({lacks})"


def _notes(reading: Reading) -> Iterator[str]:
    if reading.nominal:
        yield "cases were used again, as the charter declares: the confidence is nominal"
    yield from keyed.notes(reading)
    yield from _submitted(reading)
    if not reading.trust.holder:
        yield "your trust file does not say who holds the log key: that person's approval would count"
    if not reading.plan(reading.chain.run_plans[-1]).get("manifest"):
        yield "the plan names no manifest: which bytes the model is made of, nothing here says"
    others = [seq for seq, _ in reading.of_kind("decision") if seq != reading.asked]
    if others:
        yield f"other decisions are recorded, not recomputed: {_listed(others)}"
    run = {said.predicate["submission"] for _, said in reading.of_kind("run-plan")}
    abandoned = [seq for seq, _ in reading.of_kind("submission") if seq not in run]
    if abandoned:
        yield f"submissions that were never run count as attempts: {_listed(abandoned)}"


def _submitted(reading: Reading) -> Iterator[str]:
    """Say whose word it is that others than the holder of the log key submitted: a name is no signature."""
    holder = reading.trust.holder
    named = {reading.submission(seq)["submitter"] for seq in reading.chain.run_plans} - {holder, *runners_of(reading)}
    if holder and named:
        who = ", ".join(sorted(named))
        yield f"submitted by {who}, on the word of {holder}, who holds the log key: no signature but that key's says so"


def _listed(entries: Sequence[int]) -> str:
    more = f" and {len(entries) - 5} more" if len(entries) > 5 else ""
    return f"entries {', '.join(map(str, entries[:5]))}{more}"
