"""What stands between the inputs of a trial and a torch module: its normalisation, its dtype, which output counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from seatrial.targets.outputs import described, doubled, picked

DTYPES = {
    "float32": torch.float32,
    "float64": torch.float64,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
}
"""Name in a charter -> what the module computes in."""
HALF = (torch.float16, torch.bfloat16)
"""Answers in these are handed on as float32."""


@dataclass(frozen=True)
class Wiring:
    """What is declared about a module once, so that attacks see plain inputs and plain answers."""

    mean: tuple[float, ...] = ()
    """Is taken from the inputs: one number, or one for each channel (the first axis of a case)."""
    std: tuple[float, ...] = ()
    """Then divides them."""
    output: Any = ""
    """Which part of what the module returns is its answer (`outputs.picked`)."""
    dtype: str = "float32"
    """What it computes in; inputs and gradients stay float32.  Empty leaves the module as it is."""
    doubled: str = ""
    """`logits` or `probabilities` if its one column stands for two classes."""

    @property
    def plain(self) -> bool:
        """Whether nothing stands between."""
        return self.dtype in ("", "float32") and not (self.mean or self.std or self.doubled) and self.output == ""

    def inner_dtype(self) -> Any:
        """Return torch's dtype; None leaves the module as it is."""
        return DTYPES[self.dtype] if self.dtype else None


class Wired(torch.nn.Module):
    """A module with its normalisation before it and one plain answer behind it; gradients go through both."""

    def __init__(self, inner: Any, wiring: Wiring) -> None:
        """Take the module, already in its dtype; it is not copied."""
        super().__init__()
        self.inner = inner
        self.wiring = wiring
        self._mean, self._std = torch.tensor(wiring.mean or (0.0,)), torch.tensor(wiring.std or (1.0,))

    def forward(self, inputs: Any) -> Any:
        """Return the answer to inputs as a trial has them."""
        wiring = self.wiring
        if wiring.mean or wiring.std:
            shape = (-1, *([1] * (inputs.ndim - 2)))
            mean, std = (part.to(inputs).reshape(shape) for part in (self._mean, self._std))
            inputs = (inputs - mean) / std
        if wiring.dtype not in ("", "float32"):
            inputs = inputs.to(DTYPES[wiring.dtype])
        found = tensor(picked(self.inner(inputs), wiring.output))
        found = found.float() if found.dtype in HALF else found
        return doubled(found, wiring.doubled) if wiring.doubled else found


def tensor(found: Any) -> Any:
    """Return a module's answer, if it is one tensor.

    Raises:
        TypeError: If it is anything else; it names the parts that there are.
    """
    if not isinstance(found, torch.Tensor):
        hint = "say which of them is the answer: output: logits, or output: 0"
        raise TypeError(f"the module returns {described(found)}, not one tensor; {hint}")
    return found
