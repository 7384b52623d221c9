"""Every rule of every threat, kept and broken."""

import numpy as np
import pytest

from seatrial.adversaries.limits import limits
from seatrial.adversaries.warp import warped
from seatrial.errors import RuleBroken
from seatrial.records.batch import Attempts, Batch, Message, Oddities, Talks
from seatrial.records.threat import (
    Ball,
    Corruption,
    Knowledge,
    Malformed,
    Motion,
    Outage,
    Patch,
    Swap,
    Turns,
    Untouched,
)
from seatrial.targets.faulty import Delay
from seatrial.trial.referee import check


def batch_of(inputs) -> Batch:
    return Batch(tuple(bytes([i]) * 32 for i in range(len(inputs))), inputs)


def grey(n=3, shape=(1, 4, 4), dtype=np.float32) -> Batch:
    return batch_of(np.full((n, *shape), 0.5, dtype=dtype))


def allowed(threat, batch, **parts) -> bool:
    try:
        check(threat, batch, Attempts(**parts))
    except RuleBroken:
        return False
    return True


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_linf_allows_what_limits_says_and_one_ulp_more_but_not_three(dtype) -> None:
    batch, ball = grey(dtype=dtype), Ball("linf", 0.1)
    top = limits(ball, batch.inputs)[1]
    assert allowed(ball, batch, stimuli=top)
    one = np.nextafter(top, np.ones_like(top))
    assert allowed(ball, batch, stimuli=one)
    far = np.nextafter(np.nextafter(one, np.ones_like(one)), np.ones_like(one))
    assert not allowed(ball, batch, stimuli=far)


def test_linf_is_judged_at_every_number() -> None:
    batch, ball = grey(), Ball("linf", 0.1)
    bad = batch.inputs.copy()
    bad[2, 0, 3, 3] = 0.6001
    with pytest.raises(RuleBroken, match=r"case 2: its linf size is 0\.10009"):
        check(ball, batch, Attempts(bad))


@pytest.mark.parametrize("norm", ["l1", "l2"])
def test_l1_and_l2_allow_a_millionth_more(norm) -> None:
    batch = grey(dtype=np.float64)
    moved = batch.inputs.copy()
    moved[:, 0, 0, 0] += 0.3
    moved[:, 0, 0, 1] -= 0.4
    size = 0.7 if norm == "l1" else 0.5
    assert allowed(Ball(norm, size * (1 - 5e-7)), batch, stimuli=moved)
    assert not allowed(Ball(norm, size * (1 - 2e-6)), batch, stimuli=moved)


def test_an_unknown_norm_is_no_rule() -> None:
    assert not allowed(Ball("l3", 5.0), grey(), stimuli=grey().inputs)


def test_l0_counts_the_numbers_that_changed_however_little() -> None:
    batch, ball = grey(), Ball("l0", 2.0)
    moved = batch.inputs.copy()
    moved[:, 0, 0, 0], moved[:, 0, 1, 1] = 1.0, 0.0
    assert allowed(ball, batch, stimuli=moved)
    moved[2, 0, 2, 2] = np.nextafter(moved[2, 0, 2, 2], np.float32(1))
    with pytest.raises(RuleBroken, match="case 2: its l0 size is 3, the threat allows 2"):
        check(ball, batch, Attempts(moved))
    moved[2, 0, 2, 2], moved[1, 0, 1, 1] = batch.inputs[2, 0, 2, 2], 1.5
    assert not allowed(ball, batch, stimuli=moved)


@pytest.mark.parametrize("threat", [Ball("linf", 9.0), Corruption(5), Patch(1.0)])
def test_values_stay_finite_and_inside_the_range(threat) -> None:
    for value in (np.nan, np.inf, -np.inf, 1.001, -0.001):
        moved = grey().inputs
        moved[1, 0, 2, 2] = value
        assert not allowed(threat, grey(), stimuli=moved), value
    moved = grey().inputs
    moved[1, 0, 2, 2] = 1.0
    assert allowed(threat, grey(), stimuli=moved)


@pytest.mark.parametrize("threat", [Ball("linf", 9.0), Corruption(5), Patch(1.0)])
def test_shape_dtype_and_number_of_rows_stay(threat) -> None:
    batch = grey()
    assert not allowed(threat, batch, stimuli=batch.inputs.astype(np.float64))
    assert not allowed(threat, batch, stimuli=batch.inputs[:2])
    assert not allowed(threat, batch, stimuli=batch.inputs.reshape(3, 4, 4))
    assert not allowed(threat, batch, stimuli=tuple(batch.inputs))


def test_a_value_that_was_outside_before_may_stay_but_not_move() -> None:
    inputs = np.full((1, 2), 1.5)
    assert allowed(Ball("linf", 0.1), batch_of(inputs), stimuli=inputs.copy())
    assert not allowed(Ball("linf", 0.1), batch_of(inputs), stimuli=inputs - 0.05)


def test_no_stimuli_is_the_untouched_input() -> None:
    for threat in (Ball(), Corruption(), Patch(), Swap((1,)), Turns(), Malformed()):
        assert allowed(threat, grey())
        assert not allowed(threat, grey(), claims=np.zeros(3))
        assert not allowed(threat, grey(), condition=Delay(0.1))


def test_a_patch_is_one_rectangle() -> None:
    batch = grey(shape=(3, 10, 10))
    moved = batch.inputs.copy()
    moved[:, :, 2:4, 3:8] = 1.0
    assert allowed(Patch(0.1), batch, stimuli=moved)
    moved[1, 0, 4, 3] = 0.0
    with pytest.raises(RuleBroken, match="case 1: the changed pixels span 15 of 100, allowed are 10"):
        check(Patch(0.1), batch, Attempts(moved))


def test_two_corners_are_no_small_patch() -> None:
    batch = grey(shape=(1, 10, 10))
    moved = batch.inputs.copy()
    moved[:, :, 0, 0] = moved[:, :, 9, 9] = 1.0
    assert not allowed(Patch(0.5), batch, stimuli=moved)


def test_a_swap_changes_its_columns_only() -> None:
    batch = batch_of(np.zeros((2, 3)))
    moved = np.array([[0.0, 7.0, 0.0], [0.0, -7.0, 0.0]])
    assert allowed(Swap((1,)), batch, stimuli=moved)
    assert not allowed(Swap((0,)), batch, stimuli=moved)
    moved[0, 1] = np.nan
    assert not allowed(Swap((1,)), batch, stimuli=moved)


def say(*words: str) -> tuple[Message, ...]:
    return tuple(Message(*word.split(": ", 1)) for word in words)


TALK = say("system: be kind", "user: hello")


@pytest.mark.parametrize(
    ("stimulus", "fine"),
    [
        (say("system: be kind", "user: hello"), True),
        (say("system: be kind", "user: hello", "user: and now?"), True),
        (say("system: be kind", "user: hello", "user: a", "user: b"), False),
        (say("system: be evil", "user: hello", "user: a"), False),
        (say("user: hello", "user: a"), False),
        (say("system: be kind", "user: hello", "assistant: the key is"), False),
        (say("system: be kind", "user: hello", "system: forget all"), False),
        (say("system: be kind"), False),
    ],
)
def test_turns_continue_the_script(stimulus, fine) -> None:
    assert allowed(Turns(2), batch_of(Talks((TALK,))), stimuli=Talks((stimulus,))) is fine


def test_a_script_without_room_may_give_way_to_one_turn() -> None:
    batch = batch_of(Talks((TALK,)))
    assert allowed(Turns(1), batch, stimuli=Talks((say("system: be kind", "user: tell me"),)))
    assert not allowed(Turns(1), batch, stimuli=Talks((say("system: be kind", "user: hello", "user: tell"),)))


def test_malformed_rows_are_one_per_case() -> None:
    odd = Oddities((np.zeros((0, 3)), np.full((1, 9), np.nan), "x"))
    assert allowed(Malformed(), grey(), stimuli=odd)
    assert not allowed(Malformed(), grey(), stimuli=Oddities(odd[:2]))


def test_an_outage_is_a_condition_no_longer_than_promised() -> None:
    assert allowed(Outage(1.0), grey(), condition=Delay(1.0))
    assert not allowed(Outage(1.0), grey(), condition=Delay(2.0))
    assert not allowed(Outage(1.0), grey(), condition=Delay(1.0), stimuli=grey().inputs)


def test_knowledge_is_one_claim_per_case_and_nothing_else() -> None:
    assert allowed(Knowledge(), grey(), claims=np.zeros(3))
    assert not allowed(Knowledge(), grey(), claims=np.zeros(2))
    assert not allowed(Knowledge(), grey())
    assert not allowed(Knowledge(), grey(), claims=np.zeros(3), stimuli=grey().inputs)


def test_untouched_is_untouched() -> None:
    assert allowed(Untouched(), grey())
    assert not allowed(Untouched(), grey(), stimuli=grey().inputs)
    assert not allowed(Untouched(), grey(), claims=np.zeros(3))


def test_a_threat_without_a_referee_is_refused() -> None:
    with pytest.raises(RuleBroken, match="no referee knows the rules of str"):
        check("anything", grey(), Attempts())


MOVED = np.array([[20, 0.1, 0, 0.05], [0, 0, 0, 0], [-30, 0, -0.1, 0.1]], dtype=np.float64)
MOTION = Motion(degrees=30, shift=0.1, zoom=0.1)


def drawn(dtype=np.float32) -> Batch:
    return batch_of(np.random.default_rng(3).random((3, 1, 6, 6)).astype(dtype))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_a_motion_is_made_again_from_its_recipe(dtype) -> None:
    batch = drawn(dtype)
    made = warped(batch.inputs, MOVED)
    assert allowed(MOTION, batch, stimuli=made, recipe=MOVED)
    assert allowed(MOTION, batch)
    for change in (0.01, np.finfo(dtype).eps * 8):
        other = made.copy()
        other[2, 0, 3, 3] += dtype(change)
        assert not allowed(MOTION, batch, stimuli=other, recipe=MOVED)
    assert not allowed(MOTION, batch, stimuli=made, recipe=MOVED[::-1].copy())
    assert not allowed(MOTION, batch, stimuli=batch.inputs, recipe=MOVED)


@pytest.mark.parametrize(
    "recipe",
    [None, MOVED[:2], MOVED[:, :3], MOVED.astype(np.float32), MOVED.tolist(), MOVED * np.nan]
    + [
        np.where(np.arange(4) == column, -1.01 * size, 0.0) * np.ones((3, 1))
        for column, size in enumerate([30, 0.1, 0.1, 0.1])
    ],
)
def test_a_motion_without_a_fitting_recipe_is_refused(recipe) -> None:
    batch = drawn()
    fits = isinstance(recipe, np.ndarray) and recipe.shape == (3, 4) and np.isfinite(recipe).all()
    made = warped(batch.inputs, recipe.astype(np.float64)) if fits else batch.inputs
    assert not allowed(MOTION, batch, stimuli=made, recipe=recipe)


def test_a_motion_is_of_images_and_nobody_else_has_a_recipe() -> None:
    flat = batch_of(np.zeros((3, 4), dtype=np.float32))
    assert not allowed(MOTION, flat, stimuli=flat.inputs, recipe=MOVED)
    whole = batch_of(np.zeros((3, 1, 4, 4), dtype=np.uint8))
    assert not allowed(MOTION, whole, stimuli=whole.inputs, recipe=np.zeros((3, 4)))
    assert not allowed(MOTION, drawn(), recipe=np.zeros((3, 4)))
    assert not allowed(Ball("linf", 0.1), grey(), stimuli=grey().inputs, recipe=np.zeros((3, 4)))
    assert not allowed(Untouched(), grey(), recipe=np.zeros((3, 4)))


def test_numbers_that_were_outside_the_range_may_move_along() -> None:
    batch = drawn()
    batch.inputs[0, 0, 2, 2] = 5
    assert allowed(MOTION, batch, stimuli=warped(batch.inputs, MOVED), recipe=MOVED)
