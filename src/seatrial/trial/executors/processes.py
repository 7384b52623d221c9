"""In worker processes of one thread each, which end when this one does.

Workers are programs of their own (`worker.py`), not forks: nothing is inherited, a script needs no
`if __name__ == "__main__"`, and two spinning thread pools never meet on one core.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from subprocess import PIPE, Popen, TimeoutExpired
from threading import Condition, Thread
from typing import Any, Generic, TypeVar, cast

from seatrial.errors import Problem, TrialError
from seatrial.records.card import Card
from seatrial.trial.executors.executor import Executor
from seatrial.trial.executors.worker import receive, send
from seatrial.trial.shard import Attempted

S = TypeVar("S")
R = TypeVar("R")

SETTINGS = (
    *(f"{name}_NUM_THREADS=1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")),
    "PYTHONHASHSEED=0",
)
"""What every worker's environment says beyond this one's: one thread, and sets in one order."""

GRACE = 5.0
"""Seconds that a worker has to end by itself."""

HINT = "run it again with the executor `inline` to see what it does; the other shards go on"


@dataclass(frozen=True)
class Processes:
    """Works shards in this many processes at once."""

    workers: int = 0
    """0 is one per core."""

    def map(self, work: Callable[[S], R], shards: Sequence[S], /) -> Iterator[R]:
        """Return the result of each shard, in order; `close` kills the workers."""
        return Crew[R](work, shards, self.workers or cores())


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Hand:
    """One worker process."""

    def __init__(self, hello: bytes) -> None:
        script = Path(__file__).with_name("worker.py")
        self._process = Popen(["env", *SETTINGS, sys.executable, str(script)], stdin=PIPE, stdout=PIPE)
        self._hello: bytes | None = hello

    def ask(self, shard: bytes) -> Any:
        """Return what the worker says to a shard: (fine, result or error).  A dead one has not said anything: None."""
        process, hello = self._process, self._hello
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            if hello is not None:
                send(process.stdin, hello)
            self._hello = None
            send(process.stdin, shard)
            reply = receive(process.stdout)
        except OSError:
            return None
        return None if reply is None else pickle.loads(reply)  # noqa: S301 - from a worker that this process started

    def kill(self) -> None:
        """End the process; it is not waited for."""
        self._process.kill()

    def bury(self) -> str:
        """End the process, wait for it, and return in words how it ended."""
        process = self._process
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):
                stream and stream.close()
        try:
            code = process.wait(timeout=GRACE)
        except TimeoutExpired:
            process.kill()
            code = process.wait()
        return f"its worker was ended by {Signals(-code).name}" if code < 0 else f"its worker ended with status {code}"


class Crew(Generic[R]):
    """The results of a set of shards, while workers are at them: one thread here tends one process there."""

    def __init__(self, work: Callable[[Any], R], shards: Sequence[Any], workers: int) -> None:
        self._hello = pickle.dumps((list(sys.path), pickle.dumps(Attempted(work))))
        self._shards = [pickle.dumps(shard) for shard in shards]
        self._found: dict[int, tuple[bool, Any]] = {}
        self._changed = Condition()
        self._given = 0
        self._asked = 0
        self._closed = False
        self._hands: set[Hand] = set()
        self._threads = [Thread(target=self._tend, daemon=True) for _ in range(min(workers, len(shards)))]
        for thread in self._threads:
            thread.start()

    def __iter__(self) -> Iterator[R]:
        return self

    def __next__(self) -> R:
        if self._asked >= len(self._shards):
            self.close()
            raise StopIteration
        at, self._asked = self._asked, self._asked + 1
        with self._changed:
            self._changed.wait_for(lambda: at in self._found or self._closed)
            fine, value = (False, None) if self._closed else self._found.pop(at)
        if not fine:
            raise value or TrialError("the run was closed")
        return cast("R", value)

    def close(self) -> None:
        """Kill every worker; results that were not asked for are lost here, files that they wrote are not."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            for hand in self._hands:
                hand.kill()
        for thread in self._threads:
            thread.join()

    def _tend(self) -> None:
        hand = None
        while (at := self._next()) is not None:
            hand = hand or self._hired()
            reply = hand and hand.ask(self._shards[at])
            if hand and reply is None:
                reply = (False, TrialError(Problem(f"shard {at} of the run", self._gone(hand), HINT)))
                hand = None
            with self._changed:
                self._found[at] = reply or (False, TrialError("the run was closed"))
                self._changed.notify_all()
        if hand:
            self._gone(hand)

    def _next(self) -> int | None:
        with self._changed:
            if self._closed or self._given >= len(self._shards):
                return None
            self._given += 1
            return self._given - 1

    def _hired(self) -> Hand | None:
        """Start a worker; None if the crew was closed meanwhile."""
        with self._changed:
            if self._closed:
                return None
            hand = Hand(self._hello)
            self._hands.add(hand)
            return hand

    def _gone(self, hand: Hand) -> str:
        with self._changed:
            self._hands.discard(hand)
        return hand.bury()


CARD: Card[Executor] = Card(Processes, "In worker processes of one thread each, which end when this one does")
