"""Halves are drawn by lot, cover all cases once, and do not hang on the order; a crowd is asked in parts."""

import numpy as np
from tests.adversaries.arena import SEED

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.evasion.universal import Added
from seatrial.adversaries.joint import PASS, Crowd, crossed
from seatrial.adversaries.norms import Room
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.metered import Ledger, meter
from seatrial.testing.victims import cases, linear

VICTIM = linear((1, 5, 5), 3)


def test_every_case_is_counted_once_and_never_where_it_was_learnt() -> None:
    batch = cases(VICTIM, 31)
    pairs = list(crossed(batch, Random(SEED, batch.ids), "test", split=True))
    assert sorted(np.concatenate([theirs for _, theirs in pairs]).tolist()) == list(range(31))
    for mine, theirs in pairs:
        assert not set(mine.tolist()) & set(theirs.tolist())
        assert len(mine) in (15, 16)
        assert [batch.ids[at] for at in mine] == sorted(batch.ids[at] for at in mine)


def test_the_halves_do_not_hang_on_the_order() -> None:
    batch = cases(VICTIM, 20)
    turned = batch.take(np.arange(20)[::-1])
    one = list(crossed(batch, Random(SEED, batch.ids), "test", split=True))
    other = list(crossed(turned, Random(SEED, turned.ids), "test", split=True))
    for (mine, _), (theirs, _) in zip(one, other, strict=True):
        assert [batch.ids[at] for at in mine] == [turned.ids[at] for at in theirs]


def test_one_case_and_no_split_are_found_and_counted_on_the_same() -> None:
    batch = cases(VICTIM, 5)
    for some, split in ((batch.take([2]), True), (batch, False)):
        (pair,) = crossed(some, Random(SEED, some.ids), "test", split=split)
        assert pair[0].tolist() == pair[1].tolist()
        assert len(pair[0]) == len(some)


def test_a_large_crowd_is_asked_in_parts_each_case_once() -> None:
    batch = cases(VICTIM, PASS + 9)
    ledger, bench = Ledger.empty(len(batch)), Bench(Ball("linf", 0.1), Random(SEED, batch.ids))
    crowd = Crowd(meter(VICTIM, ledger), batch, bench, np.arange(len(batch)))
    seen = crowd.glance(Added(Room.around(bench.threat, batch.inputs)), np.zeros((1, 1, 5, 5), np.float32), "margin")
    assert seen.slopes.shape == batch.inputs.shape
    said = np.sort(VICTIM.respond(batch.inputs), axis=1)
    assert np.allclose(seen.margins, said[:, 2] - said[:, 1], atol=1e-5)
    assert set(ledger.forwards.tolist()) == {1}
    assert crowd.goal == np.mean(seen.margins)


def test_those_far_beyond_the_goal_pull_no_more() -> None:
    batch = cases(VICTIM, 12)
    bench = Bench(Ball("linf", 0.1), Random(SEED, batch.ids))
    crowd = Crowd(VICTIM, batch, bench, np.arange(12))
    crowd.goal = 0.0
    making, wrong = Added(Room.around(bench.threat, batch.inputs)), cases(VICTIM, 12)
    flipped = Crowd(VICTIM, type(wrong)(wrong.ids, wrong.inputs, (wrong.labels + 1) % 3), bench, np.arange(12))
    flipped.goal = 0.0
    change = np.zeros((1, 1, 5, 5), np.float32)
    assert (crowd.glance(making, change, "margin").slopes != 0).any()
    assert (flipped.glance(making, change, "margin").slopes == 0).all()
