"""The number stays near the true one, before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from seatrial.errors import CasesError, Problem, TrialError
from seatrial.oracles.classes import compared, lowest, settled
from seatrial.oracles.oracle import Oracle
from seatrial.records.batch import Answers, Attempts, Batch, Verdicts
from seatrial.records.card import Card


@dataclass(frozen=True)
class Within:
    """The model's number is no further from the true one than a tolerance.

    Held up to the tolerance, broken beyond it; NaN is unknown, and a row that raised is not held.  Of several numbers
    each must be near.  The score is what is left of the tolerance, the smallest over numbers and draws: negative if
    one is too far away.
    """

    tolerance: float = 0.0
    """Largest difference that is held, in the units of the answer; 0 takes what the target declares."""
    refusal_holds: bool = True
    """Whether a row that a guard refused is held."""

    def judge(self, batch: Batch[Any], attempts: Attempts[Any], answers: Answers[Any], /) -> Verdicts:  # noqa: ARG002 - the protocol has it
        """Return whether each case held, per draw.

        Raises:
            CasesError: If the cases have no true values.
            TrialError: If the target gives no numbers, or there is no tolerance, or there are two.
        """
        if batch.labels is None:
            raise CasesError(Problem("cases", "have no labels, and `within` needs the true values", "use same_answer"))
        if answers.head.gives not in ("value", ""):
            what = f"is about numbers, and this target gives {answers.head.gives}"
            raise TrialError(Problem("within", what, "use same_label, or declare gives: value"))
        told = {one for one in (self.tolerance, answers.head.tolerance) if one}
        if len(told) > 1:
            what = f"is told {self.tolerance:g}, and the target declares {answers.head.tolerance:g}"
            raise TrialError(
                Problem("within: tolerance", what, "say it once, in the target block: attacks read it too")
            )
        head = replace(answers.head, gives="value", tolerance=max(told, default=0.0))
        judged = [compared(answer, batch.labels, head) for answer in answers.tried]
        held = settled(np.stack([one for one, _ in judged], axis=1), answers, refusal_holds=self.refusal_holds)
        return Verdicts(held, lowest(np.stack([margin for _, margin in judged], axis=1), answers))


CARD: Card[Oracle] = Card(Within, "The number stays within a tolerance of the true one")
