"""SPSA: all numbers moved at once, up or down by the toss of a coin, by scores alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.lengths import width
from seatrial.adversaries.probing import Probing, unit
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Target

STEPS, PROBES = 0.602, 0.101
"""Powers of the number of the turn by which steps and probes become shorter (Spall, doi:10.1109/7.705889)."""


@dataclass(frozen=True)
class Spsa:
    """Climb what simultaneous perturbations say of the margin (Spall; Uesato et al., arXiv:1802.05666).

    A probe moves every number by the same amount, up or down by the toss of a coin; it and its mirror image tell the
    slope along it.  A few such pairs make a step; steps and probes become shorter as Spall's rule has it, and a running
    mean of the slopes gives the direction.  Points lie inside ball and box, so that a probe which breaks the case
    counts.  Cost of a case that stands: `queries` forward passes, the untouched check and the point after every step
    among them.
    """

    queries: int = 1000
    """Queries per case; Uesato et al. take up to 819,200 to see through masked gradients."""
    pairs: int = 4
    """Pairs of probes for one step."""
    reach: float = 0.3
    """Length of the first probe, as a share of eps: by which every number moves in Linf, of the whole change else."""
    step: float = 0.5
    """Length of the first step, as a share of eps."""
    decay: float = 0.85
    """Share of the old direction that is kept."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the point that broke each case, or the point of smallest margin.

        Raises:
            TrialError: If the target gives nothing to climb by.
        """
        probing = Probing(target, batch, bench, self.queries)
        size, turn = width(bench.threat, batch.inputs) * self.reach, 1
        late = 0.1 * probing.left / (2 * self.pairs + 1)
        point, direction = probing.best, probing.best * 0
        while not probing.over():
            if pairs := min(self.pairs, (probing.left - 1) // 2):
                drawn = probing.random.flips(f"evasion.spsa/{turn}", (pairs, *point.shape[1:]), point)
                found, point, direction = probing.slope(point, drawn, size / turn**PROBES, direction)
                direction = direction * self.decay + unit(found)
            if not probing.over():
                share = self.step * ((1 + late) / (turn + late)) ** STEPS
                point, direction = probing.climb(point, direction, share)
            turn += 1
        return probing.attempts()


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Spsa,
    "Simultaneous perturbation stochastic approximation",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=SLOPED,
    cites=("doi:10.1109/7.705889", "arXiv:1802.05666"),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    lies=(
        "The more numbers an input has, the more probes a direction takes; with few queries on large images it hardly "
        "moves. It needs scores that tell small changes apart: rounded or noisy ones blunt it."
    ),
)
