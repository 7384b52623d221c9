"""Auto-PGD: projected gradient descent that chooses its own steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.ascent import ascend
from seatrial.adversaries.chase import Chase
from seatrial.adversaries.losses import loss
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Differentiable


@dataclass(frozen=True)
class AutoPgd:
    """Climb the loss with momentum and a step that halves when it no longer pays (Croce and Hein, arXiv:2003.01690).

    Nothing needs tuning: the first step is two radii long, at fixed checkpoints a case whose loss rose too seldom
    halves its step and goes on from the best point it has seen.  In L1 steps move a part of the numbers, chosen from
    how sparse the best point is, and the projection is exact (arXiv:2103.01208).  The untouched case is asked first,
    and a case leaves in the pass that breaks it.  A targeted loss runs once for each of the `targets` best other
    classes of the untouched case.  Cost of a case that stands: 1 + restarts x targets x (steps + 1) forward passes and
    restarts x targets x steps gradients (targets is 1 for a loss that is not targeted).
    """

    steps: int = 100
    """Gradient steps per start."""
    restarts: int = 1
    """Starts; every one after the first is random and for the cases that still stand."""
    random_start: bool = True
    """Whether the first start is random too; otherwise it is the untouched case."""
    loss: str = "cross_entropy"
    """A key of `losses.LOSSES`: `cross_entropy`, `dlr`, `margin`, `probability_margin`, or a targeted form."""
    targets: int = 9
    """Classes that a targeted loss pushes to, one after the other."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the point that broke each case, or the point of smallest margin.

        Raises:
            TrialError: If there is no such loss.
        """
        aimed = loss(self.loss).aimed
        chase = Chase(target, batch, bench)
        order = None
        if not chase.over():
            chase.watch()
            chase.ask(batch.inputs)
            order = _ordered(chase) if aimed and chase.rows.size else None
        for restart in range(self.restarts):
            for turn in range(self.targets if aimed else 1):
                if chase.over() or (order is not None and turn >= order.shape[1]):
                    break
                if order is not None:
                    chase.aim = chase.aim.pushed(order[chase.rows, turn])
                ascend(chase, self.loss, self.steps, self._start(chase, restart, turn))
        return chase.attempts()

    def _start(self, chase: Chase, restart: int, turn: int) -> Any:
        if not self.random_start and not restart:
            return chase.room.x
        return chase.room.start(chase.random, f"evasion.autopgd/start/{restart}/{turn}")


def _ordered(chase: Chase) -> Any:
    """Return the other classes by their margin at the untouched case, nearest first: `(cases, classes - 1)`."""
    xp = array_api_compat.array_namespace(chase.gaps)
    found = xp.argsort(chase.gaps, axis=1, stable=True)[:, :-1]
    wide = xp.zeros(
        (int(np.max(chase.rows)) + 1, found.shape[1]), dtype=found.dtype, device=array_api_compat.device(found)
    )
    wide[xp.asarray(chase.rows)] = found
    return wide


CARD: Card[Adversary[Any, Any, Any]] = Card(
    AutoPgd,
    "Auto-PGD",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=SLOPED,
    cites=("arXiv:2003.01690", "arXiv:2103.01208"),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    lies=(
        "Its gradients lie on models that saturate, round, draw at random or hide their gradient. The cross-entropy "
        "of a saturated model has no slope in float32: read it beside `dlr` or a margin."
    ),
)
