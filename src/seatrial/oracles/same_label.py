"""The true label, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.errors import CasesError, Problem
from seatrial.oracles.classes import compared, lowest, settled
from seatrial.oracles.oracle import Oracle
from seatrial.records.batch import Answers, Attempts, Batch, Verdicts
from seatrial.records.card import Card


@dataclass(frozen=True)
class SameLabel:
    """The model still names the true class.

    Held if the true class scores strictly above every other (or is the label that is given), broken if another
    scores strictly above it; a tie or NaN is unknown: no break, and not held.  A model of many labels at once must
    have every watched output on its side, one that gives a number must stay within its tolerance.  A row that raised is
    not held.  The
    score is the margin of the true class in the units of the answer, the smallest over the draws; NaN where the
    model gives labels only, or raised.
    """

    refusal_holds: bool = True
    """Whether a row that a guard refused is held; for the untouched cases it should not be."""

    def judge(self, batch: Batch[Any], attempts: Attempts[Any], answers: Answers[Any], /) -> Verdicts:  # noqa: ARG002 - the protocol has it
        """Return whether each case held, per draw.

        Raises:
            CasesError: If the cases have no labels.
            TrialError: If the answers are neither labels nor scores, or a label has no column.
        """
        if batch.labels is None:
            raise CasesError(Problem("cases", "have no labels, and same_label needs them", "use same_answer"))
        judged = [compared(answer, batch.labels, answers.head) for answer in answers.tried]
        held = settled(np.stack([one for one, _ in judged], axis=1), answers, refusal_holds=self.refusal_holds)
        return Verdicts(held, lowest(np.stack([margin for _, margin in judged], axis=1), answers))


CARD: Card[Oracle] = Card(SameLabel, "The true label stays the answer")
