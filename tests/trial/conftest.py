"""A foreign package with an adversary that breaks every rule, installed for the tests of this room."""

import sys

import pytest

from seatrial import plugins

CHEATS = '''
from dataclasses import dataclass
from seatrial.records.batch import Attempts
from seatrial.records.card import Card

SEEDS = []

@dataclass(frozen=True)
class Cheat:
    """An adversary that does one forbidden thing."""

    what: str = ""

    def attack(self, target, batch, bench):
        if self.what == "overstep":
            return Attempts((batch.inputs + 2 * bench.threat.eps).clip(0, 1))
        if self.what == "mutate":
            moved = batch.inputs
            moved += 0.25
            return Attempts(moved)
        if self.what == "overspend":
            for _ in range(bench.left + 1):
                target.respond(batch.inputs)
        if self.what == "peek":
            assert batch.sealed is None, "sealed is visible"
        if self.what == "remember":
            SEEDS.append(bench.random.seed)
        if self.what == "regroup":
            batch.groups[:] = 9
        if self.what == "nothing":
            return None
        if self.what == "short":
            return Attempts(batch.inputs[:1])
        if self.what == "raise":
            raise ArithmeticError("the adversary stumbles")
        if self.what == "kill":
            import os, signal
            os.kill(os.getpid(), signal.SIGKILL)
        return Attempts()

CARD = Card(Cheat, "A cheat", oracle="same_label")
'''


@pytest.fixture(scope="module", autouse=True)
def cheats(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cheats")
    (folder / "cheating.py").write_text(CHEATS)
    info = folder / "cheats-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: cheats\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[seatrial.adversaries]\ncheats.cheat = cheating:CARD\n")
    sys.path.insert(0, str(folder))
    forget()
    yield folder
    sys.path.remove(str(folder))
    forget()


def forget() -> None:
    for known in (plugins.names, plugins._load, plugins._foreign):
        known.cache_clear()
