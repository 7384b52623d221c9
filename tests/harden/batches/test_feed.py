"""Who reads does not decide what is read; workers end with the process that they read for."""

import multiprocessing
import os
import signal
import time

import numpy as np
import psutil
import pytest
import torch
from PIL import Image
from tests.harden.small import BALL, SEED, drawn, fragile, target, two_features
from tests.harden.test_loop import STEPS, Watched, recipe, trained, without_clock

from seatrial.cases import folder
from seatrial.errors import CasesError, HardenError
from seatrial.harden.batches.feed import feed
from seatrial.harden.batches.lot import lot
from seatrial.harden.batches.order import Order
from seatrial.harden.remedy import Means
from seatrial.records.event import Phase
from seatrial.records.threat import Ball
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget

CASES = two_features(200)
home = target(fragile()).face.home


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_workers_hand_out_what_this_process_would(workers) -> None:
    parts, order = lot(CASES, home, parts=True), Order(SEED, CASES.take(0, 200).ids, 20)
    here, ahead = feed(parts, order.whole, 0), feed(parts, order.whole, workers)
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    for step in (*range(7, 19), 40, 41):
        one, other = here.batch(step), ahead.batch(step)
        assert one.ids == other.ids
        assert torch.equal(one.inputs, other.inputs)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert ahead.spent > 0
    assert here.spent == 0
    ahead.close()


class Bad:
    """A source of which one case cannot be read any more, and another ends the process that reads it."""

    def __init__(self, case: int, act) -> None:
        self.case, self.act = case, act
        self.begun = os.getpid()

    def __len__(self):
        return len(CASES)

    def take(self, first, last, /):
        if first <= self.case < last and os.getpid() != self.begun:
            self.act()
        return CASES.take(first, last)


def changed() -> None:
    raise CasesError("image 7 has changed since it was read")


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def read(fed) -> None:
    """Read a whole pass."""
    for step in range(10):
        fed.batch(step)


def ahead(cases):
    parts = lot(cases, home, parts=True)
    order = Order(SEED, parts.ids, 20)
    return feed(parts, order.whole, 1)


def test_what_a_worker_cannot_read_is_told_as_if_it_was_read_here() -> None:
    fed = ahead(Bad(7, changed))
    with pytest.raises(CasesError, match=r"^image 7 has changed since it was read$"):
        read(fed)
    fed.close()


def test_a_worker_that_is_killed_is_told() -> None:
    fed = ahead(Bad(7, killed))
    with pytest.raises(HardenError, match=r"a data worker is gone.*fewer --workers"):
        read(fed)
    fed.close()


def pictures(place):
    """Return a folder of images: a bright or a dark corner."""
    rng = np.random.default_rng(5)
    for at in range(120):
        pixels = rng.integers(60, 180, (6, 6)).astype(np.uint8)
        pixels[:3, :3] = 230 if at % 2 else 20
        (place / str(at % 2)).mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(place / str(at % 2) / f"{at}.png")
    return folder.make({"path": str(place), "size": [6, 6], "mode": "L"}, place)


def sees():
    """Return a model of such images."""
    torch.manual_seed(1)
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(36, 8), torch.nn.BatchNorm1d(8), torch.nn.ReLU())
    net.append(torch.nn.Linear(8, 2))
    face = Face(takes=np.ndarray, gives="logits", shape=(1, 6, 6), low=0.0, high=1.0, classes=2)
    return TorchTarget(net, face)


def hardened(cases, workers, *, before=lambda lesson: None, **more):
    heard: list = []
    means = Means(SEED, heard.append, steps=STEPS, workers=workers, **more)
    made = trained(Watched(recipe("training.pgd"), before), sees(), cases, Ball("linf", 0.1, 0, 1), means)
    return made, [one.what for one in heard if isinstance(one, Phase)]


def test_weights_are_the_same_for_any_number_of_workers(tmp_path) -> None:
    cases = pictures(tmp_path / "images")
    made = [hardened(cases, workers)[0] for workers in (0, 1, 2)]
    assert made[0].weights == made[1].weights == made[2].weights
    assert without_clock(made[0].record) == without_clock(made[2].record)


def test_images_are_not_held_in_memory_where_workers_read_them(tmp_path) -> None:
    cases = pictures(tmp_path / "images")
    sizes: list = []

    class Seen:
        """A source that says how many cases are read at once."""

        def __len__(self):
            return len(cases)

        def take(self, first, last, /):
            sizes.append(min(last, len(cases)) - first)
            return cases.take(first, last)

    hardened(Seen(), 1)
    # Names and labels are read once, in one window; then batches of 20, in whatever runs of neighbours they have.
    assert sizes.count(len(cases)) == 1
    assert max(size for size in sizes if size != len(cases)) <= 64


def test_killed_with_workers_it_ends_in_the_same_bytes_and_leaves_no_process(tmp_path) -> None:
    cases = pictures(tmp_path / "images")
    whole, _ = hardened(cases, 0)
    place = tmp_path / "kept"

    def work() -> None:
        def die(lesson) -> None:
            if lesson.step == 8:
                (tmp_path / "pids").write_text(" ".join(str(one.pid) for one in psutil.Process().children()))
                os.kill(os.getpid(), signal.SIGKILL)

        hardened(cases, 2, before=die, folder=place)

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    workers = [int(one) for one in (tmp_path / "pids").read_text().split()]
    assert len(workers) == 2
    until = time.monotonic() + 30
    while any(alive(one) for one in workers) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(alive(one) for one in workers)
    again, heard = hardened(cases, 1, folder=place)
    assert any("goes on after 6" in one for one in heard)
    assert again.weights == whole.weights


def alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_workers_end_with_the_run() -> None:
    before = {one.pid for one in psutil.Process().children(recursive=True)}
    means = Means(SEED, steps=4, workers=2)
    trained(Watched(recipe("training.pgd")), target(drawn()), CASES, BALL, means)
    until = time.monotonic() + 30
    while {one.pid for one in psutil.Process().children(recursive=True)} - before and time.monotonic() < until:
        time.sleep(0.1)
    assert {one.pid for one in psutil.Process().children(recursive=True)} - before == set()
