"""What holds of every control on the shelf; what is special about one is in the test of its name.

`test_range.py` tries each once more on the firing range, and counts how often the interval covers a known share.
"""

import numpy as np
import pytest
from tests.controls.probation import TRIAL, probation

from seatrial import plugins
from seatrial.controls.control import Populated
from seatrial.plan.fit import misfits
from seatrial.records.batch import plain
from seatrial.records.digest import column_digests

CONTROLS = plugins.names("controls")
USES = [
    (control, adversary)
    for control in CONTROLS
    for adversary in plugins.names("adversaries")
    if control in plugins.find("adversaries", adversary).controls
]
POPULATED = [control for control in CONTROLS if isinstance(plugins.find("controls", control).make(), Populated)]
UNLIKE = {"evasion.untouched": "wrong by itself", "privacy.membership": "a memoriser knows its members"}
"""Control -> why flaw and twin answer the cases as they are differently."""


def plants(control):
    here = plugins.find("controls", control).make()
    return [here.flaw(), here.twin(), *([here.population(0)] if control in POPULATED else [])]


def whole(plant):
    return plant.cases.take(0, len(plant.cases))


def answers(plant):
    """Return what a target says of the cases as they are: classes, or texts."""
    said = np.asarray(plain(plant.target.respond(whole(plant).inputs)))
    return said.argmax(axis=1) if said.ndim > 1 else said


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("control", "adversary"), USES)
def test_the_flaw_falls_and_the_twin_stands_whatever_the_seed(control, adversary, seed) -> None:
    flaw, twin, *_ = plants(control)
    one, nonce = probation(control, adversary), bytes([seed]) * 32
    assert one.share(flaw, nonce, TRIAL) >= flaw.share > 0
    assert one.share(twin, nonce, TRIAL) <= twin.share


@pytest.mark.parametrize(("control", "adversary"), USES)
def test_who_tries_it_plays_by_its_rules_and_with_its_target(control, adversary) -> None:
    for plant in plants(control):
        assert misfits(adversary, plant.target, plant.threat) == ()


@pytest.mark.parametrize("control", CONTROLS)
def test_all_sides_are_played_by_one_threat_and_no_case_is_there_twice(control) -> None:
    sides = plants(control)
    assert all(plant.threat == sides[0].threat for plant in sides)
    assert all(len(set(whole(plant).ids)) == len(plant.cases) for plant in sides)


@pytest.mark.parametrize("control", CONTROLS)
def test_it_is_the_same_in_every_trial(control) -> None:
    for once, again in zip(plants(control), plants(control), strict=True):
        assert column_digests(whole(once).inputs) == column_digests(whole(again).inputs)
        assert np.array_equal(whole(once).labels, whole(again).labels)


@pytest.mark.parametrize("control", sorted(set(CONTROLS) - set(UNLIKE)))
def test_flaw_and_twin_answer_the_cases_as_they_are_alike(control) -> None:
    flaw, twin, *_ = plants(control)
    assert (answers(flaw) == answers(twin)).all()


@pytest.mark.parametrize("control", sorted(set(POPULATED) - set(UNLIKE)))
def test_what_has_a_known_share_is_right_before_anybody_tries_anything(control) -> None:
    for plant in plants(control):
        assert (answers(plant) == whole(plant).labels).all()
