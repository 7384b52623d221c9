"""`check_adversary` finds each way of breaking the contract, and nothing else."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from seatrial import plugins
from seatrial.adversaries.evasion.fgsm import Fgsm
from seatrial.records.batch import Attempts
from seatrial.records.card import Card
from seatrial.testing import adversaries
from seatrial.testing.adversaries import Tried, check_adversary

PLANT = plugins.find("controls", "evasion.linear").make().flaw()
BATCH = PLANT.cases.take(0, 16)
GOOD = plugins.find("adversaries", "evasion.fgsm")


@dataclass(frozen=True)
class Wrong:
    """An attack that moves inputs by one random step, and does one thing wrong besides."""

    fault: str = ""

    def attack(self, target: Any, batch: Any, bench: Any) -> Attempts[Any]:
        size = bench.threat.eps
        signs = bench.random.signs("step", tuple(batch.inputs.shape[1:]), batch.inputs)
        moved = batch.inputs + (signs * (0.5 * size) if size else 0)
        if self.fault == "position":
            moved = batch.inputs + signs[0] * (0.5 * size)
        if self.fault == "crowd":
            moved = batch.inputs + signs * (0.5 * size / len(batch))
        if self.fault == "far":
            moved = batch.inputs + signs * (1.1 * size)
        if self.fault == "short":
            moved = moved[:-1]
        if self.fault == "overwrites":
            batch.inputs[:] = moved
        if self.fault == "sealed" and batch.sealed is not None:
            moved = batch.inputs
        if self.fault == "chance":
            moved = batch.inputs + np.float32(np.random.default_rng().uniform(0, size / 2))
        if self.fault == "restless":
            moved = moved + np.float32(1e-3)
        for _ in range(4 if self.fault == "greedy" else 0):
            target.respond(batch.inputs)
        return Attempts(stimuli=moved)


def broken(fault):
    tried = Tried("wrong", Card(Wrong, "Wrong"), Wrong(fault), PLANT, BATCH)
    return " ".join(said for said in adversaries._faults(tried))


def test_a_good_one_passes():
    assert broken("") == ""


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("position", "in another order"),
        ("crowd", "in a shard of"),
        ("far", "linf size"),
        ("short", "15 stimuli for 16 cases"),
        ("overwrites", "overwrites what it was lent"),
        ("sealed", "uses sealed facts"),
        ("chance", "one seed gives two attempts"),
        ("restless", "radius 0"),
        ("greedy", "with 1 queries allowed"),
    ],
)
def test_each_fault_is_found(fault, said):
    assert said in broken(fault)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "no title"),
        ({"cites": ()}, "cites nothing"),
        ({"tags": ()}, "no tags"),
        ({"oracle": "same_lable"}, "not on the shelf"),
        ({"controls": ()}, "no control"),
        ({"controls": ("evasion.nothing",)}, "'evasion.nothing', is not on the shelf"),
    ],
)
def test_gaps_on_the_card_are_found(change, said):
    assert said in " ".join(adversaries._card("evasion.fgsm", replace(GOOD, **change)))


def test_a_card_under_another_name_is_found():
    assert "not on the shelf under this name" in " ".join(adversaries._card("evasion.other", GOOD))


def test_a_class_that_is_no_frozen_dataclass_is_found():
    @dataclass
    class Loose:
        steps: int = 3

    @dataclass(frozen=True)
    class Odd:
        what: object = object

    @dataclass(frozen=True)
    class Terse:
        """Too short."""

    assert "frozen" in " ".join(adversaries._form(replace(GOOD, make=Loose)))
    assert "no plain value" in " ".join(adversaries._form(replace(GOOD, make=Odd)))
    assert "words" in " ".join(adversaries._card("evasion.fgsm", replace(GOOD, make=Terse)))
    assert list(adversaries._form(GOOD)) == []


def test_tactics_and_another_plant():
    twin = plugins.find("controls", "evasion.linear").make().twin()
    check_adversary("evasion.fgsm", plant=twin, tactics={"loss": "margin"})
    assert Fgsm(loss="margin") != Fgsm()
