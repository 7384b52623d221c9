"""Adam with decoupled weight decay, as a few lines whose whole state is plain tensors.

Torch's own optimisers import its compiler, which costs more CPU time than a short run can spare, and keep their state
in a form of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

FIRST, SECOND, TINY = 0.9, 0.999, 1e-8
"""Decay of the mean slope and of the mean square, and what keeps a quotient finite (arXiv:1412.6980)."""


class Adam:
    """The optimiser of some parameters (Kingma and Ba, arXiv:1412.6980; Loshchilov and Hutter, arXiv:1711.05101)."""

    def __init__(self, parameters: Sequence[Any], *, decay: float = 0.0) -> None:
        """Begin with no memory.

        Args:
            parameters: What learns.
            decay: Share of the weights, per unit of rate, that is lost in a step.
        """
        self._parameters, self._decay, self._steps = list(parameters), decay, 0
        self._mean = [torch.zeros_like(one) for one in self._parameters]
        self._square = [torch.zeros_like(one) for one in self._parameters]

    def step(self, rate: float) -> None:
        """Move every parameter that has a gradient down it, and forget the gradients."""
        self._steps += 1
        size = rate / (1 - FIRST**self._steps)
        scale = (1 - SECOND**self._steps) ** 0.5
        with torch.no_grad():
            for weights, mean, square in zip(self._parameters, self._mean, self._square, strict=True):
                slope = weights.grad
                if slope is None:
                    continue
                mean.lerp_(slope, 1 - FIRST)
                square.mul_(SECOND).addcmul_(slope, slope, value=1 - SECOND)
                if self._decay:
                    weights.mul_(1 - rate * self._decay)
                weights.addcdiv_(mean, square.sqrt().div_(scale).add_(TINY), value=-size)
        self.forget()

    def forget(self) -> None:
        """Drop the gradients."""
        for weights in self._parameters:
            weights.grad = None

    def tensors(self) -> dict[str, Any]:
        """Return the memory by name; the tensors are its own."""
        found = {f"mean/{at}": one for at, one in enumerate(self._mean)}
        found |= {f"square/{at}": one for at, one in enumerate(self._square)}
        return {**found, "steps": torch.tensor(self._steps)}

    def restore(self, tensors: Mapping[str, Any]) -> None:
        """Remember what `tensors` told."""
        for at in range(len(self._parameters)):
            self._mean[at].copy_(tensors[f"mean/{at}"])
            self._square[at].copy_(tensors[f"square/{at}"])
        self._steps = int(tensors["steps"])
