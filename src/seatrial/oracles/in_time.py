"""The right answer came in time.

Measured: the outcome rests on a clock, so it stands in the measured columns and is not compared on replay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.errors import Problem, TrialError
from seatrial.oracles.classes import compared, lowest, settled
from seatrial.oracles.oracle import Oracle
from seatrial.records.batch import NO, YES, Answers, Attempts, Batch, Verdicts
from seatrial.records.card import Card


@dataclass(frozen=True, slots=True)
class InTime:
    """Held where the answer is right and took no longer than the limit."""

    seconds: float = 1.0
    """The limit."""

    def judge(self, batch: Batch[Any], attempts: Attempts[Any], answers: Answers[Any], /) -> Verdicts:  # noqa: ARG002 - the protocol has it
        """Return whether each row was answered within the limit, and rightly where cases have labels.

        Not held: a row that raised, that a guard refused, that was late, or whose answer is another class.  Without
        labels, and where the answers are texts, any answer is right.  Unknown: in time, but a tie or not a
        number.  The score is the share of the limit that was left in the slowest draw: negative if late, NaN if a
        draw raised.

        Raises:
            TrialError: If there are no seconds.
        """
        if not answers.tried or not len(answers.seconds) == len(answers.errors) == len(answers.tried):
            what = f"{len(answers.seconds)} draws were timed, of {len(answers.tried)}"
            raise TrialError(Problem("in_time", what, "present the cases to a target, and time it"))
        held = np.stack([self._draw(at, answers, batch.labels) for at in range(len(answers.tried))], axis=1)
        spent = np.stack([np.asarray(seconds, dtype=np.float64) for seconds in answers.seconds], axis=1)
        return Verdicts(settled(held, answers, refusal_holds=False), lowest(1.0 - spent / self.seconds, answers))

    def _draw(self, draw: int, answers: Answers[Any], labels: Any) -> npt.NDArray[np.int8]:
        said, seconds = answers.tried[draw], np.asarray(answers.seconds[draw], dtype=np.float64)
        right = np.full(len(seconds), YES, dtype=np.int8)
        if labels is not None and not isinstance(said, tuple):
            right, _ = compared(said, labels, answers.head)
        return np.where(seconds <= self.seconds, right, NO).astype(np.int8)


CARD: Card[Oracle] = Card(InTime, title="The right answer came in time", measured=True)
