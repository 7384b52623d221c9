import numpy as np
import pytest
from tests.adversaries.arena import fight

from seatrial.adversaries.evasion.sticker import Sticker
from seatrial.errors import CasesError, TrialError
from seatrial.records.threat import Patch
from seatrial.testing.victims import TorchLinear, cases, linear

PLAIN = {"wander": 0.0, "least": 1.0, "light": 1.0}
"""Always in the middle, as large as allowed, in full light."""


def boxes(shown, batch):
    """Return height and width of what changed, and its corner, of each case."""
    changed = (shown.stimuli != batch.inputs).any(axis=1)
    rows, columns = changed.any(axis=2), changed.any(axis=1)
    return [(one.sum(), other.sum(), one.argmax(), other.argmax()) for one, other in zip(rows, columns, strict=True)]


def test_the_cases_of_a_half_wear_one_sticker() -> None:
    victim = linear((1, 9, 9), 4)
    batch = cases(victim, 21)
    shown = fight(Sticker(steps=9, **PLAIN), victim, batch, Patch(0.12))
    worn = np.unique(np.round(shown.stimuli[:, :, 3:6, 3:6].reshape(21, -1), 5), axis=0, return_counts=True)
    assert sorted(worn[1].tolist()) == [10, 11]
    own = fight(Sticker(steps=9, universal=False, **PLAIN), victim, batch, Patch(0.12))
    assert len(np.unique(own.stimuli[:, :, 3:6, 3:6].reshape(21, -1), axis=0)) > 2


def test_it_is_stuck_anywhere_and_never_larger_than_allowed() -> None:
    victim = linear((1, 20, 20), 3)
    batch = cases(victim, 60)
    shown = fight(Sticker(steps=3, least=0.5), victim, batch, Patch(0.1))
    seen = boxes(shown, batch)
    assert {3, 4, 5, 6} >= {tall for tall, *_ in seen} >= {3, 6}
    assert all(tall * wide <= 40 for tall, wide, *_ in seen)
    assert len({(top, left) for *_, top, left in seen}) > 30


def test_where_it_is_always_the_same_place_the_middle_decides() -> None:
    """Two classes, one of them, a patch in the middle: it breaks all that the middle can break, to a few percent."""
    victim = linear((1, 9, 9), 2)
    batch = cases(victim, 240, spread=0.4)
    batch = batch.take(np.flatnonzero(batch.labels == 0)[:60])
    gap = (victim.weights[0] - victim.weights[1]).reshape(9, 9)[3:6, 3:6]
    x = batch.inputs[:, 0, 3:6, 3:6].astype(np.float64)
    reach = np.maximum(gap * x, gap * (x - 1)).sum(axis=(1, 2))
    said = victim.respond(batch.inputs)
    margin = said[:, 0] - said[:, 1]
    shown = fight(Sticker(**PLAIN), victim, batch, Patch(0.12))
    assert not shown.fallen[margin > reach * 1.0001].any()
    assert shown.fallen[margin < reach * 0.95].all()
    assert 0 < shown.fallen.sum() < 60


def test_light_dims_the_contents() -> None:
    victim = linear((1, 9, 9), 3)
    batch = cases(victim, 40)
    dim = fight(Sticker(steps=40, wander=0.0, least=1.0, light=0.5), victim, batch, Patch(0.12)).stimuli[:, 0, 3:6, 3:6]
    tops = dim.max(axis=(1, 2))
    assert len(np.unique(np.round(tops, 3))) > 20
    assert tops.min() >= 0.4
    assert tops.max() <= 1.0


@pytest.mark.parametrize("left", [1, 2, 7])
def test_a_budget_is_kept(left) -> None:
    victim = linear((1, 8, 8), 3)
    shown = fight(Sticker(), victim, cases(victim, 8), Patch(0.1), left=left)
    assert shown.ledger.forwards.max() <= left


def test_one_case_and_torch_and_what_is_refused() -> None:
    victim = linear((3, 8, 8), 3)
    batch = cases(victim, 12, spread=0.4)
    ours, theirs = (fight(Sticker(steps=20), one, batch, Patch(0.2)).fallen for one in (victim, TorchLinear(victim)))
    assert ours.tolist() == theirs.tolist()
    assert fight(Sticker(steps=5), victim, batch.take([0]), Patch(1.0)).stimuli.shape == (1, 3, 8, 8)
    with pytest.raises(TrialError, match="fit into the image"):
        fight(Sticker(), victim, batch, Patch(1.2))
    flat = linear((64,), 2)
    with pytest.raises(CasesError, match="a patch needs images"):
        fight(Sticker(), flat, cases(flat, 4), Patch(0.1))
