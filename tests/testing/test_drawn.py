import pytest
import torch

from seatrial.testing.defences import Plane
from seatrial.testing.drawn import Crossed, Pruned, Purified, Resized


@pytest.mark.parametrize(("module", "height"), [(Pruned(0.5, 3.0), 0.5), (Resized(0.6, 8.0), 0.6)])
def test_terms_that_hide_are_never_higher_than_they_say_and_are_nothing_in_the_mean(module, height) -> None:
    x = torch.rand(50, 1, 8, 8)
    terms = torch.stack([module(x) - Plane()(x) for _ in range(300)])
    assert terms.abs().max() <= height + 1e-5
    assert terms.std(dim=0).min() > 0.02
    assert terms.mean(dim=0).abs().max() < 5 * terms.std(dim=0).max() / 300**0.5


def test_without_chance_the_waves_cancel() -> None:
    x = torch.rand(5, 1, 8, 8)
    assert torch.equal(Pruned(0.5, 3.0, chance=False)(x), Plane()(x))


def test_what_a_purifier_gives_is_close_to_what_came() -> None:
    x = torch.rand(20, 1, 8, 8)
    assert (Purified(0.02, 0.02)(x) - x).abs().max() < 0.06


def test_votes_differ_from_one_draw_to_the_next() -> None:
    x = torch.rand(5, 1, 8, 8)
    assert not torch.equal(Crossed(0.4, 3.0)(x), Crossed(0.4, 3.0)(x))
