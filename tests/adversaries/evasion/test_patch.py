import numpy as np
import pytest
from tests.adversaries.arena import fight

from seatrial.adversaries.evasion.patch import WorstPatch
from seatrial.errors import CasesError, TrialError
from seatrial.records.batch import Batch
from seatrial.records.threat import Patch
from seatrial.testing.victims import TorchLinear, cases, linear


def rises(victim, batch):
    """Return by how much the margin of each case can fall in every pixel `(n, h, w)`, for a victim of two classes."""
    gap = (victim.weights[batch.labels] - victim.weights[1 - batch.labels]).reshape(len(batch), *victim.shape)
    x = batch.inputs.astype(np.float64)
    return np.maximum(gap * x, gap * (x - 1)).sum(axis=1)


def best(rise, sides):
    """Return the largest sum over a rectangle of one of these sides, of each case, by trying all."""
    height, width = rise.shape[1:]
    sums = [
        rise[:, top : top + tall, left : left + wide].sum(axis=(1, 2))
        for tall, wide in sides
        for top in range(height - tall + 1)
        for left in range(width - wide + 1)
    ]
    return np.max(sums, axis=0)


def margins(victim, batch):
    said = victim.respond(batch.inputs).astype(np.float64)
    each = np.arange(len(batch))
    return said[each, batch.labels] - said[each, 1 - batch.labels]


@pytest.mark.parametrize(("shape", "share", "side"), [((1, 10, 10), 0.1, (3, 3)), ((3, 8, 14), 0.03, (1, 3))])
def test_on_a_linear_model_of_two_classes_it_finds_the_best_patch_there_is(shape, share, side) -> None:
    victim = linear(shape, 2)
    batch = cases(victim, 96, spread=0.5)
    least = best(rises(victim, batch), [side])
    shown = fight(WorstPatch(aspects=(1.0,)), victim, batch, Patch(share))
    can = margins(victim, batch) < least
    assert 0 < can.sum() < len(batch)
    assert shown.fallen.tolist() == can.tolist()


def test_more_shapes_break_more() -> None:
    victim = linear((1, 12, 12), 2)
    batch = cases(victim, 128, spread=0.5)
    one, three = (
        fight(WorstPatch(aspects=aspects), victim, batch, Patch(0.06)).fallen for aspects in ((1.0,), (1.0, 3.0, 0.33))
    )
    assert not (one & ~three).any()
    assert one.sum() < three.sum()


def test_a_patch_over_all_of_the_image_breaks_everything() -> None:
    victim = linear((1, 6, 6), 3)
    batch = cases(victim, 12)
    assert fight(WorstPatch(), victim, batch, Patch(1.0)).fallen.all()


@pytest.mark.parametrize("left", [1, 2, 9, 30, 100])
def test_a_budget_is_kept(left) -> None:
    victim = linear((1, 8, 8), 3)
    shown = fight(WorstPatch(), victim, cases(victim, 8), Patch(0.02), left=left)
    assert shown.ledger.forwards.max() <= left


def test_what_a_case_that_stands_costs_is_what_the_page_says() -> None:
    victim = linear((1, 8, 8), 3)
    attacker = WorstPatch(probes=8, places=4, steps=5, queries=10)
    shown = fight(attacker, victim, cases(victim, 8), Patch(0.02, 0.499, 0.501))
    assert set(shown.ledger.forwards[~shown.fallen].tolist()) == {1 + 8 + 3 * 4 * 5 + 4 + 2 + 1 + 10}
    assert set(shown.ledger.backwards[~shown.fallen].tolist()) == {1 + 3 * 4 * 5}


def test_a_case_that_is_wrong_already_is_left_as_it_is() -> None:
    victim = linear((1, 8, 8), 3)
    batch = cases(victim, 8)
    wrong = Batch(batch.ids, batch.inputs, (batch.labels + 1) % 3)
    shown = fight(WorstPatch(), victim, wrong, Patch(0.2))
    assert (shown.stimuli == batch.inputs).all()
    assert set(shown.ledger.forwards.tolist()) == {1}


def test_torch_has_the_outcomes_of_numpy() -> None:
    victim = linear((3, 8, 8), 3)
    batch = cases(victim, 24, spread=0.4)
    ours, theirs = (fight(WorstPatch(), one, batch, Patch(0.02)).fallen for one in (victim, TorchLinear(victim)))
    assert ours.tolist() == theirs.tolist()
    assert 0 < ours.sum() < 24


def test_an_input_range_of_its_own_is_kept() -> None:
    victim = linear((1, 8, 8), 2)
    batch = cases(victim, 24, spread=0.4)
    narrow, wide = (
        fight(WorstPatch(), victim, batch, Patch(0.1, low, high)) for low, high in ((0.4, 0.6), (-1.0, 2.0))
    )
    assert narrow.fallen.sum() < wide.fallen.sum()
    changed = narrow.stimuli != batch.inputs
    assert narrow.stimuli[changed].min() >= np.float32(0.4) - 1e-7
    assert narrow.stimuli[changed].max() <= 0.6


@pytest.mark.parametrize("share", [1.5, 0.0, 0.001])
def test_a_patch_that_does_not_fit_is_refused(share) -> None:
    victim = linear((1, 8, 8), 2)
    with pytest.raises(TrialError, match="must have a pixel, and fit into the image"):
        fight(WorstPatch(), victim, cases(victim, 4), Patch(share))


@pytest.mark.parametrize("shape", [(64,), (8, 8)])
def test_what_is_no_image_is_refused(shape) -> None:
    victim = linear(shape, 2)
    with pytest.raises(CasesError, match=r"a patch needs images, and one case has shape"):
        fight(WorstPatch(), victim, cases(victim, 4), Patch(0.1))
