"""No attack at all: every case as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.records.batch import Attempts, Batch
from seatrial.records.card import Card
from seatrial.targets.target import Target


@dataclass(frozen=True)
class Clean:
    """Present every case untouched: what the model does before anyone tries to break it.

    It plays under any threat and in any modality.  A model that is wrong here is wrong under every attack, so
    this is the baseline that the other scenarios are read against.
    """

    def attack(self, target: Target[Any, Any], batch: Batch[Any], bench: Bench[Any]) -> Attempts[Any]:  # noqa: ARG002 - the protocol has it
        """Return an attempt without stimuli: the batch's own inputs are presented."""
        return Attempts()


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Clean,
    "The cases as they are",
    oracle="same_label",
    controls=("evasion.untouched",),
    cites=("ISO/IEC TR 24029-1:2021",),
    tags=("black-box",),
    lies=(
        "It changes nothing, so it says nothing of changed inputs; and cases that are like the training data "
        "flatter every model."
    ),
)
