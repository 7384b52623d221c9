"""Where training attacks go: starts, steps and projections in a ball, in torch.

What is trained on is no claim, so nothing is rounded inwards here; Linf is written out because it is in every step of
most recipes, the other norms are those of the attacks (`adversaries.norms`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from seatrial.adversaries.norms import Room
from seatrial.records.random import Random
from seatrial.records.threat import Ball

NORMS = ("linf", "l2", "l1")
"""Norms that can be trained against."""


class Space:
    """The ball and box around some inputs."""

    def __init__(self, ball: Ball, inputs: Any) -> None:
        """Take the rules and the untouched inputs, `(n, ...)`."""
        self.ball, self.inputs = ball, inputs
        self._room = None if ball.norm == "linf" else Room.around(ball, inputs)
        if self._room is None:
            self._low = (inputs - ball.eps).clamp_(min=ball.low)
            self._high = (inputs + ball.eps).clamp_(max=ball.high)

    def inside(self, points: Any) -> Any:
        """Return the nearest points inside ball and box."""
        if self._room is not None:
            return self._room.inside(points)
        return torch.minimum(torch.maximum(points, self._low), self._high)

    def uphill(self, points: Any, slope: Any, share: float) -> Any:
        """Return the points one steepest step further, inside; the step is `share` radii long."""
        if self._room is not None:
            return self._room.uphill(points, slope, share)
        return self.inside(torch.add(points, slope.sign(), alpha=share * self.ball.eps))

    def start(self, random: Random, purpose: str) -> Any:
        """Return a random point inside, drawn case by case: uniform for Linf, else a random direction and length."""
        if self._room is not None:
            return self._room.start(random, purpose)
        drawn = torch.from_numpy(random.raw(purpose, 16, tuple(self.inputs.shape[1:])).astype("float32"))
        shift = drawn.to(self.inputs.device).sub_(32767.5).mul_(self.ball.eps / 32768)
        return self.inside(shift.to(self.inputs.dtype) + self.inputs)


def within(ball: Ball, share: float) -> Ball:
    """Return the ball with a share of its radius."""
    return ball if share == 1 else replace(ball, eps=ball.eps * share)
