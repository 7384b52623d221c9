"""Many searches at once: each case has one of its own, and all open questions are asked in one call.

A search is a generator that yields candidates and is sent how far the case is from falling.  It reads as if there
were one case; what it asks depends on nothing but the answers to its own questions.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.aims import aim, lead
from seatrial.records.batch import Batch

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Try(Generic[C]):
    """One question of one search."""

    candidate: C
    counts: bool = True
    """Whether it may be handed back; one that only finds something out may leave the threat."""


Hunt: TypeAlias = Generator[Try[C], float, None]
"""A search: yields tries, is sent the lead of the true class (`aims.lead`)."""


def hunted(
    target: Any,
    batch: Batch[Any],
    bench: Bench[Any],
    hunts: Sequence[Hunt[C]],
    made: Callable[[npt.NDArray[np.intp], list[C]], Any],
    *,
    most: int = 0,
) -> list[C | None]:
    """Return the candidate of each case that made it fall, else the one of smallest lead; None if none counted.

    A case leaves at the candidate that makes it fall.  Of candidates that lead alike the last is kept.

    Args:
        target: What is asked.
        batch: The cases, with labels.
        bench: Its `left` ends all searches after so many questions per case.
        hunts: One per case.
        made: Gives the column to ask, from positions of cases and their candidates.
        most: Questions per case, beside those of the bench; 0 is no limit.

    Raises:
        CasesError: If the cases have no labels.
    """
    aimed = aim(target.face, batch.labels)
    found: list[C | None] = [None] * len(batch)
    least = np.full(len(batch), np.inf)
    tries = {at: first for at, hunt in enumerate(hunts) if (first := next(hunt, None)) is not None}
    limit, asked = min((n for n in (bench.left, most) if n), default=0), 0
    while tries and not 0 < limit <= asked:
        at = np.array(list(tries), dtype=np.intp)
        column = made(at, [one.candidate for one in tries.values()])
        leads = lead(aimed.at(at), bench.at(target, at).respond(column))
        for row, one, number in zip(at, list(tries.values()), leads, strict=True):
            if one.counts and number <= least[row]:
                found[row], least[row] = one.candidate, number
            more = None if one.counts and number < 0 else _next(hunts[row], float(number))
            tries = _put(tries, int(row), more)
        asked += 1
    return found


def _next(hunt: Hunt[C], number: float) -> Try[C] | None:
    try:
        return hunt.send(number)
    except StopIteration:
        return None


def _put(tries: dict[int, Try[C]], row: int, more: Try[C] | None) -> dict[int, Try[C]]:
    """Note the next question of a case, or that it has none."""
    if more is None:
        del tries[row]
    else:
        tries[row] = more
    return tries
