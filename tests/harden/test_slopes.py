"""Slopes at the inputs of a first convolution are those that torch computes, whatever its shape."""

from copy import deepcopy

import pytest
import torch
from torch import nn

from seatrial.harden.slopes import quickened


def slopes(module, inputs) -> list[torch.Tensor]:
    points = inputs.clone().requires_grad_()
    answer = module(points)
    pull = torch.arange(answer.numel(), dtype=torch.float32).sin().reshape(answer.shape)
    return list(torch.autograd.grad((answer.float() * pull).sum(), [points, *module.parameters()]))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("kernel", [2, 3, 4, (5, 3)])
@pytest.mark.parametrize("stride", [2, 3, (2, 4)])
@pytest.mark.parametrize("padding", [0, 1, (2, 0)])
@pytest.mark.parametrize("size", [(14, 14), (13, 17)])
def test_they_are_those_of_torch(channels, kernel, stride, padding, size) -> None:
    if isinstance(padding, int) and isinstance(kernel, int) and padding >= kernel:
        pytest.skip("more zeros than the window is wide")
    torch.manual_seed(0)
    plain = nn.Conv2d(channels, 5, kernel, stride=stride, padding=padding)
    quick = quickened(deepcopy(plain))
    inputs = torch.randn(3, channels, *size)
    assert torch.equal(plain(inputs), quick(inputs))
    for ours, theirs in zip(slopes(quick, inputs), slopes(plain, inputs), strict=True):
        assert torch.allclose(ours, theirs, atol=1e-5)


def test_in_bfloat16_they_are_as_near_to_the_exact_ones_as_those_of_torch() -> None:
    torch.manual_seed(1)
    plain = nn.Conv2d(1, 16, 4, stride=2, padding=1)
    inputs = torch.randn(4, 1, 28, 28)
    exact = slopes(plain, inputs)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        theirs, ours = slopes(plain, inputs), slopes(quickened(deepcopy(plain)), inputs)
    for mine, other, true in zip(ours, theirs, exact, strict=True):
        assert mine.dtype == torch.float32
        assert float((mine - true).abs().max()) <= 1.5 * float((other - true).abs().max()) + 1e-6


def test_a_slope_of_a_slope_is_there() -> None:
    torch.manual_seed(2)
    plain = nn.Sequential(nn.Conv2d(1, 3, 3, stride=2), nn.Tanh())
    found = []
    for module in (plain, quickened(deepcopy(plain))):
        points = torch.linspace(0, 1, 49).reshape(1, 1, 7, 7).requires_grad_()
        (slope,) = torch.autograd.grad(module(points).square().sum(), points, create_graph=True)
        found.append(torch.autograd.grad(slope.square().sum(), points)[0])
    assert torch.allclose(*found, atol=1e-5)


def odd_ones() -> dict[str, nn.Module]:
    class Own(nn.Conv2d):
        """Another class may answer in another way."""

    return {
        "many channels": nn.Conv2d(16, 8, 4, stride=2),
        "no stride": nn.Conv2d(1, 8, 3),
        "groups": nn.Conv2d(2, 4, 3, stride=2, groups=2),
        "dilated": nn.Conv2d(1, 4, 3, stride=2, dilation=2),
        "reflected": nn.Conv2d(1, 4, 3, stride=2, padding=1, padding_mode="reflect"),
        "of another class": Own(1, 4, 3, stride=2),
        "in one dimension": nn.Conv1d(1, 4, 3, stride=2),
    }


@pytest.mark.parametrize("name", odd_ones())
def test_what_does_not_fit_is_left_alone(name) -> None:
    module = quickened(odd_ones()[name])
    assert "_conv_forward" not in vars(module)


def test_weights_are_named_and_copied_as_before() -> None:
    module = quickened(nn.Sequential(nn.Conv2d(1, 4, 3, stride=2), nn.Flatten()))
    assert list(module.state_dict()) == ["0.weight", "0.bias"]
    other = deepcopy(module)
    with torch.no_grad():
        other[0].weight.zero_()
        other[0].bias.zero_()
    points = torch.ones(1, 1, 5, 5, requires_grad=True)
    assert not other(points).any()
    assert module(points).any()


def test_double_precision_stays_where_bfloat16_is_asked_for_as_in_torch() -> None:
    torch.manual_seed(3)
    plain = nn.Conv2d(1, 3, 3, stride=2).double()
    points = torch.randn(2, 1, 9, 9, dtype=torch.float64, requires_grad=True)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        theirs, ours = plain(points), quickened(deepcopy(plain))(points)
    assert theirs.dtype == ours.dtype == torch.float64
    assert torch.equal(theirs, ours)
