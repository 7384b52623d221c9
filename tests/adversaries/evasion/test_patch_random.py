import numpy as np
import pytest
from tests.adversaries.arena import fight

from seatrial.adversaries.evasion.patch import WorstPatch
from seatrial.adversaries.evasion.patch_random import RandomPatch
from seatrial.errors import CasesError, TrialError
from seatrial.records.threat import Patch
from seatrial.testing.victims import Labels, Tied, TorchLinear, cases, linear


def test_by_scores_alone_it_breaks_most_of_what_gradients_break_and_nothing_else() -> None:
    """On a linear model of two classes the gradient attack is the best there is."""
    victim = linear((1, 10, 10), 2)
    batch, threat = cases(victim, 64, spread=0.5), Patch(0.1)
    best = fight(WorstPatch(aspects=(1.0,)), victim, batch, threat).fallen
    shown = fight(RandomPatch(queries=800), victim, batch, threat).fallen
    assert not (shown & ~best).any()
    assert shown.sum() > 0.8 * best.sum()


def test_more_queries_break_more_and_are_what_it_costs() -> None:
    victim = linear((1, 10, 10), 2)
    batch, threat = cases(victim, 64, spread=0.5), Patch(0.1)
    few, many = (fight(RandomPatch(queries=count), victim, batch, threat) for count in (20, 400))
    assert few.fallen.sum() < many.fallen.sum()
    assert set(few.ledger.queries[~few.fallen].tolist()) == {20}
    assert not few.ledger.backwards.any()


@pytest.mark.parametrize("left", [1, 2, 3, 40])
def test_a_budget_is_kept(left) -> None:
    victim = linear((1, 8, 8), 3)
    shown = fight(RandomPatch(), victim, cases(victim, 8), Patch(0.05), left=left)
    assert shown.ledger.forwards.max() <= left


def test_labels_are_enough_for_a_plain_random_search_and_torch_has_the_same_outcomes() -> None:
    victim = linear((3, 8, 8), 3)
    batch, attacker, threat = cases(victim, 24, spread=0.4), RandomPatch(queries=60), Patch(0.12)
    ours, theirs, labels = (
        fight(attacker, one, batch, threat).fallen for one in (victim, TorchLinear(victim), Labels(victim))
    )
    assert ours.tolist() == theirs.tolist()
    assert 0 < labels.sum() <= ours.sum()


def test_a_tie_is_no_break() -> None:
    victim = linear((1, 8, 8), 3)
    assert not fight(RandomPatch(queries=10), Tied(), cases(victim, 4), Patch(0.1)).fallen.any()


def test_what_is_no_image_or_does_not_fit_is_refused() -> None:
    flat, victim = linear((64,), 2), linear((1, 8, 8), 2)
    with pytest.raises(CasesError, match="a patch needs images"):
        fight(RandomPatch(), flat, cases(flat, 4), Patch(0.1))
    with pytest.raises(TrialError, match="fit into the image"):
        fight(RandomPatch(), victim, cases(victim, 4), Patch(2.0))


def test_the_rectangle_moves_and_its_contents_are_ends_of_the_range() -> None:
    victim = linear((1, 12, 12), 3)
    batch = cases(victim, 32, spread=0.01)
    shown = fight(RandomPatch(queries=100), victim, batch, Patch(0.03, 0.48, 0.52))
    stood = ~shown.fallen
    changed = (shown.stimuli != batch.inputs)[stood]
    assert np.unique(shown.stimuli[stood][changed]).tolist() == pytest.approx([0.48, 0.52])
    assert len({tuple(np.argwhere(one[0])[0]) for one in changed}) > 2
