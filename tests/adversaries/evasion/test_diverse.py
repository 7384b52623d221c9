import numpy as np
import pytest
from tests.adversaries.arena import fight

from seatrial.adversaries.evasion.diverse import Diverse
from seatrial.controls.plants import Linear
from seatrial.errors import CasesError, PlanError
from seatrial.records.threat import Ball
from seatrial.testing.victims import TorchLinear, cases, linear, reach


def test_without_views_it_breaks_all_that_can_be_broken_on_a_linear_model() -> None:
    victim = linear((1, 8, 8), 2)
    batch = cases(victim, 48)
    away = reach(victim, batch, "linf")
    eps = float(np.median(away))
    shown = fight(Diverse(chance=0, step=0.2, loss="margin"), victim, batch, Ball("linf", eps))
    assert shown.fallen[away < eps * 0.98].all()
    assert not shown.fallen[away > eps].any()


def test_views_and_blur_change_the_way_and_cost_what_they_should() -> None:
    victim = linear((1, 8, 8), 3)
    batch, threat = cases(victim, 12), Ball("linf", 1e-6)
    ways = [{"chance": 0}, {"chance": 1, "least": 0.6}, {"chance": 0, "blur": 5}, {"chance": 1, "views": 3}]
    shown = [fight(Diverse(steps=4, **way), victim, batch, threat) for way in ways]
    for one, way in zip(shown, ways, strict=True):
        views = way.get("views", 1)
        assert set(one.ledger.forwards[~one.fallen].tolist()) == {1 + 4 * (1 + views)}
        assert set(one.ledger.backwards[~one.fallen].tolist()) == {4 * views}
    for at in (1, 2, 3):
        assert not np.array_equal(shown[0].stimuli, shown[at].stimuli)


def test_the_views_find_what_a_model_that_reads_a_smaller_image_has_in_common_with_it() -> None:
    """On smooth weights a resized image is much like the image: the views break nearly what the image itself does."""
    down = np.broadcast_to(np.arange(16)[:, None] / 15, (16, 16)) - 0.5
    smooth = np.stack([down, -down]).reshape(2, -1).astype(np.float32)
    victim = Linear(smooth, np.zeros(2, dtype=np.float32), (1, 16, 16))
    batch = cases(victim, 48, spread=0.3)
    away = reach(victim, batch, "linf")
    eps = float(np.median(away))
    shown = fight(Diverse(chance=1, least=0.8, loss="margin"), victim, batch, Ball("linf", eps))
    assert shown.fallen[away < eps * 0.8].all()
    assert not shown.fallen[away > eps].any()


@pytest.mark.parametrize("left", [1, 2, 5, 9])
def test_a_budget_is_kept(left) -> None:
    victim = linear((1, 8, 8), 3)
    shown = fight(Diverse(views=3), victim, cases(victim, 8), Ball("linf", 1e-6), left=left)
    assert shown.ledger.forwards.max() <= left


def test_torch_has_the_outcomes_of_numpy() -> None:
    victim = linear((3, 8, 8), 3)
    batch, attacker = cases(victim, 24), Diverse(blur=3)
    ours, theirs = (fight(attacker, one, batch, Ball("linf", 0.02)) for one in (victim, TorchLinear(victim)))
    assert ours.fallen.tolist() == theirs.fallen.tolist()


def test_vectors_have_no_views_and_tactics_must_make_some() -> None:
    flat = linear((12,), 3)
    with pytest.raises(CasesError, match=r"a view needs images, and one case has shape \(12,\)"):
        fight(Diverse(), flat, cases(flat, 4), Ball("linf", 0.1))
    victim = linear((1, 8, 8), 3)
    with pytest.raises(PlanError, match="blur"):
        fight(Diverse(blur=4), victim, cases(victim, 4), Ball("linf", 0.1))
