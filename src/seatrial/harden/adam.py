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
        moved = [(one, one.grad, *memory, torch.tensor(float(self._steps), device=one.device))
                 for one, *memory in zip(self._parameters, self._mean, self._square, strict=True)
                 if one.grad is not None]  # fmt: skip
        if moved:
            self._move(*map(list, zip(*moved, strict=True)), rate=rate)
        self.forget()

    def _move(
        self,
        weights: list[Any],
        slopes: list[Any],
        means: list[Any],
        squares: list[Any],
        steps: list[Any],
        *,
        rate: float,
    ) -> None:
        """Call torch's own kernel, one pass over memory instead of seven; public only behind its optimisers."""
        with torch.no_grad():
            torch._fused_adamw_(
                weights, slopes, means, squares, [], steps, lr=rate, beta1=FIRST, beta2=SECOND,
                weight_decay=self._decay, eps=TINY, amsgrad=False, maximize=False,
            )  # fmt: skip

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
