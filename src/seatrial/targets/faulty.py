"""A target whose dependency can be made to fail: a feature store, a lookup, another model that it asks.

The system hands over how it is built, `build(upstream) -> target`, and the upstream itself, any callable.
So the fault is planted exactly where it happens in production, between the two, and nothing inside the system
is patched.  In a charter:

    target: {kind: faulty, load: "shop.scorer:build", upstream: {load: "shop.features:lookup"},
             input: {shape: [12]}, gives: labels}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from threading import Event
from typing import Any, TypeAlias

from seatrial.errors import Problem, TargetError
from seatrial.records.batch import count
from seatrial.records.card import Card
from seatrial.targets.block import read_block
from seatrial.targets.callable import CallableTarget
from seatrial.targets.importing import named
from seatrial.targets.metered import stopwatch
from seatrial.targets.probe import probed
from seatrial.targets.target import Approximable, Differentiable, Face, Fresh, Target

Upstream: TypeAlias = Callable[..., Any]
Build: TypeAlias = Callable[[Upstream], Target[Any, Any]]


@dataclass(frozen=True, slots=True)
class Delay:
    """The condition that the dependency answers late."""

    seconds: float
    """Added to each call of the dependency, in real time."""
    fails: bool = False
    """Whether it then raises `ConnectionError` instead of answering."""


def faulty(build: Build, upstream: Upstream) -> Faulty:
    """Return the target that `build` makes of its dependency, which can be put `under(Delay(...))`.

    It has the capabilities of what is built (`Differentiable`, `Fresh`), and two more: `Conditional`, and `Service`,
    whose seconds are those of the whole call for each of its rows, because the rows of a request wait for each other.

    Args:
        build: Returns the system given its dependency; called once for each condition.
        upstream: The dependency; called by the system from whatever thread it likes.
    """
    return _made(build, upstream)


def late(upstream: Upstream, delay: Delay) -> Upstream:
    """Return the dependency as it is under a delay."""

    def slow(*args: Any, **named: Any) -> Any:
        Event().wait(delay.seconds)
        if delay.fails:
            raise ConnectionError(f"the dependency did not answer in {delay.seconds:g} s")
        return upstream(*args, **named)

    return slow


class Faulty:
    """A system with its dependency; `faulty` makes it and adds the capabilities of the system."""

    def __init__(self, build: Build, upstream: Upstream, target: Target[Any, Any]) -> None:
        self._build = build
        self._upstream = upstream
        self._target = target

    @property
    def face(self) -> Face:
        """What the system takes and gives."""
        return self._target.face

    def respond(self, inputs: Any, /) -> Any:
        """Return the system's responses."""
        return self._target.respond(inputs)

    def serve(self, inputs: Any, /) -> tuple[Any, tuple[float, ...]]:
        """Return the responses, and for each row the seconds of the whole call."""
        elapsed = stopwatch()
        responses = self._target.respond(inputs)
        return responses, (elapsed(),) * count(inputs)

    def under(self, condition: Delay, /) -> Faulty:
        """Return the system built anew on the delayed dependency; delays on delays add up."""
        return _made(self._build, late(self._upstream, condition))


class _Differentiable(Faulty):
    """A system with gradients."""

    def linearise(self, inputs: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the system's responses and pull-back."""
        return self._target.linearise(inputs)  # type: ignore[attr-defined,no-any-return]


class _Approximable(Faulty):
    """A system that can pass gradients through steps that have none."""

    def approximated(self) -> Any:
        """Return the system's target with its useless steps passed straight through."""
        return self._target.approximated()  # type: ignore[attr-defined]


class _Fresh(Faulty):
    """A system with chance or memory."""

    def fresh(self, key: bytes, /) -> Faulty:
        """Return the system with its chance keyed by `key`, on the same dependency."""
        fresh = self._target.fresh(key)  # type: ignore[attr-defined]
        return _class(_able(fresh))(self._build, self._upstream, fresh)


def _made(build: Build, upstream: Upstream) -> Faulty:
    target = build(upstream)
    return _class(_able(target))(build, upstream, target)


def _able(target: object) -> tuple[type[Faulty], ...]:
    pairs = ((Differentiable, _Differentiable), (Approximable, _Approximable), (Fresh, _Fresh))
    return tuple(mixin for capability, mixin in pairs if isinstance(target, capability))


@cache
def _class(mixins: tuple[type[Faulty], ...]) -> type[Faulty]:
    return type("Faulty", (*mixins, Faulty), {})


def make(block: Mapping[str, Any], folder: Path) -> Faulty:
    """Return the target that a charter's block describes, after one probe of it.

    `load` names `build(upstream)`, which returns a target, or a function of a whole batch as `kind: callable` takes
    it; `upstream.load` names the dependency.

    Raises:
        TargetError: With all that is wrong: keys, functions that cannot be imported, answers of a wrong form.
    """
    read = read_block(block, folder, known=("load", "upstream"), needs=("load", "upstream", "input", "gives"), pad=1)
    if not isinstance(block["upstream"], Mapping) or "load" not in block["upstream"]:
        hint = 'write {load: "shop.features:lookup"}'
        raise TargetError(Problem("target.upstream", "does not say what to load", hint))
    build, upstream = named(str(block["load"]), folder), named(str(block["upstream"]["load"]), folder)
    face = read.told(Face(read.takes, read.gives, read.shape, read.low, read.high, read.classes))

    def built(dependency: Upstream, face: Face = face) -> Target[Any, Any]:
        made = build(dependency)
        return made if isinstance(made, Target) else CallableTarget(made, face, pad=read.pad, folder=folder)

    known = replace(face, classes=probed(built(upstream), "target"))
    return faulty(lambda dependency: built(dependency, known), upstream)


CARD: Card[Target[Any, Any]] = Card(make, "A system with a dependency that can be made to fail")
