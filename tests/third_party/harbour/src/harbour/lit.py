"""The lamp is called what it is."""

from dataclasses import dataclass

import numpy as np

from seatrial.errors import TrialError
from seatrial.oracles.oracle import Oracle
from seatrial.records.batch import Verdicts
from seatrial.records.card import Card


@dataclass(frozen=True)
class Lit:
    """Held where the larger of two logits is the label's."""

    def judge(self, batch, attempts, answers, /):
        """Return verdicts; a row that raised is not held."""
        if batch.labels is None or not answers.tried or not all(np.ndim(said) == 2 for said in answers.tried):
            raise TrialError("lit judges logits of labelled cases")
        margins = np.stack([_margin(said, batch.labels) for said in answers.tried], axis=1)
        failed = np.array([[bool(text) for text in draw] for draw in answers.errors]).T
        held = np.where(np.isnan(margins) | (margins == 0), 2, margins > 0).astype(np.int8)
        return Verdicts(np.where(failed, 0, held).astype(np.int8), margins.min(axis=1))


def _margin(said, labels):
    at = np.arange(len(said))
    return said[at, labels] - said[at, 1 - labels]


CARD: Card[Oracle] = Card(Lit, "The lamp is called what it is")
