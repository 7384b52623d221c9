"""A reader that takes a Cyrillic letter for another letter than its Latin twin, and one that folds them first."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial.adversaries.text.changes import ALIKE, UNSEEN
from seatrial.controls.control import Control, Plant
from seatrial.controls.rules import TextRule
from seatrial.controls.text.spelling import SHARE, familiar, requests
from seatrial.records.card import Card
from seatrial.records.threat import Edits

FOLD = str.maketrans({**{other: letter for letter, other in ALIKE.items()}, **dict.fromkeys(UNSEEN, "")})


@dataclass(frozen=True)
class Lookalikes:
    """Sixteen requests of three known words, class 1.  Both know words by their letters, the twin after folding."""

    def flaw(self) -> Plant:
        """Return the reader that any foreign character turns over."""
        return Plant(TextRule(familiar), requests(""), Edits(SHARE), share=1.0)

    def twin(self) -> Plant:
        """Return the reader that folds look-alikes and drops what cannot be seen; nothing turns it over."""
        return Plant(TextRule(lambda text: familiar(text.translate(FOLD))), requests(""), Edits(SHARE), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return requests of which half end in an exclamation mark, which has no look-alike."""
        return Plant(TextRule(familiar), requests(f"texts {draw}"), Edits(SHARE), share=0.5)


CARD: Card[Control] = Card(Lookalikes, "A reader that tells look-alike letters apart")
