"""A torch module that draws by chance: equal keys give equal answers, and the global generator stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import torch

from seatrial.targets.target import Face
from seatrial.targets.torchmodule import TorchTarget


class ChanceTarget:
    """A module whose answers are drawn by torch's own generator; every pass begins at the key.

    It is `Differentiable`, `Approximable`, `Fresh` and `Trainable`.  What a row draws depends on its place in the pass,
    as it does where the model is deployed.
    """

    def __init__(self, inside: TorchTarget, key: bytes = bytes(32)) -> None:
        """Take the target whose module draws, and the key of its chance (32 bytes)."""
        self._inside, self._key = inside, key

    @property
    def face(self) -> Face:
        """That of the module, sampled."""
        return replace(self._inside.face, sampled=True)

    def respond(self, inputs: Any, /) -> Any:
        """Return the module's answers with the chance of the key."""
        with _seeded(self._key):
            return self._inside.respond(inputs)

    def linearise(self, inputs: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the answers and the pull-back, both with the chance of the key."""
        with _seeded(self._key):
            responses, back = self._inside.linearise(inputs)

        def pulled(slope: Any) -> Any:
            # A second pull asks the module again: with the same chance.
            with _seeded(self._key):
                return back(slope)

        return responses, pulled

    def approximated(self) -> ChanceTarget:
        """Return the target with equal answers, whose gradients go straight through steps that have none."""
        return ChanceTarget(self._inside.approximated(), self._key)

    def fresh(self, key: bytes, /) -> ChanceTarget:
        """Return the same module with other chance."""
        return ChanceTarget(self._inside, key)

    def module(self) -> Any:
        """Return a copy of the module, in evaluation mode, its parameters frozen."""
        return self._inside.module()

    def learning(self) -> tuple[bool, ...]:
        """Return which parameters of `module()` were free to learn in the module that was handed in, in its order."""
        return self._inside.learning()

    def saved(self, module: Any, /) -> bytes:
        """Return a trained copy's weights as a safetensors file."""
        return self._inside.saved(module)

    def around(self, module: Any, /) -> ChanceTarget:
        """Return a target that answers as this one would with a trained module, and the same chance."""
        return ChanceTarget(self._inside.around(module), self._key)


@contextmanager
def _seeded(key: bytes) -> Iterator[None]:
    """Seed torch's generators for a while."""
    with torch.random.fork_rng():
        torch.manual_seed(int.from_bytes(key[:8], "little") >> 1)
        yield
