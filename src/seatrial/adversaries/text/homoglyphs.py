"""Characters that look the same, or cannot be seen, at random places."""

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
class Homoglyphs:
    """Replace letters by look-alikes of other alphabets, and put characters without width between letters.

    A person reads the text as before; a model may see other words (Boucher et al., "Bad characters",
    arXiv:2106.09898).  The look-alikes are single characters of the confusables of Unicode TR 39.  Each text gets as
    many as the threat allows, at random places of its own stream.  One draw per case, the target is never asked.
    """

    kinds: tuple[str, ...] = ("lookalike", "unseen")
    """Keys of `changes.KINDS`."""

    def attack(self, target: Target[Texts, Any], batch: Batch[Texts], bench: Bench[Edits]) -> Attempts[Texts]:  # noqa: ARG002 - the protocol has it
        """Return every text with foreign characters in it; a text without letters and digits stays as it is.

        Raises:
            PlanError: If a kind is unknown.
        """
        return Attempts(stimuli=strewn(batch.inputs, known(self.kinds, "text.homoglyphs"), bench, "text.homoglyphs"))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Homoglyphs,
    title="Look-alike and invisible characters",
    oracle="same_label",
    controls=("text.lookalikes",),
    cites=("arXiv:2106.09898",),
    tags=("atlas:AML.T0043", "nist:NISTAML.025", "black-box"),
    lies=(
        "The places are random, not searched: an attacker who asks the model puts the same characters where they "
        "hurt (text.search with these kinds); and letters without a look-alike in the list are left alone."
    ),
)
