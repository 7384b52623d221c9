"""Where the gradients of an attack are taken from: the model itself, or a stand-in that fits what it hides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.aims import aim
from seatrial.adversaries.expectation import Averaged, Estimated, Expected, Rescaled
from seatrial.adversaries.lengths import width
from seatrial.records.batch import Array, Batch
from seatrial.records.threat import Ball

DRAWS = 8
"""Draws of an expectation, and changed inputs of an average."""


@dataclass(frozen=True)
class Way:
    """Where gradients are taken from."""

    through: bool = False
    """Straight through steps that have none."""
    chance: bool = False
    """From several draws."""
    kind: str = "own"
    """`own`, `averaged` over points around, or `estimated` from answers."""
    scale: float = 1.0
    """What logits are divided by."""

    def made(self, target: Any, batch: Batch[Array], bench: Bench[Ball]) -> Any:
        """Return the target as this way asks it, for all cases of the batch."""
        made = target.approximated() if self.through else target
        if self.chance:
            made = Expected(made, bench.random, DRAWS, aim(target.face, batch.labels))
        radius = 0.5 * width(bench.threat, batch.inputs)
        if self.kind == "averaged":
            made = Averaged(made, bench.random, radius, DRAWS)
        elif self.kind == "estimated":
            made = Estimated(made, bench.random, radius, 2 * DRAWS)
        return made if self.scale == 1.0 else Rescaled(made, np.full(len(batch), self.scale))

    @property
    def price(self) -> int:
        """Rows that one gradient pass forwards per case."""
        return (DRAWS if self.chance else 1) * {"own": 1, "averaged": 1 + DRAWS, "estimated": 1 + 4 * DRAWS}[self.kind]

    def said(self) -> str:
        """Return in words what was switched on; empty if nothing was."""
        parts = [
            f"logits were divided by {self.scale:.3g}" if self.scale != 1.0 else "",
            "gradients went straight through steps that have none" if self.through else "",
            f"every pass was taken over {DRAWS} draws" if self.chance else "",
            f"gradients were averaged over {DRAWS} points around" if self.kind == "averaged" else "",
            "gradients were estimated from answers" if self.kind == "estimated" else "",
        ]
        return ", ".join(part for part in parts if part)
