import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from seatrial.errors import TargetError
from seatrial.records.batch import Array
from seatrial.targets.target import Approximable, Differentiable, Face, Fresh
from seatrial.targets.torch import TorchTarget, make
from seatrial.targets.torchchance import ChanceTarget
from seatrial.testing.masked import victim
from seatrial.testing.targets import check_target

KEYS = bytes([1] * 32), bytes([2] * 32)


@pytest.mark.parametrize("name", ["pruned", "resized", "purified", "crossed"])
def test_a_key_decides_all_chance_and_nothing_of_the_world_changes(name) -> None:
    made = victim(name, 4)
    assert isinstance(made.masked, Fresh)
    assert isinstance(made.masked, Approximable)
    check_target(made.masked, made.batch)
    x = made.masked.face.home(made.batch.inputs)
    state = torch.random.get_rng_state()
    one, other = (made.masked.fresh(key) for key in KEYS)
    assert torch.equal(one.respond(x), one.respond(x))
    assert torch.equal(one.respond(x), one.linearise(x)[0])
    assert torch.equal(one.respond(x), one.approximated().respond(x))
    assert not torch.equal(one.respond(x), other.respond(x))
    assert torch.equal(state, torch.random.get_rng_state())


def test_a_second_pull_has_the_chance_of_the_first() -> None:
    made = victim("pruned", 4)
    one = made.masked.fresh(KEYS[0])
    responses, back = one.linearise(made.masked.face.home(made.batch.inputs))
    assert isinstance(one, Differentiable)
    assert torch.equal(back(torch.ones_like(responses)), back(torch.ones_like(responses)))


class Noisy(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(4, 3)

    def forward(self, x):
        return self.layer(x + 0.1 * torch.randn_like(x))


def test_a_charter_says_that_a_module_draws(tmp_path) -> None:
    (tmp_path / "chance_noisy.py").write_text(
        "import torch\n\n\nclass Noisy(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.layer = torch.nn.Linear(4, 3)\n\n    def forward(self, x):\n"
        "        return self.layer(x + 0.1 * torch.randn_like(x))\n"
    )
    save_file(Noisy().state_dict(), tmp_path / "noisy.safetensors")
    block = {"kind": "torch", "load": "chance_noisy:Noisy", "weights": "noisy.safetensors", "input": {"shape": [4]}}
    with pytest.raises(TargetError, match=r"differently when it is asked again.*`sampled: true`"):
        make(block, tmp_path)
    made = make({**block, "sampled": True}, tmp_path)
    assert isinstance(made, ChanceTarget)
    assert made.face.sampled
    assert made.face.classes == 3
    with pytest.raises(TargetError, match="true or false"):
        make({**block, "sampled": "often"}, tmp_path)


def test_what_is_trained_and_saved_is_the_module_inside() -> None:
    inside = TorchTarget(Noisy(), Face(Array, "logits", (4,)))
    assert set(ChanceTarget(inside).module().state_dict()) == {"layer.weight", "layer.bias"}
    assert ChanceTarget(inside).saved(inside.module()) == inside.saved(inside.module())
    assert np.isfinite(ChanceTarget(inside).respond(torch.zeros(2, 4)).numpy()).all()
