"""What became of an attempt that has no decision: where it stopped, and what goes on from there."""

from __future__ import annotations

from collections import Counter

from seatrial.errors import Problem
from seatrial.evidence.history import last
from seatrial.evidence.log import Log
from seatrial.proof import rules


def undecided(log: Log, where: str, submission: int | None = None) -> Problem:
    """Return why there is no decision, as a problem: how far the attempt came, and what to type.

    Args:
        log: The system's log.
        where: What the problem is reported about.
        submission: Entry of the attempt's submission; the last one by default.
    """
    statements = log.statements()
    seq = last(statements, "submission") if submission is None else submission
    if seq is None:
        return Problem(where, "there is no decision yet: nothing was submitted", "`seatrial gate` makes one")
    name = f"attempt {rules.attempt(statements, seq)} (entry {seq})"
    run_plan = last(statements, "run-plan", submission=seq)
    if run_plan is None:
        what = f"there is no decision yet: {name} was submitted and drew no cases, so nothing was spent"
        return Problem(where, what, "`seatrial gate` goes on with it")
    result = last(statements, "run-result", run_plan=run_plan)
    if result is None:
        what = f"there is no decision yet: {name} drew its cases and has no result; finished shards are kept"
        return Problem(where, what, "`seatrial gate` goes on with it and spends no further attempt")
    counts = Counter(shard["status"] for shard in statements[result].predicate["shards"])
    shards = ", ".join(f"{counts[status]} {word}" for status, word in _WORDS.items() if counts[status])
    what = f"there is no decision yet: {name} has a result (entry {result}; shards: {shards}) that nobody judged"
    return Problem(where, what, "`seatrial judge` decides on it")


_WORDS = {"done": "done", "failed": "failed", "not_done": "not reached", "not_needed": "not needed"}
