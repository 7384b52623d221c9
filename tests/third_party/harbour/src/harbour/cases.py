"""Rows whose brightness climbs from dark to lit."""

import numpy as np

from seatrial.cases.cases import Cases
from seatrial.cases.listed import listed
from seatrial.records.card import Card


def make(settings, folder):
    """Return `count` rows of eight numbers, from 0 to 1, labelled by whether their mean is above a half."""
    count = int(settings.get("count", 16))
    level = (np.arange(count) + 0.5) / count
    wave = 0.01 * np.sin(np.arange(8))[None] * (0.5 - abs(level - 0.5))[:, None]
    rows = np.clip(level[:, None] + wave - wave.mean(axis=1, keepdims=True), 0.0, 1.0)
    return listed(rows, (level > 0.5).astype(np.int64))


CARD: Card[Cases] = Card(make, "Rows from dark to lit")
