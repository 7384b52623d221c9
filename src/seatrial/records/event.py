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
class StoppedByMoney:
    """The money that the charter allows is spent; the rest of the shards is not done."""

    money: str
    """What it allows: `5 USD`."""
    spent: str
    """What was spent by then."""
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


@dataclass(frozen=True, slots=True)
class Phase:
    """A step of unknown length begins: the model is loaded, cases are read.  The next event ends it."""

    what: str
    """In words: `reading the cases`."""


Event: TypeAlias = (
    RunStarted
    | ControlFinished
    | ShardFinished
    | ShardFailed
    | StoppedByClock
    | StoppedByMoney
    | RunFinished
    | Progress
    | Phase
)
Listener: TypeAlias = Callable[[Event], None]


def silent(event: Event) -> None:
    """Hear an event and do nothing."""


def notable(event: Event) -> bool:
    """Return whether an event must not pass unseen: something failed, was missed, or was left undone."""
    return isinstance(event, ShardFailed | StoppedByClock | StoppedByMoney) or (
        isinstance(event, ControlFinished) and not event.found
    )


def in_words(event: Event) -> str:  # noqa: PLR0911 - one for each kind of event
    """Return one line about an event."""
    match event:
        case RunStarted():
            return f"{event.shards} shards, {event.done} already done"
        case ControlFinished(found=True):
            return f"control {event.id} found"
        case ControlFinished():
            return f"control {event.id} missed: what it guards is untried"
        case ShardFinished():
            shard = f"{event.clause}, shard {event.shard + 1}"
            return f"{shard}: {event.held} of {event.cases} held, {event.seconds:.1f} s"
        case ShardFailed():
            return f"{event.clause}, shard {event.shard + 1} failed: {event.reason.strip().splitlines()[-1]}"
        case StoppedByClock() | StoppedByMoney():
            return _stopped(event)
        case RunFinished():
            return f"{event.done} shards done, {event.failed} failed, {event.not_done} not done"
        case Progress():
            return f"{event.what} {event.done} of {event.total}  {event.note}".rstrip()
        case Phase():
            return event.what


def _stopped(event: StoppedByClock | StoppedByMoney) -> str:
    if isinstance(event, StoppedByClock):
        return f"stopped by the budget of {event.minutes:g} minutes, {event.left} shards not done"
    return f"stopped by the budget of {event.money} ({event.spent} spent), {event.left} shards not done"
