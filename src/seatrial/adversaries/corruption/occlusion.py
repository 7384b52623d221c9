"""A grey rectangle in the worst place."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import sqrt
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.sweep import Candidate, sweep
from seatrial.records.batch import Array, Attempts, Batch, copied
from seatrial.records.card import Card
from seatrial.records.threat import Patch
from seatrial.targets.target import AIMED, Target


@dataclass(frozen=True)
class Occlusion:
    """Cover one rectangle with grey, and search the place where the model stands it worst.

    The places are a fixed grid that reaches all four borders, asked one after the other: a case leaves at the first
    place that breaks it, and what stands is handed back at the place of smallest margin (Zeiler and Fergus,
    arXiv:1311.2901, slid the same square to see what a network looks at).  The rectangle has the proportions of the
    image and at most the share of its area that the threat allows; grey is the middle of the input range.  A target
    that gives labels only is swept the same way.  Cost of a case that stands: 1 + places² forward passes, fewer if
    the threat's queries run out.
    """

    places: int = 7
    """Places along each side."""
    part: float = 1.0
    """Share of the area that the threat allows which is used: a scenario may try growing rectangles, one after the
    other."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Patch]) -> Attempts[Array]:
        """Return every image with the rectangle where it broke, or where the margin is smallest."""
        x: Any = batch.inputs
        tall, wide = _rectangle(tuple(x.shape[-2:]), bench.threat.share * self.part)
        corners = [] if tall * wide == 0 else _grid(tuple(x.shape[-2:]), (tall, wide), self.places)
        grey = (bench.threat.low + bench.threat.high) / 2

        def candidate(top: int, left: int) -> Candidate:
            return lambda rows: _covered(x[rows], (slice(top, top + tall), slice(left, left + wide)), grey)

        found, _ = sweep(target, batch, bench, [candidate(top, left) for top, left in corners])
        return Attempts(stimuli=found)


def _covered(x: Any, spot: tuple[slice, slice], grey: float) -> Any:
    """Return a copy of the images with one rectangle in grey."""
    point = copied(x)
    point[..., *spot] = grey
    return point


def _rectangle(size: tuple[int, int], share: float) -> tuple[int, int]:
    """Return height and width of the largest rectangle of the image's proportions within the share; 0 if none."""
    height, width = size
    tall = min(height, max(1, int(height * sqrt(share))))
    return tall, min(width, int(share * height * width / tall + 1e-9))


def _grid(size: tuple[int, int], patch: tuple[int, int], places: int) -> list[tuple[int, int]]:
    """Return the corners to try, evenly from border to border, without repetition."""
    down, right = (
        sorted({round(float(at)) for at in np.linspace(0, whole - part, max(1, places))})
        for whole, part in zip(size, patch, strict=True)
    )
    return list(product(down, right))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Occlusion,
    "A grey rectangle in the worst place",
    oracle="same_label",
    controls=("corruption.occlusion_sensitive",),
    reads=AIMED,
    cites=("arXiv:1311.2901",),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    rank=3,
    lies=(
        "It tries one grey rectangle on a grid; another colour, another shape or a place between the grid's "
        "may be worse."
    ),
)
