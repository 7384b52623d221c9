"""A verification in words and as JSON, the same from `python -m seatrial.proof` and from `seatrial verify`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seatrial.proof.verify import Verified

_ASSURANCE = {
    "self-attested": "the holder of the log key vouches for it; nobody else has",
    "remembered": "and it agrees with the log that you accepted before",
}


def told(found: Verified) -> str:
    """Return every check with what it found, and what was reached; nothing in it can steer a terminal."""
    return shown("\n".join(_lines(found)))


def plain(found: Verified) -> dict[str, Any]:
    """Return the same as JSON values."""
    return {
        "verified": found.ok,
        "assurance": found.assurance,
        "checks": [
            {"name": check.name, "says": check.says, "problems": [str(problem) for problem in check.problems]}
            for check in found.checks
        ],
        "decision": found.decision,
        "entry": found.seq,
        "entries": found.entries,
        "notes": list(found.notes),
    }


def shown(text: str) -> str:
    """Return a text with `?` for every sign that does not print."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "?" for sign in text)


def _lines(found: Verified) -> Iterator[str]:
    for check in found.checks:
        yield f"{'FAILED' if check.problems else 'ok    '}  {check.name}: {check.says}"
        yield from (f"          {_flat(str(problem))}" for problem in check.problems)
    yield ""
    if not found.ok or found.decision is None:
        count = len(found.findings)
        yield f"NOT VERIFIED: {count} finding{'' if count == 1 else 's'}"
        return
    yield f"verified: {found.decision['decision']} (entry {found.seq} of {found.entries})"
    for name, entry in found.decision["clauses"].items():
        yield f"  {_flat(name)}: {_clause(entry)}"
    yield f"assurance: {found.assurance}: {_ASSURANCE[found.assurance]}"
    yield from (f"note: {_flat(note)}" for note in found.notes)


def _clause(entry: Mapping[str, Any]) -> str:
    waived = ", waived" if entry["waived"] else ""
    return f"{entry['verdict']}{waived} ({entry['held']} of {entry['n']} held, {entry['unknown']} unknown)"


def _flat(text: str) -> str:
    """Return a text on one line, so that it cannot look like a line of ours."""
    return text.replace("\n", " ")
