"""Settings of the loop: what they mean on the way, and what is refused."""

import pytest

from seatrial.errors import HardenError
from seatrial.harden.course import SCHEDULES, Course, flat
from seatrial.harden.training.pgd import PgdTraining

WAY = [at / 50 for at in range(51)]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_rate_warms_up_stays_below_its_height_and_is_never_nothing(schedule) -> None:
    course = Course(schedule=schedule, rate=1.0, warm=0.2)
    rates = [course.rate_at(at) for at in WAY]
    assert rates[:10] == sorted(rates[:10])
    assert max(rates) == pytest.approx(1.0)
    assert min(rates) > 0


@pytest.mark.parametrize("schedule", ["triangle", "cosine", "piecewise", "cyclic"])
def test_a_rate_that_falls_ends_low(schedule) -> None:
    assert Course(schedule=schedule, rate=1.0).rate_at(1.0) < 0.05


def test_schedules_have_their_shapes() -> None:
    triangle, steps, cyclic = (
        Course(schedule=name, rate=1.0, warm=0.0) for name in ("triangle", "piecewise", "cyclic")
    )
    assert triangle.rate_at(0.5) == pytest.approx(0.5)
    assert [round(steps.rate_at(at), 6) for at in (0.4, 0.6, 0.8, 0.95)] == [1.0, 0.1, 0.01, 0.001]
    assert cyclic.rate_at(0.32) < cyclic.rate_at(0.42) < 2 / 3
    assert Course(schedule="cosine", rate=1.0, warm=0.0).rate_at(0.5) == pytest.approx(0.5)
    assert Course(schedule="constant", rate=1.0, warm=0.0).rate_at(0.9) == 1.0


def test_radius_and_steps_grow_to_their_full_size() -> None:
    course = Course(growth=0.5, climb=0.5)
    assert [course.reach_at(at) for at in (0.0, 0.25, 0.5, 1.0)] == pytest.approx([0.2, 0.7, 1.0, 1.0])
    assert [course.steps_at(at, 4) for at in (0.0, 0.2, 0.49, 0.5, 1.0)] == [1, 2, 4, 4, 4]
    assert Course(growth=0.0).reach_at(0.0) == 1.0
    assert Course().steps_at(0.0, 3) == 3


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(HardenError) as refused:
        Course(epochs=0, rate=float("nan"), schedule="square", half="perhaps", validation=0.0, ema=1.0, awp=-1)
    said = str(refused.value)
    for word in ("epochs", "rate", "square", "perhaps", "validation", "ema", "awp"):
        assert word in said


def test_settings_of_the_course_are_told_beside_those_of_the_recipe() -> None:
    made = flat(PgdTraining)(steps=5, epochs=3, awp=0.01)
    assert (made.steps, made.course.epochs, made.course.awp, made.course.batch) == (5, 3, 0.01, 0)
    with pytest.raises(HardenError, match=r"settings are .*awp.*stride"):
        flat(PgdTraining)(pace=3)


def test_the_batch_is_small_on_a_cpu_and_goes_by_the_number_of_cases_elsewhere() -> None:
    assert [Course().sized(cases).batch for cases in (300, 10**6)] == [32, 32]
    assert [Course().sized(cases, device="cuda").batch for cases in (9_999, 10_000)] == [64, 128]
    assert Course(batch=5).sized(10**6, device="cuda").batch == 5
