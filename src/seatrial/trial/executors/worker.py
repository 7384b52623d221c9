"""The process at the other end of `processes`: reads shards from its standard input, writes results.

Run as a script.  A message is its length (u8, little-endian) and a pickle.  What shards print goes to standard
error.  When the parent ends, however it ends, the input closes and the worker ends at once.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
from queue import SimpleQueue
from threading import Thread
from typing import IO

LENGTH = struct.Struct("<Q")


def send(stream: IO[bytes], message: bytes) -> None:
    """Write one message."""
    stream.write(LENGTH.pack(len(message)) + message)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Return the next message, or None if the other end has closed."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    message = stream.read(length)
    return message if len(message) == length else None


def _listen(stream: IO[bytes], inbox: SimpleQueue[bytes]) -> None:
    while (message := receive(stream)) is not None:
        inbox.put(message)
    os._exit(1)


def main() -> None:
    """Work until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    commands, results = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - os.devnull is no Path
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    first = receive(commands)
    if first is None:
        return
    paths, packed = pickle.loads(first)  # noqa: S301 - from the parent that started this process
    sys.path[:] = paths
    inbox: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(commands, inbox), daemon=True).start()
    work = pickle.loads(packed)  # noqa: S301 - from the parent that started this process
    try:
        while True:
            send(results, pickle.dumps(work(pickle.loads(inbox.get()))))  # noqa: S301 - from the parent that started this process
    except SystemExit as error:
        # At once: a parent that sees the results close answers by closing the commands, and `_listen` would end it.
        sys.stderr.flush()
        os._exit(error.code if isinstance(error.code, int) else 1)


if __name__ == "__main__":
    main()
