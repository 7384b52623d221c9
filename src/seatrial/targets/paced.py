"""A target with somebody at its side: told of every call before it is made, so that one can watch, or end it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

from seatrial.records.batch import count
from seatrial.targets.metered import capabilities
from seatrial.targets.target import Approximable, Conditional, Differentiable, Face, Fresh, Service, Target

T = TypeVar("T")
Tick = Callable[[int], None]


class ClockError(KeyboardInterrupt):
    """The time is over: an interruption, which no part of a trial takes for an answer of the model."""


def paced(target: T, tick: Tick) -> T:
    """Return the target with exactly the same capabilities, which says so before each of its calls.

    Args:
        target: What answers.
        tick: Is told how many rows are about to be asked; what it raises ends the call.
    """
    return _paced(capabilities(target))(cast("Any", target), tick)  # type: ignore[return-value]


class Paced:
    """A target that is watched; `paced` makes it and adds the capabilities."""

    def __init__(self, target: Target[Any, Any], tick: Tick) -> None:
        self._target, self._tick = target, tick

    @property
    def face(self) -> Face:
        """What the target takes and gives."""
        return self._target.face

    def respond(self, inputs: Any, /) -> Any:
        """Return one response per row."""
        self._tick(count(inputs))
        return self._target.respond(inputs)

    def _on(self, target: Any) -> Any:
        return paced(target, self._tick)


class _Differentiable(Paced):
    """A watched target with gradients."""

    def linearise(self, inputs: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the responses and the pull-back."""
        self._tick(count(inputs))
        return self._target.linearise(inputs)  # type: ignore[attr-defined,no-any-return]


class _Approximable(Paced):
    """A watched target that can pass gradients through steps that have none."""

    def approximated(self) -> Any:
        """Return the target with its useless steps passed straight through, watched too."""
        return self._on(self._target.approximated())  # type: ignore[attr-defined]


class _Conditional(Paced):
    """A watched target that can be put in a state."""

    def under(self, condition: Any, /) -> Any:
        """Return the target in that state, watched too."""
        return self._on(self._target.under(condition))  # type: ignore[attr-defined]


class _Fresh(Paced):
    """A watched target with chance or memory."""

    def fresh(self, key: bytes, /) -> Any:
        """Return the target with its chance keyed by `key`, watched too."""
        return self._on(self._target.fresh(key))  # type: ignore[attr-defined]


class _Service(Paced):
    """A watched target that says how long each answer took."""

    def serve(self, inputs: Any, /) -> tuple[Any, tuple[float, ...]]:
        """Return the responses and the seconds of each row."""
        self._tick(count(inputs))
        return self._target.serve(inputs)  # type: ignore[attr-defined,no-any-return]


_WITH: dict[type[Any], type[Paced]] = {
    Differentiable: _Differentiable,
    Approximable: _Approximable,
    Conditional: _Conditional,
    Fresh: _Fresh,
    Service: _Service,
}


@cache
def _paced(able: tuple[type[Any], ...]) -> type[Paced]:
    return type("Paced", (*(_WITH[kind] for kind in able), Paced), {})
