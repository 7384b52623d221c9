"""One queue of (case, way of falling) pairs, nearest first, in place of a pass over all cases for every target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.board import Board, Floats, Rows
from seatrial.records.random import Random

Work = Callable[[Rows, Rows], int]
"""Attacks cases `(m,)` towards ways `(m,)`; returns how many cases fell."""


@dataclass(frozen=True, slots=True)
class Effort:
    """When a queue of pairs ends."""

    chunk: int = 128
    """Pairs that are worked together."""
    dry: int = 2
    """Chunks without a break after which the rest is only sampled."""
    audit: float = 0.02
    """Share of the rest that is sampled then, drawn by seed; a break among them reopens the queue."""
    most: int = 0
    """Ways per case at most, the nearest first; 0 is all."""


def worked(board: Board, random: Random, effort: Effort, purpose: str, work: Work) -> None:
    """Work the pairs of those who stand, smallest margin seen inside the ball first, until it no longer pays.

    Args:
        board: Its `gaps` are known.
        random: Of the shard: which pairs are sampled.
        effort: When to end.
        purpose: Names the stream of random numbers.
        work: Attacks a chunk and puts down on the board what it found.
    """
    if board.gaps is None:
        return
    draw = random.uniform(purpose, (board.gaps.shape[1],), np.zeros(1))
    done, dry = np.zeros(board.gaps.shape, dtype=bool), 0
    while True:
        rows, ways = _waiting(board, board.gaps, done, effort.most)
        if not rows.size:
            return
        sampled = dry >= effort.dry
        if sampled:
            chosen = np.argsort(draw[rows, ways], kind="stable")[: ceil(effort.audit * rows.size)]
            rows, ways = rows[chosen], ways[chosen]
        else:
            rows, ways = rows[: effort.chunk], ways[: effort.chunk]
        done[rows, ways] = True
        fell = 0
        for at in range(0, rows.size, effort.chunk):
            fell += work(rows[at : at + effort.chunk], ways[at : at + effort.chunk])
        if sampled and not fell:
            return
        dry = 0 if fell else dry + 1


def _waiting(board: Board, gaps: Floats, done: npt.NDArray[np.bool_], most: int) -> tuple[Rows, Rows]:
    """Return the pairs not worked yet of those who stand, nearest first; equals by digest and way."""
    standing = board.standing()
    left = np.where(done, np.inf, gaps)[standing]
    if most:
        place = np.argsort(np.argsort(gaps[standing], axis=1, kind="stable"), axis=1)
        left = np.where(place < most, left, np.inf)
    row, way = np.nonzero(np.isfinite(left))
    order = np.lexsort((way, board.rank[standing[row]], left[row, way]))
    return standing[row[order]], way[order]
