"""Dark rows just below the threshold, and the same rows before a detector with a safe distance."""

from dataclasses import dataclass

import numpy as np

from harbour.lighthouse import Lighthouse
from seatrial.cases.listed import listed
from seatrial.controls.control import Control, Plant
from seatrial.records.card import Card
from seatrial.records.threat import Ball


@dataclass(frozen=True)
class FogControl:
    """Eight dark rows."""

    def flaw(self):
        """Return a detector that any fog lights."""
        return Plant(Lighthouse(0.5), _rows(), Ball("linf", 0.1), share=1.0)

    def twin(self):
        """Return one that no fog lights."""
        return Plant(Lighthouse(0.75), _rows(), Ball("linf", 0.1), share=0.0)


def _rows():
    return listed(0.45 + 0.001 * np.arange(64.0).reshape(8, 8) / 8, np.zeros(8, dtype=np.int64))


CARD: Card[Control] = Card(FogControl, "A detector just above its cases")
