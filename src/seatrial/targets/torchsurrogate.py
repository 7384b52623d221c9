"""A small network that an attacker trains at home on what a target answered, to have gradients of his own.

Its first weights and the order in which it sees what it learns are drawn from the given streams, so that the same
answers make the same network.
"""

from __future__ import annotations

from math import ceil, prod
from typing import Any

import numpy as np
import torch
from torch import nn

from seatrial.records.batch import Array
from seatrial.records.random import Random
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget, home

WIDE = 16
"""Channels of the first convolution; the second has twice as many."""
HIDDEN = 64
"""Neurons of a hidden layer."""
SIDE = 8
"""Pixels from which on a side is worth a convolution."""
BATCH = 64
"""Answers that are learned from at once."""
RATE = 2e-3
"""Of Adam."""


class Surrogate:
    """A classifier in torch that learns; `target` is what it has learned so far."""

    def __init__(self, shape: tuple[int, ...], outputs: int, random: Random) -> None:
        """Draw the first weights.

        Args:
            shape: Of one case: images `(channels, height, width)` get two convolutions, anything else two layers.
            outputs: Scores of each answer.
            random: One stream.
        """
        self._random, self._shape, self._turn = random, shape, 0
        self.outputs = outputs
        """Scores of each answer."""
        self._module = _network(shape, outputs)
        for at, (name, weights) in enumerate(self._module.named_parameters()):
            drawn = random.normal(f"torchsurrogate/{at}", tuple(weights.shape), np.zeros(1, dtype=np.float32))[0]
            scale = (2.0 / max(1, prod(weights.shape[1:]))) ** 0.5 if name.endswith("weight") else 0.0
            weights.data.copy_(torch.tensor(drawn * scale))
        self._rate = torch.optim.Adam(self._module.parameters(), lr=RATE)

    @property
    def target(self) -> TorchTarget:
        """What was learned, as a target that gives logits and gradients."""
        face = Face(Array, "logits", self._shape, classes=self.outputs)
        return TorchTarget(self._module, face)

    def learn(self, inputs: Any, beliefs: Any, *, epochs: int) -> float:
        """Learn what a target believes of some inputs, going on from what was learned before; return the last loss.

        Args:
            inputs: `(n, *shape)`, numpy.
            beliefs: `(n, outputs)`, numpy: probabilities; ones and zeros where only the class is known.
            epochs: Times that every input is seen.
        """
        x, wanted = home(inputs), home(beliefs)
        total = 0.0
        for _ in range(epochs):
            total = 0.0
            order = np.argsort(self._random.words(f"torchsurrogate/order/{self._turn}", (len(x),), np.zeros(1))[0])
            self._turn += 1
            for at in range(ceil(len(x) / BATCH)):
                part = torch.tensor(order[at * BATCH : (at + 1) * BATCH])
                self._rate.zero_grad(set_to_none=True)
                loss = nn.functional.cross_entropy(self._module(x[part]), wanted[part])
                loss.backward()  # type: ignore[no-untyped-call]
                self._rate.step()
                total += float(loss.detach()) * len(part)
        return total / max(1, len(x))


def _network(shape: tuple[int, ...], outputs: int) -> nn.Module:
    if len(shape) == 3 and min(shape[1:]) >= SIDE:
        size = [ceil(ceil(side / 2) / 2) for side in shape[1:]]
        return nn.Sequential(
            nn.Conv2d(shape[0], WIDE, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.Conv2d(WIDE, 2 * WIDE, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(2 * WIDE * size[0] * size[1], HIDDEN),
            nn.ReLU(),
            nn.Linear(HIDDEN, outputs),
        )
    return nn.Sequential(
        nn.Flatten(), nn.Linear(prod(shape), HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU(),
        nn.Linear(HIDDEN, outputs),
    )  # fmt: skip
