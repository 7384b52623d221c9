"""Victims whose nearest break is known by algebra in every norm: planes, a ball, and a corner between two gates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from seatrial.controls.plants import Linear, streams
from seatrial.records.batch import Array, Batch, plain
from seatrial.records.digest import column_digests
from seatrial.targets.target import Face
from seatrial.testing import victims

Floats = npt.NDArray[Any]
ORDERS = {"linf": np.inf, "l2": 2, "l1": 1}


class Closed(Protocol):
    """A differentiable victim in numpy that knows how far each case is from falling."""

    @property
    def face(self) -> Face:
        """What it takes and gives."""
        ...

    def respond(self, inputs: Array, /) -> Any:
        """Return logits."""
        ...

    def linearise(self, inputs: Array, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return logits and the pull-back."""
        ...

    def reach(self, batch: Batch[Array], norm: str) -> npt.NDArray[np.float64]:
        """Return the norm of the smallest change that breaks each case `(n,)`, in float64."""
        ...


@dataclass(frozen=True, eq=False)
class Planes:
    """A linear victim of several classes: the margin is the least of several planes."""

    inner: Linear

    @property
    def face(self) -> Face:
        """That of the linear victim."""
        return self.inner.face

    def respond(self, inputs: Array, /) -> Any:
        """Return scores `(n, classes)`."""
        return self.inner.respond(inputs)

    def linearise(self, inputs: Array, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the scores and the pull-back."""
        return self.inner.linearise(inputs)

    def reach(self, batch: Batch[Array], norm: str) -> npt.NDArray[np.float64]:
        """Return the least distance over the other classes; for L0 as few numbers as do it, each to its limit."""
        return victims.reach(self.inner, batch, norm)


@dataclass(frozen=True, eq=False)
class Round:
    """Two classes, 0 inside a ball in the middle of the range and 1 outside: the border is curved."""

    radius: float
    shape: tuple[int, ...]

    @property
    def face(self) -> Face:
        """Arrays in 0 to 1, float64; logits of two classes."""
        return Face(Array, "logits", self.shape, 0.0, 1.0, 2)

    def respond(self, inputs: Array, /) -> Any:
        """Return logits: how far inside, in squares, and how far outside."""
        return self.linearise(inputs)[0]

    def linearise(self, inputs: Array, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the logits and the pull-back."""
        away = np.asarray(inputs) - 0.5
        inside = self.radius**2 - (away.reshape(len(away), -1) ** 2).sum(axis=1)

        def back(slope: Any) -> Any:
            lift = np.asarray(slope)[:, 1] - np.asarray(slope)[:, 0]
            return 2 * away * lift.reshape(-1, *([1] * (away.ndim - 1)))

        return np.stack([inside, -inside], axis=1), back

    def reach(self, batch: Batch[Array], norm: str) -> npt.NDArray[np.float64]:
        """Return how far cases of class 0 are from the outside, the input range not in the way but for L0.

        L2 goes straight out, Linf moves all numbers alike, L1 one number, L0 the fewest numbers, each to its limit.
        """
        away = np.abs(_flat(batch) - 0.5)
        missing = self.radius**2 - (away**2).sum(axis=1)
        top, total = away.max(axis=1), away.sum(axis=1)
        if norm == "l2":
            return np.asarray(self.radius - np.sqrt((away**2).sum(axis=1)))
        if norm == "l1":
            return np.asarray(np.sqrt(top**2 + missing) - top)
        if norm == "linf":
            size = away.shape[1]
            return np.asarray((np.sqrt(total**2 + size * missing) - total) / size)
        return fewest(0.25 - away**2, missing)


@dataclass(frozen=True, eq=False)
class Gates:
    """Two classes; class 1 asks for two linear gates at once, each of numbers of its own: a corner, not a plane.

    The margin is the larger of what the two gates lack, so an attack sees one of them only at any point.
    """

    weights: Floats
    """`(2, numbers)`; no number is used by both."""
    bars: Floats
    """`(2,)`: what each gate asks for."""
    shape: tuple[int, ...]

    @property
    def face(self) -> Face:
        """Arrays in 0 to 1, float64; logits of two classes."""
        return Face(Array, "logits", self.shape, 0.0, 1.0, 2)

    def respond(self, inputs: Array, /) -> Any:
        """Return logits: what is lacking at the worse gate, and its negative."""
        return self.linearise(inputs)[0]

    def linearise(self, inputs: Array, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the logits and the pull-back."""
        x = np.asarray(inputs)
        lacking = self._lacking(x)
        worse = lacking.argmax(axis=1)
        margin = lacking[np.arange(len(x)), worse]

        def back(slope: Any) -> Any:
            lift = np.asarray(slope)[:, 1] - np.asarray(slope)[:, 0]
            return (self.weights[worse] * lift[:, None]).reshape(x.shape)

        return np.stack([margin, -margin], axis=1), back

    def reach(self, batch: Batch[Array], norm: str) -> npt.NDArray[np.float64]:
        """Return how far cases are from passing both gates: the norm of the two ways, which share no number."""
        x = _flat(batch)
        lacking = np.maximum(self._lacking(x), 0)
        if norm == "l0":
            limits = np.where(self.weights[:, None, :] > 0, 1 - x, -x) * self.weights[:, None, :]
            return fewest(limits[0], lacking[:, 0]) + fewest(limits[1], lacking[:, 1])
        dual = {"linf": 1, "l2": 2, "l1": np.inf}[norm]
        each = lacking / np.linalg.norm(self.weights, ord=dual, axis=1)
        return np.asarray(np.linalg.norm(each, ord=ORDERS[norm], axis=1))

    def _lacking(self, x: Floats) -> Floats:
        return np.asarray(self.bars - x.reshape(len(x), -1) @ self.weights.T)


def fewest(gains: Floats, wanted: Floats) -> npt.NDArray[np.float64]:
    """Return how many of the gains `(n, numbers)` of a row add up to more than what is wanted `(n,)`, largest first."""
    total = np.cumsum(-np.sort(-gains, axis=1), axis=1)
    return np.asarray((total <= wanted[:, None]).sum(axis=1) + 1, dtype=np.float64)


def planes(numbers: int = 24, classes: int = 5) -> tuple[Planes, Batch[Array]]:
    """Return a linear victim and 32 of its cases."""
    inner = victims.linear((numbers,), classes, dtype=np.float64)
    return Planes(inner), victims.cases(inner, 32)


def round_one(numbers: int = 24, *, radius: float = 0.45) -> tuple[Round, Batch[Array]]:
    """Return a ball and 32 cases inside it; below a radius of 0.5 the input range is in nobody's way but L0's."""
    drawn = streams("closed.round", 32).uniform("cases", (numbers,), np.zeros(1)) - 0.5
    share = 0.1 + 0.6 * streams("closed.round", 32).uniform("size", (1,), np.zeros(1))
    inputs = 0.5 + drawn / np.linalg.norm(drawn, axis=1, keepdims=True) * share * radius
    return Round(radius, (numbers,)), _batch(inputs)


def gates(numbers: int = 24) -> tuple[Gates, Batch[Array]]:
    """Return two gates and 32 cases that pass neither, by different amounts."""
    drawn = streams("closed.gates", 2).uniform("weights", (numbers,), np.zeros(1)) + 0.2
    weights = np.where(np.arange(numbers) % 2 == np.array([[0], [1]]), drawn, 0.0)
    inputs = 0.3 + 0.2 * streams("closed.gates", 32).uniform("cases", (numbers,), np.zeros(1))
    return Gates(weights, weights.sum(axis=1) * np.array([0.6, 0.65]), (numbers,)), _batch(inputs)


def _flat(batch: Batch[Array]) -> npt.NDArray[np.float64]:
    return np.asarray(plain(batch.inputs), dtype=np.float64).reshape(len(batch), -1)


def _batch(inputs: Floats) -> Batch[Array]:
    return Batch(column_digests(inputs), inputs, np.zeros(len(inputs), dtype=np.int64))
