"""Ranks are started, heard, blamed and ended."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from seatrial.errors import HardenError, InputError, MissingExtra, Problem
from seatrial.harden.ranks.launch import Local
from seatrial.harden.ranks.launchers import launcher
from seatrial.harden.ranks.place import GONE, Place, here
from seatrial.records.event import Phase, silent

TWO = 2


def tells(told, hear):
    """Say something, and return the place without its port."""
    place = here()
    hear(Phase(f"rank {place.rank} of {place.world}, {told['word']}"))
    return place.rank, place.world, place.address.rpartition(":")[0]


def refuses(told, hear):
    """Refuse on one rank; the other misses it."""
    if here().rank == told["rank"]:
        raise HardenError(Problem("batch", "does not fit"))
    raise HardenError(Problem(f"rank {here().rank} of 2", f"{GONE}: Connection closed"))


def dies(told, hear):
    """Die on one rank; the other waits."""
    if here().rank == told["rank"]:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(told["seconds"])


def crashes(told, hear):
    """Raise what nobody expects."""
    raise ZeroDivisionError


def test_each_rank_is_told_its_place_and_the_first_one_is_heard() -> None:
    heard: list = []
    made = Local().launch(tells, {"word": "hello"}, TWO, heard.append)
    assert made == (0, 2, "tcp://127.0.0.1")
    assert heard == [Phase("rank 0 of 2, hello")]


def test_what_a_rank_prints_does_not_spoil_what_it_says(capfd) -> None:
    assert Local().launch(prints, {}, TWO, silent) == "made"
    assert capfd.readouterr().err.count("noise") == TWO


def prints(told, hear):
    """Print, as a model may."""
    os.write(1, b"noise\n")
    return "made"


@pytest.mark.parametrize("rank", [0, 1])
def test_the_error_of_the_rank_that_is_to_blame_is_raised(rank) -> None:
    with pytest.raises(HardenError, match=r"^batch: does not fit$"):
        Local().launch(refuses, {"rank": rank}, TWO, silent)


@pytest.mark.parametrize("rank", [0, 1])
def test_a_rank_that_is_killed_is_named(rank) -> None:
    with pytest.raises(HardenError, match=rf"rank {rank}: is gone: it was ended by SIGKILL"):
        Local().launch(dies, {"rank": rank, "seconds": 1}, TWO, silent)


def test_what_nobody_expected_is_told_with_its_trace(capfd) -> None:
    with pytest.raises(HardenError, match="rank 0: is gone: it ended with status 1"):
        Local().launch(crashes, {}, TWO, silent)
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_ranks_end_when_whoever_started_them_is_killed() -> None:
    """As `kill -9` of the command does: nothing is left running."""
    script = (
        "from seatrial.harden.ranks.launch import Local\n"
        "from tests.harden.ranks.test_launch import dies\n"
        "Local().launch(dies, {'rank': -1, 'seconds': 600}, 2, lambda event: None)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script])
    ranks = waited(
        lambda: [one for one in children(parent.pid) if "seatrial.harden.ranks.rank" in " ".join(one.cmdline())]
    )
    assert len(ranks) == TWO
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs(ranks, timeout=30)
    assert alive == []


def children(pid):
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def waited(look):
    """Return what there is once there are two of it."""
    until = time.monotonic() + 60
    found = []
    while time.monotonic() < until and len(found) < TWO:
        time.sleep(0.1)
        try:
            found = look()
        except psutil.NoSuchProcess:
            continue
    return found


def test_a_launcher_that_there_is_not_is_told() -> None:
    with pytest.raises(InputError, match=r"there is no 'raay' \(did you mean ray\?\)"):
        launcher("raay")


def test_without_the_extra_the_command_that_installs_it_is_told() -> None:
    """In an interpreter that does not find Ray, wherever it is installed."""
    script = (
        "import sys\n"
        "sys.modules['ray'] = None\n"
        "from seatrial.harden.ranks.rayed import drive\n"
        "drive({'processes': 2}, print)\n"
    )
    made = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert MissingExtra.__name__ in made.stderr
    assert "pip install 'seatrial[ray]'" in made.stderr


def test_where_not_all_can_be_started_none_is_left_behind() -> None:
    script = """if True:
        import os, resource
        from seatrial.errors import HardenError
        from seatrial.harden.ranks.launch import Local
        free = os.dup(0)
        os.close(free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (free + 9, free + 9))
        try:
            Local().launch(print, {}, 4, print)
        except HardenError as error:
            print(error)
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            print("nobody is left")
    """
    made = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "cannot be started: Too many open files" in made.stdout, made.stderr
    assert "nobody is left" in made.stdout


@pytest.mark.slow
def test_ray_starts_ranks_where_it_is_installed() -> None:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    heard: list = []
    rank, world, address = launcher("ray").launch(tells, {"word": "hello"}, TWO, heard.append)
    assert (rank, world) == (0, 2)
    assert address.startswith("tcp://")
    assert heard == [Phase("rank 0 of 2, hello")]


@pytest.mark.slow
def test_what_a_rank_refuses_under_ray_is_raised() -> None:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    with pytest.raises(HardenError, match=r"^batch: does not fit$"):
        launcher("ray").launch(refuses, {"rank": 1}, TWO, silent)


def test_a_place_is_read_from_what_launchers_say() -> None:
    told = {"RANK": "1", "WORLD_SIZE": "3", "MASTER_ADDR": "node", "MASTER_PORT": "29500"}
    assert here(told) == Place(1, 3, "tcp://node:29500")
    assert here({}) == here({**told, "WORLD_SIZE": "1"}) == Place()


@pytest.mark.parametrize("name", ["RANK", "MASTER_ADDR", "MASTER_PORT"])
def test_half_a_place_is_refused(name) -> None:
    told = {"RANK": "1", "WORLD_SIZE": "3", "MASTER_ADDR": "node", "MASTER_PORT": "29500"}
    with pytest.raises(InputError, match=f"{name}: is not set, and WORLD_SIZE is 3"):
        here({**told, name: ""})


@pytest.mark.parametrize(("rank", "world"), [("3", "3"), ("-1", "3"), ("x", "3"), ("0", "two")])
def test_a_place_that_is_none_is_refused(rank, world) -> None:
    with pytest.raises(InputError, match="is no place"):
        here({"RANK": rank, "WORLD_SIZE": world, "MASTER_ADDR": "node", "MASTER_PORT": "29500"})


@pytest.mark.parametrize("port", ["x", "-1", "65536", "29500/a"])
def test_a_port_that_is_none_is_refused(port) -> None:
    with pytest.raises(InputError, match=r"MASTER_PORT: .* is no port"):
        here({"RANK": "0", "WORLD_SIZE": "3", "MASTER_ADDR": "node", "MASTER_PORT": port})
