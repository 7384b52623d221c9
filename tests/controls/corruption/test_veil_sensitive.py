import numpy as np
import pytest

from seatrial import plugins
from seatrial.adversaries.adversary import Bench
from seatrial.controls.corruption.veil_sensitive import BRIGHT, COARSE, FAINT, VeilSensitive
from seatrial.controls.plants import brightness, roughness
from seatrial.records.batch import Batch
from seatrial.records.random import Random


def test_plain_images_have_no_roughness_and_are_far_from_white() -> None:
    images = VeilSensitive().flaw().cases.take(0, 16).inputs
    assert (roughness(images) < FAINT / 100).all()
    assert (brightness(images) < BRIGHT / 2).all()


def test_a_population_is_plain_or_as_coarse_as_can_be() -> None:
    images = VeilSensitive().population(3).cases.take(0, 16).inputs
    rough = roughness(images)
    assert ((rough < FAINT) | (rough > 4 * COARSE)).all()
    assert 0 < (rough > COARSE).sum() < 16
    assert np.unique(images.reshape(16, -1), axis=0).shape[0] == 16


@pytest.mark.parametrize("name", ["fog", "frost", "snow", "spatter", "speckle"])
def test_what_is_laid_over_lies_between_the_limits_with_room_to_spare(name) -> None:
    """Of 1,600 plain images and as many boards, so that a trial does not miss the flaw by bad luck."""
    adversary = plugins.find("adversaries", f"corruption.{name}").make()
    control, ids = VeilSensitive(), tuple(at.to_bytes(32, "big") for at in range(1600))
    for plant in (control.flaw(), control.population(3)):
        inputs = np.tile(plant.cases.take(0, 16).inputs, (100, 1, 1, 1))
        bench = Bench(plant.threat, Random(bytes(32), ids))
        made = adversary.attack(plant.target, Batch(ids, inputs.copy()), bench).stimuli
        rough, board = roughness(made), roughness(inputs) > COARSE
        assert (rough[~board] > 3 * FAINT).all()
        assert (rough[~board] < COARSE / 3).all()
        assert (rough[board] > 1.2 * COARSE).all()
        assert brightness(made[~board]).max() < BRIGHT - 0.2
