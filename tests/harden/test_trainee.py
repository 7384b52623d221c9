"""What is trained: perturbed weights come back to the bit, averages are averages, precision is no matter of a clock."""

import pytest
import torch
from tests.harden.small import BALL, drawn, fragile, target, two_features

from seatrial.harden.course import Course
from seatrial.harden.ground import ground
from seatrial.harden.trainee import WORTH, Trainee, native


def trainee(module=None, **course) -> Trainee:
    return Trainee(ground(target(module or fragile()), two_features(), BALL, Course(**course)))


def loss(one: Trainee):
    batch = two_features().take(0, 40)
    x, y = torch.from_numpy(batch.inputs), torch.from_numpy(batch.labels)
    return lambda: torch.nn.functional.cross_entropy(one.logits(x), y)


def weights(one: Trainee) -> list[torch.Tensor]:
    return [value.detach().clone() for value in one.module.state_dict().values()]


def test_perturbed_weights_come_back_to_the_bit_and_so_do_statistics() -> None:
    one = trainee(drawn(norm=True), awp=0.5)
    one.module.train()
    before = weights(one)
    undo = one._perturbed(loss(one), 1.0)
    assert not all(torch.equal(a, b) for a, b in zip(before, weights(one), strict=True))
    undo()
    assert all(torch.equal(a, b) for a, b in zip(before, weights(one), strict=True))


def test_a_perturbation_changes_what_is_learned() -> None:
    plain, moved = trainee(), trainee(awp=0.3)
    for one in (plain, moved):
        one.update(loss(one), rate=0.01)
    assert not torch.equal(weights(plain)[0], weights(moved)[0])


def test_a_loss_that_is_not_finite_changes_nothing() -> None:
    one = trainee()
    before = weights(one)
    usual = loss(one)
    assert not torch.isfinite(torch.tensor(one.update(lambda: usual() * float("inf"), rate=0.1)))
    assert all(torch.equal(a, b) for a, b in zip(before, weights(one), strict=True))


def test_averages() -> None:
    one, seen = trainee(swa=0.5), []
    for step in range(6):
        one.update(loss(one), rate=0.05)
        one.average(step / 6)
        if step >= 3:
            seen.append(weights(one)[0])
    mean = next(iter(one.still().state_dict().values()))
    assert torch.allclose(mean, torch.stack(seen).mean(0), atol=1e-6)
    other = trainee(ema=0.9)
    first = weights(other)[0]
    other.average(0.0)
    other.update(loss(other), rate=0.05)
    other.average(0.1)
    wanted = torch.lerp(first, weights(other)[0], 0.1)
    assert torch.allclose(next(iter(other.still().state_dict().values())), wanted, atol=1e-6)


def test_an_even_average_at_the_end_forgets_the_exponential_one_before_it() -> None:
    one, seen = trainee(swa=0.5, ema=0.9), []
    for step in range(6):
        one.update(loss(one), rate=0.05)
        one.average(step / 6)
        if step >= 3:
            seen.append(weights(one)[0])
    mean = next(iter(one.still().state_dict().values()))
    assert torch.allclose(mean, torch.stack(seen).mean(0), atol=1e-6)


def test_all_of_it_can_be_put_into_another() -> None:
    one, other = (trainee(drawn(norm=True), ema=0.9) for _ in range(2))
    for _ in range(3):
        one.update(loss(one), rate=0.01)
        one.average(0.5)
    other.restore(one.tensors())
    for each in (one, other):
        each.update(loss(each), rate=0.01)
        each.average(0.6)
    assert all(torch.equal(a, b) for a, b in zip(weights(one), weights(other), strict=True))
    assert one.tensors().keys() == other.tensors().keys()
    assert all(torch.equal(value, other.tensors()[name]) for name, value in one.tensors().items())


@pytest.mark.parametrize(("half", "wanted"), [("yes", True), ("no", False), ("auto", False)])
def test_precision_is_chosen_by_settings_and_size(half, wanted) -> None:
    assert trainee(half=half).half is wanted
    large = torch.nn.Sequential(torch.nn.Linear(2, WORTH // 4), torch.nn.ReLU(), torch.nn.Linear(WORTH // 4, 2))
    assert trainee(large).half is native()


def test_bfloat16_learns_too_and_keeps_float32_weights() -> None:
    one = trainee(half="yes")
    first = one.update(loss(one), rate=0.05)
    for _ in range(30):
        last = one.update(loss(one), rate=0.05)
    assert last < first
    assert weights(one)[0].dtype == torch.float32
