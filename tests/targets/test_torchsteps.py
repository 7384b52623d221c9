"""Gradients that go straight through steps without one, and answers that stay as they are."""

import numpy as np
import pytest
import torch
from torch import nn

from seatrial.records.batch import Array
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget
from seatrial.testing.masked import RECIPES, victim
from seatrial.testing.targets import check_target


class Layer(nn.Module):
    """A step in the middle of a linear model."""

    def __init__(self, step) -> None:
        super().__init__()
        self.step = step

    def forward(self, x):
        return self.step(x)


class Cut(torch.autograd.Function):
    """A step that hands back zeros."""

    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, slope):
        return torch.zeros_like(slope)


class Spoilt(torch.autograd.Function):
    """A step that hands back what is no number."""

    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, slope):
        return slope * float("nan")


def through_numpy(x):
    return torch.from_numpy(np.round(x.detach().cpu().numpy() * 8) / 8)


def dead(x):
    return torch.where((x - 0.5).abs() < 0.2, torch.full_like(x, 0.5), x)


STEPS = {
    "round": lambda x: torch.round(x * 8) / 8,
    "floor": lambda x: (x * 8).floor() / 8,
    "clamp": lambda x: x.clamp(0.45, 0.55),
    "detach": lambda x: x.detach() * 1.0,
    "no grad": torch.no_grad()(lambda x: x * 1.0),
    "cut": Cut.apply,
    "spoilt": Spoilt.apply,
    "numpy": through_numpy,
    "dead zone": dead,
}
WEIGHTS = torch.sin(torch.arange(1.0, 49.0)).reshape(3, 16)


def target(step):
    linear = nn.Linear(16, 3, bias=False)
    linear.weight.data = WEIGHTS.clone()
    return TorchTarget(nn.Sequential(Layer(step), nn.Flatten(), linear), Face(Array, "logits", (1, 4, 4), 0.0, 1.0))


def inputs(count=5):
    return 0.3 + 0.4 * torch.sin(torch.arange(count * 16.0)).abs().reshape(count, 1, 4, 4)


def pulled(asked):
    responses, back = asked.linearise(inputs())
    slope = torch.zeros_like(responses)
    slope[:, 1] = 1.0
    return back(slope)


@pytest.mark.parametrize("name", STEPS)
def test_the_gradient_is_that_of_the_model_without_the_step(name) -> None:
    hidden = target(STEPS[name])
    found = pulled(hidden.approximated())
    assert torch.allclose(found, WEIGHTS[1].reshape(1, 1, 4, 4).expand_as(found), atol=1e-5)
    assert torch.equal(hidden.approximated().respond(inputs()), hidden.respond(inputs()))
    assert torch.equal(hidden.approximated().linearise(inputs())[0], hidden.respond(inputs()))


def test_a_model_whose_graph_is_cut_has_a_gradient_of_zeros_and_does_not_raise() -> None:
    assert not pulled(target(through_numpy)).any()


def test_an_honest_step_keeps_its_gradient() -> None:
    for step in (nn.Tanh(), nn.Softplus(), lambda x: x * 2 + 1, lambda x: x**2):
        honest = target(step)
        assert torch.allclose(pulled(honest.approximated()), pulled(honest), atol=1e-6)


def test_a_code_of_several_bits_a_number_has_the_slope_of_its_secant() -> None:
    coded = victim("thermometer", 8)
    x = coded.masked.face.home(coded.batch.inputs)
    responses, back = coded.masked.approximated().linearise(x)
    slope = torch.zeros_like(responses)
    slope[:, 0] = 1.0
    plane = coded.twin.linearise(x)[1](slope)
    assert (back(slope) * plane).flatten(1).sum(1).min() > 0
    assert torch.nn.functional.cosine_similarity(back(slope).flatten(1), plane.flatten(1)).min() > 0.8


@pytest.mark.parametrize("channels_last", [False, True])
def test_one_hot_codes_are_understood_in_either_order(channels_last) -> None:
    levels = torch.arange(8.0) / 7

    def coded(x):
        hot = (x[..., None] - levels).abs().argmin(dim=-1)
        made = torch.nn.functional.one_hot(hot, 8).float()
        return made if channels_last else made[:, 0].permute(0, 3, 1, 2)

    values = levels if channels_last else levels.reshape(1, 8, 1, 1)
    module = nn.Sequential(Layer(coded), Layer(lambda h: (h * values).reshape(len(h), -1) @ torch.ones(128, 2)))
    asked = TorchTarget(module, Face(Array, "logits", (1, 4, 4), 0.0, 1.0)).approximated()
    _, back = asked.linearise(inputs())
    assert (back(torch.ones(5, 2)) > 0).float().mean() > 0.9


def test_a_resized_image_is_pulled_back_by_averages() -> None:
    class Small(nn.Module):
        def forward(self, x):
            return x.detach()[:, :, ::2, ::2].clone()

    module = nn.Sequential(Layer(lambda x: x), Layer(torch.no_grad()(lambda x: x[:, :, ::2, ::2])), nn.Flatten())
    asked = TorchTarget(module, Face(Array, "logits", (1, 4, 4), 0.0, 1.0)).approximated()
    assert torch.allclose(asked.linearise(inputs())[1](torch.ones(5, 4)), torch.full((5, 1, 4, 4), 0.25))


def test_a_saturated_softmax_or_sigmoid_has_the_slope_of_its_logarithm() -> None:
    sharp = TorchTarget(
        nn.Sequential(nn.Flatten(), Layer(lambda x: (400 * x[:, :2]).softmax(dim=1))),
        Face(Array, "probabilities", (1, 4, 4), 0.0, 1.0),
    )
    x = torch.zeros(2, 1, 4, 4)
    x[:, 0, 0, 0] = 1.0
    responses, back = sharp.linearise(x)
    slope = torch.tensor([[0.0, 1e12]] * 2)
    assert not back(slope).any()
    found = sharp.approximated().linearise(x)[1](slope)
    assert torch.allclose(found[:, 0, 0, 1], torch.full((2,), 400.0), rtol=1e-3)
    assert torch.equal(responses, sharp.approximated().respond(x))


def test_nothing_of_the_victim_is_changed() -> None:
    module = nn.Sequential(Layer(STEPS["round"]), nn.Flatten(), nn.Linear(16, 3))
    before = {name: value.clone() for name, value in module.state_dict().items()}
    state = torch.random.get_rng_state()
    pulled(TorchTarget(module, Face(Array, "logits", (1, 4, 4), 0.0, 1.0)).approximated())
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    assert all(one.grad is None for one in module.parameters())
    assert not any(one._forward_hooks for one in module.modules())
    assert torch.equal(state, torch.random.get_rng_state())


@pytest.mark.parametrize("name", [name for name, recipe in RECIPES.items() if not recipe.chance])
def test_approximated_victims_keep_the_contract_of_targets(name) -> None:
    made = victim(name, 4)
    check_target(made.masked, made.batch)
    answers = made.masked.respond(made.masked.face.home(made.batch.inputs))
    assert torch.equal(made.masked.approximated().respond(made.masked.face.home(made.batch.inputs)), answers)
