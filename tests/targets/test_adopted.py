"""A model in memory becomes a target, and nothing of it is changed."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

from seatrial.errors import TargetError
from seatrial.targets.adopted import adopted, is_module, kept
from seatrial.targets.target import Approximable, Differentiable, Fresh
from seatrial.targets.torch import TorchTarget
from seatrial.targets.wants import Asked, Wants

X = np.random.default_rng(0).random((20, 3), dtype=np.float32)
ASKED = Asked(X, np.zeros(20, dtype=np.int64))
LINE = nn.Linear(3, 4)


def taken(model, x=X, **said):
    return adopted(model, x, ASKED, Wants(**said))


def test_a_module_is_known_without_loading_torch():
    assert is_module(LINE)
    assert not is_module(len)
    code = "from seatrial.targets.adopted import is_module; import sys; is_module(len); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_module_has_gradients_and_a_function_has_none():
    target = taken(LINE).target
    assert isinstance(target, TorchTarget)
    assert isinstance(target, Differentiable)
    assert (target.face.shape, target.face.classes, target.face.gives) == ((3,), 4, "logits")
    box = taken(lambda x: x).target
    assert not isinstance(box, Differentiable)
    assert box.face.classes == 3


def test_training_mode_and_half_precision_are_the_models_own():
    own = nn.Sequential(LINE, nn.Dropout()).half().train()
    made = taken(own)
    assert any("training mode" in note for note in made.notes)
    assert own.training
    assert next(own.parameters()).dtype == torch.float16
    assert next(made.target.module().parameters()).dtype == torch.float16
    LINE.float()


def test_chance_is_noticed():
    class Drawn(nn.Module):
        def forward(self, x):
            return x + torch.rand_like(x)

    made = taken(Drawn())
    assert made.target.face.sampled
    assert isinstance(made.target, Fresh)
    assert isinstance(made.target, Approximable)
    assert not taken(LINE).target.face.sampled


def test_a_compiled_module_is_the_one_inside():
    own = nn.Linear(3, 2)
    wrapped = nn.Module()
    wrapped._orig_mod = own
    assert taken(wrapped).target.face.classes == 2


def test_what_a_function_gets_is_like_what_was_handed_over():
    seen = []
    taken(lambda x: seen.append(x) or x, torch.tensor(X).double())
    taken(lambda x: seen.append(x) or x, X)
    assert [type(one) for one in seen] == [torch.Tensor, np.ndarray]
    assert seen[0].dtype == torch.float64


def test_what_a_function_does_to_its_inputs_is_its_own_affair():
    def spoiling(x):
        found = x.copy()
        x[:] = 0
        return found

    kept_ = X.copy()
    taken(spoiling)
    assert np.array_equal(X, kept_)


def test_targets_say_themselves_what_they_give():
    target = taken(LINE).target
    assert taken(target).target is target
    assert "were not used" in taken(target, output="logits").notes[0]
    with pytest.raises(TargetError, match="a target says itself what it gives"):
        taken(target, gives="probabilities")


def test_what_is_no_model_is_refused():
    with pytest.raises(TargetError, match="no torch module, no function and no estimator"):
        taken(object())
    with pytest.raises(TargetError, match=r"raised when it was asked about the first cases: ValueError: no"):
        taken(_failing)


def _failing(_):
    raise ValueError("no")


def test_generators_come_back():
    before = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    with kept():
        torch.rand(3)
        np.random.rand(3)  # noqa: NPY002
    assert torch.equal(torch.get_rng_state(), before[0])
    assert (np.random.get_state()[1] == before[1]).all()  # noqa: NPY002
