"""What a model answers to cases as they are and to what attacks make of them, and what its confidence is worth then."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.harden.scores import Reliability, reliable
from seatrial.oracles.classes import compared
from seatrial.records.batch import YES, Batch, plain
from seatrial.targets.target import Target

Stands = npt.NDArray[np.bool_]


class Given:
    """The answers of one model to some cases; each attack that is told of adds to them."""

    def __init__(self, target: Target[Any, Any], batch: Batch[Any]) -> None:
        """Ask about the cases as they are.

        Args:
            target: A classifier.
            batch: The cases, with their classes.
        """
        self._target, self._labels = target, np.asarray(plain(batch.labels)).astype(np.intp)
        self._clean = self._answers(batch.inputs)
        self._worst, self._held = self._clean.copy(), self._right(self._clean)
        self.right: Stands = self._held.copy()
        """Which cases are answered right as they are: by a score strictly above all others, so never by NaN."""

    def stands(self, stimuli: Any) -> Stands:
        """Return which cases are answered right at what an attack made of them.

        The first wrong answer to each case is kept, or else the last one.
        """
        answers = self._answers(stimuli)
        self._worst[self._held] = answers[self._held]
        found = self._right(answers)
        self._held &= found
        return found

    def sure(self) -> dict[str, Reliability]:
        """Return what confidence is worth, `clean` and `attacked`; nothing if the model does not say how sure it is."""
        return reliable({"clean": self._clean, "attacked": self._worst}, self._labels, self._target.face.gives)

    def _answers(self, inputs: Any) -> npt.NDArray[Any]:
        return np.array(plain(self._target.respond(self._target.face.home(inputs))))

    def _right(self, answers: npt.NDArray[Any]) -> Stands:
        found: Stands = compared(answers, self._labels)[0] == YES
        return found
