"""Several attacks on one board in turn: next comes the one that last broke most for what it cost.

So what pays on this model is learned on this model, and an attack that breaks nobody any more ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from seatrial.adversaries.board import Board
from seatrial.adversaries.masking import Stretch


@dataclass(frozen=True)
class Arm:
    """One of the attacks."""

    name: str
    sees: str
    """What it goes by: `masking.GRADIENT` or `masking.SCORES`."""
    plays: Iterator[bool]
    """Every item is a play that was made; it ends when there is nothing left to do."""
    price: int
    """What a row that it asks for costs beside one without its gradient."""
    dry: int
    """Plays in a row that break nobody, after which it ends."""


def turns(board: Board, arms: Sequence[Arm]) -> list[Stretch]:
    """Play until every arm has ended; return what each did, in the order of the arms.

    Whoever did not play yet goes first; then the best rate of breaks for cost in its last play decides, and of equals
    the order of the arms.
    """
    size = len(board.least)
    met, broke = (np.zeros((len(arms), size), dtype=bool) for _ in range(2))
    rate, idle = np.full(len(arms), np.inf), np.zeros(len(arms), dtype=int)
    while (rate >= 0).any():
        at = int(np.argmax(rate))
        stood, spent = ~(board.least < 0), board.spent.copy()
        if not next(arms[at].plays, False):
            rate[at] = -1
            continue
        asked = board.spent - spent
        fell = stood & (board.least < 0)
        met[at] |= asked > 0
        broke[at] |= fell
        idle[at] = 0 if fell.any() else idle[at] + 1
        rate[at] = -1 if idle[at] >= arms[at].dry else fell.sum() / max(1, asked.sum() * arms[at].price)
    return [Stretch(arm.name, arm.sees, met[at], broke[at]) for at, arm in enumerate(arms)]
