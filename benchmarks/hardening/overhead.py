"""What the loop costs beside a bare one: the same updates of the default recipe, in turns, in one process.

The bare loop is what somebody would write by hand who knows our tricks: input gradients alone in the attack, their
quick slope at the first convolution, bfloat16 where the processor has units for it.  It has torch's own Adam, noise
from torch's generator, and writes no record, no plan and no checkpoint.  Both meet the same network, batch, steps,
schedule and images.
"""

# ruff: noqa: PLC0415 - what is asked for when its turn comes

from __future__ import annotations

from statistics import median
from time import process_time
from typing import Any

import torch
from data import EPS, begun
from torch.nn import functional

ROUNDS, UPDATES = 12, 300
"""Turns of each, and updates in a turn."""


def compared(train: tuple[Any, Any]) -> dict[str, Any]:
    """Return CPU seconds of our loop and of a bare one, turn by turn, and the ratio."""
    torch.set_num_threads(1)
    x, y = (part[:12000] for part in train)
    ours, bare = list[float](), list[float]()
    for seed in range(ROUNDS):
        for turn in (0, 1) if seed % 2 else (1, 0):
            (ours if turn else bare).append((_ours if turn else _bare)(x, y, seed))
    ratios = [one / other for one, other in zip(ours, bare, strict=True)]
    return {"name": "training.pgd over a bare loop", "seed": 0, "updates": UPDATES, "ours": ours, "bare": bare,
            "ratio": median(ratios), "ratios": ratios}  # fmt: skip


def _ours(x: Any, y: Any, seed: int) -> float:
    """Return CPU seconds of the updates of a run of ours, from its own record of when it did what."""
    from seatrial import plugins
    from seatrial.cases.listed import listed
    from seatrial.harden.remedy import Means
    from seatrial.records.batch import Array
    from seatrial.records.threat import Ball
    from seatrial.targets.target import Face
    from seatrial.targets.torch import TorchTarget

    seen: list[float] = []
    card = plugins.find("remedies", "training.pgd")
    recipe = card.make(checks=1)

    class Timed(type(recipe)):  # type: ignore[misc]
        """The default recipe, which notes when a visit began."""

        __slots__ = ()

        def visit(self, lesson: Any) -> float:
            seen.append(process_time())
            return float(super().visit(lesson))

    made = Timed(recipe.steps, recipe.stride, recipe.course)
    target = TorchTarget(begun(seed), Face(Array, "logits", (1, 28, 28), 0.0, 1.0, 10))
    made.apply(target, listed(x, y), Ball("linf", EPS), Means(bytes([seed]) * 32, steps=UPDATES + 20))
    return seen[-1] - seen[-1 - UPDATES]


def _bare(x: Any, y: Any, seed: int) -> float:
    """Return CPU seconds of the same updates in a loop of a few lines."""
    from seatrial.harden.slopes import quickened
    from seatrial.harden.trainee import native

    torch.manual_seed(seed)
    model, batch = quickened(begun(seed)), 32
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-5)
    inputs, labels = torch.from_numpy(x[: len(x) * 9 // 10]), torch.from_numpy(y[: len(y) * 9 // 10])
    order, marks = torch.randperm(len(inputs)), list[float]()
    for step in range(UPDATES + 21):
        marks.append(process_time())
        rows = order[(step * batch) % (len(inputs) - batch) :][:batch]
        some, truth = inputs[rows], labels[rows]
        share = (step + 1) / (UPDATES + 21)
        eps = EPS * min(1.0, share / 0.3 + 0.2)
        for group in optimiser.param_groups:
            group["lr"] = 4e-3 * max(min(share / 0.1, (1 - share) / 0.9), 1e-3)
        points = (some + torch.empty_like(some).uniform_(-eps, eps)).clamp_(0, 1)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=native()):
            model.requires_grad_(requires_grad=False)
            for _ in range(2):
                points = points.detach().requires_grad_()
                (slope,) = torch.autograd.grad(functional.cross_entropy(model(points), truth, reduction="sum"), points)
                points = points.detach() + 0.75 * eps * slope.sign()
                points = torch.min(torch.max(points, some - eps), some + eps).clamp_(0, 1)
            model.requires_grad_(requires_grad=True)
            loss = functional.cross_entropy(model(points.detach()).float(), truth)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        float(loss.detach())
    return marks[-1] - marks[-1 - UPDATES]
