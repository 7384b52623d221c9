"""Our Adam is torch's, and its whole memory is tensors."""

import pytest
import torch

from seatrial.harden.adam import Adam


def parameters() -> list[torch.nn.Parameter]:
    made = torch.arange(12.0).reshape(3, 4).sin()
    return [torch.nn.Parameter(made.clone()), torch.nn.Parameter(made[0].clone())]


def push(weights: list[torch.nn.Parameter], step: int) -> None:
    for at, one in enumerate(weights):
        one.grad = (one.detach() * (step + 1 + at)).cos()


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_it_moves_as_torch_does(decay) -> None:
    ours, theirs = parameters(), parameters()
    one, other = Adam(ours, decay=decay), torch.optim.AdamW(theirs, lr=0.01, weight_decay=decay)
    for step in range(20):
        push(ours, step)
        push(theirs, step)
        one.step(0.01)
        other.step()
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(ours, theirs, strict=True))
    assert all(weights.grad is None for weights in ours)


def test_what_it_remembers_can_be_put_into_another() -> None:
    first, second = parameters(), parameters()
    one, other = Adam(first), Adam(second)
    push(first, 0)
    one.step(0.01)
    other.restore(one.tensors())
    for a, b in zip(first, second, strict=True):
        b.data.copy_(a.data)
    for weights, optimiser in ((first, one), (second, other)):
        push(weights, 1)
        optimiser.step(0.01)
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def test_what_has_no_gradient_stays() -> None:
    weights = parameters()
    before = weights[0].detach().clone()
    Adam(weights).step(1.0)
    assert torch.equal(weights[0], before)
