"""A torch module that answers: a still copy of it, row by row the same bytes, with gradients.

Every pass, gradients included, is padded to a multiple of `pad` rows by repeating the last one, so that a row's bytes
do not depend on its neighbours (convolutions and products take other code for few rows).  Intel's MKL is asked for
reproducible products, without which a row of a small layer (30 numbers to 10, say) has other bytes at another place; it
costs nothing measurable.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np
import torch
from safetensors.torch import save as save_safetensors

from seatrial.records.batch import Oddities
from seatrial.targets.target import Face
from seatrial.targets.torchsettings import surroundings
from seatrial.targets.torchsteps import Straight
from seatrial.targets.torchwired import Wired, Wiring, tensor

REPRODUCIBLE = "MKL_CBWR"
"""MKL's setting, read at the first product of the process; whoever set it already knows why."""
os.environ.setdefault(REPRODUCIBLE, "AUTO")
WORKSPACE = "CUBLAS_WORKSPACE_CONFIG"
"""The same of products on a GPU, read when the first is made: without it torch refuses them as not reproducible."""
os.environ.setdefault(WORKSPACE, ":4096:8")

PLAIN = Wiring()
"""Nothing between inputs, module and answers."""
PAD = 16
"""From 16 rows on, and at multiples of it, CPU results of a row were the same at every batch size tried."""

NARROW = 64
"""The same for a module with one column: functions of numbers take other code for what does not fill two registers."""


class TorchTarget:
    """A module that answers, in evaluation mode, one thread; the module handed in stays as it is.

    Inputs, answers and gradients are float32, whatever the module computes in.

    It is `Differentiable`, `Approximable` and `Trainable`.
    """

    def __init__(self, module: Any, face: Face, *, pad: int = PAD, device: str = "cpu", wiring: Wiring = PLAIN) -> None:
        """Take a copy of the module.

        Args:
            module: A `torch.nn.Module`: float inputs `(n, *shape)` to responses `(n, classes)`.
            face: What it takes and gives; `home` is set here.
            pad: Every pass has a multiple of so many rows.
            device: Where it computes.
            wiring: What stands between inputs, module and answers.
        """
        _settle(device)
        self._learns = tuple(one.requires_grad for one in module.parameters())
        still = _still(deepcopy(module), wiring.inner_dtype())
        self._module = (still if wiring.plain else Wired(still, wiring).eval()).to(device)
        self._pad = pad
        self._device = device
        self._face = replace(face, home=partial(home, device=device))

    @property
    def face(self) -> Face:
        """What it takes and gives."""
        return self._face

    def respond(self, inputs: Any, /) -> Any:
        """Return the module's output for each row, `(n, classes)`, as a tensor."""
        with torch.no_grad():
            return self._answered(self._padded(self._face.home(inputs)))[: len(inputs)]

    def linearise(self, inputs: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the responses and the pull-back: for any g, the gradient of `sum(responses * g)` at the inputs."""
        size = len(inputs)
        wide = self._padded(self._face.home(inputs)).detach().requires_grad_()
        graph = [self._answered(wide)]
        responses = graph[0].detach()[:size]

        def back(weights: Any) -> Any:
            # The first pull frees the graph as it goes (keeping it costs a tenth of a pass); another asks again.
            found = graph.pop() if graph else self._answered(wide)
            if not found.requires_grad:
                return torch.zeros_like(wide)[:size]
            # A sum, because autograd imports sympy (0.4 s) when it is given grad_outputs.
            summed = (found * self._padded(self._face.home(weights))).sum()
            (slope,) = torch.autograd.grad(summed, wide, allow_unused=True)
            return (torch.zeros_like(wide) if slope is None else slope)[:size]

        return responses, back

    def approximated(self) -> TorchTarget:
        """Return the target with equal answers, whose gradients go straight through steps that have none."""
        inside = Straight(self._module)
        return TorchTarget(inside, self._face, pad=self._pad, device=self._device, wiring=Wiring(dtype=""))

    def module(self) -> Any:
        """Return a copy of the module, in evaluation mode, its parameters frozen; with its wiring, if it has any."""
        return deepcopy(self._module)

    def learning(self) -> tuple[bool, ...]:
        """Return which parameters of `module()` were free to learn in the module that was handed in, in its order."""
        return self._learns

    def saved(self, module: Any, /) -> bytes:
        """Return a trained copy's weights as a safetensors file."""
        own = module.inner if isinstance(module, Wired) else module
        tensors = {name: value.detach().cpu().clone().contiguous() for name, value in own.state_dict().items()}
        return save_safetensors(tensors)

    def surroundings(self) -> dict[str, str]:
        """Return torch's threads, kernels, determinism and device, as they are while this answers."""
        return surroundings(self._device)

    def around(self, module: Any, /) -> TorchTarget:
        """Return a target that answers as this one would with a copy of a trained module in place of its own."""
        return TorchTarget(module, self._face, pad=self._pad, device=self._device)

    def _answered(self, wide: Any) -> Any:
        responses = tensor(self._module(wide))
        if responses.shape[:1] != wide.shape[:1]:
            raise ValueError(f"the module answers {wide.shape[0]} rows with shape {tuple(responses.shape)}")
        return responses

    def _padded(self, rows: Any) -> Any:
        missing = -len(rows) % self._pad
        if not missing or not len(rows):
            return rows
        return torch.cat([rows, rows[-1:].expand(missing, *rows.shape[1:])])


def home(column: Any, *, device: str = "cpu") -> Any:
    """Return a column as a tensor on a device: floats as float32, integers as int64; texts stay.

    Raises:
        TypeError: If it holds neither numbers nor truth values.
    """
    if isinstance(column, Oddities):
        return Oddities(home(row, device=device) for row in column)
    if isinstance(column, tuple | str):
        return column
    if isinstance(column, Mapping):
        return {name: home(part, device=device) for name, part in column.items()}
    found = column if isinstance(column, torch.Tensor) else torch.tensor(np.ascontiguousarray(column))
    if found.is_floating_point():
        return found.to(device, torch.float32)
    return found.to(device) if found.dtype == torch.bool else found.to(device, torch.int64)


def _still(module: Any, dtype: Any) -> Any:
    """Return the module in evaluation mode, in its dtype, frozen; exported programs have one mode only."""
    if not isinstance(module, torch.fx.GraphModule):
        module.eval()
    for parameter in (module if dtype is None else module.to(dtype)).parameters():
        parameter.requires_grad_(False)  # noqa: FBT003 - torch's own signature
    return module


def _settle(device: str) -> None:
    """Set what decides bytes: one thread, deterministic kernels, full float32."""
    torch.set_num_threads(1)
    _check_products()
    # The first also tells torch's compiler, and imports it for that (1.5 s): only where the model uses it.
    if "torch._dynamo" in sys.modules:
        torch.use_deterministic_algorithms(True)  # noqa: FBT003 - torch's own signature
    else:
        torch.set_deterministic_debug_mode("error")
    if device.startswith("cuda"):
        torch.backends.cudnn.allow_tf32 = False
        torch.backends.cudnn.benchmark = False


@cache
def _check_products() -> None:
    """Warn, once, if a row of a small product has other bytes at another place: MKL was in use before it was asked."""
    weights = torch.arange(1, 301).sin().reshape(10, 30)
    found = torch.nn.functional.linear(weights[:1].expand(PAD, 30).contiguous(), weights)
    if not bool((found == found[0]).all()):
        what = "torch multiplied before seatrial could ask MKL for reproducible products"
        hint = f"set {REPRODUCIBLE}=AUTO before Python starts, or outcomes may depend on the size of a shard"
        warnings.warn(f"{what}; {hint}", RuntimeWarning, stacklevel=2)
