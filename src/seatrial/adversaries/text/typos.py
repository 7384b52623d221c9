"""Typing mistakes at random places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.text.changes import known, strewn
from seatrial.records.batch import Attempts, Batch, Texts
from seatrial.records.card import Card
from seatrial.records.threat import Edits
from seatrial.targets.target import Target


@dataclass(frozen=True, slots=True)
class Typos:
    """Make the mistakes of a hasty typist: a key beside the right one, two letters swapped, one lost, one doubled.

    The four kinds are those of the studies of noisy text (Belinkov and Bisk, arXiv:1711.02173; Pruthi et al.,
    arXiv:1905.11268); the keyboard is QWERTY.  Each text gets as many as the threat allows, at random places of its
    own stream, in letters and digits only.  One draw per case, the target is never asked: nature, not an adversary.
    """

    kinds: tuple[str, ...] = ("neighbour", "swap", "drop", "double")
    """Keys of `changes.KINDS`."""

    def attack(self, target: Target[Texts, Any], batch: Batch[Texts], bench: Bench[Edits]) -> Attempts[Texts]:  # noqa: ARG002 - the protocol has it
        """Return every text with its mistakes; a text without letters and digits stays as it is.

        Raises:
            PlanError: If a kind is unknown.
        """
        return Attempts(stimuli=strewn(batch.inputs, known(self.kinds, "text.typos"), bench, "text.typos"))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Typos,
    title="Typing mistakes",
    oracle="same_label",
    controls=("text.spelling",),
    cites=("arXiv:1711.02173", "arXiv:1905.11268"),
    tags=("natural", "black-box"),
    lies=(
        "One draw per case: it shows the typical mistakes, not the worst; and its mistakes are those of a QWERTY "
        "keyboard, not those of people who cannot spell, or of another script."
    ),
)
