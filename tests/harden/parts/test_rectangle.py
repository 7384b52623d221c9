"""Rectangles of an image: one each, no larger than allowed, and where and what the slope says."""

import numpy as np
import pytest
import torch
from tests.harden.training.test_mixture import images, lesson, marked, reader

from seatrial.harden.ground import ground
from seatrial.harden.lesson import Answer, Lesson
from seatrial.harden.parts.rectangle import Covered, Patched
from seatrial.harden.rule import Rule
from seatrial.harden.trainee import Trainee
from seatrial.harden.training.mixture import Mixture
from seatrial.records.threat import Ball, Patch

ROWS = np.arange(60)
COVER = Rule(Patch(0.1, 0, 1), "occlusion", (("corruption.occlusion", {}),))


def boxes(points, inputs):
    """Return height, width and number of changed pixels of each image."""
    found = []
    for mask in (points != inputs).any(1).numpy():
        down, right = np.nonzero(mask.any(1))[0], np.nonzero(mask.any(0))[0]
        found.append((np.ptp(down) + 1, np.ptp(right) + 1, int(mask.sum())) if down.size else (0, 0, 0))
    return np.array(found)


@pytest.mark.parametrize("part", [Covered(COVER), Patched(Rule(Patch(0.1, 0, 1), "patch"), 2, 0.75)])
def test_one_rectangle_of_the_allowed_area_is_changed(part) -> None:
    one = lesson(0, ROWS)
    found = boxes(part.points(one), one.inputs)
    assert (found[:, 0] * found[:, 1] <= 6).all()
    assert found[:, 2].max() >= 5
    assert len(set(map(tuple, found[:, :2].tolist()))) > 2


def test_a_cover_is_flat_and_some_are_where_it_hurts_most() -> None:
    victim, cases = reader(), marked()
    base = ground(victim, cases, Ball("linf", 0.1, 0, 1), Mixture().course)
    part = base.used.take(ROWS)
    one = Lesson(Trainee(base), part, ROWS, len(base.used), base.ball, bytes(32), 0, 5, 1.0, Answer(), {})
    points = Covered(COVER).points(one)
    changed = (points != one.inputs).any(1)
    shades = {float(value) for image, mask in zip(points, changed, strict=True) for value in image[0][mask]}
    assert shades <= {0.0, 0.5, 1.0}
    hit = changed[:, :2, :2].flatten(1).any(1).double().mean()
    assert 0.35 < hit < 0.9


def test_a_patch_is_worse_than_a_cover_and_worse_with_more_steps() -> None:
    victim, cases = reader(slice(0, 8)), images()
    base = ground(victim, cases, Ball("linf", 0.1, 0, 1), Mixture().course)
    part = base.used.take(ROWS)
    one = Lesson(Trainee(base), part, ROWS, len(base.used), base.ball, bytes(32), 0, 5, 1.0, Answer(), {})
    rule = Rule(Patch(0.1, 0, 1), "patch")
    ends = [Covered(COVER).points(one), *(Patched(rule, steps, 0.75).points(one) for steps in (1, 3))]
    losses = [float(one.losses(points).mean()) for points in ends]
    assert losses[0] < losses[1] <= losses[2] + 1e-6


def test_the_area_grows_on_the_way_and_never_below_a_pixel() -> None:
    early, late = lesson(0, ROWS, progress=0.0), lesson(0, ROWS, progress=1.0)
    rule = Rule(Patch(0.3, 0, 1), "patch")
    small, large = (boxes(Patched(rule, 1, 0.75).points(one), one.inputs) for one in (early, late))
    assert small[:, 2].max() < large[:, 2].max()
    tiny = Covered(Rule(Patch(1 / 64, 0, 1), "occlusion", COVER.played))
    assert (boxes(tiny.points(early), early.inputs)[:, 2] <= 1).all()


def test_a_range_that_is_not_0_to_1_is_filled_to_its_own_ends() -> None:
    one = lesson(0, ROWS)
    points = Covered(Rule(Patch(0.2, -1, 3), "occlusion", COVER.played)).points(one)
    assert {-1.0, 1.0, 3.0} == {round(float(value), 4) for value in points[points != one.inputs]}
    assert isinstance(points, torch.Tensor)
