"""A module that learns: its optimiser, its averages, weight perturbations, precision, and all of it as tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from math import isfinite
from typing import Any

import torch
from safetensors.torch import save as save_tensors

from seatrial.harden.adam import Adam
from seatrial.harden.course import Course
from seatrial.harden.ground import Ground
from seatrial.harden.ranks.place import BY_ITSELF, Ranks
from seatrial.harden.ranks.pooled import levelled, pooled
from seatrial.harden.slopes import quickened
from seatrial.proof.canonical import digest as digest_of

WORTH = 50_000
"""Weights from which on bfloat16 pays where the processor has units for it."""
LEAST = 1e-12


class Trainee:
    """What is trained, and everything that its next update depends on."""

    def __init__(self, ground: Ground, *, half: bool | None = None, ranks: Ranks = BY_ITSELF) -> None:
        """Take the module of a ground; it is changed.

        Args:
            ground: Model and settings.
            half: Whether passes are made in bfloat16; None decides by the settings and the processor.
            ranks: Who trains the same module; each meets its part of the cases, and all make the same update.
        """
        self._ranks = ranks
        self.module = quickened(ground.module)
        self.course: Course = ground.course
        self.half = _halved(ground) if half is None else half
        self._logits = ground.face.gives == "logits"
        self._device = torch.device(ground.device).type
        self._learned = [one for one in self.module.parameters() if one.requires_grad]
        self._adam = Adam(self._learned, decay=ground.course.decay)
        self._average: dict[str, Any] = {}
        self._averaged = 0

    def passes(self) -> Any:
        """Return the context in which forward passes are made; weights must not change inside."""
        return torch.autocast(self._device, dtype=torch.bfloat16, enabled=self.half)

    def draw_by(self, number: int) -> None:
        """Make what the module draws itself (dropout) a function of a number; torch's own call walks the stack."""
        if self._device == "cpu":
            torch.default_generator.manual_seed(number)
        else:
            torch.manual_seed(number)

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Be in evaluation mode and compute no slope of any weight: for attacks."""
        self.module.eval()
        for one in self._learned:
            one.requires_grad_(False)  # noqa: FBT003 - torch's own signature
        try:
            with self.passes():
                yield
        finally:
            for one in self._learned:
                one.requires_grad_(True)  # noqa: FBT003 - torch's own signature

    def logits(self, inputs: Any) -> Any:
        """Return scores `(n, classes)`, float32, whose softmax is what the module believes."""
        answer = self.module(inputs).float()
        return answer if self._logits else answer.clamp_min(LEAST).log()

    def update(self, loss: Callable[[], Any], *, rate: float, share: float = 1.0) -> float:
        """Take one step of the optimiser down a loss; return the loss, over the cases of all ranks.

        A loss that is not finite changes nothing.

        Args:
            loss: Computes it anew, from `logits` in training mode.
            rate: Learning rate.
            share: Of the cases of all ranks, those that this one's loss is the mean of.
        """
        self.module.train()
        undo = self._perturbed(loss, share) if self.course.awp else None
        self._adam.forget()
        with self.passes():
            value = loss()
        found = float(value.detach())
        if isfinite(found):
            value.backward()
        if undo is not None:
            undo()
        found = self._pooled(found, share)
        if isfinite(found):
            self._adam.step(rate)
        return found

    def _pooled(self, loss: float, share: float) -> float:
        """Put the gradients and buffers of all ranks in place of this one's; return the loss of all."""
        if self._ranks.place.world == 1:
            return loss
        made = pooled(self._ranks, loss, [one.grad for one in self._learned], share, self._learned)
        for weights, slope in zip(self._learned, made.slopes, strict=True):
            weights.grad = slope
        levelled(self._ranks, self.module, share)
        return made.loss

    def average(self, progress: float) -> None:
        """Count the weights as they are into their average, where the settings ask for one."""
        share = 1 - self.course.ema if self.course.ema else 0.0
        if self.course.swa and progress >= 1 - self.course.swa:
            self._averaged += 1
            share = 1 / self._averaged
        if not share:
            return
        state = self.module.state_dict()
        if not self._average:
            self._average, share = {name: one.detach().clone() for name, one in state.items()}, 1.0
        for name, one in state.items():
            mean = self._average[name]
            mean.lerp_(one, share) if mean.is_floating_point() else mean.copy_(one)

    @property
    def averages(self) -> bool:
        """Whether there is an average of the weights."""
        return bool(self._average)

    def still(self, *, averaged: bool = True) -> Any:
        """Return a copy in evaluation mode: of the averaged weights where there are any.

        Args:
            averaged: False for the weights themselves.
        """
        made = deepcopy(self.module)
        if averaged and self._average:
            made.load_state_dict(self._average)
        return made.eval().requires_grad_(False)  # noqa: FBT003 - torch's own signature

    def digest(self) -> str:
        """Return the digest of everything that the next update depends on."""
        return digest_of(save_tensors(self.tensors()))

    def tensors(self) -> dict[str, Any]:
        """Return copies of everything that the next update depends on, by name."""
        found = {f"model/{name}": one for name, one in self.module.state_dict().items()}
        found |= {f"adam/{name}": one for name, one in self._adam.tensors().items()}
        found |= {f"average/{name}": one for name, one in self._average.items()}
        found["averaged"] = torch.tensor(self._averaged)
        return {name: one.detach().clone().contiguous() for name, one in found.items()}

    def restore(self, tensors: Mapping[str, Any]) -> None:
        """Become what `tensors` told."""
        told = {name: one.clone() for name, one in tensors.items()}
        self.module.load_state_dict(_below(told, "model/"))
        self._adam.restore(_below(told, "adam/"))
        self._average = _below(told, "average/")
        self._averaged = int(told["averaged"])

    def _perturbed(self, loss: Callable[[], Any], share: float) -> Callable[[], None]:
        """Move the weights uphill (Wu et al., arXiv:2004.05884); return what brings the saved ones back.

        The way up is that of the cases of all ranks, so that they stay equal to the bit.
        """
        buffers = {name: one.clone() for name, one in self.module.named_buffers()}
        saved = [one.detach().clone() for one in self._learned]
        with self.passes():
            value = loss()
        found = torch.autograd.grad(value, self._learned, allow_unused=True)
        slopes = pooled(self._ranks, float(value.detach()), found, share, self._learned).slopes
        with torch.no_grad():
            for weights, slope in zip(self._learned, slopes, strict=True):
                if slope is not None and weights.ndim > 1:
                    weights.add_(slope * (self.course.awp * weights.norm() / (slope.norm() + LEAST)))
            for name, one in self.module.named_buffers():
                one.copy_(buffers[name])

        def undo() -> None:
            with torch.no_grad():
                for weights, before in zip(self._learned, saved, strict=True):
                    weights.copy_(before)

        return undo


def _below(tensors: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): one for name, one in tensors.items() if name.startswith(prefix)}


def _halved(ground: Ground) -> bool:
    """Return whether bfloat16 is used: never decided by a clock, because it changes the weights."""
    if ground.course.half != "auto":
        return ground.course.half == "yes"
    if torch.device(ground.device).type != "cpu":
        return bool(torch.cuda.is_bf16_supported())
    return native() and sum(one.numel() for one in ground.module.parameters()) >= WORTH


def native() -> bool:
    """Return whether the processor computes in bfloat16 itself."""
    asked = (getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
    return any(bool(one()) for one in asked if one is not None)
