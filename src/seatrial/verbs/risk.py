"""Writing into the register of risks: add one, change it, close it.  Nothing that was said is lost."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, Unpack

from seatrial.decision.findings import findings
from seatrial.decision.risks import Risk, risks, unversioned
from seatrial.errors import InputError, Problem, meant
from seatrial.evidence.history import seqs
from seatrial.evidence.log import Log
from seatrial.evidence.words import words
from seatrial.proof import statement
from seatrial.proof.fields import IMPACTS, LIKELIHOODS, TREATMENTS
from seatrial.proof.people import WAIVER, Words
from seatrial.proof.vouching import CLOSING
from seatrial.verbs.days import day, today
from seatrial.verbs.project import Project, open_log, opened, remember
from seatrial.verbs.signing import Author, author

WORDED = {"likelihood": LIKELIHOODS, "impact": IMPACTS, "treatment": TREATMENTS}
_PLAIN = {"likelihood": "possible", "impact": "moderate", "treatment": "mitigate", "residual": "", "review": ""}
_LISTS = ("scenarios", "clauses", "findings")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class Fields(TypedDict, total=False):
    """What is said of a risk."""

    title: str
    exploit: str
    """How it would be exploited."""
    likelihood: str
    """`rare`, `unlikely`, `possible`, `likely` or `almost certain`."""
    impact: str
    """`negligible`, `minor`, `moderate`, `major` or `severe`."""
    owner: str
    """Who answers for it; need not have a key."""
    treatment: str
    """`mitigate`, `transfer`, `avoid` or `accept`."""
    residual: str
    """What is left after the treatment, and with whom."""
    scenarios: Collection[str]
    """Scenarios that try it, `family/name`."""
    clauses: Collection[str]
    findings: Collection[str]
    review: str
    """Day on which it is to be looked at again, `2027-03-01`."""


@dataclass(frozen=True, slots=True)
class Said:
    """How a word about a risk is recorded."""

    by: str = ""
    """Who says it; the owner of the key, or whoever is logged in, by default."""
    key: Path | str | None = None
    """File of a personal key that signs it; without one `by` is no more than a name."""
    password: str = ""
    """Of the key, if it is encrypted."""
    note: str = ""
    """What else is to be said."""
    log: str | None = None
    """Address of the log, if not the default."""
    now: Callable[[], float] = time.time


def add(path: Path | str, name: str = "", *, said: Said = Said(), **fields: Unpack[Fields]) -> Risk:
    """Put a risk into the register, and return it.

    Args:
        path: The charter, or the folder that it lies in.
        name: Its id; `R-1`, `R-2` and so on by default.
        said: Who says so, and when.
        fields: Title, exploit and owner at least.

    Raises:
        InputError: With everything that is wrong: an id that is there, an empty field, a word that is none, a scenario,
            clause or finding that is not there, a day that is past, a risk that nobody accepted by a signature.

    Examples:
        >>> add("charter.yaml", title="stickers", exploit="a printed patch", owner="ada").score
        9
    """
    project = opened(path)
    log = open_log(project, said.log)
    known = [one.id for one in risks(words(log))]
    wanted = name or next(f"R-{at}" for at in range(1, len(known) + 2) if f"R-{at}" not in known)
    problems = []
    if not _ID.fullmatch(wanted):
        problems.append(Problem("id", f"{wanted!r} is no id", "letters, digits, dots and dashes, like R-1"))
    if wanted in known:
        problems.append(Problem("id", f"{wanted} is there already", f"`seatrial risk change {wanted}` says more of it"))
    problems += _past(fields, said)
    empty = {"id": wanted, "title": "", "exploit": "", "owner": "", "status": "open", **dict.fromkeys(_LISTS, ())}
    return _written(project, log, {**empty, **_PLAIN, **fields}, said, problems)


def change(path: Path | str, name: str, *, said: Said = Said(), reopen: bool = False, **fields: Unpack[Fields]) -> Risk:
    """Say something else of a risk, and return it; fields that are not named stay as they are.

    Args:
        path: The charter, or the folder that it lies in.
        name: Its id.
        said: Who says so, and when.
        reopen: Whether a closed one is opened again.
        fields: What is new.

    Raises:
        InputError: If there is no such risk, it is closed, nothing is new, or as in `add`.
    """
    project = opened(path)
    log = open_log(project, said.log)
    before = _known(log, name)
    problems = []
    if before["status"] == "closed" and not reopen:
        problems.append(Problem("id", f"{name} is closed", "--reopen opens it again"))
    told = {**before, **fields, "status": "open" if reopen else before["status"]}
    if all(_same(told[field], before[field]) for field in told) and not said.note.strip():
        problems.append(Problem(name, "nothing new is said of it", "name a field, or leave a --note"))
    problems += _past(fields, said)
    return _written(project, log, told, said, problems)


def close(path: Path | str, name: str, *, said: Said) -> Risk:
    """Close a risk, and return it; it stays in the register with its history.

    Args:
        path: The charter, or the folder that it lies in.
        name: Its id.
        said: Who says so, with a key, and why (`note`).

    Raises:
        InputError: If there is no such risk, it is closed already, no reason is given, or nobody who may signs it.
    """
    project = opened(path)
    log = open_log(project, said.log)
    before = _known(log, name)
    problems = [Problem("id", f"{name} is closed already")] if before["status"] == "closed" else []
    if not said.note.strip():
        problems.append(Problem("note", "is empty", "say why it is over"))
    return _written(project, log, {**before, "status": "closed"}, said, problems)


def _known(log: Log, name: str) -> dict[str, Any]:
    """Return what was said last of a risk."""
    statements = log.statements()
    found = seqs(statements, "risk-entry", id=name)
    if not found:
        known = dict.fromkeys(str(said.predicate["id"]) for said in statements if said.kind == "risk-entry")
        hint = meant(name, known) if known else "`seatrial risk add` makes the first one"
        raise InputError(Problem("id", f"there is no risk {name!r}", hint))
    said = statements[found[-1]].predicate
    return {field: value for field, value in said.items() if field not in ("note", "by", "at")}


def _written(project: Project, log: Log, told: Mapping[str, Any], said: Said, problems: Iterable[Problem]) -> Risk:
    """Check what is said, sign it, and return the risk."""
    fields = {name: _cleaned(value) for name, value in told.items()}
    wrong = [*problems, *_odd(fields), *_linked(project, log, fields), *_reviewed(fields)]
    who = author(log, said.by, said.key, said.password)
    wrong += _unsigned(words(log), fields, who)
    if wrong:
        raise InputError(*wrong)
    stamp = {"note": said.note.strip(), "by": who.name, "at": int(said.now())}
    log.append(statement.write("risk-entry", statement.log_digest(log.origin), fields | stamp), signers=who.signers)
    remember(project, log)
    return next(one for one in risks(words(log)) if one.id == fields["id"])


def _cleaned(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else sorted({one.strip() for one in value})


def _same(one: Any, other: Any) -> bool:
    return bool(_cleaned(one) == _cleaned(other))


def _odd(fields: Mapping[str, Any]) -> Iterator[Problem]:
    for name in ("title", "exploit", "owner"):
        if not fields[name]:
            yield Problem(name, "is empty", f"--{name}: {_ASKS[name]}")
    for name, known in WORDED.items():
        if fields[name] not in known:
            yield Problem(name, f"{fields[name]!r} is none", meant(fields[name], known))
    for name in ("id", "owner", "treatment"):
        if not fields[name].isprintable():
            yield Problem(name, "holds what cannot be printed")


_ASKS = {"title": "what is it called?", "exploit": "how would somebody use it?", "owner": "who answers for it?"}


def _linked(project: Project, log: Log, fields: Mapping[str, Any]) -> Iterator[Problem]:
    """Find links to what is not there."""
    scenarios = {unversioned(one.name) for one in (*project.catalog.scenarios, *project.charter.inline)}
    statements = log.statements()
    judged = {name for seq in seqs(statements, "decision") for name in statements[seq].predicate["clauses"]}
    clauses = {*(clause.name for clause in project.charter.clauses), *judged}
    found = {one.id for one in findings(log)} if fields["findings"] else set[str]()
    for kind, known in (("scenario", scenarios), ("clause", clauses), ("finding", found)):
        for name in fields[f"{kind}s"]:
            if unversioned(name) not in known:
                yield Problem(kind, f"there is no {kind} {name!r}", meant(name, known))


def _reviewed(fields: Mapping[str, Any]) -> Iterator[Problem]:
    if not fields["review"] or fields["status"] == "closed":
        return
    try:
        wanted = day(fields["review"])
    except ValueError:
        yield Problem("review", f"{fields['review']!r} is no day", "like 2027-03-01")
        return
    if wanted != fields["review"]:
        yield Problem("review", f"{fields['review']!r} is no day", f"write {wanted}")


def _past(fields: Fields, said: Said) -> list[Problem]:
    wanted = fields.get("review", "")
    return [Problem("review", f"{wanted} is past")] if wanted and wanted < today(said.now()) else []


def _unsigned(people: Words, fields: Mapping[str, Any], who: Author) -> Iterator[Problem]:
    """Find a risk that is accepted or closed by nobody who may: its owner, or a person who may waive."""
    doing = [name for name, word in CLOSING.items() if fields[name] == word]
    allowed = bool(who.signers) and (who.name == fields["owner"] or people.has(who.name, WAIVER))
    if doing and not allowed:
        what = "accepting or closing a risk takes a signature"
        hint = f"--key of {fields['owner'] or 'its owner'}, or of somebody with the role {WAIVER}"
        yield Problem("key", f"{what}{f', and {who.name} may not' if who.signers else ''}", hint)
