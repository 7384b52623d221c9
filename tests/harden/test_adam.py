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


@pytest.mark.parametrize("laid", ["channels last", "every second column"])
def test_weights_move_as_they_should_however_they_lie_in_memory(laid) -> None:
    torch.manual_seed(0)
    wide = torch.randn(4, 3, 3, 6)
    made = wide[..., :3].contiguous(memory_format=torch.channels_last) if laid == "channels last" else wide[..., ::2]
    ours, theirs = torch.nn.Parameter(made), torch.nn.Parameter(made.detach().clone().contiguous())
    between, other = wide[..., 1].clone(), torch.optim.AdamW([theirs], lr=0.1, weight_decay=0.1)
    one = Adam([ours], decay=0.1)
    for _ in range(3):
        slope = torch.randn(4, 3, 3, 3)
        ours.grad, theirs.grad = slope, slope.clone()
        one.step(0.1)
        other.step()
    assert torch.allclose(ours, theirs, atol=1e-6)
    assert torch.equal(wide[..., 1], between)


def test_what_begins_to_learn_later_moves_as_torch_moves_it() -> None:
    ours, theirs = parameters(), parameters()
    one, other = Adam(ours), torch.optim.AdamW(theirs, lr=0.01, weight_decay=0.0)
    for step in range(6):
        push(ours, step)
        push(theirs, step)
        if step < 4:
            ours[1].grad = theirs[1].grad = None
        one.step(0.01)
        other.step()
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(ours, theirs, strict=True))
