"""Bandits: a gradient that is remembered from step to step, and coarser than the image, by scores alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any

import array_api_compat
import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.cosines import waves
from seatrial.adversaries.lengths import width
from seatrial.adversaries.norms import TINY
from seatrial.adversaries.probing import Probing, column, unit
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Target

MEMORY = 0.9
"""Share of the old mean size of what the probes showed, against which a new one is measured."""


@dataclass(frozen=True)
class Bandits:
    """Climb a gradient that two probes a step keep up to date (Ilyas et al., "Prior convictions", arXiv:1807.07978).

    Two things are known of gradients beforehand: they change little from one step to the next (so the last one is the
    prior of the next), and neighbouring pixels have alike ones (so the prior is coarser than the image, each of its
    numbers standing for a tile).  Each step asks at two points, along the prior with some noise added and taken away;
    what they differ by mends the prior.  Where the paper has rates for each data set, what the probes show is measured
    against its own running mean.  A vector has no tiles.  Cost of a case that stands: `queries` forward passes, the
    untouched check among them.
    """

    queries: int = 1000
    """Queries per case; the paper takes up to 10,000."""
    tile: int = 4
    """Pixels along each side that share a number of the prior; 1 is no data prior."""
    explore: float = 0.5
    """Length of the noise beside the prior, which has length 1 at most numbers."""
    reach: float = 0.2
    """How far from the point the probes lie, as a share of eps."""
    rate: float = 0.3
    """How much of a probe's noise the prior takes in."""
    step: float = 0.1
    """Length of a step, as a share of eps."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the point that broke each case, or the point of smallest margin.

        Raises:
            TrialError: If the target gives nothing to climb by.
        """
        probing = Probing(target, batch, bench, self.queries)
        xp, shape = array_api_compat.array_namespace(batch.inputs), tuple(batch.inputs.shape[1:])
        small, size = _small(shape, self.tile), width(bench.threat, batch.inputs) * self.reach
        point, usual, turn = probing.best, np.zeros(len(probing.rows)), 0
        prior = probing.random.uniform("evasion.bandits/none", small, point) * 0
        while not probing.over():
            noise = probing.random.flips(f"evasion.bandits/{turn}", small, point) * self.explore
            ends = [self._end(probing, point, prior + noise * way, size) for way in (1.0, -1.0)]
            margins, point, prior, noise, usual = probing.ask(xp.stack(ends, axis=1), point, prior, noise, usual)
            if margins.shape[1] < 2:
                break
            with np.errstate(invalid="ignore"):
                apart = margins[:, 1] - margins[:, 0]
            apart = np.where(np.isfinite(apart), apart, 0.0)
            usual = np.where(usual > 0, MEMORY * usual + (1 - MEMORY) * np.abs(apart), np.abs(apart))
            prior = _mended(prior, noise * column(apart / (usual + TINY) * self.rate / self.explore, noise))
            point = probing.room.uphill(point, _spread(prior, shape, self.tile), self.step)
            turn += 1
        return probing.attempts()

    def _end(self, probing: Probing, point: Any, prior: Any, size: float) -> Any:
        """Return where the prior leads, a little away from the point."""
        whole = _spread(prior, tuple(point.shape[1:]), self.tile)
        return probing.room.inside(point + unit(whole) * (size * sqrt(np.prod(point.shape[1:]))))


def _small(shape: tuple[int, ...], tile: int) -> tuple[int, ...]:
    """Return the shape of the prior."""
    return (*shape[:-2], *(ceil(side / tile) for side in shape[-2:])) if waves(shape) else shape


def _spread(prior: Any, shape: tuple[int, ...], tile: int) -> Any:
    """Return a prior as large as the case, every number over its tile."""
    if not waves(shape):
        return prior
    xp, device = array_api_compat.array_namespace(prior), array_api_compat.device(prior)
    down, right = (xp.arange(side, device=device) // tile for side in shape[-2:])
    return xp.take(xp.take(prior, down, axis=prior.ndim - 2), right, axis=prior.ndim - 1)


def _mended(prior: Any, found: Any) -> Any:
    """Return the prior, between -1 and 1, after one step of exponentiated gradients."""
    xp = array_api_compat.array_namespace(prior)
    up, down = (1 + prior) * xp.exp(found), (1 - prior) * xp.exp(-found)
    return (up - down) / (up + down)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Bandits,
    "Bandits with time and data priors",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=SLOPED,
    cites=("arXiv:1807.07978",),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    lies=(
        "Its priors are those of natural images: where neighbouring numbers have nothing in common it is no better "
        "than blind probing. Rounded scores and noise blunt it, and few queries look like robustness."
    ),
)
