"""The model's own clean answer, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.errors import Problem, TrialError
from seatrial.oracles.classes import best, compared, lowest, settled
from seatrial.oracles.oracle import Oracle
from seatrial.records.batch import NO, YES, Answers, Attempts, Batch, Verdicts
from seatrial.records.card import Card
from seatrial.records.head import Head


@dataclass(frozen=True)
class SameAnswer:
    """The model answers as it did to the untouched input, right or wrong.

    It needs no labels.  For scores the clean answer is the class strictly above every other; where that is a tie or
    NaN the case is unknown.  Labels and texts are compared as they are.  A row that raised is not held.  The score
    is the margin of the clean answer's class, the smallest over the draws; NaN where there are no scores.
    """

    refusal_holds: bool = True
    """Whether a row that a guard refused is held."""

    def judge(self, batch: Batch[Any], attempts: Attempts[Any], answers: Answers[Any], /) -> Verdicts:  # noqa: ARG002 - the protocol has it
        """Return whether each case held, per draw.

        Raises:
            TrialError: If the clean answers are missing, or their shape is not that of the others.
        """
        if answers.clean is None:
            raise TrialError(Problem("same_answer", "was given no answers to the untouched inputs"))
        judged = [_compared(answers.clean, answer, answers.head) for answer in answers.tried]
        held = settled(np.stack([one for one, _ in judged], axis=1), answers, refusal_holds=self.refusal_holds)
        return Verdicts(held, lowest(np.stack([margin for _, margin in judged], axis=1), answers))


def _compared(clean: Any, answer: Any, head: Head) -> tuple[Any, Any]:
    if isinstance(clean, tuple):
        same = [YES if before == after else NO for before, after in zip(clean, answer, strict=True)]
        return np.asarray(same, dtype=np.int8), np.full(len(clean), np.nan)
    return compared(answer, best(clean, head), head)


CARD: Card[Oracle] = Card(SameAnswer, "The answer stays what it was", clean=True)
