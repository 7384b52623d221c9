import numpy as np
import pytest
from tests.adversaries.arena import fight
from tests.adversaries.evasion.test_motion import dots, right

from seatrial.adversaries.evasion.motion import Movement
from seatrial.adversaries.evasion.spatial import Spatial
from seatrial.adversaries.warp import warped
from seatrial.controls.plants import Rule
from seatrial.errors import CasesError
from seatrial.records.batch import Batch
from seatrial.records.threat import Motion
from seatrial.testing.victims import Labels, TorchLinear, cases, linear

SIDE = 20


def test_a_shift_breaks_exactly_the_cases_within_its_reach() -> None:
    """The square stands at 9.5 + i; moved right by up to four pixels it passes 16.5 for i > 3."""
    victim = Rule(right, (1, SIDE, SIDE))
    shown = fight(Spatial(), victim, dots(8), Motion(degrees=0, shift=0.2))
    assert shown.fallen.tolist() == [False] * 4 + [True] * 4


def test_it_finds_what_lies_between_the_movements_of_a_grid() -> None:
    """Five victims, each of which falls at one movement only, and says how far the image is from it."""
    down, right_ = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    image = (np.sin(7 * down + 3 * right_**2) * np.cos(5 * right_) * 0.4 + 0.5).astype(np.float32)[None, None]
    batch, threat = Batch((bytes(32),), image, np.ones(1, dtype=int)), Motion(30, 0.2)
    coarse, fine = [], []
    for recipe in (
        [13.3, 0.065, 0, 0],
        [-7.7, 0.13, -0.04, 0],
        [21, -0.11, 0.07, 0],
        [3, 0.02, 0.18, 0],
        [-26, 0, 0.03, 0],
    ):
        wanted = warped(image, np.array([recipe]))
        victim = Rule(lambda x, at=wanted: np.abs(x - at).mean(axis=(1, 2, 3)) - 0.01, (1, SIDE, SIDE))
        coarse.append(fight(Movement(turns=7), victim, batch, threat).fallen[0])
        fine.append(fight(Spatial(), victim, batch, threat).fallen[0])
    assert sum(coarse) == 0
    assert sum(fine) >= 4


@pytest.mark.parametrize("left", [1, 2, 50])
def test_a_budget_is_kept_and_a_case_costs_its_queries_at_most(left) -> None:
    victim = linear((1, 9, 9), 3)
    shown = fight(Spatial(), victim, cases(victim, 8), Motion(1e-3, 1e-5), left=left)
    assert shown.ledger.forwards.max() <= left
    free = fight(Spatial(queries=90), victim, cases(victim, 8), Motion(1e-3, 1e-5))
    assert free.ledger.forwards.max() <= 90
    assert not free.ledger.backwards.any()


def test_what_was_wrong_already_has_a_recipe_of_zeros() -> None:
    victim = linear((1, 9, 7), 3)
    batch = cases(victim, 12, spread=0.4)
    wrong = Batch(batch.ids, batch.inputs, (batch.labels + 1) % 3)
    shown = fight(Spatial(), victim, wrong, Motion(2, 0.02))
    assert not shown.recipe.any()
    assert (shown.stimuli == batch.inputs).all()


def test_torch_and_labels_have_outcomes_of_their_kind() -> None:
    victim = linear((3, 8, 8), 3)
    batch, threat = cases(victim, 24, spread=0.4), Motion(2, 0.02)
    ours, theirs, labels = (
        fight(Spatial(), one, batch, threat).fallen for one in (victim, TorchLinear(victim), Labels(victim))
    )
    assert ours.tolist() == theirs.tolist()
    assert 0 < labels.sum() <= ours.sum() < 24


def test_what_is_no_image_is_refused() -> None:
    flat = linear((64,), 2)
    with pytest.raises(CasesError, match="a movement needs images"):
        fight(Spatial(), flat, cases(flat, 4), Motion())
