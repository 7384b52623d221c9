"""The same file serves numpy and torch, on the processor and on an accelerator."""

import numpy as np
import pytest
import torch
from tests.adversaries.arena import fight

from seatrial import plugins
from seatrial.controls.plants import Linear
from seatrial.records.threat import Ball
from seatrial.targets.torch import TorchTarget

QUICK = {"evasion.square": {"queries": 150}, "evasion.patch_random": {"queries": 60}}
CUDA = (pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="no accelerator on this machine"))
SLOW = ("evasion.substitute",)
"""It trains networks of torch itself, and its own tests say where."""
DEVICES = ["cpu", pytest.param("cuda", marks=CUDA)]


def flaws():
    """Yield the adversaries whose first control is a plane of numpy under a ball."""
    for name in plugins.names("adversaries"):
        card = plugins.find("adversaries", name)
        plant = plugins.find("controls", card.controls[0]).make().flaw()
        if (
            name.startswith("evasion.")
            and name not in SLOW
            and isinstance(plant.target, Linear)
            and isinstance(plant.threat, Ball)
        ):
            yield name


def in_torch(plane, device):
    """Return the same plane as a module of torch on a device."""
    inside, outside = plane.weights.shape[1], plane.weights.shape[0]
    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(inside, outside))
    with torch.no_grad():
        module[1].weight.copy_(torch.from_numpy(plane.weights.astype(np.float32)))
        module[1].bias.copy_(torch.from_numpy(plane.bias.astype(np.float32)))
    return TorchTarget(module, plane.face, device=device)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", list(flaws()))
def test_a_planted_flaw_falls_and_its_twin_stands(name, device) -> None:
    card = plugins.find("adversaries", name)
    control = plugins.find("controls", card.controls[0]).make()
    for plant, falls in ((control.flaw(), True), (control.twin(), False)):
        batch, left = plant.cases.take(0, len(plant.cases)), plant.threat.queries
        adversary = card.make(**{**plant.tactics, **QUICK.get(name, {})})
        seen = fight(adversary, in_torch(plant.target, device), batch, plant.threat, left=left)
        assert seen.fallen.all() if falls else not seen.fallen.any()
        if left:
            assert int(seen.ledger.forwards.max()) <= left
