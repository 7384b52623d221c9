"""Workers: contract, environment, crashes, and their end."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from seatrial.errors import TrialError
from seatrial.trial.executors.processes import Processes


@dataclass(frozen=True)
class Deed:
    """A work that does what it is told."""

    def __call__(self, what: str):
        if what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "crash":
            ctypes.string_at(0)
        if what == "exit":
            os._exit(7)
        if what == "leave":
            raise SystemExit(7)
        if what == "print":
            print("not a result")  # noqa: T201
        if what == "input":
            return sys.stdin.read()
        if what == "threads":
            return {name: os.environ.get(name) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "PYTHONHASHSEED")}
        if what == "sleep":
            time.sleep(60)
        return os.getpid()


def test_there_is_one_worker_per_core_unless_said_otherwise() -> None:
    assert len(set(Processes(2).map(Deed(), [""] * 40))) <= 2
    assert list(Processes(9).map(Deed(), ["threads"])) == [
        {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    ]


def test_what_work_prints_or_reads_disturbs_nothing() -> None:
    first, second, third = Processes(1).map(Deed(), ["print", "input", ""])
    assert first == third
    assert second == ""


@pytest.mark.parametrize(
    ("what", "told"), [("die", "SIGKILL"), ("crash", "SIGSEGV"), ("exit", "status 7"), ("leave", "status 7")]
)
def test_a_worker_that_dies_fails_its_shard_and_another_takes_over(what, told) -> None:
    coming = Processes(1).map(Deed(), ["", what, ""])
    first = next(coming)
    with pytest.raises(TrialError, match=told):
        next(coming)
    assert next(coming) != first
    assert next(coming, None) is None


def workers() -> list[psutil.Process]:
    return [p for p in psutil.Process().children(recursive=True) if p.status() != "zombie"]


def gone(processes: list[psutil.Process], *, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not any(p.is_running() and p.status() != "zombie" for p in processes):
            return True
        time.sleep(0.02)
    return False


def test_close_kills_the_workers_at_once() -> None:
    before = set(workers())
    coming = Processes(2).map(Deed(), ["", "sleep", "sleep", "sleep"])
    next(coming)
    running = [p for p in workers() if p not in before]
    assert running
    begun = time.monotonic()
    coming.close()
    assert gone(running)
    assert time.monotonic() - begun < 10
    with pytest.raises(TrialError, match="closed"):
        next(coming)


PARENT = """
import sys
sys.path[:0] = sys.argv[1:]
from tests.trial.executors.test_processes import Deed
from seatrial.trial.executors.processes import Processes
coming = Processes(2).map(Deed(), ["", "", "sleep", "sleep"])
print(next(coming), next(coming), flush=True)
next(coming)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_their_parent_however_it_ends(how) -> None:
    paths = [str(Path(__file__).parents[3]), *[p for p in sys.path if p]]
    parent = subprocess.Popen([sys.executable, "-c", PARENT, *paths], stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        children = psutil.Process(parent.pid).children(recursive=True)
        assert len(children) == 2
        parent.send_signal(how)
        parent.wait()
        assert gone(children)
