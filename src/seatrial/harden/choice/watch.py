"""Between two checks: a glance at few cases, so that a collapse is seen while it happens.

A check asks hundreds of cases and costs as much as some updates, so it comes a few times in a run.  A glance asks
`FEW` of the same cases, by one step of the whole radius and by steps of half of it, a hundred times in a long run.
What speaks for a collapse is summed over glances, less what chance and a bad moment bring; where the sum rings, a
check follows at once, and decides.  A false alarm costs a check and nothing else.  No clock is asked, so a run that is
gone on with glances, rings and checks at the same updates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from seatrial.harden.choice.jury import GAP, Jury, Seen
from seatrial.harden.space import Space
from seatrial.records.batch import Batch
from seatrial.records.threat import Ball

GLANCES, SHARE = 100, 0.02
"""Glances of a run, and the share of the training that they may cost: a short run has fewer."""
PASSES, LEAST = 5, 3
"""Passes of a glance over its cases, and of an update over its batch at least."""
DOUBT = 4
"""Updates after which a fall is looked at again at the earliest."""
FEW, STEPS, STRIDE = 16, 2, 0.5
"""Cases of a glance, and its steps beside the long one, in radii."""
ALLOWED, BAR = GAP, 4.0
"""Share of the cases that may speak for a collapse where there is none, and cases beyond these at which it rings; twice
as many after each false alarm."""
AGAIN = 0.02
"""Share of the run after which a check that saw robust overfitting is made again, rather than at the next turn."""

Held = npt.NDArray[np.bool_]


@dataclass
class Watch:
    """What the glances of a run have summed up; part of every checkpoint."""

    count: int = 0
    """Glances so far: each looks at the next cases of the sample."""
    last: int = 0
    """Update of the last one, or of the last check."""
    score: float = 0.0
    """Cases that speak for a collapse, beyond those that are allowed for."""
    false: int = 0
    """Alarms after which the check saw nothing."""
    again: float = 0.0
    """Progress at which a check is made again; 0 is none."""
    cases: Batch[Any] | None = field(default=None, repr=False, compare=False)
    """The cases of a check, the same at each; looked up once, and no part of a checkpoint."""

    def doubted(self, now: float, step: int) -> bool:
        """Return whether it is time to look again at a fall.

        Args:
            now: Share of the run that is over.
            step: Updates so far.
        """
        return 0 < self.again <= now and step - self.last >= DOUBT

    def due(self, before: float, now: float, step: int, batch: int) -> bool:
        """Return whether it is time to glance.

        Args:
            before: Progress before the last update.
            now: Progress after it.
            step: Updates so far.
            batch: Cases per update.
        """
        return int(now * GLANCES) > int(before * GLANCES) and step - self.last >= apart(batch)

    def seen(self, module: Any, jury: Jury, best: Seen) -> int:
        """Glance at a module, and return how many cases speak for a collapse, less those that speak against it.

        A case that stands one step and falls to shorter ones speaks for it, and so does one that fell since the best
        check; one that stands now and fell then speaks against it.  Without a ball there is nothing to see.

        Args:
            module: In evaluation mode, without gradients at its parameters.
            jury: Who checks: its cases are asked, in its balls in turn.
            best: The best check so far.
        """
        balls = [rule.bounds for rule in jury.rules if rule.sloped]
        if not balls:
            return 0
        if self.cases is None or len(self.cases) != len(best.held):
            self.cases = jury.sample(len(best.held))
        rows = (np.arange(FEW) + self.count * FEW) % len(self.cases)
        part = self.cases.take(rows)
        one, many = glance(module, part.inputs, part.labels, balls[self.count % len(balls)])
        return int((one & ~many).sum()) + int((best.held[rows] & ~many).sum()) - int((many & ~best.held[rows]).sum())

    def rings(self, seen: int, step: int) -> bool:
        """Count what a glance saw, and return whether a check has to follow.

        Args:
            seen: What `seen` returned.
            step: Updates so far.
        """
        self.score = max(0.0, self.score + seen - ALLOWED * FEW)
        self.count, self.last = self.count + 1, step
        return bool(self.score >= BAR * 2.0**self.false)

    def checked(self, progress: float, step: int, *, false: bool = False, falls: int = 0) -> None:
        """Begin anew after a check.

        Args:
            progress: Share of the run that is over.
            step: Updates so far.
            false: Whether the check was made because of an alarm, and training has not collapsed.
            falls: Checks in a row that saw robust overfitting.
        """
        self.score, self.last, self.false = 0.0, step, self.false + false
        self.again = progress + AGAIN if falls else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {name: getattr(self, name) for name in ("count", "last", "score", "false", "again")}


def apart(batch: int) -> int:
    """Return how many updates there are between two glances at least, by passes alone: no clock is asked.

    Args:
        batch: Cases per update.
    """
    return ceil(FEW * PASSES / (SHARE * LEAST * batch))


def glance(module: Any, inputs: Any, labels: Any, ball: Ball) -> tuple[Held, Held]:
    """Return which cases stand one step of the whole radius, and which stand that and shorter steps, `(n,)` each.

    Args:
        module: In evaluation mode; `1 + STEPS` gradients at its inputs are taken.
        inputs: The untouched inputs, `(n, ...)`.
        labels: Their classes `(n,)`.
        ball: The rules.
    """
    space, labels = Space(ball, inputs), labels.long()
    slope, right = _climbed(module, inputs, labels)
    with torch.no_grad():
        one = right & _right(module(space.uphill(inputs, slope, 1.0)), labels)
        points, many = space.uphill(inputs, slope, STRIDE), one.clone()
    for _ in range(STEPS):
        slope, stands = _climbed(module, points, labels)
        points, many = space.uphill(points, slope, STRIDE), many & stands
    with torch.no_grad():
        many &= _right(module(points), labels)
    return one.cpu().numpy(), many.cpu().numpy()


def _climbed(module: Any, points: Any, labels: Any) -> tuple[Any, Any]:
    """Return where the cross-entropy of each case rises, and which cases are answered right."""
    points = points.detach().requires_grad_()
    answers = module(points).float()
    loss = torch.nn.functional.cross_entropy(answers, labels, reduction="sum")
    (slope,) = torch.autograd.grad(loss, points)
    return slope, _right(answers.detach(), labels)


def _right(answers: Any, labels: Any) -> Any:
    """Return which cases get their class by a score strictly above all others."""
    truth = answers.gather(1, labels[:, None])
    return (answers < truth).sum(dim=1) == answers.shape[1] - 1
