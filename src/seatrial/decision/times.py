"""When it happened, as far as a log can say: its order is certain, its clocks are those of its writers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from seatrial.proof.statement import Statement

_RUN = {"run-result": "ended", "run-plan": "started", "submission": "started"}
"""Kind -> which end of a run its time is taken from."""


@dataclass(frozen=True, slots=True)
class Times:
    """The instants of a log's entries, seconds UTC."""

    claims: tuple[int | None, ...]
    """What an entry, or the account of its run, says; None if nothing does."""
    at: tuple[int, ...]
    """The earliest instant at which an entry can have been there if no clock was ahead: its own claim, or the latest
    one before it if that is later, because an entry is not older than what stands before it.  0 before any claim."""
    doubts: tuple[str, ...]
    """Clocks that contradict the order of the log, in words."""

    def before(self, instant: int) -> int:
        """Return how many entries were there at an instant."""
        return bisect_right(self.at, instant)


def times(statements: Sequence[Statement], *, now: int) -> Times:
    """Return when the entries of a log are said to have been written.

    Args:
        statements: Of all entries.
        now: Seconds UTC; a claim of a later instant is not believed.
    """
    claims = _claims(statements)
    at, doubts, latest = list[int](), list[str](), 0
    for seq, claim in enumerate(claims):
        if claim is not None and claim > now:
            doubts.append(f"entry {seq} says {shown(claim)}, which is still to come: its clock is not believed")
            claims[seq] = None
        elif claim is not None and claim < latest and statements[seq].kind not in _RUN:
            said = f"says {shown(claim)} and stands behind one that says {shown(latest)}"
            doubts.append(f"entry {seq} {said}: it is taken to be no older than that")
        latest = max(latest, claims[seq] or 0)
        at.append(latest)
    return Times(tuple(claims), tuple(at), tuple(doubts))


def shown(instant: int) -> str:
    """Return an instant for people: `2027-03-03 12:00 UTC`."""
    try:
        return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return f"{instant} seconds"


def _claims(statements: Sequence[Statement]) -> list[int | None]:
    claims: list[int | None] = [None] * len(statements)
    for seq, said in enumerate(statements):
        if isinstance(said.predicate.get("at"), int):
            claims[seq] = said.predicate["at"]
        elif said.kind == "environment":
            for entry, end in ((seq, "ended"), *_run(statements, said.predicate["run_result"])):
                made = _instant(said.predicate[end])
                claims[entry] = made if claims[entry] is None else claims[entry]
    return claims


def _run(statements: Sequence[Statement], seq: int) -> Iterator[tuple[int, str]]:
    """Yield the entries of a run, each with the end of it from which its time is taken."""
    back = {"run-result": "run_plan", "run-plan": "submission"}
    while statements[seq].kind in _RUN:
        yield seq, _RUN[statements[seq].kind]
        if statements[seq].kind not in back:
            return
        seq = statements[seq].predicate[back[statements[seq].kind]]


def _instant(text: str) -> int:
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())
