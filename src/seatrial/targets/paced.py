"""A target with somebody at its side: told of every call before it is made, so that one can watch, or end it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

from seatrial.records.batch import count
from seatrial.targets.accounted import accounted

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
    return accounted(target, _Pace(tick))


@dataclass(frozen=True, slots=True)
class _Pace:
    tick: Tick

    def asked(self, inputs: Any, /, *, query: bool) -> AbstractContextManager[None]:  # noqa: ARG002 - all alike
        self.tick(count(inputs))
        return nullcontext()

    def pulled(self) -> AbstractContextManager[None]:
        return nullcontext()

    def at(self, _: Any, /) -> _Pace:
        return self
