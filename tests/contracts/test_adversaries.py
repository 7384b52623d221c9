"""Every adversary on the shelf keeps the contract; with other tactics, the tests of its own room try it."""

import numpy as np
import pytest
import torch
from tests.adversaries.arena import fight

from seatrial import plugins
from seatrial.records.batch import Array, Batch
from seatrial.records.digest import column_digests
from seatrial.records.threat import Ball
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget
from seatrial.testing.adversaries import check_adversary

QUICKER = {
    "evasion.square": {"queries": 150},
    "evasion.patch_random": {"queries": 60},
    "evasion.patch": {"probes": 16, "places": 4, "queries": 40},
    "evasion.sticker": {"steps": 20},
}
"""Tactics, where the plain ones take long."""


@pytest.mark.parametrize("name", plugins.names("adversaries"))
def test_contract(name) -> None:
    check_adversary(name, tactics=QUICKER.get(name))


BLIND = {
    "simba": "l2",
    "nes": "linf",
    "spsa": "linf",
    "bandits": "linf",
    "coordinates": "linf",
    "boundary": "l2",
    "surfree": "l2",
    "rays": "linf",
    "hopskipjump": "l2",
}
"""Attacks by scores and by labels, with a norm that each plays in."""


@pytest.mark.parametrize(("name", "norm"), BLIND.items())
def test_on_a_network_neighbours_change_neither_a_byte_nor_a_query(name, norm) -> None:
    torch.manual_seed(1)
    layers = torch.nn.Conv2d(1, 6, 3, stride=2), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(216, 4)
    victim = TorchTarget(torch.nn.Sequential(*layers), Face(Array, "logits", (1, 14, 14), 0.0, 1.0, 4))
    x = np.random.Generator(np.random.Philox(2)).random((11, 1, 14, 14)).astype(np.float32)
    batch = Batch(column_digests(x), x, np.asarray(victim.respond(x)).argmax(axis=1))
    adversary, ball = plugins.find("adversaries", f"evasion.{name}").make(queries=70), Ball(norm, 0.02, queries=70)
    whole = fight(adversary, victim, batch, ball, left=70)
    for index in (np.arange(4), np.array([7]), np.arange(11)[::-1]):
        part = fight(adversary, victim, batch.take(index), ball, left=70)
        assert part.stimuli.tobytes() == whole.stimuli[index].tobytes()
        assert part.ledger.forwards.tolist() == whole.ledger.forwards[index].tolist()
