"""Fields that arrive empty, at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.faults.fields import emptied, filled
from seatrial.records.batch import Array, Attempts, Batch, Frame
from seatrial.records.card import Card
from seatrial.records.threat import Missing
from seatrial.targets.target import Target


@dataclass(frozen=True, slots=True)
class Blanks:
    """Empty as many fields of every row as the threat allows, each as likely as the other (missing at random).

    It is the mildest of Rubin's three kinds (doi:10.1093/biomet/63.3.581); `faults.missing` searches for the worst
    fields instead.  Fields that are empty already do not count.  One draw per case, the target is never asked, so a
    model that raises on an empty field is seen to raise.
    """

    def attack(
        self,
        target: Target[Any, Any],  # noqa: ARG002 - the protocol has it
        batch: Batch[Frame | Array],
        bench: Bench[Missing],
    ) -> Attempts[Frame | Array]:
        """Return every row without some of its fields.

        Raises:
            TrialError: If the cases are no rows of a table that can have a field missing.
        """
        there = filled(batch.inputs)
        luck = np.where(there, bench.random.uniform("faults.blanks", there.shape[1:], np.zeros(1)), np.inf)
        rank = luck.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
        return Attempts(stimuli=emptied(batch.inputs, (rank < bench.threat.fields) & there))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Blanks,
    title="Fields that arrive empty",
    oracle="same_label",
    controls=("faults.blanks",),
    cites=("doi:10.1093/biomet/63.3.581",),
    tags=("natural", "black-box"),
    rank=1,
    lies=(
        "One draw per case, and every field is as likely as the other: in real outages fields of one source go "
        "missing together, and for reasons that have to do with the answer."
    ),
)
