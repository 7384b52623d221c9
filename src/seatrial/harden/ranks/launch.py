"""Starting several ranks of one piece of work, and hearing from them: here as processes, or where Ray puts them.

A launcher only starts ranks and tells each its place in the environment; what they do is the same under torchrun, which
starts them without us.
"""

from __future__ import annotations

import pickle
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from queue import Empty, SimpleQueue
from signal import Signals
from subprocess import PIPE, Popen, TimeoutExpired
from threading import Thread
from time import monotonic
from typing import Any, Protocol

from seatrial.errors import HardenError, Problem, SeatrialError
from seatrial.harden.ranks.place import GONE
from seatrial.records.event import Listener, silent
from seatrial.trial.executors.processes import SETTINGS
from seatrial.trial.executors.worker import receive, send

GRACE = 20.0
"""Seconds that the other ranks have to say what they saw once one has failed."""
HOST = "127.0.0.1"
Work = Callable[[Mapping[str, Any], Listener], Any]
"""What every rank does: a function that can be imported, of what it is told and a listener."""


class Launcher(Protocol):
    """Starts ranks."""

    def launch(self, work: Work, told: Mapping[str, Any], processes: int, hear: Listener, /) -> Any:
        """Return what the first rank returns.

        Args:
            work: What each of them does.
            told: What it is told; all of it can be pickled.
            processes: How many there are.
            hear: Is told what the first one tells.

        Raises:
            SeatrialError: What a rank raised.
            HardenError: If one ended without a word.
            MissingExtra: If what starts them is not installed.
        """
        ...


class Local:
    """Starts ranks as processes of this machine, which end when this one does."""

    def __init__(self, settings: Sequence[str] = ()) -> None:
        """Take what their environment says beside their place: `NAME=value`."""
        self._settings = (*SETTINGS, *settings)

    def launch(self, work: Work, told: Mapping[str, Any], processes: int, hear: Listener, /) -> Any:
        """Return what the first rank returns; see `Launcher`."""
        hello = pickle.dumps((list(sys.path), pickle.dumps((work, dict(told)))))
        said = SimpleQueue[tuple[int, tuple[str, Any]]]()
        port = _port()
        ranks = list[_Rank]()
        try:
            for at in range(processes):
                ranks.append(_Rank(at, (*self._settings, *_place(at, processes, port)), hello, said))
            return _outcome(ranks, said, hear)
        finally:
            for one in ranks:
                one.kill()


class _Rank:
    """One process and the thread that listens to it."""

    def __init__(self, rank: int, settings: Sequence[str], hello: bytes, said: SimpleQueue[Any]) -> None:
        self._rank, self._said = rank, said
        command = ["env", *settings, sys.executable, "-m", "seatrial.harden.ranks.rank"]
        try:
            self._process = Popen(command, stdin=PIPE, stdout=PIPE)
        except OSError as error:
            hint = "ask for fewer --processes, or raise what the system allows (ulimit)"
            raise HardenError(Problem(f"rank {rank}", f"cannot be started: {error.strerror}", hint)) from error
        self._thread = Thread(target=self._listen, args=(hello,), daemon=True)
        self._thread.start()

    def kill(self) -> None:
        """End the process if it has not ended, and all that belongs to it."""
        self._process.kill()
        self._process.wait()
        self._thread.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _listen(self, hello: bytes) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        last = ""
        try:
            send(self._process.stdin, hello)
            while (message := receive(self._process.stdout)) is not None:
                last, value = pickle.loads(message)  # noqa: S301 - from a rank that this process started
                self._said.put((self._rank, (last, value)))
        except OSError:
            pass
        if last not in ("done", "refused"):
            self._said.put((self._rank, ("gone", self._how())))

    def _how(self) -> str:
        """Return in words how the process ended."""
        try:
            code = self._process.wait(GRACE)
        except TimeoutExpired:
            return "it said nothing more"
        return f"it was ended by {Signals(-code).name}" if code < 0 else f"it ended with status {code}"


def _place(rank: int, world: int, port: int) -> tuple[str, ...]:
    """Return what tells a rank its place; ranks of one machine meet on the loopback."""
    place = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": world, "MASTER_ADDR": HOST, "MASTER_PORT": port}
    near = {"GLOO_SOCKET_IFNAME": "lo"} if sys.platform == "linux" and world > 1 else {}
    return tuple(f"{name}={value}" for name, value in (place | near).items())


def _outcome(ranks: list[_Rank], said: SimpleQueue[Any], hear: Listener) -> Any:
    """Return what the first rank returned once all are done, or raise what is to blame."""
    open_, made, blamed = set(range(len(ranks))), None, dict[int, SeatrialError]()
    until = None
    while open_:
        try:
            rank, (kind, value) = said.get(timeout=None if until is None else max(0.01, until - monotonic()))
        except Empty:
            break
        if kind == "event":
            (hear if rank == 0 else silent)(value)
            continue
        open_.discard(rank)
        if kind == "done":
            made = value if rank == 0 else made
        else:
            blamed[rank] = value if kind == "refused" else _ended(rank, value)
            until = until or monotonic() + GRACE
    if blamed:
        raise blame(blamed)
    return made


def _ended(rank: int, how: str) -> HardenError:
    hint = "is there memory for as many? give the same command again: it goes on from the last checkpoint"
    return HardenError(Problem(f"rank {rank}", f"is gone: {how}", hint))


def blame(blamed: Mapping[int, SeatrialError]) -> SeatrialError:
    """Return the error that is the cause: not that of a rank that only missed another one."""
    told = [blamed[rank] for rank in sorted(blamed)]
    return next((one for one in told if not any(GONE in problem.what for problem in one.problems)), told[0])


def _port() -> int:
    """Return a port of this machine that is free now."""
    with closing(socket.socket()) as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])
