"""Tones whose loudness and level are known: what planted flaws for signals listen to."""

from __future__ import annotations

from typing import Any

import numpy as np

from seatrial.controls.control import Plant
from seatrial.controls.plants import CASES, Floats, Rule, one_class
from seatrial.records.threat import Corruption

SAMPLES, PERIOD = 200, 40
SEVERITY = 3


def tones(loud: Any, level: Any = 0.5) -> Floats:
    """Return sine tones of five periods `(16, 200)`, float32, each with another phase.

    Args:
        loud: Amplitude of each.
        level: What each swings around.
    """
    at = np.arange(SAMPLES)[None, :] + np.arange(CASES)[:, None] * 0.7
    wave = np.sin(2 * np.pi * at / PERIOD)
    made: Floats = (np.reshape(level, (-1, 1)) + np.reshape(loud, (-1, 1)) * wave).astype(np.float32)
    return made


def tuned(score: Any, signals: Floats, *, label: int, share: float) -> Plant:
    """Return a rule over tones, all of one class."""
    return Plant(Rule(score, (SAMPLES,)), one_class(signals, label), Corruption(SEVERITY), share)


def peak(signals: Floats) -> Floats:
    """Return the largest swing around 0.5."""
    most: Floats = np.abs(signals - 0.5).max(axis=1)
    return most


def crossings(signals: Floats) -> Floats:
    """Return how often each signal crosses 0.5."""
    found: Floats = np.abs(np.diff(signals > 0.5, axis=1)).sum(axis=1)
    return found


def still(signals: Floats) -> Floats:
    """Return the most steps in a row in which a signal does not move."""
    quiet = np.abs(np.diff(signals, axis=1)) < 1e-4
    runs = np.zeros(len(signals))
    longest = runs.copy()
    for step in quiet.T:
        runs = np.where(step, runs + 1, 0)
        longest = np.maximum(longest, runs)
    return longest
