"""Answering for what is not held: open a finding, give it to somebody, do its steps, close it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.charter.steps import seconds
from seatrial.decision.findings import Tracked, answers, find
from seatrial.decision.rank import WEIGHTS
from seatrial.errors import InputError, Problem, StoreError, meant
from seatrial.evidence.history import last
from seatrial.evidence.log import Log
from seatrial.proof import canonical, statement
from seatrial.proof.findings import finding_id
from seatrial.verbs.project import login, open_log, opened, remember
from seatrial.verbs.reference import referred

LARGEST = 64 * 1024 * 1024
"""Bytes of a file of evidence."""
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Said:
    """How a word about a finding is recorded."""

    by: str | None = None
    """Who says it; the login name by default.  A name is no proof: sign a waiver or an approval where it must be."""
    log: str | None = None
    """Folder of the log, if not the default."""
    now: Clock = time.time


def open_finding(
    path: Path | str,
    title: str,
    *,
    clause: str = "",
    severity: str = "major",
    said: Said = Said(),
) -> Tracked:
    """Open a finding that no decision made: from an incident, an audit, a person; and return it.

    It is about the model that was decided on last.

    Raises:
        InputError: If there is no decision yet, no title, or no such clause or severity: all at once.
    """
    project = opened(path)
    log = open_log(project, said.log)
    known = [one.name for one in project.charter.clauses]
    problems = [] if title.strip() else [Problem("title", "is empty", "say in a sentence what was found")]
    if clause and clause not in known:
        problems.append(Problem("--clause", f"there is no clause {clause!r}", meant(clause, known)))
    problems += _severity(severity)
    if problems:
        raise InputError(*problems)
    referred(log, None)
    at = int(said.now())
    fields = {"action": "open", "decision": None, "clause": clause, "severity": severity, "title": flat(title)}
    name = finding_id(clause or _slug(title), canonical.digest(f"{at} {len(log.statements())} {title}".encode()))
    _write(log, _model(log), {**_EMPTY, **fields, "id": name}, said)
    remember(project, log)
    return find(log, name)


def assign(
    path: Path | str, finding: str, *, to: str, within: str = "", note: str = "", said: Said = Said()
) -> Tracked:
    """Give a finding to somebody, within a time from now, and return it.

    Args:
        path: The charter, or the folder that it lies in.
        finding: Its id, or the beginning of it.
        to: A person or a role.
        within: `24h`, `7d`; empty leaves the time as it is.
        note: What they must know.
        said: Who says so, and when.

    Raises:
        InputError: If there is no such finding, it is closed, or the time cannot be read.
    """
    problems = [] if to.strip() else [Problem("--to", "is empty", "name a person or a role")]
    span = 0
    try:
        span = seconds(within.strip()) if within else 0
    except ValueError:
        problems.append(Problem("--within", f"{within!r} is no time", "write 30m, 24h, 7d or 2w"))
    if problems:
        raise InputError(*problems)
    due = int(said.now()) + span if span else None
    return _say(path, finding, {"action": "assign", "owner": flat(to), "due": due, "note": flat(note)}, said)


def step(
    path: Path | str,
    finding: str,
    number: int,
    *,
    evidence: str = "",
    note: str = "",
    said: Said = Said(),
) -> Tracked:
    """Record that a step of a finding's playbook was done, with what shows it, and return the finding.

    Args:
        path: The charter, or the folder that it lies in.
        finding: Its id, or the beginning of it.
        number: Of the step, from 1.
        evidence: A file, whose bytes are kept beside the log, or the digest of bytes that are.
        note: What was done.
        said: Who says so, and when.

    Raises:
        InputError: If there is no such finding or step, it is done, or nothing shows it.
    """
    log = open_log(opened(path), said.log, writing=False)
    one = find(log, finding)
    if not 1 <= number <= len(one.steps):
        there = f"its playbook has steps 1 to {len(one.steps)}" if one.steps else "it has no playbook"
        raise InputError(Problem("step", f"{one.id} has no step {number}", there))
    if number in one.done:
        what = f"step {number} of {one.id} was recorded as done in entry {one.done[number].entry}"
        raise InputError(Problem("step", what, "`seatrial finding show` lists what is done"))
    if not evidence and not note.strip():
        raise InputError(Problem("--evidence", "is missing, and so is --note", "show that it was done, or say how"))
    return _say(path, finding, {"action": "step", "step": number, "note": flat(note)}, said, evidence)


def close(
    path: Path | str,
    finding: str,
    *,
    by: str = "",
    evidence: str = "",
    note: str = "",
    said: Said = Said(),
) -> Tracked:
    """Close a finding with what bears that out, and return it.

    Args:
        path: The charter, or the folder that it lies in.
        finding: Its id, or the beginning of it.
        by: Entry of the log that bears it out: a later decision that holds the clause and asks no less of it; or,
            where the risk is accepted, a waiver of the clause, or an accepted risk that names finding or clause.
        evidence: A file, or the digest of bytes that are beside the log; then a note is needed, too.
        note: Why it is closed.
        said: Who says so, and when.

    Raises:
        InputError: If there is no such finding, or nothing bears the closing out: it says why.
    """
    log = open_log(opened(path), said.log, writing=False)
    one = find(log, finding)
    _still_open(one)
    if not by and not (evidence and note.strip()):
        what = f"{one.id} cannot be closed by nothing" if not evidence else "a file alone does not say why it is closed"
        hint = "--by ENTRY of a decision that holds it, a waiver or a risk; or --evidence FILE and --note WHY"
        raise InputError(Problem("close", what, hint))
    rests = canonical.digest(log.payload(_bearing(log, one, by, said.now))) if by else None
    return _say(path, finding, {"action": "close", "rests_on": rests, "note": flat(note)}, said, evidence)


def _bearing(log: Log, one: Tracked, named: str, now: Clock) -> int:
    """Return the entry that closes a finding, if it does."""
    statements = log.statements()
    seq = int(named) if named.isascii() and named.isdigit() else -1
    kind = statements[seq].kind if 0 <= seq < len(statements) else ""
    if kind == "waiver":
        problem = _waives(statements[seq].predicate, one, int(now()))
    elif kind == "risk-entry":
        risk = statements[seq].predicate
        named_there = one.id in risk["findings"] or (one.clause and one.clause in risk["clauses"])
        problem = "" if named_there else f"risk {risk['id']} names neither {one.id} nor its clause"
        if risk["treatment"] != "accept":
            problem = f"risk {risk['id']} is not accepted there, its treatment is {risk['treatment']}"
    else:
        seq = referred(log, named, where="--by")
        problem = _decides(log, seq, one)
    if problem:
        hint = "`seatrial log` lists decisions; accepted risk needs a waiver or an entry of the risk register"
        raise InputError(Problem("--by", f"entry {seq} does not close {one.id}: {problem}", hint))
    return seq


def _waives(said: Mapping[str, Any], one: Tracked, now: int) -> str:
    if said["clause"] != one.clause:
        return f"it waives {said['clause']}"
    if said["expires"] <= now:
        return "it has expired"
    return "" if said["model"] == one.model else "it waives another model"


def _decides(log: Log, seq: int, one: Tracked) -> str:
    """Return why a decision does not answer a finding; empty if it does."""
    if not one.clause:
        return "the finding is about no clause that a decision could hold"
    said = log.statements()[seq].predicate
    verdict = said["clauses"].get(one.clause, {}).get("verdict")
    if verdict != "held":
        return f"{one.clause} is {verdict} there" if verdict else f"it has no clause {one.clause}"
    if one.seen and seq < one.seen[-1]:
        return f"{one.clause} was {one.verdict} once more in entry {one.seen[-1]}"
    opened_at = one.words[0].entry if not one.seen else -1
    if seq < opened_at:
        return "it is older than the finding"
    if one.seen and not answers(log, seq, one.clause, log.statements()[one.seen[-1]].predicate["charter"]):
        return f"its charter asks less of {one.clause} than the one under which it was {one.verdict}"
    return ""


_EMPTY: dict[str, Any] = {
    "title": "",
    "step": None,
    "owner": "",
    "due": None,
    "evidence": None,
    "rests_on": None,
    "note": "",
}


def _say(path: Path | str, finding: str, fields: dict[str, Any], said: Said, evidence: str = "") -> Tracked:
    """Record a word about a finding and return it."""
    project = opened(path)
    log = open_log(project, said.log)
    one = find(log, finding)
    _still_open(one)
    about = {"id": one.id, "decision": one.decision, "clause": one.clause, "severity": one.severity}
    shown = kept(log, evidence, "--evidence") if evidence else None
    _write(log, one.model or _model(log), {**_EMPTY, **about, **fields, "evidence": shown}, said)
    remember(project, log)
    return find(log, one.id)


def _write(log: Log, model: str, fields: dict[str, Any], said: Said) -> None:
    stamp = {"by": flat(said.by or login()), "at": int(said.now())}
    log.append(statement.write("finding", model, {**fields, **stamp}))


def _still_open(one: Tracked) -> None:
    if one.closed:
        what = f"{one.id} was closed in entry {one.closed.entry}, by {one.closed.by}"
        raise InputError(Problem("finding", what, "open another with `seatrial finding open`"))


def kept(log: Log, evidence: str, where: str) -> str:
    """Return the digest of evidence: of a file, which is then kept beside the log, or of what is kept there.

    Raises:
        InputError: If there is no such file or digest, or the file is empty or too large.
    """
    if re.fullmatch(r"sha256:[0-9a-f]{64}", evidence):
        try:
            log.store.get(evidence)
        except StoreError as error:
            what = "nothing beside the log has this digest"
            raise InputError(Problem(where, what, "name the file itself: its bytes are then kept")) from error
        return evidence
    try:
        data = Path(evidence).read_bytes()
    except OSError as error:
        what = f"{evidence} cannot be read: {(error.strerror or str(error)).lower()}"
        raise InputError(Problem(where, what, "name a file, or a digest sha256:...")) from error
    if not data or len(data) > LARGEST:
        what = f"{evidence} is {'empty' if not data else f'larger than {LARGEST // 2**20} MiB'}"
        raise InputError(Problem(where, what, "name what shows it; of something large, a file with its digest"))
    return log.store.put(data)


def _model(log: Log) -> str:
    """Return the model that was decided on last."""
    statements = log.statements()
    decision = last(statements, "decision")
    return statements[decision].model if decision is not None else ""


def _severity(value: str) -> list[Problem]:
    return [] if value in WEIGHTS else [Problem("--severity", f"{value!r} is none", f"write {', '.join(WEIGHTS)}")]


def _slug(title: str) -> str:
    words = re.findall(r"[a-z0-9]+", title.lower())
    return "-".join(words[:3])[:32].strip("-") or "finding"


def flat(text: str) -> str:
    """Return a text on one line without control characters."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
