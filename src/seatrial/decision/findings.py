"""Findings: a view over the log of what is not held, who answers for it, and what closed it.

A finding begins with the first decision in which its clause is breached, unproven or untried.  Later decisions in which
it still is belong to the same finding; one in which the clause is held answers it, and a person closes it.  After that,
the next decision that does not hold begins another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from seatrial.charter.steps import Step, from_plain
from seatrial.errors import InputError, Problem, meant
from seatrial.evidence.history import seqs
from seatrial.evidence.log import Log
from seatrial.proof import canonical
from seatrial.proof.findings import finding_id
from seatrial.proof.statement import Statement
from seatrial.proof.weaker import weaker

Payload = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said of a finding."""

    entry: int
    action: str
    """`open`, `assign`, `step` or `close`."""
    by: str
    at: int
    """Seconds UTC, by the writer's own clock."""
    step: int | None = None
    owner: str = ""
    evidence: str | None = None
    """Digest of a blob of the log's store."""
    rests_on: int | None = None
    """Entry that bears the closing out: a decision, a waiver, a risk."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tracked:
    """One finding, from its beginning to its closure."""

    id: str
    clause: str
    """Empty if it came from outside and is about no clause."""
    severity: str
    title: str
    advisory: bool = False
    verdict: str = ""
    """Of the last decision that did not find the clause held; empty if it came from outside."""
    model: str = ""
    release: str = ""
    decision: str | None = None
    """Digest of the first decision that found it; None if it came from outside."""
    seen: tuple[int, ...] = ()
    """Entries of the decisions that found it."""
    answered: int | None = None
    """Entry of the last decision, if the clause is held there."""
    waived: bool = False
    steps: tuple[Step, ...] = ()
    """The playbook of the charter that was judged last."""
    words: tuple[Word, ...] = ()
    owner: str = ""
    due: int | None = None
    """Seconds UTC; None if nobody set a time."""

    @property
    def done(self) -> Mapping[int, Word]:
        """Number of each step that was done, from 1 -> who said so; who gives it to a role has escalated it."""
        told = {word.step: word for word in self.words if word.action == "step" and word.step is not None}
        for word in self.words:
            for at, step in enumerate(self.steps, 1):
                if word.action == "assign" and step.action == "escalate" and word.owner == step.what:
                    told.setdefault(at, word)
        return told

    @property
    def closed(self) -> Word | None:
        """What closed it; None while it is open."""
        return next((word for word in self.words if word.action == "close"), None)

    @property
    def state(self) -> str:
        """`closed`, `answered` (held again, and nobody closed it), `waived` or `open`."""
        if self.closed:
            return "closed"
        if self.answered is not None:
            return "answered"
        return "waived" if self.waived else "open"

    @property
    def next_step(self) -> int | None:
        """Number of the first step that is not done; None if there is none."""
        return next((at for at in range(1, len(self.steps) + 1) if at not in self.done), None)

    def overdue(self, now: int) -> bool:
        """Return whether its time is over and nobody closed it."""
        return self.due is not None and self.due < now and not self.closed


def findings(log: Log, *, upto: int | None = None) -> tuple[Tracked, ...]:
    """Return every finding of a log, or of its first so many entries, open and closed, oldest first."""
    return _Book(log).read(upto)


def find(log: Log, named: str) -> Tracked:
    """Return the finding that an id, or the beginning of one that is no other's, names.

    Raises:
        InputError: If there is none, or there are several.
    """
    known = findings(log)
    found = [one for one in known if one.id == named] or [one for one in known if named and one.id.startswith(named)]
    if len(found) == 1:
        return found[0]
    if found:
        what = f"{named!r} is the beginning of several findings"
        raise InputError(Problem("finding", what, f"write one of {', '.join(one.id for one in found)}"))
    hint = meant(named, (one.id for one in known)) if known else "every clause is held, and nobody opened one"
    raise InputError(Problem("finding", f"there is no finding {named!r}", hint))


def ids(statements: Sequence[Statement], payload: Payload) -> dict[str, str]:
    """Return clause -> id of its finding, as the log stands after these statements; closed ones are left out."""
    current: dict[str, str] = {}
    for seq, said in enumerate(statements):
        if said.kind == "decision":
            for clause, entry in said.predicate["clauses"].items():
                if entry["verdict"] != "held" and clause not in current:
                    current[clause] = finding_id(clause, canonical.digest(payload(seq)))
        elif said.kind == "finding" and said.predicate["action"] == "close":
            current = {clause: name for clause, name in current.items() if name != said.predicate["id"]}
    return current


def answers(log: Log, decision: int, clause: str, charter: str) -> bool:
    """Return whether a decision holds a clause that an earlier one did not hold, and asks no less of it.

    Args:
        log: The system's log.
        decision: Entry of the later decision.
        clause: Name of the clause.
        charter: Digest of the charter under which it was not held.
    """
    said = log.statements()[decision].predicate
    held = said["clauses"].get(clause, {}).get("verdict") == "held"
    if not held or clause in said["weaker"]:
        return False
    now, before = (canonical.loads(log.store.get(one)) for one in (said["charter"], charter))
    return clause not in weaker(now, before)


@dataclass(slots=True)
class _Book:
    """A log on its way to findings."""

    log: Log
    made: dict[str, Tracked] = field(default_factory=dict)
    current: dict[str, str] = field(default_factory=dict)
    """Clause -> id of its finding that is not closed."""
    charters: dict[str, str] = field(default_factory=dict)
    """Id -> digest of the charter under which it was last not held."""
    digests: dict[str, int] = field(default_factory=dict)

    def read(self, upto: int | None = None) -> tuple[Tracked, ...]:
        statements = self.log.statements()[:upto]
        for seq, said in enumerate(statements):
            if said.kind in ("decision", "waiver", "risk-entry"):
                self.digests[canonical.digest(self.log.payload(seq))] = seq
            if said.kind == "decision":
                self._decided(seq, said.predicate)
            elif said.kind == "finding":
                self._told(seq, said)
        return tuple(_timed(one, self._began(one)) for one in self.made.values())

    def _decided(self, seq: int, said: Mapping[str, Any]) -> None:
        charter = canonical.loads(self.log.store.get(said["charter"]))
        for clause in charter["clauses"]:
            entry, name = said["clauses"][clause["name"]], clause["name"]
            if entry["verdict"] != "held":
                self._lacking(seq, said, clause)
            elif name in self.current and answers(self.log, seq, name, self.charters[self.current[name]]):
                self._put(self.made[self.current[name]], answered=seq)

    def _lacking(self, seq: int, said: Mapping[str, Any], clause: Mapping[str, Any]) -> None:
        name, entry = clause["name"], said["clauses"][clause["name"]]
        if name not in self.current:
            decision = canonical.digest(self.log.payload(seq))
            made = Tracked(finding_id(name, decision), name, "major", "", decision=decision)
            self.current[name] = made.id
            self.made[made.id] = made
        one = self.made[self.current[name]]
        self.charters[one.id] = said["charter"]
        self._put(
            one,
            severity=clause.get("severity", "major"),
            title=clause.get("because", ""),
            advisory=clause.get("advisory", False),
            verdict=entry["verdict"],
            model=said["model"],
            release=said["release"],
            seen=(*one.seen, seq),
            answered=None,
            waived=entry["waived"],
            steps=from_plain(clause.get("otherwise", "")),
        )

    def _told(self, seq: int, said: Statement) -> None:
        told = said.predicate
        if told["action"] == "open":
            opened = Tracked(told["id"], told["clause"], told["severity"], told["title"], model=said.model)
            self.made.setdefault(told["id"], replace(opened, steps=self._steps(told["clause"])))
        one = self.made.get(told["id"])
        if one is None:
            return
        rests = None if told["rests_on"] is None else self.digests.get(told["rests_on"])
        words = {"step": told["step"], "owner": told["owner"], "evidence": told["evidence"], "note": told["note"]}
        word = Word(seq, told["action"], told["by"], told["at"], rests_on=rests, **words)
        due = one.due if told["due"] is None else told["due"]
        self._put(one, words=(*one.words, word), owner=told["owner"] or one.owner, due=due)
        if told["action"] == "close":
            self.current = {clause: name for clause, name in self.current.items() if name != one.id}

    def _steps(self, clause: str) -> tuple[Step, ...]:
        """Return the playbook that the last decision's charter has for a clause; empty if it has none."""
        decisions = seqs(self.log.statements(), "decision")
        if not decisions or not clause:
            return ()
        said = self.log.statements()[decisions[-1]].predicate
        charter = canonical.loads(self.log.store.get(said["charter"]))
        return next((from_plain(one.get("otherwise", "")) for one in charter["clauses"] if one["name"] == clause), ())

    def _put(self, one: Tracked, **changes: Any) -> None:
        self.made[one.id] = replace(one, **changes)

    def _began(self, one: Tracked) -> int | None:
        """Return when a finding began, seconds UTC: the end of the run, by the runner's own clock."""
        if not one.seen:
            return one.words[0].at if one.words else None
        statements = self.log.statements()
        result = statements[one.seen[0]].predicate["run_result"]
        there = seqs(statements, "environment", run_result=result)
        if not there:
            return None
        return int(datetime.fromisoformat(statements[there[0]].predicate["ended"]).timestamp())


def _timed(one: Tracked, began: int | None) -> Tracked:
    """Return a finding with the time that its playbook sets, if nobody set another: of the steps that are not done."""
    left = [step.within for at, step in enumerate(one.steps, 1) if step.within and at not in one.done]
    if one.due is not None or began is None or not left:
        return one
    return replace(one, due=began + min(left))
