"""Targets whose answers, and whose weaknesses, are known: what an attack or an oracle is tested against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.controls.plants import Labels as Labels  # noqa: PLC0414 - a victim for everybody
from seatrial.controls.plants import Linear, streams
from seatrial.records.batch import Array, Batch, plain
from seatrial.records.digest import column_digests
from seatrial.targets.target import Face

Floats = npt.NDArray[Any]


def linear(shape: tuple[int, ...], classes: int = 3, *, dtype: Any = np.float32, gives: str = "logits") -> Linear:
    """Return a linear victim with fixed weights between -1 and 1; see `reach` for what breaks it."""
    numbers = int(np.prod(shape))
    weights = streams("victims.linear", classes).uniform("weights", (numbers,), np.zeros(1)) * 2 - 1
    bias = -0.5 * weights.sum(axis=1)
    return Linear(weights.astype(dtype), bias.astype(dtype), shape, gives)


def cases(victim: Linear, count: int = 64, *, spread: float = 0.1) -> Batch[Array]:
    """Return cases of a linear victim around 0.5, with its own answers as labels and every size of margin.

    Inputs lie within `spread` of 0.5, so that for `eps <= 0.5 - spread` the input range cannot stop an attack.
    """
    drawn = streams("victims.cases", count).uniform("cases", victim.shape, np.zeros(1))
    inputs = (0.5 + spread * (2 * drawn - 1)).astype(victim.weights.dtype)
    return Batch(column_digests(inputs), inputs, np.argmax(victim.respond(inputs), axis=1))


def reach(victim: Linear, batch: Batch[Array], norm: str) -> npt.NDArray[np.float64]:
    """Return the distance of each case to its nearest other class, by algebra, in float64.

    It is the least, over the other classes, of margin / dual norm of the difference of weights; infinite precision
    aside, an eps above it breaks the case and one below it does not, unless the input range is in the way.  For `l0` it
    is the smallest count of numbers that break the case, each moved to an end of the range 0 to 1; infinite if none.
    """
    order = {"linf": 1, "l2": 2, "l1": np.inf, "l0": np.inf}[norm]
    weights, bias = victim.weights.astype(np.float64), victim.bias.astype(np.float64)
    flat = np.asarray(plain(batch.inputs), dtype=np.float64).reshape(len(batch), -1)
    labels = np.asarray(plain(batch.labels))
    gap = weights[labels][:, None, :] - weights[None, :, :]
    margin = (flat[:, None, :] * gap).sum(axis=2) + bias[labels][:, None] - bias[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = margin / np.linalg.norm(gap, ord=order, axis=2)
    if norm == "l0":
        distance = _fewest(np.where(gap > 0, flat[:, None, :], flat[:, None, :] - 1) * gap, margin)
    distance[np.arange(len(batch)), labels] = np.inf
    least: npt.NDArray[np.float64] = distance.min(axis=1)
    return least


def _fewest(gains: Floats, margin: Floats) -> Floats:
    """Return how many gains `(..., numbers)`, largest first, add up to more than a margin `(...)`; infinite if none."""
    total = np.cumsum(-np.sort(-gains, axis=-1), axis=-1)
    count = (total <= margin[..., None]).sum(axis=-1) + 1.0
    return np.where(count > gains.shape[-1], np.inf, count)


@dataclass(frozen=True, eq=False)
class TorchLinear:
    """The same linear victim in torch, with torch's own gradients."""

    twin: Linear

    @property
    def face(self) -> Face:
        """Tensors of the victim's dtype."""
        return Face(Array, self.twin.gives, self.twin.shape, 0.0, 1.0, len(self.twin.bias), home=self._home)

    def respond(self, inputs: Any, /) -> Any:
        """Return scores `(n, classes)`."""
        return self._scores(inputs).detach()

    def linearise(self, inputs: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the scores and the pull-back."""
        import torch  # noqa: PLC0415 - only the victims of torch need it

        x = inputs.detach().clone().requires_grad_()
        scores = self._scores(x)
        return scores.detach(), lambda slope: torch.autograd.grad((scores * slope).sum(), x)[0]

    def _scores(self, x: Any) -> Any:
        weights, bias = self._home(self.twin.weights), self._home(self.twin.bias)
        scores = (x.reshape(len(x), 1, -1) * weights).sum(dim=2) + bias
        return scores.softmax(dim=1) if self.twin.gives == "probabilities" else scores

    def _home(self, column: Any) -> Any:
        import torch  # noqa: PLC0415 - only the victims of torch need it

        tensor = torch.as_tensor(column)
        return tensor.to(torch.as_tensor(self.twin.weights).dtype) if tensor.is_floating_point() else tensor


@dataclass(frozen=True)
class Constant:
    """A model that says class 0 to everything, by a wide margin: right where 0 is, and nothing can change it."""

    classes: int = 3

    @property
    def face(self) -> Face:
        """Arrays of any shape."""
        return Face(Array, "logits", classes=self.classes)

    def respond(self, inputs: Array, /) -> Any:
        """Return the same row for every case."""
        return np.tile(np.eye(self.classes)[0] * 10, (len(inputs), 1))


@dataclass(frozen=True)
class Tied:
    """A model whose classes all score the same: it never names one, and must be called neither held nor broken."""

    classes: int = 3

    @property
    def face(self) -> Face:
        """Arrays of any shape."""
        return Face(Array, "logits", classes=self.classes)

    def respond(self, inputs: Array, /) -> Any:
        """Return zeros."""
        return np.zeros((len(inputs), self.classes))


@dataclass(frozen=True, eq=False)
class Raising:
    """A target that raises `ValueError` whenever a row's first number is above a threshold; 0 raises on all."""

    inner: Linear
    above: float = 0.0

    @property
    def face(self) -> Face:
        """That of the inner target."""
        return self.inner.face

    def respond(self, inputs: Array, /) -> Any:
        """Return what the inner target says, or raise."""
        first = np.asarray(inputs).reshape(len(inputs), -1)[:, 0]
        if (first > self.above).any():
            raise ValueError(f"{int((first > self.above).sum())} rows are too bright")
        return self.inner.respond(inputs)


@dataclass(frozen=True)
class Dice:
    """A model that answers by chance, keyed: one key and input, one answer."""

    classes: int = 3
    key: bytes = bytes(32)

    @property
    def face(self) -> Face:
        """Arrays of any shape; two answers may differ."""
        return Face(Array, "logits", classes=self.classes, sampled=True)

    def respond(self, inputs: Array, /) -> Any:
        """Return random logits, from the key and the bytes of the row."""
        drawn = [sha256(self.key + row.tobytes()).digest()[: self.classes] for row in np.asarray(inputs)]
        return np.frombuffer(b"".join(drawn), dtype=np.uint8).reshape(len(inputs), self.classes).astype(np.float64)

    def fresh(self, key: bytes, /) -> Dice:
        """Return the same model with other chance."""
        return Dice(self.classes, key)
