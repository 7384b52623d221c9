import numpy as np

from seatrial.controls.corruption.occlusion_sensitive import SHARE, SIDE, OcclusionSensitive


def fallen(plant, top, left, side):
    """Say which cases fall to a grey square at a place."""
    batch = plant.cases.take(0, 16)
    hidden = batch.inputs.copy()
    hidden[..., top : top + side, left : left + side] = 0.5
    return plant.target.respond(hidden).argmax(axis=1) != batch.labels


def test_the_square_breaks_the_flaw_where_it_hides_the_spot_and_nowhere_else() -> None:
    side = int((SHARE * SIDE**2) ** 0.5)
    assert side == 5
    for place in range(SIDE - side + 1):
        covers = place <= 9 and place + side >= 11
        assert fallen(OcclusionSensitive().flaw(), place, place, side).all() == covers
        assert not fallen(OcclusionSensitive().twin(), place, place, side).any()


def test_a_chessboard_is_known_under_any_square() -> None:
    plant = OcclusionSensitive().population(0)
    boards = np.ptp(plant.cases.take(0, 16).inputs, axis=(1, 2, 3)) > 0
    assert (fallen(plant, 8, 8, 5) == ~boards).all()
