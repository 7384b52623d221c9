"""Adversarial training with projected gradient descent (Madry et al., arXiv:1706.06083).

Each batch is replaced by the worst inputs that a few gradient steps find inside the ball, and the
model learns on those.  The radius grows over the first part of the schedule, because a small model
that meets the full radius at once may learn nothing.  Order and noise are functions of the seed, the
epoch and the case, so a run on one thread can be repeated to the byte.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from seatrial.cases.cases import Cases
from seatrial.errors import HardenError, Problem
from seatrial.harden.remedy import Mended, Remedy
from seatrial.records.batch import Batch
from seatrial.records.card import Card
from seatrial.records.event import Listener, Progress
from seatrial.records.random import Random
from seatrial.records.threat import Ball, Threat
from seatrial.targets.target import Trainable

_FEWEST = 32


@dataclass(frozen=True, slots=True)
class PgdTraining:
    """The recipe.

    Attributes:
        epochs: Passes over the training cases.
        steps: Gradient steps per batch.
        stride: Length of a step, as a share of the radius.
        batch: Cases per step.
        rate: Highest learning rate of Adam; it rises over the first tenth and falls to zero.
        growth: Share of the schedule over which the radius grows to its full size.
        validation: Share of the training cases that is kept for the figures in the record.
    """

    epochs: int = 36
    steps: int = 3
    stride: float = 0.55
    batch: int = 64
    rate: float = 2e-3
    growth: float = 0.3
    validation: float = 0.1

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, seed: bytes, hear: Listener) -> Mended:
        """Train a copy of the target's module and return its weights; see `Remedy`."""
        ball = _fitting(target, cases, threat)
        torch.set_num_threads(1)
        batch = cases.take(0, len(cases)).moved(target.face.home)
        kept, used = _parted(batch, Random(seed, batch.ids), self.validation)
        module = target.module().train().requires_grad_(True)  # noqa: FBT003 - torch's own signature
        self._train(module, used, ball, seed, hear)
        module.eval().requires_grad_(False)  # noqa: FBT003 - torch's own signature
        figures = {"validation_cases": len(kept), **_measured(module, kept, ball, seed)}
        record = {"recipe": asdict(self), "threat": asdict(ball), "seed": seed.hex(), "cases": len(used), **figures}
        return Mended(weights=target.saved(module), record=record)

    def _train(self, module: Any, used: Batch[Any], ball: Ball, seed: bytes, hear: Listener) -> None:
        optimiser = torch.optim.Adam(module.parameters(), lr=self.rate)
        per_epoch = math.ceil(len(used) / self.batch)
        total = self.epochs * per_epoch
        for epoch in range(self.epochs):
            order = np.argsort(Random(seed, used.ids).keys(f"order/{epoch}"), kind="stable")
            loss = 0.0
            for number in range(per_epoch):
                progress = (epoch * per_epoch + number) / total
                for group in optimiser.param_groups:
                    group["lr"] = self.rate * min(progress / 0.1 + 0.01, (1 - progress) / 0.9 + 1e-3, 1.0)
                part = used.take(order[number * self.batch : (number + 1) * self.batch])
                eps = ball.eps * min(1.0, progress / self.growth + 0.2) if self.growth else ball.eps
                noise = Random(seed, part.ids).uniform(f"noise/{epoch}", tuple(part.inputs.shape[1:]), part.inputs)
                worst = self.worst(module, part, Ball(ball.norm, eps, ball.low, ball.high), noise)
                optimiser.zero_grad(set_to_none=True)
                value = functional.cross_entropy(module(worst), part.labels)
                value.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                loss += float(value.detach())
            if not math.isfinite(loss):
                raise HardenError(Problem(f"epoch {epoch + 1}", "the loss is not a finite number", "lower the rate"))
            hear(Progress("harden", epoch + 1, self.epochs, f"loss {loss / per_epoch:.3f}"))

    def worst(self, module: Any, part: Batch[Any], ball: Ball, noise: Any) -> Any:
        """Return inputs of higher loss inside the ball.

        Args:
            module: In any mode; its weights get no gradients.
            part: Cases in the module's own library.
            ball: `linf` or `l2`.
            noise: Uniform in [0, 1), shaped like the inputs: where an Linf search begins.
        """
        clean = part.inputs
        shift = (2 * noise - 1) * ball.eps if ball.norm == "linf" else torch.zeros_like(clean)
        for _ in range(self.steps):
            inputs = (clean + shift).clamp(ball.low, ball.high).requires_grad_()
            loss = functional.cross_entropy(module(inputs), part.labels, reduction="sum")
            (slope,) = torch.autograd.grad(loss, inputs)
            shift = _projected(inputs.detach() - clean + self.stride * ball.eps * _uphill(slope, ball), ball)
        return (clean + shift).clamp(ball.low, ball.high).detach()


def _uphill(slope: Any, ball: Ball) -> Any:
    if ball.norm == "linf":
        return slope.sign()
    length = slope.flatten(1).norm(dim=1).clamp_min(1e-12)
    return slope / length.reshape(-1, *[1] * (slope.ndim - 1))


def _projected(shift: Any, ball: Ball) -> Any:
    if ball.norm == "linf":
        return shift.clamp(-ball.eps, ball.eps)
    length = shift.flatten(1).norm(dim=1).clamp_min(1e-12)
    return shift * (ball.eps / length).clamp_max(1.0).reshape(-1, *[1] * (shift.ndim - 1))


def _fitting(target: Any, cases: Cases, threat: Threat) -> Ball:
    """Return the threat as a ball, or refuse with everything that does not fit."""
    problems = []
    if not isinstance(threat, Ball) or threat.norm not in ("linf", "l2"):
        what = f"training.pgd answers an linf or l2 ball, not {threat}"
        problems.append(Problem("threat", what, "name another remedy"))
    if not isinstance(target, Trainable):
        problems.append(Problem("target", "it cannot be trained", "training.pgd needs a target of kind torch"))
    if len(cases) < _FEWEST:
        hint = f"it takes at least {_FEWEST}; lower the share of gate or rehearsal"
        problems.append(Problem("cases", f"there are {len(cases)} training cases", hint))
    elif cases.take(0, 1).labels is None:
        problems.append(Problem("cases", "they have no labels", "training needs them"))
    if problems:
        raise HardenError(*problems)
    assert isinstance(threat, Ball)
    return threat


def _parted(batch: Batch[Any], random: Random, share: float) -> tuple[Batch[Any], Batch[Any]]:
    """Return the part kept for figures and the part to train on, chosen by seed and case alone."""
    order = np.argsort(random.keys("validation"), kind="stable")
    cut = max(1, round(share * len(order)))
    return batch.take(order[:cut]), batch.take(order[cut:])


def _measured(module: Any, kept: Batch[Any], ball: Ball, seed: bytes) -> dict[str, float]:
    """Return clean and robust accuracy on the kept part, by a longer attack than the one trained on."""
    noise = Random(seed, kept.ids).uniform("measure", tuple(kept.inputs.shape[1:]), kept.inputs)
    worst = PgdTraining(steps=20, stride=0.15).worst(module, kept, ball, noise)
    with torch.no_grad():
        clean = module(kept.inputs).argmax(1) == kept.labels
        robust = clean & (module(worst).argmax(1) == kept.labels)
    return {"clean": round(float(clean.double().mean()), 4), "robust": round(float(robust.double().mean()), 4)}


CARD: Card[Remedy] = Card(
    make=PgdTraining,
    title="Adversarial training with projected gradient descent",
    cites=("arXiv:1706.06083",),
    tags=("atlas:AML.M0003",),
    extra="torch",
)
