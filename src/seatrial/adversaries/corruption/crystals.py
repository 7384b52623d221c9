"""Panes of frost, grown by a rule from fixed streams: nobody's photographs, and the same in every trial."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.corruption.smooth import along
from seatrial.records.random import Random

Floats = npt.NDArray[np.float64]

SIDE = 512
"""Pixels of a pane, which continues at its opposite border."""
LEVELS = (0.51, 0.81, 0.77, 0.60, 0.48)
SPREADS = (0.07, 0.09, 0.10, 0.12, 0.17)
"""Mean and deviation of the brightness of each pane: about those of the published photographs."""
TINT = (0.88, 1.02, 1.10)
"""Red, green and blue of frost, as parts of its brightness."""
SEEDS, ARMS, TWIGS = 26, 6, 2
"""Crystals on a pane, arms of each, and how often they branch."""
STEP, REACH = 0.7, 150.0
"""Pixels between two dots of a needle, and length of the longest arm."""
ROUGH = 1.3
"""How fast clouds lose strength with their fineness."""


@lru_cache(maxsize=8)
def panes(side: int) -> npt.NDArray[np.float32]:
    """Return five panes, `(5, 3, side, side)`, from 0 to 1, that continue at their opposite borders.

    Args:
        side: Pixels; areas of the grown pane are averaged.
    """
    grown = np.stack([_pane(at) for at in range(len(LEVELS))])
    fewer = _areas(SIDE, side)
    level = along(grown, fewer, fewer)
    made: npt.NDArray[np.float32] = np.clip(level[:, None] * np.array(TINT)[:, None, None], 0, 1).astype(np.float32)
    made.setflags(write=False)
    return made


@lru_cache(maxsize=8)
def _pane(at: int) -> Floats:
    """Return the brightness of one pane `(SIDE, SIDE)`, before it is coloured."""
    random = Random(b"corruption.frost".ljust(32, b"\0"), (bytes([at]) * 32,))
    made = 0.8 * _clouds(random) + _even(_needles(random))
    made = (made - made.mean()) / made.std()
    return np.asarray(np.clip(LEVELS[at] + SPREADS[at] * made, 0, 1))


def _clouds(random: Random) -> Floats:
    """Return clouds without a border, of mean 0 and deviation 1."""
    waves = np.fft.rfft2(random.grain("clouds", (SIDE, SIDE))[0])
    down, right = np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)
    fine = np.maximum(np.hypot(down, right), 1 / SIDE)
    made = np.fft.irfft2(waves / fine**ROUGH, (SIDE, SIDE))
    return np.asarray((made - made.mean()) / made.std())


def _even(light: Floats) -> Floats:
    """Return needles with a faint shine around them; where many cross, they do not add up."""
    down, right = np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)
    waves, square = np.fft.rfft2(light), (down**2 + right**2) * 2 * np.pi**2
    sharp, wide = (np.fft.irfft2(waves * np.exp(-square * reach**2), (SIDE, SIDE)) for reach in (0.6, 5.0))
    return np.asarray(2.2 * np.tanh(1.1 * sharp) + 1.6 * np.tanh(2.0 * wide))


def _needles(random: Random) -> Floats:
    """Return how many dots of needles fall on each pixel: crystals with six arms that branch again and again."""
    place = random.uniform("places", (SEEDS, 2), np.zeros(1))[0] * SIDE
    turn = random.uniform("turns", (SEEDS,), np.zeros(1))[0] * np.pi / 3
    lot = random.uniform("lengths", (SEEDS, ARMS), np.zeros(1))[0]
    angle = (turn[:, None] + np.arange(ARMS) * np.pi / 3).reshape(-1)
    start, length = np.repeat(place, ARMS, axis=0), REACH * (0.15 + 0.85 * lot.reshape(-1) ** 2)
    light, made = 1.0, np.zeros(SIDE * SIDE)
    for branching in range(TWIGS + 1):
        _dotted(made, start, angle, length, light)
        start, angle, length = _branched(random, branching, start, angle, length)
        light *= 0.75
    return made.reshape(SIDE, SIDE)


def _dotted(made: Floats, start: Floats, angle: Floats, length: Floats, light: float) -> None:
    """Add the dots of needles to a pane; they get fainter towards their ends."""
    steps = np.arange(0, length.max(), STEP)
    needle, step = np.nonzero(steps[None, :] < length[:, None])
    along_ = steps[step]
    where = np.stack([np.sin(angle), np.cos(angle)], axis=1)[needle] * along_[:, None] + start[needle]
    cell = np.floor(where).astype(np.int64) % SIDE
    np.add.at(made, cell[:, 0] * SIDE + cell[:, 1], light * (1 - 0.6 * along_ / length[needle]))


def _branched(
    random: Random, branching: int, start: Floats, angle: Floats, length: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return the twigs of needles: pairs at some 60 degrees, shorter towards the end."""
    gap = 7.0
    count = np.maximum(length / gap, 0).astype(np.int64)
    parent = np.repeat(np.arange(len(length)), count)
    rank = np.arange(len(parent)) - np.repeat(np.cumsum(count) - count, count)
    lots = random.uniform(f"twigs {branching}", (2, len(parent), 2), np.zeros(1))[0]
    share = (rank + 0.3 + 0.7 * lots[0, :, 0]) * gap / length[parent]
    where = (
        start[parent] + (np.stack([np.sin(angle), np.cos(angle)], axis=1) * length[:, None])[parent] * share[:, None]
    )
    sides = np.where(lots[0, :, 1] < 0.5, -1, 1)
    lean = angle[parent] + sides * np.pi / 3 * (0.9 + 0.2 * lots[1, :, 0])
    size = np.clip(1 - share, 0, 1) * length[parent] * (0.15 + 0.35 * lots[1, :, 1])
    kept = size > 2
    return where[kept], lean[kept], size[kept]


def _areas(before: int, after: int) -> Floats:
    """Return the shares of old pixels in each new one, `(after, before)`: areas averaged."""
    edges = np.arange(after + 1) * (before / after)
    first, last = edges[:-1, None], edges[1:, None]
    place = np.arange(before)
    overlap = np.clip(np.minimum(last, place + 1) - np.maximum(first, place), 0, None)
    return np.asarray(overlap / overlap.sum(axis=1, keepdims=True))
