import numpy as np
import pytest
from tests.adversaries.arena import SEED, fight

from seatrial.adversaries.evasion.universal import Universal
from seatrial.controls.plants import Linear
from seatrial.errors import CasesError
from seatrial.records.batch import Batch
from seatrial.records.digest import column_digests
from seatrial.records.threat import Ball
from seatrial.testing.victims import TorchLinear, cases, linear, reach

EPS = 0.03
CROWD = linear((1, 6, 6), 5)
"""A victim of five classes, so that two halves of its cases are never pushed alike."""


def one_sided(count=60):
    """Return a victim of two classes and cases of which all are of the first one."""
    victim = linear((1, 6, 6), 2)
    batch = cases(victim, 3 * count)
    return victim, batch.take(np.flatnonzero(batch.labels == 0)[:count])


@pytest.mark.parametrize("norm", ["linf", "l2"])
@pytest.mark.parametrize("split", [True, False])
def test_of_cases_on_one_side_of_a_plane_it_breaks_all_that_can_be_broken(norm, split) -> None:
    """The best change for one case is the best for all, so a half knows all that there is to know."""
    victim, batch = one_sided()
    away = reach(victim, batch, norm)
    eps = float(np.median(away))
    shown = fight(Universal(split=split), victim, batch, Ball(norm, eps))
    assert shown.fallen[away < eps * 0.97].all()
    assert not shown.fallen[away > eps].any()
    assert 0 < shown.fallen.sum() < len(batch)


def test_all_cases_of_a_half_get_the_same_change_and_the_halves_two_changes() -> None:
    batch = cases(CROWD, 41)
    shown = fight(Universal(steps=7, step=0.05, loss="cross_entropy"), CROWD, batch, Ball("l2", EPS))
    changes = np.round((shown.stimuli - batch.inputs).reshape(len(batch), -1), 5)
    kinds, sizes = np.unique(changes, axis=0, return_counts=True)
    assert len(kinds) == 2
    assert sorted(sizes.tolist()) == [20, 21]


def test_what_is_known_of_one_side_breaks_nobody_on_the_other() -> None:
    """Half of the cases on each side, found and counted on all: one change cannot go both ways."""
    victim = linear((1, 6, 6), 2)
    batch = cases(victim, 80)
    shown = fight(Universal(split=False), victim, batch, Ball("linf", 10 * EPS))
    sides = [set(shown.fallen[batch.labels == side].tolist()) for side in (0, 1)]
    assert {True} in sides
    assert {False} in sides


def test_a_change_that_is_learnt_by_heart_is_not_counted_where_it_was_learnt() -> None:
    """Every case hangs on a number of its own: on what it was found the change breaks all, on the rest nobody."""
    count = 24
    inputs = np.full((count, 1, 1, count), 0.5, dtype=np.float32)
    inputs[np.arange(count), 0, 0, np.arange(count)] = 0.6
    inputs[:, 0, 0, :] += 1e-4 * np.random.default_rng(1).random((count, count)).astype(np.float32)

    class Own:
        face = Linear(np.zeros((2, count), np.float32), np.zeros(2, np.float32), (1, 1, count)).face

        def respond(self, x):
            return self.linearise(x)[0]

        def linearise(self, x):
            flat = np.asarray(x).reshape(len(x), count)
            mine = flat.argmax(axis=1)
            score = (flat[np.arange(len(x)), mine] - 0.55)[:, None] * np.array([1.0, -1.0], dtype=np.float32)

            def back(slope):
                made = np.zeros_like(flat)
                made[np.arange(len(x)), mine] = slope[:, 0] - slope[:, 1]
                return made.reshape(x.shape)

            return score, back

    batch = Batch(column_digests(inputs), inputs, np.zeros(count, dtype=int))
    learnt = fight(Universal(split=False, steps=30), Own(), batch, Ball("linf", 0.06))
    honest = fight(Universal(steps=30), Own(), batch, Ball("linf", 0.06))
    assert learnt.fallen.all()
    assert not honest.fallen.any()


def test_one_case_is_counted_under_what_was_found_on_itself() -> None:
    victim, batch = one_sided()
    near = int(np.argmin(reach(victim, batch, "linf")))
    assert fight(Universal(), victim, batch.take([near]), Ball("linf", EPS)).fallen.all()


@pytest.mark.parametrize("left", [1, 2, 9])
def test_a_budget_is_kept_and_no_radius_moves_nobody(left) -> None:
    victim, batch = one_sided()
    shown = fight(Universal(), victim, batch, Ball("linf", EPS), left=left)
    assert shown.ledger.forwards.max() <= left
    assert (fight(Universal(), victim, batch, Ball("linf", 0.0)).stimuli == batch.inputs).all()


def test_another_seed_makes_other_halves_and_torch_has_the_outcomes_of_numpy() -> None:
    victim, batch = one_sided()
    threat = Ball("linf", float(np.median(reach(victim, batch, "linf"))))
    ours, theirs = (fight(Universal(), one, batch, threat) for one in (victim, TorchLinear(victim)))
    assert ours.fallen.tolist() == theirs.fallen.tolist()
    few, many = Universal(steps=7, step=0.05, loss="cross_entropy"), cases(CROWD, 40)
    one, other = (fight(few, CROWD, many, Ball("l2", EPS), seed=seed).stimuli for seed in (SEED, bytes(32)))
    assert not np.array_equal(one, other)


def test_cases_without_labels_are_refused() -> None:
    victim, batch = one_sided(4)
    with pytest.raises(CasesError, match="no labels"):
        fight(Universal(), victim, Batch(batch.ids, batch.inputs), Ball("linf", EPS))
