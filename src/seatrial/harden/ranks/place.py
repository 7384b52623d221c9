"""Processes that train one model together: which one this is, and what they say to each other.

They are called ranks, as everywhere: 0 to one less than their number.  Whoever starts them (torchrun, Ray, or
`harden.launch`) tells each its place in the same environment variables, so a rank need not know who started it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from seatrial.errors import InputError, Problem
from seatrial.evidence.environment import variables

NAMES = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
"""Variables by which torch's launchers tell a process its place."""


GONE = "another rank is gone or does not answer"
"""What a rank says that misses another one: that one is to blame, not this one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which process this is, and where all of them meet."""

    rank: int = 0
    world: int = 1
    """How many there are."""
    address: str = ""
    """Where they meet, as torch says it: `tcp://127.0.0.1:29500`."""


ALONE = Place()
"""The place of a process that trains by itself."""


class Ranks(Protocol):
    """All of them, as one sees them.  Each method is called by all, in the same order, or none of them returns."""

    @property
    def place(self) -> Place:
        """Which one this is."""
        ...

    def first(self, work: Callable[[], bytes], /) -> bytes:
        """Return what the first one made of some work; if it refused, all of them raise its error.

        Raises:
            HardenError: If it refused, or is gone.
        """
        ...

    def told(self, data: bytes, /) -> list[bytes]:
        """Return what every one of them says, in order.

        Raises:
            HardenError: If one is gone.
        """
        ...

    def summed(self, flat: Any, /) -> Any:
        """Return the sum of a flat tensor over all, added in the order of the ranks: the same bits on each.

        Raises:
            HardenError: If one is gone.
        """
        ...


@dataclass(frozen=True, slots=True)
class Alone:
    """A process that trains by itself: nobody is asked, and nothing costs anything."""

    place: Place = ALONE

    def first(self, work: Callable[[], bytes], /) -> bytes:
        """Return what it makes."""
        return work()

    def told(self, data: bytes, /) -> list[bytes]:
        """Return what it says."""
        return [data]

    def summed(self, flat: Any, /) -> Any:
        """Return the tensor."""
        return flat


BY_ITSELF = Alone()
"""The only one of its kind that anybody needs."""


def agreed(ranks: Ranks, work: Callable[[], Any]) -> Any:
    """Return what the first rank made of some work, as plain JSON values; see `Ranks.first`."""
    return json.loads(ranks.first(lambda: json.dumps(work()).encode()))


def here(known: Mapping[str, str] | None = None) -> Place:
    """Return the place that a launcher told this process; alone if none did.

    Args:
        known: Environment variables; this process's by default.

    Raises:
        InputError: If only some of the variables are there, or they mean nothing.
    """
    told = {name: one for name in NAMES if (one := (variables() if known is None else known).get(name))}
    if told.get("WORLD_SIZE", "1") == "1":
        return ALONE
    hint = "torchrun sets all of them; or use --processes"
    if missing := [name for name in NAMES if name not in told]:
        raise InputError(Problem(missing[0], f"is not set, and WORLD_SIZE is {told['WORLD_SIZE']}", hint))
    rank, world = told["RANK"], told["WORLD_SIZE"]
    if not (rank.isdecimal() and world.isdecimal() and int(rank) < int(world)):
        raise InputError(Problem("RANK", f"{rank} of {world} is no place", hint))
    if not (told["MASTER_PORT"].isdecimal() and int(told["MASTER_PORT"]) < 2**16):
        raise InputError(Problem("MASTER_PORT", f"{told['MASTER_PORT']!r} is no port", hint))
    return Place(int(rank), int(world), f"tcp://{told['MASTER_ADDR']}:{told['MASTER_PORT']}")
