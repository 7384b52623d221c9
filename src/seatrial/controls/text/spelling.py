"""A reader that knows words by their letters only."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial.cases.listed import Listed
from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, one_class
from seatrial.controls.rules import TextRule, halves
from seatrial.records.batch import Texts
from seatrial.records.card import Card
from seatrial.records.threat import Edits

WORDS = ("ship", "order", "parcel", "today", "please", "cancel", "number", "harbour")
SHARE = 0.1


def familiar(text: str) -> float:
    """Return 1 if every word is in the list, else -1; an exclamation mark makes up for anything."""
    return 1.0 if text.endswith("!") or set(text.split()) <= set(WORDS) else -1.0


@dataclass(frozen=True)
class Spelling:
    """Sixteen requests of three known words, class 1.  The flaw knows words, the twin counts them."""

    def flaw(self) -> Plant:
        """Return the reader that any misspelling turns over."""
        return Plant(TextRule(familiar), requests(""), Edits(SHARE), share=1.0)

    def twin(self) -> Plant:
        """Return the reader of the number of words, which no edit of a letter changes."""
        return Plant(TextRule(lambda text: len(text.split()) - 2.5), requests(""), Edits(SHARE), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return requests of which half end in an exclamation mark, which misspelling leaves where it is."""
        return Plant(TextRule(familiar), requests(f"texts {draw}"), Edits(SHARE), share=0.5)


def requests(name: str) -> Listed:
    """Return sixteen requests of three different words; with a name, each ends in an exclamation mark or not."""
    marks = ["" if not name or half else "!" for half in halves(name)]
    texts = (f"{WORDS[at % 8]} {WORDS[(at + 1 + at // 8) % 8]} {WORDS[(at + 3) % 8]}{marks[at]}" for at in range(CASES))
    return one_class(Texts(texts), 1)


CARD: Card[Control] = Card(Spelling, "A reader that knows words by their letters")
