"""Small targets over texts and tables whose answers follow from one number: class 1 where it is above zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.controls.plants import CASES, Floats, streams
from seatrial.records.batch import Frame, Texts
from seatrial.targets.target import Face


@dataclass(frozen=True, eq=False)
class TextRule:
    """A classifier of texts."""

    score: Callable[[str], float]

    @property
    def face(self) -> Face:
        """Texts; logits of two classes."""
        return Face(Texts, "logits", classes=2)

    def respond(self, inputs: Texts, /) -> Any:
        """Return logits `(n, 2)`."""
        number = np.array([float(self.score(text)) for text in inputs])
        return np.stack([-number, number], axis=1)


@dataclass(frozen=True, eq=False)
class FrameRule:
    """A classifier of table rows."""

    score: Callable[[Frame], Floats]
    """From rows to numbers `(n,)`."""

    @property
    def face(self) -> Face:
        """Frames; logits of two classes."""
        return Face(Frame, "logits", classes=2)

    def respond(self, inputs: Frame, /) -> Any:
        """Return logits `(n, 2)`."""
        number = self.score(inputs)
        return np.stack([-number, number], axis=1)


def halves(name: str) -> Any:
    """Return for each of 16 cases whether it is of the half that can fall: drawn, each with probability one half."""
    return streams(name, CASES).uniform("half", (), np.zeros(1)) < 0.5
