"""What the referee says of bends, colours and groups of pixels."""

import numpy as np
import pytest

from seatrial.adversaries.bend import Bending, bent
from seatrial.adversaries.tint import tinted
from seatrial.errors import RuleBroken
from seatrial.records.batch import Attempts, Batch
from seatrial.records.digest import column_digests
from seatrial.records.threat import Colour, Flow, Groups
from seatrial.trial.referee import check
from seatrial.trial.remade import grouped

RANDOM = np.random.default_rng(11)
FLOW = Flow(pixels=1.5, smooth=0.5)
COLOUR = Colour(0.1, 0.2, 15, 0.3)


def drawn(channels=3, dtype=np.float32):
    inputs = RANDOM.random((3, channels, 8, 9)).astype(dtype)
    return Batch(column_digests(inputs), inputs, np.zeros(3, dtype=int))


def allowed(threat, batch, stimuli=None, recipe=None) -> bool:
    try:
        check(threat, batch, Attempts(stimuli, recipe=recipe))
    except RuleBroken:
        return False
    return True


def field(batch):
    return Bending.under(FLOW, batch.inputs).field(RANDOM.uniform(-1.5, 1.5, (3, 2, 8, 9)))


def light():
    return RANDOM.uniform(-1, 1, (3, 4)) * [0.1, 0.2, 15, 0.3]


def changed(threat, batch):
    """Return a recipe that is allowed and what it makes."""
    if threat is FLOW:
        recipe = field(batch)
        return recipe, bent(batch.inputs, recipe)[0]
    recipe = light()
    return recipe, tinted(batch.inputs, recipe, 0, 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
@pytest.mark.parametrize("threat", [FLOW, COLOUR])
def test_what_is_made_again_from_its_recipe_is_allowed_and_nothing_beside_it(threat, dtype) -> None:
    batch = drawn(dtype=dtype)
    recipe, made = changed(threat, batch)
    assert allowed(threat, batch, made, recipe)
    assert allowed(threat, batch)
    for change in (0.01, np.finfo(dtype).eps * 8):
        other = made.copy()
        other[2, 0, 3, 3] += dtype(change)
        assert not allowed(threat, batch, other, recipe)
    assert not allowed(threat, batch, made, recipe[::-1].copy())
    assert not allowed(threat, batch, batch.inputs, recipe)
    assert not allowed(threat, batch, None, recipe)


@pytest.mark.parametrize("threat", [FLOW, COLOUR])
def test_a_recipe_of_another_form_is_refused(threat) -> None:
    batch = drawn()
    recipe, made = changed(threat, batch)
    for wrong in (None, recipe[:2], recipe[:, :1], recipe.astype(np.float32), recipe.tolist(), recipe * np.nan):
        assert not allowed(threat, batch, made, wrong)


@pytest.mark.parametrize("column", range(4))
def test_a_colour_beyond_its_bound_is_refused(column) -> None:
    batch, recipe = drawn(), np.zeros((3, 4))
    for by, fits in ((1.0, True), (1.01, False), (-1.01, False)):
        recipe[:, column] = by * np.array([0.1, 0.2, 15, 0.3])[column]
        assert allowed(COLOUR, batch, tinted(batch.inputs, recipe, 0, 1), recipe) == fits


def test_grey_images_have_no_hue_for_the_referee_either() -> None:
    batch, recipe = drawn(1), np.zeros((3, 4))
    recipe[:, 2] = 5.0
    assert not allowed(COLOUR, batch, batch.inputs, recipe)


def test_a_bend_that_is_too_far_or_too_rough_is_refused() -> None:
    batch = drawn()
    for far, fits in ((1.5, True), (1.51, False)):
        recipe = np.full((3, 2, 8, 9), far)
        assert allowed(FLOW, batch, bent(batch.inputs, recipe)[0], recipe) == fits
    for rough, fits in ((0.5, True), (0.51, False)):
        for axis in (0, 1):
            recipe = np.zeros((3, 2, 8, 9))
            recipe[1, 0, 4:] = rough
            recipe = (
                recipe if axis == 0 else np.swapaxes(np.pad(recipe, ((0, 0), (0, 0), (0, 1), (0, 0))), 2, 3)[:, :, :8]
            )
            assert allowed(FLOW, batch, bent(batch.inputs, recipe)[0], recipe) == fits


@pytest.mark.parametrize("threat", [FLOW, COLOUR, Groups()])
def test_what_is_no_image_of_floats_is_refused(threat) -> None:
    flat = Batch((bytes(32),), np.zeros((1, 8, 8), dtype=np.float32), np.zeros(1))
    assert not allowed(threat, flat, flat.inputs, np.zeros((1, 4)))
    assert not allowed(threat, flat, flat.inputs)


def test_groups_are_counted_by_hand() -> None:
    marked = np.zeros((4, 5, 6), dtype=bool)
    marked[1, 2, 3] = True
    marked[2, 0, 0] = marked[2, 0, 5] = marked[2, 4, 2] = True
    marked[3, 1, 1] = marked[3, 2, 2] = True
    assert grouped("pixel", marked).tolist() == [0, 1, 3, 2]
    assert grouped("row", marked).tolist() == [0, 1, 2, 2]
    assert grouped("column", marked).tolist() == [0, 1, 3, 2]
    assert grouped("frame", marked).tolist() == [0, 1, 1, 2]


@pytest.mark.parametrize("unit", ["pixel", "row", "column", "frame"])
def test_one_group_more_than_allowed_is_refused(unit) -> None:
    batch = drawn()
    one = batch.inputs.copy()
    one[1, 2, 4, 4] = 0.5
    two = one.copy()
    two[1, 0, 0, 0] = 0.25
    assert allowed(Groups(1, unit), batch, one)
    assert not allowed(Groups(1, unit), batch, two)
    assert allowed(Groups(2, unit), batch, two)
    out = one.copy()
    out[1, 2, 4, 4] = 1.5
    assert not allowed(Groups(1, unit), batch, out)
