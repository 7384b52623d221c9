"""Ranks over torch.distributed: gloo, bytes and sums in the order of the ranks, and a clear error once one is gone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import torch
from torch import distributed

from seatrial.errors import HardenError, Problem, SeatrialError
from seatrial.harden.ranks.place import ALONE, BY_ITSELF, GONE, Place, Ranks

PATIENCE = timedelta(minutes=30)
"""How long a rank waits for another that neither answers nor has gone; one that has gone is noticed at once."""
_FINE, _REFUSED = b"+", b"-"


@contextmanager
def joined(place: Place) -> Iterator[Ranks]:
    """Lend all ranks, once they have found each other.

    A process group that is there already (Ray makes one) is used and left as it is.

    Args:
        place: Which one this is.

    Raises:
        HardenError: If they do not find each other.
    """
    if place == ALONE:
        yield BY_ITSELF
        return
    mine = not distributed.is_initialized()
    if mine:
        with _asked(place, "the ranks did not find each other"):
            distributed.init_process_group(
                "gloo", init_method=place.address, rank=place.rank, world_size=place.world, timeout=PATIENCE
            )
    try:
        yield _Together(place)
    finally:
        if mine:
            distributed.destroy_process_group()


class _Together:
    """The ranks of a process group."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def first(self, work: Callable[[], bytes], /) -> bytes:
        """Return what the first one made of some work; if it refused, raise its error everywhere."""
        refused: SeatrialError | None = None
        said = b""
        if self.place.rank == 0:
            try:
                said = _FINE + work()
            except SeatrialError as error:
                refused = error
                said = _REFUSED + json.dumps([[one.where, one.what, one.hint] for one in error.problems]).encode()
        said = self._spread(said)
        if refused is not None:
            raise refused
        if said[:1] == _REFUSED:
            raise HardenError(*(Problem(*one) for one in json.loads(said[1:])))
        return said[1:]

    def told(self, data: bytes, /) -> list[bytes]:
        """Return what every one of them says, in order."""
        with _asked(self.place):
            sizes = [torch.zeros(1, dtype=torch.int64) for _ in range(self.place.world)]
            distributed.all_gather(sizes, torch.tensor([len(data)]))
            widest = max(int(size) for size in sizes)
            mine = torch.zeros(widest, dtype=torch.uint8)
            mine[: len(data)] = _tensor(data)
            parts = [torch.empty(widest, dtype=torch.uint8) for _ in sizes]
            if widest:
                distributed.all_gather(parts, mine)
        return [bytes(part[: int(size)].numpy()) for part, size in zip(parts, sizes, strict=True)]

    def summed(self, flat: Any, /) -> Any:
        """Return the sum of a flat tensor over all, added in the order of the ranks.

        Everyone gets every part and adds for itself: an all-reduce would move less, in an order of its own.
        """
        mine = flat.detach().cpu()
        parts = [torch.empty_like(mine) for _ in range(self.place.world)]
        with _asked(self.place):
            distributed.all_gather(parts, mine)
        total = parts[0]
        for part in parts[1:]:
            total += part
        return total.to(flat.device)

    def _spread(self, data: bytes) -> bytes:
        """Return what the first one says."""
        with _asked(self.place):
            size = torch.tensor([len(data)])
            distributed.broadcast(size, 0)
            told = _tensor(data) if self.place.rank == 0 else torch.empty(int(size), dtype=torch.uint8)
            distributed.broadcast(told, 0)
        return bytes(told.numpy())


def _tensor(data: bytes) -> Any:
    return torch.frombuffer(bytearray(data), dtype=torch.uint8) if data else torch.empty(0, dtype=torch.uint8)


@contextmanager
def _asked(place: Place, what: str = GONE) -> Iterator[None]:
    """Translate what torch raises when a rank is gone."""
    try:
        yield
    except RuntimeError as error:
        why = str(error).strip().splitlines()[0]
        hint = "look at what that one said last, and give the same command again: it goes on from the last checkpoint"
        raise HardenError(Problem(f"rank {place.rank} of {place.world}", f"{what}: {why}", hint)) from error
