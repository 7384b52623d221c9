"""A scorer that takes whatever it is handed, and one that checks it first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.cases.listed import Listed
from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, one_class
from seatrial.records.batch import Array
from seatrial.records.card import Card
from seatrial.records.threat import Malformed
from seatrial.targets.target import Face

FEATURES = 6
FACE = Face(takes=Array, gives="logits", shape=(FEATURES,), low=0.0, high=1.0, classes=2)

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Careless:
    """Answers everything, with the mistakes of real services."""

    face: Face = FACE

    def respond(self, inputs: Any, /) -> Any:
        """Return logits `(n, 2)` for good rows, and anything for others.

        Texts and objects are unpacked for ever; another shape or dtype falls off the end (None); a batch without rows
        is given one; NaN, infinities and values out of range go through the arcsine, constant rows through a division
        by their spread.
        """
        rows = np.asarray(inputs)
        if rows.dtype.kind not in "fiu":
            return _unpacked(rows.ravel()[0])
        if rows.ndim == 2 and rows.shape[1] == FEATURES and rows.dtype == np.float32:
            with np.errstate(all="ignore"):
                return _logits(rows if len(rows) else np.zeros((1, FEATURES), dtype=np.float32))
        return None


@dataclass(frozen=True)
class Careful:
    """The same scorer behind four checks."""

    face: Face = FACE

    def respond(self, inputs: Any, /) -> Floats:
        """Return logits `(n, 2)`.

        Raises:
            ValueError: If the rows are not finite float32 numbers of the right shape, in 0..1, not all alike.
        """
        rows = np.asarray(inputs)
        if rows.dtype != np.float32 or rows.ndim != 2 or rows.shape[1] != FEATURES:
            raise ValueError(f"rows must be float32 (n, {FEATURES}), not {rows.dtype} {rows.shape}")
        if not (np.isfinite(rows).all() and (rows >= 0).all() and (rows <= 1).all()):
            raise ValueError("values must be finite, from 0 to 1")
        if len(rows) and (np.ptp(rows, axis=1) == 0).any():
            raise ValueError("a row of one value says nothing")
        return _logits(rows)


@dataclass(frozen=True, slots=True)
class MalformedControl:
    """Sixteen good rows."""

    def flaw(self) -> Plant:
        """Return the scorer that takes anything; every kind of malformation makes it fall."""
        return Plant(Careless(), _cases(), Malformed(), share=1.0)

    def twin(self) -> Plant:
        """Return the scorer that checks; nothing makes it fall."""
        return Plant(Careful(), _cases(), Malformed(), share=0.0)


def _unpacked(value: Any) -> Any:
    """Return the numbers inside a value; a text holds texts, and a mapping itself, without end."""
    return [_unpacked(part) for part in (value or [value])]


def _logits(rows: Floats) -> Floats:
    angles = np.arcsin(2 * rows - 1)
    merit = (angles[:, 0] - angles.mean(axis=1)) / (angles.max(axis=1, initial=-2) - angles.min(axis=1, initial=2))
    return np.stack([-merit, merit], axis=1).astype(np.float32)


def _cases() -> Listed:
    steps = np.arange(1, CASES + 1)[:, None] * np.sqrt(np.array([2.0, 3.0, 5.0, 7.0, 11.0, 13.0]))
    return one_class(np.modf(steps)[0].astype(np.float32), 0)


CARD: Card[Control] = Card(MalformedControl, title="A scorer that takes whatever it is handed")
