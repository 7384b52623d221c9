"""Recording what went wrong in service: open an incident, which opens a finding; note; close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seatrial.decision.findings import find as find_finding
from seatrial.decision.incidents import Incident, find
from seatrial.decision.incidents import incidents as every
from seatrial.decision.rank import WEIGHTS
from seatrial.decision.rollout import environments, rollout
from seatrial.errors import InputError, Problem, meant
from seatrial.evidence.history import last, seqs
from seatrial.evidence.log import Log
from seatrial.evidence.words import words
from seatrial.proof import statement
from seatrial.verbs.finding import Said, flat, kept, open_finding
from seatrial.verbs.project import Project, login, open_log, opened, remember
from seatrial.verbs.show import kept_cases


@dataclass(frozen=True, slots=True)
class Linked:
    """What an incident has to do with."""

    clauses: Sequence[str] = ()
    scenarios: Sequence[str] = ()
    cases: Sequence[str] = ()
    """Hex digests, or their beginnings, of cases that the last decision kept."""
    evidence: Sequence[str] = ()
    """Files, whose bytes are kept beside the log, or digests of what is kept there."""


def open_incident(
    path: Path | str,
    what: str,
    *,
    severity: str = "major",
    since: str = "",
    linked: Linked = Linked(),
    said: Said = Said(),  # noqa: B008
) -> Incident:
    """Record that something went wrong in service, open a finding for it, and return the incident.

    Which release was live is looked up in what the log says of rollouts; if that says nothing, nothing is claimed.

    Args:
        path: The charter, or the folder that it lies in.
        what: What happened, in a sentence.
        severity: `critical`, `major` or `minor`.
        since: When it happened: `2026-11-21T14:00:00Z`, or a day; now by default.
        linked: Clauses, scenarios and cases that it has to do with, and what shows it.
        said: Who says so, and when.

    Raises:
        InputError: If there is no decision yet, nothing is said, or a link leads nowhere: all mistakes at once.
    """
    project = opened(path)
    log = open_log(project, said.log)
    at, problems = _since(since, int(said.now()))
    if not what.strip():
        problems.append(Problem("what", "is empty", "say in a sentence what happened"))
    if severity not in WEIGHTS:
        problems.append(Problem("--severity", f"{severity!r} is none", f"write {', '.join(WEIGHTS)}"))
    problems += _unlinked(project, linked)
    cases, strange = _cases(path, linked.cases, said.log)
    evidence, absent = _shown(log, linked.evidence)
    if problems := [*problems, *strange, *absent]:
        raise InputError(*problems)
    decision = live(log, at)
    clause = linked.clauses[0] if linked.clauses else ""
    finding = open_finding(path, what, clause=clause, severity=severity, said=said)
    log = open_log(project, said.log)
    fields = {
        "id": f"INC-{len(every(log)) + 1}",
        "action": "open",
        "what": flat(what),
        "severity": severity,
        "since": at,
        "clauses": list(linked.clauses),
        "scenarios": list(linked.scenarios),
        "cases": cases,
        "evidence": evidence,
        "finding": finding.id,
    }
    _write(project, log, decision, fields, said)
    return find(log, str(fields["id"]))


def note(path: Path | str, incident: str, what: str, *, evidence: Sequence[str] = (), said: Said = Said()) -> Incident:  # noqa: B008
    """Add what became known of an incident, and return it; errors as in `close`."""
    return _add(path, incident, "note", what, evidence, said)


def close(path: Path | str, incident: str, what: str, *, evidence: Sequence[str] = (), said: Said = Said()) -> Incident:  # noqa: B008
    """Close an incident once its finding is closed, and return it.

    Raises:
        InputError: If there is no such incident, it is closed, its finding is not, or nothing is said.
    """
    return _add(path, incident, "close", what, evidence, said)


def live(log: Log, at: int) -> int | None:
    """Return the entry of the decision whose model had most traffic at an instant; None if nothing says."""
    statements = log.statements()
    later = (seq for seq in seqs(statements, "rollout-event") if statements[seq].predicate["at"] > at)
    people = words(log).upto(next(later, len(statements)))
    serving = [one for place in environments(people) for one in rollout(people, place).serving]
    return max(serving, key=lambda one: one.share).decision if serving else None


def _add(path: Path | str, incident: str, action: str, what: str, evidence: Sequence[str], said: Said) -> Incident:
    project = opened(path)
    log = open_log(project, said.log)
    one = find(log, incident)
    if one.closed:
        raise InputError(Problem("incident", f"{one.id} is closed", "`seatrial incident open` records another"))
    if not what.strip():
        raise InputError(Problem("what", "is empty", "say what became known, or why it is over"))
    if action == "close" and not find_finding(log, one.finding).closed:
        hint = f"`seatrial finding close {one.finding}` says with what evidence"
        raise InputError(Problem("incident", f"its finding {one.finding} is not closed", hint))
    fields = {
        "id": one.id,
        "action": action,
        "what": flat(what),
        "severity": one.severity,
        "since": one.since,
        "clauses": list(one.clauses),
        "scenarios": list(one.scenarios),
        "cases": list(one.cases),
        "evidence": [kept(log, shown, "--evidence") for shown in evidence],
        "finding": one.finding,
    }
    _write(project, log, one.decision, fields, said)
    return find(log, one.id)


def _write(project: Project, log: Log, decision: int | None, fields: dict[str, Any], said: Said) -> None:
    """Log what is said of an incident; where nothing says which decision was live, it is about the last one's model."""
    about = last(log.statements(), "decision") if decision is None else decision
    assert about is not None, "an incident opens a finding, which needs a decision"
    digest = None if decision is None else words(log).digest(decision)
    stamp = {"decision": digest, "by": flat(said.by or login()), "at": int(said.now())}
    log.append(statement.write("incident", log.statements()[about].model, {**fields, **stamp}))
    remember(project, log)


def _since(text: str, now: int) -> tuple[int, list[Problem]]:
    """Return when something happened, seconds UTC, and what is wrong with the text."""
    if not text.strip():
        return now, []
    hint = "a day 2026-11-21, or an instant 2026-11-21T14:00:00Z"
    try:
        made = datetime.fromisoformat(text.strip())
    except ValueError:
        return 0, [Problem("--since", f"{text!r} is no time", hint)]
    if made.tzinfo is None and "T" in text:
        return 0, [Problem("--since", f"{text!r} does not say in which time zone", hint)]
    at = int((made if made.tzinfo else made.replace(tzinfo=UTC)).timestamp())
    if not 0 <= at <= now:
        return 0, [Problem("--since", f"{text!r} is in the future", hint)]
    return at, []


def _unlinked(project: Project, linked: Linked) -> list[Problem]:
    """Return the clauses and scenarios that there are not."""
    clauses = [one.name for one in project.charter.clauses]
    scenarios = {name for one in project.catalog.scenarios for name in (one.name, one.id)}
    links = [("clause", name, clauses) for name in linked.clauses]
    links += [("scenario", name, sorted(scenarios)) for name in linked.scenarios]
    return [
        Problem(f"--{what}", f"there is no {what} {name!r}", meant(name, known))
        for what, name, known in links
        if name not in known
    ]


def _shown(log: Log, evidence: Sequence[str]) -> tuple[list[str], list[Problem]]:
    """Return the digests of what shows an incident, and what of it is not there."""
    digests, problems = [], list[Problem]()
    for one in evidence:
        try:
            digests.append(kept(log, one, "--evidence"))
        except InputError as error:
            problems += error.problems
    return digests, problems


def _cases(path: Path | str, named: Sequence[str], log: str | None) -> tuple[list[str], list[Problem]]:
    """Return the digests of cases that are named whole, or by their beginning among those that were kept."""
    known = sorted({one.case.hex() for _, one in kept_cases(path, log=log)}) if named else []
    found, problems = [], []
    for name in named:
        fits = [case for case in known if case.startswith(name.lower())]
        whole = len(name) == 64 and set(name.lower()) <= set("0123456789abcdef")
        if whole or (len(fits) == 1 and name):
            found.append(name.lower() if whole else fits[0])
        else:
            what = f"{name!r} is the beginning of {len(fits) or 'no'} case{'' if len(fits) == 1 else 's'} that was kept"
            problems.append(Problem("--case", what, "`seatrial report` names cases; write more digits"))
    return found, problems
