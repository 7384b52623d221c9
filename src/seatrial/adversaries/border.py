"""A walk along the border of a class towards the untouched case: the loop of FAB."""

from __future__ import annotations

from math import cos, pi
from typing import Any

import array_api_compat

from seatrial.adversaries.lengths import TINY, between, length
from seatrial.adversaries.nearest import Nearest, Seen
from seatrial.adversaries.planes import reaching

DRAWN = 0.1
"""Largest share of a step that is drawn to the untouched case."""
OVER = 0.05, 0.001
"""How far beyond the plane a step goes, as a share of the step: in the first pass of a walk, and in the last."""
BACK = 0.1, 0.002
"""How far a point that broke its case is taken back towards it, as a share of its distance: first, and last."""


def walk(hunt: Nearest, steps: int, *, start: Any = None, part: tuple[float, float] = (0.0, 1.0)) -> Any:
    """Walk along the border, so many passes, or until nobody stands; what is found is remembered by the hunt.

    Every pass gives a plane where the class would change if the target were linear.  The next point lies between the
    nearest point of that plane and the point of it that lies nearest to the untouched case, a little beyond
    (Croce and Hein, "Minimally distorted adversarial examples with a fast adaptive boundary attack",
    arXiv:1907.02044).  A point that broke its case gives a plane too, so going back costs no pass of its own.

    Args:
        hunt: In `linf`, `l2` or `l1`; one row per case, or per pair of a case and a class.
        steps: Passes, each with a gradient.
        start: Where to begin `(m, numbers)`; None is the untouched case.
        part: Where in a whole walk this one begins and ends; steps get finer towards 1.

    Returns:
        Where the rows that stand would go next.
    """
    point = hunt.x if start is None else start
    for step in range(steps):
        if hunt.over():
            break
        seen, point = hunt.pull(point)
        if hunt.rows.size:
            point = stepped(hunt, seen, point, part[0] + (part[1] - part[0]) * step / steps)
    return point


def stepped(hunt: Nearest, seen: Seen, point: Any, progress: float) -> Any:
    """Return the next points of a walk, inside the input range.

    Args:
        hunt: Whose rows stand.
        seen: What was seen at `point`.
        point: Where they are.
        progress: 0 at the beginning of a walk, 1 at its end.
    """
    xp = array_api_compat.array_namespace(point)
    early = (1 + cos(pi * progress)) / 2
    over, back = (fine + (coarse - fine) * early for coarse, fine in (OVER, BACK))
    slope, one = seen.gradient, xp.ones_like(seen.margin)
    begun = hunt.x + (point - hunt.x) * xp.where(seen.broken, one * (1 - back), one)[:, None]
    # The plane, as seen from the point that a step begins at, and from the untouched case.
    left = seen.margin + xp.sum(slope * (point - begun), axis=1)
    whole = seen.margin + xp.sum(slope * (point - hunt.x), axis=1)
    turned = slope * xp.where(left < 0, -one, one)[:, None]
    here = reaching(hunt.norm, turned, xp.abs(left), hunt.low - begun, hunt.high - begun)
    there = reaching(hunt.norm, slope, whole, hunt.low - hunt.x, hunt.high - hunt.x)
    near, far = length(hunt.norm, here), length(hunt.norm, there)
    drawn = xp.minimum(near / (near + far + TINY), one * DRAWN)[:, None]
    made = (begun + here * (1 + over)) * (1 - drawn) + (hunt.x + there * (1 + over)) * drawn
    return between(made, hunt.low, hunt.high)


def narrowing(hunt: Nearest, passes: int) -> None:
    """Walk all pairs of a case a little, the nearer half of them further, and so on until one is left.

    Args:
        hunt: Of pairs (`Nearest.pair`).
        passes: What each case may spend over all of its pairs.
    """
    counts, width = list[int](), hunt.width
    while width:
        counts.append(width)
        width //= 2
    point, total = None, sum(count**0.5 for count in counts)
    for round_, count in enumerate(counts):
        kept = hunt.narrow(count)
        point = None if point is None else point[kept]
        steps = max(1, int(passes * count**0.5 / total / count))
        point = walk(hunt, steps, start=point, part=(round_ / len(counts), (round_ + 1) / len(counts)))
