"""One queue of (case, way of falling) pairs, nearest first, in place of a pass over all cases for every target."""

from __future__ import annotations

from math import ceil

import numpy as np

from seatrial.adversaries.board import Board, Rows
from seatrial.records.random import Random

WAYS = 9
"""Ways of a case that are worked, the nearest at the time: with ten classes all, with a thousand a hundredth."""


class Pairs:
    """The pairs of a shard that wait to be attacked, by the smallest margin seen inside the ball over all passes."""

    def __init__(self, board: Board, random: Random, purpose: str) -> None:
        """Begin with every pair waiting.

        Args:
            board: Who stands, and how near each came to falling in each way.
            random: Of the shard: which pairs are sampled.
            purpose: Names the stream of random numbers.
        """
        self._board, self._random, self._purpose = board, random, purpose
        self._done = np.zeros((len(board.least), 0), dtype=bool)

    def take(self, size: int) -> tuple[Rows, Rows]:
        """Return cases and ways of the nearest so many pairs that wait, and strike them out."""
        return self._struck(*(column[:size] for column in self._waiting()))

    def sample(self, share: float) -> tuple[Rows, Rows]:
        """Return cases and ways of a share of those that wait, chosen by seed, and strike them out."""
        rows, ways = self._waiting()
        if not rows.size:
            return rows, ways
        draw = self._random.uniform(self._purpose, self._done.shape[1:], np.zeros(1))
        chosen = np.argsort(draw[rows, ways], kind="stable")[: ceil(share * rows.size)]
        return self._struck(rows[chosen], ways[chosen])

    def _struck(self, rows: Rows, ways: Rows) -> tuple[Rows, Rows]:
        self._done[rows, ways] = True
        return rows, ways

    def _waiting(self) -> tuple[Rows, Rows]:
        """Return the pairs of those who stand that were not struck out, nearest first; equals by digest and way."""
        standing, gaps = self._board.standing(), self._board.gaps
        if gaps is None or not standing.size:
            return standing[:0], standing[:0]
        if self._done.shape != gaps.shape:
            self._done = np.zeros(gaps.shape, dtype=bool)
        near = gaps[standing]
        if near.shape[1] > WAYS:
            near = np.where(near <= np.partition(near, WAYS - 1, axis=1)[:, WAYS - 1 : WAYS], near, np.inf)
        left = np.where(self._done[standing], np.inf, near)
        row, way = np.nonzero(np.isfinite(left))
        order = np.lexsort((way, self._board.rank[standing[row]], left[row, way]))
        return standing[row[order]], way[order]
