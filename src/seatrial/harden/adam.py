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
        self._parameters, self._decay = list(parameters), decay
        self._steps = [0] * len(self._parameters)
        self._mean = [torch.zeros_like(one) for one in self._parameters]
        self._square = [torch.zeros_like(one) for one in self._parameters]

    def step(self, rate: float) -> None:
        """Move every parameter that has a gradient down it, and forget the gradients."""
        moving = [at for at, one in enumerate(self._parameters) if one.grad is not None]
        for at in moving:
            self._steps[at] += 1
        moved = [(_laid(one, mean), _laid(one.grad, mean), mean, self._square[at],
                  torch.tensor(float(self._steps[at]), device=one.device))
                 for at in moving for one, mean in [(self._parameters[at], self._mean[at])]]  # fmt: skip
        if moved:
            self._move(*map(list, zip(*moved, strict=True)), rate=rate)
        for at, (found, *_) in zip(moving, moved, strict=True):
            if found is not self._parameters[at]:
                self._parameters[at].data.copy_(found)
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
        return {**found, "steps": torch.tensor(self._steps, dtype=torch.int64)}

    def restore(self, tensors: Mapping[str, Any]) -> None:
        """Remember what `tensors` told."""
        for at in range(len(self._parameters)):
            self._mean[at].copy_(tensors[f"mean/{at}"])
            self._square[at].copy_(tensors[f"square/{at}"])
        self._steps = [int(one) for one in tensors["steps"]]


def _laid(found: Any, like: Any) -> Any:
    """Return a tensor that lies in memory as another does: torch's kernel takes for granted that all do."""
    return found if found.stride() == like.stride() else torch.empty_like(like).copy_(found.detach())
