"""A text scorer that takes whatever it is handed, and one that checks it first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.cases.listed import Listed, listed
from seatrial.controls.control import Control, Plant
from seatrial.records.batch import Texts
from seatrial.records.card import Card
from seatrial.records.threat import Malformed
from seatrial.targets.target import Face

LONGEST = 1000
"""Characters that a request may have."""
FACE = Face(takes=Texts, gives="probabilities", classes=2)
REQUESTS = ("ship my parcel", "cancel the order", "where is it now", "thank you so much", "is it open today")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Careless:
    """Keeps what it knows, and passes on anything else as not a number."""

    face: Face = FACE

    def respond(self, inputs: Any, /) -> Floats:
        """Return probabilities `(n, 2)`; NaN for what is no plain sentence, and one row for an empty batch."""
        return np.array([_chances(text) if _plain(text) else [np.nan, np.nan] for text in (inputs or ("?",))])


@dataclass(frozen=True)
class Careful:
    """The same scorer behind a check."""

    face: Face = FACE

    def respond(self, inputs: Any, /) -> Floats:
        """Return probabilities `(n, 2)`.

        Raises:
            ValueError: If a text is no plain sentence of at most `LONGEST` characters.
        """
        if not all(_plain(text) for text in inputs):
            raise ValueError(f"a request is one to {LONGEST} printable ASCII characters")
        return np.array([_chances(text) for text in inputs]).reshape(len(inputs), 2)


@dataclass(frozen=True, slots=True)
class GarbledControl:
    """Sixteen short requests."""

    def flaw(self) -> Plant:
        """Return the scorer that takes anything; every kind of garbling makes it fall."""
        return Plant(Careless(), _cases(), Malformed(), share=1.0)

    def twin(self) -> Plant:
        """Return the scorer that checks; nothing makes it fall."""
        return Plant(Careful(), _cases(), Malformed(), share=0.0)


def _plain(text: Any) -> bool:
    return isinstance(text, str) and 1 < len(text) <= LONGEST and text.isascii() and text.isprintable()


def _chances(text: str) -> list[float]:
    share = text.count("e") / len(text)
    return [1 - share, share]


def _cases() -> Listed:
    return listed(Texts(f"{REQUESTS[at % len(REQUESTS)]} {at}" for at in range(16)))


CARD: Card[Control] = Card(GarbledControl, title="A text scorer that takes whatever it is handed")
