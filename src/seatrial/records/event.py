"""What happens in a run, as it happens.  Terminal, log and reports listen; the trial knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins, or goes on."""

    plan: str
    """Digest of the plan."""
    shards: int
    done: int
    """Shards that an earlier run of the same plan left finished."""


@dataclass(frozen=True, slots=True)
class ControlFinished:
    """A planted flaw and its twin were tried."""

    id: str
    found: bool
    reason: str = ""
    """Why not, if it was not found."""


@dataclass(frozen=True, slots=True)
class ShardFinished:
    """One shard is done and on disk."""

    clause: str
    shard: int
    cases: int
    held: int
    seconds: float


@dataclass(frozen=True, slots=True)
class ShardFailed:
    """One shard could not be carried out."""

    clause: str
    shard: int
    reason: str


@dataclass(frozen=True, slots=True)
class StoppedByClock:
    """The budget of the charter ended the run; the rest of the shards is not done."""

    minutes: float
    left: int


@dataclass(frozen=True, slots=True)
class RunFinished:
    """Nothing is left to do."""

    done: int
    failed: int
    not_done: int


@dataclass(frozen=True, slots=True)
class Progress:
    """A long step outside a run (training, verification) moved on."""

    what: str
    done: int
    total: int
    note: str = ""


Event: TypeAlias = RunStarted | ControlFinished | ShardFinished | ShardFailed | StoppedByClock | RunFinished | Progress
Listener: TypeAlias = Callable[[Event], None]


def silent(event: Event) -> None:
    """Hear an event and do nothing."""
