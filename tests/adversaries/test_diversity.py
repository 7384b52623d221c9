"""Views are keyed by case and purpose, linear, and pulled back exactly; the blur is the one of the paper."""

import numpy as np
import pytest
import torch
from tests.adversaries.arena import SEED

from seatrial.adversaries.aims import aim
from seatrial.adversaries.diversity import Diversity, smoothed, viewed
from seatrial.errors import PlanError
from seatrial.records.random import Random
from seatrial.testing.victims import TorchLinear, cases, linear

RANDOM = np.random.default_rng(9)
IDS = tuple(bytes([at]) * 32 for at in range(40))


def test_a_view_is_a_smaller_image_somewhere_in_a_black_one() -> None:
    x = np.ones((40, 1, 20, 30), dtype=np.float32)
    seen = viewed(x, Random(SEED, IDS), "test", chance=1, least=0.5)(x)
    assert seen.shape == x.shape
    sides = {(int(one[0].any(axis=1).sum()), int(one[0].any(axis=0).sum())) for one in seen}
    assert all(10 <= tall <= 20 and 15 <= wide <= 30 for tall, wide in sides)
    assert len(sides) > 5
    assert set(np.unique(seen).tolist()) == {0.0, 1.0}
    corners = {tuple(np.argwhere(one[0])[0]) for one in seen}
    assert len(corners) > 10


def test_chance_is_kept_and_who_is_not_changed_is_seen_as_it_is() -> None:
    x = RANDOM.random((40, 2, 12, 12)).astype(np.float32)
    seen = viewed(x, Random(SEED, IDS), "test", chance=0.5, least=0.5)(x)
    same = (seen == x).all(axis=(1, 2, 3))
    assert 8 < same.sum() < 32
    assert viewed(x, Random(SEED, IDS), "test", chance=0) is None


def test_a_case_is_seen_alike_whoever_else_is_there() -> None:
    x = RANDOM.random((40, 1, 12, 12)).astype(np.float32)
    whole = viewed(x, Random(SEED, IDS), "test")(x)
    some = [3, 17, 5]
    assert (viewed(x[some], Random(SEED, IDS).at(some), "test")(x[some]) == whole[some]).all()
    assert not (viewed(x, Random(SEED, IDS), "another")(x) == whole).all()


@pytest.mark.parametrize("wrap", [lambda v: v, TorchLinear])
def test_the_gradient_through_a_view_is_that_of_the_viewed_model(wrap) -> None:
    """On a linear model with a fixed view the loss changes by exactly gradient times step."""
    plain = linear((1, 8, 8), 3, dtype=np.float64)
    victim, batch = wrap(plain), cases(plain, 8)
    home = victim.face.home
    x, random = home(batch.inputs), Random(SEED, batch.ids)
    goal = aim(victim.face, home(batch.labels))
    gradient, said = Diversity(1.0, 0.6).gradient(victim, x, lambda r: goal.slope("margin", r), random, "test")
    view = viewed(x, random, "test", chance=1, least=0.6)
    assert np.allclose(np.asarray(said), plain.respond(np.asarray(view(x))))
    step = home(RANDOM.normal(size=batch.inputs.shape) * 1e-9)
    slope = goal.slope("margin", said)
    change = np.asarray(((victim.respond(view(x + step)) - said) * slope).sum(axis=1))
    assert np.allclose(change, np.asarray((gradient * step).sum(axis=(1, 2, 3))), rtol=1e-4, atol=1e-13)


def test_the_blur_keeps_the_sum_of_a_spike_and_is_a_bell() -> None:
    spike = np.zeros((1, 1, 15, 15))
    spike[0, 0, 7, 7] = 1
    made = smoothed(spike, 7)
    assert made.sum() == pytest.approx(1)
    assert np.count_nonzero(made) == 49
    assert np.allclose(made, made.transpose(0, 1, 3, 2))
    across = np.exp(-0.5 * np.arange(-3.0, 4.0) ** 2)
    assert np.allclose(made[0, 0, 7, 4:11] / made[0, 0, 7, 7], across)
    assert (smoothed(spike, 1) == spike).all()


def test_the_blur_is_the_same_in_torch_and_takes_no_nan_along() -> None:
    x = RANDOM.normal(size=(3, 2, 9, 9)).astype(np.float32)
    x[0, 0, 4, 4] = np.nan
    made = smoothed(x, 5)
    assert np.isfinite(made).all()
    assert made.tobytes() == smoothed(torch.tensor(x), 5).numpy().tobytes()


@pytest.mark.parametrize(
    "wrong", [{"chance": 1.5}, {"chance": -0.1}, {"least": 0}, {"least": 2}, {"blur": 4}, {"blur": -1}]
)
def test_what_no_view_can_be_made_of_is_refused(wrong) -> None:
    with pytest.raises(PlanError, match=next(iter(wrong))):
        Diversity(**wrong)
