import numpy as np
import pytest
from tests.adversaries.arena import fight

from seatrial.adversaries.evasion.colour import Light
from seatrial.adversaries.tint import tinted
from seatrial.controls.plants import Rule, brightness
from seatrial.errors import CasesError
from seatrial.records.batch import Batch
from seatrial.records.digest import column_digests
from seatrial.records.threat import Colour
from seatrial.testing.victims import Labels, TorchLinear, cases, linear

GREYS = np.linspace(0.505, 0.7, 40)


def plain(greys, channels=1):
    inputs = np.broadcast_to(greys[:, None, None, None], (len(greys), channels, 6, 6)).astype(np.float32)
    return Batch(column_digests(inputs), inputs, np.ones(len(greys), dtype=int))


def bright(channels):
    return Rule(lambda images: brightness(images) - 0.5, (channels, 6, 6))


@pytest.mark.parametrize("channels", [1, 3])
def test_light_and_contrast_break_exactly_what_they_can(channels) -> None:
    """Least light is a corner of the box: 0.5 + (grey - 0.5) x (1 - contrast) - brightness."""
    threat = Colour(brightness=0.06, contrast=0.2)
    shown = fight(Light(), bright(channels), plain(GREYS, channels), threat)
    can = 0.5 + (GREYS - 0.5) * 0.8 - 0.06 < 0.5
    assert 0 < can.sum() < 40
    assert shown.fallen.tolist() == can.tolist()


def test_a_turn_of_the_hue_alone_changes_who_is_red() -> None:
    inputs = np.full((6, 3, 4, 4), 0.4, dtype=np.float32)
    inputs[:, 0] += (0.02 + 0.04 * np.arange(6))[:, None, None].astype(np.float32)
    batch = Batch(column_digests(inputs), inputs, np.ones(6, dtype=int))
    red = Rule(lambda x: x[:, 0].mean(axis=(1, 2)) - x[:, 2].mean(axis=(1, 2)), (3, 4, 4))
    none = fight(Light(), red, batch, Colour(0, 0, hue=30.0))
    wide = fight(Light(), red, batch, Colour(0, 0, hue=180.0))
    assert not none.fallen.any()
    assert wide.fallen.all()
    assert not wide.recipe[:, [0, 1, 3]].any()


def test_it_climbs_to_what_no_corner_and_no_draw_hits() -> None:
    """The victim falls within 0.002 of one brightness in the middle of the range, and says how far that is."""
    victim = Rule(lambda x: np.abs(brightness(x) - 0.617) - 0.002, (1, 6, 6))
    batch = plain(np.linspace(0.66, 0.7, 8))
    climbing, drawing = (fight(Light(draws=draws), victim, batch, Colour(0.1, 0.1)).fallen for draws in (16, 150))
    assert climbing.all()
    assert drawing.sum() <= climbing.sum()


def test_the_recipe_makes_the_stimulus_and_costs_its_queries_at_most() -> None:
    threat = Colour(0.05, 0.2, 20, 0.3)
    batch = plain(np.linspace(0.6, 0.9, 9), 3)
    shown = fight(Light(queries=50), bright(3), batch, threat)
    assert (tinted(batch.inputs, shown.recipe, 0, 1) == shown.stimuli).all()
    assert shown.ledger.forwards.max() <= 50
    for left in (1, 2, 9):
        assert fight(Light(), bright(3), batch, threat, left=left).ledger.forwards.max() <= left


def test_torch_has_the_outcomes_of_numpy_and_labels_some_of_them() -> None:
    victim = linear((3, 6, 6), 3)
    batch, threat = cases(victim, 32, spread=0.4), Colour(0.05, 0.1, 10, 0.2)
    ours, theirs, labels = (
        fight(Light(), one, batch, threat).fallen for one in (victim, TorchLinear(victim), Labels(victim))
    )
    assert ours.tolist() == theirs.tolist()
    assert 0 < labels.sum() <= ours.sum() < 32


def test_grey_images_and_colours_only_and_what_is_no_image_are_refused() -> None:
    with pytest.raises(CasesError, match="have 1 channels, and the threat allows hue and saturation only"):
        fight(Light(), bright(1), plain(GREYS), Colour(0, 0, hue=20))
    flat = linear((64,), 2)
    with pytest.raises(CasesError, match="a change of colour needs images"):
        fight(Light(), flat, cases(flat, 4), Colour())
