import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from tests.adversaries.arena import fight

from seatrial.adversaries.evasion.pgd import Pgd
from seatrial.records.batch import Array, Batch
from seatrial.records.digest import column_digests
from seatrial.records.threat import Ball
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget
from seatrial.testing.adversaries import check_adversary
from seatrial.testing.victims import TorchLinear, cases, linear, reach

SLACK = {"linf": 1e-5, "l2": 1e-3, "l1": 1e-2}
"""How near to the boundary the steps come, by the geometry of each ball."""


def check_algebra(norm, distance, eps, fallen):
    assert not fallen[distance > eps].any()
    assert fallen[distance < eps * (1 - SLACK[norm])].all()


@pytest.mark.parametrize("tactics", [{}, {"loss": "margin", "random_start": False}, {"restarts": 2}])
def test_contract(tactics):
    check_adversary("evasion.pgd", tactics=tactics)


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("make", [lambda v: v, TorchLinear])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_finds_exactly_what_algebra_says(norm, share, make, dtype):
    victim = linear((2, 4, 7), 2, dtype=dtype)
    batch = cases(victim)
    distance = reach(victim, batch, norm)
    eps = float(np.quantile(distance, share))
    shown = fight(Pgd(), make(victim), batch, Ball(norm, eps, -9, 9))
    check_algebra(norm, distance, eps, shown.fallen)
    assert 0 < shown.fallen.sum() < len(batch)


@pytest.mark.parametrize("gives", ["logits", "probabilities"])
@pytest.mark.parametrize("loss", ["cross_entropy", "margin"])
@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_many_classes(gives, loss, norm):
    victim = linear((30,), 5, dtype=np.float64, gives=gives)
    batch = cases(victim, 128)
    distance = reach(victim, batch, norm)
    eps = float(np.median(distance))
    shown = fight(Pgd(loss=loss, restarts=2), victim, batch, Ball(norm, eps, -9, 9))
    assert not shown.fallen[distance > eps].any()
    if loss == "margin":
        assert shown.fallen[distance < eps * (1 - SLACK[norm])].all()
    else:  # the cross-entropy pulls towards all classes at once
        assert shown.fallen[distance < eps].mean() > 0.75


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_the_input_range_is_kept_and_used(norm):
    """With inputs in a corner only numbers that can still move count; the best corner is known for Linf."""
    victim = linear((12,), 2, dtype=np.float64)
    batch = cases(victim, 64, spread=0.5)
    shown = fight(Pgd(), victim, batch, Ball(norm, 0.3))
    if norm == "linf":
        towards = (victim.weights[1] - victim.weights[0]) * np.where(batch.labels == 1, -1, 1)[:, None]
        corner = np.clip(batch.inputs + 0.3 * np.sign(towards), 0, 1)
        assert shown.fallen.tolist() == (np.argmax(victim.respond(corner), axis=1) != batch.labels).tolist()


def test_cost_is_what_the_page_says_and_ends_when_a_case_falls():
    victim = linear((8,), 2)
    batch = cases(victim, 40)
    distance = reach(victim, batch, "linf")
    eps = float(np.median(distance))
    shown = fight(Pgd(steps=7, restarts=3), victim, batch, Ball("linf", eps))
    stood = ~shown.fallen
    assert set(shown.ledger.forwards[stood].tolist()) == {1 + 3 * 8}
    assert set(shown.ledger.backwards[stood].tolist()) == {21}
    assert shown.ledger.forwards[shown.fallen].max() <= 25
    assert shown.ledger.forwards[shown.fallen].min() < 10


def test_survivors_are_shown_at_their_smallest_margin():
    victim = linear((8,), 2, dtype=np.float64)
    batch = cases(victim, 20)
    eps = float(reach(victim, batch, "linf").min()) * 0.9
    shown = fight(Pgd(), victim, batch, Ball("linf", eps))
    assert not shown.fallen.any()
    scores, at = victim.respond(shown.stimuli), np.arange(20)
    left = scores[at, batch.labels] - scores[at, 1 - batch.labels]
    whole = np.abs(victim.weights[1] - victim.weights[0]).sum()
    assert left == pytest.approx((reach(victim, batch, "linf") - eps) * whole, abs=1e-9)


def test_two_seeds_start_elsewhere():
    victim = linear((8,), 2)
    batch = cases(victim, 8)
    one, other = (fight(Pgd(steps=1), victim, batch, Ball("linf", 1e-4), seed=bytes([s]) * 32) for s in (1, 2))
    assert (one.stimuli != other.stimuli).any()


@pytest.fixture(scope="module")
def digits():
    """A small CNN on scikit-learn's digits, and 256 cases that it did not see."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    images, labels = load_digits(return_X_y=True)
    x = torch.tensor(images / 16, dtype=torch.float32).reshape(-1, 1, 8, 8)
    y = torch.tensor(labels)
    model = torch.nn.Sequential(
        torch.nn.Conv2d(1, 16, 3, padding=1), torch.nn.ReLU(), torch.nn.Conv2d(16, 16, 3, stride=2, padding=1),
        torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(256, 10),
    )  # fmt: skip
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(12):
        for part in torch.randperm(1500).split(100):
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(model(x[part]), y[part]).backward()
            optimiser.step()
    inputs = x[1500:1756].numpy()
    batch = Batch(column_digests(inputs), inputs, labels[1500:1756])
    return model.eval(), TorchTarget(model, Face(Array, "logits", (1, 8, 8), 0.0, 1.0, 10)), batch


def bare_linf(model, x, y, eps, steps, size):
    """PGD as anyone would write it by hand."""
    point = (x + (torch.rand_like(x) * 2 - 1) * eps).clamp(0, 1)
    for _ in range(steps):
        point = point.detach().requires_grad_()
        gradient = torch.autograd.grad(torch.nn.functional.cross_entropy(model(point), y, reduction="sum"), point)[0]
        point = torch.min(torch.max(point + size * gradient.sign(), x - eps), x + eps).clamp(0, 1)
    return model(point.detach()).argmax(dim=1) == y


def bare_l2(model, x, y, eps, steps, size):
    point = x
    for _ in range(steps):
        point = point.detach().requires_grad_()
        gradient = torch.autograd.grad(torch.nn.functional.cross_entropy(model(point), y, reduction="sum"), point)[0]
        change = point + size * gradient / gradient.flatten(1).norm(dim=1)[:, None, None, None].clamp(min=1e-12) - x
        change = change * (eps / change.flatten(1).norm(dim=1).clamp(min=eps))[:, None, None, None]
        point = (x + change).clamp(0, 1)
    return model(point.detach()).argmax(dim=1) == y


@pytest.mark.parametrize(
    ("norm", "eps", "bare"), [("linf", 0.1, bare_linf), ("linf", 0.13, bare_linf), ("l2", 0.6, bare_l2)]
)
def test_as_strong_as_a_loop_written_by_hand(digits, norm, eps, bare):
    model, target, batch = digits
    torch.manual_seed(1)
    x, y = torch.tensor(batch.inputs), torch.tensor(batch.labels)
    theirs = float(bare(model, x, y, eps, 40, 0.1 * eps).double().mean())
    ours = (~fight(Pgd(random_start=norm == "linf"), target, batch, Ball(norm, eps)).fallen).mean()
    assert 0.2 < theirs < 0.8
    assert theirs - 0.02 <= ours <= theirs + 0.005


def test_the_victim_is_left_as_it_was(digits):
    _, target, batch = digits
    before = target.saved(target.module())
    state = torch.random.get_rng_state()
    fight(Pgd(steps=3), target, batch.take(range(32)), Ball("linf", 0.1))
    assert target.saved(target.module()) == before
    assert (torch.random.get_rng_state() == state).all()
    assert not target.module().training
