"""Ends appends at every line of the code that writes, and looks at the log after each.

    python -m tests.evidence.tapes.killed ADDRESS kill|stop [SERVER]

kill: the process gets SIGKILL.  stop: the line raises KeyboardInterrupt, and the same log goes on.
cut: the database ends the connection, and the same log goes on.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

from seatrial.errors import LogError
from seatrial.evidence.log import Log
from seatrial.evidence.tapes import tape
from seatrial.proof import checkpoint, merkle, statement
from seatrial.proof.canonical import digest
from seatrial.stores import whole
from seatrial.testing.gating import signer_of

ORIGIN = "example.org/reader"
WATCHED = (str(Path(tape.__file__).parent), str(whole.__file__))
WRITING = ("extend", "work", "_append", "write", "write_whole", "settle", "mend")


def payload(number: int) -> bytes:
    said = {"decision": digest(b"%d" % number), "entry": 0, "log": ORIGIN, "root": "00" * 32, "at": number}
    return statement.write("approval", digest(b"model"), said)


def at_line(number: int, act: Callable[[], object], functions: tuple[str, ...] = ()) -> None:
    """Act when the so many-th line of the watched files is about to run."""
    left = [number]

    def line(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            left[0] -= 1
            if left[0] == 0:
                act()
        return line

    def call(frame: FrameType, event: str, _: Any) -> Any:
        watched = frame.f_code.co_filename.startswith(WATCHED)
        return line if watched and (not functions or frame.f_code.co_name in functions) else None

    sys.settrace(call)


def looked_at(place: str) -> int:
    """Return how many entries a reader finds; everything it sees must verify."""
    log = Log.open(place)
    entries, note = log.snapshot()
    point = checkpoint.read(note, ORIGIN, signer_of("log").public)
    assert (point.size, point.root) == (len(entries), merkle.root(map(merkle.leaf_hash, entries)))
    assert len(log.statements()) == len(entries)
    return len(entries)


def kill(place: str) -> dict[str, int]:
    """Kill a process at every line of an append, until one comes through."""
    told = {"killed": 0, "adopted": 0}
    for number in count(1):
        before = looked_at(place)
        child = os.fork()
        if child == 0:
            log = Log.open(place, signer_of("log"))
            at_line(number, lambda: os.kill(os.getpid(), signal.SIGKILL))
            log.append(payload(number))
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        seen = looked_at(place)
        kept = len(Log.open(place, signer_of("log")).statements())
        assert before <= seen <= kept <= before + 1, (number, before, seen, kept)
        assert looked_at(place) == kept
        if ended == 0:
            assert seen == before + 1, "an append that was acknowledged is lost"
            return told
        assert ended == -signal.SIGKILL
        told["killed"] += 1
        told["adopted"] += kept - seen
    raise AssertionError


def stop(
    place: str, act: Callable[[], object], error: type[BaseException], functions: tuple[str, ...] = ()
) -> dict[str, int]:
    """Disturb an append at every line, of these functions only; the same log must go on, and count what was covered."""
    told = {"stopped": 0, "covered": 0, "adopted": 0}
    for number in count(1):
        log = Log.open(place, signer_of("log"))
        before = len(log.entries())
        stopped = [False]

        def disturb(stopped: list[bool] = stopped) -> None:
            stopped[0] = True
            act()

        with suppress(error):
            at_line(number, disturb, functions)
            log.append(payload(number))
        sys.settrace(None)
        seen = looked_at(place)
        assert before <= seen <= before + 1
        seq = log.append(payload(10_000 + number))
        assert seq in (seen, seen + 1), "what was written is adopted, or is gone"
        assert looked_at(place) == seq + 1
        if not stopped[0]:
            return told
        told["stopped"] += 1
        told["covered"] += seen - before
        told["adopted"] += seq - seen
    raise AssertionError


def main(place: str, mode: str) -> None:
    if mode == "kill":
        told = kill(place)
    elif mode == "stop":
        told = stop(place, lambda: signal.raise_signal(signal.SIGINT), KeyboardInterrupt, WRITING)
    else:
        told = stop(place, lambda: cut(place), LogError, (*WRITING, "run", "locked", "_unlock"))
    sys.stdout.write(json.dumps(told))


def cut(place: str) -> None:
    """Have the server end all other connections."""
    import psycopg  # noqa: PLC0415 - an extra

    ending = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'seatrial'"
    with psycopg.connect(place.partition("#")[0], autocommit=True) as connection:
        connection.execute(ending)


if __name__ == "__main__":
    main(*sys.argv[1:])
