"""A reader that trusts its sensors to agree to the last percent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, Rule, brightness, one_class, roughness
from seatrial.controls.rules import halves
from seatrial.records.card import Card
from seatrial.records.threat import Corruption

COLUMNS, SEVERITY = 12, 4
LIMIT = 0.0002
"""Severity 4 moves columns apart by 0.06 and more, unless all twelve drift alike (once in four million)."""


@dataclass(frozen=True)
class DriftSensitive:
    """Twelve sensors of one thing, class 0.  The flaw asks whether they differ, the twin whether they read high."""

    def flaw(self) -> Plant:
        """Return a target that drift turns over."""
        return _plant(lambda x: roughness(x) - LIMIT, np.linspace(0.25, 0.35, CASES), share=1.0)

    def twin(self) -> Plant:
        """Return a target that drift cannot reach: a tenth of reading and span moves no mean by 0.2."""
        return _plant(lambda x: brightness(x) - 0.6, np.linspace(0.25, 0.35, CASES), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return a target that minds differences where sensors read high only, and rows of which half do."""
        read = np.where(halves(f"columns {draw}"), 0.7, 0.3) + np.arange(CASES) / 1000
        return _plant(lambda x: np.minimum(roughness(x) - LIMIT, brightness(x) - 0.5), read, share=0.5)


def _plant(score: Any, read: Any, *, share: float) -> Plant:
    rows = np.repeat(np.asarray(read)[:, None], COLUMNS, axis=1).astype(np.float32)
    cases = one_class(rows, 0)
    return Plant(Rule(score, (COLUMNS,)), cases, Corruption(SEVERITY), share)


CARD: Card[Control] = Card(DriftSensitive, "A reader of small differences")
