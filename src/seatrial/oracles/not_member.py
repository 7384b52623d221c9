"""Membership stayed private: the attacker's claim about the case is wrong.

`held_rate >= 0.40` over members and non-members in equal numbers says: the attacker's accuracy is at most 0.60
(guessing has 0.50).  A rate far above one half would be a clever attacker with the sign the wrong way round; it is
still held.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.errors import Problem, TrialError
from seatrial.oracles.oracle import Oracle
from seatrial.records.batch import NO, YES, Answers, Attempts, Batch, Verdicts
from seatrial.records.card import Card


@dataclass(frozen=True, slots=True)
class NotMember:
    """Held where the claim differs from the sealed flag (1: the case was in the training data).

    `sealed` is a column of flags, or of `{"member": flag}`.
    """

    def judge(self, batch: Batch[Any], attempts: Attempts[Any], answers: Answers[Any], /) -> Verdicts:  # noqa: ARG002 - the protocol has it
        """Return one draw per case; there is no score, and never an unknown.

        Raises:
            TrialError: If flags or claims are missing, or are anything but 0 and 1.
        """
        truth = _bits(batch.sealed, len(batch), "the cases have no member flags", "name training cases: cases.members")
        claims = _bits(attempts.claims, len(batch), "the attempt makes no claims", "judge a membership adversary")
        held = np.where(claims == truth, NO, YES).astype(np.int8)
        return Verdicts(held[:, None], np.full(len(batch), np.nan))


def _bits(column: Any, size: int, missing: str, hint: str) -> Any:
    if column is None:
        raise TrialError(Problem("not_member", missing, hint))
    bits = np.asarray([fact["member"] if isinstance(fact, Mapping) else fact for fact in column])
    if bits.shape != (size,) or bits.dtype.kind not in "biuf" or not np.isin(bits, (0, 1)).all():
        raise TrialError(Problem("not_member", f"flags and claims are 0 or 1, one per case of {size}", hint))
    return bits.astype(np.int8)


CARD: Card[Oracle] = Card(NotMember, title="The claim of membership is wrong")
