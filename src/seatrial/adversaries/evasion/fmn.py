"""Fast minimum norm: steps uphill in a ball whose radius follows the nearest break."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi
from typing import Any

import array_api_compat

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.lengths import TINY, between, length, pressed, within
from seatrial.adversaries.nearest import Nearest, Seen
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import NORMS, Ball
from seatrial.targets.target import SLOPED, Differentiable

DUAL = {"linf": "l1", "l2": "l2", "l1": "linf", "l0": "linf"}
FINE = 0.01
"""Share of the first step, and of the first change of the radius, that the last one has."""


@dataclass(frozen=True)
class Fmn:
    """Find the nearest point that breaks each case, by a ball that breathes (Pintor et al., arXiv:2102.12827).

    Each pass takes a step uphill and goes back into a ball.  The ball shrinks while the point breaks its case and grows
    while it does not; before the first break it is as large as a plane through the present point would ask for.  Steps
    and breaths get finer along half a cosine.  What is handed back is the nearest break, if the threat allows it, else
    the best point of the ball of the threat.  Cost of a case that goes on: steps passes with their gradients, and one
    forward pass where the nearest break lies outside.
    """

    steps: int = 100
    """Passes."""
    step: float = 1.0
    """Length (L2) of the first step, as a share of the input range; hardened networks ask for more (3, in Linf 5)."""
    breath: float = 0.05
    """Share by which the ball shrinks or grows at first."""
    minimise: bool = False
    """Whether a case that is broken inside the ball goes on, to be broken nearer; otherwise it leaves in that pass."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the nearest point that broke each case, or the best point of the ball."""
        hunt = Nearest(target, batch, bench, minimise=self.minimise)
        point, radius = hunt.x, hunt.far if hunt.norm != "l0" else hunt.x[:, 0] * 0 + 1
        for step in range(self.steps):
            if hunt.over():
                break
            seen, point, radius = hunt.pull(point, radius)
            if hunt.rows.size:
                early = FINE + (1 - FINE) * (1 + cos(pi * step / self.steps)) / 2
                radius = breathed(hunt, seen, radius, self.breath * early)
                point = _moved(hunt, seen, point, radius, self.step * early)
        return hunt.attempts()


def breathed(hunt: Nearest, seen: Seen, radius: Any, share: float) -> Any:
    """Return the next radii: smaller where the point broke its case, larger where it did not."""
    xp = array_api_compat.array_namespace(radius)
    found = xp.isfinite(hunt.far)
    if hunt.norm == "l0":
        less = xp.minimum(xp.minimum(radius - 1, xp.floor(radius * (1 - share))), hunt.far)
        more = xp.maximum(radius + 1, xp.floor(radius * (1 + share)))
        return xp.maximum(xp.where(seen.broken, less, more), xp.zeros_like(radius))
    plane = seen.size + xp.abs(seen.margin) / (length(DUAL[hunt.norm], seen.gradient) + TINY)
    grown = xp.where(found, radius, plane) * (1 + share)
    return xp.where(seen.broken, xp.minimum(radius * (1 - share), hunt.far * (1 - share)), grown)


def _moved(hunt: Nearest, seen: Seen, point: Any, radius: Any, step: float) -> Any:
    """Return the points one step further, in range and ball at once: no radius is spent on what the range cuts off."""
    xp = array_api_compat.array_namespace(point)
    slope = seen.gradient
    stuck = ((slope > 0) & (point >= hunt.high)) | ((slope < 0) & (point <= hunt.low))
    slope = xp.where(stuck, xp.zeros_like(slope), slope)
    size = (step * hunt.span / (length("l2", slope) + TINY))[:, None]
    low, high, wish = hunt.low - hunt.x, hunt.high - hunt.x, point + slope * size - hunt.x
    if hunt.norm == "l1":
        change = pressed(wish, low, high, radius)
    else:
        change = within(hunt.norm, between(wish, low, high), radius)
    return between(hunt.x + change, hunt.low, hunt.high)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Fmn,
    "Fast minimum norm",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=SLOPED,
    norms=NORMS,
    cites=("arXiv:2102.12827",),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    lies=(
        "It climbs the margin: a gradient that is 0, hidden or of another step than the one that decides gives it no "
        "direction.  The nearest break that it found is not the nearest there is."
    ),
)
