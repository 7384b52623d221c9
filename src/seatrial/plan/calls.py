"""How often a target was asked, counted from what was recorded of the cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seatrial.plan.plan import Promise
from seatrial.plan.worst import worst_case
from seatrial.proof.criterion import parse

_HELD, _WRONG = -1, -2


def calls(promise: Promise, columns: Mapping[str, Sequence[int]], cases: int) -> int:
    """Return how many answers of the target some cases of a clause took.

    Every query and every pass of an adversary, the untouched case once, and every presentation of what an adversary
    made; of a difference, the same of the baseline.  Where the target raised for several cases at once and was asked
    for each alone, it was asked more often than this.

    Args:
        promise: The clause.
        columns: Of its observations, computed and measured: `forwards`, `stage`, and those of the baseline.
        cases: How many there are.
    """
    attacked = sum(sum(values) for name, values in columns.items() if _asked(name))
    draws = [trying.presentations for trying in promise.tries for _ in trying.stages]
    stages = columns.get("stage") if worst_case(promise.require) else None
    shown = sum(_shown(draws, stage) for stage in stages) if stages is not None else cases * sum(draws)
    sides = 2 if parse(promise.require).baseline else 1
    return attacked + sides * (cases + shown)


def _asked(name: str) -> bool:
    return name.endswith("forwards") and "helper" not in name


def _shown(draws: Sequence[int], stage: int) -> int:
    """Return how often a case was presented that left at a stage: at none, if it was wrong untouched."""
    if stage == _WRONG:
        return 0
    return sum(draws if stage == _HELD else draws[: stage + 1])
