"""The process that `launch` starts for a rank: told what to do on its input, says what happens on its output.

Run as `python -m seatrial.harden.ranks.rank`.  Messages are those of `trial/executors/worker.py`.  What the work prints
goes to standard error.  When the parent ends, however it ends, the input closes and the rank ends at once.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from threading import Thread
from typing import IO, Any

from seatrial.errors import SeatrialError
from seatrial.trial.executors.worker import receive, send


def main() -> int:
    """Work once, say what came of it, and return the exit status."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    commands, results = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - os.devnull is no Path
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    first = receive(commands)
    if first is None:
        return 1
    paths, packed = pickle.loads(first)  # noqa: S301 - from the parent that started this process
    sys.path[:] = paths
    Thread(target=_end_with, args=(commands,), daemon=True).start()

    def say(kind: str, value: Any) -> None:
        send(results, pickle.dumps((kind, value)))

    work, told = pickle.loads(packed)  # noqa: S301 - the same
    try:
        say("done", work(told, lambda event: say("event", event)))
    except SeatrialError as error:
        say("refused", error)
        return error.exit_code
    return 0


def _end_with(commands: IO[bytes]) -> None:
    """End this process when the parent is gone: nothing more is ever said to it."""
    commands.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
