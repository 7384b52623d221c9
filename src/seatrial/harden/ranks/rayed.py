"""Ranks that Ray starts (extra `ray`): on the cluster that RAY_ADDRESS names, or on this machine.

Ray places the processes, tells each its rank and ends them together; what they do is ours.  The driver is a process of
its own, so that nothing of Ray's comes into this one.  Nothing is reported to anybody: usage statistics and the
dashboard are off.  On a cluster, charter and cases must lie at the same path on every node.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

from seatrial.errors import HardenError, Problem, SeatrialError
from seatrial.evidence.environment import variable
from seatrial.harden.ranks.launch import Local, Work, blame
from seatrial.plugins import lacking
from seatrial.records.event import Listener

SETTINGS = ("RAY_USAGE_STATS_ENABLED=0", "RAY_TRAIN_V2_ENABLED=1", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO=0")
"""What the driver's environment says to Ray."""
EVERY = 0.5
"""Seconds between two looks at what the ranks have said."""


class Rayed:
    """Starts ranks where Ray puts them."""

    def launch(self, work: Work, told: Mapping[str, Any], processes: int, hear: Listener, /) -> Any:
        """Return what the first rank returns; see `Launcher`."""
        asked = {"work": work, "told": dict(told), "processes": processes, "folder": str(Path.cwd())}
        return Local(SETTINGS).launch(drive, asked, 1, hear)


def drive(asked: Mapping[str, Any], hear: Listener) -> Any:
    """Have Ray start ranks, and return what the first one returns: what the driver does.

    Raises:
        MissingExtra: If Ray is not installed.
        HardenError: If a rank ended without a word.
    """
    try:
        import ray  # noqa: PLC0415 - an extra
        from ray.train import RunConfig, ScalingConfig, TrainingFailedError  # noqa: PLC0415
        from ray.train.torch import TorchConfig, TorchTrainer  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise lacking(_known(error.name), "--launcher ray") from error
    _begin(ray, asked["processes"])
    try:
        box = ray.remote(num_cpus=0)(Box).remote()
        with TemporaryDirectory() as store:
            trainer = TorchTrainer(
                _rank,
                train_loop_config={"asked": pickle.dumps(dict(asked)), "box": box},
                torch_config=TorchConfig(backend="gloo"),
                scaling_config=ScalingConfig(num_workers=asked["processes"]),
                run_config=RunConfig(storage_path=store),
            )
            fails = (TrainingFailedError, ray.exceptions.RayError)
            return _fitted(trainer, lambda: ray.get(box.taken.remote()), hear, fails)
    finally:
        ray.shutdown()


class Box:
    """Where ranks put what they say: an actor of Ray's."""

    def __init__(self) -> None:
        """Begin empty."""
        self._said: list[tuple[int, bytes]] = []

    def put(self, rank: int, data: bytes) -> None:
        """Say something."""
        self._said.append((rank, data))

    def taken(self) -> list[tuple[int, bytes]]:
        """Return what was said since the last time."""
        said, self._said = self._said, []
        return said


def _begin(ray: Any, processes: int) -> None:
    """Connect to the cluster that is named, or start one on this machine."""
    quiet = {"log_to_driver": False, "logging_level": "error"}
    address = variable("RAY_ADDRESS")
    if address:
        ray.init(address=address, **quiet)
        return
    ray.init(address="local", num_cpus=max(processes, os.cpu_count() or 1), include_dashboard=False, **quiet)


class _Heard:
    """What the ranks have said, as far as it was looked at."""

    def __init__(self, hear: Listener) -> None:
        self.made: list[Any] = []
        self.blamed: dict[int, SeatrialError] = {}
        self._hear = hear

    def take(self, said: Iterable[tuple[int, bytes]]) -> None:
        """Look at more of it."""
        for rank, data in said:
            kind, value = pickle.loads(data)  # noqa: S301 - from a rank that this process had started
            if kind == "refused":
                self.blamed[rank] = value
            elif kind == "event":
                self._hear(value)
            elif rank == 0:
                self.made.append(value)


def _fitted(trainer: Any, taken: Callable[[], list[tuple[int, bytes]]], hear: Listener, fails: Any) -> Any:
    """Return what the first rank returned; what it tells is heard while all of them work."""
    heard, over, said = _Heard(hear), Event(), ""

    def listen() -> None:
        while not over.wait(EVERY):
            heard.take(taken())

    thread = Thread(target=listen, daemon=True)
    thread.start()
    try:
        trainer.fit()
    except fails as error:
        said = str(error).strip().splitlines()[-1]
    finally:
        over.set()
        thread.join()
    heard.take(taken())
    if heard.blamed:
        raise blame(heard.blamed)
    if said or not heard.made:
        raise HardenError(Problem("--launcher ray", f"a rank ended without a word: {said}", "look at Ray's own logs"))
    return heard.made[0]


def _rank(told: Mapping[str, Any]) -> None:
    """Do what one rank does, where Ray has put it."""
    import ray  # noqa: PLC0415 - an extra
    from ray.train import get_context  # noqa: PLC0415

    asked, rank = pickle.loads(told["asked"]), get_context().get_world_rank()  # noqa: S301 - from the driver

    def say(kind: str, value: Any) -> None:
        ray.get(told["box"].put.remote(rank, pickle.dumps((kind, value))))

    def tell(event: Any) -> None:
        if rank == 0:
            say("event", event)

    os.chdir(asked["folder"])
    try:
        say("done", asked["work"](asked["told"], tell))
    except SeatrialError as error:
        say("refused", error)
        raise


def _known(module: str | None) -> str:
    """Return the name of a module as the table of extras has it."""
    return module if module and module.split(".")[0] == "ray" else "ray"
