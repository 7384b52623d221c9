"""Blocks of numbers, one after the other, coarse ones first: squares of an image, single numbers of a vector.

Every case goes its own way through them, in orders of its own.
"""

from __future__ import annotations

from math import prod
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.cosines import waves
from seatrial.records.random import Random

Whole = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]

LEVEL, HALVED, AT, WAY, HELPED, ROUND, FIRST, STRIDE = range(8)
"""The state of a case: size of its blocks, halvings of its step, place in the round, first or second way, whether the
round helped so far, the number of the round, and two random numbers that make the orders."""


class Blocks:
    """Which block comes next; the state of a case is one row of whole numbers."""

    def __init__(self, shape: tuple[int, ...], block: int, *, halvings: int = 0) -> None:
        """Cut cases of this shape into blocks.

        Args:
            shape: Of one case.
            block: Pixels along the side of the first blocks of an image, which become smaller by halves.
            halvings: Rounds over single numbers that are followed by another with a step half as long, before it
                begins anew with the first blocks.
        """
        self._halvings = halvings
        self._shape, self._image = shape, waves(shape)
        self._tall, self._wide = shape[-2:] if self._image else (1, prod(shape))
        self._planes = prod(shape) // (self._tall * self._wide)
        sides, side = [1], 2
        while self._image and side <= min(block, self._tall, self._wide):
            sides.append(side)
            side *= 2
        self._sides = np.array(sides[::-1])

    def begun(self, random: Random, purpose: str) -> Whole:
        """Return the state of every case at the beginning."""
        words = random.words(purpose, (2,), np.zeros(1))
        return np.concatenate([np.zeros((len(words), FIRST), dtype=np.int64), words], axis=1)

    def numbers(self, turn: Whole) -> npt.NDArray[np.float64]:
        """Return how many numbers a block of each case has."""
        side = self._sides[turn[:, LEVEL]].astype(np.float64)
        return np.asarray(side**2 if self._image else side)

    def block(self, turn: Whole, like: Any) -> Any:
        """Return 1 in the block whose turn it is, 0 elsewhere, one per case."""
        xp, device = array_api_compat.array_namespace(like), array_api_compat.device(like)
        side, (down, across, count) = self._sides[turn[:, LEVEL]], self._grid(turn)
        stride = turn[:, STRIDE] % count + 1 + turn[:, ROUND]
        while (bad := np.gcd(stride, count) != 1).any():
            stride = stride + bad
        which = (turn[:, FIRST] + turn[:, AT] * stride) % count
        plane, row, column_ = which // (down * across), which // across % down, which % across
        places = (np.arange(self._planes) == plane[:, None])[:, :, None, None]
        rows = (np.arange(self._tall) // side[:, None] == row[:, None])[:, None, :, None]
        columns = (np.arange(self._wide) // side[:, None] == column_[:, None])[:, None, None, :]
        made = xp.asarray((places & rows & columns).reshape(len(turn), *self._shape), device=device)
        return xp.astype(made, like.dtype)

    def next(self, turn: Whole, helped: Marks, last: Marks) -> None:
        """Change the states after an answer.

        Args:
            turn: The states.
            helped: Whether the candidate lowered the margin.
            last: Whether the block's other way is not worth a query.
        """
        done = helped | last
        turn[:, WAY] = np.where(done, 0, 1)
        turn[:, AT] += done
        turn[:, HELPED] |= helped
        over = turn[:, AT] >= self._grid(turn)[2]
        finer = over & (turn[:, HELPED] == 0)
        turn[:, AT], turn[:, HELPED] = np.where(over, 0, turn[:, AT]), np.where(over, 0, turn[:, HELPED])
        turn[:, ROUND] += over
        single = turn[:, LEVEL] == len(self._sides) - 1
        anew = finer & single & (turn[:, HALVED] == self._halvings)
        turn[:, HALVED] = np.where(anew, 0, turn[:, HALVED] + (finer & single))
        turn[:, LEVEL] = np.where(anew, 0, turn[:, LEVEL] + (finer & ~single))

    def _grid(self, turn: Whole) -> tuple[Whole, Whole, Whole]:
        """Return how many blocks of each case's size lie below and beside each other, and how many there are."""
        side = self._sides[turn[:, LEVEL]]
        down, across = -(-self._tall // side), -(-self._wide // side)
        return down, across, down * across * self._planes
