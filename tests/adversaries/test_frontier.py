import numpy as np
import pytest
import torch
from tests.adversaries.arena import SEED

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.frontier import Frontier, frontier, start
from seatrial.errors import CasesError, TrialError
from seatrial.records.batch import Batch
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.metered import Ledger, meter
from seatrial.testing.victims import Labels, TorchLinear, cases, linear, reach

VICTIM = linear((1, 6, 6), 2)


def begun(ball, *, most=100, count=8, victim=None):
    batch = cases(VICTIM, count)
    ledger = Ledger.empty(count)
    asked = Labels(VICTIM) if victim is None else victim
    walk = Frontier(
        meter(asked, ledger, most=most), batch.moved(asked.face.home), Bench(ball, Random(SEED, batch.ids)), most
    )
    return walk, batch, ledger


@pytest.mark.parametrize("norm", ["l2", "linf"])
def test_a_search_ends_at_the_boundary(norm):
    walk, batch, _ = begun(Ball(norm, 1e-4))
    walk.begin(10)
    rows = walk.going()
    assert rows.size == 8
    before = walk.far.copy()
    walk.search(walk.approach(rows), finest=1e-4)
    assert (walk.far < before).all()
    asked = Labels(VICTIM).respond
    assert (asked(walk.near) != batch.labels).all()
    assert (asked(walk.towards(rows, walk.far * (1 - 1e-3))) == batch.labels).all()
    assert (walk.far >= reach(VICTIM, batch, norm) * 0.999).all()


@pytest.mark.parametrize("norm", ["l2", "linf"])
def test_a_case_falls_at_the_radius_and_is_handed_back_there(norm):
    batch = cases(VICTIM, 8)
    eps = float(reach(VICTIM, batch, norm).max()) * 8
    walk, batch, ledger = begun(Ball(norm, eps, -9, 9))
    walk.begin(10)
    walk.search(walk.approach(walk.going()))
    assert walk.inside.any()
    fell = VICTIM.respond(walk.handed_back()).argmax(axis=1) != batch.labels
    assert fell[walk.inside].all()
    assert ledger.forwards[walk.inside].max() <= 12


def test_last_shots_use_every_query_and_stay_inside():
    walk, batch, ledger = begun(Ball("l2", 1e-3), most=40)
    walk.begin(10)
    walk.shoot()
    assert set(ledger.forwards.tolist()) == {40}
    assert walk.left(np.arange(8)).tolist() == [0] * 8
    assert (np.linalg.norm((walk.handed_back() - batch.inputs).reshape(8, -1), axis=1) <= 1e-3).all()


def test_a_row_that_is_named_twice_is_charged_twice():
    walk, batch, ledger = begun(Ball("l2", 0.1))
    rows = np.array([0, 0, 3])
    fell = walk.fallen(rows, batch.inputs[rows])
    assert not fell.any()
    assert ledger.forwards.tolist() == [2, 0, 0, 1, 0, 0, 0, 0]
    assert walk.left(np.array([0, 3])).tolist() == [98, 99]


def test_torch_reads_as_numpy():
    ours, theirs = begun(Ball("linf", 1e-4))[0], begun(Ball("linf", 1e-4), victim=TorchLinear(VICTIM))[0]
    for walk in (ours, theirs):
        walk.begin(10)
        walk.search(walk.approach(walk.going()))
    assert isinstance(theirs.near, torch.Tensor)
    assert np.allclose(ours.near, theirs.near.numpy(), atol=1e-5)


def test_the_smaller_of_two_budgets_counts_and_other_norms_are_refused():
    batch = cases(VICTIM, 2)
    bench = Bench(Ball("l2", 0.1, queries=7), Random(SEED, batch.ids), 7)
    walk = frontier(Labels(VICTIM), batch, bench, 50, name="x", norms=("l2",))
    assert walk.left(np.arange(2)).tolist() == [7, 7]
    with pytest.raises(TrialError, match="has no l2 form"):
        frontier(Labels(VICTIM), batch, bench, 50, name="x", norms=("linf",))
    with pytest.raises(CasesError, match="no labels"):
        frontier(Labels(VICTIM), Batch(batch.ids, batch.inputs), bench, 50, name="x", norms=("l2",))


def test_starts_stay_in_the_range():
    random = Random(SEED, (b"a" * 32,))
    for at in range(8):
        made = start(np.full((1, 2, 5, 5), 0.3), random, Ball("l2", 1, -1, 2), at)
        assert made.min() >= -1
        assert made.max() <= 2
