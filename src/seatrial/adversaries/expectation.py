"""Targets as an attacker asks them: over many draws, over small changes of the input, with its scores rescaled.

Each is made of a metered target and answers like one; every pass behind it is charged to the case that it was made
for.  Chance comes from the streams of the bench: per case where inputs are changed, per pass where a target is made
fresh.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import array_api_compat
import numpy as np

from seatrial.adversaries.adversary import narrowed
from seatrial.adversaries.slopes import each, finite
from seatrial.records.batch import plain
from seatrial.records.random import Random
from seatrial.targets.target import Face, Fresh


@dataclass(frozen=True)
class Expected:
    """A target that answers by chance, as the mean of some draws of it (expectation over transformations).

    Responses and pull-backs are means over `draws` passes (Athalye et al., arXiv:1707.07397, arXiv:1802.00420).  Where
    the target can be made fresh, every draw has a key of its own, from the seed of the bench and the number of the
    pass; the keys that judge an attempt are others.
    """

    target: Any
    random: Random
    """Of the bench."""
    draws: int = 8
    aim: Any = None
    """What is wanted of the cases (`aims.aim`): then the response of a case is that of its safest draw, so that it
    falls only when all draws do; without it, the mean of all."""
    passed: Iterator[int] = field(default_factory=count, compare=False, repr=False)
    """Numbers the draws of this target and of those narrowed from it."""

    @property
    def face(self) -> Face:
        """That of the target."""
        face: Face = self.target.face
        return face

    def at(self, rows: Any) -> Expected:
        """Return the same mean, asked for these rows."""
        aim = None if self.aim is None else self.aim.at(rows)
        return replace(self, target=narrowed(self.target, rows), random=self.random.at(rows), aim=aim)

    def respond(self, inputs: Any, /) -> Any:
        """Return the responses of the safest draws, or their mean."""
        return self._told([self._drawn().respond(inputs) for _ in range(self.draws)])

    def linearise(self, inputs: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the responses likewise, and the mean of the pull-backs."""
        made = [self._drawn().linearise(inputs) for _ in range(self.draws)]
        told = self._told([one for one, _ in made])
        return told, lambda slope: _mean([finite(back(slope)) for _, back in made])

    def _told(self, parts: list[Any]) -> Any:
        if self.aim is None:
            return _mean(parts)
        xp = array_api_compat.array_namespace(parts[0])
        best, most = parts[0], self.aim.margin(parts[0])
        for part in parts[1:]:
            now = self.aim.margin(part)
            safer = ~(now <= most)
            best = xp.where(each(safer, part), part, best)
            most = xp.where(safer, now, most)
        return best

    def _drawn(self) -> Any:
        if not isinstance(self.target, Fresh):
            return self.target
        name = f"seatrial/expectation/{next(self.passed)}".encode()
        return self.target.fresh(hashlib.sha256(self.random.seed + name).digest())


@dataclass(frozen=True)
class Averaged:
    """A target whose pull-back is the mean over small random changes of the input, so that ripples cancel.

    Responses are those to the input itself.  Changes are independent per number, `radius` to either side; they may
    leave the threat and the input range, because only what is handed back is held to those.
    """

    target: Any
    random: Random
    radius: float
    """In the units of the input."""
    draws: int = 8
    passed: Iterator[int] = field(default_factory=count, compare=False, repr=False)

    @property
    def face(self) -> Face:
        """That of the target."""
        face: Face = self.target.face
        return face

    def at(self, rows: Any) -> Averaged:
        """Return the same target, asked for these rows."""
        return replace(self, target=narrowed(self.target, rows), random=self.random.at(rows))

    def respond(self, inputs: Any, /) -> Any:
        """Return the target's responses."""
        return self.target.respond(inputs)

    def linearise(self, inputs: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the responses, and the pull-back as the mean of those at changed inputs and of the input's own."""
        responses, back = self.target.linearise(inputs)

        def pulled(slope: Any) -> Any:
            found = [finite(back(slope))]
            for _ in range(self.draws):
                moved = inputs + _change(self.random, inputs, self.radius, next(self.passed))
                found.append(finite(self.target.linearise(moved)[1](slope)))
            return _mean(found)

        return responses, pulled


@dataclass(frozen=True)
class Estimated:
    """A target whose pull-back is estimated from its answers alone, by pairs of opposite random changes.

    It needs no gradient: for any g it estimates that of `sum(responses * g)` smoothed over `radius` (natural evolution
    strategies: Ilyas et al., arXiv:1804.08598).  Its error falls with the root of draws over numbers of a case.
    """

    target: Any
    random: Random
    radius: float
    """In the units of the input."""
    draws: int = 16
    """Pairs per pull-back."""
    passed: Iterator[int] = field(default_factory=count, compare=False, repr=False)

    @property
    def face(self) -> Face:
        """That of the target."""
        face: Face = self.target.face
        return face

    def at(self, rows: Any) -> Estimated:
        """Return the same target, asked for these rows."""
        return replace(self, target=narrowed(self.target, rows), random=self.random.at(rows))

    def respond(self, inputs: Any, /) -> Any:
        """Return the target's responses."""
        return self.target.respond(inputs)

    def linearise(self, inputs: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the responses and the estimated pull-back."""

        def pulled(slope: Any) -> Any:
            return _mean([self._along(inputs, slope) for _ in range(self.draws)])

        return self.target.respond(inputs), pulled

    def _along(self, inputs: Any, slope: Any) -> Any:
        """Return one random direction, times what moving along it changes."""
        xp = array_api_compat.array_namespace(inputs)
        step = _change(self.random, inputs, self.radius, next(self.passed))
        change = self.target.respond(inputs + step) - self.target.respond(inputs - step)
        gain = xp.sum(finite(change) * slope, axis=tuple(range(1, change.ndim)))
        return step * each(gain, step) / (2 * self.radius**2)


@dataclass(frozen=True)
class Rescaled:
    """A target that gives logits, divided by one positive number per case, so that no loss of theirs underflows."""

    target: Any
    scale: Any
    """`(n,)` in numpy; above 0."""

    @property
    def face(self) -> Face:
        """That of the target."""
        face: Face = self.target.face
        return face

    def at(self, rows: Any) -> Rescaled:
        """Return the same target, asked for these rows."""
        index = np.asarray(plain(rows))
        return Rescaled(narrowed(self.target, rows), self.scale[index])

    def respond(self, inputs: Any, /) -> Any:
        """Return the rescaled logits: same classes, same order."""
        made = self.target.respond(inputs)
        return made / self._like(made)

    def linearise(self, inputs: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the rescaled logits and their pull-back."""
        made, back = self.target.linearise(inputs)
        scale = self._like(made)
        return made / scale, lambda slope: back(slope / scale)

    def _like(self, made: Any) -> Any:
        xp, device = array_api_compat.array_namespace(made), array_api_compat.device(made)
        return xp.reshape(xp.astype(xp.asarray(self.scale, device=device), made.dtype), (-1, 1))


def _change(random: Random, inputs: Any, radius: float, number: int) -> Any:
    """Return changes of -radius or radius, another for every number of a pass."""
    shape = tuple(inputs.shape[1:])
    size = int(np.prod(shape, dtype=np.int64))
    return random.signs("seatrial/nearby", shape, inputs, start=number * size) * radius


def _mean(parts: list[Any]) -> Any:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total / len(parts)
