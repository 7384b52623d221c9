"""A reader that looks for one word in a long text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.cases.listed import Listed
from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, one_class
from seatrial.controls.rules import TextRule, halves
from seatrial.records.batch import Texts
from seatrial.records.card import Card
from seatrial.records.threat import Edits

KEY = "refund"
FILL = "we waited for hours at the harbour and then the boat was gone"
SHARE = 0.005
"""Of fewer than 200 characters: one edit."""


@dataclass(frozen=True)
class Keyword:
    """Sixteen long complaints, class 1, with the word in another place each.  One edit is allowed.

    The flaw looks for the word, the twin counts words.
    """

    def flaw(self) -> Plant:
        """Return the reader of one word: whoever finds it turns the answer over."""
        return Plant(TextRule(_asked), _cases(np.ones(CASES, dtype=bool)), Edits(SHARE), share=1.0)

    def twin(self) -> Plant:
        """Return the reader of the number of words, which no edit of a letter changes."""
        target = TextRule(lambda text: len(text.split()) - 3.5)
        return Plant(target, _cases(np.ones(CASES, dtype=bool)), Edits(SHARE), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return complaints of which half have the word twice: one edit cannot reach both."""
        return Plant(TextRule(_asked), _cases(halves(f"calls {draw}")), Edits(SHARE), share=0.5)


def _asked(text: str) -> float:
    """Return how often the word is there, less a half."""
    return text.split().count(KEY) - 0.5


def _cases(once: Any) -> Listed:
    words = FILL.split()
    texts = (
        " ".join([*words[: at % len(words)], KEY, *words[at % len(words) :], *([] if once[at] else [KEY]), str(at)])
        for at in range(CASES)
    )
    return one_class(Texts(texts), 1)


CARD: Card[Control] = Card(Keyword, "A reader of one word")
