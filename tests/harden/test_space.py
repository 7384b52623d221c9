"""Where training attacks go: inside ball and box, in every norm, by draws that belong to the case."""

import pytest
import torch

from seatrial.harden.space import NORMS, Space, within
from seatrial.records.random import Random
from seatrial.records.threat import Ball

IDS = tuple(bytes([at]) * 32 for at in range(6))
INPUTS = torch.linspace(0, 1, 6 * 20).reshape(6, 1, 4, 5)
RANDOM = Random(bytes(32), IDS)


def size(change: torch.Tensor, norm: str) -> torch.Tensor:
    flat = change.flatten(1)
    return flat.abs().amax(1) if norm == "linf" else flat.norm(p=int(norm[1]), dim=1)


@pytest.mark.parametrize("norm", NORMS)
def test_starts_and_steps_stay_inside(norm) -> None:
    space = Space(Ball(norm, 0.3, 0, 1), INPUTS)
    points = space.start(RANDOM, "start")
    for step in range(4):
        points = space.uphill(points, (INPUTS * (step + 3)).sin(), 0.8)
        assert bool((size(points - INPUTS, norm) <= 0.3 + 1e-5).all())
        assert 0 <= float(points.min()) <= float(points.max()) <= 1
    assert float(size(points - INPUTS, norm).max()) > 0.2


def test_a_start_fills_the_ball_and_belongs_to_its_case() -> None:
    inputs = torch.full((6, 1, 40, 40), 0.5)
    points = Space(Ball("linf", 0.3, 0, 1), inputs).start(RANDOM, "start") - inputs
    assert abs(float(points.mean())) < 0.01
    assert float(points.abs().max()) > 0.299
    assert abs(float(points.std()) - 0.3 / 3**0.5) < 0.005
    few = Space(Ball("linf", 0.3, 0, 1), inputs[2:4]).start(RANDOM.at([2, 3]), "start") - inputs[2:4]
    assert torch.equal(few, points[2:4])


def test_a_share_of_a_ball() -> None:
    assert within(Ball("l2", 0.4), 0.5).eps == pytest.approx(0.2)
    assert within(Ball("l2", 0.4), 1.0) == Ball("l2", 0.4)
