"""Taking a risk knowingly: a clause that does not stand in the way of one model until a day."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from seatrial.errors import InputError, Problem, meant
from seatrial.evidence.log import Log
from seatrial.proof import canonical, statement
from seatrial.proof.binding import binding
from seatrial.proof.people import WAIVER
from seatrial.verbs.approve import named
from seatrial.verbs.days import WRITTEN, instant
from seatrial.verbs.project import open_log, opened, remember
from seatrial.verbs.reference import referred

LONGEST = 366
"""Days that a waiver may last: a risk that is taken for longer belongs into the charter."""


def waive(
    path: Path | str,
    clause: str,
    keys: Sequence[Path | str],
    *,
    reason: str,
    until: str,
    owner: str = "",
    passwords: Sequence[str] = (),
    decision: str | int | None = None,
    log: str | None = None,
    now: Callable[[], float] = time.time,
) -> int:
    """Sign that a clause which a decision found lacking shall not stand in the way, and return the waiver's entry.

    It covers one clause and one model until it expires; `seatrial judge` then decides anew.  A breached critical
    clause needs as many people as the quorum `waive` of trust.json: name all their keys at once.

    Args:
        path: The charter, or the folder that it lies in.
        clause: Name of the clause.
        keys: Files of personal keys, one per person.
        reason: Why the risk is taken; shown wherever the clause is.
        owner: Who carries the risk; by default whoever signs first.
        until: A day (`2027-01-31`: to its end, UTC), an instant (`2027-01-31T12:00:00Z`) or a time (`14 days`).
        passwords: One per key; none if no key is encrypted.
        decision: `last`, `previous`, `deployed`, or an entry of the log; the last by default.
        log: Folder of the log, if not the default.
        now: The present, seconds UTC.

    Raises:
        InputError: If nothing of that name is to be waived, the day is past or cannot be read, there is no reason, or
            too few may waive it: with all reasons.
        LogError: If a key cannot be read.
    """
    project = opened(path)
    kept = open_log(project, log)
    entry = referred(kept, decision)
    said = kept.statements()[entry].predicate
    expires, problems = _expiry(until, now())
    problems += _unfit(said["clauses"], said["weaker"], clause)
    if not reason.strip():
        problems.append(Problem("reason", "is empty", "say why the risk is taken, and by whom it is carried"))
    if problems:
        raise InputError(*problems)
    signers = named(kept, keys, passwords, WAIVER)
    _enough(kept, entry, clause, [name for name, _ in signers])
    fields = {
        **binding(kept.origin, kept.entries(), entry),
        "clause": clause,
        "model": said["model"],
        "reason": reason.strip(),
        "owner": owner.strip() or signers[0][0],
        "expires": expires,
        "at": int(now()),
    }
    seq = kept.append(statement.write("waiver", said["model"], fields), signers=[signer for _, signer in signers])
    remember(project, kept)
    return seq


def _expiry(until: str, now: float) -> tuple[int, list[Problem]]:
    """Return the instant that a text names, seconds UTC, and what is wrong with it."""
    try:
        made = instant(until, now)
    except (ValueError, OverflowError):
        return 0, [Problem("until", f"{until!r} is no time", WRITTEN)]
    if made <= now:
        return 0, [Problem("until", f"{until!r} is past", WRITTEN)]
    if made > now + LONGEST * 86_400:
        return 0, [
            Problem("until", f"a waiver lasts {LONGEST} days at most", "what is accepted for good is the charter's")
        ]
    return made, []


def _unfit(clauses: dict[str, dict[str, str]], weaker: Sequence[str], clause: str) -> list[Problem]:
    lacking = [name for name, found in clauses.items() if found["verdict"] != "held"]
    asked = sorted({*lacking, *weaker})
    if clause in asked:
        return []
    if clause in clauses:
        return [Problem(clause, "is held, and needs no waiver", f"to be waived: {', '.join(asked) or 'nothing'}")]
    return [Problem(clause, "is no clause of that decision", meant(clause, asked or clauses))]


def _enough(log: Log, entry: int, clause: str, names: Sequence[str]) -> None:
    """Refuse signers who may not waive, and too few for a breached critical clause."""
    problems = [
        Problem(name, "has not the role of a waiver in trust.json", f"`seatrial keys trust {name} KEY --role {WAIVER}`")
        for name in names
        if WAIVER not in log.trust.people[name].roles
    ]
    said = log.statements()[entry].predicate
    charter = canonical.loads(log.store.get(said["charter"]))
    severity = {one["name"]: one.get("severity", "major") for one in charter["clauses"]}
    breached = said["clauses"].get(clause, {}).get("verdict") == "breached"
    quorum = log.trust.quorum["waive"] if breached and severity.get(clause) == "critical" else 1
    if not problems and len(names) < quorum:
        what = f"is critical and breached: {quorum} people must waive it together, and {len(names)} signed"
        problems = [Problem(clause, what, "name a --key for each of them")]
    if problems:
        raise InputError(*problems)
