"""Each thing in a log as a row: a decision or attempt with all its entries, and what people said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from seatrial.decision.decision import EXIT_CODES, WORST_FIRST
from seatrial.decision.times import shown
from seatrial.evidence.history import last, seqs
from seatrial.evidence.lineage import Lineage, in_words
from seatrial.evidence.log import Log
from seatrial.proof import envelope
from seatrial.proof.assurance import instant
from seatrial.proof.fields import ABOUT_LOG, FIELDS
from seatrial.proof.reading import UNREADABLE
from seatrial.proof.statement import Statement

_RUN = ("submission", "run-plan", "run-result", "environment", "decision")
"""Kinds that a row of a decision or an attempt stands for."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that happened."""

    entry: int
    """Of the statement that says it last."""
    kind: str
    """`decision`, `attempt` (no decision yet), `unreadable`, or the kind of the statement: `approval`, `waiver` ..."""
    what: str
    """`deploy`, `hold`, `reject`; of an attempt `abandoned`, `interrupted` or `not judged`; else the kind."""
    sentence: str
    """The same in words, and what to do next."""
    exit_code: int | None = None
    """Of a decision."""
    attempt: int | None = None
    release: str = ""
    model: str = ""
    """Digest of the model's manifest."""
    who: str = ""
    """Who submitted, signed or is named; a name is no proof."""
    signed: bool = False
    """Whether a person signed it."""
    when: str = ""
    """ISO instant in UTC at which it was said, or the run ended, by the writer's own, untrusted clock; empty if it says
    none."""
    clauses: Mapping[str, str] = field(default_factory=dict)
    """Of a decision: clause -> verdict."""

    @property
    def people(self) -> tuple[str, ...]:
        """The names in `who`."""
        return tuple(self.who.split(", ")) if self.who else ()


def told(log: Log, said: Sequence[Statement]) -> Iterator[Row]:
    """Yield the rows of a log, in no particular order.

    Args:
        log: The system's log.
        said: What its entries say, `UNREADABLE` where this version cannot read one.
    """
    for seq, one in enumerate(said):
        if one.kind == "submission":
            yield from _attempt(said, seq)
        elif one is UNREADABLE:
            yield Row(seq, "unreadable", "unreadable", "this version cannot read it; `seatrial verify` says why")
        elif one.kind not in _RUN:
            yield _word(log, said, seq)


def _word(log: Log, said: Sequence[Statement], seq: int) -> Row:
    """Return the row of what somebody said."""
    kind, one = said[seq].kind, said[seq].predicate
    keys = envelope.parsed(log.entries()[seq]).key_ids
    signers = {name for key in keys if (name := log.keyring.person(key, seq)) is not None}
    names = signers or ({str(one["by"])} if "by" in one else set())
    of = said[one["entry"]] if isinstance(one.get("entry"), int) and one["entry"] < seq else UNREADABLE
    release = str(of.predicate.get("release", ""))
    return Row(
        seq,
        kind,
        str(one.get("event") or one.get("action") or kind),
        _WORDS.get(kind, _plain)({**one, "release": release, "kind": of.kind}),
        release=release,
        model="" if kind in ABOUT_LOG else said[seq].model,
        who=", ".join(sorted(names)),
        signed=bool(signers),
        when=instant(one["at"]) if isinstance(one.get("at"), int) else "",
    )


def _plain(one: Mapping[str, Any]) -> str:
    return str(one.get("note") or one.get("reason") or "")


def _approval(one: Mapping[str, Any]) -> str:
    return f"of decision {one['entry']}"


def _waiver(one: Mapping[str, Any]) -> str:
    return f"{one['clause']}: {one['reason']} (until {shown(one['expires'])}, at the risk of {one['owner']})"


def _revocation(one: Mapping[str, Any]) -> str:
    return f"the {one['kind']} at entry {one['entry']}: {one['reason']}"


def _lineage(one: Mapping[str, Any]) -> str:
    fields = {name: one[name] for name in FIELDS["lineage"]}
    return in_words(Lineage(seq=0, model="", artifact="", **fields))


def _rollout(one: Mapping[str, Any]) -> str:
    which = f"release {one['release']} (decision {one['entry']})"
    words = {
        "live": f"{which} serves {one['share']} % of {one['environment']}",
        "rolled_back": f"{one['environment']} fell back to {which}",
        "paused": f"{one['environment']} serves nobody",
        "resumed": f"{one['environment']} serves again",
    }[one["event"]]
    without = "" if one["licensed"] or one["event"] in ("paused", "resumed") else ", without a licence"
    return _with(f"{words}{without}", one["reason"])


def _risk(one: Mapping[str, Any]) -> str:
    state = "closed" if one["status"] == "closed" else f"{one['likelihood']}, {one['impact']}, {one['treatment']}"
    return _with(f"{one['id']} {one['title']}: {state}", one["note"])


def _finding(one: Mapping[str, Any]) -> str:
    owner = f" to {one['owner']}" if one["action"] == "assign" else ""
    step = f" {one['step']}" if one["action"] == "step" else ""
    return _with(f"{one['id']}: {one['action']}{step}{owner}", one["note"])


def _incident(one: Mapping[str, Any]) -> str:
    return f"{one['id']} ({one['severity']}): {one['what']}"


def _key(one: Mapping[str, Any]) -> str:
    return f"key of {one['name'] or 'the log'}: {one['reason']}"


def _with(said: str, why: str) -> str:
    return f"{said}: {why}" if why else said


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "lineage": _lineage,
    "approval": _approval,
    "waiver": _waiver,
    "revocation": _revocation,
    "rollout-event": _rollout,
    "risk-entry": _risk,
    "finding": _finding,
    "incident": _incident,
    "key-event": _key,
}
"""Kind -> what it says, in words."""


def _attempt(said: Sequence[Statement], submission: int) -> Iterator[Row]:
    """Yield the decisions on a submission, or one row that says how far it came."""
    asked = said[submission].predicate
    about = {"release": asked["release"], "model": asked["model"], "who": asked["submitter"]}
    plan = last(said, "run-plan", submission=submission)
    if plan is None:
        yield Row(submission, "attempt", "abandoned", "submitted, and no cases were drawn", **about)
        return
    about["attempt"] = said[plan].predicate["attempt"]
    results = seqs(said, "run-result", run_plan=plan)
    if not results:
        hint = "it has no result; the command that began it goes on"
        yield Row(plan, "attempt", "interrupted", hint, **about)
        return
    decisions = [seq for result in results for seq in seqs(said, "decision", run_result=result)]
    about["when"] = _ended(said, results)
    if not decisions:
        yield Row(results[-1], "attempt", "not judged", "`seatrial judge` decides on its result", **about)
    for seq in decisions:
        yield _decided(said, seq, about)


def _decided(said: Sequence[Statement], seq: int, about: Mapping[str, Any]) -> Row:
    one = said[seq].predicate
    clauses = {name: entry["verdict"] for name, entry in one["clauses"].items()}
    counts = Counter(clauses.values())
    told = ", ".join(f"{counts[word]} {word}" for word in WORST_FIRST if counts[word])
    fields = {**about, "release": one["release"], "exit_code": EXIT_CODES[one["decision"]], "clauses": clauses}
    return Row(seq, "decision", one["decision"], told, **fields)


def _ended(said: Sequence[Statement], results: Sequence[int]) -> str:
    there = [seq for result in results for seq in seqs(said, "environment", run_result=result)]
    return str(said[there[-1]].predicate["ended"]) if there else ""
