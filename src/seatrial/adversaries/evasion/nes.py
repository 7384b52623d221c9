"""NES: the gradient estimated from pairs of normal probes, by scores alone."""

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


@dataclass(frozen=True)
class Nes:
    """Estimate the gradient of the margin from pairs of normal probes, and climb it (Ilyas et al., arXiv:1804.08598).

    Natural evolution strategies: each probe and its mirror image lie a little on either side of the point; their
    differences, summed, are the gradient, smoothed.  Steps follow a running sum of such gradients and become shorter
    towards the end of the budget.  Every probe lies inside ball and box, so that one which breaks the case counts; all
    probes of a step are asked together.  Cost of a case that stands: `queries` forward passes, the untouched check and
    the point after every step among them.
    """

    queries: int = 1000
    """Queries per case; the paper takes up to 10,000 for untargeted attacks on large images."""
    pairs: int = 12
    """Pairs of probes for one gradient."""
    reach: float = 0.2
    """Length of a probe, as a share of eps: by which every number moves in Linf, of the whole change else."""
    step: float = 0.3
    """Length of the first step, as a share of eps; the last is a tenth of it."""
    decay: float = 0.7
    """Share of the old direction that is kept."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the point that broke each case, or the point of smallest margin.

        Raises:
            TrialError: If the target gives nothing to climb by.
        """
        probing = Probing(target, batch, bench, self.queries)
        size, whole = width(bench.threat, batch.inputs) * self.reach, probing.left + 1
        point, direction, turn = probing.best, probing.best * 0, 0
        while not probing.over():
            if pairs := min(self.pairs, (probing.left - 1) // 2):
                drawn = probing.random.bell(f"evasion.nes/{turn}", (pairs, *point.shape[1:]), point)
                found, point, direction = probing.slope(point, drawn, size, direction)
                direction = direction * self.decay + unit(found)
            if not probing.over():
                share = self.step * max(0.1, probing.left / whole)
                point, direction = probing.climb(point, direction, share)
            turn += 1
        return probing.attempts()


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Nes,
    "Natural evolution strategies",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=SLOPED,
    cites=("arXiv:1804.08598",),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    lies=(
        "The more numbers an input has, the more probes a gradient takes: with few queries on large images it hardly "
        "moves. Rounded scores and noise blunt it; Square is stronger on images at the same budget."
    ),
)
