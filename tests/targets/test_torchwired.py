"""Normalisation, dtype, one of several outputs, one column for two classes: declared once, undone on the way back."""

import numpy as np
import pytest
import torch
from safetensors.torch import load, save_file
from torch import nn

from seatrial.errors import TargetError
from seatrial.records.batch import Array, Batch
from seatrial.records.digest import column_digests
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget, fitted, make
from seatrial.targets.torchwired import Wired, Wiring
from seatrial.testing.targets import check_target

MEAN, STD = (0.5, 0.25), (0.5, 2.0)


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(2 * 3 * 5, 4)

    def forward(self, inputs):
        return {"features": inputs, "logits": self.line(inputs.flatten(1))}


class One(nn.Module):
    def __init__(self, *, flat=False, sure=False):
        super().__init__()
        self.line, self.flat, self.sure = nn.Linear(30, 1), flat, sure

    def forward(self, inputs):
        found = self.line(inputs.flatten(1))
        found = found.sigmoid() if self.sure else found
        return found[:, 0] if self.flat else found


def face(gives="logits", **more):
    return Face(Array, gives, (2, 3, 5), 0.0, 1.0, **more)


def images(count=7):
    return torch.rand(count, 2, 3, 5, generator=torch.Generator().manual_seed(3))


def batch(count=37):
    inputs = images(count).numpy()
    return Batch(column_digests(inputs), inputs)


@pytest.fixture
def seeded():
    with torch.random.fork_rng(devices=[]):
        torch.random.default_generator.manual_seed(1)
        yield


def test_inputs_are_normalised_by_channel_and_the_gradient_is_with_respect_to_what_came(seeded):
    model, inputs = Heads(), images()
    target = fitted(model, face(), Wiring(MEAN, STD, "logits"))
    told = (inputs - torch.tensor(MEAN)[:, None, None]) / torch.tensor(STD)[:, None, None]
    assert torch.allclose(target.respond(inputs), model(told)["logits"].detach(), atol=1e-6)
    responses, back = target.linearise(inputs)
    asked = inputs.clone().requires_grad_()
    model((asked - torch.tensor(MEAN)[:, None, None]) / torch.tensor(STD)[:, None, None])["logits"][
        :, 1
    ].sum().backward()
    weights = torch.zeros_like(responses)
    weights[:, 1] = 1
    assert torch.allclose(back(weights), asked.grad, atol=1e-6)
    assert target.face.classes == 4
    check_target(target, batch())


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_a_module_may_compute_in_another_dtype(seeded, dtype):
    target = fitted(Heads(), face(), Wiring(output="logits", dtype=dtype))
    plain = fitted(target.module().inner.float(), face(), Wiring(output="logits"))
    inputs = images()
    given, exact = target.respond(inputs), plain.respond(inputs)
    assert next(target.module().parameters()).dtype == getattr(torch, dtype)
    assert given.dtype == (torch.float64 if dtype == "float64" else torch.float32)
    assert torch.allclose(given.float(), exact, atol=0.05)
    assert (given.float() != exact).any() or dtype == "float64"
    responses, back = target.linearise(inputs)
    slope = back(torch.ones_like(responses))
    assert slope.dtype == torch.float32
    assert slope.abs().sum() > 0
    check_target(target, batch())


def test_going_straight_through_keeps_wiring_and_dtype(seeded):
    target = fitted(Heads(), face(), Wiring(MEAN, STD, "logits", dtype="bfloat16"))
    assert torch.equal(target.approximated().respond(images()), target.respond(images()))


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("gives", ["logits", "probabilities"])
def test_one_column_for_two_classes_becomes_two(seeded, flat, gives):
    model, inputs = One(flat=flat, sure=gives == "probabilities"), images()
    target = fitted(model, face(gives, classes=2), Wiring())
    said, found = model(inputs).detach().reshape(-1), target.respond(inputs)
    assert torch.allclose(found[:, 1], said, atol=1e-6)
    assert torch.equal(found[:, 0], 1 - found[:, 1] if gives == "probabilities" else torch.zeros_like(said))
    assert target.face.classes == 2
    check_target(target, batch())


def test_a_number_is_not_taken_for_two_classes_unless_that_is_said(seeded):
    with pytest.raises(TargetError, match="classes: 2; or a number: gives: value"):
        fitted(One(), face(), Wiring())
    assert fitted(One(flat=True), face("value"), Wiring()).respond(images(3)).shape == (3,)


def test_several_outputs_are_named_and_one_must_be_chosen(seeded):
    with pytest.raises(TargetError, match=r"dict of features, logits, not one tensor; .*output: logits"):
        fitted(Heads(), face(), Wiring())
    with pytest.raises(TargetError, match=r"no 'logit': did you mean logits"):
        fitted(Heads(), face(), Wiring(output="logit"))


def test_what_is_trained_is_the_module_inside(seeded, tmp_path):
    model = Heads()
    target = fitted(model, face(), Wiring(MEAN, STD, "logits"))
    lent = target.module()
    assert isinstance(lent, Wired)
    saved = load(target.saved(lent))
    assert saved.keys() == model.state_dict().keys()
    assert all(torch.equal(saved[name], value) for name, value in model.state_dict().items())


def test_many_labels_need_no_sum(seeded):
    many = face("probabilities", many=True, watched=(0,))
    target = TorchTarget(nn.Sequential(nn.Flatten(), nn.Linear(30, 3), nn.Sigmoid()), many)
    found = fitted(target.module(), many, Wiring())
    assert found.face.classes == 3
    assert found.face.head.watched == (0,)
    with pytest.raises(TargetError, match=r"names output 7, and there are 0 to 2"):
        fitted(target.module(), face("probabilities", many=True, watched=(7,)), Wiring())
    with pytest.raises(TargetError, match="they are probabilities, not logits"):
        fitted(target.module(), face("logits", many=True), Wiring())


NET = """
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(30, 4)

    def forward(self, inputs):
        return 0.0, self.line(inputs.flatten(1))
"""


def test_a_block_declares_it_all_once(seeded, tmp_path):
    (tmp_path / "wired_net.py").write_text(NET)
    weights = {f"line.{name}": value for name, value in nn.Linear(30, 4).state_dict().items()}
    save_file(weights, tmp_path / "w.safetensors")
    block = {"kind": "torch", "load": "wired_net:Net", "weights": "w.safetensors", "output": 1, "dtype": "bfloat16"}
    inputs = {"shape": [2, 3, 5], "range": [0, 1], "mean": list(MEAN), "std": 0.5}
    target = make({**block, "input": inputs}, tmp_path)
    told = (images() - torch.tensor(MEAN)[:, None, None]) / 0.5
    exact = told.flatten(1) @ weights["line.weight"].T + weights["line.bias"]
    assert np.allclose(target.respond(images()), exact, atol=0.1)
    with pytest.raises(TargetError) as caught:
        make({**block, "dtype": "float8", "input": {**inputs, "mean": [1, 2, 3], "std": 0}, "watch": [0]}, tmp_path)
    said = str(caught.value)
    assert "target.input.mean: has a wrong value (write one number, or 2: one for each channel)" in said
    assert "target.input.std" in said
    assert "target.watch: has a wrong value" in said
