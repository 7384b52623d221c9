"""A verification in words and as JSON, the same from `python -m seatrial.proof` and from `seatrial verify`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from seatrial.errors import EvidenceError, SeatrialError
from seatrial.proof import account, canonical
from seatrial.proof.inclusion import Included
from seatrial.proof.verify import Verified

WIDTH = 110
"""Signs on a line that lists names of checks."""


def told(found: Verified, *, every: bool = False) -> str:
    """Return what failed, what was reached and what was not asked; nothing in it can steer a terminal.

    Args:
        found: The outcome.
        every: Whether each check has a line of its own, also where it found nothing.
    """
    return shown("\n".join(_lines(found, every=every)))


def plain(found: Verified) -> dict[str, Any]:
    """Return the same as JSON values."""
    return {
        "verified": found.ok,
        "assurance": found.assurance,
        "reached": found.reached.says,
        "lacks": list(found.reached.lacks),
        "checks": [
            {
                "name": check.name,
                "says": check.says,
                "asked": check.asked,
                "problems": [str(problem) for problem in check.problems],
            }
            for check in found.checks
        ],
        "decision": found.decision,
        "entry": found.seq,
        "entries": found.entries,
        **account.plain(found.account),
        "notes": list(found.notes),
    }


def entry_told(found: Included) -> str:
    """Return what a proof of one entry proves, and what it does not."""
    said = found.said
    lines = [f"entry {found.index} of {found.size} of the log {found.origin}: {said.kind}", f"about: {said.model}"]
    lines += [f"{name}: {canonical.dumps(value).decode()}" for name, value in said.predicate.items()]
    lines += [f"signed by: {', '.join((*found.signers, 'the log'))}"]
    lines += [f"names a key that your trust file lacks, its signature not checked: {one}" for one in found.unknown]
    lines += [f"seen by the witness {one.name} at {one.time} (seconds since 1970)" for one in found.seen]
    lines += [] if found.seen else ["not witnessed: whoever holds the log key could show others another log"]
    lines += [
        "not shown here: whether a signer's key had been revoked, or this was taken back; only the whole log says"
    ]
    return shown("\n".join(("verified:", *(f"  {_flat(line)}" for line in lines))))


def entry_plain(found: Included) -> dict[str, Any]:
    """Return the same as JSON values."""
    return {
        "verified": True,
        "log": found.origin,
        "entry": found.index,
        "entries": found.size,
        "kind": found.said.kind,
        "about": found.said.model,
        "predicate": found.said.predicate,
        "signers": list(found.signers),
        "unknown_keys": list(found.unknown),
        "witnesses": [{"name": one.name, "time": one.time} for one in found.seen],
    }


def refused(error: SeatrialError) -> str:
    """Return an error in words, each problem on one line."""
    told = "\n".join(_flat(str(problem)) for problem in error.problems)
    return shown(f"NOT VERIFIED:\n{told}" if isinstance(error, EvidenceError) else told)


def shown(text: str) -> str:
    """Return a text with `?` for every sign that does not print."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "?" for sign in text)


def _lines(found: Verified, *, every: bool) -> Iterator[str]:
    yield from _each(found) if every else _failed(found)
    if not found.ok or found.decision is None:
        count = len(found.findings)
        yield f"NOT VERIFIED: {count} finding{'' if count == 1 else 's'}"
        return
    yield f"verified: {found.decision['decision']} (entry {found.seq} of {found.entries})"
    for name, entry in found.decision["clauses"].items():
        yield f"  {_flat(name)}: {_clause(entry)}"
    yield from (_flat(line) for line in account.lines(found.account))
    yield f"assurance: {found.assurance}: {_flat(found.reached.says)}"
    yield from (f"  {_flat(lack)}" for lack in found.reached.lacks)
    yield from (f"note: {_flat(note)}" for note in found.notes)
    if not every:
        yield from _names("checked, and nothing found", [one.name for one in found.checks if one.asked])
        yield from _names("not asked for, and not checked", [one.name for one in found.checks if not one.asked])


def _each(found: Verified) -> Iterator[str]:
    for check in found.checks:
        state = "FAILED" if check.problems else "ok" if check.asked else "-"
        yield f"{state:<6}  {check.name}: {check.says}"
        yield from (f"          {_flat(str(problem))}" for problem in check.problems)
    yield ""


def _failed(found: Verified) -> Iterator[str]:
    for check in found.checks:
        if check.problems:
            yield f"FAILED  {check.name}: {check.says}"
            yield from (f"          {_flat(str(problem))}" for problem in check.problems)
    if not found.ok:
        yield from _names("nothing found", [one.name for one in found.checks if one.asked and not one.problems])
        yield ""


def _names(title: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield from wrap(f"{title}: {', '.join(names)}", WIDTH, subsequent_indent="  ")


def _clause(entry: Mapping[str, Any]) -> str:
    waived = ", waived" if entry["waived"] else ""
    return f"{entry['verdict']}{waived} ({entry['held']} of {entry['n']} held, {entry['unknown']} unknown)"


def _flat(text: str) -> str:
    """Return a text on one line, so that it cannot look like a line of ours."""
    return text.replace("\n", " ")
